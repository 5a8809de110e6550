"""What a person has accepted of a deployment, and whether it has an effect on the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from availability.explanation.answers import Answer
from availability.explanation.rules.said import what_is_waived
from availability.placement.rules import Rule, Waiver
from availability.placement.warnings import Acknowledgement, WarningId


class WaiverState(StrEnum):
    """What a waiver does on the day that the stack is judged by."""

    IN_EFFECT = "in-effect"
    NOT_NEEDED = "not-needed"
    """Nothing breaks the rule, or gives the warning."""
    EXPIRED = "expired"
    """It has no effect any more."""


@dataclass(frozen=True)
class Accepted:
    """One entry of `accept`: of a rule that may be broken, or of a warning that is known."""

    about: Rule | WarningId
    until: dt.date
    reason: str
    state: WaiverState
    text: str
    """What is broken, or what the warning says; the meaning of both where neither happens."""

    @property
    def kind(self) -> Literal["rule", "warning"]:
        """What it is about."""
        return "rule" if isinstance(self.about, Rule) else "warning"


def accepted(answer: Answer, day: dt.date) -> tuple[Accepted, ...]:
    """Every entry of `accept` of a deployment, in the order of its file."""
    return tuple(_accepted(answer, day))


def _accepted(answer: Answer, day: dt.date) -> Iterator[Accepted]:
    for entry in answer.result.request.accept:
        about = entry.about
        text = _in_effect(answer, entry) if entry.holds(day) else None
        state = WaiverState.IN_EFFECT if text else WaiverState.NOT_NEEDED
        state = state if entry.holds(day) else WaiverState.EXPIRED
        yield Accepted(about, entry.until, entry.reason, state, text or about.meaning)


def _in_effect(answer: Answer, entry: Waiver | Acknowledgement) -> str | None:
    """What is accepted by the entry, as it happens; None where it does not happen."""
    result = answer.result
    if isinstance(entry, Acknowledgement):
        known = (one.warning.text for one in answer.acknowledged if one.by == entry)
        return next(known, None)
    if result.named is None or entry.rule not in result.waived:
        return None
    said = what_is_waived(result, result.named, entry.rule, answer.snapshot)
    return f"Broken: {said}."
