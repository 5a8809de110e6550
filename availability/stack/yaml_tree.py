"""The tree of a YAML file, parsed as Pulumi's engine parses it.

The engine reads YAML by gopkg.in/yaml.v3, which is libyaml in Go; PyYAML parses by libyaml itself.
The limits are those of yaml.v3 (scannerc.go): 10,000 levels of nesting.

Every wheel of PyYAML has libyaml. Where somebody has built one without, its own parser reads the
same out of a file or refuses it, a tab before a value for one, in other words. Only a tag with a
comma or a bracket in it is the other way around: libyaml refuses it, and yaml.v3 does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast

import yaml
from yaml import events
from yaml.error import Mark, MarkedYAMLError
from yaml.reader import ReaderError

MAX_DEPTH = 10_000
"""How many lists and maps may stand inside of each other, by the engine's reader."""

LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_PREFIX = "tag:yaml.org,2002:"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Kind(Enum):
    """What a node is."""

    SCALAR = auto()
    MAP = auto()
    LIST = auto()
    ALIAS = auto()


@dataclass(slots=True, eq=False)
class Node:
    """One node of a YAML document."""

    kind: Kind
    starts: Mark
    """Where its first character stands; its anchor and its tag are part of it."""
    ends: Mark
    """Where what follows it stands, which for a map or a list in a block is the next key or item.
    """
    tag: str = ""
    """As it is written, `!!int` for YAML's own; empty where there is none."""
    text: str = ""
    """Of a scalar its text, of an alias the name of its anchor."""
    plain: bool = False
    """Whether a scalar stands without quotes and is no block."""
    children: Sequence[Node] = ()
    """Of a list its items; of a map its keys and values, in turn."""
    target: Node | None = None
    """What an alias stands for."""
    in_brackets: bool = False
    """Whether a map or a list is written in brackets."""

    # Of most nodes nobody asks where they stand, and a stack's file has many.

    @property
    def line(self) -> int:
        """Counted from 1, as is the column."""
        return self.starts.line + 1

    @property
    def column(self) -> int:
        """Counted from 1."""
        return self.starts.column + 1

    @property
    def start(self) -> int:
        """How many characters of the text come before it."""
        return self.starts.index

    @property
    def end(self) -> int:
        """How many characters come before what follows it."""
        return self.ends.index

    @property
    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """The keys of a map, each with its value."""
        return zip(self.children[::2], self.children[1::2], strict=True)

    @property
    def resolved(self) -> Node:
        """The node itself, or what an alias stands for."""
        return self if self.target is None else self.target


class NotYaml(ValueError):
    """A text that is no YAML to the engine; line and column are counted from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        self.line, self.column = line, column
        super().__init__(message)


def lines_of(text: str) -> list[str]:
    """The lines of a text, as YAML counts them."""
    return LINE_BREAK.split(text)


def compose(text: str) -> Node | None:
    """The root of the first document, which is all that the engine reads; None for no document.

    Raises NotYaml.
    """
    try:
        return _Composer().root(_LOADER(text).get_event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = str(error.problem or error.context)
        if mark is None:
            raise NotYaml(message) from error
        raise NotYaml(message, mark.line + 1, mark.column + 1) from error
    except ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        lines = lines_of(before)
        raise NotYaml(str(error.reason), len(lines), len(lines[-1]) + 1) from error


class _Composer:
    def __init__(self) -> None:
        self._anchors: dict[str, Node] = {}
        self._open: list[Node] = []
        self._items: list[list[Node]] = [[]]
        """The children so far of each of these, after those of the document, its root alone."""
        self._depth = {True: 0, False: 0}
        """Open collections, those in brackets (True) and those in blocks (False)."""

    def root(self, next_event: Callable[[], Any]) -> Node | None:
        """The root of the document that these events are of."""
        items = self._items[-1]
        while True:
            event = next_event()
            what = cast("type[object]", type(event))
            # In the order of how often they come: a file has thousands of events.
            if what is events.ScalarEvent:
                items.append(self._scalar(event))
            elif what is events.MappingStartEvent or what is events.SequenceStartEvent:
                items = self._entered(event, items)
            elif what is events.MappingEndEvent or what is events.SequenceEndEvent:
                items = self._left(event)
            elif what is events.AliasEvent:
                items.append(self._alias(event))
            elif what is events.DocumentStartEvent:
                _check_version(event)
            elif what is not events.StreamStartEvent:  # the end of the document, or of the file
                return items[0] if items else None

    def _scalar(self, event: Any) -> Node:
        tag = _tag(event.tag) if event.tag else ""
        plain = not event.style
        node = Node(Kind.SCALAR, event.start_mark, event.end_mark, tag, event.value, plain)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        name, starts = str(event.anchor), event.start_mark
        if name not in self._anchors:
            raise NotYaml(f"unknown anchor {name!r}", starts.line + 1, starts.column + 1)
        target = self._anchors[name]
        return Node(Kind.ALIAS, starts, event.end_mark, text=name, target=target)

    def _entered(self, event: Any, items: list[Node]) -> list[Node]:
        """The children, none so far, of the map or list that begins; `items` are its siblings."""
        kind = Kind.MAP if type(event) is events.MappingStartEvent else Kind.LIST
        tag, in_brackets = _tag(event.tag) if event.tag else "", bool(event.flow_style)
        node = Node(kind, event.start_mark, event.end_mark, tag, in_brackets=in_brackets)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        items.append(node)
        inner: list[Node] = []
        node.children = inner
        self._open.append(node)
        self._items.append(inner)
        self._depth[in_brackets] += 1
        if self._depth[in_brackets] > MAX_DEPTH:
            message = f"lists and maps are nested more than {MAX_DEPTH} levels deep"
            raise NotYaml(message, node.line, node.column)
        return inner

    def _left(self, event: Any) -> list[Node]:
        """The siblings of the map or list that ends."""
        node = self._open.pop()
        node.ends = event.end_mark
        self._depth[node.in_brackets] -= 1
        self._items.pop()
        return self._items[-1]


def _tag(written: str) -> str:
    return f"!!{written.removeprefix(_PREFIX)}" if written.startswith(_PREFIX) else written


def _check_version(event: Any) -> None:
    """Raises NotYaml for a document whose header names a version that the engine doesn't take."""
    if event.version not in (None, (1, 1)):
        version = ".".join(str(number) for number in event.version)
        message = f"its header says YAML {version}, and Pulumi's engine takes 1.1 alone"
        raise NotYaml(message, event.start_mark.line + 1)
