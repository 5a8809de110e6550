"""Where a request is placed, or which rules refuse it.

Every rule is the set of locations that it refuses, so the valid ones are what no rule holds, and a
refusal knows of each location all that stands against it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache, cached_property

from availability.facts.capabilities import capabilities
from availability.facts.names import Named, UnknownModel, resolve_model
from availability.facts.snapshot import ContextSize, Need, Snapshot
from availability.places.areas import jurisdiction
from availability.places.geography import distance, has_coordinates, places
from availability.places.residency import Guarantee, Residency


class Rule(StrEnum):
    """What can refuse a request, in the order in which reasons are given."""

    UNKNOWN_MODEL = "unknown-model"
    UNKNOWN_LOCATION = "unknown-location"
    LEGACY = "legacy"
    RETIRED = "retired"
    PREVIEW = "preview"
    CAPABILITY = "capability"
    NOT_SERVED = "not-served"
    RESIDENCY = "residency"
    ML_PROCESSING = "ml-processing"
    PINNED = "pinned"
    COLOCATION = "colocation"


WAIVABLE = (Rule.RETIRED, Rule.PREVIEW, Rule.LEGACY, Rule.CAPABILITY)
"""The rules that a person may accept to break: never one that says where data goes."""


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


@dataclass(frozen=True)
class Partner:
    """Another deployment that has to be in the same location, and where it may be by itself."""

    name: str
    locations: frozenset[str]


@dataclass(frozen=True)
class Request:
    """What a deployment asks for. `model` is a name as typed; locations are known ids."""

    model: str
    residency: Residency
    needs: tuple[Need, ...] = ()
    location: str | None = None
    """The pin: no other location will do."""
    prefer: tuple[str, ...] = ()
    prior_usage: bool = False
    """Whether the project used the model before: a statement about the past."""
    allow_preview: bool = True
    region: str | None = None
    """Where the callers are (`gcp:region`): breaks ties by distance."""
    context_size: ContextSize | None = None
    """The longest request that will be sent; None makes no promise."""
    accept: tuple[Waiver, ...] = ()
    partners: tuple[Partner, ...] = ()
    retirement_warning: int = 90
    """How many days before its retirement a model is warned about."""

    def waives(self, today: dt.date) -> frozenset[Rule]:
        """The rules that refuse nothing on that day."""
        return frozenset(waiver.rule for waiver in self.accept if waiver.holds(today))


@dataclass(frozen=True)
class Placement:
    """The answer: one location, and what else would do, best first."""

    request: Request
    named: Named
    location: str
    alternates: tuple[str, ...]
    """The failover list, without `location`; empty with a pin."""
    boundary: str | None
    """The committed area that holds the processing; None is everywhere."""
    today: dt.date
    """The day that it was judged by."""
    valid: tuple[str, ...]
    """Every location that would be valid if nothing were pinned, best first."""
    tuning_location: str | None = None
    """Where tuning jobs run, where tuning is needed and a source says where."""
    waived: tuple[Rule, ...] = ()
    """The rules that it would break without a waiver."""


@dataclass(frozen=True)
class Refusal:
    """No location is valid. Holds each broken rule with the locations where it is broken."""

    request: Request
    named: Named | None
    """None where the name stands for no model, or for several."""
    candidates: tuple[Named, ...] = ()
    """The models that an ambiguous name stands for."""
    model_rules: tuple[Rule, ...] = ()
    """Rules about the model as a whole."""
    location_rules: Mapping[Rule, frozenset[str]] = field(
        default_factory=dict[Rule, frozenset[str]]
    )
    not_offered: tuple[Need, ...] = ()
    """The needs that the model offers nowhere."""
    lacking: Mapping[Need, frozenset[str]] = field(default_factory=dict[Need, frozenset[str]])
    """Need -> the locations that serve the model without offering the need."""
    tuned_outside: tuple[str, ...] = ()
    """Where tuning jobs run, if all of that lies outside the area."""
    universe: tuple[str, ...] = ()
    """The locations that the refusal speaks of: the snapshot's, and a pin that it doesn't have."""
    waived: tuple[Rule, ...] = ()
    """The rules that it breaks where it is served inside, and that are accepted to be broken."""

    @cached_property
    def reasons(self) -> tuple[tuple[str | None, Rule], ...]:
        """Each (location, rule) once; the location is None for a rule about the model alone."""
        about_model = [(None, rule) for rule in self.model_rules]
        about_places = [
            (location, rule)
            for location in self.universe
            for rule in Rule
            if location in self.location_rules.get(rule, ())
        ]
        return (*about_model, *about_places)

    @property
    def deciding(self) -> tuple[Rule, ...]:
        """The rules that it breaks, each once, those that decide first.

        What is said of the model decides, then what is broken where the model is served inside the
        area; without such a place it is the residency. That other locations don't serve it comes
        last.
        """
        broken = dict.fromkeys(rule for _, rule in self.reasons)
        outside = self.location_rules.get(Rule.RESIDENCY, frozenset())
        elsewhere = self.location_rules.get(Rule.NOT_SERVED, frozenset())
        inside = {rule for where, rule in self.reasons if where not in outside | elsewhere}
        last = (Rule.NOT_SERVED,)
        # Sorting keeps the order of the reasons among equals.
        return tuple(
            sorted(
                broken, key=lambda rule: (rule in last, rule not in inside, rule != Rule.RESIDENCY)
            )
        )

    @property
    def by_partners(self) -> bool:
        """Whether it would be placed if it did not share its location."""
        others = (
            where
            for rule, where in self.location_rules.items()
            if rule not in (Rule.COLOCATION, Rule.PINNED)
        )
        alone = frozenset(self.universe).difference(*others)
        pin = self.request.location
        return not self.model_rules and bool(alone & {pin} if pin else alone)


def place(request: Request, snapshot: Snapshot, today: dt.date) -> Placement | Refusal:
    """The best valid location by the snapshot's facts on that day, or why there is none.

    The order is total: the same input gives the same answer, whatever its order. The answer's
    request has its residency dated by the snapshot.
    """
    residency = request.residency.at(snapshot.date)
    if residency is not request.residency:
        request = replace(request, residency=residency)
    try:
        named = resolve_model(request.model, snapshot)
    except UnknownModel as error:
        return Refusal(request, None, error.candidates, (Rule.UNKNOWN_MODEL,))
    offered = capabilities(named, snapshot)
    not_offered = tuple(need for need in request.needs if need in offered.refused)
    broken = broken_by_model(request, named, today)
    broken = (*broken, Rule.CAPABILITY) if not_offered else broken
    waivers = request.waives(today) if request.accept else frozenset[Rule]()
    model_rules = tuple(rule for rule in broken if rule not in waivers) if waivers else broken
    if not named.entry.listings:
        rules = (*model_rules, Rule.UNKNOWN_LOCATION)
        waived = tuple(rule for rule in WAIVABLE if rule in waivers and rule in broken)
        return Refusal(request, named, (), rules, not_offered=not_offered, waived=waived)
    pinned = frozenset([request.location] if request.location else [])
    universe = snapshot.location_ids | pinned
    lacking = {need: offered.lacking[need] for need in request.needs if need in offered.lacking}
    jobs = tuning_jobs(request, named)
    inside_jobs = tuple(job for job in jobs if request.residency.holds(job))
    tuned_outside = () if inside_jobs else jobs
    location_rules = _broken_by_location(request, named, universe, lacking)
    if tuned_outside:
        location_rules[Rule.RESIDENCY] |= named.entry.served
    refusing = (
        {rule: where for rule, where in location_rules.items() if rule not in waivers}
        if waivers
        else location_rules
    )
    open_to_choice = universe.difference(*refusing.values())
    if model_rules or not (open_to_choice & pinned if pinned else open_to_choice):
        if pinned:
            refusing[Rule.PINNED] = universe - pinned
        return Refusal(
            request,
            named,
            model_rules=model_rules,
            location_rules=refusing,
            not_offered=not_offered,
            lacking=lacking,
            tuned_outside=tuned_outside,
            universe=_in_order(universe, snapshot),
            waived=_waived(waivers, broken, location_rules, universe) if waivers else (),
        )
    order = _ranked(open_to_choice, request, snapshot, today)
    location = request.location or order[0]
    return Placement(
        request,
        named,
        location,
        () if request.location else order[1:],
        boundary(named, location, request.context_size),
        today,
        order,
        _nearest_job(inside_jobs, location) if inside_jobs else None,
        tuple(
            rule
            for rule in WAIVABLE
            if rule in waivers and (rule in broken or location in location_rules.get(rule, ()))
        )
        if waivers
        else (),
    )


def _waived(
    waivers: frozenset[Rule],
    broken: tuple[Rule, ...],
    location_rules: Mapping[Rule, frozenset[str]],
    universe: frozenset[str],
) -> tuple[Rule, ...]:
    """The accepted rules that the model breaks, or a location that serves it inside the area."""
    outside = location_rules[Rule.NOT_SERVED] | location_rules[Rule.RESIDENCY]
    inside = universe - outside
    return tuple(
        rule
        for rule in WAIVABLE
        if rule in waivers and (rule in broken or inside & location_rules.get(rule, frozenset()))
    )


def tuning_jobs(request: Request, named: Named) -> tuple[str, ...]:
    """Where tuning jobs run, if the request needs tuning; empty where no source says it."""
    if Need.TUNING not in request.needs:
        return ()
    places_ = (place for offer in named.model.tuning_jobs for place in offer.locations)
    return tuple(dict.fromkeys(places_))


def _nearest_job(jobs: tuple[str, ...], location: str) -> str:
    """Of the same jurisdiction as the endpoint if any is, then the nearest, then by name."""

    def remoteness(job: str) -> tuple[bool, float, str]:
        away = distance(location, job)
        same = jurisdiction(job) == jurisdiction(location)
        return (not same, float("inf") if away is None else away, job)

    return min(jobs, key=remoteness)


def boundary(named: Named, location: str, size: ContextSize | None) -> str | None:
    """The smallest committed area that holds the location; None where nothing is committed.

    It counts what covers requests of that size, and without a size what covers all of them.
    """
    committed = _committed(named, size)
    if location in committed and places()[location].kind == "region":
        return location
    wider = jurisdiction(location)
    return wider if wider in committed else None


@cache
def _committed(named: Named, size: ContextSize | None) -> frozenset[str]:
    return frozenset(
        one.area for one in named.model.commitments if not one.tuning and one.covers(size)
    )


def broken_by_model(request: Request, named: Named, today: dt.date) -> tuple[Rule, ...]:
    """The rules on dates and stages that the model breaks wherever it is served."""
    model = named.model
    broken: list[Rule] = []
    if model.closure and today >= model.closure.since and not request.prior_usage:
        broken.append(Rule.LEGACY)
    if model.is_retired(today):
        broken.append(Rule.RETIRED)
    if model.stage is not None and model.stage.is_preview and not request.allow_preview:
        broken.append(Rule.PREVIEW)
    return tuple(broken)


def _broken_by_location(
    request: Request,
    named: Named,
    universe: frozenset[str],
    lacking: Mapping[Need, frozenset[str]],
) -> dict[Rule, frozenset[str]]:
    """Rule -> the locations that break it; the pin is left to the caller."""
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
        )
    return rules


@cache
def _inside(residency: Residency, universe: frozenset[str]) -> frozenset[str]:
    return frozenset(location for location in universe if residency.holds(location))


_WIDTH = {"global": 0, "multi-region": 1, "region": 2}


def _ranked(
    locations: frozenset[str], request: Request, snapshot: Snapshot, today: dt.date
) -> tuple[str, ...]:
    """Best first: preferred, widest, nearest, serving the most models, by name."""
    if len(locations) == 1:
        return tuple(locations)
    prefer = {location: rank for rank, location in reversed(list(enumerate(request.prefer)))}
    popularity = snapshot.popularity(today)
    near = request.region if request.region and has_coordinates(request.region) else None

    def key(location: str) -> tuple[int, int, float, int, str]:
        kind = places()[location].kind
        away = 0.0
        if near is not None and kind == "region":
            found = distance(near, location)
            away = float("inf") if found is None else found
        return (
            prefer.get(location, len(prefer)),
            _WIDTH[kind],
            away,
            -popularity.get(location, 0),
            location,
        )

    return tuple(sorted(locations, key=key))


def _in_order(universe: frozenset[str], snapshot: Snapshot) -> tuple[str, ...]:
    known = [location.id for location in snapshot.locations]
    return (*known, *sorted(universe - set(known)))
