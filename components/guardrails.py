"""Organization policies that hold a project to where its stack's models are placed.

It owns them in its project: two stacks that set the same constraint there overwrite each other.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.guardrails.policy import MAX_VALUES, SUPPORTS_DRY_RUN, Policy
from availability.cloud.resource_types import ResourceType
from availability.input.errors import Problem
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import no_texts, no_truth, unknown_keys
from components.registration.diagnostics import bad_input
from components.registration.google_project import project_of, project_problems
from components.registration.readiness import child_options, program
from components.registration.search import Sought

if TYPE_CHECKING:
    from availability.stack.plan import Plan

TYPE = "vertex-residency:index:Guardrails"
_NAME = "guardrails"
"""That of a stack's component."""
_CONSTRAINT = re.compile(r"[a-z]+(\.[A-Za-z]+)+")
_KINDS = ("allowed", "denied", "deny_all", "enforced")


class PolicyArgs(TypedDict):
    """One organization policy: a list constraint's values, or a boolean constraint enforced."""

    constraint: str
    """The constraint without `constraints/`: `gcp.restrictEndpointUsage`."""
    allowed: NotRequired[list[str]]
    """The values to allow; all others are denied."""
    denied: NotRequired[list[str]]
    """The values to deny; all others are allowed."""
    deny_all: NotRequired[bool]
    """Denies every value."""
    enforced: NotRequired[bool]
    """Enforces a boolean constraint."""
    inherits: NotRequired[bool]
    """Whether the rules of the folder and the organization are merged with these."""
    dry_run: NotRequired[bool]
    """Only logs what would be denied; managed constraints and a few others know this mode."""


class GuardrailsArgs(TypedDict):
    """The policies of a project."""

    policies: list[PolicyArgs]
    """The policies, each for another constraint."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class Guardrails(pulumi.ComponentResource):
    """Organization policies of one project."""

    constraints: pulumi.Output[list[str]]
    """The constraints that have a policy."""

    def __init__(
        self, name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        problems = list(_problems(name, args, opts))
        if problems:
            raise bad_input(f"the arguments of {name}", problems)
        super().__init__(TYPE, name, {}, opts)
        parent = pulumi.Output.concat("projects/", project_of(self, args.get("project")))
        for policy in args["policies"]:
            constraint, label = policy["constraint"], f"{name}-{policy['constraint']}"
            registered = program().registered
            if not policy.get("dry_run"):
                registered.constraints.add(constraint)
            registered.note_parent(self, ResourceType.POLICY, label)
            gcp.orgpolicy.Policy(
                label,
                name=pulumi.Output.concat(parent, "/policies/", constraint),
                parent=parent,
                spec=None if policy.get("dry_run") else _spec(policy),
                dry_run_spec=_spec(policy) if policy.get("dry_run") else None,
                opts=child_options(self, opts, ResourceType.POLICY, label),
            )
        constraints = [policy["constraint"] for policy in args["policies"]]
        self.constraints = pulumi.Output.from_input(constraints)
        self.register_outputs({"constraints": self.constraints})


def sought(name: str, args: GuardrailsArgs, project: str) -> Iterator[Sought]:
    """The policies, of which nothing can be looked up."""
    for policy in args["policies"]:
        label = f"{name}-{policy['constraint']}"
        inputs = {"name": f"projects/{project}/policies/{policy['constraint']}"}
        yield Sought((TYPE, name), ResourceType.POLICY, label, inputs)


def _spec(policy: PolicyArgs) -> gcp.orgpolicy.PolicySpecArgsDict:
    """What Google is told, the same for an enforced policy and for one in dry-run mode."""
    rule: gcp.orgpolicy.PolicySpecRuleArgsDict = {}
    if policy.get("enforced"):
        rule["enforce"] = "TRUE"
    if policy.get("deny_all"):
        rule["deny_all"] = "TRUE"
    values: gcp.orgpolicy.PolicySpecRuleValuesArgsDict = {}
    if allowed := policy.get("allowed"):
        values["allowed_values"] = allowed
    if denied := policy.get("denied"):
        values["denied_values"] = denied
    if values:
        rule["values"] = values
    spec: gcp.orgpolicy.PolicySpecArgsDict = {"rules": [rule]}
    if policy.get("inherits"):  # only a list constraint takes this key at all
        spec["inherit_from_parent"] = True
    return spec


def _problems(
    name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None
) -> Iterator[Problem]:
    """Every mistake in the arguments, before anything is registered."""
    yield from project_problems(f"{name}.project", args.get("project"), opts)
    yield from unknown_keys(name, args, GuardrailsArgs)
    policies = cast("object", args.get("policies"))
    if not isinstance(policies, list) or not policies:
        yield Problem(f"{name}.policies", "expected a list of policies, with at least one")
        return
    seen: set[str] = set()
    for index, policy in enumerate(args["policies"]):
        path = f"{name}.policies[{index}]"
        wrong = [*unknown_keys(path, policy, PolicyArgs)]
        wrong = wrong or [*_policy_problems(path, policy)]
        yield from wrong
        if not wrong and policy["constraint"] in seen:
            message = f"{policy['constraint']} has another policy already"
            yield Problem(f"{path}.constraint", message)
        seen |= set() if wrong else {policy["constraint"]}


def _policy_problems(path: str, policy: PolicyArgs) -> Iterator[Problem]:
    constraint = cast("object", policy.get("constraint"))
    if not isinstance(constraint, str) or not _CONSTRAINT.fullmatch(constraint):
        message = f"{constraint!r} is no constraint like gcp.restrictEndpointUsage"
        yield Problem(f"{path}.constraint", message)
        constraint = ""
    count = 0
    for key in ("allowed", "denied"):
        values = cast("object", policy.get(key, []))
        yield from no_texts(f"{path}.{key}", values)
        count += len(cast("list[object]", values)) if isinstance(values, list) else 0
    for key in ("deny_all", "enforced", "inherits", "dry_run"):
        yield from no_truth(f"{path}.{key}", policy.get(key, False))
    given = [kind for kind in _KINDS if policy.get(kind)]
    if not given or (len(given) > 1 and set(given) != {"allowed", "denied"}):
        yield Problem(path, f"expected one of {', '.join(_KINDS)}: what the policy says")
    if count > MAX_VALUES:
        yield Problem(path, f"{count} values, and Google takes at most {MAX_VALUES} in a policy")
    if policy.get("dry_run") and constraint and not _can_be_dry_run(constraint):
        message = f"{constraint} can't be in dry-run mode: Google refuses such a policy"
        yield Problem(f"{path}.dry_run", message)


def _can_be_dry_run(constraint: str) -> bool:
    """Managed and custom constraints, and the legacy ones that Google names."""
    return (
        constraint in SUPPORTS_DRY_RUN or ".managed." in constraint or constraint[:7] == "custom."
    )


def guardrails_arguments(plan: "Plan") -> GuardrailsArgs | None:
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


def _register_for(stack: Stack) -> Exports:
    if arguments := guardrails_arguments(stack.plan):
        Guardrails(_NAME, arguments, stack.after())
    return {}


def _sought_for(plan: "Plan", google_project: str) -> Iterator[Sought]:
    if arguments := guardrails_arguments(plan):
        yield from sought(_NAME, arguments, google_project)


FEATURE = StackFeature(Turn.SURROUNDINGS, _register_for, _sought_for)
