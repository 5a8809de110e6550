"""What the engine is told for a person to read: mistakes as one error, and warnings."""

from __future__ import annotations

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import pulumi

from availability.explanation.moves import Move
from availability.input.errors import BadInput, Problem
from availability.input.printed import plain_line
from availability.input.wrap import folded, wrapped
from availability.placement.warnings import Warning, WarningId
from availability.report.text import problem_lines
from availability.stack import google_config
from availability.stack.file import StackFile


def bad_input(
    what: str, problems: Iterable[Problem], file: StackFile | None = None
) -> pulumi.RunError:
    """The one error for all that is wrong with what was typed."""
    error = BadInput(problems)
    count = len(error.problems)
    start = f"{count} {'mistake' if count == 1 else 'mistakes'} in {what}:"
    return pulumi.RunError("\n".join([plain_line(start), *problem_lines(error, file)]))


def missing_project() -> Problem:
    """For a program whose resources have no Google Cloud project to go to."""
    return google_config.missing_project(pulumi.get_stack())


# A program is what talks to one monitor; an Automation API process runs several.
_said: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


def warn(warnings: tuple[Warning, ...], resource: pulumi.Resource | None = None) -> None:
    """Each warning as a diagnostic of the resource that it is about.

    A stale snapshot is called so once a program, however many endpoints it places.
    """
    said = _said.setdefault(pulumi.runtime.settings.get_monitor(), set())
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
