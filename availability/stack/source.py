"""A stack file with its text, for what edits it: what it says as a whole, and by which nodes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from availability.input.errors import NAMESPACE
from availability.stack.file import Reader, decoded, full_key, parsed, read_content
from availability.stack.project_file import project_of
from availability.stack.reading import Stack
from availability.stack.yaml_decoder import Decoder, entries
from availability.stack.yaml_tree import Node

DEPLOYMENTS = f"{NAMESPACE}:deployments"


@dataclass(frozen=True)
class Source:
    """A stack with the text of its file."""

    stack: Stack
    content: bytes
    """What the file holds."""
    text: str
    """The same as a text."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.stack.file.path

    def with_text(self, text: str) -> Source:
        """The stack as it would be if its file had this text. Raises BadInput."""
        name, project = self.stack.project_name, self.stack.project
        return replace(self, text=text, stack=Stack(parsed(text, self.path, project=name), project))


def read_source(path: Path) -> Source:
    """A stack with the text of its file. Raises BadInput where one of them can't be read."""
    content, project = read_content(path, str(path)), project_of(path)
    text = decoded(content, str(path))
    file = parsed(text, path, project=project.name if project else NAMESPACE)
    return Source(Stack(file, project), content, text)


@dataclass(frozen=True)
class Said:
    """All that a stack file says, as the engine reads it."""

    config: Mapping[str, object]
    """Configuration key with its namespace -> its value."""
    rest: Mapping[str, object]
    """What stands beside `config`."""
    node: Node | None
    """The node of what stands under `config`; None where there is no such key."""
    deployments: Mapping[str, Node]
    """Deployment -> the node of its keys, for each that this file has."""
    roots: tuple[Node, ...]
    """The nodes of the file's own keys."""

    @property
    def document(self) -> str:
        """What is said, as JSON: there true is not 1."""
        return json.dumps([self.config, self.rest], sort_keys=True)

    def with_config(self, config: Mapping[str, object]) -> Said:
        """The same with another configuration, and the nodes as they were."""
        return replace(self, config=config)


def said(source: Source) -> Said:
    """What a stack file says. Raises BadInput."""
    reader, deployments = Reader(str(source.path), source.text), dict[str, Node]()
    with reader:
        config, node = reader.config(source.stack.project_name)
    for key, _, value in entries(node, Decoder()) if node else ():
        if full_key(key, source.stack.project_name) == DEPLOYMENTS:
            for name, _, keys in entries(value.resolved, Decoder()):
                deployments.setdefault(name, keys)
    rest = {key: value for key, value in reader.document.items() if key != "config"}
    roots = (*reader.root.values(),)
    return Said(config, rest, reader.root.get("config"), deployments, roots)
