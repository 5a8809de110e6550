"""An acknowledged warning is no warning of the program, and one line of its log."""

from __future__ import annotations

from typing import Any

import pytest

from components import ModelEndpoint
from tests.components.recording import CLAUDE, Program, endpoint
from tests.components.whole_program import refusal, run, stack

TERMS = {"warning": "partner-terms", "until": "2099-06-01", "reason": "accepted by Ada"}
ENDPOINT_ONLY = {"warning": "endpoint-guarantee", "until": "2099-06-01", "reason": "no such data"}


def warned(program: Program) -> list[str]:
    return [text.partition(":")[0] for _, text in program.warnings]


def traces(program: Program) -> list[str]:
    return [text for _, text in program.infos if text.startswith("Acknowledged")]


@pytest.mark.parametrize("preview", [True, False])
def test_an_endpoint_is_quiet_about_what_is_acknowledged(preview: bool) -> None:
    program = Program(preview=preview)
    program.run(lambda: endpoint(model=CLAUDE, accept=[TERMS, ENDPOINT_ONLY]))
    assert warned(program) == ["newer-facts"]
    assert [one["id"] for one in program.outputs("chat")["warnings"]] == ["newer-facts"]
    assert traces(program) == [
        "Acknowledged until 2099-06-01: endpoint-guarantee. Reason: no such data",
        "Acknowledged until 2099-06-01: partner-terms. Reason: accepted by Ada",
    ]


def test_an_endpoint_says_what_has_expired(program: Program) -> None:
    late: dict[str, Any] = {"accept": [{**TERMS, "until": "2025-06-01"}], "as_of": "2025-06-02"}
    program.run(lambda: endpoint(model=CLAUDE, **late))
    [text] = [text for _, text in program.warnings if text.startswith("partner-terms")]
    assert "It was acknowledged until 2025-06-01 only." in " ".join(text.split())
    assert traces(program) == []


def test_an_entry_of_a_component_may_leave_the_rule_out_in_types(program: Program) -> None:
    program.run(
        lambda: ModelEndpoint(
            "chat",
            {
                "model": CLAUDE,
                "residency": {"within": ["eu"]},
                "snapshot": "2025-05-12",
                "accept": [{"warning": "partner-terms", "until": "2099-01-01", "reason": "by Ada"}],
            },
        )
    )
    assert "partner-terms" not in warned(program)


def test_a_program_is_quiet_about_what_is_acknowledged(program: Program) -> None:
    run(program, stack({"chat": {"model": CLAUDE, "accept": [TERMS]}}))
    assert "partner-terms" not in warned(program)
    assert len(traces(program)) == 1
    ids = [one["id"] for one in program.exports["deployments"]["chat"]["warnings"]]
    assert "partner-terms" not in ids
    assert "endpoint-guarantee" in ids


# The guarantee of the stack

KEPT = {"within": "eu", "guarantee": "ml-processing"}


def test_a_program_keeps_the_guarantee_of_its_stack_and_says_so(program: Program) -> None:
    own = {"chat": {"model": CLAUDE, "residency": "europe"}}
    run(program, stack(own, residency=KEPT))
    [text] = [text for name, text in program.infos if name == "chat"]
    assert "Residency: europe with the stack's ml-processing." in " ".join(text.split())
    assert "endpoint-guarantee" not in warned(program)
    assert program.exports["deployments"]["chat"]["boundary"] == "eu"


def test_a_program_refuses_what_the_guarantee_of_its_stack_refuses(program: Program) -> None:
    own = {"chat": {"model": CLAUDE, "residency": "be"}}
    text = " ".join(refusal(program, stack(own, residency=KEPT)).split())
    assert "residency be with the stack's ml-processing (be is Belgium)" in text
    named: dict[str, dict[str, object]] = {
        "chat": {"model": CLAUDE, "residency": {"within": "be", "guarantee": "endpoint"}}
    }
    run(program, stack(named, residency=KEPT))
    assert "endpoint-guarantee" in warned(program)


def test_a_lone_endpoint_has_no_stack_to_take_a_guarantee_from(program: Program) -> None:
    program.run(lambda: endpoint(residency={"within": ["any"]}))
    assert "endpoint-guarantee" in warned(program)
