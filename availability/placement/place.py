"""Where a request is placed, or which rules refuse it.

Every rule is the set of locations that it refuses, so the valid ones are what no rule holds, and a
refusal knows of each location all that stands against it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from availability.facts.controls import covers
from availability.facts.grouped import popularity
from availability.facts.names import Named, UnknownModel, resolve_model
from availability.facts.processing import boundary
from availability.facts.snapshot import RagRegion, Snapshot, Verdict
from availability.placement.needed import needed
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import WAIVABLE, Rule, broken_by_location, broken_by_model
from availability.places.areas import jurisdiction
from availability.places.geography import distance, has_coordinates, places


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
        return Refusal(request, None, error.candidates, (Rule.UNKNOWN_MODEL,), today=today)
    needs = needed(request, named, snapshot)
    broken = broken_by_model(request, named, today)
    broken = (*broken, Rule.CAPABILITY) if needs.not_offered else broken
    broken = (*broken, Rule.CONTROLS) if _is_uncontrolled(request, named, snapshot) else broken
    waivers = request.waives(today) if request.accept else frozenset[Rule]()
    model_rules = tuple(rule for rule in broken if rule not in waivers) if waivers else broken
    if not named.entry.listings:
        rules = (*model_rules, Rule.UNKNOWN_LOCATION)
        waived = tuple(rule for rule in WAIVABLE if rule in waivers and rule in broken)
        return Refusal(request, named, (), rules, not_offered=needs.not_offered, waived=waived)
    pinned = frozenset([request.location] if request.location else [])
    universe = snapshot.location_ids | pinned if pinned else snapshot.location_ids
    location_rules = broken_by_location(request, named, universe, needs.lacking, needs.uncovered)
    if request.controls and named.entry.preview_locations:
        location_rules[Rule.CONTROLS] = named.entry.preview_locations
    if needs.tuned_outside or needs.corpora_outside:
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
            not_offered=needs.not_offered,
            lacking=needs.lacking,
            uncovered=needs.uncovered,
            tuned_outside=needs.tuned_outside,
            corpora_outside=needs.corpora_outside,
            universe=_in_order(universe, snapshot),
            waived=_waived(waivers, broken, location_rules, universe) if waivers else (),
        )
    order = _ranked(open_to_choice, request, snapshot)
    location = request.location or order[0]
    not_covered = tuple(need for need, where in needs.uncovered.items() if location in where)
    return Placement(
        request,
        named,
        location,
        () if request.location else order[1:],
        None if not_covered else boundary(named, location, request.context_size),
        today,
        order,
        _nearest_job(needs.jobs, location) if needs.jobs else None,
        _best_corpus(needs.corpora, location, request) if needs.corpora else None,
        tuple(
            rule
            for rule in WAIVABLE
            if rule in waivers and (rule in broken or location in location_rules.get(rule, ()))
        )
        if waivers
        else (),
        not_covered,
    )


def _is_uncontrolled(request: Request, named: Named, snapshot: Snapshot) -> bool:
    """Whether a control is denied for what is used, or the model is a preview and has none.

    "Security controls" (2026-11): they are not supported for preview models.
    """
    if not request.controls:
        return False
    if named.model.is_preview:
        return True
    known = covers(named, request.needs, request.controls, snapshot)
    return any(cover.verdict is Verdict.NO for cover in known)


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


def _nearest_job(jobs: tuple[str, ...], location: str) -> str:
    """Of the same jurisdiction as the endpoint if any is, then the nearest, then by name."""

    def remoteness(job: str) -> tuple[bool, float, str]:
        away = distance(location, job)
        same = jurisdiction(job) == jurisdiction(location)
        return (not same, float("inf") if away is None else away, job)

    return min(jobs, key=remoteness)


def _best_corpus(regions: tuple[RagRegion, ...], location: str, request: Request) -> str:
    """Open to every project first, then GA, then as the nearest tuning job is."""

    def hindrance(region: RagRegion) -> tuple[bool, bool]:
        closed = region.allowlist and not request.prior_usage
        return (closed, region.stage is not None and region.stage.is_preview)

    least = min(map(hindrance, regions))
    return _nearest_job(
        tuple(region.location for region in regions if hindrance(region) == least), location
    )


_WIDTH = {"global": 0, "multi-region": 1, "region": 2}


def _ranked(locations: frozenset[str], request: Request, snapshot: Snapshot) -> tuple[str, ...]:
    """Best first: preferred, widest, nearest, serving the most models, by name.

    Which models count is a matter of the snapshot's own day. By the present one a model that is
    shut down would move deployments of others, and nobody would have changed anything.
    """
    if len(locations) == 1:
        return tuple(locations)
    prefer = {location: rank for rank, location in reversed(list(enumerate(request.prefer)))}
    counts = popularity(snapshot)
    near = request.region if request.region and has_coordinates(request.region) else None

    def key(location: str) -> tuple[int, int, float, int, str]:
        kind = places()[location].kind
        away = 0.0
        if near is not None and kind == "region":
            kilometres = distance(near, location)
            away = float("inf") if kilometres is None else kilometres
        return (
            prefer.get(location, len(prefer)),
            _WIDTH[kind],
            away,
            -counts.get(location, 0),
            location,
        )

    return tuple(sorted(locations, key=key))


def _in_order(universe: frozenset[str], snapshot: Snapshot) -> tuple[str, ...]:
    known = snapshot.location_order
    return known if universe is snapshot.location_ids else (*known, *sorted(universe - set(known)))
