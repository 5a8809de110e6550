"""Reads the pages about where data lies and is processed, and what controls cover it.

Their facts are ticks in tables. A copy without a single tick has lost them: what such a table says
stays unknown, and it is never read as a table of "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from availability.facts.snapshot import EndpointKind, Verdict
from availability.ingest.card import CONTROLS, FEATURES
from availability.ingest.document import Document, Line, Mark, PageError, Row, Table
from availability.ingest.model_names import Key, ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Committed, Controlled, Covered
from availability.ingest.vocabulary import CODE, UnknownLocation, location_of, size_of, term

_VERDICTS = {
    Mark.YES: Verdict.YES,
    Mark.NO: Verdict.NO,
    Mark.PREVIEW: Verdict.PREVIEW,
    Mark.NOT_APPLICABLE: Verdict.NO,
}


# Data residency


def read_data_residency(document: Document, names: ModelNames) -> Reading:
    """The areas to which processing is committed, by model; nothing where the ticks are lost.

    Raises PageError for a column that is no location, a row that matches no model or is cut off,
    and two rows of one model that disagree.
    """
    reading = Reading(document)
    said: dict[tuple[Key, str, bool], frozenset[str]] = {}
    for table in document.tables:
        if table.header.cells[0].text.casefold() != "model" or len(table.header.cells) < 2:
            continue
        areas = [_area(cell.text, table) for cell in table.header.cells[1:]]
        ticked = table.has_ticks()
        if not ticked:
            reading.ticks_lost += 1
        for row in table.body:
            reading.rows += 1
            keys = names.of_row(row.cells[0], row.number)
            if len(row.cells) != len(table.header.cells):
                have, want = len(row.cells), len(table.header.cells)
                raise PageError(row.number, f"a row of {have} cells under {want} columns")
            if not ticked:
                continue
            text = row.cells[0].text
            tuning, size = text.casefold().startswith("tuning for "), size_of(text) or ""
            places = _ticked(reading, row, areas)
            for key in keys:
                if said.setdefault((key, size, tuning), places) != places:
                    raise PageError(row.number, f"two rows for {key[1]} that disagree")
                cite = reading.cite(row.number, table.headings[-1] if table.headings else None)
                for area in [area for area in areas if area in places] or [""]:
                    reading.add(Committed(*key, area, size, tuning, True, cite))
    if not reading.rows:
        raise PageError(None, "no table of models and areas is on this page")
    return reading


def _area(text: str, table: Table) -> str:
    """The area of a column: a region's code, ``us``, ``eu`` or ``global``."""
    codes = CODE.findall(text)
    word = codes[0] if len(codes) == 1 else text
    if match := re.fullmatch(r"(US|EU) multi-region", text, re.IGNORECASE):
        return match[1].lower()
    try:
        return location_of(word, "")
    except UnknownLocation as error:
        raise PageError(table.number, str(error)) from None
    except ValueError:
        raise PageError(table.number, f"the column {text!r} is no location") from None


def _ticked(reading: Reading, row: Row, areas: list[str]) -> frozenset[str]:
    places: set[str] = set()
    for area, cell in zip(areas, row.cells[1:], strict=True):
        match cell.mark:
            case Mark.YES | Mark.PREVIEW:
                places.add(area)
            case None:
                reading.not_understood(row.number, f"{row.cells[0].text}, {area}: {cell.text}")
            case _:
                pass
    return frozenset(places)


# Supported capabilities


_ENDPOINTS = (
    (re.compile(r"outside (?:the )?us|country-level", re.I), EndpointKind.OTHER_REGIONAL),
    (re.compile(r"\bmulti-?region", re.I), EndpointKind.MULTI_REGION),
    (re.compile(r"\bus and eu\b|standard regional", re.I), EndpointKind.US_EU_REGIONAL),
)
_SECTION_ROWS = re.compile(
    r"(?:model-level |platform-level )?(?:capabilities, tools,? and features|capabilities)|"
    r"consumption options|platform features",
    re.IGNORECASE,
)
_CONSTRAINT = re.compile(r"(?P<what>.+?)\s*:\s*(?:not supported|no plan)\.?", re.IGNORECASE)

_NOT_LISTED = re.compile(r"not explicitly listed, ml processing is not guaranteed", re.IGNORECASE)


def read_supported_capabilities(document: Document) -> Reading:
    """Which capabilities the commitment on processing covers, on which kind of endpoint.

    What can't be localized at all is denied for every kind of endpoint.
    """
    reading = Reading(document)
    for table in document.tables:
        header = [cell.text for cell in table.header.cells]
        if not header[0].casefold().startswith("capability"):
            continue
        kinds = [_endpoint(text, table) for text in header[1:]]
        ticked = table.has_ticks()
        if not ticked:
            reading.ticks_lost += 1
        for row in table.body:
            if _SECTION_ROWS.fullmatch(row.cells[0].text):
                continue
            reading.rows += 1
            for kind, cell in zip(kinds, row.cells[1:], strict=False):
                verdict = _cell_verdict(cell.mark, cell.text, ticked=ticked)
                if verdict is None:
                    reading.not_understood(row.number, f"{row.cells[0].text}: {cell.text}")
                    verdict = Verdict.UNKNOWN
                heading = table.headings[-1] if table.headings else None
                cite = reading.cite(row.number, heading)
                reading.add(Covered(term(row.cells[0].text), kind, verdict, cite))
    if not reading.rows:
        _capabilities_without_a_table(reading)
    for line in _below(document, "Known constraints"):
        reading.rows += 1
        if match := _CONSTRAINT.fullmatch(line.text):
            cite = reading.cite(line.number, "Known constraints")
            what = term(match["what"])
            reading.add(Covered(what, EndpointKind.ANY, Verdict.NO, cite))
        else:
            reading.not_understood(line)
    if not reading.rows:
        raise PageError(None, "no table of capabilities is on this page")
    for line in _below(document, "ML processing commitments"):
        if _NOT_LISTED.search(line.text):
            cite = reading.cite(line.number, "ML processing commitments")
            reading.add(Covered("not-listed", EndpointKind.ANY, Verdict.NO, cite))
    return reading


def _endpoint(text: str, table: Table) -> EndpointKind:
    for pattern, kind in _ENDPOINTS:
        if pattern.search(text):
            return kind
    raise PageError(table.number, f"the column {text!r} is no kind of endpoint")


def _cell_verdict(mark: Mark | None, text: str, *, ticked: bool) -> Verdict | None:
    if mark is Mark.BLANK:
        return Verdict.NO if ticked else Verdict.UNKNOWN
    return _VERDICTS[mark] if mark else None


def _capabilities_without_a_table(reading: Reading) -> None:
    """A copy whose table fell apart into paragraphs: its capabilities, with every tick lost."""
    reading.ticks_lost += 1
    started = False
    for line in reading.document.lines:
        if line.kind == "heading":
            started = False
        if line.text.casefold().startswith("capability"):
            started = True
            continue
        if not started or not line.links or line.kind != "text" or line.quoted:
            continue
        if line.links[0][0] != line.text:  # a sentence ends the table
            break
        reading.rows += 1
        for kind in (
            EndpointKind.OTHER_REGIONAL,
            EndpointKind.US_EU_REGIONAL,
            EndpointKind.MULTI_REGION,
        ):
            cite = reading.cite(line.number, _heading(reading.document, line))
            reading.add(Covered(term(line.text), kind, Verdict.UNKNOWN, cite))


# Security controls


_GROUPS = re.compile(r"(?:partner(?: and open)?|open) models?(?: \(maas\))?", re.IGNORECASE)
"""Rows about every model of a kind, which name none."""


def read_security_controls(document: Document, names: ModelNames) -> Reading:
    """Which controls cover which feature of each model; unknown where the ticks are lost."""
    reading = Reading(document)
    tables = [table for table in document.tables if _control_columns(table)]
    for table in tables:
        columns = _control_columns(table)
        ticked = table.has_ticks()
        if not ticked:
            reading.ticks_lost += 1
        keys: list[Key] = []
        for row in table.body:
            feature = FEATURES.get(_feature_term(row.cells[0].text))
            if feature is None:
                if not _is_feature(row.cells[0].text):
                    keys = _models(names, row.cells[0].text, row.number)
                continue
            reading.rows += 1
            for control, cell in zip(columns, row.cells[1:], strict=False):
                verdict = _cell_verdict(cell.mark, cell.text, ticked=ticked)
                if control is None or verdict is None:
                    continue
                for key in keys:
                    heading = table.headings[-1] if table.headings else None
                    cite = reading.cite(row.number, heading)
                    reading.add(Controlled(*key, feature, control, verdict, cite))
    if not tables:
        _controls_without_a_table(reading, names)
    if not reading.rows:
        raise PageError(None, "no table of models and controls is on this page")
    return reading


def _control_columns(table: Table) -> list[str | None]:
    columns = [CONTROLS.get(term(re.sub(r"\s*\((?:CMEK|VPC-SC|AXT)\)", "", cell.text))) or
               CONTROLS.get(term(cell.text.replace("(at rest)", "at rest")))
               for cell in table.header.cells[1:]]  # fmt: skip
    return list(columns) if any(columns) else []


def _controls_without_a_table(reading: Reading, names: ModelNames) -> None:
    """A copy whose table fell apart: models and features are there, and every tick is lost."""
    reading.ticks_lost += 1
    keys: list[Key] = []
    started = False
    for line in reading.document.lines:
        if line.kind != "text" or line.quoted:
            continue
        if "access transparency" in line.text.casefold() and line.links:
            started = True
            continue
        if not started or len(line.text) > 90:
            continue
        feature = FEATURES.get(_feature_term(line.text))
        if feature is None:
            if not _is_feature(line.text):
                keys = _models(names, line.text, line.number)
            continue
        reading.rows += 1
        for key in keys:
            for control in dict.fromkeys(CONTROLS.values()):
                cite = reading.cite(line.number, line.text)
                reading.add(Controlled(*key, feature, control, Verdict.UNKNOWN, cite))


def _feature_term(text: str) -> str:
    return term(text)


def _is_feature(text: str) -> bool:
    """Whether it is a feature that no control is asked for, and not a model's name."""
    return text.casefold().startswith("grounding with")


def _models(names: ModelNames, text: str, number: int) -> list[Key]:
    """The models of a heading row. Raises PageError where there is none."""
    if _GROUPS.fullmatch(text):
        return []
    if key := names.by_name(text):
        return [key]
    lines = {
        "embeddings for text": "text-",
        "embeddings for multimodal": "multimodalembedding",
        "veo for video generation": "veo-",
        "imagen for image generation": "imagen-",
        "lyria for music generation": "lyria-",
    }
    if prefix := lines.get(text.casefold()):
        return [
            key for model, key in names.ids.items() if model.startswith(prefix) and key[1] == model
        ]
    raise PageError(number, f"the row {text!r} matches no model")


def _below(document: Document, heading: str) -> Iterator[Line]:
    """The items below a heading."""
    inside = False
    for line in document.lines:
        if line.kind == "heading":
            inside = line.text.casefold() == heading.casefold()
        elif inside and line.kind == "item":
            yield line


def _heading(document: Document, line: Line) -> str | None:
    above = [x.text for x in document.lines if x.kind == "heading" and x.number < line.number]
    return above[-1] if above else None
