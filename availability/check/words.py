"""The words of findings: what holds, and what would make it valid. Nothing sensitive is shown."""

from __future__ import annotations

from collections.abc import Sequence

from availability.check.findings import RULES
from availability.check.locations import dual_region
from availability.check.values import Leaf
from availability.explanation.names import joined, place_name
from availability.facts.names import near_models
from availability.facts.snapshot import Snapshot
from availability.input.errors import shown
from availability.input.likeness import LIMIT
from availability.placement.endpoints import host
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule
from availability.places.geography import places
from availability.places.residency import Residency
from availability.places.suggest import locations

DEFAULT = "by default"
"""Where a location is from that the service falls back to."""
OF_PROVIDER = "the provider's region"
"""Where a location is from that the provider falls back to."""

ASK_FOR_ENDPOINT = "ask for the guarantee endpoint, or have Google's answer on file"
LOOK_WHERE_IT_IS_WRITTEN = "look at the value where it is written, and call what is allowed"
WITHOUT_RAG = "do without the RAG engine, or ask for the guarantee endpoint"


def unnamed(keys: Sequence[str]) -> str:
    """That no input says where a resource is."""
    return f"no location is named: {joined(keys, 'or')} would say it"


def name_it(keys: Sequence[str]) -> str:
    """What makes a location known that no input says."""
    return f"set {keys[0]}"


def not_known_yet(leaf: Leaf, origin: str) -> str:
    """That a location is not known."""
    if origin:
        return f"{leaf.path} is not set, and {origin} is not in the file"
    if leaf.is_sensitive:
        return f"{leaf.path} is secret, and the file does not have it"
    return f"{leaf.path} is known only once what it is made of exists"


def make_known(leaf: Leaf, origin: str, *, is_pulumi: bool) -> str:
    """What makes a location known."""
    if origin:
        return f"set {leaf.path}, or {origin} where the file has it"
    if leaf.is_sensitive and is_pulumi:
        return f"make {leaf.path} no secret, or check it by the policy pack, which sees it"
    return f"give {leaf.path} a plain value, or check again after the update"


def lies_outside(
    leaf: Leaf, location: str, origin: str, residency: Residency, snapshot: Snapshot
) -> str:
    """That a location lies outside the area."""
    if leaf.is_sensitive:
        return hidden(leaf, Rule.RESIDENCY)
    where = f"{leaf.path} {_named(location, snapshot)}"
    if origin:
        where = f"{leaf.path} is not set, and {origin} {_named(location, snapshot)}"
    return f"{where} {_outside(location, residency)}"


def leads_outside(leaf: Leaf, location: str, residency: Residency, snapshot: Snapshot) -> str:
    """That a host or a path in a text leads outside the area."""
    if leaf.is_sensitive:
        return hidden(leaf, Rule.RESIDENCY)
    return (
        f"{leaf.path} leads to {_named(location, snapshot)}, which {_outside(location, residency)}"
    )


def hidden(leaf: Leaf, rule: str) -> str:
    """What is said of a value that is not to be shown."""
    return f"{leaf.path}: {RULES[rule]} The value is sensitive and is not shown."


def move(leaf: Leaf, origin: str, valid: Sequence[str], residency: Residency) -> str:
    """Where a resource would be valid."""
    if not valid:
        return _nowhere(residency)
    places_text = joined(valid[:LIMIT], "or")
    also = f", or {origin}," if origin == OF_PROVIDER else ""
    return f"set {leaf.path}{also} to {places_text}"


def call_elsewhere(valid: Sequence[str], residency: Residency) -> str:
    """Which hosts would be valid."""
    if not valid:
        return _nowhere(residency)
    return f"call {joined([host(location) for location in valid[:LIMIT]], 'or')}"


def call_model(
    model: str, refusal: Refusal, elsewhere: Placement | Refusal, snapshot: Snapshot
) -> str:
    """Where a model could be called, or which one may be meant."""
    if isinstance(elsewhere, Placement):
        location = elsewhere.location
        path = f"locations/{location}/publishers/{elsewhere.named.entry.publisher}/models"
        return f"call {path}/{elsewhere.named.id} by {host(location)}"
    if refusal.named is None:
        near = [f"{one.entry.publisher}/{one.id}" for one in near_models(model, snapshot, LIMIT)]
        meant = f": did you mean {joined(near, 'or')}?" if near else ""
        return f"name a model of snapshot {snapshot.id}{meant}"
    return f"call another model: {elsewhere_text(elsewhere)}"


def elsewhere_text(refusal: Refusal) -> str:
    """That no location would do for a model."""
    residency = refusal.request.residency
    if Rule.RETIRED in refusal.model_rules:
        return "this one is shut down everywhere"
    return f"no location serves this one under {residency.text}"


def not_committed(location: str) -> str:
    """That no source speaks of a commitment on processing for a resource of one's own."""
    return (
        f"prompts are processed in {location}, and no source here says whether a commitment on "
        "processing covers a resource of one's own"
    )


def rag_not_served(leaf: Leaf, location: str, snapshot: Snapshot) -> str:
    """That the RAG engine does not run in a location."""
    return (
        f"{leaf.path} {_named(location, snapshot)} is no region of the RAG engine in snapshot "
        f"{snapshot.id}"
    )


def rag_not_covered(snapshot: Snapshot) -> str:
    """That no commitment covers the RAG engine."""
    return f"snapshot {snapshot.id} has no commitment on processing for the RAG engine"


def _named(location: str, snapshot: Snapshot) -> str:
    if location in places():
        return place_name(location, snapshot)
    regions = dual_region(location)
    within = f" ({joined(regions)})" if regions else ""
    return shown(location) + within


def _outside(location: str, residency: Residency) -> str:
    if location in places() or dual_region(location):
        return f"lies outside {residency.area_text}"
    meant = joined(locations(location), "or")
    hint = f" (did you mean {meant}?)" if meant else ""
    return f"is no location that is known to lie in {residency.area_text}{hint}"


def _nowhere(residency: Residency) -> str:
    return f"no known location lies in {residency.area_text}: widen the residency"
