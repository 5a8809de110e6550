"""What an error of Google Cloud says: wait, or do this first.

The texts are those of Google's APIs as the Google Cloud provider passes them on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from availability import shell
from availability.permissions import PREDICT, caller_permissions
from availability.render import folded


class Meaning(StrEnum):
    """What a failed call is about, as far as this project can help with it."""

    NOT_ACTIVE = "not-active"
    """The API is not enabled, or was enabled moments ago."""
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
    """What Google says, on one line."""
    api: str | None = None
    """`iam.googleapis.com`, where the text names it."""
    project: str | None = None
    """The id or number of the project, where the text names it."""
    constraint: str | None = None
    """`gcp.resourceLocations`, where an organization policy is what denies it."""


@dataclass(frozen=True)
class Taken:
    """What takes the id of a resource that was to be created."""

    id: str
    """What the provider imports it by."""
    parent: str | None = None
    """The URN of the resource's parent."""


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
    r"constraints?/|BILLING_DISABLED|billing|quota|rateLimit|RATE_LIMIT|VPC_SERVICE_CONTROLS"
    r"|SECURITY_POLICY_VIOLATED|organization(?:'s)? (?:polic|constraint)|ORG_POLICY",
    re.IGNORECASE,
)
# `cloudquotas.quotas.update` is about no quota that is used up; constraints have such names, too.
_PERMISSION = re.compile(r"(?<!constraints/)\b[a-z]+(?:\.[A-Za-z]+){2}\b")
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
    # Terraform providers list errors; a call has one.
    line = " ".join(text.split()).removeprefix("1 error occurred: * ")
    api = next(filter(None, (re.search(one, line) for one in _APIS)), None)
    project = _PROJECT.search(line)
    constraint = _CONSTRAINT.search(line)
    return CloudError(
        meaning=_meaning(line),
        text=line,
        api=api[1] if api else None,
        project=next(filter(None, project.groups()), None) if project else None,
        constraint=constraint[1] if constraint else None,
    )


def project_in(inputs: Mapping[str, object]) -> str | None:
    """The project that a resource goes to, by its own inputs or by what it is a part of."""
    if isinstance(project := inputs.get("project"), str) and project:
        return project
    parents = (inputs.get(key) for key in ("secret", "parameter", "serviceAccountId", "parent"))
    found = (re.match(r"projects/([^/]+)", parent) for parent in parents if isinstance(parent, str))
    return next((one[1] for one in found if one), None)


def _meaning(line: str) -> Meaning:
    if _NOT_ACTIVE.search(line):
        return Meaning.NOT_ACTIVE
    if _ID_HELD.search(line):
        return Meaning.ID_HELD
    if _ZONE_TAKEN.search(line):
        return Meaning.ZONE_TAKEN
    if _EXISTS.search(line):
        return Meaning.EXISTS
    if _DENIED.search(line) and not _FINAL.search(_PERMISSION.sub("", line)):
        return Meaning.DENIED
    return Meaning.OTHER


ROLE = "gcp:projects/iAMCustomRole:IAMCustomRole"
POLICY = "gcp:orgpolicy/policy:Policy"
POOLS = (
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
)


def advice(
    error: CloudError,
    *,
    kind: str,
    name: str,
    stack: str,
    waited: float,
    generation: str,
    activated: bool = True,
    taken: Taken | None = None,
) -> str | None:
    """What a person is to do about an error for good, with commands to paste; None for others.

    `kind` is the resource's type, `name` its name in the program, `waited` in seconds, and
    `generation` the one that the stack's ids are of. `activated` says whether the stack itself
    activates the API that is not active, and `taken` what has the id already.
    """
    again = "Then run it again; what is made already stays.\n  "
    again += shell.join(["pulumi", "up", "--stack", stack])
    project = error.project or "PROJECT_ID"
    match error.meaning:
        case Meaning.NOT_ACTIVE:
            api = error.api or "API"
            said = f"{api} is still not active in project {project}, {_minutes(waited)} after it "
            said += "was first needed. "
            if not activated:
                said += "This stack does not activate it there: whoever owns the project does. "
            said += "Have it enabled, which takes minutes to have its effect."
            enable = shell.join(["gcloud", "services", "enable", api, "--project", project])
            return f"{folded(said)}\n  {enable}\n{again}"
        case Meaning.DENIED:
            said = f"Still no permission, {_minutes(waited)} after it was first needed. "
            said += f"{error.text} Whoever deploys has no role with it, or was granted one moments "
            said += "ago: README lists the roles that a stack needs, and this who has which."
            policy = shell.join(["gcloud", "projects", "get-iam-policy", project])
            return f"{folded(said)}\n  {policy}\n{again}"
        case Meaning.ID_HELD | Meaning.EXISTS if kind == ROLE:
            return _taken_role(error, name, stack, generation, again)
        case Meaning.ID_HELD | Meaning.EXISTS if kind in POOLS:
            said = f"The id of {name} is taken: by what is there and is not this stack's, or by "
            said += "what was deleted in the last 30 days. Take fresh ids."
            return f"{folded(said)}\n  {_next_generation(generation, stack)}\n{again}"
        case Meaning.EXISTS if taken:
            return _taken(taken, kind, name, stack, again)
        case Meaning.ZONE_TAKEN:
            said = "The network has another private zone of this name: another stack's, or "
            said += "somebody else's. A network takes one; leave the name to it."
            off = ["--path", "vertex-residency:privateAccess.dns", "false"]
            return f"{folded(said)}\n  {_config_set(off, stack)}\n{again}"
        case _:
            return None


def _taken(taken: Taken, kind: str, name: str, stack: str, again: str) -> str:
    """What is there may be left by an interrupted update, or be somebody else's."""
    said = f"{taken.id} exists already: an interrupted update of this stack left it, or it is "
    said += "somebody else's. Look at it first. Once it is imported it is managed by this stack, "
    said += "which makes it what the stack says, and deletes it in the end."
    if kind == POLICY:
        said += " One stack of a project owns its guardrails: in another one's place, turn "
        said += "guardrails off here and name in that one's guardrails.alsoAllow what is needed."
    words = ["pulumi", "import", kind, name, taken.id]
    if taken.parent:
        words += ["--parent", f"{taken.parent.rpartition('::')[2]}={taken.parent}"]
    words += ["--protect=false", "--generate-code=false", "--stack", stack]
    return f"{folded(said)}\n  {shell.join(words)}\n{again}"


def _taken_role(error: CloudError, name: str, stack: str, generation: str, again: str) -> str:
    fresh = f"  {_next_generation(generation, stack)}\n{again}"
    if error.meaning is Meaning.ID_HELD:
        said = "Google still holds the ids of this stack's custom roles, which were deleted more "
        said += "than 7 and less than 37 days ago. Take fresh ids."
        return f"{folded(said)}\n{fresh}"
    found = re.search(r"projects/[^/\s]+/roles/([\w.]+)", error.text)
    need = next((one for one in sorted(caller_permissions()) if name.endswith(f"-{one}")), PREDICT)
    role_id = found[1] if found else "ROLE_ID"
    adopt = _config_set(["--path", f"vertex-residency:adopt.{need}", role_id], stack)
    said = f"The custom role for {need} exists already, and not as this stack would make it. Have "
    said += "the stack manage it from now on, or take fresh ids."
    return f"{folded(said)}\n  {adopt}\n{fresh}"


def _next_generation(generation: str, stack: str) -> str:
    number = int(generation) + 1 if generation.strip().isdecimal() else 2
    return _config_set(["vertex-residency:generation", str(number)], stack)


def _config_set(words: list[str], stack: str) -> str:
    return shell.join(["pulumi", "config", "set", *words, "--stack", stack])


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{round(seconds)} seconds"
    return "a minute" if minutes == 1 else f"{minutes} minutes"
