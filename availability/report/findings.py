"""A plan for a code host: GitHub annotations, SARIF 2.1.0, or a comment in Markdown."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from availability.explanation.answers import Answer
from availability.explanation.reasons import headline, place_name
from availability.explanation.warnings import Warning, WarningId
from availability.input.errors import BadInput, Position
from availability.input.printed import json_text, plain, plain_line
from availability.placement.place import Placement, Refusal, Rule
from availability.report.code import code_block, code_cell, code_span
from availability.report.text import refusal_lines
from availability.stack.config import NAMESPACE, Deployment
from availability.stack.file import StackFile
from availability.stack.plan import Plan

BAD_INPUT = "bad-input"
"""The rule id of what could not be read."""


@dataclass(frozen=True)
class Finding:
    """Something to show at a line of a stack file."""

    level: str
    """`error` or `warning`, as GitHub and SARIF both call them."""
    rule: str
    file: Path
    at: Position
    title: str
    text: str


@dataclass(frozen=True)
class Checked:
    """What became of one stack file: a plan, or what is wrong with the file."""

    path: Path
    file: StackFile | None
    outcome: Plan | BadInput

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every mistake, refusal and warning, at its line; in the order of the file's keys."""
        if isinstance(self.outcome, BadInput):
            return tuple(self._problems(self.outcome))
        found = [
            self._warning(warning, _key_of(warning), "the stack")
            for warning in self.outcome.warnings
        ]
        for deployment, answer in self.outcome.answers:
            if isinstance(answer.result, Refusal):
                found.append(self._refusal(deployment, answer, answer.result))
            path = deployment.path("model")
            found += [self._warning(one, path, deployment.name) for one in answer.warnings]
        return tuple(found)

    def _problems(self, error: BadInput) -> Iterable[Finding]:
        for problem in error.problems:
            at = problem.at or self._at(problem.path, key=problem.about_key)
            yield Finding("error", BAD_INPUT, self.path, at, problem.path, str(problem))

    def _refusal(self, deployment: Deployment, answer: Answer, refusal: Refusal) -> Finding:
        at = self._at(deployment.path_of_refusal(refusal))
        text = "\n".join(refusal_lines(answer, deployment.name))
        head = f"{deployment.name}: {headline(refusal, answer.snapshot)}"
        rule = Rule.COLOCATION if refusal.by_partners else refusal.reasons[0][1]
        return Finding("error", rule.value, self.path, at, head, text)

    def _warning(self, warning: Warning, path: str, about: str) -> Finding:
        title = f"{about}: {warning.id}"
        return Finding("warning", warning.id, self.path, self._at(path), title, warning.text)

    def _at(self, path: str, *, key: bool = False) -> Position:
        return (self.file.locate(path, key=key) if self.file else None) or Position(1, 1)


def _key_of(warning: Warning) -> str:
    """The key that a warning about the stack as a whole is about."""
    if warning.id is WarningId.INVALID_PREFERENCE:
        return "gcp:region"
    return f"{NAMESPACE}:{_KEYS.get(warning.id, 'snapshot')}"


_KEYS = {
    WarningId.AS_OF: "asOf",
    WarningId.OPEN_PROJECT: "guardrails",
    WarningId.GUARDRAILS: "guardrails",
    WarningId.FEDERATION_BY_NAME: "federation",
    WarningId.SHARED_ISSUER: "federation",
    WarningId.AUDIT_LOGS: "auditLogs",
    WarningId.DECLARED_ENDPOINT: "privateAccess",
    WarningId.PRIVATE_ADDRESS: "privateAccess",
    WarningId.SHARED_NETWORK: "privateAccess",
    WarningId.UNKNOWN_PUBLICATION: "publish",
    WarningId.EXPLICIT_CACHES: "caching",
}
"""The warnings about a key of the stack's other than `snapshot`."""


def github(checked: Iterable[Checked]) -> str:
    """Workflow commands that GitHub turns into annotations of the changed lines."""
    return "\n".join(
        f"::{one.level} file={_property(plain(one.file.as_posix()))},line={one.at.line},"
        f"col={one.at.column},title={_property(plain(one.title))}::{_data(_plain_lines(one.text))}"
        for each in checked
        for one in each.findings
    )


def _plain_lines(text: str) -> str:
    """A text of several lines, all of them printable."""
    return "\n".join(plain_line(line) for line in text.split("\n"))


def _data(text: str) -> str:
    """GitHub's escapes for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """GitHub's escapes for a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(checked: Iterable[Checked]) -> str:
    """A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS)."""
    results = [
        {
            "ruleId": one.rule,
            "level": one.level,
            "message": {"text": _without_links(_plain_lines(one.text))},
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


def markdown(checked: Iterable[Checked]) -> str:
    """A comment for a pull request: a table of all deployments, then what is refused."""
    parts: list[str] = []
    for each in checked:
        if isinstance(each.outcome, BadInput):
            parts += [f"### :x: {code_span(each.path.as_posix())} cannot be read", ""]
            mistakes = [f"- {one.at.line}:{one.at.column} {one.text}" for one in each.findings]
            parts += [*code_block(mistakes), ""]
            continue
        parts += _plan_markdown(each.outcome)
    return "\n".join(parts).rstrip()


def _plan_markdown(plan: Plan) -> list[str]:
    refused = len(plan.refused)
    mark = ":x:" if refused else ":white_check_mark:"
    verdict = f"{refused} of {len(plan.answers)} refused" if refused else "all placed"
    lines = [
        f"### {mark} Stack {code_span(plan.stack)}: {verdict} (snapshot {plan.snapshot.id})",
        "",
    ]
    lines += [
        "| deployment | model | location | processing | warnings |",
        "| --- | --- | --- | --- | --- |",
    ]
    for deployment, answer in plan.answers:
        result = answer.result
        if isinstance(result, Placement):
            place = place_name(result.location, plan.snapshot)
            kept = result.boundary or "not committed"
        else:
            place, kept = "**refused**", ""
        warnings = ", ".join(dict.fromkeys(str(one.id) for one in answer.warnings))
        model = code_cell(answer.model)
        lines.append(f"| {deployment.name} | {model} | {place} | {kept} | {warnings} |")
    for deployment, answer in plan.refused:
        lines += ["", f"<details open><summary>{deployment.name}</summary>", ""]
        lines += [*code_block(refusal_lines(answer, deployment.name)), "", "</details>"]
    return [*lines, ""]
