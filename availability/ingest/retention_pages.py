"""Reads the pages about what is kept of prompts, for how long, and with whom it is shared."""

from __future__ import annotations

import re

from availability.facts.snapshot import NoticeKind
from availability.ingest.dates import days_of
from availability.ingest.document import Document, Line, PageError
from availability.ingest.model_names import ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Key, Noticed

_DAYS = re.compile(r"(?:up to |for )(?:[a-z]+ \()?(?P<days>\d+)\)? days")
_HOURS = re.compile(r"(?P<hours>\d+)[ -]hours?\b")
_NOT_KEPT = re.compile(
    r"(?:\b(?:not|never|no longer|cannot)|n['’]t)(?:\s+\w+){0,3}?\s+"
    r"(?:stored?|stores|retain(?:s|ed)?|kept|keeps?|logs?|logged)\b[^.]*\b(?:days|hours?)\b",
    re.IGNORECASE,
)
"""A sentence that denies that something is kept: it is reported, whatever days it names."""


# Abuse monitoring


_ALL_VERSIONS = re.compile(r"(?P<line>Claude \w+) \(all versions\)")
_SHARED = re.compile(r"must enable sharing this data with (?P<whom>[A-Z]\w+)")


def read_abuse_monitoring(document: Document, names: ModelNames) -> Reading:
    """What is kept to look for abuse, for how long, and what has to be shared with publishers.

    Raises PageError where there is nothing of it, and for a number of days that is none.
    """
    reading = Reading(document)
    all_kept_for = 0
    for line in document.lines:
        days = _days(line)
        if _NOT_KEPT.search(line.text):
            reading.rows += 1
            reading.not_understood(line)
            continue
        if line.text.startswith("Prompt logging") and days is not None:
            _prompts_kept(reading, line, days)
        elif line.text.startswith("Prompt and response logging") and days is not None:
            all_kept_for = days
        elif all_kept_for and (version := _ALL_VERSIONS.search(line.text)):
            _all_kept(reading, line, _versions(names, version["line"]), all_kept_for)
        if sharing := _SHARED.search(line.text):
            _shared(reading, line, names.in_sentence(line.text), sharing["whom"], days)
    if not reading.rows:
        raise PageError(None, "nothing about the logging of prompts is on this page")
    return reading


def _days(line: Line) -> int | None:
    """How many days a line names. Raises PageError for a number that is none."""
    match = _DAYS.search(line.text)
    return days_of(match["days"], line.number) if match else None


def _prompts_kept(reading: Reading, line: Line, days: int) -> None:
    """What is kept of prompts to any model."""
    what = (
        f"prompts that look like abuse may be kept for up to {days} days, in the region or "
        "multi-region that was chosen and not under CMEK"
    )
    reading.rows += 1
    cite = reading.cite(line.number, reading.document.heading_above(line))
    reading.add(Noticed("", "", "platform", NoticeKind.RETENTION, what, days, cite))


def _all_kept(reading: Reading, line: Line, models: list[Key], days: int) -> None:
    """What is kept of prompts to these models, and of their responses."""
    what = (
        f"all prompts and responses are kept for up to {days} days to look for abuse, "
        "in the region or multi-region that was chosen and not under CMEK"
    )
    reading.rows += 1
    cite = reading.cite(line.number, reading.document.heading_above(line))
    for key in models:
        reading.add(Noticed(*key, "", NoticeKind.RETENTION, what, days, cite))


def _versions(names: ModelNames, name: str) -> list[Key]:
    """All models of a line: ``Claude Opus``."""
    prefix = name.casefold().replace(" ", "-") + "-"
    return sorted({key for model, key in names.ids.items() if model.startswith(prefix)})


def _shared(reading: Reading, line: Line, models: list[Key], whom: str, days: int | None) -> None:
    """What has to be shared to use these models; a line that names none is reported."""
    what = f"prompts and responses have to be shared with {whom}"
    what += "" if days is None else f", which keeps them for up to {days} days"
    reading.rows += 1
    if not models:
        reading.not_understood(line)
    cite = reading.cite(line.number, reading.document.heading_above(line))
    for key in models:
        reading.add(Noticed(*key, "", NoticeKind.SHARING, what, days, cite))


# Zero data retention


_KEPT_BY = {
    "grounding with google search": "grounding-with-google-search",
    "grounding with google maps": "grounding-with-google-maps",
    "interactions api": "interactions-api",
    "session resumption for gemini live api": "live-api",
    "in-memory data caching": "implicit-caching",
}
"""The parts of the page that keep something, in lower case -> the capability."""


def read_zero_data_retention(document: Document) -> Reading:
    """What each capability keeps of what is sent, and for how long.

    Raises PageError where there is nothing of it, and for a number of days that is none.
    """
    reading = Reading(document)
    for line in document.lines:
        label = _label(document, line)
        about = _KEPT_BY.get(label.casefold())
        if about and _NOT_KEPT.search(line.text):
            reading.rows += 1
            reading.not_understood(line)
            continue
        if about is None or (kept := _kept(about, line)) is None:
            continue
        reading.rows += 1
        what, days = kept
        cite = reading.cite(line.number, label)
        reading.add(Noticed("", "", about, NoticeKind.RETENTION, what, days, cite))
    if not reading.rows:
        raise PageError(None, "nothing about what is kept is on this page")
    return reading


def _label(document: Document, line: Line) -> str:
    """What a line is about: of an item what stands before its colon, else the heading above it."""
    match line.kind:
        case "heading":
            return ""
        case "item":
            return line.text.partition(":")[0].strip()
        case "text":
            return (document.heading_above(line) or "").strip()


def _kept(about: str, line: Line) -> tuple[str, int | None] | None:
    """What a line says that a capability keeps, and for how many days; None where it is silent."""
    days, hours = _days(line), _HOURS.search(line.text)
    if about == "interactions-api":
        return "prompts, responses and state are stored unless a request sets store to false", None
    if about == "implicit-caching" and hours:
        what = f"inputs and outputs are cached in memory for up to {hours['hours']} hours"
        return f"{what}, unless the project has turned that off", days
    if days is not None:
        return f"what is sent is kept for up to {days} days", days
    if hours:
        return f"what is sent is kept for up to {hours['hours']} hours where it is enabled", None
    return None
