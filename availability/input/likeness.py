"""How alike two words are: what a person most likely meant by a misspelt one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

LIMIT = 3
"""The most suggestions that are worth showing."""

_CLOSE_PART = 0.8
"""The least similarity of a piece of a word that counts: of a long word some piece is like most."""
CLOSE = 0.6
"""The least similarity, from 0 to 1, of what is worth showing."""


def edit_similarity(left: str, right: str) -> float:
    """How alike two texts are, from 0 to 1, by the edits and swaps that make one the other."""
    # Only what was not understood is compared, and the library takes longer to load than an answer.
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity(left, right)


def _part_similarity(left: str, right: str) -> float:
    """How alike the shorter text is to the piece of the longer one that is most like it."""
    from rapidfuzz import fuzz

    return fuzz.partial_ratio(left, right) / 100


def similarity(word: str, other: str) -> float:
    """How alike two words are, from 0 to 1; case and the signs between letters do not matter."""
    left, right = letters(word), letters(other)
    if not left or not right:
        return 0.0
    whole = edit_similarity(left, right)
    if min(len(left), len(right)) < 3:
        return whole
    part = _part_similarity(left, right)
    return max(whole, 0.9 * part if part >= _CLOSE_PART else 0.0)


def nearest(word: str, choices: Iterable[str], limit: int = LIMIT) -> list[str]:
    """The choices most like the word, best first; none where none is close."""
    scored = [
        (-similarity(word, choice), -edit_similarity(word.lower(), choice), choice)
        for choice in choices
    ]
    return [choice for score, _, choice in sorted(scored) if -score >= CLOSE][:limit]


def closest(scores: dict[str, float]) -> list[str]:
    """The names with the best scores, at most `LIMIT` of them and none below `CLOSE`."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [name for name, score in ranked if score >= CLOSE][:LIMIT]


def likeness(word: str, name: str) -> float:
    """How alike two words are as a whole, from 0 to 1."""
    return edit_similarity(letters(word), letters(name))


def same_letters(word: str, other: str) -> bool:
    """Whether two words are the same but for case, accents and signs."""
    return letters(word) == letters(other)


@cache
def letters(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    return re.sub(r"[^a-z0-9]", "", unaccented(text))


@cache
def unaccented(text: str) -> str:
    """Lower case, without accents, with one blank between words."""
    import unicodedata  # only for words that were not understood

    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())
