"""What the emulated cloud refuses of private access, and of what is published."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator import shapes
from sandbox.emulator.cloud import Cloud
from sandbox.emulator.errors import ApiError

PROJECT = "acme-dev"
NETWORK = "projects/acme-dev/global/networks/apps"
CACHE = "gcp:vertex/aiCacheConfig:AiCacheConfig"


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with closing(Cloud(tmp_path / "cloud.sqlite")) as made:
        for api in shapes.API_TITLES:
            made.create(shapes.SERVICE, PROJECT, {"service": api})
        yield made


def regional(**more: Any) -> dict[str, Any]:
    return {
        "name": "one",
        "location": "europe-west4",
        "targetGoogleApi": "aiplatform.eu.rep.googleapis.com",
        "accessType": "REGIONAL",
        "network": NETWORK,
        "subnetwork": "projects/acme-dev/regions/europe-west4/subnetworks/apps",
    } | more


def rule(**more: Any) -> dict[str, Any]:
    return {
        "name": "vertex1",
        "target": "all-apis",
        "network": NETWORK,
        "loadBalancingScheme": "",
        "ipAddress": "projects/acme-dev/global/addresses/one",
    } | more


def zone(name: str = "one", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "dnsName": "aiplatform.googleapis.com.",
        "visibility": "private",
        "privateVisibilityConfig": {"networks": [{"networkUrl": NETWORK}]},
    } | more


ADDRESS = {
    "name": "one",
    "addressType": "INTERNAL",
    "purpose": "PRIVATE_SERVICE_CONNECT",
    "network": NETWORK,
}


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        (shapes.REGIONAL_ENDPOINT, regional()),
        (
            shapes.REGIONAL_ENDPOINT,
            regional(targetGoogleApi="aiplatform.europe-west4.rep.googleapis.com"),
        ),
        (shapes.FORWARDING_RULE, rule()),
        (shapes.GLOBAL_ADDRESS, ADDRESS),
        (shapes.ZONE, zone()),
    ],
)
def test_what_is_right_is_created(cloud: Cloud, token: str, properties: dict[str, Any]) -> None:
    cloud.create(token, PROJECT, properties)
    assert len(cloud.rows(token)) == 1


@pytest.mark.parametrize(
    ("token", "properties", "message"),
    [
        (
            shapes.REGIONAL_ENDPOINT,
            regional(targetGoogleApi="europe-west4-aiplatform.googleapis.com"),
            "Invalid target",
        ),
        (
            shapes.REGIONAL_ENDPOINT,
            regional(targetGoogleApi="aiplatform.us.rep.googleapis.com"),
            "Invalid target",
        ),
        (
            shapes.REGIONAL_ENDPOINT,
            regional(targetGoogleApi="aiplatform.europe-west1.rep.googleapis.com"),
            "Invalid target",
        ),
        (shapes.REGIONAL_ENDPOINT, regional(location="europe-west2"), "Invalid target"),
        (shapes.REGIONAL_ENDPOINT, regional(location="europe-west1"), "must be in region"),
        (shapes.REGIONAL_ENDPOINT, regional(network="apps"), "Invalid network"),
        (shapes.FORWARDING_RULE, rule(name="vertex-1"), "resource.name"),
        (shapes.FORWARDING_RULE, rule(name="a" * 21), "resource.name"),
        (shapes.FORWARDING_RULE, rule(loadBalancingScheme="EXTERNAL"), "loadBalancingScheme"),
        (shapes.FORWARDING_RULE, rule(labels={"a": "b"}), "Labels are invalid"),
        (shapes.GLOBAL_ADDRESS, ADDRESS | {"purpose": ""}, "purpose"),
        (shapes.GLOBAL_ADDRESS, ADDRESS | {"network": ""}, "network"),
        (
            shapes.PARAMETER,
            {"location": "europe-west4", "parameterId": "a" * 64},
            "parameter id",
        ),
    ],
)
def test_what_google_does_not_take_is_refused(
    cloud: Cloud, token: str, properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(ApiError, match=message):
        cloud.create(token, PROJECT, properties)
    assert cloud.rows(token) == []


def test_a_network_has_one_private_zone_of_a_name(cloud: Cloud) -> None:
    cloud.create(shapes.ZONE, PROJECT, zone())
    with pytest.raises(ApiError, match="already bound"):
        cloud.create(shapes.ZONE, PROJECT, zone("two"))


@pytest.mark.parametrize(
    "other",
    [
        {"dnsName": "europe-west4-aiplatform.googleapis.com."},
        {"visibility": "public"},
        {"privateVisibilityConfig": {"networks": [{"networkUrl": f"{NETWORK}-2"}]}},
    ],
)
def test_another_name_network_or_visibility_is_another_zone(
    cloud: Cloud, other: dict[str, Any]
) -> None:
    cloud.create(shapes.ZONE, PROJECT, zone())
    cloud.create(shapes.ZONE, PROJECT, zone("two", **other))
    assert len(cloud.rows(shapes.ZONE)) == 2


def test_a_zone_is_no_obstacle_to_itself(cloud: Cloud) -> None:
    made = cloud.create(shapes.ZONE, PROJECT, zone())
    cloud.update(shapes.ZONE, made.id, PROJECT, zone(description="new"))


def test_an_address_in_use_stays(cloud: Cloud) -> None:
    address = cloud.create(shapes.GLOBAL_ADDRESS, PROJECT, ADDRESS)
    made = cloud.create(shapes.FORWARDING_RULE, PROJECT, rule(ipAddress=address.id))
    with pytest.raises(ApiError, match="already being used"):
        cloud.delete(shapes.GLOBAL_ADDRESS, address.id, PROJECT, ADDRESS)
    cloud.delete(shapes.FORWARDING_RULE, made.id, PROJECT, rule())
    cloud.delete(shapes.GLOBAL_ADDRESS, address.id, PROJECT, ADDRESS)
    assert cloud.rows(shapes.GLOBAL_ADDRESS) == []


def test_the_setting_for_caching_can_be_changed_and_not_deleted(cloud: Cloud) -> None:
    made = cloud.create(CACHE, PROJECT, {"disableCache": True})
    cloud.delete(CACHE, made.id, PROJECT, {"disableCache": True})
    assert [row.body["disableCache"] for row in cloud.rows(CACHE)] == [True]
    cloud.create(CACHE, PROJECT, {"disableCache": False})
    assert [row.body["disableCache"] for row in cloud.rows(CACHE)] == [False]
