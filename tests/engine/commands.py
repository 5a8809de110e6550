"""`python -m sandbox` as a process of its own, all of whose descendants can be found and ended.

Each command has a mark of its own in its environment, which whatever it starts inherits.
"""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.paths import ROOT

MARK = "VERTEX_RESIDENCY_TEST_COMMAND"
LIMIT = 120.0
"""Seconds after which what a test waits for is not coming any more."""


@dataclass
class Running:
    """A command at work. Its output is in `log`, and `output()` once it has ended."""

    process: subprocess.Popen[bytes]
    log: Path
    mark: str

    def descendants(self) -> list[int]:
        """The processes that bear this command's mark, itself included, but for the dead ones."""
        return [pid for pid in all_processes() if self.mark in environment(pid)]

    def engine(self, verb: str = "up") -> int | None:
        """The engine that runs `pulumi VERB …` for it."""
        for pid in self.descendants():
            words = words_of(pid)
            if words[:1] and Path(words[0]).name == "pulumi" and verb in words[1:4]:
                return pid
        return None

    def kill(self, number: signal.Signals, pid: int | None = None) -> None:
        """Send a signal to it, or to one of its descendants."""
        os.kill(pid or self.process.pid, number)

    def wait(self) -> int:
        """Its exit status."""
        return self.process.wait(LIMIT)

    def output(self) -> str:
        """What it printed, on both streams."""
        return self.log.read_text(errors="replace")

    def leaves_nothing(self) -> bool:
        """Whether every process that it started ends, too."""
        return eventually(lambda: not self.descendants())


@dataclass
class Commands:
    """Commands on the sandbox in `.sandbox/` of a project, with the engine of the tests."""

    project: Path
    engine: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def start(self, *words: str) -> Running:
        """Start `python -m sandbox WORDS`."""
        binary = self.project / ".sandbox" / "bin" / "pulumi"
        if not binary.exists():
            binary.parent.mkdir(parents=True, exist_ok=True)
            binary.symlink_to(self.engine)
        mark = f"{MARK}={uuid.uuid4().hex}"
        log = self.project / f"{mark}.log"
        # A test run in the background of a shell ignores SIGINT, and its children would, too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        hangup = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup` has it ignored
        try:
            with log.open("wb") as file:
                process = subprocess.Popen(
                    self._command(words),
                    cwd=ROOT,
                    env={**os.environ, **self.environment, MARK: mark.partition("=")[2]},
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        finally:
            signal.signal(signal.SIGINT, before)
            signal.signal(signal.SIGHUP, hangup)
        return Running(process, log, mark)

    def run(self, *words: str) -> tuple[int, str]:
        """Run it to its end; answers its exit status and what it printed."""
        running = self.start(*words)
        return running.wait(), running.output()

    def _command(self, words: Sequence[str]) -> list[str]:
        verb, *rest = words
        return [sys.executable, "-m", "sandbox", verb, "--project", str(self.project), *rest]


def eventually(what: Callable[[], object]) -> bool:
    """Whether it comes true within the limit."""
    until = time.monotonic() + LIMIT
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def all_processes() -> list[int]:
    """The process ids of this machine."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def environment(pid: int) -> list[str]:
    """The variables that a process was started with; none of one that has ended."""
    return _list(pid, "environ")


def words_of(pid: int) -> list[str]:
    """A process's command line; nothing of one that has ended."""
    return _list(pid, "cmdline")


def _list(pid: int, name: str) -> list[str]:
    try:
        return (Path("/proc") / str(pid) / name).read_text(errors="replace").split("\0")[:-1]
    except OSError:
        return []
