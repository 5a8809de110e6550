"""The rules for resources that were written without this project's components.

Each looks at resources and at nothing else, so that the same ones judge a preview of Pulumi, a plan
of Terraform, and a stack while it is updated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from availability.check import words
from availability.check.findings import UNKNOWN_RULE, Finding
from availability.check.locations import canonical, inside, lies_in
from availability.check.mentions import Mention, mentions, stores
from availability.check.provider_types import Group, Processes, Unset
from availability.check.resources import Resource
from availability.check.values import UNKNOWN, Leaf, Unknown
from availability.explanation.reasons import reason
from availability.facts.covered import rag_is_covered
from availability.facts.snapshot import Snapshot, Verdict
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.places.areas import everywhere
from availability.places.geography import places
from availability.places.residency import Guarantee, Residency


@dataclass(frozen=True)
class Standard:
    """What resources are held to: a residency, by the facts of a snapshot on a day."""

    residency: Residency
    snapshot: Snapshot
    today: dt.date


def check(resources: Sequence[Resource], standard: Standard) -> tuple[Finding, ...]:
    """Everything that is to be said of the resources, in their order, each thing once.

    Buckets and datasets are checked where a call of Vertex AI, or one of its resources, names them.
    """
    named = _named_stores(resources)
    found = (
        finding
        for resource in resources
        for finding in check_one(resource, standard, is_named=resource in named)
    )
    return tuple(dict.fromkeys(found))


def check_one(
    resource: Resource, standard: Standard, *, is_named: bool = False
) -> Iterator[Finding]:
    """What is to be said of one resource; of a bucket or a dataset only where it `is_named`."""
    match resource.known_type.group:
        case Group.GUARDRAIL:
            return
        case Group.DATA:
            if is_named:
                yield from _place(resource, standard)
        case Group.SECRETS | Group.VERTEX_AI:
            yield from _place(resource, standard)
        case Group.OTHER:
            pass
    yield from _texts(resource, standard)


def _named_stores(resources: Sequence[Resource]) -> frozenset[Resource]:
    """The buckets and datasets that something of Vertex AI, or a call of it, names or refers to."""
    names: set[str] = set()
    references: set[str] = set()
    for resource in resources:
        if _is_about_vertex_ai(resource):
            references |= resource.references
            for leaf in resource.leaves:
                if isinstance(leaf.value, str):
                    names |= stores(leaf.value)
    return frozenset(
        resource
        for resource in resources
        if resource.known_type.name
        and (resource.referred_as in references or names & _own_names(resource))
    )


def _own_names(resource: Resource) -> frozenset[str]:
    key = resource.known_type.name
    return frozenset(
        leaf.value for leaf in resource.leaves if leaf.key == key and isinstance(leaf.value, str)
    )


def _is_about_vertex_ai(resource: Resource) -> bool:
    group = resource.known_type.group
    return group is Group.VERTEX_AI or (
        group is not Group.GUARDRAIL
        and any(
            isinstance(leaf.value, str) and mentions(leaf.value, of_vertex_ai=False)
            for leaf in resource.leaves
        )
    )


def _place(resource: Resource, standard: Standard) -> Iterator[Finding]:
    """What the place of a resource breaks, wherever its inputs or its provider say it."""
    keys = resource.known_type.place
    said = [leaf for leaf in resource.leaves if leaf.key in keys]
    hidden = [
        leaf
        for leaf in resource.leaves
        if leaf.value is UNKNOWN and any(key.startswith(f"{leaf.key}.") for key in keys)
    ]
    if standard.residency.area == everywhere():
        return
    # The two regions of a bucket say more than the multi-region around them.
    exact = [leaf for leaf in said if "." in leaf.key] or said
    for leaf in (*exact, *hidden):
        yield from _location(resource, leaf, leaf.value, standard)
    if said or hidden or not keys:
        return
    match resource.known_type.unset:
        case Unset.PARENT:
            return
        case Unset.REQUIRED:
            yield _unknown(resource, words.unnamed(keys), words.name_it(keys))
        case Unset.US:
            leaf = Leaf(keys[0], "us", is_sensitive=False)
            yield from _location(resource, leaf, "us", standard, words.DEFAULT)
        case Unset.PROVIDER:
            leaf = Leaf(keys[0], resource.provider_region, is_sensitive=False)
            yield from _location(resource, leaf, leaf.value, standard, words.OF_PROVIDER)


def _location(
    resource: Resource,
    leaf: Leaf,
    value: str | Unknown,
    standard: Standard,
    origin: str = "",
) -> Iterator[Finding]:
    """What one location of a resource breaks; `origin` says where it is from if no input has it."""
    if isinstance(value, Unknown):
        yield _unknown(
            resource,
            words.not_known_yet(leaf, origin),
            words.make_known(leaf, origin, is_pulumi=resource.type.count(":") > 1),
        )
        return
    location, group = canonical(value), resource.known_type.group
    residency, snapshot = standard.residency, standard.snapshot
    area = lies_in(location, group)
    if area is None or not area <= residency.area:
        near = "" if leaf.is_sensitive else location
        yield _finding(
            resource,
            Rule.RESIDENCY,
            words.lies_outside(leaf, location, origin, standard.residency, snapshot),
            words.move(leaf, origin, _valid(resource, standard, near), residency),
        )
        return
    match resource.known_type.processes:
        case Processes.CORPORA:
            yield from _rag(resource, leaf, location, standard)
        case Processes.PROMPTS:
            if residency.guarantee is Guarantee.ML_PROCESSING:
                yield _unknown(resource, words.not_committed(location), words.ASK_FOR_ENDPOINT)
        case Processes.NOTHING:
            return


def _rag(resource: Resource, leaf: Leaf, location: str, standard: Standard) -> Iterator[Finding]:
    """What a place inside the area breaks for the RAG engine and its corpora."""
    snapshot = standard.snapshot
    served = {region.location for region in snapshot.rag_regions}
    if served and location not in served:
        valid = _valid(resource, standard, location)
        yield _finding(
            resource,
            Rule.NOT_SERVED,
            words.rag_not_served(leaf, location, snapshot),
            words.move(leaf, "", valid, standard.residency),
        )
    guaranteed = standard.residency.guarantee is Guarantee.ML_PROCESSING
    if guaranteed and rag_is_covered(snapshot).verdict is Verdict.NO:
        yield _finding(
            resource, Rule.ML_PROCESSING, words.rag_not_covered(snapshot), words.WITHOUT_RAG
        )


def _valid(resource: Resource, standard: Standard, near: str) -> tuple[str, ...]:
    """Where the resource could be instead, the nearest first."""
    snapshot = standard.snapshot
    match resource.known_type.group:
        case Group.VERTEX_AI:
            known = snapshot.location_ids
            if resource.known_type.processes is Processes.CORPORA and snapshot.rag_regions:
                known = frozenset(region.location for region in snapshot.rag_regions)
        case Group.SECRETS | Group.DATA | Group.GUARDRAIL | Group.OTHER:
            known = frozenset(places())
    return inside(standard.residency, known, near)


def _texts(resource: Resource, standard: Standard) -> Iterator[Finding]:
    """What the hosts and models break that a resource's texts name."""
    of_vertex_ai = resource.known_type.group is Group.VERTEX_AI
    for leaf in resource.leaves:
        if isinstance(leaf.value, str) and leaf.key not in resource.known_type.place:
            for mention in mentions(leaf.value, of_vertex_ai=of_vertex_ai):
                yield from _mention(resource, leaf, mention, standard)


def _mention(
    resource: Resource, leaf: Leaf, mention: Mention, standard: Standard
) -> Iterator[Finding]:
    location, residency = canonical(mention.location), standard.residency
    if location not in places() or mention.model is None:
        outside = location not in places() or not residency.holds(location)
        if outside and residency.area != everywhere():
            near = "" if leaf.is_sensitive else location
            regions = inside(residency, standard.snapshot.location_ids, near)
            yield _finding(
                resource,
                Rule.RESIDENCY,
                words.leads_outside(leaf, location, residency, standard.snapshot),
                words.call_elsewhere(regions, residency),
            )
        return
    request = Request(
        # Whether a project used a model before no plan says, and unknown is not no.
        mention.model,
        residency,
        location=location,
        prior_usage=True,
    )
    refusal, elsewhere = _answers(request, standard.snapshot, standard.today)
    if refusal is None:
        return
    for rule in dict.fromkeys(_broken(refusal, location)):
        where = None if rule in refusal.model_rules else location
        text = f"{leaf.path}: {reason(refusal, where, rule, standard.snapshot)}"
        fix = words.call_model(mention.model, refusal, elsewhere, standard.snapshot)
        if leaf.is_sensitive:
            text, fix = words.hidden(leaf, rule), words.LOOK_WHERE_IT_IS_WRITTEN
        yield _finding(resource, rule, text, fix)


@cache
def _answers(
    request: Request, snapshot: Snapshot, today: dt.date
) -> tuple[Refusal | None, Placement | Refusal]:
    """The refusal of a pinned location, None where it holds, and where the model could be."""
    pinned = place(request, snapshot, today)
    elsewhere = place(replace(request, location=None), snapshot, today)
    return (pinned if isinstance(pinned, Refusal) else None), elsewhere


def _broken(refusal: Refusal, location: str) -> Iterator[Rule]:
    for where, rule in refusal.reasons:
        if where in (None, location) and rule is not Rule.PINNED:
            yield rule


def _finding(resource: Resource, rule: str, text: str, fix: str) -> Finding:
    return Finding(resource.address, resource.type, rule, text, fix, resource.written_at)


def _unknown(resource: Resource, text: str, fix: str) -> Finding:
    return _finding(resource, UNKNOWN_RULE, text, fix)
