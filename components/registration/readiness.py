"""Patience with a cloud that is not ready yet: an error hook for every resource of Google Cloud.

Enabling an API and granting a permission are eventually consistent: for minutes, calls that need
them fail. The engine asks the hook about each failed call (Pulumi's "Resource option: hooks"), and
the hook waits and has it tried again, for as long as it may still be that. What says something else
fails at once. `pulumi destroy` runs no program, so it has no hook and never waits.

How long depends on what this very program does: what it activates, what it makes, and what it
allows by an organization policy, may only be late. What somebody else would have to do is waited
for briefly.

A call may have its effect and fail all the same, because the provider could not read the result.
The engine keeps such a resource in its state, and forgets it where another try is refused, so that
there is no other try but where creating it once more is nothing new.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import pulumi
from pulumi.runtime.proto import resource_pb2

from availability.cloud.already_there import Searched, There
from availability.cloud.already_there import told as told_together
from availability.cloud.errors import CloudError, Meaning, advice, project_in, read_error, waiting
from availability.cloud.resource_types import LOOKUPS, REPEATABLE, UNDELETED_FIRST, ResourceType
from availability.cloud.set_by import SetBy
from availability.input.errors import NAMESPACE
from availability.input.wrap import folded
from components.registration.engine_run import PerRun
from components.registration.existing import import_id, root_urn
from components.registration.protection import protect
from components.registration.search import SearchResult

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
    activate, and a policy or a service account of the program's own without its effect: much
    shorter, because it may be for good."""
    gathering: float = 1.0
    """So long an error of what exists already waits for others, to be told with them."""
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
    accounts: set[tuple[str | None, str]] = field(default_factory=set[tuple[str | None, str]])
    """(project, id) of its service accounts; the project is None where it is not known here."""
    agents: bool = False
    """Whether it has Google make service agents."""
    parents: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """(type, name) -> URN of the parent, of what a person may have to import."""
    searched: Searched | None = None
    """What a search for what is there already came to; None where the stack asked for none."""
    failed: bool = False
    """Whether a resource has failed for good."""
    set_by: SetBy = SetBy.ARGUMENTS
    """Where what the program asks for stands."""

    def note_parent(self, parent: pulumi.Resource, kind: str, name: str) -> None:
        """Remember the parent of what is to be registered, and may have to be imported by hand."""

        def note(urn: str) -> None:
            self.parents[kind, name] = urn

        parent.urn.apply(note)

    def activates(self, error: CloudError, inputs: Mapping[str, object]) -> bool:
        """Whether the API that is not active is one that the program activates, and there.

        Google names a project by its id or by its number, and so do the names of some resources.
        Whose number it is is not known here: it may be that of any project.
        """
        places = {place for place, service in self.activated if error.api in (None, service)}
        named = (error.project, project_in(inputs))
        project = next((name for name in named if name and not name.isdecimal()), None)
        return bool(places) and (project is None or bool({project, None} & places))

    def makes(self, account: str | None) -> bool:
        """Whether the program makes the service account, or the agent, with this address."""
        if _AGENT.fullmatch(account or ""):
            return self.agents
        account_id, _, domain = (account or "").partition("@")
        # The project example.com:apps is apps.example.com in addresses.
        projects = {project for project, name in self.accounts if name == account_id}
        domains = {".".join(reversed(known.split(":"))) for known in projects if known}
        return None in projects or domain.removesuffix(".iam.gserviceaccount.com") in domains


# All agents of a service are made by one call, which names one of them: see service_agents.
_AGENT = re.compile(r"service-\d+@gcp-sa-[a-z0-9-]+\.iam\.gserviceaccount\.com")


@dataclass
class Program:
    """What the resources of a program have in common."""

    hook: pulumi.ErrorHook | None
    """None where the CLI is older than error hooks."""
    registered: Registered
    search_result: SearchResult | None = None
    """What the stack has already in the cloud, where it asks for that to be taken over."""
    protects: bool = False
    """Whether the engine is to refuse to delete what callers rely on."""


def _new_program() -> Program:
    """A program that begins; with a warning where the CLI is older than error hooks."""
    supported = pulumi.runtime.settings.monitor_supports_feature(
        resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS
    )
    if not supported:
        said = "This Pulumi CLI has no error hooks: where an API is not active yet, the update "
        said += "fails instead of waiting. Update the CLI, or run it again after some minutes."
        pulumi.log.warn(folded(said))
    registered = Registered()
    hook = pulumi.ErrorHook(HOOK, Readiness(registered)) if supported else None
    return Program(hook, registered)


program = PerRun(_new_program)
"""The program that is running."""


def retried(kind: ResourceType, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
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
    kind: ResourceType,
    name: str,
) -> pulumi.ResourceOptions:
    """The options of what a component registers: it waits for what the component waits for.

    Pulumi's `depends_on` of a component does not reach its children by itself.
    """
    ours = program()
    urn = root_urn(kind, name, inside=component.pulumi_resource_type)
    if ours.registered.set_by is SetBy.ARGUMENTS:  # what is there has to be imported by hand
        ours.registered.note_parent(component, kind, name)
    own = pulumi.ResourceOptions(
        parent=component,
        depends_on=opts.depends_on if opts else None,
        protect=opts.protect if opts else None,
        import_=ours.search_result.imports.get(urn) if ours.search_result else None,
    )
    return retried(kind, own)


@dataclass
class Readiness:
    """The hook: whether to try a failed call again, after a while."""

    registered: Registered = field(default_factory=Registered)
    _first: dict[tuple[str, str, str | None], float] = field(
        default_factory=dict[tuple[str, str, str | None], float]
    )
    """(URN, operation, unknown account) -> when it failed first: an account may be newer than the
    first of the errors."""
    _said: set[str] = field(default_factory=set[str])
    """What was said already: one API that is not active fails many resources, many times."""
    _met: list[There] = field(default_factory=list[There])
    """What exists already and is not told of yet."""

    async def __call__(self, failed: pulumi.ErrorHookArgs) -> bool:
        """True after a wait, where it may be a matter of time; False where it is not, at once."""
        patience = PATIENCE
        error = read_error(failed.errors[0] if failed.errors else "")
        inputs = cast("Mapping[str, object]", failed.new_inputs or failed.old_inputs or {})
        now = patience.now()
        call = (failed.urn, failed.failed_operation, error.account)
        waited = now - self._first.setdefault(call, now)
        limit = 0.0 if _would_be_lost(error, failed) else self._limit(error, inputs)
        left = limit - waited
        if left > 0:
            self._say(pulumi.log.info, waiting(error, failed.name, limit))
            if error.effective:
                said = f"Google did what was asked for {failed.name}, and the result can't be read "
                said += "yet. The engine notes that: the next up updates it once more, to the same."
                self._say(pulumi.log.info, folded(said))
            await patience.sleep(patience.wait(len(failed.errors), left))
            return True
        self.registered.failed = True
        if error.meaning is Meaning.EXISTS or (
            error.meaning is Meaning.ID_HELD and failed.type in UNDELETED_FIRST
        ):
            await self._tell_what_exists(failed, inputs)
            return False
        told = advice(
            error,
            kind=ResourceType(failed.type),
            name=failed.name,
            stack=pulumi.get_stack(),
            waited=waited,
            generation=_generation(),
            activated=self.registered.activates(error, inputs),
            own_account=self.registered.makes(error.account),
            billed=project_in(inputs) or pulumi.Config("gcp").get("project"),
            set_by=self.registered.set_by,
        )
        if told:
            self._say(pulumi.log.error, told)
        return False

    async def _tell_what_exists(
        self, failed: pulumi.ErrorHookArgs, inputs: Mapping[str, object]
    ) -> None:
        """Tell of all that is met at about the same time, in one message."""
        earlier = read_error(failed.errors[-1]).text if len(failed.errors) > 1 else None
        kind = ResourceType(failed.type)
        there = There(
            kind,
            failed.name,
            import_id(kind, inputs),
            self.registered.parents.get((failed.type, failed.name)),
            readable=kind in LOOKUPS,
            earlier=earlier,
        )
        self._met.append(there)
        if self._met[0] is not there:  # somebody waits to tell of it already
            return
        await PATIENCE.sleep(PATIENCE.gathering)
        met, self._met = self._met, []
        ours = self.registered
        said = told_together(met, pulumi.get_stack(), _generation(), ours.searched, ours.set_by)
        self._say(pulumi.log.error, said)

    def _say(self, log: Callable[[str], object], message: str) -> None:
        """Print a message, once a run."""
        if message not in self._said:
            self._said.add(message)
            log(message)

    def _limit(self, error: CloudError, inputs: Mapping[str, object]) -> float:
        """So long after its first error a resource has failed for good; 0 for at once."""
        match error.meaning:
            case Meaning.NOT_ACTIVE if self.registered.activates(error, inputs):
                return PATIENCE.not_active
            case Meaning.NOT_ACTIVE | Meaning.DENIED:
                return PATIENCE.denied
            case Meaning.ACCOUNT_UNKNOWN if self.registered.makes(error.account):
                return PATIENCE.denied
            case _:
                # "Restrict resource service usage": a policy holds with eventual consistency.
                own = error.constraint in self.registered.constraints
                return PATIENCE.denied if own else 0.0


def _generation() -> str:
    return pulumi.Config(NAMESPACE).get("generation") or "1"


def _would_be_lost(error: CloudError, failed: pulumi.ErrorHookArgs) -> bool:
    """Whether another try fails because the thing is there, or makes a second one.

    The engine keeps what was made and then failed in its state, but only as long as no other try
    fails in another way (`CreateStep.Apply` in its pkg/resource/deploy).
    """
    creating = failed.failed_operation == "create"
    return error.effective and creating and failed.type not in REPEATABLE
