"""A whole stack placed at once: what the program provisions and what `plan` prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from availability.answers import Answer, answer, joint_offers, judged
from availability.colocation import together
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
    answers: dict[str, tuple[Deployment, Answer]] = {}
    for names in config.colocate:
        for one, its in _together(names, config, StackFixer(stack, ""), snapshot, newer, today):
            answers[one.name] = (one, its)
    for one in config.deployments:
        if one.name not in answers:
            fixer = StackFixer(stack, one.name)
            answers[one.name] = (one, answer(one.request, snapshot, today, fixer, newer))
    in_order = tuple(answers[one.name] for one in config.deployments)
    return Plan(stack, config, snapshot, today, in_order)


def _together(
    names: tuple[str, ...],
    config: StackConfig,
    fixer: StackFixer,
    snapshot: Snapshot,
    newer: Snapshot | None,
    today: dt.date,
) -> Iterator[tuple[Deployment, Answer]]:
    """The members of a group, all placed in one location or all refused.

    Their requests say what they share; of a refused group, the first member in the order of the
    stack tells what would be valid.
    """
    known = {one.name: one for one in config.deployments}
    own = {name: known[name].request for name in names}
    joint = together(own, snapshot, today)
    answers = {name: judged(joint[name], snapshot, today, newer) for name in names}
    if any(isinstance(one.result, Refusal) for one in answers.values()):
        from availability.joint_remedies import joint_alternatives  # only a refusal needs them

        found = joint_alternatives(own, config.groups, snapshot, today)
        for name, one in answers.items():
            mine = replace(fixer, deployment=name)
            shared = joint_offers(found, own, config.groups, mine, snapshot)
            teller = min(names)
            told_by = None if name == teller else teller
            answers[name] = replace(one, fixer=mine, shared=shared, told_by=told_by)
    for name, one in answers.items():
        yield replace(known[name], request=joint[name]), one
