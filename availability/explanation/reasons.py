"""The words for an answer: why nothing is valid, what would be, and why this place won.

Every sentence is derived from the snapshot and the request; where the sources say nothing, so do
the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from availability.facts.capabilities import Contradiction, capabilities
from availability.facts.names import Named, UnknownModel, resolve_model
from availability.facts.snapshot import Citation, Commitment, Need, Snapshot
from availability.input.errors import shown
from availability.placement.place import Placement, Refusal, Request, Rule, boundary
from availability.places.areas import jurisdiction
from availability.places.geography import (
    Adequacy,
    adequacy_year,
    country_name,
    distance,
    places,
    regions,
)
from availability.places.residency import Residency

if TYPE_CHECKING:  # only a refusal has alternatives
    from availability.explanation.alternatives.joint import JointAlternative
    from availability.explanation.alternatives.single import Alternative, Key

_LONGEST_AREA = len("eu-adequate-partial")
"""The most letters of an area that every group of locations can repeat on a screen."""


def title(named: Named) -> str:
    """The model as a reader finds it on Google's page: its id, and the name of its row."""
    return named.id if named.entry.name == named.id else f"{named.id} ({named.entry.name})"


def headline(refusal: Refusal, snapshot: Snapshot) -> str:
    """One sentence: what was asked for, and what it comes down to."""
    request, named = refusal.request, refusal.named
    if named is None:
        if refusal.candidates:
            count = len(refusal.candidates)
            return f"{shown(request.model)} stands for {count} models: name one by id"
        return f"{shown(request.model)} is no model of snapshot {snapshot.id}"
    if Rule.UNKNOWN_LOCATION in refusal.model_rules:
        if Rule.RETIRED in refusal.model_rules:
            return f"{title(named)} is shut down since {named.model.retires}"
        return f"{title(named)}: snapshot {snapshot.id} does not say where it is served"
    residency = _named_text(request.residency)
    if refusal.by_partners:
        others = _and(partner.name for partner in request.partners)
        return f"{title(named)} has no location with residency {residency} that {others} can share"
    return f"{title(named)} has no valid location with residency {residency}"


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
    expired = [waiver for waiver in refusal.request.accept if waiver.rule is rule]
    return text + "".join(f" It was accepted until {waiver.until} only." for waiver in expired)


def _about_location(
    refusal: Refusal, named: Named, location: str, rule: Rule, snapshot: Snapshot
) -> str:
    where = place_name(location, snapshot)
    match rule:
        case Rule.NOT_SERVED:
            return _not_served(named, location, where, snapshot)
        case Rule.RESIDENCY if _is_tuned_outside(refusal, location):
            return (
                f"Tuning jobs of {named.id} run in {_and(refusal.tuned_outside)} only, outside "
                f"{described_area(refusal.request.residency)}."
            )
        case Rule.RESIDENCY:
            return f"{where} lies outside {described_area(refusal.request.residency)}."
        case Rule.CAPABILITY:
            text = f"The endpoint in {where} does not offer {_lacking(refusal, location)}."
            return text + _contradicted(named, _lacked(refusal, location), location, snapshot)
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {where}, and allowPreview is false."
        case Rule.ML_PROCESSING:
            return _processing(refusal.request, named, location, where)
        case Rule.PINNED:
            return f"{where} is not the pinned location, {refusal.request.location}."
        case Rule.COLOCATION:
            return _not_shared(refusal, location, where)
        case _:
            raise ValueError(f"{rule} is about a model, not about a location")


def _not_shared(refusal: Refusal, location: str, where: str) -> str:
    nowhere = [one.name for one in refusal.request.partners if not one.locations]
    if nowhere:
        return f"{where} is to be shared with {_and(nowhere)}, for which no location is valid."
    return f"{where} is to be shared with {_and(_absent(refusal, location))}, and not valid for it."


def _absent(refusal: Refusal, location: str) -> list[str]:
    """The deployments that are to share the location and can't be in this one."""
    partners = refusal.request.partners
    return [partner.name for partner in partners if location not in partner.locations]


def _is_tuned_outside(refusal: Refusal, location: str) -> bool:
    """Whether it is the tuning jobs, and not the endpoint, that lie outside."""
    return bool(refusal.tuned_outside) and refusal.request.residency.holds(location)


def _contradicted(
    named: Named, needs: Iterable[Need], location: str | None, snapshot: Snapshot
) -> str:
    """A sentence for each pair of sources that disagree about the needs, here or of the model."""
    return "".join(
        f" {contradiction(one, named, snapshot)}"
        for one in capabilities(named, snapshot).contradictions
        if one.need in needs and (location is None or location in one.locations)
    )


def contradiction(one: Contradiction, named: Named, snapshot: Snapshot) -> str:
    """Which two sources disagree, and that the stricter one decides."""
    affirms, denies = (cited(cite, snapshot) for cite in (one.affirms, one.denies))
    return (
        f"Two sources disagree on {one.need} of {named.id}: {affirms} affirms it, {denies} denies "
        "it. The stricter one decides."
    )


def cited(cite: Citation, snapshot: Snapshot) -> str:
    """A source as a sentence names it: `the model card (2026-10-10)`."""
    source = snapshot.sources[cite.source]
    return f'"{source.title}"' + (f" ({source.date})" if source.date else "")


def place_name(location: str, snapshot: Snapshot) -> str:
    """The location with its name on the page: `europe-west9 (Paris, France)`."""
    for known in snapshot.locations:
        if known.id == location:
            return location if known.name.lower() == location else f"{location} ({known.name})"
    city = places()[location].city
    return f"{location} ({city})" if city and not city.startswith("(") else location


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
    for sentence in sorted(groups, key=lambda one: weights[one]):
        sentences.append((sentence, tuple(groups[sentence])))
    return sentences


def _state(refusal: Refusal, named: Named, location: str, snapshot: Snapshot) -> tuple[str, int]:
    """How a location stands to the request, in words, and how many rules it breaks."""
    where = refusal.request.residency.area_text
    where = where if len(where) <= _LONGEST_AREA else "the area"  # which the headline names
    broken = [rule for rule in Rule if location in refusal.location_rules.get(rule, ())]
    lead = "pinned, " if location == refusal.request.location else ""
    if Rule.PINNED in broken:
        lead = "not pinned, "
    tuned_outside = Rule.RESIDENCY in broken and _is_tuned_outside(refusal, location)
    inside = "outside" if Rule.RESIDENCY in broken and not tuned_outside else "inside"
    if Rule.NOT_SERVED not in broken:
        text = f"served, {inside} {where}"
    elif location not in snapshot.location_ids:
        text = f"{inside} {where}, not in the snapshot"
    elif location in _listed(named, snapshot):
        text = f"{inside} {where}, not served"
    else:
        text = f"{inside} {where}, not listed for it"
    if Rule.COLOCATION in broken:
        text += f", not for {_and(_absent(refusal, location))}"
    if tuned_outside:
        text += f", tuned in {_and(refusal.tuned_outside)} outside it"
    if Rule.CAPABILITY in broken:
        text += f", without {_lacking(refusal, location)}"
    if Rule.PREVIEW in broken:
        text += ", a preview"
    if Rule.ML_PROCESSING in broken:
        text += f", {_processed(refusal, named, location)}"
    return lead + text, len(broken)


def _processed(refusal: Refusal, named: Named, location: str) -> str:
    kept = boundary(named, location, refusal.request.context_size)
    if kept:
        return f"processed within {kept}"
    if any(one.area in (location, jurisdiction(location)) for one in _about_requests(named)):
        return "no commitment on processing for this contextSize"
    return "no commitment on processing known"


def summary(refusal: Refusal, snapshot: Snapshot) -> str:
    """Where the model is served at all, and how much of that the residency allows."""
    named = refusal.named
    if named is None or not named.entry.served:
        return ""
    names = {known.id: known.geography for known in snapshot.locations}
    counts = Counter(
        names[place] for place in sorted(named.entry.served) if places()[place].kind == "region"
    )
    parts = [f"{count} in {_the(geography)}" for geography, count in counts.most_common()]
    parts += [place for place in sorted(named.entry.served) if places()[place].kind != "region"]
    inside = sum(refusal.request.residency.holds(place) for place in named.entry.served)
    total = len(named.entry.served)
    noun = "location" if total == 1 else "locations"
    return (
        f"Served in {total} {noun} ({', '.join(parts)}), "
        f"{inside or 'none'} of them inside {refusal.request.residency.area_text}."
    )


def alternative(one: Alternative, refusal: Refusal, snapshot: Snapshot) -> str:
    """One alternative in a sentence, with where it would be placed."""
    old, known = refusal.request, refusal.named is not None
    said = " and ".join(_change(key, old, one.request, one.named, known) for key in one.keys)
    said = said[0].upper() + said[1:]
    if one.placement is None:
        return f"{said}: it is refused, too, for other reasons."
    if one.widens:
        said += " (a compliance decision for a person to take)"
    return f"{said}: placed in {place_name(one.placement.location, snapshot)}."


def joint_alternative(one: JointAlternative, old: Mapping[str, Request], snapshot: Snapshot) -> str:
    """One alternative of a group in a sentence, with the deployments that it changes.

    `old` are the requests of the group by name, as they are refused.
    """
    changes: dict[str, list[str]] = {}
    for name, key in one.changes:
        new = one.requests[name]
        named, known = resolve_model(new.model, snapshot), _is_known(old[name].model, snapshot)
        changes.setdefault(name, []).append(_change(key, old[name], new, named, known))
    said = [f"for {name}, {_and(words)}" for name, words in changes.items()]
    said += [_regrouping(one)] if one.regroups else []
    text = _and(said)
    text = text[0].upper() + text[1:]
    if not one.placements:
        return f"{text}: it is refused, too, for other reasons."
    if one.widens:
        text += " (a compliance decision for a person to take)"
    return f"{text}: {_placed_together(one, snapshot)}."


def _regrouping(one: JointAlternative) -> str:
    kept = {name for group in one.groups for name in group}
    gone = [name for name in one.requests if name not in kept]
    if len(gone) < len(one.requests):
        return f"leave {_and(gone)} out of the shared location"
    return f"no longer keep {_and(gone)} together"


def _placed_together(one: JointAlternative, snapshot: Snapshot) -> str:
    """Where each of a group would be."""
    where: dict[str, list[str]] = {}
    for name, placement in one.placements.items():
        where.setdefault(placement.location, []).append(name)
    if len(where) == 1:
        [(location, names)] = where.items()
        every = "both" if len(names) == 2 else f"all {len(names)}"
        return f"{every} placed in {place_name(location, snapshot)}"
    parts = [
        f"{_and(names)} placed in {place_name(place, snapshot)}" for place, names in where.items()
    ]
    return ", ".join(parts)


def _is_known(model: str, snapshot: Snapshot) -> bool:
    try:
        resolve_model(model, snapshot)
    except UnknownModel:
        return False
    return True


def _change(key: Key, old: Request, request: Request, named: Named, known: bool) -> str:
    """One change in words; `named` is the model after it, and `known` whether it was one before."""
    from availability.explanation.alternatives.single import Key

    match key:
        case Key.MODEL:
            return (
                f"use {named.id} of {named.entry.publisher}" if known else f"write {title(named)}"
            )
        case Key.RESIDENCY:
            return _widening(old.residency, request.residency)
        case Key.LOCATION:
            return f"pin {request.location}" if request.location else "pin no location"
        case Key.ALLOW_PREVIEW:
            return "allow previews"
        case Key.CONTEXT_SIZE:
            return f"declare contextSize {request.context_size}, if no request is longer"
        case Key.NEEDS:
            gone = [need.value for need in old.needs if need not in request.needs]
            return f"do without {_and(gone)}"


def _widening(old: Residency, new: Residency) -> str:
    """What of a residency is given up, all of it: nobody is to lose a guarantee unawares."""
    said: list[str] = []
    if new.within != old.within:
        said.append(f"widen the residency to {','.join(new.within)}")
        if "eu-adequate-partial" in new.within and "eu-adequate-partial" not in old.within:
            said[-1] += ", partial adequacy decisions included"
    if gone := [term for term in old.excluding if term not in new.excluding]:
        said.append(f"no longer exclude {_and(gone)}")
    if new.guarantee is not old.guarantee:
        said.append(f"no longer ask for {old.guarantee}")
    return " and ".join(said)


def nothing_works(refusal: Refusal, *, shared: bool = False) -> str:
    """For a refusal without alternatives, or for all of a group that shares its location."""
    if shared:
        return (
            "Nothing would make it valid: no change of one of the deployments that share the "
            "location, no two together, and not giving it up."
        )
    if refusal.named is None:
        return "No model of the snapshot has a name like it."
    return (
        "Nothing would make it valid: no other model of its kind, pin, need, preview or residency, "
        "alone or two together."
    )


def told_elsewhere(name: str) -> str:
    """For a refused deployment whose way out is that of its group, told of another one."""
    return f"What would be valid is told of {name}, with which it shares a location."


def won_because(placement: Placement, snapshot: Snapshot) -> str:
    """Why this location, over the next one."""
    request, location = placement.request, placement.location
    if request.location:
        return f"{location} is pinned."
    if not placement.alternates:
        return f"{location} is the only valid location."
    rival = placement.alternates[0]
    if location in request.prefer:
        return f"{location} is preferred."
    kinds = places()[location].kind, places()[rival].kind
    if kinds[0] != kinds[1]:
        return f"{location} is the widest endpoint that the residency allows."
    return f"{location} comes before {rival}: {_tie(placement, rival, snapshot)}."


def placed_because(placement: Placement, snapshot: Snapshot) -> str:
    """A placement in two sentences, where and why there and what else would do.

    A third one says what an adequacy term of the residency means.
    """
    text = f"In {place_name(placement.location, snapshot)}: {won_because(placement, snapshot)}"
    if placement.alternates:
        text += f" Failover: {', '.join(placement.alternates)}."
    area = adequacy_text(placement.request.residency, countries=True)
    return f"{text} Area: {area}." if area else text


def rank_facts(placement: Placement, location: str, snapshot: Snapshot) -> tuple[str, ...]:
    """What decides a location's place in the order, in words."""
    facts = ["preferred"] if location in placement.request.prefer else []
    facts.append(places()[location].kind)
    region = placement.request.region
    away = distance(region, location) if region else None
    if away is not None:
        facts.append(f"{away:.0f} km from {region}")
    models = snapshot.popularity(placement.today)[location]
    facts.append(f"{models} {'model' if models == 1 else 'models'}")
    return tuple(facts)


def not_promised(placement: Placement) -> str:
    """What a placement does not promise."""
    kept = placement.boundary
    processing = (
        f"processing is committed to stay within {kept}"
        if kept
        else "nothing is committed about where requests are processed"
    )
    return (
        f"Not promised: {processing}; capacity and quota in {placement.location}; and that callers "
        "use no other endpoint, since roles do not tell locations apart."
    )


def _tie(placement: Placement, rival: str, snapshot: Snapshot) -> str:
    location, region = placement.location, placement.request.region
    if region and places()[location].kind == "region":
        near, far = distance(region, location), distance(region, rival)
        if near is not None and far is not None and near != far:
            return f"{near:.0f} km from {region}, not {far:.0f}"
    counts = snapshot.popularity(placement.today)
    served, less = counts[location], counts[rival]
    if served != less:
        return f"it serves {served} models of the snapshot, not {less}"
    return "all else is equal and the names are in this order"


def _unknown_model(refusal: Refusal, snapshot: Snapshot) -> str:
    name = shown(refusal.request.model)
    if refusal.candidates:
        ids = _and([named.id for named in refusal.candidates])
        return f"{name} stands for several models of snapshot {snapshot.id}: {ids}."
    return f"No row of snapshot {snapshot.id} carries the model {name}."


def _about_model(refusal: Refusal, named: Named, rule: Rule, snapshot: Snapshot) -> str:
    model = named.model
    match rule:
        case Rule.UNKNOWN_LOCATION:
            return (
                f"Snapshot {snapshot.id} knows {named.id} and does not say where it is served: "
                "unknown, which is not the same as not served."
            )
        case Rule.LEGACY if model.closure:
            return (
                f"Since {model.closure.since} {named.id} is closed to projects that never used it. "
                "If this project did, priorUsage: true says so."
            )
        case Rule.RETIRED if model.retires:
            return f"{named.id} is shut down since {model.retires}." + successor(named)
        case Rule.PREVIEW:
            return f"{named.id} is a preview, and allowPreview is false."
        case Rule.CAPABILITY:
            text = f"{named.id} does not offer {_and(refusal.not_offered)}."
            return text + _contradicted(named, refusal.not_offered, None, snapshot)
        case _:
            raise ValueError(f"{rule} is not about a model")


def _about_requests(named: Named) -> list[Commitment]:
    return [one for one in named.model.commitments if not one.tuning]


def _processing(request: Request, named: Named, location: str, where: str) -> str:
    kept = boundary(named, location, request.context_size)
    if kept is not None:
        wider = described_area(request.residency)
        return f"In {where} processing is kept within {kept}, which is wider than {wider}."
    about = _about_requests(named)
    here = [one for one in about if one.area in (location, jurisdiction(location)) and one.up_to]
    if here:
        size = max((one.up_to for one in here if one.up_to), key=lambda one: one.rank)
        asked = f"of up to {request.context_size}" if request.context_size else "of any size"
        return (
            f"In {where} a commitment covers requests of up to {size} tokens only, not {asked} "
            "(contextSize)."
        )
    if any(one.area == "global" for one in about):
        return f"The source says that {named.id} may be processed anywhere."
    if about:
        areas = _and(one.area for one in about)
        return (
            f"No published commitment keeps the processing of {where} anywhere; for {named.id} "
            f"there is one for {areas} only."
        )
    return (
        f"The snapshot's sources state no commitment on where {named.id} is processed "
        f"when it is called in {where}."
    )


@cache
def _listed(named: Named, snapshot: Snapshot) -> frozenset[str]:
    return frozenset(snapshot.listed(named.entry))


def _not_served(named: Named, location: str, where: str, snapshot: Snapshot) -> str:
    if location not in snapshot.location_ids:
        return f"Snapshot {snapshot.id} has no location {where}."
    if location not in _listed(named, snapshot):
        return f"Nothing says that {named.id} is served in {where}: no table lists both."
    return f"{named.id} is not served in {where}."


def _lacking(refusal: Refusal, location: str) -> str:
    return _and(_lacked(refusal, location))


def _lacked(refusal: Refusal, location: str) -> list[Need]:
    return [need for need, where in refusal.lacking.items() if location in where]


def successor(named: Named) -> str:
    """A sentence on which model the source names in the place of this one, if it names any."""
    other = named.model.successor
    return f" Its source names {other} in its place." if other else ""


def adequacy_text(residency: Residency, *, countries: bool = False) -> str:
    """What the adequacy terms of a residency mean, and that this is no legal advice.

    Empty where it has none. With `countries`, those in which Google has a region are named.
    """
    said = [
        _adequacy(term, residency.year) + (_adequate(term, residency.year) if countries else "")
        for term in residency.adequacy_terms
    ]
    return "; ".join([*said, "not legal advice"]) if said else ""


def described_area(residency: Residency) -> str:
    """The area in its own terms, with what an adequacy term means."""
    meaning = adequacy_text(residency)
    return residency.area_text + (f" ({meaning})" if meaning else "")


def _adequacy(term: str, year: int | None) -> str:
    decided = "full or partial" if term == "eu-adequate-partial" else "full"
    return (
        f"{term} is the EEA and the countries with a {decided} adequacy decision in "
        f"{adequacy_year(year)}"
    )


def _adequate(term: str, year: int | None) -> str:
    """The countries outside the EEA in which Google has a region, in parentheses."""
    named = f"with a region: {_decided('yes', year)}"
    if term == "eu-adequate-partial":
        named += f"; partial: {_decided('partial', year)}"
    return f" ({named})"


def _decided(decision: Adequacy, year: int | None) -> str:
    found = {place.country for place in regions().values() if place.adequacy(year) == decision}
    return ", ".join(sorted(found))


def _named_text(residency: Residency) -> str:
    """The residency, with the names of its countries and the meaning of an adequacy term."""
    names: list[str] = []
    for term in (*residency.within, *residency.excluding):
        name = country_name(term)
        names += [f"{term} is {name}"] if name else []
    names += [meaning] if (meaning := adequacy_text(residency)) else []
    return residency.text + (f" ({', '.join(names)})" if names else "")


def _the(geography: str) -> str:
    return f"the {geography}" if geography in ("United States", "Middle East") else geography


def _and(words: Iterable[str]) -> str:
    listed: Sequence[str] = list(words)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
