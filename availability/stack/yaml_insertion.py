"""Adds an entry to a map of a YAML text, and leaves every character of the text where it is.

To write a file anew from its tree, as YAML libraries do, changes its line ends, its indentation,
its quotes or the places of its comments. What is only put in between changes none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from availability.stack.yaml_tree import LINE_BREAK, Kind, Node


@dataclass(frozen=True)
class Insertion:
    """A text, and how many characters of the other one come before it."""

    at: int
    text: str


class NoRoom(ValueError):
    """No line of a map stands alone, so that no other one can follow it."""


def inserted(text: str, insertions: Iterable[Insertion]) -> str:
    """The text with all of the insertions, whose places are those in the text as it is."""
    for insertion in sorted(insertions, key=lambda insertion: insertion.at, reverse=True):
        text = text[: insertion.at] + insertion.text + text[insertion.at :]
    return text


def added(text: str, node: Node, key: str, value: str, after: str) -> list[Insertion]:
    """What adds `key: value` to the map that a node is, in the form that the map is written in.

    In a block it is a line of its own, below that of the key `after` if that is one line. What is
    an alias becomes a map of its own that merges what the alias stands for. Raises NoRoom.
    """
    if node.kind is Kind.ALIAS:
        end = f", {key}: {value}}}"
        return [Insertion(node.start, "{<<: "), Insertion(node.end, end)]
    pairs = [*node.pairs]
    first_key, last_value = pairs[0][0], pairs[-1][1]
    entry = f"{key}: {value}"
    if text[first_key.start] == '"':
        entry = f'"{key}": "{value}"'  # as somebody writes who writes JSON
    if node.in_brackets:
        return [Insertion(last_value.end, f", {entry}")]
    return [_line(text, pairs, entry, after)]


def _line(text: str, pairs: list[tuple[Node, Node]], entry: str, after: str) -> Insertion:
    """A line with the entry, after one that holds another entry as a whole, else before all."""
    on_a_line = [
        (key, value) for key, value in pairs if not LINE_BREAK.search(text, key.start, value.end)
    ]
    preferred = [(key, value) for key, value in on_a_line if key.text == after]
    indentation = " " * (pairs[0][0].column - 1)
    for _, value in (*preferred, *on_a_line):
        line_break = LINE_BREAK.search(text, value.end)
        if line_break is None:  # the last line of a file that ends without a break
            return Insertion(len(text), f"{_break_of(text)}{indentation}{entry}")
        return Insertion(line_break.end(), f"{indentation}{entry}{line_break[0]}")
    start = pairs[0][0].start - len(indentation)
    if text[start : pairs[0][0].start] != indentation:
        raise NoRoom(text[start : pairs[0][0].end])
    return Insertion(start, f"{indentation}{entry}{_break_of(text)}")


def _break_of(text: str) -> str:
    """How lines end in a text, by the first of them."""
    found = LINE_BREAK.search(text)
    return found[0] if found else "\n"


def is_shared(node: Node, roots: Iterable[Node]) -> bool:
    """Whether an alias stands for a node, or for one that it is inside of.

    The aliases are those in `roots` and below them.
    """
    left = [*roots]
    while left:
        other = left.pop()
        left += other.children
        target = other.target
        if target is not None and target.start <= node.start and node.end <= target.end:
            return True
    return False
