"""The words for a model that is not served, or of which nothing says that it is."""

from __future__ import annotations

from functools import cache

from availability.facts.names import Named
from availability.facts.snapshot import Snapshot
from availability.placement.request import Refusal
from availability.placement.rules import Rule


def sentence(named: Named, location: str, where: str, snapshot: Snapshot) -> str:
    """That a location does not serve the model, or that nothing says it does."""
    if location not in snapshot.location_ids:
        return f"Snapshot {snapshot.id} has no location {where}."
    if not is_listed(named, location, snapshot):
        return f"Nothing says that {named.id} is served in {where}: no table lists both."
    return f"{named.id} is not served in {where}."


def headline_of_pin(named: Named, pin: str, snapshot: Snapshot) -> str:
    """The same of the pinned location."""
    if pin not in snapshot.location_ids:
        return f"{named.id} is pinned to {pin}, which snapshot {snapshot.id} does not have"
    if not is_listed(named, pin, snapshot):
        return f"nothing says that {named.id} is served in {pin}, its pin"
    return f"{named.id} is not served in {pin}, its pin"


def in_short(refusal: Refusal, snapshot: Snapshot) -> str:
    """That a source says no, or that none says anything, whichever of the two there is."""
    named, where = refusal.named, refusal.location_rules[Rule.NOT_SERVED]
    said = {named is not None and is_listed(named, location, snapshot) for location in where}
    words = {True: "not served", False: "not listed for it"}
    return " or ".join(words[known] for known in sorted(said, reverse=True))


def is_listed(named: Named, location: str, snapshot: Snapshot) -> bool:
    """Whether a source speaks of the model and the location, so that it can say no."""
    return location in _listed(named, snapshot)


@cache
def _listed(named: Named, snapshot: Snapshot) -> frozenset[str]:
    return frozenset(snapshot.listed(named.entry))
