"""What the values of many keys have in common: switches, lists of words, dates and projects."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import letters, likeness


def switch(value: object) -> bool | None:
    """True for true and on, False for false and off, None for what is neither.

    `pulumi config set` without `--path` writes a text, and so does Pulumi's engine of an unquoted
    `on` (YAML 1.2), which other YAML tools read as true.
    """
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    return {"on": True, "true": True, "off": False, "false": False}.get(word)


def truth_at(value: object, path: str, problems: list[Problem]) -> bool:
    """What is on or off; of anything else the mistake is added, under the path."""
    is_on = switch(value)
    if is_on is None:
        message = f"expected true or false, not {shown(value)}"
        problems.append(Problem(path, message, truths_meant(value)))
    return bool(is_on)


_SAID_FOR_TRUE = ("1", "allow", "allowed", "always", "enable", "enabled", "on", "true", "y", "yes")
_SAID_FOR_FALSE = (
    "0",
    "deny",
    "denied",
    "disable",
    "disabled",
    "false",
    "n",
    "never",
    "no",
    "none",
    "off",
)

_SAME_WORD = 0.7
"""How alike a misspelt word is to what it stands for: `ture` has two letters swapped."""


def truths_meant(value: object, true: str = "true", false: str = "false") -> tuple[str, ...]:
    """What a word or number that is neither true nor false most likely stands for.

    Nothing where it is about something else: then true is as good a guess as false. `true` and
    `false` are what the key calls them.
    """
    word = letters(str(value)) if isinstance(value, str | int) else ""
    return tuple(
        written
        for written, said in ((true, _SAID_FOR_TRUE), (false, _SAID_FOR_FALSE))
        if any(likeness(word, other) >= _SAME_WORD for other in said)
    )


def read_words(
    value: object,
    what: str,
    check: Callable[[str], Problem | str],
    *,
    may_be_empty: bool = False,
) -> tuple[str, ...]:
    """A list, or one text with commas; each word is replaced by what `check` makes of it.

    A list `may_be_empty`, as the arguments of a component are; a text that names nothing is none.
    Raises BadInput with every mistake.
    """
    try:
        words = placed_words(value, "")
    except ValueError:
        raise BadInput([Problem("", f"expected a list of {what}, not {shown(value)}")]) from None
    results = [(place, check(word)) for place, word in words]
    problems = [
        replace(result, path=place) for place, result in results if isinstance(result, Problem)
    ]
    if not results and (isinstance(value, str) or not may_be_empty):
        problems = [Problem("", "empty: name one, or leave the key out")]
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(result for _, result in results if isinstance(result, str)))


def split_words(text: str) -> list[str]:
    """The words of a text with commas between them."""
    return [word.strip() for word in text.split(",") if word.strip()]


def placed_words(value: object, path: str) -> list[tuple[str, str]]:
    """The words of one text with commas, or of a list of texts, each with the path where it stands.

    Raises ValueError for anything else, a list in quotes among it.
    """
    if isinstance(value, str):
        if value.lstrip().startswith(("[", "{")):
            raise ValueError(value)
        return [(path, word) for word in split_words(value)]
    if not isinstance(value, Sequence):
        raise ValueError("no list")  # noqa: TRY004 - one error for all that is no list of words
    words: list[tuple[str, str]] = []
    for index, item in enumerate(cast("Sequence[object]", value)):
        if not isinstance(item, str) or not item.strip():
            raise ValueError("no list of texts")
        words += placed_words(item, f"{path}[{index}]")
    return words


_PROJECT_ID = re.compile(
    r"(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]"
)
"""A domain-scoped project has its organization's domain before it: `example.com:my-project`."""


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


def check_project(value: str) -> Problem | str:
    """A Google Cloud project id, or what is wrong with it."""
    if _PROJECT_ID.fullmatch(value):
        return value
    message = (
        f"{shown(value)} is no project id: 6 to 30 lower-case letters, digits and hyphens, "
        "the first a letter, the last no hyphen"
    )
    return Problem("", message)
