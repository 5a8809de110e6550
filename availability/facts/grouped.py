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
    for row, said in zip(enumerate(snapshot.entries), snapshot.json("entries"), strict=True):
        served = [tuple(listing["served"]) for listing in said["listings"]]
        found.setdefault((said["publisher"], said["family"], *served), []).append(row)
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
    entries, day = snapshot.json("entries"), snapshot.date.isoformat()
    for group in groups(snapshot):
        # As `Entry.is_retired` has it: days are compared as they are written.
        lives = group.family.lives_on_retirement_day
        alive = sum(
            (end := model.get("retires")) is None or day < end or (lives and day == end)
            for at, _ in group.rows
            for model in entries[at]["models"]
        )
        for place in group.served:
            counts[place] += alive
    return counts
