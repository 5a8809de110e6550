"""Why a location comes before the others, and what a placement does not promise."""

from __future__ import annotations

from availability.explanation.committed import committed, not_covered
from availability.explanation.names import adequacy_text, asked_text, counted, place_name
from availability.facts.grouped import popularity
from availability.facts.snapshot import Snapshot
from availability.placement.request import Placement
from availability.places.geography import distance, places


def won_because(placement: Placement, snapshot: Snapshot) -> str:
    """Why this location, over the next one."""
    request, location = placement.request, placement.location
    if request.location:
        return f"{location} is pinned."
    if not placement.alternates:
        return f"{location} is the only valid location."
    return comes_before(placement, placement.alternates[0], snapshot)


def comes_before(placement: Placement, rival: str, snapshot: Snapshot) -> str:
    """Why the placement's location comes before another valid one; nothing is pinned."""
    request, location = placement.request, placement.location
    if location in request.prefer:
        return f"{location} is preferred."
    kinds = places()[location].kind, places()[rival].kind
    if kinds[0] != kinds[1]:
        return f"{location} is the widest endpoint that the residency allows."
    return f"{location} comes before {rival}: {_tie(placement, rival, snapshot)}."


def placed_because(placement: Placement, snapshot: Snapshot) -> str:
    """A placement in sentences: where, why there, what else would do, and under which residency.

    A last one says what an adequacy term of the residency means.
    """
    request = placement.request
    text = f"In {place_name(placement.location, snapshot)}: {won_because(placement, snapshot)}"
    if placement.alternates:
        text += f" Failover: {', '.join(placement.alternates)}."
    if said := committed(placement, snapshot):
        text += f" Processing is committed {said}"
        text += f" Not covered: {not_covered(placement, snapshot)}."
    asked = asked_text(request.residency, takes_guarantee=request.takes_guarantee)
    text += f" Residency: {asked}."
    area = adequacy_text(request.residency, countries=True)
    return f"{text} Area: {area}." if area else text


def rank_facts(placement: Placement, location: str, snapshot: Snapshot) -> tuple[str, ...]:
    """What decides a location's place in the order, in words."""
    facts = ["preferred"] if location in placement.request.prefer else []
    facts.append(places()[location].kind)
    region = placement.request.region
    away = distance(region, location) if region else None
    if away is not None:
        facts.append(f"{away:.0f} km from {region}")
    facts.append(counted(popularity(snapshot)[location], "model"))
    return tuple(facts)


def not_promised(placement: Placement) -> str:
    """What a placement does not promise."""
    processing = (
        "" if placement.boundary else "where requests are processed, which nothing commits; "
    )
    return (
        f"Not promised: {processing}capacity and quota in {placement.location}; and that callers "
        "use no other endpoint, since roles do not tell locations apart."
    )


def _tie(placement: Placement, rival: str, snapshot: Snapshot) -> str:
    location, region = placement.location, placement.request.region
    if region and places()[location].kind == "region":
        near, far = distance(region, location), distance(region, rival)
        if near is not None and far is not None and near != far:
            return f"{near:.0f} km from {region}, not {far:.0f}"
    counts = popularity(snapshot)
    served, less = counts[location], counts[rival]
    if served != less:
        return f"it serves {served} models of the snapshot, not {less}"
    return "all else is equal and the names are in this order"
