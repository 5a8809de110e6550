"""The map: which countries are filled, and marks that don't lie on each other."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.places.geography import EU_COUNTRIES, regions
from availability.report.html.map import allowed, world_map
from availability.report.html.marks import spread
from availability.report.html.outlines import OUTLINES, read_outlines
from availability.report.html.projections import PARTS, WORLD, path
from availability.report.html.spots import spots
from tests.availability.report.html.pages import report_of, stack_text

HEAD = """
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: any
  vertex-residency:deployments:
"""


def test_the_outlines_are_small_and_have_codes() -> None:
    assert OUTLINES.stat().st_size <= 60_000
    known = read_outlines()
    assert "aq" not in known
    assert {place.country_code for place in regions().values()} - known.keys() == {"sg", "hk"}
    assert EU_COUNTRIES - known.keys() == {"mt"}
    west, east, south, north = 180.0, -180.0, 90.0, -90.0
    for longitude, latitude in (point for ring in known["de"] for point in ring):
        west, east = min(west, longitude), max(east, longitude)
        south, north = min(south, latitude), max(north, latitude)
    assert (round(west), round(east), round(south), round(north)) == (6, 15, 47, 55)


@pytest.mark.parametrize(("residencies", "shares"), [
    (["any"], {"de": "all", "no": "all"}),
    (["eu", "de"], {"de": "all", "fr": "some", "ch": None}),
    (["eu", "any"], {"fr": "all", "us": "some"}),
    (["europe-west3"], {"de": "partly", "fr": None}),
    (["europe-west3", "de"], {"de": "some"}),
])  # fmt: skip
def test_a_country_is_filled_by_how_many_allow_it(
    tmp_path: Path, residencies: list[str], shares: dict[str, str | None]
) -> None:
    text = HEAD + "".join(
        f"    app-{number}: {{model: gemini-3.8-flash, residency: {residency}}}\n"
        for number, residency in enumerate(residencies)
    )
    found = allowed(report_of(tmp_path, prod=text))
    assert {country: found.get(country) for country in shares} == shares


def test_every_town_is_on_a_part_and_on_the_world() -> None:
    for place in regions().values():
        if place.longitude is None or place.latitude is None:
            continue
        parts = [part for part in PARTS if place.geography in part.geographies]
        assert len(parts) == 1, place.code
        for drawing in (WORLD, *parts):
            x, y = drawing.at(place.longitude, place.latitude)
            assert 0 < x < drawing.width, place.code
            assert 0 < y < drawing.height, place.code


def test_no_outline_leaps_across_the_map() -> None:
    for country in ("ru", "fj", "us"):
        for ring in path(WORLD, [country]).split("M")[1:]:
            numbers = [float(one) for one in ring.strip("Z").replace("L", " ").split()]
            xs = numbers[::2]
            steps = [abs(after - before) for before, after in pairwise(xs)]
            assert max(steps) < WORLD.width / 4, country


@settings(max_examples=60, deadline=None)
@given(points=st.lists(st.tuples(st.floats(0, 360), st.floats(0, 280)), min_size=1, max_size=14))
def test_marks_are_apart_and_inside(points: list[tuple[float, float]]) -> None:
    europe = PARTS[0]
    moved = spread(points, 22, europe)
    assert moved == spread(points, 22, europe)
    for index, (x, y) in enumerate(moved):
        assert 11 <= x <= europe.width - 11
        assert 11 <= y <= europe.height - 11
        for u, v in moved[:index]:
            assert math.hypot(x - u, y - v) > 20


def test_what_is_far_apart_stays_where_it_is() -> None:
    assert spread([(100, 100), (200, 100)], 22, PARTS[0]) == [(100, 100), (200, 100)]


def test_each_location_has_its_number_on_the_map_and_in_the_table(tmp_path: Path) -> None:
    report = report_of(tmp_path, prod=stack_text(60))
    found = spots(report)
    assert len(found) > 15
    section = world_map(report).made
    heads = ["".join(head.itertext()) for head in section.iter("th") if head.get("scope") == "row"]
    texts = ["".join(text.itertext()) for text in section.iter("text")]
    for spot in found:
        assert f"{spot.number} {spot.location}" in heads
        label = spot.label if spot.place.kind == "region" else f"{spot.label} {spot.location}"
        assert label in texts
