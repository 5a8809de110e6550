"""A program says of each deployment that it moves, and never fails for what it can't read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from tests.components.recording import FLASH, LAST_OUTPUTS, Program
from tests.components.whole_program import refusal, run, stack, stack_values

BEFORE = {"chat": {"location": "europe-west9"}, "gone": {"location": "us"}}
TWO: dict[str, dict[str, object]] = {"chat": {}, "lab": {}}


def answer(program: Program, deployments: object) -> None:
    """What the stack exported last."""
    outputs = {"snapshot": "2025-05-12", "deployments": deployments}
    program.set_answer(LAST_OUTPUTS, lambda asked: {**asked, "outputs": outputs})


def moved(program: Program) -> list[tuple[str, str]]:
    return [(name, text) for name, text in program.warnings if text.startswith("moved: ")]


@pytest.mark.parametrize("preview", [True, False])
def test_a_deployment_that_moves_says_so_and_no_other_one_does(preview: bool) -> None:
    program = Program(preview=preview)
    answer(program, BEFORE)
    run(program, stack(TWO))
    [(name, text)] = moved(program)
    assert name == "chat"
    assert text.startswith("moved: europe-west9 -> europe-west4: europe-west4 comes before ")
    assert text.endswith(
        "To stay in europe-west9 (Paris, France), pin it there: pulumi config set --path "
        "vertex-residency:deployments.chat.location europe-west9 --stack dev To have no deployment "
        "of the stack move again, pin them all: python -m availability pin dev"
    )


def test_a_move_is_no_part_of_what_is_exported(program: Program) -> None:
    run(program, stack(TWO))
    before = program.exports
    answer(program, BEFORE)
    run(program, stack(TWO))
    assert moved(program)
    assert program.exports == before
    assert "moved" not in json.dumps(program.outputs("chat"))


def test_the_commands_stand_on_lines_of_their_own(program: Program) -> None:
    answer(program, BEFORE)
    run(program, stack(TWO))
    lines = [line.strip() for text in program.messages for line in text.splitlines()]
    path = "vertex-residency:deployments.chat.location"
    assert f"pulumi config set --path {path} europe-west9 --stack dev" in lines
    assert "python -m availability pin dev" in lines


def test_the_last_outputs_are_asked_for_once_and_before_anything_is_registered(
    program: Program,
) -> None:
    asked: list[tuple[Mapping[str, Any], int]] = []

    def outputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
        time.sleep(0.2)  # in which whatever is on its way to be registered would be
        asked.append((inputs, len(program.registered)))
        return {"outputs": {"deployments": {}}}

    program.set_answer(LAST_OUTPUTS, outputs)
    run(program, stack({f"chat-{number}": {} for number in range(40)}))
    assert asked == [({"name": "organization/vertex-residency/dev"}, 0)]


@pytest.mark.parametrize("preview", [True, False])
def test_a_stack_that_is_refused_asks_for_its_last_outputs_alone(preview: bool) -> None:
    program = Program(preview=preview)
    refusal(program, stack_values({"chat": {"model": FLASH, "residency": "no"}}))
    assert [token for token, *_ in program.calls] == [LAST_OUTPUTS] * preview


@pytest.mark.parametrize("outputs", [None, [], "x", 7, {}, {"deployments": [1]}], ids=str)
def test_outputs_of_another_shape_say_nothing(outputs: object, program: Program) -> None:
    program.set_answer(LAST_OUTPUTS, {"outputs": outputs})
    run(program, stack(TWO))
    assert moved(program) == []
    assert set(program.exports["deployments"]) == {"chat", "lab"}


def test_outputs_that_cant_be_read_change_nothing(program: Program) -> None:
    def fail(_: Mapping[str, Any]) -> dict[str, Any]:
        raise ConnectionError("no backend")

    run(program, stack(TWO))  # the function fails
    program.set_answer(LAST_OUTPUTS, fail)  # and now the engine does
    run(program, stack(TWO))
    assert (moved(program), program.errors) == ([], [])
    assert set(program.exports["deployments"]) == {"chat", "lab"}
