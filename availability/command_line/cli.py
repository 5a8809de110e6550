"""The command line: `resolve`, `plan`, and what the snapshots know.

Exit status: 0 placed, 1 refused, 2 bad input.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from availability.command_line import console
from availability.command_line.grammar import COMMANDS, Parser, parser_of
from availability.command_line.status import BAD_INPUT
from availability.input.errors import BadInput, Problem
from availability.input.likeness import nearest


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):  # a terminal that is not Unicode still gets an answer
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        options = _parse(arguments)
        module = import_module(f"{__package__}.{COMMANDS[options.command].module}")
        run: Callable[[argparse.Namespace], int] = getattr(module, options.command)
        return run(options)
    except BadInput as error:
        return _report(error, as_json=as_json)
    except console.NotWritten as error:
        console.write_error(str(error))
        return BAD_INPUT
    finally:
        console.flush()


def _report(error: BadInput, *, as_json: bool) -> int:
    from availability.report.text import problem_json, problem_lines

    if as_json:
        console.write_json({"errors": [problem_json(problem) for problem in error.problems]})
    else:
        console.write_error("\n".join(problem_lines(error)))
    return BAD_INPUT


def _parse(arguments: list[str]) -> argparse.Namespace:
    """The options. Raises BadInput, for all unknown words together."""
    typed = arguments[0] if arguments else ""
    if typed and not typed.startswith("-") and typed not in COMMANDS:
        message = f"unknown command {typed!r}; the commands are {', '.join(COMMANDS)}"
        raise BadInput([Problem("COMMAND", message, tuple(nearest(typed, COMMANDS)))])
    parser, parsers = parser_of([typed] if typed in COMMANDS else COMMANDS)
    if typed in COMMANDS:
        _check_options(arguments[1:], parsers[typed])
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise _unknown(unknown, parsers[options.command])
    return options


def _check_options(words: list[str], command: Parser) -> None:
    """Raises BadInput for unknown options, before argparse stops at the first thing missing."""
    given = [word for word in itertools.takewhile("--".__ne__, words) if word[:2] == "--"]
    options = command.options()
    if unknown := [word for word in given if word.split("=")[0] not in options]:
        raise _unknown(unknown, command)
    # argparse takes this value for the end of the options, and hands over an empty list (3.11).
    if empty := [word for word in given if word.endswith("=--")]:
        raise BadInput(Problem(word[:-3], "'--' is no value") for word in empty)


def _unknown(words: list[str], command: Parser) -> BadInput:
    return BadInput(
        Problem(
            word.partition("=")[0],
            f"unknown {'option' if word.startswith('-') else 'argument'} of {command.prog}",
            tuple(nearest(word.partition("=")[0], command.options())),
        )
        for word in words
    )
