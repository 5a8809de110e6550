"""The facts behind a verdict about one location: what is said, by which source, on which line."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from availability.explain import place_name, title
from availability.facts import Citation, Snapshot
from availability.geography import places
from availability.library import SNAPSHOTS
from availability.names import Named
from availability.placement import Request, boundary


@dataclass(frozen=True)
class Evidence:
    """One fact. Without a source it is our own reading, of geography or of silence."""

    fact: str
    source: str | None = None
    date: dt.date | None = None
    line: int | None = None
    quote: str | None = None
    """The line of the source."""


_Cite = Callable[[str, Citation], Evidence]


def evidence_json(one: Evidence) -> dict[str, object]:
    """`{fact, source, date, line, quote}`."""
    return {**asdict(one), "date": one.date.isoformat() if one.date else None}


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
        quote = cite.note
        if cite.line is not None:
            text = (folder / snapshot.id / source.file).read_text(encoding="utf-8")
            quote = _passage(text.splitlines(), cite.line)
        return Evidence(fact, source.title, source.date, cite.line, quote)

    served = list(_listings(named, location, where, snapshot, cited))
    yield from served or [Evidence(f"No source says anything of {named.id} in {where}.")]
    if named.model.cite.line is None:
        yield cited(f"The row {named.entry.name!r} stands for {named.id}.", named.model.cite)
    yield _geography(request, location, where)
    for limit in snapshot.limitations:
        if limit.endpoint == location:
            yield cited(f"The endpoint in {where} does not offer {limit.need}.", limit.cite)
    yield from _processing(named, location, where, cited)
    if closure := named.model.closure:
        fact = f"{named.id} is closed to projects without prior usage since {closure.since}."
        yield cited(fact, closure.cite)
    if snapshot.processing_note:
        yield cited("An endpoint is no promise about processing.", snapshot.processing_note)


def _geography(request: Request, location: str, where: str) -> Evidence:
    place = places()[location]
    inside = "inside" if request.residency.holds(location) else "outside"
    reason = {
        "global": "its endpoint reaches everywhere",
        "multi-region": f"its endpoint reaches all of {place.country}",
        "region": f"the region is in {place.country}",
    }[place.kind]
    fact = f"{where} is {inside} the area {request.residency.area_text}: {reason}."
    return Evidence(fact, source="Google Cloud, Geography and regions (data/regions.csv)")


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
            place = f'the table "{table.heading}"' if table else "the text"
            yield cited(f"{title(named)} is served in {where}: {place} says so.", listing.cite)
        elif table and location in table.locations:
            fact = f'{title(named)} is not served in {where}: no tick in "{table.heading}".'
            yield cited(fact, listing.cite)


def _processing(named: Named, location: str, where: str, cited: _Cite) -> Iterator[Evidence]:
    kept = boundary(named, location)
    for commitment in named.model.commitments:
        if commitment.area == kept:
            fact = f"Requests to {where} are processed within {kept}, by a published commitment."
            yield cited(fact, commitment.cite)
    if kept is None:
        yield Evidence(f"No source commits to where requests to {where} are processed.")
