"""Reads the page about the RAG engine: its regions, and the security controls that it lacks."""

from __future__ import annotations

import re

from availability.facts.snapshot import Control, Feature, Verdict
from availability.ingest.document import Document, Line, PageError, Row, Table
from availability.ingest.locations import location_in
from availability.ingest.reading import Reading
from availability.ingest.statements import Controlled, Corpus
from availability.ingest.vocabulary import STAGES

_ALLOWLIST = re.compile(r"added to the allowlist|changed to Allowlist")
_NO_CONTROLS = re.compile(
    r"Data residency and AXT security controls (?:aren't|are not) supported", re.IGNORECASE
)
_VERDICTS = {
    Control.VPC_SC: Verdict.YES,
    Control.CMEK: Verdict.YES,
    Control.DATA_RESIDENCY: Verdict.NO,
    Control.ACCESS_TRANSPARENCY: Verdict.NO,
}
"""What the paragraph says that denies two of the controls."""


def read_rag(document: Document) -> Reading:
    """The regions of the RAG engine, with stage and allowlist, and the controls that it lacks.

    Raises PageError for a region that does not exist, for a row that is cut off, and where there is
    no table of regions.
    """
    reading = Reading(document)
    allowlisted = {
        code for line in document.lines if _ALLOWLIST.search(line.text) for code in line.codes
    }
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[0] == "region" and "launch stage" in header:
            for row in table.body:
                _region(reading, table, header, row, allowlisted)
    if not reading.rows:
        raise PageError(None, "no table of regions is on this page")
    for line in document.lines:
        if _NO_CONTROLS.search(line.text):
            _controls(reading, line)
    return reading


def _region(
    reading: Reading, table: Table, header: list[str], row: Row, allowlisted: set[str]
) -> None:
    """A region; `allowlisted` are those that the text around the table names as such."""
    reading.rows += 1
    table.check_width(row)
    place = location_in(row.cells[0].text, row.number)
    said = row.cells[header.index("launch stage")].text
    words = [word.strip().casefold() for word in said.split(",")]
    is_allowlist = place in allowlisted or "allowlist" in words
    cite = reading.cite(row.number, table.heading)
    reading.add(Corpus(place, _stage(reading, row, said), is_allowlist, cite))


def _stage(reading: Reading, row: Row, said: str) -> str:
    """The stage among a region's words, which may name an allowlist, too.

    It is empty where there is none, or where there are several; these, and other words, are
    reported.
    """
    words = [word.strip() for word in said.split(",")]
    stages = [STAGES[word.casefold()] for word in words if word.casefold() in STAGES]
    others = {word.casefold() for word in words} - STAGES.keys() - {"allowlist"}
    if others or len(stages) > 1:
        reading.not_understood(row.number, ", ".join(words))
    return stages[0] if len(stages) == 1 else ""


def _controls(reading: Reading, line: Line) -> None:
    cite = reading.cite(line.number, None)
    for control, verdict in _VERDICTS.items():
        reading.add(Controlled("", "", Feature.RAG, control, verdict, cite))
