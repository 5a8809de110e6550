"""What the needs of a request ask of a model and of the locations that serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from availability.facts.capabilities import capabilities
from availability.facts.covered import covered
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import RagRegion, Snapshot, Verdict
from availability.placement.request import Request
from availability.places.geography import places


@dataclass(frozen=True)
class Needed:
    """What is known of the needs. All of it is empty where nothing is needed."""

    not_offered: tuple[Need, ...] = ()
    """The needs that the model offers nowhere."""
    lacking: Mapping[Need, frozenset[str]] = field(default_factory=dict[Need, frozenset[str]])
    """Need -> the locations that serve the model without offering the need."""
    uncovered: Mapping[Need, frozenset[str]] = field(default_factory=dict[Need, frozenset[str]])
    """Need -> the locations that serve the model and whose commitment does not cover the need."""
    jobs: tuple[str, ...] = ()
    """Where tuning jobs run inside the area."""
    tuned_outside: tuple[str, ...] = ()
    """Where they run, if all of that lies outside."""
    corpora: tuple[RagRegion, ...] = ()
    """Where the RAG engine runs inside the area."""
    corpora_outside: tuple[str, ...] = ()
    """Where it runs, if all of that lies outside."""


NOTHING = Needed()


def needed(request: Request, named: Named, snapshot: Snapshot) -> Needed:
    """What the needs of the request ask of the model."""
    if not request.needs:
        return NOTHING
    offered, holds = capabilities(named, snapshot), request.residency.holds
    jobs, corpora = tuning_jobs(request, named), _rag_regions(request, snapshot)
    inside_jobs = tuple(job for job in jobs if holds(job))
    inside_corpora = tuple(region for region in corpora if holds(region.location))
    return Needed(
        not_offered=tuple(need for need in request.needs if need in offered.refused),
        lacking={need: offered.lacking[need] for need in request.needs if need in offered.lacking},
        uncovered=_uncovered(request, named, snapshot),
        jobs=inside_jobs,
        tuned_outside=() if inside_jobs else jobs,
        corpora=inside_corpora,
        corpora_outside=() if inside_corpora else tuple(region.location for region in corpora),
    )


def tuning_jobs(request: Request, named: Named) -> tuple[str, ...]:
    """Where tuning jobs run, if the request needs tuning; empty where no source says it."""
    if Need.TUNING not in request.needs:
        return ()
    places_ = (place for offer in named.model.tuning_jobs for place in offer.locations)
    return tuple(dict.fromkeys(places_))


def _rag_regions(request: Request, snapshot: Snapshot) -> tuple[RagRegion, ...]:
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


def _uncovered(request: Request, named: Named, snapshot: Snapshot) -> dict[Need, frozenset[str]]:
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
