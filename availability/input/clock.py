"""The one place that knows what day it is."""

from __future__ import annotations

import datetime as dt


def today() -> dt.date:
    """The current day, in UTC: the day on which a retirement date is reached everywhere."""
    return dt.datetime.now(dt.UTC).date()
