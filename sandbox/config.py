"""`python -m sandbox config set|rm`: edits a stack file of the project as `pulumi config` would.

The only command of the sandbox that writes a file outside of `.sandbox/`. It needs no engine and
no state: the file gets the values that the CLI would write, and every other line stays as it is.
"""

import argparse
import os
from pathlib import Path

from availability.input.errors import BadInput
from availability.report.file_difference import diff_lines
from availability.report.text import problem_lines
from availability.stack.config_change import (
    ConfigChange,
    NotChangeable,
    parsed_path,
    typed,
)
from availability.stack.config_edit import with_changes
from availability.stack.file import encoded
from availability.stack.reading import Stack
from availability.stack.rewriting import rewrite
from availability.stack.source import Source, read_source

from .files import stack_file
from .printing import complain, say


def configure(project: Path, options: argparse.Namespace) -> int:
    """Changes the stack's file and prints what changed. Returns the exit status."""
    path, stack = _shown(stack_file(project, options.stack)), None
    try:
        source = read_source(path)
        stack = source.stack
        after = with_changes(source, [_change(source, options)])
        if after.text != source.text:
            rewrite(path, source.content, encoded(after.text, source.content))
    except NotChangeable as mistake:
        complain(f"error: {mistake}")
        return 2
    except BadInput as mistake:
        return _complain_of(mistake, stack)
    lines = diff_lines(source, after)
    say("\n".join(lines) if lines else f"{path} is unchanged: it says that already.")
    return 0


def _complain_of(mistake: BadInput, stack: Stack | None) -> int:
    complain("\n".join(f"error: {line}" for line in problem_lines(mistake, stack)))
    return 2


def _change(source: Source, options: argparse.Namespace) -> ConfigChange:
    """What the arguments ask for. Raises NotChangeable."""
    path = parsed_path(options.key, source.stack.project_name, is_path=options.path)
    if options.action == "rm":
        if options.value is not None or options.type:
            raise NotChangeable("rm takes a key and no value")
        return ConfigChange(path, None)
    if options.value is None:
        raise NotChangeable("set needs a value after the key")
    if options.type is None:
        return ConfigChange(path, typed(options.value, path))
    return ConfigChange(path, _of_type(options.value, options.type))


def _of_type(text: str, name: str) -> object:
    if name == "bool":
        if text not in ("true", "false"):
            raise NotChangeable(f"{text!r} is no bool: true or false")
        return text == "true"
    try:
        return {"string": str, "int": int, "float": float}[name](text)
    except ValueError:
        raise NotChangeable(f"{text!r} is no {name}") from None


def _shown(path: Path) -> Path:
    """The path from the working directory, where it lies in there."""
    here = Path.cwd()
    return Path(os.path.relpath(path, here)) if path.is_relative_to(here) else path
