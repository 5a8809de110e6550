"""What each command does.

A command loads what it needs when it runs, because a start is mostly imports.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, assert_never

from availability.command_line.console import (
    write,
    write_error,
    write_json,
    write_lines,
    write_table,
)
from availability.command_line.formats import format_of
from availability.command_line.status import BAD_INPUT, PLACED, REFUSED
from availability.facts.library import (
    load,
    newer_than,
    newest,
    read_snapshot,
    snapshot_ids,
    unknown_snapshot,
)
from availability.input import clock
from availability.input.errors import BadInput, Problem, shown
from availability.placement.request import Placement, Refusal, Request
from availability.places.suggest import check_location
from availability.report.formats import Format

if TYPE_CHECKING:
    from availability.facts.names import Named
    from availability.facts.snapshot import Snapshot
    from availability.places.residency import Residency
    from availability.report.columns import Table
    from availability.report.findings import Checked
    from availability.stack.plan import Plan
    from availability.stack.review.changes import ChangeKind
    from availability.stack.review.review import Review


def resolve(options: argparse.Namespace) -> int:
    """Place one model and print the answer. Returns the exit status."""
    from availability.explanation import answers
    from availability.explanation.warnings import stale_snapshot
    from availability.input.values import check_project

    problems: list[Problem] = []
    snapshot = collect(problems, lambda: snapshot_of(options.snapshot))
    as_of = collect(problems, lambda: as_of_day(options.as_of))
    request = collect(problems, lambda: _request(options))
    why = _checked(problems, "--why", options.why, check_location)
    _checked(problems, "--project", options.project, check_project)
    if problems or snapshot is None or request is None:
        raise BadInput(problems)
    today = as_of or clock.today()
    answer = answers.judged(request, snapshot, today, newer_than(snapshot.id))
    if isinstance(answer.result, Refusal):
        from availability.explanation.alternatives.fixes import ResolveFixer

        fixer = ResolveFixer(options.project, options.snapshot, as_of)
        answer = answers.explained(answer, today, fixer)
    stale = stale_snapshot(snapshot, today, pinned=options.snapshot is not None)
    answer = replace(answer, warnings=(*answer.warnings, *stale))
    if options.json:
        document = {"snapshot": snapshot.id, **answers.to_json(answer, options.project)}
        if why and answer.result.named:
            from availability.explanation.evidence import evidence, evidence_json

            facts = evidence(request, answer.result.named, why, snapshot)
            document["why"] = [evidence_json(fact) for fact in facts]
        write_json(document)
    else:
        from availability.report.text import (
            evidence_lines,
            placement_lines,
            ranking_lines,
            warning_lines,
        )

        if isinstance(answer.result, Placement):
            lines = placement_lines(answer, options.project)
            lines += ["", *ranking_lines(answer.result, snapshot)] if options.explain else []
        else:
            from availability.report.refusals import Listing, refusal_lines

            listing = Listing.FULL if options.explain else Listing.POINTED
            lines = [*refusal_lines(answer, listing=listing), *warning_lines(answer.warnings)]
        write_lines(lines)
        if why and answer.result.named:
            write_lines(["", *evidence_lines(request, answer.result.named, why, snapshot)])
    return PLACED if isinstance(answer.result, Placement) else REFUSED


def _checked(
    problems: list[Problem], option: str, word: str | None, check: Callable[[str], Problem | str]
) -> str | None:
    """What `check` makes of the word of an option, or None with its problem added to the list."""
    result = None if word is None else check(word)
    if isinstance(result, Problem):
        problems.append(replace(result, path=option))
        return None
    return result


def _request(options: argparse.Namespace) -> Request:
    """The request for one model. Raises BadInput with every mistake in the options."""
    from availability.input.values import split_words

    problems: list[Problem] = []
    constraint = collect(problems, lambda: _constraint(options))
    pin = _checked(problems, "--location", options.location, check_location)
    wishes = [] if options.prefer is None else split_words(options.prefer) or [""]
    prefer = [_checked(problems, "--prefer", word, check_location) for word in wishes]
    if not options.model.strip():
        problems.append(Problem("MODEL", "empty: name a model"))
    if problems or constraint is None:
        raise BadInput(problems)
    wished = tuple(dict.fromkeys(filter(None, prefer)))
    return replace(constraint, model=options.model, location=pin, prefer=wished)


def residency_of(options: argparse.Namespace) -> Residency:
    """What `--residency`, `--excluding` and `--guarantee` ask for.

    Raises BadInput with every mistake in them.
    """
    from availability.places.residency import Residency

    return Residency.build(
        options.residency,
        options.excluding,
        options.guarantee,
        within_path="--residency",
        excluding_path="--excluding",
        guarantee_path="--guarantee",
    )


def _constraint(options: argparse.Namespace) -> Request:
    """What is asked of any model, in a request that names none.

    Raises BadInput with every mistake in the options.
    """
    from availability.facts.needs import Need
    from availability.facts.snapshot import ContextSize, Control
    from availability.facts.words import check_context_size, check_control, check_need
    from availability.input.values import split_words

    problems: list[Problem] = []
    residency = collect(problems, lambda: residency_of(options))
    if options.residency is None:  # `resolve` cannot come here without one
        missing = "missing: the other options ask what a residency allows (any allows every place)"
        problems[0] = Problem("--residency", missing)
    words = [word for text in options.need for word in split_words(text) or [text]]
    needs = [_checked(problems, "--need", word, check_need) for word in words]
    size = _checked(problems, "--context-size", options.context_size, check_context_size)
    words = [word for text in options.control for word in split_words(text) or [text]]
    controls = [_checked(problems, "--control", word, check_control) for word in words]
    region = _checked(problems, "--region", options.region, check_location)
    if problems or residency is None:
        raise BadInput(problems)
    return Request(
        model="",
        residency=residency,
        needs=tuple(dict.fromkeys(Need(need) for need in needs)),
        context_size=ContextSize(size) if size else None,
        controls=tuple(dict.fromkeys(Control(control) for control in controls)),
        prior_usage=options.prior_usage,
        allow_preview=not options.no_preview,
        region=region,
    )


def plan(options: argparse.Namespace) -> int:
    """Place every deployment of each stack file and print the plans. Returns the exit status."""
    form, kinds = Format(format_of(options, tuple(Format))), _kinds(options)
    as_of = as_of_day(options.as_of)
    if options.fix or options.yes:
        from availability.command_line.fix_command import fix

        return fix(options, form, as_of)
    checked = [checked_stack(word, as_of) for word in options.stacks]
    changes = reviewed(options.against, checked, as_of)
    _print(checked, form, changes, explain=options.explain)
    status = max(status_of(checked_stack.outcome) for checked_stack in checked)
    return max(status, REFUSED) if changes and changes.has(kinds) else status


def checked_stack(word: str, as_of: dt.date | None) -> Checked:
    """What became of a stack that is named by its file or its name.

    It is judged by the day of `--as-of` if there is one.
    """
    from availability.report.findings import Checked
    from availability.stack.project_file import stack_file
    from availability.stack.reading import plan_file, read_stack

    path, stack = Path(word), None
    try:
        path = stack_file(word, Path.cwd())
        stack = read_stack(path)
        outcome = plan_file(stack, os.environ, as_of)
    except BadInput as error:
        outcome = error
    return Checked(path, stack, outcome)


def _kinds(options: argparse.Namespace) -> frozenset[ChangeKind]:
    """The kinds of changes that have the command fail."""
    if options.fail_on is None:
        return frozenset()
    if options.against is None:
        message = "there is nothing to compare with: add --against with a git reference or a folder"
        raise BadInput([Problem("--fail-on", message)])
    from availability.stack.review.changes import kinds_of

    return kinds_of(options.fail_on, "--fail-on")


def reviewed(
    against: str | None, checked: Sequence[Checked], as_of: dt.date | None
) -> Review | None:
    """What changes since the version of `--against`; None without one. Raises BadInput."""
    if against is None:
        return None
    from availability.stack.review.review import review

    heads = {checked_stack.path: checked_stack.outcome for checked_stack in checked}
    return review(heads, against, os.environ, as_of)


def _print(checked: list[Checked], form: Format, reviewed: Review | None, *, explain: bool) -> None:
    """The plans in one of the formats, with what changes."""
    match form:
        case Format.TEXT:
            _print_plans(checked, reviewed, explain=explain)
        case Format.JSON:
            write_json(_documents(checked, reviewed))
        case Format.GITHUB:
            from availability.report.github import github

            write(github(checked, reviewed))
        case Format.SARIF:
            from availability.report.sarif import sarif

            write(sarif(checked, reviewed))
        case Format.MARKDOWN:
            from availability.report.markdown import markdown

            write(markdown(checked, reviewed))
        case _:
            assert_never(form)


def _documents(checked: list[Checked], reviewed: Review | None) -> object:
    """The plan of one file, or a list of plans, with `changes` where they were compared.

    The plan of a single file has the changes of all stacks, those that are gone among them.
    """
    if len(checked) == 1:
        document = plan_document(checked[0], alone=True)
        if reviewed is not None:
            document["changes"] = [change.as_json() for change in reviewed.changes]
        return document
    documents = [plan_document(checked_stack, alone=False) for checked_stack in checked]
    if reviewed is not None:
        by_path = dict(zip((each.path for each in checked), documents, strict=True))
        for stack in reviewed.stacks:
            document = by_path.get(stack.path) if stack.path else None
            if document is None:
                document = dict[str, object](stack=stack.stack)
                documents.append(document)
            document["changes"] = [change.as_json() for change in stack.changes]
    return documents


def status_of(outcome: Plan | BadInput) -> int:
    """The exit status of what became of a stack."""
    if isinstance(outcome, BadInput):
        return BAD_INPUT
    return REFUSED if outcome.refused else PLACED


def errors_document(path: Path, error: BadInput, *, alone: bool) -> dict[str, object]:
    """`{errors}` of a stack that can't be read, with `stack` where others are told beside it."""
    from availability.report.text import problem_json
    from availability.stack.file import stack_name

    errors: dict[str, object] = {"errors": [problem_json(problem) for problem in error.problems]}
    return errors if alone else {"stack": stack_name(path), **errors}


def plan_document(checked: Checked, *, alone: bool) -> dict[str, object]:
    """`{snapshot, stack, deployments, warnings}` of one stack, or `{errors}`.

    With `alone` it stands by itself, and errors need no name of their stack.
    """
    from availability.explanation.answers import residency_json, to_json, warning_json

    made = checked.outcome
    if isinstance(made, BadInput):
        return errors_document(checked.path, made, alone=alone)
    return {
        "snapshot": made.snapshot.id,
        "stack": made.stack,
        "deployments": {
            deployment.name: {
                **to_json(answer, made.config.project),
                "residency": residency_json(deployment.request.residency),
            }
            for deployment, answer in made.answers
        },
        "warnings": [warning_json(warning) for warning in made.warnings],
    }


def _print_plans(checked: list[Checked], reviewed: Review | None, *, explain: bool) -> None:
    """What changes and the plans on standard output, what cannot be read on standard error."""
    from availability.report.text import plan_lines, problem_lines

    printed = False
    calm: frozenset[Path] = frozenset()
    if reviewed is not None:
        from availability.report.changes import without_change
        from availability.report.review import review_lines

        write_lines(review_lines(reviewed))
        printed, calm = True, without_change(checked, reviewed)
    for checked_stack in checked:
        if checked_stack.path in calm:
            continue
        if isinstance(checked_stack.outcome, BadInput):
            write_error("\n".join(problem_lines(checked_stack.outcome, checked_stack.stack)))
            continue
        lines = plan_lines(checked_stack.outcome, checked_stack.stack, explain=explain)
        write_lines([""] * printed + lines)
        printed = True


def pin(options: argparse.Namespace) -> int:
    """Pin the deployments of each stack and print what was pinned. Returns the exit status."""
    from availability.report.pins import PinReport
    from availability.stack.pin import pin as pin_stack
    from availability.stack.project_file import stack_file
    from availability.stack.source import read_source

    as_of = as_of_day(options.as_of)
    statuses: list[int] = []
    documents: list[dict[str, object]] = []
    for word in options.stacks:
        path, stack = Path(word), None
        try:
            path = stack_file(word, Path.cwd())
            source = read_source(path)
            stack = source.stack
            outcome = pin_stack(source, os.environ, as_of)
        except BadInput as error:
            outcome = error
        report = PinReport(path, stack, outcome)
        if options.json:
            documents.append(report.document)
        elif isinstance(outcome, BadInput):
            write_error("\n".join(report.lines))
        else:
            write_lines([""] * bool(statuses) + report.lines)
        statuses.append(status_of(outcome if isinstance(outcome, BadInput) else outcome.plan))
    if options.json:
        alone = documents[0].get("errors") if len(documents) == 1 else None
        write_json({"errors": alone} if alone else {"stacks": documents})
    return max(statuses)


def matrix(options: argparse.Namespace) -> int:
    """Print which model is served where. Returns the exit status."""
    from availability.report import tables

    snapshot = snapshot_of(options.snapshot)
    entries = snapshot.entries
    if options.model is not None:
        named = named_in(options.model, (snapshot,))
        entries = tuple(dict.fromkeys(model.entry for model in named))
    document = tables.matrix_document(snapshot, entries)
    if entries or options.json:
        _show(options, document, lambda: tables.matrix_table(snapshot, entries))
    return PLACED if entries else REFUSED


def models(options: argparse.Namespace) -> int:
    """Print the models of a snapshot, or those that a residency allows. Returns the exit status."""
    if _asks_which(options):
        return _usable(options)
    from availability.report import tables

    snapshot = snapshot_of(options.snapshot)
    if options.json:
        write_json(tables.models_document(snapshot))
    else:
        write_table(lambda _: tables.models_table(snapshot))
    return PLACED


def _asks_which(options: argparse.Namespace) -> bool:
    """Whether any option asks which of the models may be used."""
    given = (options.residency, options.excluding, options.guarantee, options.context_size)
    flags = (options.need, options.control, options.no_preview, options.prior_usage)
    texts = (*given, options.region, options.as_of)
    return any(text is not None for text in texts) or any(flags)


def _usable(options: argparse.Namespace) -> int:
    from availability.explanation.usable import usable_document, usable_models

    problems: list[Problem] = []
    snapshot = collect(problems, lambda: snapshot_of(options.snapshot))
    as_of = collect(problems, lambda: as_of_day(options.as_of))
    constraint = collect(problems, lambda: _constraint(options))
    if problems or snapshot is None or constraint is None:
        raise BadInput(problems)
    today, newer = as_of or clock.today(), newer_than(snapshot.id)
    pinned = options.snapshot is not None
    usable = usable_models(constraint, snapshot, today, newer, pinned=pinned)
    if options.json:
        write_json(usable_document(usable))
    else:
        from availability.report import tables
        from availability.report.text import warning_lines

        if usable.placed:
            write_table(lambda width: tables.usable_table(usable, width))
        write_lines(tables.usable_lines(usable))
        write_lines(warning_lines(usable.warnings))
    return PLACED if usable.placed else REFUSED


def locations(options: argparse.Namespace) -> int:
    """Print the locations of a snapshot. Returns the exit status."""
    from availability.report import tables

    snapshot = snapshot_of(options.snapshot)
    _show(options, tables.locations_document(snapshot), lambda: tables.locations_table(snapshot))
    return PLACED


def snapshots(options: argparse.Namespace) -> int:
    """Print the bundled snapshots. Returns the exit status."""
    from availability.report import tables

    one = options.snapshot
    snapshots = [snapshot_of(one)] if one else [load(known) for known in snapshot_ids()]
    _show(options, tables.snapshots_document(snapshots), lambda: tables.snapshots_table(snapshots))
    return PLACED


def named_in(
    name: str, snapshots: Sequence[Snapshot], option: str = "--model"
) -> tuple[Named, ...]:
    """The models of any of the snapshots that the name stands for.

    Where there are none, says on standard error which come near.
    """
    from availability.explanation.age import how_old, how_to_refresh
    from availability.facts.names import UnknownModel, is_known, near_models, resolve_model

    models: list[Named] = []
    for snapshot in snapshots:
        try:
            models.append(resolve_model(name, snapshot))
        except UnknownModel as error:
            models += error.candidates
    if not models:
        near = (named.id for snapshot in snapshots for named in near_models(name, snapshot))
        where = f"snapshot {' or '.join(snapshot.id for snapshot in snapshots)}"
        message = f"no model of {where} is called {shown(name)}"
        problem = Problem(option, message, tuple(dict.fromkeys(near)))
        newer = newer_than(max(snapshot.id for snapshot in snapshots))
        if newer is not None and is_known(name, newer):
            write_error(f"{problem}\nSnapshot {newer.id} has it: --snapshot {newer.id}")
        else:
            newest = [newer] if newer is not None else snapshots
            ages = " ".join(how_old(snapshot, clock.today()) for snapshot in newest)
            write_error(f"{problem}\n{ages} {how_to_refresh()}")
    return tuple(models)


def _show(options: argparse.Namespace, document: object, table: Callable[[], Table]) -> None:
    if options.json:
        write_json(document)
    else:
        write_table(lambda _: table())


def snapshot_of(text: str | None, path: str = "--snapshot") -> Snapshot:
    """The snapshot that an option names: by its date, or by the path of a file; else the newest.

    Raises BadInput for a name that is neither.
    """
    if text is None:
        return load(newest())
    if text in (known := snapshot_ids()):
        return load(text)
    if text.endswith(".json") or "/" in text or os.sep in text or os.path.lexists(text):
        return read_snapshot(Path(text))
    raise BadInput([unknown_snapshot(text, known, path)])


def as_of_day(text: str | None, option: str = "--as-of") -> dt.date | None:
    """The day of an option; None where it is not given. Raises BadInput for what is no day."""
    if text is None:
        return None
    from availability.input.values import check_date

    day = check_date(text)
    if isinstance(day, Problem):
        raise BadInput([replace(day, path=option)])
    return day


_Value = TypeVar("_Value")


def collect(problems: list[Problem], make: Callable[[], _Value]) -> _Value | None:
    """What `make` makes, or None with its problems added to the list."""
    try:
        return make()
    except BadInput as error:
        problems += error.problems
        return None
