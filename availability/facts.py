"""The facts of one day: which model is served where, as its sources published it.

A `Snapshot` is generated from its source files by `availability.ingest` and never edited by hand.
What a source does not say is absent here (`None`, or no row): unknown, which is neither yes nor no.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

LocationId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class Need(StrEnum):
    """A capability that a deployment relies on, besides sending requests to its model."""

    TUNING = "tuning"
    BATCH_PREDICTION = "batch-prediction"
    CONTEXT_CACHING = "context-caching"
    RAG_CORPUS = "rag-corpus"
    PROVISIONED_THROUGHPUT = "provisioned-throughput"


class Stage(StrEnum):
    """How far a launch has come, where a source says it."""

    PREVIEW = "preview"
    GA = "ga"


class Family(StrEnum):
    """Models that are called in the same way and do the same kind of work."""

    GEMINI = "gemini"
    GEMINI_LIVE = "gemini-live"
    TEXT_EMBEDDINGS = "text-embeddings"
    MULTIMODAL_EMBEDDINGS = "multimodal-embeddings"
    IMAGEN = "imagen"
    IMAGE_TEXT = "image-text"
    CLAUDE = "claude"
    LLAMA = "llama"
    MISTRAL = "mistral"
    CODESTRAL = "codestral"
    JAMBA = "jamba"


class Facts(BaseModel):
    """Frozen, closed, and written in camelCase."""

    # Deferred, because only the snapshot as a whole is ever validated when a program starts.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        defer_build=True,
    )


class Source(Facts):
    """A document that facts were read from."""

    title: NonEmpty
    date: dt.date
    """The day of the copy that was read."""
    file: NonEmpty
    """The copy, relative to the snapshot's folder."""


class Citation(Facts):
    """Where in which source a fact stands."""

    source: NonEmpty
    """A key of `Snapshot.sources`."""
    line: Annotated[int, Field(ge=1)] | None = None
    """The line of the source's file, counted from 1."""
    note: str | None = None
    """What the source adds, or how far to trust it."""


class Location(Facts):
    """A place that the snapshot's sources name as an endpoint."""

    id: LocationId
    name: NonEmpty
    """As the source writes it: ``Paris, France``."""
    geography: NonEmpty
    """The heading that the source puts it under."""


class Table(Facts):
    """One table of models and locations: a column that it has is a location that it speaks of."""

    id: NonEmpty
    heading: NonEmpty
    locations: Annotated[tuple[LocationId, ...], Field(min_length=1)]
    cite: Citation


class Listing(Facts):
    """One statement about where the models of an entry are served.

    A row of a `table` speaks of all its columns; without a table it speaks of `served` alone.
    """

    table: str | None = None
    served: tuple[LocationId, ...]
    stage: Stage | None = None
    """The launch stage at these locations, where the source says one for them."""
    cite: Citation


class Closure(Facts):
    """A model that projects without prior usage can no longer start to use."""

    since: dt.date
    cite: Citation


class Commitment(Facts):
    """A published promise that requests are processed inside an area.

    `area` is a region, or ``us`` or ``eu`` for the jurisdictions (never the multi-regions).
    """

    area: LocationId
    cite: Citation


class Model(Facts):
    """One model id of a publisher, and what was said about that id alone."""

    id: NonEmpty
    aliases: tuple[NonEmpty, ...] = ()
    """Other ids of the same model, in Google's own spelling."""
    stage: Stage | None = None
    retires: dt.date | None = None
    """The day from which the model is shut down."""
    closure: Closure | None = None
    commitments: tuple[Commitment, ...] = ()
    cite: Citation

    def is_retired(self, today: dt.date) -> bool:
        """Whether the model is shut down on that day, by the snapshot's own date."""
        return self.retires is not None and today >= self.retires


class Entry(Facts):
    """A row of the matrix: a name, the ids that it stands for, and where they are served."""

    name: NonEmpty
    publisher: NonEmpty
    family: Family
    models: Annotated[tuple[Model, ...], Field(min_length=1)]
    listings: tuple[Listing, ...]

    @cached_property
    def served(self) -> frozenset[str]:
        """The locations that some listing names."""
        return frozenset(place for listing in self.listings for place in listing.served)

    @cached_property
    def preview_locations(self) -> frozenset[str]:
        """The locations where the source calls the launch a preview."""
        return frozenset(
            place
            for listing in self.listings
            if listing.stage is Stage.PREVIEW
            for place in listing.served
        )

    @cached_property
    def retired(self) -> dt.date | None:
        """The day by which every id of this entry is shut down, where each has a date."""
        days = [model.retires for model in self.models if model.retires]
        return max(days) if len(days) == len(self.models) else None


class Limitation(Facts):
    """A need that an endpoint does not offer, for any model."""

    endpoint: LocationId
    need: Need
    cite: Citation


class Snapshot(Facts):
    """All facts of one day."""

    date: dt.date
    sources: dict[str, Source]
    locations: tuple[Location, ...]
    tables: tuple[Table, ...]
    limitations: tuple[Limitation, ...]
    processing_note: Citation | None = None
    """Where the source says that an endpoint promises nothing about processing."""
    entries: tuple[Entry, ...]

    _popularity: dict[dt.date, dict[str, int]] = PrivateAttr(
        default_factory=dict[dt.date, dict[str, int]]
    )

    def __hash__(self) -> int:
        """By identity, so that what is derived from a snapshot can be cached beside it."""
        return id(self)

    @property
    def id(self) -> str:
        """The name that stacks give it: its ISO date."""
        return self.date.isoformat()

    @cached_property
    def location_ids(self) -> frozenset[str]:
        """Every location of the snapshot."""
        return frozenset(location.id for location in self.locations)

    @cached_property
    def limits(self) -> dict[Need, frozenset[str]]:
        """Need -> the locations whose endpoint does not offer it."""
        return {
            need: frozenset(limit.endpoint for limit in self.limitations if limit.need is need)
            for need in Need
        }

    def popularity(self, today: dt.date) -> dict[str, int]:
        """Location -> how many model ids it serves that are not retired on that day."""
        if today not in self._popularity:
            counts = dict.fromkeys(self.location_ids, 0)
            for entry in self.entries:
                alive = sum(not model.is_retired(today) for model in entry.models)
                for place in entry.served:
                    counts[place] += alive
            self._popularity[today] = counts
        return self._popularity[today]

    def listed(self, entry: Entry) -> tuple[str, ...]:
        """The locations of the tables that list the entry, in the order of the snapshot."""
        tables = {listing.table for listing in entry.listings if listing.table}
        listed = {place for table in self.tables if table.id in tables for place in table.locations}
        return tuple(location.id for location in self.locations if location.id in listed)

    @model_validator(mode="after")
    def _consistent(self) -> Snapshot:
        """Every reference leads somewhere and no model is said twice.

        Raises ValueError, with everything that is wrong.
        """
        wrong = [
            f"location {place!r} is in no locations list"
            for place in sorted(self._mentioned() - self.location_ids)
        ]
        columns = {table.id: set(table.locations) for table in self.tables}
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            for listing in entry.listings:
                if listing.table is None:
                    continue
                if listing.table not in columns:
                    wrong.append(f"{entry.name}: no table {listing.table!r}")
                elif outside := sorted(set(listing.served) - columns[listing.table]):
                    wrong.append(f"{entry.name}: {listing.table!r} has no column for {outside}")
            for name in (name for model in entry.models for name in (model.id, *model.aliases)):
                if (entry.publisher, name) in seen:
                    wrong.append(f"{entry.publisher}/{name} stands in it twice")
                seen.add((entry.publisher, name))
        wrong += [
            f"no source {cite.source!r}"
            for cite in self._citations()
            if cite.source not in self.sources
        ]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def _mentioned(self) -> set[str]:
        return {
            *(limit.endpoint for limit in self.limitations),
            *(place for table in self.tables for place in table.locations),
            *(place for entry in self.entries for place in entry.served),
        }

    def _citations(self) -> list[Citation]:
        cites = [table.cite for table in self.tables] + [limit.cite for limit in self.limitations]
        cites += [self.processing_note] if self.processing_note else []
        for entry in self.entries:
            cites += [listing.cite for listing in entry.listings]
            for model in entry.models:
                cites.append(model.cite)
                cites += [model.closure.cite] if model.closure else []
                cites += [commitment.cite for commitment in model.commitments]
        return cites
