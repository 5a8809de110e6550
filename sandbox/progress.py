"""Something that takes minutes says how long it has taken and what it is at."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_TERMINAL_INTERVAL = 0.5
_PLAIN_INTERVAL = 15.0


def _to_standard_error(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


class Progress:
    """Reports on one long task: a line that renews itself on a terminal, else a line now and then.

    `say` replaces both: it is given each line.
    """

    def __init__(self, title: str, say: Callable[[str], None] | None = None) -> None:
        self._title = title
        self._live = say is None and sys.stderr.isatty()
        self._say = say or _to_standard_error
        self._interval = _TERMINAL_INTERVAL if self._live else _PLAIN_INTERVAL
        self._started = time.monotonic()
        self._phase = "starting"
        self._at = ""
        self._steps = 0
        self._total = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)

    def __enter__(self) -> Self:
        self._say(f"{self._title} (once; it can take some minutes)")
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()
        if self._live:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
        self._say(f"{self._title}: {'took' if error is None else 'stopped after'} {self._time()}")

    def watch(
        self,
        command: Sequence[str],
        phase: str,
        total: int = 0,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> tuple[int, str]:
        """Run a command; each line that it prints is what it is at, of `total` if that is known.

        Answers its exit status and what it printed. After `timeout` seconds it is ended.
        """
        printed: list[str] = []
        self._phase, self._at, self._steps, self._total = phase, "", 0, total
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,  # with what it starts itself, to be ended together
        ) as process:
            timer = threading.Timer(timeout, _kill, [process.pid]) if timeout else None
            if timer:
                timer.start()
            try:
                for line in process.stdout or ():
                    printed.append(line.rstrip())
                    self._at, self._steps = line.strip(), self._steps + 1
                status = process.wait()
            except BaseException:
                _kill(process.pid)
                raise
            finally:
                if timer:
                    timer.cancel()
        return status, "\n".join(printed)

    def _report(self) -> None:
        while not self._done.wait(self._interval):
            line = f"  {self._time()}, {self._phase}{self._step()}"
            if self._live:
                print(f"\r\x1b[2K{line[:100]}", end="", file=sys.stderr, flush=True)
            else:
                self._say(line)

    def _step(self) -> str:
        if not self._steps:
            return ""
        total = f" of {self._total}" if self._total else ""
        return f", {self._steps}{total}: {self._at}"

    def _time(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{minutes}:{seconds:02d} min"
