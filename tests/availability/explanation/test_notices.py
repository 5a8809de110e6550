"""What pages tell whoever uses a model, as warnings; and locations of an old page."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest

from availability.explanation.names import noticed
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import NoticeKind
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
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


def test_what_is_said_of_a_need_names_the_need_and_how_long_something_is_kept() -> None:
    needs = (Need.GROUNDING_WITH_GOOGLE_MAPS, Need.GROUNDING_WITH_GOOGLE_SEARCH)
    result = asked("gemini-3.8-flash", needs=needs)
    maps, web = texts(result, WarningId.RETENTION)
    assert maps.startswith("gemini-3.8-flash with grounding-with-google-maps: prompts, context")
    assert "for up to 30 days (" in maps
    assert web.startswith("gemini-3.8-flash with grounding-with-google-search: queries stored")
    assert "for up to 3 days (" in web


def test_every_retention_of_known_length_says_it() -> None:
    """Of each kind that a page tells the length of: the text or the days beside it."""
    notices = [one for named in all_models(SNAPSHOT) for one in named.model.notices]
    kept = [one for one in (*notices, *SNAPSHOT.notices) if one.kind is NoticeKind.RETENTION]
    assert {one.days for one in kept} >= {1, 3, 30, 90}
    for notice in kept:
        said = re.findall(r"\d+ (?:days?|hours)", noticed(notice, SNAPSHOT))
        if notice.days:
            assert said in ([f"{notice.days} days"], [f"{24 * notice.days} hours"])
