"""Private access under mocks: the ways, the names, and that nothing else is captured."""

import json
from typing import Any, cast

import pulumi
import pytest

from availability.explanation.answers import to_json
from availability.stack.config import parse_stack
from availability.stack.plan import plan
from components import PrivateAccess, PrivateAccessArgs
from tests.components.recording import (
    CLAUDE,
    FLASH,
    FORWARDING_RULE,
    GLOBAL_ADDRESS,
    RECORD,
    REGIONAL_ENDPOINT,
    SERVICE,
    UNKNOWN,
    ZONE,
    Program,
    endpoint,
)
from tests.components.whole_program import run, stack_values

NETWORK = "projects/acme-dev/global/networks/apps"
NL = "projects/acme-dev/regions/europe-west4/subnetworks/apps"
PRIVATE: dict[str, Any] = {"network": "apps", "subnetwork": "apps", "address": "10.9.9.9"}
DEPLOYMENTS: dict[str, Any] = {
    "chat": {"model": FLASH, "location": "europe-west4"},
    "review": {"model": CLAUDE, "location": "europe-west1"},
    "wide": {"model": FLASH, "location": "global", "residency": "any"},
}


def run_private(program: Program, **keys: Any) -> dict[str, str]:
    given = {key: value for key, value in {**PRIVATE, **keys}.items() if value is not None}
    values = stack_values(DEPLOYMENTS, privateAccess=json.dumps(given))
    run(program, values)
    return values


def access(**args: Any) -> PrivateAccess:
    defaults: dict[str, Any] = {
        "network": "apps",
        "regional": [
            {
                "host": "aiplatform.eu.rep.googleapis.com",
                "region": "europe-west4",
                "subnetwork": NL,
            }
        ],
    }
    given = {key: value for key, value in {**defaults, **args}.items() if value is not None}
    return PrivateAccess("private-access", cast("PrivateAccessArgs", given))


def test_without_the_key_nothing_of_it_is_registered(program: Program) -> None:
    run(program, stack_values(DEPLOYMENTS))
    private = (REGIONAL_ENDPOINT, GLOBAL_ADDRESS, FORWARDING_RULE, ZONE, RECORD)
    assert [one for token in private for one in program.of_type(token)] == []
    assert "privateAccess" not in program.exports


def test_the_bundle_has_one_address_and_one_rule_for_all_its_hosts(program: Program) -> None:
    run_private(program)
    [address] = program.of_type(GLOBAL_ADDRESS)
    [rule] = program.of_type(FORWARDING_RULE)
    assert address.inputs == {
        "address": "10.9.9.9",
        "addressType": "INTERNAL",
        "name": address.inputs["name"],
        "network": NETWORK,
        "project": "acme-dev",
        "purpose": "PRIVATE_SERVICE_CONNECT",
    }
    assert rule.inputs == {
        "ipAddress": "private-access-all-apis-id",
        "loadBalancingScheme": "",
        "name": rule.inputs["name"],
        "network": NETWORK,
        "noAutomateDnsZone": True,
        "project": "acme-dev",
        "target": "all-apis",
    }
    assert rule.inputs["name"].isalnum()
    assert len(rule.inputs["name"]) <= 20
    assert program.of_type(REGIONAL_ENDPOINT) == []


def test_each_host_has_a_zone_of_exactly_its_name(program: Program) -> None:
    run_private(program)
    hosts = [
        "europe-west1-aiplatform.googleapis.com.",
        "europe-west4-aiplatform.googleapis.com.",
        "aiplatform.googleapis.com.",
    ]
    zones, records = program.of_type(ZONE), program.of_type(RECORD)
    assert [one.inputs["dnsName"] for one in zones] == hosts
    assert [one.inputs["name"] for one in records] == hosts
    assert {one.inputs["visibility"] for one in zones} == {"private"}
    networks = [one.inputs["privateVisibilityConfig"]["networks"] for one in zones]
    assert networks == [[{"networkUrl": NETWORK}]] * 3
    assert [one.inputs["rrdatas"] for one in records] == [["10.9.9.9"]] * 3
    assert {one.inputs["type"] for one in records} == {"A"}


def test_a_declared_endpoint_is_made_in_its_region_and_followed_by_the_outputs(
    program: Program,
) -> None:
    run_private(program, regionalEndpoints=["europe-west4"])
    [regional] = program.of_type(REGIONAL_ENDPOINT)
    host = "aiplatform.europe-west4.rep.googleapis.com"
    assert regional.inputs == {
        "accessType": "REGIONAL",
        "location": "europe-west4",
        "name": regional.inputs["name"],
        "network": NETWORK,
        "project": "acme-dev",
        "subnetwork": NL,
        "targetGoogleApi": host,
    }
    chat = program.exports["deployments"]["chat"]
    assert chat["endpointUrl"].startswith(f"https://{host}/v1/")
    assert chat["environment"]["GOOGLE_VERTEX_BASE_URL"] == f"https://{host}"
    assert f"{host}." in [one.inputs["dnsName"] for one in program.of_type(ZONE)]


@pytest.mark.parametrize("keys", [{}, {"regionalEndpoints": ["europe-west4", "europe-west1"]}])
def test_the_program_exports_what_the_offline_plan_says(
    program: Program, keys: dict[str, Any]
) -> None:
    values = run_private(program, **keys)
    config = parse_stack(values)
    from availability.input import clock

    made = plan(config, "dev", clock.today())
    for deployment, one in made.answers:
        placed = cast("dict[str, Any]", to_json(one, "acme-dev")["placement"])
        exported = program.exports["deployments"][deployment.name]
        for key in ("endpointUrl", "environment", "modelResource"):
            assert exported[key] == placed[key]


def test_global_access_opens_the_regional_endpoints_to_other_regions(program: Program) -> None:
    run_private(program, regionalEndpoints=["europe-west4"], globalAccess=True)
    [regional] = program.of_type(REGIONAL_ENDPOINT)
    assert regional.inputs["accessType"] == "GLOBAL"


def test_without_dns_the_addresses_are_still_exported(program: Program) -> None:
    run_private(program, dns=False)
    assert program.of_type(ZONE) == program.of_type(RECORD) == []
    assert program.exports["privateAccess"]["aiplatform.googleapis.com"] == "10.9.9.9"


def test_a_preview_knows_all_but_the_addresses() -> None:
    program = Program(preview=True)
    run_private(program, regionalEndpoints=["europe-west4"])
    assert len(program.of_type(ZONE)) == 3
    assert program.exports["privateAccess"] == UNKNOWN
    assert program.exports["deployments"]["chat"]["endpointUrl"] != UNKNOWN


def test_the_services_are_activated_first(program: Program) -> None:
    run_private(program, regionalEndpoints=["europe-west4"])
    services = {one.inputs["service"]: one.urn for one in program.of_type(SERVICE)}
    needed = {
        "compute.googleapis.com",
        "dns.googleapis.com",
        "networkconnectivity.googleapis.com",
        "servicedirectory.googleapis.com",
    }
    assert needed <= set(services)
    for token in (REGIONAL_ENDPOINT, GLOBAL_ADDRESS, ZONE):
        for one in program.of_type(token):
            assert set(services.values()) <= set(one.depends_on)


def test_in_a_shared_network_the_bundle_belongs_to_the_networks_project(program: Program) -> None:
    run_private(program, network="projects/acme-net/global/networks/apps", subnetwork=None)
    assert {one.inputs["project"] for one in program.of_type(GLOBAL_ADDRESS)} == {"acme-net"}
    assert {one.inputs["project"] for one in program.of_type(FORWARDING_RULE)} == {"acme-net"}
    assert {one.inputs["project"] for one in program.of_type(ZONE)} == {"acme-dev"}


def test_a_subnetwork_in_another_region_is_refused_before_anything_is_registered(
    program: Program,
) -> None:
    other = "projects/acme-dev/regions/europe-west1/subnetworks/apps"
    with pytest.raises(pulumi.RunError, match="pulumi config set --path") as raised:
        run_private(program, subnetwork=other, regionalEndpoints=["europe-west4"])
    assert "vertex-residency:privateAccess.subnetwork" in str(raised.value)
    assert program.registered == []


def test_a_component_of_its_own_makes_one_way(program: Program) -> None:
    program.run(lambda: access(dns=False))
    assert [one.type for one in program.registered if one.type.startswith("gcp:")] == [
        REGIONAL_ENDPOINT
    ]


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({"network": "Apps!"}, "private-access.network"),
        ({"regional": None}, "private-access"),
        ({"bundle": ["storage.googleapis.com"]}, "private-access.bundle[0]"),
        ({"bundle": ["aiplatform.eu.rep.googleapis.com"]}, "private-access.bundle[0]"),
        ({"address": "8.8.8.8"}, "private-access.address"),
        ({"subnet": "apps"}, "private-access.subnet"),
        (
            {
                "regional": [
                    {
                        "host": "aiplatform.eu.rep.googleapis.com",
                        "region": "europe-west1",
                        "subnetwork": NL,
                    }
                ]
            },
            "private-access.regional[0].subnetwork",
        ),
        (
            {
                "regional": [
                    {"host": "eu", "region": "europe-west4", "subnetwork": NL},
                ]
            },
            "private-access.regional[0].host",
        ),
    ],
)
def test_bad_arguments_are_named_and_register_nothing(
    program: Program, args: dict[str, Any], path: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: access(**args))
    assert f"\n{path}: " in f"\n{raised.value}"
    assert program.registered == []


def test_a_host_of_another_location_is_no_host_of_an_endpoint(program: Program) -> None:
    host = "aiplatform.europe-west1.rep.googleapis.com"
    with pytest.raises(pulumi.RunError, match=r"chat\.host: .*no host of europe-west4"):
        program.run(lambda: endpoint("chat", location="europe-west4", host=host))
    assert program.registered == []


EU = "aiplatform.eu.rep.googleapis.com"
IN_NL = "projects/acme-net/regions/europe-west4/subnetworks/apps"


def regional(**keys: object) -> dict[str, object]:
    return {"host": EU, "region": "europe-west4", "subnetwork": IN_NL} | keys


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"regional": [regional(region="us-east1")]}, "'us-east1' is no region of eu"),
        ({"regional": [regional(host="aiplatform.mars.rep.googleapis.com")]}, "regional[0].host"),
        ({"regional": [regional(subnetwork="apps")]}, "'apps' is a name alone"),
        ({"regional": ["x"]}, "regional[0]: expected a map"),
        ({"regional": "x"}, "regional: expected a list"),
        ({"bundle": ["mars-aiplatform.googleapis.com"]}, "bundle[0]"),
        ({"bundle": "aiplatform.googleapis.com"}, "bundle: expected a list of texts"),
        ({"bundle": None}, "bundle: expected a list of texts"),
        ({"bundle": ["aiplatform.googleapis.com"], "dns": "false"}, "dns: expected true or false"),
    ],
)
def test_what_no_network_can_have_is_said_before_anything_is_registered(
    program: Program, args: Any, said: str
) -> None:
    given = {"network": "projects/acme-net/global/networks/apps", **args}
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: PrivateAccess("private-access", cast("PrivateAccessArgs", given)))
    assert said in " ".join(str(raised.value).split())
    assert program.registered == []


def test_the_address_of_a_network_is_taken_for_its_name(program: Program) -> None:
    start = "https://www.googleapis.com/compute/v1/"
    network = "projects/acme-net/global/networks/apps"
    args: Any = {
        "network": start + network,
        "regional": [regional(subnetwork=start + IN_NL)],
        "bundle": ["aiplatform.googleapis.com"],
    }
    program.run(lambda: PrivateAccess("private-access", args))
    [endpoint] = program.of_type("gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint")
    assert (endpoint.inputs["network"], endpoint.inputs["subnetwork"]) == (network, IN_NL)
    [address] = program.of_type("gcp:compute/globalAddress:GlobalAddress")
    assert (address.inputs["project"], address.inputs["network"]) == ("acme-net", network)
