"""The rules: what can refuse a request, where each is broken, and which a person may accept.

A rule is a row of the table and its check below it; its sentence is in `explanation.reasons`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.places.residency import Guarantee, Residency

if TYPE_CHECKING:  # a request has waivers, which are of rules
    from availability.placement.request import Request


class Rule(StrEnum):
    """What can refuse a request, in the order in which reasons are given.

    Of each rule its id, its meaning, and its rank among those that a person may accept to break:
    None for one that nobody may, as are all that say where data goes.
    """

    _value_: str
    meaning: str
    """One sentence, for those who read reports."""
    waiver_rank: int | None

    def __new__(cls, value: str, meaning: str, waiver_rank: int | None) -> Rule:
        """A member of the table below."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.waiver_rank = waiver_rank
        return member

    UNKNOWN_MODEL = "unknown-model", "No row of the snapshot carries the model.", None
    UNKNOWN_LOCATION = (
        "unknown-location",
        "The snapshot does not say where the model is served.",
        None,
    )
    LEGACY = "legacy", "The model is closed to projects without prior usage.", 3
    RETIRED = "retired", "The model is shut down.", 1
    PREVIEW = (
        "preview",
        "The model or the location is a preview, and previews are not allowed.",
        2,
    )
    CAPABILITY = "capability", "The model or the endpoint does not offer a need.", 4
    NOT_SERVED = "not-served", "The model is not served here.", None
    RESIDENCY = "residency", "The endpoint lies outside the area.", None
    ML_PROCESSING = (
        "ml-processing",
        "No published commitment keeps the processing inside the area.",
        None,
    )
    DATA_SHARING = (
        "data-sharing",
        "The model's prompts and responses have to be shared with its publisher.",
        5,
    )
    CONTROLS = "controls", "A security control does not cover what is used of the model.", None
    PINNED = "pinned", "Another location is pinned.", None
    COLOCATION = "colocation", "Another deployment that shares the location can't be here.", None


WAIVABLE = tuple(
    rule
    for _, rule in sorted((rule.waiver_rank, rule) for rule in Rule if rule.waiver_rank is not None)
)
"""The rules that a person may accept to break, in the order in which messages name them."""


@dataclass(frozen=True)
class Waiver:
    """A person's decision that a rule refuses nothing until a day, that day included."""

    rule: Rule
    """One of `WAIVABLE`."""
    until: dt.date
    reason: str

    def holds(self, today: dt.date) -> bool:
        """Whether it has not expired."""
        return today <= self.until


def broken_by_model(request: Request, named: Named, today: dt.date) -> tuple[Rule, ...]:
    """The rules on dates, stages and terms that the model breaks wherever it is served."""
    model = named.model
    broken: list[Rule] = []
    if model.closure and today >= model.closure.since and not request.prior_usage:
        broken.append(Rule.LEGACY)
    if named.is_retired(today):
        broken.append(Rule.RETIRED)
    if model.is_preview and not request.allow_preview:
        broken.append(Rule.PREVIEW)
    guaranteed = request.residency.guarantee is Guarantee.ML_PROCESSING
    if guaranteed and model.shared_with_publisher:
        broken.append(Rule.DATA_SHARING)
    return tuple(broken)


def broken_by_location(
    request: Request,
    named: Named,
    universe: frozenset[str],
    lacking: Mapping[Need, frozenset[str]],
    uncovered: Mapping[Need, frozenset[str]],
) -> dict[Rule, frozenset[str]]:
    """Rule -> the locations that break it; the pin is left to the caller.

    `lacking` are the locations that do not offer a need, `uncovered` those where no commitment on
    processing covers it.
    """
    served = named.entry.served
    inside = _inside(request.residency, universe)
    rules = {Rule.NOT_SERVED: universe - served, Rule.RESIDENCY: universe - inside}
    if lacking:
        rules[Rule.CAPABILITY] = frozenset[str]().union(*lacking.values())
    if not request.allow_preview and named.entry.preview_locations:
        rules[Rule.PREVIEW] = named.entry.preview_locations
    if request.partners:
        shared = universe.intersection(*(partner.locations for partner in request.partners))
        rules[Rule.COLOCATION] = universe - shared
    if request.residency.guarantee is Guarantee.ML_PROCESSING:
        rules[Rule.ML_PROCESSING] = frozenset(
            location
            for location in served & inside
            if not request.residency.keeps(boundary(named, location, request.context_size))
        ).union(*(where & inside for where in uncovered.values()))
    return rules


@cache
def _inside(residency: Residency, universe: frozenset[str]) -> frozenset[str]:
    return frozenset(location for location in universe if residency.holds(location))
