"""Interrupted, killed, cancelled, without room on the disk, and unread: `python -m sandbox up`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine import Engine
from tests.conftest import ProgramSandbox, write_program
from tests.engine.commands import Commands, Running, eventually
from tests.paths import ROOT

pytestmark = pytest.mark.engine
in_proc = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")

SERVICE = (
    "import pulumi, pulumi_gcp as gcp\ngcp.projects.Service('s', service='iam.googleapis.com')\n"
)
HANGS = f"""\
{SERVICE}
import asyncio
from pathlib import Path
Path("at-work").touch()
pulumi.export("never", pulumi.Output.from_input(0).apply(lambda _: asyncio.sleep(600)))
"""
MakeCommands = Callable[[str], Commands]


@pytest.fixture
def commands(program_sandbox: ProgramSandbox, engine: Engine) -> MakeCommands:
    return lambda source: Commands(program_sandbox(source).project, engine.path)


def at_work(commands: Commands) -> Running:
    """An `up` whose program hangs after its first resource."""
    running = commands.start("up", "dev")
    assert eventually((commands.project / "at-work").exists)
    return running


def locks(commands: Commands) -> list[Path]:
    return list((commands.project / ".sandbox/state/.pulumi/locks").rglob("*.json"))


@in_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_engine_in_order_and_one_line_says_so(
    commands: MakeCommands, number: signal.Signals
) -> None:
    tried = commands(HANGS)
    running = at_work(tried)
    assert locks(tried)
    running.kill(number)

    assert running.wait() == 130
    last = running.output().splitlines()[-1]
    assert last.startswith(f"interrupted ({number.name}): ")
    again = f"python -m sandbox up --project {tried.project} dev"
    assert re.fullmatch(rf".* Run it again: (\S+/)?{re.escape(again)}", last)
    assert running.output().count("nterrupted") == 1
    assert "Traceback" not in running.output()
    assert locks(tried) == []
    assert running.leaves_nothing()


@in_proc
def test_a_killed_engine_is_named_and_the_next_up_is_as_if_nothing_had_been(
    commands: MakeCommands,
) -> None:
    tried = commands(HANGS)
    running = at_work(tried)
    running.kill(signal.SIGKILL, running.engine())

    assert running.wait() == 1
    assert "the engine was killed (SIGKILL) in the middle of up dev" in running.output()
    assert "Traceback" not in running.output()
    assert running.leaves_nothing()
    assert locks(tried)
    write_program(tried.project, SERVICE)
    status, text = tried.run("up", "dev")
    assert status == 0, text
    assert "pulumi cancel" not in text


@in_proc
def test_a_killed_command_takes_its_engine_program_and_emulator_with_it(
    commands: MakeCommands,
) -> None:
    tried = commands(HANGS)
    running = at_work(tried)
    running.kill(signal.SIGKILL)
    running.wait()
    assert running.leaves_nothing()
    write_program(tried.project, SERVICE)
    status, text = tried.run("up", "dev")
    assert status == 0, text


@in_proc
def test_a_run_at_work_is_left_in_peace_until_it_is_cancelled(commands: MakeCommands) -> None:
    tried = commands(HANGS)
    running = at_work(tried)
    status, text = tried.run("up", "dev")
    assert status == 1
    assert text.startswith("error: another run is at work on dev (process ")
    assert text.count("\n") == 1
    assert f"python -m sandbox cancel --project {tried.project} dev" in text

    status, text = tried.run("cancel", "dev")
    assert status == 0, text
    assert "the run on dev has ended" in text
    assert running.wait() == 130
    assert "python -m sandbox up" in running.output().partition("Run it again: ")[2]
    assert running.leaves_nothing()
    assert locks(tried) == []


def test_what_a_killed_engine_had_not_finished_is_named_once_in_our_words(
    program_sandbox: ProgramSandbox,
) -> None:
    sandbox = program_sandbox(SERVICE)
    assert sandbox.up("dev").ok
    [path] = (sandbox.backend / ".pulumi" / "stacks").rglob("dev.json")
    state = json.loads(path.read_text())
    latest = state["checkpoint"]["latest"]
    latest["pending_operations"] = [{"resource": latest["resources"].pop(), "type": "creating"}]
    path.write_text(json.dumps(state))

    told: list[str] = []
    again = sandbox.up("dev", on_error=told.append)
    assert again.ok, again.text
    assert "pending operations" not in again.text
    [note] = [line for line in told if line.startswith("note: ")]
    assert "cut off while it was creating s (gcp:projects/service:Service)" in note
    told.clear()
    assert set(sandbox.up("dev", on_error=told.append).changes) == {"same"}
    assert told == []


def test_a_refused_preview_that_nobody_reads_has_its_own_status_and_no_traceback(
    commands: MakeCommands,
) -> None:
    tried = commands("import pulumi\nraise pulumi.RunError('no place')\n")
    tried.run("engine")  # puts it in its place
    reads, writes = os.pipe()
    os.close(reads)
    words = [sys.executable, "-m", "sandbox", "preview", "dev", "--project", str(tried.project)]
    done = subprocess.run(words, cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, text=True)
    os.close(writes)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["outputs", "dev"]])
def test_what_nobody_reads_ends_quietly(commands: MakeCommands, words: list[str]) -> None:
    tried = commands(SERVICE)
    tried.run("engine")
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "sandbox", *words]
    if words != ["--help"]:
        command += ["--project", str(tried.project)]
    done = subprocess.run(command, cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, text=True)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("size=1m", "No space left on device. Make room there, and run it again."),
        ("ro", "Read-only file system. Run it on a copy of the project that can be written to."),
    ],
)
def test_a_disk_that_cannot_be_written_to_is_one_clear_error(
    commands: MakeCommands, engine: Engine, options: str, complaint: str
) -> None:
    alone = ["unshare", "--user", "--map-root-user", "--mount", "--"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("needs a mount of its own")
    tried = commands(SERVICE)
    folder = tried.project / ".sandbox"
    folder.mkdir()
    up = [sys.executable, "-m", "sandbox", "up", "dev", "--project", str(tried.project)]
    script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    done = subprocess.run(
        [*alone, "sh", "-c", script, str(folder), *up],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{engine.path.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {folder}: {complaint}\n"
