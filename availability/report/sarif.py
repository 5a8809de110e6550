"""A plan as a log of the Static Analysis Results Interchange Format."""

from __future__ import annotations

import os
from collections.abc import Iterable
from urllib.parse import quote

from availability.input.printed import json_text
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.report.findings import BAD_INPUT, Checked, plain_lines


def sarif(checked: Iterable[Checked]) -> str:
    """A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS)."""
    results = [
        {
            "ruleId": one.rule,
            "level": one.level,
            "message": {"text": _without_links(plain_lines(one.text))},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(os.fsencode(one.file.as_posix()))},
                        "region": {"startLine": one.at.line, "startColumn": one.at.column},
                    }
                }
            ],
        }
        for each in checked
        for one in each.findings
    ]
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in _RULES.items()]
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


_RULES: dict[str, str] = {
    BAD_INPUT: "The stack's configuration cannot be read.",
    Rule.UNKNOWN_MODEL: "No row of the snapshot carries the model.",
    Rule.UNKNOWN_LOCATION: "The snapshot does not say where the model is served.",
    Rule.LEGACY: "The model is closed to projects without prior usage.",
    Rule.RETIRED: "The model is shut down.",
    Rule.PREVIEW: "The model or the location is a preview, and previews are not allowed.",
    Rule.CAPABILITY: "The model or the endpoint does not offer a need.",
    Rule.NOT_SERVED: "The model is not served here.",
    Rule.RESIDENCY: "The endpoint lies outside the area.",
    Rule.ML_PROCESSING: "No published commitment keeps the processing inside the area.",
    Rule.PINNED: "Another location is pinned.",
    Rule.COLOCATION: "Another deployment that shares the location can't be here.",
    WarningId.ENDPOINT_GUARANTEE: "The endpoint is no promise about processing.",
    WarningId.FLOATING_SNAPSHOT: "The stack follows the newest snapshot.",
    WarningId.STALE_SNAPSHOT: "The snapshot is more than 180 days old.",
    WarningId.NEWER_FACTS: "A newer snapshot knows something else about the model.",
    WarningId.AS_OF: "The stack is judged by another day than today.",
    WarningId.RETIRING: "The model is shut down soon.",
    WarningId.NOT_BEFORE_PASSED: "The day before which it is not shut down has passed.",
    WarningId.CONTRADICTION: "Two sources disagree, and the stricter one decides.",
    WarningId.WAIVED: "A person accepted that a rule is broken.",
    WarningId.PREVIEW_MODEL: "The model or the location is a preview.",
    WarningId.UNKNOWN_CAPABILITY: "The snapshot does not say whether a need is offered.",
    WarningId.INVALID_PREFERENCE: "A preferred location is not valid.",
    WarningId.PARTNER_TERMS: "Somebody has to accept the publisher's terms.",
    WarningId.NO_URL: "No endpoint URL is documented.",
    WarningId.OPEN_PROJECT: "A deployment opens the project for its neighbours.",
    WarningId.GUARDRAILS: "What the guardrails do not hold, or hold for others, too.",
    WarningId.AUDIT_LOGS: "The stack's audit logs replace what the project has.",
    WarningId.FEDERATION_BY_NAME: "A federation trusts a name that somebody else could take over.",
    WarningId.SHARED_ISSUER: "It is not known whether others get tokens of the issuer, too.",
    WarningId.DECLARED_ENDPOINT: "A regional endpoint exists by the stack's word alone.",
    WarningId.PRIVATE_ADDRESS: "The address of the bundle of all APIs is left to Google.",
    WarningId.SHARED_NETWORK: "The network belongs to another project.",
    WarningId.UNKNOWN_PUBLICATION: "It is unknown whether the store is in the region.",
    WarningId.EXPLICIT_CACHES: "Explicit caches keep inputs though caching is off.",
    WarningId.UNKNOWN_OFFLINE: "A part of the configuration is unknown offline.",
}
