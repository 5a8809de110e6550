"""What a stack needs once in its Google Cloud project: active services and caller roles.

It owns the activation of services and one custom role for each need. It binds nobody to them (a
`ModelEndpoint` does), and it never disables a service: other stacks may use it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NotRequired, Self, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.permissions import PREDICT, caller_permissions
from availability.cloud.resource_types import LOOKUPS, ResourceType
from availability.cloud.services import SERVICES, Feature, services_for
from availability.facts.words import check_need
from availability.input.errors import Problem
from availability.input.likeness import nearest
from availability.input.wrap import folded
from availability.stack.keys import StackKeys
from availability.stack.shape import read_keys
from components.registration.arguments import no_texts, unknown_keys
from components.registration.diagnostics import bad_input
from components.registration.existing import Marks
from components.registration.google_project import project_of, project_problems
from components.registration.identifiers import owner, role_id
from components.registration.readiness import child_options, program
from components.registration.search import Sought, look_up, settled

TYPE = "vertex-residency:index:ProjectBaseline"
_LISTS = ("publishers", "needs", "features")
"""The arguments that are lists of words."""


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


@dataclass(frozen=True)
class Needed:
    """What deployments have in common, checked."""

    publishers: Collection[str]
    needs: Sequence[str]
    """The canonical needs, each once, in the order of the alphabet."""
    features: Collection[str]
    generation: int
    adopt: Mapping[str, str]
    project: pulumi.Input[str] | None = None
    """The Google Cloud project; None for the provider's."""

    def role_id(self, need: str) -> str:
        """The id of the custom role for a need, the stack's own or an adopted one."""
        return self.adopt.get(need) or role_id(need, owner(), self.generation)


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
        self._register(name, _checked(name, args, opts), opts)

    @classmethod
    def decided(cls, name: str, needed: Needed, opts: pulumi.ResourceOptions | None = None) -> Self:
        """The baseline of a program that has read its keys already."""
        baseline = cls.__new__(cls)
        baseline._register(name, needed, opts)
        return baseline

    def _register(self, name: str, needed: Needed, opts: pulumi.ResourceOptions | None) -> None:
        super().__init__(TYPE, name, {}, opts)
        self._opts = opts
        self._marks = Marks(self, opts)
        project = project_of(self, needed.project)
        adopted = {
            need: _adopted(self, project, needed.adopt[need], caller_permissions()[need])
            for need in _with_roles(needed.needs)
            if need in needed.adopt
        }
        services = services_for(needed.publishers, needed.features)
        active = {
            service: self._service(f"{name}-{service.partition('.')[0]}", project, service)
            for service in services
        }
        self.active: Mapping[str, gcp.projects.Service] = active
        """Service -> its activation, for what has to wait for it."""
        identities = SERVICES[Feature.IDENTITIES]
        self.role_by_need: Mapping[str, pulumi.Output[str]] = {
            need: self._role(name, need, project, needed, active[identities], adopted.get(need))
            for need in _with_roles(needed.needs)
        }
        self.role_names: Mapping[str, pulumi.Input[str]] = {
            need: f"projects/{project}/roles/{needed.role_id(need)}"
            if isinstance(project, str)
            else role
            for need, role in self.role_by_need.items()
        }
        """The same as plain texts where they are known: whoever uses them waits for the baseline
        by `depends_on`."""
        self.project = pulumi.Output.from_input(project)
        self.services = pulumi.Output.from_input(list(services))
        self.roles = pulumi.Output.all(**self.role_by_need)
        self.register_outputs(
            {"project": self.project, "services": self.services, "roles": self.roles}
        )

    def _service(self, name: str, project: pulumi.Input[str], service: str) -> gcp.projects.Service:
        known = project if isinstance(project, str) else None
        program().registered.activated.add((known, service))
        return gcp.projects.Service(
            name,
            project=project,
            service=service,
            disable_on_destroy=False,
            opts=child_options(self, self._opts, ResourceType.SERVICE, name),
        )

    def _role(
        self,
        name: str,
        need: str,
        project: pulumi.Input[str],
        needed: Needed,
        identities: gcp.projects.Service,
        adopted: str | None,
    ) -> pulumi.Output[str]:
        """The name of the need's custom role, known in a preview already.

        `adopted` is what the provider imports the role by that exists and is adopted.
        """
        stack, label = owner(), f"{name}-{need}"
        options = pulumi.ResourceOptions(depends_on=[identities])
        permissions = list(caller_permissions()[need])
        own_id = needed.role_id(need)
        if adopted is not None:
            options.import_, options.retain_on_delete = adopted, True
        role = gcp.projects.IAMCustomRole(
            label,
            project=project,
            role_id=own_id,
            title=f"Vertex AI callers: {need} ({stack})"[:100],
            description=self._marks.text(
                f"What a caller of the models of {stack} needs for {need}.", label
            ),
            permissions=permissions,
            opts=pulumi.ResourceOptions.merge(
                child_options(self, self._opts, ResourceType.ROLE, label), options
            ),
        )
        return pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id)


def sought(name: str, needed: Needed, project: str) -> Iterator[Sought]:
    """The roles that an interrupted update may have left. What is adopted is imported anyway."""
    for need in _with_roles(needed.needs):
        if need not in needed.adopt:
            inputs = {"project": project, "roleId": needed.role_id(need)}
            yield Sought((TYPE, name), ResourceType.ROLE, f"{name}-{need}", inputs)


def _with_roles(needs: Iterable[str]) -> list[str]:
    """What callers need a role for: predict, and of the needs those with permissions."""
    return [need for need in (PREDICT, *needs) if need in caller_permissions()]


def _adopted(
    component: pulumi.ComponentResource,
    project: pulumi.Input[str],
    own_id: str,
    permissions: Iterable[str],
) -> str:
    """The id to import a role by that exists and is managed from now on.

    The engine imports it as it is, shows the differences and then updates it (Pulumi's "Import
    resources", on mismatched state). What others would lose by that is said. Raises RunError where
    a preview doesn't know the project.
    """
    known = project if isinstance(project, str) else settled(pulumi.Output.from_input(project))
    if known is None:
        said = f"{component.pulumi_resource_name}.adopt: the project is not known yet, and a role "
        said += "is adopted in a project that is. Name it as a text, or adopt the role later."
        raise pulumi.RunError(folded(said))
    inputs = {"project": known, "roleId": own_id}
    resource_id = LOOKUPS[ResourceType.ROLE].id.format_map(inputs)
    role = look_up(ResourceType.ROLE, inputs, component.get_provider(ResourceType.ROLE)) or {}
    lost = sorted({*cast("list[str]", role.get("permissions") or [])} - {*permissions})
    if lost:
        said = f"Adopting {resource_id} takes {', '.join(lost)} out of it, from everybody who has "
        said += "it. Leave the key adopt out to have a role of the stack's own."
        pulumi.log.warn(folded(said))
    return resource_id


def _checked(name: str, args: ProjectBaselineArgs, opts: pulumi.ResourceOptions | None) -> Needed:
    """What the arguments ask for. Raises RunError with every mistake."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    problems += unknown_keys(name, args, ProjectBaselineArgs)
    publishers = cast("object", args.get("publishers"))
    if not isinstance(publishers, list) or not publishers:
        message = "expected a list of publishers, like google, with at least one"
        problems.append(Problem(f"{name}.publishers", message))
        publishers = []
    lists = {key: cast("Mapping[str, object]", args).get(key, []) for key in _LISTS}
    lists["publishers"] = publishers
    wrong = [one for key, value in lists.items() for one in no_texts(f"{name}.{key}", value)]
    if wrong:
        raise bad_input(f"the arguments of {name}", [*problems, *wrong])
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
    return Needed(
        publishers=args["publishers"],
        needs=sorted(needs),
        features=args.get("features", ()),
        generation=read.generation,
        adopt=read.adopt,
        project=args.get("project"),
    )
