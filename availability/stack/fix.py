"""Applies printed fixes of refused deployments to the stack's file.

The steps are those of the printed commands. Before anything is written, what is to be written is
read and placed: it has to say the old configuration with exactly these changes, and to place the
deployments that were refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from availability.explanation.alternatives.steps import Step
from availability.explanation.answers import Answer, ShownAlternative
from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import nearest
from availability.placement.request import Placement
from availability.stack.config_change import ConfigChange
from availability.stack.config_edit import with_changes
from availability.stack.file import encoded
from availability.stack.plan import Plan
from availability.stack.reading import plan_file
from availability.stack.rewriting import rewrite
from availability.stack.source import DEPLOYMENTS, Source, said

OPTION = "--fix"


@dataclass(frozen=True)
class Choice:
    """One of the fixes that are printed for a refused deployment."""

    deployment: str
    number: int
    """Counted from 1, as printed."""

    def __str__(self) -> str:
        """As it is typed."""
        return f"{self.deployment}={self.number}"


@dataclass(frozen=True)
class Fixed:
    """A stack with the fixes that were chosen; its file is not written yet."""

    before: Source
    after: Source
    plan: Plan
    """By the file as it would be."""
    fixes: tuple[tuple[Choice, ShownAlternative], ...]

    @property
    def changes(self) -> bool:
        """Whether the file would be another one."""
        return self.after.text != self.before.text

    def write(self) -> None:
        """Writes the file. Raises BadInput where that can't be done: then it is as it was."""
        content = self.before.content
        rewrite(self.before.path, content, encoded(self.after.text, content))


def choices(words: Iterable[str]) -> tuple[Choice, ...]:
    """What `--fix` names, as `NAME=N`. Raises BadInput with every mistake."""
    made: dict[str, Choice] = {}
    problems: list[Problem] = []
    for word in words:
        name, _, number = word.partition("=")
        if not re.fullmatch(r"[^=]+=[1-9][0-9]{0,5}", word, re.ASCII):
            message = f"{shown(word)} is no NAME=N: a deployment, and the number of its fix"
            problems.append(Problem(OPTION, message))
        elif name in made:
            problems.append(Problem(OPTION, f"{name} is given twice: choose one of its fixes"))
        else:
            made[name] = Choice(name, int(number))
    if problems:
        raise BadInput(problems)
    return tuple(made.values())


def fix(
    source: Source,
    chosen: Sequence[Choice],
    environment: Mapping[str, str],
    as_of: dt.date | None = None,
) -> Fixed:
    """The stack with the fixes that were chosen.

    `environment` holds the variables that the provider reads, and `as_of` is the day to judge by
    instead of the configuration's. Raises BadInput as `plan_file` does, for choices that name no
    fix, for fixes that exclude each other, and for what can't be changed in the file.
    """
    plan = plan_file(source.stack, environment, as_of)
    fixes = tuple((choice, _fix(plan, choice)) for choice in chosen)
    steps = _steps(fixes)
    _check_own(source, steps)
    after = with_changes(source, [ConfigChange.of(step) for step in steps])
    return Fixed(source, after, _plan_of(after, chosen, environment, plan.today), fixes)


def _plan_of(
    after: Source, chosen: Sequence[Choice], environment: Mapping[str, str], today: dt.date
) -> Plan:
    """The plan with the fixes. Raises BadInput where a deployment would still be refused."""
    try:
        plan = plan_file(after.stack, environment, today)
    except BadInput as error:
        message = (
            f"with this the stack would be bad input, so nothing is written: {error.problems[0]}"
        )
        raise BadInput([Problem(OPTION, message)]) from error
    refused = {deployment.name for deployment, _ in plan.refused}
    problems = [
        Problem(OPTION, f"{choice} alone does not do: {choice.deployment} would still be refused")
        for choice in chosen
        if choice.deployment in refused
    ]
    if problems:
        raise BadInput(problems)
    return plan


def _fix(plan: Plan, choice: Choice) -> ShownAlternative:
    """The fix that a choice names. Raises BadInput where there is none."""
    answers = {deployment.name: answer for deployment, answer in plan.answers}
    name, answer = choice.deployment, answers.get(choice.deployment)
    if answer is None:
        message = f"stack {plan.stack} has no deployment {shown(name)}"
        raise BadInput([Problem(OPTION, message, tuple(nearest(name, answers)))])
    if isinstance(answer.result, Placement):
        message = f"{name} is placed in {answer.result.location}: there is nothing to fix"
        raise BadInput([Problem(OPTION, message)])
    alternatives = answer.shown_alternatives
    if choice.number > len(alternatives):
        raise BadInput([Problem(OPTION, f"{name} has no fix {choice.number}: {_known(answer)}")])
    alternative = alternatives[choice.number - 1]
    if not alternative.steps:
        message = f"no command: {choice.number} of {name} would be refused, too: {_known(answer)}"
        raise BadInput([Problem(OPTION, message)])
    return alternative


def _known(answer: Answer) -> str:
    """The fixes that there are."""
    known = [
        f"{number}. {alternative.text}"
        for number, alternative in enumerate(answer.shown_alternatives, start=1)
        if alternative.steps
    ]
    return f"it has {' '.join(known)}" if known else "nothing was found that would make it valid"


def _steps(fixes: Sequence[tuple[Choice, ShownAlternative]]) -> list[Step]:
    """The steps of all fixes, of which two that are the same are one.

    Raises BadInput for two that change the same key in different ways.
    """
    steps: list[Step] = []
    by_steps: dict[tuple[Step, ...], Choice] = {}
    for choice, alternative in fixes:
        own = alternative.steps
        for known, other in by_steps.items():
            if own != known and (common := _paths(own) & _paths(known)):
                message = (
                    f"{other} and {choice} both change {min(common)}: choose one, then plan again"
                )
                raise BadInput([Problem(OPTION, message)])
        if own not in by_steps:
            by_steps[own] = choice
            steps += own
    return steps


def _paths(steps: Iterable[Step]) -> set[str]:
    """The keys that steps change: those of the deployments, else of the stack."""
    return {
        ".".join(map(str, step.path[:3])) if step.path[0] == DEPLOYMENTS else str(step.path[0])
        for step in steps
    }


def _check_own(source: Source, steps: Iterable[Step]) -> None:
    """Raises BadInput for steps that change what another file says."""
    problems = [*_elsewhere(source, steps)]
    if problems:
        raise BadInput(problems)


def _elsewhere(source: Source, steps: Iterable[Step]) -> Iterator[Problem]:
    before, project = said(source), source.stack.project
    where = project.path if project else "another file"
    for step in steps:
        key = str(step.path[0])
        own = step.path[1] in before.deployments if key == DEPLOYMENTS else key in before.config
        if not own:
            change = ConfigChange.of(step)
            message = f"it is written in {where}, for every stack: there, {change}, by hand"
            path = ".".join(map(str, step.path[:2])) if key == DEPLOYMENTS else key
            yield Problem(path, message, about_key=True)
