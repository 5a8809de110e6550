"""What a snapshot knows, as documents for `--json` and as tables for a terminal."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from availability.explanation.lifecycle import has_ended
from availability.explanation.usable import Usable, warning_ids
from availability.facts.snapshot import Entry, Model, Snapshot
from availability.placement.request import Placement
from availability.placement.warnings import Warning
from availability.places.geography import places
from availability.report.columns import Table

_WHOLE = ("Model", "Location", "Snapshot", "Stage", "Warnings")
"""Columns of ids, which are broken last, so that they can be copied."""


def matrix_document(snapshot: Snapshot, entries: Iterable[Entry]) -> dict[str, object]:
    """`{snapshot, models: [{name, publisher, ids, locations, listed, retired}]}`.

    `retired` is a day of the past, as the snapshot sees it: what ends later is alive.
    """
    return {
        "snapshot": snapshot.id,
        "models": [
            {
                "name": entry.name,
                "publisher": entry.publisher,
                "ids": [model.id for model in entry.models],
                "locations": _served(snapshot, entry),
                "listed": list(snapshot.listed(entry)),
                "retired": day.isoformat() if (day := _shut_down(snapshot, entry)) else None,
            }
            for entry in entries
        ],
    }


def matrix_table(snapshot: Snapshot, entries: Iterable[Entry]) -> Table:
    """A row of the page a row, with the locations that have a tick, or the last that had one."""
    table = _table(f"Served where, snapshot {snapshot.id}", "Model", "Served in")
    for entry in entries:
        served = ", ".join(_served(snapshot, entry))
        where = served or "nowhere that a source names"
        if day := _shut_down(snapshot, entry):
            where = has_ended(entry, day) + (f"; until then {served}" if served else "")
        ids = [model.id for model in entry.models]
        names = [] if ids == [entry.name] else [entry.name]
        table.add_row("\n".join([*names, *ids]), where)
    return table


def models_document(snapshot: Snapshot) -> dict[str, object]:
    """`{snapshot, models: [...]}`, each with its dates, past or future, where they are said.

    A model is `{id, publisher, name, family, aliases, stage, retires, notBefore, locations}`.
    """
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
                "notBefore": model.not_before.isoformat() if model.not_before else None,
                "locations": _served(snapshot, entry),
            }
            for entry in snapshot.entries
            for model in entry.models
        ],
    }


def models_table(snapshot: Snapshot) -> Table:
    """A model a row, by its full name, with its stage, its end and how many locations serve it."""
    columns = ("Model", "Stage", "Retires", "Served")
    table = _table(f"Models of snapshot {snapshot.id}", *columns)
    for entry in snapshot.entries:
        for model in entry.models:
            stage = model.stage.value if model.stage else "not said"
            served = str(len(entry.served)) if entry.listings else "?"
            table.add_row(f"{entry.publisher}/{model.id}", stage, _end(model), served)
    return table


def usable_table(usable: Usable, width: int) -> Table:
    """A placed model a row: location, boundary, end, and the ids of its warnings.

    The warnings have a column of their own if `width` columns hold it, else they stand below the
    model. Ids are whole either way.
    """
    columns = ("Model", "Location", "Boundary", "Retires")
    title = f"Usable models of snapshot {usable.snapshot.id}"
    rows = [_usable_row(placement, warnings) for placement, warnings in usable.placed]
    table = _table(title, *columns, "Warnings")
    for *cells, ids in rows:
        table.add_row(*cells, "\n".join(ids))
    if table.fits(width):
        return table
    first, *others = columns
    table = _table(title, f"{first}, with its warnings", *others)
    for model, *cells, ids in rows:
        table.add_row("\n".join([model, *(f"  {warning_id}" for warning_id in ids)]), *cells)
    return table


def _usable_row(
    placement: Placement, warnings: tuple[Warning, ...]
) -> tuple[str, str, str, str, list[str]]:
    boundary = placement.boundary or "not committed"
    model = placement.named.model
    return model.id, placement.location, boundary, _end(model), warning_ids(warnings)


def usable_lines(usable: Usable) -> list[str]:
    """How many models are usable and how many are refused, by the rule that decides against it."""
    by_rule = ", ".join(f"{count} {rule}" for rule, count in usable.counts)
    refused = f"{len(usable.refused)} refused: {by_rule}." if by_rule else "None is refused."
    text = f"{len(usable.placed)} usable. {refused}"
    return textwrap.wrap(text, 76, subsequent_indent="  ", break_on_hyphens=False)


def _end(model: Model) -> str:
    """The retirement date, or the day before which there is none."""
    if model.retires:
        return model.retires.isoformat()
    return f"not before {model.not_before}" if model.not_before else "not said"


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
    """`{snapshots: [{id, models, locations, sources}]}`, the oldest first.

    `sources` are `{url, title, date, file}`.
    """
    return {
        "snapshots": [
            {
                "id": snapshot.id,
                "models": sum(len(entry.models) for entry in snapshot.entries),
                "locations": len(snapshot.locations),
                "sources": [asdict(source) for source in snapshot.sources.values()],
            }
            for snapshot in snapshots
        ]
    }


def snapshots_table(snapshots: Sequence[Snapshot]) -> Table:
    """A snapshot a row, with the documents that it was made from."""
    table = _table("Bundled snapshots", "Snapshot", "Models", "Locations", "Sources")
    for snapshot in snapshots:
        models = sum(len(entry.models) for entry in snapshot.entries)
        table.add_row(snapshot.id, str(models), str(len(snapshot.locations)), _sources(snapshot))
    return table


def _sources(snapshot: Snapshot) -> str:
    """How many pages it cites, and of which days they are."""
    pages = len({source.url for source in snapshot.sources.values()})
    if not pages:
        return "none"
    days = sorted(source.date for source in snapshot.sources.values())
    return f"{pages} pages, {days[0]} to {days[-1]}" if pages > 1 else f"1 page, {days[0]}"


def _table(title: str, *columns: str) -> Table:
    return Table(title, *columns, whole=_WHOLE)


def _shut_down(snapshot: Snapshot, entry: Entry) -> dt.date | None:
    """The last retirement date of its models, if all are shut down by the snapshot's day."""
    gone = all(entry.is_retired(model, snapshot.date) for model in entry.models)
    return entry.retires if gone else None


def _served(snapshot: Snapshot, entry: Entry) -> list[str]:
    return [location.id for location in snapshot.locations if location.id in entry.served]


def _models_in(snapshot: Snapshot) -> dict[str, int]:
    return {
        location.id: sum(
            len(entry.models) for entry in snapshot.entries if location.id in entry.served
        )
        for location in snapshot.locations
    }
