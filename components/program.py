"""The edge between what the pure layer decides and what Pulumi's engine is told.

Bad input and refusals become one `pulumi.RunError`, which the engine prints without a traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pulumi

from availability.explanation.warnings import Warning, WarningId
from availability.input.errors import BadInput, Problem
from availability.input.printed import plain_line
from availability.report.text import folded, problem_lines, refused_plan_lines
from availability.stack import google_config
from availability.stack.config import NAMESPACE
from availability.stack.file import StackFile, read_stack_file
from availability.stack.plan import Plan, plan_values


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
        raise bad_input(f"the configuration of stack {stack}", error.problems, file) from None
    if made.refused:
        raise pulumi.RunError("\n".join(refused_plan_lines(made, file)))
    return made


def bad_input(
    what: str, problems: Iterable[Problem], file: StackFile | None = None
) -> pulumi.RunError:
    """The one error for all that is wrong with what was typed."""
    error = BadInput(problems)
    count = len(error.problems)
    start = f"{count} {'mistake' if count == 1 else 'mistakes'} in {what}:"
    return pulumi.RunError("\n".join([plain_line(start), *problem_lines(error, file)]))


def missing_project() -> Problem:
    """For a program whose resources have no Google Cloud project to go to."""
    return google_config.missing_project(pulumi.get_stack())


# A program is what talks to one monitor; an Automation API process runs several.
_said: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()


def warn(warnings: tuple[Warning, ...], resource: pulumi.Resource | None = None) -> None:
    """Each warning as a diagnostic of the resource that it is about.

    A stale snapshot is called so once a program, however many endpoints it places.
    """
    said = _said.setdefault(pulumi.runtime.settings.get_monitor(), set())
    for warning in warnings:
        if warning.id is WarningId.STALE_SNAPSHOT:
            if warning.text in said:
                continue
            said.add(warning.text)
        pulumi.log.warn(folded(f"{warning.id}: {warning.text}"), resource)


def _stack_file(project: str) -> StackFile | None:
    """The stack's file, to tell where a mistake stands; None where it is not to be found.

    The engine does not name it, but the program lies beside `Pulumi.yaml`, and that one's
    `stackConfigDir` is `stacks`. Raises BadInput for what the engine reads in one way or another,
    such as a key that stands there twice.
    """
    program = getattr(sys.modules["__main__"], "__file__", None)
    name = Path("stacks") / f"Pulumi.{pulumi.get_stack()}.yaml"
    if program is None or not (path := Path(program).parent / name).is_file():
        return None
    return read_stack_file(path, name, project)


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
