"""The package's provider makes arguments of what the engine sends, and errors of what is wrong."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Any, cast

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pulumi.output import Unknown

from components.package.inputs import Later, Reader, is_secret, opened
from components.package.provider import COMPONENTS, Provider
from tests.components.recording import ALICE, BOB, FLASH, Program, configure, endpoint

ENDPOINT = {"model": FLASH, "residency": {"within": ["eu"]}, "snapshot": "2025-05-12"}
VALID: Mapping[str, Mapping[str, Any]] = {
    "AuditLogs": {"logTypes": ["DATA_READ"], "exemptedMembers": [ALICE]},
    "Caching": {"enabled": False},
    "Federation": {
        "github": {"repository": "acme/app", "ownerId": "7", "branch": "main"},
        "generation": 2.0,
    },
    "Guardrails": {
        "policies": [{"constraint": "gcp.restrictEndpointUsage", "denied": ["a"], "dryRun": True}]
    },
    "ModelEndpoint": {
        **ENDPOINT,
        "retirementWarning": 30.0,
        "priorUsage": True,
        "allowPreview": False,
        "serviceAccountUsers": [ALICE],
        "partners": {"search": ["europe-west4"]},
    },
    "PrivateAccess": {
        "network": "apps",
        "bundle": ["europe-west4-aiplatform.googleapis.com"],
        "globalAccess": True,
    },
    "ProjectBaseline": {"publishers": ["google"], "generation": 3.0, "adopt": {"predict": "mine"}},
    "Publication": {
        "store": "secrets",
        "location": "europe-west4",
        "configuration": "{}",
        "readers": [{"member": ALICE}],
    },
    "ServiceAgents": {"needs": ["batch-prediction"]},
}
"""Component -> arguments as they come from the wire: names in camel case, numbers as floats."""


@cache
def made() -> Provider:
    return Provider()


@pytest.fixture
def provider(program: Program) -> Provider:
    """Made once, and like everything of Pulumi's only where there is a loop."""
    return made()


def settled(value: Any) -> Any:
    """What comes of something that is awaited."""
    return asyncio.get_event_loop().run_until_complete(value)


def construct(
    provider: Provider,
    program: Program,
    component: str,
    inputs: Mapping[str, Any],
    name: str = "it",
) -> dict[str, Any]:
    """The state of a component that is constructed of what the SDK deserializes."""
    given = {key: settled(opened(value)) for key, value in inputs.items()}
    states: list[Any] = []
    token = f"vertex-residency:index:{component}"
    program.run(lambda: states.append(provider.construct(name, token, given).state))
    return states[0]


def wrong(
    provider: Provider,
    program: Program,
    component: str,
    inputs: Mapping[str, Any],
    name: str = "it",
) -> tuple[str, dict[str, str]]:
    """The message of the error, and property path -> what is wrong with it."""
    with pytest.raises(InputPropertiesError) as raised:
        construct(provider, program, component, inputs, name)
    details = raised.value.errors or []
    return raised.value.message, {one["property_path"]: one["reason"] for one in details}


def later(value: Any, *, secret: bool = False) -> Any:
    output = pulumi.Output.from_input(value)
    return pulumi.Output.secret(output) if secret else output


def unknown() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(cast("Any", Unknown()))


@pytest.mark.parametrize("component", VALID)
def test_a_component_is_constructed_of_what_comes_from_the_wire(
    provider: Provider, program: Program, component: str
) -> None:
    program.set_policy("{}")
    program.set_answer("gcp:projects/getIamCustomRole:getIamCustomRole", {"permissions": []})
    state = construct(provider, program, component, VALID[component])
    outputs = json.loads(provider.schema or "")["resources"]
    assert set(state) == set(outputs[f"vertex-residency:index:{component}"]["properties"])


def test_every_component_is_in_the_package() -> None:
    assert {component.__name__ for component in COMPONENTS} == set(VALID)


@pytest.mark.parametrize(
    ("component", "inputs", "paths"),
    [
        ("ModelEndpoint", {}, {"residency", "model"}),
        ("ModelEndpoint", {**ENDPOINT, "residency": {"within": ["eux"]}}, {"residency.within[0]"}),
        ("ModelEndpoint", {**ENDPOINT, "retirementWarning": 2.5}, {"retirementWarning"}),
        ("ModelEndpoint", {**ENDPOINT, "alowPreview": True}, {"alowPreview"}),
        ("ModelEndpoint", {**ENDPOINT, "residency": {"within": ["eu"], "x": 1}}, {"residency.x"}),
        ("ModelEndpoint", {**ENDPOINT, "allowPreview": "perhaps"}, {"allowPreview"}),
        ("ModelEndpoint", {**ENDPOINT, "callers": ["alice"]}, {"callers[0]"}),
        ("ModelEndpoint", {**ENDPOINT, "roles": {"tuning": "x"}}, {"roles"}),
        ("ModelEndpoint", {**ENDPOINT, "roles": ["x"]}, {"roles"}),
        ("ModelEndpoint", {**ENDPOINT, "federation": {"membr": "x"}}, {"federation.membr"}),
        ("ModelEndpoint", {**ENDPOINT, "residency": {"within": ["no"]}}, {"residency"}),
        ("ModelEndpoint", {**ENDPOINT, "model": "gemini-9"}, {"model"}),
        (
            "ModelEndpoint",
            {**ENDPOINT, "callers": [ALICE], "serviceAccountUsers": [ALICE]},
            {"serviceAccountUsers"},
        ),
        (
            "Federation",
            {"github": {"repository": "acme/app", "ownerIdd": "7"}},
            {"github.ownerIdd"},
        ),
        ("Federation", {"github": {"repository": "acme/app", "ownerId": "x"}}, {"github.ownerId"}),
        ("Federation", {"generation": 0}, {"generation"}),
        ("AuditLogs", {"exemptedMembers": ["alice"]}, {"exemptedMembers[0]"}),
        (
            "Guardrails",
            {"policies": [{"constraint": "a.b", "denyAll": 1}]},
            {"policies[0].denyAll"},
        ),
        ("PrivateAccess", {"network": "apps", "globalAccess": "x"}, {"globalAccess"}),
        ("ProjectBaseline", {"publishers": [], "needs": ["tuninng"]}, {"publishers", "needs[0]"}),
        ("Caching", {}, {"enabled"}),
        ("ServiceAgents", {"needs": ["tuninng"]}, {"needs[0]"}),
        ("Publication", {**VALID["Publication"], "store": "drawer"}, {"store"}),
    ],
)
def test_what_is_wrong_is_told_by_its_path_in_the_schema_s_spelling(
    provider: Provider, program: Program, component: str, inputs: Any, paths: set[str]
) -> None:
    message, found = wrong(provider, program, component, inputs)
    assert paths <= set(found), (message, found)
    assert not any("_" in path for path in found)
    assert not any("_preview" in reason or "_id" in reason for reason in found.values())
    assert program.registered == []


def test_an_unknown_argument_has_the_nearest_one_suggested(
    provider: Provider, program: Program
) -> None:
    _, found = wrong(provider, program, "ModelEndpoint", {**ENDPOINT, "alowPreview": True})
    assert "did you mean allowPreview" in found["alowPreview"]


def test_what_is_about_the_configuration_stands_in_the_message(provider: Provider) -> None:
    configure({})
    program = Program()
    message, found = wrong(provider, program, "Caching", {"enabled": True})
    assert "gcp:project: missing" in message
    assert found == {}


@pytest.mark.parametrize("name", ["it", "model", "a.b", "residency.within"])
def test_a_component_s_name_is_no_part_of_a_path(
    provider: Provider, program: Program, name: str
) -> None:
    _, found = wrong(provider, program, "ModelEndpoint", {**ENDPOINT, "callers": ["x"]}, name)
    assert set(found) == {"callers[0]"}


@pytest.mark.parametrize("key", ["model", "residency", "needs", "snapshot", "callers", "accept"])
def test_what_decides_the_placement_is_refused_where_it_is_not_known(
    provider: Provider, program: Program, key: str
) -> None:
    _, found = wrong(provider, program, "ModelEndpoint", {**ENDPOINT, key: unknown()})
    assert "known only after an update" in found[key]


def test_a_secret_that_decides_the_placement_is_refused_and_not_pointed_at(
    provider: Provider, program: Program
) -> None:
    """The engine prints the value at each path of an error, secret or not."""
    given = {**ENDPOINT, "model": later("hush", secret=True)}
    message, found = wrong(provider, program, "ModelEndpoint", given)
    assert "model: its value is secret" in message
    assert "hush" not in message
    assert found == {}


def test_plain_values_may_come_as_outputs_that_are_known(
    provider: Provider, program: Program
) -> None:
    given = {key: later(value) for key, value in ENDPOINT.items()}
    assert construct(provider, program, "ModelEndpoint", given)


@pytest.mark.parametrize("whole", [False, True], ids=["items", "list"])
def test_callers_and_roles_may_be_outputs(
    provider: Provider, program: Program, *, whole: bool
) -> None:
    callers = later([ALICE]) if whole else [later(ALICE)]
    given = {**ENDPOINT, "callers": callers, "roles": later({"predict": "roles/x"})}
    construct(provider, program, "ModelEndpoint", given)
    assert program.bindings == {("roles/x", ALICE)}


def test_a_caller_that_a_preview_doesn_t_know_is_bound_by_the_update(provider: Provider) -> None:
    program = Program(preview=True)
    construct(provider, program, "ModelEndpoint", {**ENDPOINT, "callers": [unknown(), ALICE]})
    assert {member for _, member in program.bindings} == {ALICE}
    assert any("is not in this preview" in text for _, text in program.infos)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("callers", "alice", "callers[0]"),
        ("callers", "allUsers", "allUsers is everybody"),
        ("callers", 7, "expected the text of an IAM member"),
        ("workload_identity_users", "user:a@b.example", "is no workload"),
        ("roles", {"tuning": "roles/x"}, "roles: missing predict"),
    ],
)
def test_what_an_output_comes_to_is_checked(
    program: Program, key: str, value: Any, said: str
) -> None:
    def body() -> None:  # an output belongs to the loop that it is made in
        args: dict[str, Any] = {key: later(value) if key == "roles" else [later(value)]}
        endpoint(**args)

    with pytest.raises(pulumi.RunError) as raised:
        program.run(body)
    assert said in str(raised.value)


def test_outputs_among_callers_are_called_so_where_they_exclude_an_account(
    program: Program,
) -> None:
    given: dict[str, Any] = {"callers": [later(ALICE), BOB], "service_account_users": [ALICE]}
    with pytest.raises(pulumi.RunError, match=f"the callers are an output in callers, {BOB}"):
        program.run(lambda: endpoint(**given))


def test_a_federation_is_what_an_endpoint_takes(provider: Provider, program: Program) -> None:
    state = construct(provider, program, "Federation", VALID["Federation"])
    caller = settled(state["caller"].future())
    given = {**ENDPOINT, "callers": ["federation"], "federation": later(caller)}
    construct(provider, program, "ModelEndpoint", given)
    assert {member for _, member in program.bindings} == {caller["member"]}


ODD: tuple[Any, ...] = (
    *(None, 2.5, True, 1e300, "", "x", [], [{}], [None], [1.0], [[]], {}, 0.0, {"x": 1.0}),
    *({"within": None}, {"within": {}}, [{"constraint": []}], {"member": []}, {"predict": {}}),
)
"""What programs in languages without types may send, or SDKs of another version."""


@pytest.mark.parametrize(
    ("component", "key"),
    [(component, key) for component, inputs in VALID.items() for key in (*inputs, "project")]
    + [("ModelEndpoint", key) for key in ("roles", "role", "federation", "callers", "accept")]
    + [("ModelEndpoint", key) for key in ("needs", "host", "region", "asOf", "prefer")]
    + [("PrivateAccess", "regional"), ("Federation", "oidc"), ("Publication", "id")]
    + [("ProjectBaseline", "needs"), ("ProjectBaseline", "features")],
)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param(value, id=repr(value), marks=[] if number % 6 == 1 else pytest.mark.soak)
        for number, value in enumerate(ODD)
    ],
)
def test_whatever_comes_is_taken_or_told(
    provider: Provider, program: Program, component: str, key: str, value: Any
) -> None:
    # Anything else that is raised is a fault of the package.
    with suppress(InputPropertiesError, pulumi.RunError):
        construct(provider, program, component, {**VALID[component], key: value})


def test_numbers_and_names_are_those_of_python(provider: Provider) -> None:
    definition = provider._component_defs["ModelEndpoint"]  # pyright: ignore[reportPrivateUsage]
    reader = Reader(provider._type_defs, [])  # pyright: ignore[reportPrivateUsage]
    read = reader.arguments({"retirementWarning": 30.0, "priorUsage": True}, definition)
    assert read == {"retirement_warning": 30, "prior_usage": True}
    assert isinstance(read["retirement_warning"], int)
    assert reader.problems == []


def test_an_output_of_which_only_some_items_are_unknown_is_a_list() -> None:
    found = settled(opened(pulumi.Output.all(unknown(), "a")))
    assert isinstance(found, Later)
    assert found.known
    assert [isinstance(item, Later) for item in found.value] == [True, False]


@pytest.mark.parametrize("deep", [False, True])
def test_a_secret_is_found_however_deep(*, deep: bool) -> None:
    secret = later("x", secret=True)
    assert is_secret(settled(opened({"a": [secret]} if deep else secret)))
    assert not is_secret(settled(opened({"a": [later("x")]})))
