"""The command line: `resolve`, `plan`, and what the snapshots know.

Exit status: 0 placed, 1 refused, 2 bad input.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from availability import __version__
from availability.command_line import (
    check_command,
    commands,
    console,
    evidence_command,
    report_command,
    snapshot_commands,
    terraform_command,
)
from availability.input import shell
from availability.input.calls import SCRIPT, own_call
from availability.input.errors import BadInput, Problem
from availability.input.likeness import nearest
from availability.report.formats import Format


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):  # a terminal that is not Unicode still gets an answer
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        options = _parse(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except BadInput as error:
        return _report(error, as_json=as_json)
    except console.NotWritten as error:
        console.write_error(str(error))
        return commands.BAD_INPUT
    finally:
        console.flush()


def _report(error: BadInput, *, as_json: bool) -> int:
    from availability.report.text import problem_json, problem_lines

    if as_json:
        console.write_json({"errors": [problem_json(problem) for problem in error.problems]})
    else:
        console.write_error("\n".join(problem_lines(error)))
    return commands.BAD_INPUT


class _Parser(argparse.ArgumentParser):
    """Reports a misuse as bad input, and knows which options there are."""

    def error(self, message: str) -> NoReturn:
        """Raises BadInput instead of printing the usage and leaving."""
        raise BadInput([Problem(self.prog, message)])

    def options(self) -> list[str]:
        """All long options of this command."""
        return [
            text for action in self._actions for text in action.option_strings if text[:2] == "--"
        ]


def _parse(arguments: list[str]) -> argparse.Namespace:
    """The options. Raises BadInput, for all unknown words together."""
    parser, known = _parsers()
    _check_command(arguments, known)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise _unknown(unknown, known[options.command])
    return options


def _check_command(arguments: list[str], known: dict[str, _Parser]) -> None:
    """Raises BadInput for an unknown command, or unknown options of a known one.

    Before argparse looks, because it stops at the first thing that is missing.
    """
    if not arguments or arguments[0].startswith("-"):
        return
    name, *words = arguments
    if name not in known:
        message = f"unknown command {name!r}; the commands are {', '.join(known)}"
        raise BadInput([Problem("COMMAND", message, tuple(nearest(name, known)))])
    given = [word for word in itertools.takewhile("--".__ne__, words) if word[:2] == "--"]
    options = known[name].options()
    if unknown := [word for word in given if word.split("=")[0] not in options]:
        raise _unknown(unknown, known[name])
    # argparse takes this value for the end of the options, and hands over an empty list (3.11).
    if empty := [word for word in given if word.endswith("=--")]:
        raise BadInput(Problem(word[:-3], "'--' is no value") for word in empty)


def _unknown(words: list[str], command: _Parser) -> BadInput:
    return BadInput(
        Problem(
            word.partition("=")[0],
            f"unknown {'option' if word.startswith('-') else 'argument'} of {command.prog}",
            tuple(nearest(word.partition("=")[0], command.options())),
        )
        for word in words
    )


def _parsers() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog=shell.join(own_call()),
        allow_abbrev=False,
        description="Where generative-AI models are served on Vertex AI, and where they may be.",
        epilog="Exit status: 0 placed, 1 refused, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"{SCRIPT} {__version__}")
    parsers: dict[str, _Parser] = {}
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, *, has_json: bool = True
    ) -> _Parser:
        made = subparsers.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.set_defaults(run=run)
        if has_json:
            made.add_argument("--json", action="store_true", help="print one JSON document")
        parsers[name] = made
        return made

    resolve = command("resolve", commands.resolve, "Place one model under a residency.")
    resolve.add_argument("model", metavar="MODEL", help="an id, PUBLISHER/ID or a display name")
    _add_constraint(resolve, is_required=True)
    resolve.add_argument("--location", metavar="L", help="pin: no other location will do")
    resolve.add_argument("--prefer", metavar="L[,L]", help="locations to take first, in order")
    resolve.add_argument("--project", metavar="P", help="the Google Cloud project for the URL")
    plan = command("plan", commands.plan, "Place every deployment of stack files.")
    _add_stacks(plan)
    plan.add_argument("--format", metavar="F", help=", ".join(Format))
    plan.add_argument(
        "--fix",
        metavar="NAME=N",
        action="append",
        default=[],
        help="apply fix N of the refused deployment NAME to the stack's file; may be repeated",
    )
    plan.add_argument("--yes", action="store_true", help="write what --fix changes, unasked")
    plan.add_argument(
        "--against",
        metavar="REF|DIR|merge-base",
        help="say what changes since a git reference, or since a copy in a folder",
    )
    plan.add_argument(
        "--fail-on", metavar="KIND[,KIND]", help="exit with 1 for a change of such a kind"
    )
    pin = command("pin", commands.pin, "Write where deployments are placed into stack files.")
    pin.description = (
        "Write the location that each deployment is placed in today into its stack's file, as a "
        "pin: then no newer snapshot moves it. What has a pin keeps it, and nothing else of the "
        "file changes. A file gets all of its pins or none: one with a mistake, or with a "
        "deployment that is refused, stays as it is, and the other files are pinned all the same."
    )
    _add_stacks(pin)
    report = command("report", report_command.report, "Write a page about stacks, to look at.")
    report.description = (
        "Write one HTML page about stacks: where each deployment is placed and could be, on a map "
        "and in a table, what decides about each of its models in each location, days that "
        "matter, warnings, and the facts with their links. The page loads nothing."
    )
    _add_stacks(report)
    report.add_argument(
        "--against",
        metavar="REF|DIR|merge-base",
        help="show what changes since a git reference, or since a copy in a folder",
    )
    report.add_argument(
        "--html", metavar="FILE", required=True, help="the page to write; - is standard output"
    )
    evidence = command(
        "evidence", evidence_command.evidence, "Print what is to be filed of stacks."
    )
    evidence.description = (
        "Print, for each deployment of a stack, where it is served and processed and by which "
        "published statement, what is not covered, which policies enforce it, who may call, and "
        "what was accepted. The same stack file, snapshot and day give the same bytes."
    )
    _add_stacks(evidence)
    evidence.add_argument(
        "--format", metavar="F", help=", ".join(evidence_command.EVIDENCE_FORMATS)
    )
    for subparser in (resolve, plan):
        subparser.add_argument(
            "--explain", action="store_true", help="say why, location by location"
        )
    resolve.add_argument("--why", metavar="L", help="show the facts about one location")
    matrix = command("matrix", commands.matrix, "Show which model is served where.")
    matrix.add_argument("--model", metavar="M", help="only the row of this model")
    models = command(
        "models", commands.models, "List the models, or those that a residency allows."
    )
    _add_constraint(models, is_required=False)
    check = command("check", check_command.check, "Check stacks that do not use the components.")
    _add_check(check)
    terraform = command(
        "terraform", terraform_command.terraform, "Place a model for Terraform's external data."
    )
    terraform.description = (
        "Speak the protocol of Terraform's and OpenTofu's `external` data source: a JSON object "
        "of texts on standard input (model, residency, excluding, guarantee, needs, location, "
        "project, snapshot; lists with commas), and one on standard output (location, "
        "endpoint_url, model_resource, boundary). A refusal goes to standard error, with status 1."
    )
    for subparser in (resolve, plan, pin, models, report, evidence, check):
        subparser.add_argument(
            "--as-of", metavar="DATE", help="the day to judge by, instead of today"
        )
    command("locations", commands.locations, "List the locations of a snapshot.")
    command("snapshots", commands.snapshots, "List the bundled snapshots.")
    facts = command("facts", snapshot_commands.facts, "Show all that is known of a model.")
    facts.add_argument("model", metavar="MODEL", help="an id, PUBLISHER/ID or a display name")
    diff = command("diff", snapshot_commands.diff, "Show what changed between two snapshots.")
    diff.add_argument("snapshots", metavar="SNAPSHOT", nargs=2, help="a date or a file, old, new")
    diff.add_argument(
        "--stacks",
        metavar="STACK",
        nargs="+",
        default=[],
        help="what it does to them: stacks/Pulumi.dev.yaml, or the stack's name dev",
    )
    diff.add_argument("--format", metavar="F", help="text, json, markdown")
    diff.add_argument("--as-of", metavar="DATE", help="the day to judge by, instead of today")
    refresh = command(
        "refresh", snapshot_commands.refresh, "Make a snapshot of Google's pages, and compare it."
    )
    refresh.add_argument(
        "--from", dest="source", metavar="DIR|URL", help="default: Google's documentation"
    )
    refresh.add_argument("--date", metavar="D", help="the day of the pages, where they name none")
    refresh.add_argument("--out", metavar="FILE", help="write the snapshot to this file")
    refresh.add_argument("--write", action="store_true", help="write it among the bundled ones")
    refresh.add_argument(
        "--accept-removals", action="store_true", help="believe that half of the models are gone"
    )
    completion = command("completion", _completion, "Print what a shell completes.", has_json=False)
    completion.description = (
        "Print a script that has a shell complete the commands, their options and their words, "
        "without a start of Python. bash reads it from a file of "
        f"~/.local/share/bash-completion/completions called {SCRIPT}, zsh from one called "
        f"_{SCRIPT} in a folder of its fpath, fish from {SCRIPT}.fish in "
        "~/.config/fish/completions. Make it again after an upgrade."
    )
    completion.add_argument("shell", metavar="SHELL", help="bash, fish, powershell, tcsh, zsh")
    completion.set_defaults(parser=parser, commands=parsers)
    for name in ("resolve", "matrix", "models", "locations", "snapshots", "facts"):
        parsers[name].add_argument(
            "--snapshot", metavar="S", help="an ISO date or a file; default: the newest"
        )
    return parser, parsers


def _completion(options: argparse.Namespace) -> int:
    from availability.command_line.completion import completion  # no other command needs it

    return completion(options)


def _add_stacks(command: _Parser) -> None:
    """The stacks that a command is about, each by its file or by its name."""
    command.add_argument(
        "stacks", metavar="STACK", nargs="+", help="stacks/Pulumi.dev.yaml, or the stack's name dev"
    )


def _add_constraint(command: _Parser, *, is_required: bool) -> None:
    """The options that say what is asked of a model, the same wherever it is asked."""
    _add_residency(command, is_required=is_required)
    add = command.add_argument
    add("--need", metavar="N", action="append", default=[], help="may be repeated")
    add("--control", metavar="C", action="append", default=[], help="may be repeated")
    add("--context-size", metavar="SIZE", help="the longest request: 64k, 128k or 1m tokens")
    add("--region", metavar="L", help="where the callers are, to break ties")
    add("--prior-usage", action="store_true", help="the project used it before")
    add("--no-preview", action="store_true", help="refuse previews")


def _add_residency(command: _Parser, *, is_required: bool) -> None:
    """The options that say where something may be."""
    add = command.add_argument
    add("--residency", metavar="TERM[,TERM]", required=is_required, help="allowed places")
    add("--excluding", metavar="TERM[,TERM]", help="places taken out again")
    add("--guarantee", metavar="G", help="endpoint (default) or ml-processing")


def _add_check(command: _Parser) -> None:
    """What is checked, and what it is held to."""
    command.description = (
        "Hold the resources of a Pulumi preview, or of a Terraform or OpenTofu plan, to a "
        "residency: those of Vertex AI, regional secrets and parameters, buckets and datasets that "
        "feed models, and every host and model that a text names. Exit status: 0 clean, 1 "
        "findings, 2 bad input. What is not known yet is told, and is no finding without --strict."
    )
    add = command.add_argument
    add(
        "--pulumi",
        metavar="FILE",
        action="append",
        default=[],
        help="what `pulumi preview --json --show-sames` prints; - is standard input",
    )
    add(
        "--terraform",
        metavar="FILE",
        action="append",
        default=[],
        help="what `terraform show -json PLAN` prints, or `tofu show`; - is standard input",
    )
    _add_residency(command, is_required=True)
    add("--snapshot", metavar="S", help="an ISO date or a file; default: the newest")
    add("--format", metavar="F", help=", ".join(Format))
    add("--strict", action="store_true", help="what is not known counts as a finding")
