"""Patience with a cloud that is not ready yet: an error hook for every resource of Google Cloud.

Enabling an API and granting a permission are eventually consistent: for minutes, calls that need
them fail. The engine asks the hook about each failed call (Pulumi's "Resource option: hooks"), and
the hook waits and has it tried again, for as long as it may still be that. What says something else
fails at once. `pulumi destroy` runs no program, so it has no hook and never waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.proto import resource_pb2

from availability.cloud_errors import CloudError, Meaning, advice, read_error
from availability.render import folded
from availability.stack import NAMESPACE
from components.existing import taken_over

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
    """So long an API may be not active yet."""
    denied: float = 180.0
    """So long a permission may be not granted yet: much shorter, because it may be missing."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    now: Callable[[], float] = time.monotonic

    def limit(self, error: CloudError) -> float:
        """So long after its first error a resource has failed for good; 0 for at once."""
        limits = {Meaning.NOT_ACTIVE: self.not_active, Meaning.DENIED: self.denied}
        return limits.get(error.meaning, 0.0)

    def wait(self, errors: int, left: float) -> float:
        """How long to wait after so many errors of a resource, with so much time left."""
        return min(self.first * 2.0 ** min(errors - 1, 30), self.longest, left)


PATIENCE = Patience()


def retried(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of a resource of Google Cloud that survives what real clouds do.

    It is tried again until it can be had, and taken over where an interrupted update left it.
    """
    hook = _hook()
    hooks = pulumi.ResourceHookBinding(on_error=[hook]) if hook else None
    more = pulumi.ResourceOptions(hooks=hooks, transforms=[taken_over])
    return pulumi.ResourceOptions.merge(opts, more)


# A program is what talks to one monitor; an Automation API process runs several.
_hooks: WeakKeyDictionary[object, pulumi.ErrorHook | None] = WeakKeyDictionary()


def _hook() -> pulumi.ErrorHook | None:
    """The program's one hook; None, and a warning, where the CLI is older than error hooks."""
    monitor = pulumi.runtime.settings.get_monitor()
    if monitor not in _hooks:
        supported = pulumi.runtime.settings.monitor_supports_feature(
            resource_pb2.RESOURCE_MONITOR_FEATURE_ERROR_HOOKS
        )
        if not supported:
            said = "This Pulumi CLI has no error hooks: where an API is not active yet, the update "
            said += "fails instead of waiting. Update the CLI, or run it again after some minutes."
            pulumi.log.warn(folded(said))
        _hooks[monitor] = pulumi.ErrorHook(HOOK, Readiness()) if supported else None
    return _hooks[monitor]


@dataclass
class Readiness:
    """The hook: whether to try a failed call again, after a while."""

    _first: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    """(URN, operation) -> when it failed first."""
    _said: set[str] = field(default_factory=set[str])
    """What was said already: one API that is not active fails many resources."""

    async def __call__(self, failed: pulumi.ErrorHookArgs) -> bool:
        """True after a wait, where it may be a matter of time; False where it is not, at once."""
        patience = PATIENCE
        error = read_error(failed.errors[0] if failed.errors else "")
        now = patience.now()
        waited = now - self._first.setdefault((failed.urn, failed.failed_operation), now)
        left = patience.limit(error) - waited
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
        )
        if told and told not in self._said:
            self._said.add(told)
            pulumi.log.error(told)
        return False
