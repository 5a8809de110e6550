"""Placement by the snapshot 2026-10-10: against brute force over its sources, and by hand."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.explanation.warnings import warnings_of
from availability.facts.capabilities import capabilities
from availability.facts.library import SNAPSHOTS, load
from availability.facts.names import all_models, resolve_model
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import ContextSize, Snapshot
from availability.ingest.folder import snapshot_of, statements_of
from availability.ingest.gathered import read_gathered
from availability.input.errors import BadInput
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import WAIVABLE, Rule, Waiver
from availability.placement.warnings import Warning, WarningId
from availability.places.areas import ADEQUACY_TERMS, AREA_TERMS
from availability.places.geography import places, regions
from availability.places.residency import Residency
from tests.availability.naive_2026 import NaiveModel2026, naive_locations_2026, naive_models_2026
from tests.availability.naive_oracle_2026 import Question2026, boundary_2026, decide_2026
from tests.availability.naive_page import csv_rows
from tests.thorough import sampled, thorough

SNAPSHOT = load("2026-10-10")
DAY = dt.date(2026, 10, 10)
TODAY = dt.date(2026, 11, 23)
COUNTRIES = sorted({place.country_code for place in regions().values()} | {"no", "at"})
TERMS = [*AREA_TERMS, *ADEQUACY_TERMS, *COUNTRIES, *sorted(SNAPSHOT.location_ids - {"global"})]
MODELS = {f"{one.publisher}/{one.id}": one for one in naive_models_2026()}
NEEDS = (
    *tuple(Need)[:7],
    Need.FUNCTION_CALLING,
    Need.URL_CONTEXT,
    Need.LIVE_API,
    Need.AGENT_STUDIO,
    Need.LONG_CONTEXT,
)
"""All that have roles, services or a way to pay, and some of each other sort."""
SIZES = [None, *ContextSize]


def residency(within: str, guarantee: str = "endpoint") -> Residency:
    return Residency.build(within, None, guarantee)


def agree(question: Question2026, request: Request) -> None:
    """Location by location and rule id by rule id."""
    verdict = decide_2026(question)
    result = place(request, SNAPSHOT, question.today)
    if isinstance(result, Placement):
        assert (result.location, result.alternates, result.boundary) == (
            verdict.location,
            verdict.alternates,
            verdict.boundary,
        )
    else:
        assert verdict.location is None
        reasons = [(location, rule.value) for location, rule in result.reasons]
        assert set(reasons) == verdict.reasons
        assert len(reasons) == len(set(reasons))


def questions(name: str) -> Iterator[tuple[Question2026, Request]]:
    """Every residency term, both guarantees, every need and none."""
    for term, ml in itertools.product(TERMS, (False, True)):
        if term == "any" and ml:
            continue
        where = residency(term, "ml-processing" if ml else "endpoint")
        for need in (None, *NEEDS):
            needs = (need,) if need else ()
            yield (
                Question2026(MODELS[name], (term,), ml_processing=ml, needs=needs),
                Request(name, where, needs),
            )


def test_both_know_the_same_models_at_the_same_locations():
    ours = {f"{one.entry.publisher}/{one.id}": one for one in all_models(SNAPSHOT)}
    assert ours.keys() == MODELS.keys()
    for name, one in MODELS.items():
        assert ours[name].entry.served == (one.served or frozenset())
        assert set(ours[name].model.aliases) >= set(one.aliases)
    assert {location.id for location in SNAPSHOT.locations} == set(naive_locations_2026())


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(MODELS))
def test_placement_agrees_with_brute_force_for_every_term_guarantee_and_need(name: str):
    # Seven is no divisor of the number of needs: seven models ask every need of every term.
    for question, request in sampled(questions(name), 7, sorted(MODELS).index(name)):
        agree(question, request)


def known_terms() -> st.SearchStrategy[str]:
    return st.sampled_from([term for term in TERMS if term not in ("at", "no")])


@thorough(2000)
@given(
    name=st.sampled_from(sorted(MODELS)),
    within=st.lists(known_terms(), min_size=1, max_size=3, unique=True),
    excluding=st.lists(known_terms().filter(lambda t: t != "any"), max_size=2, unique=True),
    guarantee=st.booleans(),
    needs=st.lists(st.sampled_from(NEEDS), max_size=3, unique=True),
    pin=st.none() | st.sampled_from(sorted(places())),
    prefer=st.lists(st.sampled_from(sorted(SNAPSHOT.location_ids)), max_size=3, unique=True),
    region=st.none() | st.sampled_from(["europe-west4", "us-east5", "asia-south1"]),
    size=st.sampled_from(SIZES),
    allow_preview=st.booleans(),
    accepted=st.frozensets(st.sampled_from(sorted(WAIVABLE))),
    prior_usage=st.booleans(),
    today=st.dates(dt.date(2026, 5, 1), dt.date(2027, 12, 31)) | st.just(dt.date(2025, 5, 1)),
)
def test_any_request_is_decided_as_by_brute_force(
    name: str,
    within: list[str],
    excluding: list[str],
    guarantee: bool,
    needs: list[Need],
    pin: str | None,
    prefer: list[str],
    region: str | None,
    size: ContextSize | None,
    allow_preview: bool,
    accepted: frozenset[Rule],
    prior_usage: bool,
    today: dt.date,
) -> None:
    try:
        where = Residency.build(
            within, excluding or None, "ml-processing" if guarantee else "endpoint"
        )
    except BadInput:
        return
    waivers = tuple(Waiver(rule, today, "known") for rule in sorted(accepted))
    request = Request(
        name,
        where,
        tuple(needs),
        pin,
        tuple(prefer),
        allow_preview=allow_preview,
        region=region,
        context_size=size,
        accept=waivers,
        prior_usage=prior_usage,
    )
    question = Question2026(
        MODELS[name],
        tuple(within),
        tuple(excluding),
        ml_processing=guarantee,
        needs=tuple(need.value for need in needs),
        pin=pin,
        prefer=tuple(prefer),
        region=region,
        allow_preview=allow_preview,
        context=size.value if size else None,
        accepted=frozenset(rule.value for rule in accepted),
        prior_usage=prior_usage,
        today=today,
    )
    verdict = decide_2026(question)
    result = place(request, SNAPSHOT, today)
    if isinstance(result, Refusal):
        assert {(where, rule.value) for where, rule in result.reasons} == verdict.reasons
    else:
        assert result.location == verdict.location
        assert result.boundary == verdict.boundary
        assert set(result.alternates) == set(verdict.alternates)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_boundary_agrees_with_brute_force_for_every_location_and_size(name: str):
    named = resolve_model(name, SNAPSHOT)
    one: NaiveModel2026 = MODELS[name]
    for location, size in itertools.product(SNAPSHOT.location_ids, SIZES):
        expected = boundary_2026(one, location, size.value if size else None)
        assert boundary(named, location, size) == expected, (location, size)


# By hand


def placed(request: Request, today: dt.date = TODAY) -> Placement:
    result = place(request, SNAPSHOT, today)
    assert isinstance(result, Placement), result.reasons
    return result


def refused(request: Request, today: dt.date = TODAY) -> Refusal:
    result = place(request, SNAPSHOT, today)
    assert isinstance(result, Refusal), result.location
    return result


def warned(result: Placement | Refusal, today: dt.date = TODAY) -> list[Warning]:
    return list(warnings_of(result, SNAPSHOT, today))


def test_a_multi_region_keeps_the_processing_of_its_jurisdiction():
    one = placed(Request("gemini-3.8-flash", residency("eu", "ml-processing")))
    assert (one.location, one.boundary, one.alternates) == ("eu", "eu", ())


def test_a_country_does_not_hold_a_multi_region():
    one = refused(Request("gemini-3.8-flash", residency("de", "ml-processing")))
    assert ("eu", Rule.RESIDENCY) in one.reasons
    assert ("europe-west3", Rule.NOT_SERVED) in one.reasons


@pytest.mark.parametrize(
    ("size", "location"),
    [(None, None), ("1m", None), ("128k", "europe-west9"), ("64k", "europe-west9")],
)
def test_a_commitment_counts_up_to_its_size(size: str | None, location: str | None):
    request = Request(
        "gemini-2.5-flash",
        residency("fr", "ml-processing"),
        context_size=ContextSize(size) if size else None,
    )
    result = place(request, SNAPSHOT, DAY)
    assert (result.location if isinstance(result, Placement) else None) == location


def test_a_gemini_model_is_placed_with_a_warning_up_to_its_last_day():
    request = Request("gemini-2.5-pro", residency("eu"))
    for last, words in ((dt.date(2026, 10, 19), "in 1 day."), (dt.date(2026, 10, 20), "today.")):
        one = placed(request, last)
        [text] = [w.text for w in warned(one, last) if w.id is WarningId.RETIRING]
        assert "2026-10-20" in text
        assert words in text
    gone = refused(request, dt.date(2026, 10, 21))
    assert gone.reasons == ((None, Rule.RETIRED), *gone.reasons[1:])


@pytest.mark.parametrize(("days", "is_warned"), [(0, False), (28, False), (29, True), (90, True)])
def test_the_stack_says_how_long_before_a_retirement_it_is_warned(days: int, is_warned: bool):
    request = Request("gemini-3.7-flash", residency("eu"), retirement_warning=days)
    today = dt.date(2027, 1, 28) - dt.timedelta(days=29)
    found = {one.id for one in warned(placed(request, today), today)}
    assert (WarningId.RETIRING in found) == is_warned


@pytest.mark.parametrize(
    ("today", "is_warned"), [(dt.date(2026, 10, 14), False), (dt.date(2026, 10, 15), True)]
)
def test_a_passed_day_before_which_nothing_is_shut_down_only_warns(today: dt.date, is_warned: bool):
    one = placed(Request("claude-haiku-4-5", residency("eu")), today)
    found = {warning.id for warning in warned(one, today)}
    assert (WarningId.NOT_BEFORE_PASSED in found) == is_warned


@pytest.mark.parametrize(
    "name",
    ["gemini-2.0-flash-001", "gemini-2.0-flash", "claude-3-7-sonnet@20250219", "claude-3-haiku"],
)
def test_what_was_shut_down_before_the_snapshot_is_refused_as_that(name: str):
    one = refused(Request(name, residency("eu")))
    assert (None, Rule.RETIRED) in one.reasons


def test_a_retired_model_without_published_locations_says_both():
    one = refused(Request("text-bison", residency("eu")))
    assert one.reasons == ((None, Rule.RETIRED), (None, Rule.UNKNOWN_LOCATION))


@pytest.mark.parametrize(
    "name",
    [
        "text-embedding-005",
        "text-embedding-004",
        "text-multilingual-embedding-002",
        "multimodalembedding@001",
    ],
)
def test_a_model_that_only_the_page_of_2025_lists_is_placed_by_it(name: str):
    one = placed(Request(name, residency("any")))
    assert WarningId.AGED_LOCATIONS in {warning.id for warning in warned(one)}


@pytest.mark.parametrize("name", ["gemini-embedding-001", "gemini-3.1-pro-preview-customtools"])
def test_a_model_without_a_location_row_is_somewhere_unknown(name: str):
    assert refused(Request(name, residency("any"))).reasons == ((None, Rule.UNKNOWN_LOCATION),)


@pytest.mark.parametrize(
    ("name", "need", "rule"),
    [
        ("gemini-3.8-flash", Need.TUNING, (None, Rule.CAPABILITY)),
        ("gemini-3.1-flash-image", Need.CONTEXT_CACHING, (None, Rule.CAPABILITY)),
        ("gemini-3.8-flash-cyber", Need.BATCH_PREDICTION, (None, Rule.CAPABILITY)),
        ("gemini-3.1-flash-image", Need.PRIORITY_PAYGO, ("eu", Rule.CAPABILITY)),
        ("claude-opus-5-5", Need.PROVISIONED_THROUGHPUT, ("eu", Rule.CAPABILITY)),
    ],
)
def test_what_a_source_denies_refuses(name: str, need: Need, rule: tuple[str | None, Rule]):
    assert rule in refused(Request(name, residency("eu"), (need,))).reasons


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("gemini-3.8-flash", Need.CONTEXT_CACHING),
        ("gemini-3.8-flash", Need.BATCH_PREDICTION),
        ("gemini-3.8-flash", Need.PROVISIONED_THROUGHPUT),
        ("gemini-3.8-flash", Need.PRIORITY_PAYGO),
        ("gemini-3.8-flash", Need.FLEX_PAYGO),
    ],
)
def test_what_a_source_affirms_passes_without_a_word(name: str, need: Need):
    found = {one.id for one in warned(placed(Request(name, residency("eu"), (need,))))}
    assert not found & {WarningId.UNKNOWN_CAPABILITY, WarningId.CONTRADICTION}


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("gemini-3.8-flash", Need.RAG_CORPUS),
        ("claude-opus-5-5", Need.CONTEXT_CACHING),
        ("gemini-nano-banana-2.1", Need.FLEX_PAYGO),
        ("gemini-embedding-2", Need.TUNING),
    ],
)
def test_what_no_source_says_passes_as_unknown(name: str, need: Need):
    where = "eu" if name != "gemini-nano-banana-2.1" else "any"
    [text] = [
        one.text
        for one in warned(placed(Request(name, residency(where), (need,))))
        if one.id is WarningId.UNKNOWN_CAPABILITY
    ]
    assert "unknown" in text
    assert need in text


@pytest.mark.parametrize(
    ("name", "need", "affirms", "denies"),
    [
        (
            "claude-opus-5-5",
            Need.PROVISIONED_THROUGHPUT,
            '"Claude Opus 5.5 on Google Cloud" (2026-10-03)',
            '"Use partner models" (2026-10-08)',
        ),
        (
            "gpt-oss-120b-maas",
            Need.PROVISIONED_THROUGHPUT,
            '"Supported models" (2026-10-08)',
            '"OpenAI gpt-oss 120B" (2026-10-03)',
        ),
        (
            "gpt-oss-120b-maas",
            Need.BATCH_PREDICTION,
            '"OpenAI gpt-oss 120B" (2026-10-03)',
            '"Deployments and endpoints" (2026-10-08)',
        ),
    ],
)
def test_of_two_sources_that_disagree_the_stricter_decides_and_both_are_named(
    name: str, need: Need, affirms: str, denies: str
):
    one = refused(Request(name, residency("any"), (need,)))
    [text] = [each.text for each in warned(one) if each.id is WarningId.CONTRADICTION]
    assert f"{affirms} affirms it, {denies} denies it. The stricter one decides." in text
    assert text.startswith(f"Two sources disagree on {need} of {name}: ")


def test_a_card_that_denies_what_its_table_says_is_named_once():
    name = "llama-4-scout-17b-16e-instruct-maas"
    one = refused(Request(name, residency("any"), (Need.BATCH_PREDICTION,)))
    [text] = [each.text for each in warned(one) if each.id is WarningId.CONTRADICTION]
    assert text == (
        f'"Llama 4 Scout 17B-16E" (2026-10-03) affirms batch-prediction of {name} in one place and '
        "denies it in another. The stricter one decides."
    )


# What pages of August add


def test_of_the_needs_of_stacks_the_pages_speak_of_rag_corpora_alone():
    pages = SNAPSHOTS / "2026-10-10" / "pages" / "capabilities.csv"
    assert {row["need"] for row in csv_rows(pages)} & {*NEEDS[:7]} == {Need.RAG_CORPUS}


def test_without_what_the_pages_say_nothing_but_rag_corpora_is_answered_otherwise():
    folder = SNAPSHOTS / "2026-10-10"
    gathered = read_gathered(folder)
    assert len(gathered) < len(statements_of(folder))
    before = snapshot_of(DAY, gathered)
    others = [need for need in NEEDS[:7] if need is not Need.RAG_CORPUS]
    for name, need in itertools.product(sorted(MODELS), (None, *others)):
        for where in (residency("any"), residency("eu")):
            request = Request(name, where, (need,) if need else ())
            assert told(request, SNAPSHOT) == told(request, before), (name, need)


def told(request: Request, snapshot: Snapshot) -> object:
    """Where it is placed, or why not: what is committed and kept is another matter."""
    result = place(request, snapshot, TODAY)
    if isinstance(result, Placement):
        return result.location, result.alternates
    return result.reasons, result.lacking, result.not_offered


def test_an_endpoint_that_lacks_what_its_model_offers_elsewhere_is_no_contradiction():
    named = resolve_model("gemini-2.5-pro", SNAPSHOT)
    assert not capabilities(named, SNAPSHOT).contradictions
    one = placed(Request("gemini-2.5-pro", residency("any"), (Need.TUNING,)), DAY)
    assert one.location != "global"


def test_a_regional_endpoint_of_claude_has_provisioned_throughput():
    one = placed(Request("claude-sonnet-4-6", residency("eu"), (Need.PROVISIONED_THROUGHPUT,)))
    assert one.location == "europe-west1"


# Tuning


@pytest.mark.parametrize(
    ("within", "location", "job"), [("eu", "eu", "europe-west4"), ("us", "us", "us-central1")]
)
def test_tuning_is_served_and_done_inside_the_area(within: str, location: str, job: str):
    one = placed(Request("gemini-3.5-flash", residency(within), (Need.TUNING,)))
    assert (one.location, one.tuning_location) == (location, job)


def test_a_tuned_model_is_served_only_where_its_source_says():
    one = refused(Request("gemini-3.5-flash", residency("de"), (Need.TUNING,)))
    assert ("europe-west3", Rule.CAPABILITY) in one.reasons
    assert ("europe-west3", Rule.RESIDENCY) in one.reasons  # its jobs run elsewhere


def test_where_tuning_jobs_run_may_be_unknown():
    one = placed(Request("gemini-2.5-flash", residency("eu"), (Need.TUNING,)), DAY)
    assert one.tuning_location is None
    [text] = [w.text for w in warned(one, DAY) if w.id is WarningId.UNKNOWN_CAPABILITY]
    assert "where tuning jobs" in text


@pytest.mark.parametrize(
    ("name", "is_warned"), [("gemini-3.5-flash", True), ("gemini-2.5-flash", False)]
)
def test_a_commitment_on_requests_is_none_on_tuning(name: str, is_warned: bool):
    one = placed(Request(name, residency("eu", "ml-processing"), (Need.TUNING,)), DAY)
    found = {warning.id for warning in warned(one, DAY)}
    assert (WarningId.ENDPOINT_GUARANTEE in found) == is_warned


def test_without_the_need_there_is_no_tuning_location():
    assert placed(Request("gemini-3.5-flash", residency("eu"))).tuning_location is None


# Waivers


def waiver(rule: Rule, until: dt.date = TODAY) -> Waiver:
    return Waiver(rule, until, "the move is planned")


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (Request("gemini-2.5-pro", residency("eu")), Rule.RETIRED),
        (Request("grok-4.7", residency("us"), allow_preview=False), Rule.PREVIEW),
        (Request("chirp_3", residency("in"), allow_preview=False), Rule.PREVIEW),
        (Request("gemini-3.8-flash", residency("eu"), (Need.TUNING,)), Rule.CAPABILITY),
        (
            Request("claude-opus-5-5", residency("eu"), (Need.PROVISIONED_THROUGHPUT,)),
            Rule.CAPABILITY,
        ),
    ],
)
def test_a_waiver_lets_a_rule_refuse_nothing_until_its_day_and_is_shown(
    request_: Request, rule: Rule
):
    from dataclasses import replace

    assert rule in {broken for _, broken in refused(request_).reasons}
    one = placed(replace(request_, accept=(waiver(rule),)))
    assert one.waived == (rule,)
    [text] = [w.text for w in warned(one) if w.id is WarningId.WAIVED]
    assert f"{TODAY}" in text
    assert "the move is planned" in text
    expired = replace(request_, accept=(waiver(rule, TODAY - dt.timedelta(days=1)),))
    gone = refused(expired)
    assert rule in {broken for _, broken in gone.reasons}
    [text] = [w.text for w in warned(gone) if w.id is WarningId.WAIVED]
    assert "expired" in text


def test_a_waiver_that_nothing_needs_is_shown_too():
    one = placed(Request("gemini-3.8-flash", residency("eu"), accept=(waiver(Rule.RETIRED),)))
    assert one.waived == ()
    [text] = [w.text for w in warned(one) if w.id is WarningId.WAIVED]
    assert "not needed" in text


def test_a_waiver_of_one_rule_leaves_the_others():
    request = Request(
        "gemini-2.5-pro", residency("jp", "ml-processing"), accept=(waiver(Rule.RETIRED),)
    )
    rules = {rule for _, rule in refused(request).reasons}
    assert Rule.RETIRED not in rules
    assert rules >= {Rule.ML_PROCESSING, Rule.RESIDENCY, Rule.NOT_SERVED}
