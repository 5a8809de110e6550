"""A plan as a log of the Static Analysis Results Interchange Format."""

from __future__ import annotations

import os
from collections.abc import Iterable
from urllib.parse import quote

from availability.input.printed import json_text, plain_lines
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.report.findings import BAD_INPUT, Checked


def sarif(checked: Iterable[Checked]) -> str:
    """A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS)."""
    results = [
        {
            "ruleId": finding.rule,
            "level": finding.level,
            "message": {"text": _without_links(plain_lines(finding.text))},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(os.fsencode(finding.file.as_posix()))},
                        "region": {"startLine": finding.at.line, "startColumn": finding.at.column},
                    }
                }
            ],
        }
        for checked_stack in checked
        for finding in checked_stack.findings
    ]
    meanings = {
        BAD_INPUT: "The stack's configuration cannot be read.",
        **{rule.value: rule.meaning for rule in Rule},
        **{warning.value: warning.meaning for warning in WarningId},
    }
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in meanings.items()]
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "vertex-residency", "rules": rules}},
                "results": results,
            }
        ],
    }
    return json_text(document)


def _without_links(text: str) -> str:
    """The text without `[TEXT](TARGET)`, which is a link in a message (SARIF 2.1.0, 3.11.6)."""
    return text.replace("](", "] (")
