"""The tables of `data/`, whose comments name their sources."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file whose lines of comment start with ``#``."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
