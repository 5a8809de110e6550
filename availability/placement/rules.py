"""The rules: what can refuse a request, and which of them a person may accept to be broken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What can refuse a request, in the order in which reasons are given."""

    UNKNOWN_MODEL = "unknown-model"
    UNKNOWN_LOCATION = "unknown-location"
    LEGACY = "legacy"
    RETIRED = "retired"
    PREVIEW = "preview"
    CAPABILITY = "capability"
    NOT_SERVED = "not-served"
    RESIDENCY = "residency"
    ML_PROCESSING = "ml-processing"
    PINNED = "pinned"
    COLOCATION = "colocation"


WAIVABLE = (Rule.RETIRED, Rule.PREVIEW, Rule.LEGACY, Rule.CAPABILITY)
"""The rules that a person may accept to break: never one that says where data goes."""


@dataclass(frozen=True)
class Waiver:
    """A person's decision that a rule refuses nothing until a day, that day included."""

    rule: Rule
    """One of `WAIVABLE`."""
    until: dt.date
    reason: str

    def holds(self, today: dt.date) -> bool:
        """Whether it has not expired."""
        return today <= self.until
