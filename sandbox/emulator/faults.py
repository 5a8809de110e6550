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
- `VERTEX_RESIDENCY_FAULT_UNREAD=service-disabled:1` or `permission-denied:1`: of each type, the
  first creation has its effect, and the provider is then refused to read the result. It answers
  with a partial failure, which the engine keeps in its state.
- `VERTEX_RESIDENCY_FAULT_UNKNOWN_ACCOUNT=2`: of each service account, the first two bindings are
  refused as Google refuses those of an account that was made moments ago.
- `VERTEX_RESIDENCY_FAULT_QUOTA_PROJECT=orgpolicy.googleapis.com,…`: calls of these APIs are refused
  as those of a person's own log-in are, unless the provider is configured to name the project
  whose quota they count against.
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
UNREAD: Final = "VERTEX_RESIDENCY_FAULT_UNREAD"
UNKNOWN_ACCOUNT: Final = "VERTEX_RESIDENCY_FAULT_UNKNOWN_ACCOUNT"
QUOTA_PROJECT: Final = "VERTEX_RESIDENCY_FAULT_QUOTA_PROJECT"
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
    unread: tuple[str, int] | None = None
    """(`service-disabled` or `permission-denied`, how many creations of each type)."""
    unknown_account: int = 0
    """How many bindings of each account."""
    quota_project: frozenset[str] = frozenset()
    """APIs."""
    days: float = 0.0

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The faults of an environment. Raises BadFault with the variable and what it may be."""
        return cls(
            not_yet=_counted(environment, NOT_YET, _REFUSALS),
            crash=_counted(environment, CRASH, ("before", "after")),
            deny=_names(environment, DENY),
            overwrite=_number(environment, OVERWRITE) or None,
            unread=_counted(environment, UNREAD, _REFUSALS),
            unknown_account=_number(environment, UNKNOWN_ACCOUNT),
            quota_project=_names(environment, QUOTA_PROJECT),
            days=_days(environment),
        )

    def later(self, clock: Callable[[], float]) -> Callable[[], float]:
        """The clock with the days that have passed."""
        return lambda: clock() + self.days * DAY

    def around(
        self,
        cloud: Cloud,
        verb: Verb,
        token: str,
        project: str,
        call: Callable[[], Result],
        *,
        member: str = "",
        billed: bool = False,
    ) -> Result:
        """The call's result, or what goes wrong instead. Raises ApiError, or ends the process.

        `member` is whom a binding is for, and `billed` says whether the call names the project
        whose quota it counts against.
        """
        self._refuse(cloud, verb, token, project, billed=billed)
        if verb is Verb.GET:
            return call()
        number = cloud.count(CALLS)
        if self.crash == ("before", number):
            os._exit(CRASHED)
        try:
            if verb is Verb.CREATE:
                self._refuse_account(cloud, token, member)
            result = call()
        finally:
            # Calls run side by side: one may be answered before an earlier one.
            if cloud.count(ANSWERS) == self.overwrite:
                cloud.overwrite_policy(project)
        if self.crash == ("after", number):
            os._exit(CRASHED)
        return result

    def refuse_reading_back(self, cloud: Cloud, token: str, project: str) -> None:
        """Refuse to read what was just created. Raises ApiError."""
        if self.unread is None:
            return
        how, times = self.unread
        if cloud.count(f"creations of {token}") <= times:
            raise _refusal(how, f"Error {_DOING[Verb.GET]}", token, Verb.GET, project)

    def _refuse(self, cloud: Cloud, verb: Verb, token: str, project: str, *, billed: bool) -> None:
        shape = shapes.SHAPES[token]
        doing = f"Error {_DOING[verb]}"
        if not billed and shape.api in self.quota_project:
            raise errors.without_quota_project(f"{doing} {shape.noun}", shape.api or "")
        if self.deny & {token, permission_for(token, verb)}:
            raise _refusal("permission-denied", doing, token, verb, project)
        if self.not_yet is None or shape.api is None:
            return
        how, calls = self.not_yet
        name = f"calls of {shape.api}"
        before = cloud.counted(name) if verb is Verb.GET else cloud.count(name) - 1
        if before < calls:
            raise _refusal(how, doing, token, verb, project)

    def _refuse_account(self, cloud: Cloud, token: str, member: str) -> None:
        kind, _, email = member.partition(":")
        if kind != "serviceAccount" or not email.endswith(".iam.gserviceaccount.com"):
            return
        if cloud.count(f"bindings of {email}") <= self.unknown_account:
            raise errors.unknown_account(f"Error creating {shapes.SHAPES[token].noun}", email)


def _refusal(how: str, doing: str, token: str, verb: Verb, project: str) -> errors.ApiError:
    """One of `_REFUSALS`, of such a call; the API of a type without one is Service Usage's."""
    shape = shapes.SHAPES[token]
    doing = f"{doing} {shape.noun}"
    if how == "service-disabled":
        return errors.api_disabled(doing, shape.api or "serviceusage.googleapis.com", project)
    return errors.denied(doing, permission_for(token, verb), project)


_REFUSALS: Final = ("service-disabled", "permission-denied")
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


def _names(environment: Mapping[str, str], variable: str) -> frozenset[str]:
    return frozenset(filter(None, environment.get(variable, "").replace(" ", "").split(",")))


def _number(environment: Mapping[str, str], variable: str) -> int:
    """The number, and 0 where there is none."""
    text = environment.get(variable, "")
    if text and (not text.isdecimal() or text == "0"):
        raise BadFault(f"{variable} must be a number from 1 on, not {text!r}")
    return int(text) if text else 0
