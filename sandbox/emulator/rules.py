"""Values that pass the provider's own checks and that only Google's API refuses."""

import re
from collections.abc import Callable, Mapping
from typing import Final, cast

from . import shapes
from .values import Json, Properties

_PREDEFINED_ROLE = re.compile(r"(roles|organizations/\d+/roles|projects/[^/]+/roles)/[\w.]+")
_LOG_TYPES = frozenset({"ADMIN_READ", "DATA_READ", "DATA_WRITE"})


def _display_name(properties: Mapping[str, Json]) -> str | None:
    if len(str(properties.get("displayName", ""))) > 100:
        return "The display name must be at most 100 characters long."
    return None


def _service(properties: Mapping[str, Json]) -> str | None:
    name = str(properties["service"])
    if name.endswith((".googleapis.com", ".cloud.goog")):
        return None
    return f"Not found or permission denied for service(s): {name}."


def _role(properties: Mapping[str, Json]) -> str | None:
    role = str(properties["role"])
    if _PREDEFINED_ROLE.fullmatch(role):
        return None
    return f"Invalid role name {role!r}: it must begin with roles/, projects/ or organizations/."


def _secret_id(properties: Mapping[str, Json]) -> str | None:
    if re.fullmatch(r"[a-zA-Z0-9_-]{1,255}", str(properties["secretId"])):
        return None
    return "The secret id must match [[a-zA-Z_0-9]+]."


def _dns_name(properties: Mapping[str, Json]) -> str | None:
    name = str(properties["dnsName"])
    if name.endswith("."):
        return None
    return f"Invalid value for 'entity.managedZone.dnsName': '{name}'"


def _log_types(properties: Mapping[str, Json]) -> str | None:
    configs = cast("list[Properties]", properties["auditLogConfigs"])
    bad = [str(c.get("logType")) for c in configs if c.get("logType") not in _LOG_TYPES]
    return f"Invalid audit log type: {', '.join(bad)}." if bad else None


def _policy_name(properties: Mapping[str, Json]) -> str | None:
    parent, name = str(properties["parent"]), str(properties["name"])
    if re.fullmatch(re.escape(parent) + r"/policies/[\w.]+", name):
        return None
    return f"Invalid policy name {name!r}: expected {parent}/policies/CONSTRAINT."


RULES: Final[Mapping[str, Callable[[Mapping[str, Json]], str | None]]] = {
    shapes.ACCOUNT: _display_name,
    shapes.SERVICE: _service,
    shapes.PROJECT_BINDING: _role,
    shapes.ACCOUNT_BINDING: _role,
    shapes.SECRET_BINDING: _role,
    shapes.SECRET: _secret_id,
    shapes.ZONE: _dns_name,
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": _log_types,
    "gcp:orgpolicy/policy:Policy": _policy_name,
}


def objection(token: str, properties: Mapping[str, Json]) -> str | None:
    """Why the API refuses these properties whatever the cloud holds, or None."""
    rule = RULES.get(token)
    return rule(properties) if rule else None
