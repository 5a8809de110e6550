"""Where corpora of the RAG engine lie."""

from __future__ import annotations

import datetime as dt

import pytest

from availability.explanation.reasons import reason
from availability.explanation.warnings import warnings_of
from availability.facts.library import load, newest
from availability.facts.needs import Need
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
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
