"""What is kept and who sees it, where corpora lie, and locations of an old page."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from availability.explanation.reasons import reason
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import NoticeKind
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule, Waiver
from availability.placement.warnings import WarningId
from availability.places.geography import places
from availability.places.residency import Residency

SNAPSHOT = load(newest())
TODAY = dt.date(2026, 11, 26)


def asked(
    model: str, within: str = "eu", guarantee: str | None = None, **more: object
) -> Placement | Refusal:
    residency = Residency.build(within, None, guarantee)
    return place(Request(model, residency, **more), SNAPSHOT, TODAY)  # type: ignore[arg-type]


def texts(result: Placement | Refusal, kind: WarningId) -> list[str]:
    return [one.text for one in warnings_of(result, SNAPSHOT, TODAY) if one.id is kind]


def waiver(until: dt.date) -> tuple[Waiver, ...]:
    return (Waiver(Rule.DATA_SHARING, until, "the officer agreed"),)


def test_what_is_shared_with_its_publisher_is_refused_under_the_guarantee() -> None:
    result = asked("claude-fable-5", guarantee="ml-processing")
    assert isinstance(result, Refusal)
    assert Rule.DATA_SHARING in result.model_rules
    text = reason(result, None, Rule.DATA_SHARING, SNAPSHOT)
    assert '"Abuse monitoring" (2026-10-03)' in text
    assert "once per project, enable each location" in text


def test_a_person_may_accept_the_sharing_until_a_day() -> None:
    held = asked("claude-fable-5", guarantee="ml-processing", accept=waiver(TODAY))
    assert isinstance(held, Placement)
    assert held.waived == (Rule.DATA_SHARING,)
    assert "shared with anthropic" in texts(held, WarningId.WAIVED)[0]
    over = asked(
        "claude-fable-5",
        guarantee="ml-processing",
        accept=waiver(TODAY - dt.timedelta(days=1)),
    )
    assert isinstance(over, Refusal)


def test_without_the_guarantee_sharing_is_a_warning() -> None:
    result = asked("claude-fable-5")
    assert isinstance(result, Placement)
    assert "shared with Anthropic" in texts(result, WarningId.SHARING)[0]
    assert "30 days" in texts(result, WarningId.RETENTION)[0]


_KINDS = {
    NoticeKind.RETENTION: WarningId.RETENTION,
    NoticeKind.SHARING: WarningId.SHARING,
    NoticeKind.ALLOWLIST: WarningId.ALLOWLIST,
    NoticeKind.PRIOR_USAGE: WarningId.PRIOR_USAGE,
    NoticeKind.SHORT_LIVED: WarningId.SHORT_LIVED,
}


def test_every_notice_of_a_placed_model_is_a_warning_with_its_source() -> None:
    seen: set[NoticeKind] = set()
    for named in all_models(SNAPSHOT):
        result = asked(f"{named.entry.publisher}/{named.id}", within="any")
        if not isinstance(result, Placement):
            continue
        for notice in named.model.notices:
            if notice.kind in _KINDS:
                [text] = texts(result, _KINDS[notice.kind])
                assert notice.text in text
                assert SNAPSHOT.sources[notice.cite.source].title in text
                seen.add(notice.kind)
    assert {NoticeKind.RETENTION, NoticeKind.SHARING, NoticeKind.SHORT_LIVED} <= seen


@pytest.mark.parametrize("within", ["eu", "us", "any", "de", "europe-west3", "europe,us"])
def test_corpora_lie_in_a_region_inside_the_area(within: str) -> None:
    result = asked("gemini-3.5-flash", within, needs=(Need.RAG_CORPUS,))
    if isinstance(result, Refusal):
        assert not any(Residency.parse(within).holds(one.location) for one in SNAPSHOT.rag_regions)
        return
    assert result.rag_location is not None
    assert places()[result.rag_location].kind == "region"
    assert result.request.residency.holds(result.rag_location)


def test_corpora_lie_where_every_project_may_have_them() -> None:
    result = asked("gemini-3.5-flash", needs=(Need.RAG_CORPUS,))
    assert isinstance(result, Placement)
    assert result.rag_location in ("europe-west3", "europe-west4")
    assert texts(result, WarningId.ALLOWLIST) == []


def test_an_allowlist_is_told_where_no_other_region_will_do() -> None:
    result = asked("gemini-3.5-flash", "us", needs=(Need.RAG_CORPUS,), allow_preview=False)
    assert isinstance(result, Placement)
    assert result.rag_location in ("us-central1", "us-east4")
    assert "need the allowlist" in texts(result, WarningId.ALLOWLIST)[0]


def test_corpora_outside_of_the_area_are_refused() -> None:
    result = asked("gemini-3.5-flash", "ca", needs=(Need.RAG_CORPUS,))
    assert isinstance(result, Refusal)
    assert result.corpora_outside
    text = reason(result, "northamerica-northeast1", Rule.RESIDENCY, SNAPSHOT)
    assert text.startswith("Corpora of the RAG engine lie in ")


def test_corpora_are_refused_under_the_guarantee() -> None:
    result = asked("gemini-3.5-flash", guarantee="ml-processing", needs=(Need.RAG_CORPUS,))
    assert isinstance(result, Refusal)
    text = reason(result, "eu", Rule.ML_PROCESSING, SNAPSHOT)
    assert "not for rag-corpus" in text
    assert "Security controls" in text


def test_without_the_need_there_are_no_corpora() -> None:
    result = asked("gemini-3.5-flash")
    assert isinstance(result, Placement)
    assert result.rag_location is None


@pytest.mark.parametrize(
    ("model", "guarantee"),
    list(itertools.product(["text-embedding-005", "text-embedding-004"], [None, "ml-processing"])),
)
def test_the_last_page_that_lists_locations_stands_with_its_age(
    model: str, guarantee: str | None
) -> None:
    result = asked(model, guarantee=guarantee)
    assert isinstance(result, Placement)
    assert result.boundary == "eu"
    assert "2025-05-12" in texts(result, WarningId.AGED_LOCATIONS)[0]


def test_what_a_new_page_lists_has_not_aged() -> None:
    for model in ("gemini-3.5-flash", "claude-sonnet-4-6", "gemini-embedding-2"):
        assert texts(asked(model), WarningId.AGED_LOCATIONS) == []


@pytest.mark.parametrize(
    "model", ["gemini-embedding-001", "llama-3.1-405b-instruct-maas", "mistral-nemo@2407"]
)
def test_what_no_page_is_known_to_keep_stays_unknown(model: str) -> None:
    result = asked(model, "any")
    assert isinstance(result, Refusal)
    assert Rule.UNKNOWN_LOCATION in result.model_rules
