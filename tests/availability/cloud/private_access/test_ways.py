"""How a network reaches each location: the way, the host, the subnetwork, and what is missing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.cloud.private_access.ways import (
    PrivateAccess,
    PrivateHost,
    Way,
    documented,
    private_hosts,
)
from availability.explanation.answers import to_json
from availability.input.errors import BadInput
from availability.placement.endpoints import host
from availability.placement.request import Placement
from availability.places.areas import reach
from availability.places.geography import places, regions
from availability.stack.config import parse_stack
from availability.stack.plan import Plan, plan

NETWORK = "projects/acme-net/global/networks/apps"
NL = "projects/acme-net/regions/europe-west4/subnetworks/apps"
SET = "pulumi config set --path vertex-residency:privateAccess.subnetwork"
DAY = dt.date(2026, 11, 1)


def access(**keys: Any) -> PrivateAccess:
    all_keys: dict[str, Any] = {"network": NETWORK, "subnetworks": {}, **keys}
    return PrivateAccess(**all_keys)


def reached(location: str, of: PrivateAccess, near: str | None = None) -> PrivateHost:
    [found] = private_hosts(of, [location, location], "dev", "acme-dev", near)
    return found


def planned(deployments: object, private: object, **others: str) -> Plan:
    values = {
        "gcp:project": "acme-dev",
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": "2025-05-12",
        "vertex-residency:residency": "eu",
        "vertex-residency:deployments": json.dumps(deployments),
        "vertex-residency:privateAccess": (
            private if isinstance(private, str) else json.dumps(private)
        ),
    }
    values |= {f"vertex-residency:{key}": value for key, value in others.items()}
    return plan(parse_stack(values), "dev", DAY)


def test_only_the_multi_regions_are_documented_to_have_a_regional_endpoint():
    assert documented() == {"us", "eu"}
    assert documented() <= set(places())


def test_the_global_endpoint_is_reached_by_the_bundle():
    assert reached("global", access()) == PrivateHost(
        "global", "aiplatform.googleapis.com", Way.BUNDLE
    )


def test_a_region_of_which_no_endpoint_is_documented_is_reached_by_the_bundle():
    found = reached("europe-west4", access(subnetworks={"": "apps"}))
    assert found == PrivateHost(
        "europe-west4", "europe-west4-aiplatform.googleapis.com", Way.BUNDLE
    )


def test_a_region_that_the_stack_declares_has_its_regional_endpoint_there():
    declared = access(subnetworks={"": "apps"}, regional_endpoints=("europe-west4",))
    assert reached("europe-west4", declared) == PrivateHost(
        "europe-west4",
        "aiplatform.europe-west4.rep.googleapis.com",
        Way.REGIONAL_ENDPOINT,
        "europe-west4",
        NL,
    )


def test_a_multi_regions_endpoint_is_where_the_callers_are():
    found = reached("eu", access(subnetworks={"": "apps"}), near="europe-west4")
    assert found.region == "europe-west4"
    assert found.subnetwork == NL
    assert found.host == host("eu")


def test_of_several_subnetworks_the_nearest_to_the_callers_serves_a_multi_region():
    several = {"europe-west9": "paris", "europe-north1": "hamina", "us-central1": "iowa"}
    of = access(subnetworks=several)
    assert reached("eu", of, near="europe-west4").region == "europe-west9"
    assert reached("eu", of, near="europe-north1").region == "europe-north1"
    assert reached("us", of, near="europe-west4").region == "us-central1"


@pytest.mark.parametrize(
    ("location", "of", "near"),
    [
        ("eu", access(), "europe-west4"),
        ("eu", access(subnetworks={"": "apps"}), None),
        ("eu", access(subnetworks={"": "apps"}), "europe-west2"),
        ("eu", access(subnetworks={"europe-west6": "zurich"}), "europe-west6"),
        ("us", access(subnetworks={"europe-west4": NL}), "europe-west4"),
        (
            "europe-west9",
            access(subnetworks={"europe-west4": NL}, regional_endpoints=("europe-west9",)),
            "europe-west4",
        ),
    ],
)
def test_a_regional_endpoint_without_a_fitting_subnetwork_is_refused_with_a_command(
    location: str, of: PrivateAccess, near: str | None
):
    with pytest.raises(BadInput) as raised:
        reached(location, of, near)
    [problem] = raised.value.problems
    assert problem.path == "vertex-residency:privateAccess.subnetwork"
    assert "pulumi config set --path vertex-residency:privateAccess.subnetwork " in str(problem)
    assert location in problem.message
    assert "--stack dev" in problem.message


def test_the_command_keeps_the_subnetworks_that_are_needed():
    with pytest.raises(BadInput) as raised:
        private_hosts(access(subnetworks={"europe-west4": NL}), ["eu", "us"], "dev", None, None)
    [problem] = raised.value.problems
    steps = problem.message.partition("name it: ")[2].split(" && ")
    assert [step.split(" --stack")[0] for step in steps] == [
        "pulumi config rm --path vertex-residency:privateAccess.subnetwork",
        f"{SET}.REGION_OF_US projects/acme-net/regions/REGION_OF_US/subnetworks/SUBNETWORK",
        f"{SET}.europe-west4 {NL}",
    ]


@given(
    location=st.sampled_from(sorted(places())),
    given=st.dictionaries(st.sampled_from(["", *sorted(regions())]), st.just("apps"), max_size=4),
    declared=st.sets(st.sampled_from(sorted(regions()))),
    near=st.none() | st.sampled_from(sorted(regions())),
)
def test_a_regional_endpoint_never_leaves_the_reach_of_its_location(
    location: str, given: dict[str, str], declared: set[str], near: str | None
):
    of = access(subnetworks=given, regional_endpoints=tuple(declared))
    try:
        found = reached(location, of, near)
    except BadInput:
        return
    if found.way is Way.BUNDLE:
        assert (found.host, found.region, found.subnetwork) == (host(location), None, None)
        return
    assert found.region is not None
    assert reach(found.region) <= reach(location)
    assert found.subnetwork == f"projects/acme-net/regions/{found.region}/subnetworks/apps"
    assert found.host == f"aiplatform.{location}.rep.googleapis.com"


FLASH = {"model": "gemini-2.0-flash-001", "location": "europe-west4"}
CLAUDE = {"model": "claude-3-7-sonnet@20250219", "location": "europe-west1", "priorUsage": True}
LLAMA = {
    "model": "llama-3.3-70b-instruct-maas",
    "residency": "us",
    "location": "us-central1",
}
DECLARED = {
    "network": "apps",
    "subnetwork": "apps",
    "regionalEndpoints": ["europe-west4", "europe-west1", "us-central1"],
}


def documents(made: Plan) -> dict[str, Any]:
    assert all(isinstance(one.result, Placement) for _, one in made.answers)
    return {
        deployment.name: to_json(one, "acme-dev")["placement"] for deployment, one in made.answers
    }


def test_the_endpoint_and_the_environment_follow_a_declared_endpoint():
    waived = {"accept": [{"rule": "retired", "until": "2027-01-01", "reason": "a test"}]}
    models = {
        "chat": {**FLASH, **waived},
        "review": {**CLAUDE, **waived},
    }
    found = documents(planned(models, DECLARED, asOf="2025-06-01"))
    for name, location in (("chat", "europe-west4"), ("review", "europe-west1")):
        start = f"https://aiplatform.{location}.rep.googleapis.com/v1/"
        assert found[name]["endpointUrl"].startswith(start)
        assert f"/locations/{location}/" in found[name]["endpointUrl"]
    assert found["chat"]["environment"]["GOOGLE_VERTEX_BASE_URL"] == (
        "https://aiplatform.europe-west4.rep.googleapis.com"
    )
    assert found["review"]["environment"]["ANTHROPIC_VERTEX_BASE_URL"] == (
        "https://aiplatform.europe-west1.rep.googleapis.com/v1"
    )


def test_without_a_declared_endpoint_nothing_that_is_put_out_changes():
    models = {"chat": FLASH, "review": CLAUDE}
    private = documents(planned(models, {"network": "apps"}, asOf="2025-06-01"))
    public = documents(planned(models, "off", asOf="2025-06-01"))
    assert private == public


def test_a_declared_endpoint_is_called_so():
    made = planned({"chat": FLASH}, DECLARED, asOf="2025-06-01")
    texts = {one.id.value: one.text for one in made.warnings}
    assert "aiplatform.europe-west4.rep.googleapis.com" in texts["declared-endpoint"]
    assert "private-address" not in texts


def test_an_address_that_is_left_to_google_is_called_so():
    warned = {one.id.value for one in planned({"chat": FLASH}, {"network": "apps"}).warnings}
    assert "private-address" in warned
    keys = {"network": "apps", "address": "10.255.255.254"}
    assert "private-address" not in {
        one.id.value for one in planned({"chat": FLASH}, keys).warnings
    }


def test_a_network_of_another_project_is_called_so():
    made = planned({"chat": FLASH}, {"network": NETWORK})
    [text] = [one.text for one in made.warnings if one.id.value == "shared-network"]
    assert "acme-net" in text


def test_the_services_are_those_of_the_ways():
    used = planned({"chat": FLASH}, {"network": "apps"}).features
    assert set(used) == {"network", "private-dns", "api-bundle"}
    declared = planned({"chat": FLASH}, {**DECLARED, "dns": False}, asOf="2025-06-01").features
    assert set(declared) == {"network", "regional-endpoints"}


@pytest.mark.parametrize(
    ("near", "why"),
    [(None, "gcp:region is not set"), ("us-east1", "gcp:region, us-east1, lies outside")],
)
def test_a_name_alone_needs_a_region_that_fits(near: str | None, why: str):
    with pytest.raises(BadInput) as caught:
        reached("eu", access(subnetworks={"": "apps"}), near)
    assert f"{why}, so the name apps tells no region" in str(caught.value)
