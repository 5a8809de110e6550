"""Google's service agents for batch jobs, tuning and retrieval, with their roles from the start.

Without it Google creates an agent and grants its role at the first job, which may fail by that.
The bindings are Google's own, only made earlier: a destroy leaves them, or it would take away what
Google had granted by itself, and stop other teams' jobs in the project.
"""

from dataclasses import replace
from typing import NotRequired, TypedDict

import pulumi
import pulumi_gcp as gcp

from availability.cloud.resource_types import ResourceType
from availability.cloud.service_agents import address, agents_for
from availability.cloud.services import SERVICES, Feature
from availability.facts.needs import Need
from availability.facts.words import check_need
from availability.input.errors import Problem
from components.feature import Exports, Stack, StackFeature, Turn, needs_of
from components.registration.arguments import no_texts, unknown_keys
from components.registration.bindings import bind
from components.registration.diagnostics import bad_input
from components.registration.google_project import project_of, project_problems
from components.registration.readiness import child_options, program


class ServiceAgentsArgs(TypedDict):
    """What the deployments need agents for."""

    needs: list[str]
    """The needs of all deployments together; those without an agent need nothing."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class ServiceAgents(pulumi.ComponentResource):
    """Vertex AI's service agents, created and with their roles."""

    roles: pulumi.Output[list[str]]
    """The roles that were granted."""

    def __init__(
        self, name: str, args: ServiceAgentsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        agents = agents_for(_needs(name, args, opts))
        super().__init__("vertex-residency:index:ServiceAgents", name, {}, opts)
        project = project_of(self, args.get("project"))
        depends_on = opts.depends_on if opts else None
        if agents:
            label = f"{name}-aiplatform"
            program().registered.agents = True
            identity = gcp.projects.ServiceIdentity(
                label,
                project=project,
                service=SERVICES[Feature.MODELS],
                opts=child_options(self, opts, ResourceType.SERVICE_IDENTITY, label),
            )
            for agent in agents:
                member = identity.email.apply(
                    lambda email, agent=agent: f"serviceAccount:{address(agent, email)}"
                )
                bind(
                    project,
                    agent.role,
                    member,
                    options=lambda: pulumi.ResourceOptions(
                        provider=self.get_provider(ResourceType.BINDING),
                        depends_on=depends_on,
                        retain_on_delete=True,
                    ),
                    what=f"{agent.role} to a service agent of Google",
                )
        self.roles = pulumi.Output.from_input(sorted({agent.role for agent in agents}))
        self.register_outputs({"roles": self.roles})


def _needs(name: str, args: ServiceAgentsArgs, opts: pulumi.ResourceOptions | None) -> list[Need]:
    """The needs. Raises RunError with every mistake."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    problems += unknown_keys(name, args, ServiceAgentsArgs)
    problems += no_texts(f"{name}.needs", args.get("needs"))
    if problems:
        raise bad_input(f"the arguments of {name}", problems)
    needs: list[Need] = []
    for index, word in enumerate(args["needs"]):
        checked = check_need(word)
        if isinstance(checked, Problem):
            problems.append(replace(checked, path=f"{name}.needs[{index}]"))
        else:
            needs.append(Need(checked))
    if problems:
        raise bad_input(f"the arguments of {name}", problems)
    return needs


def _register_for(stack: Stack) -> Exports:
    if stack.plan.config.keys.service_agents:
        ServiceAgents("service-agents", {"needs": needs_of(stack.plan)}, stack.after())
    return {}


FEATURE = StackFeature(Turn.SURROUNDINGS, _register_for)
