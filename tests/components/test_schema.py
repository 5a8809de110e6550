"""The components can be offered to other languages: Pulumi's analyzer makes a schema of them."""

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import (
    Analyzer,
    AnalyzeResult,
    ComponentDefinition,
    PropertyDefinition,
)

from availability.stack.keys import DeploymentKeys
from availability.stack.shape import names_of
from components import (
    AuditLogs,
    Caching,
    Federation,
    Guardrails,
    ModelEndpoint,
    PrivateAccess,
    ProjectBaseline,
    Publication,
    ServiceAgents,
)

ENDPOINT_OUTPUTS = {
    "model",
    "location",
    "endpointUrl",
    "modelResource",
    "alternates",
    "boundary",
    "tuningLocation",
    "ragLocation",
    "environment",
    "openaiModel",
    "serviceAccount",
    "roles",
    "warnings",
}
COMPONENTS: dict[type[pulumi.ComponentResource], tuple[set[str], set[str]]] = {
    AuditLogs: (set(), {"logTypes"}),
    Caching: ({"enabled"}, {"enabled"}),
    Federation: (set(), {"member", "providerName", "caller"}),
    Guardrails: ({"policies"}, {"constraints"}),
    ModelEndpoint: ({"model", "residency"}, ENDPOINT_OUTPUTS),
    PrivateAccess: ({"network"}, {"addresses"}),
    ProjectBaseline: ({"publishers"}, {"project", "services", "roles"}),
    Publication: ({"store", "location", "configuration", "readers"}, {"location", "resource"}),
    ServiceAgents: ({"needs"}, {"roles"}),
}
"""Component -> the arguments that have no default, and the outputs."""


@pytest.fixture
def schema() -> AnalyzeResult:
    return Analyzer("vertex-residency").analyze([ModelEndpoint, ProjectBaseline])


def schema_of(component: type[pulumi.ComponentResource]) -> ComponentDefinition:
    analyzed = Analyzer("vertex-residency").analyze([component])
    return analyzed["component_definitions"][component.__name__]


def required(properties: dict[str, PropertyDefinition]) -> set[str]:
    return {name for name, one in properties.items() if not one.optional}


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_requires_only_what_has_no_default(
    component: type[pulumi.ComponentResource],
) -> None:
    assert required(schema_of(component).inputs) == COMPONENTS[component][0]


def test_every_key_of_a_deployment_is_an_argument_of_an_endpoint() -> None:
    assert set(names_of(DeploymentKeys)) <= set(schema_of(ModelEndpoint).inputs)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_has_these_outputs(component: type[pulumi.ComponentResource]) -> None:
    assert set(schema_of(component).outputs) == COMPONENTS[component][1]


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_property_is_described(component: type[pulumi.ComponentResource]) -> None:
    definition = schema_of(component)
    properties = {**definition.inputs, **definition.outputs}
    assert [name for name, one in properties.items() if not one.description] == []


@pytest.mark.parametrize("name", ["network", "regional", "bundle", "address", "dns"])
def test_what_decides_the_way_of_private_access_is_plain(name: str) -> None:
    assert schema_of(PrivateAccess).inputs[name].plain


def test_the_outputs_that_may_be_null_are_optional(schema: AnalyzeResult) -> None:
    outputs = schema["component_definitions"]["ModelEndpoint"].outputs
    optional = {
        *("endpointUrl", "boundary", "tuningLocation", "ragLocation", "openaiModel"),
        "serviceAccount",
    }
    assert set(outputs) - required(outputs) == optional


@pytest.mark.parametrize("name", ["model", "residency", "needs", "location", "callers", "accept"])
def test_what_decides_the_placement_is_plain(schema: AnalyzeResult, name: str) -> None:
    assert schema["component_definitions"]["ModelEndpoint"].inputs[name].plain


@pytest.mark.parametrize("name", ["project", "role"])
def test_what_decides_no_placement_may_come_later(schema: AnalyzeResult, name: str) -> None:
    assert not schema["component_definitions"]["ModelEndpoint"].inputs[name].plain


def test_a_residency_and_a_waiver_are_maps_of_their_own(schema: AnalyzeResult) -> None:
    found = {one.name: set(one.properties) for one in schema["type_definitions"].values()}
    assert found == {
        "ResidencyArgs": {"within", "excluding", "guarantee"},
        "FederationCallerArgs": {"member"},
        "WaiverArgs": {"rule", "warning", "until", "reason"},
    }
