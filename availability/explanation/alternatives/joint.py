"""What would make a refused group of deployments valid: each change tried with the whole group.

The changes are those of a single deployment, and giving up the shared location itself. That one
comes after all that keep it, and a wider residency of a member is still the last: it is a decision
about compliance. Where no single change works, two together are tried.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

from availability.explanation.alternatives.single import (
    MODELS,
    PAIRS,
    Change,
    Key,
    Variation,
    gives_up_more,
    near_misses,
    rests_on_waiver,
    variations_of,
)
from availability.facts.names import UnknownModel, resolve_model
from availability.facts.snapshot import Snapshot
from availability.placement.colocation import own_locations, place_together
from availability.placement.groups import Groups, merged, without
from availability.placement.request import Placement, Request
from availability.places.residency import Residency

_ORDER = (
    Key.LOCATION,
    Key.MODEL,
    Key.ALLOW_PREVIEW,
    Key.NEEDS,
    Key.CONTEXT_SIZE,
    None,
    Key.RESIDENCY,
)
"""The keys of the changes, nearest first; None is the shared location itself."""


@dataclass(frozen=True)
class JointAlternative:
    """Changes that were tried together: `requests` and `groups` are what they make of the group."""

    changes: tuple[tuple[str, Key], ...]
    """(deployment, its key), without the shared location."""
    requests: Mapping[str, Request]
    """Name -> request, of every member."""
    groups: Groups
    """All groups of the stack as it writes them, less what is given up: an empty one goes."""
    regroups: bool
    """Whether the shared location is given up, for some or for all."""
    placements: Mapping[str, Placement]
    """Name -> where it would be; empty for a near miss that is refused for other reasons."""

    @property
    def widens(self) -> bool:
        """Whether it takes a decision about compliance."""
        return any(key is Key.RESIDENCY for _, key in self.changes)


def joint_alternatives(
    requests: Mapping[str, Request], groups: Groups, snapshot: Snapshot, today: dt.date
) -> tuple[JointAlternative, ...]:
    """The alternatives of a refused group (name -> its own request), nearest first.

    `groups` are all of the stack's, as written. Where nothing works, these are the near misses of
    the models that are unknown, if any.
    """
    dated = {
        name: replace(request, residency=request.residency.at(snapshot.date))
        for name, request in requests.items()
    }
    return tuple(_Search(dated, groups, snapshot, today).alternatives())


@dataclass(frozen=True)
class _Attempt:
    changes: tuple[tuple[str, Key], ...]
    requests: Mapping[str, Request]
    groups: Groups
    regroups: bool = False


@dataclass(frozen=True)
class _JointVariation:
    """A `Variation` within a group: `attempts` makes the groups that differ by one such change.

    Member and key are None for giving up the shared location itself.
    """

    member: str | None
    key: Key | None
    attempts: Callable[[_Attempt], Iterable[_Attempt]]
    limit: int = 1


def _rank(variation: _JointVariation) -> int:
    return _ORDER.index(variation.key)


@dataclass(frozen=True)
class _Search:
    requests: Mapping[str, Request]
    groups: Groups
    snapshot: Snapshot
    today: dt.date

    def alternatives(self) -> list[JointAlternative]:
        start = _Attempt((), self.requests, self.groups)
        valid: list[JointAlternative] = []
        for _, same_key in itertools.groupby(self._variations, key=_rank):
            variations = list(same_key)
            each = [
                itertools.islice(self._working(variation.attempts(start)), variation.limit)
                for variation in variations
            ]
            by_turns = itertools.chain(*itertools.zip_longest(*each))
            most = max(variations[0].limit, len(variations))
            valid += itertools.islice(
                (alternative for alternative in by_turns if alternative), most
            )
        if not valid:
            valid = list(itertools.islice(self._pairs(start), PAIRS))
        return valid or list(self._near_misses())

    def _pairs(self, start: _Attempt) -> Iterator[JointAlternative]:
        def loss(pair: tuple[_JointVariation, _JointVariation]) -> tuple[int, int]:
            keys = [variation.key for variation in pair]
            return keys.count(Key.RESIDENCY), keys.count(None)

        for first, second in sorted(itertools.combinations(self._variations, 2), key=loss):
            if self._has_room(start, first.member, second.member):
                yield from self._working(
                    both
                    for attempt in first.attempts(start)
                    if self._has_room(attempt, second.member)
                    for both in second.attempts(attempt)
                )

    def _has_room(self, attempt: _Attempt, *changing: str | None) -> bool:
        """Whether those that stay as they are leave a place: else no change of the others helps.

        `changing` are the members that are still to change, and None if the groups are.
        """
        requests = attempt.requests
        groups = [(name,) for name in requests] if None in changing else self._grouped(attempt)
        return all(
            frozenset[str].intersection(*(self._own(requests[name]) for name in rest))
            for group in groups
            if (rest := [name for name in group if name not in changing])
        )

    def _grouped(self, attempt: _Attempt) -> Groups:
        """The members as they share a location; one that shares none is a group of its own."""
        names = tuple(attempt.requests)
        if not attempt.regroups:
            return (names,)
        groups = [group for group in merged(attempt.groups) if group[0] in names]
        together = frozenset(itertools.chain(*groups))
        return (*groups, *((name,) for name in names if name not in together))

    @cached_property
    def _variations(self) -> list[_JointVariation]:
        variations = [_JointVariation(None, None, self._given_up)]
        for name, request in self.requests.items():
            for variation in self._variations_of(request):
                variations.append(
                    _JointVariation(
                        name, variation.key, self._changing(name, variation), variation.limit
                    )
                )
        return sorted(variations, key=_rank)

    def _variations_of(self, request: Request) -> tuple[Variation, ...]:
        try:
            named = resolve_model(request.model, self.snapshot)
        except UnknownModel:
            return (
                Variation(
                    Key.MODEL,
                    lambda asked, _: near_misses(asked, self.snapshot, self.today),
                    MODELS,
                ),
            )
        return variations_of(named, self.snapshot, self.today)

    def _changing(
        self, name: str, variation: Variation
    ) -> Callable[[_Attempt], Iterator[_Attempt]]:
        known: dict[Request, list[Change]] = {}  # the same for each change of another member

        def attempts(before: _Attempt) -> Iterator[_Attempt]:
            if (name, variation.key) in before.changes:
                return
            request = before.requests[name]
            if request not in known:
                known[request] = list(variation.changes(request, tuple(Key)))
            for change in known[request]:
                yield replace(
                    before,
                    changes=(*before.changes, (name, change.key)),
                    requests={**before.requests, name: change.request},
                )

        return attempts

    def _given_up(self, before: _Attempt) -> Iterator[_Attempt]:
        """Without one member, those first that leave the most together; then without any group."""
        names = tuple(self.requests)
        left = [without(self.groups, [name]) for name in names if len(names) > 2]
        left.sort(key=lambda groups: -sum(len(group) for group in merged(groups)))
        for groups in (*left, without(self.groups, names)):
            yield replace(before, groups=groups, regroups=True)

    def _working(self, attempts: Iterable[_Attempt]) -> Iterator[JointAlternative]:
        wider: list[Residency] = []
        for attempt in attempts:
            widened = _only_widened(attempt)
            residency = attempt.requests[widened].residency if widened else None
            if widened and residency:
                asked = self.requests[widened].residency
                if any(gives_up_more(residency, old, asked) for old in wider):
                    continue
            placements = self._placed(attempt)
            if placements is None or any(
                rests_on_waiver([key], placements[name]) for name, key in attempt.changes
            ):
                continue
            wider += [residency] if residency else []
            yield JointAlternative(
                attempt.changes, attempt.requests, attempt.groups, attempt.regroups, placements
            )

    def _placed(self, attempt: _Attempt) -> Mapping[str, Placement] | None:
        """Where all members would be by the real solver, or None where one of them is refused."""
        if not self._has_room(attempt):  # as most have not: it is told by what is known
            return None
        placements: dict[str, Placement] = {}
        for group in self._grouped(attempt):
            members = {name: attempt.requests[name] for name in group}
            placed = place_together(members, self.snapshot, self.today)
            if placed is None:
                return None
            placements |= placed
        return placements

    @cached_property
    def _own(self) -> Callable[[Request], frozenset[str]]:
        @cache
        def own(request: Request) -> frozenset[str]:
            return own_locations(request, self.snapshot, self.today)

        return own

    def _near_misses(self) -> Iterator[JointAlternative]:
        for name, request in self.requests.items():
            for change in near_misses(request, self.snapshot, self.today):
                requests = {**self.requests, name: change.request}
                yield JointAlternative(((name, change.key),), requests, self.groups, False, {})


def _only_widened(attempt: _Attempt) -> str | None:
    """The member whose residency is all that changes, if that is so."""
    match attempt.changes:
        case ((name, Key.RESIDENCY),) if not attempt.regroups:
            return name
        case _:
            return None
