"""The words for what stands against a request: each broken rule, and location by location.

Every sentence is derived from the snapshot and the request; where the sources say nothing, so do
the words.
"""

from __future__ import annotations

from availability.explanation.rules import outside, said, served, unknown
from availability.facts.names import Named
from availability.facts.snapshot import Snapshot
from availability.placement.request import Refusal
from availability.placement.rules import Rule

_LONGEST_AREA = len("eu-adequate-partial")
"""The most letters of an area that every group of locations can repeat on a screen."""


def reason(refusal: Refusal, location: str | None, rule: Rule, snapshot: Snapshot) -> str:
    """One broken rule in a sentence. `location` is None for a rule about the model."""
    named = refusal.named
    if named is None:
        return unknown.sentence(refusal, snapshot)
    if location is None:
        text = said.of_model(refusal, named, rule, snapshot).sentence
    else:
        text = said.of_location(refusal, named, location, rule, snapshot)
    # A waiver that holds would have kept the rule from refusing.
    expired = [waiver for waiver in refusal.request.waivers if waiver.rule is rule]
    return text + "".join(f" It was accepted until {waiver.until} only." for waiver in expired)


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
    needed_outside = Rule.RESIDENCY in broken and outside.is_needed(refusal, location)
    inside = "outside" if Rule.RESIDENCY in broken and not needed_outside else "inside"
    if Rule.NOT_SERVED not in broken:
        text = f"served, {inside} {where}"
    elif location not in snapshot.location_ids:
        text = f"{inside} {where}, not in the snapshot"
    elif served.is_listed(named, location, snapshot):
        text = f"{inside} {where}, not served"
    else:
        text = f"{inside} {where}, not listed for it"
    details = said.details(refusal, named, location, broken, snapshot)
    return ", ".join([lead + text, *details]), len(broken)
