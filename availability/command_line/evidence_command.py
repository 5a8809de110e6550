"""The command `evidence`, for those who sign for stacks."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from availability.command_line.commands import as_of_day, errors_document, status_of
from availability.command_line.console import write, write_error, write_json
from availability.command_line.formats import format_of
from availability.command_line.status import PLACED, REFUSED
from availability.input.errors import BadInput
from availability.report.formats import EVIDENCE_FORMATS

if TYPE_CHECKING:
    import datetime as dt

    from availability.stack.evidence import StackEvidence
    from availability.stack.reading import Stack


def evidence(options: argparse.Namespace) -> int:
    """Print what is to be filed of each stack. Returns the exit status."""
    form, as_of = format_of(options, EVIDENCE_FORMATS), as_of_day(options.as_of)
    documents: list[object] = []
    statuses: list[int] = []
    for word in options.stacks:
        outcome, stack = _evidence(word, as_of)
        if form == "json":
            documents.append(_document(word, outcome, alone=len(options.stacks) == 1))
        elif isinstance(outcome, BadInput):
            from availability.report.text import problem_lines

            write_error("\n".join(problem_lines(outcome, stack)))
        else:
            from availability.report.evidence_markdown import evidence_markdown

            write(
                ("\n" if PLACED in statuses or REFUSED in statuses else "")
                + evidence_markdown(outcome)
            )
        statuses.append(status_of(outcome if isinstance(outcome, BadInput) else outcome.plan))
    if form == "json":
        write_json(documents[0] if len(documents) == 1 else documents)
    return max(statuses)


def _evidence(word: str, as_of: dt.date | None) -> tuple[StackEvidence | BadInput, Stack | None]:
    """The evidence of a stack that is named by its file or its name, or what is wrong with it."""
    from availability.stack.evidence import evidence_of
    from availability.stack.project_file import stack_file
    from availability.stack.source import read_source

    stack = None
    try:
        source = read_source(stack_file(word, Path.cwd()))
        stack = source.stack
        return evidence_of(source, os.environ, as_of), stack
    except BadInput as error:
        return error, stack


def _document(word: str, outcome: StackEvidence | BadInput, *, alone: bool) -> dict[str, object]:
    """The evidence, or the errors; with the stack's name where others are told beside it."""
    from availability.report.evidence import evidence_document

    if isinstance(outcome, BadInput):
        return errors_document(Path(word), outcome, alone=alone)
    return evidence_document(outcome)
