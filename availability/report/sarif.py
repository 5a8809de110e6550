"""A plan as a log of the Static Analysis Results Interchange Format."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from availability.input.printed import json_text, plain_lines
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.report.changes import all_findings
from availability.report.findings import BAD_INPUT, Checked, Finding, Level
from availability.report.repository import from_root
from availability.stack.review.changes import ChangeKind

if TYPE_CHECKING:  # few plans are compared with another version
    from availability.stack.review.review import Review

_ROOT = "%SRCROOT%"
"""What code hosts call the root of a repository."""
_LEVELS: Mapping[Level, str] = {
    Level.ERROR: "error",
    Level.WARNING: "warning",
    Level.NOTICE: "note",
}


def sarif(checked: Sequence[Checked], review: Review | None = None) -> str:
    """A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).

    With a review, its changes are results, too, of the rules that their kinds are.
    """
    meanings = {
        BAD_INPUT: "The stack's configuration cannot be read.",
        **{rule.value: rule.meaning for rule in Rule},
        **{warning.value: warning.meaning for warning in WarningId},
        **{kind.value: kind.meaning for kind in ChangeKind},
    }
    return log(all_findings(checked, review), meanings)


def log(findings: Sequence[Finding], meanings: Mapping[str, str]) -> str:
    """A log of findings of any kind; `meanings` has a sentence for each rule that there is."""
    artifacts = {file: _artifact(file) for file in {finding.file for finding in findings}}
    results = [_result(finding, artifacts[finding.file]) for finding in findings]
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in meanings.items()]
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "vertex-residency", "rules": rules}},
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "The root of the repository."}}
                },
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json_text(document)


def _result(finding: Finding, artifact: Mapping[str, str]) -> dict[str, object]:
    region = {"startLine": finding.at.line, "startColumn": finding.at.column}
    place = {"artifactLocation": artifact, "region": region}
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.level],
        "message": {"text": _without_links(plain_lines(finding.text))},
        "locations": [{"physicalLocation": place}],
    }


def _artifact(file: Path) -> dict[str, str]:
    """The file by its path from the root of the repository, or by all of its path outside of it."""
    path = from_root(file)
    if path is None:
        return {"uri": Path(os.path.realpath(file)).as_uri()}
    return {"uri": quote(os.fsencode(path)), "uriBaseId": _ROOT}


def _without_links(text: str) -> str:
    """The text without `[TEXT](TARGET)`, which is a link in a message (SARIF 2.1.0, 3.11.6)."""
    return text.replace("](", "] (")
