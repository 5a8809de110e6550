"""The snapshot of a folder: of the page that lies in it, or of its tables of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from availability.facts.library import SNAPSHOTS
from availability.facts.snapshot import Citation, Entry, Listing, Model, Snapshot, Source
from availability.facts.validation import revalidated
from availability.ingest import deployments_page
from availability.ingest.assemble import assemble
from availability.ingest.gathered import TITLES, read_gathered
from availability.ingest.statements import Statement, read_tables

LAST_PAGE = "2025-05-12"
"""The snapshot whose page has the last published locations of models without a card."""
BASE = "adds_to.txt"
"""The file that names the snapshot whose statements a folder adds to."""
PAGES = "pages"
"""The folder of the statements that were read from pages."""


def build(folder: Path) -> Snapshot:
    """The snapshot of the folder, whose name is its date. Raises ValueError where it makes none."""
    if any(folder.glob(deployments_page.FILES)):
        return revalidated(deployments_page.build(folder))
    return snapshot_of(dt.date.fromisoformat(folder.name), statements_of(folder))


def statements_of(folder: Path) -> tuple[Statement, ...]:
    """Everything that its tables state, after what the snapshot states to which it adds."""
    base = folder / BASE
    before: tuple[Statement, ...] = ()
    if base.exists():
        before = statements_of(folder.parent / base.read_text(encoding="utf-8").strip())
    gathered = read_gathered(folder, before) if (folder / TITLES).exists() else ()
    return (*before, *gathered, *read_tables(folder / PAGES))


def snapshot_of(date: dt.date, statements: Iterable[Statement]) -> Snapshot:
    """The snapshot of statements, with what the last page of the older form adds to it."""
    return _with_last_page(assemble(date, statements))


def _with_last_page(snapshot: Snapshot) -> Snapshot:
    """Further spellings of its models, and where those that no newer page lists are served."""
    page = deployments_page.build(SNAPSHOTS / LAST_PAGE)
    sources = dict(snapshot.sources)
    entries = [_with_row(entry, page, snapshot.date, sources) for entry in snapshot.entries]
    return revalidated(replace(snapshot, entries=tuple(entries), sources=sources))


def _with_row(entry: Entry, page: Snapshot, day: dt.date, sources: dict[str, Source]) -> Entry:
    [model] = entry.models
    for row in page.entries:
        for old in row.models:
            ids = {old.id, *old.aliases}
            if row.publisher != entry.publisher or not ids & {model.id, *model.aliases}:
                continue
            further = sorted(ids - {model.id, *model.aliases})
            model = replace(model, aliases=(*model.aliases, *further))
            entry = replace(entry, models=(model,))
            aged = not entry.listings and _is_known_to_live(model)
            if not entry.complete and (aged or entry.is_retired(model, day)):
                listings = tuple(_listing(listing, page, sources) for listing in row.listings)
                listings = (*entry.listings, *listings)
                entry = replace(entry, name=row.name, listings=listings)
    return entry


def _is_known_to_live(model: Model) -> bool:
    """Whether a newer page speaks of its end or its processing, and so of a model that is there.

    One that only an announcement names may have gone since.
    """
    return bool(model.retires or model.not_before or model.commitments)


def _listing(listing: Listing, page: Snapshot, sources: dict[str, Source]) -> Listing:
    source = page.sources[listing.cite.source]
    key = f"{LAST_PAGE}: {source.title}"
    file = f"../{LAST_PAGE}/{source.file}"
    sources.setdefault(key, replace(source, file=file))
    cite = Citation(source=key, heading=listing.cite.heading, line=listing.cite.line)
    return Listing(served=listing.served, stage=listing.stage, cite=cite)
