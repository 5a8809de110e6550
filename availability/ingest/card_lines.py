"""What single lines of a model card say: a capability with its verdict, locations, a date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from availability.facts.snapshot import Verdict
from availability.ingest.dates import date_facts
from availability.ingest.document import Line, PageError
from availability.ingest.locations import NotALocation, UnknownLocation, location_of
from availability.ingest.vocabulary import (
    LABELS,
    STAGES,
    UNDER_REGIONS,
    Section,
    capabilities,
    label_of,
    size_of,
    split_preview,
)

_SILENT = re.compile(
    r"\(includes .*\)|see .* for more information\.?|region|\(see connection guide\)", re.IGNORECASE
)


def is_silent(line: Line) -> bool:
    """Whether it is a line among facts that says nothing itself."""
    return _SILENT.fullmatch(line.text.strip()) is not None


def section_of(line: Line, *, in_regions: bool) -> Section | None:
    """The part of a card that a label heads; None for a line that is no label.

    Some labels head a list of locations below "Supported regions", and mean other things above.
    """
    label = label_of(line.text)
    for text in (label, re.sub(r"\s*\([^)]*\)$", "", label)):
        if in_regions and text in UNDER_REGIONS:
            return UNDER_REGIONS[text]
        if text in LABELS:
            return LABELS[text]
    return None


# Capabilities


_VERDICT = re.compile(r"(?P<rest>.*?)\s*\b(?P<verdict>not supported|supported)\.?", re.IGNORECASE)
"""What may stand before it, and the verdict: the longer one is tried first at every place."""
_NAME = re.compile(r"[A-Za-z0-9][\w ()&/'’+.,-]{1,60}")
"""What the name of a capability is made of; a broken link is not."""


def capability(line: Line, state: bool | None) -> list[tuple[str, Verdict]] | None:
    """What a line of capabilities says, each in our words; None where it has no verdict.

    `state` is the verdict of the list it stands in, which a line's own one goes before.
    """
    *parts, last = [segment.text for segment in line.segments]
    match = _VERDICT.fullmatch(last)
    if match:
        offered = match["verdict"].casefold() == "supported"
        parts += [match["rest"]] if match["rest"] else []
    else:
        offered = state
        parts.append(last)
    if offered is None or not parts or any(_VERDICT.fullmatch(part) for part in parts):
        return None
    name, *kinds = parts
    if match and not kinds:
        name, kinds = _name_and_kinds(line, name)
    name, preview = split_preview(name)
    if not _NAME.fullmatch(name) or "http" in name:
        return None
    return list(capabilities(name, ", ".join(kinds), offered=offered, preview=preview))


def _name_and_kinds(line: Line, text: str) -> tuple[str, list[str]]:
    """The name and the kinds of a capability that stand on one line, before its verdict.

    Where the name is a link, what follows the link are the kinds, or the mark of a preview.
    """
    if not line.links or not text.startswith(line.links[0][0]):
        return text, []
    name, _ = line.links[0]
    kinds, preview = split_preview(text[len(name) :].strip())
    return f"{name} (preview)" if preview else name, [kinds] if kinds else []


# Locations


_GEOGRAPHY = re.compile(
    r"(?:global|multi-region|regional|(?:united states|europe)(?: multi-region)?|canada|americas|"
    r"north america|south america|latin america|europe|asia pacific|asia|australia|middle east|"
    r"africa)(?: \(see connection guide\))?:?",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\s*\((?:up to )?(?:64k|128k|1m)[^)]*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A location in a list, with what stands beside it."""

    location: str
    size: str
    """A `ContextSize`; empty where none is named."""
    is_preview: bool
    line: Line


def is_geography(line: Line) -> bool:
    """Whether it is a line of its own above the locations of a part of the world."""
    is_alone = line.kind != "item" and not line.codes
    return is_alone and _GEOGRAPHY.fullmatch(line.text.strip()) is not None


def is_denial(line: Line) -> bool:
    """Whether it says that a list of locations is empty."""
    return line.text.strip().rstrip(".").casefold() in ("not supported", "none", "n/a")


def places(line: Line, above: str) -> list[Place]:
    """The locations of a line, which has its geography before a colon, or on a line above it.

    Raises NotALocation for a line that is none of locations, and PageError for one that is written
    like a location and does not exist.
    """
    label, colon, rest = line.text.strip().partition(":")
    words, geography = (rest, label) if colon else (label, above)
    found = [place for word in words.split(",") if (place := _place(line, word, geography))]
    if not found:
        raise NotALocation(line.text)
    return found


def _place(line: Line, word: str, geography: str) -> Place | None:
    """The location of a word; None where nothing but marks stands in it."""
    plain, is_preview = split_preview(word.strip())
    location = _SIZE.sub("", plain).strip(" *†.")
    if not location:
        return None
    try:
        return Place(location_of(location, geography), size_of(plain) or "", is_preview, line)
    except UnknownLocation as error:
        raise PageError(line.number, str(error)) from None


def once(places: Iterable[Place]) -> list[Place]:
    """Each location and size once, as it stands first: a card may say one twice."""
    by_place = {(place.location, place.size): place for place in reversed([*places])}
    return [*reversed(by_place.values())]


# Versions


_DATES = {
    "release date": "released",
    "retirement date": "retires",
    "discontinuation date": "retires",
    "deprecation date": "deprecated",
    "shutdown date": "retires",
    "retirement date not sooner than": "not_before",
}


def version_facts(line: Line) -> dict[str, str] | None:
    """What a line below a version says, by the fields of `Dated`; None for a label of another kind.

    Raises NoDate for a date that is none.
    """
    label, _, value = line.text.partition(":")
    key, value = label.casefold().rstrip(" †*"), value.strip()
    if key == "launch stage":
        stage = STAGES.get(value.casefold())
        return None if stage is None else {"stage": stage}
    name = _DATES.get(key)
    return date_facts(name, value) if name else None


def is_version(line: Line) -> bool:
    """Whether it names a version, below which its facts stand."""
    return ":" not in line.text and (line.kind == "text" or bool(line.codes))


def is_footnote(line: Line) -> bool:
    """Whether it is a sentence among versions, which is read with the notes."""
    return line.kind == "text" and not line.codes and len(line.text.split()) > 6
