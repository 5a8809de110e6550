"""What there is to show of a stack file, each at its line: mistakes, refusals and warnings.

What makes findings is loaded for them: a document of plans shows none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from availability.explanation.answers import Answer
from availability.input.errors import BadInput, Position, Problem
from availability.placement.request import Refusal
from availability.placement.warnings import Warning
from availability.stack.config import Deployment
from availability.stack.plan import Plan
from availability.stack.reading import Stack
from availability.stack.written import Place, Spot, place_of, place_of_mistake

BAD_INPUT = "bad-input"
"""The rule id of what could not be read."""


class Level(StrEnum):
    """How much a finding matters, the most first."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Finding:
    """Something to show at a line of a stack file."""

    level: Level
    rule: str
    file: Path
    at: Position
    title: str
    text: str
    first: bool = False
    """Whether it comes before others of its level, because a change makes it news."""


@dataclass(frozen=True)
class Checked:
    """What became of one stack file: a plan, or what is wrong with the file."""

    path: Path
    stack: Stack | None
    """The stack with its files, where they can be read."""
    outcome: Plan | BadInput

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every mistake, refusal and warning, at its line; in the order of the file's keys."""
        if isinstance(self.outcome, BadInput):
            return tuple(map(self._problem, self.outcome.problems))
        return tuple(self._of_plan(self.outcome))

    def _of_plan(self, plan: Plan) -> Iterator[Finding]:
        from availability.stack.deciding import spots_of_stack_warning, spots_of_warning

        for warning in plan.warnings:
            yield self._warning(warning, spots_of_stack_warning(warning), "the stack")
        for deployment, answer in plan.answers:
            if isinstance(answer.result, Refusal):
                yield self._refusal(deployment, answer, answer.result)
            for warning in answer.warnings:
                spots = spots_of_warning(deployment, warning)
                yield self._warning(warning, spots, deployment.name)

    def _problem(self, problem: Problem) -> Finding:
        # What is wrong with a file as such names that file, which may be the project's.
        at = problem.at and Place(Path(problem.path), problem.at)
        place = at or (place_of_mistake(self.stack, problem) if self.stack else None) or self._start
        return Finding(Level.ERROR, BAD_INPUT, place.file, place.at, problem.path, str(problem))

    def _refusal(self, deployment: Deployment, answer: Answer, refusal: Refusal) -> Finding:
        from availability.explanation.headline import headline
        from availability.report.refusals import refusal_lines
        from availability.stack.deciding import decides, spots_of_refusal

        place = self.place(spots_of_refusal(deployment, refusal))
        text = "\n".join(refusal_lines(answer, deployment.name))
        head = f"{deployment.name}: {headline(refusal, answer.snapshot)}"
        return Finding(Level.ERROR, decides(refusal), place.file, place.at, head, text)

    def _warning(self, warning: Warning, spots: Iterable[Spot], about: str) -> Finding:
        place, title = self.place(spots), f"{about}: {warning.id}"
        return Finding(Level.WARNING, warning.id, place.file, place.at, title, warning.text)

    def place(self, spots: Iterable[Spot]) -> Place:
        """Where the first of the spots is written, else the start of the stack's file."""
        return (place_of(self.stack, spots) if self.stack else None) or self._start

    @property
    def _start(self) -> Place:
        return Place(self.path, Position(1, 1))
