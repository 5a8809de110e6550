"""The facts behind a verdict about one location: what is said, by which source, on which line."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from availability.explanation.lifecycle import will_end
from availability.explanation.names import described_area, place_name, title
from availability.facts.capabilities import said_of_endpoint, said_of_model
from availability.facts.library import SNAPSHOTS
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import Citation, Snapshot, Source
from availability.placement.request import Request
from availability.places.areas import jurisdiction
from availability.places.geography import adequacy_year, places
from availability.places.residency import Residency


@dataclass(frozen=True)
class Evidence:
    """One fact. Without a source it is our own reading, of geography or of silence."""

    fact: str
    source: str | None = None
    """The title of the page."""
    date: str | None = None
    """The day of the page, as far as it is known."""
    url: str | None = None
    heading: str | None = None
    """What it stands under, where the page was at hand."""
    line: int | None = None
    quote: str | None = None
    """The line of the page, where the project has a copy; else what the source adds."""


_Cite = Callable[[str, Citation], Evidence]


def evidence_json(evidence: Evidence) -> dict[str, object]:
    """`{fact, source, date, url, heading, line, quote}`."""
    return asdict(evidence)


def evidence(
    request: Request, named: Named, location: str, snapshot: Snapshot, folder: Path = SNAPSHOTS
) -> tuple[Evidence, ...]:
    """Everything that the snapshot knows about the model in this location, for this request."""
    return tuple(_facts(request, named, location, snapshot, folder))


def _facts(
    request: Request, named: Named, location: str, snapshot: Snapshot, folder: Path
) -> Iterator[Evidence]:
    where = place_name(location, snapshot)

    def cited(fact: str, cite: Citation) -> Evidence:
        source = snapshot.sources[cite.source]
        quote = cite.note or _quoted(source, cite.line, folder, snapshot.id)
        return Evidence(fact, source.title, source.date, source.url, cite.heading, cite.line, quote)

    served = list(_listings(named, location, where, snapshot, cited))
    yield from served or [Evidence(f"No source says anything of {named.id} in {where}.")]
    if named.model.cite.line is None and snapshot.tables:  # the page has rows without an id
        yield cited(f"The row {named.entry.name!r} stands for {named.id}.", named.model.cite)
    yield _geography(request.residency.at(snapshot.date), location, where)
    for need in Need:
        yield from _capability(need, named, location, where, snapshot, cited)
    yield from _processing(request, named, location, cited)
    yield from _lifecycle(named, cited)
    if snapshot.processing_note:
        yield cited("An endpoint is no promise about processing.", snapshot.processing_note)


def _capability(
    need: Need, named: Named, location: str, where: str, snapshot: Snapshot, cited: _Cite
) -> Iterator[Evidence]:
    about_model = [(named.id, statement) for statement in said_of_model(named, need)]
    here = said_of_endpoint(named, need, location, snapshot)
    for what, statement in [*about_model, *((f"The endpoint in {where}", said) for said in here)]:
        verb = "offers" if statement.offered else "does not offer"
        yield cited(f"{what} {verb} {need}.", statement.cite)
    if need is Need.TUNING:
        for jobs in named.model.tuning_jobs:
            yield cited(f"Tuning jobs run in {', '.join(jobs.locations)}.", jobs.cite)


def _lifecycle(named: Named, cited: _Cite) -> Iterator[Evidence]:
    model = named.model
    dates = {
        "was released on": model.released,
        "is deprecated since": model.deprecated,
        "is not shut down before": model.not_before,
    }
    if model.lifecycle:
        said = [f"{words} {day}" for words, day in dates.items() if day]
        said += [f"is {will_end(named.entry, model.retires)}"] if model.retires else []
        yield cited(f"{named.id} {', '.join(said)}.", model.lifecycle)
    if closure := model.closure:
        fact = f"{named.id} is closed to projects without prior usage since {closure.since}."
        yield cited(fact, closure.cite)


def _geography(residency: Residency, location: str, where: str) -> Evidence:
    place = places()[location]
    inside = "inside" if residency.holds(location) else "outside"
    reason = {
        "global": "its endpoint reaches everywhere",
        "multi-region": f"its endpoint reaches all of {place.country}",
        "region": f"the region is in {place.country}",
    }[place.kind]
    fact = f"{where} is {inside} the area {described_area(residency)}: {reason}."
    source = "Google Cloud, Geography and regions (data/regions.csv)"
    if not residency.adequacy_terms:
        return Evidence(fact, source)
    quote = f"gdpr_adequacy_{adequacy_year(residency.year)}: {place.adequacy(residency.year)}"
    quote += f"; {place.adequacy_note}" if place.adequacy_note else ""
    return Evidence(fact, f"European Commission, adequacy decisions; {source}", quote=quote)


def _quoted(source: Source, line: int | None, folder: Path, snapshot_id: str) -> str | None:
    """What stands on the line of the source's copy; None where the project has none of it.

    A snapshot that somebody brings along may name any file: only those of `folder` are read.
    """
    if line is None or source.file is None:
        return None
    path = Path(os.path.normpath(folder / snapshot_id / source.file))
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if line > len(lines):
        return None
    return _passage(lines, line) if path.suffix == ".md" else lines[line - 1].lstrip("# ")


def _passage(lines: list[str], line: int) -> str:
    """The line, or the paragraph that it begins; a row of a table or of a file is one line."""
    first = lines[line - 1].strip()
    if first.startswith(("|", "-", "#")):
        return first.lstrip("# ")
    rest = itertools.takewhile(str.strip, lines[line - 1 :])
    return " ".join(part.strip() for part in rest)


def _listings(
    named: Named, location: str, where: str, snapshot: Snapshot, cited: _Cite
) -> Iterator[Evidence]:
    tables = {table.id: table for table in snapshot.tables}
    for listing in named.entry.listings:
        table = tables.get(listing.table or "")
        if location in listing.served:
            place = f'the table "{table.heading}"' if table else "its source"
            yield cited(f"{title(named)} is served in {where}: {place} says so.", listing.cite)
        elif table and location in table.locations:
            fact = f'{title(named)} is not served in {where}: no tick in "{table.heading}".'
            yield cited(fact, listing.cite)
    if named.entry.complete and location not in named.entry.served:
        fact = f"{title(named)} is not served in {where}: its model card names other locations."
        yield cited(fact, named.entry.listings[0].cite)


def _processing(request: Request, named: Named, location: str, cited: _Cite) -> Iterator[Evidence]:
    kept = boundary(named, location, request.context_size)
    for commitment in named.model.commitments:
        about = "Tuning jobs" if commitment.tuning else "Requests"
        size = f" of up to {commitment.up_to} tokens" if commitment.up_to else ""
        if commitment.area == "global":
            yield cited(f"{about} of {named.id} are processed anywhere.", commitment.cite)
        elif commitment.area in (kept, location, jurisdiction(location)):
            fact = f"{about} to {location}{size} are processed within {commitment.area}"
            yield cited(f"{fact}, by a published commitment.", commitment.cite)
    if kept is None:
        size = f" of up to {request.context_size}" if request.context_size else ""
        yield Evidence(f"No source commits to where requests{size} to {location} are processed.")
