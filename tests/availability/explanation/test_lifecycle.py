"""Retirement: its day as Google means it, who is blocked before, and what replaces a model."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from availability.explanation.alternatives.single import alternatives
from availability.explanation.alternatives.words import alternative
from availability.explanation.lifecycle import blocked_from, how_long
from availability.explanation.reasons import reason
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, newest
from availability.facts.names import all_models, resolve_model
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Residency

SNAPSHOT = load(newest())
TODAY = dt.date(2026, 11, 26)
ONE_DAY = dt.timedelta(days=1)


def asked(
    model: str, today: dt.date = TODAY, within: str = "any", **more: object
) -> Placement | Refusal:
    request = Request(model, Residency.parse(within), **more)  # type: ignore[arg-type]
    return place(request, SNAPSHOT, today)


def texts(result: Placement, kind: WarningId) -> list[str]:
    return [one.text for one in warnings_of(result, SNAPSHOT, result.today) if one.id is kind]


def is_retired(model: str, today: dt.date) -> bool:
    result = asked(model, today)
    return isinstance(result, Refusal) and Rule.RETIRED in result.model_rules


@pytest.mark.parametrize("model", ["gemini-2.5-flash", "gemini-2.5-pro", "text-embedding-005"])
def test_gemini_and_embedding_models_answer_on_the_day_itself(model: str) -> None:
    day = resolve_model(model, SNAPSHOT).model.retires
    assert day is not None
    on_the_day = asked(model, day)
    assert isinstance(on_the_day, Placement)
    [text] = texts(on_the_day, WarningId.RETIRING)
    assert f"last available on {day}, today" in text
    after = asked(model, day + ONE_DAY)
    assert isinstance(after, Refusal)
    assert f"shut down after {day}" in reason(after, None, Rule.RETIRED, SNAPSHOT)


@pytest.mark.parametrize("model", ["deepseek-v3.2-maas", "claude-3-haiku", "veo-2.0-generate-001"])
def test_other_models_are_gone_on_the_day(model: str) -> None:
    day = resolve_model(model, SNAPSHOT).model.retires
    assert day is not None
    assert not is_retired(model, day - ONE_DAY)
    assert is_retired(model, day)
    gone = asked(model, day)
    assert isinstance(gone, Refusal)
    assert f"shut down since {day}" in reason(gone, None, Rule.RETIRED, SNAPSHOT)


@pytest.mark.parametrize(
    ("retires", "blocked"),
    [("2027-04-01", "2027-03-01"), ("2027-03-31", "2027-02-28"), ("2027-01-15", "2026-12-15")],
)
def test_a_month_is_a_month_of_the_calendar(retires: str, blocked: str) -> None:
    named = resolve_model("text-embedding-005", SNAPSHOT)
    model = replace(named.model, retires=dt.date.fromisoformat(retires))
    one = type(named)(named.entry, model)
    assert blocked_from(one) == dt.date.fromisoformat(blocked)


def test_new_projects_are_warned_from_a_month_before_and_old_ones_are_not() -> None:
    blocked = dt.date(2027, 3, 1)
    before = asked("text-embedding-005", blocked - ONE_DAY)
    after = asked("text-embedding-005", blocked)
    known = asked("text-embedding-005", blocked, prior_usage=True)
    assert isinstance(before, Placement)
    assert isinstance(after, Placement)
    assert isinstance(known, Placement)
    assert texts(before, WarningId.NEW_ACCESS_BLOCKED) == []
    assert str(blocked) in texts(after, WarningId.NEW_ACCESS_BLOCKED)[0]
    assert texts(known, WarningId.NEW_ACCESS_BLOCKED) == []


def test_nobody_is_blocked_early_from_partners_models() -> None:
    for named in all_models(SNAPSHOT):
        if named.entry.publisher != "google":
            assert blocked_from(named) is None, named.id


def test_a_promise_that_has_passed_is_no_retirement() -> None:
    result = asked("claude-opus-4-1")
    assert isinstance(result, Placement)
    assert texts(result, WarningId.NOT_BEFORE_PASSED) != []


def test_the_class_of_shorter_availability_is_said() -> None:
    result = asked("gemini-3.7-flash")
    assert isinstance(result, Placement)
    assert "45 days after its replacement" in texts(result, WarningId.SHORT_LIVED)[0]


def replacements(model: str, within: str = "any", **more: object) -> list[str]:
    result = asked(model, TODAY, within, **more)
    assert isinstance(result, Refusal)
    return [
        alternative(one, result, SNAPSHOT)
        for one in alternatives(result, SNAPSHOT, TODAY)
        if "model" in one.keys
    ]


@pytest.mark.parametrize(
    ("model", "within", "first"),
    [
        ("claude-3-7-sonnet", "us", "claude-sonnet-5-5"),
        ("claude-3-haiku", "any", "claude-haiku-5-5"),
        ("gemini-2.5-pro", "eu", "gemini-3.8-flash"),
        ("gemini-2.5-flash", "eu", "gemini-3.8-flash"),
        ("gemini-2.0-flash-live-preview-04-09", "any", "gemini-3.8-live"),
        ("textembedding-gecko@003", "any", "gemini-embedding-2"),
    ],
)
def test_what_one_would_choose_comes_first(model: str, within: str, first: str) -> None:
    text = replacements(model, within)[0]
    assert f"Use {first} of " in text
    assert f"({how_long(resolve_model(first, SNAPSHOT))})" in text


def test_a_pin_gives_way_to_the_published_replacement() -> None:
    text = replacements("gemini-2.0-flash", "us", location="us-west2")[0]
    assert text.startswith("Use gemini-3.1-flash-lite of google")


def test_published_replacements_come_in_their_order() -> None:
    found = replacements("gemini-2.5-pro", "eu")
    assert "gemini-3.8-flash" in found[0]
    assert "gemini-3.5-flash " in found[1]


def test_every_replacement_says_until_when() -> None:
    seen = 0
    for named in all_models(SNAPSHOT):
        if named.is_retired(TODAY):
            for text in replacements(f"{named.entry.publisher}/{named.id}"):
                known = ("until 2", "last available on 2", "shut down from 2", "no retirement date")
                assert any(words in text for words in known), text
                seen += 1
    assert seen > 60


def test_what_ends_soon_or_is_past_its_promise_is_the_last_choice() -> None:
    order = replacements("claude-3-7-sonnet", "us")
    assert not any("claude-sonnet-4 " in text or "claude-sonnet-4-5" in text for text in order)


@pytest.mark.parametrize("model", ["textembedding-gecko@003", "textembedding-gecko@001"])
def test_vectors_have_to_be_made_again(model: str) -> None:
    assert all("have to be made again" in text for text in replacements(model))


def test_other_models_make_no_vectors() -> None:
    assert not any("made again" in text for text in replacements("gemini-2.5-pro", "eu"))
