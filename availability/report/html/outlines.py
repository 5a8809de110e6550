"""The outlines of countries: rings of points, on a grid fine enough for a map of a page's width.

`countries.md` beside the file says where they come from, and `make outlines` makes it again.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import accumulate
from pathlib import Path

OUTLINES = Path(__file__).with_name("countries.json")
STEPS = 5
"""Steps of the grid in one degree."""


@cache
def read_outlines() -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """ISO 3166 code in lower case -> rings of (longitude, latitude) in degrees."""
    document: dict[str, list[list[int]]] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    return {code: tuple(map(_degrees, rings)) for code, rings in document.items()}


def _degrees(steps: list[int]) -> tuple[tuple[float, float], ...]:
    easts, norths = accumulate(steps[::2]), accumulate(steps[1::2])
    return tuple((east / STEPS, north / STEPS) for east, north in zip(easts, norths, strict=True))
