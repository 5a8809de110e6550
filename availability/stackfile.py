"""Reads a stack file as the engine does, and remembers where each value stands.

The engine's reader (go-yaml, YAML 1.1 types without the words yes and no) decides what a value is:
`no` stays the text "no", an unquoted 2025-05-12 becomes "2025-05-12 00:00:00 +0000 UTC", 1.0
becomes 1, and an empty value the empty text. What comes out here is what `pulumi.Config` hands to
the program: every value as text, lists and maps as JSON.
"""

# ruamel.yaml does not type the contents of its nodes.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from availability.errors import BadInput, Position, Problem
from availability.stack import NAMESPACE
from availability.yaml_values import as_text, is_timestamp, scalar

_OPENING = ("[", "{")
_TAG = "tag:yaml.org,2002:"
_FILE_NAME = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9_.-]+)\.ya?ml")


@dataclass(frozen=True)
class StackFile:
    """A stack file as the engine would hand it to the program."""

    path: Path
    stack: str
    """From the file's name, `Pulumi.<stack>.yaml`."""
    values: dict[str, str]
    """Configuration key with its namespace -> its text."""
    keys: dict[str, Position] = field(repr=False)
    """Path of a key (`vertex-residency:deployments.chat.model`) -> where the key is written."""
    positions: dict[str, Position] = field(repr=False)
    """The same -> where its value is written: with an alias, where the anchor is."""

    def locate(self, path: str, *, key: bool = False) -> Position | None:
        """Where a key's value (or with `key` the key) is written; of a missing one, its parent."""
        inner = path
        while inner:
            store = self.keys if key or inner != path else self.positions
            if inner in store:
                return store[inner]
            inner = (
                re.sub(r"(\.[^.\[\]]*|\[\d+\])$", "", inner) if re.search(r"[.\[]", inner) else ""
            )
        return None


def stack_name(path: Path) -> str:
    """The stack that a file configures, from the name of the file."""
    match = _FILE_NAME.fullmatch(path.name)
    return match["stack"] if match else path.stem


def read_stack_file(path: Path, name: Path | None = None) -> StackFile:
    """The file's configuration. Raises BadInput where it can't be read or is no stack file.

    `name` is what messages call it, by default the path.
    """
    name = name or path
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise BadInput([Problem(str(name), message)]) from error
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text: byte {error.start + 1} is {error.object[error.start]:#04x}"
        raise BadInput([Problem(str(name), message)]) from error
    walker = _Walker(str(name), tuple(text.splitlines()))
    try:
        config = walker.config(_compose(text))
    except YAMLError as error:
        raise BadInput([walker.syntax(error)]) from error
    except RecursionError as error:
        raise BadInput([Problem(str(name), "is nested too deeply to be read")]) from error
    if walker.problems:
        raise BadInput(walker.problems)
    return StackFile(
        name,
        stack_name(path),
        {key: as_text(value) for key, value in config.items()},
        walker.keys,
        walker.positions,
    )


def _compose(text: str) -> Node | None:
    """The nodes of the first document: the engine reads no other."""
    try:
        return _first_node(text)
    except YAMLError:
        # The engine's reader takes tabs for spaces after the colon of a key.
        spaced = re.sub(
            r"(?m)^([^#\"'\n]*?:)(\t+)", lambda found: found[1] + " " * len(found[2]), text
        )
        if spaced == text:
            raise
        return _first_node(spaced)


def _first_node(text: str) -> Node | None:
    constructor, parser = YAML(typ="safe", pure=True).get_constructor_parser(io.StringIO(text))
    try:
        composer = constructor.composer
        return composer.get_node() if composer.check_node() else None
    finally:
        parser.dispose()


class _Walker:
    """Turns YAML nodes into values, and notes where they are and what is wrong with them."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.keys: dict[str, Position] = {}
        self.positions: dict[str, Position] = {}
        self._open: list[Node] = []

    def config(self, root: Node | None) -> dict[str, object]:
        """The map under the file's `config`, each key with its namespace."""
        if root is None or _is_null(root):
            return {}
        if not isinstance(root, MappingNode):
            self._wrong(root, "a stack file is a map with a key config")
            return {}
        found = [(key, value) for key, value in root.value if key.value == "config"]
        for key, _ in found[1:]:
            first = self._position(found[0][0].start_mark).line
            self._wrong(key, f"the key 'config' stands here again, first in line {first}")
        if not found or _is_null(found[0][1]):
            return {}
        config = found[0][1]
        if not isinstance(config, MappingNode):
            self._wrong(config, "config is to be a map of keys like vertex-residency:residency")
            return {}
        values = self._mapping(config, "")
        for key, value in values.items():
            if key.startswith(f"{NAMESPACE}:") and isinstance(value, str) and value[:1] in _OPENING:
                message = (
                    f"{key} is a list or a map in quotes, which is a text: leave the quotes out"
                )
                self.problems.append(Problem(self.file, message, at=self.positions[key]))
        return values

    def value(self, node: Node, path: str) -> object:
        """The node's value, as the engine would have it."""
        self.positions[path] = self._position(node.start_mark)
        if any(node is other for other in self._open):
            self._wrong(node, f"{path} contains itself")
            return None
        self._open.append(node)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
            if isinstance(node, SequenceNode):
                return [self.value(one, f"{path}[{i}]") for i, one in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self._open.pop()

    def _mapping(self, node: MappingNode, path: str) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: list[Node] = []
        written: dict[str, Position] = {}
        for key_node, value in node.value:
            is_merge = key_node.tag == f"{_TAG}merge" and not key_node.style
            key = "<<" if is_merge else self._key(key_node, top=not path)
            if key is None:
                continue
            key = key if path or is_merge else _full_key(key)
            if key in written:
                first = written[key].line
                self._wrong(key_node, f"the key {key!r} stands here again, first in line {first}")
                continue
            written[key] = self._position(key_node.start_mark)
            if is_merge:
                merged += value.value if isinstance(value, SequenceNode) else [value]
                continue
            inner = f"{path}.{key}" if path else key
            self.keys[inner] = written[key]
            found[key] = self.value(value, inner)
            if _is_null(value) and not value.value:  # it stands nowhere, so its key does for it
                self.positions[inner] = written[key]
        if set(found) == {"secure"} and path.startswith(f"{NAMESPACE}:"):
            self._wrong(node, f"{path} is a secret, and a placement is none: write it in plain")
        for source in merged:
            if not isinstance(source, MappingNode):
                self._wrong(source, "only a map can be merged with <<")
                continue
            for key, value in self._merged(source, path, written).items():
                found.setdefault(key, value)
        return found

    def _merged(
        self, source: MappingNode, path: str, written: dict[str, Position]
    ) -> dict[str, object]:
        """A merged map's values; the keys that are written beside it keep their places."""
        keys, positions = dict(self.keys), dict(self.positions)
        values = self._mapping(source, path)
        kept = tuple(f"{path}.{key}" if path else key for key in written)
        for store, old in ((self.keys, keys), (self.positions, positions)):
            store.update({name: at for name, at in old.items() if name.startswith(kept)})
        return values

    def _key(self, node: Node, *, top: bool) -> str | None:
        """A key as the engine prints it: `true` and 1 are keys, too."""
        if not isinstance(node, ScalarNode):
            self._wrong(node, "a key is a text, not a list or a map")
            return None
        value = self._scalar(node)
        key = value if isinstance(value, str) else as_text(value)
        if top and not re.fullmatch(r"[^:]+(:(config:)?[^:]+)?", key):
            self._wrong(node, f"{key!r} is no key like vertex-residency:residency")
            return None
        return key

    def _scalar(self, node: Node) -> object:
        tag, text = str(node.tag).removeprefix(_TAG), str(node.value)
        if tag == "str" and not getattr(node, "style", None) and is_timestamp(text):
            tag = "timestamp"
        try:
            return scalar(tag, text)
        except ValueError as error:
            self._wrong(node, str(error))
            return None

    def syntax(self, error: YAMLError) -> Problem:
        """What is wrong with a file that is no YAML."""
        if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
            at = self._position(error.problem_mark)
            return Problem(self.file, f"is no valid YAML: {error.problem}", at=at)
        return Problem(self.file, f"is no valid YAML: {str(error).splitlines()[0]}")

    def _wrong(self, node: Node, message: str) -> None:
        at = self._position(node.start_mark)
        self.problems.append(Problem(self.file, message, at=at))

    def _position(self, mark: StreamMark) -> Position:
        text = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return Position(mark.line + 1, mark.column + 1, text.strip())


def _full_key(key: str) -> str:
    """The key as the program asks for it.

    A key without a namespace is the project's own, and `ns:config:key` is an older spelling.
    """
    namespace, _, rest = key.partition(":")
    return f"{namespace}:{rest.removeprefix('config:')}" if rest else f"{NAMESPACE}:{key}"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == f"{_TAG}null"
