"""The command `completion`: what a shell completes, as a script of it that starts no Python."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from availability.command_line.console import write
from availability.command_line.grammar import COMMANDS, parser_of
from availability.command_line.status import PLACED
from availability.facts.library import load, newest, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control
from availability.input.calls import SCRIPT
from availability.input.errors import BadInput, Problem
from availability.input.likeness import nearest
from availability.places.areas import AREA_TERMS
from availability.places.geography import regions
from availability.places.residency import Guarantee


def completion(options: argparse.Namespace) -> int:
    """Print what the shell is to read. Returns the exit status. Raises BadInput for no shell."""
    import shtab  # no other command needs it

    if options.shell not in shtab.SUPPORTED_SHELLS:
        known = ", ".join(shtab.SUPPORTED_SHELLS)
        message = f"unknown shell {options.shell!r}; it is one of {known}"
        raise BadInput(
            [Problem("SHELL", message, tuple(nearest(options.shell, shtab.SUPPORTED_SHELLS)))]
        )
    parser, commands = parser_of(COMMANDS)
    parser.prog = SCRIPT  # a shell completes after the name of a command, however it was called
    for action in (action for command in commands.values() for action in command._actions):
        if action.type is Path or action.dest in _FILES:
            vars(action)["complete"] = shtab.FILE
        elif action.dest in _WORDS:
            action.choices = tuple(_WORDS[action.dest]())
    write(shtab.complete(parser, options.shell))
    return PLACED


_FILES = ("html", "out", "stacks")
"""What names a file, and is not read as a path by the grammar already."""


def _locations() -> Iterable[str]:
    return [location.id for location in load(newest()).locations]


_WORDS: dict[str, Callable[[], Iterable[str]]] = {
    "context_size": lambda: ContextSize,
    "control": lambda: Control,
    "excluding": lambda: (*AREA_TERMS, *regions()),
    "guarantee": lambda: Guarantee,
    "location": _locations,
    "model": lambda: [named.id for named in all_models(load(newest()))],
    "need": lambda: Need,
    "prefer": _locations,
    "region": _locations,
    "residency": lambda: (*AREA_TERMS, *regions()),
    "snapshot": snapshot_ids,
    "snapshots": snapshot_ids,
    "why": _locations,
}
"""Argument -> the words that may stand there, as the newest bundled snapshot has them."""
