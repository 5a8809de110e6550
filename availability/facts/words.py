"""Single words that a person types: each is read, or answered by what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re

from availability.facts.snapshot import ContextSize, Need
from availability.input.errors import Problem, shown
from availability.places.geography import places

_PROJECT_ID = re.compile(
    r"(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
)
"""A domain-scoped project has its organization's domain before it: `example.com:my-project`."""


def check_need(word: str) -> Problem | str:
    """The canonical need, or what is wrong with the word."""
    choices = [need.value for need in Need]
    if (need := word.strip().lower()) in choices:
        return need
    from availability.places import suggest  # loads the edit distances

    suggestions = tuple(suggest.needs(word, choices))
    message = f"unknown need {shown(word)}"
    message += "" if suggestions else f"; it is one of {', '.join(choices)}"
    return Problem("", message, suggestions)


def check_context_size(word: str) -> Problem | str:
    """The canonical context size, or what is wrong with the word."""
    choices = [size.value for size in ContextSize]
    if (size := word.strip().lower()) in choices:
        return size
    from availability.places.suggest import nearest

    message = f"unknown context size {shown(word)}; it is one of {', '.join(choices)}"
    return Problem("", message, tuple(nearest(word, choices)))


def check_date(value: object) -> dt.date | Problem:
    """A day, written as one or read from a YAML date, or what is wrong with the value."""
    text = date_text(str(value))
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return Problem("", f"{shown(value)} is no date like 2026-10-19")


def date_text(text: str) -> str:
    """The date in a text: an unquoted one reaches the program as a time of day.

    One in `Pulumi.yaml` comes in quotes, as the engine writes a time in JSON.
    """
    day, midnight = r"(\d{4}-\d\d-\d\d)", r"[T ]00:00:00( ?\+0000)?( ?UTC|Z)?"
    match = re.fullmatch(rf'\s*{day}({midnight})?\s*|"(\d{{4}}-\d\d-\d\d)T00:00:00Z"', text)
    return (match[1] or match[5]) if match else text.strip()


def check_location(word: str) -> Problem | str:
    """The canonical location id, or what is wrong with the word."""
    if (location := word.strip().lower()) in places():
        return location
    from availability.places import suggest

    message = f"{shown(word)} is no location of Google Cloud, like europe-west4, eu or global"
    return Problem("", message, tuple(suggest.locations(word)))


def check_region(value: object) -> Problem | str:
    """Where the callers are, as a location id or an empty text; what is not known is let pass."""
    if isinstance(value, str):
        return value.strip().lower()
    return Problem("", f"expected a region, not {shown(value)}")


def check_project(value: str) -> Problem | str:
    """A Google Cloud project id, or what is wrong with it."""
    if _PROJECT_ID.fullmatch(value):
        return value
    message = (
        f"{shown(value)} is no project id: 6 to 30 lower-case letters, digits and hyphens, "
        "the first a letter, the last no hyphen"
    )
    return Problem("", message)
