"""The outputs that Google computes: one rule for every output that a type may have."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from . import shapes
from .catalog import ResourceType
from .values import UNKNOWN, Json, Properties

_ATTRIBUTION = {"goog-pulumi-provisioned": "true"}


@dataclass(frozen=True)
class Facts:
    """What the cloud knows of a resource when it fills in the outputs."""

    token: str
    id: str
    project: str
    properties: Mapping[str, Json]
    sequence: int
    """The cloud's counter at creation: what is created again is another thing."""
    revision: int
    """The cloud's counter at the last change."""
    time: str
    """RFC 3339, UTC."""

    def text(self, key: str) -> str:
        """A property as text, empty where it is not set."""
        return str(self.properties.get(key) or "")

    def digits(self, count: int) -> str:
        """A number of so many digits, stable for this one resource."""
        digest = hashlib.sha256(f"{self.token} {self.id} {self.sequence}".encode()).hexdigest()
        return "1" + str(int(digest, 16))[: count - 1]

    def segment(self, collection: str) -> str:
        """The id's segment after a collection, such as the location in `…/locations/eu/…`."""
        parts = self.id.split("/")
        return parts[parts.index(collection) + 1] if collection in parts else ""


Rule = Callable[[Facts], Json]


def _labels(facts: Facts) -> Json:
    given: Properties = facts.properties.get("labels") or {}
    return given | _ATTRIBUTION


COMMON: Final[Mapping[str, Rule]] = {
    "attestationRules": lambda _: [],
    "baseForwardingRule": lambda _: "",
    "budgetFilter": lambda _: {"calendarPeriod": "MONTH", "creditTypesTreatment": "INCLUDE_ALL"},
    "cloudLoggingConfig": lambda _: {"enableLogging": False},
    "createTime": lambda facts: facts.time,
    "creationTime": lambda facts: facts.time,
    "creationTimestamp": lambda facts: facts.time,
    "customerManagedEncryptions": lambda _: [],
    "deleted": lambda _: False,
    "deletionPolicy": lambda _: "DELETE",
    "description": lambda _: "Managed by Pulumi",
    "destroyTime": lambda _: "",
    "dimensions": lambda _: {},
    "dnssecConfig": lambda _: {"kind": "dns#managedZoneDnsSecConfig", "state": "off"},
    "effectiveAnnotations": lambda facts: facts.properties.get("annotations") or {},
    "effectiveLabels": _labels,
    "enablementState": lambda _: "ALREADY_ENABLED",
    "etag": lambda facts: f"BwY{facts.revision:09d}=",
    "expireTime": lambda _: "",
    "forwardingRuleId": lambda facts: int(facts.digits(15)),
    "kmsKeyVersion": lambda _: "",
    "labelFingerprint": lambda facts: f"42W{facts.digits(8)}=",
    "location": lambda facts: facts.segment("locations"),
    "managedZoneId": lambda facts: facts.digits(15),
    "mode": lambda _: "FEDERATION_ONLY",
    "name": lambda facts: facts.id,
    "nameServers": lambda _: [f"ns-cloud-a{n}.googledomains.com." for n in range(1, 5)],
    "network": lambda _: "",
    "networkTier": lambda _: "PREMIUM",
    "policyMembers": lambda facts: [
        {
            "iamPolicyNamePrincipal": f"principal://parametermanager.googleapis.com/{facts.id}",
            "iamPolicyUidPrincipal": (
                f"principal://parametermanager.googleapis.com/projects/{facts.project}"
                f"/uid/{facts.digits(21)}"
            ),
        }
    ],
    "prefixLength": lambda _: 0,
    "project": lambda facts: facts.project,
    "pscConnectionId": lambda facts: facts.digits(17),
    "pscConnectionStatus": lambda _: "ACCEPTED",
    "pscForwardingRule": lambda facts: (
        f"projects/{facts.project}/regions/{facts.text('location')}/forwardingRules/"
        f"{facts.text('name')}"
    ),
    "publisherEndpoint": lambda facts: (
        f"projects/{facts.project}/{facts.text('publisherModelName')}"
    ),
    "pulumiLabels": _labels,
    "quotaId": lambda _: "",
    "reconciling": lambda _: False,
    "selfLink": lambda facts: f"https://www.googleapis.com/compute/v1/{facts.id}",
    "service": lambda _: "",
    "serviceDirectoryRegistrations": lambda _: {},
    "state": lambda _: "ACTIVE",
    "subnetwork": lambda _: "",
    "updateTime": lambda facts: facts.time,
    "version": lambda facts: facts.id.rsplit("/", 1)[-1],
    "address": lambda facts: f"10.{facts.sequence // 250 % 250}.{facts.sequence % 250}.2",
    "ipAddress": lambda facts: f"10.{facts.sequence // 250 % 250}.{facts.sequence % 250}.3",
    "ipProtocol": lambda _: "TCP",
}
"""The rules that hold for every type with such an output."""


def _account_email(facts: Facts) -> str:
    return facts.id.rsplit("/", 1)[-1]


def project_number(project: str) -> str:
    """The number that Google gave a project: 12 digits, the first of them no zero."""
    digest = int(hashlib.sha256(project.encode()).hexdigest(), 16)
    return str(10**11 + digest % (9 * 10**11))


def _identity_email(facts: Facts) -> str:
    product = facts.text("service").split(".", 1)[0]
    number = project_number(facts.project)
    return f"service-{number}@gcp-sa-{product}.iam.gserviceaccount.com"


def _numbered_name(facts: Facts) -> str:
    """The resource name with the project's number, which only these resources have in theirs."""
    return facts.id.replace(facts.project, project_number(facts.project), 1)


SPECIAL: Final[Mapping[tuple[str, str], Rule]] = {
    (shapes.ACCOUNT, "email"): _account_email,
    (shapes.ACCOUNT, "member"): lambda facts: f"serviceAccount:{_account_email(facts)}",
    (shapes.ACCOUNT, "uniqueId"): lambda facts: facts.digits(21),
    ("gcp:projects/serviceIdentity:ServiceIdentity", "email"): _identity_email,
    ("gcp:projects/serviceIdentity:ServiceIdentity", "member"): lambda facts: (
        f"serviceAccount:{_identity_email(facts)}"
    ),
    (shapes.POOL, "name"): _numbered_name,
    (shapes.POOL_PROVIDER, "name"): _numbered_name,
    (shapes.SECRET, "name"): _numbered_name,
    ("gcp:billing/budget:Budget", "name"): lambda facts: facts.id.rsplit("/", 1)[-1],
}
"""The rules of one type, before the common ones."""

CHANGING: Final = frozenset(
    {"effectiveAnnotations", "effectiveLabels", "etag", "pulumiLabels", "updateTime"}
)
"""Computed outputs that an update computes anew; the others stay as they were created."""


def rule(token: str, output: str) -> Rule | None:
    """The rule for an output of a type, or None where only an input can set it."""
    return SPECIAL.get((token, output)) or COMMON.get(output)


def outputs(kind: ResourceType, facts: Facts) -> Properties:
    """All outputs of a resource: its properties, its defaults, and what Google computes."""
    result = dict(facts.properties)
    for name in (*kind.always_in_outputs, *kind.computed):
        found = rule(facts.token, name)
        if name not in result and found:
            result[name] = found(facts)
    return result


def preview(kind: ResourceType, token: str, properties: Mapping[str, Json]) -> Properties:
    """The outputs as far as a preview of a creation knows them.

    Only what was given and constant defaults are known; what Google computes is not.
    """
    result: Properties = dict.fromkeys((*kind.always_in_outputs, *kind.computed), UNKNOWN)
    for name in result.keys() & {"deletionPolicy"}:
        result[name] = COMMON[name](Facts(token, "", "", properties, 0, 0, ""))
    return result | dict(properties)
