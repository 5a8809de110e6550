"""Ours beside LiteLLM: how long an answer takes, and how many name a place that doesn't serve."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from bench.calls import probe
from bench.measured import Measured, spread
from bench.processes import ROOT, CommandFailed, usage
from bench.timed.runs import timed

PYTHON = ROOT / "bench" / ".venv" / "bin" / "python"
THEIRS = ROOT / "bench" / "timed" / "theirs.py"


class Pair(TypedDict):
    """A model and the location that a client is set to, as `bench.probe` has it."""

    names: list[str]
    """What LiteLLM may call the model."""
    location: str
    served: list[str]
    """The locations for which the matrix has a tick."""
    ours: str | None
    """Where it is placed; None where it is refused."""


def measured() -> Iterator[tuple[str, Measured]]:
    """Figure -> what was measured of it. Raises CommandFailed where LiteLLM is not installed."""
    found: list[Pair] = probe("pairs")
    ours = [pair["ours"] for pair in found]
    yield "wrong", _wrong(found, ours, f"{ours.count(None):,} refused")
    yield "pair", timed(sys.executable, "-m", "bench.timed.ours", "pair")
    if not PYTHON.exists():
        raise CommandFailed("LiteLLM is not installed: run make bench/.venv/.installed")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        asked = Path(name) / "pairs.json"
        asked.write_text(json.dumps([[pair["names"], pair["location"]] for pair in found]))
        # Else it downloads its cost map, and takes the one at hand where it can't.
        variables = {
            "BENCH_PAIRS": str(asked),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_LOG": "ERROR",
        }
        answers: list[str] = json.loads(
            usage([PYTHON, THEIRS, "answers"], variables=variables).output
        )
        moved = sum(answer != pair["location"] for pair, answer in zip(found, answers, strict=True))
        yield "wrong-litellm", _wrong(found, answers, f"{moved:,} sent elsewhere than was set")
        yield "pair-litellm", timed(PYTHON, THEIRS, variables=variables)


def _wrong(pairs: list[Pair], answers: list[str | None] | list[str], note: str) -> Measured:
    """How many answers name a location that the matrix has no tick for."""
    wrong = [
        answer
        for pair, answer in zip(pairs, answers, strict=True)
        if answer is not None and answer not in pair["served"]
    ]
    return replace(spread([len(wrong)]), note=f"of {len(pairs):,} pairs; {note}")
