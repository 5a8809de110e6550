"""One IAM binding for each (role, member, condition) of a project, whoever asks for it first.

Two resources for the same binding revoke each other when one of them goes. So bindings belong to
the program and not to the component that asks: they have no parent, and are told apart and named by
their values, however those were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_gcp as gcp

from availability.cloud.members import same_for_google
from availability.cloud.resource_types import ResourceType
from availability.input.wrap import folded
from availability.report.bindings import Binding
from components.registration.diagnostics import inform_once
from components.registration.engine_run import PerRun, construction
from components.registration.existing import changed
from components.registration.identifiers import short_hash
from components.registration.readiness import program, retried


@dataclass(frozen=True)
class Condition:
    """An IAM condition: `expression` in the Common Expression Language."""

    title: str
    expression: str


@dataclass
class Bindings:
    """The bindings of a program."""

    gathered: bool = False
    """Whether what a preview doesn't know of them is told at the program's end, and not before."""
    identities: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    """(project, role, member) of each that is registered, and the condition of those with one."""
    known: list[Binding] = field(default_factory=list[Binding])
    """Those that are registered."""
    unknown: list[str] = field(default_factory=list[str])
    """Those that a preview can't register, in words."""
    awaited: list[pulumi.Output[None]] = field(default_factory=list[pulumi.Output[None]])
    """Each comes when a binding is known, or known to be unknown."""


bindings = PerRun(Bindings)
"""The bindings of the program that is running."""


def bind(
    project: pulumi.Input[str],
    role: pulumi.Input[str],
    member: pulumi.Input[str],
    condition: Condition | None = None,
    options: Callable[[], pulumi.ResourceOptions] = pulumi.ResourceOptions,
    what: str = "",
) -> None:
    """The binding of the role to the member in the project; made once in a program.

    It is registered as soon as its values are known. `options`, which name no parent, are those of
    the first who asks, and `what` names the member in words for a preview that can't know it.
    """

    def register(known: tuple[str, str, str]) -> None:
        identity = (project_id(known[0]), known[1], same_for_google(known[2]))
        wanted = (condition.title, condition.expression) if condition else ()
        made = bindings()
        if (*identity, *wanted) in made.identities:
            return
        made.identities.add((*identity, *wanted))
        name = f"binding-{short_hash(*identity, *wanted, digits=12)}"
        where = f"where {condition.title}" if condition else ""
        made.known.append(Binding(known[1], where, identity[2], name))
        gcp.projects.IAMMember(
            name,
            project=changed(project, project_id),
            role=role,
            member=changed(member, same_for_google),
            condition=(
                gcp.projects.IAMMemberConditionArgs(
                    title=condition.title, expression=condition.expression
                )
                if condition
                else None
            ),
            opts=retried(ResourceType.BINDING, options()),
        )

    when_known((project, role, member), register, f"The binding of {what or 'a member'}")


def each_once(
    members: Iterable[pulumi.Input[str]], register: Callable[[str], None], what: str
) -> None:
    """Calls `register` with each member as Google compares it, and with none of them twice."""
    made: set[str] = set()

    def once(known: tuple[str]) -> None:
        member = same_for_google(known[0])
        if member not in made:
            made.add(member)
            register(member)

    for member in members:
        when_known((member,), once, what)


def when_known(
    values: tuple[pulumi.Input[str], ...],
    register: Callable[[Any], None],
    what: str,
) -> None:
    """Calls `register` with the values: at once where all are plain, else when they are known.

    A preview that doesn't know them yet says that `what` comes with the update.
    """
    if all(isinstance(value, str) for value in values):
        register(values)
        return

    def later(known: Any) -> None:
        if not pulumi.contains_unknowns(known):
            register(tuple(known))
        elif program().registered.failed:
            # With --continue-on-error the engine would delete what is not registered.
            said = (
                f"{what} can't be registered, because what it names has failed. It is left as it "
            )
            said += "is: this update deletes nothing."
            raise pulumi.RunError(folded(said))
        elif pulumi.runtime.is_dry_run() and bindings().gathered:
            bindings().unknown.append(what)
        elif pulumi.runtime.is_dry_run():
            said = f"{what} is not in this preview: whom or what it names is known once the update "
            said += "has made it, and the update registers it then."
            inform_once(folded(said))

    comes = pulumi.Output.all(*values).apply(later, run_with_unknowns=True)
    (construction() or bindings()).awaited.append(comes)


def project_id(name: str) -> str:
    """The id of a project, which may be written as the name of the resource: `projects/ID`."""
    return name.removeprefix("projects/")
