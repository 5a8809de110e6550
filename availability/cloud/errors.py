"""What an error of Google Cloud says: wait, or do this first.

The texts are those of Google's APIs as the Google Cloud provider passes them on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from availability.cloud.already_there import NEXT_GENERATION, TAKE_OVER, next_generation
from availability.cloud.resource_types import ResourceType
from availability.cloud.set_by import SetBy, argument
from availability.input import shell
from availability.input.wrap import folded


class Meaning(StrEnum):
    """What a failed call is about, as far as this project can help with it."""

    NOT_ACTIVE = "not-active"
    """The API is not enabled, or was enabled moments ago."""
    QUOTA_PROJECT = "quota-project"
    """The log-in names no project whose quota its calls count against, and the API wants one."""
    ACCOUNT_UNKNOWN = "account-unknown"
    """A service account does not exist, or was made moments ago."""
    DENIED = "denied"
    """A permission is missing, or was granted moments ago."""
    ID_HELD = "id-held"
    """What was deleted still holds its id."""
    ZONE_TAKEN = "zone-taken"
    """The network has a private zone of that name."""
    EXISTS = "exists"
    """The id is taken by what is there."""
    OTHER = "other"


@dataclass(frozen=True)
class CloudError:
    """One error of a call, with the names that its text mentions."""

    meaning: Meaning
    text: str
    """What Google says, on one line and without the JSON that follows it."""
    api: str | None = None
    """`iam.googleapis.com`, where the text names it."""
    project: str | None = None
    """The id or number of the project, where the text names it."""
    constraint: str | None = None
    """`gcp.resourceLocations`, where an organization policy is what denies it."""
    permission: str | None = None
    """`iam.roles.create`, where the text names the one that is missing."""
    account: str | None = None
    """The address of the service account that does not exist."""
    effective: bool = False
    """The call itself worked, and only what came after it failed, such as reading the result."""


# Google's "Troubleshoot Service Usage" and its ErrorInfo reasons: SERVICE_DISABLED, and the older
# APIs' accessNotConfigured with the same sentence.
_NOT_ACTIVE = re.compile(
    r"SERVICE_DISABLED|accessNotConfigured"
    r"|has not been used in project \S+ before or it is disabled"
)
_DENIED = re.compile(
    r"PERMISSION_DENIED|IAM_PERMISSION_DENIED"
    r"|permission\b[^\n]{0,300}\bdenied|does not have (?:the )?(?:required )?permission"
    r"|required '[^']+' permission|forbidden",
    re.IGNORECASE,
)
# Denied for a reason that no waiting changes: an organization policy, billing, a quota.
_FINAL = re.compile(
    r"constraints?/|BILLING_DISABLED|billingNotEnabled|\bbilling\b|\bquota\b|quotaExceeded"
    r"|QUOTA_EXCEEDED|rateLimit|RATE_LIMIT|VPC_SERVICE_CONTROLS"
    r"|SECURITY_POLICY_VIOLATED|organization(?:'s)? (?:polic|constraint)|ORG_POLICY",
    re.IGNORECASE,
)
# `cloudquotas.quotas.update` is about no quota that is used up; constraints have such names, too.
_PERMISSION = re.compile(r"(?<!constraints/)\b[a-z]+(?:\.[A-Za-z]+){2}\b")
# gcloud's own projects, which its log-ins call from where they name no other: that of
# `gcloud auth application-default login`, and that of `gcloud auth login`. The texts are those of
# Google's "Troubleshoot your ADC setup", user credentials.
_QUOTA_PROJECT = re.compile(
    r"requires a quota project|[Ee]nd user credentials from the Google Cloud SDK"
    r"|project[s/= ]{1,2}(?:764086051850|32555940559)\b"
)
_ACCOUNT_UNKNOWN = re.compile(r"Service account (\S+@\S+\.gserviceaccount\.com) does not exist")
# Pulumi's bridge to Terraform providers begins the error of a call so that had its effect
# (`Create` and `Update` in its pkg/tfbridge/provider.go).
_EFFECTIVE = re.compile(r"(?:creating|updating) urn:pulumi:\S+: ")
_LIST = "1 error occurred: * "
_NAMED_PERMISSION = re.compile(r"['\"](?![\w.]+\.com)([a-z]+(?:\.[A-Za-z]+){2})['\"]")
_ID_HELD = re.compile(r"in a deleted state|marked for deletion|soft.?deleted", re.IGNORECASE)
_ZONE_TAKEN = re.compile(r"networkBindingNotAllowed|already bound to a private zone")
_EXISTS = re.compile(r"already exists|alreadyExists|ALREADY_EXISTS")
_NAME = r"([a-z][a-z0-9-]*\.googleapis\.com)"
# The metadata of Google's ErrorInfo, the address of the console's page, any other mention.
_APIS = (rf'"service":\s*"{_NAME}"', rf"/apis/api/{_NAME}/", rf"\b(?!type\.){_NAME}\b")
# "Request is disallowed by organization's constraints/gcp.restrictServiceUsage constraint …"
_CONSTRAINT = re.compile(r"\bconstraints/([A-Za-z]+(?:\.[A-Za-z]+)+)")
_PROJECT = re.compile(r"in project (\S+) before|[?&]project=([\w:.-]+)|\bprojects/([\w:.-]+)")


def read_error(text: str) -> CloudError:
    """What the error of a call says."""
    # Terraform providers list errors, and so does the engine; a call has one.
    line = " ".join(text.split()).removeprefix(_LIST)
    effective = _EFFECTIVE.match(line)
    line = line[effective.end() if effective else 0 :].removeprefix(_LIST)
    api = next(filter(None, (re.search(pattern, line) for pattern in _APIS)), None)
    project = _PROJECT.search(line)
    constraint = _CONSTRAINT.search(line)
    permission = _NAMED_PERMISSION.search(line)
    account = _ACCOUNT_UNKNOWN.search(line)
    return CloudError(
        meaning=_meaning(line),
        text=_without_details(line),
        api=api[1] if api else None,
        project=next(filter(None, project.groups()), None) if project else None,
        constraint=constraint[1] if constraint else None,
        permission=permission[1] if permission else None,
        account=account[1] if account else None,
        effective=effective is not None,
    )


def _without_details(line: str) -> str:
    """The line without the lists of Google's error details that the API's client adds to it."""
    for mark in ("Details: [", "Details:["):
        while mark in line:
            before, _, _ = line.partition(mark)
            start = len(before) + len(mark) - 1
            try:
                _, end = json.JSONDecoder().raw_decode(line, start)
            except ValueError:
                break
            line = f"{before.rstrip()}{line[end:].lstrip(' ')}"
    return line


_PLACES = ("secret", "parameter", "serviceAccountId", "parent", "name")
"""The inputs that may name what a resource is a part of, `projects/PROJECT/…`."""


def project_in(inputs: Mapping[str, object]) -> str | None:
    """The id or number of the project that a resource goes to.

    It stands in an input of its own, or in the name of what the resource is a part of.
    """
    if isinstance(project := inputs.get("project"), str) and project:
        return project
    parents = (inputs.get(key) for key in _PLACES)
    matches = (
        re.match(r"projects/([^/]+)", parent) for parent in parents if isinstance(parent, str)
    )
    return next((match[1] for match in matches if match), None)


def _meaning(line: str) -> Meaning:
    if _QUOTA_PROJECT.search(line):
        return Meaning.QUOTA_PROJECT
    if _NOT_ACTIVE.search(line):
        return Meaning.NOT_ACTIVE
    if _ACCOUNT_UNKNOWN.search(line):
        return Meaning.ACCOUNT_UNKNOWN
    if _ID_HELD.search(line):
        return Meaning.ID_HELD
    if _ZONE_TAKEN.search(line):
        return Meaning.ZONE_TAKEN
    if _EXISTS.search(line):
        return Meaning.EXISTS
    if _DENIED.search(line) and not _FINAL.search(_PERMISSION.sub("", line)):
        return Meaning.DENIED
    return Meaning.OTHER


def waiting(error: CloudError, name: str, limit: float) -> str:
    """What is waited for, in one line; `name` is the resource's, `limit` in seconds."""
    where = f" in project {error.project}" if error.project else ""
    match error.meaning:
        case Meaning.NOT_ACTIVE:
            what = f"{error.api or 'an API'} to become active{where}"
        case Meaning.DENIED:
            what = f"the permission {error.permission or f'for {name}'} to have its effect{where}"
        case Meaning.ACCOUNT_UNKNOWN:
            what = f"the new service account {error.account} to be known everywhere"
        case (
            Meaning.OTHER
            | Meaning.QUOTA_PROJECT
            | Meaning.ID_HELD
            | Meaning.ZONE_TAKEN
            | Meaning.EXISTS
        ):
            policy = f"this stack's organization policy {error.constraint} to have its effect"
            what = policy if error.constraint else f"{name} to be possible"
    return f"Waiting for {what}, for up to {_minutes(limit)}."


def advice(
    error: CloudError,
    *,
    kind: ResourceType,
    name: str,
    stack: str,
    waited: float,
    generation: str,
    activated: bool = True,
    own_account: bool = False,
    billed: str | None = None,
    set_by: SetBy = SetBy.KEYS,
) -> str | None:
    """What a person is to do about an error for good, with commands to paste; None for others.

    `kind` is the resource's type, `name` its name in the program, `waited` in seconds, and
    `generation` the one that the stack's ids are of. `activated` says whether the stack itself
    activates the API that is not active, and `own_account` whether it makes the service account
    that does not exist. `billed` is the project whose quota calls may count against. What exists
    already is told by `availability.cloud.already_there`, all of it in one message.
    """
    again = "Then run it again; what is made already stays.\n  "
    again += shell.join(["pulumi", "up", "--stack", stack])
    if error.effective and error.meaning is not Meaning.QUOTA_PROJECT:
        return _unread(error, name, stack)
    match error.meaning:
        case Meaning.QUOTA_PROJECT:
            return _without_quota_project(error, billed, stack, again)
        case Meaning.ACCOUNT_UNKNOWN:
            return _unknown_account(error, own=own_account, waited=waited, again=again)
        case Meaning.NOT_ACTIVE | Meaning.DENIED:
            return _still_refused(error, activated=activated, waited=waited, again=again)
        case Meaning.ID_HELD:
            is_role = kind is ResourceType.ROLE
            return _held_role(stack, generation, again, set_by) if is_role else None
        case Meaning.ZONE_TAKEN:
            return _zone_taken(stack, again, set_by)
        case Meaning.EXISTS | Meaning.OTHER:
            return None


def _still_refused(error: CloudError, *, activated: bool, waited: float, again: str) -> str:
    project = error.project or "PROJECT_ID"
    if error.meaning is Meaning.DENIED:
        said = f"Still no permission, {_minutes(waited)} after it was first needed. "
        said += (
            f"{_sentence(error)} Whoever deploys has no role with it, or was granted one moments "
        )
        said += "ago: docs/deploying.md lists the roles that a stack needs, and this who has which."
        policy = shell.join(["gcloud", "projects", "get-iam-policy", project])
        return f"{folded(said)}\n  {policy}\n{again}"
    api = error.api or "API"
    said = f"{api} is still not active in project {project}, {_minutes(waited)} after it was first "
    said += "needed. "
    if not activated:
        said += "This stack does not activate it there: whoever owns the project does. "
    said += "Have it enabled, which takes minutes to have its effect."
    enable = shell.join(["gcloud", "services", "enable", api, "--project", project])
    return f"{folded(said)}\n  {enable}\n{again}"


def _unread(error: CloudError, name: str, stack: str) -> str:
    """What was made and could not be read is in the state, marked for the next update."""
    said = f"Google did what was asked for {name}; only reading the result failed: "
    said += f"{_sentence(error)} It is in the state, so that nothing is to be imported or deleted, "
    said += "and the next up goes on from there."
    return f"{folded(said)}\n  {shell.join(['pulumi', 'up', '--stack', stack])}"


def _sentence(error: CloudError) -> str:
    return f"{error.text.rstrip('.')}."


def _without_quota_project(error: CloudError, billed: str | None, stack: str, again: str) -> str:
    said = f"{error.api or 'The API'} wants to know the project whose quota its calls count "
    said += "against, and the log-in names none, so that Google took gcloud's own. Have the "
    said += "provider name yours, in which whoever deploys needs "
    said += "roles/serviceusage.serviceUsageConsumer:"
    settings = (("userProjectOverride", "true"), ("billingProject", billed or "PROJECT_ID"))
    commands = [
        shell.join(["pulumi", "config", "set", f"gcp:{key}", value, "--stack", stack])
        for key, value in settings
    ]
    return "\n".join([folded(said), *(f"  {command}" for command in commands), again])


def _unknown_account(error: CloudError, *, own: bool, waited: float, again: str) -> str:
    if not own:
        said = f"{error.account} does not exist, and this stack does not make it. Correct the "
        said += "address where the stack names it, or have its owner make the account first."
        return f"{folded(said)}\n{again}"
    said = f"Google still does not know {error.account}, {_minutes(waited)} after a binding first "
    said += "named it. This stack makes it: it may only be late, or somebody deleted it since. "
    said += "With --refresh the next up finds out, and makes it anew."
    return f"{folded(said)}\n{again} --refresh"


def _held_role(stack: str, generation: str, again: str, set_by: SetBy) -> str:
    said = (
        "Google still holds the ids of this stack's custom roles, which were deleted more than 7 "
    )
    said += "and less than 37 days ago. Take fresh ids."
    by_keys = set_by is SetBy.KEYS
    fresh = next_generation(generation, stack) if by_keys else NEXT_GENERATION[ResourceType.ROLE]
    return f"{folded(said)}\n  {fresh}\n{again}"


def _zone_taken(stack: str, again: str, set_by: SetBy) -> str:
    by_keys = set_by is SetBy.KEYS
    said = "The network has another private zone of this name: an interrupted update of this "
    said += f"stack left it{f', which {TAKE_OVER} true takes over' if by_keys else ''}, or it is "
    said += "another stack's or somebody else's. A network takes one; leave the name to it then."
    key = ["pulumi", "config", "set", "--path", "vertex-residency:privateAccess.dns", "false"]
    without = shell.join([*key, "--stack", stack])
    fix = without if by_keys else argument(ResourceType.ZONE, "dns", "false")
    return f"{folded(said)}\n  {fix}\n{again}"


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} seconds"
    return "a minute" if minutes == 1 else f"{minutes} minutes"
