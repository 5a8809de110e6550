"""What is wrong with the arguments of a component, before anything is registered."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import cast

import pulumi

from availability.input.errors import Problem, shown
from availability.input.maps import KeyedMap


def unknown_keys(path: str, given: object, shape: type) -> list[Problem]:
    """The keys that are none of the shape's, or that there are no keys at all."""
    problems: list[Problem] = []
    keys = sorted(shape.__annotations__)
    KeyedMap(given, keys, path, problems, expected="a map of arguments")
    return problems


def no_texts(path: str, value: object) -> Iterator[Problem]:
    """What of a list of texts is none."""
    if not isinstance(value, list):
        yield Problem(path, f"expected a list of texts, not {shown(value)}")
        return
    for index, word in enumerate(cast("list[object]", value)):
        if not isinstance(word, str):
            yield Problem(f"{path}[{index}]", f"expected a text, not {shown(word)}")


def no_truth(path: str, value: object) -> Iterator[Problem]:
    """What is neither true nor false."""
    if not isinstance(value, bool):
        yield Problem(path, f"expected true or false, not {shown(value)}")


def no_input_text(path: str, value: object) -> Iterator[Problem]:
    """What is no text, nor anything that may become one."""
    if not isinstance(value, str | pulumi.Output | Awaitable):
        yield Problem(path, f"expected a text, not {shown(value)}")
