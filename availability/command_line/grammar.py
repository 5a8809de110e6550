"""The grammar of the command line: its commands, and the options of each.

Only the command that was typed gets a parser: to make all of them takes longer than to answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from typing import NamedTuple, NoReturn

from availability import __version__
from availability.input import shell
from availability.input.calls import SCRIPT, own_call
from availability.input.errors import BadInput, Problem
from availability.report.formats import EVIDENCE_FORMATS, Format


class Parser(argparse.ArgumentParser):
    """Reports a misuse as bad input, and knows which options there are."""

    def error(self, message: str) -> NoReturn:
        """Raises BadInput instead of printing the usage and leaving."""
        raise BadInput([Problem(self.prog, message)])

    def options(self) -> list[str]:
        """All long options of this command."""
        return [
            text for action in self._actions for text in action.option_strings if text[:2] == "--"
        ]


class Command(NamedTuple):
    """A command of the command line."""

    module: str
    """The module beside this one that has a function of the command's name, which runs it."""
    text: str
    """What it does, in the help of all commands."""
    add: Callable[[Parser], None]
    """Adds its arguments and options."""


def parser_of(names: Collection[str]) -> tuple[Parser, dict[str, Parser]]:
    """The parser of the command line, and those of the named commands, which alone it knows."""
    parser = Parser(
        prog=shell.join(own_call()),
        allow_abbrev=False,
        description="Where generative-AI models are served on Vertex AI, and where they may be.",
        epilog="Exit status: 0 placed, 1 refused, 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"{SCRIPT} {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers: dict[str, Parser] = {}
    for name in names:
        text = COMMANDS[name].text
        parsers[name] = subparsers.add_parser(name, help=text, description=text, allow_abbrev=False)
        COMMANDS[name].add(parsers[name])
    return parser, parsers


def _resolve(command: Parser) -> None:
    _add_json(command)
    command.add_argument("model", metavar="MODEL", help="an id, PUBLISHER/ID or a display name")
    _add_constraint(command, is_required=True)
    command.add_argument("--location", metavar="L", help="pin: no other location will do")
    command.add_argument("--prefer", metavar="L[,L]", help="locations to take first, in order")
    command.add_argument("--project", metavar="P", help="the Google Cloud project for the URL")
    _add_explain(command)
    command.add_argument("--why", metavar="L", help="show the facts about one location")
    _add_day(command)
    _add_snapshot(command)


def _plan(command: Parser) -> None:
    _add_json(command)
    _add_stacks(command)
    command.add_argument("--format", metavar="F", help=", ".join(Format))
    command.add_argument(
        "--fix",
        metavar="NAME=N",
        action="append",
        default=[],
        help="apply fix N of the refused deployment NAME to the stack's file; may be repeated",
    )
    command.add_argument("--yes", action="store_true", help="write what --fix changes, unasked")
    _add_against(command, "say what changes since a git reference, or since a copy in a folder")
    command.add_argument(
        "--fail-on", metavar="KIND[,KIND]", help="exit with 1 for a change of such a kind"
    )
    _add_explain(command)
    _add_day(command)


def _pin(command: Parser) -> None:
    command.description = (
        "Write the location that each deployment is placed in today into its stack's file, as a "
        "pin: then no newer snapshot moves it. What has a pin keeps it, and nothing else of the "
        "file changes. A file gets all of its pins or none: one with a mistake, or with a "
        "deployment that is refused, stays as it is, and the other files are pinned all the same."
    )
    _add_json(command)
    _add_stacks(command)
    _add_day(command)


def _report(command: Parser) -> None:
    command.description = (
        "Write one HTML page about stacks: where each deployment is placed and could be, on a map "
        "and in a table, what decides about each of its models in each location, days that "
        "matter, warnings, and the facts with their links. The page loads nothing."
    )
    _add_json(command)
    _add_stacks(command)
    _add_against(command, "show what changes since a git reference, or since a copy in a folder")
    command.add_argument(
        "--html", metavar="FILE", required=True, help="the page to write; - is standard output"
    )
    _add_day(command)


def _evidence(command: Parser) -> None:
    command.description = (
        "Print, for each deployment of a stack, where it is served and processed and by which "
        "published statement, what is not covered, which policies enforce it, who may call, and "
        "what was accepted. The same stack file, snapshot and day give the same bytes."
    )
    _add_json(command)
    _add_stacks(command)
    command.add_argument("--format", metavar="F", help=", ".join(EVIDENCE_FORMATS))
    _add_day(command)


def _matrix(command: Parser) -> None:
    _add_json(command)
    command.add_argument("--model", metavar="M", help="only the row of this model")
    _add_snapshot(command)


def _models(command: Parser) -> None:
    _add_json(command)
    _add_constraint(command, is_required=False)
    _add_day(command)
    _add_snapshot(command)


def _check(command: Parser) -> None:
    command.description = (
        "Hold the resources of a Pulumi preview, or of a Terraform or OpenTofu plan, to a "
        "residency: those of Vertex AI, regional secrets and parameters, buckets and datasets that "
        "feed models, and every host and model that a text names. Exit status: 0 clean, 1 "
        "findings, 2 bad input. What is not known yet is told, and is no finding without --strict."
    )
    _add_json(command)
    command.add_argument(
        "--pulumi",
        metavar="FILE",
        action="append",
        default=[],
        help="what `pulumi preview --json --show-sames` prints; - is standard input",
    )
    command.add_argument(
        "--terraform",
        metavar="FILE",
        action="append",
        default=[],
        help="what `terraform show -json PLAN` prints, or `tofu show`; - is standard input",
    )
    _add_residency(command, is_required=True)
    _add_snapshot(command)
    command.add_argument("--format", metavar="F", help=", ".join(Format))
    command.add_argument(
        "--strict", action="store_true", help="what is not known counts as a finding"
    )
    _add_day(command)


def _terraform(command: Parser) -> None:
    command.description = (
        "Speak the protocol of Terraform's and OpenTofu's `external` data source: a JSON object "
        "of texts on standard input (model, residency, excluding, guarantee, needs, location, "
        "project, snapshot; lists with commas), and one on standard output (location, "
        "endpoint_url, model_resource, boundary). A refusal goes to standard error, with status 1."
    )
    _add_json(command)


def _listed(command: Parser) -> None:
    _add_json(command)
    _add_snapshot(command)


def _facts(command: Parser) -> None:
    _add_json(command)
    command.add_argument("model", metavar="MODEL", help="an id, PUBLISHER/ID or a display name")
    _add_snapshot(command)


def _diff(command: Parser) -> None:
    _add_json(command)
    command.add_argument(
        "snapshots", metavar="SNAPSHOT", nargs=2, help="a date or a file, old, new"
    )
    command.add_argument(
        "--stacks",
        metavar="STACK",
        nargs="+",
        default=[],
        help="what it does to them: stacks/Pulumi.dev.yaml, or the stack's name dev",
    )
    command.add_argument("--format", metavar="F", help="text, json, markdown")
    _add_day(command)


def _refresh(command: Parser) -> None:
    _add_json(command)
    command.add_argument(
        "--from", dest="source", metavar="DIR|URL", help="default: Google's documentation"
    )
    command.add_argument("--date", metavar="D", help="the day of the pages, where they name none")
    command.add_argument("--out", metavar="FILE", help="write the snapshot to this file")
    command.add_argument("--write", action="store_true", help="write it among the bundled ones")
    command.add_argument(
        "--accept-removals", action="store_true", help="believe that half of the models are gone"
    )


def _completion(command: Parser) -> None:
    command.description = (
        "Print a script that has a shell complete the commands, their options and their words, "
        "without a start of Python. bash reads it from a file of "
        f"~/.local/share/bash-completion/completions called {SCRIPT}, zsh from one called "
        f"_{SCRIPT} in a folder of its fpath, fish from {SCRIPT}.fish in "
        "~/.config/fish/completions. Make it again after an upgrade."
    )
    command.add_argument("shell", metavar="SHELL", help="bash, fish, powershell, tcsh, zsh")


COMMANDS = {
    "resolve": Command("commands", "Place one model under a residency.", _resolve),
    "plan": Command("commands", "Place every deployment of stack files.", _plan),
    "pin": Command("commands", "Write where deployments are placed into stack files.", _pin),
    "report": Command("report_command", "Write a page about stacks, to look at.", _report),
    "evidence": Command("evidence_command", "Print what is to be filed of stacks.", _evidence),
    "matrix": Command("commands", "Show which model is served where.", _matrix),
    "models": Command("commands", "List the models, or those that a residency allows.", _models),
    "check": Command("check_command", "Check stacks that do not use the components.", _check),
    "terraform": Command(
        "terraform_command", "Place a model for Terraform's external data.", _terraform
    ),
    "locations": Command("commands", "List the locations of a snapshot.", _listed),
    "snapshots": Command("commands", "List the bundled snapshots.", _listed),
    "facts": Command("snapshot_commands", "Show all that is known of a model.", _facts),
    "diff": Command("snapshot_commands", "Show what changed between two snapshots.", _diff),
    "refresh": Command(
        "snapshot_commands", "Make a snapshot of Google's pages, and compare it.", _refresh
    ),
    "completion": Command("completion", "Print what a shell completes.", _completion),
}
"""Every command by its name, in the order of the help."""


def _add_json(command: Parser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document")


def _add_explain(command: Parser) -> None:
    command.add_argument("--explain", action="store_true", help="say why, location by location")


def _add_day(command: Parser) -> None:
    command.add_argument("--as-of", metavar="DATE", help="the day to judge by, instead of today")


def _add_snapshot(command: Parser) -> None:
    command.add_argument(
        "--snapshot", metavar="S", help="an ISO date or a file; default: the newest"
    )


def _add_stacks(command: Parser) -> None:
    """The stacks that a command is about, each by its file or by its name."""
    command.add_argument(
        "stacks", metavar="STACK", nargs="+", help="stacks/Pulumi.dev.yaml, or the stack's name dev"
    )


def _add_against(command: Parser, text: str) -> None:
    command.add_argument("--against", metavar="REF|DIR|merge-base", help=text)


def _add_constraint(command: Parser, *, is_required: bool) -> None:
    """The options that say what is asked of a model, the same wherever it is asked."""
    _add_residency(command, is_required=is_required)
    add = command.add_argument
    add("--need", metavar="N", action="append", default=[], help="may be repeated")
    add("--control", metavar="C", action="append", default=[], help="may be repeated")
    add("--context-size", metavar="SIZE", help="the longest request: 64k, 128k or 1m tokens")
    add("--region", metavar="L", help="where the callers are, to break ties")
    add("--prior-usage", action="store_true", help="the project used it before")
    add("--no-preview", action="store_true", help="refuse previews")


def _add_residency(command: Parser, *, is_required: bool) -> None:
    """The options that say where something may be."""
    add = command.add_argument
    add("--residency", metavar="TERM[,TERM]", required=is_required, help="allowed places")
    add("--excluding", metavar="TERM[,TERM]", help="places taken out again")
    add("--guarantee", metavar="G", help="endpoint (default) or ml-processing")
