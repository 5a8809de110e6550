"""What changed from one snapshot to another, model by model and as a whole.

What a snapshot does not say is unknown (None), and never counted as lost or gained: only what both
say can differ in that way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from availability.facts.capabilities import said_of_model
from availability.facts.names import Named, all_models, same_model
from availability.facts.snapshot import Commitment, Limitation, Need, Snapshot

Change = Literal["added", "gone", "changed", "same"]
Pair = tuple[str | None, str | None]
"""What the first snapshot says, and the second; None where it says nothing."""
Gained = tuple[tuple[str, ...], tuple[str, ...]]
"""What only the second snapshot has, and what only the first one has."""

FACTS = ("stage", "deprecated", "retires", "notBefore", "closedSince", "successor")
"""What is said once of a model, by its key in JSON."""


@dataclass(frozen=True)
class ModelChange:
    """One model in both snapshots; None where a snapshot knows nothing of it."""

    first: Named | None
    second: Named | None
    was_shut_down: bool
    shut_down: bool
    """Whether the second snapshot has it as shut down by its own day."""

    @property
    def named(self) -> Named:
        """The model as the second snapshot has it, else as the first one has."""
        known = self.second or self.first
        if known is None:
            raise ValueError("no model")
        return known

    @property
    def former_id(self) -> str | None:
        """Its id in the first snapshot, where it is another."""
        same = self.first is None or self.second is None or self.first.id == self.second.id
        return None if same or self.first is None else self.first.id

    @cached_property
    def change(self) -> Change:
        """What became of it."""
        if self.first is None or self.second is None:
            return "gone" if self.second is None else "added"
        differs = (
            self.former_id,
            self.was_shut_down != self.shut_down,  # by a date that both know, as the days differ
            self.locations[0] != self.locations[1],
            self.facts,
            self.needs,
            *self.processing,
        )
        return "changed" if any(differs) else "same"

    @cached_property
    def locations(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """Where it is served by either snapshot, by name; None where that is unknown."""
        return _served(self.first), _served(self.second)

    @cached_property
    def moved(self) -> Gained:
        """The locations gained and lost, where both snapshots say where it is served."""
        before, after = self.locations
        return ((), ()) if before is None or after is None else _difference(before, after)

    @cached_property
    def facts(self) -> dict[str, Pair]:
        """Key of `FACTS` -> what either says; only what differs."""
        before, after = _said_once(self.first), _said_once(self.second)
        return {key: (before[key], after[key]) for key in FACTS if before[key] != after[key]}

    @cached_property
    def processing(self) -> tuple[tuple[Commitment, ...], tuple[Commitment, ...]]:
        """The commitments that came, and those that are no longer stated."""
        before, after = _commitments(self.first), _commitments(self.second)
        return (
            tuple(one for key, one in after.items() if key not in before),
            tuple(one for key, one in before.items() if key not in after),
        )

    @cached_property
    def needs(self) -> dict[Need, tuple[bool | None, bool | None]]:
        """Need -> whether the model as a whole offers it, by either; only what differs."""
        pairs = {need: (_offers(self.first, need), _offers(self.second, need)) for need in Need}
        return {need: (old, new) for need, (old, new) in pairs.items() if old != new}


@dataclass(frozen=True)
class Comparison:
    """What changed from the first snapshot to the second."""

    first: Snapshot
    second: Snapshot
    every: tuple[ModelChange, ...]
    """Every model of either: first those that both know, then what is gone, then what is new."""
    only: tuple[Named, ...] | None
    """The models that were asked for; None where it is about everything."""

    @cached_property
    def models(self) -> tuple[ModelChange, ...]:
        """The models that were asked for, else those that are not the same."""
        if (only := self.only) is None:
            return tuple(one for one in self.every if one.change != "same")
        return tuple(one for one in self.every if one.first in only or one.second in only)

    @cached_property
    def limitations(self) -> tuple[tuple[Limitation, ...], tuple[Limitation, ...]]:
        """What endpoints no longer offer, and what they offer again."""
        before, after = (
            {(one.endpoint, one.need, _scope(one)): one for one in snapshot.limitations}
            for snapshot in (self.first, self.second)
        )
        return (
            tuple(one for key, one in after.items() if key not in before),
            tuple(one for key, one in before.items() if key not in after),
        )

    @cached_property
    def locations(self) -> Gained:
        """The locations that came, and those that went."""
        before, after = (
            tuple(location.id for location in snapshot.locations)
            for snapshot in (self.first, self.second)
        )
        return _difference(before, after)


def compare_snapshots(
    first: Snapshot, second: Snapshot, only: tuple[Named, ...] | None = None
) -> Comparison:
    """The comparison, about everything or about models of either snapshot alone.

    A model is the same where publisher and an id or an alias are.
    """
    pairs = [(named, same_model(named, second)) for named in all_models(first)]
    known = {new for _, new in pairs if new}
    added = [(None, named) for named in all_models(second) if named not in known]
    changes = [
        ModelChange(old, new, _is_over(old, first), _is_over(new, second))
        for old, new in (*pairs, *added)
    ]
    changes.sort(key=lambda one: (one.first is None, one.second is None))
    return Comparison(first, second, tuple(changes), only)


def _is_over(named: Named | None, snapshot: Snapshot) -> bool:
    return bool(named and named.model.is_retired(snapshot.date))


def _served(named: Named | None) -> tuple[str, ...] | None:
    return tuple(sorted(named.entry.served)) if named and named.entry.listings else None


def _difference(before: Sequence[str], after: Sequence[str]) -> Gained:
    return (
        tuple(one for one in after if one not in before),
        tuple(one for one in before if one not in after),
    )


def _said_once(named: Named | None) -> dict[str, str | None]:
    if named is None:
        return dict.fromkeys(FACTS)
    model = named.model
    values = (
        model.stage,
        model.deprecated,
        model.retires,
        model.not_before,
        model.closure and model.closure.since,
        model.successor,
    )
    return {
        key: None if value is None else str(value) for key, value in zip(FACTS, values, strict=True)
    }


def _commitments(named: Named | None) -> dict[tuple[str, str | None, bool], Commitment]:
    said = named.model.commitments if named else ()
    return {(one.area, one.up_to, one.tuning): one for one in said}


def _offers(named: Named | None, need: Need) -> bool | None:
    """What is said of the model as a whole; of two sources that disagree the stricter one."""
    said = [one.offered for one in said_of_model(named, need)] if named else []
    return all(said) if said else None


def _scope(limitation: Limitation) -> tuple[frozenset[str], str | None]:
    return frozenset(limitation.publishers), limitation.id_suffix


# As JSON


def comparison_document(found: Comparison) -> dict[str, object]:
    """`{from, to, models: [...], limitations: {added, removed}, locations: {added, removed}}`.

    A model is `{id, publisher, name, change, formerId, shutDown, locations, moved: {gained, lost},
    stage, deprecated, retires, notBefore, closedSince, successor, processing: {gained, lost},
    needs}`. `locations` and the dates are `{from, to}`, with None for what is not said; a date that
    is the same is None itself. `needs` maps those that changed to `{from, to}`; a commitment is
    `{area, upTo, tuning}`, a limitation `{endpoint, need, publishers, idSuffix}`.
    """
    added, removed = found.limitations
    came, went = found.locations
    return {
        "from": found.first.id,
        "to": found.second.id,
        "models": [_model(one) for one in found.models],
        "limitations": {
            "added": [_limitation(one) for one in added],
            "removed": [_limitation(one) for one in removed],
        },
        "locations": {"added": list(came), "removed": list(went)},
    }


def _model(one: ModelChange) -> dict[str, object]:
    (before, after), (gained, lost) = one.locations, one.moved
    facts = {key: _pair(*one.facts[key]) if key in one.facts else None for key in FACTS}
    return {
        "id": one.named.id,
        "publisher": one.named.entry.publisher,
        "name": one.named.entry.name,
        "change": one.change,
        "formerId": one.former_id,
        "shutDown": one.shut_down,
        "locations": _pair(before and list(before), after and list(after)),
        "moved": {"gained": list(gained), "lost": list(lost)},
        **facts,
        "processing": {
            "gained": [_commitment(commitment) for commitment in one.processing[0]],
            "lost": [_commitment(commitment) for commitment in one.processing[1]],
        },
        "needs": {need.value: _pair(old, new) for need, (old, new) in one.needs.items()},
    }


def _pair(old: object, new: object) -> dict[str, object]:
    return {"from": old, "to": new}


def _commitment(one: Commitment) -> dict[str, object]:
    return {"area": one.area, "upTo": one.up_to and one.up_to.value, "tuning": one.tuning}


def _limitation(one: Limitation) -> dict[str, object]:
    return {
        "endpoint": one.endpoint,
        "need": one.need.value,
        "publishers": list(one.publishers),
        "idSuffix": one.id_suffix,
    }


# In words


_WORDS = {
    "stage": "stage",
    "deprecated": "deprecated since",
    "retires": "shut down from",
    "notBefore": "not shut down before",
    "closedSince": "closed to new projects since",
    "successor": "successor",
}


def summary(found: Comparison) -> str:
    """How many models are in both, new and gone, and how many ended in between, in a sentence."""
    counts = Counter(one.change for one in found.every)
    ended = sum(one.shut_down and not one.was_shut_down for one in found.every if one.first)
    over = sum(one.shut_down for one in found.every if one.change == "added")
    parts = [
        f"{counts['changed'] + counts['same']} models in both",
        f"{counts['changed']} changed",
        f"{ended} shut down since",
        f"{counts['gone']} gone",
        f"{counts['added']} new" + (f" ({over} of them shut down already)" if over else ""),
    ]
    return f"From {found.first.id} to {found.second.id}: {', '.join(parts)}."


def whole(found: Comparison) -> Iterator[str]:
    """What changed in the snapshot as such: its locations, and what endpoints do not offer."""
    labels = ("locations added", "locations removed")
    for label, locations in zip(labels, found.locations, strict=True):
        if locations:
            yield f"{label}: {', '.join(locations)}"
    labels = ("endpoint limits added", "endpoint limits removed")
    for label, limitations in zip(labels, found.limitations, strict=True):
        for one in limitations:
            yield f"{label}: {one.endpoint} does not offer {one.need}{_scope_words(one)}"


def _scope_words(one: Limitation) -> str:
    whose = [f"models of {', '.join(one.publishers)}"] if one.publishers else []
    ids = [f"ids that end in {one.id_suffix}"] if one.id_suffix else []
    scope = " and for ".join([*whose, *ids])
    return f" for {scope}" if scope else ""


def headline(one: ModelChange) -> str:
    """The model, and what became of it: `anthropic/claude-3-haiku: changed, shut down since …`."""
    name = f"{one.named.entry.publisher}/{one.named.id}"
    former = f" (was {one.former_id})" if one.former_id else ""
    ended = f", shut down since {one.named.model.retires}" if one.shut_down else ""
    if one.second and one.was_shut_down and not one.shut_down:
        ended = ", not shut down yet"
    what = {"added": "new", "gone": "no longer known"}.get(one.change, one.change)
    return f"{name}{former}: {what}{ended}"


def details(one: ModelChange) -> Iterator[str]:
    """What changed about it, a line each."""
    yield from _location_words(one)
    if one.change == "gone":
        return
    for key, (old, new) in one.facts.items():
        if key == "retires" and one.shut_down and old is None:
            continue  # the headline has said it
        was = f" (was {old or 'not said'})" if one.change == "changed" else ""
        yield f"{_WORDS[key]}: {new or 'not said'}{was}"
    gained, lost = one.processing
    if gained:
        yield f"processing committed to: {', '.join(map(_commitment_words, gained))}"
    if lost:
        yield f"processing no longer stated: {', '.join(map(_commitment_words, lost))}"
    for label, said in (("offers", True), ("does not offer", False), ("not said any more", None)):
        needs = [need.value for need, (_, new) in one.needs.items() if new is said]
        if needs:
            yield f"{label}: {', '.join(needs)}"


def _location_words(one: ModelChange) -> Iterator[str]:
    (before, after), (gained, lost) = one.locations, one.moved
    if one.change == "gone":
        if before:
            yield f"was served in: {', '.join(before)}"
    elif one.change == "added":
        yield f"served in: {', '.join(after)}" if after else "locations unknown"
    elif before and after is None:
        yield f"locations unknown (was served in {', '.join(before)})"
    elif after and before is None:
        yield f"served in: {', '.join(after)} (was unknown)"
    if gained:
        yield f"locations gained: {', '.join(gained)}"
    if lost:
        yield f"locations lost: {', '.join(lost)}"


def _commitment_words(one: Commitment) -> str:
    size = f" up to {one.up_to}" if one.up_to else ""
    return f"{one.area}{size}" + (" for tuning jobs" if one.tuning else "")
