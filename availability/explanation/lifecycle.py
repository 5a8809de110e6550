"""When a model ends, as a sentence says it."""

from __future__ import annotations

import calendar
import datetime as dt

from availability.facts.names import Named
from availability.facts.snapshot import Entry


def has_ended(entry: Entry, day: dt.date | None) -> str:
    """Of a retirement date that has come: `shut down since 2026-10-21`, or `after` its last day."""
    if day is None:
        return "shut down"
    return f"shut down {'after' if entry.family.lives_on_retirement_day else 'since'} {day}"


def will_end(entry: Entry, day: dt.date) -> str:
    """Of a retirement date: `shut down from 2026-10-21 on`, or `last available on 2026-10-20`."""
    if entry.family.lives_on_retirement_day:
        return f"last available on {day}"
    return f"shut down from {day} on"


def how_long(named: Named) -> str:
    """Until when a model is promised, in a word or two; that no source says it, where none does."""
    model = named.model
    if model.retires:
        return will_end(named.entry, model.retires)
    if model.not_before:
        return f"until {model.not_before} or later"
    return "no retirement date is published"


def blocked_from(named: Named) -> dt.date | None:
    """The day from which projects without prior usage can't start to use the model, if any.

    A month before the retirement date of Gemini and embedding models ("Model versions and
    lifecycle", 2026-11).
    """
    end = named.model.retires
    if end is None or not named.entry.family.lives_on_retirement_day:
        return None
    year, month = (end.year, end.month - 1) if end.month > 1 else (end.year - 1, 12)
    if year < dt.MINYEAR:
        return None
    return dt.date(year, month, min(end.day, calendar.monthrange(year, month)[1]))
