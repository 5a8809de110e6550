"""How long a headline gets, and a list in it."""

from __future__ import annotations

from collections.abc import Iterable

from availability.explanation.names import joined

LONGEST = 110
"""The most letters of a headline but for the names in it that somebody typed."""
LONGEST_LIST = 30
"""The most letters of a list of needs or deployments in a headline."""


def shortened(words: Iterable[str], noun: str = "others") -> str:
    """The words, or the first of them and how many more there are."""
    listed = list(words)
    text = joined(listed)
    if len(text) <= LONGEST_LIST or len(listed) == 1:
        return text
    return f"{listed[0]} and {len(listed) - 1} more {noun}"
