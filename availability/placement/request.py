"""A request, and what becomes of it: a placement, or a refusal with all that stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control, Snapshot
from availability.placement.rules import OF_LOCATIONS, OF_MODEL, Rule, Waiver
from availability.placement.warnings import Acknowledgement
from availability.places.residency import Residency


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
    controls: tuple[Control, ...] = ()
    """The security controls that have to cover whatever is used of the model."""
    accept: tuple[Waiver | Acknowledgement, ...] = ()
    partners: tuple[Partner, ...] = ()
    retirement_warning: int = 90
    """How many days before its retirement a model is warned about."""
    stack_residency: Residency | None = None
    """What holds where the deployment has no residency of its own; None outside of a stack."""
    takes_guarantee: bool = False
    """Whether the guarantee is the stack's, because the deployment's own residency names none."""

    def waives(self, today: dt.date) -> frozenset[Rule]:
        """The rules that refuse nothing on that day."""
        return frozenset(waiver.rule for waiver in self.waivers if waiver.holds(today))

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """What is accepted of rules."""
        return tuple(one for one in self.accept if isinstance(one, Waiver))

    @property
    def acknowledgements(self) -> tuple[Acknowledgement, ...]:
        """What is accepted of warnings."""
        return tuple(one for one in self.accept if isinstance(one, Acknowledgement))

    @property
    def has_stack_residency(self) -> bool:
        """Whether the residency is the stack's, in all of its parts."""
        stack = self.stack_residency
        return stack is not None and stack.in_year(None) == self.residency.in_year(None)


@dataclass(frozen=True)
class Placement:
    """The answer: one location, and what else would do, best first."""

    request: Request
    named: Named
    location: str
    alternates: tuple[str, ...]
    """The failover list, without `location`; empty with a pin."""
    boundary: str | None
    """The committed area that holds the processing, needs included; None is everywhere."""
    today: dt.date
    """The day that it was judged by."""
    valid: tuple[str, ...]
    """Every location that would be valid if nothing were pinned, best first."""
    tuning_location: str | None = None
    """Where tuning jobs run, where tuning is needed and a source says where."""
    rag_location: str | None = None
    """Where the corpora lie, where a corpus is needed and the RAG engine runs inside the area."""
    waived: tuple[Rule, ...] = ()
    """The rules that it would break without a waiver."""
    uncovered: tuple[Need, ...] = ()
    """The needs that no commitment on processing covers there: with them nothing is kept."""


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
    uncovered: Mapping[Need, frozenset[str]] = field(default_factory=dict[Need, frozenset[str]])
    """Need -> the locations that serve the model and whose commitment does not cover the need."""
    tuned_outside: tuple[str, ...] = ()
    """Where tuning jobs run, if all of that lies outside the area."""
    corpora_outside: tuple[str, ...] = ()
    """Where the RAG engine runs, if a corpus is needed and all of that lies outside the area."""
    universe: tuple[str, ...] = ()
    """The locations that the refusal speaks of: the snapshot's, and a pin that it doesn't have."""
    waived: tuple[Rule, ...] = ()
    """The rules that it breaks where it is served inside, and that are accepted to be broken."""
    today: dt.date | None = None
    """The day that it was judged by, where the age of the facts matters."""
    newer: Snapshot | None = None
    """The newest snapshot, where it is newer than the one that does not know the name."""

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
        """The rules that it breaks, each once, the `decisive` ones first.

        What is said of the model comes next, then what is broken where the model is served inside
        the area. That other locations don't serve it comes last.
        """
        broken = dict.fromkeys(rule for _, rule in self.reasons)
        outside = self.location_rules.get(Rule.RESIDENCY, frozenset())
        elsewhere = self.location_rules.get(Rule.NOT_SERVED, frozenset())
        inside = {rule for where, rule in self.reasons if where not in outside | elsewhere}
        first, last = self.decisive, (Rule.NOT_SERVED,)
        # Sorting keeps the order of the reasons among equals.
        rest = sorted(
            (rule for rule in broken if rule not in first),
            key=lambda rule: (rule in last, rule not in inside, rule != Rule.RESIDENCY),
        )
        return (*first, *rest)

    @cached_property
    def decisive(self) -> tuple[Rule, ...]:
        """The rules that a reader has to know of: without them it would not be refused like this.

        One rule about the model, if it breaks any; else the first that its pin breaks; else the
        fewest of which every location that serves it inside the area breaks one; and where none
        does, that it is served outside only, or not at all.
        """
        if self.model_rules:
            return (min(self.model_rules, key=OF_MODEL.index),)
        if self.by_partners:
            return (Rule.COLOCATION,)
        pin = self.request.location
        if pin is not None:
            return self._fewest((pin,), (*OF_LOCATIONS, Rule.NOT_SERVED))
        if self.served_inside:
            return self._fewest(self.served_inside, OF_LOCATIONS)
        unserved = self.location_rules[Rule.NOT_SERVED].issuperset(self.universe)
        return (Rule.NOT_SERVED if unserved else Rule.RESIDENCY,)

    @cached_property
    def served_inside(self) -> tuple[str, ...]:
        """The locations that serve the model and whose endpoint lies inside the area."""
        elsewhere = self.location_rules.get(Rule.NOT_SERVED, frozenset())
        holds = self.request.residency.holds
        return tuple(one for one in self.universe if one not in elsewhere and holds(one))

    def _fewest(self, locations: tuple[str, ...], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        """The fewest of the rules, the first in their order, such that each location breaks one."""
        sets = (some for count in range(1, len(rules) + 1) for some in combinations(rules, count))
        broken = self.location_rules
        none: frozenset[str] = frozenset()
        return next(
            some
            for some in sets
            if none.union(*(broken.get(rule, none) for rule in some)).issuperset(locations)
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
