"""The option `--format` means the same wherever it is."""

from __future__ import annotations

import pytest

from tests.availability.cli_runs import run
from tests.paths import ROOT

PROD = str(ROOT / "stacks" / "Pulumi.prod.yaml")
COMMANDS = (["plan", PROD], ["diff", "2026-10-10", "2026-11-12"], ["evidence", PROD])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda argv: argv[0])
def test_an_empty_format_is_bad_input_and_not_the_default(command: list[str]) -> None:
    made = run(*command, "--format", "")
    assert (made.status, made.out) == (2, "")
    assert made.err.startswith("--format: unknown format ''; it is one of ")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda argv: argv[0])
def test_json_and_another_format_exclude_each_other(command: list[str]) -> None:
    made = run(*command, "--format", "markdown", "--json")
    assert made.status == 2
    [error] = made.document["errors"]
    assert (error["path"], error["message"]) == (
        "--format",
        "markdown and --json exclude each other",
    )
