"""The key `takeOver`: what an interrupted update of this very stack left in the cloud is imported.

What bears the stack's mark is imported, and each import is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pulumi

from availability.cloud.already_there import TAKE_OVER, Searched, There, told
from availability.cloud.resource_types import UNDELETED_FIRST
from availability.input import shell
from availability.input.printed import plain_line
from availability.input.wrap import folded
from components.registration.existing import import_id, root_urn
from components.registration.readiness import program
from components.registration.search import SearchResult, Sought, search


def take_over(sought: Sequence[Sought], generation: int) -> None:
    """Has what the cloud has of this very stack imported, and says so. Raises RunError.

    `generation` is the one that the stack's ids are of.
    """
    ours = program()
    ours.search_result = search(sought)
    ours.registered.searched = _searched(ours.search_result, sought)
    _say(ours.search_result, sought)
    met = [
        There(resource.kind, resource.name, import_id(resource.kind, resource.inputs))
        for resource in sought
        if _is_in_the_way(resource, ours.search_result)
    ]
    if met:  # in a preview already, and not only when creating it fails
        searched = replace(ours.registered.searched, unread=())
        pulumi.log.warn(told(met, pulumi.get_stack(), str(generation), searched))


def _is_in_the_way(resource: Sought, result: SearchResult) -> bool:
    """Whether creating the resource is known to fail.

    A deleted role comes back by creating it, or its error tells more; a pool has to be undeleted.
    """
    held = resource.urn in result.deleted and resource.kind in UNDELETED_FIRST
    return held or resource.urn in result.unmarked


def _say(result: SearchResult, sought: Sequence[Sought]) -> None:
    """Tells what is taken over, line by line, and that the key is to be removed."""
    stack = pulumi.get_stack()
    names = {resource.urn: resource.name for resource in sought}
    lines = [
        plain_line(f"  {names[urn]}: {resource_id}")
        for urn, resource_id in sorted(result.imports.items())
    ]
    count = len(lines)
    if lines:
        what = "1 resource that bears" if count == 1 else f"{count} resources that bear"
        pulumi.log.info("\n".join([f"Taking over {what} the mark of this stack:", *lines]))
    said = f"{TAKE_OVER} is set: what bears the mark of stack {stack} of project "
    said += f"{pulumi.get_project()} is imported. A stack of the same names in another state "
    said += "backend bears the same mark: it would be taken over, and a destroy here would delete "
    said += "what is its. Remove the key once the stack is up:"
    remove = shell.join(["pulumi", "config", "rm", TAKE_OVER, "--stack", stack])
    pulumi.log.warn(f"{folded(said)}\n  {remove}")
    if result.unread:
        said = "Organization policies and regional endpoints can't be looked up: where one exists "
        said += "already, the update stops and says how to import it."
        pulumi.log.info(folded(said))


def _searched(result: SearchResult, sought: Iterable[Sought]) -> Searched:
    """What the error of an update may have to say of what exists already."""
    by_urn = {resource.urn: resource for resource in sought}
    keys = {urn: (resource.kind, resource.name) for urn, resource in by_urn.items()}
    return Searched(
        unmarked={keys[urn] for urn in result.unmarked},
        deleted={keys[urn] for urn in result.deleted},
        unread=[
            There(
                resource.kind,
                resource.name,
                import_id(resource.kind, resource.inputs),
                root_urn(*resource.component),
                readable=False,
            )
            for urn, resource in by_urn.items()
            if urn in result.unread
        ],
    )
