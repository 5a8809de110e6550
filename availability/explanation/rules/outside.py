"""The words for what lies outside of the area: the endpoint, or what is needed besides it."""

from __future__ import annotations

from collections.abc import Iterator

from availability.explanation.names import described_area, joined, outside_area
from availability.explanation.rules.brief import LONGEST_LIST
from availability.facts.names import Named
from availability.placement.request import Refusal


def sentence(refusal: Refusal, named: Named, location: str, where: str) -> str:
    """What lies outside of the area: the endpoint, or what the deployment needs besides it."""
    residency = refusal.request.residency
    area = described_area(residency)
    if residency.holds(location) and refusal.tuned_outside:
        jobs = joined(refusal.tuned_outside)
        return f"Tuning jobs of {named.id} run in {jobs} only, outside {area}."
    if residency.holds(location) and refusal.corpora_outside:
        regions = joined(refusal.corpora_outside)
        return f"Corpora of the RAG engine lie in {regions} only, outside {area}."
    return f"{where} lies outside {area}."


def headline_of_pin(refusal: Refusal, named: Named, pin: str) -> str:
    """That the pinned location lies outside, or what is needed besides it."""
    if pin in refusal.served_inside:
        return headline_of_needed(refusal, named)
    outside = outside_area(refusal.request.residency)
    return f"{named.id} is pinned to {pin}, which lies {outside}"


def headline_of_needed(refusal: Refusal, named: Named) -> str:
    """That what the deployment needs besides the endpoint lies outside of the area."""
    outside = outside_area(refusal.request.residency)
    if not refusal.tuned_outside:
        return f"all corpora of the RAG engine lie {outside}"
    jobs = joined(refusal.tuned_outside)
    where = f"in {jobs}, " if len(jobs) <= LONGEST_LIST else ""
    return f"tuning jobs of {named.id} run {where}{outside}"


def in_short(refusal: Refusal, location: str) -> Iterator[str]:
    """What is needed besides the endpoint and lies outside, in a few words each."""
    if not is_needed(refusal, location):
        return
    if refusal.tuned_outside:
        yield f"tuned in {joined(refusal.tuned_outside)} outside it"
    if refusal.corpora_outside:
        yield f"with corpora in {joined(refusal.corpora_outside)} outside it"


def is_needed(refusal: Refusal, location: str) -> bool:
    """Whether it is the tuning jobs or the corpora, and not the endpoint, that lie outside."""
    elsewhere = refusal.tuned_outside or refusal.corpora_outside
    return bool(elsewhere) and refusal.request.residency.holds(location)


def with_needed(refusal: Refusal) -> str:
    """What of a deployment's needs lies outside besides endpoints."""
    needed = [
        ("tuning jobs", refusal.tuned_outside),
        ("corpora", refusal.corpora_outside),
    ]
    outside = joined(what for what, where in needed if where)
    return f", or with {outside} outside" if outside else ""
