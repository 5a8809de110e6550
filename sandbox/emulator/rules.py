"""Values that pass the provider's own checks and that only Google's API refuses."""

import re
from collections.abc import Callable, Mapping
from typing import Final, cast

from . import network, organization_policies, shapes
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


def _parameter_id(properties: Mapping[str, Json]) -> str | None:
    # Parameter Manager's API reference: up to 63 letters, digits, hyphens and underscores.
    if re.fullmatch(r"[a-zA-Z0-9_-]{1,63}", str(properties["parameterId"])):
        return None
    return "The parameter id must match [a-zA-Z0-9_-]{1,63}."


def _dns_name(properties: Mapping[str, Json]) -> str | None:
    name = str(properties["dnsName"])
    if name.endswith("."):
        return None
    return f"Invalid value for 'entity.managedZone.dnsName': '{name}'"


def _log_types(properties: Mapping[str, Json]) -> str | None:
    configs = cast("list[Properties]", properties["auditLogConfigs"])
    bad = [str(c.get("logType")) for c in configs if c.get("logType") not in _LOG_TYPES]
    return f"Invalid audit log type: {', '.join(bad)}." if bad else None


_POOL_ID = re.compile(r"[a-z0-9-]{4,32}")
_SHARED_ISSUERS = (
    "https://app.terraform.io",
    "https://gitlab.com",
    "https://token.actions.githubusercontent.com",
)


def _pool(properties: Mapping[str, Json]) -> str | None:
    """The lengths are in the IAM API's reference of pools."""
    if not _POOL_ID.fullmatch(str(properties["workloadIdentityPoolId"])):
        return "The pool id must be 4-32 characters of [a-z0-9-]."
    if len(str(properties.get("displayName", ""))) > 32:
        return "The display name must be at most 32 characters long."
    return None


def _pool_provider(properties: Mapping[str, Json]) -> str | None:
    """The API's reference of pool providers; the message is what users are shown by it."""
    if not _POOL_ID.fullmatch(str(properties["workloadIdentityPoolProviderId"])):
        return "The provider id must be 4-32 characters of [a-z0-9-]."
    mapping: Properties = properties.get("attributeMapping") or {}
    if "google.subject" not in mapping and properties.get("oidc"):
        return "The attribute mapping must include google.subject."
    condition = str(properties.get("attributeCondition") or "")
    if len(condition) > 4096:
        return "The attribute condition must be at most 4096 characters long."
    oidc: Properties = properties.get("oidc") or {}
    issuer = str(oidc.get("issuerUri", "")).rstrip("/")
    if issuer in _SHARED_ISSUERS and not re.search(r"\b(assertion|attribute|google)\b", condition):
        return (
            "The attribute condition must reference one of the provider's claims. For more "
            "information, see https://cloud.google.com/iam/docs/workload-identity-federation-with-"
            "deployment-pipelines#conditions"
        )
    return None


RULES: Final[Mapping[str, Callable[[Mapping[str, Json]], str | None]]] = {
    shapes.ACCOUNT: _display_name,
    shapes.SERVICE: _service,
    shapes.PROJECT_BINDING: _role,
    shapes.ACCOUNT_BINDING: _role,
    shapes.SECRET_BINDING: _role,
    shapes.SECRET: _secret_id,
    shapes.PARAMETER: _parameter_id,
    shapes.REGIONAL_ENDPOINT: network.regional_endpoint,
    shapes.GLOBAL_ADDRESS: network.global_address,
    shapes.FORWARDING_RULE: network.forwarding_rule,
    shapes.ZONE: _dns_name,
    shapes.AUDIT: _log_types,
    shapes.POOL: _pool,
    shapes.POOL_PROVIDER: _pool_provider,
    "gcp:orgpolicy/policy:Policy": organization_policies.objection,
}


def objection(token: str, properties: Mapping[str, Json]) -> str | None:
    """Why the API refuses these properties whatever the cloud holds, or None."""
    rule = RULES.get(token)
    return rule(properties) if rule else None
