"""The evidence of a stack as a document of JSON: a contract, to which keys are only ever added."""

from __future__ import annotations

from availability.cloud.guardrails.words import Enforced
from availability.explanation.answers import residency_json, warning_json
from availability.explanation.headline import headline
from availability.explanation.reasons import grouped_reasons
from availability.explanation.statements import Fact
from availability.facts.snapshot import Snapshot
from availability.input.printed import plain
from availability.placement.request import Refusal
from availability.stack.evidence import DeploymentEvidence, StackEvidence
from availability.stack.waivers import Accepted


def evidence_document(evidence: StackEvidence) -> dict[str, object]:
    """All of it, the same for the same stack file, project, snapshot and day.

    `{snapshot, snapshotSha256, stack, stackSha256, projectFileSha256, asOf, project, region,
    fromEnvironment, auditLogs, warnings, deployments}`. `projectFileSha256` is that of Pulumi.yaml
    and None where no value of it counts; `fromEnvironment` has the keys that variables stand in
    for; `auditLogs` is `{logTypes, exemptedMembers}` or None; `warnings` are `{id, text}`.
    """
    plan = evidence.plan
    logs = plan.config.keys.audit_logs
    return {
        "snapshot": plan.snapshot.id,
        "snapshotSha256": evidence.snapshot_sha256,
        "stack": plan.stack,
        "stackSha256": evidence.stack_sha256,
        "projectFileSha256": evidence.project_sha256,
        "asOf": plan.today.isoformat(),
        "project": plan.config.project,
        "region": plan.config.region,
        "fromEnvironment": dict(sorted(evidence.from_environment.items())),
        "auditLogs": logs
        and {"logTypes": list(logs.log_types), "exemptedMembers": list(logs.exempted_members)},
        "warnings": [warning_json(warning) for warning in plan.warnings],
        "deployments": [_deployment(one, plan.snapshot) for one in evidence.deployments],
    }


def _deployment(one: DeploymentEvidence, snapshot: Snapshot) -> dict[str, object]:
    """One of `deployments`.

    `{name, model, publisher, residency, guarantee, location, boundary, refusal, facts, notCovered,
    enforcedBy, notEnforced, callers, waivers}`. `facts` and `notCovered` are `{what, text, cite}`,
    where `cite` is None or `{source, url, date, line, heading, note}`; `callers` are `{kind,
    member, text}`; `notEnforced` are sentences. Of a refused one `location` and `boundary` are
    None, and `refusal` is `{text, reasons: [{text, locations}]}`.
    """
    result, residency = one.answer.result, one.deployment.request.residency
    return {
        "name": one.deployment.name,
        "model": one.answer.model,
        "publisher": result.named and result.named.entry.publisher,
        "residency": residency_json(residency),
        "guarantee": residency.guarantee.value,
        "location": one.placement and one.placement.location,
        "boundary": one.boundary,
        "refusal": _refusal(result, snapshot) if isinstance(result, Refusal) else None,
        "facts": [_fact(fact, snapshot) for fact in one.facts],
        "notCovered": [_fact(fact, snapshot) for fact in one.not_covered],
        "enforcedBy": [_enforced(policy) for policy in one.enforced],
        "notEnforced": list(one.not_enforced),
        "callers": [
            {"kind": caller.kind.value, "member": caller.member, "text": plain(caller.text)}
            for caller in one.callers
        ],
        "waivers": [_accepted(entry) for entry in one.accepted],
    }


def _refusal(refusal: Refusal, snapshot: Snapshot) -> dict[str, object]:
    return {
        "text": f"{plain(headline(refusal, snapshot))}.",
        "reasons": [
            {"text": plain(text), "locations": list(locations)}
            for text, locations in grouped_reasons(refusal, snapshot)
        ],
    }


def fact_text(fact: Fact) -> str:
    """The fact, with what our own reading is of where that is a table of this project's."""
    return f"{fact.text} Source: {fact.source}." if fact.source else fact.text


def _fact(fact: Fact, snapshot: Snapshot) -> dict[str, object]:
    return {"what": fact.what.value, "text": fact_text(fact), "cite": _cite(fact, snapshot)}


def _cite(fact: Fact, snapshot: Snapshot) -> dict[str, object] | None:
    cite = fact.cite
    if cite is None:
        return None
    source = snapshot.sources[cite.source]
    return {
        "source": source.title,
        "url": source.url,
        "date": source.date,
        "line": cite.line,
        "heading": cite.heading,
        "note": cite.note,
    }


def _enforced(one: Enforced) -> dict[str, object]:
    """`{constraint, allowed, denied, denyAll, enforced, inherits, dryRun, text}`."""
    policy = one.policy
    return {
        "constraint": policy.constraint,
        "allowed": list(policy.allowed),
        "denied": list(policy.denied),
        "denyAll": policy.deny_all,
        "enforced": policy.enforced,
        "inherits": policy.inherits,
        "dryRun": policy.dry_run,
        "text": plain(one.text),
    }


def _accepted(entry: Accepted) -> dict[str, object]:
    """`{kind, id, until, reason, state, text}`; the kind is `rule` or `warning`."""
    return {
        "kind": entry.kind,
        "id": entry.about.value,
        "until": entry.until.isoformat(),
        "reason": entry.reason,
        "state": entry.state.value,
        "text": plain(entry.text),
    }
