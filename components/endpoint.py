"""A model under a residency: placed when it is constructed, reachable by its callers.

It owns the choice of the location, the callers' identity and their bindings. It activates no
service and makes no role: `ProjectBaseline` does, or the project has them already. The bindings
let a caller use every model of the project wherever it is served: roles do not enforce a residency.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NotRequired, Self, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.members import FEDERATION, account_address
from availability.cloud.permissions import PREDICT, caller_permissions
from availability.cloud.resource_types import ResourceType
from availability.explanation.alternatives.fixes import ResolveFixer
from availability.explanation.answers import Answer, answer, warning_json
from availability.explanation.headline import headline
from availability.explanation.moves import Move
from availability.explanation.ranking import placed_because
from availability.explanation.warnings import floating_snapshot, stale_snapshot
from availability.facts.library import load, newer_than
from availability.facts.needs import Need
from availability.input import clock
from availability.input.case import snake_case
from availability.input.errors import BadInput, Problem, shown
from availability.input.wrap import folded
from availability.placement.endpoints import (
    endpoint_url,
    environment,
    model_resource,
    openai_model_of,
    regional_host,
)
from availability.placement.endpoints import host as usual_host
from availability.placement.request import Placement, Refusal
from availability.places.suggest import check_region
from availability.report.bindings import Binding
from availability.report.refusals import refusal_lines
from availability.stack.config import Deployment, parse_deployment
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import no_input_text, unknown_keys
from components.registration.bindings import bind, bindings, each_once
from components.registration.diagnostics import InputError, bad_input, warn, warn_of_move
from components.registration.existing import Marks
from components.registration.exports import exported
from components.registration.google_project import project_of, project_problems
from components.registration.identifiers import owner, service_account_id, short_hash
from components.registration.members import in_words, with_words
from components.registration.readiness import child_options, program
from components.registration.search import Sought

if TYPE_CHECKING:
    from availability.stack.plan import Plan

TYPE = "vertex-residency:index:ModelEndpoint"
PREDEFINED_ROLE = "roles/aiplatform.user"
"""What callers get where no role is given: Google's for users of Vertex AI, with all needs."""


class ResidencyArgs(TypedDict):
    """Where requests may be served; terms as in a stack file."""

    within: list[str]
    """Places that the endpoint may be in: `eu`, `de`, `europe-west4`, `any`, …"""
    excluding: NotRequired[list[str]]
    """Places taken out again."""
    guarantee: NotRequired[str]
    """`endpoint` (default), or `ml-processing` for a published commitment on processing."""


class WaiverArgs(TypedDict):
    """A rule that is accepted to be broken, or a warning that is acknowledged: one of both."""

    rule: NotRequired[str]
    """`retired`, `preview`, `legacy` or `capability`."""
    warning: NotRequired[str]
    """`endpoint-guarantee` or `partner-terms`."""
    until: str
    """The last day on which it holds, ISO 8601."""
    reason: str
    """Why, for those who read the outputs and the reports."""


class FederationCallerArgs(TypedDict):
    """What the word `federation` stands for among members, as `Federation` makes it."""

    member: pulumi.Input[str]
    """The IAM member: a principal or a set of principals of the pool."""


class ModelEndpointArgs(TypedDict):
    """The model, where it may be, and who calls it.

    Model and residency are plain values: an unknown one in a preview would skip the check.
    """

    model: str
    """An id, `PUBLISHER/ID` or a display name."""
    residency: ResidencyArgs
    """The constraint; there is no default."""
    needs: NotRequired[list[str]]
    """Capabilities that the deployment relies on: `tuning`, `context-caching`, …"""
    location: NotRequired[str]
    """Pin: no other location will do."""
    prefer: NotRequired[list[str]]
    """Locations to take first, in order."""
    prior_usage: NotRequired[bool]
    """Whether the project used the model before."""
    allow_preview: NotRequired[bool]
    """Whether a preview will do; true by default."""
    context_size: NotRequired[str]
    """The longest request in tokens: `64k`, `128k` or `1m`; commitments may end at a size."""
    controls: NotRequired[list[str]]
    """Security controls that have to cover whatever is used: `cmek`, `vpc-sc`, …"""
    accept: NotRequired[list[WaiverArgs]]
    """Rules that refuse nothing until a day, and warnings that are acknowledged until a day."""
    as_of: NotRequired[str]
    """The day to judge by, ISO 8601, instead of today."""
    retirement_warning: NotRequired[int]
    """How many days before its retirement a model is warned about; 90 by default."""
    partners: NotRequired[dict[str, list[str]]]
    """Other deployments that have to be in the same location, by name: where each may be."""
    callers: NotRequired[list[pulumi.Input[str]]]
    """IAM members that call the model, or the word `federation`; without any, it gets a service
    account of its own."""
    federation: NotRequired[pulumi.Input[FederationCallerArgs]]
    """What the word `federation` stands for: the output `caller` of a `Federation`."""
    service_account_users: NotRequired[list[pulumi.Input[str]]]
    """Members that may run as its service account."""
    workload_identity_users: NotRequired[list[pulumi.Input[str]]]
    """Workloads in GKE or outside of Google Cloud that act as its service account."""
    snapshot: NotRequired[str]
    """The date of the snapshot that decides; the newest by default."""
    host: NotRequired[str]
    """The host of the endpoint, where a network reaches the location by its regional endpoint."""
    region: NotRequired[str]
    """Where the callers are, to break ties; the provider's configured region by default."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""
    role: NotRequired[pulumi.Input[str]]
    """One role for the callers, in the place of the predefined one."""
    roles: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]]]]
    """`predict` or a need -> its role: the output `roles` of a `ProjectBaseline`."""


@dataclass(frozen=True)
class Placed:
    """A deployment whose location is decided, and what it is given to be used."""

    deployment: Deployment
    answer: Answer
    roles: tuple[pulumi.Input[str], ...]
    """The roles of its callers."""
    members: Mapping[str, pulumi.Input[str]]
    """What words among the members stand for: `federation`, and each that is an output."""
    project: pulumi.Input[str] | None
    """The Google Cloud project; None for the provider's."""
    move: Move | None = None
    """What is said of it where it was placed elsewhere before."""

    def member(self, word: str) -> pulumi.Input[str]:
        """The member that a word names."""
        return self.members.get(word, word)


class ModelEndpoint(pulumi.ComponentResource):
    """A placed model with its endpoint, its callers' access and the settings that clients read."""

    model: pulumi.Output[str] = exported("model")
    """The canonical id."""
    location: pulumi.Output[str] = exported("location")
    """Where the endpoint is: a region, a multi-region or `global`."""
    endpoint_url: pulumi.Output[str | None] = exported("endpointUrl")
    """The URL of the request verb, API version v1; null where none is documented."""
    model_resource: pulumi.Output[str] = exported("modelResource")
    """`projects/P/locations/L/publishers/PUBLISHER/models/ID`."""
    alternates: pulumi.Output[list[str]] = exported("alternates")
    """Other valid locations, best first."""
    boundary: pulumi.Output[str | None] = exported("boundary")
    """The committed area of processing; null where nothing is committed."""
    tuning_location: pulumi.Output[str | None] = exported("tuningLocation")
    """Where tuning jobs run; null without that need, or where no source says it."""
    rag_location: pulumi.Output[str | None] = exported("ragLocation")
    """Where corpora of the RAG engine lie; null without that need, or where no source says it."""
    environment: pulumi.Output[dict[str, str]] = exported("environment")
    """The variables that hold the model's clients to the placement, name to value."""
    openai_model: pulumi.Output[str | None] = exported("openaiModel")
    """What the OpenAI-compatible endpoint wants as `model`; null where it doesn't serve it."""
    service_account: pulumi.Output[str | None] = exported("serviceAccount")
    """The e-mail of the service account; null where callers were given."""
    roles: pulumi.Output[list[str]] = exported("roles")
    """The roles that the callers are bound to."""
    warnings: pulumi.Output[list[dict[str, str]]] = exported("warnings")
    """`{id, text}` each."""

    def __init__(
        self,
        name: str,
        args: ModelEndpointArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self._register(_resolve(name, args, opts), opts)

    @classmethod
    def decided(cls, placed: Placed, opts: pulumi.ResourceOptions) -> Self:
        """The endpoint of a program that has placed its deployments already.

        It has the name of its deployment, and decides nothing again.
        """
        endpoint = cls.__new__(cls)
        endpoint._register(placed, opts)
        return endpoint

    def _register(self, placed: Placed, opts: pulumi.ResourceOptions | None) -> None:
        deployment, name = placed.deployment, placed.deployment.name
        callers, placement = deployment.callers, placement_of(placed.answer)
        super().__init__(TYPE, name, {}, opts)
        self._opts = opts or pulumi.ResourceOptions()
        project = project_of(self, placed.project)
        account = None if callers else self._service_account(name, project)
        self.members: list[pulumi.Input[str]] = [placed.member(word) for word in callers or ()]
        """Who calls the model, for whatever else only they may have; it waits for the endpoint."""
        email = None
        if account is not None:
            # Not `account.email`, which a preview doesn't know.
            email = _email(account, project)
            account_id = service_account_id(name, owner())
            self.members.append(
                f"serviceAccount:{account_address(account_id, project)}"
                if isinstance(project, str)
                else pulumi.Output.concat("serviceAccount:", email)
            )
            self._let_act_as(account, placed)
        for role in placed.roles:
            for member in self.members:
                bind(
                    project,
                    role,
                    member,
                    options=lambda: self._unparented(account),
                    what=f"a caller of {name}",
                )
        exports = {**_exports(placed, project), "serviceAccount": email}
        self.outputs: dict[str, Any] = {**exports, "roles": list(placed.roles)}
        """What it puts out, plain where it is known, by the names in other languages."""
        pulumi.log.info(folded(placed_because(placement, placed.answer.snapshot)), self)
        for known in placed.answer.acknowledged:
            pulumi.log.info(folded(known.text), self)
        warn(placed.answer.warnings, self)
        if placed.move is not None:
            warn_of_move(placed.move, self)
        warn(stale_snapshot(placed.answer.snapshot, placement.today, pinned=True))
        self.register_outputs(self.outputs)

    def exports(self) -> dict[str, Any]:
        """What a stack exports for the deployment.

        `tuningLocation` is there where it needs tuning, `ragLocation` where it needs a corpus.

        What is known is plain, the rest are outputs.
        """
        return {key: value for key, value in self.outputs.items() if key != "roles"}

    def _service_account(self, name: str, project: pulumi.Input[str]) -> gcp.serviceaccount.Account:
        stack, label = owner(), f"{name}-caller"
        marks, account_id = Marks(self, self._opts), service_account_id(name, stack)
        known = project if isinstance(project, str) else None
        program().registered.accounts.add((known, account_id))
        return gcp.serviceaccount.Account(
            label,
            project=project,
            account_id=account_id,
            display_name=marks.text(f"Calls {name} ({stack})", label, 100),
            description=f"Calls the model of {name}.",
            opts=child_options(self, self._opts, ResourceType.ACCOUNT, label),
        )

    def _let_act_as(self, account: gcp.serviceaccount.Account, placed: Placed) -> None:
        """Bind who may use the account: on the account alone, and never a key for it.

        After Google's "Service account impersonation" and "Workload Identity Federation".
        """
        deployment, name = placed.deployment, placed.deployment.name
        granted = {
            "roles/iam.serviceAccountUser": deployment.service_account_users,
            "roles/iam.workloadIdentityUser": deployment.workload_identity_users,
        }

        def bind_account(role: str, member: str) -> None:
            label = f"{name}-caller-{short_hash(role, member)}"
            where = f"on the service account of {name}"
            bindings().known.append(Binding(role, where, member, label))
            gcp.serviceaccount.IAMMember(
                label,
                service_account_id=account.name,
                role=role,
                member=member,
                opts=child_options(self, self._opts, ResourceType.ACCOUNT_BINDING, label),
            )

        for role, words in granted.items():
            members = [placed.member(word) for word in words]
            what = f"The binding of {role} on the service account of {name}"
            each_once(members, lambda member, role=role: bind_account(role, member), what)

    def _unparented(self, account: pulumi.Resource | None) -> pulumi.ResourceOptions:
        """Options of a binding: it is the program's, and goes where the endpoint's things go."""
        options = pulumi.ResourceOptions(depends_on=self._opts.depends_on)
        if account is not None:
            options = pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(depends_on=[account])
            )
        options.provider = self.get_provider(ResourceType.BINDING)
        return options


def _email(account: gcp.serviceaccount.Account, project: pulumi.Input[str]) -> pulumi.Output[str]:
    """The account's address, which is known as soon as its project is."""
    if isinstance(project, str):
        return account.account_id.apply(lambda known: account_address(known, project))
    return pulumi.Output.all(account.account_id, project).apply(
        lambda known: account_address(known[0], known[1])
    )


def placement_of(answer: Answer) -> Placement:
    """The placement of a deployment. Raises TypeError for a refused one, which has none."""
    if not isinstance(answer.result, Placement):
        raise TypeError("a deployment that was refused has no endpoint")
    return answer.result


def expected_exports(deployment: Deployment, answer: Answer, project: str) -> dict[str, Any]:
    """What a stack exports for a placed deployment in this project, before it is registered."""
    exports = _known_exports(answer, project, deployment.host)
    if deployment.callers is None:
        account_id = service_account_id(deployment.name, owner())
        exports["serviceAccount"] = account_address(account_id, project)
    return exports


def _exports(placed: Placed, project: pulumi.Input[str]) -> dict[str, Any]:
    """What a stack exports for a placed deployment, but for its service account.

    What names the project is an output where the project is one.
    """
    host = placed.deployment.host
    if isinstance(project, str):
        return _known_exports(placed.answer, project, host)
    later = pulumi.Output.from_input(project).apply(
        lambda known: _known_exports(placed.answer, known, host)
    )
    return {
        key: later.apply(lambda exports, key=key: exports[key]) if key in _OF_PROJECT else value
        for key, value in _known_exports(placed.answer, "PROJECT_ID", host).items()
    }


def _known_exports(answer: Answer, project: str, through: str | None) -> dict[str, Any]:
    """The same for a project that is known.

    `through` is the host that leads to the location; None for the usual one.
    """
    placement = placement_of(answer)
    named, location = placement.named, placement.location
    exports: dict[str, Any] = {
        "model": named.id,
        "location": location,
        "endpointUrl": endpoint_url(named, location, project, through=through),
        "modelResource": model_resource(named, location, project),
        "alternates": list(placement.alternates),
        "boundary": placement.boundary,
    }
    if Need.TUNING in placement.request.needs:
        exports["tuningLocation"] = placement.tuning_location
    if Need.RAG_CORPUS in placement.request.needs:
        exports["ragLocation"] = placement.rag_location
    exports["environment"] = environment(named, location, project, through=through)
    exports["openaiModel"] = openai_model_of(named)
    exports["serviceAccount"] = None
    exports["warnings"] = [warning_json(warning) for warning in answer.warnings]
    return exports


_OF_PROJECT = ("endpointUrl", "modelResource", "environment")
"""The exports that name the project, and so are not known before it is."""


def sought(deployment: Deployment, project: str) -> Iterator[Sought]:
    """The service account that an interrupted update may have left."""
    if deployment.callers is None:
        account_id = service_account_id(deployment.name, owner())
        inputs = {"project": project, "accountId": account_id}
        component, label = (TYPE, deployment.name), f"{deployment.name}-caller"
        yield Sought(component, ResourceType.ACCOUNT, label, inputs)


_NOT_PLACING = ("federation", "host", "project", "role", "roles", "region")
"""The arguments that have no say in where the model is placed, or that Pulumi alone knows."""


def _resolve(name: str, args: ModelEndpointArgs, opts: pulumi.ResourceOptions | None) -> Placed:
    """What is placed where, before anything is registered.

    Raises RunError with every mistake in the arguments, or with the refusal.
    """
    problems = list(project_problems(f"{name}.project", args.get("project"), opts))
    region = args.get("region") or gcp.config.region or ""
    if isinstance(wrong := check_region(region), Problem):
        problems.append(replace(wrong, path=f"{name}.region"))
    try:
        own = {key: value for key, value in args.items() if key not in _NOT_PLACING}
        own, members = with_words(name, own)
        near = wrong if isinstance(wrong, str) else None
        snapshot_id, deployment, day = parse_deployment(name, own, near or None, _NOT_PLACING)
        snapshot = load(snapshot_id)
    except BadInput as error:
        wrong = (*map(in_words, error.problems), *problems)
        raise bad_input(f"the arguments of {name}", wrong) from None
    problems += _role_problems(name, args, deployment.request.needs)
    problems += _federation_problems(name, args, deployment)
    if problems:
        raise bad_input(f"the arguments of {name}", problems)
    fixer = ResolveFixer(snapshot=args.get("snapshot"), as_of=day)
    today = day or clock.today()
    answered = answer(deployment.request, snapshot, today, fixer, newer_than(snapshot_id))
    if "snapshot" not in args:
        warnings = (*answered.warnings, floating_snapshot(snapshot))
        answered = replace(answered, warnings=warnings)
    if not isinstance(answered.result, Placement):
        raise _refused(name, answered, answered.result)
    if wrong_host := _host_problem(name, args, answered.result.location):
        raise bad_input(f"the arguments of {name}", [wrong_host])
    return Placed(
        deployment=replace(deployment, host=args.get("host")),
        answer=answered,
        roles=tuple(_roles(args, answered.result.request.needs)),
        members={**members, **_federated(args)},
        project=args.get("project"),
    )


def _federation_problems(
    name: str, args: ModelEndpointArgs, deployment: Deployment
) -> Iterator[Problem]:
    """For the word `federation` without a federation."""
    words = (*(deployment.callers or ()), *deployment.workload_identity_users)
    if FEDERATION in words and "federation" not in args:
        message = f"missing: {FEDERATION} among the members stands for the caller of a Federation"
        yield Problem(f"{name}.federation", message)
    given = cast("object", args.get("federation"))
    if given is not None and not isinstance(given, pulumi.Output):
        if wrong := unknown_keys(f"{name}.federation", given, FederationCallerArgs):
            yield from wrong
        elif not cast("Mapping[str, object]", given).get("member"):
            yield Problem(f"{name}.federation.member", "missing: the member that it stands for")
        else:
            member = cast("Mapping[str, object]", given)["member"]
            yield from no_input_text(f"{name}.federation.member", member)


def _federated(args: ModelEndpointArgs) -> dict[str, pulumi.Input[str]]:
    """What the word `federation` stands for; nothing where there is no federation."""
    if "federation" not in args:
        return {}
    given = args["federation"]
    if isinstance(given, pulumi.Output):
        return {FEDERATION: given.apply(lambda known: known["member"])}
    return {FEDERATION: cast("FederationCallerArgs", given)["member"]}


def _refused(name: str, answered: Answer, refusal: Refusal) -> InputError:
    """The refusal, with the arguments that decide it."""
    said = headline(refusal, answered.snapshot)
    keys = dict.fromkeys(rule.keys[0] for rule in refusal.decisive)
    problems = [Problem(f"{name}.{snake_case(key)}", f"refused: {said}") for key in keys]
    lines = refusal_lines(answered, name)
    return InputError(lines, "\n".join(lines), problems)


def _host_problem(name: str, args: ModelEndpointArgs, location: str) -> Problem | None:
    """For a host that leads to another location than the one that the model is placed in."""
    hosts = tuple(dict.fromkeys((usual_host(location), regional_host(location))))
    if "host" not in args or args["host"] in hosts:
        return None
    message = f"{args['host']!r} is no host of {location}, where the model is placed"
    return Problem(f"{name}.host", message, hosts)


def _with_role(needs: Iterable[Need]) -> Iterator[str]:
    """What the callers need a role for: predict and the deployment's own needs, never all."""
    return (need for need in (PREDICT, *sorted(needs)) if need in caller_permissions())


def _role_problems(name: str, args: ModelEndpointArgs, needs: Iterable[Need]) -> Iterator[Problem]:
    if "role" in args and "roles" in args:
        yield Problem(f"{name}.role", "one role and roles by need exclude each other")
        return
    if "role" in args:
        yield from no_input_text(f"{name}.role", args["role"])
    roles = cast("object", args.get("roles"))
    if roles is None or isinstance(roles, pulumi.Output):  # what an output has is known later
        return
    if not isinstance(roles, Mapping):
        yield Problem(f"{name}.roles", f"expected a map from needs to roles, not {shown(roles)}")
        return
    given = cast("Mapping[str, object]", roles)
    for need in _with_role(needs):
        if given.get(need) is None:
            yield Problem(f"{name}.roles", f"missing {need}: the callers need a role for it")
        else:
            yield from no_input_text(f"{name}.roles.{need}", given[need])


def roles_by_need(
    roles: Mapping[str, pulumi.Input[str]], needs: Iterable[Need]
) -> tuple[pulumi.Input[str], ...]:
    """Which of the roles (`predict` or a need -> its role) callers with these needs have."""
    return tuple(roles[need] for need in _with_role(needs))


def _roles(args: ModelEndpointArgs, needs: Iterable[Need]) -> Iterator[pulumi.Input[str]]:
    """The roles of the callers."""
    if "role" in args:
        yield args["role"]
    elif isinstance(roles := args.get("roles"), pulumi.Output):
        later = cast("pulumi.Output[Mapping[str, str]]", roles)
        for need in _with_role(needs):
            yield later.apply(lambda known, need=need: _role_for(need, known))
    elif roles is not None:
        yield from roles_by_need(cast("Mapping[str, pulumi.Input[str]]", roles), needs)
    else:
        yield PREDEFINED_ROLE


def _role_for(need: str, known: Mapping[str, str]) -> str:
    """The role for a need of those that an output has. Raises RunError where there is none."""
    if need in known:
        return known[need]
    has = ", ".join(sorted(known)) or "none"
    said = f"roles: missing {need}: the callers need a role for it, and the roles are for {has}"
    raise pulumi.RunError(said)


def _register_for(stack: Stack) -> Exports:
    members = {FEDERATION: stack.federation.member} if stack.federation else {}
    for deployment, decided in stack.plan.answers:
        roles = roles_by_need(stack.baseline.role_names, placement_of(decided).request.needs)
        move = stack.moves.get(deployment.name)
        placed = Placed(deployment, decided, roles, members, project=None, move=move)
        stack.endpoints[deployment.name] = ModelEndpoint.decided(placed, stack.after())
    exports = {name: made.exports() for name, made in stack.endpoints.items()}
    return {"snapshot": stack.plan.snapshot.id, "deployments": exports}


def _sought_for(plan: "Plan", google_project: str) -> Iterator[Sought]:
    for deployment, _ in plan.answers:
        yield from sought(deployment, google_project)


FEATURE = StackFeature(Turn.ENDPOINTS, _register_for, _sought_for)
