"""`make bench`: how long it takes to load a snapshot and to place a request.

Times are wall clock on this machine; nothing passes or fails by them.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.snapshot import Need
from availability.input import clock
from availability.placement.place import place
from availability.placement.request import Placement, Request
from availability.places.areas import AREA_TERMS
from availability.places.residency import Residency
from tests.paths import ROOT

PROCESSES, ROUNDS = 15, 7

BASE = "from pydantic import BaseModel"
MODEL = f"{BASE}\nclass Empty(BaseModel): pass"
MODULES = f"{BASE}\nimport availability.facts.library"
TIMED = """
import time
{before}
start = time.perf_counter()
{timed}
print(time.perf_counter() - start)
"""


def seconds(before: str, timed: str) -> float:
    """The median over fresh processes of the time that `timed` takes after `before`."""
    script = TIMED.format(before=before, timed=timed)
    return statistics.median(
        float(
            subprocess.run(
                [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True
            ).stdout
        )
        for _ in range(PROCESSES)
    )


def per_call(calls: list[Callable[[], object]]) -> float:
    """The best average over all calls, in seconds: what else runs only ever adds."""

    def once() -> float:
        start = time.perf_counter()
        for call in calls:
            call()
        return (time.perf_counter() - start) / len(calls)

    return min(once() for _ in range(ROUNDS))


def valid_requests(snapshot_id: str) -> list[Callable[[], object]]:
    """A call for each model, area and need that are placed today."""
    snapshot, today = load(snapshot_id), clock.today()
    requests = (
        Request(f"{named.entry.publisher}/{named.id}", Residency.parse(area), needs)
        for named, area, needs in itertools.product(
            all_models(snapshot), AREA_TERMS, [(), *((need,) for need in Need)]
        )
    )
    return [
        lambda request=request: place(request, snapshot, today)
        for request in requests
        if isinstance(place(request, snapshot, today), Placement)
    ]


def main() -> None:
    """Prints the table."""
    table = Table("What", "Snapshot", "Takes", "Limit", title="Speed", title_justify="left")
    pydantic, model = seconds("", BASE), seconds(BASE, MODEL)
    table.add_row("from pydantic import BaseModel", "", f"{1e3 * pydantic:.1f} ms", "")
    table.add_row("on top of it: one empty model, defined", "", f"{1e3 * model:.1f} ms", "")
    modules = seconds(BASE, MODULES)
    table.add_row("on top of it: this project's models", "", f"{1e3 * modules:.1f} ms", "")
    for snapshot_id in snapshot_ids():
        loading = seconds(MODULES, f"availability.facts.snapshot.library.load({snapshot_id!r})")
        table.add_row("loading a snapshot", snapshot_id, f"{1e3 * loading:.1f} ms", "15 ms")
    for snapshot_id in snapshot_ids():
        calls = valid_requests(snapshot_id)
        what = f"placing a valid request ({len(calls)} of them)"
        table.add_row(what, snapshot_id, f"{1e6 * per_call(calls):.1f} µs", "50 µs")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
