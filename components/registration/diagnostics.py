"""What the engine is told for a person to read: mistakes as one error, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pulumi

from availability.explanation.moves import Move
from availability.explanation.names import counted
from availability.input.errors import BadInput, Problem
from availability.input.printed import plain_line
from availability.input.wrap import folded, wrapped
from availability.placement.warnings import Warning, WarningId
from availability.report.text import problem_lines
from availability.stack import google_config
from availability.stack.reading import Stack
from components.registration.engine_run import PerRun


class InputError(pulumi.RunError):
    """What was typed can't be read, or is refused."""

    def __init__(self, lines: Sequence[str], headline: str, problems: Iterable[Problem]) -> None:
        super().__init__("\n".join(lines))
        self.headline = headline
        """What a person reads where each of the problems is shown beside its property."""
        self.problems = tuple(problems)
        """Where it is and what is wrong with it; the paths are those of arguments in Python."""


def bad_input(what: str, problems: Iterable[Problem], stack: Stack | None = None) -> InputError:
    """The one error for all that is wrong with what was typed."""
    error = BadInput(problems)
    start = f"{counted(len(error.problems), 'mistake')} in {what}:"
    lines = [plain_line(start), *problem_lines(error, stack)]
    return InputError(lines, lines[0], error.problems)


def missing_project() -> Problem:
    """For a program whose resources have no Google Cloud project to go to."""
    return google_config.missing_project(pulumi.get_stack())


_said = PerRun(set[str])


def inform_once(text: str) -> None:
    """Tells something once in a run of the engine, however many have to say it."""
    if text not in _said():
        _said().add(text)
        pulumi.log.info(text)


def warn(warnings: tuple[Warning, ...], resource: pulumi.Resource | None = None) -> None:
    """Each warning as a diagnostic of the resource that it is about.

    A stale snapshot is called so once a program, however many endpoints it places.
    """
    said = _said()
    for warning in warnings:
        if warning.id is WarningId.STALE_SNAPSHOT:
            if warning.text in said:
                continue
            said.add(warning.text)
        pulumi.log.warn(folded(f"{warning.id}: {warning.text}"), resource)


def warn_of_move(move: Move, resource: pulumi.Resource) -> None:
    """A move as one diagnostic of the deployment that moves, with each command on a line."""
    lines = [folded(f"{move.warning.id}: {move.warning.text}")]
    for words, command in move.fixes:
        lines += [*wrapped(words, "  ", "  "), plain_line(f"    {command}")]
    pulumi.log.warn("\n".join(lines), resource)
