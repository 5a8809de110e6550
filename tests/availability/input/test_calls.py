"""A printed command names what runs now, as it is found where it is printed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from availability.input.calls import own_call


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The script of an environment that isn't on the PATH, run from the folder of the test."""
    path = tmp_path / "project" / ".venv" / "bin" / "vertex-residency"
    path.parent.mkdir(parents=True)
    path.touch(0o755)
    monkeypatch.setattr(sys, "argv", [str(path), "plan"])
    monkeypatch.setenv("PATH", os.defpath)
    for name in ("PRE_COMMIT", "UV"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return path


def test_a_script_below_the_working_directory_is_named_from_there(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(script.parents[2])
    assert own_call("plan", "dev") == [".venv/bin/vertex-residency", "plan", "dev"]


def test_a_script_elsewhere_is_named_by_its_path(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = script.parents[1] / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert own_call() == [str(script)]


def test_a_script_in_the_working_directory_is_named_as_a_shell_finds_it(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(script.parent)
    assert own_call() == ["./vertex-residency"]


def test_where_the_working_directory_is_deleted_it_is_named_as_it_was_called(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert own_call() == [str(script)]


def test_a_script_on_the_path_is_its_name(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.defpath}:{script.parent}")
    assert own_call() == ["vertex-residency"]


def test_a_name_that_stands_for_another_script_is_not_used(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "bin" / "vertex-residency"
    other.parent.mkdir()
    other.touch(0o755)
    monkeypatch.setenv("PATH", f"{other.parent}:{script.parent}")
    assert own_call() == ["project/.venv/bin/vertex-residency"]


@pytest.mark.parametrize("lender", ["PRE_COMMIT", "UV"])
def test_a_path_that_only_this_process_has_is_not_counted_on(
    lender: str, script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(script.parent))
    monkeypatch.setenv(lender, "1")
    assert own_call() == ["project/.venv/bin/vertex-residency"]


def test_any_other_program_says_how_python_runs_the_package(
    script: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stack's program for one, and a test."""
    monkeypatch.setattr(sys, "argv", ["/project/__main__.py"])
    assert own_call("refresh") == ["python", "-m", "availability", "refresh"]
