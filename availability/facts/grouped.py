"""The rows of a snapshot by what they have in common, so that nobody has to look at all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from availability.facts.names import Named
from availability.facts.snapshot import Entry, Family, Snapshot


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one publisher and family that are served in the same locations."""

    publisher: str
    family: Family
    served: frozenset[str]
    rows: list[tuple[int, Entry]]
    """Each behind its place in the snapshot."""


@cache
def groups(snapshot: Snapshot) -> tuple[Group, ...]:
    """All rows of a snapshot. There are dozens of groups where there are thousands of rows."""
    found: dict[tuple[object, ...], list[tuple[int, Entry]]] = {}
    for row in enumerate(snapshot.entries):
        entry = row[1]
        served = [listing.served for listing in entry.listings]
        found.setdefault((entry.publisher, entry.family, *served), []).append(row)
    return tuple(
        Group(first.publisher, first.family, first.served, rows)
        for rows in found.values()
        for _, first in rows[:1]
    )


def models_of(some: Iterable[Group], but: Named) -> Iterator[Named]:
    """The models in the groups but for one of them, in the order of the snapshot."""
    rows = itertools.chain.from_iterable(group.rows for group in some)
    for _, entry in sorted(rows, key=itemgetter(0)):
        for model in entry.models:
            if model is not but.model:
                yield Named(entry, model)


@cache
def popularity(snapshot: Snapshot) -> dict[str, int]:
    """Location -> how many model ids it serves that are not retired on the snapshot's day."""
    counts = dict.fromkeys(snapshot.location_ids, 0)
    for group in groups(snapshot):
        alive = sum(
            not entry.is_retired(model, snapshot.date)
            for _, entry in group.rows
            for model in entry.models
        )
        for place in group.served:
            counts[place] += alive
    return counts
