"""Where in its files a stack has what a change is about."""

from __future__ import annotations

from collections.abc import Mapping

from availability.input.errors import NAMESPACE
from availability.stack.config import Deployment
from availability.stack.deciding import spot_of_name, spots_of_key
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.written import Spot


def spots_of_change(change: Change, deployments: Mapping[str, Deployment]) -> list[Spot]:
    """What a change of a stack is about, the spot that says most first.

    `deployments` are those of the stack as it is now, by name.
    """
    deployment = deployments.get(change.deployment or "")
    if deployment is None:
        spots = [Spot(change.key)] if change.key else []
        return [*spots, Spot(f"{NAMESPACE}:deployments", key=True)]
    return [*_of_deployment(change, deployment), spot_of_name(deployment)]


def _of_deployment(change: Change, deployment: Deployment) -> list[Spot]:
    if change.kind is ChangeKind.CALLER_ADDED and change.key:
        return spots_of_key(deployment, change.key.rpartition(".")[2], _added(change))
    exact = change.kind in (ChangeKind.WAIVER_ADDED, ChangeKind.REFUSED)
    spots = [Spot(change.key)] if exact and change.key else []
    return spots + [spot for key in change.kind.keys for spot in spots_of_key(deployment, key)]


def _added(change: Change) -> str | None:
    """The first of the members that were not there before."""
    before = (change.before or "").split(", ")
    return next((one for one in (change.after or "").split(", ") if one not in before), None)
