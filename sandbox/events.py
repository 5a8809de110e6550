"""What the engine did, from the events that it logs beside what it prints."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True)
class Step:
    """One resource's part in an operation."""

    op: str
    """As the engine names it: `create`, `same`, `update`, `replace`, `delete`, `refresh`, …"""
    urn: str
    type: str
    diffs: tuple[str, ...] = ()
    """The properties that changed."""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Summary:
    """An operation's steps in the order of their start, and how many resources each kind had."""

    steps: tuple[Step, ...] = ()
    changes: tuple[tuple[str, int], ...] = ()
    canceled: bool = False
    """Whether the engine was asked to stop, which it says as `^C received; cancelling`."""


def read_events(path: Path) -> Summary:
    """The summary of an engine's event log; empty where the engine stopped before it wrote one.

    The last line of an engine that was killed may be cut off: it is left out.
    """
    steps: list[Step] = []
    changes: dict[str, int] = {}
    canceled = False
    content = path.read_text(errors="replace") if path.exists() else ""
    for line in content.split("\n")[:-1]:
        event = cast("dict[str, Any]", json.loads(line))
        if "resourcePreEvent" in event:
            steps.append(_step(event["resourcePreEvent"]["metadata"]))
        elif "summaryEvent" in event:
            changes = event["summaryEvent"].get("resourceChanges") or {}
        elif "stdoutEvent" in event:
            canceled = canceled or "received; cancelling" in event["stdoutEvent"]["message"]
    return Summary(tuple(steps), tuple(sorted(changes.items())), canceled)


def _step(metadata: dict[str, Any]) -> Step:
    diffs = tuple(metadata.get("diffs") or ())
    return Step(metadata["op"], metadata["urn"], metadata["type"], diffs)
