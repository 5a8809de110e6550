"""What a stack registers from its plan: one entry of a table for each feature.

A feature here turns the stack's keys into a component. What the keys mean is decided in
`availability`, and what the component registers is said in the component's own file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pulumi

from availability.cloud.federation.sources import federation_of
from availability.cloud.guardrails.policy import Policy
from availability.cloud.private_access.ways import Way
from availability.explanation.moves import Move
from availability.stack.moves import moves
from availability.stack.plan import Plan
from components import endpoint, federation, guardrails, private_access, project, publication
from components.audit_logs import AuditLogs
from components.caching import Caching
from components.endpoint import ModelEndpoint, Placed, expected_exports, placement_of, roles_by_need
from components.federation import Federation
from components.guardrails import Guardrails, GuardrailsArgs, PolicyArgs
from components.private_access import PrivateAccess, PrivateAccessArgs
from components.project import Needed, ProjectBaseline
from components.publication import Publication, PublicationArgs, configuration_of
from components.registration.last_outputs import last_outputs
from components.registration.readiness import program
from components.registration.search import Sought
from components.registration.take_over import take_over
from components.service_agents import ServiceAgents

PROJECT = "project"
FEDERATION = "federation"
GUARDRAILS = "guardrails"
PRIVATE_ACCESS = "private-access"


@dataclass
class Stack:
    """A stack that is being registered: its plan, and what later features need of earlier ones."""

    plan: Plan
    baseline: ProjectBaseline
    moves: Mapping[str, Move]
    """Deployment -> what is said of it, for each that was placed elsewhere before."""
    federation: Federation | None = None
    endpoints: dict[str, ModelEndpoint] = field(default_factory=dict[str, ModelEndpoint])
    """Deployment -> its endpoint."""

    def after(self, *others: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options of a component that waits for the baseline and these others."""
        return pulumi.ResourceOptions(depends_on=[self.baseline, *others])


Exports = Mapping[str, object]
"""What the stack exports of a feature, by name."""


@dataclass(frozen=True)
class StackFeature:
    """How a feature of a stack becomes components; both do nothing where the keys don't ask."""

    register: Callable[[Stack], Exports]
    sought: Callable[[Plan, str], Iterable[Sought]]
    """What an interrupted update may have left of it in the Google Cloud project of this id."""


def provision(plan: Plan) -> Exports:
    """Registers all that a placed stack asks for; returns what it exports, by name.

    Raises RunError where something can't be registered.
    """
    keys = plan.config.keys
    program().protects = keys.protect
    google_project = plan.config.project
    if keys.take_over and google_project is not None:
        take_over([*_sought(plan, google_project)], keys.generation)
    moved = moves(plan, last_outputs())
    stack = Stack(plan, ProjectBaseline.decided(PROJECT, _needed(plan)), moved)
    exports: dict[str, object] = {}
    for feature in FEATURES:
        exports |= feature.register(stack)
    return exports


def _sought(plan: Plan, google_project: str) -> Iterator[Sought]:
    """All that an interrupted update may have left, of which the ids are known beforehand."""
    yield from project.sought(PROJECT, _needed(plan), google_project)
    for feature in FEATURES:
        yield from feature.sought(plan, google_project)


def _nothing_sought(_plan: Plan, _google_project: str) -> Iterable[Sought]:
    """For what may be created once more where it is there already."""
    return ()


def _needed(plan: Plan) -> Needed:
    """What the deployments of a stack need once in their project."""
    return Needed(
        publishers=sorted({answer.publisher for _, answer in plan.answers}),
        needs=_needs(plan),
        features=plan.features,
        generation=plan.config.keys.generation,
        adopt=plan.config.keys.adopt,
    )


def _needs(plan: Plan) -> list[str]:
    """The needs of all deployments together."""
    return sorted(
        {need.value for deployment, _ in plan.answers for need in deployment.request.needs}
    )


def _register_federation(stack: Stack) -> Exports:
    keys = stack.plan.config.keys
    if keys.federation is None:
        return {}
    registered = federation_of(keys.federation)
    made = Federation.decided(FEDERATION, registered, keys.generation, stack.after())
    stack.federation = made
    return {"federation": made.exports()}


def _sought_federation(plan: Plan, google_project: str) -> Iterator[Sought]:
    keys = plan.config.keys
    if keys.federation is not None:
        registered = federation_of(keys.federation)
        yield from federation.sought(FEDERATION, registered, keys.generation, google_project)


def _register_endpoints(stack: Stack) -> Exports:
    federated = stack.federation.member if stack.federation else None
    for deployment, answer in stack.plan.answers:
        roles = roles_by_need(stack.baseline.role_names, placement_of(answer).request.needs)
        move = stack.moves.get(deployment.name)
        placed = Placed(deployment, answer, roles, federated, project=None, move=move)
        stack.endpoints[deployment.name] = ModelEndpoint.decided(placed, stack.after())
    exports = {name: made.exports() for name, made in stack.endpoints.items()}
    return {"snapshot": stack.plan.snapshot.id, "deployments": exports}


def _sought_endpoints(plan: Plan, google_project: str) -> Iterator[Sought]:
    for deployment, _ in plan.answers:
        yield from endpoint.sought(deployment, google_project)


def guardrails_arguments(plan: Plan) -> GuardrailsArgs | None:
    """The arguments of the plan's guardrails; None where it has none."""
    if plan.guardrails is None:
        return None
    return {"policies": [_policy_arguments(policy) for policy in plan.guardrails.policies]}


def _policy_arguments(policy: Policy) -> PolicyArgs:
    arguments: PolicyArgs = {"constraint": policy.constraint}
    if policy.allowed:
        arguments["allowed"] = list(policy.allowed)
    if policy.denied:
        arguments["denied"] = list(policy.denied)
    if policy.deny_all:
        arguments["deny_all"] = True
    if policy.enforced:
        arguments["enforced"] = True
    if policy.inherits:
        arguments["inherits"] = True
    if policy.dry_run:
        arguments["dry_run"] = True
    return arguments


def _register_guardrails(stack: Stack) -> Exports:
    if arguments := guardrails_arguments(stack.plan):
        Guardrails(GUARDRAILS, arguments, stack.after())
    return {}


def _sought_guardrails(plan: Plan, google_project: str) -> Iterator[Sought]:
    if arguments := guardrails_arguments(plan):
        yield from guardrails.sought(GUARDRAILS, arguments, google_project)


def _register_audit_logs(stack: Stack) -> Exports:
    wanted = stack.plan.config.keys.audit_logs
    if wanted is not None:
        AuditLogs.decided("audit", wanted, stack.after())
    return {}


def _register_service_agents(stack: Stack) -> Exports:
    if stack.plan.config.keys.service_agents:
        ServiceAgents("service-agents", {"needs": _needs(stack.plan)}, stack.after())
    return {}


def _private_access_arguments(plan: Plan) -> PrivateAccessArgs | None:
    """The arguments of the plan's private access; None where it has none."""
    access = plan.config.keys.private_access
    if access is None:
        return None
    arguments: PrivateAccessArgs = {
        "network": access.network,
        "regional": [
            {"host": private.host, "region": private.region, "subnetwork": private.subnetwork}
            for private in plan.private
            if private.region and private.subnetwork
        ],
        "bundle": [private.host for private in plan.private if private.way is Way.BUNDLE],
        "dns": access.dns,
        "global_access": access.global_access,
    }
    if access.address is not None:
        arguments["address"] = access.address
    return arguments


def _register_private_access(stack: Stack) -> Exports:
    arguments = _private_access_arguments(stack.plan)
    if arguments is None:
        return {}
    made = PrivateAccess(PRIVATE_ACCESS, arguments, stack.after())
    return {"privateAccess": made.addresses}


def _sought_private_access(plan: Plan, google_project: str) -> Iterator[Sought]:
    if arguments := _private_access_arguments(plan):
        yield from private_access.sought(PRIVATE_ACCESS, arguments, google_project)


def _register_caching(stack: Stack) -> Exports:
    enabled = stack.plan.config.keys.caching
    if enabled is not None:
        Caching("caching", {"enabled": enabled}, stack.after())
    return {}


def _register_publication(stack: Stack) -> Exports:
    """A publication for each deployment, which is called as the deployment is."""
    store = stack.plan.config.keys.publish
    if store is None:
        return {}
    published: dict[str, pulumi.Output[str]] = {}
    for name, place in stack.plan.publications.items():
        source = stack.endpoints[name]
        configuration = configuration_of(name, source.exports())
        arguments: PublicationArgs = {
            "store": store.value,
            "location": place.region,
            "configuration": pulumi.Output.json_dumps(configuration, sort_keys=True),
            "readers": [{"member": member} for member in source.members],
        }
        published[name] = Publication(name, arguments, stack.after(source)).resource
    return {"publications": published} if published else {}


def _sought_publication(plan: Plan, google_project: str) -> Iterator[Sought]:
    store = plan.config.keys.publish
    if store is None:
        return
    answers = {deployment.name: (deployment, answer) for deployment, answer in plan.answers}
    for name, place in plan.publications.items():
        exports = expected_exports(*answers[name], google_project)
        configuration = json.dumps(configuration_of(name, exports), sort_keys=True)
        yield from publication.sought(name, store, place.region, configuration, google_project)


FEATURES = (
    StackFeature(_register_federation, _sought_federation),
    StackFeature(_register_endpoints, _sought_endpoints),
    StackFeature(_register_guardrails, _sought_guardrails),
    StackFeature(_register_audit_logs, _nothing_sought),
    StackFeature(_register_service_agents, _nothing_sought),
    StackFeature(_register_private_access, _sought_private_access),
    StackFeature(_register_caching, _nothing_sought),
    StackFeature(_register_publication, _sought_publication),
)
"""The features in the order in which they are registered and exported.

A feature stands after those whose components it uses.
"""
