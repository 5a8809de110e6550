"""What a commitment on processing covers: against the tables of Google's pages, written by hand."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from availability.explanation.answers import judged
from availability.explanation.committed import committed, not_covered
from availability.explanation.warnings import warnings_of
from availability.facts.covered import covered
from availability.facts.library import load, newest
from availability.facts.names import Named, all_models, resolve_model
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot, Verdict
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Residency
from availability.report.text import placement_lines

SNAPSHOT = load(newest())
TODAY = dt.date(2026, 11, 26)

# "Supported capabilities" of 2026-10-03: the rows of its tables. The copies have lost the ticks.
LISTED = {
    *("batch-prediction", "chat-completions", "code-execution", "computer-use", "context-caching"),
    *("controllable-parameters", "count-tokens", "flex-paygo", "function-calling"),
    *("grounding-with-agent-platform-search", "grounding-with-google-search", "long-context"),
    *("priority-paygo", "private-google-access", "provisioned-throughput", "security-controls"),
    *("standard-paygo", "structured-output", "system-instructions", "thinking-budget"),
    *("thought-summaries", "tuning"),
}
# Its "Known constraints", and the cells that say N/A.
CONSTRAINED = {"live-api", "agent-studio", "evaluation-service"}
NOT_APPLICABLE = {"single-zone-provisioned-throughput"}


def expected(named: Named, need: str, location: str, affirmed: bool) -> Verdict:
    """By the tables and the issue alone."""
    if need == "rag-corpus":
        return Verdict.NO
    if not named.entry.family.value.startswith("gemini"):
        return Verdict.YES if affirmed else Verdict.UNKNOWN
    if need in CONSTRAINED:
        return Verdict.NO
    if need in NOT_APPLICABLE:
        near = location in {"us", "eu"} or location.startswith("us-")
        near = near or location in EU_REGIONS
        return Verdict.NO if near else Verdict.UNKNOWN
    return Verdict.UNKNOWN if need in LISTED else Verdict.NO


EU_REGIONS = {
    *("europe-west1", "europe-west3", "europe-west4", "europe-west8", "europe-west9"),
    *("europe-north1", "europe-central2", "europe-southwest1"),
}


def says_yes(named: Named, need: str, location: str) -> bool:
    """Whether a row of the snapshot's own data affirms the need."""
    about_model = any(
        one.need == need and one.verdict in (Verdict.YES, Verdict.PREVIEW)
        for one in named.model.capabilities
    )
    return about_model or any(
        one.need == need and location in one.locations for one in named.model.offers
    )


@pytest.mark.parametrize("need", list(Need))
def test_every_model_and_place_is_covered_as_the_tables_say(need: Need) -> None:
    found = 0
    for named in all_models(SNAPSHOT):
        for location in named.entry.served - {"global"}:
            wanted = expected(named, need, location, says_yes(named, need, location))
            assert covered(named, need, location, SNAPSHOT).verdict is wanted, (named.id, location)
            found += 1
    assert found > 300


def asked(model: str, *needs: Need, within: str = "eu", location: str | None = None) -> Request:
    residency = Residency.build(within, None, "ml-processing")
    return Request(model, residency, needs=needs, location=location)


def placed_without_needs(within: str) -> list[tuple[str, str]]:
    """(model, location) of every placement that the guarantee allows."""
    pairs: list[tuple[str, str]] = []
    for named in all_models(SNAPSHOT):
        name = f"{named.entry.publisher}/{named.id}"
        result = place(asked(name, within=within), SNAPSHOT, TODAY)
        if isinstance(result, Placement):
            pairs += [(name, location) for location in result.valid]
    return pairs


@pytest.mark.parametrize("within", ["eu", "us"])
def test_under_the_guarantee_every_need_is_refused_warned_of_or_held(within: str) -> None:
    pairs = placed_without_needs(within)
    assert len({model for model, _ in pairs}) > 15
    seen: set[Verdict] = set()
    for model, location in pairs:
        named = resolve_model(model, SNAPSHOT)
        for need in Need:
            verdict = expected(named, need, location, says_yes(named, need, location))
            seen.add(verdict)
            request = asked(model, need, within=within, location=location)
            result = place(request, SNAPSHOT, TODAY)
            if verdict is Verdict.NO:
                assert isinstance(result, Refusal), (model, need, location)
                broken = {rule for where, rule in result.reasons if where == location}
                assert Rule.ML_PROCESSING in broken
            elif isinstance(result, Placement):
                ids = [one.id for one in warnings_of(result, SNAPSHOT, TODAY)]
                unknown = verdict is Verdict.UNKNOWN and need is not Need.TUNING
                assert (WarningId.UNKNOWN_COMMITMENT in ids) == unknown, (model, need, location)
            else:
                assert Rule.ML_PROCESSING not in {rule for _, rule in result.reasons if _ is None}
    assert seen == {Verdict.NO, Verdict.YES, Verdict.UNKNOWN}


@pytest.mark.parametrize(
    "model", ["gemini-live-2.5-flash-native-audio", "gemini-3.5-transcribe-live", "gemini-3.8-live"]
)
@pytest.mark.parametrize("within", ["eu", "us"])
def test_the_live_api_is_committed_nowhere_and_both_pages_are_named(
    model: str, within: str
) -> None:
    result = place(asked(model, within=within), SNAPSHOT, TODAY)
    assert isinstance(result, Refusal)
    assert Rule.ML_PROCESSING in result.deciding
    named = resolve_model(model, SNAPSHOT)
    assert not named.model.commitments
    for one in named.model.contradicted:
        assert SNAPSHOT.sources[one.denies.source].title == "Supported capabilities"
        assert one.affirms.source != one.denies.source


SOME = (None, Need.TUNING, Need.RAG_CORPUS, Need.FUNCTION_CALLING, Need.URL_CONTEXT, Need.LIVE_API)
REST = tuple(need for need in Need if need not in SOME)


@pytest.mark.parametrize(
    "need", [*SOME, *(pytest.param(need, marks=pytest.mark.soak) for need in REST)]
)
def test_no_sentence_on_processing_lacks_a_commitment_of_its_newest_source(
    need: Need | None,
) -> None:
    """Over every model, place and need: "kept within" is printed where a page says so."""
    said = 0
    for named in all_models(SNAPSHOT):
        areas = {one.area for one in named.model.commitments if not one.tuning}
        denied = {one.area for one in named.model.contradicted if not one.tuning}
        assert not areas & denied
        for location in named.entry.served:
            name = f"{named.entry.publisher}/{named.id}"
            needs = (need,) if need else ()
            request = Request(name, Residency.parse("any"), needs=needs, location=location)
            made = judged(request, SNAPSHOT, TODAY)
            if not isinstance(made.result, Placement):
                continue
            text = " ".join(" ".join(placement_lines(made, None)).split())
            for area, left_out in re.findall(
                r"processing kept within ([\w-]+)(, not its tuning jobs)?", text
            ):
                assert area in areas, (named.id, location)
                on_tuning = {one.area for one in named.model.commitments if one.tuning}
                assert bool(left_out) == (need is Need.TUNING and area not in on_tuning)
                assert named.entry.call != "Live API"
                affirmed = need is not None and says_yes(named, need, location)
                verdict = expected(named, need.value, location, affirmed) if need else Verdict.YES
                assert verdict is not Verdict.NO, (named.id, location)
                said += 1
    assert said > 100 or need in (Need.RAG_CORPUS, Need.LIVE_API, *REST)


def test_without_needs_the_answer_says_for_what_the_commitment_holds() -> None:
    result = place(asked("gemini-3.5-flash"), SNAPSHOT, TODAY)
    assert isinstance(result, Placement)
    said = committed(result, SNAPSHOT) or ""
    assert said.startswith('to eu by "')
    assert all(need in said for need in LISTED)
    assert "unknown" in said
    assert "does not cover rag-corpus, agent-studio, evaluation-service, live-api" in said
    assert said.count("rag-corpus") == 1
    left_out = not_covered(result, SNAPSHOT) or ""
    for words in ("data at rest", "abuse monitoring for up to 90 days", "grounding", "cached"):
        assert words in left_out


def test_with_needs_each_is_covered_or_unknown() -> None:
    gemini = place(asked("gemini-3.5-flash", Need.FUNCTION_CALLING), SNAPSHOT, TODAY)
    assert isinstance(gemini, Placement)
    assert "Whether it covers function-calling is unknown." in (committed(gemini, SNAPSHOT) or "")
    claude = place(asked("claude-sonnet-4-6", Need.WEB_SEARCH), SNAPSHOT, TODAY)
    assert isinstance(claude, Placement)
    assert "It covers web-search." in (committed(claude, SNAPSHOT) or "")


def test_without_the_guarantee_nobody_relies_on_a_commitment() -> None:
    request = replace(asked("gemini-3.5-flash"), residency=Residency.parse("eu"))
    result = place(request, SNAPSHOT, TODAY)
    assert isinstance(result, Placement)
    assert committed(result, SNAPSHOT) is None
    assert not_covered(result, SNAPSHOT) is None


def test_a_snapshot_without_that_page_says_nothing_of_it() -> None:
    old: Snapshot = load("2025-05-12")
    named = resolve_model("gemini-2.0-flash-001", old)
    assert covered(named, Need.TUNING, "europe-west4", old).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("name", ["2026-10-10", "2026-11-12"])
def test_every_word_of_a_card_or_of_that_page_can_be_needed(name: str) -> None:
    snapshot = load(name)
    words = {one.capability for one in snapshot.covered} - {"not-listed"}
    for entry in snapshot.entries:
        for model in entry.models:
            words |= {one.need for one in (*model.capabilities, *model.offers)}
    assert words <= {need.value for need in Need}
