"""What `pin` did to the file of a stack, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from availability.explanation.answers import to_json, warning_json
from availability.input.errors import BadInput
from availability.input.wrap import wrapped
from availability.placement.warnings import Warning, WarningId
from availability.report.text import (
    problem_json,
    problem_lines,
    refused_plan_lines,
    warning_lines,
)
from availability.stack.file import stack_name
from availability.stack.pin import Pinned
from availability.stack.reading import Stack

_UNSURE = (WarningId.UNKNOWN_OFFLINE,)
"""The warnings that say that the program may place otherwise than the pins have it."""


@dataclass(frozen=True)
class PinReport:
    """What became of one stack file: pins, refusals, or what is wrong with the file."""

    path: Path
    stack: Stack | None
    outcome: Pinned | BadInput

    @property
    def lines(self) -> list[str]:
        """A summary, then a line for each deployment; or why nothing was pinned."""
        if isinstance(self.outcome, BadInput):
            return problem_lines(self.outcome, self.stack)
        plan = self.outcome.plan
        if plan.refused:
            return refused_plan_lines(plan, self.stack)
        count, total = len(self.outcome.pinned), len(plan.answers)
        done = f"{count} of {total} pinned in {self.path}"
        if not count:
            done = f"all {total} are pinned already; {self.path} is unchanged"
        head = f"Stack {plan.stack}, snapshot {plan.snapshot.id}: {done}."
        lines = [*wrapped(head, "", "  "), *warning_lines(_unsure(self.outcome))]
        for deployment, _ in plan.answers:
            location, word = self.outcome.pinned.get(deployment.name), "pinned"
            if location is None:
                location, word = self.outcome.already[deployment.name], "already pinned"
            lines += wrapped(f"{deployment.name}: {word} to {location}", "  ", "    ")
        return lines

    @property
    def document(self) -> dict[str, object]:
        """`{stack, file, pinned, already, refused, warnings}`, or `{stack, file, errors}`."""
        named = {"stack": stack_name(self.path), "file": str(self.path)}
        if isinstance(self.outcome, BadInput):
            return {**named, "errors": [problem_json(problem) for problem in self.outcome.problems]}
        plan = self.outcome.plan
        return {
            **named,
            "pinned": _pins(self.outcome.pinned),
            "already": _pins(self.outcome.already),
            "refused": [
                {"deployment": deployment.name, **to_json(answer, plan.config.project)}
                for deployment, answer in plan.refused
            ],
            "warnings": [warning_json(warning) for warning in _unsure(self.outcome)],
        }


def _pins(pins: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"deployment": name, "location": location} for name, location in pins.items()]


def _unsure(pinned: Pinned) -> tuple[Warning, ...]:
    return tuple(warning for warning in pinned.plan.warnings if warning.id in _UNSURE)
