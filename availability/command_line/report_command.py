"""The command `report`, which writes a page about stacks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from availability.command_line.commands import as_of_day, checked_stack, reviewed, status_of
from availability.command_line.console import write, write_error, write_json
from availability.input import clock
from availability.input.errors import BadInput, Problem

if TYPE_CHECKING:
    from availability.report.html.shown import Report

STANDARD_OUTPUT = "-"


def report(options: argparse.Namespace) -> int:
    """Write the page about the stacks. Returns the exit status of their plans."""
    from availability.report.html.page import page
    from availability.report.html.shown import Report

    as_of = as_of_day(options.as_of)
    _check_target(options)
    checked = tuple(checked_stack(word, as_of) for word in options.stacks)
    made = Report(checked, as_of or clock.today(), reviewed(options.against, checked, as_of))
    if options.html == STANDARD_OUTPUT:
        write(page(made).removesuffix("\n"))
    else:
        from availability.command_line.files import write_file

        write_file(options.html, page(made), "--html")
        _tell(options, made)
    return max(status_of(one.outcome) for one in checked)


def _check_target(options: argparse.Namespace) -> None:
    if not options.html:
        raise BadInput([Problem("--html", "empty: name a file, or - for standard output")])
    if options.json and options.html == STANDARD_OUTPUT:
        raise BadInput([Problem("--html", "- and --json exclude each other: both print there")])


def _tell(options: argparse.Namespace, made: Report) -> None:
    """What was written, in a line, and what was wrong with the stacks that can't be read."""
    from availability.report.html.summary import summary_document, summary_line
    from availability.report.text import problem_lines

    if options.json:
        write_json(summary_document(made, options.html))
        return
    for one in made.checked:
        if isinstance(one.outcome, BadInput):
            write_error("\n".join(problem_lines(one.outcome, one.stack)))
    write(summary_line(made, options.html))
