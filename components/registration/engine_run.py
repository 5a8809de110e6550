"""What is kept for as long as one run of the engine lasts: a preview, or an update.

A program's process may have several runs, one after the other or side by side. A program is what
talks to one monitor: the Automation API runs several programs in one process. A provider of
components has a client of the monitor for each component that it constructs, and what they have in
common is the address that the engine asks with.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import pulumi

Kept = TypeVar("Kept")


class EngineRun:
    """Stands for one run of the engine, and has nothing but its identity."""


@dataclass
class Construction:
    """A component that a provider constructs because the engine asks for it."""

    run: EngineRun
    awaited: list[pulumi.Output[Any]] = field(default_factory=list[pulumi.Output[Any]])
    """What has to come before the component is done: it may register more."""


_by_monitor: WeakKeyDictionary[object, EngineRun] = WeakKeyDictionary()
_by_address: dict[str, EngineRun] = {}
_construction: ContextVar[Construction | None] = ContextVar("construction", default=None)


def engine_run() -> EngineRun:
    """The run that the program, or the component that is being constructed, belongs to."""
    if construction := _construction.get():
        return construction.run
    return _by_monitor.setdefault(pulumi.runtime.settings.get_monitor(), EngineRun())


def construction() -> Construction | None:
    """The component that a provider constructs at the moment; None in a program."""
    return _construction.get()


@contextmanager
def constructing(monitor_address: str) -> Generator[Construction]:
    """Within it, a provider constructs a component for the run with this monitor."""
    run = _by_address.setdefault(monitor_address, EngineRun())
    made = Construction(run)
    token = _construction.set(made)
    try:
        yield made
    finally:
        _construction.reset(token)


class PerRun(Generic[Kept]):
    """One of a kind for each run of the engine, made when it is first asked for."""

    def __init__(self, make: Callable[[], Kept]) -> None:
        self._make = make
        self._kept: WeakKeyDictionary[EngineRun, Kept] = WeakKeyDictionary()

    def __call__(self) -> Kept:
        """That of the run that is going on."""
        run = engine_run()
        if run not in self._kept:
            self._kept[run] = self._make()
        return self._kept[run]
