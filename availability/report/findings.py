"""What there is to show of a stack file, each at its line: mistakes, refusals and warnings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from availability.explanation.answers import Answer
from availability.explanation.headline import headline
from availability.input.errors import BadInput, Position
from availability.placement.request import Refusal
from availability.placement.warnings import Warning
from availability.report.refusals import refusal_lines
from availability.stack.config import Deployment
from availability.stack.file import StackFile
from availability.stack.plan import Plan

BAD_INPUT = "bad-input"
"""The rule id of what could not be read."""


@dataclass(frozen=True)
class Finding:
    """Something to show at a line of a stack file."""

    level: str
    """`error` or `warning`, as GitHub and SARIF both call them."""
    rule: str
    file: Path
    at: Position
    title: str
    text: str


@dataclass(frozen=True)
class Checked:
    """What became of one stack file: a plan, or what is wrong with the file."""

    path: Path
    file: StackFile | None
    outcome: Plan | BadInput

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every mistake, refusal and warning, at its line; in the order of the file's keys."""
        if isinstance(self.outcome, BadInput):
            return tuple(self._problems(self.outcome))
        findings = [
            self._warning(warning, warning.id.key, "the stack") for warning in self.outcome.warnings
        ]
        for deployment, answer in self.outcome.answers:
            if isinstance(answer.result, Refusal):
                findings.append(self._refusal(deployment, answer, answer.result))
            path = deployment.path("model")
            findings += [
                self._warning(warning, path, deployment.name) for warning in answer.warnings
            ]
        return tuple(findings)

    def _problems(self, error: BadInput) -> Iterable[Finding]:
        for problem in error.problems:
            at = problem.at or self._at(problem.path, key=problem.about_key)
            yield Finding("error", BAD_INPUT, self.path, at, problem.path, str(problem))

    def _refusal(self, deployment: Deployment, answer: Answer, refusal: Refusal) -> Finding:
        at = self._at(deployment.path_of_refusal(refusal))
        text = "\n".join(refusal_lines(answer, deployment.name))
        head = f"{deployment.name}: {headline(refusal, answer.snapshot)}"
        return Finding("error", refusal.deciding[0].value, self.path, at, head, text)

    def _warning(self, warning: Warning, path: str, about: str) -> Finding:
        title = f"{about}: {warning.id}"
        return Finding("warning", warning.id, self.path, self._at(path), title, warning.text)

    def _at(self, path: str, *, key: bool = False) -> Position:
        return (self.file.locate(path, key=key) if self.file else None) or Position(1, 1)
