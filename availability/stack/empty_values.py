"""Values that say nothing, and so restrict nothing: `branch:`, `excluding: ""`, `callers: []`.

What somebody left empty was meant to say something, and to leave it out would be silent. So an
empty value of any key is bad input, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from availability.input.errors import Problem

MEANT = frozenset({"partnerModelFeatures", "restrictServices"})
"""Keys of guardrails whose empty list says something: only the stack's own is allowed."""

MAX_LEVELS = 100
"""How deep a value may be nested. No key needs more than a few levels."""


_TEXT_OR_BRACKET = re.compile(r'"(?:[^"\\]+|\\.)*"?|[\[\]{}]', re.DOTALL)


def empty_values(value: object, path: str) -> list[Problem]:
    """A problem for each empty value inside of a value, and for itself."""
    message = "empty: give it a value, or leave the key out"
    return [Problem(path + place, message) for place in _empty_places(value)]


def _empty_places(value: object) -> Sequence[str]:
    """The path from a value to each empty one inside of it, which is empty for the value itself."""
    if isinstance(value, str):
        return () if value.strip() else ("",)
    if isinstance(value, Mapping):
        inner = [
            f".{key}{place}"
            for key, item in cast("Mapping[object, object]", value).items()
            for place in _empty_places(item)
            if not (key in MEANT and _is_list(item))
        ]
        return inner if value else ("",)
    if isinstance(value, Sequence):
        items = enumerate(cast("Sequence[object]", value))
        inner = [f"[{index}]{place}" for index, item in items for place in _empty_places(item)]
        return inner if value else ("",)
    return ("",) if value is None else ()


def not_said_yet(problems: Iterable[Problem], said: Iterable[Problem]) -> list[Problem]:
    """The problems about places of which none is said yet: there, inside, or of the list around."""
    paths = [problem.path for problem in said]
    return [
        problem
        for problem in problems
        if not any(
            path == problem.path
            or path.startswith((f"{problem.path}.", f"{problem.path}["))
            or problem.path.startswith(f"{path}[")
            for path in paths
        )
    ]


def levels(text: str) -> int:
    """How deep the lists and maps of a JSON text are nested."""
    deepest = depth = 0
    for part in _TEXT_OR_BRACKET.findall(text):
        if part in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif part in "]}":
            depth -= 1
    return deepest


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
