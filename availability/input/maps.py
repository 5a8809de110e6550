"""A map with known keys, as a person writes it: each key is read, or its mistake is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from availability.input.case import snake_case
from availability.input.errors import Problem, shown
from availability.input.likeness import nearest
from availability.input.values import placed_words

_UNKNOWN = "unknown key {key}; the keys are {keys}"


def unknown_key(path: str, key: str, keys: Iterable[str], message: str = _UNKNOWN) -> Problem:
    """The mistake of a key that is none of `keys`; `message` has the fields `key` and `keys`."""
    choices = list(keys)
    text = message.format(key=repr(key), keys=", ".join(choices))
    return Problem(path, text, tuple(nearest(key, choices)), about_key=True)


class KeyedMap:
    """The keys of a map; what is wrong with them is added to `problems` under `path`.

    With `in_python` the keys are spelt in snake case, else as in `keys`. `expected` is what a value
    that is no map should have been, and `unknown` is the message of `unknown_key`.
    """

    def __init__(
        self,
        value: object,
        keys: Sequence[str],
        path: str,
        problems: list[Problem],
        *,
        in_python: bool = False,
        expected: str | None = None,
        unknown: str = _UNKNOWN,
    ) -> None:
        self.path, self.problems = path, problems
        self.given: dict[str, object] = {}
        """The known keys that are written, those with nothing among them, each with its value."""
        self._spelt = {key: snake_case(key) if in_python else key for key in keys}
        known = {spelt: key for key, spelt in self._spelt.items()}
        if not isinstance(value, Mapping):
            expected = expected or f"a map of {', '.join(known)}"
            self.wrong("", f"expected {expected}, not {shown(value)}")
            return
        for key, own in cast("Mapping[object, object]", value).items():
            if key in known:
                self.given[known[str(key)]] = own
                continue
            problems.append(unknown_key(f"{path}.{key}", str(key), known, unknown))

    def __contains__(self, key: str) -> bool:
        """Whether a key has a value; one that is written with nothing has none."""
        return self.given.get(key) is not None

    def get(self, key: str) -> object:
        """The value of a key as it was written; None where it is missing."""
        return self.given.get(key)

    def wrong(self, key: str, message: str, *suggestions: str) -> None:
        """Add a mistake in a key, or in what is below it; an empty key stands for the whole map."""
        first, dot, rest = key.partition(".")
        place = f"{self.path}.{self._spelt[first]}{dot}{rest}" if key else self.path
        self.problems.append(Problem(place, message, suggestions))

    def add(self, key: str, problems: Sequence[Problem]) -> None:
        """Add what is wrong inside of a key."""
        under = f"{self.path}.{self._spelt[key]}"
        self.problems += [replace(problem, path=under + problem.path) for problem in problems]

    def text(self, key: str, pattern: re.Pattern[str], expected: str) -> str | None:
        """The text of a key, None where it is missing or wrong."""
        if key not in self:
            return None
        value = self.get(key)
        # `pulumi config set` makes a number of a number.
        text = str(value).strip() if isinstance(value, str | int) and value is not True else ""
        if pattern.fullmatch(text):
            return text
        self.wrong(key, f"expected {expected}, not {shown(value)}")
        return None

    def texts(self, key: str, what: str) -> tuple[str, ...]:
        """The words of a key, each once; an empty list is a mistake."""
        if key not in self:
            return ()
        try:
            words = tuple(dict.fromkeys(word for _, word in placed_words(self.get(key), "")))
        except ValueError:
            self.wrong(key, f"expected a list of {what}, not {shown(self.get(key))}")
            return ()
        if not words:
            self.wrong(key, "empty: name one, or leave the key out")
        return words

    def needs(self, key: str, why: str) -> None:
        """Says it where a key is missing."""
        if key not in self:
            self.wrong(key, f"missing: {why}")
