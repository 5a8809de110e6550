"""`plan --fix`: what it shows, when it writes, and its exit status."""

from __future__ import annotations

import io
import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.availability.cli_runs import run, typed
from tests.paths import ROOT

FILE = "stacks/Pulumi.prod.yaml"
DAY = ("--as-of", "2026-11-23")
LINE = "      model: gemini-3.8-flash\n"
REFUSED = f"{LINE}      residency: de  # the regulator\n"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project whose `chat` of `prod` is refused, as the working directory."""
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    path = tmp_path / FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(LINE) == 1
    path.write_text(text.replace(LINE, REFUSED), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_yes_the_diff_is_shown_and_nothing_is_written(copy: Path) -> None:
    before = (copy / FILE).stat().st_mtime_ns
    made = run("plan", FILE, "--fix", "chat=1", *DAY)
    assert (made.status, made.err) == (1, "")
    lines = made.out.splitlines()
    assert lines[0].startswith("chat=1: Use gemini-3.5-flash of google")
    assert f"--- {FILE}" in lines
    assert f"+++ {FILE}" in lines
    assert [line for line in lines if line.startswith(("- ", "+ "))] == [
        "-      model: gemini-3.8-flash",
        "+      model: gemini-3.5-flash",
    ]
    assert lines[-1] == (
        "Nothing is written. To write it: python -m availability plan stacks/Pulumi.prod.yaml "
        "--fix chat=1 --as-of 2026-11-23 --yes"
    )
    assert (copy / FILE).stat().st_mtime_ns == before


def test_the_last_line_is_the_command_that_writes_it(copy: Path) -> None:
    shown = run("plan", FILE, "--fix", "chat=2", *DAY).out.splitlines()[-1]
    made = typed(shown.partition("python -m availability ")[2])
    assert made.status == 0
    assert "      residency: de" not in (copy / FILE).read_text()


def test_with_yes_it_is_written_and_the_plan_is_shown(copy: Path) -> None:
    before = (copy / FILE).read_text()
    made = run("plan", FILE, "--fix", "chat=3", "--yes", *DAY)
    assert (made.status, made.err) == (0, "")
    assert f"\nWritten: {FILE}\n\nStack prod, snapshot 2026-10-10: all 4 placed.\n" in made.out
    new = "residency: {within: europe, guarantee: ml-processing}  # the regulator"
    assert (copy / FILE).read_text() == before.replace("residency: de  # the regulator", new)
    assert run("plan", FILE, *DAY).status == 0


def test_the_status_is_that_of_the_new_plan(copy: Path) -> None:
    path = copy / FILE
    path.write_text(path.read_text().replace("gemini-embedding-2", "gemini-embedding-9"))
    made = run("plan", FILE, "--fix", "chat=1", "--yes", *DAY)
    assert made.status == 1
    assert "1 of 4 refused: search" in made.out
    assert "gemini-3.5-flash\n      residency: de  # the regulator" in path.read_text()


def test_as_json_it_is_one_document(copy: Path) -> None:
    shown = run("plan", FILE, "--fix", "chat=1", "--json", *DAY)
    assert shown.status == 1
    assert shown.document["written"] is False
    written = run("plan", FILE, "--fix", "chat=1", "--format", "json", "--yes", *DAY)
    assert written.status == 0
    document = written.document
    assert {**shown.document, "written": True} == document
    [made] = document["fixed"]
    assert (made["deployment"], made["fix"]) == ("chat", 1)
    assert made["command"].endswith("deployments.chat.model gemini-3.5-flash --stack prod")
    assert "\n-      model: gemini-3.8-flash\n+      model: gemini-3.5-flash\n" in document["diff"]
    assert document["plan"]["deployments"]["chat"]["placement"]["location"] == "europe-west3"
    assert "gemini-3.5-flash" in (copy / FILE).read_text()


def test_as_json_mistakes_are_on_standard_output(copy: Path) -> None:
    made = run("plan", FILE, "--fix", "chat=9", "--json", *DAY)
    assert (made.status, made.err) == (2, "")
    assert [error["path"] for error in made.document["errors"]] == ["--fix"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"plan {FILE} --yes", "--yes: there is nothing to agree to without --fix NAME=N"),
        (f"plan {FILE} --fix chat", "--fix: 'chat' is no NAME=N"),
        (f"plan {FILE} --fix=", "--fix: '' is no NAME=N"),
        (
            f"plan {FILE} stacks/Pulumi.dev.yaml --fix chat=1",
            "--fix: it changes one stack file, and 2 are given",
        ),
        (
            f"plan {FILE} --fix chat=1 --format github",
            "--format: github and --fix exclude each other: text or json",
        ),
        (f"plan {FILE} --fix chat=1 --against .", "--against: it compares what is there"),
        (f"plan {FILE} --fix chatt=1", "(did you mean chat?)"),
        (f"plan {FILE} --fix search=1", "--fix: search is placed in eu: there is nothing to fix"),
        ("plan stacks/none.yaml --fix chat=1", "stacks/none.yaml: cannot be read"),
    ],
)
def test_what_makes_no_sense_is_said(line: str, said: str, copy: Path) -> None:
    before = (copy / FILE).read_bytes()
    made = typed(line)
    assert (made.status, made.out) == (2, "")
    assert said in made.err
    assert (copy / FILE).read_bytes() == before


def test_a_place_in_the_file_is_named(copy: Path) -> None:
    path = copy / FILE
    text = path.read_text().replace("    chat:\n", "    chat: &chat\n")
    path.write_text(text.replace("    search:\n", "    copied: *chat\n    search:\n"))
    made = run("plan", FILE, "--fix", "chat=1", *DAY)
    assert made.status == 2
    assert made.err.startswith(
        f"{FILE}:9:11: this cannot be changed in place (an alias stands for "
    )
    assert "\n    chat: &chat\n" in made.err


def test_windows_line_ends_stay_and_are_not_printed(copy: Path) -> None:
    path = copy / FILE
    path.write_bytes(path.read_text().replace("\n", "\r\n").encode())
    made = run("plan", FILE, "--fix", "chat=1", "--yes", *DAY)
    assert made.status == 0
    assert "\r" not in made.out
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_question_takes_two_terminals(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    made = run("plan", FILE, "--fix", "chat=1", *DAY)  # its standard output is none
    assert made.status == 1
    assert "Write this" not in made.out
    assert "model: gemini-3.8-flash" in (copy / FILE).read_text()


def exited(process: subprocess.Popen[bytes], *, within: float) -> bool:
    """Whether it ends within so many seconds."""
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


@pytest.mark.parametrize(
    ("answer", "status"),
    [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1), ("\x03", 1)],
)
def test_on_a_terminal_it_asks(answer: str, status: int, copy: Path) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "availability", "plan", FILE, "--fix", "chat=1", *DAY]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    # Who starts the tests in the background has them ignore the key, and with them what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            words,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    os.close(theirs)
    said = b""
    while b"[y/N] " not in said:
        said += os.read(ours, 4096)
    if answer == "\x03":
        # A key that is pressed between the question and Python's reading of the answer is noted by
        # Python and looked at after the answer: it is pressed again until it is heard.
        while not exited(process, within=1):
            process.send_signal(signal.SIGINT)
    else:
        os.write(ours, answer.encode())
    try:
        while more := os.read(ours, 4096):
            said += more
    except OSError:  # how Linux says that nobody writes any more
        pass
    assert process.wait() == status
    os.close(ours)
    assert b"Traceback" not in said
    assert (b"all 4 placed" in said) == (status == 0)
    assert ("model: gemini-3.5-flash\n      residency: de " in (copy / FILE).read_text()) == (
        status == 0
    )


def test_a_refusal_says_how_without_pulumi(copy: Path) -> None:
    said = run("plan", FILE, *DAY).out
    start = "  Without pulumi, fix 1: python -m availability "
    [line] = [line for line in said.splitlines() if line.startswith(start)]
    command = f"plan {FILE} --fix chat=1 --as-of 2026-11-23"
    assert line.removeprefix(start) == command
    made = typed(command)
    assert made.status == 1
    assert "+      model: gemini-3.5-flash" in made.out
    assert "Without pulumi" not in run("resolve", "gemini-2.5-pro", "--residency", "eu", *DAY).out
