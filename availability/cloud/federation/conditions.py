"""Attribute conditions of federations: what they are made of, and what they demand of a token.

What Google offers of the Common Expression Language is in "Workload Identity Federation", under
"Attribute mappings" and "Attribute conditions". Which claims tell one holder of a token from
another is no matter of the language: `issuers` knows it.

>>> from availability.cel_syntax import parse
>>> pins(parse("assertion.namespace_id == '12'"))
True
>>> pins(parse("assertion.namespace_id == '12' || true"))
False
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a condition that is written here is never read
    from availability.cloud.federation.cel import Node

KEYWORDS = ("assertion", "attribute", "google")
"""What conditions may refer to; mappings only to the first."""


class Extent(Enum):
    """How much of a claim is compared with a fixed text."""

    WHOLE = auto()
    BEGINNING = auto()
    END = auto()
    PIECE = auto()
    """Some part of it, wherever that stands."""


@dataclass(frozen=True)
class Comparison:
    """A claim of the token that has to have a fixed value, or a part of it."""

    claim: str
    """The claim's path below `assertion`, joined by dots: `sub`, `submods.gce.project_id`."""
    extent: Extent
    value: str
    """The text or number, never empty."""


Counts = Callable[[Comparison], bool]
"""Whether a comparison tells whose token it is."""


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
    names: set[str] = set()
    whole = node.parts[0] if node.kind in ("select", "index") else node
    if whole.kind == "name" and whole.name in KEYWORDS:
        if node.kind == "select":
            names.add(f"{whole.name}.{node.name}")
        elif node.kind == "index" and node.parts[1].kind == "string":
            names.add(f"{whole.name}.{node.parts[1].name}")
    return names.union(*(references(part) for part in node.parts))


def pins(
    condition: Node, mapping: Mapping[str, Node] | None = None, counts: Counts | None = None
) -> bool:
    """Whether every way to meet the condition has a comparison that counts.

    `mapping` has the expressions of mapped attributes, `attribute.NAME` -> expression. Without
    `counts` every comparison of a claim with a fixed value counts, whatever it tells. What only
    shuts somebody out (`!=`), and what only contains a text somewhere, is no comparison; nor is
    what this reader does not know, such as macros and arithmetic.
    """
    return _demands(condition, True, counts or (lambda _: True), mapping or {})


def comparisons(node: Node, mapping: Mapping[str, Node] | None = None) -> Iterator[Comparison]:
    """Every comparison in an expression, whether or not a token has to meet it."""
    for outcome in (True, False):
        yield from _compared(node, outcome, mapping or {})
    for part in node.parts:
        yield from comparisons(part, mapping)


def claim_of(expression: Node) -> str | None:
    """The claim that a mapped value is, or is a piece of; None for what is computed."""
    claim = _claim(expression, {})
    return claim.path if claim else None


def _demands(node: Node, outcome: bool, counts: Counts, mapping: Mapping[str, Node]) -> bool:
    """Whether the node has this outcome only where a comparison that counts is met."""

    def demanded(part: Node, outcome: bool) -> bool:
        return _demands(part, outcome, counts, mapping)

    parts = node.parts
    match node.kind, node.name:
        case "constant", ("true" | "false"):
            return (node.name == "true") is not outcome  # there is no way that it has this outcome
        case "unary", "!":
            return demanded(parts[0], not outcome)
        case "binary", ("&&" | "||"):
            together = (node.name == "&&") is outcome
            return (any if together else all)(demanded(part, outcome) for part in parts)
        case "choice", _:
            asked, yes, no = parts
            return (demanded(asked, True) or demanded(yes, outcome)) and (
                demanded(asked, False) or demanded(no, outcome)
            )
        case "binary", "==" | "!=" if _truths(node):
            same = (node.name == "==") is outcome
            (truth, *_), other = _truths(node), next(p for p in parts if p.kind != "constant")
            return demanded(other, truth is same)
        case _:
            compared = tuple(_compared(node, outcome, mapping))
            return bool(compared) and all(map(counts, compared))


def _truths(node: Node) -> list[bool]:
    """Which of `true` and `false` an equation has on one side, where the other is an expression."""
    sides = [part.name for part in node.parts if part.kind == "constant"]
    return [name == "true" for name in sides if name != "null"] if len(sides) == 1 else []


def _compared(node: Node, outcome: bool, mapping: Mapping[str, Node]) -> Iterator[Comparison]:
    """The comparisons of one of which the outcome of this very node takes; none for no such."""
    parts = node.parts
    match node.kind, node.name:
        case "binary", "==" | "!=" if (node.name == "==") is outcome:
            for side, other_side in (parts, parts[::-1]):
                yield from _equal(side, (other_side,), mapping)
        case "binary", "in" if outcome:
            element, collection = parts
            if collection.kind == "list":
                yield from _equal(element, collection.parts, mapping)
            else:
                yield from _equal(collection, (element,), mapping)
        case "call", "startsWith" | "endsWith" if outcome and node.method and len(parts) == 2:
            extent = Extent.BEGINNING if node.name == "startsWith" else Extent.END
            claim, text = _claim(parts[0], mapping), _fixed(parts[1])
            if claim and text:
                yield Comparison(claim.path, extent if claim.whole else Extent.PIECE, text)
        case "call", "matches" if outcome and node.method and len(parts) == 2:
            claim = _claim(parts[0], mapping)
            if claim and parts[1].kind == "string":
                yield from _matched(claim, parts[1].name)
        case _:
            return


def _equal(
    value: Node, others: tuple[Node, ...], mapping: Mapping[str, Node]
) -> Iterator[Comparison]:
    """A claim that equals one of these, where all of them are fixed."""
    claim, texts = _claim(value, mapping), [_fixed(other) for other in others]
    if claim and all(texts):
        extent = Extent.WHOLE if claim.whole else Extent.PIECE
        yield from (Comparison(claim.path, extent, text) for text in texts if text)


def _fixed(node: Node) -> str | None:
    """The value of a text or a number; None for an empty text, and for what is computed."""
    return (node.name or None) if node.kind in ("string", "number") else None


_LITERAL = r"[A-Za-z0-9:/_@-]|\\[^A-Za-z0-9]"
_BEGINNING = re.compile(rf"\^(?P<text>(?:{_LITERAL})+)(?P<rest>[^|]*)")
"""A pattern with a fixed beginning. An alternative might have another one."""


def _matched(claim: _Claim, pattern: str) -> Iterator[Comparison]:
    """A claim that begins with a fixed text, by a pattern. Patterns match anywhere without `^`."""
    match = _BEGINNING.fullmatch(pattern)
    if match is None:
        return
    letters, rest = re.findall(_LITERAL, match["text"]), match["rest"]
    if rest[:1] in ("*", "?", "{"):
        letters.pop()  # which may be there or not
    text = "".join(letter[-1] for letter in letters)
    extent = Extent.WHOLE if rest == "$" else Extent.BEGINNING
    if text:
        yield Comparison(claim.path, extent if claim.whole else Extent.PIECE, text)


@dataclass(frozen=True)
class _Claim:
    """A claim that an expression stands for."""

    path: str
    whole: bool
    """Or a piece of it."""

    def inside(self, key: str) -> _Claim:
        return _Claim(f"{self.path}.{key}", self.whole)

    def piece(self) -> _Claim:
        return _Claim(self.path, whole=False)


_SAME_TEXT = frozenset({"lowerAscii", "upperAscii", "trim"})
_PIECE_OF_TEXT = frozenset({"extract", "split", "substring"})


def _claim(node: Node, mapping: Mapping[str, Node]) -> _Claim | None:
    """The claim that a value is, or is a piece of; None for what is computed."""
    match node.kind:
        case "select":
            return _member(node.parts[0], node.name, mapping)
        case "index":
            inner, key = node.parts
            if key.kind == "string":
                return _member(inner, key.name, mapping)
            # An element of a claim that is a list, or one of the pieces that a text was split into.
            return _claim(inner, mapping) if key.kind == "number" else None
        case "call" if node.method and node.name in _SAME_TEXT:
            return _claim(node.parts[0], mapping)
        case "call" if node.method and node.name in _PIECE_OF_TEXT:
            claim = _claim(node.parts[0], mapping)
            return claim.piece() if claim else None
        case "call" if not node.method and node.name == "string" and len(node.parts) == 1:
            return _claim(node.parts[0], mapping)
        case _:
            return None


def _member(inner: Node, key: str, mapping: Mapping[str, Node]) -> _Claim | None:
    """`inner.key`: a claim, what a claim has inside, or what a mapped attribute is made of."""
    if inner.kind != "name":
        claim = _claim(inner, mapping)
        return claim.inside(key) if claim else None
    if inner.name == "assertion":
        return _Claim(key, whole=True)
    target = mapping.get(f"{inner.name}.{key}") if inner.name in KEYWORDS else None
    return _claim(target, {}) if target else None
