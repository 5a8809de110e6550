"""Reads HTML: a whole page, or a piece of one inside Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from bs4.exceptions import ParserRejectedMarkup

from availability.ingest.document import Cell, Line, LineKind, PageError, Row, Table, clean
from availability.ingest.writing import Content, Headings, Writer

_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt",
    "figure", "footer", "header", "html", "li", "main", "ol", "p", "pre", "section", "summary",
    "ul", "devsite-selector", "devsite-tabs", "tab", "table", "tbody", "thead", "tr", "td", "th",
}  # fmt: skip
"""Tags that begin a line of their own."""
_IGNORED = {"script", "style", "nav", "head", "svg", "template", "sup", "colgroup", "pre"}
"""Tags whose content says nothing about models: a footnote's mark and an example among them."""
_MAIN = (".devsite-article-body", "article", "main", "body")
"""Where the text of a page stands; the first that it has."""
_HEADING = re.compile(r"h[1-6]")
_WIDEST = 100
"""How many columns or rows a cell spans at most."""
_MOST_DIGITS = 9
"""How many digits a number has at most that is read as one."""
_DEEPEST = 150
"""How many tags stand within each other at most: each of them is read within the one around it."""
_UNKNOWN_SECTION = re.compile(
    r"<!\[(?!\s*(?:cdata|temp|ignore|include|rcdata|if|else|endif)\b)", re.IGNORECASE
)
"""How a marked section begins that no parser knows."""


def is_html(text: str) -> bool:
    """Whether the page as a whole is HTML, and not Markdown with HTML in it."""
    start = text.lstrip()[:2000].casefold()
    return start.startswith(("<!doctype html", "<html")) or "<body" in start


def read_html(text: str) -> Content:
    """What stands in a page of HTML. Raises PageError for one that is cut off or no HTML."""
    soup = _soup(text, 0)
    if "</html" not in text.casefold() and "</body" not in text.casefold():
        raise PageError(None, "cut off: the page has no end")
    heading = soup.find("h1") or soup.find("title")
    title = clean(heading.get_text(" ")) if isinstance(heading, Tag) else ""
    root = next((tag for name in _MAIN if (tag := soup.select_one(name))), soup)
    reader = _Reader(0, Headings())
    reader.block(root, 0, quoted=False)
    return Content(title, tuple(reader.lines), tuple(reader.tables))


def read_piece(text: str, above: int, headings: Headings) -> Content:
    """What stands in a piece of HTML inside Markdown.

    `above` is how many lines of the page stand above it. `headings` lead to the piece, and those in
    it are entered. A whole page behind the mark of a callout is read as one. Raises PageError where
    that is cut off, and for what is no HTML.
    """
    if above == 0 and is_html(text):
        return read_html(text)
    reader = _Reader(above, headings)
    reader.block(_soup(text, above), 0, quoted=False)
    return Content("", tuple(reader.lines), tuple(reader.tables))


def _soup(text: str, above: int) -> BeautifulSoup:
    """The tags of a text, above which so many lines of the page stand.

    Raises PageError for what no parser takes, and for tags that stand too deep within each other.
    """
    try:
        soup = BeautifulSoup(text, "html.parser")
    except ParserRejectedMarkup:
        found = _UNKNOWN_SECTION.search(text)
        line = above + text.count("\n", 0, found.start()) + 1 if found else None
        raise PageError(line, "not HTML: a marked section of an unknown kind") from None
    depths: dict[int, int] = {}
    for tag in soup.find_all(True):
        depth = depths[id(tag)] = depths.get(id(tag.parent), 0) + 1
        if depth > _DEEPEST:
            line = above + (tag.sourceline or 1)
            raise PageError(line, f"more than {_DEEPEST} tags stand within each other")
    return soup


class _Reader:
    """Writes the lines and tables of tags, in the order in which they stand."""

    def __init__(self, above: int, headings: Headings, first: int = 1) -> None:
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self._above = above
        self._headings = headings
        self._writer = Writer()
        self._number = first
        """Where the line that is being written begins."""

    def block(self, tag: Tag, depth: int, *, quoted: bool) -> None:
        """Writes what stands in a block, `depth` lists deep.

        Of an item, its first lines and its paragraphs are items; what follows another block in it
        is text.
        """
        kind: LineKind = "item" if tag.name == "li" else "text"
        level = depth if kind == "item" else 0
        for child in tag.children:
            if type(child) is NavigableString:
                self._text(child)
            if not isinstance(child, Tag) or child.name in _IGNORED:
                continue
            name = child.name
            if _HEADING.fullmatch(name):
                self._flush(kind, level, quoted=quoted)
                self._start(child)
                self._inline(child)
                self._flush("heading", int(name[1]), quoted=quoted)
            elif name == "table":
                self._flush(kind, level, quoted=quoted)
                self._table(child)
                kind, level = "text", 0
            elif name in _BLOCKS:
                self._flush(kind, level, quoted=quoted)
                if tag.name == "li":
                    kind, level = ("item", level) if name == "p" else ("text", 0)
                self._start(child)
                deeper = depth + (name in ("ul", "ol"))
                self.block(child, deeper, quoted=quoted or name in ("blockquote", "aside"))
            else:
                self._start(child)
                self._inline_tag(child)
        self._flush(kind, level, quoted=quoted)

    def _line_of(self, tag: Tag) -> int:
        return self._above + (tag.sourceline or 1)

    def _start(self, tag: Tag) -> None:
        """Has the next line begin here, unless it has begun."""
        if not self._writer.text.strip():
            self._number = self._line_of(tag)

    def _flush(self, kind: LineKind, level: int, *, quoted: bool) -> None:
        """Ends a line, which is none where nothing was written."""
        if segments := self._writer.finish():
            line = Line(self._number, kind, level, segments, quoted)
            if kind == "heading":
                self._headings.enter(level, line.text)
            self.lines.append(line)

    # Inline

    def _text(self, text: NavigableString) -> None:
        self._writer.text += str(text).replace("\n", " ")

    def _inline(self, tag: Tag) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                self._inline_tag(child)
            elif type(child) is NavigableString:
                self._text(child)

    def _inline_tag(self, tag: Tag) -> None:
        """Writes what stands in a tag inside of a line; ticks that are images become words."""
        if tag.name in _IGNORED:
            return
        classes = " ".join(tag.get_attribute_list("class"))
        if "compare-yes" in classes:
            self._writer.text += " Yes "
        elif "compare-no" in classes:
            self._writer.text += " No "
        elif tag.name == "br":
            self._writer.break_line()
        elif tag.name == "code":
            self._writer.code(tag.get_text())
        elif tag.name == "a":
            self._link(tag)
        else:
            self._inline(tag)

    def _link(self, tag: Tag) -> None:
        start = len(self._writer.text)
        self._inline(tag)
        address = str(tag.get("href") or "")
        if address and (label := clean(self._writer.text[start:])):
            self._writer.links.append((label, address))

    # Tables

    def _table(self, tag: Tag) -> None:
        rows: list[Row] = []
        spans = _Spans()
        for row in tag.find_all("tr"):
            if row.find_parent("table") is not tag:
                continue
            tags = row.find_all(["th", "td"], recursive=False)
            own = [self._cell(cell) for cell in tags]
            sizes = [(_span(cell, "colspan"), _span(cell, "rowspan")) for cell in tags]
            if cells := spans.row(own, sizes):
                rows.append(Row(self._line_of(row), cells))
                self._cell_lines(own)
        if rows:
            self.tables.append(Table(self._line_of(tag), self._headings.path, tuple(rows)))

    def _cell(self, tag: Tag) -> Cell:
        inner = _Reader(self._above, Headings(), self._line_of(tag))
        inner.block(tag, 0, quoted=False)
        return Cell(tuple(inner.lines))

    def _cell_lines(self, cells: Iterable[Cell]) -> None:
        """Adds the lines of a row's own cells to those of the page."""
        for index, cell in enumerate(cells):
            for line in cell.lines:
                self.lines.append(replace(line, in_table=True, header=index == 0))


class _Spans:
    """The cells of a table that reach down into rows below their own."""

    def __init__(self) -> None:
        self._left: dict[int, tuple[int, Cell]] = {}
        """Column -> how many more rows have the cell, and the cell."""

    def row(self, own: Iterable[Cell], sizes: Iterable[tuple[int, int]]) -> tuple[Cell, ...]:
        """The cells of the next row, with those from above, each once for every column it spans.

        `sizes` are the columns and rows of each of its own cells.
        """
        cells: list[Cell] = []
        for cell, (across, down) in zip(own, sizes, strict=True):
            self._add_from_above(cells)
            for _ in range(across):
                if down > 1:
                    self._left[len(cells)] = (down - 1, cell)
                cells.append(cell)
        self._add_from_above(cells)
        return tuple(cells)

    def _add_from_above(self, cells: list[Cell]) -> None:
        while (column := len(cells)) in self._left:
            left, cell = self._left.pop(column)
            if left > 1:
                self._left[column] = (left - 1, cell)
            cells.append(cell)


def _span(tag: Tag, name: str) -> int:
    text = str(tag.get(name) or "1")
    if not text.isdecimal():
        return 1
    return max(1, min(int(text), _WIDEST)) if len(text) <= _MOST_DIGITS else _WIDEST
