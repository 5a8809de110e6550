"""The words for processing that no commitment keeps inside the area."""

from __future__ import annotations

from collections.abc import Sequence

from availability.explanation.names import cited, described_area, in_area, joined
from availability.explanation.rules.brief import LONGEST, shortened
from availability.explanation.rules.offered import common
from availability.facts.covered import covered
from availability.facts.names import Named
from availability.facts.processing import boundary
from availability.facts.snapshot import Commitment, ContextSize, Contradicted, Snapshot
from availability.placement.request import Refusal
from availability.places.areas import jurisdiction


def sentence(refusal: Refusal, named: Named, location: str, where: str, snapshot: Snapshot) -> str:
    """What a location's commitment does not keep inside, or that there is none."""
    request = refusal.request
    kept = boundary(named, location, request.context_size)
    if request.residency.keeps(kept):
        needs = _uncovered(refusal, named, location, snapshot)
        return f"In {where} processing is kept within {kept}, but not for {needs}."
    if kept is not None:
        wider = described_area(request.residency)
        return f"In {where} processing is kept within {kept}, which is wider than {wider}."
    about = _about_requests(named)
    if size := _size_limit(named, location):
        asked = f"of up to {request.context_size}" if request.context_size else "of any size"
        return (
            f"In {where} a commitment covers requests of up to {size} tokens only, not {asked} "
            "(contextSize)."
        )
    if (pair := _disputed(named, location)) is not None:
        return (
            f"{cited(pair.affirms, snapshot)} commits the processing of {named.id} to {pair.area}, "
            f"{cited(pair.denies, snapshot)} does not: the stricter one decides."
        )
    if any(commitment.area == "global" for commitment in about):
        return f"The source says that {named.id} may be processed anywhere."
    if about:
        areas = joined(commitment.area for commitment in about)
        return (
            f"No published commitment keeps the processing of {where} anywhere; for {named.id} "
            f"there is one for {areas} only."
        )
    return (
        f"The snapshot's sources state no commitment on where {named.id} is processed "
        f"when it is called in {where}."
    )


def headline(refusal: Refusal, named: Named, locations: Sequence[str]) -> str:
    """That no commitment keeps the processing inside; what it fails by where that is one thing."""
    request = refusal.request
    area = in_area(request.residency)
    kept = {boundary(named, location, request.context_size) for location in locations}
    if any(map(request.residency.keeps, kept)):
        whole = all(map(request.residency.keeps, kept))
        needs = shortened(common(refusal.uncovered, locations), "needs") if whole else "all of this"
        return f"no commitment on processing of {named.id}{area} covers {needs}"
    if len(kept) == 1 and (wider := next(iter(kept))):
        return f"processing of {named.id} is committed to stay within {wider}, not{area}"
    if all(_size_limit(named, location) for location in locations):
        size = f"up to {request.context_size}" if request.context_size else "any size"
        return f"no commitment on processing of {named.id}{area} covers requests of {size}"
    if all(_disputed(named, location) for location in locations):
        return f"sources disagree on whether processing of {named.id} stays{area}"
    return f"no published commitment keeps the processing of {named.id}{area}"


def headline_of_pin(refusal: Refusal, named: Named, pin: str) -> str:
    """The same of the pinned location, which it names where there is room."""
    text = headline(refusal, named, (pin,))
    longer = f"{text} from {pin}, its pin"
    return longer if len(longer) <= LONGEST else text


def in_short(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> str:
    """What a location's commitment does not keep inside, in a few words."""
    kept = boundary(named, location, refusal.request.context_size)
    if refusal.request.residency.keeps(kept):
        return f"no commitment on processing for {_uncovered(refusal, named, location, snapshot)}"
    if kept:
        return f"processed within {kept}"
    if any(
        commitment.area in (location, jurisdiction(location))
        for commitment in _about_requests(named)
    ):
        return "no commitment on processing for this contextSize"
    if (pair := _disputed(named, location)) is not None:
        affirms, denies = cited(pair.affirms, snapshot), cited(pair.denies, snapshot)
        return f"processing committed by {affirms}, not by {denies}: the stricter one decides"
    return "no commitment on processing known"


def _size_limit(named: Named, location: str) -> ContextSize | None:
    """The longest requests that a commitment there covers, if it ends at a size."""
    sizes = [
        commitment.up_to
        for commitment in _about_requests(named)
        if commitment.area in (location, jurisdiction(location)) and commitment.up_to
    ]
    return max(sizes, key=lambda size: size.rank, default=None)


def _disputed(named: Named, location: str) -> Contradicted | None:
    """The commitment on requests to a location that one page states and another one denies."""
    for pair in named.model.contradicted:
        if not pair.tuning and pair.area in (location, jurisdiction(location)):
            return pair
    return None


def _about_requests(named: Named) -> list[Commitment]:
    return [commitment for commitment in named.model.commitments if not commitment.tuning]


def _uncovered(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> str:
    """The needs that no commitment covers at a location, and by which source."""
    needs = [need for need, places_ in refusal.uncovered.items() if location in places_]
    cites = (covered(named, need, location, snapshot).cite for need in needs)
    sources = dict.fromkeys(cited(cite, snapshot) for cite in cites if cite)
    return joined(needs) + (f", by {joined(sources)}" if sources else "")
