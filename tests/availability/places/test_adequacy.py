"""The terms `eu-adequate` and `eu-adequate-partial`, which mean something else every year."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from availability.command_line.cli import main
from availability.explanation.alternatives.fixes import ResolveFixer
from availability.explanation.alternatives.single import Key, widenings
from availability.explanation.answers import Answer, answer, to_json
from availability.explanation.evidence import Evidence, evidence
from availability.explanation.ranking import placed_because
from availability.explanation.reasons import grouped_reasons
from availability.facts.library import SNAPSHOTS, load
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.input.errors import BadInput, Problem
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.places.areas import (
    ADEQUACY_TERMS,
    REST_OF_WORLD,
    canonical_term,
    everywhere,
    excluded_area,
    term_area,
)
from availability.places.geography import Place, adequacy_year, places
from availability.places.residency import Residency
from availability.report.refusals import REFUSAL_LINES, Listing, refusal_lines
from availability.report.text import evidence_lines, placement_lines

DAY = dt.date(2025, 5, 12)
SNAPSHOT = load("2025-05-12")
LATER = replace(SNAPSHOT, date=dt.date(2026, 2, 1))
"""The same facts, as if they had been published in 2026."""
FLASH = "gemini-2.0-flash-001"
IMAGEN = "imagen-3.0-generate-002"
HAIKU = "claude-3-haiku@20240307"
SONNET = "claude-3-7-sonnet@20250219"
OPUS = "claude-3-opus@20240229"
EMBEDDING = "text-embedding-005"

EU = {
    *("eu", "europe-central2", "europe-north1", "europe-north2", "europe-southwest1"),
    *(f"europe-west{number}" for number in (1, 3, 4, 8, 9, 10, 12)),
}
FULL_2025 = EU | {
    *("europe-west2", "europe-west6", "me-west1"),
    *("asia-northeast1", "asia-northeast2", "asia-northeast3"),
}
BRAZIL = {"southamerica-east1"}
CANADA = {"northamerica-northeast1", "northamerica-northeast2"}
US = {code for code in places() if code == "us" or code.startswith("us-")}


def held(value: object, year: int | None) -> set[str]:
    residency = Residency.parse(value).in_year(year)
    return {location for location in places() if residency.holds(location)}


def problems(value: object) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        Residency.parse(value)
    return caught.value.problems


def ask(model: str, residency: object, snapshot: Snapshot = SNAPSHOT, **options: str) -> Answer:
    request = replace(Request(model, Residency.parse(residency)), **options)
    return answer(request, snapshot, DAY, ResolveFixer())


def refused(one: Answer) -> Refusal:
    assert isinstance(one.result, Refusal), one.result
    return one.result


def placed(one: Answer) -> Placement:
    assert isinstance(one.result, Placement), one.result
    return one.result


def flat(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


# Areas


@pytest.mark.parametrize(
    ("term", "year", "expected"),
    [
        ("eu-adequate", 2025, FULL_2025),
        ("eu-adequate", 2026, FULL_2025 | BRAZIL),
        ("eu-adequate-partial", 2025, FULL_2025 | CANADA | US),
        ("eu-adequate-partial", 2026, FULL_2025 | BRAZIL | CANADA | US),
    ],
)
def test_a_term_holds_these_locations_in_that_year_and_no_other(
    term: str, year: int, expected: set[str]
):
    assert held(term, year) == expected


@pytest.mark.parametrize("year", [2025, 2026])
@pytest.mark.parametrize(
    "location",
    [
        *("asia-southeast1", "australia-southeast1", "australia-southeast2", "me-central2"),
        *("me-central1", "asia-south1", "asia-east1", "asia-east2", "africa-south1", "global"),
    ],
)
def test_a_country_without_a_decision_is_in_neither_term(location: str, year: int):
    assert not any(location in held(term, year) for term in ADEQUACY_TERMS)


@pytest.mark.parametrize(
    ("year", "counts"), [(2023, 2025), (2025, 2025), (2026, 2026), (2031, 2026), (None, 2026)]
)
def test_a_year_is_judged_by_the_column_that_was_known_then(year: int | None, counts: int):
    assert adequacy_year(year) == counts
    assert held("eu-adequate", year) == held("eu-adequate", counts)
    assert term_area("eu-adequate", year) == term_area("eu-adequate", counts)
    assert excluded_area("eu-adequate", year) == excluded_area("eu-adequate", counts)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_terms_lie_in_each_other_and_leave_the_rest_of_the_world_out(year: int):
    eea, full, partial = (term_area(term, year) for term in ("eea", *ADEQUACY_TERMS))
    assert eea < full < partial < everywhere()
    assert REST_OF_WORLD not in partial


@pytest.mark.parametrize(
    ("within", "excluding", "year", "expected"),
    [
        ("eu-adequate", "eu", 2025, FULL_2025 - EU),
        ("eu-adequate", "de", 2025, FULL_2025 - {"eu", "europe-west3", "europe-west10"}),
        ("eu-adequate", "br", 2026, FULL_2025),
        ("eu-adequate-partial", "us", 2026, FULL_2025 | BRAZIL | CANADA),
        ("eu-adequate-partial", "eu-adequate", 2025, CANADA | US),
        ("south-america", "eu-adequate", 2025, {*BRAZIL, "southamerica-west1"}),
        ("south-america", "eu-adequate", 2026, {"southamerica-west1"}),
        ("any", "eu-adequate", 2025, set(places()) - FULL_2025 - {"global"}),
        ("any", "eu-adequate", 2026, set(places()) - FULL_2025 - BRAZIL - {"global"}),
        ("any", "eu-adequate-partial", 2025, set(places()) - FULL_2025 - CANADA - US - {"global"}),
        ("br", "eu-adequate", 2025, BRAZIL),
        ("br", "eu-adequate", 2026, set[str]()),
    ],
)
def test_an_exclusion_takes_out_what_it_touches_in_that_year(
    within: str, excluding: str, year: int, expected: set[str]
):
    assert held({"within": within, "excluding": excluding}, year) == expected


@pytest.mark.parametrize(
    ("value", "added"),
    [
        ("eu-adequate,sg", {"asia-southeast1"}),
        (["eu-adequate", "us"], US),
        ("ca,eu-adequate", CANADA),
        ("eu-adequate,europe", set[str]()),
    ],
)
def test_a_list_may_mix_the_terms_with_others(value: object, added: set[str]):
    assert held(value, 2025) == FULL_2025 | added


# The constraint


@pytest.mark.parametrize("word", ["EU-Adequate", " eu-adequate ", "EU-ADEQUATE"])
def test_case_does_not_matter(word: str):
    assert canonical_term(word) == "eu-adequate"
    assert Residency.parse(word) == Residency(("eu-adequate",))


@pytest.mark.parametrize("value", ["eu", "any", "us,de", {"within": "any", "excluding": "eu"}])
def test_a_residency_without_such_a_term_is_the_same_in_every_year(value: object):
    residency = Residency.parse(value)
    assert residency.at(dt.date(2025, 5, 12)) is residency
    assert residency.at(dt.date(2026, 5, 12)) is residency


@pytest.mark.parametrize("value", ["eu-adequate", {"within": "any", "excluding": "eu-adequate"}])
def test_the_years_of_a_residency_are_told_apart(value: object):
    residency = Residency.parse(value)
    old, new = residency.at(dt.date(2025, 12, 31)), residency.at(dt.date(2026, 1, 1))
    assert (old.year, new.year, residency.year) == (2025, 2026, None)
    assert len({old, new, residency}) == 3
    assert old.area != new.area
    assert new.at(dt.date(2025, 1, 1)) == old
    assert old.at(dt.date(2025, 1, 1)) is old


@pytest.mark.parametrize(
    ("within", "excluding"),
    [("eu-adequate", "eu-adequate-partial"), ("de", "eu-adequate"), ("eu", "eu-adequate")],
)
def test_what_is_empty_in_every_year_is_bad_input(within: str, excluding: str):
    [problem] = problems({"within": within, "excluding": excluding})
    assert problem.path == "residency.excluding"


@pytest.mark.parametrize(
    ("term", "boundary", "kept"),
    [
        ("eu-adequate", "eu", True),
        ("eu-adequate", "europe-west2", True),
        ("eu-adequate", "us", False),
        ("eu-adequate", None, False),
        ("eu-adequate-partial", "us", True),
        ("eu-adequate-partial", "asia-southeast1", False),
    ],
)
def test_a_boundary_is_kept_within_a_term_where_it_lies_inside(
    term: str, boundary: str | None, kept: bool
):
    assert Residency.parse(term).in_year(2025).keeps(boundary) == kept


@pytest.mark.parametrize(("year", "kept"), [(2025, False), (2026, True)])
def test_a_boundary_is_judged_in_the_year_too(year: int, kept: bool):
    assert Residency.parse("eu-adequate").in_year(year).keeps("southamerica-east1") == kept


@pytest.mark.parametrize(
    "word", ["eu_adequate", "adequate", "euadequate", "gdpr-adequate", "GDPR adequate", "Adequacy"]
)
def test_another_spelling_is_answered_with_the_term(word: str):
    [problem] = problems(word)
    assert problem.suggestions[0] == "eu-adequate"


def test_a_misspelt_partial_term_is_answered_with_it():
    [problem] = problems("eu_adequate_partial")
    assert problem.suggestions[0] == "eu-adequate-partial"


def test_the_terms_are_listed_among_the_valid_ones():
    [problem] = problems("xqzzy")
    assert "eu-adequate, eu-adequate-partial, a country code" in problem.message


@pytest.mark.parametrize("column", ["gdpr_adequacy_2025", "gdpr_adequacy_2026"])
def test_a_decision_is_one_of_four_words(column: str):
    row = {
        "code": "x",
        "kind": "region",
        "city": "X",
        "geography": "Europe",
        "country": "X",
        "country_iso2": "XX",
        "in_eu": "no",
        "in_eea": "no",
        "gdpr_adequacy_2025": "yes",
        "gdpr_adequacy_2026": "partial",
        "adequacy_note": "",
    }
    assert Place.of_row(row).adequacy(2025) == "yes"
    with pytest.raises(ValueError, match=column):
        Place.of_row({**row, column: "maybe"})


def test_a_decision_is_not_applicable_in_the_eea_and_only_there():
    for location in places().values():
        for year in (2025, 2026):
            assert (location.adequacy(year) == "n/a") == location.in_eea
            assert location.adequacy_note or location.adequacy(year) == "no"


# Placement


@pytest.mark.parametrize(("snapshot", "is_valid"), [(SNAPSHOT, False), (LATER, True)])
def test_the_snapshot_decides_whether_brazil_is_adequate(snapshot: Snapshot, is_valid: bool):
    one = ask(IMAGEN, "eu-adequate", snapshot, location="southamerica-east1")
    assert isinstance(one.result, Placement) == is_valid
    if isinstance(one.result, Refusal):
        assert Rule.RESIDENCY in one.result.location_rules


def test_a_residency_of_another_year_is_judged_by_the_snapshot_all_the_same():
    residency = Residency.parse("eu-adequate").in_year(2026)
    request = Request(IMAGEN, residency, location="southamerica-east1")
    assert isinstance(place(request, SNAPSHOT, DAY), Refusal)


def test_the_request_of_an_answer_is_dated_and_only_where_the_year_counts():
    assert placed(ask(FLASH, "eu-adequate")).request.residency.year == 2025
    assert placed(ask(FLASH, "eu-adequate", LATER)).request.residency.year == 2026
    assert refused(ask("no-such-model", "eu-adequate")).request.residency.year == 2025
    request = Request(FLASH, Residency.parse("eu"))
    result = place(request, SNAPSHOT, DAY)
    assert result.request is request


def test_processing_in_the_united_states_is_kept_within_the_partial_term_alone():
    partial = {"within": "eu-adequate-partial", "guarantee": "ml-processing"}
    both = placed(ask(HAIKU, partial, location="us-east5"))
    assert both.boundary == "us"
    full = refused(ask(HAIKU, {**partial, "within": "eu-adequate"}, location="us-east5"))
    assert "us-east5" in full.location_rules[Rule.RESIDENCY]


# Remedies


def wider(value: object, served: set[str], year: int) -> list[Residency]:
    return widenings(Residency.parse(value).in_year(year), frozenset(served))


def test_the_partial_term_is_offered_to_who_asks_for_the_full_one():
    offered = [one.within for one in wider("eu-adequate", {"us-east5"}, 2025)]
    assert offered[:2] == [("eu-adequate", "us-east5"), ("eu-adequate-partial",)]


def test_a_list_keeps_its_other_terms_when_it_is_widened():
    offered = [one.within for one in wider("sg,eu-adequate", {"us-east5"}, 2025)]
    assert ("sg", "eu-adequate-partial") in offered


@pytest.mark.parametrize(
    ("value", "year", "expected"),
    [
        ("br,eu-adequate", 2025, ("br", "eu-adequate-partial")),
        ("br,eu-adequate", 2026, ("eu-adequate-partial",)),
        ("no,eu-adequate", 2025, ("eu-adequate-partial",)),
    ],
)
def test_the_partial_term_replaces_what_lies_in_it_in_that_year(
    value: str, year: int, expected: tuple[str, ...]
):
    assert expected in [one.within for one in wider(value, {"us-east5"}, year)]


@pytest.mark.parametrize("value", ["eu", "eea", "de", "europe", "eu-adequate-partial"])
def test_an_adequacy_term_is_offered_to_nobody_else(value: str):
    for one in wider(value, {"us-east5", "asia-northeast1", "southamerica-east1"}, 2025):
        assert set(one.adequacy_terms) <= {value}


@pytest.mark.parametrize(("year", "is_offered"), [(2025, True), (2026, False)])
def test_a_widening_is_compared_in_the_year_of_the_residency(year: int, is_offered: bool):
    offered = wider("eu-adequate", {"southamerica-east1"}, year)
    assert (("eu-adequate", "br") in [one.within for one in offered]) == is_offered
    assert all(one.year == (year if one.adequacy_terms else None) for one in offered)


@pytest.mark.parametrize(("year", "is_dropped"), [(2025, False), (2026, True)])
def test_an_exclusion_is_dropped_where_it_stands_in_the_way_in_that_year(
    year: int, is_dropped: bool
):
    value = {"within": "jp,us", "excluding": "eu-adequate"}
    offered = wider(value, {"southamerica-east1"}, year)
    assert offered
    assert all(("eu-adequate" in one.excluding) != is_dropped for one in offered)


def test_the_partial_term_is_offered_as_a_fix_that_says_what_it_gives_up():
    one = ask(OPUS, "eu-adequate")
    assert refused(one).request.residency.year == 2025
    [text] = [text for text, command in one.fixes if "eu-adequate-partial" in command]
    assert "eu-adequate-partial, partial adequacy decisions included" in text


@pytest.mark.parametrize("snapshot", [SNAPSHOT, LATER])
def test_every_fix_is_valid_by_the_same_snapshot(snapshot: Snapshot):
    one = ask(SONNET, {"within": "eu-adequate", "excluding": "eu"}, snapshot)
    widened = [each for each in one.alternatives if Key.RESIDENCY in each.keys]
    assert widened
    for each in widened:
        undated = replace(each.request, residency=each.request.residency.in_year(None))
        assert isinstance(place(undated, snapshot, DAY), Placement)


# Words

MEANING_2025 = (
    "eu-adequate is the EEA and the countries with a full adequacy decision in 2025; "
    "not legal advice"
)
PARTIAL_2026 = (
    "eu-adequate-partial is the EEA and the countries with a full or partial adequacy decision in "
    "2026; not legal advice"
)


def test_a_refusal_says_what_the_term_is_and_that_it_is_not_legal_advice():
    one = ask(HAIKU, "sg,eu-adequate", location="us-east5")
    lines = refusal_lines(one)
    assert f"residency sg,eu-adequate (sg is Singapore, {MEANING_2025})." in flat(lines)
    assert flat(lines).count("not legal advice") == 1


def test_a_refusal_names_the_year_of_its_snapshot():
    one = ask(HAIKU, "eu-adequate-partial", LATER, location="asia-southeast1")
    assert f"({PARTIAL_2026})" in flat(refusal_lines(one))


def test_a_reason_in_json_says_it_too():
    one = ask(HAIKU, "eu-adequate", location="us-east5")
    text = json.dumps(to_json(one, None))
    assert f"us-east5 (Columbus, Ohio) lies outside eu-adequate ({MEANING_2025})." in text


def test_a_placement_names_the_countries_of_the_area():
    lines = flat(placement_lines(ask(FLASH, "eu-adequate"), None))
    assert (
        "area       eu-adequate is the EEA and the countries with a full adequacy decision in 2025 "
        "(with a region: Israel, Japan, South Korea, Switzerland, United Kingdom); "
        "not legal advice because" in lines
    )


def test_a_placement_tells_full_decisions_from_partial_ones():
    one = ask(FLASH, "eu-adequate-partial", LATER)
    countries = (
        "(with a region: Brazil, Israel, Japan, South Korea, Switzerland, United Kingdom; "
        "partial: Canada, United States); not legal advice"
    )
    assert countries in flat(placement_lines(one, None, "chat"))
    assert countries in placed_because(placed(one), LATER)


def test_a_placement_under_another_residency_says_nothing_of_it():
    one = ask(FLASH, "eu")
    assert not any(line.startswith("  area") for line in placement_lines(one, None))
    assert "legal" not in placed_because(placed(one), SNAPSHOT)


def geography_fact(location: str, snapshot: Snapshot, folder: Path) -> Evidence:
    request = Request(FLASH, Residency.parse("eu-adequate"))
    named = placed(ask(FLASH, "any")).named
    facts = evidence(request, named, location, snapshot, folder)
    [fact] = [one for one in facts if "the area" in one.fact]
    return fact


@pytest.mark.parametrize(
    ("snapshot", "inside", "quote"),
    [(SNAPSHOT, "outside", "gdpr_adequacy_2025: no"), (LATER, "inside", "gdpr_adequacy_2026: yes")],
)
def test_the_evidence_quotes_the_decision_and_its_column(
    snapshot: Snapshot, inside: str, quote: str, tmp_path: Path
):
    (tmp_path / snapshot.id).symlink_to(SNAPSHOTS / SNAPSHOT.id)
    fact = geography_fact("southamerica-east1", snapshot, tmp_path)
    assert f"is {inside} the area eu-adequate (" in fact.fact
    assert "not legal advice" in fact.fact
    assert fact.quote == f"{quote}; Decision (EU) 2026/179, from 2026-01-26; none in 2025"
    assert fact.source is not None
    assert "European Commission" in fact.source


def test_the_evidence_of_a_place_without_a_decision_quotes_the_column_alone():
    fact = geography_fact("asia-southeast1", SNAPSHOT, SNAPSHOTS)
    assert fact.quote == "gdpr_adequacy_2025: no"


def test_the_evidence_under_another_residency_speaks_of_no_decision():
    named = placed(ask(FLASH, "any")).named
    request = Request(FLASH, Residency.parse("eu"))
    text = flat(evidence_lines(request, named, "europe-west2", SNAPSHOT))
    assert "adequacy" not in text


def test_the_command_line_takes_the_terms(capsys: pytest.CaptureFixture[str]):
    options = ["--excluding", "eu", "--snapshot", "2025-05-12", "--as-of", "2025-05-12"]
    assert main(["resolve", EMBEDDING, "--residency", "EU-adequate", *options]) == 0
    assert "not legal advice" in " ".join(capsys.readouterr().out.split())


def test_a_long_area_is_named_once_and_not_again_in_each_group():
    value = {"within": "eu-adequate", "excluding": "eu,gb"}
    lines = refusal_lines(ask(HAIKU, value), listing=Listing.FULL)
    groups = [line for line in lines if line.startswith("  - ")]
    assert any(line.startswith("  - inside the area, ") for line in groups)
    assert "excluding" not in flat(groups)


def test_locations_that_do_not_fit_are_counted():
    value = {"within": "sg,au,br", "excluding": "eu-adequate-partial", "guarantee": "ml-processing"}
    needs = (Need.TUNING, Need.BATCH_PREDICTION, Need.CONTEXT_CACHING)
    request = Request(
        "gemini-2.5-pro-preview-05-06", Residency.parse(value), needs, location="us-east5"
    )
    one = answer(request, SNAPSHOT, DAY)
    *kept, last = [
        line
        for line in refusal_lines(one, "chat-of-everybody", "stacks/Pulumi.prod.yaml:7:14: x")
        if line.startswith("  - ")
    ]
    groups = grouped_reasons(refused(one), SNAPSHOT)
    left = sum(len(locations) for _, locations in groups[len(kept) :])
    assert last == f"  - and {left} more location{'' if left == 1 else 's'}"


@pytest.mark.parametrize("snapshot", [SNAPSHOT, LATER])
@pytest.mark.parametrize(
    "value",
    [
        {"within": "eu-adequate", "excluding": "eu", "guarantee": "ml-processing"},
        {"within": "eu-adequate-partial", "excluding": "eu-adequate,us-central1,us-east5"},
        {"within": "sg,au,br", "excluding": "eu-adequate-partial", "guarantee": "ml-processing"},
    ],
)
@pytest.mark.parametrize("pin", [{}, {"location": "us-east5"}])
def test_no_refusal_takes_more_lines_than_it_may(
    value: object, snapshot: Snapshot, pin: dict[str, str]
):
    answers = [ask(named.id, value, snapshot, **pin) for named in all_models(snapshot)]
    found = [one for one in answers if isinstance(one.result, Refusal) and one.result.named]
    assert found
    for one in found:
        assert len(refusal_lines(one, "chat", "stacks/Pulumi.prod.yaml:7:14: x")) <= REFUSAL_LINES
