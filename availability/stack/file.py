"""Reads a stack file as the engine does, and knows where each value stands.

The engine's reader (go-yaml, YAML 1.1 types without the words yes and no) decides what a value is:
`no` stays the text "no", an unquoted 2025-05-12 becomes "2025-05-12 00:00:00 +0000 UTC", 1.0
becomes 1, and an empty value the empty text. What comes out here is what `pulumi.Config` hands to
the program: every value as text, lists and maps as JSON.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

from availability.input.errors import NAMESPACE, BadInput, Position, Problem
from availability.stack.yaml_decoder import (
    MAX_EXPANDED,
    Decoder,
    Refused,
    entries,
    expanded,
    is_nothing,
    is_plain_data,
)
from availability.stack.yaml_places import Entry, Places, position
from availability.stack.yaml_tree import Kind, Node, NotYaml, compose, lines_of
from availability.stack.yaml_values import as_text, is_string

_OPENING = ("[", "{")
_FILE_NAME = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9_.-]+)\.ya?ml")
_KEY = re.compile(r"[^:]*:(config:)?[^:]*|[^:]+", re.DOTALL)
_TEXTS = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""What a stack file says beside `config`, always as a text."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODINGS = {
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF8: "utf-8",
}
"""What the encoding of a file is, by the mark at its start."""


@dataclass(frozen=True)
class StackFile:
    """A stack file as the engine would hand it to the program."""

    path: Path
    stack: str
    """From the file's name, `Pulumi.<stack>.yaml`."""
    values: dict[str, str]
    """Configuration key with its namespace -> its text."""
    config: Mapping[str, object] = field(repr=False)
    """The same as values: None, bools, numbers, texts, lists and maps."""
    environment: str | None = None
    """What the file's `environment` names, in words; None where it has none."""
    _places: Places | None = field(default=None, repr=False, compare=False)

    @property
    def encrypted(self) -> frozenset[str]:
        """The keys that hold an encrypted value, or have one somewhere inside."""
        return frozenset(key for key, value in self.config.items() if holds_secret(value))

    def locate(self, path: str, *, key: bool = False) -> Position | None:
        """Where a key's value (or with `key` the key) is written; of a missing one, its parent.

        `path` is like `vertex-residency:deployments.chat.needs[1]`. Of an alias it is the place of
        what it stands for.
        """
        return self._places.locate(path, key=key) if self._places else None

    def find(self, path: str, *, key: bool = False) -> Position | None:
        """The same, but None for a key that this file does not have."""
        return self._places.find(path, key=key) if self._places else None

    def value(self, path: str) -> object:
        """What is written at a path; None where nothing is."""
        return self._places.value(path) if self._places else None


def stack_name(path: Path) -> str:
    """The stack that a file configures, from the name of the file."""
    match = _FILE_NAME.fullmatch(path.name)
    return match["stack"] if match else path.stem


def read_stack_file(path: Path, name: Path | None = None, project: str = NAMESPACE) -> StackFile:
    """The file's configuration. Raises BadInput where it can't be read or is no stack file.

    `name` is what messages call it, by default the path. `project` is the name of its Pulumi
    project, whose keys need no namespace.
    """
    return parsed(read_text(path, str(name or path)), path, name, project)


def parsed(text: str, path: Path, name: Path | None = None, project: str = NAMESPACE) -> StackFile:
    """The same for a text that is not, or not yet, what the file holds. Raises BadInput."""
    name = name or path
    reader = Reader(str(name), text)
    with reader:
        config, node = reader.config(project)
        environment = reader.environment()
    values = {key: as_text(value) for key, value in config.items()}
    places = Places(text, _written(node, project))
    return StackFile(name, stack_name(path), values, config, environment, places)


def _written(config: Node | None, project: str) -> Iterator[Entry]:
    """The keys of a configuration with their namespaces, and the nodes of each."""
    for key, key_node, value in entries(config, Decoder()) if config else ():
        yield full_key(key, project), key_node, value


def read_text(path: Path, name: str) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark. Raises BadInput."""
    return decoded(read_content(path, name), name)


def read_content(path: Path, name: str) -> bytes:
    """All that a file holds. Raises BadInput."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = error.strerror if isinstance(error, OSError) else None
        message = f"cannot be read: {reason or error}"
        raise BadInput([Problem(name, message)]) from error


def decoded(content: bytes, name: str) -> str:
    """The text that a file holds, in UTF-8, or in UTF-16 with its mark. Raises BadInput."""
    try:
        return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not {error.encoding.upper()} text: byte {error.start + 1}"
        if error.start < len(error.object):
            message += f" is {error.object[error.start]:#04x}"
        raise BadInput([Problem(name, message)]) from error


def encoded(text: str, like: bytes) -> bytes:
    """The text in the encoding of what a file held before, with the same mark or without one."""
    for mark, encoding in _ENCODINGS.items():
        if like.startswith(mark):
            return mark + text.encode(encoding)
    return text.encode()


def holds_secret(value: object) -> bool:
    """Whether a value is encrypted, `{secure: TEXT}` to the engine, or has one inside."""
    if isinstance(value, list):
        return any(map(holds_secret, cast("list[object]", value)))
    if not isinstance(value, dict):
        return False
    inner = cast("dict[str, object]", value)
    return is_secret(inner) or any(map(holds_secret, inner.values()))


def is_secret(value: object) -> bool:
    """Whether a value is encrypted: a map of `secure` and a text, and nothing else."""
    if not isinstance(value, dict):
        return False
    inner = cast("dict[str, object]", value)
    return len(inner) == 1 and isinstance(inner.get("secure"), str)


class Reader:
    """Reads one YAML file of Pulumi's; used as a context, it raises BadInput at its end."""

    def __init__(
        self, file: str, text: str, shape: str = "a stack file is a map with a key config"
    ) -> None:
        self.file, self.text, self._shape = file, text, shape
        self.problems: list[Problem] = []
        self._decoder = Decoder()
        self.root: dict[str, Node] = {}
        """The keys of the file with the nodes of their values."""
        self.document: dict[str, object] = {}
        """The keys of the file with their values."""

    @cached_property
    def _lines(self) -> list[str]:
        return lines_of(self.text)

    def __enter__(self) -> Reader:
        try:
            root = compose(self.text)
            if root is not None and not is_nothing(root):
                self._read(root)
        except NotYaml as error:
            at = position(self._lines, error.line, error.column)
            message = f"is no valid YAML: {error}"
            raise BadInput([Problem(self.file, message, at=at)]) from error
        except Refused as error:
            raise BadInput([self._problem(error.node, str(error))]) from error
        except RecursionError as error:
            raise BadInput([Problem(self.file, "is nested too deeply to be read")]) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self.problems:
            raise BadInput(self.problems)

    def _read(self, root: Node) -> None:
        if root.kind is not Kind.MAP:
            self.wrong(root, self._shape)
            return
        self.document = cast("dict[str, object]", self._decoder.value(root))
        for key, key_node, value in entries(root, self._decoder):
            self.root.setdefault(key, value)
            if key_node.resolved.kind is Kind.SCALAR and not is_text(key_node):
                self.wrong(key_node, f"the key {key!r} is no text, and all keys here are to be")
        for node, message in dict.fromkeys(self._decoder.wrong):
            self.wrong(node, message)
        if self._may_be_long() and expanded(self.document) > max(MAX_EXPANDED, 4 * len(self.text)):
            millions = MAX_EXPANDED // 10**6
            message = f"has more than {millions} million characters once its aliases are resolved"
            raise Refused(root, message)

    def _may_be_long(self) -> bool:
        """Whether the values may have more characters than they are allowed to have.

        Without an alias they have few more than the text: most is made of a short date.
        """
        return "*" in self.text or len(self.text) * 16 > MAX_EXPANDED

    def config(self, project: str) -> tuple[dict[str, object], Node | None]:
        """The map under `config`, each key with its namespace, and its node."""
        for name in _TEXTS:
            if isinstance(self.document.get(name), list | dict):
                self.wrong(self.root[name], f"{name} is to be a text")
        node = self.root.get("config")
        value = self.document.get("config")
        if node is None or value is None:
            return {}, None
        if not isinstance(value, dict):
            self.wrong(node, "config is to be a map of keys like vertex-residency:residency")
            return {}, None
        return self._keys(node.resolved, cast("dict[str, object]", value), project), node.resolved

    def environment(self) -> str | None:
        """What `environment` names, in words: `acme/prod`; None where there is none."""
        value = self.document.get("environment")
        if not value:
            return None
        imports: object = value
        if isinstance(value, dict):
            imports = cast("dict[str, object]", value).get("imports")
        words = cast("list[object]", imports) if isinstance(imports, list) else []
        # An import with options is a map from its name to them.
        names = [
            next(iter(cast("dict[str, object]", word)), "")
            if isinstance(word, dict)
            else as_text(word)
            for word in words
        ]
        return ", ".join(names) or "written in this file"

    def nodes_of(self, key: str) -> dict[str, Node]:
        """The nodes of the keys of the map under a key of the file."""
        nodes: dict[str, Node] = {}
        for name, node, _ in entries(self.root[key].resolved, Decoder()):
            nodes.setdefault(name, node)
        return nodes

    def _keys(self, node: Node, values: dict[str, object], project: str) -> dict[str, object]:
        by_full_key: dict[str, object] = {}
        places: dict[str, Node] = {}
        written = len(node.children) // 2
        for index, (key, key_node, value_node) in enumerate(entries(node, Decoder())):
            if not _KEY.fullmatch(key) or not is_text(key_node):
                self.wrong(key_node, f"{key!r} is no key like vertex-residency:residency")
                continue
            full = full_key(key, project)
            if (first := places.setdefault(full, key_node)) is not key_node:
                same = key_node.text == first.text  # said already, or merged
                if not same and index < written:
                    message = f"the key {full!r} stands here again, first in line {first.line}"
                    self.wrong(key_node, message)
                continue
            by_full_key[full] = values.get(key)
            self._check(full, by_full_key[full], key_node if is_nothing(value_node) else value_node)
        return by_full_key

    def _check(self, key: str, value: object, node: Node) -> None:
        node = node.resolved
        if not is_plain_data(value):
            message = (
                f"{key} holds what no configuration can: .inf, .nan, or bytes that are no text"
            )
            self.wrong(node, message)
        if not key.startswith(f"{NAMESPACE}:"):
            return
        if holds_secret(value):
            self.wrong(node, f"{key} is a secret, and a placement is none: write it in plain")
        if isinstance(value, str) and value[:1] in _OPENING:
            self.wrong(
                node, f"{key} is a list or a map in quotes, which is a text: leave the quotes out"
            )

    def wrong(self, node: Node, message: str) -> None:
        """Adds a mistake, at the place of a node."""
        self.problems.append(self._problem(node, message))

    def _problem(self, node: Node, message: str) -> Problem:
        return Problem(self.file, message, at=position(self._lines, node.line, node.column))


def is_text(node: Node) -> bool:
    """Whether a key is a text to the engine's reader, and no number, date, truth or nothing."""
    target = node.resolved
    return target.kind is Kind.SCALAR and is_string(target.tag, target.text, plain=target.plain)


def full_key(key: str, project: str) -> str:
    """The key as the program asks for it.

    A key without a namespace is the project's own, and `ns:config:key` is an older spelling.
    """
    namespace, colon, rest = key.partition(":")
    return f"{namespace}:{rest.removeprefix('config:')}" if colon else f"{project}:{key}"
