"""Writes where a stack's deployments are placed into its file, as pins.

A pin is a line that a person would write, and nothing else of the file changes. Before it is
written, what is to be written is read and placed: it has to come to the old configuration with
exactly these pins, and to the same locations. So no file gets a pin that says something else than
what was planned, whatever its YAML is like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from availability.input.errors import BadInput, Problem
from availability.placement.request import Placement
from availability.stack.file import encoded
from availability.stack.plan import Plan
from availability.stack.reading import plan_file
from availability.stack.rewriting import rewrite
from availability.stack.source import DEPLOYMENTS, Said, Source, said
from availability.stack.yaml_editing import Edit, NoRoom, added, edited, is_shared


@dataclass(frozen=True)
class Pinned:
    """What became of a stack file."""

    plan: Plan
    """By the file as it was before."""
    pinned: Mapping[str, str]
    """Deployment -> the location that was written; empty for a stack with a refusal."""
    already: Mapping[str, str]
    """Deployment -> the location that it was pinned to before."""


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
    before = said(source)
    text = edited(source.text, _edits(source, before, pins))
    try:
        later = source.with_text(text)
        said_later, places_later = (
            said(later),
            _places(plan_file(later.stack, environment, plan.today)),
        )
    except BadInput as error:
        raise _unlike(source, str(error.problems[0])) from error
    if said_later.document != _document_with(before, pins):
        raise _shared(source, before, pins)
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


def _document_with(before: Said, pins: Mapping[str, str]) -> str:
    """What a file would say with these pins, deployment -> location, and nothing else."""
    deployments = cast("dict[str, dict[str, object]]", before.config[DEPLOYMENTS])
    pinned = {name: {**deployments[name], "location": pins[name]} for name in pins}
    config = {**before.config, DEPLOYMENTS: {**deployments, **pinned}}
    return before.with_config(config).document


def _edits(source: Source, before: Said, pins: Mapping[str, str]) -> list[Edit]:
    """What writes the pins. Raises BadInput for those that have to be written by hand."""
    edits: list[Edit] = []
    problems: list[Problem] = []
    for name, location in pins.items():
        node = before.deployments.get(name)
        try:
            if node is None:
                problems.append(_elsewhere(source, name, location))
            else:
                edits += added(source.text, node, "location", location, after="model")
        except NoRoom:
            message = f"no line of it stands alone: write location: {location} by hand"
            problems.append(_problem(name, message))
    if problems:
        raise BadInput(problems)
    return edits


def _problem(name: str, message: str) -> Problem:
    """About a deployment, at its name."""
    return Problem(f"{DEPLOYMENTS}.{name}", message, about_key=True)


def _elsewhere(source: Source, name: str, location: str) -> Problem:
    """For a deployment that the file of the project has."""
    project = source.stack.project
    where = project.path if project else "another file"
    message = f"it is written in {where}, for every stack: write location: {location} there by hand"
    return _problem(name, message)


def _shared(source: Source, before: Said, pins: Mapping[str, str]) -> BadInput:
    """For pins that would be those of something else, too, by an alias."""
    shared = [name for name in pins if is_shared(before.deployments[name], before.roots)]
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
