"""The rules: what can refuse a request, and which of them a person may accept to be broken."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What can refuse a request, in the order in which reasons are given.

    Of each rule its id, its meaning, and its rank among those that a person may accept to break:
    None for one that nobody may, as are all that say where data goes.
    """

    _value_: str
    meaning: str
    """One sentence, for those who read reports."""
    waiver_rank: int | None

    def __new__(cls, value: str, meaning: str, waiver_rank: int | None) -> Rule:
        """A member of the table below."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.waiver_rank = waiver_rank
        return member

    UNKNOWN_MODEL = "unknown-model", "No row of the snapshot carries the model.", None
    UNKNOWN_LOCATION = (
        "unknown-location",
        "The snapshot does not say where the model is served.",
        None,
    )
    LEGACY = "legacy", "The model is closed to projects without prior usage.", 3
    RETIRED = "retired", "The model is shut down.", 1
    PREVIEW = (
        "preview",
        "The model or the location is a preview, and previews are not allowed.",
        2,
    )
    CAPABILITY = "capability", "The model or the endpoint does not offer a need.", 4
    NOT_SERVED = "not-served", "The model is not served here.", None
    RESIDENCY = "residency", "The endpoint lies outside the area.", None
    ML_PROCESSING = (
        "ml-processing",
        "No published commitment keeps the processing inside the area.",
        None,
    )
    PINNED = "pinned", "Another location is pinned.", None
    COLOCATION = "colocation", "Another deployment that shares the location can't be here.", None


WAIVABLE = tuple(
    rule
    for _, rule in sorted((rule.waiver_rank, rule) for rule in Rule if rule.waiver_rank is not None)
)
"""The rules that a person may accept to break, in the order in which messages name them."""


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
