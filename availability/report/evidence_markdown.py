"""The evidence of a stack as a document in Markdown: what is filed, and what a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from availability.cloud.audit_logs import AuditLogs
from availability.explanation.committed import kept_within
from availability.explanation.headline import headline
from availability.explanation.names import place_name
from availability.explanation.reasons import grouped_reasons
from availability.explanation.statements import Fact
from availability.facts.snapshot import Snapshot
from availability.input.printed import plain_line
from availability.placement.request import Refusal
from availability.report.evidence import fact_text
from availability.report.markdown import code_block, code_cell, code_span, link, prose
from availability.stack.evidence import DeploymentEvidence, StackEvidence

_NOT_SAID = (
    "This document says what the stack file declares, what this project makes of it by the "
    "snapshot, and what the pages say by its day. Whether the stack is up, what else its Google "
    "Cloud project has, and who has roles there by other ways, it does not say. A statement is "
    "in this project's words, and the link leads to the page as it is now. None of it is legal "
    "advice."
)


def evidence_markdown(evidence: StackEvidence) -> str:
    """The document: by what it was judged, a section a deployment, the policies at the end."""
    lines = [f"# Evidence for the stack {code_span(evidence.plan.stack)}", ""]
    lines += [*_judged_by(evidence), "", _NOT_SAID, "", *_overview(evidence)]
    for warning in evidence.plan.warnings:
        lines.append(f"- {warning.id}: {code_span(warning.text)}")
    lines += [""] if evidence.plan.warnings else []
    for one in evidence.deployments:
        lines += _section(one, evidence.plan.snapshot)
    lines += _policies(evidence)
    return "\n".join(map(plain_line, lines)).rstrip()


def _judged_by(evidence: StackEvidence) -> Iterator[str]:
    plan, config = evidence.plan, evidence.plan.config
    yield from _table("judged by", "value")
    yield f"| day | {plan.today} |"
    yield f"| snapshot | {plan.snapshot.id} |"
    yield f"| SHA-256 of the snapshot | `{evidence.snapshot_sha256}` |"
    yield f"| SHA-256 of the stack file | `{evidence.stack_sha256}` |"
    if evidence.project_sha256:
        yield f"| SHA-256 of Pulumi.yaml | `{evidence.project_sha256}` |"
    given = {"gcp:project": config.project, "gcp:region": config.region}
    for key, value in given.items():
        where = " (a variable of the environment)" if key in evidence.from_environment else ""
        yield f"| `{key}` | {code_cell(value) if value else 'not said'}{where} |"
    logs = config.keys.audit_logs
    yield f"| Data Access audit logs | {'not set by this stack' if logs is None else _logs(logs)} |"


def _logs(logs: AuditLogs) -> str:
    members = ", ".join(map(code_cell, logs.exempted_members))
    return ", ".join(logs.log_types) + (f", but not of {members}" if members else "")


def _table(*columns: str) -> list[str]:
    return [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]


def _overview(evidence: StackEvidence) -> list[str]:
    lines = _table("deployment", "model", "residency", "location", "processing")
    for one in evidence.deployments:
        where = one.placement.location if one.placement else "**refused**"
        kept = _processing(one) if one.placement else ""
        residency = one.deployment.request.residency.text
        model = code_cell(one.answer.model)
        lines.append(f"| {one.deployment.name} | {model} | {residency} | {where} | {kept} |")
    return [*lines, ""]


def _processing(one: DeploymentEvidence) -> str:
    """Where requests are processed, in the words that only a commitment earns."""
    kept = kept_within(one.placement) if one.placement else None
    return f"kept {kept}" if kept else "no page commits to it"


def _section(one: DeploymentEvidence, snapshot: Snapshot) -> list[str]:
    lines = [f"## {one.deployment.name}", "", *_verdict(one, snapshot), ""]
    lines += _facts("Statements", one.facts, snapshot)
    lines += _facts("Not covered", one.not_covered, snapshot)
    lines += ["### Enforced by", ""]
    for policy in one.enforced:
        lines.append(f"- `{policy.policy.constraint}`: {prose(policy.text)}")
    lines += [""] if one.enforced else ["No organization policy of this stack.", ""]
    lines += ["Not enforced:", "", *(f"- {prose(text)}" for text in one.not_enforced), ""]
    lines += ["### Who may call", ""]
    for caller in one.callers:
        who = code_span(caller.member) if caller.member else "Own account"
        let_in = f" It stands for {code_span(caller.whose)}." if caller.whose else ""
        lines.append(f"- {who}: {prose(caller.words)}{let_in}")
    return [*lines, "", *_waivers(one)]


def _verdict(one: DeploymentEvidence, snapshot: Snapshot) -> list[str]:
    result, residency = one.answer.result, one.deployment.request.residency
    asked = f"Residency asked for: {residency.area_text}, with the guarantee {residency.guarantee}."
    model = code_span(one.answer.model)
    if isinstance(result, Refusal):
        told = [f"{headline(result, snapshot)}."]
        for text, locations in grouped_reasons(result, snapshot):
            told.append(f"- {text}{': ' if locations else ''}{', '.join(locations)}")
        return [f"**Refused**: {model} is placed nowhere. {asked}", "", *code_block(told)]
    where = prose(place_name(result.location, snapshot))
    publisher = prose(result.named.entry.publisher)
    kept = (
        f"Processing is kept {kept_text}, by the statements below."
        if (kept_text := kept_within(result))
        else "No page commits to where its requests are processed."
    )
    return [f"{model} of {publisher} is served in {where}. {kept} {asked}"]


def _facts(title: str, facts: Sequence[Fact], snapshot: Snapshot) -> list[str]:
    if not facts:
        return []
    lines = [f"### {title}", "", *_table("about", "statement", "page")]
    for fact in facts:
        lines.append(f"| {fact.what} | {prose(fact_text(fact))} | {_page(fact, snapshot)} |")
    return [*lines, ""]


def _page(fact: Fact, snapshot: Snapshot) -> str:
    """The page with its day, heading and line; that there is none, where there is none."""
    cite = fact.cite
    if cite is None:
        return "no page"
    source = snapshot.sources[cite.source]
    where = [f"{link(source.title, source.url)} ({source.date})"]
    where += [prose(cite.heading)] if cite.heading else []
    where += [f"line {cite.line}"] if cite.line else []
    where += [f"note: {prose(cite.note)}"] if cite.note else []
    return ", ".join(where)


def _waivers(one: DeploymentEvidence) -> list[str]:
    lines = ["### Waivers", ""]
    if not one.accepted:
        return [*lines, "None.", ""]
    lines += _table("accepted", "until", "state", "what", "reason")
    for entry in one.accepted:
        about = f"{entry.kind} {entry.about.value}"
        state = entry.state.value.replace("-", " ")
        what, reason = code_cell(entry.text), code_cell(entry.reason)
        lines.append(f"| {about} | {entry.until} | {state} | {what} | {reason} |")
    return [*lines, ""]


def _policies(evidence: StackEvidence) -> list[str]:
    """The organization policies with all their values, which hold for the project as a whole."""
    guardrails = evidence.plan.guardrails
    if guardrails is None:
        return []
    lines = ["## Organization policies of the project", ""]
    for policy in guardrails.policies:
        dry = " (dry run: only logged)" if policy.dry_run else ""
        lines += [f"### {policy.constraint}{dry}", ""]
        if policy.deny_all:
            lines += ["Denies all values.", ""]
        if policy.enforced:
            lines += ["Enforced, without values.", ""]
        for what, values in (("Allowed", policy.allowed), ("Denied", policy.denied)):
            if values:
                lines += [f"{what}:", "", *(f"- {code_span(value)}" for value in values), ""]
    return lines
