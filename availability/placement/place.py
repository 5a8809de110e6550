"""Where a request is placed, or which rules refuse it.

Every rule is the set of locations that it refuses, so the valid ones are what no rule holds, and a
refusal knows of each location all that stands against it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from availability.facts.capabilities import capabilities
from availability.facts.controls import covers
from availability.facts.covered import covered
from availability.facts.grouped import popularity
from availability.facts.names import Named, UnknownModel, resolve_model
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.facts.snapshot import RagRegion, Snapshot, Verdict
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
    offered = capabilities(named, snapshot)
    not_offered = tuple(need for need in request.needs if need in offered.refused)
    broken = broken_by_model(request, named, today)
    broken = (*broken, Rule.CAPABILITY) if not_offered else broken
    broken = (*broken, Rule.CONTROLS) if _is_uncontrolled(request, named, snapshot) else broken
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
    corpora = rag_regions(request, snapshot)
    inside_corpora = tuple(one for one in corpora if request.residency.holds(one.location))
    corpora_outside = () if inside_corpora else tuple(one.location for one in corpora)
    uncovered = uncovered_needs(request, named, snapshot)
    location_rules = broken_by_location(request, named, universe, lacking, uncovered)
    if request.controls and named.entry.preview_locations:
        location_rules[Rule.CONTROLS] = named.entry.preview_locations
    if tuned_outside or corpora_outside:
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
            uncovered=uncovered,
            tuned_outside=tuned_outside,
            corpora_outside=corpora_outside,
            universe=_in_order(universe, snapshot),
            waived=_waived(waivers, broken, location_rules, universe) if waivers else (),
        )
    order = _ranked(open_to_choice, request, snapshot)
    location = request.location or order[0]
    not_covered = tuple(need for need, where in uncovered.items() if location in where)
    return Placement(
        request,
        named,
        location,
        () if request.location else order[1:],
        None if not_covered else boundary(named, location, request.context_size),
        today,
        order,
        _nearest_job(inside_jobs, location) if inside_jobs else None,
        _best_corpus(inside_corpora, location, request) if inside_corpora else None,
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


def tuning_jobs(request: Request, named: Named) -> tuple[str, ...]:
    """Where tuning jobs run, if the request needs tuning; empty where no source says it."""
    if Need.TUNING not in request.needs:
        return ()
    places_ = (place for offer in named.model.tuning_jobs for place in offer.locations)
    return tuple(dict.fromkeys(places_))


def rag_regions(request: Request, snapshot: Snapshot) -> tuple[RagRegion, ...]:
    """Where the RAG engine runs, if the request needs a corpus; empty where no source says it.

    A region in preview counts only where previews will do.
    """
    if Need.RAG_CORPUS not in request.needs:
        return ()
    return tuple(
        region
        for region in snapshot.rag_regions
        if request.allow_preview or region.stage is None or not region.stage.is_preview
    )


def uncovered_needs(
    request: Request, named: Named, snapshot: Snapshot
) -> dict[Need, frozenset[str]]:
    """Need -> the locations that serve the model and whose commitment does not cover the need.

    Only needs with such a location.
    """
    found = {
        need: frozenset(
            location
            for location in named.entry.served
            if places()[location].kind != "global"
            and covered(named, need, location, snapshot).verdict is Verdict.NO
        )
        for need in request.needs
    }
    return {need: where for need, where in found.items() if where}


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
    known = [location.id for location in snapshot.locations]
    return (*known, *sorted(universe - set(known)))
