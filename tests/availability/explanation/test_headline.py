"""A refusal leads with the fact that decides it: true, short, and fit to stand alone."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from availability.explanation.headline import headline
from availability.explanation.overview import overview
from availability.explanation.rules.brief import LONGEST
from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import Control, Snapshot
from availability.placement.place import place
from availability.placement.request import Partner, Refusal, Request
from availability.placement.rules import Rule, Waiver
from availability.places.residency import Guarantee, Residency

DAY = dt.date(2026, 11, 23)
AREAS = (
    "any",
    "eu",
    "us",
    "de",
    "de,fr",
    "europe",
    "eu-adequate",
    "jp",
    "is",
    "canada",
    "europe-west9",
    "at,be,bg,cy,cz,de,dk,ee,es,fi,fr,gr,hr,hu,ie,it,lt,lu,lv",
)
PINS = ("europe-west3", "eu", "global", "us-west2")
NEEDS = (
    (),
    (Need.TUNING,),
    (Need.RAG_CORPUS,),
    (Need.LIVE_API, Need.GROUNDING_WITH_AGENT_PLATFORM_SEARCH, Need.PROVISIONED_THROUGHPUT),
)


def residencies() -> Iterator[Residency]:
    for area, guarantee in itertools.product(AREAS, Guarantee):
        if area != "any" or guarantee is Guarantee.ENDPOINT:
            yield Residency.build(area, None, guarantee.value)
    yield Residency.build("any", "us", None)
    yield Residency.build("eu", "de,be", "ml-processing")


def requests(snapshot: Snapshot) -> Iterator[Request]:
    """Each model with each residency; pins, needs, previews and controls take turns."""
    pins, needs = itertools.cycle(PINS), itertools.cycle(NEEDS)
    controls, previews = itertools.cycle(Control), itertools.cycle((True, True, False))
    for named, residency in itertools.product(all_models(snapshot), residencies()):
        model = f"{named.entry.publisher}/{named.id}"
        request = Request(model, residency, next(needs), allow_preview=next(previews))
        yield request
        yield replace(request, location=next(pins))
        if named.model.controls:
            yield replace(request, controls=(next(controls),))


def refusals(snapshot: Snapshot, today: dt.date) -> Iterator[Refusal]:
    for request in requests(snapshot):
        result = place(request, snapshot, today)
        if isinstance(result, Refusal):
            yield result


DAYS = [("2025-05-12", dt.date(2025, 6, 1)), *((one, DAY) for one in snapshot_ids())]


Told = list[tuple[Refusal, str, Snapshot]]


@cache
def told_on(snapshot_id: str, today: dt.date) -> Told:
    """Every refusal of a snapshot on a day, with its headline."""
    snapshot = load(snapshot_id)
    return [(one, headline(one, snapshot), snapshot) for one in refusals(snapshot, today)]


@pytest.fixture(params=DAYS, ids=lambda pair: f"{pair[0]}-on-{pair[1]}")
def told(request: pytest.FixtureRequest) -> Told:
    return told_on(*request.param)


FACTS: dict[Rule, str] = {
    Rule.RETIRED: r" is shut down( (since|after) \d{4}-\d\d-\d\d)?$",
    Rule.UNKNOWN_LOCATION: r"^snapshot \S+ does not say where \S+ is served$",
    Rule.LEGACY: r" is closed to new projects since \d{4}-\d\d-\d\d$",
    Rule.CAPABILITY: r"( does not offer | that serves \S+ offers )",
    Rule.CONTROLS: r"(, which no security control covers$| does not cover .* of )",
    Rule.DATA_SHARING: r" needs prompts shared with \w+, which ml-processing excludes$",
    Rule.PREVIEW: r" is (only )?a preview.*, and allowPreview is false$",
    Rule.NOT_SERVED: r"( is served nowhere| served (anywhere|in .*, its pin)$|does not have$)",
    Rule.RESIDENCY: r"( served nowhere | is (not )?served in |\boutside |^no location of )",
    Rule.ML_PROCESSING: r"(commitment|committed|^sources disagree on whether processing)",
}
"""What a headline of each rule says; the sources of the snapshots break no others by themselves."""


def test_a_headline_names_the_fact_that_decides(
    told: Told,
) -> None:
    wrong = [
        (refusal.request, refusal.decisive, text)
        for refusal, text, _ in told
        if not any(re.search(FACTS[rule], text) for rule in refusal.decisive)
    ]
    assert wrong == []


def test_a_headline_is_a_short_title(told: Told) -> None:
    wrong = [
        text
        for _, text, _ in told
        if len(text) > LONGEST
        or "no valid location" in text
        or "  " in text
        or text != text.strip(" .,")
    ]
    assert wrong == []


def test_the_rule_that_decides_is_among_the_reasons(
    told: Told,
) -> None:
    for refusal, _, _ in told:
        broken = {rule for _, rule in refusal.reasons}
        assert set(refusal.decisive) <= broken
        assert refusal.deciding[: len(refusal.decisive)] == refusal.decisive
        assert sorted(refusal.deciding) == sorted(broken)


def test_a_headline_is_true_by_the_snapshot(
    told: Told,
) -> None:
    for refusal, text, snapshot in told:
        assert refusal.named is not None
        named, request = refusal.named, refusal.request
        served = {one for one in named.entry.served if request.residency.holds(one)}
        if "served nowhere" in text or ("nothing says that" in text and "pin" not in text):
            assert not served, text
        if "served nowhere" in text or " is not served" in text:
            known = {*snapshot.listed(named.entry)}
            asked = {request.location} if "pin" in text else known
            assert asked <= known, text
        if " that serves " in text or " is only a preview" in text:
            assert served, text
        if pinned := re.search(r"(\S+), its pin|pinned to ([^ ,]+)", text):
            assert request.location in pinned.groups()
        if "shut down" in text:
            assert named.model.retires is None or named.model.retires <= DAY
        if "no commitment" in text or "no published commitment" in text:
            where = [request.location] if request.location else sorted(served)
            kept = [boundary(named, one, request.context_size) for one in where if one]
            held = all(map(request.residency.keeps, kept))
            assert held == bool(re.search(r" covers (?!all of this)(?!requests)", text)), text


def test_a_retired_model_says_so_whatever_else_it_breaks(
    told: Told,
) -> None:
    for refusal, text, _ in told:
        if Rule.RETIRED in refusal.model_rules:
            assert refusal.named is not None
            assert text.startswith(f"{refusal.named.id} is shut down")


def test_every_rule_that_a_snapshot_can_break_decides_somewhere() -> None:
    decided = {rule for day in DAYS for one, _, _ in told_on(*day) for rule in one.decisive}
    assert decided == set(FACTS)


NEWEST = load("2026-11-12")
FLASH, FLASH_35, TUNED = "gemini-3.8-flash", "gemini-3.5-flash", "gemini-2.5-flash"


def refused(request: Request, snapshot: Snapshot = NEWEST, today: dt.date = DAY) -> Refusal:
    result = place(request, snapshot, today)
    assert isinstance(result, Refusal)
    return result


def said(request: Request, snapshot: Snapshot = NEWEST, today: dt.date = DAY) -> str:
    return headline(refused(request, snapshot, today), snapshot)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (Request(FLASH, Residency.parse("de")), f"{FLASH} is served nowhere in Germany"),
        (
            Request(FLASH, Residency.parse("de,fr")),
            f"{FLASH} is served nowhere in Germany or France",
        ),
        (
            Request(FLASH, Residency.parse("europe-west3")),
            f"{FLASH} is not served in europe-west3",
        ),
        (
            Request(FLASH, Residency.parse("is")),
            "no location of snapshot 2026-11-12 lies in Iceland",
        ),
        (
            Request(FLASH, Residency.parse("de"), location="europe-west3"),
            f"{FLASH} is not served in europe-west3, its pin",
        ),
        (
            Request(FLASH, Residency.parse("us"), location="eu"),
            f"{FLASH} is pinned to eu, which lies outside the United States",
        ),
        (
            Request("gemini-2.5-pro", Residency.parse("de")),
            "gemini-2.5-pro is shut down after 2026-10-20",
        ),
        (
            Request("grok-4.6", Residency.parse("any"), (Need.PROVISIONED_THROUGHPUT,)),
            "grok-4.6 does not offer provisioned-throughput",
        ),
        (
            Request(
                FLASH_35,
                Residency.parse({"within": "eu", "guarantee": "ml-processing"}),
                (Need.RAG_CORPUS,),
            ),
            f"no commitment on processing of {FLASH_35} in eu covers rag-corpus",
        ),
        (
            Request("gemini-9", Residency.parse("eu")),
            "'gemini-9' is no model of snapshot 2026-11-12",
        ),
    ],
)
def test_what_decides_is_said_first(request_: Request, text: str) -> None:
    assert said(request_) == text


@pytest.mark.parametrize(
    ("partners", "pin", "text"),
    [
        (
            {"search": {"us"}},
            None,
            f"no location valid for {FLASH} is valid for search, which shares it",
        ),
        (
            {"search": {"us"}, "rank": {"us"}},
            None,
            f"no location valid for {FLASH} is valid for search and rank, which share it",
        ),
        ({"search": {"us"}}, "eu", f"{FLASH} is pinned to eu, which is not valid for search"),
        ({"search": set[str]()}, None, f"{FLASH} shares its location with search, which has none"),
        ({"search": set[str]()}, "eu", f"{FLASH} shares its location with search, which has none"),
    ],
)
def test_what_a_shared_location_fails_by_is_said(
    partners: dict[str, set[str]], pin: str | None, text: str
) -> None:
    shared = tuple(Partner(name, frozenset(where)) for name, where in partners.items())
    request = Request(FLASH, Residency.parse("eu"), location=pin, partners=shared)
    assert said(request) == text
    assert refused(request).deciding[0] is Rule.COLOCATION


def test_a_waiver_that_has_ended_is_part_of_what_decides() -> None:
    waiver = Waiver(Rule.RETIRED, DAY - dt.timedelta(days=1), "the move is in review")
    request = Request("gemini-2.5-pro", Residency.parse("eu"), accept=(waiver,))
    assert (
        said(request)
        == "gemini-2.5-pro is shut down after 2026-10-20, accepted until 2026-11-22 only"
    )


def test_locations_that_fail_by_different_rules_are_told_of_together() -> None:
    """By hand, because no bundled snapshot has such a model."""
    universe = ("europe-west3", "europe-west4", "us")
    rules = {
        Rule.NOT_SERVED: frozenset[str](),
        Rule.RESIDENCY: frozenset(["us"]),
        Rule.CAPABILITY: frozenset(["europe-west3"]),
        Rule.ML_PROCESSING: frozenset(["europe-west4"]),
    }
    known = refused(Request(FLASH, Residency.parse("de")))
    refusal = Refusal(
        Request(FLASH, Residency.parse("eu"), (Need.TUNING,)),
        known.named,
        location_rules=rules,
        lacking={Need.TUNING: frozenset(["europe-west3"])},
        universe=universe,
    )
    assert refusal.decisive == (Rule.CAPABILITY, Rule.ML_PROCESSING)
    assert headline(refusal, NEWEST) == (
        f"no location in eu that serves {FLASH} offers tuning and has a commitment on processing"
    )


def test_an_area_of_many_terms_is_not_spelled_out() -> None:
    assert said(Request(FLASH, Residency.parse(AREAS[-1]))) == (
        f"{FLASH} is served nowhere in its residency"
    )


def test_a_model_that_no_table_lists_there_is_not_said_to_be_unserved() -> None:
    old = load("2025-05-12")
    request = Request("gemini-2.0-flash-live-preview-04-09", Residency.parse("eu"))
    assert said(request, old, dt.date(2025, 6, 1)).startswith("nothing says that ")


def test_of_what_is_shut_down_nothing_is_said_to_be_served_now() -> None:
    seen = 0
    snapshot = load(snapshot_ids()[-1])
    for named in all_models(snapshot):
        if named.is_retired(DAY) and named.entry.listings:
            name = f"{named.entry.publisher}/{named.id}"
            refusal = place(Request(name, Residency.parse("any")), snapshot, DAY)
            assert isinstance(refusal, Refusal)
            assert " was served in " in overview(refusal, snapshot)
            assert " is served " not in overview(refusal, snapshot)
            seen += 1
    assert seen
