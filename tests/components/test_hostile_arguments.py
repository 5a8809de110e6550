"""What a program's errors and warnings quote is text to the engine, the terminal and a CI log.

The engine takes `<{%fg 1%}>` for a colour and panics at one that it does not know; GitHub's runner
takes `::command::` at the start of a line, and `##[command]` anywhere, for a workflow command.
"""

import re
from typing import Any

import pulumi
import pytest

from tests.components.recording import Program, endpoint

HOSTILE = "x\n::stop-commands::t\x1b[2J\x9b\u202e\u2028##[group]<{%nothing%}>"


def assert_text(said: str) -> None:
    for line in said.split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert not re.search(r"##\[|<\{%|%\}>", line), line


@pytest.mark.parametrize(
    "args",
    [
        {"model": HOSTILE},
        {"name": HOSTILE, "model": "gemini-9"},
        {"name": HOSTILE, "residency": {"within": ["de"]}},
        {HOSTILE: 1},
        {"residency": {"within": [HOSTILE]}},
        {"residency": {"within": ["eu"], HOSTILE: 1}},
        {"needs": [HOSTILE]},
        {"callers": [HOSTILE]},
        {"callers": [f"principal://iam.googleapis.com/projects/{HOSTILE}/locations/global/x"]},
        {"project": HOSTILE},
        {"snapshot": HOSTILE},
        {"host": HOSTILE},
        {"accept": [{"rule": "retired", "until": "soon", "reason": HOSTILE, HOSTILE: 1}]},
    ],
    ids=str,
)
def test_what_is_wrong_with_arguments_is_told_in_lines_of_text(
    program: Program, args: dict[str, Any]
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: endpoint(**args))
    assert r"x\n::stop-commands" in str(raised.value)
    assert_text(str(raised.value))


def test_a_warning_quotes_a_reason_as_text_and_so_does_what_is_exported(program: Program) -> None:
    waiver = {"rule": "preview", "until": "2999-12-31", "reason": HOSTILE}
    program.run(lambda: endpoint(accept=[waiver]))
    [shown] = [text for _, text in program.warnings if text.startswith("waived")]
    assert r"x\n::stop-commands::t\x1b[2J" in shown
    assert_text(shown)
    [exported] = [
        one["text"] for one in program.outputs("chat")["warnings"] if one["id"] == "waived"
    ]
    assert r"x\n::stop-commands::t\x1b[2J" in exported
    assert_text(exported)
