"""The commands about the facts themselves: `facts`, `diff` and `refresh`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from availability.command_line.commands import as_of_day, collect, named_in, snapshot_of
from availability.command_line.console import write, write_error, write_json, write_lines
from availability.command_line.formats import format_of
from availability.command_line.status import BAD_INPUT, PLACED, REFUSED
from availability.facts.library import load, newest
from availability.input import clock
from availability.input.errors import BadInput, Problem, shown

if TYPE_CHECKING:
    from availability.facts.snapshot import Snapshot
    from availability.stack.effects import Effect


def facts(options: argparse.Namespace) -> int:
    """Print all that is known of one model, each line with its source. Returns the exit status."""
    from availability.report.facts import facts_document, facts_lines

    snapshot = snapshot_of(options.snapshot)
    if not options.model.strip():
        raise BadInput([Problem("MODEL", "empty: name a model")])
    named = named_in(options.model, (snapshot,), "MODEL")
    if len(named) > 1:
        ids = tuple(f"{one.entry.publisher}/{one.id}" for one in named)
        message = f"{shown(options.model)} stands for {len(named)} models: name one by id"
        raise BadInput([Problem("MODEL", message, ids)])
    one = named[0] if named else None
    if options.json:
        write_json(facts_document(one, snapshot))
    elif one:
        write_lines(facts_lines(one, snapshot))
    return PLACED if one else REFUSED


def diff(options: argparse.Namespace) -> int:
    """Print what changed between two snapshots, and what it does to stacks.

    Returns the exit status: 1 where a deployment of a stack moves or is refused.
    """
    from availability.facts.difference import Difference
    from availability.report.difference import difference_lines, difference_markdown, effect_lines

    problems: list[Problem] = []
    form = collect(problems, lambda: format_of(options, ("text", "json", "markdown")))
    known = [
        collect(problems, lambda text=text: snapshot_of(text, "SNAPSHOT"))
        for text in options.snapshots
    ]
    collect(problems, lambda: as_of_day(options.as_of))
    if problems:
        raise BadInput(problems)
    first, second = (snapshot for snapshot in known if snapshot)
    difference = Difference(first, second)
    changed = _effects(options, first, second) if options.stacks else ()
    match form:
        case "json":
            write_json(
                {
                    "from": first.id,
                    "to": second.id,
                    "difference": difference.as_json(),
                    "stacks": [effect.as_json() for effect in changed],
                }
            )
        case "markdown":
            write(difference_markdown(difference, changed))
        case _:
            write_lines([*difference_lines(difference), *effect_lines(changed)])
    return REFUSED if any(effect.hurts for effect in changed) else PLACED


def _effects(options: argparse.Namespace, first: Snapshot, second: Snapshot) -> tuple[Effect, ...]:
    """What becomes of the stacks. Raises BadInput for all that can't be read, together."""
    from availability.stack.effects import effects
    from availability.stack.project_file import stack_file
    from availability.stack.reading import read_stack

    as_of = as_of_day(options.as_of)
    problems: list[Problem] = []
    found: list[Effect] = []
    for word in options.stacks:
        own = collect(
            problems,
            lambda word=word: effects(
                read_stack(stack_file(word, Path.cwd())), os.environ, first, second, as_of
            ),
        )
        found += own or ()
    if problems:
        raise BadInput(problems)
    return tuple(found)


def refresh(options: argparse.Namespace) -> int:
    """Read Google's pages, compare them with the newest snapshot, and write a new one if asked to.

    Returns the exit status: 2 where anything was refused; then nothing is written.
    """
    from availability.ingest.refresh import refreshed, write_folder, write_snapshot
    from availability.report.refresh import refresh_document, refresh_lines

    day = as_of_day(options.date, "--date")
    out = None if options.out is None else Path(options.out)
    if out is not None and not out.name:
        raise BadInput([Problem("--out", "empty: name a file")])
    result = refreshed(
        options.source,
        day,
        load(newest()),
        today=clock.today(),
        accept_removals=options.accept_removals,
        progress=write_error,
    )
    written: list[str] = []
    if not result.refused:
        if out is not None:
            write_snapshot(result, out)
            written.append(str(out))
        if options.write:
            written.append(str(write_folder(result)))
    if options.json:
        write_json(refresh_document(result, written))
    else:
        write_lines(refresh_lines(result, written))
    return BAD_INPUT if result.refused else PLACED
