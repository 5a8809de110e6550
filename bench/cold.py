"""What commands cost from their start, most of which is loading what they need."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measured import Measured, Peak, ratio
from bench.processes import ROOT, usage

PAIRS = 25
PYDANTIC = (sys.executable, "-c", "import pydantic; pydantic.create_model('A', a=(int, 1))")
"""What everything is compared with: a program that uses pydantic for one model."""
MODULE = (sys.executable, "-m", "availability")
SCRIPT = """\
import sys

from availability.__main__ import script

if __name__ == "__main__":
    sys.exit(script())
"""
"""The command `vertex-residency` as an installer writes it."""
VARIABLES = {"PYTHONPATH": str(ROOT)}
"""What the script finds the project by; an installed one finds it beside the other packages."""
RESOLVE = ("resolve", "gemini-3.8-flash", "--residency", "eu")


@dataclass(frozen=True)
class Command:
    """A command of the program, and how it ends."""

    words: tuple[str, ...]
    status: int = 0
    is_script: bool = False


COMMANDS = {
    "cold-resolve": Command(RESOLVE, is_script=True),
    "cold-resolve-module": Command(RESOLVE),
    "cold-refusal": Command(("resolve", "claude-opus-4-1", "--residency", "de"), status=1),
    "cold-models": Command(("models",)),
    "cold-matrix": Command(("matrix",)),
    "cold-plan": Command(("plan", "stacks/Pulumi.prod.yaml")),
}
"""Figure -> the command that it measures."""


def measured() -> Iterator[tuple[str, Measured]]:
    """Figure -> what was measured of it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        script = Path(folder) / "vertex-residency"
        script.write_text(SCRIPT, encoding="utf-8")
        for figure, command in COMMANDS.items():
            start = (sys.executable, str(script)) if command.is_script else MODULE
            yield figure, _against_pydantic((*start, *command.words), command.status)


def _against_pydantic(words: tuple[str, ...], status: int) -> Measured:
    peaks: list[int] = []
    pairs: list[tuple[float, float]] = []
    for number in range(-1, PAIRS):  # the first pair only fills the caches of the machine
        first = usage(PYDANTIC) if number % 2 else None
        ours = usage(words, statuses=(status,), variables=VARIABLES)
        theirs = first or usage(PYDANTIC)
        if number >= 0:
            pairs.append((ours.cpu, theirs.cpu))
            peaks.append(ours.peak)
    return ratio(pairs, peaks=[Peak(0, max(peaks))] if peaks else ())
