"""How this program is called on this machine: each printed command of its own starts here.

A command that is printed is to run where it is read. An environment that isn't activated has no
`python` that knows this program, so that a command names what runs now, as briefly as it can be
found from the working directory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SCRIPT = "vertex-residency"
"""The command that an installed wheel has, by its name in `pyproject.toml`."""
_LENDERS = ("PRE_COMMIT", "UV")
"""Variables of the programs that put an environment on the PATH of what they start, and on no
other: pre-commit, `uvx` and `uv run`."""


def own_call(*words: str) -> list[str]:
    """The words of a command of this program: `vertex-residency` where it was so called.

    Else Python runs the package, in a stack's program as well.
    """
    script = Path(sys.argv[0])
    if script.stem == SCRIPT:
        return [_found_as(script), *words]
    return module_call("availability", *words)


def module_call(module: str, *words: str) -> list[str]:
    """The words of a command that has this very Python run a module."""
    return [python(), "-m", module, *words]


def python() -> str:
    """The Python that runs now, as a shell finds it from the working directory."""
    if not sys.executable:  # a program that embeds Python may not know
        return "python"
    running = Path(sys.executable)
    usual = running.with_name("python")  # an environment has it beside `python3.11`
    return _found_as(usual if usual.exists() and usual.samefile(running) else running)


def _found_as(program: Path) -> str:
    """The name of a program on the PATH, else its path: from the working directory if in there."""
    try:
        here = Path.cwd()
    except OSError:  # it is deleted
        return str(program)
    path = Path(os.path.abspath(program))  # noqa: PTH100 - an environment's Python is a link
    lent = any(name in os.environ for name in _LENDERS)
    for folder in () if lent else os.get_exec_path():
        candidate = Path(folder, path.name)
        if os.access(candidate, os.X_OK):
            if candidate == path:
                return path.name
            break
    if path.parent == here:
        return f"./{path.name}"  # a shell looks for a bare name on the PATH alone
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
