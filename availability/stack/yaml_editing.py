"""Changes single characters of a YAML text, and leaves all others of it where they are.

To write a file anew from its tree, as YAML libraries do, changes its line ends, its indentation,
its quotes or the places of its comments. What is only put in between, or taken out, changes none
of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from availability.stack.yaml_text import entry
from availability.stack.yaml_tree import LINE_BREAK, Kind, Node

_AT_END = re.compile(rf"(?:{LINE_BREAK.pattern})\Z")
_BLANKS = " \t\r\n\x85\u2028\u2029"


@dataclass(frozen=True)
class Edit:
    """Characters of a text, from the first to before the last, and what takes their place."""

    start: int
    end: int
    text: str


class NoRoom(ValueError):
    """A change that can't be made in place, at a node."""

    def __init__(self, message: str, node: Node) -> None:
        self.node = node
        super().__init__(message)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all of the edits, whose places are those in the text as it is.

    Several at one place stand there in their order, and what several take out is gone. A text
    without a line break at its end still has none.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    result = "".join([*parts, text[at:]])
    return result if _AT_END.search(text) else _AT_END.sub("", result)


def added(text: str, node: Node, key: str, value: object, after: str) -> list[Edit]:
    """What adds a key with a value to the map that a node is, in the form that it is written in.

    In a block it is a line of its own, below that of the key `after` if that is one line. What is
    an alias becomes a map of its own that merges what the alias stands for. Raises NoRoom.
    """
    if node.kind is Kind.ALIAS:
        end = f", {entry(key, value, in_brackets=True)}}}"
        return [Edit(node.start, node.start, "{<<: "), Edit(node.end, node.end, end)]
    pairs = list(node.pairs)
    first_key, last_value = pairs[0][0], pairs[-1][1]
    # In quotes beside such keys, as somebody writes who writes JSON.
    quote = '"' if text[first_key.start] == '"' else ""
    line = entry(key, value, quote, in_brackets=node.in_brackets)
    if node.in_brackets:
        return [Edit(last_value.end, last_value.end, f", {line}")]
    return [_line(text, pairs, line, after)]


def _line(text: str, pairs: list[tuple[Node, Node]], line: str, after: str) -> Edit:
    """A line with the entry, after one that holds another entry as a whole, else before all."""
    on_a_line = [
        (key, value) for key, value in pairs if not LINE_BREAK.search(text, key.start, value.end)
    ]
    preferred = [(key, value) for key, value in on_a_line if key.text == after]
    indentation = " " * (pairs[0][0].column - 1)
    for _, value in (*preferred, *on_a_line):
        return line_after(text, value.end, f"{indentation}{line}")
    start = pairs[0][0].start - len(indentation)
    if text[start : pairs[0][0].start] != indentation:
        raise NoRoom("no line of it stands alone", pairs[0][0])
    return Edit(start, start, f"{indentation}{line}{break_of(text)}")


def line_after(text: str, at: int, line: str) -> Edit:
    """A line below the one that holds a character."""
    line_break = LINE_BREAK.search(text, at)
    if line_break is None:  # the last line of a file that ends without a break
        return Edit(len(text), len(text), f"{break_of(text)}{line}")
    return Edit(line_break.end(), line_break.end(), f"{line}{line_break[0]}")


def without_lines(text: str, start: int, end: int) -> Edit:
    """What takes out the lines from one character to another, the rest of the last one included."""
    first = start_of_line(text, start)
    line_break = LINE_BREAK.search(text, end)
    return Edit(first, line_break.end() if line_break else len(text), "")


def start_of_line(text: str, at: int) -> int:
    """Where the line of a character starts."""
    starts = [found.end() for found in LINE_BREAK.finditer(text, 0, at)]
    return starts[-1] if starts else 0


def content_end(text: str, node: Node) -> int:
    """How many characters come before the end of what a node itself has, without what follows."""
    if node.children and not node.in_brackets:
        return max(content_end(text, child) for child in node.children)
    return node.start + len(text[node.start : node.end].rstrip(_BLANKS))


def break_of(text: str) -> str:
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
