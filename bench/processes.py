"""What a command costs: the processor time and the memory of all of its processes."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder, which commands run in."""
_LAUNCHER = ROOT / "bench" / "launcher.py"
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux: who is left without a parent comes to us
_KIBIBYTE = 1024


class CommandFailed(Exception):
    """A command ended as it was not to, so that what it took says nothing."""


@dataclass(frozen=True)
class Usage:
    """What a command took, and what it wrote."""

    cpu: float
    """Seconds, of user and system, of all of its processes."""
    peak: int
    """Bytes of memory of its largest process."""
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
    with (
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
        tempfile.NamedTemporaryFile("r") as told,
    ):
        process = subprocess.Popen(
            [sys.executable, "-S", "-E", _LAUNCHER, told.name, *command],
            cwd=ROOT,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        os.wait4(process.pid, 0)
        process.returncode = 0
        left = _orphans()
        status, cpu, peak = told.read().split() or ("-1", "0", "0")
        if int(status) not in statuses:
            raise CommandFailed(_why(command, int(status), _text(output), _text(errors)))
        return Usage(
            float(cpu) + sum(one.ru_utime + one.ru_stime for one in left),
            max(int(peak), *(one.ru_maxrss for one in left), 0) * _KIBIBYTE,
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
