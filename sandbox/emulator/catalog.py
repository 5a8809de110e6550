"""The resource types that the emulator serves, as the real provider's schema describes them.

The table is `gcp_provider_facts.json`; its first line says where it comes from. A type that is
not in the table does not exist for the emulator.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Property(BaseModel):
    """One input of a type: its schema type, and whether it is required or replaces on change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    required: bool = False
    replaces: bool = False

    @property
    def kind(self) -> str:
        """`string`, `boolean`, `integer`, `number`, `array` or `object`."""
        if self.type.startswith("array"):
            return "array"
        return "object" if self.type.startswith("ref:") else self.type


class ResourceType(BaseModel):
    """A type: its inputs by name, and the names of its outputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: Mapping[str, Property]
    computed: tuple[str, ...]
    """Outputs known only after creation."""
    always_in_outputs: tuple[str, ...]
    """Outputs that are always there, from the input, a default or the cloud."""


class Catalog(BaseModel):
    """The whole table. Keys that only document the provider's behaviour are not read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    source: str
    resources: Mapping[str, ResourceType] = Field(min_length=1)
    checks: tuple[Mapping[str, Any], ...]


@cache
def load() -> Catalog:
    """The table, read and validated once a process."""
    text = resources.files("sandbox.emulator").joinpath("gcp_provider_facts.json").read_bytes()
    return Catalog.model_validate_json(text)


def find(token: str) -> ResourceType | None:
    """The type of a token such as `gcp:projects/service:Service`, or None."""
    return load().resources.get(token)
