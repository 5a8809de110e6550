"""Attribute conditions of federations: what they are made of, and whom they let in.

The language is the Common Expression Language (its specification's "Syntax"); what Google offers
in it is in "Workload Identity Federation", "Attribute mappings" and "Attribute conditions".

>>> parse("assertion.sub == 'a' && 1 < 2").name
'&&'
>>> pins(parse("assertion.namespace_id == '12'"))
True
>>> pins(parse("assertion.namespace_id == '12' || true"))
False
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

KEYWORDS = ("assertion", "attribute", "google")
"""What conditions may refer to; mappings only to the first."""

EVERY_TOKEN = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})
"""Claims that tell nothing about who asks: they are the issuer's, or the asking side's own."""

_TEXT_METHODS = frozenset({"extract", "split", "lowerAscii", "upperAscii", "substring", "trim"})
_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_TOKENS = re.compile(
    rf"\s*(?:(?P<string>{_STRING})|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%!<>?:.,()\[\]{}]))"
)
_DEEPEST = 30
_LONGEST = 300
"""Nested parts and words that are read: nobody reviews a condition that has more."""
_OPERATORS = (
    ("||",),
    ("&&",),
    ("==", "!=", "<=", ">=", "<", ">", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)


class NotUnderstood(ValueError):
    """The text is no expression of the part of the language that is read here."""


@dataclass(frozen=True)
class Node:
    """A part of an expression.

    `kind` is `string`, `number`, `constant`, `name`, `select`, `index`, `call`, `list`, `map`,
    `unary`, `binary` or `choice`; `name` is its value, name or operator, and `parts` are its
    operands (of a method call the receiver first, then the arguments).
    """

    kind: str
    name: str = ""
    parts: tuple[Node, ...] = ()
    method: bool = False


def quoted(text: str) -> str:
    """The text as a literal, which nothing in it can end."""
    return "'" + "".join(map(_escaped, text)) + "'"


def _escaped(letter: str) -> str:
    if letter in "'\"\\":
        return "\\" + letter
    if letter.isprintable():
        return letter
    return f"\\U{ord(letter):08x}"


def parse(text: str) -> Node:
    """The expression in a text. Raises NotUnderstood."""
    tokens: list[tuple[str, str]] = []
    place = 0
    source = text.rstrip()
    while place < len(source):
        found = _TOKENS.match(source, place)
        if found is None:
            raise NotUnderstood(f"can't read {source[place:][:20].strip()!r}")
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        place = found.end()
    if len(tokens) > _LONGEST:
        raise NotUnderstood(f"it has more than {_LONGEST} words and signs")
    reader = _Reader(tokens)
    node = reader.expression()
    reader.end()
    return node


class _Reader:
    """Recursive descent over tokens (group, text)."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise NotUnderstood(f"{self._tokens[self._at][1]!r} was not expected")

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotUnderstood("it is nested too deeply")
        node = self._binary(0)
        if self._take("?"):
            yes = self._binary(0)
            self._need(":")
            node = Node("choice", "?", (node, yes, self.expression()))
        self._depth -= 1
        return node

    def _binary(self, level: int) -> Node:
        if level == len(_OPERATORS):
            return self._unary()
        node = self._binary(level + 1)
        while operator := self._take(*_OPERATORS[level]):
            node = Node("binary", operator, (node, self._binary(level + 1)))
        return node

    def _unary(self) -> Node:
        signs: list[str] = []
        while sign := self._take("!", "-"):
            signs.append(sign)
        node = self._member()
        for sign in reversed(signs):
            node = Node("unary", sign, (node,))
        return node

    def _member(self) -> Node:
        node = self._primary()
        while sign := self._take(".", "["):
            if sign == "[":
                node = Node("index", "[]", (node, self.expression()))
                self._need("]")
                continue
            name = self._name()
            if self._take("("):
                node = Node("call", name, (node, *self._items(")")), method=True)
            else:
                node = Node("select", name, (node,))
        return node

    def _primary(self) -> Node:
        if self._take("("):
            node = self.expression()
            self._need(")")
            return node
        if self._take("["):
            return Node("list", "[]", self._items("]"))
        if self._take("{"):
            return Node("map", "{}", self._items("}", pairs=True))
        if self._at >= len(self._tokens):
            raise NotUnderstood("it ends too early")
        group, text = self._tokens[self._at]
        if group not in ("string", "number", "name") or text == "in":
            raise NotUnderstood(f"{text!r} was not expected")
        self._at += 1
        if group == "string":
            return Node("string", text[1:-1])
        if group == "number":
            return Node("number", text)
        if text in ("true", "false", "null"):
            return Node("constant", text)
        if self._take("("):
            return Node("call", text, self._items(")"))
        return Node("name", text)

    def _items(self, closing: str, *, pairs: bool = False) -> tuple[Node, ...]:
        items: list[Node] = []
        while not self._take(closing):
            if items:
                self._need(",")
            items.append(self.expression())
            if pairs:
                self._need(":")
                items.append(self.expression())
        return tuple(items)

    def _take(self, *texts: str) -> str | None:
        if self._at < len(self._tokens):
            group, text = self._tokens[self._at]
            if text in texts and (group == "sign" or text == "in"):
                self._at += 1
                return text
        return None

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise NotUnderstood(f"{text!r} is missing")

    def _name(self) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "name":
            self._at += 1
            return self._tokens[self._at - 1][1]
        raise NotUnderstood("a name is missing after a dot")


def references(node: Node) -> set[str]:
    """What an expression refers to, such as `assertion.sub`, `attribute.team`, `google.subject`."""
    found: set[str] = set()
    whole = node.parts[0] if node.kind in ("select", "index") else node
    if whole.kind == "name" and whole.name in KEYWORDS:
        if node.kind == "select":
            found.add(f"{whole.name}.{node.name}")
        elif node.kind == "index" and node.parts[1].kind == "string":
            found.add(f"{whole.name}.{node.parts[1].name}")
    return found.union(*(references(part) for part in node.parts))


def pins(
    condition: Node,
    mapping: Mapping[str, Node] | None = None,
    claims: frozenset[str] | None = None,
) -> bool:
    """Whether each way to meet the condition compares a claim with a fixed value.

    `mapping` has the expressions of mapped attributes, `attribute.NAME` -> expression. With
    `claims`, only an equality of one of these claims counts. What only shuts somebody out (`!=`,
    `!`), or compares what every token of the issuer has alike (`iss`, `aud`, …), pins nothing.
    """
    mapped = mapping or {}

    def is_claim(node: Node) -> bool:
        claim = _claim(node, mapped, whole=claims is not None)
        if claim is None or claim in EVERY_TOKEN:
            return False
        return claims is None or claim in claims

    return _pins(condition, is_claim, exact=claims is not None)


def _pins(node: Node, is_claim: Callable[[Node], bool], *, exact: bool) -> bool:
    parts = node.parts
    match node.kind, node.name:
        case "binary", "&&":
            return any(_pins(part, is_claim, exact=exact) for part in parts)
        case "binary", "||":
            return all(_pins(part, is_claim, exact=exact) for part in parts)
        case "choice", _:
            asked, yes, no = (_pins(part, is_claim, exact=exact) for part in parts)
            return (asked or yes) and no
        case "binary", "==":
            one, other = parts
            return (is_claim(one) and _fixed(other)) or (is_claim(other) and _fixed(one))
        case "binary", "in":
            one, other = parts
            some = other.kind == "list" and bool(other.parts) and all(map(_fixed, other.parts))
            return (is_claim(one) and some) or (_fixed(one) and is_claim(other))
        case "call", ("startsWith" | "endsWith" | "contains") if node.method and len(parts) == 2:
            return not exact and is_claim(parts[0]) and _fixed(parts[1])
        case "call", "matches" if node.method and len(parts) == 2:
            return not exact and is_claim(parts[0]) and _selective(parts[1])
        case _:
            return False


def _fixed(node: Node) -> bool:
    """A value that says something: a text that is not empty, or a number."""
    return (node.kind == "string" and bool(node.name)) or node.kind == "number"


_PROBES = ("", "a", "Z9", "0", "repo:x/y:ref:refs/heads/z", "q-7_@.:/ ~", "\u00fc")


def _selective(pattern: Node) -> bool:
    """Whether a pattern leaves out something: of a few unlike texts it finds one at most."""
    if pattern.kind != "string" or not pattern.name:
        return False
    try:
        expression = re.compile(pattern.name.replace("\\\\", "\\"))
    except (re.error, RecursionError, OverflowError):
        return False
    return sum(bool(expression.search(probe)) for probe in _PROBES) <= 1


def _claim(node: Node, mapping: Mapping[str, Node], *, whole: bool) -> str | None:
    """The claim that a value is, or (unless `whole`) is a piece of; None for what is computed."""
    match node.kind:
        case "select" | "index":
            inner = node.parts[0]
            if inner.kind != "name":
                return None if whole else _claim(inner, mapping, whole=whole)
            if node.kind == "index" and node.parts[1].kind != "string":
                return None
            key = node.name if node.kind == "select" else node.parts[1].name
            if inner.name == "assertion":
                return key
            target = mapping.get(f"{inner.name}.{key}") if inner.name in KEYWORDS else None
            return _claim(target, {}, whole=whole) if target else None
        case "call" if node.method and node.name in _TEXT_METHODS and not whole:
            return _claim(node.parts[0], mapping, whole=whole)
        case "call" if not node.method and node.name == "string" and len(node.parts) == 1:
            return _claim(node.parts[0], mapping, whole=whole)
        case _:
            return None
