"""`plan --fix`: applies printed fixes to a stack's file, once a person has agreed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from availability.command_line.commands import plan_document
from availability.command_line.console import write, write_error, write_json, write_lines
from availability.command_line.status import BAD_INPUT, PLACED, REFUSED
from availability.input.errors import BadInput, Problem
from availability.report.formats import Format

if TYPE_CHECKING:
    import datetime as dt

    from availability.stack.fix import Choice, Fixed


def fix(options: argparse.Namespace, form: Format, as_of: dt.date | None) -> int:
    """Shows what the fixes change in the file, and writes it if asked to.

    Returns the exit status: that of the plan that holds then. Raises BadInput for options that
    make no sense together.
    """
    from availability.stack.fix import choices
    from availability.stack.project_file import stack_file

    _check(options, form)
    chosen = choices(options.fix)
    path = stack_file(options.stacks[0], Path.cwd())
    fixed = _fixed(path, chosen, as_of, as_json=form is Format.JSON)
    if fixed is None:
        return BAD_INPUT
    return _as_json(fixed, options) if form is Format.JSON else _as_text(fixed, options)


def _check(options: argparse.Namespace, form: Format) -> None:
    problems: list[Problem] = []
    if not options.fix:
        problems.append(Problem("--yes", "there is nothing to agree to without --fix NAME=N"))
    if options.fix and len(options.stacks) > 1:
        message = f"it changes one stack file, and {len(options.stacks)} are given"
        problems.append(Problem("--fix", message))
    if options.against is not None:
        message = "it compares what is there, and --fix changes it: apply the fix first"
        problems.append(Problem("--against", message))
    if form not in (Format.TEXT, Format.JSON):
        problems.append(Problem("--format", f"{form} and --fix exclude each other: text or json"))
    if problems:
        raise BadInput(problems)


def _fixed(
    path: Path, chosen: tuple[Choice, ...], as_of: dt.date | None, *, as_json: bool
) -> Fixed | None:
    """The stack with the fixes; None where that is bad input, which is printed with its places."""
    from availability.report.text import problem_lines
    from availability.stack.fix import fix as fix_stack
    from availability.stack.source import read_source

    stack = None
    try:
        source = read_source(path)
        stack = source.stack
        return fix_stack(source, chosen, os.environ, as_of)
    except BadInput as error:
        if as_json:
            raise
        write_error("\n".join(problem_lines(error, stack)))
        return None


def _as_json(fixed: Fixed, options: argparse.Namespace) -> int:
    from availability.report.findings import Checked
    from availability.report.fixed import fixed_document

    if options.yes:
        fixed.write()
    checked = Checked(fixed.after.path, fixed.after.stack, fixed.plan)
    document = fixed_document(fixed, written=options.yes)
    write_json({**document, "plan": plan_document(checked, alone=True)})
    return _status(fixed, written=options.yes)


def _as_text(fixed: Fixed, options: argparse.Namespace) -> int:
    from availability.report.fixed import fixed_lines, how_to_write
    from availability.report.text import plan_lines

    write_lines(fixed_lines(fixed))
    path = fixed.before.path
    if not (options.yes or (_on_terminal() and _agreed(path))):
        others = ["--as-of", options.as_of] if options.as_of else []
        write(f"\nNothing is written. To write it: {how_to_write(fixed, others)}")
        return _status(fixed, written=False)
    fixed.write()
    lines = plan_lines(fixed.plan, fixed.after.stack)
    write_lines(["", f"Written: {path}", "", *lines])
    return _status(fixed, written=True)


def _status(fixed: Fixed, *, written: bool) -> int:
    """By the plan of the file as it is now, in which what was to be fixed is refused until then."""
    return REFUSED if fixed.plan.refused or not written else PLACED


def _on_terminal() -> bool:
    streams: tuple[TextIO | None, ...] = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams)


def _agreed(path: Path) -> bool:
    """Whether a person on the terminal says yes."""
    from availability.input.printed import plain

    try:
        answer = input(plain(f"Write this to {path}? [y/N] "))
    except (EOFError, KeyboardInterrupt):
        write("")
        return False
    return answer.strip().lower() in ("y", "yes")
