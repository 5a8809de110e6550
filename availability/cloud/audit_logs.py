"""What Data Access audit logs a project has, and what a stack's own would take away.

The resource that sets them replaces all that is set for Vertex AI in the project ("Authoritative
for a given service", in the provider's documentation of `gcp.projects.IAMAuditConfig`). What holds
for `allServices`, for the folder or the organization stays: Google adds the two up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import cast

from availability.cloud.errors import Meaning, read_error
from availability.cloud.federation.keys import AuditLogs
from availability.cloud.services import SERVICES, Feature
from availability.explanation.warnings import Warning, WarningId

SERVICE = SERVICES[Feature.MODELS]
READ_PERMISSION = "resourcemanager.projects.getIamPolicy"

Settings = Mapping[str, frozenset[str]]
"""Type of audit logs -> the members whose calls are not logged."""


def settings_in(policy: str) -> Settings:
    """What an IAM policy, as JSON, sets for Vertex AI by name.

    Raises ValueError for what is no policy.
    """
    document = cast("object", json.loads(policy))
    if not isinstance(document, Mapping):
        raise ValueError("an IAM policy is a map")  # noqa: TRY004 - as for what is no JSON
    found: dict[str, frozenset[str]] = {}
    for config in _maps(cast("Mapping[str, object]", document).get("auditConfigs")):
        if config.get("service") == SERVICE:
            for one in _maps(config.get("auditLogConfigs")):
                members = cast("list[str]", one.get("exemptedMembers") or [])
                name = str(one.get("logType"))
                found[name] = found.get(name, frozenset()) | frozenset(members)
    return found


def lost(before: Settings, wanted: AuditLogs) -> tuple[str, ...]:
    """What of the settings would go, in words, each a part of a sentence."""
    return tuple(_lost(before, wanted))


def _lost(before: Settings, wanted: AuditLogs) -> Iterator[str]:
    members = frozenset(wanted.exempted_members)
    for name, exempted in sorted(before.items()):
        if name not in wanted.log_types:
            yield f"{name} would not be logged any more"
            continue
        if gone := sorted(exempted - members):
            yield f"{name} would be logged of {', '.join(gone)}, too"
        if newly := sorted(members - exempted):
            yield f"{name} would not be logged of {', '.join(newly)} any more"


def warning(before: Settings | None, wanted: AuditLogs, why: str = "") -> tuple[Warning, ...]:
    """What a preview says before the settings are replaced; None stands for unknown ones."""
    if before is None:
        text = (
            f"It is unknown which Data Access audit logs of {SERVICE} the project has "
            f"({_reason(why)}). Whatever they are, they are replaced by auditLogs of this stack. "
            f"To see what would go, preview with {READ_PERMISSION} on the project "
            "(roles/iam.securityReviewer has it)."
        )
        return (Warning(WarningId.AUDIT_LOGS, text),)
    gone = lost(before, wanted)
    if not gone:
        return ()
    text = (
        f"auditLogs of this stack replace what the project logs of {SERVICE}, with this up or "
        f"with the next one after a refresh: {'; '.join(gone)}. To keep what is there, add it to "
        "auditLogs; one stack of a project owns them."
    )
    return (Warning(WarningId.AUDIT_LOGS, text),)


def _reason(why: str) -> str:
    """Why the policy could not be read, short."""
    error = read_error(why)
    match error.meaning:
        case Meaning.NOT_ACTIVE:
            return f"{error.api or SERVICES[Feature.BINDINGS]} is not active yet"
        case Meaning.DENIED:
            return f"the permission {READ_PERMISSION} is missing"
        case _:
            return error.text[:160] or "its IAM policy can't be read"


def _maps(value: object) -> list[Mapping[str, object]]:
    """The maps of a list; nothing for whatever else."""
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("Mapping[str, object]", one) for one in items if isinstance(one, Mapping)]
