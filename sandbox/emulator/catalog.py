"""The resource types that the emulator serves, as the real provider's schema describes them.

The table is `gcp_provider_facts.json`; its first line says where it comes from. A type that is
not in the table does not exist for the emulator.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Property:
    """One input of a type: its schema type, and whether it is required or replaces on change."""

    type: str
    required: bool = False
    replaces: bool = False

    @property
    def kind(self) -> str:
        """`string`, `boolean`, `integer`, `number`, `array` or `object`."""
        if self.type.startswith("array"):
            return "array"
        return "object" if self.type.startswith("ref:") else self.type


@dataclass(frozen=True)
class ResourceType:
    """A type: its inputs by name, and the names of its outputs."""

    inputs: Mapping[str, Property]
    computed: tuple[str, ...]
    """Outputs known only after creation."""
    always_in_outputs: tuple[str, ...]
    """Outputs that are always there, from the input, a default or the cloud."""


@dataclass(frozen=True)
class Catalog:
    """The whole table. Keys that only document the provider's behaviour are not read."""

    source: str
    resources: Mapping[str, ResourceType]
    checks: tuple[Mapping[str, Any], ...]


@cache
def load() -> Catalog:
    """The table, read once a process. A key that its rows do not have raises TypeError.

    Every command of the engine starts an emulator: with pydantic's models in the place of these
    dataclasses a third of its start was theirs.
    """
    path = resources.files("sandbox.emulator").joinpath("gcp_provider_facts.json")
    table = json.loads(path.read_bytes())
    types = {token: _resource_type(**row) for token, row in table["resources"].items()}
    return Catalog(table["source"], types, tuple(table["checks"]))


def _resource_type(
    inputs: dict[str, dict[str, Any]], computed: list[str], always_in_outputs: list[str]
) -> ResourceType:
    properties = {name: Property(**keys) for name, keys in inputs.items()}
    return ResourceType(properties, tuple(computed), tuple(always_in_outputs))


def find(token: str) -> ResourceType | None:
    """The type of a token such as `gcp:projects/service:Service`, or None."""
    return load().resources.get(token)
