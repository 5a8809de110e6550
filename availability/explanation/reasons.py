"""The words for what stands against a request: each broken rule, and location by location.

Every sentence is derived from the snapshot and the request; where the sources say nothing, so do
the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from availability.explanation.age import HOW_TO_REFRESH, how_old
from availability.explanation.lifecycle import has_ended
from availability.explanation.names import (
    cited,
    described_area,
    joined,
    noticed,
    place_name,
)
from availability.facts.capabilities import Contradiction, capabilities
from availability.facts.controls import covers
from availability.facts.covered import covered
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import (
    Commitment,
    ContextSize,
    Contradicted,
    Snapshot,
    Verdict,
)
from availability.input.errors import shown
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule
from availability.places.areas import jurisdiction

_LONGEST_AREA = len("eu-adequate-partial")
"""The most letters of an area that every group of locations can repeat on a screen."""


def reason(refusal: Refusal, location: str | None, rule: Rule, snapshot: Snapshot) -> str:
    """One broken rule in a sentence. `location` is None for a rule about the model."""
    named = refusal.named
    if named is None:
        return _unknown_model(refusal, snapshot)
    if location is None:
        text = _about_model(refusal, named, rule, snapshot)
    else:
        text = _about_location(refusal, named, location, rule, snapshot)
    # A waiver that holds would have kept the rule from refusing.
    expired = [waiver for waiver in refusal.request.waivers if waiver.rule is rule]
    return text + "".join(f" It was accepted until {waiver.until} only." for waiver in expired)


def _about_location(
    refusal: Refusal, named: Named, location: str, rule: Rule, snapshot: Snapshot
) -> str:
    where = place_name(location, snapshot)
    match rule:
        case Rule.NOT_SERVED:
            return _not_served(named, location, where, snapshot)
        case Rule.RESIDENCY:
            return _outside(refusal, named, location, where)
        case Rule.CAPABILITY:
            text = f"The endpoint in {where} does not offer {_lacking(refusal, location)}."
            return text + _contradicted(named, _lacked(refusal, location), location, snapshot)
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {where}, and allowPreview is false."
        case Rule.CONTROLS:
            return (
                f"{named.id} is a preview in {where}, and Google does not support security "
                "controls for previews."
            )
        case Rule.ML_PROCESSING:
            return _processing(refusal, named, location, where, snapshot)
        case Rule.PINNED:
            return f"{where} is not the pinned location, {refusal.request.location}."
        case Rule.COLOCATION:
            return _not_shared(refusal, location, where)
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
        ):
            raise ValueError(f"{rule} is about a model, not about a location")


def _outside(refusal: Refusal, named: Named, location: str, where: str) -> str:
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


def _not_shared(refusal: Refusal, location: str, where: str) -> str:
    nowhere = [partner.name for partner in refusal.request.partners if not partner.locations]
    if nowhere:
        return f"{where} is to be shared with {joined(nowhere)}, for which no location is valid."
    return (
        f"{where} is to be shared with {joined(_absent(refusal, location))}, and not valid for it."
    )


def _absent(refusal: Refusal, location: str) -> list[str]:
    """The deployments that are to share the location and can't be in this one."""
    partners = refusal.request.partners
    return [partner.name for partner in partners if location not in partner.locations]


def _is_needed_outside(refusal: Refusal, location: str) -> bool:
    """Whether it is the tuning jobs or the corpora, and not the endpoint, that lie outside."""
    elsewhere = refusal.tuned_outside or refusal.corpora_outside
    return bool(elsewhere) and refusal.request.residency.holds(location)


def _contradicted(
    named: Named, needs: Iterable[Need], location: str | None, snapshot: Snapshot
) -> str:
    """A sentence for each pair of sources that disagree about the needs, here or of the model."""
    return "".join(
        f" {contradiction(pair, named, snapshot)}"
        for pair in capabilities(named, snapshot).contradictions
        if pair.need in needs and (location is None or location in pair.locations)
    )


def contradiction(pair: Contradiction, named: Named, snapshot: Snapshot) -> str:
    """Which two sources disagree, or which one does with itself; the stricter one decides."""
    affirms, denies = (cited(cite, snapshot) for cite in (pair.affirms, pair.denies))
    if affirms == denies:
        return (
            f"{affirms} affirms {pair.need} of {named.id} in one place and denies it in another. "
            "The stricter one decides."
        )
    return (
        f"Two sources disagree on {pair.need} of {named.id}: {affirms} affirms it, {denies} denies "
        "it. The stricter one decides."
    )


def grouped_reasons(refusal: Refusal, snapshot: Snapshot) -> list[tuple[str, tuple[str, ...]]]:
    """The reasons as few sentences: what holds, and the locations that it holds for.

    Locations that break the same rules in the same way stand together, those that break the fewest
    first; a pinned location stands alone. A sentence about the model has no locations.
    """
    if refusal.named is None:
        return []  # the headline says it, and the near misses say the rest
    sentences: list[tuple[str, tuple[str, ...]]] = [
        (reason(refusal, None, rule, snapshot), ()) for rule in refusal.model_rules
    ]
    if not refusal.universe:
        return sentences
    groups: dict[str, list[str]] = {}
    weights: dict[str, tuple[bool, int]] = {}
    for location in refusal.universe:
        sentence, broken = _state(refusal, refusal.named, location, snapshot)
        groups.setdefault(sentence, []).append(location)
        weights[sentence] = (location != refusal.request.location, broken)
    return [(one, tuple(groups[one])) for one in sorted(groups, key=weights.__getitem__)]


def _state(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> tuple[str, int]:
    """How a location stands to the request, in words, and how many rules it breaks."""
    where = refusal.request.residency.area_text
    where = where if len(where) <= _LONGEST_AREA else "the area"  # which the headline names
    broken = [rule for rule in Rule if location in refusal.location_rules.get(rule, ())]
    lead = "pinned, " if location == refusal.request.location else ""
    if Rule.PINNED in broken:
        lead = "not pinned, "
    needed_outside = Rule.RESIDENCY in broken and _is_needed_outside(refusal, location)
    inside = "outside" if Rule.RESIDENCY in broken and not needed_outside else "inside"
    if Rule.NOT_SERVED not in broken:
        text = f"served, {inside} {where}"
    elif location not in snapshot.location_ids:
        text = f"{inside} {where}, not in the snapshot"
    elif is_listed(named, location, snapshot):
        text = f"{inside} {where}, not served"
    else:
        text = f"{inside} {where}, not listed for it"
    details = _details(refusal, named, location, broken, snapshot)
    return ", ".join([lead + text, *details]), len(broken)


def _details(
    refusal: Refusal, named: Named, location: str, broken: list[Rule], snapshot: Snapshot
) -> Iterator[str]:
    """What else stands against a location, in a few words each."""
    if Rule.COLOCATION in broken:
        yield f"not for {joined(_absent(refusal, location))}"
    if Rule.RESIDENCY in broken and _is_needed_outside(refusal, location):
        if refusal.tuned_outside:
            yield f"tuned in {joined(refusal.tuned_outside)} outside it"
        if refusal.corpora_outside:
            yield f"with corpora in {joined(refusal.corpora_outside)} outside it"
    if Rule.CAPABILITY in broken:
        yield f"without {_lacking(refusal, location)}"
    if Rule.PREVIEW in broken:
        yield "a preview"
    if Rule.CONTROLS in broken:
        yield "a preview without security controls"
    if Rule.ML_PROCESSING in broken:
        yield _processed(refusal, named, location, snapshot)


def _processed(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> str:
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
    if (pair := disputed(named, location)) is not None:
        affirms, denies = cited(pair.affirms, snapshot), cited(pair.denies, snapshot)
        return f"processing committed by {affirms}, not by {denies}: the stricter one decides"
    return "no commitment on processing known"


def _unknown_model(refusal: Refusal, snapshot: Snapshot) -> str:
    name = shown(refusal.request.model)
    if refusal.candidates:
        ids = joined([named.id for named in refusal.candidates])
        return f"{name} stands for several models of snapshot {snapshot.id}: {ids}."
    text = f"No row of snapshot {snapshot.id} carries the model {name}."
    age = f" {how_old(snapshot, refusal.today)} {HOW_TO_REFRESH}." if refusal.today else ""
    return text + age


def _about_model(refusal: Refusal, named: Named, rule: Rule, snapshot: Snapshot) -> str:
    model = named.model
    match rule:
        case Rule.UNKNOWN_LOCATION:
            return (
                f"Snapshot {snapshot.id} knows {named.id} and does not say where it is served: "
                "unknown, which is not the same as not served."
            )
        case Rule.LEGACY:
            since = model.closure and model.closure.since
            return (
                f"Since {since} {named.id} is closed to projects that never used it. "
                "If this project did, priorUsage: true says so."
            )
        case Rule.RETIRED:
            return f"{named.id} is {has_ended(named.entry, model.retires)}." + successor(named)
        case Rule.DATA_SHARING:
            said = "; ".join(noticed(notice, snapshot) for notice in model.shared_with_publisher)
            return (
                f"{named.id} needs prompts and responses to be shared with "
                f"{named.entry.publisher}, which guarantee: ml-processing excludes: {said}."
            )
        case Rule.CONTROLS:
            return _uncontrolled(refusal, named, snapshot)
        case Rule.PREVIEW:
            return f"{named.id} is a preview, and allowPreview is false."
        case Rule.CAPABILITY:
            text = f"{named.id} does not offer {joined(refusal.not_offered)}."
            return text + _contradicted(named, refusal.not_offered, None, snapshot)
        case (
            Rule.UNKNOWN_MODEL
            | Rule.NOT_SERVED
            | Rule.RESIDENCY
            | Rule.ML_PROCESSING
            | Rule.PINNED
            | Rule.COLOCATION
        ):
            raise ValueError(f"{rule} is not about a model")


def what_is_waived(
    result: Placement | Refusal, named: Named, rule: Rule, snapshot: Snapshot
) -> str:
    """What breaks a rule that is waived, as a part of a sentence."""
    match rule:
        case Rule.RETIRED:
            return f"{named.id} is {has_ended(named.entry, named.model.retires)}"
        case Rule.PREVIEW:
            return "previews are not allowed"
        case Rule.LEGACY:
            return "closed to projects without prior usage"
        case Rule.CAPABILITY:
            return f"a source denies {', '.join(_denied(result, named, snapshot))}"
        case Rule.DATA_SHARING:
            return f"prompts have to be shared with {named.entry.publisher}"
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.NOT_SERVED
            | Rule.RESIDENCY
            | Rule.ML_PROCESSING
            | Rule.CONTROLS
            | Rule.PINNED
            | Rule.COLOCATION
        ):
            raise ValueError(f"nobody may accept to break {rule}")


def _denied(result: Placement | Refusal, named: Named, snapshot: Snapshot) -> Iterator[Need]:
    """The needs that a source denies, of the model or where it is placed or served."""
    known = capabilities(named, snapshot)
    here = {result.location} if isinstance(result, Placement) else named.entry.served
    for need in result.request.needs:
        if need in known.refused or here & known.lacking.get(need, frozenset()):
            yield need


def _uncontrolled(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """Which controls do not cover what is used of the model, by which source."""
    request = refusal.request
    said = [
        f"{cover.control} does not cover {cover.feature} of {named.id}"
        + (f" ({cited(cover.cite, snapshot)})" if cover.cite else "")
        for cover in covers(named, request.needs, request.controls, snapshot)
        if cover.verdict is Verdict.NO
    ]
    if named.model.is_preview:
        said.insert(
            0,
            f"{named.id} is a preview, and Google does not support security controls for previews",
        )
    return f"{'; '.join(said)}."


def _about_requests(named: Named) -> list[Commitment]:
    return [commitment for commitment in named.model.commitments if not commitment.tuning]


def size_limit(named: Named, location: str) -> ContextSize | None:
    """The longest requests that a commitment there covers, if it ends at a size."""
    sizes = [
        commitment.up_to
        for commitment in _about_requests(named)
        if commitment.area in (location, jurisdiction(location)) and commitment.up_to
    ]
    return max(sizes, key=lambda size: size.rank, default=None)


def disputed(named: Named, location: str) -> Contradicted | None:
    """The commitment on requests to a location that one page states and another one denies."""
    for pair in named.model.contradicted:
        if not pair.tuning and pair.area in (location, jurisdiction(location)):
            return pair
    return None


def _processing(
    refusal: Refusal, named: Named, location: str, where: str, snapshot: Snapshot
) -> str:
    request = refusal.request
    kept = boundary(named, location, request.context_size)
    if request.residency.keeps(kept):
        needs = _uncovered(refusal, named, location, snapshot)
        return f"In {where} processing is kept within {kept}, but not for {needs}."
    if kept is not None:
        wider = described_area(request.residency)
        return f"In {where} processing is kept within {kept}, which is wider than {wider}."
    about = _about_requests(named)
    if size := size_limit(named, location):
        asked = f"of up to {request.context_size}" if request.context_size else "of any size"
        return (
            f"In {where} a commitment covers requests of up to {size} tokens only, not {asked} "
            "(contextSize)."
        )
    if (pair := disputed(named, location)) is not None:
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


def _uncovered(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> str:
    """The needs that no commitment covers at a location, and by which source."""
    needs = [need for need, places_ in refusal.uncovered.items() if location in places_]
    cites = (covered(named, need, location, snapshot).cite for need in needs)
    sources = dict.fromkeys(cited(cite, snapshot) for cite in cites if cite)
    return joined(needs) + (f", by {joined(sources)}" if sources else "")


def is_listed(named: Named, location: str, snapshot: Snapshot) -> bool:
    """Whether a source speaks of the model and the location, so that it can say no."""
    return location in _listed(named, snapshot)


@cache
def _listed(named: Named, snapshot: Snapshot) -> frozenset[str]:
    return frozenset(snapshot.listed(named.entry))


def _not_served(named: Named, location: str, where: str, snapshot: Snapshot) -> str:
    if location not in snapshot.location_ids:
        return f"Snapshot {snapshot.id} has no location {where}."
    if not is_listed(named, location, snapshot):
        return f"Nothing says that {named.id} is served in {where}: no table lists both."
    return f"{named.id} is not served in {where}."


def _lacking(refusal: Refusal, location: str) -> str:
    return joined(_lacked(refusal, location))


def _lacked(refusal: Refusal, location: str) -> list[Need]:
    return [need for need, where in refusal.lacking.items() if location in where]


def successor(named: Named) -> str:
    """A sentence on which model the source names in the place of this one, if it names any."""
    other = named.model.successor
    return f" Its source names {other} in its place." if other else ""
