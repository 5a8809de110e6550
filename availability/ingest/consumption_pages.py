"""Reads the pages about ways to pay and about tuning: which models they are for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from availability.facts.snapshot import Need, Verdict
from availability.ingest.document import Document, Line, PageError, Row, Table
from availability.ingest.model_names import ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Capable, Cite, Key, Sold

_HEADING = "Supported models"
_FOLDED = "click to"
"""How the headings begin that fold a part of a list away."""
_GLOBAL_ONLY = re.compile(r"in the global endpoint only")
_VERSION = re.compile(r"^Latest supported versions?:")
_VERSION_COLUMN = "latest supported model version"
"""The column that only tables about the global endpoint have."""


# Pay-as-you-go and tuning


def read_paygo(document: Document, names: ModelNames, option: Need | str) -> Reading:
    """The models that a page lists for its way to pay; at the global endpoint only, if it says so.

    Raises PageError where it lists no model.
    """
    reading = Reading(document)
    only_global = any(_GLOBAL_ONLY.search(line.text) for line in document.lines)
    for key, cite in _listed_models(reading, names):
        reading.add(Capable(*key, option, Verdict.YES, cite))
        if only_global:
            reading.add(Sold(*key, option, "global", True, cite))
    return reading


def read_tuning(document: Document, names: ModelNames) -> Reading:
    """The models that a page lists as tunable. Raises PageError where it lists none."""
    reading = Reading(document)
    for key, cite in _listed_models(reading, names):
        reading.add(Capable(*key, Need.TUNING, Verdict.YES, cite))
        reading.add(Capable(*key, "supervised-fine-tuning", Verdict.YES, cite))
    return reading


def _listed_models(reading: Reading, names: ModelNames) -> Iterator[tuple[Key, Cite]]:
    """The models of the page's list, each with its place; items that name none are reported.

    Raises PageError, in the end, where the list has no item.
    """
    for line in _listed(reading.document):
        reading.rows += 1
        keys = names.of(line)
        if not keys:
            reading.not_understood(line)
        for key in keys:
            yield key, reading.cite(line.number, _HEADING)
    if not reading.rows:
        raise PageError(None, "no list of supported models is on this page")


def _listed(document: Document) -> Iterator[Line]:
    """The items below the heading of the list, and below those that fold a part of it away."""
    level = 0
    for line in document.lines:
        text = line.text.casefold()
        if line.kind != "heading":
            if level and line.kind == "item":
                yield line
        elif text.startswith(_HEADING.casefold()):
            level = line.level
        elif level and (line.level <= level or not text.startswith(_FOLDED)):
            return


# Provisioned throughput


def read_provisioned_throughput(document: Document, names: ModelNames) -> Reading:
    """The models that can be bought as provisioned throughput, and those of the global endpoint.

    Raises PageError for a version that matches no model, for a row that is cut off, and where there
    is no model at all.
    """
    reading = Reading(document)
    for line in document.lines:
        if _VERSION.search(line.text) and line.codes:
            _version(reading, names, line)
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[0] == "model":
            for row in table.body:
                _row(reading, names, table, header, row)
    if not reading.rows:
        raise PageError(None, "no table of models is on this page")
    return reading


def _version(reading: Reading, names: ModelNames, line: Line) -> None:
    reading.rows += 1
    keys = names.of(line)
    if not keys:
        raise PageError(line.number, f"the version {line.codes[0]!r} matches no model")
    _buyable(reading, keys, reading.cite(line.number, _HEADING))


def _row(reading: Reading, names: ModelNames, table: Table, header: list[str], row: Row) -> None:
    """The models of a row, which is a heading of others where it has a single cell."""
    if len(row.cells) == 1:
        return
    reading.rows += 1
    table.check_width(row)
    is_global = _VERSION_COLUMN in header
    keys = names.of(row.cells[header.index(_VERSION_COLUMN)]) if is_global else []
    keys = keys or names.of(row.cells[0])
    if not keys:
        reading.not_understood(row.number, row.cells[0].text)
    cite = reading.cite(row.number, table.heading)
    if is_global:
        for key in keys:
            reading.add(Sold(*key, Need.PROVISIONED_THROUGHPUT, "global", False, cite))
    else:
        _buyable(reading, keys, cite)


def _buyable(reading: Reading, keys: list[Key], cite: Cite) -> None:
    for key in keys:
        reading.add(Capable(*key, Need.PROVISIONED_THROUGHPUT, Verdict.YES, cite))
