"""What decides about each model at each location: a cell of the matrix, and its reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from availability.explanation.names import place_name
from availability.explanation.ranking import won_because
from availability.explanation.reasons import grouped_reasons, reason
from availability.explanation.rules.said import CELL_ORDER, Verdict, verdict_of
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule
from availability.report.html.shown import Report, Shown


@dataclass(frozen=True)
class Cell:
    """One location for one row."""

    verdict: Verdict
    text: str
    """Why, in sentences."""


@dataclass(frozen=True)
class Row:
    """Deployments that ask for the same, and how each location stands to it."""

    shown: tuple[Shown, ...]
    cells: Mapping[str, Cell]
    """Location -> its cell; without a model that is known there are none."""
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """The reasons, and the locations that each holds for."""

    @property
    def first(self) -> Shown:
        """One of them, which speaks for all."""
        return self.shown[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(shown.label for shown in self.shown)


def rows(report: Report) -> tuple[Row, ...]:
    """A row for each different request, in the order of the deployments."""
    alike: dict[object, list[Shown]] = {}
    for shown in report.shown:
        asked = shown.answer.result.request
        alike.setdefault((shown.snapshot.id, shown.plan.today, asked), []).append(shown)
    return tuple(_row(tuple(members)) for members in alike.values())


def _row(members: tuple[Shown, ...]) -> Row:
    first = members[0]
    result, snapshot = first.answer.result, first.snapshot
    if result.named is None:
        return Row(members, {}, ())
    against = _against(result, snapshot, first)
    groups = tuple(_reasons(against, snapshot).items()) if against else ()
    universe = against.universe if against else tuple(one.id for one in snapshot.locations)
    if not universe:  # the snapshot does not say where it is served
        universe = tuple(one.id for one in snapshot.locations)
    cells = {location: _cell(location, result, against, snapshot) for location in universe}
    return Row(members, cells, groups)


def _reasons(against: Refusal, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """What stands against the model, and then, group by group, against locations."""
    about_model = {reason(against, None, rule, snapshot): () for rule in against.model_rules}
    return {**about_model, **dict(grouped_reasons(against, snapshot))}


def _against(result: Placement | Refusal, snapshot: Snapshot, shown: Shown) -> Refusal | None:
    """All that stands against locations, as a refusal without a pin; None where nothing does."""
    if isinstance(result, Refusal):
        return result
    invalid = [one.id for one in snapshot.locations if one.id not in result.valid]
    if not invalid:
        return None
    pinned = place(replace(result.request, location=invalid[0]), snapshot, shown.plan.today)
    if isinstance(pinned, Placement):
        raise TypeError(f"{invalid[0]} is valid, and is not among the valid locations")
    broken = {rule: where for rule, where in pinned.location_rules.items() if rule != Rule.PINNED}
    return replace(pinned, request=replace(result.request, location=None), location_rules=broken)


def _cell(
    location: str, result: Placement | Refusal, against: Refusal | None, snapshot: Snapshot
) -> Cell:
    where = place_name(location, snapshot)
    if isinstance(result, Placement):
        if location == result.location:
            return Cell(Verdict.PLACED, f"Placed in {where}: {won_because(result, snapshot)}")
        if location in result.alternates:
            rank = result.alternates.index(location) + 1
            return Cell(
                Verdict.FAILOVER, f"{where} is failover {rank} of {len(result.alternates)}."
            )
        if location in result.valid:
            return Cell(Verdict.NOT_PINNED, f"{where} would be valid; {result.location} is pinned.")
    if against is None:
        raise AssertionError(f"nothing stands against {location}, and it is not valid")
    broken = [rule for rule in Rule if location in against.location_rules.get(rule, ())]
    verdict = _decides(against, location, broken, snapshot)
    return Cell(verdict, " ".join(_sentences(against, location, broken, snapshot)))


def _sentences(
    refusal: Refusal, location: str, broken: list[Rule], snapshot: Snapshot
) -> Iterator[str]:
    if not broken:
        yield f"Nothing stands against {place_name(location, snapshot)} itself."
    if Rule.NOT_SERVED in broken:  # then nothing else is a question
        broken = [Rule.NOT_SERVED]
    for rule in broken:
        yield reason(refusal, location, rule, snapshot)
    for rule in () if Rule.NOT_SERVED in broken else refusal.model_rules:
        yield reason(refusal, None, rule, snapshot)


def _decides(refusal: Refusal, location: str, broken: list[Rule], snapshot: Snapshot) -> Verdict:
    """The verdict by the first rule that is broken: who isn't served has no other question."""
    if Rule.UNKNOWN_LOCATION in refusal.model_rules:
        return Verdict.UNKNOWN
    if Rule.NOT_SERVED in broken:
        named = refusal.named
        known = named is not None and location in snapshot.listed(named.entry)
        return Verdict.NOT_SERVED if known else Verdict.UNKNOWN
    weights = sorted(broken, key=CELL_ORDER.index)
    return verdict_of(weights[0]) if weights else Verdict.MODEL
