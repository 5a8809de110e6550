"""Dates as pages write them: ``May 19, 2027 or later``, ``Not sooner than Oct 16, 2026``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from availability.ingest.document import PageError


@dataclass(frozen=True)
class Day:
    """A date as a page gives it."""

    iso: str
    """As much of an ISO date as is given: ``2026-10`` for a month."""
    at_least: bool
    """Whether it is not before that day: "or later", "not sooner than"."""

    @property
    def is_whole(self) -> bool:
        """Whether it is a day, and not a month."""
        return len(self.iso) == len("2026-10-20")


_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTHS = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "sept": 9,
}
"""A month's name, whole or short -> its number."""
_LATER = re.compile(r"\s+or later$", re.IGNORECASE)
_NOT_BEFORE = re.compile(r"^not? (?:before|sooner than|earlier than)\s+", re.IGNORECASE)
_NO_DATE = frozenset({"", "no retirement date announced", "n/a", "tbd", "to be announced", "none"})

_MOST_DIGITS = 6
"""How many digits a number of days has at most."""


class NoDate(ValueError):
    """The text is no date."""


def read_day(text: str) -> Day | None:
    """The date of a text, or None where it says that there is none. Raises NoDate."""
    plain = " ".join(text.replace("†", "").split()).rstrip(".*")
    if plain.casefold() in _NO_DATE:
        return None
    without = _NOT_BEFORE.sub("", _LATER.sub("", plain))
    if (iso := _iso(without)) is None:
        raise NoDate(text)
    return Day(iso, without != plain)


def date_facts(name: str, text: str) -> dict[str, str]:
    """What the text of a date says, by the fields of `Dated`; nothing where it says there is none.

    `name` is the field that the date's label stands for. An end "or later" is none, but a day
    before which there is none. Raises NoDate for what is no date, for the month of an end or of a
    deprecation, and for a release or a deprecation that may come later: there is no field for it.
    """
    day = read_day(text)
    if day is None:
        return {}
    if name in ("retires", "deprecated") and not day.is_whole:
        raise NoDate(text)
    if name in ("released", "deprecated") and day.at_least:
        raise NoDate(text)
    return {"not_before" if day.at_least and name == "retires" else name: day.iso}


def iso_day(text: str) -> str:
    """The ISO date of a text that matches `DATE_TEXT`. Raises NoDate for a day of no calendar."""
    day = read_day(text)
    return day.iso if day else ""


def days_of(digits: str, line: int) -> int:
    """How many days the digits of a line say. Raises PageError for more of them than make sense."""
    if len(digits) > _MOST_DIGITS:
        raise PageError(line, f"{len(digits)} digits are no number of days")
    return int(digits)


def _iso(text: str) -> str | None:
    """As much of an ISO date as the text gives; None where it is no date."""
    # Digits of other scripts, which int() takes as well, make no ISO date.
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", text, re.ASCII):
        year, month, *day = text.split("-")
    else:
        match = re.fullmatch(r"([A-Za-z]+)\.?(?: (\d{1,2}))?,? (\d{4})", text, re.ASCII)
        if match is None or match[1].casefold() not in _MONTHS:
            return None
        year, month = match[3], f"{_MONTHS[match[1].casefold()]:02}"
        day = [f"{int(match[2]):02}"] if match[2] else []
    try:
        dt.date(int(year), int(month), int(day[0]) if day else 1)
    except ValueError:
        return None
    return "-".join([year, month, *day])


DATE_TEXT = r"(?:[A-Z][a-z]+\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d)"
"""A whole date within a sentence, as a pattern."""
