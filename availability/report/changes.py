"""What changes for stacks, each change at the line that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from availability.input.errors import BadInput, Position
from availability.placement.warnings import WarningId
from availability.report.findings import Checked, Finding, Level
from availability.stack.review.changes import UNREADABLE, Change, ChangeKind, rank
from availability.stack.review.spots import spots_of_change
from availability.stack.written import Place

if TYPE_CHECKING:  # few plans are compared with another version
    from availability.stack.review.review import Review, StackReview


def all_findings(checked: Sequence[Checked], review: Review | None) -> list[Finding]:
    """What there is to show of stacks: their changes, if they were compared, then all the rest.

    The changes are in the order of their kinds, what has to be decided first. Each thing is told
    once: a refusal and a mistake say more than the change that they are, and where a model retires
    soon that was not warned about before, its warning stands in the place of the change.
    """
    findings = {checked_stack.path: list(checked_stack.findings) for checked_stack in checked}
    told: list[Finding] = []
    if review is not None:
        by_path = {checked_stack.path: checked_stack for checked_stack in checked}
        for stack, change in _ordered(review):
            own = findings.get(stack.path, []) if stack.path else []
            told += _told(change, stack, by_path, own)
    return [*told, *(finding for own in findings.values() for finding in own)]


def _ordered(review: Review) -> list[tuple[StackReview, Change]]:
    """Each change with its stack, what has to be decided first."""
    pairs = [(stack, change) for stack in review.stacks for change in stack.changes]
    return sorted(pairs, key=lambda pair: rank(pair[1]))


def without_change(checked: Sequence[Checked], review: Review) -> frozenset[Path]:
    """The stacks of which nothing has changed, and nothing is refused: their plans are no news."""
    changed = {stack.path for stack in review.stacks if stack.changes or stack.otherwise}
    return frozenset(
        one.path
        for one in checked
        if not isinstance(one.outcome, BadInput)
        and not one.outcome.refused
        and one.path not in changed
    )


def where_all_is(review: Review | None) -> str:
    """How to see what a format leaves out, in Markdown."""
    if review is None:
        return "The same command with `--format text --explain` shows all."
    return (
        "The same command with `--format text --explain` shows all changes, and without "
        "`--against` all plans and warnings."
    )


def _told(
    change: Change, stack: StackReview, checked: Mapping[Path, Checked], own: list[Finding]
) -> Iterator[Finding]:
    """The finding of a change; nothing where one of the stack's `own` findings says it.

    A warning that takes the place of the change is taken out of those.
    """
    if change.kind is ChangeKind.REFUSED or change.after == UNREADABLE:
        return
    if change.kind is ChangeKind.RETIRING and (same := _warning_of(change, own)):
        own.remove(same)
        yield replace(same, first=True)
        return
    place = _place(change, stack, checked)
    about = change.deployment or (f"stack {change.stack}" if stack.path is None else "the stack")
    level = _level(change)
    first = level is Level.WARNING
    title = f"{about}: {change.kind}"
    yield Finding(level, change.kind, place.file, place.at, title, change.text, first=first)


def _warning_of(change: Change, own: Sequence[Finding]) -> Finding | None:
    """The warning that the model of the change's deployment retires."""
    title = f"{change.deployment}: {WarningId.RETIRING}"
    return next((finding for finding in own if finding.title == title), None)


def _level(change: Change) -> Level:
    """A warning for what somebody has to decide or to see to, and for what nobody knows."""
    unknown = change.kind is ChangeKind.BROKEN
    seen_to = change.kind.decides or change.kind is ChangeKind.RETIRING
    return Level.WARNING if seen_to or unknown else Level.NOTICE


def _place(change: Change, stack: StackReview, checked: Mapping[Path, Checked]) -> Place:
    """Where a change is written; of a stack that is gone its project's file, if there is one."""
    known = checked.get(stack.path) if stack.path else None
    if known is None:
        stacks = [one.stack for one in checked.values() if one.stack]
        files = [stack.project.path for stack in stacks if stack.project]
        return Place([*files, *checked][0], Position(1, 1))
    if isinstance(known.outcome, BadInput):
        return known.place([])
    deployments = {deployment.name: deployment for deployment, _ in known.outcome.answers}
    if change.deployment is None and change.key is None:
        return known.place([])
    return known.place(spots_of_change(change, deployments))
