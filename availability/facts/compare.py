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
            tuple(commitment for key, commitment in after.items() if key not in before),
            tuple(commitment for key, commitment in before.items() if key not in after),
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
            return tuple(model for model in self.every if model.change != "same")
        return tuple(model for model in self.every if model.first in only or model.second in only)

    @cached_property
    def limitations(self) -> tuple[tuple[Limitation, ...], tuple[Limitation, ...]]:
        """What endpoints no longer offer, and what they offer again."""
        before, after = (
            {
                (limitation.endpoint, limitation.need, _scope(limitation)): limitation
                for limitation in snapshot.limitations
            }
            for snapshot in (self.first, self.second)
        )
        return (
            tuple(limitation for key, limitation in after.items() if key not in before),
            tuple(limitation for key, limitation in before.items() if key not in after),
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
    changes.sort(key=lambda change: (change.first is None, change.second is None))
    return Comparison(first, second, tuple(changes), only)


def _is_over(named: Named | None, snapshot: Snapshot) -> bool:
    return bool(named and named.model.is_retired(snapshot.date))


def _served(named: Named | None) -> tuple[str, ...] | None:
    return tuple(sorted(named.entry.served)) if named and named.entry.listings else None


def _difference(before: Sequence[str], after: Sequence[str]) -> Gained:
    return (
        tuple(location for location in after if location not in before),
        tuple(location for location in before if location not in after),
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
    return {
        (commitment.area, commitment.up_to, commitment.tuning): commitment for commitment in said
    }


def _offers(named: Named | None, need: Need) -> bool | None:
    """What is said of the model as a whole; of two sources that disagree the stricter one."""
    said = [statement.offered for statement in said_of_model(named, need)] if named else []
    return all(said) if said else None


def _scope(limitation: Limitation) -> tuple[frozenset[str], str | None]:
    return frozenset(limitation.publishers), limitation.id_suffix


# As JSON


def comparison_document(comparison: Comparison) -> dict[str, object]:
    """`{from, to, models: [...], limitations: {added, removed}, locations: {added, removed}}`.

    A model is `{id, publisher, name, change, formerId, shutDown, locations, moved: {gained, lost},
    stage, deprecated, retires, notBefore, closedSince, successor, processing: {gained, lost},
    needs}`. `locations` and the dates are `{from, to}`, with None for what is not said; a date that
    is the same is None itself. `needs` maps those that changed to `{from, to}`; a commitment is
    `{area, upTo, tuning}`, a limitation `{endpoint, need, publishers, idSuffix}`.
    """
    added, removed = comparison.limitations
    came, went = comparison.locations
    return {
        "from": comparison.first.id,
        "to": comparison.second.id,
        "models": [_model(model) for model in comparison.models],
        "limitations": {
            "added": [_limitation(limitation) for limitation in added],
            "removed": [_limitation(limitation) for limitation in removed],
        },
        "locations": {"added": list(came), "removed": list(went)},
    }


def _model(model: ModelChange) -> dict[str, object]:
    (before, after), (gained, lost) = model.locations, model.moved
    facts = {key: _pair(*model.facts[key]) if key in model.facts else None for key in FACTS}
    return {
        "id": model.named.id,
        "publisher": model.named.entry.publisher,
        "name": model.named.entry.name,
        "change": model.change,
        "formerId": model.former_id,
        "shutDown": model.shut_down,
        "locations": _pair(before and list(before), after and list(after)),
        "moved": {"gained": list(gained), "lost": list(lost)},
        **facts,
        "processing": {
            "gained": [_commitment(commitment) for commitment in model.processing[0]],
            "lost": [_commitment(commitment) for commitment in model.processing[1]],
        },
        "needs": {need.value: _pair(old, new) for need, (old, new) in model.needs.items()},
    }


def _pair(old: object, new: object) -> dict[str, object]:
    return {"from": old, "to": new}


def _commitment(commitment: Commitment) -> dict[str, object]:
    return {
        "area": commitment.area,
        "upTo": commitment.up_to and commitment.up_to.value,
        "tuning": commitment.tuning,
    }


def _limitation(limitation: Limitation) -> dict[str, object]:
    return {
        "endpoint": limitation.endpoint,
        "need": limitation.need.value,
        "publishers": list(limitation.publishers),
        "idSuffix": limitation.id_suffix,
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


def summary(comparison: Comparison) -> str:
    """How many models are in both, new and gone, and how many ended in between, in a sentence."""
    counts = Counter(model.change for model in comparison.every)
    ended = sum(
        model.shut_down and not model.was_shut_down for model in comparison.every if model.first
    )
    over = sum(model.shut_down for model in comparison.every if model.change == "added")
    parts = [
        f"{counts['changed'] + counts['same']} models in both",
        f"{counts['changed']} changed",
        f"{ended} shut down since",
        f"{counts['gone']} gone",
        f"{counts['added']} new" + (f" ({over} of them shut down already)" if over else ""),
    ]
    return f"From {comparison.first.id} to {comparison.second.id}: {', '.join(parts)}."


def whole(comparison: Comparison) -> Iterator[str]:
    """What changed in the snapshot as such: its locations, and what endpoints do not offer."""
    labels = ("locations added", "locations removed")
    for label, locations in zip(labels, comparison.locations, strict=True):
        if locations:
            yield f"{label}: {', '.join(locations)}"
    labels = ("endpoint limits added", "endpoint limits removed")
    for label, limitations in zip(labels, comparison.limitations, strict=True):
        for limitation in limitations:
            scope = _scope_words(limitation)
            yield f"{label}: {limitation.endpoint} does not offer {limitation.need}{scope}"


def _scope_words(limitation: Limitation) -> str:
    whose = [f"models of {', '.join(limitation.publishers)}"] if limitation.publishers else []
    ids = [f"ids that end in {limitation.id_suffix}"] if limitation.id_suffix else []
    scope = " and for ".join([*whose, *ids])
    return f" for {scope}" if scope else ""


def headline(model: ModelChange) -> str:
    """The model, and what became of it: `anthropic/claude-3-haiku: changed, shut down since …`."""
    name = f"{model.named.entry.publisher}/{model.named.id}"
    former = f" (was {model.former_id})" if model.former_id else ""
    ended = f", shut down since {model.named.model.retires}" if model.shut_down else ""
    if model.second and model.was_shut_down and not model.shut_down:
        ended = ", not shut down yet"
    what = {"added": "new", "gone": "no longer known"}.get(model.change, model.change)
    return f"{name}{former}: {what}{ended}"


def details(model: ModelChange) -> Iterator[str]:
    """What changed about it, a line each."""
    yield from _location_words(model)
    if model.change == "gone":
        return
    for key, (old, new) in model.facts.items():
        if key == "retires" and model.shut_down and old is None:
            continue  # the headline has said it
        was = f" (was {old or 'not said'})" if model.change == "changed" else ""
        yield f"{_WORDS[key]}: {new or 'not said'}{was}"
    gained, lost = model.processing
    if gained:
        yield f"processing committed to: {', '.join(map(_commitment_words, gained))}"
    if lost:
        yield f"processing no longer stated: {', '.join(map(_commitment_words, lost))}"
    for label, said in (("offers", True), ("does not offer", False), ("not said any more", None)):
        needs = [need.value for need, (_, new) in model.needs.items() if new is said]
        if needs:
            yield f"{label}: {', '.join(needs)}"


def _location_words(model: ModelChange) -> Iterator[str]:
    (before, after), (gained, lost) = model.locations, model.moved
    if model.change == "gone":
        if before:
            yield f"was served in: {', '.join(before)}"
    elif model.change == "added":
        yield f"served in: {', '.join(after)}" if after else "locations unknown"
    elif before and after is None:
        yield f"locations unknown (was served in {', '.join(before)})"
    elif after and before is None:
        yield f"served in: {', '.join(after)} (was unknown)"
    if gained:
        yield f"locations gained: {', '.join(gained)}"
    if lost:
        yield f"locations lost: {', '.join(lost)}"


def _commitment_words(commitment: Commitment) -> str:
    size = f" up to {commitment.up_to}" if commitment.up_to else ""
    return f"{commitment.area}{size}" + (" for tuning jobs" if commitment.tuning else "")
