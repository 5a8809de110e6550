"""Reads the page about endpoints: their hosts, what the global one lacks, and who is served where.

Its matrices of models and locations are ticks. A copy without a single one has lost them: what such
a table says stays unknown, and it is never read as a table of "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from availability.facts.snapshot import Need
from availability.ingest.document import Document, Line, Mark, PageError, Row, Table
from availability.ingest.locations import (
    CODE,
    NotALocation,
    UnknownLocation,
    location_in,
    location_of,
)
from availability.ingest.model_names import ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Hosted, Limited, Served, Sold


@dataclass(frozen=True)
class _Limit:
    """What the global endpoint lacks, and for which models."""

    need: Need
    publishers: str = ""
    """With spaces between; empty for all."""
    id_suffix: str = ""


_RAG = "retrieval-augmented generation (rag) corpus"
_LIMITS = {
    "tuning": _Limit(Need.TUNING),
    "batch prediction": _Limit(Need.BATCH_PREDICTION),
    "batch prediction for anthropic and openmaas models": _Limit(
        Need.BATCH_PREDICTION, "anthropic", "-maas"
    ),
    "context caching": _Limit(Need.CONTEXT_CACHING),
    "provisioned throughput": _Limit(Need.PROVISIONED_THROUGHPUT),
    _RAG: _Limit(Need.RAG_CORPUS),
    f"{_RAG} (rag requests are supported)": _Limit(Need.RAG_CORPUS),
}
"""The page's words for it, in lower case."""
_WIDE = re.compile(r"\((?P<code>global|us|eu)\)$", re.IGNORECASE)
"""How a column's title ends that is about more than one region."""
_VERSION_COLUMN = "latest supported model version"


def read_locations(document: Document, names: ModelNames) -> Reading:
    """Hosts of multi-regions, what the global endpoint lacks, and where models are served.

    Raises PageError for a location that does not exist, for rows that match no model or are cut
    off, for hosts without a location, and where there is neither a row nor a limitation.
    """
    reading = Reading(document)
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if "hostname" in header:
            if "location" not in header:
                raise PageError(table.number, "a table of hosts without the column Location")
            _hosts(reading, table, header.index("location"), header.index("hostname"))
        elif _VERSION_COLUMN in header:
            _throughput(reading, names, table, header.index(_VERSION_COLUMN))
        elif any(_is_place(text) for text in header[1:]):
            _matrix(reading, names, table)
        elif table.has_ticks():
            columns = ", ".join(cell.text for cell in table.header.cells)
            reading.not_understood(table.number, f"ticks under the columns {columns}")
    for line in _limitations(document):
        _limitation(reading, line)
    if not reading.rows:
        raise PageError(None, "neither hosts nor limitations are on this page")
    return reading


def _hosts(reading: Reading, table: Table, place: int, host: int) -> None:
    """The hosts of a table; `place` and `host` are its columns."""
    for row in table.body:
        reading.rows += 1
        table.check_width(row)
        location = location_in(row.cells[place].text, row.number)
        name = re.sub(r"^https?://|/+$", "", row.cells[host].text)
        reading.add(Hosted(location, name, reading.cite(row.number, table.heading)))


def _throughput(reading: Reading, names: ModelNames, table: Table, version: int) -> None:
    """The models that the global endpoint offers with provisioned throughput.

    `version` is the column of their ids.
    """
    need = Need.PROVISIONED_THROUGHPUT
    for row in table.body:
        reading.rows += 1
        table.check_width(row)
        for key in names.of_row(row.cells[version], row.number):
            cite = reading.cite(row.number, table.heading)
            reading.add(Sold(*key, need, "global", False, cite))


def _matrix(reading: Reading, names: ModelNames, table: Table) -> None:
    """A table of models and locations with ticks; one without any says nothing."""
    if not table.has_ticks():
        reading.ticks_lost += 1
        return
    places = [_column(cell.text, table.number) for cell in table.header.cells[1:]]
    for row in table.body:
        is_heading = len(row.cells) == 1 or not any(cell.text for cell in row.cells[1:])
        if is_heading:
            continue
        reading.rows += 1
        table.check_width(row)
        _served(reading, names, table, row, places)


def _is_place(title: str) -> bool:
    """Whether a column's title is that of a location, known or not."""
    word = _word(title)
    try:
        location_of(word, "")
    except (NotALocation, UnknownLocation):
        return CODE.search(word) is not None
    return True


def _column(title: str, number: int) -> str:
    """The location of a column. Raises PageError where its title names none, or several."""
    return location_in(_word(title), number)


def _word(title: str) -> str:
    """What names the location in a column's title: of ``Paris, France (europe-west9)`` the code."""
    codes = CODE.findall(title)
    if len(codes) == 1:
        return codes[0]
    match = _WIDE.search(title)
    return match["code"] if match and not codes else title


def _served(reading: Reading, names: ModelNames, table: Table, row: Row, places: list[str]) -> None:
    """Where a row has ticks; a cell that says something else is reported."""
    cite = reading.cite(row.number, table.heading)
    for key in names.of_row(row.cells[0], row.number):
        for place, cell in zip(places, row.cells[1:], strict=True):
            match cell.mark:
                case Mark.YES:
                    reading.add(Served(*key, place, "", False, cite))
                case Mark.PREVIEW:
                    reading.add(Served(*key, place, "preview", False, cite))
                case None:
                    said = f"{row.cells[0].text}, {place}: {cell.text}"
                    reading.not_understood(row.number, said)
                case Mark.NO | Mark.NOT_APPLICABLE | Mark.BLANK:
                    pass


def _limitations(document: Document) -> Iterator[Line]:
    """The items below "Limitations", in the part about the global endpoint."""
    in_global = in_limitations = False
    for line in document.lines:
        if line.kind == "heading":
            if line.level <= 2:
                in_global = line.text.casefold() == "global endpoint"
            in_limitations = line.text.casefold() == "limitations"
        elif in_global and in_limitations and line.kind == "item":
            yield line


def _limitation(reading: Reading, line: Line) -> None:
    """What a line says that the global endpoint lacks; one that is not known is reported."""
    reading.rows += 1
    limit = _LIMITS.get(line.text.casefold())
    if limit is None:
        reading.not_understood(line)
        return
    cite = reading.cite(line.number, "Limitations")
    reading.add(Limited("global", limit.need, limit.publishers, limit.id_suffix, False, cite))
