"""Tests of many cases, of which `make test` has the time for some and `make soak` tries all."""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import settings

Case = TypeVar("Case")

_FULL = bool(os.environ.get("VERTEX_RESIDENCY_SOAK"))
"""Whether all is tried, as `make soak` asks for."""


def thorough(examples: int, **others: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples in `make soak`, and a third of them elsewhere."""
    count = examples if _FULL else examples // 3

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return pytest.mark.thorough(settings(max_examples=count, deadline=None, **others)(test))

    return decorate


def sampled(cases: Iterable[Case], every: int, first: int = 0) -> Iterator[Case]:
    """All cases in `make soak`, and elsewhere one of `every`, always the same ones.

    `first` is the place of the first of them: calls with other cases of a kind give it by their own
    number, so that together they try each kind. Their tests are marked `thorough`.
    """
    return iter(cases) if _FULL else itertools.islice(cases, first % every, None, every)


def some(cases: Iterable[tuple[Any, ...]], every: int) -> list[Any]:
    """The cases as parameters of tests: one of `every` for `make test`, and the others for soak."""
    return [
        pytest.param(*case, marks=pytest.mark.soak) if index % every else case
        for index, case in enumerate(cases)
    ]
