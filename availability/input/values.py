"""What the values of many keys have in common: switches, lists of words, and keys that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from availability.input.errors import BadInput, Problem, shown
from availability.places.residency import placed_words


def unknown_key(path: str, key: str, keys: Iterable[str]) -> Problem:
    """The mistake of a key that is none of `keys`."""
    from availability.places.suggest import nearest  # loads the edit distances

    choices = list(keys)
    message = f"unknown key {key!r}; the keys are {', '.join(choices)}"
    return Problem(path, message, tuple(nearest(key, choices)), about_key=True)


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
    found = switch(value)
    if found is None:
        message = f"expected true or false, not {shown(value)}"
        problems.append(Problem(path, message, ("true", "false")))
    return bool(found)


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
    problems = [replace(one, path=place) for place, one in results if isinstance(one, Problem)]
    if not results and (isinstance(value, str) or not may_be_empty):
        problems = [Problem("", "empty: name one, or leave the key out")]
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(one for _, one in results if isinstance(one, str)))
