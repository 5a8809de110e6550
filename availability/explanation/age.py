"""How old the facts are, and how to get newer ones."""

from __future__ import annotations

import datetime as dt

from availability.explanation.names import counted
from availability.facts.snapshot import Snapshot
from availability.input import shell
from availability.input.calls import own_call

TO_REFRESH = "To read Google's pages again:"

STALE_AFTER = dt.timedelta(days=180)
"""How old a snapshot that somebody chose, or a page, may be before it is called old."""
FOLLOWED_STALE_AFTER = dt.timedelta(days=45)
"""How old the newest snapshot may be before whoever follows it is told."""


def refresh_command() -> str:
    """The command that reads Google's pages again."""
    return shell.join(own_call("refresh"))


def how_to_refresh() -> str:
    """The same in a sentence, without its full stop."""
    return f"{TO_REFRESH} {refresh_command()}"


def how_old(snapshot: Snapshot, today: dt.date) -> str:
    """The age of a snapshot in a sentence; of one that is of today, or of a later day, its day."""
    days = (today - snapshot.date).days
    if days <= 0:
        return f"Snapshot {snapshot.id} is of today."
    return f"Snapshot {snapshot.id} is {counted(days, 'day')} old."
