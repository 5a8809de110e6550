"""What another snapshot does to the deployments of a stack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from availability.explanation.answers import Answer
from availability.explanation.headline import headline
from availability.explanation.moves import why_moved
from availability.explanation.ranking import comes_before
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.stack.reading import Stack, plan_file

Outcome = Literal["stays", "moves", "refused", "better"]
UNCHANGED = "nothing about its place has changed"
"""Why a deployment stays of which there is nothing else to say."""


@dataclass(frozen=True)
class Effect:
    """What becomes of one deployment."""

    stack: str
    deployment: str
    outcome: Outcome
    before: str | None
    """Where the first snapshot places it; None where it refuses it."""
    after: str | None
    """Where the second snapshot places it; None where it refuses it."""
    why: str
    fixes: tuple[tuple[str, str], ...] = ()
    """Words and command of each fix of a refusal."""

    @property
    def hurts(self) -> bool:
        """Whether somebody has to look at it before the snapshot is taken."""
        return self.outcome in ("moves", "refused")

    def as_json(self) -> dict[str, object]:
        """`{stack, deployment, outcome, from, to, why, fixes: [{text, command}]}`."""
        return {
            "stack": self.stack,
            "deployment": self.deployment,
            "outcome": self.outcome,
            "from": self.before,
            "to": self.after,
            "why": self.why,
            "fixes": [{"text": text, "command": command} for text, command in self.fixes],
        }


def effects(
    stack: Stack,
    environment: Mapping[str, str],
    first: Snapshot,
    second: Snapshot,
    as_of: dt.date | None,
) -> tuple[Effect, ...]:
    """The effect on every deployment, in the order of their names.

    The stack is judged by both snapshots, whichever its file names, on the same day. Raises
    BadInput where it can't be read.
    """
    old, new = (plan_file(stack, environment, as_of, using) for using in (first, second))
    return tuple(
        _effect(new.stack, deployment.name, before, after, second)
        for (deployment, before), (_, after) in zip(old.answers, new.answers, strict=True)
    )


def _effect(stack: str, name: str, before: Answer, after: Answer, snapshot: Snapshot) -> Effect:
    old, new = before.result, after.result
    was = old.location if isinstance(old, Placement) else None
    if isinstance(new, Refusal):
        return Effect(stack, name, "refused", was, None, headline(new, snapshot), after.fixes)
    if was is None:
        return Effect(stack, name, "better", None, new.location, "it was refused before")
    if was != new.location:
        return Effect(stack, name, "moves", was, new.location, why_moved(new, was, snapshot))
    if isinstance(old, Placement) and (better := _better(old, new, snapshot)):
        return Effect(stack, name, "better", was, new.location, better)
    return Effect(stack, name, "stays", was, new.location, _lost(old, new) or UNCHANGED)


def _lost(old: Placement | Refusal, new: Placement) -> str:
    """The commitment that its place has no more."""
    before = old.boundary if isinstance(old, Placement) else None
    if before is None or before == new.boundary:
        return ""
    now = f", and now within {new.boundary}" if new.boundary else ""
    return f"processing is no longer committed to stay within {before}{now}"


def _better(old: Placement, new: Placement, snapshot: Snapshot) -> str:
    """What it gains, or could gain: a commitment, or a location that its pin keeps it from."""
    if new.boundary and new.boundary != old.boundary and old.boundary is None:
        return f"processing is now committed to stay within {new.boundary}"
    if new.request.location is None:
        return ""
    free = place(replace(new.request, location=None), snapshot, new.today)
    if isinstance(free, Placement) and free.location not in (new.location, *old.valid):
        why = comes_before(free, new.location, snapshot)
        return f"without its pin it would go to {free.location}: {why}"
    return ""
