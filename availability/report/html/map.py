"""The map: where requests may be served, where they are, and where they could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from availability.explanation.names import joined, residency_text
from availability.places.countries import countries_of
from availability.places.geography import country_name
from availability.report.html.drawing import kind_of, parts, signs, world
from availability.report.html.elements import Child, element
from availability.report.html.outlines import read_outlines
from availability.report.html.parts import (
    Cell,
    Section,
    badge,
    name,
    names,
    note,
    table,
)
from availability.report.html.shown import Report
from availability.report.html.spots import Spot, spots


def world_map(report: Report) -> Section:
    """The maps with their legend, and all of it again as tables."""
    found = spots(report)
    shares = allowed(report)
    figure = element(
        "figure",
        element("div", world(found, shares), class_="world"),
        *parts(found, shares),
        element("figcaption", signs(found, shares)),
        class_="maps",
    )
    body: list[Child] = [figure]
    if found:
        body.append(table("Locations on the map", _COLUMNS, [_row(spot) for spot in found]))
    body += [table("Allowed areas", _AREA_COLUMNS, _area_rows(report)), note(_TOO_SMALL)]
    return Section("map", "Map", tuple(body))


_TOO_SMALL = (
    "The map has no outline for the smallest countries, such as Singapore, Hong Kong and Malta: "
    "their locations have a mark all the same. Outlines: Natural Earth, public domain."
)
_COLUMNS = ("Location", "Where", "Placed there", "Failover for")
_AREA_COLUMNS = ("Residency", "Countries", "Asked for by")


_WHOLE = {"us": "the United States", "eu": "the EU"}


def _row(spot: Spot) -> list[Cell]:
    place = spot.place
    where = {
        "global": "reaches every country",
        "multi-region": f"reaches all of {_WHOLE.get(spot.location, place.country)}",
        "region": ", ".join(filter(None, (place.city.split(",")[0], place.country))),
    }[place.kind]
    return [
        [badge(spot.label, f"spot {kind_of(spot)}"), " ", name(spot.location)],
        where,
        names([shown.label for shown in spot.placed]) if spot.placed else "nothing",
        names([shown.label for shown in spot.failover]) if spot.failover else "nothing",
    ]


def allowed(report: Report) -> dict[str, str]:
    """Country -> `all`, `some` or `partly`: how many of the deployments may be served there."""
    asked = Counter(
        shown.answer.result.request.residency for shown in report.shown
    )  # few residencies, many deployments
    shares: dict[str, str] = {}
    for country in read_outlines():
        found = Counter[str | None]()
        for residency, count in asked.items():
            found[countries_of(residency).share(country)] += count
        if found["whole"] and found["whole"] == asked.total():
            shares[country] = "all"
        elif found["whole"]:
            shares[country] = "some"
        elif found["partly"]:
            shares[country] = "partly"
    return shares


def _area_rows(report: Report) -> list[list[Cell]]:
    labels: dict[str, list[str]] = {}
    countries: dict[str, Cell] = {}
    for shown in report.shown:
        residency = shown.answer.result.request.residency
        text = residency_text(residency)
        labels.setdefault(text, []).append(shown.label)
        known = countries_of(residency)
        if known.everywhere:
            left_out = joined(_country_names(known.excluded))
            words = f"every country but {left_out}" if left_out else "every country"
        else:
            words = joined(_country_names(known.whole))
        partly = joined(_country_names(known.partly))
        words = "; ".join(filter(None, (words, f"of {partly} some regions only" if partly else "")))
        countries[text] = words or "none as a whole"
    return [[text, countries[text], names(labels[text])] for text in labels]


def _country_names(codes: Iterable[str]) -> list[str]:
    return sorted(country_name(code) or code for code in codes)
