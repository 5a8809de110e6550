"""The values of a resource's inputs, with those that are not known yet and those to be hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast


class Unknown(Enum):
    """The value of what is known only once the resources that it is made of exist."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Sensitive:
    """A value that is checked and never shown; `UNKNOWN` where the file itself hides it."""

    value: object


@dataclass(frozen=True)
class Leaf:
    """A text among the inputs, or a value that is not known yet, which may stand for more."""

    path: str
    """As it is written in the file: `replication.userManaged.replicas[0].location`."""
    value: str | Unknown
    is_sensitive: bool

    @property
    def key(self) -> str:
        """The path in Terraform's spelling, whatever item of a list it is in."""
        return _snake(re.sub(r"\[\d+\]", "", self.path))


def leaves(inputs: Mapping[str, object]) -> tuple[Leaf, ...]:
    """Every text of the inputs, in their order, with what is not known yet."""
    return tuple(leaf for key, value in inputs.items() for leaf in _leaves(value, key, False))


def _leaves(value: object, path: str, is_sensitive: bool) -> Iterator[Leaf]:
    # Pulumi's bridge keeps notes of its own under keys with this start.
    if path.rpartition(".")[2].startswith("__"):
        return
    match value:
        case Sensitive(inner):
            yield from _leaves(inner, path, True)
        case str() | Unknown():
            yield Leaf(path, value, is_sensitive)
        case Mapping():
            for key, item in cast("Mapping[str, object]", value).items():
                yield from _leaves(item, f"{path}.{key}", is_sensitive)
        case Sequence():
            for index, item in enumerate(cast("Sequence[object]", value)):
                yield from _leaves(item, f"{path}[{index}]", is_sensitive)
        case _:
            return


def _snake(path: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", path).lower()
