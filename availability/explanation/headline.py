"""What decides a refusal, in one sentence that can stand alone as a title.

It names the fact, `gemini-2.5-pro is shut down after 2026-10-20`, never that nothing is valid:
whoever reads it has two minutes. What the sources don't say it doesn't say, either.
"""

from __future__ import annotations

from availability.explanation.names import in_area, joined
from availability.explanation.rules import said, served, unknown
from availability.facts.names import Named
from availability.facts.snapshot import Snapshot
from availability.placement.request import Refusal


def headline(refusal: Refusal, snapshot: Snapshot) -> str:
    """The sentence, without a full stop."""
    text = _fact(refusal, snapshot)
    # A waiver that holds would have kept the rule from refusing.
    ended = [one.until for one in refusal.request.waivers if one.rule in refusal.decisive]
    return text + (f", accepted until {max(ended)} only" if ended else "")


def _fact(refusal: Refusal, snapshot: Snapshot) -> str:
    named = refusal.named
    if named is None:
        return unknown.headline(refusal, snapshot)
    if refusal.model_rules:
        return said.of_model(refusal, named, refusal.decisive[0], snapshot).headline
    if pin := refusal.request.location:
        [rule] = refusal.decisive
        return said.headline_of_pin(refusal, named, pin, rule, snapshot)
    if refusal.served_inside:
        return said.headline_of_served(refusal, named)
    return _served_nowhere(refusal, named, snapshot)


def _served_nowhere(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """That nothing inside the area serves it; that a source says so only where one does."""
    residency = refusal.request.residency
    area = in_area(residency)
    inside = [location for location in refusal.universe if residency.holds(location)]
    if not inside:
        return f"no location of snapshot {snapshot.id} lies{area}"
    if not all(served.is_listed(named, location, snapshot) for location in inside):
        return f"nothing says that {named.id} is served{area or ' anywhere'}"
    if residency.within == tuple(inside):
        return f"{named.id} is not served in {joined(inside)}"
    return f"{named.id} is served nowhere{area}"
