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
from availability.facts.names import all_models
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.places.residency import Residency
from bench import large
from bench.pairs import names, pair_requests, pairs
from bench.requests import RESIDENCIES, TODAY, all_requests

PROJECT = "acme-ai"
SOME, SCANNED, SLOWEST = 24, 300, 6
"""How many requests are asked; how many are looked at for the slowest; and of those, asked."""
LOOKING = 60
"""Seconds after which no more of them are looked at."""
Asked = tuple[str, str]
"""A model and a residency."""


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


def loading(folder: Path, *, collected: bool) -> dict[str, Any]:
    """The time to load the newest snapshot of a folder, and then to look at every model of it."""
    base = peak()
    if collected:
        gc.enable()
    start = time.process_time()
    snapshot = load(newest(folder), folder)
    loaded = time.process_time()
    served = [named.entry.served for named in all_models(snapshot)]
    looked = time.process_time()
    times = {"seconds": loaded - start, "looking": looked - loaded}
    return {**times, "base": base, "peak": peak(), "models": len(served)}


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


def first_refusal(folder: Path, model: str, residency: str) -> dict[str, Any]:
    """The time of a refusal, the first that is asked of the newest snapshot of a folder."""
    base = _ready()
    start = time.process_time()
    snapshot = load(newest(folder), folder)
    loaded = time.process_time()
    taken = told(_request((model, residency)), snapshot)
    return {"seconds": taken, "loading": loaded - start, "base": base, "peak": peak()}


def sample(folder: Path) -> dict[str, list[Asked]]:
    """What to ask: some of the requests that are refused, and the slowest seen of more.

    To see which are slow, each is asked in a process that is forked for it, which makes all of them
    slower: their times are not what is measured.
    """
    _ready()
    snapshot = load(newest(folder), folder)

    # Facts may be made when they are first asked for: this process itself asks for none.
    def chosen() -> list[Asked]:
        models = [f"{named.entry.publisher}/{named.id}" for named in all_models(snapshot)]
        every = [(model, residency) for model in models for residency in RESIDENCIES]
        shuffled = random.Random(0).sample(every, len(every))  # noqa: S311
        return [*islice((asked for asked in shuffled if _is_refused(asked, snapshot)), SCANNED)]

    requests: list[Asked] = [(model, residency) for model, residency in _forked(chosen)]
    took: dict[Asked, float] = {}
    end = time.monotonic() + LOOKING
    for asked in requests:
        if time.monotonic() < end:
            took[asked] = _forked(lambda asked=asked: told(_request(asked), snapshot))
    slowest = sorted(took, key=lambda asked: -took[asked])
    return {"some": requests[:SOME], "slowest": slowest[:SLOWEST]}


def asked_of_both() -> list[dict[str, Any]]:
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


def _ready() -> int:
    """Loads the modules that a refusal needs, by one of another snapshot. Returns the memory."""
    oldest = load(snapshot_ids()[0])
    told(Request("gemini-2.0-flash-001", Residency.parse("jp"), location="us-east5"), oldest)
    return peak()


def _request(asked: Asked) -> Request:
    model, residency = asked
    return Request(model, Residency.parse(residency))


def _is_refused(asked: Asked, snapshot: Snapshot) -> bool:
    return isinstance(place(_request(asked), snapshot, TODAY), Refusal)


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
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    print(json.dumps(WHAT[options.what](options.folder, options.words)))


WHAT: dict[str, Callable[[Path, list[str]], Any]] = {
    "load": lambda folder, _: loading(folder, collected=True),
    "load-uncollected": lambda folder, _: loading(folder, collected=False),
    "refusals": lambda _, __: refusals(),
    "first-refusal": lambda folder, words: first_refusal(folder, *words),
    "pairs": lambda _, __: asked_of_both(),
    "sample": lambda folder, _: sample(folder),
    "write": lambda folder, words: large.write(int(words[0]), folder),
}
"""What can be asked for -> what answers it, by a folder of snapshots and further words."""


if __name__ == "__main__":
    main()
