"""What happens when this process is asked to end: the engine hears it first, and is waited for."""

import signal
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that ask a process to end."""
INTERRUPTED: Final = 130
"""The exit status of a command that was interrupted, as shells have it for Ctrl-C."""
_PATIENCE: Final = 2
"""How many signals the engine is given: one to stop in order, one to stop at once."""


class Interrupted(KeyboardInterrupt):
    """`signal` asked this process, or the engine, to end."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        self.signal = signal.Signals(number)
        super().__init__(self.signal.name)


class Interruption:
    """Once `listen` was called, an `ENDING` signal goes to the engine while one is at work.

    Nothing is raised while an engine works: it ends in order, and then Interrupted is raised. The
    engine stops at once when a second signal comes, and a third one kills it. Without an engine
    Interrupted is raised there and then, once: what cleans up after it is not interrupted again.
    """

    def __init__(self) -> None:
        self._received: signal.Signals | None = None
        self._heard = 0
        self._passed_on = 0
        self._raised = False
        self._starting = False
        self._engine: subprocess.Popen[str] | None = None

    def listen(self) -> None:
        """Take over the signals of this process, but for those that it was started to ignore."""
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def stop_listening(self) -> None:
        """Ignore the signals from now on: the process is about to end by itself."""
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def over(self, start: Callable[[], subprocess.Popen[str]]) -> Generator[subprocess.Popen[str]]:
        """The engine that `start` starts; signals go to it until the context ends.

        Raises Interrupted at the end, where a signal came.
        """
        self._starting = True
        try:
            self._engine = start()
        finally:
            self._starting = False
        self._pass_on()  # what came while it was starting
        try:
            yield self._engine
        finally:
            self._engine = None
        if self._received:
            self._raise(self._received)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._received = signal.Signals(number)
        self._heard += 1
        if self._starting:
            return
        if self._engine is not None:
            self._pass_on()
        elif not self._raised:
            self._raise(self._received)

    def _pass_on(self) -> None:
        while self._engine is not None and self._passed_on < self._heard:
            self._passed_on += 1
            if self._passed_on > _PATIENCE:
                self._engine.kill()
            else:
                # The engine knows these two: a SIGHUP would end it without order.
                known = signal.SIGINT if self._received is signal.SIGINT else signal.SIGTERM
                self._engine.send_signal(known)

    def _raise(self, number: signal.Signals) -> None:
        self._raised = True
        raise Interrupted(number)
