"""The last that a preview says of its stack: the bindings by role and member, and the table."""

from __future__ import annotations

import pytest

from tests.components.recording import BINDING, CHAT, FLASH, SECRET_BINDING, Program
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
