"""Attribute conditions of federations: what they are made of, and whom they let in.

What Google offers of the Common Expression Language is in "Workload Identity Federation", under
"Attribute mappings" and "Attribute conditions".

>>> from availability.cel_syntax import parse
>>> pins(parse("assertion.namespace_id == '12'"))
True
>>> pins(parse("assertion.namespace_id == '12' || true"))
False
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a condition that is written here is never read
    from availability.cel_syntax import Node

KEYWORDS = ("assertion", "attribute", "google")
"""What conditions may refer to; mappings only to the first."""

EVERY_TOKEN = frozenset({"iss", "aud", "exp", "iat", "nbf", "jti"})
"""Claims that tell nothing about who asks: they are the issuer's, or the asking side's own."""

_TEXT_METHODS = frozenset({"extract", "split", "lowerAscii", "upperAscii", "substring", "trim"})


def quoted(text: str) -> str:
    """The text as a literal, which nothing in it can end."""
    return "'" + "".join(map(_escaped, text)) + "'"


def _escaped(letter: str) -> str:
    if letter in "'\"\\":
        return "\\" + letter
    if letter.isprintable():
        return letter
    return f"\\U{ord(letter):08x}"


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
    `!`), or compares what every token of the issuer has alike (`iss`, `aud`, …), pins nothing, and
    neither does what only contains a text somewhere.
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
        case "call", ("startsWith" | "endsWith") if node.method and len(parts) == 2:
            return not exact and is_claim(parts[0]) and _piece(parts[1])
        case "call", "matches" if node.method and len(parts) == 2:
            return not exact and is_claim(parts[0]) and _begins(parts[1])
        case _:
            return False


def _fixed(node: Node) -> bool:
    """A value that says something: a text that is not empty, or a number."""
    return (node.kind == "string" and bool(node.name)) or node.kind == "number"


_SHORTEST = 4
"""Letters of a piece of a claim: fewer say little, and a single one nothing."""
_BEGINNING = re.compile(rf"\^[A-Za-z0-9:/_@-]{{{_SHORTEST + 1},}}[^|]*")
"""A pattern with a fixed beginning, of which a quantifier after it can take one letter."""


def _piece(node: Node) -> bool:
    return node.kind == "string" and len(node.name) >= _SHORTEST


def _begins(node: Node) -> bool:
    """Whether a pattern matches nothing but texts with a fixed beginning."""
    return node.kind == "string" and _BEGINNING.fullmatch(node.name) is not None


def names_somebody(expression: Node) -> bool:
    """Whether a mapped value is a claim about who asks, or a piece of one."""
    claim = _claim(expression, {}, whole=False)
    return claim is not None and claim not in EVERY_TOKEN


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
