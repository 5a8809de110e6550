"""Reads the pages about the platform: endpoints, ways to pay, tuning, the RAG engine, retention."""

from __future__ import annotations

import re
from collections.abc import Iterator

from availability.facts.snapshot import Control, Feature, Need, NoticeKind, Stage, Verdict
from availability.ingest.document import Document, Line, Mark, PageError, Table
from availability.ingest.model_names import Key, ModelNames, named_in
from availability.ingest.reading import Reading
from availability.ingest.statements import (
    Capable,
    Controlled,
    Corpus,
    Hosted,
    Limited,
    Noticed,
    Served,
    Sold,
)
from availability.ingest.vocabulary import (
    CODE,
    STAGES,
    UnknownLocation,
    kebab,
    location_of,
)

# Endpoints


_LIMITS = {
    "tuning": (Need.TUNING, "", ""),
    "batch prediction": (Need.BATCH_PREDICTION, "", ""),
    "batch prediction for anthropic and openmaas models": (
        Need.BATCH_PREDICTION,
        "anthropic",
        "-maas",
    ),
    "context caching": (Need.CONTEXT_CACHING, "", ""),
    "provisioned throughput": (Need.PROVISIONED_THROUGHPUT, "", ""),
    "retrieval-augmented generation (rag) corpus (rag requests are supported)": (
        Need.RAG_CORPUS,
        "",
        "",
    ),
    "retrieval-augmented generation (rag) corpus": (Need.RAG_CORPUS, "", ""),
}
"""The page's words for what the global endpoint lacks -> need, publishers, suffix of ids."""


def read_locations(document: Document, names: ModelNames) -> Reading:
    """Hosts of multi-regions, what the global endpoint lacks, and where models are served.

    Raises PageError for a location that does not exist, and for rows that match no model.
    """
    reading = Reading(document)
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if "hostname" in header:
            place, host = header.index("location"), header.index("hostname")
            for row in table.body:
                reading.rows += 1
                location = _known(row.cells[place].text, row.number)
                address = re.sub(r"^https?://|/+$", "", row.cells[host].text)
                cite = reading.cite(row.number, _last(table))
                reading.add(Hosted(location, address, cite))
        elif "latest supported model version" in header:
            for row in table.body:
                reading.rows += 1
                for key in names.of_row(row.cells[1], row.number):
                    cite = reading.cite(row.number, _last(table))
                    need = Need.PROVISIONED_THROUGHPUT
                    reading.add(Sold(*key, need, "global", False, cite))
        elif any(CODE.search(text) or text == "global" for text in header[1:]):
            _matrix(reading, names, table)
    in_global = False
    for line in document.lines:
        if line.kind == "heading":
            if line.level <= 2:
                in_global = line.text.casefold() == "global endpoint"
            heading = line.text.casefold()
        elif in_global and heading == "limitations" and line.kind == "item":
            reading.rows += 1
            limit = _LIMITS.get(line.text.casefold())
            if limit is None:
                reading.not_understood(line)
                continue
            need, publishers, suffix = limit
            cite = reading.cite(line.number, "Limitations")
            reading.add(Limited("global", need, publishers, suffix, False, cite))
    if not reading.rows:
        raise PageError(None, "neither hosts nor limitations are on this page")
    return reading


def _matrix(reading: Reading, names: ModelNames, table: Table) -> None:
    """A table of models and locations with ticks; one without says nothing."""
    if not table.has_ticks():
        reading.ticks_lost += 1
        return
    places = [
        _known(codes[0] if (codes := CODE.findall(cell.text)) else cell.text, table.number)
        for cell in table.header.cells[1:]
    ]
    for row in table.body:
        if len(row.cells) == 1 or not any(cell.text for cell in row.cells[1:]):
            continue  # a heading within the table
        reading.rows += 1
        if len(row.cells) != len(table.header.cells):
            have, want = len(row.cells), len(table.header.cells)
            raise PageError(row.number, f"a row of {have} cells under {want} columns")
        for key in names.of_row(row.cells[0], row.number):
            for place, cell in zip(places, row.cells[1:], strict=True):
                cite = reading.cite(row.number, _last(table))
                if cell.mark in (Mark.YES, Mark.PREVIEW):
                    stage = "preview" if cell.mark is Mark.PREVIEW else ""
                    reading.add(Served(*key, place, stage, False, cite))
                elif cell.mark is None:
                    reading.not_understood(row.number, f"{row.cells[0].text}, {place}: {cell.text}")


def _known(word: str, number: int) -> str:
    try:
        return location_of(word, "")
    except UnknownLocation as error:
        raise PageError(number, str(error)) from None
    except ValueError:
        raise PageError(number, f"{word!r} is no location") from None


def _last(table: Table) -> str | None:
    return table.headings[-1] if table.headings else None


# Ways to pay


def read_paygo(document: Document, names: ModelNames, option: Need | str) -> Reading:
    """The models that a page lists for its way to pay; at the global endpoint only, if it says so.

    Raises PageError where it lists no model.
    """
    reading = Reading(document)
    only_global = any(
        re.search(r"in the global endpoint only", line.text) for line in document.lines
    )
    for line in _listed(document, "Supported models"):
        reading.rows += 1
        keys = names.of(line)
        if not keys:
            reading.not_understood(line)
        for key in keys:
            cite = reading.cite(line.number, "Supported models")
            verdict = Verdict.YES
            reading.add(Capable(*key, option, verdict, cite))
            if only_global:
                reading.add(Sold(*key, option, "global", True, cite))
    if not reading.rows:
        raise PageError(None, "no list of supported models is on this page")
    return reading


def _listed(document: Document, heading: str) -> Iterator[Line]:
    """The items below a heading that begins so, and below the headings inside of it."""
    level = 0
    for line in document.lines:
        if line.kind == "heading":
            if line.text.casefold().startswith(heading.casefold()):
                level = line.level
            elif (level and line.level <= level) or (level and not line.text.casefold().startswith("click to")):
                return
        elif level and line.kind == "item":
            yield line


_VERSION = re.compile(r"^Latest supported versions?:")


def read_provisioned_throughput(document: Document, names: ModelNames) -> Reading:
    """The models that can be bought as provisioned throughput, and those of the global endpoint.

    Raises PageError for a row that matches no model.
    """
    reading = Reading(document)
    need = Need.PROVISIONED_THROUGHPUT
    for line in document.lines:
        if _VERSION.search(line.text) and line.codes:
            reading.rows += 1
            keys = names.of(line)
            if not keys:
                raise PageError(line.number, f"the version {line.codes[0]!r} matches no model")
            for key in keys:
                cite = reading.cite(line.number, "Supported models")
                reading.add(Capable(*key, need, Verdict.YES, cite))
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[0] != "model":
            continue
        for row in table.body:
            if len(row.cells) == 1:
                continue
            reading.rows += 1
            is_global = "latest supported model version" in header
            keys = names.of(
                row.cells[header.index("latest supported model version") if is_global else 0]
            )
            keys = keys or names.of(row.cells[0])
            if not keys:
                reading.not_understood(row.number, row.cells[0].text)
            for key in keys:
                cite = reading.cite(row.number, _last(table))
                if is_global:
                    reading.add(Sold(*key, need, "global", False, cite))
                else:
                    reading.add(Capable(*key, need, Verdict.YES, cite))
    if not reading.rows:
        raise PageError(None, "no table of models is on this page")
    return reading


# Tuning


def read_tuning(document: Document, names: ModelNames) -> Reading:
    """The models that a page lists as tunable. Raises PageError where it lists none."""
    reading = Reading(document)
    for line in _listed(document, "Supported models"):
        reading.rows += 1
        keys = names.of(line)
        if not keys:
            reading.not_understood(line)
        for key in keys:
            cite = reading.cite(line.number, "Supported models")
            reading.add(Capable(*key, Need.TUNING, Verdict.YES, cite))
            reading.add(Capable(*key, "supervised-fine-tuning", Verdict.YES, cite))
    if not reading.rows:
        raise PageError(None, "no list of supported models is on this page")
    return reading


# The RAG engine


_ALLOWLIST = re.compile(r"added to the allowlist|changed to Allowlist")
_RAG_CONTROLS = re.compile(
    r"Data residency and AXT security controls (?:aren't|are not) supported", re.IGNORECASE
)


def read_rag(document: Document) -> Reading:
    """The regions of the RAG engine, with stage and allowlist, and the controls that it lacks.

    Raises PageError for a region that does not exist, and where there is no table of regions.
    """
    reading = Reading(document)
    allowed = {
        code for line in document.lines if _ALLOWLIST.search(line.text) for code in line.codes
    }
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[0] != "region" or "launch stage" not in header:
            continue
        for row in table.body:
            reading.rows += 1
            if len(row.cells) < len(header):
                raise PageError(row.number, f"a row of {len(row.cells)} cells")
            place = _known(row.cells[0].text, row.number)
            words = [
                word.strip() for word in row.cells[header.index("launch stage")].text.split(",")
            ]
            stages = [STAGES[word.casefold()] for word in words if word.casefold() in STAGES]
            unknown = [
                w for w in words if w.casefold() not in STAGES and w.casefold() != "allowlist"
            ]
            if unknown or len(stages) > 1:
                reading.not_understood(row.number, ", ".join(words))
            stage: Stage | str = stages[0] if len(stages) == 1 else ""
            cite = reading.cite(row.number, _last(table))
            is_allowlist = place in allowed or "allowlist" in [word.casefold() for word in words]
            reading.add(Corpus(place, stage, is_allowlist, cite))
    if not reading.rows:
        raise PageError(None, "no table of regions is on this page")
    for line in document.lines:
        if _RAG_CONTROLS.search(line.text):
            cite = reading.cite(line.number, None)
            for control, verdict in (
                (Control.VPC_SC, Verdict.YES),
                (Control.CMEK, Verdict.YES),
                (Control.DATA_RESIDENCY, Verdict.NO),
                (Control.ACCESS_TRANSPARENCY, Verdict.NO),
            ):
                reading.add(Controlled("", "", Feature.RAG, control, verdict, cite))
    return reading


# Retention and sharing


_DAYS = re.compile(r"(?:up to |for )(?:[a-z]+ \()?(?P<days>\d+)\)? days")
_HOURS = re.compile(r"(?P<hours>\d+)[ -]hours?\b")
_ALL_VERSIONS = re.compile(r"(?P<line>Claude \w+) \(all versions\)")
_SHARED = re.compile(r"must enable sharing this data with (?P<whom>[A-Z]\w+)")


def read_abuse_monitoring(document: Document, names: ModelNames) -> Reading:
    """What is kept to look for abuse, for how long, and what has to be shared with publishers."""
    reading = Reading(document)
    advanced: int | None = None
    for line in document.lines:
        text = line.text
        heading = _above(document, line)
        match = _DAYS.search(text)
        cite = reading.cite(line.number, heading)
        if text.startswith("Prompt logging") and match:
            reading.rows += 1
            days = int(match["days"])
            what = (
                f"prompts that look like abuse may be kept for up to {days} days, in the region or "
                "multi-region that was chosen and not under CMEK"
            )
            reading.add(Noticed("", "", "platform", NoticeKind.RETENTION, what, days, cite))
        elif text.startswith("Prompt and response logging") and match:
            advanced = int(match["days"])
        elif advanced and (version := _ALL_VERSIONS.search(text)):
            reading.rows += 1
            prefix = version["line"].casefold().replace(" ", "-")
            what = (
                f"all prompts and responses are kept for up to {advanced} days to look for abuse, "
                "in the region or multi-region that was chosen and not under CMEK"
            )
            for publisher, model in _line_of(names, prefix):
                kind = NoticeKind.RETENTION
                reading.add(Noticed(publisher, model, "", kind, what, advanced, cite))
        if sharing := _SHARED.search(text):
            reading.rows += 1
            what = f"prompts and responses have to be shared with {sharing['whom']}"
            what += f", which keeps them for up to {match['days']} days" if match else ""
            days = int(match["days"]) if match else None
            keys = named_in(text, names)
            if not keys:
                reading.not_understood(line)
            for publisher, model in keys:
                kind = NoticeKind.SHARING
                reading.add(Noticed(publisher, model, "", kind, what, days, cite))
    if not reading.rows:
        raise PageError(None, "nothing about the logging of prompts is on this page")
    return reading


def _line_of(names: ModelNames, prefix: str) -> list[Key]:
    return sorted({key for model, key in names.ids.items() if model.startswith(f"{prefix}-")})


_KEPT_BY = {
    "grounding with google search": "grounding-with-google-search",
    "grounding with google maps": "grounding-with-google-maps",
    "interactions api": "interactions-api",
    "session resumption for gemini live api": "live-api",
    "in-memory data caching": "implicit-caching",
}
"""The parts of the page about zero data retention that keep something -> the capability."""


def read_zero_data_retention(document: Document) -> Reading:
    """What each capability keeps of what is sent, and for how long."""
    reading = Reading(document)
    for line in document.lines:
        if line.kind == "heading":
            continue
        label = line.text.partition(":")[0] if line.kind == "item" else _above(document, line) or ""
        about = _KEPT_BY.get(label.strip().casefold())
        if about is None:
            continue
        days, hours = _DAYS.search(line.text), _HOURS.search(line.text)
        if about == "interactions-api":
            what = "prompts, responses and state are stored unless a request sets store to false"
        elif about == "implicit-caching" and hours:
            what = (
                f"inputs and outputs are cached in memory for up to {hours['hours']} hours, unless "
                "the project has turned that off"
            )
        elif days:
            what = f"what is sent is kept for up to {days['days']} days"
        elif hours:
            what = f"what is sent is kept for up to {hours['hours']} hours where it is enabled"
        else:
            continue
        reading.rows += 1
        cite = reading.cite(line.number, label.strip())
        number = int(days["days"]) if days and about != "interactions-api" else None
        reading.add(Noticed("", "", about, NoticeKind.RETENTION, what, number, cite))
    if not reading.rows:
        raise PageError(None, "nothing about what is kept is on this page")
    return reading


def _above(document: Document, line: Line) -> str | None:
    above = [x.text for x in document.lines if x.kind == "heading" and x.number < line.number]
    return above[-1] if above else None


def needs_page(path: str) -> str:
    """The way to pay of a page: the last part of its path."""
    return kebab(path.rsplit("/", 1)[-1])
