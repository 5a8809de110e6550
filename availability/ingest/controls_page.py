"""Reads the page about security controls: which of them cover which feature of each model.

Its facts are ticks in tables: see `ticks` for what a copy without any says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from availability.facts.snapshot import Control, Verdict
from availability.ingest.document import Document, Line, PageError, Row, Table
from availability.ingest.model_names import ModelNames
from availability.ingest.reading import Reading
from availability.ingest.statements import Controlled, Key
from availability.ingest.ticks import verdict_of
from availability.ingest.vocabulary import CONTROLS, FEATURES, term

_SHORT_NAME = re.compile(r"\s*\((?:CMEK|VPC-SC|AXT)\)")
"""What a column's title has behind a control's name."""
_GROUPS = re.compile(r"(?:partner(?: and open)?|open) models?(?: \(maas\))?", re.IGNORECASE)
"""Rows about every model of a kind, which name none."""
_LINES = {
    "embeddings for text": "text-",
    "embeddings for multimodal": "multimodalembedding",
    "veo for video generation": "veo-",
    "imagen for image generation": "imagen-",
    "lyria for music generation": "lyria-",
}
"""Rows about all models of a line, in lower case -> what their ids begin with."""
_LONGEST = 90
"""How long the name of a model or feature is at most; what is longer is a sentence."""


def read_security_controls(document: Document, names: ModelNames) -> Reading:
    """Which controls cover which feature of each model; unknown where the ticks are lost.

    A row about a model, or a line of them, is followed by rows about its features. Raises PageError
    for a row that is neither or is cut off, and where there is no feature at all.
    """
    reading = Reading(document)
    tables = [(table, columns) for table in document.tables if any(columns := _columns(table))]
    for table, columns in tables:
        _controls(reading, names, table, columns)
    if not tables:
        _controls_without_a_table(reading, names)
    if not reading.rows:
        raise PageError(None, "no table of models and controls is on this page")
    return reading


def _columns(table: Table) -> list[Control | None]:
    """The control of each column but the first; None for a column that is about none."""
    return [_control(cell.text) for cell in table.header.cells[1:]]


def _control(title: str) -> Control | None:
    plain = _SHORT_NAME.sub("", title)
    at_rest = title.replace("(at rest)", "at rest")
    return CONTROLS.get(term(plain)) or CONTROLS.get(term(at_rest))


def _controls(
    reading: Reading, names: ModelNames, table: Table, columns: Sequence[Control | None]
) -> None:
    ticked = table.has_ticks()
    if not ticked:
        reading.ticks_lost += 1
    models: list[Key] = []
    for row in table.body:
        text = row.cells[0].text
        if term(text) in FEATURES:
            _feature(reading, table, row, models, columns, ticked=ticked)
        elif not _is_other_feature(text):
            models = _models(names, text, row.number)


def _feature(
    reading: Reading,
    table: Table,
    row: Row,
    models: Sequence[Key],
    columns: Sequence[Control | None],
    *,
    ticked: bool,
) -> None:
    """What a row says of a feature of the models above it; a cell that is no tick is reported."""
    reading.rows += 1
    table.check_width(row)
    feature = FEATURES[term(row.cells[0].text)]
    cite = reading.cite(row.number, table.heading)
    for control, cell in zip(columns, row.cells[1:], strict=True):
        if control is None:
            continue
        verdict = verdict_of(cell, ticked=ticked)
        if verdict is None:
            reading.not_understood(row.number, f"{row.cells[0].text}, {control}: {cell.text}")
            continue
        for key in models:
            reading.add(Controlled(*key, feature, control, verdict, cite))


def _controls_without_a_table(reading: Reading, names: ModelNames) -> None:
    """A copy whose table fell apart: models and features are there, and every tick is lost.

    They stand below the last column's title, which is a link.
    """
    reading.ticks_lost += 1
    models: list[Key] = []
    inside = False
    for line in reading.document.lines:
        if line.kind != "text" or line.quoted:
            continue
        if "access transparency" in line.text.casefold() and line.links:
            inside = True
        elif not inside or len(line.text) > _LONGEST:
            continue
        elif term(line.text) in FEATURES:
            _unknown_feature(reading, line, models)
        elif not _is_other_feature(line.text):
            models = _models(names, line.text, line.number)


def _unknown_feature(reading: Reading, line: Line, models: Sequence[Key]) -> None:
    """A feature of the models above it, of which nothing is known."""
    reading.rows += 1
    feature = FEATURES[term(line.text)]
    cite = reading.cite(line.number, line.text)
    for key in models:
        for control in dict.fromkeys(CONTROLS.values()):
            reading.add(Controlled(*key, feature, control, Verdict.UNKNOWN, cite))


def _is_other_feature(text: str) -> bool:
    """Whether it is a feature that no control is asked for, and not a model's name."""
    return text.casefold().startswith("grounding with")


def _models(names: ModelNames, text: str, number: int) -> list[Key]:
    """The models of a heading row. Raises PageError where there is none."""
    if _GROUPS.fullmatch(text):
        return []
    if key := names.by_name(text):
        return [key]
    if prefix := _LINES.get(text.casefold()):
        return [
            key for model, key in names.ids.items() if model.startswith(prefix) and key[1] == model
        ]
    raise PageError(number, f"the row {text!r} matches no model")
