"""The words for an answer: why nothing is valid, what would be, and why this place won.

Every sentence is derived from the snapshot and the request; where the sources say nothing, so do
the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from availability.errors import shown
from availability.facts import Snapshot
from availability.geography import country_name, distance, places
from availability.names import Named
from availability.placement import Placement, Refusal, Rule, boundary
from availability.residency import Residency

if TYPE_CHECKING:  # only a refusal has alternatives
    from availability.remedies import Alternative, Key


def title(named: Named) -> str:
    """The model as a reader finds it on Google's page: its id, and the name of its row."""
    return f"{named.id} ({named.entry.name})"


def headline(refusal: Refusal, snapshot: Snapshot) -> str:
    """One sentence: what was asked for, and what it comes down to."""
    request, named = refusal.request, refusal.named
    if named is None:
        if refusal.candidates:
            count = len(refusal.candidates)
            return f"{shown(request.model)} stands for {count} models: name one by id"
        return f"{shown(request.model)} is no model of snapshot {snapshot.id}"
    if Rule.UNKNOWN_LOCATION in refusal.model_rules:
        return f"{title(named)}: snapshot {snapshot.id} does not say where it is served"
    return f"{title(named)} has no valid location with residency {_named_text(request.residency)}"


def reason(refusal: Refusal, location: str | None, rule: Rule, snapshot: Snapshot) -> str:
    """One broken rule in a sentence. `location` is None for a rule about the model."""
    named = refusal.named
    if named is None:
        return _unknown_model(refusal, snapshot)
    if location is None:
        return _about_model(refusal, named, rule, snapshot)
    where = place_name(location, snapshot)
    match rule:
        case Rule.NOT_SERVED:
            return _not_served(named, location, where, snapshot)
        case Rule.RESIDENCY:
            return f"{where} lies outside {refusal.request.residency.area_text}."
        case Rule.CAPABILITY:
            return f"The endpoint in {where} does not offer {_lacking(refusal, location)}."
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {where}, and allowPreview is false."
        case Rule.ML_PROCESSING:
            return _processing(refusal.request.residency, named, location, where)
        case Rule.PINNED:
            return f"{where} is not the pinned location, {refusal.request.location}."
        case _:
            raise ValueError(f"{rule} is about a model, not about a location")


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
    broken = [rule for rule in Rule if location in refusal.location_rules.get(rule, ())]
    lead = "pinned, " if location == refusal.request.location else ""
    if Rule.PINNED in broken:
        lead = "not pinned, "
    inside = "outside" if Rule.RESIDENCY in broken else "inside"
    if Rule.NOT_SERVED not in broken:
        text = f"served, {inside} {where}"
    elif location not in snapshot.location_ids:
        text = f"{inside} {where}, not in the snapshot"
    elif location in _listed(named, snapshot):
        text = f"{inside} {where}, not served"
    else:
        text = f"{inside} {where}, not listed for it"
    if Rule.CAPABILITY in broken:
        text += f", without {_lacking(refusal, location)}"
    if Rule.PREVIEW in broken:
        text += ", a preview"
    if Rule.ML_PROCESSING in broken:
        kept = boundary(named, location)
        text += f", processed within {kept}" if kept else ", no commitment on processing known"
    return lead + text, len(broken)


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
    said = " and ".join(_change(key, one, refusal) for key in one.keys)
    said = said[0].upper() + said[1:]
    if one.placement is None:
        return f"{said}: it is refused, too, for other reasons."
    if one.widens:
        said += " (a compliance decision for a person to take)"
    return f"{said}: placed in {place_name(one.placement.location, snapshot)}."


def _change(key: Key, one: Alternative, refusal: Refusal) -> str:
    from availability.remedies import Key

    request = one.request
    match key:
        case Key.MODEL:
            if refusal.named is None:
                return f"write {title(one.named)}"
            return f"use {one.named.id} of {one.named.entry.publisher}"
        case Key.RESIDENCY:
            return _widening(refusal.request.residency, request.residency)
        case Key.LOCATION:
            return f"pin {request.location}" if request.location else "pin no location"
        case Key.ALLOW_PREVIEW:
            return "allow previews"
        case Key.NEEDS:
            gone = [need.value for need in refusal.request.needs if need not in request.needs]
            return f"do without {_and(gone)}"


def _widening(old: Residency, new: Residency) -> str:
    """What of a residency is given up, all of it: nobody is to lose a guarantee unawares."""
    said: list[str] = []
    if new.within != old.within:
        said.append(f"widen the residency to {','.join(new.within)}")
    if gone := [term for term in old.excluding if term not in new.excluding]:
        said.append(f"no longer exclude {_and(gone)}")
    if new.guarantee is not old.guarantee:
        said.append(f"no longer ask for {old.guarantee}")
    return " and ".join(said)


def nothing_works(refusal: Refusal) -> str:
    """For a refusal without alternatives."""
    if refusal.named is None:
        return "No model of the snapshot has a name like it."
    return (
        "Nothing would make it valid: no other model of its kind, pin, need, preview or residency, "
        "alone or two together."
    )


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
    """A placement in two sentences: where and why there, and what else would do."""
    text = f"In {place_name(placement.location, snapshot)}: {won_because(placement, snapshot)}"
    if placement.alternates:
        text += f" Failover: {', '.join(placement.alternates)}."
    return text


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
            return f"{named.id} is shut down since {model.retires}."
        case Rule.PREVIEW:
            return f"{named.id} is a preview, and allowPreview is false."
        case _:
            raise ValueError(f"{rule} is not about a model")


def _processing(residency: Residency, named: Named, location: str, where: str) -> str:
    kept = boundary(named, location)
    if kept is not None:
        wider = residency.area_text
        return f"In {where} processing is kept within {kept}, which is wider than {wider}."
    if named.model.commitments:
        areas = _and(commitment.area for commitment in named.model.commitments)
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
    return _and(need.value for need, where in refusal.lacking.items() if location in where)


def _named_text(residency: Residency) -> str:
    """The residency, with the names of the countries whose codes it has."""
    names: list[str] = []
    for term in (*residency.within, *residency.excluding):
        name = country_name(term)
        names += [f"{term} is {name}"] if name else []
    return residency.text + (f" ({', '.join(names)})" if names else "")


def _the(geography: str) -> str:
    return f"the {geography}" if geography in ("United States", "Middle East") else geography


def _and(words: Iterable[str]) -> str:
    listed: Sequence[str] = list(words)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
