"""What the engine did, from the events that it logs beside what it prints."""

import json
import re
from collections.abc import Iterator
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
    grant: str = ""
    """`ROLE to MEMBER` of an IAM binding, which is named by a hash; empty for all else."""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Message:
    """What the program or the engine had to say to a person."""

    severity: str
    """`info`, `info#err`, `warning` or `error`."""
    resource: str
    """The name of the resource that it is about; empty where it is about the stack."""
    text: str


@dataclass(frozen=True)
class Summary:
    """An operation's steps in the order of their start, and how many resources each kind had."""

    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    """In the order in which they came."""
    changes: tuple[tuple[str, int], ...] = ()
    canceled: bool = False
    """Whether the engine was asked to stop, which it says as `^C received; cancelling`."""


def read_events(path: Path) -> Summary:
    """The summary of an engine's event log; empty where the engine stopped before it wrote one.

    The last line of an engine that was killed may be cut off: it is left out.
    """
    steps: list[Step] = []
    messages: list[Message] = []
    changes: dict[str, int] = {}
    canceled = False
    content = path.read_text(errors="replace") if path.exists() else ""
    for line in content.split("\n")[:-1]:
        event = cast("dict[str, Any]", json.loads(line))
        if "resourcePreEvent" in event:
            steps.append(_step(event["resourcePreEvent"]["metadata"]))
        elif "diagnosticEvent" in event:
            messages += _message(event["diagnosticEvent"])
        elif "summaryEvent" in event:
            changes = event["summaryEvent"].get("resourceChanges") or {}
        elif "stdoutEvent" in event:
            canceled = canceled or "received; cancelling" in event["stdoutEvent"]["message"]
    return Summary(tuple(steps), tuple(messages), tuple(sorted(changes.items())), canceled)


def _step(metadata: dict[str, Any]) -> Step:
    diffs = tuple(metadata.get("diffs") or ())
    return Step(metadata["op"], metadata["urn"], metadata["type"], diffs, _grant(metadata))


def _grant(metadata: dict[str, Any]) -> str:
    state = cast("dict[str, Any]", metadata.get("new") or metadata.get("old") or {})
    given = cast("dict[str, Any]", state.get("inputs") or {})
    role, member = given.get("role"), given.get("member")
    return f"{role} to {member}" if role and member else ""


_COLOUR = re.compile(r"<\{%.*?%\}>")
"""What the engine colours by (pulumi/pulumi, sdk/go/common/diag/colors/colors.go)."""
_STACK = "pulumi:pulumi:Stack"
_SHOWN = ("info", "info#err", "warning", "error")


def _message(event: dict[str, Any]) -> Iterator[Message]:
    """The message of an event; none of one that only says what is going on, or is for debugging."""
    if event.get("ephemeral") or event["severity"] not in _SHOWN:
        return
    *_, kind, name = ["", "", *event.get("urn", "").split("::")]
    text = _COLOUR.sub("", event["message"]).strip("\n")
    if text:
        yield Message(event["severity"], "" if kind == _STACK else name, text)
