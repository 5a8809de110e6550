"""Paths from the root of a repository, as git itself has them."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import jsonschema
import pytest

from availability.command_line.cli import main
from availability.report.repository import from_root
from tests.availability.sarif_schema import SARIF
from tests.git import git

STACK = """\
config:
  gcp:project: acme-prod
  vertex-residency:residency: de
  vertex-residency:snapshot: 2026-11-12
  vertex-residency:deployments:
    chat: {model: gemini-live-2.5-flash-native-audio}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a stack, two folders below the root of a repository."""
    folder = tmp_path / "repository" / "infra" / "models"
    folder.mkdir(parents=True)
    (folder / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    git(tmp_path / "repository", "init", "-q")
    return folder


IN_REPOSITORY = PurePosixPath("infra/models/Pulumi.prod.yaml")


@pytest.mark.parametrize(
    "where", ["repository", "repository/infra", "repository/infra/models", "."]
)
def test_the_root_is_that_of_git_wherever_one_works(
    where: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path / where)
    typed = Path(os.path.relpath(project / "Pulumi.prod.yaml"))
    root = Path(git(project, "rev-parse", "--show-toplevel"))
    assert root / IN_REPOSITORY == (project / "Pulumi.prod.yaml").resolve()
    assert from_root(typed, {}) == IN_REPOSITORY
    assert from_root(typed.absolute(), {"GITHUB_WORKSPACE": str(tmp_path)}) == IN_REPOSITORY


def test_another_work_tree_has_a_root_of_its_own(project: Path, tmp_path: Path):
    root = tmp_path / "repository"
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    git(root, "worktree", "add", "-q", str(tmp_path / "other"))
    other = tmp_path / "other" / IN_REPOSITORY
    assert (tmp_path / "other" / ".git").is_file()
    assert from_root(other, {}) == IN_REPOSITORY


def test_links_lead_to_where_the_lines_are(project: Path, tmp_path: Path):
    (tmp_path / "link").symlink_to(project, target_is_directory=True)
    assert from_root(tmp_path / "link" / "Pulumi.prod.yaml", {}) == IN_REPOSITORY
    (project / "Pulumi.dev.yaml").symlink_to("Pulumi.prod.yaml")
    assert from_root(project / "Pulumi.dev.yaml", {}) == IN_REPOSITORY
    outside = tmp_path / "shared.yaml"
    outside.write_text(STACK, encoding="utf-8")
    (project / "Pulumi.qa.yaml").symlink_to(outside)
    assert from_root(project / "Pulumi.qa.yaml", {}) == IN_REPOSITORY.with_name("Pulumi.qa.yaml")


def test_a_folder_that_is_only_called_git_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "a" / "b"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    assert from_root(Path("b/Pulumi.dev.yaml"), {}) == PurePosixPath("b/Pulumi.dev.yaml")


def test_without_git_it_is_the_workspace_of_the_workflow_or_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a")
    file = Path("b/Pulumi.dev.yaml")
    assert from_root(file, {"GITHUB_WORKSPACE": str(tmp_path)}) == PurePosixPath("a") / file
    assert from_root(file, {"GITHUB_WORKSPACE": str(tmp_path / "else")}) == PurePosixPath(file)
    assert from_root(tmp_path / "Pulumi.dev.yaml", {}) is None


def test_a_project_in_a_subfolder_is_annotated_from_the_root_and_printed_as_it_was_typed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(project)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert main(["plan", "Pulumi.prod.yaml", "--format", "github"]) == 1
    [error] = [line for line in capsys.readouterr().out.splitlines() if line[:7] == "::error"]
    assert error.startswith(f"::error file={IN_REPOSITORY},line=3,col=31,title=")
    assert main(["plan", "Pulumi.prod.yaml", "--format", "sarif"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SARIF)
    [run] = document["runs"]
    [refusal] = [result for result in run["results"] if result["level"] == "error"]
    [location] = refusal["locations"]
    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": str(IN_REPOSITORY), "uriBaseId": "%SRCROOT%"}
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert main(["plan", "Pulumi.prod.yaml"]) == 1
    assert "  Pulumi.prod.yaml:3:31: vertex-residency:residency: de\n" in capsys.readouterr().out


def test_a_name_with_a_colon_and_a_blank_is_a_relative_reference(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    odd = project.parents[1] / "a:b c"
    odd.mkdir()
    (odd / "Pulumi.prod.yaml").write_text(STACK, encoding="utf-8")
    monkeypatch.chdir(odd)
    main(["plan", "Pulumi.prod.yaml", "--format", "sarif"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SARIF)
    assert '"uri": "a%3Ab%20c/Pulumi.prod.yaml"' in json.dumps(document)
