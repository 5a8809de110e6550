"""The formats in which a plan can be printed."""

from enum import StrEnum


class Format(StrEnum):
    """A format of `plan --format`; `--json` is another way to ask for JSON."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    MARKDOWN = "markdown"


EVIDENCE_FORMATS = ("markdown", "json")
"""The formats of `evidence`, the default first."""
