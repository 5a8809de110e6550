"""What changed from one snapshot to another, fact by fact.

What a snapshot does not say is unknown, and never counted as lost or gained: a capability or a
control changes where both say something of it, and so does the stage of a location. Locations,
commitments, dates and notices are lists that a source gives as a whole: what is on one and not on
the other has come or gone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from availability.facts.names import Named, all_models, same_model
from availability.facts.snapshot import Commitment, Model, Notice, Snapshot, Stage, Verdict

Kind = Literal["added", "removed", "changed"]
PARTS = ("models", "locations", "commitments", "capabilities", "controls", "dates", "notices")
"""What a difference is told by, in this order."""


@dataclass(frozen=True)
class Change:
    """One fact that is new, gone, or another."""

    kind: Kind
    model: str | None
    """`PUBLISHER/ID` as the newer snapshot has it; None where it is about no single model."""
    what: str
    """The location, area, capability, control, date or notice."""
    before: str | None
    """What the first snapshot says; None where that is nothing."""
    after: str | None

    def as_json(self) -> dict[str, object]:
        """`{kind, model, what, from, to}`."""
        return {
            "kind": self.kind,
            "model": self.model,
            "what": self.what,
            "from": self.before,
            "to": self.after,
        }


@dataclass(frozen=True)
class ModelPair:
    """One model in both snapshots; None where a snapshot knows nothing of it."""

    first: Named | None
    second: Named | None

    @property
    def named(self) -> Named:
        """The model as the second snapshot has it, else as the first one has."""
        known = self.second or self.first
        if known is None:
            raise ValueError("no model")
        return known

    @property
    def name(self) -> str:
        """`PUBLISHER/ID`."""
        return f"{self.named.entry.publisher}/{self.named.id}"


@dataclass(frozen=True)
class Difference:
    """Everything that changed from the first snapshot to the second."""

    first: Snapshot
    second: Snapshot

    @cached_property
    def pairs(self) -> tuple[ModelPair, ...]:
        """Every model of either: those of the first in their order, then those that are new.

        A model is the same where publisher and an id or an alias are.
        """
        pairs = [(named, same_model(named, self.second)) for named in all_models(self.first)]
        known = {new for _, new in pairs if new}
        added = [(None, named) for named in all_models(self.second) if named not in known]
        return tuple(ModelPair(old, new) for old, new in (*pairs, *added))

    @cached_property
    def both(self) -> tuple[tuple[str, Named, Named], ...]:
        """The models that both snapshots know, with the name of each."""
        return tuple(
            (pair.name, pair.first, pair.second)
            for pair in self.pairs
            if pair.first and pair.second
        )

    @cached_property
    def models(self) -> tuple[Change, ...]:
        """Models that came, went, got another id, or were shut down in between."""
        return tuple(self._models())

    def _models(self) -> Iterator[Change]:
        for pair in self.pairs:
            old, new = pair.first, pair.second
            if old is None and new is not None:
                yield Change(
                    "added", pair.name, pair.named.entry.name, None, _state(new, self.second)
                )
            elif new is None and old is not None:
                yield Change(
                    "removed", pair.name, pair.named.entry.name, _state(old, self.first), None
                )
            elif old and new:
                if old.id != new.id:
                    yield Change("changed", pair.name, "id", old.id, new.id)
                before, after = _state(old, self.first), _state(new, self.second)
                if before != after:
                    yield Change("changed", pair.name, "state", before, after)

    @cached_property
    def locations(self) -> tuple[Change, ...]:
        """Where models are served, and as what stage, where both snapshots say one.

        A model without a list says nothing. A stage of the model as a whole is among the dates.
        """
        return tuple(
            change
            for name, old, new in self.both
            if old.entry.listings and new.entry.listings
            for change in _changed(name, _stages(old), _stages(new))
            if not _is_told_of_the_model(change, old, new)
        )

    @cached_property
    def commitments(self) -> tuple[Change, ...]:
        """The areas to which processing is committed."""
        return tuple(
            change
            for name, old, new in self.both
            for change in _changed(name, _areas(old), _areas(new))
        )

    @cached_property
    def capabilities(self) -> tuple[Change, ...]:
        """What models offer, where both snapshots say it; and what endpoints and pages do not."""
        own = [
            change
            for name, old, new in self.both
            for change in _both_say(name, *_verdicts(old, new))
        ]
        covered = _both_say(None, _covered(self.first), _covered(self.second))
        limited = _changed(None, _limits(self.first), _limits(self.second))
        return (*own, *covered, *limited)

    @cached_property
    def controls(self) -> tuple[Change, ...]:
        """The security controls that cover features, where both snapshots say it."""
        own = [
            change
            for name, old, new in self.both
            for change in _both_say(name, _controls(old.model), _controls(new.model))
        ]
        return (*own, *_both_say(None, _controls(self.first), _controls(self.second)))

    @cached_property
    def dates(self) -> tuple[Change, ...]:
        """Stages, dates and successors."""
        return tuple(
            change
            for name, old, new in self.both
            for change in _changed(name, _dates(old), _dates(new))
        )

    @cached_property
    def notices(self) -> tuple[Change, ...]:
        """What was to be known, in words; and the regions and hosts that both snapshots list."""
        own: list[Change] = []
        for name, old, new in self.both:
            own += _texts_changed(name, _texts(old.model.notices), _texts(new.model.notices))
            own += _changed(name, _contradicted(old), _contradicted(new))
        first, second = self.first, self.second
        said = _texts_changed(None, _texts(first.notices), _texts(second.notices))
        lists = [(_hosts(first), _hosts(second)), (_corpora(first), _corpora(second))]
        listed = [
            change
            for before, after in lists
            if before and after
            for change in _changed(None, before, after)
        ]
        return (*own, *said, *listed)

    def part(self, name: str) -> tuple[Change, ...]:
        """The changes of one of `PARTS`."""
        parts: dict[str, Callable[[], tuple[Change, ...]]] = {
            "models": lambda: self.models,
            "locations": lambda: self.locations,
            "commitments": lambda: self.commitments,
            "capabilities": lambda: self.capabilities,
            "controls": lambda: self.controls,
            "dates": lambda: self.dates,
            "notices": lambda: self.notices,
        }
        return parts[name]()

    def as_json(self) -> dict[str, object]:
        """`{models, locations, commitments, capabilities, controls, dates, notices}`, all lists."""
        return {name: [change.as_json() for change in self.part(name)] for name in PARTS}

    def __bool__(self) -> bool:
        return any(self.part(name) for name in PARTS)


Facts = dict[str, str]
"""What a fact is about -> what is said of it."""
Texts = dict[str, list[str]]
"""What notices are about -> their texts, of which there may be several."""
_SERVED = "served"
"""What is said of a location whose stage nobody says."""


def _changed(name: str | None, before: Facts, after: Facts) -> Iterator[Change]:
    """Facts that came, went, or say something else; in the order of the older ones."""
    for what in (*before, *(what for what in after if what not in before)):
        old, new = before.get(what), after.get(what)
        if old == new:
            continue
        kind: Kind = "added" if old is None else "removed" if new is None else "changed"
        yield Change(kind, name, what, old, new)


def _both_say(name: str | None, before: Facts, after: Facts) -> Iterator[Change]:
    """Facts of which both say something, and not the same."""
    for what, old in before.items():
        if (new := after.get(what)) is not None and new != old:
            yield Change("changed", name, what, old, new)


def _texts_changed(name: str | None, before: Texts, after: Texts) -> Iterator[Change]:
    """Texts that came, went, or took the place of the only other one about the same."""
    for what in (*before, *(what for what in after if what not in before)):
        old, new = before.get(what, []), after.get(what, [])
        gone = [text for text in old if _undated(text) not in map(_undated, new)]
        come = [text for text in new if _undated(text) not in map(_undated, old)]
        if len(gone) == len(come) == 1:
            yield Change("changed", name, what, gone[0], come[0])
            continue
        yield from (Change("removed", name, what, text, None) for text in gone)
        yield from (Change("added", name, what, None, text) for text in come)


def _state(named: Named, snapshot: Snapshot) -> str:
    """Whether it is shut down by the day of the snapshot."""
    return "shut down" if named.is_retired(snapshot.date) else "alive"


def _stages(named: Named) -> Facts:
    """Location -> the stage there, or that it is served."""
    whole = named.model.stage
    return {
        place: str(listing.stage or whole or _SERVED)
        for listing in named.entry.listings
        for place in listing.served
    }


def _is_told_of_the_model(change: Change, old: Named, new: Named) -> bool:
    """Whether a location has another stage only because its model has, or one side says none."""
    if change.kind != "changed":
        return False
    stages = (change.before, change.after)
    return _SERVED in stages or stages == (old.model.stage, new.model.stage)


def _areas(named: Named) -> Facts:
    """Area -> the requests that the commitment covers."""

    def covered(commitment: Commitment) -> str:
        if commitment.area == "global":
            return "processing may happen anywhere"
        return f"up to {commitment.up_to}" if commitment.up_to else "every size"

    return {
        f"{one.area} (tuning)" if one.tuning else one.area: covered(one)
        for one in named.model.commitments
    }


def _verdicts(old: Named, new: Named) -> tuple[Facts, Facts]:
    """Capability -> the verdict by either; of sources that disagree the stricter one.

    A preview counts apart only where the model is generally available by both: of other models a
    card marks it or not, and means the same.
    """
    apart = old.model.stage is Stage.GA and new.model.stage is Stage.GA
    return _said(old, apart=apart), _said(new, apart=apart)


def _said(named: Named, *, apart: bool) -> Facts:
    said = [(one.need, one.verdict) for one in named.model.capabilities]
    verdicts = _strictest(said)
    if not apart:
        verdicts = {need: "yes" if said == "preview" else said for need, said in verdicts.items()}
    return verdicts


def _strictest(statements: Iterable[tuple[str, Verdict]]) -> Facts:
    """What is said -> the verdict; of sources that disagree the stricter one."""
    order = (Verdict.NO, Verdict.PREVIEW, Verdict.YES)
    verdicts: dict[str, Verdict] = {}
    for what, verdict in statements:
        if verdict is not Verdict.UNKNOWN:
            verdicts[what] = min(verdicts.get(what, verdict), verdict, key=order.index)
    return {what: verdict.value for what, verdict in verdicts.items()}


def _covered(snapshot: Snapshot) -> Facts:
    return {
        f"commitment on {coverage.capability}, {coverage.endpoint}": coverage.verdict.value
        for coverage in snapshot.covered
        if coverage.verdict is not Verdict.UNKNOWN
    }


def _limits(snapshot: Snapshot) -> Facts:
    facts: Facts = {}
    for limit in snapshot.limitations:
        scope = [*limit.publishers, *([f"*{limit.id_suffix}"] if limit.id_suffix else [])]
        about = f" ({', '.join(scope)})" if scope else ""
        facts[f"{limit.need} at {limit.endpoint}{about}"] = "not offered"
    return facts


def _controls(known: Model | Snapshot) -> Facts:
    """What is said of the controls of one model, or of all."""
    return _strictest((f"{one.control} of {one.feature}", one.verdict) for one in known.controls)


def _dates(named: Named) -> Facts:
    model = named.model
    values: dict[str, str | dt.date | None] = {
        "stage": model.stage,
        "released": model.released,
        "deprecated": model.deprecated,
        "retires": model.retires,
        "notBefore": model.not_before,
        "closedSince": model.closure and model.closure.since,
        "replacement": ", ".join(model.successors) or None,
    }
    return {key: str(value) for key, value in values.items() if value is not None}


def _texts(notices: Iterable[Notice]) -> Texts:
    texts: Texts = {}
    for notice in notices:
        what = f"{notice.kind} of {notice.about}" if notice.about else str(notice.kind)
        texts.setdefault(what, []).append(notice.text)
    return texts


def _undated(text: str) -> str:
    """Words without the days of the pages that they quote: these are others with every copy."""
    return re.sub(r" \(\d{4}[-\d]*\)", "", text)


def _contradicted(named: Named) -> Facts:
    return {
        f"contradiction on processing within {said.area}": "one page states it, one leaves it out"
        for said in named.model.contradicted
    }


def _hosts(snapshot: Snapshot) -> Facts:
    return {f"host of {host.location}": host.host for host in snapshot.hosts}


def _corpora(snapshot: Snapshot) -> Facts:
    return {
        f"RAG corpora in {region.location}": (
            f"{region.stage or 'unknown stage'}{', allowlist' if region.allowlist else ''}"
        )
        for region in snapshot.rag_regions
    }
