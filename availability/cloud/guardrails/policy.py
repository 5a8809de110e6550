"""An organization policy, its constraint, and Google's limits to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from availability.cloud.guardrails.keys import GuardrailKeys
from availability.input.errors import NAMESPACE, Problem
from availability.placement.request import Placement
from availability.placement.warnings import Warning
from availability.places.geography import places

ALLOWED_MODELS = "vertexai.allowedModels"


ENDPOINT_USAGE = "gcp.restrictEndpointUsage"


NO_SERVICE_ACCOUNT_KEYS = (
    "iam.managed.disableServiceAccountKeyCreation",
    "iam.managed.disableServiceAccountKeyUpload",
)


SERVICE_USAGE = "gcp.restrictServiceUsage"


RESOURCE_LOCATIONS = "gcp.resourceLocations"


PARTNER_FEATURES = "vertexai.allowedPartnerModelFeatures"


SUPPORTS_DRY_RUN = frozenset({ENDPOINT_USAGE, SERVICE_USAGE, *NO_SERVICE_ACCOUNT_KEYS})
"""Managed constraints, and of the legacy ones these two (C). Google refuses any other."""


MAX_VALUES = 500
"""Allowed and denied values of one policy (A, D)."""


MAX_BYTES = 32 * 1024
"""The size of one policy (D). How Google counts is not said: here it is the values as JSON."""


KEY = f"{NAMESPACE}:guardrails"


Placed = tuple[str, Placement]
"""The name of a deployment, and where it is placed."""


@dataclass(frozen=True)
class Policy:
    """One organization policy of the project, for one constraint.

    It has values of a list constraint, allowed or denied, or `deny_all`, or it enforces a boolean
    one.
    """

    constraint: str
    """Without `constraints/`."""
    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    deny_all: bool = False
    enforced: bool = False
    inherits: bool = False
    """Whether what the folder and the organization deny stays denied (E). A list of allowed values
    does not inherit: it would allow what theirs allow."""
    dry_run: bool = False
    """Whether violations are only logged."""

    @property
    def values(self) -> tuple[str, ...]:
        """What is allowed and what is denied."""
        return self.allowed + self.denied


@dataclass(frozen=True)
class Guardrails:
    """What is registered for the project, and what ought to be known about it."""

    policies: tuple[Policy, ...]
    warnings: tuple[Warning, ...]


def open_locations(placed: Iterable[Placed], also: Iterable[str] = ()) -> frozenset[str]:
    """The locations whose hosts stay open.

    At least one deployment's residency allows them, a placement uses them, or they are in `also`.
    """
    opened = set(also)
    for _, placement in placed:
        opened |= {where for where in places() if placement.request.residency.holds(where)}
        opened |= used_locations(placement)
    return frozenset(opened)


def over_limits(policy: Policy, keys: GuardrailKeys) -> Iterator[Problem]:
    """The limits of Google's that the policy is over, under the key that makes it long."""
    if not policy.values:
        return
    long = {
        ALLOWED_MODELS: f"{KEY}.alsoAllow.models" if keys.models else f"{NAMESPACE}:deployments",
        SERVICE_USAGE: f"{KEY}.restrictServices",
        PARTNER_FEATURES: f"{KEY}.partnerModelFeatures",
    }
    path = long.get(policy.constraint, KEY)
    count, size = len(policy.values), len(json.dumps(policy.values).encode())
    if count > MAX_VALUES:
        limit = f"{count} values, and Google takes at most {MAX_VALUES} in a policy"
        yield Problem(path, f"{policy.constraint} would have {limit}: allow less")
    elif size > MAX_BYTES:
        limit = f"{size} bytes of values, and Google takes at most {MAX_BYTES} in a policy"
        yield Problem(path, f"{policy.constraint} would have {limit}: allow less")


def used_locations(placement: Placement) -> set[str]:
    """Where the placement's calls go: requests, batches and caches, tuning jobs and corpora."""
    others = (placement.tuning_location, placement.rag_location)
    return {placement.location, *(place for place in others if place)}


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values, each once, in their order."""
    return tuple(dict.fromkeys(values))
