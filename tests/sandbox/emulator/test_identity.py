"""What the emulated cloud knows of federated identities and of a project's IAM policy."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator import shapes
from sandbox.emulator.cloud import Cloud
from sandbox.emulator.computed import project_number
from sandbox.emulator.errors import ApiError

PROJECT = "acme-dev"
NUMBER = project_number(PROJECT)
POOLS = "locations/global/workloadIdentityPools"
GITHUB = {"issuerUri": "https://token.actions.githubusercontent.com/"}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with closing(Cloud(tmp_path / "cloud.sqlite")) as made:
        for api in shapes.API_TITLES:
            made.create(shapes.SERVICE, PROJECT, {"service": api})
        yield made


def pool(identifier: str = "vertex-dev", **more: Any) -> dict[str, Any]:
    return {"workloadIdentityPoolId": identifier} | more


def provider(**more: Any) -> dict[str, Any]:
    inputs: dict[str, Any] = {
        "workloadIdentityPoolProviderId": "github",
        "attributeMapping": {"google.subject": "assertion.sub"},
        "attributeCondition": "assertion.repository == 'acme/chat'",
        "oidc": GITHUB,
    }
    return pool() | inputs | more


def bind(cloud: Cloud, member: str) -> None:
    inputs = {"project": PROJECT, "role": "roles/viewer", "member": member}
    cloud.create(shapes.PROJECT_BINDING, PROJECT, inputs)


def test_a_pool_and_its_provider_are_named_by_the_projects_number(cloud: Cloud) -> None:
    made = cloud.create(shapes.POOL, PROJECT, pool())
    assert made.body["name"] == f"projects/{NUMBER}/{POOLS}/vertex-dev"
    assert made.id == f"projects/{PROJECT}/{POOLS}/vertex-dev"
    inner = cloud.create(shapes.POOL_PROVIDER, PROJECT, provider())
    assert inner.body["name"] == f"projects/{NUMBER}/{POOLS}/vertex-dev/providers/github"


def test_projects_have_numbers_of_their_own() -> None:
    numbers = {project_number(f"acme-{name}") for name in range(50)}
    assert len(numbers) == 50
    assert all(len(one) == 12 and one[0] != "0" for one in numbers)


def test_a_federated_identity_is_bound_while_its_pool_is_there(cloud: Cloud) -> None:
    member = f"principalSet://iam.googleapis.com/projects/{NUMBER}/{POOLS}/vertex-dev/group/g"
    with pytest.raises(ApiError, match="Identity Pool does not exist"):
        bind(cloud, member)
    cloud.create(shapes.POOL, PROJECT, pool())
    bind(cloud, member)


def test_a_pool_by_the_projects_id_does_not_exist(cloud: Cloud) -> None:
    cloud.create(shapes.POOL, PROJECT, pool())
    with pytest.raises(ApiError, match="Identity Pool does not exist"):
        bind(
            cloud, f"principal://iam.googleapis.com/projects/{PROJECT}/{POOLS}/vertex-dev/subject/s"
        )


def test_what_pools_another_project_has_is_not_known(cloud: Cloud) -> None:
    bind(cloud, f"principal://iam.googleapis.com/projects/1/{POOLS}/other/subject/s")


@pytest.mark.parametrize(
    "inputs",
    [pool("abc"), pool("x" * 33), pool("Vertex"), pool("a_bc"), pool(displayName="x" * 33)],
)
def test_a_pool_that_google_would_not_take_is_refused(cloud: Cloud, inputs: dict[str, Any]) -> None:
    with pytest.raises(ApiError):
        cloud.create(shapes.POOL, PROJECT, inputs)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (provider(attributeCondition=""), "must reference one of the provider's claims"),
        (provider(attributeCondition="true"), "must reference one of the provider's claims"),
        (provider(attributeMapping={}), "google.subject"),
        (provider(attributeCondition="assertion." + "x" * 4096), "4096"),
        (provider(workloadIdentityPoolProviderId="abc"), "4-32"),
    ],
)
def test_a_provider_that_google_would_not_take_is_refused(
    cloud: Cloud, inputs: dict[str, Any], said: str
) -> None:
    cloud.create(shapes.POOL, PROJECT, pool())
    with pytest.raises(ApiError, match=said):
        cloud.create(shapes.POOL_PROVIDER, PROJECT, inputs)


def test_a_policy_has_the_projects_bindings_and_audit_configs(cloud: Cloud) -> None:
    bind(cloud, "user:a@b.example")
    audit = {
        "project": PROJECT,
        "service": "aiplatform.googleapis.com",
        "auditLogConfigs": [{"logType": "DATA_READ"}],
    }
    cloud.create(shapes.AUDIT, PROJECT, audit)
    assert cloud.policy(PROJECT) == {
        "bindings": [{"role": "roles/viewer", "members": ["user:a@b.example"]}],
        "auditConfigs": [
            {
                "service": "aiplatform.googleapis.com",
                "auditLogConfigs": [{"logType": "DATA_READ"}],
            }
        ],
    }


def test_a_policy_is_not_read_before_its_api_is_enabled(cloud: Cloud) -> None:
    with pytest.raises(ApiError, match="Cloud Resource Manager API has not been used"):
        cloud.policy("acme-new")
