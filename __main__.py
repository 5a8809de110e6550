"""Places a stack's models where they are served and its residency allows, with what they need.

A refused deployment fails the preview before anything is registered.
"""

import pulumi

from components import ModelEndpoint, ProjectBaseline
from components.placing import plan_stack, warn

plan = plan_stack()
warn(plan.warnings)
baseline = ProjectBaseline(
    "project",
    {
        "publishers": sorted({answer.publisher for _, answer in plan.answers}),
        "needs": sorted({need for one, _ in plan.answers for need in one.request.needs}),
    },
)
endpoints = {
    deployment.name: ModelEndpoint(
        deployment.name,
        {
            **deployment.arguments(),
            "snapshot": plan.snapshot.id,
            "as_of": plan.today.isoformat(),
            "roles": baseline.role_by_need,
        },
        pulumi.ResourceOptions(depends_on=[baseline]),
    )
    for deployment, _ in plan.answers
}
# Last, because the engine keeps what was exported before an exception.
pulumi.export("snapshot", plan.snapshot.id)
pulumi.export("deployments", {name: one.exports() for name, one in endpoints.items()})
