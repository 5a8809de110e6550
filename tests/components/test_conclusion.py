"""The last that a preview says of its stack: the bindings by role and member, and the table."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from availability.stack.plan import plan_values
from availability.stack.review.comparison import compare
from availability.stack.review.declared import read_declared
from tests.components.recording import (
    BINDING,
    CHAT,
    CLAUDE,
    FLASH,
    LAST_OUTPUTS,
    SECRET_BINDING,
    Program,
)
from tests.components.test_federation import FROM_GITHUB
from tests.components.whole_program import DEPLOYMENTS, refusal, run, stack, stack_values


def of_the_stack(program: Program) -> list[str]:
    """The messages that are about no resource, in their order, without their warnings."""
    infos = [text for name, text in program.infos if not name]
    return [text for text in program.messages if " ".join(text.split()) in infos]


@pytest.mark.parametrize("preview", [True, False])
def test_the_last_message_is_a_table_of_all_deployments(preview: bool) -> None:
    program = Program(preview=preview)
    run(program, stack_values())
    assert of_the_stack(program)[-1].splitlines() == [
        "Stack dev, snapshot 2025-05-12: all 3 placed.",
        "Nothing to compare with: the stack's last outputs can't be read.",
        "deployment  model                       location      processing     retires",
        "chat        gemini-2.0-flash-001        europe-west4  not committed  no date published",
        "lab         gemini-2.0-flash-001        europe-west4  not committed  no date published",
        "review      claude-3-7-sonnet@20250219  europe-west1  within eu      no date published",
    ]


def test_a_refused_stack_ends_with_its_refusal(program: Program) -> None:
    refusal(program, stack_values({"chat": {"model": FLASH, "residency": "no"}}))
    assert of_the_stack(program) == []


def test_a_program_that_fails_has_no_table(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no registration")

    monkeypatch.setattr("components.stack.ProjectBaseline.decided", fail)
    with pytest.raises(RuntimeError, match="no registration"):
        run(program, stack_values())
    assert of_the_stack(program) == []


def bindings_of(program: Program) -> list[str]:
    """The lines of the message on bindings; none where there is no such message."""
    found = [text for text in of_the_stack(program) if " IAM binding" in text.splitlines()[0]]
    assert len(found) <= 1
    return [line for text in found for line in text.splitlines()]


def test_a_preview_names_role_and_member_of_each_binding() -> None:
    program = Program(preview=True)
    own = {"model": FLASH, "serviceAccountUsers": [CHAT]}
    run(program, stack_values({**DEPLOYMENTS, "own": own}, publish="secrets"))
    told = bindings_of(program)
    registered = [*program.of_type(BINDING), *program.of_type(SECRET_BINDING)]
    assert len(registered) > 5
    role = ""
    pairs: set[tuple[str, str, str]] = set()
    for line in told[1:]:
        if line.startswith("    "):
            name, member = line.split()
            pairs.add((name, role, member))
        else:
            role = line.split()[0]
    assert {
        (binding.name, binding.inputs["role"], binding.inputs["member"]) for binding in registered
    } <= pairs
    assert [line for line in told if "on the service account of own" in line] == [
        "  roles/iam.serviceAccountUser on the service account of own"
    ]


def test_an_update_names_no_bindings(program: Program) -> None:
    run(program, stack_values())
    assert bindings_of(program) == []


def test_the_table_comes_after_what_is_known_late_of_the_bindings() -> None:
    program = Program(preview=True)
    run(program, stack({"chat": {"callers": ["federation"]}}, federation=FROM_GITHUB))
    *_, told, table = of_the_stack(program)
    assert "The binding of a caller of chat" in told
    assert table.startswith("Stack dev, ")


def test_the_message_on_bindings_is_the_same_twice() -> None:
    seen: list[list[str]] = []
    for _ in range(2):
        program = Program(preview=True)
        run(program, stack_values(publish="parameters"))
        seen.append(bindings_of(program))
    assert seen[0] == seen[1] != []


BEFORE = {
    "chat": {"model": FLASH, "callers": [CHAT]},
    "lab": {"model": FLASH, "location": "europe-west9"},
    "gone": {"model": CLAUDE},
}
AFTER = {
    "chat": {"model": FLASH, "callers": [CHAT, "user:eve@acme.example"], "residency": "any"},
    "lab": {"model": FLASH},
    "new": {"model": FLASH},
}


def updated(deployments: object, **keys: str) -> dict[str, Any]:
    """What a stack exports, as the engine gives it back."""
    program = Program()
    run(program, stack_values(deployments, **keys))
    return json.loads(json.dumps(program.exports), parse_int=float)


def compared(program: Program, outputs: object) -> list[str]:
    """The lines of the table, of a stack whose last outputs are these."""
    program.set_answer(LAST_OUTPUTS, {"outputs": outputs})
    run(program, stack_values(AFTER))
    return of_the_stack(program)[-1].splitlines()


@pytest.mark.parametrize("preview", [True, False])
def test_each_change_is_told_once_and_what_has_to_be_decided_is_a_warning(preview: bool) -> None:
    outputs = updated(BEFORE)
    program = Program(preview=preview)
    table = compared(program, outputs)
    before = read_declared(outputs["declared"])
    plan = plan_values(stack_values(AFTER), "dev", {}, as_of=dt.date(2025, 5, 12))
    assert before is not None
    changes = compare(before, plan).changes
    wanted = [(change.kind.decides, f"{change.kind}: {change.text}") for change in changes]
    assert {change.kind.value for change in changes} == {
        *("widened", "caller-added", "moved", "added", "removed"),
    }
    told = [(True, text) for name, text in program.warnings if not name]
    told += [(False, text) for name, text in program.infos if not name]
    assert [each for each in wanted if not each[1].startswith("moved")] == [
        each for each in told if each in wanted
    ]
    moved = sorted(each for each in program.warnings if each[1].startswith("moved: "))
    wanted_moves = [change for change in changes if change.kind.value == "moved"]
    assert [name for name, _ in moved] == [change.deployment for change in wanted_moves]
    for (name, text), change in zip(moved, wanted_moves, strict=True):
        assert text.startswith(f"moved: {change.text.removeprefix(f'{name}: ')}")
    assert not [text for _, text in program.infos if text.startswith("moved: ")]
    assert table[1] == "Since the last update: 6 changes, 2 to decide."
    starts = table[2].index("change")
    marked = [line[starts:] for line in table[3:] if line[starts:]]
    assert marked == ["widened,", "caller-added,", "moved", "moved", "added"]


@pytest.mark.parametrize(
    ("outputs", "why"),
    [
        ({}, "the stack has no outputs yet"),
        (None, "the stack's last outputs can't be read"),
        ({"deployments": {}}, "the last update exported no declared, because its program was an "),
        ({"declared": {"deployments": 7}}, "the output declared is not what this program exports"),
    ],
)
def test_where_there_is_nothing_to_compare_with_it_says_so_and_why(
    outputs: object, why: str, program: Program
) -> None:
    lines = compared(program, outputs)
    told = " ".join(" ".join(lines[1:3]).split())
    assert told.startswith(f"Nothing to compare with: {why}")
    assert not [text for name, text in program.warnings if not name and "widened" in text]


def test_a_move_is_marked_where_only_the_locations_are_known(program: Program) -> None:
    outputs = {name: {"location": "europe-west9"} for name in AFTER}
    lines = compared(program, {"snapshot": "2025-05-12", "deployments": outputs})
    assert [re.split(" {2,}", line)[5:] for line in lines[4:]] == [["moved"]] * 3


def test_a_stack_that_stays_as_it_is_says_so() -> None:
    outputs = updated(AFTER)
    lines = compared(Program(), outputs)
    assert lines[1] == "Since the last update: nothing to decide, and nothing moves."
    assert lines[2] == "Unchanged: 3 deployments."
    assert lines[3].startswith("deployment ")
    assert not lines[3].endswith("change")


def test_a_renamed_deployment_that_moves_tells_its_move() -> None:
    outputs = updated({"old": {"model": FLASH, "location": "europe-west9"}})
    program = Program()
    program.set_answer(LAST_OUTPUTS, {"outputs": outputs})
    run(program, stack_values({"fresh": {"model": FLASH}}))
    told = [text for name, text in program.infos if not name]
    assert [text.split(": ")[:2] for text in told if text.startswith(("moved", "renamed"))] == [
        ["moved", "fresh"],
        ["renamed", "fresh"],
    ]
