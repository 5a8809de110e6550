"""`python -m availability pin`: which files, what it says, and its exit status."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from availability.command_line.cli import main
from availability.facts.library import newest
from tests.availability.cli_runs import run
from tests.paths import ROOT

DAY = ("--as-of", "2026-10-12")
LINE = "      location: "


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's stacks, as the working directory."""
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def file(copy: Path, stack: str) -> Path:
    return copy / "stacks" / f"Pulumi.{stack}.yaml"


def pins(copy: Path, stack: str) -> list[str]:
    lines = file(copy, stack).read_text().splitlines()
    return [line.removeprefix(LINE) for line in lines if line.startswith(LINE)]


@pytest.mark.parametrize("word", ["prod", "stacks/Pulumi.prod.yaml", "./stacks/Pulumi.prod.yaml"])
def test_it_says_what_it_pins(word: str, copy: Path) -> None:
    made = run("pin", word, *DAY)
    assert (made.status, made.err) == (0, "")
    assert made.out.splitlines() == [
        "Stack prod, snapshot 2026-10-10: 4 of 4 pinned in stacks/Pulumi.prod.yaml.",
        "  chat: pinned to eu",
        "  review: pinned to eu",
        "  search: pinned to eu",
        "  support: pinned to europe-west3",
    ]
    assert pins(copy, "prod") == ["eu", "eu", "eu", "europe-west3"]


def test_a_stack_is_found_by_its_name_from_a_folder_of_the_project(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / "docs").mkdir()
    monkeypatch.chdir(copy / "docs")
    assert run("pin", "dev", *DAY).status == 0
    assert pins(copy, "dev") == ["global"] * 3


def test_a_name_that_no_stack_has_is_bad_input_with_the_nearest(copy: Path) -> None:
    made = run("pin", "stagin", *DAY)
    assert made.status == 2
    assert made.err.strip() == (
        "stagin: no stack of this name: there is no stacks/Pulumi.stagin.yaml "
        "(did you mean staging?)"
    )


def test_a_name_outside_of_a_project_is_the_path_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("pin", "dev", *DAY)
    assert (made.status, made.err.strip()) == (2, "dev: cannot be read: No such file or directory")


def test_where_all_is_pinned_it_says_so_and_leaves_the_file_alone(copy: Path) -> None:
    assert run("pin", "dev", *DAY).status == 0
    before = file(copy, "dev").stat()
    made = run("pin", "dev", *DAY)
    assert made.status == 0
    assert made.out.splitlines() == [
        f"Stack dev, snapshot {newest()}: all 3 are pinned already;",
        "  stacks/Pulumi.dev.yaml is unchanged.",
        "  chat: already pinned to global",
        "  review: already pinned to global",
        "  search: already pinned to global",
    ]
    assert file(copy, "dev").stat() == before


def refuse(copy: Path, stack: str) -> None:
    path = file(copy, stack)
    text = path.read_text().replace("    chat:\n", "    chat:\n      residency: de\n")
    path.write_text(text)


def test_a_refused_deployment_is_told_of_and_nothing_is_written(copy: Path) -> None:
    refuse(copy, "staging")
    before = file(copy, "staging").stat()
    made = run("pin", "staging", *DAY)
    assert made.status == 1
    assert made.out.startswith(
        "1 of 3 deployments of stack staging refused by snapshot 2026-10-10: chat\n"
        "  Nothing was changed.\n"
    )
    assert "pulumi config set --path vertex-residency:deployments.chat.model" in made.out
    assert file(copy, "staging").stat() == before


def test_what_decides_is_shown_where_it_stands_in_the_project_s_own_file(copy: Path) -> None:
    project = copy / "Pulumi.yaml"
    text = project.read_text()
    project.write_text(f"{text}  vertex-residency:residency: {{value: no}}\n")
    path = file(copy, "staging")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "vertex-residency:residency" not in line))
    made = run("pin", "staging", *DAY)
    assert made.status == 1
    assert f"Pulumi.yaml:{len(text.splitlines()) + 1}:" in made.out


def test_of_several_files_each_is_pinned_as_a_whole_or_not_at_all(copy: Path) -> None:
    refuse(copy, "staging")
    file(copy, "prod").write_text("config: [\n")
    made = run("pin", "prod", "staging", "dev", *DAY)
    assert made.status == 2
    assert made.err.startswith("stacks/Pulumi.prod.yaml:2:1: is no valid YAML")
    assert "refused by snapshot" in made.out
    assert "chat: pinned to global" in made.out
    assert (pins(copy, "staging"), pins(copy, "dev")) == ([], ["global"] * 3)


def test_a_stack_that_is_named_twice_is_pinned_once(copy: Path) -> None:
    made = run("pin", "dev", "stacks/Pulumi.dev.yaml", *DAY)
    assert made.status == 0
    assert made.out.count(": pinned to global") == made.out.count("already pinned to global") == 3
    assert pins(copy, "dev") == ["global"] * 3


def test_as_json(copy: Path) -> None:
    refuse(copy, "staging")
    path = file(copy, "dev")
    path.write_text(path.read_text().replace("    chat:\n", "    chat:\n      location: global\n"))
    made = run("pin", "dev", "staging", "nowhere", "--json", *DAY)
    assert made.status == 2
    pinned, refused, wrong = made.document["stacks"]
    assert pinned == {
        "stack": "dev",
        "file": "stacks/Pulumi.dev.yaml",
        "pinned": [
            {"deployment": "review", "location": "global"},
            {"deployment": "search", "location": "global"},
        ],
        "already": [{"deployment": "chat", "location": "global"}],
        "refused": [],
        "warnings": [],
    }
    assert (refused["stack"], refused["pinned"], refused["already"]) == ("staging", [], [])
    [chat] = refused["refused"]
    assert (chat["deployment"], chat["placement"]) == ("chat", None)
    assert {"reasons", "alternatives", "fixes"} == set(chat["refusal"])
    assert [error["path"] for error in wrong["errors"]] == ["nowhere"]


def test_as_json_what_is_wrong_with_the_only_stack_stands_alone(copy: Path) -> None:
    made = run("pin", "nowhere", "--json")
    assert made.status == 2
    assert [error["path"] for error in made.document["errors"]] == ["nowhere"]


def test_it_is_judged_by_the_day_that_is_asked_for(copy: Path) -> None:
    assert run("pin", "snapshot-2025", "--as-of", "2025-05-12").status == 0
    assert pins(copy, "snapshot-2025") == ["europe-west4", "europe-west4", "europe-west1"]
    made = run("plan", "stacks/Pulumi.snapshot-2025.yaml", "--as-of", "soon")
    assert made.status == 2


def test_what_comes_from_an_environment_is_said_to_be_unknown(copy: Path) -> None:
    path = file(copy, "dev")
    path.write_text(f"environment: [acme/dev]\n{path.read_text()}")
    made = run("pin", "dev", *DAY)
    assert made.status == 0
    assert "warning    unknown-offline: The environment of this stack" in made.out


def test_the_help_says_what_happens_to_several_files(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["pin", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "A file gets all of its pins or none" in said
