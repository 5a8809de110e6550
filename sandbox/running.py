"""Runs the engine as a process group of its own, and sees to its end."""

import errno
import os
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from .interruption import Interruption

OnLine = Callable[[str], object]

_SHELL: Final = ("/bin/sh", "-c", 'trap "" HUP TSTP TTOU; exec "$@"', "sh")
"""Starts the engine deaf to a terminal that is closed or suspends it.

A closed terminal is told to the engine as SIGTERM, so that it stops in order, and nobody would
wake an engine that Ctrl-Z has stopped.
"""
_GRACE: Final = 30.0
"""Seconds that an engine has to stop in order, before it is killed."""
_SHOW_CURSOR: Final = "\x1b[?25h"


@dataclass(frozen=True)
class Command:
    """A command line of the engine, with where and in what environment it runs."""

    arguments: Sequence[str]
    directory: Path
    environment: Mapping[str, str]

    def start(self, *, piped: bool) -> subprocess.Popen[str]:
        """Start it in a process group of its own, which Ctrl-C on a terminal does not reach."""
        return subprocess.Popen(
            [*_SHELL, *self.arguments],
            cwd=self.directory,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL if piped else None,
            stdout=subprocess.PIPE if piped else None,
            stderr=subprocess.PIPE if piped else None,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )


def run(
    command: Command,
    interruption: Interruption,
    started: Callable[[int], object],
    on_output: OnLine,
    on_error: OnLine,
) -> int:
    """Run the engine with each of its lines given to one of the two; answers its exit status.

    `started` is given its process id. Negative is the number of the signal that killed it. Raises
    Interrupted after the engine's end, where this process was interrupted meanwhile, and what
    `on_output` or `on_error` raised.
    """
    with interruption.over(lambda: command.start(piped=True)) as process, _ended(process):
        started(process.pid)
        readers = [_Reader(process.stdout, on_output), _Reader(process.stderr, on_error)]
        for reader in readers:
            reader.join()
        status = process.wait()
    for reader in readers:
        if reader.failure:
            raise reader.failure
    return status


def run_on_terminal(
    command: Command, interruption: Interruption, started: Callable[[int], object]
) -> int:
    """Run the engine with this process's terminal as its own; else as `run`."""
    with (
        interruption.over(lambda: command.start(piped=False)) as process,
        _ended(process),
        _in_foreground(process),
    ):
        started(process.pid)
        return process.wait()


def is_engine(pid: int) -> bool:
    """Whether a process of this machine is at work and a Pulumi engine, as far as can be told."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    words = _command_line(pid)
    return words is None or any(Path(word).name == "pulumi" for word in words[:1])


def end(pid: int, *, grace: float = _GRACE, first: signal.Signals = signal.SIGTERM) -> None:
    """Have an engine stop in order, and kill it if it takes longer than `grace` seconds.

    Raises PermissionError where it is another user's.
    """
    for number, patience in ((first, grace), (signal.SIGTERM, grace / 3), (signal.SIGKILL, 5.0)):
        if not is_engine(pid):
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + patience
        while is_engine(pid) and time.monotonic() < until:
            time.sleep(0.05)


def _command_line(pid: int) -> list[str] | None:
    """A process's words, none for one that has ended; None where the machine does not tell."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError):
            return []
        except OSError:
            return None
    try:
        shown = subprocess.run(
            ["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return shown.stdout.split()


class _Reader(threading.Thread):
    """Gives the lines of a pipe to a function. It reads on where that fails, or writers block."""

    def __init__(self, pipe: IO[str] | None, on_line: OnLine) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._on_line = on_line
        self.failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        for line in self._pipe or ():
            if self.failure is None:
                try:
                    self._on_line(line.rstrip())
                except BaseException as failure:  # raised by who waits
                    self.failure = failure


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Generator[None]:
    """See to it that the process has ended, whatever was raised."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _in_foreground(process: subprocess.Popen[str]) -> Generator[None]:
    """Give the terminal to a process, as a shell does, and take it back as it was."""
    terminal = sys.stdin.fileno()
    try:
        ours, settings = os.tcgetpgrp(terminal), termios.tcgetattr(terminal)
        if ours != os.getpgrp():
            raise OSError(errno.EPERM, "this process is in the background itself")
        os.tcsetpgrp(terminal, process.pid)
    except (OSError, termios.error):  # or no terminal that controls this process
        yield
        return
    try:
        yield
    finally:
        before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        with suppress(OSError, termios.error):  # the terminal may be closed by now
            os.tcsetpgrp(terminal, ours)
            termios.tcsetattr(terminal, termios.TCSADRAIN, settings)
            if process.poll():
                print(_SHOW_CURSOR, end="", flush=True)
        signal.signal(signal.SIGTTOU, before)
