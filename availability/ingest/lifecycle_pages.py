"""Reads the pages of dates: Google's model versions, and the deprecations of open models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from availability.facts.snapshot import NoticeKind, Stage
from availability.ingest.dates import NoDate, date_facts, days_of
from availability.ingest.document import Cell, Document, PageError, Row, Table
from availability.ingest.model_names import ModelNames
from availability.ingest.notes import model_notes
from availability.ingest.reading import Reading
from availability.ingest.statements import AliasNamed, Cite, Key, ModelNamed, Noticed, dated

_DATES = {
    "release date": "released",
    "deprecation date": "deprecated",
    "retirement date": "retires",
    "shutdown date": "retires",
    "discontinuation date": "retires",
}
"""The columns of dates -> the field of `Dated`."""
_SUCCESSORS = {"replacement model", "recommended upgrade"}
_MODELS = {"model id", "model"}
_SILENT = {"self-deploy alternative"}
"""A column that says nothing to us."""
_KNOWN = {*_DATES, *_SUCCESSORS, *_MODELS, *_SILENT}
_ALIASES = "auto-updated alias"
_SHORT_DAYS = re.compile(r"retire (?P<days>\d+) days after a replacement model is released")
_SHORT = "shorter availability"


def read_lifecycle(document: Document, names: ModelNames) -> Reading:
    """Release, deprecation and retirement of each model of its tables, and what replaces it.

    Raises PageError for a table that is cut off, names a model that is not known, or says two
    things of one model.
    """
    reader = _Reader(Reading(document), names)
    for table in document.tables:
        reader.table(table)
    quoted = [line for line in document.lines if line.quoted and line.codes]
    model_notes(reader.reading, [], quoted)
    return reader.reading


@dataclass
class _Reader:
    """Goes through the tables of one page."""

    reading: Reading
    names: ModelNames
    ends: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Model -> its release and its end, by the first row that has them."""

    def table(self, table: Table) -> None:
        """Reads a table of aliases or of dates; others say nothing."""
        header = [cell.text.casefold() for cell in table.header.cells]
        if header[0] == _ALIASES:
            for alias in _aliases(self.reading, table):
                self.reading.add(alias)
        elif header[0] in _MODELS and "retirement date" in header:
            if unknown := [text for text in header if text not in _KNOWN]:
                self.reading.not_understood(table.number, f"the columns {', '.join(unknown)}")
            for row in table.body:
                self._row(table, header, row)

    def _row(self, table: Table, header: list[str], row: Row) -> None:
        self.reading.rows += 1
        table.check_width(row)
        models = self._models(row)
        facts = self._facts(dict(zip(header, row.cells, strict=True)), row)
        cite = self.reading.cite(row.number, table.heading)
        for publisher, model in models:
            self._check_once(model, facts, row)
            self.reading.add(ModelNamed(publisher, model, model, "", cite))
            stage = Stage.DEPRECATED if facts.get("deprecated") else ""
            self.reading.add(dated(publisher, model, cite, stage=stage, **facts))
            if any(_SHORT in heading.casefold() for heading in table.headings):
                self.reading.add(self._short_lived(publisher, model, cite))

    def _models(self, row: Row) -> list[Key]:
        """The models of the ids in a row's first cell. Raises PageError where there is none."""
        cell = row.cells[0]
        is_id = re.fullmatch(r"[a-z0-9][\w.@-]+", cell.text)
        ids = cell.codes or ((cell.text,) if is_id else ())
        keys = [key for model_id in ids if (key := self.names.by_id(model_id))]
        if not keys:
            raise PageError(row.number, f"the row {cell.text!r} matches no model")
        return keys

    def _facts(self, cells: dict[str, Cell], row: Row) -> dict[str, str]:
        """Dates and successors by the fields of `Dated`; `cells` are those of a row by title."""
        facts: dict[str, str] = {}
        for title, cell in cells.items():
            if title in _SUCCESSORS:
                facts["successors"] = self._successors(cell, row)
            elif name := _DATES.get(title):
                try:
                    facts |= date_facts(name, cell.text)
                except NoDate:
                    said = f"{title.capitalize()}: {cell.text}"
                    self.reading.not_understood(row.number, said)
        return facts

    def _successors(self, cell: Cell, row: Row) -> str:
        """The ids of "Gemini 3.5 Flash-Lite or Gemini 3.1 Flash-Lite", without unknown names."""
        ids: list[str] = list(cell.codes)
        for part in re.split(r",? or |, ", cell.text) if not ids else ():
            if not part.strip():
                continue
            if re.fullmatch(r"[a-z0-9][\w.@-]*-[\w.@-]+", part):
                ids.append(part)
            elif key := self.names.by_name(part):
                ids.append(key[1])
            else:
                self.reading.not_understood(row.number, f"Replacement: {part}")
        return " ".join(ids)

    def _check_once(self, model: str, facts: dict[str, str], row: Row) -> None:
        """Raises PageError for a row that gives a model another release or end than one above."""
        ends = tuple(facts.get(name, "") for name in ("released", "retires", "not_before"))
        if self.ends.setdefault(model, ends) != ends:
            raise PageError(row.number, f"two rows for {model} that disagree")

    def _short_lived(self, publisher: str, model: str, cite: Cite) -> Noticed:
        """The notice of a model that retires soon after its replacement is there."""
        days = self._short_days
        what = "of the class of shorter availability"
        what += f": it retires {days} days after its replacement" if days else ""
        return Noticed(publisher, model, "", NoticeKind.SHORT_LIVED, what, days, cite)

    @cached_property
    def _short_days(self) -> int | None:
        """How long after its replacement such a model retires, where the page says it."""
        lines = self.reading.document.lines
        matches = ((line, match) for line in lines if (match := _SHORT_DAYS.search(line.text)))
        return next((days_of(match["days"], line.number) for line, match in matches), None)


def _aliases(reading: Reading, table: Table) -> Iterator[AliasNamed]:
    """Each version as an alias of the name that follows it and lacks its number."""
    for row in table.body:
        codes = [cell.codes for cell in row.cells]
        if len(codes) < 2 or not codes[0] or not codes[1]:
            continue
        name, version = codes[0][0], codes[1][0]
        if name != version and version.startswith(name):
            yield AliasNamed("google", name, version, reading.cite(row.number, table.heading))
