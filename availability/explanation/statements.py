"""What a snapshot states of a model in one location, in sentences, each with its citation.

`--why` prints them with the lines of their pages, and the evidence of a stack files them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from availability.explanation.lifecycle import will_end
from availability.explanation.names import described_area, place_name, title
from availability.facts.capabilities import said_of_endpoint, said_of_model
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import Citation, Commitment, Snapshot
from availability.placement.request import Request
from availability.places.areas import jurisdiction
from availability.places.geography import adequacy_year, places
from availability.places.residency import Residency


class Subject(StrEnum):
    """What a fact is about, in the order in which facts are told."""

    SERVED = "served"
    MODEL = "model"
    """Which model a row of a page stands for."""
    STAGE = "stage"
    """That the model, or its launch there, is a preview."""
    AREA = "area"
    """Whether the location lies inside the area: our own reading of geography."""
    PROCESSING = "processing"
    COVERED = "covered"
    """Whether the commitment on processing covers a capability."""
    NEED = "need"
    """Whether a capability is offered."""
    TUNING = "tuning"
    CORPORA = "corpora"
    CONTROL = "control"
    """Whether a security control covers what is used."""
    AT_REST = "at-rest"
    # Those of the notices bear the names of their kinds.
    RETENTION = "retention"
    SHARING = "sharing"
    ALLOWLIST = "allowlist"
    PRIOR_USAGE = "prior-usage"
    SHORT_LIVED = "short-lived"
    CONTRADICTION = "contradiction"
    OTHER = "other"
    RETIRES = "retires"
    """When the model comes and goes."""


@dataclass(frozen=True)
class Fact:
    """One fact in a sentence. Without a citation it is our own reading, or that nobody says it."""

    what: Subject
    text: str
    cite: Citation | None = None
    source: str | None = None
    """What our own reading is of, where it is of a table of this project's."""
    quote: str | None = None
    """What that table says."""


def served(named: Named, location: str, snapshot: Snapshot) -> Iterator[Fact]:
    """Which pages say that the model is served there, or that it is not, or that none does."""
    said = list(_listings(named, location, snapshot))
    where = place_name(location, snapshot)
    yield from said or [Fact(Subject.SERVED, f"No source says anything of {named.id} in {where}.")]


def _listings(named: Named, location: str, snapshot: Snapshot) -> Iterator[Fact]:
    tables = {table.id: table for table in snapshot.tables}
    where = place_name(location, snapshot)
    for listing in named.entry.listings:
        table = tables.get(listing.table or "")
        if location in listing.served:
            place = f'the table "{table.heading}"' if table else "its source"
            text = f"{title(named)} is served in {where}: {place} says so."
            yield Fact(Subject.SERVED, text, listing.cite)
        elif table and location in table.locations:
            text = f'{title(named)} is not served in {where}: no tick in "{table.heading}".'
            yield Fact(Subject.SERVED, text, listing.cite)
    if named.entry.complete and location not in named.entry.served:
        text = f"{title(named)} is not served in {where}: its model card names other locations."
        yield Fact(Subject.SERVED, text, named.entry.listings[0].cite)


def row(named: Named, snapshot: Snapshot) -> Iterator[Fact]:
    """Which model the row of a table stands for, where the page has rows without an id."""
    if named.model.cite.line is None and snapshot.tables:
        text = f"The row {named.entry.name!r} stands for {named.id}."
        yield Fact(Subject.MODEL, text, named.model.cite)


def preview(named: Named, location: str, snapshot: Snapshot) -> Iterator[Fact]:
    """That pre-GA terms apply there, by the launch at the location or by the model's own stage."""
    where = place_name(location, snapshot)
    for listing in named.entry.listings:
        if location in listing.served and listing.stage and listing.stage.is_preview:
            text = f"The launch of {named.id} in {where} is a preview: pre-GA terms apply."
            yield Fact(Subject.STAGE, text, listing.cite)
    if named.model.is_preview:
        text = f"{named.id} is a preview: pre-GA terms apply."
        yield Fact(Subject.STAGE, text, named.model.cite)


def geography(residency: Residency, location: str, snapshot: Snapshot) -> Fact:
    """Whether the location lies inside the area, which is our own reading."""
    place = places()[location]
    inside = "inside" if residency.holds(location) else "outside"
    reason = {
        "global": "its endpoint reaches everywhere",
        "multi-region": f"its endpoint reaches all of {place.country}",
        "region": f"the region is in {place.country}",
    }[place.kind]
    where = place_name(location, snapshot)
    text = f"{where} is {inside} the area {described_area(residency)}: {reason}."
    source = "Google Cloud, Geography and regions (data/regions.csv)"
    if not residency.adequacy_terms:
        return Fact(Subject.AREA, text, source=source)
    quote = f"gdpr_adequacy_{adequacy_year(residency.year)}: {place.adequacy(residency.year)}"
    quote += f"; {place.adequacy_note}" if place.adequacy_note else ""
    source = f"European Commission, adequacy decisions; {source}"
    return Fact(Subject.AREA, text, source=source, quote=quote)


def capability(need: Need, named: Named, location: str, snapshot: Snapshot) -> Iterator[Fact]:
    """Whether the need is offered, by the model and by its endpoint there."""
    where = place_name(location, snapshot)
    about_model = [(named.id, statement) for statement in said_of_model(named, need)]
    here = said_of_endpoint(named, need, location, snapshot)
    for what, statement in [*about_model, *((f"The endpoint in {where}", said) for said in here)]:
        verb = "offers" if statement.offered else "does not offer"
        yield Fact(Subject.NEED, f"{what} {verb} {need}.", statement.cite)
    if need is Need.TUNING:
        for jobs in named.model.tuning_jobs:
            yield Fact(
                Subject.TUNING, f"Tuning jobs run in {', '.join(jobs.locations)}.", jobs.cite
            )


def processing(request: Request, named: Named, location: str) -> Iterator[Fact]:
    """Every published commitment that reaches the location; where none does, that none does."""
    kept = boundary(named, location, request.context_size)
    for commitment in named.model.commitments:
        if commitment.area in ("global", kept, location, jurisdiction(location)):
            yield committed_to(commitment, named, location)
    if kept is None:
        yield uncommitted(request, location)


def uncommitted(request: Request, location: str) -> Fact:
    """That nobody commits to where requests of that size are processed."""
    size = f" of up to {request.context_size}" if request.context_size else ""
    text = f"No source commits to where requests{size} to {location} are processed."
    return Fact(Subject.PROCESSING, text)


def committed_to(commitment: Commitment, named: Named, location: str) -> Fact:
    """One commitment, on requests to a location or on tuning jobs there."""
    about = "Tuning jobs" if commitment.tuning else "Requests"
    what = Subject.TUNING if commitment.tuning else Subject.PROCESSING
    size = f" of up to {commitment.up_to} tokens" if commitment.up_to else ""
    if commitment.area == "global":
        return Fact(what, f"{about} of {named.id} are processed anywhere.", commitment.cite)
    text = f"{about} to {location}{size} are processed within {commitment.area}"
    return Fact(what, f"{text}, by a published commitment.", commitment.cite)


def no_promise(snapshot: Snapshot) -> Iterator[Fact]:
    """That an endpoint promises nothing about processing, where a page says it."""
    if snapshot.processing_note:
        text = "An endpoint is no promise about processing."
        yield Fact(Subject.PROCESSING, text, snapshot.processing_note)


def lifecycle(named: Named) -> Iterator[Fact]:
    """When the model came, when it goes, and for whom it is closed."""
    model = named.model
    dates = {
        "was released on": model.released,
        "is deprecated since": model.deprecated,
        "is not shut down before": model.not_before,
    }
    if model.lifecycle:
        said = [f"{words} {day}" for words, day in dates.items() if day]
        said += [f"is {will_end(named.entry, model.retires)}"] if model.retires else []
        yield Fact(Subject.RETIRES, f"{named.id} {', '.join(said)}.", model.lifecycle)
    if closure := model.closure:
        text = f"{named.id} is closed to projects without prior usage since {closure.since}."
        yield Fact(Subject.PRIOR_USAGE, text, closure.cite)
