"""A deployment that is placed elsewhere than before: why, and what would keep it where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from availability.explanation.alternatives.fixes import StackFixer
from availability.explanation.names import place_name
from availability.explanation.ranking import comes_before
from availability.explanation.reasons import reason
from availability.facts.snapshot import Snapshot
from availability.input import shell
from availability.input.calls import own_call
from availability.input.errors import shown
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning, WarningId
from availability.places.geography import places


@dataclass(frozen=True)
class Move:
    """What is said of a deployment that moves."""

    warning: Warning
    fixes: tuple[tuple[str, str], ...]
    """(words, the command that they are about)."""


def moved(
    placement: Placement, before: str, snapshot: Snapshot, fixer: StackFixer, by: str | None
) -> Move:
    """What is said of a deployment that was in another location `before`.

    `fixer` corrects the deployment in its stack's file, and `by` is the id of the snapshot that
    placed it before; None where that is not known.
    """
    text = moved_text(placement, before, snapshot, by)
    fixes = _fixes(placement, before, snapshot, fixer)
    return Move(Warning(WarningId.MOVED, text), tuple(fixes))


def moved_text(placement: Placement, before: str, snapshot: Snapshot, by: str | None) -> str:
    """From where to where it moves, and why; `by` is as for `moved`."""
    sentences = [why_moved(placement, before, snapshot)]
    if by not in (None, snapshot.id):
        sentences.append(f"Snapshot {snapshot.id} decides, and before it was {by}.")
    return f"{before} -> {placement.location}: {' '.join(sentences)}"


def why_moved(placement: Placement, before: str, snapshot: Snapshot) -> str:
    """What is against the old location, or why the new one comes before it."""
    if before not in places():
        return f"{shown(before)} is no location that is known here."
    if before not in placement.valid:
        request = replace(placement.request, location=before)
        refusal = place(request, snapshot, placement.today)
        if isinstance(refusal, Refusal):
            [first, *_] = [rule for where, rule in refusal.reasons if where == before]
            return reason(refusal, before, first, snapshot)
    if placement.request.location:
        return f"{placement.location} is pinned."
    return comes_before(placement, before, snapshot)


def _fixes(
    placement: Placement, before: str, snapshot: Snapshot, fixer: StackFixer
) -> Iterator[tuple[str, str]]:
    from availability.explanation.alternatives.single import Key  # only what moves needs it

    if before in placement.valid:
        request = replace(placement.request, location=before)
        command = fixer.command((Key.LOCATION,), request)
        if command:
            yield f"To stay in {place_name(before, snapshot)}, pin it there:", command
    if not placement.request.location:
        words = own_call("pin", _stack(fixer))
        if shell.can_be_typed(words):
            yield "To have no deployment of the stack move again, pin them all:", shell.join(words)


def _stack(fixer: StackFixer) -> str:
    """How a command is given the stack: by its name, unless that would be an option."""
    path = fixer.file or Path("stacks") / f"Pulumi.{fixer.stack}.yaml"
    return str(path) if fixer.stack.startswith("-") else fixer.stack
