"""What a newer snapshot knows of a deployment that an older one decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from availability.explanation.lifecycle import has_ended, will_end
from availability.explanation.names import place_name
from availability.facts.names import Named, same_model
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning, WarningId


def newer_facts(
    result: Placement | Refusal, newer: Snapshot, today: dt.date
) -> tuple[Warning, ...]:
    """One warning, if the newer snapshot tells something else about the model; else nothing."""
    if result.named is None:
        return ()
    named = same_model(result.named, newer)
    known = (
        list(_changes(result, named, newer, today))
        if named
        else [f"it knows no model {result.named.id}"]
    )
    if not known:
        return ()
    text = f"Snapshot {newer.id} knows more of {result.named.id}: {'; '.join(known)}."
    return (Warning(WarningId.NEWER_FACTS, text),)


def _changes(
    result: Placement | Refusal, named: Named, newer: Snapshot, today: dt.date
) -> Iterator[str]:
    old = result.named.model.retires if result.named else None
    if named.is_retired(today):
        if result.named and not result.named.is_retired(today):
            yield has_ended(named.entry, named.model.retires)
        return
    if named.model.retires and named.model.retires != old:
        yield will_end(named.entry, named.model.retires)
    if not named.entry.listings:
        yield "it does not say where it is served now"
        return
    if isinstance(result, Placement) and result.location not in named.entry.served:
        yield f"no longer served in {result.location}"
    yield from _by_its_facts(result, named, newer, today)


def _by_its_facts(
    result: Placement | Refusal, named: Named, newer: Snapshot, today: dt.date
) -> Iterator[str]:
    """What the same request would come to."""
    name = f"{named.entry.publisher}/{named.id}"
    again = place(replace(result.request, model=name), newer, today)
    if isinstance(again, Refusal):
        if isinstance(result, Placement):
            yield f"by its facts it would be refused ({again.deciding[0]})"
    elif isinstance(result, Refusal):
        yield f"by its facts it would be placed in {place_name(again.location, newer)}"
    elif again.location != result.location:
        yield f"by its facts it would move to {place_name(again.location, newer)}"
    elif again.boundary != result.boundary:
        kept = f"within {again.boundary}" if again.boundary else "nowhere for certain"
        yield f"processing is now committed to stay {kept}"
