"""What a newer snapshot knows of a deployment that an older one decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from availability.explanation.headline import headline
from availability.explanation.lifecycle import has_ended, will_end
from availability.explanation.names import place_name
from availability.explanation.rules.unknown import known_later
from availability.facts.names import Named, same_model
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning, WarningId

if TYPE_CHECKING:  # only a refusal has a fixer
    from availability.explanation.alternatives.fixes import Fixer


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


def by_later_facts(refusal: Refusal, fixer: Fixer | None) -> tuple[str, str | None] | None:
    """What a newer snapshot makes of a name that the one that decides does not know.

    That is a sentence, and the command that has the newer one decide where it would place it. None
    where the name is known, or no snapshot knows it.
    """
    if (later := known_later(refusal)) is None or refusal.today is None:
        return None
    again = place(refusal.request, later, refusal.today)
    said = f"By the facts of snapshot {later.id} it "
    if isinstance(again, Refusal):
        return f"{said}is refused: {headline(again, later)}.", None
    said += f"would be placed in {place_name(again.location, later)}."
    command = fixer.decided_by(later.id, refusal.request) if fixer else None
    if command is None:
        return said, None
    return f"{said} To have it decide, with all else that takes the same snapshot:", command
