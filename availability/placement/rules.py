"""The rules: what can refuse a request, where each is broken, and which a person may accept.

A rule is a row of the table and its check below it; its words are in `explanation.rules.said`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.places.areas import Area, reach
from availability.places.residency import Guarantee

if TYPE_CHECKING:  # a request has waivers, which are of rules
    from availability.placement.request import Request


@dataclass(frozen=True)
class _Row:
    """What is known of a rule by itself. A rank is None where the rule is not among those."""

    id: str
    meaning: str
    keys: tuple[str, ...]
    model_rank: int | None = None
    location_rank: int | None = None
    waiver_rank: int | None = None


class Rule(StrEnum):
    """What can refuse a request, in the order in which reasons are given."""

    _value_: str
    meaning: str
    """One sentence, for those who read reports."""
    keys: tuple[str, ...]
    """The keys of a deployment that it is about, like `needs`, the one that says most first."""
    model_rank: int | None
    """Its rank where several are broken by the model; `OF_MODEL` has the order."""
    location_rank: int | None
    """Its rank where locations break several; `OF_LOCATIONS` has the order."""
    waiver_rank: int | None
    """Its rank among those that a person may accept to break; nobody may one without, as are all
    that say where data goes.
    """

    def __new__(cls, row: _Row) -> Rule:
        """A member of the table below."""
        member = str.__new__(cls, row.id)
        member._value_ = row.id
        member.meaning = row.meaning
        member.keys = row.keys
        member.model_rank = row.model_rank
        member.location_rank = row.location_rank
        member.waiver_rank = row.waiver_rank
        return member

    UNKNOWN_MODEL = _Row(
        "unknown-model", "No row of the snapshot carries the model.", ("model",), model_rank=1
    )
    UNKNOWN_LOCATION = _Row(
        "unknown-location",
        "The snapshot does not say where the model is served.",
        ("model",),
        model_rank=3,
    )
    LEGACY = _Row(
        "legacy",
        "The model is closed to projects without prior usage.",
        ("priorUsage", "model"),
        model_rank=4,
        waiver_rank=3,
    )
    RETIRED = _Row("retired", "The model is shut down.", ("model",), model_rank=2, waiver_rank=1)
    PREVIEW = _Row(
        "preview",
        "The model or the location is a preview, and previews are not allowed.",
        ("allowPreview",),
        model_rank=8,
        location_rank=5,
        waiver_rank=2,
    )
    CAPABILITY = _Row(
        "capability",
        "The model or the endpoint does not offer a need.",
        ("needs",),
        model_rank=5,
        location_rank=2,
        waiver_rank=4,
    )
    NOT_SERVED = _Row("not-served", "The model is not served here.", ("model",))
    RESIDENCY = _Row(
        "residency", "The endpoint lies outside the area.", ("residency",), location_rank=1
    )
    ML_PROCESSING = _Row(
        "ml-processing",
        "No published commitment keeps the processing inside the area.",
        ("residency.guarantee",),
        location_rank=3,
    )
    DATA_SHARING = _Row(
        "data-sharing",
        "The model's prompts and responses have to be shared with its publisher.",
        ("residency.guarantee",),
        model_rank=7,
        waiver_rank=5,
    )
    CONTROLS = _Row(
        "controls",
        "A security control does not cover what is used of the model.",
        ("controls",),
        model_rank=6,
        location_rank=4,
    )
    PINNED = _Row("pinned", "Another location is pinned.", ("location",))
    COLOCATION = _Row(
        "colocation",
        "Another deployment that shares the location can't be here.",
        ("location",),
        location_rank=6,
    )


def _by_rank(ranked: Iterable[tuple[int | None, Rule]]) -> tuple[Rule, ...]:
    return tuple(
        rule for _, rule in sorted((rank, rule) for rank, rule in ranked if rank is not None)
    )


WAIVABLE = _by_rank((rule.waiver_rank, rule) for rule in Rule)
"""The rules that a person may accept to break, in the order in which messages name them."""
OF_MODEL = _by_rank((rule.model_rank, rule) for rule in Rule)
"""Rules about the model as a whole, the one that ends a reader's questions soonest first."""
OF_LOCATIONS = _by_rank((rule.location_rank, rule) for rule in Rule)
"""Rules about locations that serve the model, in the order in which one of several decides."""


@dataclass(frozen=True)
class Waiver:
    """A person's decision that a rule refuses nothing until a day, that day included."""

    rule: Rule
    """One of `WAIVABLE`."""
    until: dt.date
    reason: str

    kind: ClassVar[str] = "rule"
    """The key of an entry of `accept` that says what it is about."""

    @property
    def about(self) -> Rule:
        """What is accepted to be broken."""
        return self.rule

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
    outside = _outside(request.residency.area, universe)
    rules = {Rule.NOT_SERVED: universe - served, Rule.RESIDENCY: outside}
    if lacking:
        rules[Rule.CAPABILITY] = frozenset[str]().union(*lacking.values())
    if not request.allow_preview and named.entry.preview_locations:
        rules[Rule.PREVIEW] = named.entry.preview_locations
    if request.partners:
        shared = universe.intersection(*(partner.locations for partner in request.partners))
        rules[Rule.COLOCATION] = universe - shared
    if request.residency.guarantee is Guarantee.ML_PROCESSING:
        inside = universe - outside
        rules[Rule.ML_PROCESSING] = frozenset(
            location
            for location in served & inside
            if not request.residency.keeps(boundary(named, location, request.context_size))
        ).union(*(where & inside for where in uncovered.values()))
    return rules


@cache
def _outside(area: Area, universe: frozenset[str]) -> frozenset[str]:
    return frozenset(location for location in universe if not reach(location) <= area)
