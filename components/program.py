"""The edge between what the pure layer decides and what Pulumi's engine is told.

Bad input and refusals become one `pulumi.RunError`, which the engine prints without a traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from availability.input.errors import NAMESPACE, BadInput
from availability.report.text import refused_plan_lines
from availability.stack.file import StackFile, read_stack_file
from availability.stack.plan import Plan, plan_values
from availability.stack.project_file import NAMES, ProjectFile, read_project_file
from availability.stack.reading import Stack, with_source
from components.conclusion import tell_what_else_changes
from components.registration.diagnostics import bad_input


def plan_stack() -> Plan:
    """The plan of the stack that is being deployed, every deployment of it placed.

    Raises RunError with all that is wrong with the configuration, or with all refusals.
    """
    file = None
    stack, project = pulumi.get_stack(), pulumi.get_project()
    try:
        file = _stack_file(project)
        made = plan_values(_configuration(), stack, os.environ, project_name=project)
    except BadInput as error:
        files = _files(file)
        problems = with_source(error.problems, files) if files else error.problems
        raise bad_input(f"the configuration of stack {stack}", problems, files) from None
    if made.refused:
        tell_what_else_changes(made)
        raise pulumi.RunError("\n".join(refused_plan_lines(made, _files(file))))
    return made


def _files(file: StackFile | None) -> Stack | None:
    """The stack's file and its project's, which is read only to tell where what is wrong stands."""
    return Stack(file, _project_file()) if file else None


def _project_file() -> ProjectFile | None:
    """The project's file; None where it is not to be found."""
    path = next(filter(None, (_beside_program(Path(name)) for name in NAMES)), None)
    try:
        return read_project_file(path) if path else None
    except BadInput:  # the engine has read it: what is refused is worth more than its place
        return None


def _beside_program(name: Path) -> Path | None:
    """A file of the project, which the program lies in; None where there is none."""
    program = getattr(sys.modules["__main__"], "__file__", None)
    path = Path(program).parent / name if program else None
    return path if path and path.is_file() else None


def _stack_file(project: str) -> StackFile | None:
    """The stack's file; None where it is not to be found.

    The engine does not name it, but the program lies beside `Pulumi.yaml`, and that one's
    `stackConfigDir` is `stacks`. Raises BadInput for what the engine reads in one way or another,
    such as a key that stands there twice.
    """
    name = Path("stacks") / f"Pulumi.{pulumi.get_stack()}.yaml"
    path = _beside_program(name)
    return read_stack_file(path, name, project) if path else None


def _configuration() -> dict[str, str]:
    """Every key of the stack's configuration with its namespace, as text.

    `pulumi.Config` answers for one key at a time; a misspelt key shows only among all of them.
    """
    runtime = pulumi.runtime.config
    known: Mapping[str, Any] = {**runtime.get_config_env(), **runtime.CONFIG.get()}
    values = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in known.items()
        if key.startswith((f"{NAMESPACE}:", "gcp:"))
    }
    # Of the other programs' keys only the names matter: one may be ours, misspelt.
    values |= dict.fromkeys(known.keys() - values.keys(), "")
    return values
