"""Makes the outlines of countries again, as `availability/report/html/countries.md` says.

They are Natural Earth's countries at 1:110 million, in TopoJSON. What is made of them is a ring of
points a polygon, on a grid that is fine enough for a map of a page's width.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypedDict

import pycountry

from availability.report.html.outlines import OUTLINES, STEPS
from tests.browser.node import install

_LEFT_OUT = "AQ"
"""Nobody's region is in the Antarctic, and it takes a fifth of the map."""
PACKAGE = "world-atlas@2.0.2"

Ring = tuple[tuple[int, int], ...]


class Topology(TypedDict):
    """What is read of TopoJSON."""

    arcs: list[list[list[int]]]
    transform: dict[str, list[float]]
    objects: dict[str, Any]


def countries(topology: Topology) -> dict[str, list[Ring]]:
    """ISO 3166 code in lower case -> the rings of its outline, in steps east and north.

    What has no code, because its state is disputed, stands together under an empty code: it is
    drawn and never filled.
    """
    arcs = [list(_grid(arc, topology["transform"])) for arc in topology["arcs"]]
    found: dict[str, list[Ring]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = _code(geometry.get("id"))
        if code != _LEFT_OUT.lower():
            found.setdefault(code, []).extend(_rings(geometry, arcs))
    return {code: found[code] for code in sorted(found)}


def _code(number: str | None) -> str:
    country = pycountry.countries.get(numeric=number) if number else None
    return country.alpha_2.lower() if country else ""


def _grid(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[tuple[int, int]]:
    (scale_x, scale_y), (east, north) = transform["scale"], transform["translate"]
    xs, ys = accumulate(step[0] for step in arc), accumulate(step[1] for step in arc)
    for x, y in zip(xs, ys, strict=True):
        yield round((x * scale_x + east) * STEPS), round((y * scale_y + north) * STEPS)


def _rings(geometry: dict[str, Any], arcs: list[list[tuple[int, int]]]) -> Iterator[Ring]:
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        for indices in polygon:
            ring = tuple(point for point, _ in groupby(_points(indices, arcs)))
            if len(set(ring)) > 2:  # what is smaller than the grid is no area any more
                yield ring


def _points(indices: Iterable[int], arcs: list[list[tuple[int, int]]]) -> Iterator[tuple[int, int]]:
    """The points of arcs that follow each other; a negative index is an arc backwards."""
    for index in indices:
        yield from arcs[index] if index >= 0 else reversed(arcs[~index])


def packed(outlines: dict[str, list[Ring]]) -> str:
    """The outlines as JSON, each point as its steps from the one before; a country a line."""
    lines = [
        f"{json.dumps(code)}:{json.dumps([_steps(ring) for ring in rings], separators=(',', ':'))}"
        for code, rings in outlines.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _steps(ring: Ring) -> list[int]:
    before, steps = (0, 0), list[int]()
    for point in ring[:-1]:  # the last point is the first again
        steps += (point[0] - before[0], point[1] - before[1])
        before = point
    return steps


def main() -> None:
    """Writes the file."""
    with TemporaryDirectory() as folder:
        install(Path(folder), PACKAGE)
        source = Path(folder) / "node_modules" / "world-atlas" / "countries-110m.json"
        topology = json.loads(source.read_text(encoding="utf-8"))
    OUTLINES.write_text(packed(countries(topology)), encoding="utf-8")


if __name__ == "__main__":
    main()
