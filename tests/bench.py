"""`make bench`: how long it takes to load a snapshot and to place a request.

Times are wall clock on this machine; nothing passes or fails by them.
"""

from __future__ import annotations

import itertools
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.input import clock
from availability.placement.place import place
from availability.placement.request import Placement, Request
from availability.places.areas import AREA_TERMS
from availability.places.residency import Residency
from tests.availability.reviewed import FLASH, Versions, text
from tests.paths import ROOT

PROCESSES, ROUNDS = 15, 7

BASE = "from pydantic import BaseModel"
MODEL = f"{BASE}\nclass Empty(BaseModel): pass"
MODULES = f"{BASE}\nimport availability.facts.library"
PYDANTIC = [
    sys.executable,
    "-c",
    "import pydantic; pydantic.create_model('A', a=(int, 1))",
]
COLD = {"resolve": ["resolve", "gemini-3.8-flash", "--residency", "eu"]}
"""Commands whose start is measured as a whole."""
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


def cold(command: list[str]) -> float:
    """The processor time of all of a command, from its start, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cold_ratio(command: list[str]) -> tuple[float, float]:
    """A command's time in seconds, and how many times that of pydantic with a model it is."""
    pairs = [(cold(command), cold(PYDANTIC)) for _ in range(PROCESSES)]
    ours = statistics.median(mine for mine, _ in pairs)
    return ours, statistics.median(mine / theirs for mine, theirs in pairs)


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


STACKS, DEPLOYMENTS = 100, 10


def reviewed(folder: Path, changed: int) -> float:
    """The processor time of a review of many stacks, of which so many have changed, in seconds."""
    versions = Versions(folder / str(changed))
    callers = [[f"group:team-{number}@acme.example"] for number in range(DEPLOYMENTS)]
    deployments = {
        f"chat-{number}": {"model": FLASH, "callers": members}
        for number, members in enumerate(callers)
    }
    base = {f"stack-{number}": text(deployments) for number in range(STACKS)}
    wider = text(deployments, residency="any")
    versions.versions(base, dict.fromkeys([*base][:changed], wider))
    files = [str(versions.path(stack)) for stack in base]
    command = [sys.executable, "-m", "availability", "plan", *files, "--against", "main", "--json"]
    return statistics.median(cold(command) for _ in range(ROUNDS))


def main() -> None:
    """Prints the table."""
    table = Table("What", "Snapshot", "Takes", "Limit", title="Speed", title_justify="left")
    pydantic, model = seconds("", BASE), seconds(BASE, MODEL)
    table.add_row("from pydantic import BaseModel", "", f"{1e3 * pydantic:.1f} ms", "")
    table.add_row("on top of it: one empty model, defined", "", f"{1e3 * model:.1f} ms", "")
    modules = seconds(BASE, MODULES)
    table.add_row("on top of it: this project's models", "", f"{1e3 * modules:.1f} ms", "")
    for snapshot_id in snapshot_ids():
        loading = seconds(MODULES, f"availability.facts.library.load({snapshot_id!r})")
        table.add_row("loading a snapshot", snapshot_id, f"{1e3 * loading:.1f} ms", "15 ms")
    for name, command in COLD.items():
        ours, ratio = cold_ratio([sys.executable, "-m", "availability", *command])
        what = f"{name}, from its start, and how many times pydantic with a model"
        table.add_row(what, "", f"{1e3 * ours:.0f} ms, {ratio:.2f}", "1.5")
    for snapshot_id in snapshot_ids():
        calls = valid_requests(snapshot_id)
        what = f"placing a valid request ({len(calls)} of them)"
        table.add_row(what, snapshot_id, f"{1e6 * per_call(calls):.1f} µs", "50 µs")
    with TemporaryDirectory() as folder:
        for changed in (0, 5, STACKS):
            took = reviewed(Path(folder), changed)
            what = f"a review of {STACKS} stacks of {DEPLOYMENTS} deployments, {changed} changed"
            table.add_row(what, "2026-10-10", f"{1e3 * took:.0f} ms", "1000 ms")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
