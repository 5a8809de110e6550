"""What a YAML tree says, as the engine's reader has it: aliases, merged maps, keys of any kind.

After gopkg.in/yaml.v3 (decode.go). Its rule against documents that aliases blow up is kept without
doing the work: what an alias stands for is read once, and counted each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from availability.stack.yaml_tree import Kind, Node
from availability.stack.yaml_values import as_text, is_null, scalar

MAX_LEVELS = 100
"""How deep a value may be. The engine takes more, and no key of any program needs that."""

MERGE = "<<"

MAX_EXPANDED = 16 * 2**20
"""How many characters the values may have in all, once aliases stand written out."""

_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)
_RATIO_LOW, _RATIO_HIGH = 400_000, 4_000_000
_MANY_ALIASED, _MANY_READ = 100, 1_000


class Refused(ValueError):
    """A document that the engine's reader refuses as a whole, at one of its nodes."""

    def __init__(self, node: Node, message: str) -> None:
        self.node = node
        super().__init__(message)


class Decoder:
    """Reads values out of one document. What is wrong with single nodes is kept in `wrong`."""

    def __init__(self) -> None:
        self.wrong: list[tuple[Node, str]] = []
        self._read = 0
        """The nodes that have been read, those behind an alias each time again."""
        self._aliased = 0
        """Those of them that stand behind an alias."""
        self._alias_depth = 0
        self._open: list[Node] = []
        self._known: dict[int, tuple[object, int]] = {}
        """Of a node behind an alias, by its identity: the value, and how many nodes it has."""

    def value(self, node: Node) -> object:
        """The node's value: None, a bool, an int, a float, a str, a list or a dict of them.

        Raises Refused.
        """
        self._count(node, 1)
        kind = node.kind
        if kind is Kind.SCALAR:
            return self._scalar(node)
        if kind is Kind.ALIAS and node.target is not None:
            return self._behind(node, node.target)
        self._enter(node)
        try:
            if kind is Kind.MAP:
                return self._map(node)
            return [self.value(child) for child in node.children]
        finally:
            self._open.pop()

    def key(self, node: Node) -> str | None:
        """A key as the engine prints it, so that `true` and 1 are keys; None for what is none."""
        target = node.resolved
        if target.kind is not Kind.SCALAR:
            self.wrong.append((node, "a key is a text, not a list or a map"))
            return None
        value = self._scalar(target)
        if isinstance(value, str):
            return value
        return "<nil>" if value is None else as_text(value)

    def _count(self, node: Node, nodes: int) -> None:
        """The rule of yaml.v3 against excessive aliasing."""
        self._read += nodes
        if self._alias_depth:
            self._aliased += nodes
        if self._aliased <= _MANY_ALIASED or self._read <= _MANY_READ:
            return
        over = min(max(self._read - _RATIO_LOW, 0) / (_RATIO_HIGH - _RATIO_LOW), 1)
        if self._aliased / self._read > 0.99 - 0.89 * over:
            raise Refused(node, "the document contains excessive aliasing")

    def _behind(self, alias: Node, target: Node) -> object:
        self._alias_depth += 1
        try:
            if (known := self._known.get(id(target))) is not None:
                self._count(alias, known[1])
                return known[0]
            if any(target is other for other in self._open):
                raise Refused(alias, f"the anchor {alias.text!r} contains itself")
            before = self._read
            value = self.value(target)
            self._known[id(target)] = (value, self._read - before)
            return value
        finally:
            self._alias_depth -= 1

    def _enter(self, node: Node) -> None:
        self._open.append(node)
        if len(self._open) > MAX_LEVELS:
            raise Refused(node, f"this is nested more than {MAX_LEVELS} levels deep")

    def _scalar(self, node: Node) -> object:
        try:
            return scalar(node.tag, node.text, plain=node.plain)
        except ValueError as error:
            self.wrong.append((node, str(error)))
            return None

    def _map(self, node: Node) -> dict[str, object]:
        values: dict[str, object] = {}
        merged: Node | None = None
        written: dict[str | tuple[Kind, str], Node] = {}
        """By the text of a scalar; of others with their kind, because an alias is no text."""
        places: dict[str, Node] = {}
        for key_node, value in node.pairs:
            text, is_scalar = key_node.text, key_node.kind is Kind.SCALAR
            same = written.setdefault(text if is_scalar else (key_node.kind, text), key_node)
            if same is not key_node:
                self._again(key_node, text, same)
            elif is_scalar and text == MERGE:
                merged = value
            elif (key := self._read_key(key_node)) is not None:
                if (first := places.setdefault(key, key_node)) is not key_node:
                    self._again(key_node, key, first)
                values[key] = self.value(value)
        if merged is not None:
            self._read += len(node.children) // 2  # yaml.v3 reads the keys a second time
            self._merge(merged, values)
        return values

    def _read_key(self, node: Node) -> str | None:
        self._count(node, 1 if node.target is None else 2)
        return self.key(node)

    def _again(self, node: Node, key: str, first: Node) -> None:
        message = f"the key {key!r} stands here again, first in line {first.line}"
        self.wrong.append((node, message))

    def _merge(self, node: Node, target: dict[str, object]) -> None:
        """Adds what `<<` names; keys that are there already keep their values."""
        several = node.kind is Kind.LIST
        for source in node.children if several else [node]:
            if source.resolved.kind is not Kind.MAP:
                self.wrong.append((source, "only a map can be merged with <<"))
                continue
            values = cast("dict[str, object]", self.value(source))
            for key, value in values.items():
                target.setdefault(key, value)


def is_merge(node: Node) -> bool:
    """Whether a key is `<<`, which merges a map.

    In quotes, too: the engine writes what it has read as YAML once more, and leaves them out.
    """
    return node.kind is Kind.SCALAR and node.text == MERGE


def entries(node: Node, decoder: Decoder) -> Iterator[tuple[str, Node, Node]]:
    """The keys of a map with their nodes and those of their values, merged ones last."""
    sources: list[Node] = []
    for key_node, value in node.pairs:
        if is_merge(key_node):
            sources += value.children if value.kind is Kind.LIST else [value]
        elif (key := decoder.key(key_node)) is not None:
            yield key, key_node, value
    for source in sources:
        if source.resolved.kind is Kind.MAP:
            yield from entries(source.resolved, decoder)


def is_nothing(node: Node) -> bool:
    """Whether a node is null."""
    target = node.resolved
    return target.kind is Kind.SCALAR and is_null(target.tag, target.text, plain=target.plain)


def expanded(value: object) -> int:
    """How many characters a value has at least, what it shares with others counted each time."""
    return _expanded(value, {})


def _expanded(value: object, known: dict[int, int]) -> int:
    if isinstance(value, str):
        return len(value) + 2
    if not isinstance(value, dict | list):
        return 4
    if id(value) not in known:  # pyright: ignore[reportUnknownArgumentType]
        inner: list[object] = []
        if isinstance(value, dict):
            pairs = cast("dict[str, object]", value)
            inner += [*pairs, *pairs.values()]
        else:
            inner += cast("list[object]", value)
        known[id(value)] = 2 + sum(_expanded(item, known) + 1 for item in inner)  # pyright: ignore[reportUnknownArgumentType]
    return known[id(value)]  # pyright: ignore[reportUnknownArgumentType]


def is_plain_data(value: object) -> bool:
    """Whether all of a value can be written as JSON: no infinity, and no bytes that are no text."""
    try:
        _JSON.encode(value).encode()
    except ValueError:  # as UnicodeEncodeError is one
        return False
    return True
