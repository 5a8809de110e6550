"""Long sentences over several lines of a terminal."""

from __future__ import annotations

import textwrap

from availability.input.printed import plain, plain_line

WIDTH = 76
"""Columns: with the indentation of the engine's diagnostics it makes 80."""


def folded(text: str) -> str:
    """A long sentence over several lines, the later ones indented."""
    return "\n".join(wrapped(text, "", "  "))


def wrapped(text: str, first: str, later: str) -> list[str]:
    """Lines of at most `WIDTH` columns; a word that is longer, as a URL is, stays whole."""
    lines = textwrap.wrap(
        plain(text),  # before its line breaks become blanks, after which a new line may start
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [plain_line(line) for line in lines]
