"""What holds for a stack as a whole and may be weakened: guardrails, audit logs, the federation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from availability.input.errors import NAMESPACE
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.review.declared import (
    Declared,
    DeclaredAuditLogs,
    DeclaredFederation,
    DeclaredGuardrails,
)


def safeguard_changes(stack: str, before: Declared, after: Declared) -> Iterator[Change]:
    """What of them is weaker than before."""
    for was, now, text in _guardrails(before.guardrails, after.guardrails):
        yield _change(ChangeKind.GUARDRAIL_WEAKENED, stack, "guardrails", was, now, text)
    for was, now, text in _audit_logs(before.audit_logs, after.audit_logs):
        yield _change(ChangeKind.AUDIT_WEAKENED, stack, "auditLogs", was, now, text)
    for was, now, text in _federation(before.federation, after.federation):
        yield _change(ChangeKind.CALLER_ADDED, stack, "federation", was, now, text)


def _change(kind: ChangeKind, stack: str, key: str, was: str, now: str, text: str) -> Change:
    return Change(kind, stack, None, was, now, f"{key}: {text}", f"{NAMESPACE}:{key}")


_Weaker = tuple[str, str, str]
"""(what it was, what it is, a sentence)."""


def _guardrails(
    before: DeclaredGuardrails | None, after: DeclaredGuardrails | None
) -> Iterator[_Weaker]:
    if before is None:
        return
    if after is None:
        yield "on", "off", "on -> off: no organization policy holds the project to its placements"
        return
    if after.dry_run and not before.dry_run:
        text = "dryRun is true now: violations are logged, and nothing is denied any more"
        yield "enforced", "dry run", text
    yield from _more_allowed("alsoAllow.models", before.models, after.models)
    yield from _more_allowed("alsoAllow.locations", before.locations, after.locations)
    yield from _more_open("restrictServices", before.services, after.services)
    if before.resource_locations and not after.resource_locations:
        text = "resourceLocations is off now: resources may be created anywhere"
        yield "resourceLocations", "off", text
    yield from _more_open("partnerModelFeatures", before.partner_features, after.partner_features)


def _more_allowed(key: str, before: Iterable[str], after: Iterable[str]) -> Iterator[_Weaker]:
    was, now = [*before], [*after]
    if more := [word for word in now if word not in was]:
        yield _words(was), _words(now), f"{key} allows {', '.join(more)}, too"


def _more_open(
    key: str, before: tuple[str, ...] | None, after: tuple[str, ...] | None
) -> Iterator[_Weaker]:
    """The same of a list that allows all where there is none."""
    if before is None:
        return
    if after is None:
        yield _words(before), "not restricted", f"{key} is gone: nothing of it is denied any more"
        return
    yield from _more_allowed(key, before, after)


def _audit_logs(
    before: DeclaredAuditLogs | None, after: DeclaredAuditLogs | None
) -> Iterator[_Weaker]:
    if before is None:
        return
    was = _words(before.log_types)
    if after is None:
        yield was, "off", f"{was} -> off: the stack asks for no Data Access audit logs any more"
        return
    if gone := [name for name in before.log_types if name not in after.log_types]:
        yield was, _words(after.log_types), f"{', '.join(gone)} is not logged any more"
    old = before.exempted_members
    if more := [member for member in after.exempted_members if member not in old]:
        now = _words(after.exempted_members)
        yield _words(old), now, f"calls of {', '.join(more)} are not logged any more"


def _federation(
    before: DeclaredFederation | None, after: DeclaredFederation | None
) -> Iterator[_Weaker]:
    """Whoever comes in by the word `federation`, where that may be others than before."""
    if before is None or after is None or before == after or _narrower(before, after):
        return
    text = f"{before.text} -> {after.text}: others than before may come in as federation"
    yield before.text, after.text, text


def _narrower(before: DeclaredFederation, after: DeclaredFederation) -> bool:
    """Whether all that is asked of a token now includes what was asked before.

    Of GitHub's claims that is known; of two conditions of other issuers it is not.
    """
    if before.claims is None or after.claims is None:
        return False
    return before.claims.items() <= after.claims.items()


def _words(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"
