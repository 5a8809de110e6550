"""A plan as workflow commands of GitHub, which it shows beside the changed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from availability.input.printed import cut, plain, plain_lines
from availability.report.changes import all_findings, where_all_is
from availability.report.findings import Checked, Finding, Level
from availability.report.repository import from_root

if TYPE_CHECKING:  # few plans are compared with another version
    from availability.stack.review.review import Review

# Of one step GitHub's runner takes this many annotations of each level, and so many characters of
# the message of each (actions/runner, ExecutionContext.cs); what is above goes into the log alone.
ANNOTATIONS = 10
"""The most annotations of one level that are printed."""
_MESSAGE = 4096
_TITLE = 255
"""The most characters of the title of an annotation (GitHub's REST API, check runs)."""


def github(checked: Sequence[Checked], review: Review | None = None) -> str:
    """Workflow commands that GitHub turns into annotations of the changed lines.

    At most ten of each level, those that matter most. What is left out is counted in a notice.
    With a review, changes come first.
    """
    return workflow_commands(all_findings(checked, review), where_all_is(review))


def workflow_commands(findings: Sequence[Finding], see: str) -> str:
    """The commands for findings of any kind; `see` says in Markdown where all of them are."""
    shown = [
        finding
        for level in Level
        for finding in _first([one for one in findings if one.level is level], level, findings)
    ]
    commands = [_command(finding) for finding in shown]
    left = Counter(one.level for one in findings) - Counter(one.level for one in shown)
    return "\n".join([*commands, *([_left_out(left, see)] if left else [])])


def _first(own: list[Finding], level: Level, findings: Sequence[Finding]) -> list[Finding]:
    """Those of a level that are shown: of warnings one of each kind before the second of any.

    What changes comes before all of that. A notice leaves room for the one that says what was left
    out, if anything is.
    """
    if level is Level.WARNING:
        news = [finding for finding in own if finding.first]
        own = [*news, *_by_turns(finding for finding in own if not finding.first)]
    counts = Counter(finding.level for finding in findings)
    full = any(count > ANNOTATIONS for count in counts.values())
    return own[: ANNOTATIONS - (level is Level.NOTICE and full)]


def _by_turns(findings: Iterable[Finding]) -> list[Finding]:
    """The first finding of each rule, then the second of each, and so on."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, Finding]] = []
    for finding in findings:
        turns.append((seen[finding.rule], finding))
        seen[finding.rule] += 1
    return [finding for _, finding in sorted(turns, key=lambda turn: turn[0])]


def _left_out(left: Counter[Level], see: str) -> str:
    words = {Level.ERROR: "errors", Level.WARNING: "warnings", Level.NOTICE: "notices"}
    told = " and ".join(f"{left[level]} {words[level]}" for level in Level if left[level])
    text = (
        f"{told} are not shown here: GitHub takes {ANNOTATIONS} annotations of a level from one "
        f"step. {see.replace('`', '')}"
    )
    return f"::{Level.NOTICE} title={_property('More was found')}::{_data(text)}"


def _command(finding: Finding) -> str:
    properties = {
        "file": _path(finding.file),
        "line": str(finding.at.line),
        "col": str(finding.at.column),
        "title": cut(plain(finding.title), _TITLE),
    }
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.level} {told}::{_data(_message(finding.text))}"


def _path(file: Path) -> str:
    """The path from the root of the repository, or the file as it was named outside of it."""
    return plain((from_root(file) or file).as_posix())


def _message(text: str) -> str:
    """As many whole lines as GitHub takes, and how many are left."""
    lines = plain_lines(text).split("\n")
    if len("\n".join(lines)) <= _MESSAGE:
        return "\n".join(lines)
    for count in range(len(lines) - 1, 0, -1):
        told = "\n".join([*lines[:count], f"… and {len(lines) - count} more lines"])
        if len(told) <= _MESSAGE:
            return told
    return cut(lines[0], _MESSAGE)


def _data(text: str) -> str:
    """GitHub's escapes for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """GitHub's escapes for a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
