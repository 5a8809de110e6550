"""One IAM binding for each (role, member, condition) of a project, whoever asks for it first.

Two resources for the same binding revoke each other when one of them goes, so bindings belong to
the program and not to the component that asks: they have no parent and are named by what they say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pulumi
import pulumi_gcp as gcp

from components.identifiers import short_hash
from components.readiness import retried


@dataclass(frozen=True)
class Labelled:
    """A value that may be known only later, with a plain label that stands for it and no other."""

    label: str
    value: pulumi.Input[str]


@dataclass(frozen=True)
class Condition:
    """An IAM condition: `expression` in the Common Expression Language."""

    title: str
    expression: str


# A program is what talks to one monitor; an Automation API process runs several.
_bindings: WeakKeyDictionary[object, dict[str, gcp.projects.IAMMember]] = WeakKeyDictionary()


def bind(
    project: Labelled,
    role: Labelled,
    member: Labelled,
    condition: Condition | None = None,
    options: Callable[[], pulumi.ResourceOptions] = pulumi.ResourceOptions,
) -> gcp.projects.IAMMember:
    """The binding of the role to the member in the project; made once in a program.

    `options`, which name no parent, are those of the first who asks.
    """
    wanted = (condition.title, condition.expression) if condition else ()
    name = f"binding-{short_hash(project.label, role.label, member.label, *wanted)}"
    made = _bindings.setdefault(pulumi.runtime.settings.get_monitor(), {})
    if name not in made:
        made[name] = gcp.projects.IAMMember(
            name,
            project=project.value,
            role=role.value,
            member=member.value,
            condition=(
                gcp.projects.IAMMemberConditionArgs(
                    title=condition.title, expression=condition.expression
                )
                if condition
                else None
            ),
            opts=retried(options()),
        )
    return made[name]
