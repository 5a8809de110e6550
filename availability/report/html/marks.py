"""Where the marks of a map are put, so that none lies on another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from availability.report.html.projections import Point, Projection

_ROUNDS = 400
"""How often marks are moved apart: twelve in a heap are apart after a hundred rounds."""


def spread(points: Sequence[Point], apart: float, drawing: Projection) -> list[Point]:
    """The points, moved as little as it takes for each to be `apart` from all others.

    They stay inside the drawing. The same points give the same answer.
    """
    moved = [_inside(point, apart / 2, drawing) for point in points]
    for _ in range(_ROUNDS):
        pushed = [_push(moved, *pair, apart) for pair in combinations(range(len(moved)), 2)]
        if not any(pushed):
            break
        moved = [_inside(point, apart / 2, drawing) for point in moved]
    return moved


def _push(points: list[Point], one: int, other: int, apart: float) -> bool:
    """Moves two points away from each other; False where they are far enough."""
    (x, y), (u, v) = points[one], points[other]
    away = math.hypot(u - x, v - y)
    if away >= apart - 0.05:
        return False
    # Two in the same place part in a direction of their own, else a heap would become a line.
    angle = math.atan2(v - y, u - x) if away else 2.4 * (one + other)
    step = (apart - away) / 2
    east, south = step * math.cos(angle), step * math.sin(angle)
    points[one], points[other] = (x - east, y - south), (u + east, v + south)
    return True


def _inside(point: Point, margin: float, drawing: Projection) -> Point:
    x, y = point
    return (
        min(max(x, margin), drawing.width - margin),
        min(max(y, margin), drawing.height - margin),
    )
