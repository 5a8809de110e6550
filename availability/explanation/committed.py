"""What a commitment on processing says of a placement, by which page, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from availability.explanation.names import cited, counted, joined
from availability.facts.covered import capabilities_of, covered, endpoint_kind
from availability.facts.needs import Need
from availability.facts.snapshot import (
    Citation,
    Commitment,
    EndpointKind,
    NoticeKind,
    Snapshot,
    Verdict,
)
from availability.placement.request import Placement
from availability.places.areas import jurisdiction
from availability.places.residency import Guarantee

KINDS: dict[EndpointKind, str] = {
    EndpointKind.MULTI_REGION: "multi-region endpoints",
    EndpointKind.US_EU_REGIONAL: "regional endpoints in the US and the EU",
    EndpointKind.OTHER_REGIONAL: "regional endpoints elsewhere",
    EndpointKind.ANY: "every endpoint",
}
"""What a sentence calls the kinds of endpoints."""
_KEPT = {
    "platform": "prompts logged for abuse monitoring",
    Need.GROUNDING_WITH_GOOGLE_SEARCH: "queries of grounding with Google Search",
    Need.GROUNDING_WITH_GOOGLE_MAPS: "prompts and output of grounding with Google Maps",
    Need.IMPLICIT_CACHING: "inputs that are cached in memory",
}
"""What the snapshot's notices on retention are about -> what is kept."""


def committed(placement: Placement, snapshot: Snapshot, *, brief: bool = False) -> str | None:
    """The commitment that holds the placement: its area, page and day, and its capabilities.

    None where no guarantee on processing is asked for: then nobody relies on it. What is `brief`
    counts the capabilities of which nothing is known.
    """
    commitment = _commitment(placement)
    if placement.request.residency.guarantee is not Guarantee.ML_PROCESSING or commitment is None:
        return None
    size = f", for requests of up to {commitment.up_to} tokens" if commitment.up_to else ""
    start = f"to {commitment.area} by {cited(commitment.cite, snapshot)}{size}"
    about = " ".join(_about_needs(placement, snapshot))
    return f"{start}. {about or _about_all(placement, snapshot, brief)}"


def kept_within(placement: Placement) -> str | None:
    """Where processing is kept by a commitment: `within eu`; None where it is kept nowhere.

    It says so where the deployment's tuning jobs are not among that.
    """
    boundary = placement.boundary
    if boundary is None:
        return None
    tuned = Need.TUNING in placement.request.needs
    areas = {area for one in on_tuning(placement) for area in (one.area, jurisdiction(one.area))}
    return f"within {boundary}{', not its tuning jobs' if tuned and boundary not in areas else ''}"


def on_tuning(placement: Placement) -> list[Commitment]:
    """The commitments that reach the tuning jobs of the deployment."""
    where = placement.tuning_location or placement.location
    areas = ("global", where, jurisdiction(where))
    commitments = placement.named.model.commitments
    return [one for one in commitments if one.tuning and one.area in areas]


def not_covered(placement: Placement, snapshot: Snapshot) -> str | None:
    """What the guarantee on processing says nothing about; None where none is asked for."""
    if placement.request.residency.guarantee is not Guarantee.ML_PROCESSING:
        return None
    return joined(["data at rest", *(text for text, _ in kept_apart(snapshot))])


def kept_apart(snapshot: Snapshot) -> Iterator[tuple[str, Citation]]:
    """What is kept whatever is committed, and for how long, with the source that says it."""
    for about, what in _KEPT.items():
        for notice in snapshot.notices:
            if (notice.kind, notice.about) == (NoticeKind.RETENTION, about) and notice.days:
                yield f"{what} for up to {counted(notice.days, 'day')}", notice.cite


def _commitment(placement: Placement) -> Commitment | None:
    """The one that its boundary comes from."""
    for commitment in placement.named.model.commitments:
        covers = commitment.covers(placement.request.context_size)
        if commitment.area == placement.boundary and covers and not commitment.tuning:
            return commitment
    return None


def _about_needs(placement: Placement, snapshot: Snapshot) -> Iterator[str]:
    """Of each declared need, whether it is covered."""
    by_verdict: dict[Verdict, list[str]] = {}
    for need in placement.request.needs:
        answer = covered(placement.named, need, placement.location, snapshot)
        by_verdict.setdefault(answer.verdict, []).append(need.value)
    known = [*by_verdict.get(Verdict.YES, []), *by_verdict.get(Verdict.PREVIEW, [])]
    if known:
        yield f"It covers {joined(known)}."
    if unknown := by_verdict.get(Verdict.UNKNOWN):
        yield f"Whether it covers {joined(unknown)} is unknown."


def _about_all(placement: Placement, snapshot: Snapshot, brief: bool) -> str:
    """For which capabilities it holds, where none was declared."""
    if not placement.named.entry.family.is_gemini:
        return "It covers what the model's card lists. Declare needs to have each of them checked."
    kind = endpoint_kind(placement.location)
    known = capabilities_of(kind, snapshot)
    if not known:
        return f"Snapshot {snapshot.id} does not say for which capabilities."
    said: list[str] = []
    if yes := (*known.get(Verdict.YES, ()), *known.get(Verdict.PREVIEW, ())):
        said.append(f"It covers {joined(yes)}.")
    if unknown := known.get(Verdict.UNKNOWN):
        listed = f"{len(unknown)} capabilities" if brief else joined(unknown)
        said.append(
            f"Google lists {listed} for {KINDS[kind]}, and the copies have lost which of them "
            "are covered: unknown."
        )
    if no := known.get(Verdict.NO):
        said.append(f"It does not cover {joined(no)}, nor what Google doesn't list.")
    return " ".join(said)
