"""Reads Pulumi.yaml as the engine does: the project's name, and the values that it has for stacks.

After the CLI's source (pulumi/pulumi, sdk/go/common/workspace: project.go, config.go). A key in
`config` is the value itself, or a map with `value` or `default`; it counts where the stack's own
file does not have the key. A declared key of the project's own without either has to be set.
What a declared `type` asks of a value is left to the engine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from availability.input.errors import NAMESPACE, BadInput, Position, Problem
from availability.input.likeness import nearest
from availability.stack.config_change import coerced
from availability.stack.file import Reader, StackFile, full_key, read_text, stack_name
from availability.stack.yaml_decoder import Decoder, entries, is_nothing, is_plain_data
from availability.stack.yaml_places import Entry, Places
from availability.stack.yaml_tree import Kind, Node
from availability.stack.yaml_values import as_text

NAMES = ("Pulumi.yaml", "Pulumi.yml")
"""What a project's file may be called. The engine also reads JSON, which this does not."""

_DECLARATION = ("default", "description", "items", "secret", "type", "value")
_TYPES = ("string", "integer", "boolean", "object", "array")
_STACK = re.compile(r"[A-Za-z0-9_.-]+")
_KEY = re.compile(r"[^:]*:(config:)?[^:]*|[^:]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S* [+-]\d{4} \S+")


@dataclass(frozen=True)
class ProjectFile:
    """What a Pulumi.yaml says that matters to the configuration of its stacks."""

    path: Path
    name: str
    """The project's name, which is the namespace of keys without one."""
    values: Mapping[str, object]
    """Configuration key with its namespace, or a path inside of one (`ns:key.inner`) -> what a
    stack has there without a value of its own."""
    required: tuple[str, ...] = ()
    """Declared keys without a value, which every stack has to set."""
    _places: Places | None = field(default=None, repr=False, compare=False)

    def find(self, path: str, *, key: bool = False) -> Position | None:
        """Where the value (or with `key` the key) is written that stacks have at a path."""
        return self._places.find(path, key=key) if self._places else None

    def key_of(self, path: str) -> str | None:
        """The key of `values` that has what stands at a path; None where none has."""
        return self._places.top_of(path) if self._places else None

    def value(self, path: str) -> object:
        """What is written at a path; None where nothing is."""
        return self._places.value(path) if self._places else None


def project_of(stack_file: Path) -> ProjectFile | None:
    """The project of a stack file: the nearest one above, if it keeps its stacks there.

    None where there is no such project. Raises BadInput for one that the engine would refuse.
    """
    folder = Path(os.path.abspath(stack_file)).parent  # noqa: PTH100 - a link keeps its own folder
    path = nearest_project(folder)
    if path is None:
        return None
    project_file, stacks = _read(path)
    return project_file if stacks == folder else None


def stack_file(word: str, folder: Path) -> Path:
    """The file of a stack that is named by the file's path, or by the stack's name in a project.

    The project is the nearest one at or above the folder, as for the engine. Raises BadInput for a
    name that no stack of it has, and for a project that the engine would refuse.
    """
    if not _STACK.fullmatch(word) or Path(word).suffix in (".yaml", ".yml"):
        return Path(word)
    project = nearest_project(folder)
    if project is None:
        return Path(word)
    _, stacks = _read(project)
    path = stacks / f"Pulumi.{word}{project.suffix}"
    if path.is_file():
        return _shown(path)
    if Path(word).is_file():
        return Path(word)
    known = sorted(stack_name(other) for other in stacks.glob(f"Pulumi.*{project.suffix}"))
    message = f"no stack of this name: there is no {_shown(path)}"
    raise BadInput([Problem(word, message, tuple(nearest(word, known)))])


def stack_files(folder: Path) -> list[Path]:
    """The stack files of the project in a folder, by name; of a folder without one, those in it.

    Raises BadInput for a project that the engine would refuse.
    """
    path = project_path(folder)
    stacks = _read(path)[1] if path else folder
    names = (stacks.glob(f"Pulumi.*{suffix}") for suffix in (".yaml", ".yml"))
    return sorted(path for found in names for path in found if path.is_file())


def project_path(folder: Path) -> Path | None:
    """The file of the project whose folder this is; None where it is of none."""
    return next((path for name in NAMES if (path := folder / name).is_file()), None)


def nearest_project(folder: Path) -> Path | None:
    """The file of the project that a folder is in; None where it is in none."""
    return next(filter(None, map(project_path, (folder, *folder.parents))), None)


def read_project_file(path: Path) -> ProjectFile:
    """One Pulumi.yaml. Raises BadInput with every mistake in it."""
    return _read(path)[0]


def completed(file: StackFile, project: ProjectFile | None) -> dict[str, str]:
    """What the engine hands to the program: a stack's own values, completed by its project's.

    Raises BadInput for declared keys that nobody gives a value.
    """
    config = dict(file.config)
    if project is None:
        return {key: as_text(value) for key, value in config.items()}
    missing = [key for key in project.required if _get(config, key) is None]
    if missing:
        message = f"missing: {project.path} asks every stack for it, and {file.path} has none"
        raise BadInput([Problem(key, message) for key in missing])
    for key in sorted(project.values):
        if _get(config, key) is None:
            _set(config, key, project.values[key])
    return {key: as_text(value) for key, value in config.items()}


def _read(path: Path) -> tuple[ProjectFile, Path]:
    """The project, and the folder of its stack files."""
    shown = _shown(path)
    return _parsed(path, shown, read_text(path, str(shown)))


@lru_cache(maxsize=16)
def _parsed(path: Path, shown: Path, text: str) -> tuple[ProjectFile, Path]:
    """The same of a file with this text, read once for all stacks of a project."""
    reader = Reader(str(shown), text, "a project file is a map with a name")
    with reader:
        name = reader.document.get("name")
        if not isinstance(name, str) or not name:
            reader.problems.append(Problem(str(shown), "names no project: it has no key name"))
            name = NAMESPACE
        config = reader.document.get("config")
        folder = _folder(reader, config)
        values: dict[str, object] = {}
        required: list[str] = []
        if isinstance(config, dict):
            for key, value in _entries(cast("dict[str, object]", config), name, reader):
                if value is None:
                    required.append(key)
                else:
                    values[key] = value
        elif config is not None and not isinstance(config, str):
            reader.wrong(reader.root["config"], "config is to be a map of keys")
    stacks = Path(os.path.normpath(path.parent / folder))
    places = Places(text, _written(reader.root.get("config"), name))
    return ProjectFile(shown, name, values, tuple(required), places), stacks


def _written(config: Node | None, project: str) -> Iterator[Entry]:
    """The keys of a project that have a value, with their namespaces, and the nodes of each."""
    if config is None or config.resolved.kind is not Kind.MAP:
        return
    for key, key_node, entry in entries(config.resolved, Decoder()):
        value = _given(entry.resolved)
        if value is not None:
            yield full_key(key, project), key_node, value


def _given(entry: Node) -> Node | None:
    """The node of the value of a key: of a declared one its default, or else its value."""
    if entry.kind is not Kind.MAP:
        return entry
    declared = {key: value for key, _, value in entries(entry, Decoder()) if not is_nothing(value)}
    return declared.get("default", declared.get("value"))


def _folder(reader: Reader, config: object) -> str:
    """Where the stack files are; a text as `config` is an older spelling of `stackConfigDir`."""
    folder = reader.document.get("stackConfigDir")
    if folder is not None and not isinstance(folder, str):
        reader.wrong(reader.root["stackConfigDir"], "stackConfigDir is to be a text")
    if isinstance(config, str):
        if folder is not None:
            reader.wrong(reader.root["config"], "config and stackConfigDir both name a folder")
        return config
    return folder if isinstance(folder, str) else ""


def _shown(path: Path) -> Path:
    """The path from the working directory, where it lies in there."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _entries(
    config: Mapping[str, object], project: str, reader: Reader
) -> Iterator[tuple[str, object]]:
    """Each key with its namespace and its value; None where it is declared without one."""
    nodes = reader.nodes_of("config")
    for written, entry in config.items():
        key, value = full_key(written, project), entry
        wrong: list[str] = []
        if isinstance(entry, dict):
            declared = cast("dict[str, object]", entry)
            default = declared.get("default")
            value = declared.get("value") if default is None else default
            wrong += _wrong_declaration(written, declared, own=key.startswith(f"{project}:"))
        elif entry is None or isinstance(entry, float):
            wrong.append(f"{written} is to be a text, a whole number, true, false, a list or a map")
        if not _KEY.fullmatch(written) or re.search(r"[\[\]\"]", written):
            wrong.append(f"{written!r} is no key like vertex-residency:residency")
        elif isinstance(entry, str) and _TIME.fullmatch(entry):
            wrong.append(f"{written} is a date, which the engine takes in quotes alone")
        elif not is_plain_data(value):
            wrong.append(f"{written} holds what no configuration can, like .inf")
        for message in wrong:
            reader.wrong(nodes[written], message)
        yield key, value


def _wrong_declaration(key: str, entry: Mapping[str, object], *, own: bool) -> Iterator[str]:
    """What the engine refuses of a declared key, after its Project.Validate."""
    kind, default, value = (entry.get(word) for word in ("type", "default", "value"))
    if unknown := [word for word in entry if word not in _DECLARATION]:
        yield f"{key} has an unknown key {unknown[0]!r}; it has {', '.join(_DECLARATION)}"
    if kind is not None and kind not in _TYPES:
        yield f"{key} has an unknown type; it is one of {', '.join(_TYPES)}"
    if kind == "array" and entry.get("items") is None:
        yield f"{key} is an array and says not of what: add items"
    if default is not None and value is not None:
        yield f"{key} cannot have both a default and a value"
    if own:
        return
    if kind is not None:
        yield f"{key} is no key of the project's own: it has a value, and no type"
    if default is not None:
        yield f"{key} is no key of the project's own: write value instead of default"
    elif value is None:
        yield f"{key} is no key of the project's own: it needs a value"


def _get(config: Mapping[str, object], path: str) -> object:
    """What a configuration has at a path, whose dots lead into maps; None for nothing there."""
    first, *rest = path.split(".")
    value = config.get(first)
    if value is None and first in config and not rest:
        return ""  # a key without a value is there, and has the empty text
    for part in rest:
        value = cast("dict[str, object]", value).get(part) if isinstance(value, dict) else None
    return value


def _set(config: dict[str, object], path: str, value: object) -> None:
    """Puts a value at a path; what is no map on the way is replaced by one, as the engine does."""
    *way, last = path.split(".")
    inside = config
    for part in way:
        inner = inside.get(part)
        inside[part] = dict(cast("dict[str, object]", inner)) if isinstance(inner, dict) else {}
        inside = cast("dict[str, object]", inside[part])
    inside[last] = coerced(value) if way and isinstance(value, str) else value
