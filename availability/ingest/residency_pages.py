"""Reads the pages about where data is processed: by model and area, and by capability.

Their facts are ticks in tables: see `ticks` for what a copy without any says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from availability.facts.covered import NOT_LISTED
from availability.facts.snapshot import EndpointKind, Verdict
from availability.ingest.document import Document, Line, Mark, PageError, Row, Table
from availability.ingest.locations import CODE, location_in
from availability.ingest.model_names import ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Committed, Covered, Key
from availability.ingest.ticks import verdict_of
from availability.ingest.vocabulary import size_of, term

# Data residency


def read_data_residency(document: Document, names: ModelNames) -> Reading:
    """The areas to which processing is committed, by model; nothing where the ticks are lost.

    Raises PageError for a column that is no location, a row that matches no model or is cut off,
    two rows of one model that disagree, and where there is no row at all.
    """
    reader = _ResidencyReader(Reading(document), names)
    for table in document.tables:
        if table.header.cells[0].text.casefold() == "model" and len(table.header.cells) > 1:
            reader.table(table)
    if not reader.reading.rows:
        raise PageError(None, "no table of models and areas is on this page")
    return reader.reading


@dataclass
class _ResidencyReader:
    """Goes through the tables of one page."""

    reading: Reading
    names: ModelNames
    said: dict[tuple[Key, str, bool], frozenset[str]] = field(
        default_factory=dict[tuple[Key, str, bool], frozenset[str]]
    )
    """Model, size, and whether it is about tuning -> the areas of the first row about it."""

    def table(self, table: Table) -> None:
        """Reads a table of models and areas; where ticks are lost, its rows are only checked."""
        areas = [_area(cell.text, table) for cell in table.header.cells[1:]]
        ticked = table.has_ticks()
        if not ticked:
            self.reading.ticks_lost += 1
        for row in table.body:
            self.reading.rows += 1
            keys = self.names.of_row(row.cells[0], row.number)
            table.check_width(row)
            if ticked:
                self._commitments(table, row, keys, areas)

    def _commitments(self, table: Table, row: Row, keys: list[Key], areas: list[str]) -> None:
        text = row.cells[0].text
        tuning, size = text.casefold().startswith("tuning for "), size_of(text) or ""
        ticked = self._ticked(row, areas)
        cite = self.reading.cite(row.number, table.heading)
        for key in keys:
            if self.said.setdefault((key, size, tuning), ticked) != ticked:
                raise PageError(row.number, f"two rows for {key[1]} that disagree")
            for area in [area for area in areas if area in ticked] or [""]:
                self.reading.add(Committed(*key, area, size, tuning, True, cite))

    def _ticked(self, row: Row, areas: list[str]) -> frozenset[str]:
        """The areas with a tick; a cell that says something else is reported."""
        ticked: set[str] = set()
        for area, cell in zip(areas, row.cells[1:], strict=True):
            if cell.mark in (Mark.YES, Mark.PREVIEW):
                ticked.add(area)
            elif cell.mark is None:
                said = f"{row.cells[0].text}, {area}: {cell.text}"
                self.reading.not_understood(row.number, said)
        return frozenset(ticked)


def _area(text: str, table: Table) -> str:
    """The area of a column: a region's code, ``us``, ``eu`` or ``global``."""
    if match := re.fullmatch(r"(US|EU) multi-region", text, re.IGNORECASE):
        return match[1].lower()
    codes = CODE.findall(text)
    word = codes[0] if len(codes) == 1 else text
    return location_in(word, table.number, f"the column {text!r}")


# Supported capabilities


_ENDPOINTS = (
    (re.compile(r"outside (?:the )?us|country-level", re.IGNORECASE), EndpointKind.OTHER_REGIONAL),
    (re.compile(r"\bmulti-?region", re.IGNORECASE), EndpointKind.MULTI_REGION),
    (re.compile(r"\bus and eu\b|standard regional", re.IGNORECASE), EndpointKind.US_EU_REGIONAL),
)
"""Words of a column -> the kind of endpoint; the first one wins."""
_KINDS = (EndpointKind.OTHER_REGIONAL, EndpointKind.US_EU_REGIONAL, EndpointKind.MULTI_REGION)
"""The columns of the table, in their order."""
_SECTION_ROWS = re.compile(
    r"(?:model-level |platform-level )?(?:capabilities, tools,? and features|capabilities)|"
    r"consumption options|platform features",
    re.IGNORECASE,
)
"""Rows that are headings of those below them."""
_CAPABILITY = "capability"
"""How the first column's title begins."""
_CONSTRAINTS = "Known constraints"
_COMMITMENTS = "ML processing commitments"
_NOT_LISTED = re.compile(r"not explicitly listed, ml processing is not guaranteed", re.IGNORECASE)
_CONSTRAINT = re.compile(r"(?P<what>.+?)\s*:\s*(?:not supported|no plan)\.?", re.IGNORECASE)


def read_supported_capabilities(document: Document) -> Reading:
    """Which capabilities the commitment on processing covers, on which kind of endpoint.

    What can't be localized at all is denied for every kind of endpoint. Raises PageError for a
    column that is no kind of endpoint, a row that is cut off, and where there is no capability.
    """
    reading = Reading(document)
    for table in document.tables:
        if table.header.cells[0].text.casefold().startswith(_CAPABILITY):
            _covered(reading, table)
    if not reading.rows:
        _covered_without_a_table(reading)
    for line in document.items_below(_CONSTRAINTS):
        _constraint(reading, line)
    if not reading.rows:
        raise PageError(None, "no table of capabilities is on this page")
    for line in document.items_below(_COMMITMENTS):
        if _NOT_LISTED.search(line.text):
            cite = reading.cite(line.number, _COMMITMENTS)
            reading.add(Covered(NOT_LISTED, EndpointKind.ANY, Verdict.NO, cite))
    return reading


def _covered(reading: Reading, table: Table) -> None:
    """A table of capabilities and kinds of endpoint; a cell that is no tick is reported."""
    kinds = [_endpoint(cell.text, table) for cell in table.header.cells[1:]]
    ticked = table.has_ticks()
    if not ticked:
        reading.ticks_lost += 1
    for row in table.body:
        capability = row.cells[0].text
        if _SECTION_ROWS.fullmatch(capability):
            continue
        reading.rows += 1
        table.check_width(row)
        for kind, cell in zip(kinds, row.cells[1:], strict=True):
            verdict = verdict_of(cell, ticked=ticked)
            if verdict is None:
                reading.not_understood(row.number, f"{capability}: {cell.text}")
                verdict = Verdict.UNKNOWN
            cite = reading.cite(row.number, table.heading)
            reading.add(Covered(term(capability), kind, verdict, cite))


def _endpoint(text: str, table: Table) -> EndpointKind:
    """The kind of endpoint of a column. Raises PageError where it is none."""
    for pattern, kind in _ENDPOINTS:
        if pattern.search(text):
            return kind
    raise PageError(table.number, f"the column {text!r} is no kind of endpoint")


def _covered_without_a_table(reading: Reading) -> None:
    """A copy whose table fell apart into paragraphs: its capabilities, with every tick lost.

    Each capability is a link of its own. The first link with words around it is a sentence, which
    ends the table.
    """
    reading.ticks_lost += 1
    inside = False
    for line in reading.document.lines:
        if line.kind == "heading":
            inside = False
        if line.text.casefold().startswith(_CAPABILITY):
            inside = True
            continue
        if not inside or not line.links or line.kind != "text" or line.quoted:
            continue
        label, _ = line.links[0]
        if label != line.text:
            break
        reading.rows += 1
        cite = reading.cite(line.number, reading.document.heading_above(line))
        for kind in _KINDS:
            reading.add(Covered(term(line.text), kind, Verdict.UNKNOWN, cite))


def _constraint(reading: Reading, line: Line) -> None:
    """What a line says that no endpoint localizes; one that says something else is reported."""
    reading.rows += 1
    if match := _CONSTRAINT.fullmatch(line.text):
        cite = reading.cite(line.number, _CONSTRAINTS)
        reading.add(Covered(term(match["what"]), EndpointKind.ANY, Verdict.NO, cite))
    else:
        reading.not_understood(line)
