"""The tree of a YAML file, parsed as Pulumi's engine parses it.

The engine reads YAML by gopkg.in/yaml.v3, which is libyaml in Go; PyYAML parses by libyaml itself.
The limits are those of yaml.v3 (scannerc.go): 10,000 levels of nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import yaml
from yaml import events
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

MAX_DEPTH = 10_000
"""How many lists and maps may stand inside of each other, by the engine's reader."""

LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_PREFIX = "tag:yaml.org,2002:"
_PARSE: Any = yaml.parse  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
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
    line: int
    """Counted from 1, as is the column."""
    column: int
    tag: str = ""
    """As it is written, `!!int` for YAML's own; empty where there is none."""
    text: str = ""
    """Of a scalar its text, of an alias the name of its anchor."""
    plain: bool = False
    """Whether a scalar stands without quotes and is no block."""
    children: list[Node] = field(default_factory=list["Node"])
    """Of a list its items; of a map its keys and values, in turn."""
    target: Node | None = None
    """What an alias stands for."""
    start: int = 0
    """How many characters of the text come before it; its anchor and its tag are part of it."""
    end: int = 0
    """How many come before what follows it, which for a map or a list in a block is the next key or
    item."""
    in_brackets: bool = False
    """Whether a map or a list is written in brackets."""

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
        return _Composer().root(_PARSE(text, Loader=_LOADER))
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
        self._depth = {True: 0, False: 0}
        """Open collections, those in brackets (True) and those in blocks (False)."""
        self._styles: list[bool] = []

    def root(self, parsed: Iterator[Any]) -> Node | None:
        root: Node | None = None
        for event in parsed:
            if isinstance(event, events.DocumentEndEvent):
                break
            if isinstance(event, events.DocumentStartEvent) and event.version not in (None, (1, 1)):
                version = ".".join(str(number) for number in event.version)
                message = f"its header says YAML {version}, and Pulumi's engine takes 1.1 alone"
                raise NotYaml(message, event.start_mark.line + 1)
            if isinstance(event, events.NodeEvent):
                node = self._node(event)
                if self._open:
                    self._open[-1].children.append(node)
                else:
                    root = root or node
                if isinstance(event, events.CollectionStartEvent):
                    self._enter(node, in_brackets=bool(event.flow_style))
            elif isinstance(event, events.CollectionEndEvent):
                self._open.pop().end = event.end_mark.index
                self._depth[self._styles.pop()] -= 1
        return root

    def _node(self, event: Any) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, events.AliasEvent):
            name = str(event.anchor)
            if name not in self._anchors:
                raise NotYaml(f"unknown anchor {name!r}", line, column)
            target = self._anchors[name]
            start, end = event.start_mark.index, event.end_mark.index
            return Node(Kind.ALIAS, line, column, text=name, target=target, start=start, end=end)
        tag = re.sub(f"^{_PREFIX}", "!!", event.tag or "")
        if isinstance(event, events.ScalarEvent):
            node = Node(Kind.SCALAR, line, column, tag, event.value, not event.style)
        elif isinstance(event, events.MappingStartEvent):
            node = Node(Kind.MAP, line, column, tag)
        else:
            node = Node(Kind.LIST, line, column, tag)
        node.start, node.end = event.start_mark.index, event.end_mark.index
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _enter(self, node: Node, *, in_brackets: bool) -> None:
        node.in_brackets = in_brackets
        self._open.append(node)
        self._styles.append(in_brackets)
        self._depth[in_brackets] += 1
        if self._depth[in_brackets] > MAX_DEPTH:
            message = f"lists and maps are nested more than {MAX_DEPTH} levels deep"
            raise NotYaml(message, node.line, node.column)
