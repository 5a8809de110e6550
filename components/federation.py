"""Callers from outside Google Cloud, without a key: one pool, one provider, one condition.

It owns the stack's workload identity pool and the provider of tokens in it. It grants nothing: its
`caller` is what a `ModelEndpoint` is bound to. No provider is made whose condition would let in
strangers; what counts as such is decided in `availability.cloud.federation.sources`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NotRequired, Self, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.federation.keys import read_federation
from availability.cloud.federation.sources import Federation as Registered
from availability.cloud.federation.sources import federation_of
from availability.cloud.resource_types import ResourceType
from availability.input.errors import BadInput, Problem
from components.endpoint import FederationCallerArgs
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import unknown_keys
from components.registration.diagnostics import bad_input
from components.registration.existing import Marks
from components.registration.google_project import project_of, project_problems
from components.registration.identifiers import owner, pool_id
from components.registration.readiness import child_options
from components.registration.search import Sought

if TYPE_CHECKING:
    from availability.stack.plan import Plan

TYPE = "vertex-residency:index:Federation"
_NAME = "federation"
"""That of a stack's component."""


class GitHubArgs(TypedDict):
    """Workflows of one repository of GitHub."""

    repository: str
    """`OWNER/NAME`."""
    owner_id: NotRequired[str]
    """The owner's number: a name can be taken over by somebody else, a number can't."""
    repository_id: NotRequired[str]
    """The repository's number."""
    branch: NotRequired[str]
    """The only branch whose workflows come in."""
    ref: NotRequired[str]
    """The same as a reference, or a tag: `refs/tags/v1`."""
    environment: NotRequired[str]
    """The only environment of GitHub whose jobs come in."""


class OidcArgs(TypedDict):
    """Tokens of any other issuer of OpenID Connect."""

    issuer: str
    """Its URL, https only."""
    condition: str
    """Which tokens are let in, in the Common Expression Language."""
    principal: str
    """Whom access is granted to: `subject/VALUE`, `group/ID` or `attribute.NAME/VALUE`."""
    mapping: NotRequired[dict[str, str]]
    """Attribute -> expression; by default `google.subject` is `assertion.sub`."""
    audiences: NotRequired[list[str]]
    """Audiences that tokens may have; by default the provider's own name."""


class FederationArgs(TypedDict):
    """Where the tokens come from: one of `github` and `oidc`."""

    github: NotRequired[GitHubArgs]
    """A repository of GitHub."""
    oidc: NotRequired[OidcArgs]
    """Any other issuer."""
    generation: NotRequired[int]
    """Part of the pool's id from 2 on: a deleted pool holds its id for 30 days."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class Federation(pulumi.ComponentResource):
    """A pool of identities with the one provider that lets them in."""

    member: pulumi.Output[str]
    """The IAM member of those that come in."""
    provider_name: pulumi.Output[str]
    """`projects/NUMBER/…/providers/ID`, for the other side's configuration."""
    caller: pulumi.Output[FederationCallerArgs]
    """What the word `federation` stands for in a `ModelEndpoint`: its argument `federation`."""

    def __init__(
        self, name: str, args: FederationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        wanted, generation = _resolve(name, args, opts), args.get("generation", 1)
        self._register(name, wanted, generation, args.get("project"), opts)

    @classmethod
    def decided(
        cls, name: str, wanted: Registered, generation: int, opts: pulumi.ResourceOptions
    ) -> Self:
        """The federation of a program that has read its keys already, in the provider's project."""
        federation = cls.__new__(cls)
        federation._register(name, wanted, generation, None, opts)
        return federation

    def _register(
        self,
        name: str,
        wanted: Registered,
        generation: int,
        given_project: pulumi.Input[str] | None,
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        super().__init__(TYPE, name, {}, opts)
        project = project_of(self, given_project)
        stack, marks = owner(), Marks(self, opts)
        identifier = pool_id(stack, generation)
        label = f"{name}-pool"
        pool = gcp.iam.WorkloadIdentityPool(
            label,
            project=project,
            workload_identity_pool_id=identifier,
            display_name=f"Vertex AI ({stack.stack})"[:32],
            description=marks.text(f"Callers of the models of {stack}.", label),
            opts=child_options(self, opts, ResourceType.POOL, label),
        )
        label = f"{name}-{wanted.provider}"
        provider = gcp.iam.WorkloadIdentityPoolProvider(
            label,
            project=project,
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id=wanted.provider,
            description=marks.text(f"Who calls the models of {stack}.", label),
            attribute_condition=wanted.condition,
            attribute_mapping=dict(wanted.mapping),
            oidc=gcp.iam.WorkloadIdentityPoolProviderOidcArgs(
                issuer_uri=wanted.issuer,
                allowed_audiences=list(wanted.audiences) or None,
            ),
            opts=child_options(self, opts, ResourceType.POOL_PROVIDER, label),
        )
        # Nobody is granted anything before the condition stands.
        self.member = pulumi.Output.all(pool.name, provider.name).apply(
            lambda names: wanted.member(names[0])
        )
        self.provider_name = provider.name
        self.caller = self.member.apply(lambda member: FederationCallerArgs(member=member))
        self.register_outputs(self.exports())

    def exports(self) -> dict[str, pulumi.Output[str]]:
        """What a stack exports for the other side's configuration."""
        return {"member": self.member, "providerName": self.provider_name}


def sought(name: str, registered: Registered, generation: int, project: str) -> Iterator[Sought]:
    """The pool and the provider that an interrupted update may have left."""
    component = (TYPE, name)
    pool = {"project": project, "workloadIdentityPoolId": pool_id(owner(), generation)}
    yield Sought(component, ResourceType.POOL, f"{name}-pool", pool)
    provider = {**pool, "workloadIdentityPoolProviderId": registered.provider}
    label = f"{name}-{registered.provider}"
    yield Sought(component, ResourceType.POOL_PROVIDER, label, provider)


def _resolve(name: str, args: FederationArgs, opts: pulumi.ResourceOptions | None) -> Registered:
    """What is registered. Raises RunError with every mistake."""
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    problems += unknown_keys(name, args, FederationArgs)
    generation = cast("object", args.get("generation", 1))
    if not isinstance(generation, int) or isinstance(generation, bool) or generation < 1:
        problems.append(Problem(f"{name}.generation", "expected a number from 1 on"))
    given = cast("Mapping[str, object]", args)
    try:
        sources = {key: given[key] for key in ("github", "oidc") if given.get(key) is not None}
        source = read_federation(sources, in_python=True)
    except BadInput as error:
        problems += [replace(wrong, path=name + wrong.path) for wrong in error.problems]
        source = None
    if problems or source is None:
        raise bad_input(f"the arguments of {name}", problems)
    return federation_of(source)


def _register_for(stack: Stack) -> Exports:
    keys = stack.plan.config.keys
    if keys.federation is None:
        return {}
    registered = federation_of(keys.federation)
    made = Federation.decided(_NAME, registered, keys.generation, stack.after())
    stack.federation = made
    return {"federation": made.exports()}


def _sought_for(plan: "Plan", google_project: str) -> Iterator[Sought]:
    keys = plan.config.keys
    if keys.federation is not None:
        registered = federation_of(keys.federation)
        yield from sought(_NAME, registered, keys.generation, google_project)


FEATURE = StackFeature(Turn.CALLERS, _register_for, _sought_for)
