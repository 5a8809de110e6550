"""What is measured inside of a fresh process: `python -m bench.probe WHAT …` prints it as JSON.

Times are CPU of the process, in seconds, without garbage collection: the command runs without it,
too. Memory is its most, in bytes: `base` before what is measured began, `peak` after it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from availability.explanation.alternatives.fixes import ResolveFixer
from availability.explanation.answers import answer, to_json
from availability.facts.library import SNAPSHOTS, load, newest, snapshot_ids
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.places.residency import Residency
from bench import large
from bench.pairs import names, pair_requests, pairs
from bench.requests import RESIDENCIES, TODAY, all_requests

PROJECT = "acme-ai"
MISSPELT = ("gemini-2.5-flsh", "claude-sonet-4", "text-embeding-005", "lama-4-scout")
"""Names that no model has: each lacks a letter of what was meant."""
SOME, SCANNED, SLOWEST = 24, 300, 6
"""How many requests are asked; how many are looked at for the slowest; and of those, asked."""

LOOKING = 100
"""Seconds after which no more of them are looked at."""


def told(request: Request, snapshot: Snapshot) -> float:
    """The time of an answer with all that it says."""
    start = time.process_time()
    to_json(answer(request, snapshot, TODAY, ResolveFixer(PROJECT, None, TODAY)), PROJECT)
    return time.process_time() - start


def peak() -> int:
    """The most memory of this process so far, in bytes, without that of the one that made it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    words = next(line.split() for line in lines if line.startswith("VmHWM:"))
    return int(words[1]) * 1024


def loading(folder: Path, *, collected: bool = True) -> dict[str, Any]:
    """The time to load the newest snapshot of a folder."""
    base = peak()
    if collected:
        gc.enable()
    start = time.process_time()
    snapshot = load(newest(folder), folder)
    seconds = time.process_time() - start
    return {"seconds": seconds, "base": base, "peak": peak(), "models": _count(snapshot)}


def refusals() -> dict[str, Any]:
    """The time of each refusal of the newest snapshot, in their order."""
    snapshot = load(newest())
    requests = [
        request
        for request in all_requests(snapshot)
        if isinstance(place(request, snapshot, TODAY), Refusal)
    ]
    base = peak()
    told(requests[0], snapshot)  # loads the modules that a refusal needs
    gc.freeze()
    times: list[float] = []
    for request in requests:
        gc.collect()
        times.append(told(request, snapshot))
    return {"seconds": times, "base": base, "peak": peak()}


def first_refusal(folder: Path, index: int) -> dict[str, Any]:
    """The time of a refusal, the first answer from the newest snapshot of a folder."""
    base, snapshot = _ready(folder)
    return {"seconds": told(_request(index, snapshot), snapshot), "base": base, "peak": peak()}


def misspelt(folder: Path, index: int) -> dict[str, Any]:
    """The time of a refusal of a misspelt name, as the first answer."""
    base, snapshot = _ready(folder)
    request = Request(MISSPELT[index], Residency.parse("eu"))
    return {"seconds": told(request, snapshot), "base": base, "peak": peak()}


def asked() -> list[dict[str, Any]]:
    """The pairs that LiteLLM is asked, too, with what the matrix has and where they are placed."""
    snapshot = load(newest())
    results = (place(request, snapshot, TODAY) for request in pair_requests(snapshot))
    return [
        {
            "names": names(named),
            "location": location,
            "served": sorted(named.entry.served),
            "ours": result.location if isinstance(result, Placement) else None,
        }
        for (named, location), result in zip(pairs(snapshot), results, strict=True)
    ]


def sample(folder: Path) -> dict[str, list[int]]:
    """Which requests to ask: some of those that are refused, and the slowest seen of more.

    To see which are slow, each is asked in a process that is forked for it, which makes all of them
    slower: their times are not what is measured.
    """
    _, snapshot = _ready(folder)

    def chosen() -> list[int]:
        count = _count(snapshot) * len(RESIDENCIES)
        some = random.Random(0).sample(range(count), count)  # noqa: S311
        return [*islice((one for one in some if _is_refused(one, snapshot)), SCANNED)]

    indices: list[int] = _forked(chosen)
    took: dict[int, float] = {}
    end = time.monotonic() + LOOKING
    for index in indices:
        if time.monotonic() < end:
            took[index] = _forked(lambda index=index: told(_request(index, snapshot), snapshot))
    slowest = sorted(took, key=lambda index: -took[index])
    return {"some": indices[:SOME], "slowest": slowest[:SLOWEST]}


def _ready(folder: Path) -> tuple[int, Snapshot]:
    """The newest snapshot of a folder, of which nothing was asked, and the memory before it.

    The modules that a refusal needs are loaded, by one of another snapshot.
    """
    oldest = load(snapshot_ids()[0])
    told(Request("gemini-2.0-flash-001", Residency.parse("jp"), location="us-east5"), oldest)
    base = peak()
    return base, load(newest(folder), folder)


def _request(index: int, snapshot: Snapshot) -> Request:
    """One of the requests for every model under each of the residencies."""
    model, residency = divmod(index, len(RESIDENCIES))
    names = (f"{entry.publisher}/{one.id}" for entry in snapshot.entries for one in entry.models)
    return Request(next(islice(names, model, None)), Residency.parse(RESIDENCIES[residency]))


def _count(snapshot: Snapshot) -> int:
    """How many models it has, counted without deriving anything from it."""
    return sum(len(entry.models) for entry in snapshot.entries)


def _is_refused(index: int, snapshot: Snapshot) -> bool:
    return isinstance(place(_request(index, snapshot), snapshot, TODAY), Refusal)


def _forked(work: Callable[[], Any]) -> Any:
    """What the work returns, in a process that knows what this one does and leaves it as it is."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as file:
            json.dump(work(), file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text)


def main() -> None:
    """Prints what was measured."""
    gc.disable()
    parser = argparse.ArgumentParser(prog="python -m bench.probe", description=__doc__)
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("folder", type=Path, nargs="?", default=SNAPSHOTS)
    parser.add_argument("number", type=int, nargs="?", default=0)
    options = parser.parse_args()
    print(json.dumps(WHAT[options.what](options.folder, options.number)))


WHAT: dict[str, Callable[[Path, int], Any]] = {
    "load": lambda folder, _: loading(folder),
    "load-uncollected": lambda folder, _: loading(folder, collected=False),
    "refusals": lambda _, __: refusals(),
    "first-refusal": first_refusal,
    "misspelt": misspelt,
    "pairs": lambda _, __: asked(),
    "sample": lambda folder, _: sample(folder),
    "write": lambda folder, models: large.write(models, folder),
}
"""What can be asked for -> what answers it, by a folder of snapshots and a number."""


if __name__ == "__main__":
    main()
