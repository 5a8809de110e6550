"""What a command costs: the processor time and the memory of all of its processes."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder, which commands run in."""
LONGEST = 3600
"""Seconds after which a command is ended, because it hangs."""
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux: who is left without a parent comes to us
_KIBIBYTE = 1024


class CommandFailed(Exception):
    """A command ended as it was not to, so that what it took says nothing."""


@dataclass(frozen=True)
class Usage:
    """What a command took, and what it wrote."""

    cpu: float
    """Seconds, of user and system, of all of its processes."""
    peak: int | None
    """Bytes of memory of its largest process; None where that was no larger than we are."""
    output: str = ""


def usage(
    command: Sequence[str | Path],
    *,
    statuses: Collection[int] = (0,),
    variables: Mapping[str, str] | None = None,
) -> Usage:
    """Runs a command to its end, and what it took.

    Raises CommandFailed where it ends with none of these statuses.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        timer = Timer(LONGEST, process.kill)
        timer.start()
        try:
            _, status, took = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            taken = [took, *_orphans()]
        finally:
            timer.cancel()
        if process.returncode not in statuses:
            raise CommandFailed(_why(command, process.returncode, _text(output), _text(errors)))
        # A process starts with the memory of the one that makes it: with ours.
        least = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = max(one.ru_maxrss for one in taken)
        return Usage(
            sum(one.ru_utime + one.ru_stime for one in taken),
            peak * _KIBIBYTE if peak > least else None,
            _text(output),
        )


def adopt_orphans() -> None:
    """From now on a process whose parent ends, such as a fork server, counts with its command."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _orphans() -> list[resource.struct_rusage]:
    """Waits for every process that a command left."""
    taken: list[resource.struct_rusage] = []
    while True:
        try:
            taken.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            return taken


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def _why(command: Sequence[str | Path], status: int, output: str, errors: str) -> str:
    name = " ".join(str(word).removeprefix(f"{ROOT}/") for word in command)
    last = (errors.strip() or output.strip() or "nothing was printed").splitlines()[-1]
    return f"{name} ended with status {status}: {last}"
