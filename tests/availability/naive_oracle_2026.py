"""Placement decided by brute force over the CSV files of 2026-10-10.

Deliberately naive, and without a line of `availability`, as `naive_oracle` is for 2025-05-12.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from tests.availability.naive_2026 import (
    DAY,
    NaiveModel2026,
    committed,
    corpora,
    is_covered,
    is_shared,
    lacks_at,
    naive_locations_2026,
    naive_models_2026,
    offered,
    tuning_jobs,
)
from tests.availability.naive_oracle import kilometres, lies_in, touches
from tests.availability.naive_page import naive_regions

ADEQUATE = {"eu-adequate": ("yes",), "eu-adequate-partial": ("yes", "partial")}


@dataclass(frozen=True)
class Question2026:
    model: NaiveModel2026
    within: tuple[str, ...]
    excluding: tuple[str, ...] = ()
    ml_processing: bool = False
    needs: tuple[str, ...] = ()
    pin: str | None = None
    prefer: tuple[str, ...] = ()
    region: str | None = None
    allow_preview: bool = True
    context: str | None = None
    """64k, 128k or 1m."""
    accepted: frozenset[str] = frozenset()
    """Rules that are waived: of retired, preview, capability, legacy, data-sharing."""
    prior_usage: bool = False
    today: dt.date = DAY


@dataclass(frozen=True)
class Verdict:
    location: str | None
    alternates: tuple[str, ...]
    valid: frozenset[str]
    """The valid locations if nothing were pinned; empty where the model itself is refused."""
    reasons: frozenset[tuple[str | None, str]]
    boundary: str | None = None
    """Of the location; None also where there is none."""


@cache
def lies_in_2026(location: str, term: str, year: int = 2026) -> bool:
    """Whether the endpoint is in the place, by the adequacy decisions of that year."""
    if term not in ADEQUATE:
        return lies_in(location, term)
    row = naive_regions()[location]
    return row["in_eea"] == "yes" or row[f"gdpr_adequacy_{year}"] in ADEQUATE[term]


@cache
def touches_2026(location: str, term: str, year: int = 2026) -> bool:
    """Whether an endpoint could serve a request in the place that the excluded term names."""
    if term not in ADEQUATE:
        return touches(location, term)
    return location == "global" or lies_in_2026(location, term, year)


@cache
def inside_2026(
    location: str, within: tuple[str, ...], excluding: tuple[str, ...], year: int = 2026
) -> bool:
    allowed = any(lies_in_2026(location, term, year) for term in within)
    return allowed and not any(touches_2026(location, term, year) for term in excluding)


@cache
def boundary_2026(model: NaiveModel2026, location: str, context: str | None) -> str | None:
    """The smallest area around the location that is promised, as a residency term."""
    if model.is_live:  # which can't be localized
        return None
    areas = committed(model, context)
    if location in areas and naive_regions()[location]["kind"] == "region":
        return location
    for area in ("eu", "us"):
        if area.upper() in areas and lies_in(location, area):
            return area
    return None


@cache
def popularity_2026(location: str) -> int:
    return sum(
        location in (model.served or ()) and not model.retired(DAY) for model in naive_models_2026()
    )


def rank(location: str, question: Question2026) -> tuple[float, ...]:
    wish = question.prefer.index(location) if location in question.prefer else 999
    width = {"global": 0, "eu": 1, "us": 1}.get(location, 2)
    away = 0.0
    if question.region and width == 2:
        away = kilometres(question.region, location) or 0.0
    return (wish, width, round(away, 3), -popularity_2026(location))


def decide_2026(question: Question2026) -> Verdict:
    model = question.model
    reasons: set[tuple[str | None, str]] = {(None, rule) for rule in model_rules(question)}
    refused = bool(reasons)
    if model.served is None:
        return Verdict(None, (), frozenset(), frozenset(reasons))
    valid: list[str] = []
    for location in {*naive_locations_2026(), question.pin or "global"}:
        broken = location_rules(question, location, model.served)
        if not broken:
            valid.append(location)
        if question.pin not in (None, location):
            broken.add("pinned")
        reasons |= {(location, rule) for rule in broken}
    open_to_choice = [one for one in valid if question.pin in (None, one)]
    if refused or not open_to_choice:
        return Verdict(None, (), frozenset() if refused else frozenset(valid), frozenset(reasons))
    order = sorted(sorted(open_to_choice), key=lambda one: rank(one, question))
    left_out = any(is_covered(model, need) is False for need in question.needs)
    nowhere = left_out and order[0] != "global"
    kept = None if nowhere else boundary_2026(model, order[0], question.context)
    return Verdict(order[0], tuple(order[1:]), frozenset(valid), frozenset(), kept)


def model_rules(question: Question2026) -> set[str]:
    model, broken = question.model, set[str]()
    if model.served is None:
        broken.add("unknown-location")
    if model.retired(question.today):
        broken.add("retired")
    if model.closed and question.today >= model.closed and not question.prior_usage:
        broken.add("legacy")
    if model.preview and not question.allow_preview:
        broken.add("preview")
    if question.ml_processing and is_shared(model):
        broken.add("data-sharing")
    if any(offered(model, need) is False for need in question.needs):
        broken.add("capability")
    return broken - question.accepted


def location_rules(question: Question2026, location: str, served: frozenset[str]) -> set[str]:
    model, broken = question.model, set[str]()

    def allowed(place: str) -> bool:
        return inside_2026(place, question.within, question.excluding)

    if not allowed(location):
        broken.add("residency")
    if location not in served:
        return {*broken, "not-served"}
    if location in model.previews and not question.allow_preview:
        broken.add("preview")
    if any(lacks_at(model, location, need) for need in question.needs):
        broken.add("capability")
    if allowed(location) and question.ml_processing:
        kept = boundary_2026(model, location, question.context)
        if kept is None or not allowed(kept):
            broken.add("ml-processing")
    left_out = any(is_covered(model, need) is False for need in question.needs)
    if question.ml_processing and location != "global" and allowed(location) and left_out:
        broken.add("ml-processing")
    if any(not any(map(allowed, places)) for places in elsewhere(question) if places):
        broken.add("residency")
    return broken - question.accepted


def elsewhere(question: Question2026) -> tuple[frozenset[str], frozenset[str]]:
    """Where tuning jobs run and corpora may lie, if the question needs any."""
    nowhere = frozenset[str]()
    tuned, corpus = "tuning" in question.needs, "rag-corpus" in question.needs
    jobs = tuning_jobs(question.model) if tuned else nowhere
    return jobs, corpora(with_previews=question.allow_preview) if corpus else nowhere
