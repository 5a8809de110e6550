"""Where what a stack has is written: in its own file, or in that of its project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from availability.cloud.members import check_caller, check_member, check_workload
from availability.facts.words import check_control, check_need
from availability.input.errors import Position, Problem
from availability.input.values import placed_words
from availability.places.suggest import check_location
from availability.stack.file import StackFile
from availability.stack.project_file import ProjectFile
from availability.stack.reading import Stack

_CHECKS: Mapping[str, Callable[[str], Problem | str]] = MappingProxyType(
    {
        "callers": check_caller,
        "controls": check_control,
        "needs": check_need,
        "prefer": check_location,
        "serviceAccountUsers": check_member,
        "workloadIdentityUsers": check_workload,
    }
)
"""The keys whose values are words, each with what makes the word that is meant of a typed one."""


@dataclass(frozen=True)
class Spot:
    """Something that may be written in a stack's file."""

    path: str
    """Of a key, like `vertex-residency:deployments.chat.needs`."""
    item: str | None = None
    """One of the words that the key's value has; None for the value as a whole."""
    key: bool = False
    """Whether the key is meant, and not its value."""


@dataclass(frozen=True)
class Place:
    """A place in one of the files."""

    file: Path
    at: Position


def place_of(stack: Stack, spots: Iterable[Spot]) -> Place | None:
    """Where the first of the spots is written that is written anywhere; None where none is.

    The stack's own file comes before the project's for each: its value is the one that counts.
    """
    for spot in spots:
        for source in _sources(stack, spot.path):
            if at := _at(source, spot):
                return Place(source.path, at)
    return None


def place_of_mistake(stack: Stack, problem: Problem) -> Place | None:
    """Where a mistake in the configuration is written; of what is missing, its parent."""
    exact = Spot(problem.path, key=problem.about_key)
    parent = stack.file.locate(problem.path, key=problem.about_key)
    return place_of(stack, [exact]) or (Place(stack.file.path, parent) if parent else None)


def _sources(stack: Stack, path: str) -> Iterator[StackFile | ProjectFile]:
    """The file, and the project where it has a value at the path that the file leaves out."""
    yield stack.file
    key = stack.project.key_of(path) if stack.project else None
    if stack.project and key and stack.file.find(key) is None:
        yield stack.project


def _at(source: StackFile | ProjectFile, spot: Spot) -> Position | None:
    """Where a source has it: the item where it can be found, else the value."""
    whole = source.find(spot.path, key=spot.key)
    if whole is None or spot.item is None:
        return whole
    check = _CHECKS.get(spot.path.rpartition(".")[2].rpartition(":")[2])
    try:
        words = placed_words(source.value(spot.path), spot.path) if check else []
    except ValueError:  # the value is no list of words, and the file is bad input
        return whole
    places = (path for path, word in words if check and check(word) == spot.item)
    return next((at for path in places if (at := source.find(path))), whole)
