"""Private access, publishing and caching on the real engine: up, unchanged, changed, and off."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator import shapes
from sandbox.workspace import Sandbox
from tests.engine.projects import PRIVATE, begin, change, copy_of_the_project, everything, set_keys

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine

VERSION = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"
PARAMETER_VERSION = "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion"
CACHE = "gcp:vertex/aiCacheConfig:AiCacheConfig"
RECORD = "gcp:dns/recordSet:RecordSet"
SERVICES = "gcp:projects/service:Service"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path)


def bodies(sandbox: Sandbox, token: str) -> list[dict[str, Any]]:
    cloud = sandbox.cloud()
    try:
        return [row.body for row in cloud.rows(token)]
    finally:
        cloud.close()


def without_services(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [one for one in everything(sandbox) if one[0] != SERVICES]


def test_private_access_comes_stays_and_goes(project_sandbox: ProjectSandbox, copy: Path) -> None:
    lab: dict[str, object] = {"model": "gemini-3.5-flash", "residency": "europe-west3"}
    change(copy, "staging", lab=lab)
    sandbox = project_sandbox(copy)
    assert sandbox.up("staging").ok
    before = without_services(sandbox)
    set_keys(copy, "staging", privateAccess=PRIVATE)
    result = sandbox.up("staging")
    assert result.ok, result.text
    [regional] = bodies(sandbox, shapes.REGIONAL_ENDPOINT)
    assert (regional["location"], regional["targetGoogleApi"]) == (
        "europe-west4",
        "aiplatform.eu.rep.googleapis.com",
    )
    [rule] = bodies(sandbox, shapes.FORWARDING_RULE)
    assert rule["target"] == "all-apis"
    addresses = sandbox.outputs("staging")["privateAccess"]
    assert addresses == {
        "aiplatform.eu.rep.googleapis.com": regional["address"],
        "europe-west3-aiplatform.googleapis.com": "10.255.255.254",
    }
    records = {one["name"]: one["rrdatas"] for one in bodies(sandbox, RECORD)}
    assert records == {f"{host}.": [address] for host, address in addresses.items()}
    assert set(sandbox.up("staging").changes) == {"same"}
    # Another address replaces what holds it, in an order that Google takes.
    set_keys(copy, "staging", privateAccess={**PRIVATE, "address": "10.255.255.253"})
    result = sandbox.up("staging")
    assert result.ok, result.text
    assert ["10.255.255.253"] in [one["rrdatas"] for one in bodies(sandbox, RECORD)]
    set_keys(copy, "staging", privateAccess=None)
    assert sandbox.up("staging").ok
    assert without_services(sandbox) == before


def test_a_second_stack_of_a_network_leaves_the_names_to_the_first(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    only = {"chat": {"model": "gemini-3.8-flash"}}
    for stack in ("dev", "staging"):
        keys = {"deployments": only, "residency": "eu", "gcp__project": "acme-shared"}
        set_keys(copy, stack, privateAccess=PRIVATE, gcp__region="europe-west4", **keys)
    sandbox = project_sandbox(copy)
    assert sandbox.up("staging").ok
    result = sandbox.up("dev")
    assert not result.ok
    assert "is already bound to a private zone named" in result.text
    fix = "pulumi config set --path vertex-residency:privateAccess.dns false --stack dev"
    assert fix in result.text
    set_keys(copy, "dev", privateAccess={**PRIVATE, "dns": False})
    result = sandbox.up("dev")
    assert result.ok, result.text
    assert len(bodies(sandbox, shapes.ZONE)) == 1
    assert len(bodies(sandbox, shapes.REGIONAL_ENDPOINT)) == 2


def test_a_network_that_cannot_serve_a_placement_is_refused_in_the_preview(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    elsewhere = "projects/acme-staging/regions/us-central1/subnetworks/apps"
    set_keys(copy, "staging", privateAccess={"network": "apps", "subnetwork": elsewhere})
    result = project_sandbox(copy).preview("staging")
    assert not result.ok
    assert "stacks/Pulumi.staging.yaml:" in result.text
    assert "a subnetwork in a region of eu" in result.text
    assert "Traceback" not in result.text


@pytest.mark.parametrize(
    ("store", "token"),
    [("secrets", VERSION), pytest.param("parameters", PARAMETER_VERSION, marks=pytest.mark.soak)],
)
def test_a_configuration_is_published_anew_when_it_changes(
    project_sandbox: ProjectSandbox, copy: Path, store: str, token: str
) -> None:
    sandbox = project_sandbox(copy)
    begin(sandbox, "staging")
    before = without_services(sandbox)
    set_keys(copy, "staging", publish=store)
    result = sandbox.up("staging")
    assert result.ok, result.text
    first = bodies(sandbox, token)
    assert len(first) == 3
    assert {one["location"] for one in first} == {"europe-west4"}
    assert set(sandbox.up("staging").changes) == {"same"}
    change(copy, "staging", search={"residency": "us"})
    result = sandbox.up("staging")
    assert result.ok, result.text
    places = sorted(one["location"] for one in bodies(sandbox, token))
    assert places[:2] == ["europe-west4"] * 2
    assert places[2].startswith("us-")
    change(copy, "staging", chat={"model": "gemini-3.5-flash"})
    result = sandbox.up("staging")
    assert result.ok, result.text
    names = {one["name"] for one in bodies(sandbox, token)}
    assert len(names) == 3
    assert not names >= {one["name"] for one in first if "chat" in one["name"]}
    set_keys(copy, "staging", publish=None)
    assert sandbox.up("staging").ok
    assert without_services(sandbox) == before


@pytest.mark.soak
def test_caching_stays_off_until_it_is_turned_on_again(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox = project_sandbox(copy)

    def disabled() -> list[bool]:
        return [one["disableCache"] for one in bodies(sandbox, CACHE)]

    for word, expected in (("off", [True]), (None, [True]), ("on", [False]), ("off", [True])):
        set_keys(copy, "staging", caching=word)
        result = sandbox.up("staging")
        assert result.ok, result.text
        assert disabled() == expected
    assert set(sandbox.up("staging").changes) == {"same"}
