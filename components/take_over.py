"""What an interrupted update of a stack may have left: all of it is looked up before the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pulumi

from availability.cloud.already_there import Searched, There, told
from availability.cloud.resource_types import UNDELETED_FIRST
from availability.stack.plan import Plan
from components import endpoint, federation, guardrails, private_access, project, publication
from components.registration.existing import import_id, root_urn
from components.registration.readiness import program
from components.registration.take_over import Found, Sought, say, search

_COMPONENTS = (project, federation, endpoint, guardrails, private_access, publication)
"""The modules whose resources' ids are taken where they are there already."""


def take_over(plan: Plan) -> None:
    """Has what the cloud has of this very stack imported, and says so. Raises RunError."""
    google_project = plan.config.project
    if google_project is None:  # refused with the plan
        return
    sought = [one for module in _COMPONENTS for one in module.sought(plan, google_project)]
    ours = program()
    ours.found = search(sought)
    ours.registered.searched = _searched(ours.found, sought)
    say(ours.found, sought)
    # A deleted role comes back by creating it, or its error tells more; a pool has to be undeleted.
    met = [
        There(one.kind, one.name, import_id(one.kind, one.inputs))
        for one in sought
        if one.urn in ours.found.unmarked
        or (one.urn in ours.found.deleted and one.kind in UNDELETED_FIRST)
    ]
    if met:  # in a preview already, and not only when creating it fails
        searched = replace(ours.registered.searched, unread=())
        generation = str(plan.config.keys.generation)
        pulumi.log.warn(told(met, pulumi.get_stack(), generation, searched))


def _searched(found: Found, sought: Iterable[Sought]) -> Searched:
    """What the error of an update may have to say of what exists already."""
    by_urn = {one.urn: one for one in sought}
    keys = {urn: (one.kind, one.name) for urn, one in by_urn.items()}
    return Searched(
        unmarked={keys[urn] for urn in found.unmarked},
        deleted={keys[urn] for urn in found.deleted},
        unread=[
            There(
                one.kind,
                one.name,
                import_id(one.kind, one.inputs),
                root_urn(*one.component),
                readable=False,
            )
            for urn, one in by_urn.items()
            if urn in found.unread
        ],
    )
