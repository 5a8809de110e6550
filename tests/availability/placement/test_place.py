"""Where a request is placed, and which rules refuse it, by the snapshot 2025-05-12."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.explanation.answers import answer
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, snapshot_ids
from availability.facts.needs import Need
from availability.facts.snapshot import (
    Call,
    Citation,
    Commitment,
    Entry,
    Family,
    Limitation,
    Listing,
    Location,
    Model,
    Snapshot,
    Source,
    Stage,
)
from availability.input.errors import BadInput
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Guarantee, Residency
from tests.availability.naive_oracle import Question, decide
from tests.availability.naive_page import naive_models, naive_page, naive_regions
from tests.thorough import sampled, thorough

DAY = dt.date(2025, 5, 12)
SNAPSHOT = load("2025-05-12")
FLASH = "gemini-2.0-flash-001"
HAIKU = "claude-3-haiku@20240307"
SONNET = "claude-3-7-sonnet@20250219"
EUROPEAN_FLASH = (
    "europe-west4",
    "europe-west1",
    "europe-west9",
    "europe-central2",
    "europe-north1",
    "europe-southwest1",
    "europe-west8",
)


def ask(
    model: str,
    within: str = "any",
    excluding: str | None = None,
    guarantee: str | None = None,
    *,
    needs: tuple[Need, ...] = (),
    pin: str | None = None,
    prefer: tuple[str, ...] = (),
    region: str | None = None,
    prior_usage: bool = False,
    allow_preview: bool = True,
) -> Request:
    return Request(
        model,
        Residency.build(within, excluding, guarantee),
        needs,
        pin,
        prefer,
        prior_usage,
        allow_preview,
        region,
    )


def placed(request: Request, snapshot: Snapshot = SNAPSHOT, today: dt.date = DAY) -> Placement:
    result = place(request, snapshot, today)
    assert isinstance(result, Placement), result
    return result


def refused(request: Request, snapshot: Snapshot = SNAPSHOT, today: dt.date = DAY) -> Refusal:
    result = place(request, snapshot, today)
    assert isinstance(result, Refusal), result
    return result


def rules(refusal: Refusal) -> dict[str | None, set[str]]:
    found: dict[str | None, set[str]] = {}
    for location, rule in refusal.reasons:
        found.setdefault(location, set()).add(rule.value)
    return found


# Rules


@pytest.mark.parametrize(
    "name",
    [
        "gemini-2.0-flash",
        "gemini-9",
        "text-embedding-large-exp-03-07",
        "imagegeneration",
        "claude-3-7-sonnet",
        "anthropic/gemini-2.0-flash-001",
        "publishers/meta/models/gemini-2.0-flash-001",
        "Gemini 1.5 Pro",
        "Imagen 3",
        "Embeddings for Text",
        "",
        "/",
        "publishers//models/",
    ],
)
def test_a_name_that_is_no_one_model_is_refused_for_that_alone(name: str):
    refusal = refused(ask(name, "de", pin="europe-west3", allow_preview=False))
    assert refusal.reasons == ((None, Rule.UNKNOWN_MODEL),)
    assert refusal.named is None


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Gemini 1.5 Pro", ["gemini-1.5-pro-002", "gemini-1.5-pro-001"]),
        ("imagen 3", ["imagen-3.0-generate-001", "imagen-3.0-generate-002"]),
        ("Imagen 2", ["imagegeneration@005", "imagegeneration@006"]),
        (
            "Embeddings\N{NO-BREAK SPACE}for Text",
            ["text-embedding-005", "text-multilingual-embedding-002", "text-embedding-004"],
        ),
    ],
)
def test_a_name_of_several_ids_is_refused_with_all_of_them(name: str, ids: list[str]):
    assert [named.id for named in refused(ask(name)).candidates] == ids


@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        (FLASH, FLASH),
        ("GEMINI-2.0-FLASH-001", FLASH),
        ("google/gemini-2.0-flash-001", FLASH),
        ("publishers/google/models/gemini-2.0-flash-001", FLASH),
        ("Gemini 2.0 Flash", FLASH),
        ("gemini\N{NO-BREAK SPACE}2.0\N{NO-BREAK SPACE}flash", FLASH),
        ("  Gemini  2.0  FLASH ", FLASH),
        ("Anthropic's Claude 3.7 Sonnet", SONNET),
        ("Claude 3.7 Sonnet", SONNET),
        ("anthropic/claude-3-7-sonnet@20250219", SONNET),
        ("imagetext", "imagetext@001"),
        ("jamba-1.5-mini@001", "jamba-1.5-mini"),
        ("Llama 4 Scout 17B-16E (Preview)", "llama-4-scout-17b-16e-instruct-maas"),
        ("mistral-nemo@2407", "mistral-nemo@2407"),
        ("Gemini 2.0 Flash with Live API", "gemini-2.0-flash-live-preview-04-09"),
    ],
)
def test_a_model_is_found_by_any_of_its_spellings(spelling: str, canonical: str):
    assert placed(ask(spelling)).named.id == canonical


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(
            ask(SONNET, "de"),
            {
                "europe-west3": {"not-served"},
                "europe-west1": {"residency"},
                "us-east5": {"residency"},
                "global": {"not-served", "residency"},
            },
            id="outside or not served",
        ),
        pytest.param(
            ask("gemini-1.5-pro-002", "eu"),
            {None: {"legacy"}, "global": {"not-served", "residency"}, "us-east5": {"residency"}},
            id="legacy beside the rest",
        ),
        pytest.param(
            ask("gemini-2.5-pro-preview-05-06", "us", allow_preview=False),
            {None: {"preview"}, "global": {"residency"}, "us-east5": {"not-served"}},
            id="preview beside the rest",
        ),
        pytest.param(
            ask("gemini-2.0-flash-live-preview-04-09", needs=(Need.TUNING,), allow_preview=False),
            {None: {"preview"}, "global": {"capability"}, "us-east5": {"not-served"}},
            id="capability where it is served",
        ),
        pytest.param(
            ask(FLASH, "fr", needs=(Need.TUNING,)),
            None,
            id="a need that the region is not said to lack",
        ),
        pytest.param(
            ask(HAIKU, "sg", None, "ml-processing"),
            {"asia-southeast1": {"ml-processing"}, "us-east5": {"residency"}},
            id="no commitment for Singapore",
        ),
        pytest.param(
            ask(HAIKU, "be", None, "ml-processing"),
            {"europe-west1": {"ml-processing"}},
            id="a commitment wider than the area",
        ),
        pytest.param(ask(HAIKU, "eu", None, "ml-processing"), None, id="a commitment that fits"),
        pytest.param(
            ask(HAIKU, "eu", "de", "ml-processing"),
            {"europe-west1": {"ml-processing"}, "europe-west3": {"not-served", "residency"}},
            id="a commitment that reaches what is excluded",
        ),
        pytest.param(
            ask(FLASH, "eu", None, "ml-processing"),
            {"europe-west4": {"ml-processing"}, "europe-west3": {"not-served"}},
            id="nothing committed for Google's own",
        ),
        pytest.param(
            ask(FLASH, "any", pin="europe-west3"),
            {
                "europe-west3": {"not-served"},
                "europe-west4": {"pinned"},
                "asia-east1": {"not-served", "pinned"},
                "global": {"pinned"},
            },
            id="pinned where it is not served",
        ),
        pytest.param(
            ask(FLASH, "de", pin="eu"),
            {"eu": {"not-served", "residency"}, "europe-west4": {"residency", "pinned"}},
            id="pinned where the snapshot has no location",
        ),
        pytest.param(
            ask("gemini-1.5-flash-001", "de", pin="global", needs=(Need.RAG_CORPUS,)),
            {None: {"legacy"}, "global": {"not-served", "residency"}, "europe-west3": {"pinned"}},
            id="all at once",
        ),
        pytest.param(
            ask(FLASH, pin="global", needs=(Need.RAG_CORPUS, Need.TUNING)),
            {"global": {"capability"}},
            id="pinned to an endpoint that lacks a need",
        ),
        pytest.param(
            ask(FLASH, "no"), {"europe-west4": {"residency"}}, id="a country without a region"
        ),
    ],
)
def test_every_broken_rule_is_reported_at_its_location(
    request_: Request, expected: dict[str | None, set[str]] | None
):
    result = place(request_, SNAPSHOT, DAY)
    if expected is None:
        assert isinstance(result, Placement)
        return
    assert isinstance(result, Refusal)
    found = rules(result)
    assert {location: found.get(location) for location in expected} == expected
    assert (None in found) == (None in expected)


def test_a_refusal_accounts_for_every_location_and_names_each_rule_once():
    refusal = refused(ask(FLASH, "de"))
    locations = [location for location, _ in refusal.reasons]
    assert set(locations) == set(naive_page().locations)
    assert len(set(refusal.reasons)) == len(refusal.reasons)


@pytest.mark.parametrize(
    ("day", "prior_usage", "is_refused"),
    [
        (dt.date(2025, 4, 28), False, False),
        (dt.date(2025, 4, 29), False, True),
        (dt.date(2025, 4, 29), True, False),
        (dt.date(2030, 1, 1), True, False),
    ],
)
def test_gemini_1_5_is_closed_from_its_day_on_without_prior_usage(
    day: dt.date, prior_usage: bool, is_refused: bool
):
    request = ask("gemini-1.5-pro-002", "de", prior_usage=prior_usage)
    assert isinstance(place(request, SNAPSHOT, day), Refusal) == is_refused


def test_a_preview_is_placed_with_a_warning_where_previews_are_allowed():
    placement = placed(ask("gemini-2.5-pro-preview-05-06"))
    found = [warning.id for warning in warnings_of(placement, SNAPSHOT, DAY)]
    assert WarningId.PREVIEW_MODEL in found


# The order of choice


@pytest.mark.parametrize(
    ("request_", "location", "alternates"),
    [
        pytest.param(
            ask(FLASH, region="europe-west9"), "global", ("europe-west9",), id="the widest first"
        ),
        pytest.param(
            ask(FLASH, "eu", region="europe-west4"),
            "europe-west4",
            ("europe-west1", "europe-west9"),
            id="the nearest",
        ),
        pytest.param(
            ask(FLASH, "eu", region="asia-northeast1"),
            "europe-north1",
            ("europe-central2",),
            id="the nearest from far away",
        ),
        pytest.param(
            ask(FLASH, "eu"), EUROPEAN_FLASH[0], EUROPEAN_FLASH[1:], id="the most models, then name"
        ),
        pytest.param(
            ask(FLASH, "eu", region="global"), EUROPEAN_FLASH[0], EUROPEAN_FLASH[1:], id="no region"
        ),
        pytest.param(
            ask(FLASH, "eu", region="us-east7"),
            EUROPEAN_FLASH[0],
            EUROPEAN_FLASH[1:],
            id="a region without coordinates",
        ),
        pytest.param(
            ask(FLASH, "eu", region="europe-west4", prefer=("europe-north1", "europe-west8")),
            "europe-north1",
            ("europe-west8", "europe-west4", "europe-west1"),
            id="the preferred before the nearest",
        ),
        pytest.param(
            ask(FLASH, prefer=("europe-west9",)),
            "europe-west9",
            ("global", "us-central1"),
            id="the preferred before the widest",
        ),
        pytest.param(
            ask(FLASH, prefer=("europe-west3", "us-west4")),
            "us-west4",
            ("global",),
            id="a preferred one that is not valid is passed over",
        ),
        pytest.param(
            ask(FLASH, needs=(Need.TUNING,), region="us-east4"),
            "us-east4",
            ("us-east5", "us-east1"),
            id="not the widest where it lacks a need",
        ),
        pytest.param(
            ask(FLASH, "any", "global", region="europe-west9"),
            "europe-west9",
            ("europe-west1",),
            id="anything but the global endpoint",
        ),
        pytest.param(ask(FLASH, "eu", pin="europe-west8"), "europe-west8", (), id="pinned"),
        pytest.param(
            ask(FLASH, pin="europe-west8", prefer=("us-west1",)), "europe-west8", (), id="both"
        ),
        pytest.param(ask("imagetext@001", "fr,de"), "europe-west9", ("europe-west3",), id="two"),
    ],
)
def test_the_choice_follows_the_published_order(
    request_: Request, location: str, alternates: tuple[str, ...]
):
    placement = placed(request_)
    assert placement.location == location
    assert placement.alternates[: len(alternates)] == alternates
    if request_.location is not None:
        assert placement.alternates == ()


@pytest.mark.parametrize(
    ("prefer", "warned"),
    [
        (("europe-west4",), []),
        (("europe-west3",), ["europe-west3"]),
        (("us-east5", "europe-west4", "eu"), ["us-east5", "eu"]),
    ],
)
def test_each_preference_that_is_not_valid_warns(prefer: tuple[str, ...], warned: list[str]):
    placement = placed(ask(FLASH, "eu", prefer=prefer))
    texts = [
        warning.text
        for warning in warnings_of(placement, SNAPSHOT, DAY)
        if warning.id is WarningId.INVALID_PREFERENCE
    ]
    assert len(texts) == len(warned)
    assert all(name in text for name, text in zip(warned, texts, strict=True))


@pytest.mark.parametrize(
    ("model", "within", "location", "boundary"),
    [
        (HAIKU, "be", "europe-west1", "eu"),
        (HAIKU, "us", "us-east5", "us"),
        (HAIKU, "sg", "asia-southeast1", None),
        (FLASH, "nl", "europe-west4", None),
        ("claude-3-opus@20240229", "us", "us-east5", "us"),
        (FLASH, "any", "global", None),
    ],
)
def test_the_boundary_is_the_smallest_committed_area_that_holds_the_location(
    model: str, within: str, location: str, boundary: str | None
):
    placement = placed(ask(model, within))
    assert (placement.location, placement.boundary) == (location, boundary)


# Rules that this snapshot cannot trigger


def cite() -> Citation:
    return Citation(source="page")


def synthetic(*entries: Entry, locations: tuple[str, ...] = ()) -> Snapshot:
    served = {name for entry in entries for name in entry.served} | set(locations)
    return Snapshot(
        date=DAY,
        sources={"page": Source(url="https://e.x/page", title="A page", date=DAY.isoformat())},
        locations=tuple(Location(id=one, name=one, geography="-") for one in sorted(served)),
        tables=(),
        limitations=(Limitation(endpoint="eu", need=Need.TUNING, cite=cite()),)
        if "eu" in served
        else (),
        entries=entries,
    )


def entry(
    *models: Model, listings: tuple[Listing, ...] = (), served: tuple[str, ...] = ()
) -> Entry:
    return Entry(
        name=models[0].id,
        publisher="google",
        family=Family.GEMINI,
        call=Call.GENERATE_CONTENT,
        models=models,
        listings=listings or ((Listing(served=served, cite=cite()),) if served else ()),
    )


def model(
    name: str,
    retires: dt.date | None = None,
    stage: Stage | None = None,
    commitments: tuple[str, ...] = (),
) -> Model:
    return Model(
        id=name,
        retires=retires,
        stage=stage,
        commitments=tuple(Commitment(area=area, cite=cite()) for area in commitments),
        cite=cite(),
    )


@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_a_gemini_model_is_retired_after_its_date(days: int, is_refused: bool):
    snapshot = synthetic(entry(model("old-1", retires=DAY), served=("us-east5",)))
    result = place(ask("old-1"), snapshot, DAY + dt.timedelta(days=days))
    assert isinstance(result, Refusal) == is_refused
    if isinstance(result, Refusal):
        assert result.reasons == ((None, Rule.RETIRED),)


def test_a_model_that_no_source_locates_is_unknown_there_and_not_unserved():
    snapshot = synthetic(entry(model("lost-1")), locations=("us-east5",))
    assert refused(ask("lost-1", "de"), snapshot).reasons == ((None, Rule.UNKNOWN_LOCATION),)


def launches() -> Snapshot:
    return synthetic(
        entry(
            model("new-1"),
            listings=(
                Listing(served=("us-east5",), stage=Stage.GA, cite=cite()),
                Listing(served=("europe-west4",), stage=Stage.PREVIEW, cite=cite()),
            ),
        )
    )


def test_a_location_in_preview_is_refused_where_previews_are_not_allowed():
    refusal = refused(ask("new-1", "eu", allow_preview=False), launches())
    assert rules(refusal) == {"europe-west4": {"preview"}, "us-east5": {"residency"}}
    assert placed(ask("new-1", "any", allow_preview=False), launches()).location == "us-east5"


def test_a_location_in_preview_is_placed_with_a_warning_where_they_are():
    placement = placed(ask("new-1", "eu"), launches())
    found = [warning.id for warning in warnings_of(placement, launches(), DAY)]
    assert (placement.location, WarningId.PREVIEW_MODEL in found) == ("europe-west4", True)


MULTI = synthetic(
    entry(model("wide-1"), served=("eu", "us", "global", "europe-west4", "us-east5")),
    entry(model("other-1"), served=("us", "us-east5")),
)


@pytest.mark.parametrize(
    ("within", "order"),
    [
        ("any", ("global", "us", "eu", "us-east5", "europe-west4")),
        ("eu", ("eu", "europe-west4")),
        ("europe", ("eu", "europe-west4")),
        ("nl,de", ("europe-west4",)),
        ("us", ("us", "us-east5")),
    ],
)
def test_a_multi_region_comes_after_the_global_endpoint_and_before_regions(
    within: str, order: tuple[str, ...]
):
    placement = placed(ask("wide-1", within), MULTI)
    assert (placement.location, *placement.alternates) == order


def test_the_distance_does_not_order_multi_regions():
    placement = placed(ask("wide-1", "any", "global", region="europe-west4"), MULTI)
    assert placement.location == "us"  # it serves more models
    assert placement.alternates == ("eu", "europe-west4", "us-east5")


def test_a_need_that_a_multi_region_lacks_leaves_its_regions():
    assert placed(ask("wide-1", "eu", needs=(Need.TUNING,)), MULTI).location == "europe-west4"


@pytest.mark.parametrize(
    ("commitments", "within", "boundary"),
    [
        (("europe-west4", "eu"), "nl", "europe-west4"),
        (("eu",), "eu", "eu"),
        (("eu",), "nl", None),
        (("us",), "eu", None),
    ],
)
def test_a_committed_region_is_a_smaller_boundary_than_its_jurisdiction(
    commitments: tuple[str, ...], within: str, boundary: str | None
):
    snapshot = synthetic(entry(model("kept-1", commitments=commitments), served=("europe-west4",)))
    result = place(ask("kept-1", within, None, "ml-processing"), snapshot, DAY)
    assert (result.boundary if isinstance(result, Placement) else None) == boundary


@pytest.mark.parametrize(
    ("retires", "location"),
    [(DAY - dt.timedelta(days=1), "europe-west4"), (DAY + dt.timedelta(days=30), "europe-west9")],
)
def test_a_model_counts_that_is_not_retired_by_the_day_of_the_snapshot(
    retires: dt.date, location: str
):
    snapshot = synthetic(
        entry(model("now-1"), served=("europe-west4", "europe-west9")),
        entry(model("gone-1", retires=retires), served=("europe-west9",)),
    )
    days = [DAY + dt.timedelta(days=days) for days in (-1, 0, 29, 30, 31, 900)]
    assert {placed(ask("now-1"), snapshot, day).location for day in days} == {location}


@pytest.mark.parametrize("name", snapshot_ids())
def test_no_model_moves_because_a_day_has_passed(name: str):
    snapshot = load(name)
    models = [model for entry in snapshot.entries for model in entry.models]
    days = {snapshot.date, *(model.retires for model in models if model.retires)}
    turns = [day + dt.timedelta(days=more) for day in sorted(days) for more in (0, 1)]
    for model_ in models:
        request = ask(model_.id)
        results = (place(request, snapshot, day) for day in turns if day >= snapshot.date)
        orders = {result.valid for result in results if isinstance(result, Placement)}
        assert len(orders) <= 1, model_.id


def test_a_location_whose_place_is_unpublished_is_not_the_nearest():
    snapshot = synthetic(entry(model("far-1"), served=("us-east7", "us-east5")))
    placement = placed(ask("far-1", region="us-east4"), snapshot)
    assert (placement.location, placement.alternates) == ("us-east5", ("us-east7",))


# The oracle

COUNTRIES = sorted({r["country_iso2"].lower() for r in naive_regions().values()} - {"", "us"})
AREAS = [
    "any",
    "eu",
    "eea",
    "us",
    "europe",
    "canada",
    "south-america",
    "asia-pacific",
    "middle-east",
    "no",
    "is",
    "aq",
]
TERMS = [*AREAS, *COUNTRIES, *(one for one in naive_page().locations if one != "global")]
PINS = ("global", "eu", "us", "europe-west1", "us-central1", "europe-west10")
NEEDS = tuple(Need)[:7]
"""Those that have roles, services or a way to pay: the page of 2025 knows no others."""
FEW_TERMS = ("any", "eu", "europe", "us", "be", "de", "asia-pacific", "no", "us-central1")


def questions(term: str) -> Iterator[Question]:
    for naive, guaranteed in itertools.product(naive_models(), (False, True)):
        if guaranteed and term == "any":
            continue
        yield Question(naive, (term,), ml_processing=guaranteed, allow_preview=False)
        for need in NEEDS:
            yield Question(
                naive, (term,), ml_processing=guaranteed, needs=(need.value,), prior_usage=True
            )
        if term in FEW_TERMS:
            for pin in PINS:
                yield Question(
                    naive, (term,), ml_processing=guaranteed, pin=pin, region="europe-west4"
                )


def check(question: Question) -> None:
    expected = decide(question)
    residency = Residency.build(
        list(question.within),
        list(question.excluding) or None,
        "ml-processing" if question.ml_processing else None,
    )
    request = Request(
        f"{question.model.publisher}/{question.model.id}",
        residency,
        tuple(Need(need) for need in question.needs),
        question.pin,
        question.prefer,
        question.prior_usage,
        question.allow_preview,
        question.region,
    )
    result = place(request, SNAPSHOT, question.today)
    if isinstance(result, Placement):
        assert (result.location, result.alternates) == (expected.location, expected.alternates)
        assert frozenset(result.valid) == expected.valid
        return
    found = {(location, rule.value) for location, rule in result.reasons}
    assert expected.location is None
    assert found == expected.reasons


@pytest.mark.thorough
@pytest.mark.parametrize("term", TERMS)
def test_placement_agrees_with_the_naive_oracle_for_every_model_and_need(term: str):
    # Five is no divisor of how many there are of a model: five terms ask each of them.
    for question in sampled(questions(term), 5, TERMS.index(term)):
        check(question)


term_lists = st.lists(st.sampled_from(TERMS), min_size=1, max_size=4, unique=True).map(tuple)
exclusions = st.lists(st.sampled_from([*TERMS[1:], "global"]), max_size=3, unique=True).map(tuple)
some_questions = st.builds(
    Question,
    st.sampled_from(naive_models()),
    term_lists,
    exclusions,
    st.booleans(),
    st.lists(st.sampled_from([need.value for need in NEEDS]), unique=True).map(tuple),
    st.none() | st.sampled_from([*naive_regions()]),
    st.lists(st.sampled_from([*naive_regions()]), max_size=4, unique=True).map(tuple),
    st.none() | st.sampled_from([*naive_regions()]),
    st.booleans(),
    st.booleans(),
    st.dates(dt.date(2025, 4, 25), dt.date(2025, 5, 12)),
)


@thorough(1500)
@given(some_questions)
def test_placement_agrees_with_the_naive_oracle_for_unions_exclusions_and_wishes(
    question: Question,
):
    try:
        check(question)
    except BadInput as error:
        words = " ".join(problem.message for problem in error.problems)
        assert "nothing is left" in words or "needs an area" in words


# Laws


@settings(deadline=None, max_examples=300)
@given(some_questions, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_terms_and_needs(
    question: Question, random: Random
):
    within, excluding, needs = (
        list(question.within),
        list(question.excluding),
        [Need(need) for need in question.needs],
    )
    try:
        residency = Residency.build(within, excluding or None, None)
    except BadInput:
        return
    request = ask(question.model.id, needs=tuple(needs), pin=question.pin)
    one = place(replace(request, residency=residency), SNAPSHOT, DAY)
    random.shuffle(within)
    random.shuffle(excluding)
    random.shuffle(needs)
    other_residency = Residency.build(within, excluding or None, None)
    other = place(replace(request, residency=other_residency, needs=tuple(needs)), SNAPSHOT, DAY)
    assert type(one) is type(other)
    if isinstance(one, Placement) and isinstance(other, Placement):
        assert (one.location, one.alternates) == (other.location, other.alternates)
    if isinstance(one, Refusal) and isinstance(other, Refusal):
        assert one.reasons == other.reasons


@settings(deadline=None, max_examples=300)
@given(some_questions)
def test_a_placement_and_its_alternates_are_served_and_inside_the_residency(question: Question):
    try:
        residency = Residency.build(
            list(question.within),
            list(question.excluding) or None,
            Guarantee.ML_PROCESSING.value if question.ml_processing else None,
        )
    except BadInput:
        return
    request = ask(question.model.id, pin=question.pin, prefer=question.prefer, prior_usage=True)
    result = place(replace(request, residency=residency), SNAPSHOT, DAY)
    if isinstance(result, Refusal):
        assert result.reasons
        return
    chosen = (result.location, *result.alternates)
    assert all(residency.holds(one) and one in question.model.served for one in chosen)
    assert len(set(chosen)) == len(chosen)
    if question.ml_processing:
        assert residency.keeps(result.boundary)


@thorough(150)
@given(some_questions)
def test_every_alternative_of_a_refusal_that_says_it_is_valid_is_placed(question: Question):
    try:
        residency = Residency.build(list(question.within), list(question.excluding) or None, None)
    except BadInput:
        return
    request = Request(
        question.model.id,
        residency,
        tuple(Need(need) for need in question.needs),
        question.pin,
        allow_preview=question.allow_preview,
    )
    one = answer(request, SNAPSHOT, DAY)
    for alternative in one.alternatives:
        result = place(alternative.request, SNAPSHOT, DAY)
        assert isinstance(result, Placement)
        assert alternative.placement == result
        assert not alternative.request.prior_usage
