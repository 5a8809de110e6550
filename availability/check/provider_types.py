"""Which resources of the Google provider have a place, and which of their inputs say it.

The rows are `data/provider_resources.csv`, whose comments name their sources. A type has two
spellings, Pulumi's token and Terraform's name, and is the same in both.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from pydantic import BaseModel, ConfigDict, field_validator

from availability.input.tables import DATA, rows


class Group(StrEnum):
    """What a resource has to do with models."""

    VERTEX_AI = "vertex-ai"
    """It is one of Vertex AI's own."""
    SECRETS = "secrets"
    """It is a secret or a parameter that is kept in places of its own."""
    DATA = "data"
    """It holds what is read and written by jobs, and is checked where one names it."""
    GUARDRAIL = "guardrail"
    """It says what is allowed or denied: what it names is no call."""
    OTHER = "other"
    """Nothing is known of it but its texts."""


class Unset(StrEnum):
    """What holds where no input says the place."""

    PROVIDER = "provider"
    """The provider's region."""
    PARENT = "parent"
    """The place of the resource that it belongs to, or none: nothing is to be checked here."""
    REQUIRED = ""
    """An input has to say it: where none does, the place is not known."""
    US = "US"
    """The United States, the service's default."""


class Processes(StrEnum):
    """What is processed in a resource that a commitment on processing would be about."""

    NOTHING = ""
    PROMPTS = "prompts"
    CORPORA = "corpora"
    """Corpora of the RAG engine, which runs in regions of its own."""


class ResourceType(BaseModel):
    """One type of resource."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terraform: str
    pulumi: str
    group: Group
    place: tuple[str, ...]
    """The inputs that say where it is, in Terraform's spelling; empty where it has no place."""
    unset: Unset = Unset.REQUIRED
    name: str = ""
    """The input that `gs://` and `bq://` addresses name it by."""
    processes: Processes = Processes.NOTHING
    why: str = ""
    """Why it has no place of its own."""

    @field_validator("place", mode="before")
    @classmethod
    def _places(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


@cache
def resource_types() -> tuple[ResourceType, ...]:
    """Every row, in the order of the table."""
    table = rows(DATA / "provider_resources.csv")
    return tuple(ResourceType.model_validate(row) for row in table)


@cache
def _by_spelling() -> dict[str, ResourceType]:
    known = resource_types()
    return {row.terraform: row for row in known} | {row.pulumi: row for row in known}


_PREFIXES = ("google_vertex_ai_", "google_vector_search_", "gcp:vertex/", "gcp:vectorsearch/")
"""How the types of Vertex AI begin that a newer provider may have."""


@cache
def type_of(name: str) -> ResourceType:
    """What is known of a type by either of its names.

    A type of Vertex AI that the table doesn't have is one of a newer provider: where such a
    resource is says `location` or `region`, as with all that the table has.
    """
    if (known := _by_spelling().get(name)) is not None:
        return known
    if name.startswith(_PREFIXES):
        return ResourceType(
            terraform=name,
            pulumi=name,
            group=Group.VERTEX_AI,
            place=("location", "region"),
            unset=Unset.PROVIDER,
        )
    return ResourceType(terraform=name, pulumi=name, group=Group.OTHER, place=())
