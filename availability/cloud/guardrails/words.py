"""What the organization policies of a stack hold one of its placements to, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from availability.cloud.guardrails.policy import (
    ALLOWED_MODELS,
    ENDPOINT_USAGE,
    NO_SERVICE_ACCOUNT_KEYS,
    PARTNER_FEATURES,
    RESOURCE_LOCATIONS,
    SERVICE_USAGE,
    Guardrails,
    Policy,
)
from availability.facts.names import Named
from availability.facts.snapshot import Call
from availability.placement.hosts import hosts
from availability.placement.request import Placement
from availability.places.geography import places


@dataclass(frozen=True)
class Enforced:
    """A policy, and what it holds a placement to."""

    policy: Policy
    text: str


def enforced(guardrails: Guardrails, placement: Placement) -> Iterator[Enforced]:
    """The policies that say something about the placement, each with what it says."""
    for policy in guardrails.policies:
        text = _WORDS[policy.constraint](policy, placement)
        if text is not None:
            lead = "Only logged, not enforced (dry run): " if policy.dry_run else ""
            yield Enforced(policy, f"{lead}{text}")


def not_enforced(
    guardrails: Guardrails | None, placement: Placement | None, *, asked_for: bool
) -> Iterator[str]:
    """What no policy of the stack holds, though a reader may think so.

    `asked_for` says whether the stack has guardrails, which are None while one of its deployments
    is refused; the placement is None for that one.
    """
    if not asked_for:
        yield (
            "No organization policy of this stack enforces it: its guardrails are off. What other "
            "stacks, the folder or the organization enforce is not known here."
        )
    elif guardrails is None:
        yield (
            "No organization policy can be named: none is decided while a deployment of the stack "
            "is refused. Those that an earlier update has made stay as they are."
        )
    elif placement is not None:
        yield from _gaps(guardrails.policies, placement)
    yield "Where requests are processed: no organization policy reaches there."
    yield (
        "Who calls which model, and where: the role of a caller covers every model and every "
        "endpoint of the project."
    )


def _gaps(policies: Iterable[Policy], placement: Placement) -> Iterator[str]:
    """What the policies that are made leave open of the placement."""
    by_constraint = {policy.constraint: policy for policy in policies}
    if all(policy.dry_run for policy in by_constraint.values()):
        yield "Nothing is denied yet: every organization policy of this stack is in dry run."
    if ALLOWED_MODELS not in by_constraint:
        yield f"Which models are called: {ALLOWED_MODELS} has no dry run and is left out."
    if placement.named.entry.call is Call.SPEECH_TO_TEXT:
        yield f"Where requests go: {ENDPOINT_USAGE} does not know speech.googleapis.com."
    elif (endpoints := by_constraint.get(ENDPOINT_USAGE)) is None:
        yield (
            "Where requests go: no host is denied, because a deployment of this stack, or "
            "alsoAllow, opens the project to every location."
        )
    elif left_open := _left_open(endpoints, placement):
        yield (
            "Where requests go, in part: for what else the project allows, these locations outside "
            f"of this deployment's own area stay open: {', '.join(left_open)}."
        )


def _left_open(policy: Policy, placement: Placement) -> list[str]:
    """The locations outside of the placement's own area that have a host that is not denied."""
    denied, residency = set(policy.denied), placement.request.residency
    return sorted(
        where
        for where in places()
        if not residency.holds(where) and not denied.issuperset(hosts(where))
    )


def _allowed_of(named: Named, policy: Policy) -> list[str]:
    """What follows the name of the model in the allowed values: actions, or features."""
    path = f"publishers/{named.entry.publisher}/models/{named.id}"
    pairs = (value.rpartition(":") for value in policy.allowed)
    return [word for model, _, word in pairs if model == path]


def _models(policy: Policy, placement: Placement) -> str:
    count = len(policy.allowed)
    return (
        f"Of publishers' models, only those that are allowed can be called ({count} "
        f"{'value' if count == 1 else 'values'}); of this one: "
        f"{', '.join(_allowed_of(placement.named, policy))}."
    )


def _endpoints(policy: Policy, placement: Placement) -> str | None:
    if placement.named.entry.call is Call.SPEECH_TO_TEXT:
        return None
    return (
        f"Requests to the {len(policy.denied)} hosts of the locations outside of the project's "
        "area are denied."
    )


def _key_creation(_policy: Policy, _placement: Placement) -> str:
    return "Nobody makes a key of a service account in the project."


def _key_upload(_policy: Policy, _placement: Placement) -> str:
    return "Nobody uploads a key for a service account in the project."


def _services(policy: Policy, _placement: Placement) -> str:
    return f"Of the services that the constraint knows, only {len(policy.allowed)} can be used."


def _resources(policy: Policy, _placement: Placement) -> str:
    return (
        f"Resources are made only in {', '.join(policy.allowed)}. Requests to models it does not "
        "stop."
    )


def _features(policy: Policy, placement: Placement) -> str | None:
    if placement.named.entry.publisher == "google":
        return None
    features = ", ".join(_allowed_of(placement.named, policy))
    return f"Of the features of partner models, this one has {features or 'none'}."


_creation, _upload = NO_SERVICE_ACCOUNT_KEYS
_WORDS: dict[str, Callable[[Policy, Placement], str | None]] = {
    ALLOWED_MODELS: _models,
    ENDPOINT_USAGE: _endpoints,
    _creation: _key_creation,
    _upload: _key_upload,
    SERVICE_USAGE: _services,
    RESOURCE_LOCATIONS: _resources,
    PARTNER_FEATURES: _features,
}
"""Constraint -> what its policy says of a placement; None where it says nothing of it."""
