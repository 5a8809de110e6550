"""Property tests that are worth more examples than `make test` has the time for."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

_FULL = bool(os.environ.get("VERTEX_RESIDENCY_SOAK"))
"""Whether all examples are tried, as `make soak` asks for."""


def thorough(examples: int, **others: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples in `make soak`, and a third of them elsewhere."""
    count = examples if _FULL else examples // 3

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return pytest.mark.thorough(settings(max_examples=count, deadline=None, **others)(test))

    return decorate
