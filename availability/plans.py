"""A whole stack placed at once: what the program provisions and what `plan` prints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from availability.answers import Answer, answer
from availability.facts import Snapshot
from availability.fixes import StackFixer
from availability.geography import places
from availability.library import SNAPSHOTS, load, newer_than
from availability.notices import Warning, floating_snapshot, stale_snapshot, unknown_region
from availability.placement import Refusal
from availability.stack import Deployment, StackConfig


@dataclass(frozen=True)
class Plan:
    """Every deployment of a stack with its answer, in the order of their names."""

    stack: str
    config: StackConfig
    snapshot: Snapshot
    today: dt.date
    """The day that it was judged by."""
    answers: tuple[tuple[Deployment, Answer], ...]

    @property
    def refused(self) -> tuple[tuple[Deployment, Answer], ...]:
        """The deployments that no location is valid for."""
        return tuple(pair for pair in self.answers if isinstance(pair[1].result, Refusal))

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What holds for the stack as a whole."""
        found = () if self.config.pinned else (floating_snapshot(self.snapshot),)
        found += stale_snapshot(self.snapshot, self.today)
        region = self.config.region
        return found if region is None or region in places() else (*found, unknown_region(region))


def plan(config: StackConfig, stack: str, today: dt.date, snapshots: Path = SNAPSHOTS) -> Plan:
    """Places all deployments of the stack by that day. Raises BadInput for a corrupt snapshot."""
    snapshot, newer = load(config.snapshot, snapshots), newer_than(config.snapshot, snapshots)
    answers = tuple(
        (one, answer(one.request, snapshot, today, StackFixer(stack, one.name), newer))
        for one in config.deployments
    )
    return Plan(stack, config, snapshot, today, answers)
