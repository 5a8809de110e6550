"""The snapshot of a page "Deployments and endpoints": its tables, its prose, and the ids beside it.

The rows of all tables that have the same section, name and ids are one entry. Rows without an id
get theirs from `model_ids.csv`, and the statement about Claude's processing is in
`ml_processing.csv`: both files say where each line comes from.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

from availability.facts.needs import Need
from availability.facts.snapshot import (
    Citation,
    Closure,
    Commitment,
    Entry,
    Limitation,
    Listing,
    Location,
    Model,
    Snapshot,
    Source,
    Stage,
    Table,
)
from availability.ingest.families import family_of
from availability.ingest.page import Item, Page, PageError, PageTable, Row, clean, read_page
from availability.input.tables import rows as csv_rows

_DOCUMENTATION = "https://cloud.google.com/vertex-ai/generative-ai/docs"
"""Where the pages of May 2025 lay."""

FILES = "deployments-and-endpoints-*.md"
IDS_FILE = "model_ids.csv"
PROCESSING_FILE = "ml_processing.csv"

GLOBAL_MODELS = "Supported models"
LIMITATIONS = "Limitations"

_NEEDS = {
    "Tuning": Need.TUNING,
    "Batch prediction": Need.BATCH_PREDICTION,
    "Context caching": Need.CONTEXT_CACHING,
    "Retrieval-augmented generation (RAG) corpus (RAG requests are supported)": Need.RAG_CORPUS,
    "Provisioned Throughput": Need.PROVISIONED_THROUGHPUT,
}
"""The page's words for what the global endpoint lacks."""

_NOTICE = re.compile(
    r"Starting (?P<date>[A-Z][a-z]+ \d+, \d{4}), (?P<names>.+?) are not available in projects "
    r"that have no prior usage"
)
_NO_PROMISE = re.compile(r"endpoints don't guarantee region availability or in-region ML process")


@dataclass(frozen=True)
class _Id:
    publisher: str
    id: str
    aliases: tuple[str, ...]
    cite: Citation


def build(folder: Path) -> Snapshot:
    """The snapshot of the page in `folder`.

    Raises PageError, or ValueError where the files beside the page do not fit it.
    """
    [page_file] = folder.glob(FILES)
    page = read_page(page_file.read_text(encoding="utf-8"))
    ids = _read_ids(folder)
    commitments = _read_commitments(folder)
    closures = _closures(page)
    entries = [
        _entry(name, row_ids, rows, ids, commitments, closures)
        for (name, row_ids), rows in _group(page).items()
    ]
    by_name = {entry.name: index for index, entry in enumerate(entries)}
    for item in page.items:
        if item.heading != GLOBAL_MODELS:
            continue
        listing = Listing(served=("global",), cite=_cite(item.line))
        if item.text in by_name:
            entry = entries[by_name[item.text]]
            entries[by_name[item.text]] = replace(entry, listings=(*entry.listings, listing))
        else:
            entries.append(_prose_entry(item, listing, ids))
    _check_all_used(ids, closures, entries)
    return Snapshot(
        date=page.date,
        sources={
            "page": Source(
                url=f"{_DOCUMENTATION}/learn/locations",
                title=page.title,
                date=page.date.isoformat(),
                file=page_file.name,
            ),
            "ids": Source(
                url=f"{_DOCUMENTATION}/learn/models",
                title="Vertex AI model ids, May 2025, by row of the page",
                date=page.date.isoformat(),
                file=IDS_FILE,
            ),
            "claude": Source(
                url=f"{_DOCUMENTATION}/partner-models/claude/use-claude",
                title="Use Anthropic's Claude models",
                date=page.date.isoformat(),
                file=PROCESSING_FILE,
            ),
        },
        locations=_locations(page),
        tables=tuple(
            Table(
                id=_table_id(table),
                heading=f"{table.section}: {table.geography}",
                locations=tuple(column.location for column in table.columns),
                cite=_cite(table.line),
            )
            for table in page.tables
        ),
        limitations=tuple(_limitations(page)),
        processing_note=next(
            (_cite(item.line) for item in page.paragraphs if _NO_PROMISE.search(item.text)), None
        ),
        entries=tuple(entries),
    )


def _cite(line: int) -> Citation:
    return Citation(source="page", line=line)


def _table_id(table: PageTable) -> str:
    whose = "partner" if "partner" in table.section.lower() else "google"
    return f"{whose}/{table.geography.lower().replace(' ', '-')}"


def _locations(page: Page) -> tuple[Location, ...]:
    """Every column of the page once, in the order of the page."""
    locations: dict[str, Location] = {}
    for table in page.tables:
        for column in table.columns:
            location = Location(id=column.location, name=column.name, geography=table.geography)
            if locations.setdefault(column.location, location) != location:
                raise PageError(table.line, f"{column.location} is described in two ways")
    return tuple(locations.values())


_Rows = list[tuple[PageTable, Row]]


def _group(page: Page) -> dict[tuple[str, tuple[str, ...]], _Rows]:
    """The rows of all tables by what they are about."""
    groups: dict[tuple[str, str, tuple[str, ...]], _Rows] = {}
    for table in page.tables:
        for row in table.rows:
            groups.setdefault((table.section, row.name, row.ids), []).append((table, row))
    return {(name, ids): rows for (_, name, ids), rows in groups.items()}


def _entry(
    name: str,
    row_ids: tuple[str, ...],
    rows: _Rows,
    ids: dict[str, list[_Id]],
    commitments: dict[str, tuple[Commitment, ...]],
    closures: dict[str, Closure],
) -> Entry:
    first = rows[0][1]
    known = [_Id("google", row_id, (), _cite(first.line)) for row_id in row_ids] or ids.get(name)
    if not known:
        raise PageError(first.line, f"no id for {name!r}, neither in the row nor in {IDS_FILE}")
    family, call = family_of(known[0].publisher, known[0].id)
    return Entry(
        name=name,
        publisher=known[0].publisher,
        family=family,
        call=call,
        models=tuple(
            Model(
                id=identity.id,
                aliases=identity.aliases,
                stage=_stage(name, identity.id),
                closure=closures.get(name),
                commitments=commitments.get(identity.id, ()),
                cite=identity.cite,
            )
            for identity in known
        ),
        listings=tuple(
            Listing(
                table=_table_id(table),
                served=tuple(
                    column.location
                    for column, tick in zip(table.columns, row.ticks, strict=True)
                    if tick
                ),
                cite=_cite(row.line),
            )
            for table, row in rows
        ),
    )


def _prose_entry(item: Item, listing: Listing, ids: dict[str, list[_Id]]) -> Entry:
    """A model that the page lists for the global endpoint and has no row for."""
    if item.text not in ids:
        raise PageError(item.line, f"no row and no id for {item.text!r}")
    known = ids[item.text]
    family, call = family_of(known[0].publisher, known[0].id)
    return Entry(
        name=item.text,
        publisher=known[0].publisher,
        family=family,
        call=call,
        models=tuple(
            Model(
                id=identity.id,
                aliases=identity.aliases,
                stage=_stage(item.text, identity.id),
                cite=identity.cite,
            )
            for identity in known
        ),
        listings=(listing,),
    )


def _stage(name: str, model_id: str) -> Stage | None:
    """A preview says so in its name or its id; of the others the page says nothing."""
    is_preview = name.endswith("(Preview)") or "-preview-" in model_id
    return Stage.PREVIEW if is_preview else None


def _read_ids(folder: Path) -> dict[str, list[_Id]]:
    """The page's name -> its ids, without the guesses."""
    ids: dict[str, list[_Id]] = {}
    for row in csv_rows(folder / IDS_FILE):
        if row["confidence"] == "low":
            continue
        note = "; ".join(filter(None, (f"{row['confidence']} confidence", row["source"])))
        note = f"{note}; {row['note']}" if row["note"] else note
        identity = _Id(
            row["publisher"],
            row["model_id"],
            tuple(row["aliases"].split()),
            Citation(source="ids", note=note),
        )
        ids.setdefault(clean(row["page_name"]), []).append(identity)
    return ids


def _read_commitments(folder: Path) -> dict[str, tuple[Commitment, ...]]:
    """Model id -> the areas that keep its processing.

    The file writes "us (multi-region)" for the jurisdiction: there were no such endpoints then. Its
    line of comment that starts with "Quote:" is the statement that all rows follow from.
    """
    path = folder / PROCESSING_FILE
    lines = path.read_text(encoding="utf-8").splitlines()
    [statement] = [number for number, text in enumerate(lines, 1) if text.startswith("# Quote:")]
    cite = Citation(source="claude", line=statement)
    commitments: dict[str, list[Commitment]] = {}
    for row in csv_rows(path):
        area = row["location"].removesuffix(" (multi-region)")
        commitments.setdefault(row["model_id"], []).append(Commitment(area=area, cite=cite))
    return {model_id: tuple(areas) for model_id, areas in commitments.items()}


def _closures(page: Page) -> dict[str, Closure]:
    """The page's name -> since when new projects can't use it."""
    closures: dict[str, Closure] = {}
    for item in page.paragraphs:
        if match := _NOTICE.search(item.text):
            since = dt.datetime.strptime(match["date"], "%B %d, %Y").replace(tzinfo=dt.UTC).date()
            for name in re.split(r",? and |, ", match["names"]):
                closures[name] = Closure(since=since, cite=_cite(item.line))
    return closures


def _limitations(page: Page) -> list[Limitation]:
    limitations: list[Limitation] = []
    for item in page.items:
        if item.heading == LIMITATIONS:
            if item.text not in _NEEDS:
                raise PageError(item.line, f"no need stands for the limitation {item.text!r}")
            limitations.append(
                Limitation(endpoint="global", need=_NEEDS[item.text], cite=_cite(item.line))
            )
    return limitations


def _check_all_used(
    ids: dict[str, list[_Id]], closures: dict[str, Closure], entries: list[Entry]
) -> None:
    names = {entry.name for entry in entries}
    if unused := sorted((ids.keys() | closures.keys()) - names):
        raise ValueError(f"said of no model on the page: {', '.join(unused)}")
