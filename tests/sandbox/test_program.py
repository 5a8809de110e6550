"""The process that a program of the sandbox runs in: one a command, and gone with its engine."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.emulator import faults
from sandbox.program import serve
from tests.conftest import ProgramSandbox
from tests.paths import ROOT

pytestmark = pytest.mark.engine

COUNTS = """\
import os, pulumi
pulumi.runs = getattr(pulumi, "runs", 0) + 1
pulumi.export("pid", os.getpid())
pulumi.export("runs", pulumi.runs)
pulumi.export("here", os.getcwd())
pulumi.export("word", os.environ.get("WORD"))
"""
STAYS = """\
import asyncio, os
from pathlib import Path
import pulumi, pulumi_gcp as gcp
Path("pid").write_text(str(os.getpid()))
gcp.projects.Service("s", service="iam.googleapis.com")
pulumi.export("never", pulumi.Output.from_input(0).apply(lambda _: asyncio.sleep(600)))
"""


def test_each_run_has_modules_of_its_own(
    program_sandbox: ProgramSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = program_sandbox(COUNTS)
    monkeypatch.setenv("WORD", "hush")
    assert sandbox.up("dev").ok
    first = sandbox.outputs("dev")
    assert sandbox.up("dev").ok
    second = sandbox.outputs("dev")
    assert first["runs"] == second["runs"] == 1
    assert len({first["pid"], second["pid"], os.getpid()}) == 3
    assert (first["here"], first["word"]) == (str(sandbox.project), "hush")


def test_a_program_whose_engine_is_gone_goes_too(program_sandbox: ProgramSandbox) -> None:
    sandbox = program_sandbox(STAYS)
    sandbox.environment[faults.CRASH] = "before:1"
    assert not sandbox.up("dev").ok
    with pytest.raises(ProcessLookupError):
        os.kill(int((sandbox.project / "pid").read_text()), 0)


def test_an_exception_leaves_no_program(tmp_path: Path) -> None:
    addresses: list[str] = []

    def interrupted() -> None:
        with serve(tmp_path) as program:
            addresses.append(program.address)
            assert listens(program.address)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not listens(addresses[0])


def test_a_program_ends_with_who_offered_it(tmp_path: Path) -> None:
    source = f"""\
from pathlib import Path
from sandbox.program import serve
with serve(Path({str(tmp_path)!r})) as program:
    print(program.address, flush=True)
    input()
"""
    command = [sys.executable, "-c", source]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout is not None
        address = host.stdout.readline().strip()
        assert listens(address)
        host.kill()
    until = time.monotonic() + 60.0
    while listens(address):
        assert time.monotonic() < until
        time.sleep(0.05)


def listens(address: str) -> bool:
    """Whether somebody listens there."""
    host, port = address.split(":")
    with socket.socket() as one:
        return one.connect_ex((host, int(port))) == 0
