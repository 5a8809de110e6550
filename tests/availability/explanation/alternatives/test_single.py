"""Which changes are offered, and in which order."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.explanation.alternatives.fixes import ResolveFixer, StackFixer
from availability.explanation.alternatives.single import (
    EVERY_SET_OF,
    KINDS,
    Key,
    relatives,
    variations_of,
)
from availability.explanation.answers import Answer, answer
from availability.facts.library import load, newest
from availability.facts.names import all_models, resolve_model
from availability.facts.needs import Need
from availability.placement.place import place
from availability.placement.request import Placement, Request
from availability.places.areas import AREA_TERMS
from availability.places.geography import regions
from availability.places.residency import Residency
from tests.thorough import thorough

SNAPSHOT = load("2025-05-12")
TODAY = dt.date(2025, 6, 1)
FLASH = "gemini-2.0-flash-001"
CLAUDE = "claude-3-7-sonnet@20250219"


def offered(model: str, residency: Any, **request: Any) -> Answer:
    wanted = Request(model, Residency.parse(residency), **request)
    return answer(wanted, SNAPSHOT, TODAY, StackFixer("prod", "chat"))


def residencies(one: Answer) -> list[str]:
    """The residencies of the alternatives that change nothing else."""
    return [
        each.request.residency.text for each in one.alternatives if each.keys == (Key.RESIDENCY,)
    ]


@pytest.mark.parametrize(
    ("residency", "wider"),
    [
        # The smallest that holds a location, then the next term that encloses it.
        ("de", ["de,be", "eu"]),
        ("ch", ["ch,europe-west8", "europe"]),
        ("de,ch", ["de,ch,europe-west8", "europe"]),
        ("ca", ["ca,us-east5", "ca,us-east4"]),
        # Of a country without a region only what encloses it is known.
        ("at", ["eu", "europe"]),
        ("ie", ["eu", "europe"]),
        ("no", ["eea", "europe"]),
        ("mx", ["any"]),
        ("cn", ["any"]),
        ("at,no", ["eea", "europe"]),
        # An exclusion that stands in the way goes, the others stay.
        (
            {"within": "any", "excluding": ["us", "europe"]},
            ["any excluding europe", "any excluding us"],
        ),
    ],
)
def test_a_residency_is_widened_by_as_little_as_possible(residency: Any, wider: list[str]) -> None:
    found = residencies(offered(FLASH, residency))
    assert found[: len(wider)] == wider


def test_a_guarantee_that_nothing_keeps_can_only_be_given_up_and_that_is_said() -> None:
    one = offered(FLASH, {"within": "eu", "guarantee": "ml-processing"})
    assert residencies(one) == ["eu"]
    [(text, command)] = [fix for fix in one.fixes if ".residency" in fix[1]]
    assert text.startswith("No longer ask for ml-processing (a compliance decision")
    assert command.endswith("deployments.chat.residency eu --stack prod")


def test_a_guarantee_that_a_wider_area_keeps_is_kept() -> None:
    one = offered(CLAUDE, {"within": "be", "guarantee": "ml-processing"})
    assert residencies(one)[0] == "eu with ml-processing"


def test_all_that_a_widening_gives_up_is_said() -> None:
    one = offered(
        FLASH,
        {"within": "eu", "excluding": "be", "guarantee": "ml-processing"},
        location="europe-west1",
    )
    texts = [text for text, _ in one.fixes]
    assert any("No longer exclude be and no longer ask for ml-processing" in text for text in texts)


@pytest.mark.parametrize(
    ("pin", "needs", "expected"),
    [
        # The nearest to the pinned one; where distances mean nothing, as it would be chosen.
        ("europe-west3", (), "europe-west1"),
        ("europe-west2", (), "europe-west1"),
        ("us", (), "europe-west4"),
        ("global", (), "europe-west4"),
    ],
)
def test_another_pin_is_offered_and_none_at_all(
    pin: str, needs: tuple[Need, ...], expected: str
) -> None:
    one = offered(FLASH, "eu", location=pin, needs=needs)
    pins = [each.request.location for each in one.alternatives if each.keys == (Key.LOCATION,)]
    assert pins == [expected, None]
    assert "pulumi config rm --path vertex-residency:deployments.chat.location --stack prod" in [
        command for _, command in one.fixes
    ]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("gemini-2.5-pro-preview-05-06", ["gemini-1.5-pro-002", "gemini-1.5-pro-001"]),
        (FLASH, ["gemini-2.5-flash-preview-04-17", "gemini-1.5-flash-002"]),
        ("claude-3-7-sonnet@20250219", ["claude-3-5-sonnet@20240620"]),
        ("imagen-3.0-generate-001", ["imagen-3.0-generate-002"]),
        ("text-embedding-005", ["text-embedding-004", "text-multilingual-embedding-002"]),
    ],
)
def test_the_closest_relatives_come_first(model: str, expected: list[str]) -> None:
    found = [one.id for one in relatives(resolve_model(model, SNAPSHOT), SNAPSHOT)]
    assert found[: len(expected)] == expected


def test_relatives_are_of_the_same_kind_and_of_the_same_publisher_before_others() -> None:
    for named in all_models(SNAPSHOT):
        others = tuple(relatives(named, SNAPSHOT))
        assert {KINDS[one.entry.family] for one in others} <= {KINDS[named.entry.family]}
        foreign = [one.entry.publisher != named.entry.publisher for one in others]
        assert foreign == sorted(foreign)
        assert named not in others


def test_two_changes_are_offered_only_where_no_single_one_works() -> None:
    one = offered("codestral-2501", "jp", location="europe-west3")
    assert one.alternatives
    assert all(len(each.keys) == 2 for each in one.alternatives)
    assert all(len(each.keys) == 1 for each in offered(FLASH, "de").alternatives)


@pytest.mark.parametrize(
    ("key", "changed", "expected"),
    [
        (Key.MODEL, {"model": CLAUDE}, f"set --path KEY.model {CLAUDE}"),
        (
            Key.NEEDS,
            {"needs": (Need.TUNING, Need.RAG_CORPUS)},
            "set --path KEY.needs 'tuning,rag-corpus'",
        ),
        (Key.NEEDS, {"needs": ()}, "rm --path KEY.needs"),
        (Key.LOCATION, {"location": "eu"}, "set --path KEY.location eu"),
        (Key.LOCATION, {"location": None}, "rm --path KEY.location"),
        (Key.ALLOW_PREVIEW, {"allow_preview": True}, "set --path KEY.allowPreview true"),
        (
            Key.RESIDENCY,
            {"residency": Residency.parse("de,fr")},
            "set --path KEY.residency 'de,fr'",
        ),
        (
            Key.RESIDENCY,
            {"residency": Residency.parse({"within": "eu", "guarantee": "ml-processing"})},
            (
                "rm --path KEY.residency; set --path KEY.residency.within eu; "
                "set --path KEY.residency.guarantee ml-processing"
            ),
        ),
    ],
)
def test_a_change_of_a_stack_is_these_commands(
    key: Key, changed: dict[str, Any], expected: str
) -> None:
    request = replace(Request(FLASH, Residency.parse("eu")), **changed)
    command = StackFixer("prod", "chat").command((key,), request)
    path = "vertex-residency:deployments.chat"
    steps = expected.replace("KEY", path).split("; ")
    assert command == " && ".join(f"pulumi config {step} --stack prod" for step in steps)


def test_the_corrected_call_of_resolve_keeps_every_option() -> None:
    request = Request(
        "Claude 3.7 Sonnet",
        Residency.parse({"within": "eu", "excluding": "be", "guarantee": "ml-processing"}),
        needs=(Need.TUNING,),
        location="eu",
        prefer=("europe-west4", "europe-west9"),
        prior_usage=True,
        allow_preview=False,
        region="europe-west3",
    )
    command = ResolveFixer("acme-prod", "2025-05-12", TODAY).command((), request)
    assert command == (
        "python -m availability resolve 'Claude 3.7 Sonnet' --residency eu --excluding be "
        "--guarantee ml-processing --need tuning --location eu "
        "--prefer 'europe-west4,europe-west9' --region europe-west3 --prior-usage --no-preview "
        "--project acme-prod --snapshot 2025-05-12 --as-of 2025-06-01"
    )


TERMS = [*AREA_TERMS, *sorted({one.country_code for one in regions().values()})]


def single_changes(request: Request) -> Iterator[tuple[str, Request]]:
    """Every request that differs in one key, found without the code under test."""
    kind = KINDS[resolve_model(request.model, SNAPSHOT).entry.family]
    for other in all_models(SNAPSHOT):
        if KINDS[other.entry.family] is kind:
            yield "model", replace(request, model=other.id)
    for location in (None, *SNAPSHOT.location_ids):
        yield "location", replace(request, location=location)
    yield "allowPreview", replace(request, allow_preview=True)
    for count in range(len(request.needs)):
        for kept in itertools.combinations(request.needs, count):
            yield "needs", replace(request, needs=kept)
    for term in TERMS:
        within = ("any",) if term == "any" else (*request.residency.within, term)
        yield "residency", replace(request, residency=Residency(within))
        if term != "any":
            yield "residency", replace(request, residency=replace(request.residency, within=within))


@thorough(150)
@given(
    model=st.sampled_from([named.id for named in all_models(SNAPSHOT)]),
    within=st.sampled_from(["de", "eu", "no", "mx", "us", "za"]),
    guarantee=st.sampled_from(["endpoint", "ml-processing"]),
    needs=st.lists(st.sampled_from(list(Need)), max_size=2, unique=True),
    pin=st.sampled_from(["us-west2", "europe-west10", "global", "eu"]),
    preview=st.booleans(),
)
def test_where_nothing_is_offered_no_two_changes_work(
    model: str, within: str, guarantee: str, needs: list[Need], pin: str, preview: bool
) -> None:
    residency = Residency.build(within, None, guarantee)
    request = Request(model, residency, tuple(needs), pin, allow_preview=preview)
    one = answer(request, SNAPSHOT, TODAY)
    if isinstance(one.result, Placement) or one.alternatives:
        return
    for key, changed in single_changes(request):
        for other, both in single_changes(changed):
            if key != other:
                assert not isinstance(place(both, SNAPSHOT, TODAY), Placement), both


NEWEST = load("2026-10-10")
ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("days", [5, 90])
def test_what_lives_longest_is_offered_first_and_what_ends_soon_not_at_all(days: int):
    # All three are of the tier of 3.6, which is shut down; 3.7 will be on 2027-01-28.
    request = Request("gemini-3.6-flash", Residency.parse("eu"), retirement_warning=days)
    found = answer(request, NEWEST, dt.date(2026, 11, 23)).alternatives
    models = [one.request.model for one in found]
    assert models[:2] == ["gemini-3.5-flash", "gemini-3.8-flash"]
    assert ("gemini-3.7-flash" in models) == (days == 5)  # which ends in 66 days


HEIR, SECOND = "gemini-2.5-pro-preview-05-06", "gemini-2.0-flash-lite-001"


@pytest.mark.parametrize(
    ("successors", "models"),
    [
        ((HEIR,), [HEIR]),
        ((HEIR, SECOND), [HEIR, SECOND]),
        ((SECOND, HEIR), [SECOND, HEIR]),
        (("gemini-9", HEIR), [HEIR]),
    ],
)
def test_the_successors_that_the_source_names_come_first_in_its_order(
    successors: tuple[str, ...], models: list[str]
):
    named = resolve_model("gemini-2.0-flash-001", SNAPSHOT)
    retired = replace(named.model, retires=TODAY - ONE_DAY, successors=successors)
    entry = replace(named.entry, models=(retired,))
    entries = tuple(entry if one is named.entry else one for one in SNAPSHOT.entries)
    snapshot = replace(SNAPSHOT, entries=entries)
    one = answer(Request(named.id, Residency.parse("any")), snapshot, TODAY)
    first = [alternative.request.model for alternative in one.alternatives[: len(models)]]
    assert first == models


def test_without_a_successor_the_nearest_relative_comes_first():
    named = resolve_model("gemini-2.0-flash-001", SNAPSHOT)
    retired = replace(named.model, retires=TODAY - ONE_DAY)
    entry = replace(named.entry, models=(retired,))
    entries = tuple(entry if one is named.entry else one for one in SNAPSHOT.entries)
    snapshot = replace(SNAPSHOT, entries=entries)
    one = answer(Request(named.id, Residency.parse("any")), snapshot, TODAY)
    assert one.alternatives[0].request.model not in (HEIR, SECOND)


def test_of_many_needs_those_that_stand_in_the_way_are_left_out():
    """Every set of 25 needs would be 33 million: it ended in no time that anybody waits."""
    snapshot = load(newest())
    needs = (*tuple(Need)[:7], *tuple(Need)[20:38])
    request = Request("gemini-3.5-flash", Residency.build("eu", None, "ml-processing"), needs)
    today = dt.date(2026, 11, 26)
    [found] = [one for one in answer(request, snapshot, today).alternatives if "needs" in one.keys]
    assert found.keys == ("needs",)
    left_out = set(needs) - set(found.request.needs)
    assert len(found.request.needs) == 12
    for need in left_out:
        assert not isinstance(place(replace(request, needs=(need,)), snapshot, today), Placement)


def test_of_few_needs_every_set_is_tried():
    assert len(tuple(Need)[:EVERY_SET_OF]) == EVERY_SET_OF
    request = Request("gemini-2.5-pro", Residency.parse("eu"), tuple(Need)[:EVERY_SET_OF])
    named = resolve_model(request.model, NEWEST)
    variations = variations_of(named, NEWEST, TODAY)
    [fewer] = [one for one in variations if one.key is Key.NEEDS]
    assert (
        len({change.request.needs for change in fewer.changes(request, ())}) == 2**EVERY_SET_OF - 1
    )


def test_a_model_that_nobody_says_to_do_the_work_is_no_first_choice():
    """No source says of any text model that it makes music: that stays unknown, and is said."""
    snapshot = load(newest())
    residency = Residency.build("eu", None, "ml-processing")
    request = Request("gemini-3.8-flash", residency, (Need.TEXT_TO_MUSIC,))
    shown = answer(request, snapshot, dt.date(2026, 11, 26)).shown_alternatives
    keys = [tuple(key for key, _ in one.changes) for one in shown]
    assert keys == [("needs",), ("model",), ("model",), ("model",), ("residency",)]
    for one in shown:
        unknown = one.text.endswith("offers text-to-music is unknown.")
        assert unknown == (one.changes[0][0] == "model")


@pytest.mark.parametrize("own", ["fr", "es"])
def test_a_widening_that_stays_inside_the_stack_s_area_comes_before_one_that_leaves_it(own: str):
    """From France, London is nearer than Frankfurt, and outside of the stack's eu."""
    snapshot, today = load(newest()), dt.date(2026, 10, 12)
    stack = Residency.parse("eu")
    for named in (resolve_model(name, snapshot) for name in ("gemini-3.5-flash", "chirp_3")):
        request = Request(named.id, Residency.parse(own), stack_residency=stack)
        shown = answer(request, snapshot, today).alternatives
        wider = [one.request.residency for one in shown if one.keys == ("residency",)]
        assert wider[0] == stack
        assert wider[1].area < stack.area
