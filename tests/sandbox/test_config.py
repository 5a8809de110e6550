"""`python -m sandbox config`: edits a stack file of the project, and no other file."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from availability.stack.file import read_stack_file
from sandbox.advice import of_the_sandbox
from sandbox.cli import main
from tests.availability.cli_runs import run
from tests.paths import ROOT

CHAT = "vertex-residency:deployments.chat"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(project: Path, line: str) -> int:
    return main(["config", *shlex.split(line), "--project", str(project)])


def file(project: Path, stack: str = "prod") -> Path:
    return project / "stacks" / f"Pulumi.{stack}.yaml"


def test_set_and_rm_change_one_line_of_one_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    before = file(project).read_text()
    assert config(project, f"set --path {CHAT}.location europe-west4 --stack prod") == 0
    added = "      location: europe-west4\n"
    assert file(project).read_text().replace(added, "") == before
    assert f"+{added}" in capsys.readouterr().out
    assert config(project, f"rm --path {CHAT}.location -s prod") == 0
    assert f"-{added}" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == others
    assert not (project / ".sandbox").exists()


def test_what_a_refusal_prints_works_as_the_sandbox_shows_it(project: Path) -> None:
    path = file(project)
    path.write_text(path.read_text().replace("flash\n", "flash\n      residency: de # why\n", 1))
    printed = [
        line.strip()
        for line in run("plan", "stacks/Pulumi.prod.yaml", "--as-of", "2026-11-23").out.splitlines()
        if line.startswith("     pulumi config")
    ]
    assert len(printed) >= 2
    text = path.read_text()
    for number, line in enumerate(printed, start=1):
        path.write_text(text)
        for command in of_the_sandbox(line, "prod").split(" && "):
            assert config(project, command.removeprefix("python -m sandbox config ")) == 0
        changed = read_stack_file(path).config
        assert run("plan", str(path), "--as-of", "2026-11-23").status == 0
        path.write_text(text)
        words = ("--fix", f"chat={number}", "--yes", "--as-of", "2026-11-23")
        assert run("plan", str(path), *words).status == 0
        assert read_stack_file(path).config == changed


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("set gcp:zone europe-west4-a", "gcp:zone", "europe-west4-a"),
        ("set protect true --type bool", "vertex-residency:protect", True),
        ("set protect true", "vertex-residency:protect", "true"),
        ("set vertex-residency:generation 2 --type int", "vertex-residency:generation", 2),
        ("set --path a:b.c 5 --plaintext", "a:b", {"c": 5}),
        ("set --path a:b.c 5 --type string", "a:b", {"c": "5"}),
        ("set --path 'a:b[\"c.d\"]' -- -x", "a:b", {"c.d": "-x"}),
        ("set a:b.c x", "a:b.c", "x"),
    ],
)
def test_arguments_are_those_of_pulumi(line: str, key: str, value: object, project: Path) -> None:
    options = ["--stack", "dev", "--project", str(project)]
    verb, *words = shlex.split(line)
    assert main(["config", verb, *options, *words]) == 0
    assert read_stack_file(file(project, "dev")).config[key] == value


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("set a:b -s prod", "set needs a value after the key"),
        ("rm a:b c -s prod", "rm takes a key and no value"),
        ("set a:b:c x -s prod", "'a:b:c' is no key like vertex-residency:residency"),
        ("set --path a:b[x] x -s prod", "'x' in 'b[x]' is no place in a list"),
        (f"set --path {CHAT}.model.a x -s prod", "is no map, so that nothing in it can be set"),
        ("set a:b x --type int -s prod", "'x' is no int"),
        (
            "set a:b x -s prd",
            "there is no stack 'prd' (did you mean prod?); the project's stacks are: dev, prod",
        ),
    ],
)
def test_what_makes_no_sense_is_said(
    line: str, said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file(project).read_bytes()
    assert config(project, line) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
    assert file(project).read_bytes() == before


def test_a_file_that_cannot_be_read_is_said_with_its_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file(project).write_text("config: [")
    assert config(project, "set a:b x -s prod") == 2
    assert "error: stacks/Pulumi.prod.yaml:2:1: is no valid YAML" in capsys.readouterr().err


def test_what_says_that_already_is_unchanged(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file(project).stat().st_mtime_ns
    assert config(project, "rm --path a:b.c -s prod") == 0
    assert capsys.readouterr().out == (
        "stacks/Pulumi.prod.yaml is unchanged: it says that already.\n"
    )
    assert file(project).stat().st_mtime_ns == before


def test_its_help_says_that_it_writes_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["config", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "the only command of the sandbox that changes the project's own files" in said
