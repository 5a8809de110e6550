"""What a placement relies on, held against the snapshots' files as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import pytest

from availability.explanation.relied_on import not_covered, relied_on
from availability.explanation.statements import Fact, Subject
from availability.facts.library import SNAPSHOTS, load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control, NoticeKind
from availability.placement.place import place
from availability.placement.request import Placement, Request
from availability.places.residency import Guarantee, Residency

Raw = dict[str, Any]
SIZES = ("64k", "128k", "1m")
REQUESTS: tuple[dict[str, Any], ...] = (
    {"residency": Residency.parse("any")},
    {"residency": Residency.parse("eu")},
    {"residency": Residency.parse({"within": "eu", "guarantee": "ml-processing"})},
    {"residency": Residency.parse({"within": "us", "guarantee": "ml-processing"})},
    {"residency": Residency.parse("de,jp"), "context_size": ContextSize.UP_TO_128K},
    {"residency": Residency.parse("eea"), "needs": (Need.TUNING,)},
    {"residency": Residency.parse("us"), "needs": (Need.RAG_CORPUS, Need.BATCH_PREDICTION)},
    {"residency": Residency.parse("eu"), "needs": (Need.LIVE_API, Need.CONTEXT_CACHING)},
    {"residency": Residency.parse("eu-adequate"), "controls": (Control.CMEK,)},
)
"""What is asked of every model."""


@cache
def written(name: str) -> Raw:
    """The snapshot as its file has it."""
    return json.loads((SNAPSHOTS / name / "snapshot.json").read_text(encoding="utf-8"))


def cites_in(value: object) -> Iterator[tuple[Any, ...]]:
    """Every citation in a part of a snapshot: (source, heading, line, note)."""
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from cites_in(item)
    elif isinstance(value, dict):
        inner = cast("Raw", value)
        if "source" in inner:
            yield (inner["source"], inner.get("heading"), inner.get("line"), inner.get("note"))
        for item in inner.values():
            yield from cites_in(item)


@cache
def cites_for(name: str, model: str) -> frozenset[tuple[Any, ...]]:
    """The citations of one model, and of what is about no single one."""
    entries = [
        entry
        for entry in written(name)["entries"]
        if any(f"{entry['publisher']}/{one['id']}" == model for one in entry["models"])
    ]
    rest = {key: value for key, value in written(name).items() if key not in ("entries", "sources")}
    return frozenset([*cites_in(entries), *cites_in(rest)])


def raw_model(name: str, model: str) -> Raw:
    [found] = [
        one
        for entry in written(name)["entries"]
        for one in entry["models"]
        if f"{entry['publisher']}/{one['id']}" == model
    ]
    return found


@cache
def placements(name: str) -> tuple[tuple[str, Placement], ...]:
    return tuple(_placements(name))


def _placements(name: str) -> Iterator[tuple[str, Placement]]:
    snapshot = load(name)
    for named in all_models(snapshot):
        model = f"{named.entry.publisher}/{named.id}"
        for asked in REQUESTS:
            result = place(Request(model=model, **asked), snapshot, snapshot.date)
            if isinstance(result, Placement):
                yield model, result


def is_of(fact: Fact, known: frozenset[tuple[Any, ...]]) -> bool:
    """Whether the file has the citation; of a whole list that it names source and heading."""
    cite = fact.cite
    assert cite is not None
    if "these are covered" in fact.text:
        return any(one[:2] == (cite.source, cite.heading) for one in known) and cite.line is None
    return (cite.source, cite.heading, cite.line, cite.note) in known


WITHOUT_A_PAGE = re.compile(
    r"No source (says|commits) .*"  # of silence
    r"|Whether .* is unknown: no source says it\."
    r"|Snapshot \S+ does not say which capabilities the commitment covers\."
    r"|Whether these are covered for [^:]+ is unknown: [^.]+\."
    r"|No published commitment covers .*"
    r"|.* is inside the area .*"  # of geography
    r"|The commitment on (processing|tuning jobs) is to .*, which is more than the area .*"
    r"|The commitment on processing does not cover .*"
    r"|Nothing holds this deployment to the commitment on processing.*"  # of the stack
    r"|Tuning jobs of this deployment run in .*"
    r"|Data at rest: a commitment on processing says nothing about it\."
)
"""What is said without a page: our own reading of geography, of the stack, and of silence."""


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_fact_of_every_model_has_the_page_that_the_snapshot_has_for_it(name: str) -> None:
    count = 0
    for model, placement in placements(name):
        known = cites_for(name, model)
        facts = relied_on(placement, load(name)), not_covered(placement, load(name))
        for fact in (*facts[0], *facts[1]):
            if fact.cite is None:
                assert WITHOUT_A_PAGE.fullmatch(fact.text), (model, fact)
                continue
            assert is_of(fact, known), (model, fact)
            count += 1
    assert count > 500


def covers(commitment: Raw, placement: Placement) -> bool:
    size = placement.request.context_size or "1m"
    up_to = commitment.get("upTo") or "1m"
    return not commitment.get("tuning") and SIZES.index(size) <= SIZES.index(up_to)


@pytest.mark.parametrize("name", snapshot_ids())
def test_processing_is_kept_only_by_a_statement_of_that_model_for_that_area(name: str) -> None:
    kept = 0
    for model, placement in placements(name):
        facts = relied_on(placement, load(name))
        area = placement.boundary
        text = f"processed within {area}, by a published commitment."
        said = [fact for fact in facts if fact.what is Subject.PROCESSING and text in fact.text]
        if area is None:
            told = [fact.text for fact in not_covered(placement, load(name))]
            assert any("are processed" in one for one in told), (model, placement.location)
            continue
        raw = raw_model(name, model)["commitments"]
        pages = {
            next(cites_in(one)) for one in raw if one["area"] == area and covers(one, placement)
        }
        told_by = {(c.source, c.heading, c.line, c.note) for fact in said if (c := fact.cite)}
        assert pages
        assert pages <= told_by, (model, area)
        kept += 1
    assert kept > (0 if name == "2025-05-12" else 100)


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_need_that_nothing_commits_leaves_no_boundary_and_is_named(name: str) -> None:
    seen = 0
    for _, placement in placements(name):
        for need in placement.uncovered:
            assert placement.boundary is None
            told = [one.text for one in not_covered(placement, load(name))]
            assert any(one.startswith(f"No published commitment covers {need}") for one in told)
            seen += 1
    assert seen or name == "2025-05-12"


@pytest.mark.parametrize("name", snapshot_ids())
def test_what_nobody_is_held_to_is_said_under_the_guarantee_of_the_endpoint_alone(
    name: str,
) -> None:
    for _, placement in placements(name):
        told = " ".join(fact.text for fact in not_covered(placement, load(name)))
        alone = placement.request.residency.guarantee is Guarantee.ENDPOINT
        assert ("Nothing holds this deployment" in told) == (alone and bool(placement.boundary))
        assert "Data at rest" in told


def test_every_kind_of_notice_is_what_a_fact_can_be_about() -> None:
    assert {kind.value for kind in NoticeKind} <= {subject.value for subject in Subject}


def test_a_commitment_that_pages_dispute_is_told_with_both_pages() -> None:
    disputed = [
        (name, model, fact)
        for name in snapshot_ids()
        for model, placement in placements(name)
        for fact in relied_on(placement, load(name))
        if fact.what is Subject.CONTRADICTION and "does not count" in fact.text
    ]
    assert disputed
    for name, model, fact in disputed:
        pairs = raw_model(name, model)["contradicted"]
        assert any(fact.cite and pair["affirms"]["source"] == fact.cite.source for pair in pairs), (
            model
        )


def test_a_preview_is_told_with_its_page() -> None:
    name = snapshot_ids()[-1]
    for _, placement in placements(name):
        told = [one for one in relied_on(placement, load(name)) if one.what is Subject.STAGE]
        here = placement.location in placement.named.entry.preview_locations
        assert bool(told) == (here or placement.named.model.is_preview)
        assert all(one.cite for one in told)
