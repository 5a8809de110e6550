"""The command `check`, for stacks and plans that do not use this project's components."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from availability.command_line.commands import as_of_day, collect, residency_of, snapshot_of
from availability.command_line.console import write, write_json, write_lines
from availability.command_line.formats import format_of
from availability.command_line.status import PLACED, REFUSED
from availability.input import clock
from availability.input.errors import BadInput, Problem
from availability.report.formats import Format

if TYPE_CHECKING:
    from availability.check.resources import Read
    from availability.report.check import CheckReport


def check(options: argparse.Namespace) -> int:
    """Hold the resources of previews and plans to a residency. Returns the exit status."""
    from availability.check.rules import Standard
    from availability.check.rules import check as judge
    from availability.report.check import CheckedFile, CheckReport

    problems: list[Problem] = []
    form = collect(problems, lambda: Format(format_of(options, tuple(Format))))
    snapshot = collect(problems, lambda: snapshot_of(options.snapshot))
    as_of = collect(problems, lambda: as_of_day(options.as_of))
    residency = collect(problems, lambda: residency_of(options))
    if not (options.pulumi or options.terraform):
        message = "name a file: --pulumi PREVIEW or --terraform PLAN"
        problems.append(Problem("--pulumi", message))
    read = [
        collect(problems, lambda name=name, kind=kind: _read(kind, name))
        for kind, name in _files(options)
    ]
    if problems or snapshot is None or residency is None or form is None:
        raise BadInput(problems)
    dated = residency.at(snapshot.date)
    standard = Standard(dated, snapshot, as_of or clock.today())
    files = tuple(
        CheckedFile(
            Path(name),
            len(one.resources),
            (*judge(one.resources, standard), *one.findings),
            sum(resource.unknown_texts for resource in one.resources),
            _folder(one),
        )
        for (_, name), one in zip(_files(options), read, strict=True)
        if one is not None
    )
    _print(CheckReport(files, dated, snapshot), form)
    counted = any(file.misplaced or (options.strict and file.findings) for file in files)
    return REFUSED if counted else PLACED


def _files(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Each file with the option that it is given by."""
    yield from (("pulumi", name) for name in options.pulumi)
    yield from (("terraform", name) for name in options.terraform)


def _read(kind: str, name: str) -> Read:
    if kind == "pulumi":
        from availability.check.pulumi_preview import read_preview

        return read_preview(name)
    from availability.check.terraform_plan import read_plan

    return read_plan(name)


def _folder(read: Read) -> Path | None:
    """The folder of the project around the working directory, where the resources are its own."""
    from availability.stack.project_file import nearest_project, read_project_file

    if not any(resource.written_at for resource in read.resources):
        return None
    path = nearest_project(Path.cwd())
    try:
        name = read_project_file(path).name if path else None
    except BadInput:  # which is no part of what is checked
        return None
    projects = {resource.address.split("::")[1:2] == [name] for resource in read.resources}
    return path.parent if path and projects == {True} else None


def _print(report: CheckReport, form: Format) -> None:
    match form:
        case Format.TEXT:
            write_lines(report.lines)
        case Format.JSON:
            write_json(report.document)
        case Format.MARKDOWN:
            write(report.markdown)
        case Format.GITHUB:
            write(report.github)
        case Format.SARIF:
            write(report.sarif)
        case _:
            assert_never(form)
