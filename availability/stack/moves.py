"""Which deployments of a stack are placed elsewhere than when it was last updated.

A move is told in the log alone, and is no part of what a deployment exports. Beside its other
warnings in the outputs it would be there once, and gone with the next update, which would change
outputs though nothing of the stack has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from availability.explanation.alternatives.fixes import StackFixer
from availability.explanation.moves import Move, moved
from availability.placement.request import Placement
from availability.stack.plan import Plan


def moves(plan: Plan, outputs: Mapping[str, object]) -> dict[str, Move]:
    """Deployment -> its move, for each that is not where the stack's last outputs have it.

    `outputs` may be those of any program: what they don't say in the way of this one says nothing.
    One that they don't name, because it is new or has another name now, doesn't move.
    """
    before = _locations(outputs.get("deployments"))
    snapshot = outputs.get("snapshot")
    by = snapshot if isinstance(snapshot, str) else None
    return {
        deployment.name: moved(
            answer.result,
            before[deployment.name],
            answer.snapshot,
            StackFixer(plan.stack, deployment.name),
            by,
        )
        for deployment, answer in plan.answers
        if isinstance(answer.result, Placement)
        and before.get(deployment.name) not in (None, answer.result.location)
    }


def _locations(deployments: object) -> dict[str, str]:
    """Deployment -> its location, as far as the outputs have one."""
    if not isinstance(deployments, Mapping):
        return {}
    known: dict[str, str] = {}
    for name, exports in cast("Mapping[str, object]", deployments).items():
        if isinstance(exports, Mapping):
            location = cast("Mapping[str, object]", exports).get("location")
            if isinstance(location, str) and location:
                known[name] = location
    return known
