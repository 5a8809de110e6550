"""What a snapshot knows, as documents for `--json` and as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.table import Table

from availability.facts import Entry, Snapshot
from availability.geography import places


def matrix_document(snapshot: Snapshot, entries: Iterable[Entry]) -> dict[str, object]:
    """`{snapshot, models: [{name, publisher, ids, locations, listed, retired}]}`."""
    return {
        "snapshot": snapshot.id,
        "models": [
            {
                "name": entry.name,
                "publisher": entry.publisher,
                "ids": [model.id for model in entry.models],
                "locations": _served(snapshot, entry),
                "listed": list(snapshot.listed(entry)),
                "retired": entry.retired.isoformat() if entry.retired else None,
            }
            for entry in entries
        ],
    }


def matrix_table(snapshot: Snapshot, entries: Iterable[Entry]) -> Table:
    """A row of the page a row, with the locations that have a tick."""
    table = _table(f"Served where, snapshot {snapshot.id}", "Model", "Served in")
    for entry in entries:
        served = _served(snapshot, entry)
        where = ", ".join(served) or "nowhere that a source names"
        table.add_row("\n".join([entry.name, *(f"  {one.id}" for one in entry.models)]), where)
    return table


def models_document(snapshot: Snapshot) -> dict[str, object]:
    """`{snapshot, models: [{id, publisher, name, family, aliases, stage, retires, locations}]}`."""
    return {
        "snapshot": snapshot.id,
        "models": [
            {
                "id": model.id,
                "publisher": entry.publisher,
                "name": entry.name,
                "family": entry.family.value,
                "aliases": list(model.aliases),
                "stage": model.stage.value if model.stage else None,
                "retires": model.retires.isoformat() if model.retires else None,
                "locations": _served(snapshot, entry),
            }
            for entry in snapshot.entries
            for model in entry.models
        ],
    }


def models_table(snapshot: Snapshot) -> Table:
    """An id a row."""
    columns = ("Id", "Publisher", "Stage", "Locations")
    table = _table(f"Models of snapshot {snapshot.id}", *columns)
    for entry in snapshot.entries:
        for model in entry.models:
            stage = model.stage.value if model.stage else "not said"
            table.add_row(model.id, entry.publisher, stage, str(len(entry.served)))
    return table


def locations_document(snapshot: Snapshot) -> dict[str, object]:
    """`{snapshot, locations: [{id, kind, name, geography, country, eu, eea, models}]}`."""
    counts = _models_in(snapshot)
    return {
        "snapshot": snapshot.id,
        "locations": [
            {
                "id": location.id,
                "kind": places()[location.id].kind,
                "name": location.name,
                "geography": location.geography,
                "country": places()[location.id].country_code or None,
                "eu": places()[location.id].in_eu,
                "eea": places()[location.id].in_eea,
                "models": counts[location.id],
            }
            for location in snapshot.locations
        ],
    }


def locations_table(snapshot: Snapshot) -> Table:
    """A location a row, with what a residency asks about it."""
    columns = ("Location", "Name", "Geography", "Country", "EU", "Models")
    table = _table(f"Locations of snapshot {snapshot.id}", *columns)
    counts = _models_in(snapshot)
    for location in snapshot.locations:
        place = places()[location.id]
        inside = "yes" if place.in_eu else "no"
        country = place.country_code or "-"
        count = str(counts[location.id])
        table.add_row(location.id, location.name, location.geography, country, inside, count)
    return table


def snapshots_document(snapshots: Sequence[Snapshot]) -> dict[str, object]:
    """`{snapshots: [{id, models, locations, sources: [{title, date, file}]}]}`, oldest first."""
    return {
        "snapshots": [
            {
                "id": snapshot.id,
                "models": sum(len(entry.models) for entry in snapshot.entries),
                "locations": len(snapshot.locations),
                "sources": [source.model_dump(mode="json") for source in snapshot.sources.values()],
            }
            for snapshot in snapshots
        ]
    }


def snapshots_table(snapshots: Sequence[Snapshot]) -> Table:
    """A snapshot a row, with the documents that it was made from."""
    table = _table("Bundled snapshots", "Snapshot", "Models", "Locations", "Sources")
    for snapshot in snapshots:
        models = sum(len(entry.models) for entry in snapshot.entries)
        sources = "\n".join(f"{one.title} ({one.date})" for one in snapshot.sources.values())
        table.add_row(snapshot.id, str(models), str(len(snapshot.locations)), sources)
    return table


def _table(title: str, *columns: str) -> Table:
    """A table that fits into 80 columns; ids are never broken, so that they can be copied."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column in ("Id", "Model", "Location", "Snapshot"))
    return table


def _served(snapshot: Snapshot, entry: Entry) -> list[str]:
    return [location.id for location in snapshot.locations if location.id in entry.served]


def _models_in(snapshot: Snapshot) -> dict[str, int]:
    return {
        location.id: sum(
            len(entry.models) for entry in snapshot.entries if location.id in entry.served
        )
        for location in snapshot.locations
    }
