"""Security controls: what a page denies is refused, what none says is warned of."""

from __future__ import annotations

import datetime as dt

import pytest

from availability.explanation.reasons import reason
from availability.explanation.warnings import warnings_of
from availability.facts.controls import FEATURES, covers
from availability.facts.library import load, newest
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import Control, Feature, Verdict
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import WAIVABLE, Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Residency

SNAPSHOT = load(newest())
TODAY = dt.date(2026, 11, 26)


def asked(model: str, *controls: Control, needs: tuple[Need, ...] = ()) -> Placement | Refusal:
    request = Request(model, Residency.parse("any"), needs=needs, controls=controls)
    return place(request, SNAPSHOT, TODAY)


def test_every_feature_is_used_by_a_need_or_by_any_request() -> None:
    assert {*FEATURES.values(), Feature.ONLINE} == set(Feature)


@pytest.mark.parametrize("control", [Control.DATA_RESIDENCY, Control.CMEK])
def test_what_a_page_denies_is_refused_with_the_page(control: Control) -> None:
    result = asked("gemini-3.5-flash", control, needs=(Need.RAG_CORPUS,))
    assert isinstance(result, Refusal)
    assert Rule.CONTROLS in result.model_rules
    text = reason(result, None, Rule.CONTROLS, SNAPSHOT)
    assert f"{control} does not cover rag of gemini-3.5-flash" in text
    assert "Security controls" in text


def test_what_a_page_affirms_is_placed_without_a_word() -> None:
    result = asked("gemini-3.5-flash", Control.VPC_SC, needs=(Need.RAG_CORPUS,))
    assert isinstance(result, Placement)
    [text] = [
        one.text
        for one in warnings_of(result, SNAPSHOT, TODAY)
        if one.id is WarningId.UNKNOWN_CONTROL
    ]
    assert "vpc-sc of online" in text
    assert "vpc-sc of rag" not in text


@pytest.mark.parametrize("control", list(Control))
def test_a_preview_has_no_control(control: Control) -> None:
    result = asked("gemini-3.1-pro-preview", control)
    assert isinstance(result, Refusal)
    text = reason(result, None, Rule.CONTROLS, SNAPSHOT)
    assert "does not support security controls for previews" in text


def test_controls_are_refused_where_one_is_denied_and_only_there() -> None:
    refused = 0
    for named in all_models(SNAPSHOT):
        name = f"{named.entry.publisher}/{named.id}"
        for needs in ((), *((need,) for need in FEATURES)):
            result = asked(name, *Control, needs=needs)
            denied = any(
                one.verdict is Verdict.NO for one in covers(named, needs, Control, SNAPSHOT)
            )
            preview = named.model.stage is not None and named.model.stage.is_preview
            broken = isinstance(result, Refusal) and Rule.CONTROLS in result.model_rules
            assert broken == (denied or preview), (name, needs)
            refused += broken
    assert refused > 50


def test_nobody_may_accept_that_a_control_is_missing() -> None:
    assert Rule.CONTROLS not in WAIVABLE


def test_without_controls_nothing_is_asked() -> None:
    assert isinstance(asked("gemini-3.1-pro-preview"), Placement)
