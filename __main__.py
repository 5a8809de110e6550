"""Places a stack's models where they are served and its residency allows, with what they need.

A refused deployment fails the preview before anything is registered.
"""

import pulumi

from components import ModelEndpoint
from components.audit_logs import audit
from components.federation import argument_of, federate
from components.guardrails import NAME, Guardrails, guard
from components.program import plan_stack
from components.project import baseline_of
from components.registration.diagnostics import warn
from components.registration.exports import export
from components.registration.readiness import program
from components.service_agents import grant_service_agents
from components.stack import connect
from components.take_over import take_over

plan = plan_stack()
warn(plan.warnings)
program().protects = plan.config.keys.protect
if plan.config.keys.take_over:
    take_over(plan)
baseline = baseline_of(plan)
federation = federate(plan, baseline)
endpoints = {
    deployment.name: ModelEndpoint(
        deployment.name,
        {
            **deployment.arguments(),
            **argument_of(federation),
            "snapshot": plan.snapshot.id,
            "as_of": plan.today.isoformat(),
            "roles": baseline.role_names,
        },
        pulumi.ResourceOptions(depends_on=[baseline]),
        _placed=(deployment, answer),
    )
    for deployment, answer in plan.answers
}
if policies := guard(plan):
    Guardrails(NAME, policies, pulumi.ResourceOptions(depends_on=[baseline]))
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
