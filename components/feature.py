"""How a feature of a stack becomes components: what each component's module says as `FEATURE`.

A key of a stack names the module that serves it (`RegisteredBy` in `availability.stack.keys`), and
`components.stack` registers what these modules say. A component alone needs nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import pulumi

if TYPE_CHECKING:
    from availability.explanation.moves import Move
    from availability.stack.plan import Plan
    from components.endpoint import ModelEndpoint
    from components.federation import Federation
    from components.project import ProjectBaseline
    from components.registration.search import Sought


class Turn(IntEnum):
    """When a feature is registered: it may use the components of the turns before its own.

    Within a turn, features are registered in the order in which their keys are declared.
    """

    CALLERS = 1
    """Who calls the models: the endpoints are bound to them."""
    ENDPOINTS = 2
    """The deployments themselves."""
    SURROUNDINGS = 3
    """What holds for the project or its network."""
    RESULTS = 4
    """What is made of the endpoints."""


@dataclass
class Stack:
    """A stack that is being registered: its plan, and what later features need of earlier ones."""

    plan: Plan
    baseline: ProjectBaseline
    moves: Mapping[str, Move]
    """Deployment -> what is said of it, for each that was placed elsewhere before."""
    federation: Federation | None = None
    endpoints: dict[str, ModelEndpoint] = field(default_factory=dict[str, "ModelEndpoint"])
    """Deployment -> its endpoint."""

    def after(self, *others: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options of a component that waits for the baseline and these others."""
        return pulumi.ResourceOptions(depends_on=[self.baseline, *others])


Exports = Mapping[str, object]
"""What the stack exports of a feature, by name."""


def needs_of(plan: Plan) -> list[str]:
    """The needs of all deployments together, in the order of the alphabet."""
    return sorted(
        {need.value for deployment, _ in plan.answers for need in deployment.request.needs}
    )


def nothing_sought(_plan: Plan, _google_project: str) -> Iterable[Sought]:
    """For what may be created once more where it is there already."""
    return ()


@dataclass(frozen=True)
class StackFeature:
    """How a feature of a stack becomes components; both do nothing where the keys don't ask."""

    turn: Turn
    register: Callable[[Stack], Exports]
    sought: Callable[[Plan, str], Iterable[Sought]] = nothing_sought
    """What an interrupted update may have left of it in the Google Cloud project of this id."""
