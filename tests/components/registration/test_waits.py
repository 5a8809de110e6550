"""Nothing is called before its API is activated: each resource waits for the services it needs."""

import json
from typing import Any

import pytest

from sandbox.emulator.shapes import SHAPES
from tests.components.recording import FLASH, SERVICE, Program, Registered
from tests.components.whole_program import run, stack_values

MORE_THAN_ITS_OWN = {
    # Google's "Access Google APIs through endpoints": such an endpoint is registered there.
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": {"servicedirectory.googleapis.com"},
    # The agent of a service is made by the service.
    "gcp:projects/serviceIdentity:ServiceIdentity": {"aiplatform.googleapis.com"},
    # Google's "Workload Identity Federation" names both.
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": {
        "sts.googleapis.com",
        "iamcredentials.googleapis.com",
    },
}
FEATURES: dict[str, Any] = {
    "guardrails": "on",
    "federation": {"github": {"repository": "acme/chat", "ownerId": 7}},
    "auditLogs": True,
    "serviceAgents": True,
    "privateAccess": {
        "network": "apps",
        "subnetwork": "apps",
        "regionalEndpoints": ["europe-west4"],
    },
    "caching": "off",
}
DEPLOYMENTS: dict[str, Any] = {
    "chat": {
        "model": FLASH,
        "location": "europe-west4",
        "needs": ["batch-prediction"],
        "callers": ["federation"],
    },
    "lab": {
        "model": FLASH,
        "location": "europe-west1",
        "serviceAccountUsers": ["user:a@acme.example"],
        "workloadIdentityUsers": ["federation"],
    },
}


def waits_for(one: Registered, by_urn: dict[str, Registered]) -> set[str]:
    """The services whose activation comes before a resource, by whatever way."""
    seen: set[str] = set()
    left = [one.urn]
    while left:
        urn = left.pop()
        if urn not in seen:
            seen.add(urn)
            left += by_urn[urn].depends_on if urn in by_urn else ()
    found = (by_urn[urn] for urn in seen if urn in by_urn)
    return {other.inputs["service"] for other in found if other.type == SERVICE}


@pytest.mark.parametrize("store", ["secrets", "parameters"])
def test_every_resource_waits_for_the_services_that_it_needs(program: Program, store: str) -> None:
    features = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in FEATURES.items()
    }
    run(program, stack_values(DEPLOYMENTS, publish=store, **features))
    by_urn = {one.urn: one for one in program.registered}
    checked: set[str] = set()
    for one in program.registered:
        if one.type not in SHAPES or one.type == SERVICE:
            continue
        api = SHAPES[one.type].api
        needed = MORE_THAN_ITS_OWN.get(one.type, set[str]()) | ({api} if api else set[str]())
        assert needed, one.type
        assert needed <= waits_for(one, by_urn), one.urn
        checked.add(one.type)
    assert len(checked) == (18 if store == "secrets" else 17)
