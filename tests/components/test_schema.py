"""The components can be offered to other languages: Pulumi's analyzer makes a schema of them."""

import pytest
from pulumi.provider.experimental.analyzer import Analyzer, AnalyzeResult, PropertyDefinition

from availability.stack.keys import DeploymentKeys
from availability.stack.shape import names_of
from components import ModelEndpoint, ProjectBaseline


@pytest.fixture
def schema() -> AnalyzeResult:
    return Analyzer("vertex-residency").analyze([ModelEndpoint, ProjectBaseline])


def required(properties: dict[str, PropertyDefinition]) -> set[str]:
    return {name for name, one in properties.items() if not one.optional}


@pytest.mark.parametrize(
    ("component", "inputs"),
    [("ModelEndpoint", {"model", "residency"}), ("ProjectBaseline", {"publishers"})],
)
def test_a_component_requires_only_what_has_no_default(
    schema: AnalyzeResult, component: str, inputs: set[str]
) -> None:
    assert required(schema["component_definitions"][component].inputs) == inputs


def test_every_key_of_a_deployment_is_an_argument_of_an_endpoint(schema: AnalyzeResult) -> None:
    inputs = schema["component_definitions"]["ModelEndpoint"].inputs
    assert set(names_of(DeploymentKeys)) <= set(inputs)


def test_the_outputs_of_an_endpoint_are_those_that_are_exported(schema: AnalyzeResult) -> None:
    assert set(schema["component_definitions"]["ModelEndpoint"].outputs) == {
        "model",
        "location",
        "endpointUrl",
        "modelResource",
        "alternates",
        "boundary",
        "tuningLocation",
        "environment",
        "serviceAccount",
        "roles",
        "warnings",
    }


def test_the_outputs_that_may_be_null_are_optional(schema: AnalyzeResult) -> None:
    outputs = schema["component_definitions"]["ModelEndpoint"].outputs
    optional = {"endpointUrl", "boundary", "tuningLocation", "serviceAccount"}
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
        "WaiverArgs": {"rule", "until", "reason"},
    }


@pytest.mark.parametrize("component", ["ModelEndpoint", "ProjectBaseline"])
def test_every_property_is_described(schema: AnalyzeResult, component: str) -> None:
    found = schema["component_definitions"][component]
    properties = {**found.inputs, **found.outputs}
    assert [name for name, one in properties.items() if not one.description] == []
