"""The rule on prompts that have to be shared with the publisher."""

from __future__ import annotations

import datetime as dt

from availability.explanation.reasons import reason
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, newest
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule, Waiver
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
