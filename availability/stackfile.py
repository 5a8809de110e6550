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

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from availability.errors import BadInput, Problem

_TAG = "tag:yaml.org,2002:"
_FILE_NAME = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9_.-]+)\.ya?ml")
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[Tt \t]+(\d\d?):(\d\d):(\d\d)(?:\.\d*)?[ \t]*(Z|[+-]\d\d?(?::?\d\d)?)?)?"
)


@dataclass(frozen=True)
class Position:
    """A place in the file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class StackFile:
    """A stack file as the engine would hand it to the program."""

    path: Path
    stack: str
    """From the file's name, `Pulumi.<stack>.yaml`."""
    values: dict[str, str]
    """Configuration key with its namespace -> its text."""
    lines: tuple[str, ...]
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


def read_stack_file(path: Path) -> StackFile:
    """The file's configuration. Raises BadInput where it can't be read or is no stack file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise BadInput([Problem(str(path), message)]) from error
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 text: byte {error.start + 1} is {error.object[error.start]:#04x}"
        raise BadInput([Problem(str(path), message)]) from error
    try:
        root: Node | None = YAML(typ="rt", pure=True).compose(text)  # pyright: ignore[reportUnknownMemberType]
    except YAMLError as error:
        raise BadInput([Problem(str(path), _yaml_message(error))]) from error
    walker = _Walker(str(path))
    config = walker.config(root)
    if walker.problems:
        raise BadInput(walker.problems)
    return StackFile(
        path,
        stack_name(path),
        {key: _as_text(value) for key, value in config.items()},
        tuple(text.splitlines()),
        walker.keys,
        walker.positions,
    )


class _Walker:
    """Turns YAML nodes into values, and notes where they are and what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.keys: dict[str, Position] = {}
        self.positions: dict[str, Position] = {}

    def config(self, root: Node | None) -> dict[str, object]:
        """The map under the file's `config`, each key with its namespace."""
        if root is None or (isinstance(root, ScalarNode) and not root.value):
            return {}
        if not isinstance(root, MappingNode):
            self._wrong(root, "a stack file is a map with a key config")
            return {}
        for key, value in root.value:
            if key.value == "config" and isinstance(value, MappingNode):
                return {_short(name): item for name, item in self._mapping(value, "").items()}
            if key.value == "config" and not _is_null(value):
                self._wrong(value, "config is to be a map of keys like vertex-residency:residency")
        return {}

    def value(self, node: Node, path: str) -> object:
        """The node's value, as Go's reader would have it."""
        self.positions[path] = _position(node.start_mark)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: str) -> dict[str, object]:
        found: dict[str, object] = {}
        merged: list[Node] = []
        written: dict[str, Position] = {}
        for key_node, value in node.value:
            if key_node.tag == f"{_TAG}merge":
                merged += value.value if isinstance(value, SequenceNode) else [value]
                continue
            key = _key_text(key_node)
            if key in written:
                first = written[key].line
                self._wrong(key_node, f"the key {key!r} stands here again, first in line {first}")
                continue
            written[key] = _position(key_node.start_mark)
            inner = f"{path}.{key}" if path else _short(key)
            self.keys[inner] = written[key]
            found[key] = self.value(value, inner)
        if set(found) == {"secure"} and path:
            self._wrong(node, f"{path} is a secret, and a placement is none: write it in plain")
        for source in merged:
            if not isinstance(source, MappingNode):
                self._wrong(source, "only a map can be merged with <<")
                continue
            for key, value in self._mapping_of(source, path, written).items():
                found.setdefault(key, value)
        return found

    def _mapping_of(
        self, source: MappingNode, path: str, written: dict[str, Position]
    ) -> dict[str, object]:
        """A merged map's values; the keys that are written beside it keep their places."""
        keys, positions = dict(self.keys), dict(self.positions)
        values = self._mapping(source, path)
        kept = tuple(f"{path}.{key}" if path else _short(key) for key in written)
        for store, old in ((self.keys, keys), (self.positions, positions)):
            store.update({name: at for name, at in old.items() if name.startswith(kept)})
        return values

    def _wrong(self, node: Node, message: str) -> None:
        at = _position(node.start_mark)
        self.problems.append(Problem(f"{self.file}:{at.line}:{at.column}", message))


def _short(key: str) -> str:
    """The key as the engine names it: `ns:config:key` is an older spelling of `ns:key`."""
    namespace, _, rest = key.partition(":")
    return f"{namespace}:{rest.removeprefix('config:')}" if rest else key


def _as_text(value: object) -> str:
    """The text that the engine hands over for a value at the top."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == f"{_TAG}null"


def _key_text(node: Node) -> str:
    """A key as Go prints it: `true` and `1` are keys, too."""
    if not isinstance(node, ScalarNode):
        return "?"
    value = _scalar(node)
    return value if isinstance(value, str) else json.dumps(value)


def _scalar(node: Node) -> object:
    text = str(node.value)
    match str(node.tag).removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return _integer(text)
        case "float":
            return _float(text)
        case "timestamp":
            return _timestamp(text)
        case _:
            return text


def _integer(text: str) -> int | str:
    """A leading 0 is octal, as in YAML 1.1; what is no number after all stays text."""
    plain = text.replace("_", "")
    sign, digits = (plain[0], plain[1:]) if plain[:1] in "+-" else ("", plain)
    if re.fullmatch(r"0[0-7]+", digits):
        digits = f"0o{digits[1:]}"
    try:
        return int(sign + digits, 0)
    except ValueError:
        return text


def _float(text: str) -> float | int | str:
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def _timestamp(text: str) -> str:
    """As Go prints a time: `2025-05-12 00:00:00 +0000 UTC`."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        moment = dt.datetime(  # noqa: DTZ001 - the zone is printed from the text
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return text
    shown = "+0000 UTC"
    if zone and zone != "Z":
        hours, minutes = re.fullmatch(r"([+-]\d\d?):?(\d\d)?", zone).groups()  # pyright: ignore[reportOptionalMemberAccess]
        offset = f"{hours[0]}{hours[1:]:0>2}{minutes or '00'}"
        shown = f"{offset} {offset}" if int(offset) else shown
    return f"{moment:%Y-%m-%d %H:%M:%S} {shown}"


def _position(mark: StreamMark) -> Position:
    return Position(mark.line + 1, mark.column + 1)


def _yaml_message(error: YAMLError) -> str:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        at = _position(error.problem_mark)
        return f"is no valid YAML: {error.problem} (line {at.line}, column {at.column})"
    return f"is no valid YAML: {str(error).splitlines()[0]}"
