"""What a page shows: the stacks, each deployment under a name of its own, and the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from availability.explanation.answers import Answer
from availability.facts.snapshot import Snapshot
from availability.input.errors import BadInput
from availability.placement.request import Placement, Refusal
from availability.report.findings import Checked
from availability.stack.config import Deployment
from availability.stack.file import stack_name
from availability.stack.plan import Plan

if TYPE_CHECKING:  # most pages compare nothing
    from availability.stack.review.review import Review


@dataclass(frozen=True)
class Shown:
    """A deployment of a stack that could be read."""

    label: str
    """Its name; with several stacks `STACK/NAME`."""
    checked: Checked
    plan: Plan
    deployment: Deployment
    answer: Answer

    @property
    def snapshot(self) -> Snapshot:
        """The facts that it was judged by."""
        return self.answer.snapshot

    @property
    def placement(self) -> Placement | None:
        """Where it is placed; None where it is refused."""
        result = self.answer.result
        return result if isinstance(result, Placement) else None

    @property
    def refusal(self) -> Refusal | None:
        """What stands against it; None where it is placed."""
        result = self.answer.result
        return result if isinstance(result, Refusal) else None


@dataclass(frozen=True)
class Report:
    """The stacks that a page is about."""

    checked: tuple[Checked, ...]
    """At least one, in the order in which they were named."""
    today: dt.date
    """The day of the page; a stack may name another one to be judged by."""
    reviewed: Review | None = None
    """What changes for them; None where nothing was compared."""

    @cached_property
    def stacks(self) -> tuple[tuple[str, Checked], ...]:
        """Each stack under its name; under its file's path where several have that name."""
        named = [(_name(checked), checked) for checked in self.checked]
        count = Counter(name for name, _ in named)
        return tuple(
            (name if count[name] == 1 else checked.path.as_posix(), checked)
            for name, checked in named
        )

    @cached_property
    def plans(self) -> tuple[tuple[str, Plan], ...]:
        """Each stack that could be read, under its name."""
        return tuple(
            (name, checked.outcome)
            for name, checked in self.stacks
            if not isinstance(checked.outcome, BadInput)
        )

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Every deployment of every stack that could be read."""
        alone = len(self.checked) == 1
        return tuple(
            Shown(
                deployment.name if alone else f"{name}/{deployment.name}",
                checked,
                checked.outcome,
                deployment,
                answer,
            )
            for name, checked in self.stacks
            if not isinstance(checked.outcome, BadInput)
            for deployment, answer in checked.outcome.answers
        )

    @property
    def placed(self) -> tuple[tuple[Shown, Placement], ...]:
        """The deployments that are placed."""
        pairs = ((shown, shown.placement) for shown in self.shown)
        return tuple((shown, placement) for shown, placement in pairs if placement)

    @property
    def refused(self) -> tuple[tuple[Shown, Refusal], ...]:
        """The deployments that no location is valid for."""
        pairs = ((shown, shown.refusal) for shown in self.shown)
        return tuple((shown, refusal) for shown, refusal in pairs if refusal)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The snapshots that decide, the oldest first."""
        known = {plan.snapshot.id: plan.snapshot for _, plan in self.plans}
        return tuple(known[name] for name in sorted(known))


def _name(checked: Checked) -> str:
    outcome = checked.outcome
    return stack_name(checked.path) if isinstance(outcome, BadInput) else outcome.stack
