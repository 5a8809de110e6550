"""A stack is named by its file or by its name, wherever a command takes one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.availability.cli_runs import run
from tests.paths import ROOT

DAY = "--as-of=2026-11-26"
SNAPSHOTS = ("2026-10-10", "2026-11-12")


@pytest.fixture(autouse=True)
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's stacks, as the working directory."""
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "STACK", DAY),
        ("evidence", "STACK", DAY),
        ("report", "STACK", DAY, "--html=-"),
        ("diff", *SNAPSHOTS, DAY, "--stacks", "STACK"),
    ],
    ids=lambda words: words[0],
)
def test_the_name_and_the_file_come_to_the_same(words: tuple[str, ...]) -> None:
    by_name = run(*(word.replace("STACK", "prod") for word in words))
    by_file = run(*(word.replace("STACK", "stacks/Pulumi.prod.yaml") for word in words))
    assert by_name == by_file
    assert by_name.status == 0


@pytest.mark.parametrize(
    "words",
    [("plan",), ("plan", "--fix", "chat=1"), ("evidence",), ("diff", *SNAPSHOTS, "--stacks")],
    ids=" ".join,
)
def test_a_name_that_no_stack_has_is_bad_input_with_the_nearest(words: tuple[str, ...]) -> None:
    done = run(*words, "prd")
    assert done.status == 2
    assert "prd: no stack of this name: there is no stacks/Pulumi.prd.yaml" in done.err
    assert "did you mean prod?" in done.err


def test_a_fix_is_applied_to_a_stack_by_its_name(copy: Path) -> None:
    file = copy / "stacks" / "Pulumi.prod.yaml"
    model = "      model: gemini-3.8-flash\n"
    file.write_text(file.read_text().replace(model, f"{model}      residency: de\n"))
    assert run("plan", "prod", DAY, "--fix=chat=1", "--yes").status == 0
    assert "model: gemini-3.5-flash\n      residency: de\n" in file.read_text()
