"""What goes wrong with a cloud, on request: chosen by environment variables, for a run at a time.

Each variable is read when an emulator process starts; a value that makes no sense ends it.

- `VERTEX_RESIDENCY_FAULT_NOT_YET=service-disabled:5` or `permission-denied:5`: of each API, the
  first five calls that would change something fail as Google's do while an API that was enabled
  moments ago is not active everywhere. Until then reads fail, too, and are not counted.
- `VERTEX_RESIDENCY_FAULT_CRASH=before:3` or `after:3`: the process ends without a word before, or
  after, the effect of the third call that changes something.
- `VERTEX_RESIDENCY_FAULT_DENY=iam.roles.create,gcp:serviceaccount/account:Account`: calls that
  need one of these permissions, or are about one of these types, are denied.
- `VERTEX_RESIDENCY_FAULT_OVERWRITE=3`: when three calls that change something have been answered,
  another team writes the project's IAM policy as a whole, and knows nothing of our bindings.
- `VERTEX_RESIDENCY_FAULT_DAYS=8`: it is eight days later than the machine's clock says.

Calls are counted in the cloud's file, from the cloud's first day on: several processes share the
count, and what happened at the third call happens once.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeVar

from . import errors, shapes
from .cloud import DAY, Cloud

NOT_YET: Final = "VERTEX_RESIDENCY_FAULT_NOT_YET"
CRASH: Final = "VERTEX_RESIDENCY_FAULT_CRASH"
DENY: Final = "VERTEX_RESIDENCY_FAULT_DENY"
OVERWRITE: Final = "VERTEX_RESIDENCY_FAULT_OVERWRITE"
DAYS: Final = "VERTEX_RESIDENCY_FAULT_DAYS"

CALLS: Final = "calls"
"""What the cloud counts the calls under that change something."""
ANSWERS: Final = "answers"
"""What it counts those under that it has answered."""
CRASHED: Final = 70
"""The exit status of a process that was made to crash."""

Result = TypeVar("Result")


class Verb(StrEnum):
    """What a call does; all but `get` change something."""

    CREATE = "create"
    GET = "get"
    UPDATE = "update"
    DELETE = "delete"


class BadFault(ValueError):
    """A variable whose value names no fault."""


@dataclass(frozen=True)
class Faults:
    """What is to go wrong. Without any, nothing does."""

    not_yet: tuple[str, int] | None = None
    """(`service-disabled` or `permission-denied`, how many calls of each API)."""
    crash: tuple[str, int] | None = None
    """(`before` or `after`, which call)."""
    deny: frozenset[str] = frozenset()
    """Permissions and types."""
    overwrite: int | None = None
    """After how many answers."""
    days: float = 0.0

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The faults of an environment. Raises BadFault with the variable and what it may be."""
        return cls(
            not_yet=_counted(environment, NOT_YET, ("service-disabled", "permission-denied")),
            crash=_counted(environment, CRASH, ("before", "after")),
            deny=frozenset(filter(None, environment.get(DENY, "").replace(" ", "").split(","))),
            overwrite=_call_number(environment),
            days=_days(environment),
        )

    def later(self, clock: Callable[[], float]) -> Callable[[], float]:
        """The clock with the days that have passed."""
        return lambda: clock() + self.days * DAY

    def around(
        self, cloud: Cloud, verb: Verb, token: str, project: str, call: Callable[[], Result]
    ) -> Result:
        """The call's result, or what goes wrong instead. Raises ApiError, or ends the process."""
        self._refuse(cloud, verb, token, project)
        if verb is Verb.GET:
            return call()
        number = cloud.count(CALLS)
        if self.crash == ("before", number):
            os._exit(CRASHED)
        try:
            result = call()
        finally:
            # Calls run side by side: one may be answered before an earlier one.
            if cloud.count(ANSWERS) == self.overwrite:
                cloud.overwrite_policy(project)
        if self.crash == ("after", number):
            os._exit(CRASHED)
        return result

    def _refuse(self, cloud: Cloud, verb: Verb, token: str, project: str) -> None:
        shape = shapes.SHAPES[token]
        doing = f"Error {_DOING[verb]} {shape.noun}"
        permission = permission_for(token, verb)
        if self.deny & {token, permission}:
            raise errors.denied(doing, permission, project)
        if self.not_yet is None or shape.api is None:
            return
        how, calls = self.not_yet
        name = f"calls of {shape.api}"
        before = cloud.counted(name) if verb is Verb.GET else cloud.count(name) - 1
        if before < calls:
            if how == "service-disabled":
                raise errors.api_disabled(doing, shape.api, project)
            raise errors.denied(doing, permission, project)


NO_FAULTS: Final = Faults()


def permission_for(token: str, verb: Verb) -> str:
    """The IAM permission that such a call needs, by Google's "IAM permissions reference"."""
    resource = _RESOURCES[token]
    if resource == _RESOURCES[shapes.SERVICE]:
        return f"{resource}.{_SERVICE_VERBS[verb]}"
    if token in _IN_POLICIES:
        return f"{resource}.{'getIamPolicy' if verb is Verb.GET else 'setIamPolicy'}"
    return f"{resource}.{verb}"


_DOING: Final = {
    Verb.CREATE: "creating",
    Verb.GET: "when reading or editing",
    Verb.UPDATE: "updating",
    Verb.DELETE: "deleting",
}
_SERVICE_VERBS: Final = {
    Verb.CREATE: "enable",
    Verb.GET: "get",
    Verb.UPDATE: "enable",
    Verb.DELETE: "disable",
}
_AUDIT: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
_IN_POLICIES: Final = frozenset(
    {shapes.PROJECT_BINDING, shapes.ACCOUNT_BINDING, shapes.SECRET_BINDING, _AUDIT}
)
"""What is part of another resource's IAM policy."""
_RESOURCES: Final[Mapping[str, str]] = {
    shapes.SERVICE: "serviceusage.services",
    shapes.PROJECT_BINDING: "resourcemanager.projects",
    _AUDIT: "resourcemanager.projects",
    shapes.ROLE: "iam.roles",
    "gcp:projects/serviceIdentity:ServiceIdentity": "serviceusage.services",
    shapes.ACCOUNT: "iam.serviceAccounts",
    shapes.ACCOUNT_BINDING: "iam.serviceAccounts",
    "gcp:orgpolicy/policy:Policy": "orgpolicy.policies",
    shapes.POOL: "iam.workloadIdentityPools",
    shapes.POOL_PROVIDER: "iam.workloadIdentityPoolProviders",
    shapes.PARAMETER: "parametermanager.parameters",
    shapes.PARAMETER_VERSION: "parametermanager.parameterVersions",
    shapes.SECRET: "secretmanager.secrets",
    shapes.SECRET_VERSION: "secretmanager.versions",
    shapes.SECRET_BINDING: "secretmanager.secrets",
    "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint": (
        "networkconnectivity.regionalEndpoints"
    ),
    "gcp:compute/globalAddress:GlobalAddress": "compute.globalAddresses",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": "compute.globalForwardingRules",
    shapes.ZONE: "dns.managedZones",
    shapes.RECORD: "dns.resourceRecordSets",
    "gcp:cloudquota/sQuotaPreference:SQuotaPreference": "cloudquotas.quotas",
    "gcp:billing/budget:Budget": "billing.budgets",
    "gcp:vertex/aiModelGardenEnableModel:AiModelGardenEnableModel": "aiplatform.models",
    "gcp:vertex/aiCacheConfig:AiCacheConfig": "aiplatform.cacheConfigs",
}
"""The resource in the names of permissions."""


def _counted(
    environment: Mapping[str, str], variable: str, kinds: tuple[str, ...]
) -> tuple[str, int] | None:
    text = environment.get(variable, "")
    if not text:
        return None
    kind, _, number = text.partition(":")
    if kind not in kinds or not number.isdecimal() or number == "0":
        choices = " or ".join(f"{one}:N" for one in kinds)
        raise BadFault(f"{variable} must be {choices} with N from 1 on, not {text!r}")
    return kind, int(number)


def _days(environment: Mapping[str, str]) -> float:
    text = environment.get(DAYS, "") or "0"
    try:
        return float(text)
    except ValueError:
        raise BadFault(f"{DAYS} must be a number of days, not {text!r}") from None


def _call_number(environment: Mapping[str, str]) -> int | None:
    text = environment.get(OVERWRITE, "")
    if text and (not text.isdecimal() or text == "0"):
        raise BadFault(f"{OVERWRITE} must be the number of a call from 1 on, not {text!r}")
    return int(text) if text else None
