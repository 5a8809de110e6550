"""What ends a preview and an update: bindings, changes, and one table of the deployments."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager

import pulumi

from availability.report.bindings import binding_lines
from availability.report.since_update import (
    change_text,
    since_lines,
    since_marks,
    told_changes,
)
from availability.report.summary import summary_lines
from availability.stack.plan import Plan
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.review.comparison import Comparison
from availability.stack.review.last_update import Incomparable, since_update
from components.registration.bindings import bindings
from components.registration.last_outputs import last_outputs


@contextmanager
def concluded(
    plan: Plan, since: Comparison | Incomparable, moves: Collection[str]
) -> Generator[None]:
    """Registers within it what the plan asks for, and tells at the end what comes of it.

    `since` is what changes since the last update, and `moves` are the deployments that tell
    themselves that they move. The engine shows the messages of a resource in the order in which
    they come, and the resources in no order. So all of these are messages of the stack itself, and
    the table is the last of them.
    """
    made = bindings()
    made.gathered = True
    yield

    def conclude() -> None:
        _tell_bindings()
        _tell_changes(since, moves)
        lines = summary_lines(plan, since_marks(since, moves), since_lines(plan.stack, since))
        pulumi.log.info("\n".join(lines))

    if pulumi.runtime.is_dry_run() and made.awaited:
        # Of an update that fails they may never come.
        pulumi.Output.all(*made.awaited).apply(lambda _: conclude(), run_with_unknowns=True)
    else:
        conclude()


def tell_what_else_changes(plan: Plan) -> None:
    """A message for each other change of a stack that is refused, before its refusals are told.

    In a preview alone: what is asked of the engine puts its own provider into the state, and an
    update that is refused changes nothing.
    """
    if not pulumi.runtime.is_dry_run():
        return
    for change in told_changes(since_update(plan, last_outputs()), ()):
        if change.kind is not ChangeKind.REFUSED:
            _tell(change)


def _tell_bindings() -> None:
    """What a preview shows by names that are hashes; an update shows the same ones."""
    made = bindings()
    if pulumi.runtime.is_dry_run() and (lines := binding_lines(made.known, made.unknown)):
        pulumi.log.info("\n".join(lines))


def _tell_changes(since: Comparison | Incomparable, moves: Collection[str]) -> None:
    """A message for each change, and a warning for each that somebody has to decide."""
    for change in told_changes(since, moves):
        _tell(change)


def _tell(change: Change) -> None:
    tell = pulumi.log.warn if change.kind.decides else pulumi.log.info
    tell(change_text(change))
