"""Residency: terms, areas, and what a constraint holds, as the design states them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.input.errors import BadInput, Problem
from availability.places.areas import (
    AREA_TERMS,
    canonical_term,
    country_codes,
    everywhere,
    reach,
    term_area,
)
from availability.places.geography import EU_COUNTRIES, places, regions
from availability.places.residency import Guarantee, Residency

EU = {
    "europe-west1",
    "europe-west3",
    "europe-west4",
    "europe-west8",
    "europe-west9",
    "europe-west10",
    "europe-west12",
    "europe-north1",
    "europe-north2",
    "europe-central2",
    "europe-southwest1",
}
EUROPE = EU | {"europe-west2", "europe-west6"}
US = {
    *("us-south1", "us-central1", "us-east1", "us-east4", "us-east5", "us-east7"),
    *("us-west1", "us-west2", "us-west3", "us-west4", "us-west8"),
}
ASIA = {
    "asia-northeast1",
    "asia-northeast2",
    "asia-northeast3",
    "australia-southeast1",
    "australia-southeast2",
    "asia-southeast1",
    "asia-southeast2",
    "asia-east1",
    "asia-east2",
    "asia-south1",
    "asia-south2",
}
CANADA = {"northamerica-northeast1", "northamerica-northeast2"}


def held(value: object) -> set[str]:
    residency = Residency.parse(value)
    return {location for location in places() if residency.holds(location)}


def problems(value: object) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        Residency.parse(value)
    return caught.value.problems


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("any", set(places())),
        ("eu", EU | {"eu"}),
        ("eea", EU | {"eu"}),
        ("europe", EUROPE | {"eu"}),
        ("us", US | {"us"}),
        ("canada", CANADA),
        ("south-america", {"southamerica-east1", "southamerica-west1"}),
        ("asia-pacific", ASIA),
        ("middle-east", {"me-central1", "me-central2", "me-west1"}),
        ("de", {"europe-west3", "europe-west10"}),
        ("jp", {"asia-northeast1", "asia-northeast2"}),
        ("gb", {"europe-west2"}),
        ("uk", {"europe-west2"}),
        ("ch", {"europe-west6"}),
        ("ca", CANADA),
        ("hk", {"asia-east2"}),
        ("za", {"africa-south1"}),
        ("no", set[str]()),
        ("aq", set[str]()),
        ("europe-west4", {"europe-west4"}),
        ("europe-west1", {"europe-west1"}),
        ("us-east7", {"us-east7"}),
        ("de,fr", {"europe-west3", "europe-west10", "europe-west9"}),
        ("eu,gb", EU | {"eu", "europe-west2"}),
        ("us,canada", US | {"us"} | CANADA),
    ],
)
def test_a_term_holds_these_locations_and_no_other(term: str, expected: set[str]):
    assert held(term) == expected


@pytest.mark.parametrize("term", ["eu", "eea"])
@pytest.mark.parametrize("location", ["europe-west2", "europe-west6"])
def test_london_and_zurich_are_in_europe_and_neither_in_the_eu_nor_in_the_eea(
    term: str, location: str
):
    assert location not in held(term)
    assert location in held("europe")


def test_all_member_states_together_do_not_hold_the_eu_multi_region():
    members = held(sorted(EU_COUNTRIES))
    assert members == EU


def test_all_places_together_do_not_hold_the_global_endpoint():
    everything = [term for term in AREA_TERMS if term != "any"]
    assert "global" not in held([*everything, *sorted(country_codes()), *regions()])


@pytest.mark.parametrize("excluded", ["de", "europe-west3", "global", "us", "aq", "mt", "no"])
def test_any_with_an_exclusion_does_not_hold_the_global_endpoint(excluded: str):
    assert "global" not in held({"within": "any", "excluding": excluded})


def test_any_excluding_global_is_anything_but_the_global_endpoint():
    assert held({"within": "any", "excluding": "global"}) == set(places()) - {"global"}


@pytest.mark.parametrize(
    ("within", "excluding", "gone", "kept"),
    [
        ("eu", "de", {"eu", "europe-west3", "europe-west10"}, {"europe-west4"}),
        ("eu", "europe-west3", {"eu", "europe-west3"}, {"europe-west10"}),
        ("eu", "mt", {"eu"}, EU),
        ("any", "fr", {"eu", "global", "europe-west9"}, {"us", "europe-west2"}),
        ("europe", "gb", {"europe-west2"}, {"eu", "europe-west6"}),
        ("europe", "ch,gb", {"europe-west2", "europe-west6"}, EU | {"eu"}),
        ("europe", "eu", EU | {"eu"}, {"europe-west2", "europe-west6"}),
        ("eu", "no", set[str](), EU | {"eu"}),
        ("eu", "global", set[str](), EU | {"eu"}),
        ("us", "us-east1", {"us", "us-east1"}, {"us-east4"}),
        ("any", "us", US | {"us", "global"}, {"eu", "asia-east1"}),
        ("any", "asia-pacific", ASIA | {"global"}, {"eu", "us"}),
        ("any", "jp", {"asia-northeast1", "asia-northeast2", "global"}, {"eu", "us"}),
    ],
)
def test_an_exclusion_takes_out_what_it_touches(
    within: str, excluding: str, gone: set[str], kept: set[str]
):
    found = held({"within": within, "excluding": excluding})
    assert not found & gone
    assert kept <= found
    assert found | gone == held(within) | gone


@pytest.mark.parametrize("country", sorted(EU_COUNTRIES))
def test_excluding_any_member_state_also_excludes_the_eu_multi_region(country: str):
    assert "eu" not in held({"within": "any", "excluding": country})


@pytest.mark.parametrize("region", sorted(EU))
def test_excluding_any_eu_region_also_excludes_the_eu_multi_region(region: str):
    assert "eu" not in held({"within": "eu", "excluding": region})


# Spellings


@pytest.mark.parametrize(
    "value",
    [
        "de,fr",
        " DE , Fr ",
        "de,,fr,",
        ["de", "fr"],
        ["de,fr"],
        ("de", " FR"),
        ["de", "fr", "de"],
        {"within": "de,fr"},
        {"within": ["de", "fr"]},
        {"within": ["De", "fR"], "guarantee": "endpoint"},
        {"within": "de,fr", "excluding": None},
        {"within": "de,fr", "guarantee": "Endpoint "},
    ],
)
def test_every_form_of_a_residency_means_the_same(value: object):
    assert Residency.parse(value) == Residency(("de", "fr"))


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("uk", "gb"),
        ("UK", "gb"),
        ("GB", "gb"),
        ("EU", "eu"),
        (" Europe-West4 ", "europe-west4"),
        ("Any", "any"),
        ("global", "global"),
        ("no", "no"),
        ("germany", None),
        ("deu", None),
        ("xx", None),
        ("africa", None),
        ("united-states", None),
        ("europe west4", None),
        ("", None),
    ],
)
def test_a_word_is_this_term_or_none(word: str, term: str | None):
    assert canonical_term(word) == term


@pytest.mark.parametrize("country", ["no", "is", "li", "at", "mt", "aq", "nz"])
def test_a_country_without_a_region_is_a_residency_that_holds_nothing(country: str):
    assert held(country) == set()


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ("Germany", ["residency"]),
        ("", ["residency"]),
        (" , ", ["residency"]),
        ([], ["residency"]),
        ([""], ["residency"]),
        ("global", ["residency"]),
        ("eu,global", ["residency"]),
        (["de", "mars", "fr", "venus"], ["residency[1]", "residency[3]"]),
        (None, ["residency"]),
        (1, ["residency"]),
        (True, ["residency"]),
        (["de", 1], ["residency"]),
        (["de", ["fr"]], ["residency"]),
        ({}, ["residency.within"]),
        ({"excluding": "de"}, ["residency.within"]),
        ({"within": None}, ["residency.within"]),
        ({"within": []}, ["residency.within"]),
        ({"within": "de", "excluding": []}, ["residency.excluding"]),
        ({"within": "de", "excluding": ""}, ["residency.excluding"]),
        ({"within": "de", "excluding": "de"}, ["residency.excluding"]),
        ({"within": "no", "excluding": "no"}, ["residency.excluding"]),
        ({"within": "de", "excluding": "eu"}, ["residency.excluding"]),
        ({"within": "de,fr", "excluding": "europe"}, ["residency.excluding"]),
        ({"within": "eu", "excluding": "any"}, ["residency.excluding"]),
        ({"within": "any", "excluding": "any"}, ["residency.excluding"]),
        ({"within": "eu", "excluding": "mars"}, ["residency.excluding"]),
        ({"within": "eu", "guarantee": "strict"}, ["residency.guarantee"]),
        ({"within": "eu", "guarantee": True}, ["residency.guarantee"]),
        ({"within": "eu", "guarantee": ["endpoint"]}, ["residency.guarantee"]),
        ({"within": "any", "guarantee": "ml-processing"}, ["residency.guarantee"]),
        ({"within": "eu,any", "guarantee": "ml-processing"}, ["residency.guarantee"]),
        ({"witin": "eu"}, ["residency.witin", "residency.within"]),
        (
            {"within": "mars", "excluding": 3, "guarantee": "x", "colour": 1},
            ["residency.colour", "residency.within", "residency.excluding", "residency.guarantee"],
        ),
        ({"within": {"within": "eu"}}, ["residency.within"]),
        ({3: "eu", "within": "eu"}, ["residency.3"]),
    ],
)
def test_bad_input_is_reported_all_at_once_under_the_path_of_each_mistake(
    value: object, paths: list[str]
):
    assert sorted(problem.path for problem in problems(value)) == sorted(paths)


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [
        ("Germany", "de"),
        ("Deutschland", None),
        ("frankfurt", "europe-west3"),
        ("Zurich", "europe-west6"),
        ("Netherlands", "nl"),
        ("united states", "us"),
        ("usa", "us"),
        ("united-states", "us"),
        ("England", "gb"),
        ("europe-west-4", "europe-west4"),
        ("europ", "europe"),
        ("asia", "asia-pacific"),
        ("European Union", "eu"),
        ("everywhere", "any"),
        ("south america", "south-america"),
        ("tokyo", "asia-northeast1"),
        ("xqzzy", None),
    ],
)
def test_an_unknown_word_is_answered_with_the_right_term(word: str, suggestion: str | None):
    [problem] = problems([word])
    assert repr(word) in problem.message
    if suggestion is None:
        assert all(canonical_term(one) == one for one in problem.suggestions)
    else:
        assert suggestion in problem.suggestions


def test_global_within_is_answered_by_any():
    [problem] = problems("global")
    assert problem.suggestions == ("any",)
    assert "any" in problem.message


@pytest.mark.parametrize("word", ["Germany", "frankfurt", "europ", "asia", "holland", "emea"])
def test_every_suggested_term_is_a_term(word: str):
    [problem] = problems(word)
    assert problem.suggestions
    assert all(canonical_term(term) == term for term in problem.suggestions)


# Processing


@pytest.mark.parametrize(
    ("value", "boundary", "kept"),
    [
        ("eu", "eu", True),
        ("eea", "eu", True),
        ("europe", "eu", True),
        ("any,eu", None, False),
        ("nl,fr,de,be", "eu", False),
        ("be", "eu", False),
        ("be", "europe-west1", True),
        ("eu", "europe-west1", True),
        ("us", "us", True),
        ("us-east5", "us", False),
        ("us,canada", "us", True),
        ("eu", None, False),
        ("eu", "us", False),
        ({"within": "eu", "excluding": "de"}, "eu", False),
        ({"within": "any", "excluding": "global"}, "eu", True),
        ({"within": "any", "excluding": "global"}, None, False),
        ({"within": "any", "excluding": "ch"}, "us", True),
    ],
)
def test_a_commitment_is_kept_where_its_whole_area_is_inside(
    value: object, boundary: str | None, kept: bool
):
    assert Residency.parse(value).keeps(boundary) == kept


def test_any_with_an_exclusion_is_area_enough_for_a_guarantee_of_processing():
    value = {"within": "any", "excluding": "us", "guarantee": "ml-processing"}
    assert Residency.parse(value).guarantee is Guarantee.ML_PROCESSING


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("eu", "eu"),
        (["de", "FR"], "de,fr"),
        ({"within": "eu", "excluding": ["de"]}, "eu excluding de"),
        ({"within": "eu", "guarantee": "ml-processing"}, "eu with ml-processing"),
    ],
)
def test_a_residency_is_said_in_words(value: object, text: str):
    assert Residency.parse(value).text == text


# Laws

COUNTRIES = sorted({place.country_code for place in regions().values()})
TERMS = [*AREA_TERMS, *COUNTRIES, "no", "mt", *regions()]
terms = st.lists(st.sampled_from(TERMS), min_size=1, max_size=5, unique=True)
excluded = st.lists(st.sampled_from([*TERMS[1:], "global"]), max_size=3, unique=True)


def holds(within: list[str], excluding: list[str]) -> set[str] | None:
    """None for bad input."""
    try:
        residency = Residency.build(within, excluding or None, None)
    except BadInput:
        return None
    return {location for location in places() if residency.holds(location)}


@settings(deadline=None, max_examples=300)
@given(terms, excluded)
def test_removing_a_term_never_adds_a_valid_location(within: list[str], excluding: list[str]):
    all_of_them = holds(within, excluding)
    for kept in itertools.combinations(within, len(within) - 1):
        fewer = holds(list(kept), excluding) if kept else None
        if fewer is not None and all_of_them is not None:
            assert fewer <= all_of_them


@settings(deadline=None, max_examples=300)
@given(terms, excluded, st.sampled_from([*TERMS[1:], "global"]))
def test_adding_an_exclusion_never_adds_a_valid_location(
    within: list[str], excluding: list[str], more: str
):
    before, after = holds(within, excluding), holds(within, [*excluding, more])
    if before is None:
        assert after is None
    elif after is not None:
        assert after <= before


@settings(deadline=None, max_examples=200)
@given(terms, st.data())
def test_case_spacing_commas_lists_and_maps_are_the_same(within: list[str], data: st.DataObject):
    def written(term: str) -> str:
        cased = data.draw(st.sampled_from([str.lower, str.upper, str.title]))(term)
        return (
            data.draw(st.sampled_from(["", " ", "  "]))
            + cased
            + data.draw(st.sampled_from(["", " ", ","]))
        )

    words = [written(term) for term in within]
    forms: list[Any] = [words, ",".join(words), {"within": words}, {"within": ",".join(words)}]
    assert {Residency.parse(form) for form in forms} == {Residency(tuple(within))}


@settings(deadline=None, max_examples=200)
@given(terms, excluded)
def test_what_is_held_is_reached_inside_the_area_alone(within: list[str], excluding: list[str]):
    try:
        residency = Residency.build(within, excluding or None, None)
    except BadInput:
        return
    assert all(
        (reach(location) <= residency.area) == residency.holds(location) for location in places()
    )
    assert residency.area <= everywhere()


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_residency_or_bad_input(text: str):
    try:
        paths = {"residency"} if Residency.parse(text).within else set[str]()
    except BadInput as error:
        paths = {problem.path for problem in error.problems}
    assert paths == {"residency"}


@pytest.mark.parametrize("term", [*AREA_TERMS, *sorted(country_codes()), *regions()])
def test_every_term_compiles_to_known_atoms(term: str):
    assert term_area(term) <= everywhere()


def test_a_word_that_is_no_term_has_no_area():
    with pytest.raises(KeyError):
        term_area("germany")
