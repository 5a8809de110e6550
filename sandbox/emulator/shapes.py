"""What Google makes of each resource type: its identity, its API, its parent, its lifetime.

Ids have the form that the real provider gives them, so that state and `pulumi import` look alike.
Templates are filled from the resource's properties; `{project}` is its own or the provider's.
"""

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .values import Json

SERVICE: Final = "gcp:projects/service:Service"
PROJECT_BINDING: Final = "gcp:projects/iAMMember:IAMMember"
ROLE: Final = "gcp:projects/iAMCustomRole:IAMCustomRole"
ACCOUNT: Final = "gcp:serviceaccount/account:Account"
ACCOUNT_BINDING: Final = "gcp:serviceaccount/iAMMember:IAMMember"
POOL: Final = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool"
POOL_PROVIDER: Final = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
SECRET: Final = "gcp:secretmanager/regionalSecret:RegionalSecret"  # noqa: S105
SECRET_BINDING: Final = "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember"  # noqa: S105
PARAMETER: Final = "gcp:parametermanager/regionalParameter:RegionalParameter"
SECRET_VERSION: Final = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"  # noqa: S105
PARAMETER_VERSION: Final = "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion"
RECORD: Final = "gcp:dns/recordSet:RecordSet"
ZONE: Final = "gcp:dns/managedZone:ManagedZone"
AUDIT: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
REGIONAL_ENDPOINT: Final = "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint"
GLOBAL_ADDRESS: Final = "gcp:compute/globalAddress:GlobalAddress"
FORWARDING_RULE: Final = "gcp:compute/globalForwardingRule:GlobalForwardingRule"


@dataclass(frozen=True)
class Shape:
    """How one type appears in the cloud."""

    id: str
    """Template of the id, unique within the type. `{sequence}` is the cloud's own counter."""
    api: str | None = None
    """The API that must be enabled in the project, or None where none need be."""
    noun: str = "resource"
    """What the provider's error messages call it."""
    autonamed: str | None = None
    """The input that the provider makes up from the resource's name when it is not given."""
    parent: tuple[str, str] | None = None
    """(type, template of id) of what has to exist first."""
    upsert: bool = False
    """Creating it again is no conflict: the same thing is declared twice."""
    kept: bool = False
    """There is no API to delete it: a delete only forgets it."""
    id_taken_days: int = 0
    """For so many days after a delete the id is not free."""


_POOLS = "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}"
_SECRETS = "projects/{project}/locations/{location}/secrets/{secretId}"
_ZONES = "projects/{project}/managedZones/{managedZone}"
_EMAIL = "{accountId}@{project!d}.iam.gserviceaccount.com"

BINDINGS: Final = (PROJECT_BINDING, ACCOUNT_BINDING, SECRET_BINDING)
"""The types that bind a member."""

SHAPES: Final[Mapping[str, Shape]] = {
    SERVICE: Shape("{project}/{service}", noun="service", upsert=True),
    PROJECT_BINDING: Shape(
        "{project}/{role}/{member}", "cloudresourcemanager.googleapis.com", "binding", upsert=True
    ),
    ROLE: Shape(
        "projects/{project}/roles/{roleId}",
        "iam.googleapis.com",
        "custom project role",
        autonamed="roleId",
        id_taken_days=37,
    ),
    AUDIT: Shape(
        "{project}/audit_config/{service}",
        "cloudresourcemanager.googleapis.com",
        "audit config",
        upsert=True,
    ),
    "gcp:projects/serviceIdentity:ServiceIdentity": Shape(
        "projects/{project}/services/{service}", noun="service identity", upsert=True, kept=True
    ),
    ACCOUNT: Shape(
        f"projects/{{project}}/serviceAccounts/{_EMAIL}",
        "iam.googleapis.com",
        "service account",
        autonamed="accountId",
    ),
    ACCOUNT_BINDING: Shape(
        "{serviceAccountId}/{role}/{member}",
        "iam.googleapis.com",
        "binding",
        parent=(ACCOUNT, "{serviceAccountId}"),
        upsert=True,
    ),
    "gcp:orgpolicy/policy:Policy": Shape(
        "{name}", "orgpolicy.googleapis.com", "Policy", autonamed="name"
    ),
    POOL: Shape(_POOLS, "iam.googleapis.com", "WorkloadIdentityPool", id_taken_days=30),
    POOL_PROVIDER: Shape(
        _POOLS + "/providers/{workloadIdentityPoolProviderId}",
        "iam.googleapis.com",
        "WorkloadIdentityPoolProvider",
        parent=(POOL, _POOLS),
        id_taken_days=30,
    ),
    PARAMETER: Shape(
        "projects/{project}/locations/{location}/parameters/{parameterId}",
        "parametermanager.googleapis.com",
        "RegionalParameter",
    ),
    PARAMETER_VERSION: Shape(
        "{parameter}/versions/{parameterVersionId}",
        "parametermanager.googleapis.com",
        "RegionalParameterVersion",
        parent=(PARAMETER, "{parameter}"),
    ),
    SECRET: Shape(_SECRETS, "secretmanager.googleapis.com", "RegionalSecret"),
    SECRET_VERSION: Shape(
        "{secret}/versions/{sequence}",
        "secretmanager.googleapis.com",
        "RegionalSecretVersion",
        parent=(SECRET, "{secret}"),
    ),
    SECRET_BINDING: Shape(
        _SECRETS + "/{role}/{member}",
        "secretmanager.googleapis.com",
        "binding",
        parent=(SECRET, _SECRETS),
        upsert=True,
    ),
    REGIONAL_ENDPOINT: Shape(
        "projects/{project}/locations/{location}/regionalEndpoints/{name}",
        "networkconnectivity.googleapis.com",
        "RegionalEndpoint",
        autonamed="name",
    ),
    GLOBAL_ADDRESS: Shape(
        "projects/{project}/global/addresses/{name}",
        "compute.googleapis.com",
        "GlobalAddress",
        autonamed="name",
    ),
    FORWARDING_RULE: Shape(
        "projects/{project}/global/forwardingRules/{name}",
        "compute.googleapis.com",
        "GlobalForwardingRule",
        autonamed="name",
    ),
    ZONE: Shape(
        "projects/{project}/managedZones/{name}",
        "dns.googleapis.com",
        "ManagedZone",
        autonamed="name",
    ),
    RECORD: Shape(
        _ZONES + "/rrsets/{name}/{type}",
        "dns.googleapis.com",
        "DNS RecordSet",
        parent=(ZONE, _ZONES),
    ),
    "gcp:cloudquota/sQuotaPreference:SQuotaPreference": Shape(
        "{parent}/locations/global/quotaPreferences/{name}",
        "cloudquotas.googleapis.com",
        "QuotaPreference",
        autonamed="name",
        kept=True,
    ),
    "gcp:billing/budget:Budget": Shape(
        "billingAccounts/{billingAccount}/budgets/{sequence}",
        "billingbudgets.googleapis.com",
        "Budget",
    ),
    "gcp:vertex/aiModelGardenEnableModel:AiModelGardenEnableModel": Shape(
        "projects/{project}/{publisherModelName}",
        "aiplatform.googleapis.com",
        "ModelGardenEnableModel",
        upsert=True,
        kept=True,
    ),
    "gcp:vertex/aiCacheConfig:AiCacheConfig": Shape(
        "projects/{project}/cacheConfig",
        "aiplatform.googleapis.com",
        "CacheConfig",
        upsert=True,
        # The provider's definition (magic-modules, vertexai/CacheConfig.yaml) excludes a delete.
        kept=True,
    ),
}


API_TITLES: Final[Mapping[str, str]] = {
    "aiplatform.googleapis.com": "Vertex AI API",
    "billingbudgets.googleapis.com": "Cloud Billing Budget API",
    "cloudquotas.googleapis.com": "Cloud Quotas API",
    "cloudresourcemanager.googleapis.com": "Cloud Resource Manager API",
    "compute.googleapis.com": "Compute Engine API",
    "dns.googleapis.com": "Cloud DNS API",
    "iam.googleapis.com": "Identity and Access Management (IAM) API",
    "networkconnectivity.googleapis.com": "Network Connectivity API",
    "orgpolicy.googleapis.com": "Organization Policy API",
    "parametermanager.googleapis.com": "Parameter Manager API",
    "secretmanager.googleapis.com": "Secret Manager API",
}
"""What Google calls each API in its messages."""


def account_domain(project: str) -> str:
    """Whose domain the accounts of a project are at: `name.example.com` for `example.com:name`."""
    return ".".join(reversed(project.rpartition(":")[::2])).rstrip(".")


class _Filler(string.Formatter):
    """Fills templates, in which `!d` after a field makes a domain of a project's id."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        if conversion == "d":
            return account_domain(str(value))
        return super().convert_field(value, conversion)  # pyright: ignore[reportArgumentType]


def fill(template: str, properties: Mapping[str, Json]) -> str | None:
    """The template with its fields from the properties, or None where one of them is missing."""
    if any(properties.get(field) in (None, "") for field in _fields(template)):
        return None
    return _Filler().vformat(template, (), properties)


def id_fields(token: str) -> set[str]:
    """The properties that an id of this type is made of."""
    return _fields(SHAPES[token].id)


def _fields(template: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(template) if field}


def identity(token: str, properties: Mapping[str, Json]) -> str | None:
    """The id of a resource with these properties, or None where a part of it is not known.

    The id of a conditional binding ends with the condition's title, as the provider writes it.
    """
    member = properties.get("member")
    if token in BINDINGS and isinstance(member, str):
        properties = {**properties, "member": principal(member)}
    found = fill(SHAPES[token].id, properties)
    condition = properties.get("condition")
    return f"{found}/{condition.get('title', '')}" if found and condition else found


def principal(member: str) -> str:
    """A member as Google compares it: without regard to case, but for identities of pools.

    The provider writes it into ids in this form (`NormalizeIamPrincipalCasing`).
    """
    if "allUsers" in member or "allAuthenticatedUsers" in member:
        return member
    kind, colon, who = member.partition(":")
    if kind in ("principal", "principalSet", "principalHierarchy") or not colon:
        return member
    if kind == "deleted":
        return f"deleted:{principal(who)}"
    return f"{kind}:{who.lower()}"


def cloud_key(resource_id: str, properties: Mapping[str, Json]) -> str:
    """What tells two resources of a type apart in the cloud.

    That is the id, and for a conditional binding the whole condition: the title alone is in the
    id, yet two conditions of one title are two bindings.
    """
    condition = properties.get("condition")
    if not condition:
        return resource_id
    return f"{resource_id}?{json.dumps(condition, sort_keys=True)}"
