"""The keys privateAccess, publish and caching: what they may say, and every mistake at once."""

from __future__ import annotations

from typing import Any

import pytest

from availability.cloud.caching import read_caching
from availability.cloud.private_access.keys import read_private_access
from availability.cloud.private_access.ways import PrivateAccess
from availability.cloud.publication import Store, read_publish
from availability.input.errors import BadInput

NETWORK = "projects/acme-net/global/networks/apps"


def mistakes(read: Any, value: object) -> dict[str, str]:
    with pytest.raises(BadInput) as raised:
        read(value)
    return {problem.path: problem.message for problem in raised.value.problems}


@pytest.mark.parametrize("value", ["off", "Off", False, "false"])
def test_off_is_no_private_access(value: object):
    assert read_private_access(value) is None


def test_a_name_alone_is_a_network():
    assert read_private_access({"network": "apps"}) == PrivateAccess("apps", {})


@pytest.mark.parametrize(
    "text",
    [
        NETWORK,
        f"https://www.googleapis.com/compute/v1/{NETWORK}",
        f" {NETWORK} ",
    ],
)
def test_a_network_in_full_is_its_resource_name(text: str):
    access = read_private_access({"network": text})
    assert access is not None
    assert access.network_name("acme-dev") == NETWORK


@pytest.mark.parametrize(
    ("project", "is_one"),
    [
        ("acme.example:acme-net", True),
        ("acme-net", True),
        ("acme:acme-net", False),
        (".example:acme-net", False),
        ("acme.example:net", False),
        ("acme.example:", False),
    ],
)
def test_a_network_may_be_in_a_domain_scoped_project(project: str, is_one: bool):
    path = f"projects/{project}/global/networks/apps"
    if is_one:
        assert read_private_access({"network": path}) == PrivateAccess(path, {})
    else:
        assert list(mistakes(read_private_access, {"network": path})) == [".network"]


def test_a_name_is_a_network_of_the_stacks_project():
    access = PrivateAccess("apps", {})
    assert access.network_name("acme-dev") == "projects/acme-dev/global/networks/apps"


def test_everything_that_can_be_said_is_read():
    subnetwork = "projects/acme-net/regions/europe-west4/subnetworks/apps-nl"
    access = read_private_access(
        {
            "network": NETWORK,
            "subnetwork": {"europe-west4": subnetwork, "us-central1": "apps-us"},
            "address": "10.255.255.254",
            "dns": "false",
            "globalAccess": True,
            "regionalEndpoints": "europe-west4, us-central1",
        }
    )
    assert access == PrivateAccess(
        NETWORK,
        {"europe-west4": subnetwork, "us-central1": "apps-us"},
        "10.255.255.254",
        dns=False,
        global_access=True,
        regional_endpoints=("europe-west4", "us-central1"),
    )


def test_a_subnetwork_in_full_tells_its_region():
    full = "projects/acme-net/regions/europe-west4/subnetworks/apps"
    access = read_private_access({"network": NETWORK, "subnetwork": full})
    assert access is not None
    assert access.subnetworks == {"europe-west4": full}


def test_every_mistake_is_reported_under_its_path():
    found = mistakes(
        read_private_access,
        {
            "network": "Apps!",
            "subnetwork": {"europe-west44": "apps", "us-central1": "a/b"},
            "address": "8.8.8.8",
            "dns": "maybe",
            "globalAccess": 1,
            "regionalEndpoints": ["eu"],
            "subnet": "apps",
        },
    )
    assert set(found) == {
        ".network",
        ".subnetwork.europe-west44",
        ".subnetwork.us-central1",
        ".address",
        ".dns",
        ".globalAccess",
        ".regionalEndpoints[0]",
        ".subnet",
    }


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("apps", ""),
        (["apps"], ""),
        ({}, ".network"),
        ({"network": ["apps"]}, ".network"),
        ({"network": "projects/A/global/networks/apps"}, ".network"),
        ({"network": "projects/acme-net/regions/x/subnetworks/apps"}, ".network"),
        ({"network": "apps", "subnetwork": 7}, ".subnetwork"),
        ({"network": "apps", "regionalEndpoints": 7}, ".regionalEndpoints"),
        ({"network": "apps", "address": "127.0.0.1"}, ".address"),
        ({"network": "apps", "address": "0.0.0.0"}, ".address"),  # noqa: S104
        ({"network": "apps", "address": 10}, ".address"),
    ],
)
def test_what_is_no_private_access_is_said_where_it_stands(value: object, path: str):
    assert set(mistakes(read_private_access, value)) == {path}


def test_a_subnetwork_of_another_project_than_the_networks_is_a_mistake():
    other = "projects/acme-other/regions/europe-west4/subnetworks/apps"
    found = mistakes(read_private_access, {"network": NETWORK, "subnetwork": other})
    assert "acme-other" in found[".subnetwork"]
    assert "acme-net" in found[".subnetwork"]


def test_a_subnetwork_under_another_region_is_a_mistake():
    full = "projects/acme-net/regions/europe-west4/subnetworks/apps"
    value = {"network": NETWORK, "subnetwork": {"us-central1": full}}
    assert "is in europe-west4" in mistakes(read_private_access, value)[".subnetwork.us-central1"]


@pytest.mark.parametrize(
    ("value", "store"),
    [
        ("secrets", Store.SECRETS),
        (" Parameters ", Store.PARAMETERS),
        ("off", None),
        (False, None),
    ],
)
def test_publish_names_a_store(value: object, store: Store | None):
    assert read_publish(value) is store


@pytest.mark.parametrize("value", ["secret", True, "on", ["secrets"], 1, None])
def test_anything_else_is_published_nowhere(value: object):
    assert "secrets, parameters or off" in mistakes(read_publish, value)[""]


def test_a_misspelt_store_is_corrected():
    with pytest.raises(BadInput) as raised:
        read_publish("secret")
    assert raised.value.problems[0].suggestions[0] == "secrets"


@pytest.mark.parametrize("value", ["on", "On", True, "true"])
def test_caching_is_on(value: object):
    assert read_caching(value) is True


@pytest.mark.parametrize("value", ["off", " OFF", False, "false"])
def test_caching_is_off(value: object):
    assert read_caching(value) is False


@pytest.mark.parametrize("value", ["no", "yes", 1, 0, None, {}, []])
def test_caching_knows_no_other_word(value: object):
    assert "expected on or off" in mistakes(read_caching, value)[""]
