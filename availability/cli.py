"""The command line: `resolve`, `plan`, and what the snapshots know.

Exit status: 0 placed, 1 refused, 2 bad input.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from availability import clock
from availability.errors import BadInput, Problem
from availability.library import load, newest, snapshot_ids
from availability.placement import Placement, Request

if TYPE_CHECKING:  # what a command needs is loaded by it
    from availability.plans import Plan
    from availability.reports import Checked

PLACED, REFUSED, BAD_INPUT = 0, 1, 2
FORMATS = ("text", "json", "github", "sarif", "markdown")
"""What `plan` can print; `--json` is `--format json`."""


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
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        sys.stderr.close()
        return PLACED


def _report(error: BadInput, *, as_json: bool) -> int:
    from availability.render import problem_json, problem_lines

    if as_json:
        _print_json({"errors": [problem_json(problem) for problem in error.problems]})
    else:
        print("\n".join(problem_lines(error)), file=sys.stderr)
    return BAD_INPUT


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
    parser, commands = _parsers()
    _check_command(arguments, commands)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise _unknown(unknown, commands[options.command])
    return options


def _check_command(arguments: list[str], commands: dict[str, _Parser]) -> None:
    """Raises BadInput for an unknown command, or unknown options of a known one.

    Before argparse looks, because it stops at the first thing that is missing.
    """
    if not arguments or arguments[0].startswith("-"):
        return
    name, *words = arguments
    if name not in commands:
        from availability.suggest import nearest  # loads the edit distances

        message = f"unknown command {name!r}; the commands are {', '.join(commands)}"
        raise BadInput([Problem("COMMAND", message, tuple(nearest(name, commands)))])
    known = {*commands[name].options(), "--"}
    if unknown := [word for word in words if word[:2] == "--" and word.split("=")[0] not in known]:
        raise _unknown(unknown, commands[name])


def _unknown(words: list[str], command: _Parser) -> BadInput:
    from availability.suggest import nearest  # loads the edit distances

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
        prog="python -m availability",
        allow_abbrev=False,
        description="Where generative-AI models are served on Vertex AI, and where they may be.",
        epilog="Exit status: 0 placed, 1 refused, 2 bad input.",
    )
    found: dict[str, _Parser] = {}
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="print one JSON document")
        found[name] = made
        return made

    resolve = command("resolve", _resolve, "Place one model under a residency.")
    resolve.add_argument("model", metavar="MODEL", help="an id, PUBLISHER/ID or a display name")
    resolve.add_argument("--residency", metavar="TERM[,TERM]", required=True, help="allowed places")
    resolve.add_argument("--excluding", metavar="TERM[,TERM]", help="places taken out again")
    resolve.add_argument("--guarantee", metavar="G", help="endpoint (default) or ml-processing")
    resolve.add_argument("--need", metavar="N", action="append", default=[], help="may be repeated")
    resolve.add_argument("--location", metavar="L", help="pin: no other location will do")
    resolve.add_argument("--prefer", metavar="L[,L]", help="locations to take first, in order")
    resolve.add_argument("--region", metavar="L", help="where the callers are, to break ties")
    resolve.add_argument("--prior-usage", action="store_true", help="the project used it before")
    resolve.add_argument("--no-preview", action="store_true", help="refuse previews")
    resolve.add_argument("--project", metavar="P", help="the Google Cloud project for the URL")
    plan = command("plan", _plan, "Place every deployment of stack files.")
    plan.add_argument("files", metavar="FILE", nargs="+", type=Path, help="stacks/Pulumi.dev.yaml")
    plan.add_argument("--format", metavar="F", help=", ".join(FORMATS))
    resolve.add_argument("--explain", action="store_true", help="say why this location, in full")
    resolve.add_argument("--why", metavar="L", help="show the facts about one location")
    for one in (resolve, plan):
        one.add_argument("--as-of", metavar="DATE", help="the day to judge by, instead of today")
    matrix = command("matrix", _matrix, "Show which model is served where.")
    matrix.add_argument("--model", metavar="M", help="only the row of this model")
    command("models", _models, "List the models of a snapshot.")
    command("locations", _locations, "List the locations of a snapshot.")
    command("snapshots", _snapshots, "List the bundled snapshots.")
    for name in ("resolve", "matrix", "models", "locations", "snapshots"):
        found[name].add_argument("--snapshot", metavar="S", help="an ISO date; default: the newest")
    return parser, found


def _resolve(options: argparse.Namespace) -> int:
    from availability.answers import answer, to_json
    from availability.fixes import ResolveFixer

    problems: list[Problem] = []
    snapshot_id = _collect(problems, lambda: _snapshot_id(options.snapshot))
    as_of = _collect(problems, lambda: _as_of(options.as_of))
    request = _collect(problems, lambda: _request(options))
    why = _collect(problems, lambda: _why(options.why))
    if options.project is not None:
        from availability.checks import check_project

        if isinstance(wrong := check_project(options.project), Problem):
            problems.append(Problem("--project", wrong.message))
    if problems or snapshot_id is None or request is None:
        raise BadInput(problems)
    snapshot = load(snapshot_id)
    fixer = ResolveFixer(options.project, options.snapshot and snapshot_id, as_of)
    one = answer(request, snapshot, as_of or clock.today(), fixer)
    if options.json:
        _print_json({"snapshot": snapshot.id, **to_json(one, options.project)})
    else:
        from availability.render import (
            evidence_lines,
            placement_lines,
            ranking_lines,
            refusal_lines,
        )

        placed = isinstance(one.result, Placement)
        _print_lines(placement_lines(one, options.project) if placed else refusal_lines(one))
        if options.explain and isinstance(one.result, Placement):
            _print_lines(["", *ranking_lines(one.result, snapshot)])
        if why and one.result.named:
            _print_lines(["", *evidence_lines(request, one.result.named, why, snapshot)])
    return PLACED if isinstance(one.result, Placement) else REFUSED


def _why(word: str | None) -> str | None:
    from availability.checks import check_location

    result = check_location(word) if word is not None else None
    if isinstance(result, Problem):
        raise BadInput([Problem("--why", result.message, result.suggestions)])
    return result


def _request(options: argparse.Namespace) -> Request:
    """The request of the options. Raises BadInput with every mistake in them."""
    from availability.checks import check_location, check_need
    from availability.facts import Need
    from availability.residency import Residency, split_words

    problems: list[Problem] = []

    def checked(option: str, word: str, check: Callable[[str], Problem | str]) -> str:
        result = check(word)
        if isinstance(result, Problem):
            problems.append(Problem(option, result.message, result.suggestions))
            return ""
        return result

    residency = _collect(
        problems,
        lambda: Residency.build(
            options.residency,
            options.excluding,
            options.guarantee,
            within_path="--residency",
            excluding_path="--excluding",
            guarantee_path="--guarantee",
        ),
    )
    words = [word for text in options.need for word in split_words(text) or [text]]
    needs = [checked("--need", word, check_need) for word in words]
    pin = options.location and checked("--location", options.location, check_location)
    region = options.region and checked("--region", options.region, check_location)
    wishes = split_words(options.prefer) or [] if options.prefer else []
    prefer = [checked("--prefer", word, check_location) for word in wishes]
    if not options.model.strip():
        problems.append(Problem("MODEL", "empty: name a model"))
    if problems or residency is None:
        raise BadInput(problems)
    return Request(
        model=options.model,
        residency=residency,
        needs=tuple(dict.fromkeys(Need(need) for need in needs)),
        location=pin,
        prefer=tuple(dict.fromkeys(prefer)),
        prior_usage=options.prior_usage,
        allow_preview=not options.no_preview,
        region=region,
    )


def _plan(options: argparse.Namespace) -> int:
    from availability import reports
    from availability.plans import plan
    from availability.stack import parse_stack
    from availability.stackfile import read_stack_file

    form = _format(options)
    today = _as_of(options.as_of) or clock.today()
    checked: list[reports.Checked] = []
    for path in options.files:
        file = None
        try:
            file = read_stack_file(path)
            outcome = plan(parse_stack(file.values), file.stack, today)
        except BadInput as error:
            outcome = error
        checked.append(reports.Checked(path, file, outcome))
    if form == "json":
        documents = [_plan_document(one, alone=len(checked) == 1) for one in checked]
        _print_json(documents[0] if len(documents) == 1 else documents)
    elif form == "text":
        _print_plans(checked)
    else:
        print(
            {"github": reports.github, "sarif": reports.sarif, "markdown": reports.markdown}[form](
                checked
            )
        )
    return max(_status(one.outcome) for one in checked)


def _format(options: argparse.Namespace) -> str:
    form: str = options.format or ("json" if options.json else "text")
    if form in FORMATS:
        return form
    from availability.suggest import nearest  # loads the edit distances

    message = f"unknown format {form!r}; it is one of {', '.join(FORMATS)}"
    raise BadInput([Problem("--format", message, tuple(nearest(form, FORMATS)))])


def _status(outcome: Plan | BadInput) -> int:
    if isinstance(outcome, BadInput):
        return BAD_INPUT
    return REFUSED if outcome.refused else PLACED


def _plan_document(checked: Checked, *, alone: bool) -> dict[str, object]:
    from availability.answers import to_json, warning_json
    from availability.render import problem_json
    from availability.stackfile import stack_name

    made = checked.outcome
    if isinstance(made, BadInput):
        errors = [problem_json(problem) for problem in made.problems]
        return (
            {"errors": errors} if alone else {"stack": stack_name(checked.path), "errors": errors}
        )
    return {
        "snapshot": made.snapshot.id,
        "stack": made.stack,
        "deployments": {
            deployment.name: to_json(one, made.config.project) for deployment, one in made.answers
        },
        "warnings": [warning_json(warning) for warning in made.warnings],
    }


def _print_plans(checked: list[Checked]) -> None:
    """Plans on standard output, what cannot be read on standard error."""
    from availability.render import plan_lines, problem_lines

    printed = False
    for one in checked:
        if isinstance(one.outcome, BadInput):
            print("\n".join(problem_lines(one.outcome, one.file)), file=sys.stderr)
            continue
        _print_lines([""] * printed + plan_lines(one.outcome, one.file))
        printed = True


def _matrix(options: argparse.Namespace) -> int:
    from availability import tables
    from availability.names import UnknownModel, near_models, resolve_model

    snapshot = load(_snapshot_id(options.snapshot))
    entries = snapshot.entries
    if options.model is not None:
        try:
            entries = (resolve_model(options.model, snapshot).entry,)
        except UnknownModel as error:
            entries = tuple(dict.fromkeys(named.entry for named in error.candidates))
            if not entries:
                near = tuple(named.id for named in near_models(options.model, snapshot))
                message = f"no model of snapshot {snapshot.id} is called {options.model!r}"
                raise BadInput([Problem("--model", message, near)]) from error
    document = tables.matrix_document(snapshot, entries)
    _show(options, document, lambda: tables.matrix_table(snapshot, entries))
    return PLACED


def _models(options: argparse.Namespace) -> int:
    from availability import tables

    snapshot = load(_snapshot_id(options.snapshot))
    _show(options, tables.models_document(snapshot), lambda: tables.models_table(snapshot))
    return PLACED


def _locations(options: argparse.Namespace) -> int:
    from availability import tables

    snapshot = load(_snapshot_id(options.snapshot))
    _show(options, tables.locations_document(snapshot), lambda: tables.locations_table(snapshot))
    return PLACED


def _snapshots(options: argparse.Namespace) -> int:
    from availability import tables

    wanted = [_snapshot_id(options.snapshot)] if options.snapshot else snapshot_ids()
    snapshots = [load(one) for one in wanted]
    _show(options, tables.snapshots_document(snapshots), lambda: tables.snapshots_table(snapshots))
    return PLACED


def _show(options: argparse.Namespace, document: object, table: Callable[[], object]) -> None:
    if options.json:
        _print_json(document)
    else:
        from rich.console import Console  # only tables are worth its loading

        Console(soft_wrap=False).print(table())


def _print_lines(lines: list[str]) -> None:
    """Lines of text; where the terminal has colour and nobody minds, with some of it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print("\n".join(lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True, highlight=False)
    for line in lines:
        styled = Text(line)
        styled.highlight_regex(r"^\S[^.]*(?=has no valid|is no model|stands for)", "bold")
        styled.highlight_regex(r"has no valid location|is no model|refused", "red")
        styled.highlight_regex(r"all \d+ placed", "green")
        styled.highlight_regex(r"^  warning", "yellow")
        styled.highlight_regex(r"^     (python -m|pulumi config).*", "cyan")
        console.print(styled)


def _print_json(document: object) -> None:
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(document, ensure_ascii=not is_unicode, indent=2))


def _snapshot_id(text: str | None) -> str:
    if text is None:
        return newest()
    if text in (known := snapshot_ids()):
        return text
    message = f"no snapshot {text!r}; there are: {', '.join(known)}"
    raise BadInput([Problem("--snapshot", message, known[-1:])])


def _as_of(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date like 2026-10-19"
        raise BadInput([Problem("--as-of", message)]) from None


_Value = TypeVar("_Value")


def _collect(problems: list[Problem], make: Callable[[], _Value]) -> _Value | None:
    """What `make` makes, or None with its problems added to the list."""
    try:
        return make()
    except BadInput as error:
        problems += error.problems
        return None
