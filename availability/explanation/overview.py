"""A refusal in short: what was asked of which facts, and how many locations break which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from availability.explanation.names import residency_text, title, with_article
from availability.explanation.reasons import reason
from availability.explanation.rules import said
from availability.facts.names import Named
from availability.facts.snapshot import Snapshot
from availability.placement.request import Refusal
from availability.placement.rules import Rule
from availability.places.geography import places

_SAID_BY_ITSELF = (Rule.NOT_SERVED, Rule.RESIDENCY)
"""Rules of which the headline says all that there is to say, but of what is needed elsewhere."""


def proof(refusal: Refusal, snapshot: Snapshot) -> list[str]:
    """Why the headline is true, in full: what is said of the model, or of one location.

    That is the pinned location, or the first of those that serve the model inside the area.
    """
    if refusal.model_rules:
        first = refusal.decisive
        rules = sorted(refusal.model_rules, key=lambda rule: rule not in first)
        return [reason(refusal, None, rule, snapshot) for rule in rules]
    pin = refusal.request.location
    about = (pin,) if pin else refusal.served_inside
    return [
        reason(refusal, location, rule, snapshot)
        for rule in refusal.decisive
        for location in [place for place in about if place in refusal.location_rules[rule]][:1]
        if rule not in _SAID_BY_ITSELF or location in refusal.served_inside
    ]


def overview(refusal: Refusal, snapshot: Snapshot) -> str:
    """What was asked of which snapshot, and where the model is served by it."""
    request, named = refusal.request, refusal.named
    residency = residency_text(request.residency, takes_guarantee=request.takes_guarantee)
    asked = f"Asked of snapshot {snapshot.id}: residency {residency}."
    return f"{asked} {_served(refusal, named, snapshot)}" if named else asked


def _served(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """Where the model is served at all, and how much of that the residency allows."""
    served = sorted(named.entry.served)
    if not served:
        return f"Where {title(named)} is served it does not say."
    names = {known.id: known.geography for known in snapshot.locations}
    counts = Counter(names[place] for place in served if places()[place].kind == "region")
    parts = [f"{count} in {with_article(geography)}" for geography, count in counts.most_common()]
    parts += [place for place in served if places()[place].kind != "region"]
    inside = sum(map(refusal.request.residency.holds, served))
    noun = "location" if len(served) == 1 else "locations"
    verb = "was" if Rule.RETIRED in refusal.model_rules else "is"
    return (
        f"{title(named)} {verb} served in {len(served)} {noun} ({', '.join(parts)}), "
        f"{inside or 'none'} of them inside {refusal.request.residency.area_text}."
    )


def rule_counts(refusal: Refusal, snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """What locations fail by, in a few words, and how many do; what decides comes first."""
    for rule in refusal.deciding:
        if count := len(refusal.location_rules.get(rule, ())):
            yield said.of_locations(refusal, rule, snapshot), count
