"""Writes where a stack's deployments are placed into its file, as pins.

A pin is a line that a person would write, and nothing else of the file changes. Before it is
written, what is to be written is read and placed: it has to come to the old configuration with
exactly these pins, and to the same locations. So no file gets a pin that says something else than
what was planned, whatever its YAML is like.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from availability.input.errors import NAMESPACE, BadInput, Problem
from availability.placement.request import Placement
from availability.stack.file import Reader, decoded, encoded, full_key, parsed, read_content
from availability.stack.plan import Plan
from availability.stack.project_file import project_of
from availability.stack.reading import Stack, plan_file
from availability.stack.rewriting import rewrite
from availability.stack.yaml_decoder import Decoder, entries
from availability.stack.yaml_insertion import Insertion, NoRoom, added, inserted, is_shared
from availability.stack.yaml_tree import Node

_DEPLOYMENTS = f"{NAMESPACE}:deployments"


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


@dataclass(frozen=True)
class Pinned:
    """What became of a stack file."""

    plan: Plan
    """By the file as it was before."""
    pinned: Mapping[str, str]
    """Deployment -> the location that was written; empty for a stack with a refusal."""
    already: Mapping[str, str]
    """Deployment -> the location that it was pinned to before."""


def read_source(path: Path) -> Source:
    """A stack with the text of its file. Raises BadInput where one of them can't be read."""
    content, project = read_content(path, str(path)), project_of(path)
    text = decoded(content, str(path))
    file = parsed(text, path, project=project.name if project else NAMESPACE)
    return Source(Stack(file, project), content, text)


def pin(source: Source, environment: Mapping[str, str], as_of: dt.date | None = None) -> Pinned:
    """Pins every deployment of a stack that has no pin to where it is placed, in the stack's file.

    `environment` holds the variables that the provider reads, and `as_of` is the day to judge by
    instead of the configuration's. The file is not touched where a deployment is refused, and where
    all of them have a pin. Raises BadInput as `plan_file` does, for a pin that can't be written,
    and for a file that can't: then the file is as it was.
    """
    plan = plan_file(source.stack, environment, as_of)
    already = {
        deployment.name: deployment.keys.location
        for deployment, _ in plan.answers
        if deployment.keys.location is not None
    }
    places = _places(plan)
    pins = {name: location for name, location in places.items() if name not in already}
    if plan.refused or not pins:
        return Pinned(plan, {}, already)
    said = _said(source)
    text = inserted(source.text, _insertions(source, said, pins))
    try:
        later = source.with_text(text)
        said_later, places_later = (
            _said(later),
            _places(plan_file(later.stack, environment, plan.today)),
        )
    except BadInput as error:
        raise _unlike(source, str(error.problems[0])) from error
    if said_later.document != said.document_with(pins):
        raise _shared(source, said, pins)
    for name, location in places.items():
        if (other := places_later.get(name)) != location:
            raise _unlike(source, f"{name} would be in {other}, and not in {location}")
    rewrite(source.path, source.content, encoded(text, source.content))
    return Pinned(plan, pins, already)


def _places(plan: Plan) -> dict[str, str]:
    """Deployment -> where it is placed."""
    return {
        deployment.name: answer.result.location
        for deployment, answer in plan.answers
        if isinstance(answer.result, Placement)
    }


@dataclass(frozen=True)
class _Said:
    """All that a stack file says, as the engine reads it."""

    config: Mapping[str, object]
    """Configuration key with its namespace -> its value."""
    rest: Mapping[str, object]
    """What stands beside `config`."""
    deployments: Mapping[str, Node]
    """Deployment -> the node of its keys, for each that this file has."""
    roots: tuple[Node, ...]
    """The nodes of the file's own keys."""

    @property
    def document(self) -> str:
        """What is said, as JSON: there true is not 1."""
        return json.dumps([self.config, self.rest], sort_keys=True)

    def document_with(self, pins: Mapping[str, str]) -> str:
        """The same with these pins, deployment -> location, and nothing else."""
        deployments = cast("dict[str, dict[str, object]]", self.config[_DEPLOYMENTS])
        pinned = {name: {**deployments[name], "location": pins[name]} for name in pins}
        config = {**self.config, _DEPLOYMENTS: {**deployments, **pinned}}
        return replace(self, config=config).document


def _said(source: Source) -> _Said:
    """What a stack file says. Raises BadInput."""
    reader, deployments = Reader(str(source.path), source.text), dict[str, Node]()
    with reader:
        config, node = reader.config(source.stack.project_name)
    for key, _, value in entries(node, Decoder()) if node else ():
        if full_key(key, source.stack.project_name) == _DEPLOYMENTS:
            for name, _, keys in entries(value.resolved, Decoder()):
                deployments.setdefault(name, keys)
    rest = {key: value for key, value in reader.document.items() if key != "config"}
    return _Said(config, rest, deployments, (*reader.root.values(),))


def _insertions(source: Source, said: _Said, pins: Mapping[str, str]) -> list[Insertion]:
    """What writes the pins. Raises BadInput for those that have to be written by hand."""
    insertions: list[Insertion] = []
    problems: list[Problem] = []
    for name, location in pins.items():
        node = said.deployments.get(name)
        try:
            if node is None:
                problems.append(_elsewhere(source, name, location))
            else:
                insertions += added(source.text, node, "location", location, after="model")
        except NoRoom:
            message = f"no line of it stands alone: write location: {location} by hand"
            problems.append(_problem(name, message))
    if problems:
        raise BadInput(problems)
    return insertions


def _problem(name: str, message: str) -> Problem:
    """About a deployment, at its name."""
    return Problem(f"{_DEPLOYMENTS}.{name}", message, about_key=True)


def _elsewhere(source: Source, name: str, location: str) -> Problem:
    """For a deployment that the file of the project has."""
    project = source.stack.project
    where = project.path if project else "another file"
    message = f"it is written in {where}, for every stack: write location: {location} there by hand"
    return _problem(name, message)


def _shared(source: Source, said: _Said, pins: Mapping[str, str]) -> BadInput:
    """For pins that would be those of something else, too, by an alias."""
    shared = [name for name in pins if is_shared(said.deployments[name], said.roots)]
    if not shared:
        return _unlike(source, "they would say something else")
    return BadInput(
        _problem(
            name,
            "something else than a deployment has the same keys by an alias, and would have the "
            f"pin, too: write the keys out for {name}, with location: {pins[name]}, by hand",
        )
        for name in shared
    )


def _unlike(source: Source, why: str) -> BadInput:
    """For a file that would not be the old one with the pins, which a person has to write then."""
    message = f"the pins are to be written by hand, because they can't be put in here: {why}"
    return BadInput([Problem(str(source.path), message)])
