"""Values that say nothing, and so restrict nothing: `branch:`, `excluding: ""`, `callers: []`.

What somebody left empty was meant to say something, and to leave it out would be silent. So an
empty value of any key is bad input, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from availability.input.errors import Problem

MEANT = frozenset({"partnerModelFeatures", "restrictServices"})
"""Keys of guardrails whose empty list says something: only the stack's own is allowed."""

MAX_LEVELS = 100
"""How deep a value may be nested. No key needs more than a few levels."""


def empty_values(value: object, path: str) -> Iterator[Problem]:
    """A problem for each empty value inside of a value, and for itself."""
    if _says_nothing(value):
        yield Problem(path, "empty: give it a value, or leave the key out")
    elif isinstance(value, Mapping):
        for key, inner in cast("Mapping[object, object]", value).items():
            if not (key in MEANT and _is_list(inner)):
                yield from empty_values(inner, f"{path}.{key}")
    elif _is_list(value):
        for index, inner in enumerate(cast("Sequence[object]", value)):
            yield from empty_values(inner, f"{path}[{index}]")


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
    in_text = escaped = False
    for sign in text:
        if in_text:
            in_text, escaped = escaped or sign != '"', sign == "\\" and not escaped
        elif sign == '"':
            in_text = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _says_nothing(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Mapping | Sequence) and not value)
