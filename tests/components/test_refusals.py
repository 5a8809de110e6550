"""What cannot be placed is said in one RunError, and nothing is registered."""

from typing import Any, cast

import pulumi
import pytest

from components import ModelEndpoint, ModelEndpointArgs, ProjectBaseline, ProjectBaselineArgs
from tests.components.recording import ALICE, FLASH, Program, configure, endpoint

BAD_ARGUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown model": ({"model": "gemini-9.9-flash"}, "gemini-9.9-flash"),
    "a model that stands for several ids": ({"model": "Gemini 1.5 Pro"}, "gemini-1.5-pro-002"),
    "a model that is no text": ({"model": 7}, "chat.model: expected a model's id or name"),
    "no model": ({"model": None}, "chat.model: missing"),
    "a refused residency": ({"residency": {"within": ["de"]}}, "is served nowhere in Germany"),
    "a refused need": (
        {"residency": {"within": ["any"]}, "location": "global", "needs": ["tuning"]},
        "global",
    ),
    "an unknown term": ({"residency": {"within": ["Germany"]}}, "chat.residency"),
    "no residency": ({"residency": None}, "chat.residency: no residency"),
    "an empty residency": ({"residency": {"within": []}}, "chat.residency"),
    "a residency without within": ({"residency": {"excluding": ["de"]}}, "within"),
    "an unknown guarantee": (
        {"residency": {"within": ["eu"], "guarantee": "processing"}},
        "ml-processing",
    ),
    "an unknown key": ({"locations": "eu"}, "unknown key 'locations'"),
    "an unknown need": ({"needs": ["tunning"]}, "did you mean tuning or "),
    "a pin that is nowhere": ({"location": "europe-west44"}, "chat.location"),
    "an unknown preference": ({"prefer": ["mars-1"]}, "chat.prefer[0]"),
    "no callers in a list of them": ({"callers": []}, "chat.callers: empty"),
    "everybody as a caller": ({"callers": ["allUsers"]}, "chat.callers[0]"),
    "an unknown snapshot": ({"snapshot": "1999-01-01"}, "chat.snapshot: no snapshot"),
    "no boolean": ({"allow_preview": "perhaps"}, "expected true or false"),
    "an invalid project id": ({"project": "Acme Prod"}, "chat.project: 'Acme Prod'"),
    "an empty project id": ({"project": ""}, "chat.project"),
    "roles without the one of a need": (
        {"needs": ["context-caching"], "roles": {"predict": "roles/aiplatform.user"}},
        "chat.roles: missing context-caching",
    ),
    "roles without the one to send requests": ({"roles": {}}, "chat.roles: missing predict"),
    "a role and roles": (
        {"role": "roles/viewer", "roles": {"predict": "roles/viewer"}},
        "chat.role: ",
    ),
}


@pytest.mark.parametrize(("args", "said"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_an_endpoint_that_cannot_be_placed_says_why(
    program: Program, args: dict[str, Any], said: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: endpoint(**args))
    assert said in " ".join(str(raised.value).split())


@pytest.mark.parametrize(("args", "said"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_an_endpoint_that_cannot_be_placed_registers_nothing(
    program: Program, args: dict[str, Any], said: str
) -> None:
    with pytest.raises(pulumi.RunError):
        program.run(lambda: endpoint(**args))
    assert program.registered == [], said


def test_all_mistakes_of_an_endpoint_are_in_one_message(program: Program) -> None:
    wrong = cast(
        "ModelEndpointArgs",
        {
            "model": FLASH,
            "needs": ["tunning"],
            "localtion": "eu",
            "callers": ["alice@acme.example"],
            "project": "Acme Prod",
        },
    )
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: ModelEndpoint("chat", wrong))
    lines = str(raised.value).splitlines()
    assert [line.partition(": ")[0] for line in lines[1:]] == [
        "chat.needs[0]",
        "chat.callers[0]",
        "chat.localtion",
        "chat.residency",
        "chat.project",
    ]


def test_the_message_about_an_endpoint_starts_with_its_name(program: Program) -> None:
    with pytest.raises(pulumi.RunError, match=r"\A1 mistake in the arguments of chat:\n"):
        program.run(lambda: endpoint(needs=["tunning"]))


def test_a_refusal_names_the_deployment_and_a_command(program: Program) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: endpoint("search", residency={"within": ["de"]}))
    message = str(raised.value)
    assert message.startswith("search: ")
    assert f"python -m availability resolve {FLASH} --residency eu" in message


def test_an_endpoint_without_any_project_registers_nothing(program: Program) -> None:
    configure({})
    with pytest.raises(pulumi.RunError, match="gcp:project: missing"):
        program.run(endpoint)
    assert program.registered == []


def test_a_refused_endpoint_registers_none_of_a_placed_one_after_it(program: Program) -> None:
    def body() -> None:
        endpoint("refused", residency={"within": ["de"]}, callers=[ALICE])
        endpoint("placed")

    with pytest.raises(pulumi.RunError, match="refused"):
        program.run(body)
    assert program.registered == []


BAD_BASELINES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown need": ({"needs": ["tunning"]}, "project.needs[0]: unknown need 'tunning'"),
    "an invalid project id": ({"project": "Acme Prod"}, "project.project: 'Acme Prod'"),
}


@pytest.mark.parametrize(("args", "said"), BAD_BASELINES.values(), ids=BAD_BASELINES)
def test_a_baseline_of_bad_input_registers_nothing(
    program: Program, args: dict[str, Any], said: str
) -> None:
    wrong = cast("ProjectBaselineArgs", {"publishers": ["google"], **args})
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: ProjectBaseline("project", wrong))
    assert said in str(raised.value)
    assert program.registered == []


def test_a_baseline_without_any_project_registers_nothing(program: Program) -> None:
    configure({})
    with pytest.raises(pulumi.RunError, match="gcp:project: missing"):
        program.run(lambda: ProjectBaseline("project", {"publishers": ["google"]}))
    assert program.registered == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"region": 5}, "chat.region: expected a region, not 5"),
        ({"roles": {"predict": None}}, "chat.roles: missing predict"),
        ({"allow_previw": True}, r"chat.allow_previw: unknown key .*\(did you mean allow_preview"),
        ({"priorUsage": True}, r"chat.priorUsage: unknown key .*\(did you mean prior_usage"),
    ],
)
def test_a_bad_argument_is_named_as_python_spells_it_and_registers_nothing(
    program: Program, args: dict[str, Any], message: str
) -> None:
    with pytest.raises(pulumi.RunError, match=message):
        program.run(lambda: endpoint(**args))
    assert program.registered == []


@pytest.mark.parametrize(
    "args",
    [
        {"accept": [{"rule": "retired", "until": "2025-12-01", "reason": "planned"}]},
        {"partners": {"search": ["europe-west4"]}},
    ],
    ids=["waivers", "partners"],
)
def test_no_command_is_printed_that_would_ask_for_something_else(
    program: Program, args: dict[str, Any]
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: endpoint(residency={"within": ["de"]}, **args))
    assert "What would be valid:" in str(raised.value)
    assert "python -m" not in str(raised.value)
    assert " more:" not in str(raised.value)
