"""Reads the pages of dates: Google's model versions, and the deprecations of open models."""

from __future__ import annotations

import re
from dataclasses import replace

from availability.facts.snapshot import NoticeKind, Stage
from availability.ingest.document import Cell, Document, PageError, Row, Table
from availability.ingest.model_names import ModelNames
from availability.ingest.notes import model_notes
from availability.ingest.reading import Reading
from availability.ingest.statements import AliasNamed, Dated, ModelNamed, Noticed
from availability.ingest.vocabulary import NoDate, read_day

_COLUMNS = {
    "model id": "model",
    "model": "model",
    "release date": "released",
    "deprecation date": "deprecated",
    "retirement date": "retires",
    "shutdown date": "retires",
    "discontinuation date": "retires",
    "replacement model": "successors",
    "recommended upgrade": "successors",
    "self-deploy alternative": "",
}
"""The columns of its tables; one without a meaning for us is empty."""
_SHORT_DAYS = re.compile(r"retire (?P<days>\d+) days after a replacement model is released")


def read_lifecycle(document: Document, names: ModelNames) -> Reading:
    """Release, deprecation and retirement of each model of its tables, and what replaces it.

    Raises PageError for a table that is cut off or says two things of one model.
    """
    reading = Reading(document)
    days = next(
        (int(match["days"]) for line in document.lines if (match := _SHORT_DAYS.search(line.text))),
        None,
    )
    said: dict[str, tuple[str, str, str]] = {}
    for table in document.tables:
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[:1] == ["auto-updated alias"]:
            _aliases(reading, table)
        if header[:1] not in (["model id"], ["model"]) or "retirement date" not in header:
            continue
        if unknown := [text for text in header if text not in _COLUMNS]:
            reading.not_understood(table.number, f"the columns {', '.join(unknown)}")
        short = any("shorter availability" in heading.casefold() for heading in table.headings)
        for row in table.body:
            _row(reading, names, header, row, days if short else None, short=short, said=said)
    model_notes(reading, [], [line for line in document.lines if line.quoted and line.codes])
    return reading


def _row(
    reading: Reading,
    names: ModelNames,
    header: list[str],
    row: Row,
    days: int | None,
    *,
    short: bool,
    said: dict[str, tuple[str, str, str]],
) -> None:
    reading.rows += 1
    if len(row.cells) < len(header):
        raise PageError(row.number, f"a row of {len(row.cells)} cells under {len(header)} columns")
    cells = dict(zip(header, row.cells, strict=False))
    first = row.cells[0]
    codes = first.codes or ((first.text,) if re.fullmatch(r"[a-z0-9][\w.@-]+", first.text) else ())
    keys = [key for code in codes if (key := names.by_id(code))]
    if not keys:
        raise PageError(row.number, f"the row {first.text!r} matches no model")
    facts: dict[str, str] = {}
    for title, cell in cells.items():
        name = _COLUMNS.get(title)
        if name in (None, "", "model"):
            continue
        if name == "successors":
            facts[name] = _successors(reading, names, cell, row)
            continue
        try:
            day = read_day(cell.text)
        except NoDate:
            reading.not_understood(row.number, f"{title.capitalize()}: {cell.text}")
            continue
        if day is None:
            continue
        if name in ("retires", "deprecated") and len(day.iso) < 10:
            reading.not_understood(row.number, f"{title.capitalize()}: {cell.text}")
            continue
        facts["not_before" if day.at_least and name == "retires" else name] = day.iso
    for publisher, model in keys:
        mark = (facts.get("released", ""), facts.get("retires", ""), facts.get("not_before", ""))
        if said.setdefault(model, mark) != mark:
            raise PageError(row.number, f"two rows for {model} that disagree")
        cite = reading.cite(row.number, _heading(reading, row))
        stage = Stage.DEPRECATED if facts.get("deprecated") else ""
        reading.add(ModelNamed(publisher, model, _name(names, model), "", cite))
        bare = Dated(publisher, model, stage, "", "", "", "", "", "", cite)
        reading.add(replace(bare, **facts))
        if short:
            what = "of the class of shorter availability"
            what += f": it retires {days} days after its replacement" if days else ""
            notice = Noticed(publisher, model, "", NoticeKind.SHORT_LIVED, what, days, cite)
            reading.add(notice)


def _name(names: ModelNames, model: str) -> str:
    """The name that cards give to an id, else the id."""
    key = names.by_id(model)
    for index in (names.names, names.known):
        for keys in index.values():
            if key in keys:
                return model
    return model


def _successors(reading: Reading, names: ModelNames, cell: Cell, row: Row) -> str:
    """The ids of "Gemini 3.5 Flash-Lite or Gemini 3.1 Flash-Lite"; what has none is reported."""
    ids: list[str] = list(cell.codes)
    if not ids:
        for part in re.split(r",? or |, ", cell.text):
            if not part.strip():
                continue
            if re.fullmatch(r"[a-z0-9][\w.@-]*-[\w.@-]+", part):
                ids.append(part)
            elif key := names.by_name(part):
                ids.append(key[1])
            else:
                reading.not_understood(row.number, f"Replacement: {part}")
    return " ".join(ids)


def _heading(reading: Reading, row: Row) -> str | None:
    tables = [table for table in reading.document.tables if row in table.rows]
    return tables[0].headings[-1] if tables and tables[0].headings else None


def _aliases(reading: Reading, table: Table) -> None:
    """Names that follow the newest version: of a version, its name without a number."""
    for row in table.body:
        codes = [cell.codes for cell in row.cells]
        if len(codes) < 2 or not codes[0] or not codes[1]:
            continue
        alias, target = codes[0][0], codes[1][0]
        if alias != target and target.startswith(alias):
            cite = reading.cite(row.number, table.headings[-1] if table.headings else None)
            reading.add(AliasNamed("google", alias, target, cite))
