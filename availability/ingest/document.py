"""A page as the readers see it: its lines and its tables, whatever form it was stored in.

Google's pages come as Markdown with headings and bullets, as HTML tables inside Markdown, as the
`PAGE.md.txt` that Google serves beside each page, and as HTML. All of them become the same thing
here: lines in the order of the page, with the cells of tables among them, and the tables by rows
and cells. A reader looks for labels and never at the form. `forms` makes documents.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

LineKind = Literal["heading", "text", "item"]


class PageError(ValueError):
    """The page is not what it claims to be, so that nothing on it can be trusted."""

    def __init__(self, line: int | None, message: str) -> None:
        self.line = line
        self.message = message
        super().__init__(message if line is None else f"line {line}: {message}")


@dataclass(frozen=True)
class Segment:
    """A part of a line that no break divides: plain text, and the code and links within it."""

    text: str
    codes: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Text and address of each link."""


@dataclass(frozen=True)
class Line:
    """A heading, a paragraph or an item of a list."""

    number: int
    """Where it begins on the page, counted from 1."""
    kind: LineKind
    level: int
    """Of a heading 1 to 6, of an item how deep its list lies, from 1; else 0."""
    segments: tuple[Segment, ...]
    quoted: bool = False
    """Whether it stands in a callout."""
    in_table: bool = False
    header: bool = False
    """Whether it is the first cell of a row of a table, which is a label there."""

    @cached_property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(segment.text for segment in self.segments if segment.text)

    @property
    def codes(self) -> tuple[str, ...]:
        """What it has in code style."""
        return tuple(code for segment in self.segments for code in segment.codes)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Text and address of each link."""
        return tuple(link for segment in self.segments for link in segment.links)


class Mark(StrEnum):
    """What a cell of a table of ticks says."""

    YES = "yes"
    NO = "no"
    PREVIEW = "preview"
    NOT_APPLICABLE = "n/a"
    BLANK = "blank"


_MARKS = {
    "": Mark.BLANK,
    "yes": Mark.YES,
    "supported": Mark.YES,
    "available": Mark.YES,
    "check": Mark.YES,
    "check_circle": Mark.YES,
    "✔": Mark.YES,
    "✔️": Mark.YES,
    "✓": Mark.YES,
    "✅": Mark.YES,
    "no": Mark.NO,
    "not supported": Mark.NO,
    "close": Mark.NO,
    "✘": Mark.NO,
    "✗": Mark.NO,
    "❌": Mark.NO,
    "no plan": Mark.NO,
    "preview": Mark.PREVIEW,
    "yes preview": Mark.PREVIEW,
    "yes (preview)": Mark.PREVIEW,
    "n/a": Mark.NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        """All of it on one line."""
        return " ".join(line.text for line in self.lines if line.text)

    @property
    def codes(self) -> tuple[str, ...]:
        """What it has in code style."""
        return tuple(code for line in self.lines for code in line.codes)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Text and address of each link."""
        return tuple(link for line in self.lines for link in line.links)

    @property
    def mark(self) -> Mark | None:
        """What it says in a table of ticks; None where it says something else."""
        return _MARKS.get(self.text.casefold())


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table, its header row first, under the headings that lead to it."""

    number: int
    headings: tuple[str, ...]
    """From the outermost to the innermost."""
    rows: tuple[Row, ...]

    @property
    def header(self) -> Row:
        """The first row."""
        return self.rows[0]

    @property
    def body(self) -> tuple[Row, ...]:
        """The rows below the header."""
        return self.rows[1:]

    @property
    def heading(self) -> str | None:
        """The innermost heading above it; None where there is none."""
        return self.headings[-1] if self.headings else None

    def check_width(self, row: Row) -> None:
        """Raises PageError for a row that has more or fewer cells than there are columns."""
        have, want = len(row.cells), len(self.header.cells)
        if have != want:
            raise PageError(row.number, f"a row of {have} cells under {want} columns")

    def has_ticks(self) -> bool:
        """Whether any cell says yes or no: copies that lost their ticks have none at all."""
        marks = {cell.mark for row in self.body for cell in row.cells[1:]}
        return bool(marks & {Mark.YES, Mark.NO, Mark.PREVIEW})


@dataclass(frozen=True)
class Document:
    """A page that was read."""

    path: str
    """Below the documentation's root, without a suffix: ``models/gemini/3-5-flash``."""
    url: str
    title: str
    """The page's title, else its first heading, else its path."""
    date: dt.date
    """Google's last update, else the day of the copy."""
    lines: tuple[Line, ...]
    """Everything on the page in its order, the cells of tables included."""
    tables: tuple[Table, ...]

    def heading_above(self, line: Line) -> str | None:
        """The nearest heading above a line; None where it stands above the first one."""
        above = [
            other.text
            for other in self.lines
            if other.kind == "heading" and other.number < line.number
        ]
        return above[-1] if above else None

    def items_below(self, heading: str) -> Iterator[Line]:
        """The items between the headings of that text, in any case, and the next heading."""
        inside = False
        for line in self.lines:
            if line.kind == "heading":
                inside = line.text.casefold() == heading.casefold()
            elif inside and line.kind == "item":
                yield line


def clean(text: str) -> str:
    """The text with every run of white space, no-break spaces included, as one space.

    Without the stray space before a comma that the copies have.
    """
    return re.sub(r" ([,.;:)])(?=\s|$)", r"\1", " ".join(text.replace("\u200b", "").split()))
