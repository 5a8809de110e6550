"""The words for each rule: its sentence and its headline, and what else is said where it is broken.

A new rule needs its case in each match of this module, and in none of another one's. Rules on which
there is more to say have their words in the modules beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from availability.explanation.lifecycle import has_ended
from availability.explanation.names import in_area, joined, noticed, place_name, successor
from availability.explanation.rules import (
    colocation,
    controls,
    offered,
    outside,
    processing,
    served,
)
from availability.explanation.rules.brief import shortened
from availability.facts.capabilities import capabilities
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule


class OfModel(NamedTuple):
    """What is said of a model that breaks a rule wherever it is served."""

    sentence: str
    headline: str


def of_model(refusal: Refusal, named: Named, rule: Rule, snapshot: Snapshot) -> OfModel:
    """The words for a rule that the model breaks. Raises ValueError for one about locations."""
    model = named.model
    match rule:
        case Rule.UNKNOWN_LOCATION:
            return OfModel(
                f"Snapshot {snapshot.id} knows {named.id} and does not say where it is served: "
                "unknown, which is not the same as not served.",
                f"snapshot {snapshot.id} does not say where {named.id} is served",
            )
        case Rule.LEGACY:
            since = model.closure and model.closure.since
            return OfModel(
                f"Since {since} {named.id} is closed to projects that never used it. "
                "If this project did, priorUsage: true says so.",
                f"{named.id} is closed to new projects" + (f" since {since}" if since else ""),
            )
        case Rule.RETIRED:
            ended = f"{named.id} is {has_ended(named.entry, model.retires)}"
            return OfModel(f"{ended}." + successor(named), ended)
        case Rule.DATA_SHARING:
            said = "; ".join(noticed(notice, snapshot) for notice in model.shared_with_publisher)
            publisher = named.entry.publisher
            return OfModel(
                f"{named.id} needs prompts and responses to be shared with "
                f"{publisher}, which guarantee: ml-processing excludes: {said}.",
                f"{named.id} needs prompts shared with {publisher}, which ml-processing excludes",
            )
        case Rule.CONTROLS:
            return OfModel(
                controls.sentence(refusal, named, snapshot),
                controls.headline(refusal, named, snapshot),
            )
        case Rule.PREVIEW:
            text = f"{named.id} is a preview, and allowPreview is false"
            return OfModel(f"{text}.", text)
        case Rule.CAPABILITY:
            needs = refusal.not_offered
            text = f"{named.id} does not offer {joined(needs)}."
            return OfModel(
                text + offered.contradictions(named, needs, None, snapshot),
                f"{named.id} does not offer {shortened(needs, 'needs')}",
            )
        case (
            Rule.UNKNOWN_MODEL
            | Rule.NOT_SERVED
            | Rule.RESIDENCY
            | Rule.ML_PROCESSING
            | Rule.PINNED
            | Rule.COLOCATION
        ):
            raise ValueError(f"{rule} is not about a model")


def of_location(
    refusal: Refusal, named: Named, location: str, rule: Rule, snapshot: Snapshot
) -> str:
    """The sentence for a rule that a location breaks. Raises ValueError for one about models."""
    where = place_name(location, snapshot)
    match rule:
        case Rule.NOT_SERVED:
            return served.sentence(named, location, where, snapshot)
        case Rule.RESIDENCY:
            return outside.sentence(refusal, named, location, where)
        case Rule.CAPABILITY:
            needs = offered.lacked(refusal, location)
            text = f"The endpoint in {where} does not offer {joined(needs)}."
            return text + offered.contradictions(named, needs, location, snapshot)
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {where}, and allowPreview is false."
        case Rule.CONTROLS:
            return (
                f"{named.id} is a preview in {where}, and Google does not support security "
                "controls for previews."
            )
        case Rule.ML_PROCESSING:
            return processing.sentence(refusal, named, location, where, snapshot)
        case Rule.PINNED:
            return f"{where} is not the pinned location, {refusal.request.location}."
        case Rule.COLOCATION:
            return colocation.sentence(refusal, location, where)
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
        ):
            raise ValueError(f"{rule} is about a model, not about a location")


def headline_of_pin(
    refusal: Refusal, named: Named, pin: str, rule: Rule, snapshot: Snapshot
) -> str:
    """The headline for a rule that the pinned location breaks. Raises ValueError for another."""
    match rule:
        case Rule.NOT_SERVED:
            return served.headline_of_pin(named, pin, snapshot)
        case Rule.RESIDENCY:
            return outside.headline_of_pin(refusal, named, pin)
        case Rule.CAPABILITY:
            needs = offered.lacked_by_all(refusal, (pin,))
            return f"{named.id} does not offer {needs} in {pin}, its pin"
        case Rule.PREVIEW:
            return f"{named.id} is a preview in {pin}, its pin, and allowPreview is false"
        case Rule.CONTROLS:
            return f"{named.id} is a preview in {pin}, its pin, which no security control covers"
        case Rule.ML_PROCESSING:
            return processing.headline_of_pin(refusal, named, pin)
        case Rule.COLOCATION:
            return colocation.headline_of_pin(refusal, named, pin)
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
            | Rule.PINNED
        ):
            raise ValueError(f"{rule} is broken by no pin")


def headline_of_served(refusal: Refusal, named: Named) -> str:
    """The headline for the rules that the locations break that serve it inside the area."""
    area, where = in_area(refusal.request.residency), refusal.served_inside
    match refusal.decisive:
        case (Rule.RESIDENCY,):
            return outside.headline_of_needed(refusal, named)
        case (Rule.COLOCATION,):
            return colocation.headline(refusal, named)
        case (Rule.ML_PROCESSING,):
            return processing.headline(refusal, named, where)
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
            return f"offers {offered.lacked_by_all(refusal, refusal.served_inside)}"
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


def of_locations(refusal: Refusal, rule: Rule, snapshot: Snapshot) -> str:
    """What locations fail by, in a few words. Raises ValueError for a rule about models."""
    request = refusal.request
    match rule:
        case Rule.NOT_SERVED:
            return served.in_short(refusal, snapshot)
        case Rule.RESIDENCY:
            return f"outside {request.residency.area_text}{outside.with_needed(refusal)}"
        case Rule.CAPABILITY:
            return f"without {joined(refusal.lacking)}"
        case Rule.PREVIEW:
            return "a preview"
        case Rule.CONTROLS:
            return "a preview without security controls"
        case Rule.ML_PROCESSING:
            return "inside, no commitment on processing"
        case Rule.PINNED:
            return f"not the pinned {request.location}"
        case Rule.COLOCATION:
            return f"not for {joined(partner.name for partner in request.partners)}"
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
        ):
            raise ValueError(f"{rule} is about a model, not about a location")


_TOLD = (
    Rule.COLOCATION,
    Rule.RESIDENCY,
    Rule.CAPABILITY,
    Rule.PREVIEW,
    Rule.CONTROLS,
    Rule.ML_PROCESSING,
)
"""The order in which a location's details stand; others come last."""


def details(
    refusal: Refusal, named: Named, location: str, broken: list[Rule], snapshot: Snapshot
) -> Iterator[str]:
    """What stands against a location besides that it is outside or not served, in a few words."""
    last = len(_TOLD)
    for rule in sorted(broken, key=lambda rule: _TOLD.index(rule) if rule in _TOLD else last):
        yield from _detail(refusal, named, location, rule, snapshot)


def _detail(
    refusal: Refusal, named: Named, location: str, rule: Rule, snapshot: Snapshot
) -> Iterator[str]:
    match rule:
        case Rule.COLOCATION:
            yield f"not for {joined(colocation.absent(refusal, location))}"
        case Rule.RESIDENCY:
            yield from outside.in_short(refusal, location)
        case Rule.CAPABILITY:
            yield f"without {joined(offered.lacked(refusal, location))}"
        case Rule.PREVIEW:
            yield "a preview"
        case Rule.CONTROLS:
            yield "a preview without security controls"
        case Rule.ML_PROCESSING:
            yield processing.in_short(refusal, named, location, snapshot)
        case Rule.NOT_SERVED | Rule.PINNED:
            return  # said before the details
        case (
            Rule.UNKNOWN_MODEL
            | Rule.UNKNOWN_LOCATION
            | Rule.LEGACY
            | Rule.RETIRED
            | Rule.DATA_SHARING
        ):
            raise ValueError(f"{rule} is about a model, not about a location")


def what_is_waived(
    result: Placement | Refusal, named: Named, rule: Rule, snapshot: Snapshot
) -> str:
    """What breaks a rule that is waived, as a part of a sentence.

    Raises ValueError for a rule that nobody may accept to break.
    """
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
