"""The locations that a page shows on its map, each with a number and with what is placed there."""

from __future__ import annotations

from dataclasses import dataclass

from availability.places.geography import Place, places
from availability.report.html.shown import Report, Shown


@dataclass(frozen=True)
class Spot:
    """A location in which something is placed, or could be."""

    number: int
    """Counted from 1; the map's marks and the table's rows have it."""
    location: str
    placed: tuple[Shown, ...]
    failover: tuple[Shown, ...]

    @property
    def place(self) -> Place:
        """Where it is."""
        return places()[self.location]

    @property
    def label(self) -> str:
        """What its mark on the map says."""
        return str(self.number)


def spots(report: Report) -> tuple[Spot, ...]:
    """Those in which the most is placed first, then those that are failover for the most."""
    placed: dict[str, list[Shown]] = {}
    failover: dict[str, list[Shown]] = {}
    for shown, placement in report.placed:
        placed.setdefault(placement.location, []).append(shown)
        for location in placement.alternates:
            failover.setdefault(location, []).append(shown)

    def rank(location: str) -> tuple[int, int, str]:
        return -len(placed.get(location, ())), -len(failover.get(location, ())), location

    return tuple(
        Spot(
            number,
            location,
            tuple(placed.get(location, ())),
            tuple(failover.get(location, ())),
        )
        for number, location in enumerate(sorted({*placed, *failover}, key=rank), start=1)
    )
