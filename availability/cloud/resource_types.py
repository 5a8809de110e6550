"""Google's types of resources that a stack registers: one row for all that is known of a type.

What errors mean, what a take-over can look up and what `protect` does is read from these rows. The
sandbox's emulator keeps a table of its own, as a second opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, Self


@dataclass(frozen=True)
class Lookup:
    """How to find out whether a resource is there already."""

    function: str
    """The provider's function that reads it, and fails where there is none."""
    by: tuple[str, ...]
    """The inputs that the function takes, all plain texts."""
    id: str
    """What the provider imports it by, made of these inputs, or of what the function answers."""
    mark: str | None = "description"
    """Where the mark is, in the function's answer or in `by`; None for what is inside of something
    that has one."""
    same: tuple[str, ...] = ()
    """What is compared besides, because another value would replace the resource, and the engine
    refuses to replace what it imports."""
    inside: str | None = None
    """The input that is the name of what it is inside of."""


@dataclass(frozen=True)
class NoLookup:
    """No function of the provider reads it: where it is there already, a person decides."""

    id: str
    """What the provider imports it by, made of its inputs."""


@dataclass(frozen=True)
class Repeatable:
    """It may be created once more where it is there already: nothing changes by that."""


class Protection(Enum):
    """What becomes of a resource in a stack with the key `protect`."""

    PROTECTED = auto()
    """The engine refuses to delete it: its deletion cuts callers off or removes a policy."""
    RETAINED = auto()
    """The engine forgets it and leaves it in the cloud: it is replaced whenever its content
    changes, and so can't be protected."""
    UNCHANGED = auto()
    """The key does nothing: the provider never deletes it, or its deletion stops no caller."""


class Deletion(Enum):
    """What becomes of the id of a deleted resource."""

    CREATED_AGAIN = auto()
    """The next create may take it; where Google still holds it, Google's error tells more."""
    UNDELETED_FIRST = auto()
    """Google holds it for 30 days: until then a create fails, and a person undeletes it."""


@dataclass(frozen=True)
class Row:
    """What is known of a type."""

    existing: Lookup | NoLookup | Repeatable
    """What to do where a resource to be created is there already."""
    protection: Protection
    deletion: Deletion

    @property
    def import_id(self) -> str | None:
        """What the provider imports a resource by, with the names of its inputs in braces.

        None for a type that may be created once more, which nobody has to import.
        """
        match self.existing:
            case Lookup() | NoLookup() as existing:
                return existing.id
            case Repeatable():
                return None


class ResourceType(StrEnum):
    """A type as Pulumi names it, with its row.

    A name that the provider makes up is another one each time, and is not found again: a resource
    with a look-up is given its name.
    """

    row: Row

    def __new__(cls, token: str, row: Row) -> Self:
        """The member is its token, so that it stands wherever a type's name is asked for."""
        member = str.__new__(cls, token)
        member._value_ = token
        member.row = row
        return member

    SERVICE = (
        "gcp:projects/service:Service",
        Row(Repeatable(), Protection.UNCHANGED, Deletion.CREATED_AGAIN),
    )
    SERVICE_IDENTITY = (
        "gcp:projects/serviceIdentity:ServiceIdentity",
        Row(Repeatable(), Protection.UNCHANGED, Deletion.CREATED_AGAIN),
    )
    ROLE = (
        "gcp:projects/iAMCustomRole:IAMCustomRole",
        Row(
            Lookup(
                "gcp:projects/getIamCustomRole:getIamCustomRole",
                by=("project", "roleId"),
                id="projects/{project}/roles/{roleId}",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    BINDING = (
        "gcp:projects/iAMMember:IAMMember",
        Row(Repeatable(), Protection.PROTECTED, Deletion.CREATED_AGAIN),
    )
    ACCOUNT = (
        "gcp:serviceaccount/account:Account",
        Row(
            Lookup(
                "gcp:serviceaccount/getAccount:getAccount",
                by=("project", "accountId"),
                id="projects/{project}/serviceAccounts/{email}",
                # It answers no description (the provider's `dataSourceGoogleServiceAccount`).
                mark="displayName",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    ACCOUNT_BINDING = (
        "gcp:serviceaccount/iAMMember:IAMMember",
        Row(Repeatable(), Protection.PROTECTED, Deletion.CREATED_AGAIN),
    )
    POOL = (
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
        Row(
            Lookup(
                "gcp:iam/getWorkloadIdentityPool:getWorkloadIdentityPool",
                by=("project", "workloadIdentityPoolId"),
                id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
            ),
            Protection.PROTECTED,
            Deletion.UNDELETED_FIRST,
        ),
    )
    POOL_PROVIDER = (
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
        Row(
            Lookup(
                "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider",
                by=("project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"),
                id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}"
                "/providers/{workloadIdentityPoolProviderId}",
            ),
            Protection.PROTECTED,
            Deletion.UNDELETED_FIRST,
        ),
    )
    AUDIT_CONFIG = (
        "gcp:projects/iAMAuditConfig:IAMAuditConfig",
        Row(Repeatable(), Protection.PROTECTED, Deletion.CREATED_AGAIN),
    )
    CACHE_CONFIG = (
        "gcp:vertex/aiCacheConfig:AiCacheConfig",
        Row(Repeatable(), Protection.UNCHANGED, Deletion.CREATED_AGAIN),
    )
    # `gcp.projects.get_organization_policy` reads an older API, which knows neither managed
    # constraints nor the dry-run mode, and a policy has no place for a mark.
    POLICY = (
        "gcp:orgpolicy/policy:Policy",
        Row(
            NoLookup("{name}"),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    REGIONAL_ENDPOINT = (
        "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint",
        Row(
            NoLookup("projects/{project}/locations/{location}/regionalEndpoints/{name}"),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    # The functions of addresses and zones say less of them than of the others.
    GLOBAL_ADDRESS = (
        "gcp:compute/globalAddress:GlobalAddress",
        Row(
            Lookup(
                "gcp:compute/getGlobalAddress:getGlobalAddress",
                by=("project", "name"),
                same=("address", "addressType", "network", "purpose"),
                id="projects/{project}/global/addresses/{name}",
                mark="name",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    FORWARDING_RULE = (
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        Row(
            Lookup(
                "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule",
                by=("project", "name"),
                same=("network", "target"),
                id="projects/{project}/global/forwardingRules/{name}",
                mark="name",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    ZONE = (
        "gcp:dns/managedZone:ManagedZone",
        Row(
            Lookup(
                "gcp:dns/getManagedZone:getManagedZone",
                by=("project", "name"),
                same=("dnsName", "visibility"),
                id="projects/{project}/managedZones/{name}",
                mark="name",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    RECORD = (
        "gcp:dns/recordSet:RecordSet",
        Row(
            Lookup(
                "gcp:dns/getRecordSet:getRecordSet",
                by=("project", "managedZone", "name", "type"),
                id="projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
                mark="managedZone",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    SECRET = (
        "gcp:secretmanager/regionalSecret:RegionalSecret",
        Row(
            Lookup(
                "gcp:secretmanager/getRegionalSecret:getRegionalSecret",
                by=("project", "location", "secretId"),
                id="projects/{project}/locations/{location}/secrets/{secretId}",
                mark="labels",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    # Of a secret's versions the latest one; what is destroyed or disabled can't be read.
    SECRET_VERSION = (
        "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
        Row(
            Lookup(
                "gcp:secretmanager/getRegionalSecretVersion:getRegionalSecretVersion",
                by=("secret",),
                same=("secretData",),
                id="{secret}/versions/{version}",
                mark=None,
                inside="secret",
            ),
            Protection.RETAINED,
            Deletion.CREATED_AGAIN,
        ),
    )
    SECRET_BINDING = (
        "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
        Row(Repeatable(), Protection.PROTECTED, Deletion.CREATED_AGAIN),
    )
    PARAMETER = (
        "gcp:parametermanager/regionalParameter:RegionalParameter",
        Row(
            Lookup(
                "gcp:parametermanager/getRegionalParameter:getRegionalParameter",
                by=("project", "location", "parameterId"),
                same=("format",),
                id="projects/{project}/locations/{location}/parameters/{parameterId}",
                mark="labels",
            ),
            Protection.PROTECTED,
            Deletion.CREATED_AGAIN,
        ),
    )
    PARAMETER_VERSION = (
        "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion",
        Row(
            Lookup(
                "gcp:parametermanager/getRegionalParameterVersion:getRegionalParameterVersion",
                by=("parameter", "parameterVersionId"),
                same=("parameterData",),
                id="{parameter}/versions/{parameterVersionId}",
                mark=None,
                inside="parameter",
            ),
            Protection.RETAINED,
            Deletion.CREATED_AGAIN,
        ),
    )


LOOKUPS: Final[Mapping[str, Lookup]] = {
    kind: kind.row.existing for kind in ResourceType if isinstance(kind.row.existing, Lookup)
}
"""Types whose create fails on, or duplicates, an id that is taken, and that a data source can look
up."""
UNREAD: Final[Mapping[str, str]] = {
    kind: kind.row.existing.id for kind in ResourceType if isinstance(kind.row.existing, NoLookup)
}
"""Types whose create fails on an id that is taken, and that no data source looks up -> what the
provider imports one by."""
REPEATABLE: Final[frozenset[str]] = frozenset(
    kind for kind in ResourceType if isinstance(kind.row.existing, Repeatable)
)
"""Types that may be created once more where they are there already."""
UNDELETED_FIRST: Final[frozenset[str]] = frozenset(
    kind for kind in ResourceType if kind.row.deletion is Deletion.UNDELETED_FIRST
)
"""Types whose id a person has to take back by undeleting what was deleted."""
