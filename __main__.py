"""Places a stack's models where they are served and its residency allows, with what they need.

A refused deployment fails the preview before anything is registered.
"""

import pulumi

from components import ModelEndpoint, ProjectBaseline
from components.access import connect
from components.audit import audit
from components.exports import export
from components.federation import argument_of, federate
from components.guardrails import Guardrails, guard
from components.placing import plan_stack, warn
from components.protection import protect
from components.service_agents import grant_service_agents

plan = plan_stack()
warn(plan.warnings)
protect(plan.config.keys.protect)
baseline = ProjectBaseline(
    "project",
    {
        "publishers": sorted({answer.publisher for _, answer in plan.answers}),
        "needs": sorted({need for one, _ in plan.answers for need in one.request.needs}),
        "features": list(plan.features),
        "generation": plan.config.keys.generation,
        "adopt": dict(plan.config.keys.adopt),
    },
)
federation = federate(plan, baseline)
endpoints = {
    deployment.name: ModelEndpoint(
        deployment.name,
        {
            **deployment.arguments(),
            **argument_of(federation),
            "snapshot": plan.snapshot.id,
            "as_of": plan.today.isoformat(),
            "roles": baseline.role_by_need,
        },
        pulumi.ResourceOptions(depends_on=[baseline]),
    )
    for deployment, _ in plan.answers
}
if policies := guard(plan):
    Guardrails("guardrails", policies, pulumi.ResourceOptions(depends_on=[baseline]))
audit(plan, baseline)
grant_service_agents(plan, baseline)
exports = connect(plan, endpoints, baseline)
# Last, because the engine keeps what was exported before an exception.
if federation:
    export("federation", federation.exports())
export("snapshot", plan.snapshot.id)
export("deployments", {name: one.exports() for name, one in endpoints.items()})
for key, value in exports.items():
    export(key, value)
