"""Patience with a cloud that is not ready yet: an error hook for every resource of Google Cloud.

Enabling an API and granting a permission are eventually consistent: for minutes, calls that need
them fail. The engine asks the hook about each failed call (Pulumi's "Resource option: hooks"), and
the hook waits and has it tried again, for as long as it may still be that. What says something else
fails at once. `pulumi destroy` runs no program, so it has no hook and never waits.

How long depends on what this very program does: what it activates, and what it allows by an
organization policy, may only be late. What somebody else would have to do is waited for briefly.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.proto import resource_pb2

from availability.cloud_errors import CloudError, Meaning, Taken, advice, project_in, read_error
from availability.render import folded
from availability.stack import NAMESPACE
from components.existing import import_id, root_urn
from components.protection import protect
from components.take_over import Found

HOOK = "vertex-residency-not-ready-yet"


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, each limit counted from the first error of a resource.

    Google's "Enable and disable services" says that a service takes minutes to become usable, and
    "Access change propagation" that a grant takes 2 minutes, sometimes 7 or more. The engine itself
    ends a series of 100 retries.
    """

    first: float = 1.0
    """The first wait; each one is twice the one before it."""
    longest: float = 30.0
    """No wait is longer."""
    not_active: float = 600.0
    """So long an API may be not active yet that the program itself activates."""
    denied: float = 180.0
    """So long a permission may be not granted yet, an API not active that somebody else has to
    activate, and a policy of the program's own without its effect: much shorter, because it may be
    for good."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], float] = time.monotonic

    def wait(self, errors: int, left: float) -> float:
        """How long to wait after so many errors of a resource, with so much time left."""
        return min(self.first * 2.0 ** min(errors - 1, 30), self.longest, left)


PATIENCE = Patience()


@dataclass
class Registered:
    """What a program has registered so far, as far as it tells what an error means."""

    activated: set[tuple[str | None, str]] = field(default_factory=set[tuple[str | None, str]])
    """(project, service); the project is None where only the provider knows it."""
    constraints: set[str] = field(default_factory=set[str])
    """The constraints of its organization policies."""
    parents: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """(type, name) -> URN of the parent, of what has no look-up."""

    def note_unread(self, parent: pulumi.Resource, kind: str, name: str) -> None:
        """Remember the parent of what is to be registered and has no look-up."""

        def note(urn: str) -> None:
            self.parents[kind, name] = urn

        parent.urn.apply(note)

    def activates(self, error: CloudError, inputs: Mapping[str, object]) -> bool:
        """Whether the API that is not active is one that the program activates, and there.

        Google names a project by its id or by its number. Of a number it is not known here whose it
        is, so that the project of the resource counts.
        """
        named = error.project
        project = named if named and not named.isdecimal() else project_in(inputs)
        places = {place for place, service in self.activated if error.api in (None, service)}
        return bool(places) and (project is None or bool({project, None} & places))


@dataclass
class Program:
    """What the resources of a program have in common."""

    hook: pulumi.ErrorHook | None
    """None where the CLI is older than error hooks."""
    registered: Registered
    found: Found | None = None
    """What the stack has already in the cloud, where it asks for that to be taken over."""
    protects: bool = False
    """Whether the engine is to refuse to delete what callers rely on."""


# A program is what talks to one monitor; an Automation API process runs several.
_programs: WeakKeyDictionary[object, Program] = WeakKeyDictionary()


def program() -> Program:
    """The program that is running; with a warning where the CLI is older than error hooks."""
    monitor = pulumi.runtime.settings.get_monitor()
    if monitor not in _programs:
        supported = pulumi.runtime.settings.monitor_supports_feature(
            resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS
        )
        if not supported:
            said = "This Pulumi CLI has no error hooks: where an API is not active yet, the update "
            said += "fails instead of waiting. Update the CLI, or run it again after some minutes."
            pulumi.log.warn(folded(said))
        registered = Registered()
        hook = pulumi.ErrorHook(HOOK, Readiness(registered)) if supported else None
        _programs[monitor] = Program(hook, registered)
    return _programs[monitor]


def retried(kind: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of a resource of Google Cloud that survives what real clouds do.

    It is tried again until it can be had, and protected where the stack asks for that. `opts`
    belong to this one resource, and get more.
    """
    ours = program()
    if ours.hook:
        opts.hooks = pulumi.ResourceHookBinding(on_error=[ours.hook])
    if ours.protects:
        protect(kind, opts)
    return opts


def child_options(
    component: pulumi.ComponentResource,
    opts: pulumi.ResourceOptions | None,
    kind: str,
    name: str,
) -> pulumi.ResourceOptions:
    """The options of what a component registers: it waits for what the component waits for.

    Pulumi's `depends_on` of a component does not reach its children by itself.
    """
    ours = program()
    urn = root_urn(kind, name, inside=component.pulumi_resource_type)
    own = pulumi.ResourceOptions(
        parent=component,
        depends_on=opts.depends_on if opts else None,
        protect=opts.protect if opts else None,
        import_=ours.found.imports.get(urn) if ours.found else None,
    )
    return retried(kind, own)


@dataclass
class Readiness:
    """The hook: whether to try a failed call again, after a while."""

    registered: Registered = field(default_factory=Registered)
    _first: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    """(URN, operation) -> when it failed first."""
    _said: set[str] = field(default_factory=set[str])
    """What was said already: one API that is not active fails many resources."""

    async def __call__(self, failed: pulumi.ErrorHookArgs) -> bool:
        """True after a wait, where it may be a matter of time; False where it is not, at once."""
        patience = PATIENCE
        error = read_error(failed.errors[0] if failed.errors else "")
        inputs = cast("Mapping[str, object]", failed.new_inputs or failed.old_inputs or {})
        now = patience.now()
        waited = now - self._first.setdefault((failed.urn, failed.failed_operation), now)
        left = self._limit(error, inputs) - waited
        if left > 0:
            await patience.sleep(patience.wait(len(failed.errors), left))
            return True
        told = advice(
            error,
            kind=failed.type,
            name=failed.name,
            stack=pulumi.get_stack(),
            waited=waited,
            generation=pulumi.Config(NAMESPACE).get("generation") or "1",
            activated=self.registered.activates(error, inputs),
            taken=self._taken(failed, inputs),
        )
        if told and told not in self._said:
            self._said.add(told)
            pulumi.log.error(told)
        return False

    def _limit(self, error: CloudError, inputs: Mapping[str, object]) -> float:
        """So long after its first error a resource has failed for good; 0 for at once."""
        match error.meaning:
            case Meaning.NOT_ACTIVE if self.registered.activates(error, inputs):
                return PATIENCE.not_active
            case Meaning.NOT_ACTIVE | Meaning.DENIED:
                return PATIENCE.denied
            case _:
                # "Restrict resource service usage": a policy holds with eventual consistency.
                own = error.constraint in self.registered.constraints
                return PATIENCE.denied if own else 0.0

    def _taken(self, failed: pulumi.ErrorHookArgs, inputs: Mapping[str, object]) -> Taken | None:
        """How what is there already is imported as this resource, where the provider says it."""
        resource_id = import_id(failed.type, inputs)
        parent = self.registered.parents.get((failed.type, failed.name))
        if resource_id is None:
            return None
        return Taken(resource_id, parent)
