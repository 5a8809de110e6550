"""What a stack needs once in its Google Cloud project: active services and caller roles.

It owns the activation of services and one custom role for each need. It binds nobody to them (a
`ModelEndpoint` does), and it never disables a service: other stacks may use it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NotRequired, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.checks import check_need
from availability.errors import Problem
from availability.permissions import PREDICT, caller_permissions
from availability.services import SERVICES, Feature, services_for
from availability.stack_keys import StackKeys, read_keys
from availability.suggest import nearest
from components.arguments import unknown_keys
from components.existing import adopted, marked
from components.google_project import project_of, project_problems
from components.identifiers import role_id
from components.placing import bad_input
from components.readiness import retried


class ProjectBaselineArgs(TypedDict):
    """What the stack's deployments have in common."""

    publishers: list[str]
    """The publishers of the placed models: `google`, `anthropic`, …"""
    needs: NotRequired[list[str]]
    """The needs of all deployments together. Everybody gets the role to send requests."""
    features: NotRequired[list[str]]
    """What else the stack uses, of `Feature`: its services are activated, too."""
    generation: NotRequired[int]
    """Which ids the roles have: the next one where Google still holds those of deleted roles."""
    adopt: NotRequired[dict[str, str]]
    """`predict` or a need -> the id of a custom role that exists, to be managed from now on."""
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
        needs, keys = _checked(name, args, opts)
        super().__init__("vertex-residency:index:ProjectBaseline", name, {}, opts)
        project = project_of(self, args.get("project")).value
        services = services_for(args["publishers"], args.get("features", ()))
        active = {
            service: gcp.projects.Service(
                f"{name}-{service.partition('.')[0]}",
                project=project,
                service=service,
                disable_on_destroy=False,
                opts=retried(pulumi.ResourceOptions(parent=self)),
            )
            for service in services
        }
        self.active: Mapping[str, gcp.projects.Service] = active
        """Service -> its activation, for what has to wait for it."""
        self.role_by_need: Mapping[str, pulumi.Output[str]] = {
            need: self._role(name, need, project, keys, active[SERVICES[Feature.IDENTITIES]])
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
        self,
        name: str,
        need: str,
        project: pulumi.Input[str],
        keys: StackKeys,
        identities: gcp.projects.Service,
    ) -> pulumi.Output[str]:
        """The name of the need's custom role, known in a preview already."""
        stack = pulumi.get_stack()
        options = pulumi.ResourceOptions(parent=self, depends_on=[identities])
        role = gcp.projects.IAMCustomRole(
            f"{name}-{need}",
            project=project,
            role_id=keys.adopt.get(need) or role_id(need, stack, keys.generation),
            title=f"Vertex AI callers: {need} ({stack})"[:100],
            description=marked(
                f"What a caller of the models of stack {stack} needs for {need}.",
                self,
                f"{name}-{need}",
            ),
            permissions=list(caller_permissions()[need]),
            opts=retried(adopted(options) if need in keys.adopt else options),
        )
        return pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id)


def _checked(
    name: str, args: ProjectBaselineArgs, opts: pulumi.ResourceOptions | None
) -> tuple[list[str], StackKeys]:
    """The canonical needs, each once, and the keys that the roles' ids follow. Raises RunError."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    problems += unknown_keys(name, args, ProjectBaselineArgs)
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
    ids: dict[str, object] = {
        key: value for key, value in args.items() if key in ("generation", "adopt")
    }
    read = read_keys(StackKeys, ids, f"{name}.", problems, in_python=True)
    if problems or read is None:
        raise bad_input(f"the arguments of {name}", problems)
    return sorted(needs), read
