"""Registers what a stack of this project does, under the same nodes or none, and decides nothing.

What a preview of it costs is what the engine, the provider and Pulumi's SDK cost by themselves. Its
services and its outputs are ours, given by its configuration.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_gcp as gcp

Dependencies = Sequence[pulumi.Resource]


class Node(pulumi.ComponentResource):
    """A component as people write them: the engine keeps where it was made."""

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"bench:index:{kind}", name, {}, opts)


def node(kind: str, name: str, depends_on: Dependencies = ()) -> Node | None:
    """A component, where the program is to have any."""
    return Node(kind, name, pulumi.ResourceOptions(depends_on=depends_on)) if has_nodes else None


config = pulumi.Config("bench")
count, has_nodes = config.require_int("count"), config.require_bool("nodes")
shared: dict[str, Any] = json.loads(config.require("shared"))
project = gcp.config.project
baseline = node("Baseline", "project")
below = pulumi.ResourceOptions(parent=baseline)
services = [
    gcp.projects.Service(
        f"project-{name.partition('.')[0]}",
        project=project,
        service=name,
        disable_on_destroy=False,
        opts=below,
    )
    for name in shared["services"]
]
role = gcp.projects.IAMCustomRole(
    "project-predict",
    project=project,
    role_id="benchPredict",
    title="Predict",
    description="What a caller needs.",
    permissions=["aiplatform.endpoints.predict"],
    opts=pulumi.ResourceOptions(parent=baseline, depends_on=services),
)
first: Dependencies = [baseline] if baseline else [*services, role]
deployments: dict[str, object] = {}
for index in range(count):
    name = f"chat-{index}"
    endpoint = node("Endpoint", name, first)
    account = gcp.serviceaccount.Account(
        f"{name}-caller",
        project=project,
        account_id=f"{name}-bench-caller",
        display_name=f"Calls {name}",
        description=f"Calls the model of {name}.",
        opts=pulumi.ResourceOptions(parent=endpoint, depends_on=first),
    )
    member = pulumi.Output.concat(
        "serviceAccount:", account.account_id, "@", account.project, ".iam.gserviceaccount.com"
    )
    gcp.projects.IAMMember(
        f"binding-{index}",
        project=project or "",
        role=pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id),
        member=member,
        opts=pulumi.ResourceOptions(depends_on=first),
    )
    outputs: dict[str, Any] = {**shared["outputs"], "serviceAccount": account.email}
    deployments[name] = outputs
    if endpoint:
        endpoint.register_outputs(outputs)
if baseline:
    baseline.register_outputs({"project": project})
pulumi.export("deployments", deployments)
