"""Publishing under mocks: what is kept, where, and who reads it."""

import json
from typing import Any, cast

import pulumi
import pulumi_gcp as gcp
import pytest

from components import Publication, PublicationArgs
from components.registration.identifiers import publication_id
from tests.components.recording import (
    ALICE,
    BINDING,
    DEV,
    FLASH,
    PARAMETER,
    PARAMETER_VERSION,
    SECRET,
    SECRET_BINDING,
    SECRET_VERSION,
    SERVICE,
    UNKNOWN,
    Program,
    caller_email,
)
from tests.components.whole_program import DEPLOYMENTS, run, stack_values

ACCESSOR = "roles/secretmanager.secretAccessor"
READER = "roles/parametermanager.parameterAccessor"
KEPT = {
    "name",
    "model",
    "location",
    "endpointUrl",
    "modelResource",
    "alternates",
    "boundary",
    "environment",
    "openaiModel",
    "serviceAccount",
}


def kept_as(deployment: str) -> str:
    """The id of a deployment's secret or parameter; no name here is long enough to be cut."""
    return publication_id(deployment, DEV, 63)


def plain(value: Any) -> Any:
    """The value without the wrapper that marks it as a secret."""
    return cast("dict[str, Any]", value)["value"] if isinstance(value, dict) else value


def publication(**args: Any) -> Publication:
    defaults: dict[str, Any] = {
        "store": "secrets",
        "location": "europe-west4",
        "configuration": "{}",
        "readers": [{"member": ALICE}],
    }
    return Publication("chat", cast("PublicationArgs", {**defaults, **args}))


@pytest.mark.parametrize("off", ["", "off"])
def test_without_the_key_nothing_is_published(program: Program, off: str) -> None:
    run(program, stack_values(publish=off))
    tokens = (SECRET, SECRET_VERSION, SECRET_BINDING, PARAMETER, PARAMETER_VERSION)
    assert [one for token in tokens for one in program.of_type(token)] == []
    assert "publications" not in program.exports


def test_a_deployments_secret_is_its_configuration(program: Program) -> None:
    run(program, stack_values(publish="secrets"))
    secrets = {one.inputs["secretId"]: one.inputs for one in program.of_type(SECRET)}
    assert set(secrets) == {kept_as(name) for name in DEPLOYMENTS}
    versions = {one.name: one for one in program.of_type(SECRET_VERSION)}
    for name in DEPLOYMENTS:
        exported = program.exports["deployments"][name]
        kept = json.loads(plain(versions[name].inputs["secretData"]))
        assert set(kept) == KEPT
        assert kept == {"name": name, **{k: v for k, v in exported.items() if k != "warnings"}}


def test_a_secret_lies_in_the_region_of_its_deployment(program: Program) -> None:
    run(
        program,
        stack_values({"chat": {"model": FLASH, "location": "europe-west4"}}, publish="secrets"),
    )
    assert [one.inputs["location"] for one in program.of_type(SECRET)] == ["europe-west4"]


def test_only_a_deployments_callers_read_its_secret(program: Program) -> None:
    run(program, stack_values(publish="secrets"))
    found = {
        (one.inputs["secretId"], one.inputs["role"], one.inputs["member"])
        for one in program.of_type(SECRET_BINDING)
    }
    group = "group:chat@acme.example"
    account = f"serviceAccount:{caller_email('review')}"
    assert found == {
        (kept_as("chat"), ACCESSOR, group),
        (kept_as("lab"), ACCESSOR, group),
        (kept_as("review"), ACCESSOR, account),
    }


def test_a_parameter_has_a_version_named_by_its_contents(program: Program) -> None:
    run(program, stack_values(publish="parameters"))
    assert {one.inputs["format"] for one in program.of_type(PARAMETER)} == {"JSON"}
    [chat] = [one for one in program.of_type(PARAMETER_VERSION) if one.name == "chat"]
    version = chat.inputs["parameterVersionId"]
    assert program.exports["publications"]["chat"].endswith(
        f"/parameters/{kept_as('chat')}/versions/{version}"
    )
    other = Program()
    changed = {**DEPLOYMENTS, "chat": {**DEPLOYMENTS["chat"], "location": "europe-west1"}}
    run(other, stack_values(changed, publish="parameters"))
    [moved] = [one for one in other.of_type(PARAMETER_VERSION) if one.name == "chat"]
    assert moved.inputs["parameterVersionId"] != version


def test_a_parameter_is_read_by_a_binding_with_a_condition_on_its_name(program: Program) -> None:
    run(program, stack_values(publish="parameters"))
    conditions = {
        one.inputs["condition"]["expression"]: one.inputs["member"]
        for one in program.of_type(BINDING)
        if one.inputs["role"] == READER
    }
    assert len(conditions) == len(DEPLOYMENTS)
    own_id = kept_as("review")
    [review] = [one for one in conditions if f'"{own_id}"' in one]
    assert conditions[review] == f"serviceAccount:{caller_email('review')}"
    location = program.exports["deployments"]["review"]["location"]
    assert review == (
        'resource.type == "parametermanager.googleapis.com/ParameterVersion" && '
        f'resource.name.extract("/locations/{location}/parameters/{{parameter}}/versions/") == '
        f'"{own_id}"'
    )


def test_no_binding_for_parameters_is_without_a_condition(program: Program) -> None:
    run(program, stack_values(publish="parameters"))
    read = [one for one in program.of_type(BINDING) if one.inputs["role"] == READER]
    assert read
    assert all(one.inputs.get("condition") for one in read)


@pytest.mark.parametrize(
    ("store", "service"),
    [
        ("secrets", "secretmanager.googleapis.com"),
        ("parameters", "parametermanager.googleapis.com"),
    ],
)
def test_the_stores_service_is_activated_first(program: Program, store: str, service: str) -> None:
    run(program, stack_values(publish=store))
    [active] = [one for one in program.of_type(SERVICE) if one.inputs["service"] == service]
    for one in (*program.of_type(SECRET), *program.of_type(PARAMETER)):
        assert active.urn in one.depends_on


def test_a_preview_knows_all_but_what_the_cloud_makes() -> None:
    program = Program(preview=True)
    run(program, stack_values(publish="secrets"))
    assert len(program.of_type(SECRET)) == len(DEPLOYMENTS)
    kept = {one.name: plain(one.inputs["secretData"]) for one in program.of_type(SECRET_VERSION)}
    assert json.loads(kept["review"])["serviceAccount"] == caller_email("review")
    assert json.loads(kept["chat"])["location"]
    assert {one.inputs["secret"] for one in program.of_type(SECRET_VERSION)} == {UNKNOWN}


def test_an_area_without_the_store_is_refused_before_anything_is_registered(
    program: Program,
) -> None:
    deployments = {"chat": {"model": "text-embedding-005", "residency": "sg"}}
    with pytest.raises(pulumi.RunError, match="pulumi config set vertex-residency:publish secrets"):
        run(program, stack_values(deployments, publish="parameters"))
    assert program.registered == []


@pytest.mark.parametrize(
    ("args", "path"),
    [
        ({"store": "vault"}, "chat.store"),
        ({"location": "eu"}, "chat.location"),
        ({"readers": [{"member": "allUsers"}]}, "chat.readers[0].member"),
        ({"where": "x"}, "chat.where"),
    ],
)
def test_bad_arguments_are_named_and_register_nothing(
    program: Program, args: dict[str, Any], path: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: publication(**args))
    assert f"\n{path}: " in f"\n{raised.value}"
    assert program.registered == []


@pytest.mark.parametrize("preview", [False, True])
def test_a_reader_of_a_secret_in_two_spellings_is_bound_once(preview: bool) -> None:
    names: list[str] = []
    for spelling in (ALICE, ALICE.replace("alice@acme", "Alice@ACME")):
        program = Program(preview=preview)
        later = pulumi.Output.from_input(spelling)
        readers = [{"member": one} for one in (spelling, ALICE, later)]
        program.run(lambda readers=readers: publication(readers=readers))
        [binding] = program.of_type(SECRET_BINDING)
        assert binding.inputs["member"] == ALICE
        names.append(binding.urn)
    assert names[0] == names[1]


@pytest.mark.parametrize("preview", [False, True])
def test_a_reader_that_a_preview_does_not_know_comes_with_the_update(preview: bool) -> None:
    program = Program(preview=preview)

    def body() -> None:
        seed = gcp.serviceaccount.Account("seed", account_id="seed-account")
        publication(readers=[{"member": seed.member}])

    program.run(body)
    assert len(program.of_type(SECRET_BINDING)) == (0 if preview else 1)
    said = [text for _, text in program.infos if "is not in this preview" in text]
    assert [text.startswith("The binding of a reader of chat ") for text in said] == (
        [True] if preview else []
    )


A_READER = {"member": "group:a@acme.example"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"readers": None}, "readers: expected a list"),
        ({"readers": ["group:a@acme.example"]}, "readers[0]: expected a map"),
        ({"readers": [{**A_READER, "label": "a"}]}, "readers[0].label: unknown key 'label'"),
        ({"readers": [dict[str, str]()]}, "readers[0].member: missing"),
        ({"readers": [{**A_READER, "member": " allUsers"}]}, "readers[0].member"),
        ({"id": "a b/c"}, "'a b/c' is no id"),
        ({"reader": []}, "unknown key 'reader'"),
    ],
)
def test_arguments_that_publish_nothing_are_said(program: Program, changed: Any, said: str) -> None:
    args: Any = {
        "store": "secrets",
        "location": "europe-west4",
        "configuration": "{}",
        "readers": [A_READER],
        **changed,
    }
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: Publication("chat", args))
    assert said in " ".join(str(raised.value).split())
    assert program.registered == []
