"""A stack with every feature, and all that is in a cloud but for what Google makes up."""

import contextlib
from collections.abc import Generator
from typing import cast

from sandbox.emulator.cloud import Cloud
from sandbox.emulator.values import Json, Properties
from sandbox.workspace import Sandbox

MADE_UP = {
    "createTime",
    "creationTime",
    "creationTimestamp",
    "etag",
    "forwardingRuleId",
    "labelFingerprint",
    "managedZoneId",
    "policyMembers",
    "pscConnectionId",
    "uniqueId",
    "updateTime",
}
"""Outputs that differ from one cloud to the next whatever happens in it."""


FULL = """\
config:
  gcp:project: acme-prod
  gcp:region: europe-west4
  vertex-residency:snapshot: "2026-10-10"
  vertex-residency:asOf: 2026-10-12
  vertex-residency:residency: eu
  vertex-residency:federation:
    github: {repository: acme/chat, ownerId: 1342004}
  vertex-residency:guardrails: on
  vertex-residency:auditLogs: {logTypes: [DATA_READ]}
  vertex-residency:serviceAgents: true
  vertex-residency:privateAccess: {network: apps, subnetwork: apps}
  vertex-residency:publish: STORE
  vertex-residency:caching: off
  vertex-residency:deployments:
    chat:
      model: gemini-3.8-flash
      needs: [batch-prediction]
      callers: [federation, "group:chat@acme.example"]
    lab:
      model: gemini-3.5-flash
      residency: europe-west3
      serviceAccountUsers: ["user:dev@acme.example"]
      workloadIdentityUsers: ["serviceAccount:acme-gke.svc.id.goog[chat/web]", federation]
"""
"""A stack with every feature: `eu` is reached by a regional endpoint, Frankfurt by the bundle."""


STORES = ("secrets", "parameters")


Contents = list[tuple[str, str, Properties]]


@contextlib.contextmanager
def opened(sandbox: Sandbox) -> Generator[Cloud]:
    cloud = sandbox.cloud()
    try:
        yield cloud
    finally:
        cloud.close()


def contents(sandbox: Sandbox) -> Contents:
    """All that is in the cloud, but for what Google makes up.

    An address is made up, too; wherever it stands, it is replaced by what it is the address of.
    Google numbers the versions of a secret, and an `up` whose call was never answered adds the same
    content once more: versions of one content count once, and without their number.
    """
    with opened(sandbox) as cloud:
        rows = cloud.rows()
    owners = {
        str(row.body["address"]): f"{row.type} {row.id}" for row in rows if "address" in row.body
    }
    bodies = (
        {key: owned(value, owners) for key, value in row.body.items() if key not in MADE_UP}
        for row in rows
    )
    named = (numberless(row.id, body) for row, body in zip(rows, bodies, strict=True))
    by_id = {(row.type, name): body for row, (name, body) in zip(rows, named, strict=True)}
    return [(*key, body) for key, body in sorted(by_id.items(), key=lambda item: item[0])]


def numberless(resource_id: str, body: Properties) -> tuple[str, Properties]:
    """The id and the body; a secret's version has its content in the place of its number."""
    if "secretData" not in body:
        return resource_id, body
    unnumbered = {key: value for key, value in body.items() if key not in ("name", "version")}
    return f"{body['secret']}/versions/{body['secretData']}", unnumbered


def owned(value: Json, owners: dict[str, str]) -> Json:
    if isinstance(value, list):
        return [owned(one, owners) for one in cast("list[Json]", value)]
    return owners.get(value, value) if isinstance(value, str) else value
