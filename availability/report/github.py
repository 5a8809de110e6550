"""A plan as workflow commands of GitHub, which it shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable

from availability.input.printed import plain, plain_lines
from availability.report.findings import Checked


def github(checked: Iterable[Checked]) -> str:
    """Workflow commands that GitHub turns into annotations of the changed lines."""
    return "\n".join(
        f"::{finding.level} file={_property(plain(finding.file.as_posix()))},"
        f"line={finding.at.line},col={finding.at.column},"
        f"title={_property(plain(finding.title))}::{_data(plain_lines(finding.text))}"
        for checked_stack in checked
        for finding in checked_stack.findings
    )


def _data(text: str) -> str:
    """GitHub's escapes for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """GitHub's escapes for a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
