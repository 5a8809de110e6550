"""What a preview compares with: what the stack declared when it was last updated."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from availability.stack.plan import Plan
from availability.stack.review.comparison import Comparison, compare
from availability.stack.review.declared import OUTPUT, read_declared


class Incomparable(StrEnum):
    """Why there is nothing to compare with, in words."""

    NEVER_UPDATED = "the stack has no outputs yet"
    NOT_DECLARED = f"the last update exported no {OUTPUT}, because its program was an older one"
    NOT_READABLE = f"the output {OUTPUT} is not what this program exports"
    NO_ANSWER = "the stack's last outputs can't be read"


def since_update(plan: Plan, outputs: Mapping[str, object] | None) -> Comparison | Incomparable:
    """What changes for the stack of a plan since its last outputs; why that is unknown.

    `outputs` are None where they can't be read, and empty before the first update.
    """
    if outputs is None:
        return Incomparable.NO_ANSWER
    if not outputs:
        return Incomparable.NEVER_UPDATED
    if OUTPUT not in outputs:
        return Incomparable.NOT_DECLARED
    before = read_declared(outputs[OUTPUT])
    return compare(before, plan) if before else Incomparable.NOT_READABLE
