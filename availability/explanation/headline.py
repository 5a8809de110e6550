"""What decides a refusal, in one sentence that can stand alone as a title.

It names the fact, `gemini-2.5-pro is shut down after 2026-10-20`, never that nothing is valid:
whoever reads it has two minutes. What the sources don't say it doesn't say, either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from availability.explanation.lifecycle import has_ended
from availability.explanation.names import in_area, joined, outside_area
from availability.explanation.reasons import disputed, is_listed, size_limit
from availability.facts.controls import covers
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import Snapshot, Verdict
from availability.input.errors import shown
from availability.placement.request import Refusal
from availability.placement.rules import Rule

LONGEST = 110
"""The most letters of a headline but for the names in it that somebody typed."""
_LONGEST_LIST = 30
"""The most letters of a list of needs or deployments in a headline."""


def headline(refusal: Refusal, snapshot: Snapshot) -> str:
    """The sentence, without a full stop."""
    text = _fact(refusal, snapshot)
    # A waiver that holds would have kept the rule from refusing.
    ended = [one.until for one in refusal.request.waivers if one.rule in refusal.decisive]
    return text + (f", accepted until {max(ended)} only" if ended else "")


def _fact(refusal: Refusal, snapshot: Snapshot) -> str:
    named = refusal.named
    if named is None:
        return _no_model(refusal, snapshot)
    if refusal.model_rules:
        return _of_model(refusal, named, refusal.decisive[0], snapshot)
    if pin := refusal.request.location:
        return _of_pin(refusal, named, pin, snapshot)
    if refusal.served_inside:
        return _of_served(refusal, named)
    return _served_nowhere(refusal, named, snapshot)


def _no_model(refusal: Refusal, snapshot: Snapshot) -> str:
    name = shown(refusal.request.model)
    if refusal.candidates:
        return f"{name} stands for {len(refusal.candidates)} models: name one by id"
    return f"{name} is no model of snapshot {snapshot.id}"


def _of_model(refusal: Refusal, named: Named, rule: Rule, snapshot: Snapshot) -> str:
    model = named.model
    match rule:
        case Rule.RETIRED:
            return f"{named.id} is {has_ended(named.entry, model.retires)}"
        case Rule.UNKNOWN_LOCATION:
            return f"snapshot {snapshot.id} does not say where {named.id} is served"
        case Rule.LEGACY:
            since = f" since {model.closure.since}" if model.closure else ""
            return f"{named.id} is closed to new projects{since}"
        case Rule.CAPABILITY:
            return f"{named.id} does not offer {_listed(refusal.not_offered, 'needs')}"
        case Rule.CONTROLS:
            return _uncontrolled(refusal, named, snapshot)
        case Rule.DATA_SHARING:
            publisher = named.entry.publisher
            return f"{named.id} needs prompts shared with {publisher}, which ml-processing excludes"
        case Rule.PREVIEW:
            return f"{named.id} is a preview, and allowPreview is false"
        case (
            Rule.UNKNOWN_MODEL
            | Rule.NOT_SERVED
            | Rule.RESIDENCY
            | Rule.ML_PROCESSING
            | Rule.PINNED
            | Rule.COLOCATION
        ):
            raise ValueError(f"{rule} is not about a model")


def _uncontrolled(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """The first control that does not cover what is used of the model."""
    request = refusal.request
    if named.model.is_preview:
        return f"{named.id} is a preview, which no security control covers"
    [first, *others] = (
        f"{cover.control} does not cover {cover.feature} of {named.id}"
        for cover in covers(named, request.needs, request.controls, snapshot)
        if cover.verdict is Verdict.NO
    )
    return first + (f" (and {len(others)} more)" if others else "")


def _of_pin(refusal: Refusal, named: Named, pin: str, snapshot: Snapshot) -> str:
    """What the pinned location fails by."""
    [rule] = refusal.decisive
    match rule:
        case Rule.NOT_SERVED:
            return _pin_unserved(named, pin, snapshot)
        case Rule.RESIDENCY:
            return _pin_outside(refusal, named, pin)
        case Rule.CAPABILITY:
            return f"{named.id} does not offer {_lacked(refusal, (pin,))} in {pin}, its pin"
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {pin}, its pin, and allowPreview is false"
        case Rule.CONTROLS:
            return f"{named.id} is a preview in {pin}, its pin, which no security control covers"
        case Rule.ML_PROCESSING:
            return _pin_uncommitted(refusal, named, pin)
        case Rule.COLOCATION:
            return _alone(refusal, named) or _pin_apart(refusal, named, pin)
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
            | Rule.PINNED
        ):
            raise ValueError(f"{rule} is broken by no pin")


def _pin_unserved(named: Named, pin: str, snapshot: Snapshot) -> str:
    if pin not in snapshot.location_ids:
        return f"{named.id} is pinned to {pin}, which snapshot {snapshot.id} does not have"
    if not is_listed(named, pin, snapshot):
        return f"nothing says that {named.id} is served in {pin}, its pin"
    return f"{named.id} is not served in {pin}, its pin"


def _pin_outside(refusal: Refusal, named: Named, pin: str) -> str:
    if pin in refusal.served_inside:
        return _needed_outside(refusal, named)
    outside = outside_area(refusal.request.residency)
    return f"{named.id} is pinned to {pin}, which lies {outside}"


def _pin_uncommitted(refusal: Refusal, named: Named, pin: str) -> str:
    text = _uncommitted(refusal, named, (pin,))
    longer = f"{text} from {pin}, its pin"
    return longer if len(longer) <= LONGEST else text


def _pin_apart(refusal: Refusal, named: Named, pin: str) -> str:
    others = [one.name for one in refusal.request.partners if pin not in one.locations]
    return f"{named.id} is pinned to {pin}, which is not valid for {_listed(others)}"


def _served_nowhere(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """That nothing inside the area serves it; that a source says so only where one does."""
    residency = refusal.request.residency
    area = in_area(residency)
    inside = [location for location in refusal.universe if residency.holds(location)]
    if not inside:
        return f"no location of snapshot {snapshot.id} lies{area}"
    if not all(is_listed(named, location, snapshot) for location in inside):
        return f"nothing says that {named.id} is served{area or ' anywhere'}"
    if residency.within == tuple(inside):
        return f"{named.id} is not served in {joined(inside)}"
    return f"{named.id} is served nowhere{area}"


def _of_served(refusal: Refusal, named: Named) -> str:
    """What the locations fail by that serve it inside the area."""
    area, where = in_area(refusal.request.residency), refusal.served_inside
    match refusal.decisive:
        case (Rule.RESIDENCY,):
            return _needed_outside(refusal, named)
        case (Rule.COLOCATION,):
            others = [partner.name for partner in refusal.request.partners]
            shares = "shares" if len(others) == 1 else "share"
            shared = f"no location valid for {named.id} is valid for {_listed(others)}"
            return _alone(refusal, named) or f"{shared}, which {shares} it"
        case (Rule.ML_PROCESSING,):
            return _uncommitted(refusal, named, where)
        case (Rule.PREVIEW,):
            return f"{named.id} is only a preview{area}, and allowPreview is false"
        case (Rule.CONTROLS,):
            return f"{named.id} is only a preview{area}, which no security control covers"
        case rules:
            offers = joined(_asked(refusal, rule) for rule in rules)
            return f"no location{area} that serves {named.id} {offers}"


def _asked(refusal: Refusal, rule: Rule) -> str:
    """What is asked of a location that serves the model, of which one at least breaks the rule."""
    match rule:
        case Rule.CAPABILITY:
            return f"offers {_lacked(refusal, refusal.served_inside)}"
        case Rule.ML_PROCESSING:
            return "has a commitment on processing"
        case Rule.CONTROLS:
            return "has security controls"
        case Rule.PREVIEW:
            return "is past its preview"
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.NOT_SERVED
            | Rule.RESIDENCY
            | Rule.DATA_SHARING
            | Rule.PINNED
            | Rule.COLOCATION
        ):
            raise ValueError(f"{rule} never decides together with another one")


def _uncommitted(refusal: Refusal, named: Named, locations: Sequence[str]) -> str:
    """That no commitment keeps the processing inside; what it fails by where that is one thing."""
    request = refusal.request
    area = in_area(request.residency)
    kept = {boundary(named, location, request.context_size) for location in locations}
    if any(map(request.residency.keeps, kept)):
        whole = all(map(request.residency.keeps, kept))
        needs = _listed(_common(refusal.uncovered, locations), "needs") if whole else "all of this"
        return f"no commitment on processing of {named.id}{area} covers {needs}"
    if len(kept) == 1 and (wider := next(iter(kept))):
        return f"processing of {named.id} is committed to stay within {wider}, not{area}"
    if all(size_limit(named, location) for location in locations):
        size = f"up to {request.context_size}" if request.context_size else "any size"
        return f"no commitment on processing of {named.id}{area} covers requests of {size}"
    if all(disputed(named, location) for location in locations):
        return f"sources disagree on whether processing of {named.id} stays{area}"
    return f"no published commitment keeps the processing of {named.id}{area}"


def _needed_outside(refusal: Refusal, named: Named) -> str:
    """That what the deployment needs besides the endpoint lies outside of the area."""
    outside = outside_area(refusal.request.residency)
    if not refusal.tuned_outside:
        return f"all corpora of the RAG engine lie {outside}"
    jobs = joined(refusal.tuned_outside)
    where = f"in {jobs}, " if len(jobs) <= _LONGEST_LIST else ""
    return f"tuning jobs of {named.id} run {where}{outside}"


def _alone(refusal: Refusal, named: Named) -> str:
    """That a deployment that is to share the location has none itself; empty where all have."""
    nowhere = [partner.name for partner in refusal.request.partners if not partner.locations]
    has = "has" if len(nowhere) == 1 else "have"
    text = f"{named.id} shares its location with {_listed(nowhere)}, which {has} none"
    return text if nowhere else ""


def _lacked(refusal: Refusal, locations: Sequence[str]) -> str:
    return _listed(_common(refusal.lacking, locations), "needs")


def _common(lacking: Mapping[Need, frozenset[str]], locations: Sequence[str]) -> list[Need]:
    """The needs that all of the locations are without; where there is none, that any is."""
    everywhere = [need for need, where in lacking.items() if where.issuperset(locations)]
    return everywhere or [need for need, where in lacking.items() if where & set(locations)]


def _listed(words: Iterable[str], noun: str = "others") -> str:
    """The words, or the first of them and how many more there are."""
    listed = list(words)
    text = joined(listed)
    if len(text) <= _LONGEST_LIST or len(listed) == 1:
        return text
    return f"{listed[0]} and {len(listed) - 1} more {noun}"
