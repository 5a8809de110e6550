"""A stack as it lies on disk, its file and its project's, judged as the program would judge it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from availability.facts.snapshot import Snapshot
from availability.input.errors import NAMESPACE, BadInput, Problem
from availability.stack.file import StackFile, holds_secret, read_stack_file
from availability.stack.google_config import PROJECT, REGION
from availability.stack.plan import Plan, Unknown, plan_values
from availability.stack.project_file import ProjectFile, completed, project_of


@dataclass(frozen=True)
class Stack:
    """A stack file, and the project that it belongs to, where it belongs to one."""

    file: StackFile
    project: ProjectFile | None = None

    @property
    def project_name(self) -> str:
        """The namespace of keys that are written without one."""
        return self.project.name if self.project else NAMESPACE

    @property
    def unknown(self) -> Unknown:
        """What of the configuration only the engine will know."""
        encrypted = (key for key in (PROJECT, REGION) if holds_secret(self.file.config.get(key)))
        return Unknown(self.file.environment, frozenset(encrypted))


def read_stack(path: Path) -> Stack:
    """The stack of a file. Raises BadInput where it, or its project, can't be read."""
    project = project_of(path)
    name = project.name if project else NAMESPACE
    return Stack(read_stack_file(path, project=name), project)


def plan_file(
    stack: Stack,
    environment: Mapping[str, str],
    as_of: dt.date | None = None,
    using: Snapshot | None = None,
) -> Plan:
    """Places all deployments of a stack as the program would.

    `environment` holds the variables that the provider reads, and `using` is a snapshot to judge
    by instead of the stack's own. Raises BadInput with every mistake; of what stands in the
    project's file it is said.
    """
    try:
        return plan_values(
            completed(stack.file, stack.project),
            stack.file.stack,
            environment,
            project_name=stack.project_name,
            as_of=as_of,
            unknown=stack.unknown,
            file=stack.file.path,
            using=using,
        )
    except BadInput as error:
        raise BadInput(with_source(error.problems, stack)) from None


def with_source(problems: tuple[Problem, ...], stack: Stack) -> Iterator[Problem]:
    """The problems, those of the project's values with the name of its file."""
    for problem in problems:
        match = re.match(r"[^:]+:[^.\[]+", problem.path)
        key = match[0] if match else problem.path
        if stack.project and key in stack.project.values and key not in stack.file.values:
            message = f"{problem.message} (the value is that of {stack.project.path})"
            yield replace(problem, message=message)
        else:
            yield problem
