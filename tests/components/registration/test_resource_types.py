"""The table of Google's types of resources has a row for each that is registered, and no other."""

import json
from typing import Any

import pytest

from availability.cloud.resource_types import LOOKUPS, REPEATABLE, UNREAD, ResourceType
from tests.components.recording import FLASH, Program
from tests.components.whole_program import run, stack_values

EVERY_FEATURE: dict[str, str] = {
    "guardrails": "on",
    "federation": json.dumps({"github": {"repository": "acme/chat", "ownerId": 7}}),
    "auditLogs": "true",
    "serviceAgents": "true",
    "privateAccess": json.dumps(
        {"network": "apps", "subnetwork": "apps", "regionalEndpoints": ["europe-west4"]}
    ),
    "caching": "off",
}
DEPLOYMENTS: dict[str, Any] = {
    "chat": {"model": FLASH, "needs": ["batch-prediction"], "callers": ["federation"]},
    "lab": {"model": FLASH, "workloadIdentityUsers": ["federation"]},
    "world": {"model": FLASH, "residency": "any", "location": "global"},
}


def registered(store: str) -> set[str]:
    """The types of Google's resources that a stack with every feature registers."""
    program = Program()
    run(program, stack_values(DEPLOYMENTS, publish=store, **EVERY_FEATURE))
    return {one.type for one in program.registered if one.type.startswith("gcp:")}


def test_what_a_stack_with_every_feature_registers_is_in_the_table_and_nothing_else() -> None:
    assert registered("secrets") | registered("parameters") == {*ResourceType}


@pytest.mark.parametrize("kind", ResourceType)
def test_a_resource_that_is_there_is_created_again_or_looked_up_or_imported_by_a_person(
    kind: ResourceType,
) -> None:
    assert [kind in LOOKUPS, kind in UNREAD, kind in REPEATABLE].count(True) == 1
    assert (kind.row.import_id is None) is (kind in REPEATABLE)
