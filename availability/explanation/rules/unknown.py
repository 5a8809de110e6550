"""The words for a name that stands for no model, or for several."""

from __future__ import annotations

from availability.explanation.age import how_old, how_to_refresh
from availability.explanation.names import joined
from availability.facts.names import is_known
from availability.facts.snapshot import Snapshot
from availability.input.errors import shown
from availability.placement.request import Refusal


def sentence(refusal: Refusal, snapshot: Snapshot) -> str:
    """That no row carries the name and how old the rows are, or which models it stands for."""
    name = shown(refusal.request.model)
    if refusal.candidates:
        ids = joined([named.id for named in refusal.candidates])
        return f"{name} stands for several models of snapshot {snapshot.id}: {ids}."
    text = f"No row of snapshot {snapshot.id} carries the model {name}."
    if later := known_later(refusal):
        return f"{text} Snapshot {later.id} has one."
    newest = refusal.newer or snapshot
    age = f" {how_old(newest, refusal.today)} {how_to_refresh()}." if refusal.today else ""
    return text + age


def known_later(refusal: Refusal) -> Snapshot | None:
    """The newer snapshot that knows the name, if it does and the one that decides does not."""
    if refusal.newer is None or refusal.named is not None or refusal.candidates:
        return None
    return refusal.newer if is_known(refusal.request.model, refusal.newer) else None


def headline(refusal: Refusal, snapshot: Snapshot) -> str:
    """The same in short."""
    name = shown(refusal.request.model)
    if refusal.candidates:
        return f"{name} stands for {len(refusal.candidates)} models: name one by id"
    text = f"{name} is no model of snapshot {snapshot.id}"
    return f"{text}, but one of {later.id}" if (later := known_later(refusal)) else text
