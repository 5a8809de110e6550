"""Makes a YAML text say something else, by the least that has to change of it.

What is the same before and after keeps every character, comments and quotes among them. What goes
takes its lines with it, or its place in the brackets, and what is new is written on one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import cast

from availability.stack.yaml_decoder import Decoder, is_merge
from availability.stack.yaml_editing import (
    Edit,
    NoRoom,
    added,
    break_of,
    content_end,
    is_shared,
    line_after,
    start_of_line,
    without_lines,
)
from availability.stack.yaml_text import written
from availability.stack.yaml_tree import LINE_BREAK, Kind, Node

MAIN_KEY = "model"
"""The key of a deployment that another one is written below, where both are new to it."""


def difference(
    text: str, roots: tuple[Node, ...], at: Place, old: object, new: object
) -> list[Edit]:
    """What makes the text at a place say `new` where it says `old`, as the engine reads it.

    `roots` are the nodes that hold all aliases. Raises NoRoom for what can't be made in place.
    """
    return [*_Differ(text, roots).edits(at, old, new)]


@dataclass(frozen=True)
class Place:
    """A node, and where in the text what announces it ends: the colon or the dash before it."""

    node: Node
    after: int
    in_brackets: bool = False
    """Whether it stands inside of brackets."""


@dataclass(frozen=True)
class _Entry:
    """What stands in a map or a list: of a map a key and its value, of a list an item."""

    start: Node
    value: Node


@dataclass(frozen=True)
class _Differ:
    text: str
    roots: tuple[Node, ...]

    def edits(self, at: Place, old: object, new: object) -> Iterator[Edit]:
        """See `difference`."""
        if _same(old, new):
            return
        node = at.node
        if is_shared(node, self.roots):
            raise NoRoom("an alias stands for this, too, and would say the same", node)
        maps, lists = (_as_map(old), _as_map(new)), (_as_list(old), _as_list(new))
        if node.children and maps[0] is not None and maps[1]:
            yield from self._map(at, maps[0], maps[1])
        elif node.children and lists[0] is not None and lists[1]:
            yield from self._list(node, lists[0], lists[1])
        elif node.kind is Kind.ALIAS and (None not in maps or None not in lists):
            raise NoRoom(f"it is an alias of {node.text}, and only part of it changes", node)
        else:
            yield from self._replaced(at, new)

    def _replaced(self, at: Place, new: object) -> Iterator[Edit]:
        """The whole value in the place of another one."""
        node, text = at.node, self.text
        value = written(new, self._quote(node), in_brackets=at.in_brackets)
        is_block = bool(node.children) and not node.in_brackets
        if node.start == node.end:  # nothing is written there
            yield Edit(at.after, at.after, f" {value}")
        elif is_block and LINE_BREAK.search(text, at.after, node.start):
            yield Edit(at.after, at.after, f" {value}")
            yield without_lines(text, node.start, content_end(text, node))
        else:
            yield Edit(node.start, content_end(text, node), value)

    def _quote(self, node: Node) -> str:
        """The quotation mark of a text, or of the first text in it."""
        while node.children:
            node = node.children[0]
        sign = self.text[node.start : node.start + 1]
        return sign if sign in ("'", '"') else ""

    def _map(self, at: Place, old: dict[str, object], new: dict[str, object]) -> Iterator[Edit]:
        node = at.node
        own = self._own_entries(node)
        gone = [key not in new for key in own]
        inherited = [key for key in old if key not in own and key not in new]
        if inherited:
            raise NoRoom(f"its key {inherited[0]} comes from another map, by <<", node)
        if all(gone) and len(own) == len([*node.pairs]):
            yield from self._replaced(at, new)
            return
        entries = [*own.values()]
        for entry, key in zip(entries, own, strict=True):
            if key in new:
                place = Place(entry.value, self._after_colon(entry), node.in_brackets)
                yield from self.edits(place, old[key], new[key])
        yield from self._without(node, entries, gone)
        for key in new:
            if key not in own and not _same(old.get(key), new[key]):
                yield from added(self.text, node, key, new[key], self._neighbour(node))

    def _own_entries(self, node: Node) -> dict[str, _Entry]:
        """The keys that a map has itself, without those that it merges."""
        decoder = Decoder()
        return {
            key: _Entry(key_node, value)
            for key_node, value in node.pairs
            if not is_merge(key_node) and (key := decoder.key(key_node)) is not None
        }

    def _neighbour(self, node: Node) -> str:
        """The key that a new one is written below: the model's, or the last one on one line."""
        keys = [
            key.text
            for key, value in node.pairs
            if not LINE_BREAK.search(self.text, key.start, value.end)
        ]
        return MAIN_KEY if MAIN_KEY in keys or not keys else keys[-1]

    def _after_colon(self, entry: _Entry) -> int:
        match = re.compile(r"\s*:").match(self.text, entry.start.end)
        return match.end() if match else entry.value.start

    def _list(self, node: Node, old: list[object], new: list[object]) -> Iterator[Edit]:
        entries = [_Entry(item, item) for item in node.children]
        gone = [False] * len(entries)
        matcher = SequenceMatcher(None, [*map(_json, old)], [*map(_json, new)], autojunk=False)
        for tag, start, end, first, last in matcher.get_opcodes():
            both = 0 if tag == "equal" else min(end - start, last - first)
            for index in range(both):
                item = node.children[start + index]
                place = Place(item, item.start, node.in_brackets)
                yield from self.edits(place, old[start + index], new[first + index])
            if tag != "equal":
                gone[start + both : end] = [True] * (end - start - both)
                more = new[first + both : last]
                yield from self._items(node, start + both, more)
        yield from self._without(node, entries, gone)

    def _items(self, node: Node, index: int, items: list[object]) -> Iterator[Edit]:
        """New items of a list that has some, before the one at a place."""
        quote = self._quote(node)
        texts = [written(item, quote, in_brackets=node.in_brackets) for item in items]
        beside = node.children[max(index - 1, 0)]
        for text in texts:
            if not node.in_brackets:
                line = f"{self._dash(beside)}{text}"
                if index:
                    yield line_after(self.text, content_end(self.text, beside), line)
                else:
                    start = start_of_line(self.text, beside.start)
                    yield Edit(start, start, f"{line}{break_of(self.text)}")
            elif index:
                yield Edit(beside.end, beside.end, f", {text}")
            else:
                yield Edit(beside.start, beside.start, f"{text}, ")

    def _without(self, node: Node, entries: list[_Entry], gone: list[bool]) -> Iterator[Edit]:
        """What takes out entries, of which at least one stays."""
        for index, entry in enumerate(entries):
            if not gone[index]:
                continue
            if not node.in_brackets:
                self._check_lines(node, entry)
                yield without_lines(
                    self.text, entry.start.start, content_end(self.text, entry.value)
                )
            elif all(gone[:index]):
                yield self._between(entry, entry.start.start, entries[index + 1].start.start)
            else:
                yield self._between(entry, entries[index - 1].value.end, entry.value.end)

    def _between(self, entry: _Entry, start: int, end: int) -> Edit:
        """What takes out an entry in brackets with a comma beside it."""
        outside = self.text[start : entry.start.start] + self.text[entry.value.end : end]
        if "#" in outside:
            raise NoRoom("a comment stands between it and what stands beside it", entry.start)
        return Edit(start, end, "")

    def _check_lines(self, node: Node, entry: _Entry) -> None:
        """Raises NoRoom where an entry of a block shares its first line with something else."""
        if node.kind is Kind.LIST:
            self._dash(entry.start)
        elif self._before(entry.start).strip(" "):
            raise _no_room(entry.start)

    def _dash(self, item: Node) -> str:
        """What stands before an item on its line: blanks and a dash."""
        before = self._before(item)
        if not re.fullmatch(r" *- *", before):
            raise _no_room(item)
        return f"{before.rstrip()} "

    def _before(self, node: Node) -> str:
        return self.text[start_of_line(self.text, node.start) : node.start]


def _no_room(node: Node) -> NoRoom:
    return NoRoom("no line of it stands alone", node)


def _as_map(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _as_list(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _same(old: object, new: object) -> bool:
    return _json(old) == _json(new)


def _json(value: object) -> str:
    """A value such that true is not 1."""
    return json.dumps(value, sort_keys=True)
