"""What Data Access audit logs a project has, and what a stack's own would take away.

The resource that sets them replaces all that is set for Vertex AI in the project ("Authoritative
for a given service", in the provider's documentation of `gcp.projects.IAMAuditConfig`). What holds
for `allServices`, for the folder or the organization stays: Google adds the two up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from availability.cloud.errors import Meaning, read_error
from availability.cloud.members import check_member
from availability.cloud.services import SERVICES, Feature
from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import nearest
from availability.input.maps import KeyedMap
from availability.input.values import read_words, split_words, switch, truths_meant
from availability.placement.warnings import Warning, WarningId

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
    settings: dict[str, frozenset[str]] = {}
    for config in _maps(cast("Mapping[str, object]", document).get("auditConfigs")):
        if config.get("service") == SERVICE:
            for log_config in _maps(config.get("auditLogConfigs")):
                members = cast("list[str]", log_config.get("exemptedMembers") or [])
                name = str(log_config.get("logType"))
                settings[name] = settings.get(name, frozenset()) | frozenset(members)
    return settings


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
        case (
            Meaning.OTHER
            | Meaning.QUOTA_PROJECT
            | Meaning.ACCOUNT_UNKNOWN
            | Meaning.ID_HELD
            | Meaning.ZONE_TAKEN
            | Meaning.EXISTS
        ):
            return error.text[:160] or "its IAM policy can't be read"


def _maps(value: object) -> list[Mapping[str, object]]:
    """The maps of a list; nothing for whatever else."""
    if not isinstance(value, list):
        return []
    items = cast("list[object]", value)
    return [cast("Mapping[str, object]", item) for item in items if isinstance(item, Mapping)]


LOG_TYPES = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")
"""The types of Data Access audit logs (Google's "Enable Data Access audit logs")."""


@dataclass(frozen=True)
class AuditLogs:
    """Which Data Access audit logs of Vertex AI are written."""

    log_types: tuple[str, ...] = LOG_TYPES
    exempted_members: tuple[str, ...] = ()
    """Members whose calls are not logged."""


def read_audit_logs(value: object, *, in_python: bool = False) -> AuditLogs | None:
    """What the key says; None where nothing is asked for.

    Raises BadInput with every mistake, each under its path below the key.
    """
    if (wanted := switch(value)) is not None:
        return AuditLogs() if wanted else None
    if not isinstance(value, Mapping):
        message = f"expected true, false or a map of exemptedMembers, logTypes, not {shown(value)}"
        raise BadInput([Problem("", message, _meant(value))])
    problems: list[Problem] = []
    names = ("exemptedMembers", "logTypes")
    keys = KeyedMap(cast("object", value), names, "", problems, in_python=in_python)
    types = _words(keys, "logTypes", "types of audit logs", _log_type) or LOG_TYPES
    exempted = _words(keys, "exemptedMembers", "IAM members", check_member)
    if problems:
        raise BadInput(problems)
    return AuditLogs(
        tuple(log_type for log_type in LOG_TYPES if log_type in types), tuple(sorted(exempted))
    )


def _meant(value: object) -> tuple[str, ...]:
    """What could stand in the place of a value that is neither true nor false."""
    types = [_log_type(word) for word in split_words(value)] if isinstance(value, str) else []
    names = [name for name in types if isinstance(name, str)]
    if types and names == types:
        return (f"{{logTypes: [{', '.join(names)}]}}",)
    return truths_meant(value)


def _log_type(word: str) -> Problem | str:
    name = word.strip().upper().replace("-", "_")
    if name in LOG_TYPES:
        return name
    message = f"unknown type of Data Access audit logs {shown(word)}; it is {', '.join(LOG_TYPES)}"
    if name == "ADMIN_WRITE":
        message = "ADMIN_WRITE is always logged and can't be set (Admin Activity audit logs)"
    return Problem("", message, tuple(nearest(word, LOG_TYPES)))


def _words(
    keys: KeyedMap, key: str, what: str, check: Callable[[str], Problem | str]
) -> tuple[str, ...]:
    """The checked words of a key; an empty list is a mistake."""
    if key not in keys:
        return ()
    try:
        return read_words(keys.get(key), what, check)
    except BadInput as error:
        keys.add(key, error.problems)
        return ()
