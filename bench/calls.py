"""What calls cost inside of a process: their figures, from processes that are made for each."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.figures import seconds
from bench.measured import Measured, Peak, exponent, spread
from bench.processes import usage
from bench.timed.runs import timed

PROCESSES = 9
REFUSALS = 5
"""How many processes tell every refusal of the newest snapshot."""
SLOW = 0.005
"""Seconds that a refusal is to take at the most."""
SMALLER, LARGER = 1_000, 10_000
"""How many models the snapshots have."""
MISSPELT = ("gemini-2.5-flsh", "claude-sonet-4", "text-embeding-005", "lama-4-scout")
"""Names that no model has: each lacks a letter of what was meant."""


def warm() -> Iterator[tuple[str, Measured]]:
    """Loading the newest snapshot, and one placement."""
    probes = [probe("load") for _ in range(PROCESSES)]
    yield "load-newest", _loaded((probes[0]["models"], probes))
    yield "placement", timed(sys.executable, "-m", "bench.timed.ours", "placement")


def refusals() -> Iterator[tuple[str, Measured]]:
    """Every refusal of the newest snapshot."""
    probes = [probe("refusals") for _ in range(REFUSALS)]
    runs: list[list[float]] = [probe["seconds"] for probe in probes]
    medians = [statistics.median(values) for values in zip(*runs, strict=True)]
    peaks = _peaks((len(medians), probes))
    note = f"{len(medians):,} refusals"
    for figure, of in (
        ("refusal-mean", statistics.fmean),
        ("refusal-slow", _share_of_slow),
        ("refusal-worst", max),
    ):
        found = spread([of(run) for run in runs], of(medians), peaks=peaks, note=note)
        yield figure, found


def _share_of_slow(values: Sequence[float]) -> float:
    return sum(value > SLOW for value in values) / len(values)


def models() -> Iterator[tuple[str, Measured]]:
    """What is answered first in a process that has loaded thousands of models."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folders = {size: Path(name) / str(size) for size in (SMALLER, LARGER)}
        for size, folder in folders.items():
            folder.mkdir()
            probe("write", folder, size)
        yield from _loading(folders)
        misspelt = {
            size: [probe("first-refusal", folder, name, "eu") for name in MISSPELT]
            for size, folder in folders.items()
        }
        times = _times(misspelt[LARGER])
        yield "misspelt", spread(times, max(times), peaks=_peaks(*misspelt.items()))
        yield from _first_refusals(folders)


def _loading(folders: dict[int, Path]) -> Iterator[tuple[str, Measured]]:
    for figure in ("load", "load-uncollected"):
        probes = {
            SMALLER: [probe(figure, folders[SMALLER])],
            LARGER: [probe(figure, folders[LARGER]) for _ in range(PROCESSES)],
        }
        yield figure, _loaded(*probes.items())


def _loaded(*probes: tuple[int, list[dict[str, Any]]]) -> Measured:
    """Loading the largest of these sizes. Facts may be made only when they are looked at."""
    _, largest = probes[-1]
    looking = statistics.median(one["looking"] for one in largest)
    note = f"and {seconds(looking)} to look at every model"
    return spread(_times(largest), peaks=_peaks(*probes), note=note)


def _first_refusals(folders: dict[int, Path]) -> Iterator[tuple[str, Measured]]:
    some: dict[int, list[dict[str, Any]]] = {}
    slowest: dict[int, list[dict[str, Any]]] = {}
    for size, folder in folders.items():
        sample = probe("sample", folder)
        some[size] = [probe("first-refusal", folder, *asked) for asked in sample["some"]]
        slowest[size] = [probe("first-refusal", folder, *asked) for asked in sample["slowest"]]
    peaks = _peaks(*some.items())
    times = {size: _times(probes) for size, probes in some.items()}
    slow = {size: _times(probes) for size, probes in slowest.items()}
    loading = statistics.median(one["loading"] for one in some[LARGER])
    worst = {size: max(times[size] + slow[size]) for size in folders}
    median = {size: statistics.median(times[size]) for size in folders}
    note = f"after {seconds(loading)} of loading; {seconds(median[SMALLER])} at 1,000 models"
    yield "first-refusal-median", spread(times[LARGER], peaks=peaks, note=note)
    note = f"{seconds(worst[SMALLER])} at 1,000 models"
    yield "first-refusal-worst", spread(slow[LARGER], worst[LARGER], peaks=peaks, note=note)
    grown = {"worst": worst, "median": median}
    exponents = {which: exponent(*of.items()) for which, of in grown.items()}
    note = f"of the median {exponents['median']:.2f}"
    yield "first-refusal-exponent", spread([exponents["worst"]], note=note)


def _times(probes: list[dict[str, Any]]) -> list[float]:
    return [one["seconds"] for one in probes]


def _peaks(*probes: tuple[int, list[dict[str, Any]]]) -> list[Peak]:
    """The most memory before anything was measured, and after it by size."""
    base = max(one["base"] for _, group in probes for one in group)
    return [
        Peak(0, base),
        *(Peak(size, max(one["peak"] for one in group)) for size, group in probes),
    ]


def probe(what: str, *arguments: Path | str | int) -> Any:
    """What `bench.probe` found. Raises CommandFailed."""
    words = [sys.executable, "-m", "bench.probe", what, *map(str, arguments)]
    return json.loads(usage(words).output)
