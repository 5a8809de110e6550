"""Maps of the world and of its parts: from degrees to the units of a drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from availability.report.html.outlines import read_outlines

Point = tuple[float, float]


class Projection(Protocol):
    """A drawing's size, and where in it a place lies."""

    @property
    def width(self) -> float:
        """How wide the drawing is."""
        ...

    @property
    def height(self) -> float:
        """How high it is."""
        ...

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a place lies, from the left and from the top."""
        ...


@dataclass(frozen=True)
class World:
    """The whole world without the far south, in areas that are true to each other.

    Equal Earth, with the published coefficients (Šavrič, Patterson and Jenny, 2018).
    """

    width: float = 960
    south: float = -56
    north: float = 84

    @property
    def height(self) -> float:
        """As high as these latitudes are."""
        return (_equal_earth(0, self.north)[1] - _equal_earth(0, self.south)[1]) * self._scale

    @property
    def _scale(self) -> float:
        return self.width / (2 * _equal_earth(180, 0)[0])

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a place lies, from the left and from the top."""
        east, north = _equal_earth(longitude, latitude)
        top = _equal_earth(0, self.north)[1]
        return self.width / 2 + east * self._scale, (top - north) * self._scale


@cache
def _equal_earth(longitude: float, latitude: float) -> Point:
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = a1 + 3 * a2 * angle**2 + 7 * a3 * angle**6 + 9 * a4 * angle**8
    east = 2 * math.radians(longitude) * math.cos(angle) / (math.sqrt(3) * slope)
    north = a1 * angle + a2 * angle**3 + a3 * angle**7 + a4 * angle**9
    return east, north


@dataclass(frozen=True)
class Part:
    """A part of the world between two meridians and two parallels, true at its middle."""

    title: str
    west: float
    east: float
    south: float
    north: float
    geographies: tuple[str, ...]
    """The geographies of `data/regions.csv` whose locations it shows."""
    endpoint: str = ""
    """The endpoint that reaches all of it or most of it, where there is one."""
    width: float = 360

    @property
    def height(self) -> float:
        """As high as these latitudes are, where the middle is true to its width."""
        return (self.north - self.south) * self._scale

    @property
    def _scale(self) -> float:
        """Units in a degree of latitude."""
        middle = math.cos(math.radians((self.north + self.south) / 2))
        return self.width / ((self.east - self.west) * middle)

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a place lies, from the left and from the top."""
        across = (longitude - self.west) / (self.east - self.west)
        return across * self.width, (self.north - latitude) * self._scale


WORLD = World()
PARTS = (
    Part("Europe", -13, 34, 35, 63, ("Europe",), "eu"),
    Part("North America", -127, -63, 22, 54, ("United States", "Canada"), "us"),
    Part("Asia Pacific", 66, 156, -42, 44, ("Asia Pacific",)),
    Part("Middle East", 30, 60, 15, 38, ("Middle East",)),
    Part("South America", -84, -32, -40, 8, ("South America",)),
    Part("Africa", -20, 54, -36, 38, ("Africa",)),
)


def path(projection: Projection, countries: Iterable[str]) -> str:
    """The outline of countries as the `d` of a path; what lies outside of the drawing is cut off.

    Empty where none of them is to be seen.
    """
    known = read_outlines()
    rings = (ring for country in countries for ring in known.get(country, ()))
    return "".join(
        _ring([projection.at(*point) for point in _unbroken(ring)], projection) for ring in rings
    )


def _unbroken(ring: Iterable[Point]) -> Iterable[Point]:
    """The ring without a leap from one end of the map to the other, where it passes 180 degrees."""
    turn, before = 0, None
    for longitude, latitude in ring:
        if before is not None and abs(longitude - before) > 180:
            turn += 360 if longitude < before else -360
        before = longitude
        yield longitude + turn, latitude


def _ring(points: list[Point], drawing: Projection) -> str:
    """One polygon, in whole and half units; nothing where it is outside or too small to see."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    outside = max(xs) < 0 or min(xs) > drawing.width or max(ys) < 0 or min(ys) > drawing.height
    if outside or (max(xs) - min(xs) < 1 and max(ys) - min(ys) < 1):
        return ""
    rounded = list(dict.fromkeys((round(x, 1), round(y, 1)) for x, y in points))
    first, *rest = [f"{x:g} {y:g}" for x, y in rounded]
    return f"M{first}L{' '.join(rest)}Z" if len(rest) > 1 else ""
