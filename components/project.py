"""What a stack needs once in its Google Cloud project: active services and caller roles.

It owns the activation of services and one custom role for each need. It binds nobody to them (a
`ModelEndpoint` does), and it never disables a service: other stacks may use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import NotRequired, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.checks import check_need
from availability.errors import Problem
from availability.permissions import PREDICT, caller_permissions
from availability.suggest import nearest
from components.google_project import project_of, project_problems
from components.identifiers import role_id
from components.placing import bad_input


class Feature(StrEnum):
    """What a service is needed for."""

    ACTIVATION = "activation"
    MODELS = "models"
    IDENTITIES = "identities"
    BINDINGS = "bindings"
    PARTNER_MODELS = "partner-models"
    GUARDRAILS = "guardrails"
    FEDERATION = "federation"
    IMPERSONATION = "impersonation"
    NETWORK = "network"
    PRIVATE_DNS = "private-dns"
    REGIONAL_ENDPOINTS = "regional-endpoints"
    SECRETS = "secrets"
    PARAMETERS = "parameters"


SERVICES: dict[Feature, str] = {
    # Google's "Enable and disable services": it answers for all the others.
    Feature.ACTIVATION: "serviceusage.googleapis.com",
    # Google's "Deployments and endpoints": the service of every endpoint URL.
    Feature.MODELS: "aiplatform.googleapis.com",
    # Google's IAM reference: custom roles and service accounts.
    Feature.IDENTITIES: "iam.googleapis.com",
    # Resource Manager reference: a project's IAM policy is read and written there.
    Feature.BINDINGS: "cloudresourcemanager.googleapis.com",
    # Google's "Use partner models": the API through which a publisher's terms are accepted.
    Feature.PARTNER_MODELS: "cloudcommerceconsumerprocurement.googleapis.com",
    # Organization Policy API reference.
    Feature.GUARDRAILS: "orgpolicy.googleapis.com",
    # Google's "Workload Identity Federation": the exchange of tokens, and of credentials for them.
    Feature.FEDERATION: "sts.googleapis.com",
    Feature.IMPERSONATION: "iamcredentials.googleapis.com",
    # Google's "Access regional endpoints through Private Service Connect", and Cloud DNS.
    Feature.NETWORK: "compute.googleapis.com",
    Feature.PRIVATE_DNS: "dns.googleapis.com",
    Feature.REGIONAL_ENDPOINTS: "networkconnectivity.googleapis.com",
    # Secret Manager and Parameter Manager API references.
    Feature.SECRETS: "secretmanager.googleapis.com",
    Feature.PARAMETERS: "parametermanager.googleapis.com",
}
ALWAYS = (Feature.ACTIVATION, Feature.MODELS, Feature.IDENTITIES, Feature.BINDINGS)
"""What every stack needs."""


def services_for(publishers: Iterable[str], features: Iterable[str] = ()) -> tuple[str, ...]:
    """The services that models of these publishers and these features need, in a fixed order."""
    partners = any(publisher != "google" for publisher in publishers)
    wanted = {*ALWAYS, *features, *([Feature.PARTNER_MODELS] if partners else [])}
    return tuple(service for feature, service in SERVICES.items() if feature in wanted)


class ProjectBaselineArgs(TypedDict):
    """What the stack's deployments have in common."""

    publishers: list[str]
    """The publishers of the placed models: `google`, `anthropic`, …"""
    needs: NotRequired[list[str]]
    """The needs of all deployments together. Everybody gets the role to send requests."""
    features: NotRequired[list[str]]
    """What else the stack uses, of `Feature`: its services are activated, too."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class ProjectBaseline(pulumi.ComponentResource):
    """Active services and caller roles, once a stack."""

    project: pulumi.Output[str]
    """The Google Cloud project that all of it is in."""
    services: pulumi.Output[list[str]]
    """The services that are active."""
    roles: pulumi.Output[dict[str, str]]
    """`predict` or a need -> the name of its custom role, `projects/P/roles/ID`."""

    def __init__(
        self, name: str, args: ProjectBaselineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        needs = _needs(name, args, opts)
        super().__init__("vertex-residency:index:ProjectBaseline", name, {}, opts)
        project = project_of(self, args.get("project")).value
        services = services_for(args["publishers"], args.get("features", ()))
        active = {
            service: gcp.projects.Service(
                f"{name}-{service.partition('.')[0]}",
                project=project,
                service=service,
                disable_on_destroy=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for service in services
        }
        self.active: Mapping[str, gcp.projects.Service] = active
        """Service -> its activation, for what has to wait for it."""
        self.role_by_need: Mapping[str, pulumi.Output[str]] = {
            need: self._role(name, need, project, active[SERVICES[Feature.IDENTITIES]])
            for need in (PREDICT, *needs)
            if need in caller_permissions()
        }
        self.project = pulumi.Output.from_input(project)
        self.services = pulumi.Output.from_input(list(services))
        self.roles = pulumi.Output.all(**self.role_by_need)
        self.register_outputs(
            {"project": self.project, "services": self.services, "roles": self.roles}
        )

    def _role(
        self, name: str, need: str, project: pulumi.Input[str], identities: gcp.projects.Service
    ) -> pulumi.Output[str]:
        """The name of the need's custom role, known in a preview already."""
        stack = pulumi.get_stack()
        role = gcp.projects.IAMCustomRole(
            f"{name}-{need}",
            project=project,
            role_id=role_id(need, stack),
            title=f"Vertex AI callers: {need} ({stack})"[:100],
            description=f"What a caller of the models of stack {stack} needs for {need}."[:256],
            permissions=list(caller_permissions()[need]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[identities]),
        )
        return pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id)


def _needs(name: str, args: ProjectBaselineArgs, opts: pulumi.ResourceOptions | None) -> list[str]:
    """The canonical needs, each once, before anything is registered. Raises RunError."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    keys = sorted(ProjectBaselineArgs.__annotations__)
    for key in args.keys() - set(keys):
        message = f"unknown key {key!r}; the keys are {', '.join(keys)}"
        problems.append(Problem(f"{name}.{key}", message, tuple(nearest(key, keys))))
    publishers = cast("object", args.get("publishers"))
    if not isinstance(publishers, list) or not publishers:
        message = "expected a list of publishers, like google, with at least one"
        problems.append(Problem(f"{name}.publishers", message))
    needs: set[str] = set()
    for index, word in enumerate(args.get("needs", [])):
        checked = check_need(word)
        if isinstance(checked, Problem):
            problems.append(replace(checked, path=f"{name}.needs[{index}]"))
        else:
            needs.add(checked)
    features = [feature.value for feature in Feature]
    for index, word in enumerate(args.get("features", [])):
        if word not in features:
            message = f"unknown feature {word!r}; it is one of {', '.join(features)}"
            path = f"{name}.features[{index}]"
            problems.append(Problem(path, message, tuple(nearest(word, features))))
    if problems:
        raise bad_input(f"the arguments of {name}", problems)
    return sorted(needs)
