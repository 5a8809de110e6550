"""Locations as pages write them: ``europe-west3``, ``US multi-region``, ``global endpoint``."""

from __future__ import annotations

import re
from functools import cache

from availability.ingest.document import PageError
from availability.input.likeness import nearest
from availability.places.geography import places

CODE = re.compile(r"[a-z]+(?:-[a-z]+)+\d+")
"""What is written like the code of a region."""

_JURISDICTIONS = {"united states": "us", "us": "us", "europe": "eu", "eu": "eu"}
"""Whose multi-region a label speaks of."""


class UnknownLocation(ValueError):
    """Something that is written like a location, and is none that is known."""

    def __init__(self, word: str) -> None:
        near = nearest(word, places(), 1)
        hint = f"; the nearest known is {near[0]}" if near else ""
        super().__init__(f"unknown location {word!r}{hint}")


class NotALocation(ValueError):
    """A word in a list of locations that is none."""


@cache
def location_of(word: str, label: str) -> str:
    """The location that a word stands for, under the label of its line: ``Europe``.

    Raises UnknownLocation, or NotALocation for what isn't written like one.
    """
    plain = word.casefold().strip()
    plain = re.sub(r"\s*\(see [^)]*\)$", "", plain)
    if plain in ("global", "global endpoint"):
        return "global"
    if plain in ("us", "eu"):
        return plain
    if plain.endswith(("multi-region", "multiregion")):
        whose = plain.removesuffix("multi-region").removesuffix("multiregion").strip(" -")
        if place := _JURISDICTIONS.get(whose or label.casefold().split(" multi")[0].strip()):
            return place
        raise NotALocation(word)
    if plain in places():
        return plain
    if CODE.fullmatch(plain) or re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", plain):
        raise UnknownLocation(word)
    raise NotALocation(word)


def location_in(word: str, number: int, what: str | None = None) -> str:
    """The location that a word of a table stands for, on the line of that number.

    Raises PageError where it is none; there `what` tells what the word is, which else is quoted.
    """
    try:
        return location_of(word, "")
    except UnknownLocation as error:
        raise PageError(number, str(error)) from None
    except NotALocation:
        raise PageError(number, f"{what or repr(word)} is no location") from None
