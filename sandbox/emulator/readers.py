"""The provider's data functions: what each one reads, and what it answers with.

A function answers less than its resource has, and some of it in another form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from . import shapes
from .store import Row
from .values import Json, Properties

PROJECT_POLICY: Final = "gcp:projects/getIamPolicy:getIamPolicy"
"""A function whose `policyData` has bindings and audit configs, as JSON. `READERS` are the rest."""


@dataclass(frozen=True)
class Reader:
    """A function of the provider that reads one resource."""

    token: str
    """The resource's type."""
    only: frozenset[str] | None = None
    """What it answers with besides the id; None for all that the resource has."""
    but: frozenset[str] = frozenset()
    """What the resource has, and it does not answer with."""
    lists: Mapping[str, str] = field(default_factory=dict[str, str])
    """Blocks of the resource that it answers with as lists, and the names that these have.

    `DatasourceSchemaFromResourceSchema` of the Terraform provider drops the limit of one, and
    Pulumi's bridge names a list in the plural. A block in a block is named `block.block`.
    """
    short: str | None = None
    """A reference that it answers with by the last part of its name."""


READERS: Final[Mapping[str, Reader]] = {
    "gcp:projects/getIamCustomRole:getIamCustomRole": Reader(shapes.ROLE),
    "gcp:serviceaccount/getAccount:getAccount": Reader(
        shapes.ACCOUNT,
        frozenset(
            (
                "accountId",
                "disabled",
                "displayName",
                "email",
                "member",
                "name",
                "project",
                "uniqueId",
            )
        ),
    ),
    "gcp:iam/getWorkloadIdentityPool:getWorkloadIdentityPool": Reader(
        shapes.POOL,
        lists={
            "inlineCertificateIssuanceConfig": "inlineCertificateIssuanceConfigs",
            "inlineTrustConfig": "inlineTrustConfigs",
        },
    ),
    "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider": Reader(
        shapes.POOL_PROVIDER,
        lists={
            "aws": "aws",
            "oidc": "oidcs",
            "saml": "samls",
            "x509": "x509s",
            "x509.trustStore": "trustStores",
        },
    ),
    "gcp:secretmanager/getRegionalSecret:getRegionalSecret": Reader(
        shapes.SECRET,
        lists={
            "customerManagedEncryption": "customerManagedEncryptions",
            "rotation": "rotations",
        },
    ),
    "gcp:secretmanager/getRegionalSecretVersion:getRegionalSecretVersion": Reader(
        shapes.SECRET_VERSION, but=frozenset(("deletionPolicy",)), short="secret"
    ),
    "gcp:parametermanager/getRegionalParameter:getRegionalParameter": Reader(shapes.PARAMETER),
    "gcp:parametermanager/getRegionalParameterVersion:getRegionalParameterVersion": Reader(
        shapes.PARAMETER_VERSION, but=frozenset(("deletionPolicy",)), short="parameter"
    ),
    "gcp:compute/getGlobalAddress:getGlobalAddress": Reader(
        shapes.GLOBAL_ADDRESS,
        frozenset(
            (
                "address",
                "addressType",
                "name",
                "network",
                "prefixLength",
                "project",
                "purpose",
                "selfLink",
                "subnetwork",
            )
        ),
    ),
    "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule": Reader(
        shapes.FORWARDING_RULE,
        lists={"serviceDirectoryRegistrations": "serviceDirectoryRegistrations"},
    ),
    "gcp:dns/getManagedZone:getManagedZone": Reader(
        shapes.ZONE,
        frozenset(
            (
                "description",
                "dnsName",
                "managedZoneId",
                "name",
                "nameServers",
                "project",
                "visibility",
            )
        ),
    ),
    "gcp:dns/getRecordSet:getRecordSet": Reader(
        shapes.RECORD, frozenset(("managedZone", "name", "project", "rrdatas", "ttl", "type"))
    ),
}
"""The provider's functions that read one resource, as the Terraform provider's code reads it."""


def answer(reader: Reader, row: Row, arguments: Mapping[str, Json]) -> Properties:
    """What a function answers: not all that the resource has, and some of it in another form."""
    only = reader.only or row.body.keys() - reader.but
    found: Properties = {key: value for key, value in row.body.items() if key in only}
    found = _with_lists(found, reader.lists)
    if "effectiveLabels" in found:  # `SetDataSourceLabels` of the Terraform provider
        found["labels"] = found["effectiveLabels"]
    if "effectiveAnnotations" in found:  # `SetDataSourceAnnotations`
        found["annotations"] = found["effectiveAnnotations"]
    if reader.short:
        parts = str(arguments[reader.short]).split("/")
        found |= {"project": parts[1], reader.short: parts[-1]}
    if found.get("network") and not str(found["network"]).startswith("https:"):
        found["network"] = f"https://www.googleapis.com/compute/v1/{found['network']}"
    return found | {"id": row.id}


def _with_lists(block: Properties, lists: Mapping[str, str]) -> Properties:
    """A block, with the named ones inside it as lists; what is not set is an empty one."""
    found = dict(block)
    for name, plural in lists.items():
        if "." in name:
            continue
        inner = {
            key.partition(".")[2]: to for key, to in lists.items() if key.startswith(f"{name}.")
        }
        value = found.pop(name, None)
        given = [] if value is None else [_with_lists(cast("Properties", value), inner)]
        found[plural] = given
    return found
