"""The drawings of the map: countries with their fill, and marks with their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from availability.explanation.names import counted, joined
from availability.report.html.elements import Child, Element, element
from availability.report.html.marks import spread
from availability.report.html.outlines import read_outlines
from availability.report.html.parts import legend
from availability.report.html.projections import PARTS, WORLD, Part, Point, Projection, path
from availability.report.html.spots import Spot

_AT_SEA = {"global": (-29.0, 6.0), "eu": (-33.0, 47.0), "us": (-53.0, 28.0)}
"""Endpoints that lie in no town -> where the sea has room for their mark."""
_AT_SEA_OF_PART = {"eu": (-9.5, 46.5), "us": (-69.0, 29.5)}
"""The same on the map of a part."""
_RADIUS = 9.5


def world(found: Sequence[Spot], shares: dict[str, str]) -> Element:
    """The whole world: a dot a region, and the wide endpoints by name."""
    towns = [spot for spot in found if spot.place.longitude is not None]
    points = spread([_town(spot, WORLD) for spot in towns], 11, WORLD)
    marks: list[Child] = [
        element("circle", _title(spot), cx=_n(x), cy=_n(y), r="4.5", class_=kind_of(spot))
        for spot, (x, y) in zip(towns, points, strict=True)
    ]
    marks += [
        _wide(spot, WORLD.at(*_AT_SEA[spot.location])) for spot in found if spot.location in _AT_SEA
    ]
    return _drawing(WORLD, "World map", "world", shares, marks, found)


def parts(found: Sequence[Spot], shares: dict[str, str]) -> Iterable[Element]:
    """A map of each part of the world that has a mark: there, marks have room for numbers."""
    for part in PARTS:
        inside = [
            spot
            for spot in found
            if spot.place.geography in part.geographies and spot.place.longitude is not None
        ]
        if inside:
            yield element(
                "figure",
                _drawing(
                    part,
                    f"Map of {part.title}",
                    "part",
                    shares,
                    _numbered(inside, part, found),
                    inside,
                ),
                element("figcaption", part.title),
                class_="part",
            )


def _numbered(inside: Sequence[Spot], part: Part, found: Sequence[Spot]) -> list[Child]:
    """Marks with numbers, each with a line to its town where it had to move aside."""
    towns = [_town(spot, part) for spot in inside]
    lines: list[Child] = []
    marks: list[Child] = []
    for spot, town, mark in zip(inside, towns, spread(towns, 2 * _RADIUS + 3, part), strict=True):
        line = {"x1": _n(town[0]), "y1": _n(town[1]), "x2": _n(mark[0]), "y2": _n(mark[1])}
        lines.append(element("line", class_="lead-line", **line))
        marks.append(_mark(spot, mark))
    for spot in found:
        if spot.location == part.endpoint:
            marks.append(_wide(spot, part.at(*_AT_SEA_OF_PART[spot.location])))
    return [*lines, *marks]


def _town(spot: Spot, projection: Projection) -> Point:
    """Where its town lies, of a spot that lies in one."""
    return projection.at(spot.place.longitude or 0, spot.place.latitude or 0)


def _mark(spot: Spot, at: tuple[float, float]) -> Element:
    x, y = _n(at[0]), _n(at[1])
    return element(
        "g",
        _title(spot),
        element("circle", cx=x, cy=y, r=_n(_RADIUS)),
        element("text", spot.label, x=x, y=_n(at[1] + 3.8)),
        class_=f"mark {kind_of(spot)}",
    )


def _wide(spot: Spot, at: tuple[float, float]) -> Element:
    """An endpoint that is in no town: a plate with its name."""
    width, height = 26 + 8 * len(spot.location), 22
    return element(
        "g",
        _title(spot),
        element(
            "rect",
            x=_n(at[0] - width / 2),
            y=_n(at[1] - height / 2),
            width=_n(width),
            height=_n(height),
            rx="5",
        ),
        element("text", f"{spot.label} {spot.location}", x=_n(at[0]), y=_n(at[1] + 4.2)),
        class_=f"mark wide {kind_of(spot)}",
    )


def kind_of(spot: Spot) -> str:
    """Whether anything is placed there, or it is a place to go to: a class of the style."""
    return "placed" if spot.placed else "failover"


def _title(spot: Spot) -> Element:
    """What a pointer is told."""
    said = [f"{counted(len(spot.placed), 'deployment')} placed"] if spot.placed else []
    said += [f"failover for {counted(len(spot.failover), 'deployment')}"] if spot.failover else []
    return element("title", f"{spot.label} {spot.location}: {joined(said)}")


def _drawing(
    projection: Projection,
    title: str,
    kind: str,
    shares: dict[str, str],
    marks: list[Child],
    found: Sequence[Spot],
) -> Element:
    """One map. To who can't see it, it says what is on it, and that tables say the rest."""
    placed = [spot.location for spot in found if spot.placed]
    said = f"{title}. Placed: {joined(placed) or 'nothing'}. The tables below say the rest."
    box = f"0 0 {_n(projection.width)} {_n(projection.height)}"
    land = [
        element("path", d=drawn, class_=f"land {share}")
        for share in ("none", "all", "some", "partly")
        if (drawn := path(projection, _of_share(shares, share)))
    ]
    return element("svg", *land, *marks, viewBox=box, role="img", aria_label=said, class_=kind)


def _of_share(shares: dict[str, str], share: str) -> Iterable[str]:
    return [code for code in read_outlines() if shares.get(code, "none") == share]


def patterns() -> Element:
    """What fills a country that is allowed in part: lines and dots, told apart without colour."""
    return element(
        "svg",
        element(
            "defs",
            element(
                "pattern",
                element("rect", width="6", height="6", class_="some-ground"),
                element("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", class_="some-line"),
                id="some",
                width="6",
                height="6",
                patternUnits="userSpaceOnUse",
            ),
            element(
                "pattern",
                element("rect", width="5", height="5", class_="partly-ground"),
                element("circle", cx="2.5", cy="2.5", r="1", class_="partly-dot"),
                id="partly",
                width="5",
                height="5",
                patternUnits="userSpaceOnUse",
            ),
        ),
        width="0",
        height="0",
        aria_hidden="true",
        class_="patterns",
    )


def signs(found: Sequence[Spot], shares: dict[str, str]) -> Element:
    """What of it is on this map."""
    known = [("all", "allowed for every deployment")] if "all" in shares.values() else []
    known += [("some", "allowed for some deployments")] if "some" in shares.values() else []
    known += [("partly", "only some regions of the country")] if "partly" in shares.values() else []
    entries = [(_swatch(f"land {share}"), meaning) for share, meaning in known]
    entries.append((_swatch("land none"), "not allowed"))
    if any(spot.placed for spot in found):
        entries.append((_dot("placed"), "placed there"))
    if any(not spot.placed for spot in found):
        entries.append((_dot("failover"), "failover only"))
    if any(spot.location in _AT_SEA for spot in found):
        entries.append((_plate(), "an endpoint that reaches a whole area"))
    return legend(entries)


def _swatch(class_: str) -> Element:
    return _sign(element("rect", x="1", y="1", width="20", height="14", class_=class_))


def _dot(kind: str) -> Element:
    return _sign(
        element("circle", cx="11", cy="8", r="7"),
        element("text", "1", x="11", y="11.8"),
        class_=f"mark {kind}",
    )


def _plate() -> Element:
    return _sign(
        element("rect", x="1", y="1", width="20", height="14", rx="4"),
        element("text", "1", x="11", y="11.8"),
        class_="mark wide placed",
    )


def _sign(*children: Element, class_: str | None = None) -> Element:
    group = element("g", *children, class_=class_)
    return element("svg", group, viewBox="0 0 22 16", aria_hidden="true", class_="sign")


def _n(number: float) -> str:
    return f"{round(number, 1):g}"
