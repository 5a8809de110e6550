"""Repositories with a base and a branch, as a reviewer compares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.availability.cli_runs import Run, run
from tests.git import git

PROJECT = "name: vertex-residency\nruntime: python\nstackConfigDir: stacks\n"
HEAD = {
    "gcp:project": "acme-test",
    "gcp:region": "europe-west4",
    "vertex-residency:snapshot": "2026-10-10",
    "vertex-residency:asOf": "2026-10-12",
}
FLASH = "gemini-3.8-flash"


def text(deployments: Mapping[str, Mapping[str, Any]], **keys: Any) -> str:
    """A stack file, whose residency is eu unless the keys say another one."""
    own = {"residency": "eu", **keys, "deployments": deployments}
    values = {**HEAD, **{f"vertex-residency:{key}": value for key, value in own.items()}}
    lines = [f"  {key}: {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["config:", *lines, ""])


class Versions:
    """A repository whose branch `main` has the base; its working tree is that of `change`."""

    def __init__(self, top: Path, inside: str = ".") -> None:
        self.top, self.folder = top, top / inside
        (self.folder / "stacks").mkdir(parents=True)
        git(top, "init", "--quiet", "--initial-branch=main")

    def write(self, stacks: Mapping[str, str | None]) -> None:
        """Stack -> its text; None for one that is gone."""
        (self.folder / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
        for stack, content in stacks.items():
            path = self.path(stack)
            if content is None:
                path.unlink()
            else:
                path.write_text(content, encoding="utf-8")

    def commit(self, stacks: Mapping[str, str | None], message: str = "change") -> None:
        self.write(stacks)
        git(self.top, "add", "--all")
        git(self.top, "commit", "--quiet", "--allow-empty", "--message", message)

    def versions(self, base: Mapping[str, str], change: Mapping[str, str | None]) -> None:
        """Commits the base on `main` and the change on `branch`."""
        self.versions_after(base, change)

    def versions_after(self, base: Mapping[str, str], change: Mapping[str, str | None]) -> None:
        """The same on top of what is checked out, which the base is committed to."""
        self.commit(base, "base")
        git(self.top, "checkout", "--quiet", "-b", "branch")
        self.commit(change)

    def path(self, stack: str) -> Path:
        return self.folder / "stacks" / f"Pulumi.{stack}.yaml"

    def plan(self, *options: str, against: str = "main", stacks: tuple[str, ...] = ()) -> Run:
        files = sorted((self.folder / "stacks").glob("Pulumi.*.yaml"))
        paths = [self.path(stack) for stack in stacks] or files
        return run("plan", *map(str, paths), "--against", against, *options)

    def changes(self, **asked: Any) -> list[dict[str, Any]]:
        """The changes of all stacks, by `plan --json`."""
        document: Any = self.plan("--json", **asked).document
        documents: list[Any] = [document] if "stack" in document else document
        return [change for one in documents for change in one["changes"]]


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    monkeypatch.delenv("GITHUB_BASE_REF", raising=False)
    return Versions(tmp_path / "repository")
