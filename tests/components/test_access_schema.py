"""What is around the endpoints can be offered to other languages, too."""

import pytest
from pulumi.provider.experimental.analyzer import Analyzer, AnalyzeResult, PropertyDefinition

from components import Caching, PrivateAccess, Publication


@pytest.fixture
def schema() -> AnalyzeResult:
    return Analyzer("vertex-residency").analyze([Caching, PrivateAccess, Publication])


def required(properties: dict[str, PropertyDefinition]) -> set[str]:
    return {name for name, one in properties.items() if not one.optional}


@pytest.mark.parametrize(
    ("component", "inputs", "outputs"),
    [
        ("Caching", {"enabled"}, {"enabled"}),
        ("PrivateAccess", {"network"}, {"addresses"}),
        (
            "Publication",
            {"store", "location", "configuration", "readers"},
            {"location", "resource"},
        ),
    ],
)
def test_a_component_has_these_arguments_and_outputs(
    schema: AnalyzeResult, component: str, inputs: set[str], outputs: set[str]
) -> None:
    found = schema["component_definitions"][component]
    assert required(found.inputs) == inputs
    assert set(found.outputs) == outputs
    properties = {**found.inputs, **found.outputs}
    assert [name for name, one in properties.items() if not one.description] == []


@pytest.mark.parametrize("name", ["network", "regional", "bundle", "address", "dns"])
def test_what_decides_the_way_is_plain(schema: AnalyzeResult, name: str) -> None:
    assert schema["component_definitions"]["PrivateAccess"].inputs[name].plain
