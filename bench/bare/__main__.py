"""Registers what a stack of this project does, under the same nodes, and decides nothing.

What a preview of it costs is what the engine, the provider and Pulumi's SDK cost by themselves. Its
services and its outputs are ours, given by its configuration.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pulumi_gcp as gcp


class Node(pulumi.ComponentResource):
    """A component as people write them: the engine keeps where it was made."""

    def __init__(self, kind: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"bench:index:{kind}", name, {}, opts)


config = pulumi.Config("bench")
count = config.require_int("count")
shared: dict[str, Any] = json.loads(config.require("shared"))
project = gcp.config.project
baseline = Node("Baseline", "project")
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
deployments: dict[str, object] = {}
for index in range(count):
    name = f"chat-{index}"
    endpoint = Node("Endpoint", name, pulumi.ResourceOptions(depends_on=baseline))
    account = gcp.serviceaccount.Account(
        f"{name}-caller",
        project=project,
        account_id=f"{name}-bench-caller",
        display_name=f"Calls {name}",
        description=f"Calls the model of {name}.",
        opts=pulumi.ResourceOptions(parent=endpoint, depends_on=baseline),
    )
    member = pulumi.Output.concat(
        "serviceAccount:", account.account_id, "@", account.project, ".iam.gserviceaccount.com"
    )
    gcp.projects.IAMMember(
        f"binding-{index}",
        project=project or "",
        role=pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id),
        member=member,
        opts=pulumi.ResourceOptions(depends_on=baseline),
    )
    outputs: dict[str, Any] = {**shared["outputs"], "serviceAccount": account.email}
    deployments[name] = outputs
    endpoint.register_outputs(outputs)
baseline.register_outputs({"project": project})
pulumi.export("deployments", deployments)
