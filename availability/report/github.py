"""A plan as workflow commands of GitHub, which it shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable

from availability.input.printed import plain
from availability.report.findings import Checked, plain_lines


def github(checked: Iterable[Checked]) -> str:
    """Workflow commands that GitHub turns into annotations of the changed lines."""
    return "\n".join(
        f"::{one.level} file={_property(plain(one.file.as_posix()))},line={one.at.line},"
        f"col={one.at.column},title={_property(plain(one.title))}::{_data(plain_lines(one.text))}"
        for each in checked
        for one in each.findings
    )


def _data(text: str) -> str:
    """GitHub's escapes for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """GitHub's escapes for a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
