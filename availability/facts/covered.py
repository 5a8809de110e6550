"""Which capabilities Google's commitment on processing covers, by the kind of endpoint.

"Supported capabilities" (2026-10-03) speaks of Gemini models: what it doesn't list there has no
commitment. The commitment of a partner's or an open model covers what its card lists. The RAG
engine has no control on data residency for any model ("Security controls", 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from availability.facts.capabilities import said_of_endpoint, said_of_model
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import (
    Citation,
    Control,
    Coverage,
    EndpointKind,
    Feature,
    Snapshot,
    Verdict,
)
from availability.places.areas import jurisdiction
from availability.places.geography import places

NOT_LISTED = "not-listed"
"""The capability of the row that says what holds for all that the page doesn't list."""


@dataclass(frozen=True)
class Covered:
    """Whether a commitment covers a need, and by which source; None where none speaks of it."""

    verdict: Verdict
    cite: Citation | None = None


def endpoint_kind(location: str) -> EndpointKind:
    """The kind under which Google's page has the endpoint of a location."""
    if places()[location].kind == "multi-region":
        return EndpointKind.MULTI_REGION
    inside = jurisdiction(location) in ("us", "eu")
    return EndpointKind.US_EU_REGIONAL if inside else EndpointKind.OTHER_REGIONAL


@cache
def covered(named: Named, need: Need, location: str, snapshot: Snapshot) -> Covered:
    """Whether the model's commitment on processing covers the need at the location.

    It says nothing about whether there is such a commitment.
    """
    if need is Need.RAG_CORPUS:
        return rag_is_covered(snapshot)
    if named.entry.family.is_gemini:
        return _gemini(need, endpoint_kind(location), snapshot)
    said = (*said_of_model(named, need), *said_of_endpoint(named, need, location, snapshot))
    for statement in said:
        if statement.offered:
            return Covered(Verdict.YES, statement.cite)
    return Covered(Verdict.UNKNOWN)


def rag_is_covered(snapshot: Snapshot) -> Covered:
    """Whether a commitment on processing covers the RAG engine, whichever model is asked."""
    for statement in snapshot.controls:
        about = (statement.feature, statement.control)
        if about == (Feature.RAG, Control.DATA_RESIDENCY) and statement.verdict is Verdict.NO:
            return Covered(Verdict.NO, statement.cite)
    return Covered(Verdict.NO)


def _gemini(need: Need, kind: EndpointKind, snapshot: Snapshot) -> Covered:
    said = list(_about(snapshot.covered, need.value, kind))
    for verdict in (Verdict.NO, Verdict.YES, Verdict.PREVIEW, Verdict.UNKNOWN):
        for statement in said:
            if statement.verdict is verdict:
                return Covered(verdict, statement.cite)
    rest = list(_about(snapshot.covered, NOT_LISTED, kind))
    return Covered(Verdict.NO, rest[0].cite) if rest else Covered(Verdict.UNKNOWN)


def _about(
    statements: Iterable[Coverage], capability: str, kind: EndpointKind
) -> Iterable[Coverage]:
    for statement in statements:
        here = statement.endpoint in (kind, EndpointKind.ANY)
        if statement.capability == capability and here:
            yield statement


def capabilities_of(kind: EndpointKind, snapshot: Snapshot) -> dict[Verdict, tuple[str, ...]]:
    """Verdict -> the capabilities of which the page says it for that kind of endpoint.

    The strictest counts where statements on one capability differ; empty where no page does.
    """
    by_verdict: dict[Verdict, tuple[str, ...]] = {}
    for need in Need:
        if any(_about(snapshot.covered, need.value, kind)):
            of_rag = need is Need.RAG_CORPUS
            cover = rag_is_covered(snapshot) if of_rag else _gemini(need, kind, snapshot)
            verdict = cover.verdict
            by_verdict[verdict] = (*by_verdict.get(verdict, ()), need.value)
    return by_verdict
