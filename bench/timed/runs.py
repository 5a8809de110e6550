"""Runs a program that pyperf times, and reads what it found."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.measured import Measured, Peak, spread
from bench.processes import usage


def timed(*command: str | Path, variables: dict[str, str] | None = None) -> Measured:
    """What pyperf found by a program of `bench.timed`. Raises CommandFailed."""
    # It is large, and a process starts with the memory of the one that makes it.
    pyperf: Any = import_module("pyperf")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        results = Path(name) / "results.json"
        usage([*command, "-o", results, "--quiet"], variables=variables)
        found = pyperf.Benchmark.load(str(results))
    memory: list[int] = [run.get_metadata()["mem_max_rss"] for run in found.get_runs()]
    return spread([*found.get_values()], peaks=[Peak(0, max(memory))])
