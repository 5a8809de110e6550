"""A program that has components and no keys is told of arguments, never of `pulumi config`."""

import pytest

from availability.cloud.already_there import There, told
from availability.cloud.errors import CloudError, Meaning, advice
from availability.cloud.resource_types import ResourceType
from availability.cloud.set_by import SetBy

ROLE = There(
    ResourceType.ROLE,
    "project-predict",
    "projects/acme/roles/vertexCaller",
    "urn:pulumi:dev::apps::vertex-residency:index:ProjectBaseline::project",
)
POOL = There(
    ResourceType.POOL,
    "federation-pool",
    "projects/acme/locations/global/workloadIdentityPools/vertex-dev",
)
ACCOUNT = There(ResourceType.ACCOUNT, "chat-caller", "projects/acme/serviceAccounts/x@y")


@pytest.mark.parametrize("met", [ROLE, POOL, ACCOUNT], ids=lambda one: one.name)
def test_what_exists_already_is_imported_or_passed_by(met: There) -> None:
    said = told([met], "dev", "1", None, SetBy.ARGUMENTS)
    assert "pulumi config" not in said
    assert "takeOver" not in said
    assert f"pulumi import {met.kind} {met.name} {met.id}" in said
    assert said.splitlines()[-1] == "  pulumi up --stack dev"


def test_a_role_is_adopted_and_fresh_ids_are_taken_by_arguments() -> None:
    said = told([ROLE], "dev", "1", None, SetBy.ARGUMENTS)
    assert "Set the argument adopt.predict of ProjectBaseline to vertexCaller." in said
    assert "Set the argument generation of ProjectBaseline to the next number" in said
    assert "--parent project=urn:pulumi:dev::apps::" in said
    assert "Set the argument generation of Federation" in told(
        [POOL], "dev", "1", None, SetBy.ARGUMENTS
    )


@pytest.mark.parametrize(
    ("meaning", "kind", "said"),
    [
        (Meaning.ID_HELD, ResourceType.ROLE, "argument generation of ProjectBaseline"),
        (Meaning.ZONE_TAKEN, ResourceType.ZONE, "argument dns of PrivateAccess to false"),
    ],
)
def test_an_error_for_good_names_the_argument(
    meaning: Meaning, kind: ResourceType, said: str
) -> None:
    for set_by in SetBy:
        text = advice(
            CloudError(meaning, "it"),
            kind=kind,
            name="a",
            stack="dev",
            waited=0.0,
            generation="1",
            set_by=set_by,
        )
        assert text is not None
        assert (said in text) == (set_by is SetBy.ARGUMENTS)
        assert ("pulumi config" in text) == (set_by is SetBy.KEYS)
        assert ("takeOver" in text) <= (set_by is SetBy.KEYS)
