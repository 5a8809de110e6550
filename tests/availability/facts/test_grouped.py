"""What groups of rows say is what the rows say, looked at one by one."""

from __future__ import annotations

import datetime as dt

import pytest

from availability.facts.grouped import groups, models_of, popularity
from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.snapshot import Snapshot


def days(snapshot: Snapshot) -> list[dt.date]:
    """The snapshot's own day, and the days around one retirement of each family."""
    found = {
        named.entry.family: named.model.retires
        for named in all_models(snapshot)
        if named.model.retires
    }
    around = (day + dt.timedelta(shift) for day in found.values() for shift in (-1, 0, 1))
    return [snapshot.date, *sorted(set(around))]


def of_day(snapshot: Snapshot, day: dt.date) -> Snapshot:
    """The same rows, as if they had been published on that day."""
    return Snapshot.of_document({**snapshot.document(), "date": day.isoformat()})


@pytest.mark.parametrize("name", snapshot_ids()[1:])  # the first has no retirement dates
def test_a_location_counts_the_models_that_are_not_retired_on_the_snapshot_s_day(name: str) -> None:
    snapshot, counts = load(name), list[int]()
    for day in days(snapshot):
        dated = of_day(snapshot, day)
        alive = [named for named in all_models(dated) if not named.is_retired(day)]
        assert popularity(dated) == {
            location: sum(location in named.entry.served for named in alive)
            for location in dated.location_ids
        }
        counts.append(len(alive))
    assert len(set(counts)) > 5  # the day matters


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_model_is_in_one_group_and_they_come_in_the_order_of_the_snapshot(name: str) -> None:
    snapshot = load(name)
    but, *others = all_models(snapshot)
    assert list(models_of(groups(snapshot), but)) == others
    for group in groups(snapshot):
        for _, entry in group.rows:
            known = (entry.publisher, entry.family, entry.served)
            assert known == (group.publisher, group.family, group.served)
