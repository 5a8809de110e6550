"""Where the values of a configuration are written in its YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from availability.input.errors import Position
from availability.stack.yaml_decoder import Decoder, entries, is_nothing
from availability.stack.yaml_tree import Kind, Node, lines_of

Entry = tuple[str, Node, Node]
"""A key, its node, and the node of its value."""


def position(lines: list[str], line: int, column: int) -> Position:
    """A place with the line that stands there."""
    text = lines[line - 1].strip() if line <= len(lines) else ""
    return Position(line, column, text)


class Places:
    """Finds paths like `vertex-residency:deployments.chat.needs[1]` among the keys of a file.

    The keys at the top are given with their namespaces. Nothing is done for a file of which no
    place is asked for, as for most there is not.
    """

    def __init__(self, text: str, top: Iterable[Entry]) -> None:
        self._text, self._given = text, top

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self._text)

    @cached_property
    def _top(self) -> tuple[Entry, ...]:
        return tuple(self._given)

    def locate(self, path: str, *, key: bool = False) -> Position | None:
        """Where a path's value (or with `key` its key) is written; of a missing one, its parent.

        None where nothing of it is written. Of an alias it is the place of what it stands for.
        """
        last_key: Node | None = None
        for key_node, value, rest in self._steps(path):
            if not rest:
                return self._place(key_node, value, key=key)
            last_key = key_node or last_key
        return self._position(last_key) if last_key else None

    def find(self, path: str, *, key: bool = False) -> Position | None:
        """The same, but None for a missing one."""
        step = self._last(path)
        return None if step is None else self._place(*step, key=key)

    def top_of(self, path: str) -> str | None:
        """The key at the top that a path leads to or into."""
        at_top = next(_matching(self._top, path), None)
        return next((key for key, node, _ in self._top if at_top and node is at_top[0]), None)

    def value(self, path: str) -> object:
        """What is written at a path; None where nothing is."""
        step = self._last(path)
        return None if step is None else Decoder().value(step[1])

    def _last(self, path: str) -> tuple[Node | None, Node] | None:
        """The nodes of the key and of the value at the end of a path, if all of it is written."""
        for key_node, value, rest in self._steps(path):
            if not rest:
                return key_node, value
        return None

    def _steps(self, path: str) -> Iterator[tuple[Node | None, Node, str]]:
        """Each (key, value, remaining path) on the way, as far as the path is written."""
        step = next(_matching(self._top, path), None)
        while step is not None:
            yield step
            _, node, rest = step
            step = next(_inside(node.resolved, rest), None) if rest else None

    def _place(self, key_node: Node | None, value: Node, *, key: bool) -> Position:
        own_place = key_node is None or not (key or (is_nothing(value) and not value.text))
        return self._position(value.resolved if own_place else key_node or value)

    def _position(self, node: Node) -> Position:
        return position(self._lines, node.line, node.column)


def _inside(node: Node, rest: str) -> Iterator[tuple[Node | None, Node, str]]:
    """Each (key, value, remaining path) that a path may go on with inside of a list or a map."""
    if node.kind is Kind.LIST and (match := re.match(r"\[(\d{1,9})\]\.?", rest)):
        index = int(match[1])
        if index < len(node.children):
            yield None, node.children[index], rest[match.end() :]
    if node.kind is Kind.MAP:
        yield from _matching(entries(node, Decoder()), rest)


def _matching(known: Iterable[Entry], rest: str) -> Iterator[tuple[Node | None, Node, str]]:
    """The keys that a path may start with, the longest first, each with what remains."""
    candidates = [
        entry
        for entry in known
        if rest.startswith(entry[0]) and rest[len(entry[0]) :][:1] in ("", ".", "[")
    ]
    for full, key_node, value in sorted(candidates, key=lambda entry: -len(entry[0])):
        yield key_node, value, rest[len(full) :].removeprefix(".")
