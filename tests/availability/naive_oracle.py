"""Placement decided by brute force over the raw page and CSV files of 2025-05-12.

Deliberately naive, and without a line of `availability`: every rule is a sentence of the design,
asked of every location on its own.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache

from tests.availability.naive_page import (
    ROOT,
    NaiveModel,
    csv_rows,
    naive_commitments,
    naive_models,
    naive_page,
    naive_regions,
)

NEEDS_THAT_GLOBAL_LACKS = {
    "tuning": "Tuning",
    "batch-prediction": "Batch prediction",
    "context-caching": "Context caching",
    "rag-corpus": "Retrieval-augmented generation (RAG) corpus (RAG requests are supported)",
    "provisioned-throughput": "Provisioned Throughput",
}
CLOSED = ("Gemini 1.5 Pro", "Gemini 1.5 Flash")
CLOSED_SINCE = dt.date(2025, 4, 29)


@dataclass(frozen=True)
class Question:
    model: NaiveModel
    within: tuple[str, ...]
    excluding: tuple[str, ...] = ()
    ml_processing: bool = False
    needs: tuple[str, ...] = ()
    pin: str | None = None
    prefer: tuple[str, ...] = ()
    region: str | None = None
    prior_usage: bool = False
    allow_preview: bool = True
    today: dt.date = dt.date(2025, 5, 12)


@dataclass(frozen=True)
class Verdict:
    location: str | None
    alternates: tuple[str, ...]
    valid: frozenset[str]
    """The valid locations if nothing were pinned; empty where the model itself is refused."""
    reasons: frozenset[tuple[str | None, str]]


@cache
def lies_in(location: str, term: str) -> bool:
    """Whether the whole of the endpoint is in the place that the term names."""
    row = naive_regions()[location]
    if term == "any" or term == location:
        return True
    if location == "global":
        return False
    if location == "eu":
        return term in ("eea", "europe")
    if location == "us":
        return False
    return (
        (term == "eu" and row["in_eu"] == "yes")
        or (term == "eea" and row["in_eea"] == "yes")
        or term == row["country_iso2"].lower()
        or term == row["geography"].lower().replace(" ", "-")
    )


@cache
def touches(location: str, term: str) -> bool:
    """Whether an endpoint could serve a request in the place that the excluded term names."""
    if location == "global":
        return True
    if location in ("eu", "us"):
        if term in (location, "any"):
            return True
        inside = [code for code in naive_regions() if code != location and lies_in(code, location)]
        return any(lies_in(code, term) for code in inside if code not in ("eu", "us", "global"))
    return lies_in(location, term)


@cache
def inside(location: str, within: tuple[str, ...], excluding: tuple[str, ...]) -> bool:
    allowed = any(lies_in(location, term) for term in within)
    return allowed and not any(touches(location, term) for term in excluding)


def boundary(model: NaiveModel, location: str) -> str | None:
    for area in ("eu", "us"):
        if (model.id, area) in naive_commitments() and location != area and lies_in(location, area):
            return area
    return None


@cache
def kilometres(one: str, other: str) -> float | None:
    towns = {
        row["code"]: (math.radians(float(row["latitude"])), math.radians(float(row["longitude"])))
        for row in csv_rows(ROOT / "availability" / "data" / "region_coordinates.csv")
    }
    if one not in towns or other not in towns:
        return None
    (lat1, lon1), (lat2, lon2) = towns[one], towns[other]
    cosine = math.sin(lat1) * math.sin(lat2)
    cosine += math.cos(lat1) * math.cos(lat2) * math.cos(lon2 - lon1)
    return 6371 * math.acos(min(1.0, cosine))


@cache
def popularity(location: str) -> int:
    return sum(location in model.served for model in naive_models())


def rank(location: str, question: Question) -> tuple[float, ...]:
    wish = question.prefer.index(location) if location in question.prefer else 999
    width = {"global": 0, "eu": 1, "us": 1}.get(location, 2)
    away = 0.0
    if question.region and width == 2:
        away = kilometres(question.region, location) or 0.0
    return (wish, width, round(away, 3), -popularity(location))


def decide(question: Question) -> Verdict:
    model = question.model
    reasons: set[tuple[str | None, str]] = set()
    if model.name in CLOSED and question.today >= CLOSED_SINCE and not question.prior_usage:
        reasons.add((None, "legacy"))
    if model.preview and not question.allow_preview:
        reasons.add((None, "preview"))
    valid: list[str] = []
    everywhere = {*naive_page().locations, *([question.pin] if question.pin else [])}
    for location in everywhere:
        broken = set(broken_rules(question, location))
        if not broken:
            valid.append(location)
        if question.pin not in (None, location):
            broken.add("pinned")
        reasons |= {(location, rule) for rule in broken}
    refused = any(location is None for location, _ in reasons)
    open_to_choice = [one for one in valid if question.pin in (None, one)]
    if refused or not open_to_choice:
        return Verdict(None, (), frozenset() if refused else frozenset(valid), frozenset(reasons))
    order = sorted(sorted(open_to_choice), key=lambda one: rank(one, question))
    return Verdict(order[0], tuple(order[1:]), frozenset(valid), frozenset())


def broken_rules(question: Question, location: str) -> list[str]:
    model, broken = question.model, list[str]()
    served = location in model.served
    within = inside(location, question.within, question.excluding)
    if not served:
        broken.append("not-served")
    if not within:
        broken.append("residency")
    if served and location == "global":
        lacks = {
            need
            for need, words in NEEDS_THAT_GLOBAL_LACKS.items()
            if words in naive_page().limitations
        }
        if lacks & set(question.needs):
            broken.append("capability")
    if question.ml_processing and served and within:
        kept = boundary(model, location)
        corpus = "rag-corpus" in question.needs and location != "global"  # which nothing commits
        if corpus or kept is None or not inside(kept, question.within, question.excluding):
            broken.append("ml-processing")
    return broken
