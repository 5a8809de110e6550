"""Deployments that share one location, as the program provisions them."""

import datetime as dt
import json
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from availability.explanation.answers import warning_json
from availability.placement.request import Placement
from availability.stack.config import parse_stack
from availability.stack.plan import plan
from components import ModelEndpoint
from tests.components.recording import CLAUDE, FLASH, Program, endpoint
from tests.components.whole_program import run, stack_values

PAIR: dict[str, Any] = {
    "chat": {"model": FLASH, "prefer": ["europe-west4"]},
    "review": {"model": CLAUDE, "residency": "europe", "prefer": ["europe-west2"]},
}
TOGETHER = json.dumps([["chat", "review"]])


def test_a_program_places_a_group_in_one_location(program: Program) -> None:
    run(program, stack_values(PAIR))
    apart = {name: one["location"] for name, one in program.exports["deployments"].items()}
    assert apart == {"chat": "europe-west4", "review": "europe-west1"}
    again = Program()
    run(again, stack_values(PAIR, colocate=TOGETHER))
    exported = again.exports["deployments"]
    assert {name: one["location"] for name, one in exported.items()} == {
        "chat": "europe-west1",
        "review": "europe-west1",
    }
    for one in exported.values():
        assert "//europe-west1-aiplatform.googleapis.com/" in one["endpointUrl"]


@pytest.mark.parametrize("model", [CLAUDE, "gemini-2.0-flash-lite-001", "text-embedding-005"])
def test_a_program_exports_of_a_group_what_was_planned(program: Program, model: str) -> None:
    deployments = {
        **PAIR,
        "review": {"model": model, "residency": "any", "prefer": ["us-east5", "europe-west8"]},
        "alone": {"model": FLASH},
    }
    values = stack_values(deployments, colocate=TOGETHER)
    run(program, values)
    planned = plan(parse_stack(values), "dev", dt.date(2025, 5, 12))
    for deployment, answer in planned.answers:
        result = answer.result
        assert isinstance(result, Placement)
        exported = program.exports["deployments"][deployment.name]
        assert exported["location"] == result.location
        assert exported["alternates"] == list(result.alternates)
        assert exported["warnings"] == [warning_json(one) for one in answer.warnings]


def test_a_program_with_a_refused_group_registers_nothing(program: Program) -> None:
    apart = {**PAIR, "chat": {"model": FLASH, "location": "europe-west4"}}
    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack_values(apart, colocate=TOGETHER))
    assert (program.registered, program.exports) == ([], {})
    message = " ".join(str(raised.value).split())
    assert message.startswith("2 of 2 deployments of stack dev refused")
    assert "pulumi config set --path vertex-residency:deployments.chat.location" in message
    assert "told of chat, with which it shares a location" in message


def test_a_mistake_in_a_group_registers_nothing(program: Program) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        run(program, stack_values(PAIR, colocate=json.dumps([["chat", "reviews"]])))
    assert (program.registered, program.exports) == ([], {})
    said = "vertex-residency:colocate[0][1]: no deployment is called 'reviews'"
    assert f"{said} (did you mean review?)" in str(raised.value)


def test_an_endpoint_alone_goes_where_its_partners_may_be(program: Program) -> None:
    partners = {"search": ["europe-west8", "us-east5"], "draft": ["europe-west8", "europe-west9"]}
    program.run(lambda: endpoint(partners=partners))
    assert program.outputs("chat")["location"] == "europe-west8"
    assert program.outputs("chat")["alternates"] == []


@pytest.mark.parametrize(
    ("partners", "said"),
    [
        (["search"], "chat.partners: expected a map"),
        ({"search": "eu"}, "chat.partners.search: expected a list of locations"),
        ({"search": ["eu", "europe-west44"]}, "chat.partners.search[1]: 'europe-west44' is no"),
        ({"search": [4]}, "chat.partners.search[0]: expected a location, not 4"),
        ({"search": []}, "served, inside eu, not for search: "),
        ({"search": ["us-east5"]}, "is valid for search, which shares it"),
    ],
)
def test_an_endpoint_with_partners_that_leave_no_location_registers_nothing(
    program: Program, partners: object, said: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: endpoint(partners=partners))
    assert said in " ".join(str(raised.value).split())
    assert program.registered == []


def test_partners_are_offered_to_other_languages_as_plain_values() -> None:
    schema = Analyzer("vertex-residency").analyze([ModelEndpoint])
    found = schema["component_definitions"]["ModelEndpoint"].inputs["partners"]
    assert (found.optional, bool(found.description)) == (True, True)
    inner = found.additional_properties
    assert inner is not None
    assert inner.items is not None
    assert (found.plain, inner.plain, inner.items.plain) == (True, True, True)
