"""A preview of a stack that is up says of each change what `plan --against` says of the files."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from availability.stack.review.changes import ChangeKind
from sandbox.workspace import Result, Sandbox
from tests.availability.cli_runs import run
from tests.availability.reviewed import FLASH, text
from tests.availability.stack.test_review import ALONE, GITHUB, ML, OTHER, PINNED, WAIVER
from tests.engine.projects import ProjectSandbox, copy_of_the_project

pytestmark = pytest.mark.engine

STACK = "staging"
ENDPOINT = {"within": "eu", "guarantee": "endpoint"}
CALLERS = ["group:chat@acme.example"]
EVE = "user:eve@acme.example"
CLAUDE = "claude-sonnet-5-5"
CONTROLLED = {"model": FLASH, "residency": ENDPOINT, "callers": CALLERS}
BASE: dict[str, Any] = {
    "chat": {"model": FLASH, "callers": CALLERS},
    "controlled": {**CONTROLLED, "controls": ["cmek", "vpc-sc"]},
    "gone": {"model": CLAUDE},
    "moving": {**PINNED, "residency": ENDPOINT},
    "old-name": {"model": "gemini-3.5-flash", "callers": CALLERS},
    "other-model": {**PINNED, "residency": ENDPOINT},
    "still": {"model": FLASH},
    "waived": {"model": FLASH, "callers": ["federation"]},
}
CHANGED: dict[str, Any] = {
    "chat": {"model": FLASH, "residency": {"within": "any", "guarantee": "endpoint"}},
    "controlled": {**CONTROLLED, "controls": ["vpc-sc"], "callers": [*CALLERS, EVE]},
    "moving": {**BASE["moving"], "location": "europe-west1"},
    "new": {"model": "gemini-embedding-2", "callers": ["group:lab@acme.example"]},
    "new-name": BASE["old-name"],
    "other-model": {**BASE["other-model"], "model": "gemini-2.5-flash"},
    "still": BASE["still"],
    "waived": {**BASE["waived"], "accept": [WAIVER]},
}
IN_A_PREVIEW = {*ChangeKind} - {ChangeKind.REFUSED, ChangeKind.BROKEN}
"""What a preview that goes well tells; of a stack that can't be read it tells that alone."""
SAFE: dict[str, Any] = {
    "residency": ML,
    "guardrails": {"resourceLocations": True},
    "auditLogs": True,
    "federation": GITHUB,
}
LESS_SAFE: dict[str, Any] = {
    "residency": ML,
    "guardrails": {"dryRun": True},
    "auditLogs": {"logTypes": ["DATA_READ"]},
    "federation": OTHER,
}


@dataclass
class Branch:
    """A stack that is up, and a folder with the files that it went up with."""

    sandbox: Sandbox
    base: Path

    @property
    def path(self) -> Path:
        return self.sandbox.project / "stacks" / f"Pulumi.{STACK}.yaml"

    def preview(self, content: str) -> Result:
        """The preview of the stack with another file."""
        self.path.write_text(content, encoding="utf-8")
        return self.sandbox.preview(STACK)

    def planned(self) -> list[dict[str, Any]]:
        """The changes by the files alone."""
        document = run("plan", str(self.path), "--against", str(self.base), "--json").document
        return document["changes"]


@pytest.fixture
def goes_up(project_sandbox: ProjectSandbox, tmp_path: Path) -> Any:
    def up(content: str) -> Branch:
        project = copy_of_the_project(tmp_path)
        branch = Branch(project_sandbox(project), tmp_path / "base")
        branch.path.write_text(content, encoding="utf-8")
        result = branch.sandbox.up(STACK)
        assert result.ok, result.text
        assert "Nothing to compare with: the stack has no outputs yet." in result.text
        shutil.copytree(project, branch.base)
        return branch

    return up


def one_line(words: str) -> str:
    return " ".join(words.split())


def told(result: Result) -> list[tuple[str, str]]:
    """(kind, text) of each change that a preview tells, in its order; moves by themselves last."""
    assert result.ok, result.text
    changes: list[tuple[str, str]] = []
    moves: list[tuple[str, str]] = []
    for message in result.messages:
        kind, _, words = one_line(message.text).partition(": ")
        if kind not in {*ChangeKind}:
            continue
        if message.resource and kind == ChangeKind.MOVED.value:
            assert message.severity == "warning"
            moves.append((kind, f"{message.resource}: {words}"))
        elif not message.resource:
            assert (message.severity == "warning") is ChangeKind(kind).decides
            changes.append((kind, words))
    return changes + sorted(moves)


def assert_the_same(result: Result, planned: list[dict[str, Any]]) -> None:
    """That a preview tells the planned changes, a move with what would prevent it."""
    expected = [(change["kind"], one_line(change["text"])) for change in planned]
    moves = sorted(change for change in expected if change[0] == ChangeKind.MOVED.value)
    others = [change for change in expected if change[0] != ChangeKind.MOVED.value]
    said = told(result)
    assert said[: len(others)] == others
    assert len(said) == len(expected)
    for (_, words), (_, start) in zip(said[len(others) :], moves, strict=True):
        assert words.startswith(start)


def table(result: Result) -> list[str]:
    """The last message of the stack."""
    return [message.text for message in result.messages if not message.resource][-1].splitlines()


def test_a_preview_says_what_a_review_of_the_files_says(goes_up: Any) -> None:
    branch: Branch = goes_up(text(BASE, **SAFE))
    result = branch.preview(text(CHANGED, **LESS_SAFE))
    planned = branch.planned()
    assert {ChangeKind(change["kind"]) for change in planned} == IN_A_PREVIEW
    assert_the_same(result, planned)
    lines = table(result)
    decide = sum(ChangeKind(change["kind"]).decides for change in planned)
    assert lines[1] == f"Since the last update: {len(planned)} changes, {decide} to decide."
    marked = {line.split()[0]: line for line in lines if line.split()[0] in CHANGED}
    assert marked["moving"].endswith("  moved")
    assert not any(kind in marked["still"] for kind in ChangeKind)

    away = {"moving": {**PINNED, "location": "us-east5"}}
    refused = branch.preview(text({**CHANGED, **away}, **LESS_SAFE))
    planned = branch.planned()
    assert not refused.ok
    assert ChangeKind.REFUSED in {change["kind"] for change in planned}
    for change in planned:
        assert one_line(change["text"]) in one_line(refused.text)

    broken = branch.preview("config: [\n")
    assert not broken.ok
    assert [one["kind"] for one in branch.planned()] == [ChangeKind.BROKEN]

    same = branch.preview(text(BASE, **SAFE))
    assert told(same) == []
    assert table(same)[1] == "Since the last update: nothing to decide, and nothing moves."
    assert set(same.changes) == {"same"}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("kind", "base", "change"),
    [case[:3] for case in ALONE if case[0] != ChangeKind.REFUSED.value],
    ids=[f"{index}-{case[0]}" for index, case in enumerate(ALONE) if case[0] != "refused"],
)
def test_each_kind_alone_is_told_as_a_review_tells_it(
    goes_up: Any, kind: str, base: str, change: str
) -> None:
    branch: Branch = goes_up(base)
    result = branch.preview(change)
    planned = branch.planned()
    assert [one["kind"] for one in planned] == [kind]
    assert_the_same(result, planned)


def test_a_stack_that_an_older_program_put_up_says_that_nothing_can_be_compared(
    project_sandbox: ProjectSandbox, tmp_path: Path
) -> None:
    project = copy_of_the_project(tmp_path)
    main = project / "__main__.py"
    ours = main.read_text(encoding="utf-8")
    older = ours.replace(
        "    export(name, value)\n", "    name == 'declared' or export(name, value)\n"
    )
    assert older != ours
    main.write_text(older, encoding="utf-8")
    sandbox = project_sandbox(project)
    assert sandbox.up(STACK).ok
    main.write_text(ours, encoding="utf-8")
    result = sandbox.preview(STACK)
    assert result.ok, result.text
    why = "Nothing to compare with: the last update exported no declared, because its"
    assert table(result)[1] == why
    assert set(result.changes) == {"same"}
