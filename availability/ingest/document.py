"""A page as the readers see it: its lines and its tables, whatever form it was stored in.

Google's pages come as Markdown with headings and bullets, as HTML tables inside Markdown, as the
`PAGE.md.txt` that Google serves beside each page, and as HTML. All of them become the same thing
here: lines in the order of the page, with the cells of tables among them, and the tables by rows
and cells. A reader looks for labels and never at the form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html import unescape
from functools import cached_property
from typing import Literal

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin


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
    kind: Literal["heading", "text", "item"]
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


def read_document(content: bytes, path: str, url: str, date: dt.date) -> Document:
    """The page. Raises PageError for what is no text, cut off, or no page at all."""
    text = decode(content)
    if not text.strip():
        raise PageError(None, "the page is empty")
    reader = _Html(text) if _is_html(text) else _Markdown(text)
    title = reader.title or next((x.text for x in reader.lines if x.kind == "heading"), "") or path
    return Document(path, url, title, date, tuple(reader.lines), tuple(reader.tables))


def decode(content: bytes) -> str:
    """The text of a page, with the line ends of Unix.

    Raises PageError where it is not UTF-8 (with or without its mark), or holds what no text holds.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PageError(1, "encoded in UTF-16; pages are in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PageError(line, "not in UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if "\0" in line:
            raise PageError(number, "holds a null character: no text")
        if "\ufffd" in line or _MOJIBAKE.search(line):
            raise PageError(number, "decoded wrongly somewhere before: its characters are garbled")
    return text


_MOJIBAKE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2(?:\u20ac|\u0080)|\u00ef\u00bf\u00bd")
"""UTF-8 that was read as Windows-1252 or Latin-1 once: ``Ã¼`` for ``ü``."""


def clean(text: str) -> str:
    """The text with every run of white space, no-break spaces included, as one space.

    Without the stray space before a comma that the copies have.
    """
    return re.sub(r" ([,.;:)])(?=\s|$)", r"\1", " ".join(text.replace("\u200b", "").split()))


def _is_html(text: str) -> bool:
    start = text.lstrip()[:2000].casefold()
    return start.startswith(("<!doctype html", "<html")) or "<body" in start


@dataclass
class _Headings:
    """The headings that lead to where a reader stands."""

    stack: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def enter(self, level: int, text: str) -> None:
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        self.stack.append((level, text))

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.stack)


# Inline text


@dataclass
class _Writer:
    """Puts a line together from its inline parts."""

    segments: list[Segment] = field(default_factory=list[Segment])
    text: str = ""
    codes: list[str] = field(default_factory=list[str])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def code(self, content: str) -> None:
        # A footnote's mark is no part of an id.
        code = clean(re.sub(r"\s*[*†‡]+\s*$", "", clean(content)))
        self.text += code
        if code:
            self.codes.append(code)

    def end(self) -> None:
        segment = Segment(clean(self.text), tuple(self.codes), tuple(self.links))
        if segment.text:
            self.segments.append(segment)
        self.text, self.codes, self.links = "", [], []

    def finish(self) -> tuple[Segment, ...]:
        self.end()
        done, self.segments = tuple(self.segments), []
        return done


_INLINE = MarkdownIt("commonmark").disable("code").enable("table")


def _inline(tokens: Sequence[Token]) -> tuple[Segment, ...]:
    writer = _Writer()
    link: tuple[str, str] | None = None
    start = 0
    skipped = 0
    for token in tokens:
        match token.type:
            case "text" if not skipped:
                writer.text += token.content
            case "code_inline":
                writer.code(token.content)
            case "softbreak":
                writer.text += " "
            case "hardbreak":
                writer.end()
                start = 0
            case "html_inline":
                tag = token.content.casefold()
                if tag.startswith("<br"):
                    writer.end()
                    start = 0
                elif tag.startswith("<sup"):  # a footnote's mark
                    skipped += 1
                elif tag.startswith("</sup"):
                    skipped -= 1
            case "link_open":
                link, start = ("", str(token.attrs.get("href", ""))), len(writer.text)
            case "link_close" if link:
                writer.links.append((clean(writer.text[start:]), link[1]))
                link = None
            case _:
                pass
    return writer.finish()


# Markdown


class _Markdown:
    """Reads Markdown. Tables are cut out first: their copies are not what Markdown calls one."""

    def __init__(self, text: str) -> None:
        self.title = ""
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self._headings = _Headings()
        kept, self._cut = _cut_tables(text.split("\n"))
        parser = MarkdownIt("commonmark").disable("code").use(front_matter_plugin)
        if text.startswith("---\n") and re.search(r"^---\s*$", text[4:], re.MULTILINE) is None:
            raise PageError(1, "cut off: the front matter has no end")
        tokens = parser.parse("\n".join(kept))
        has_matter = bool(tokens) and tokens[0].type == "front_matter"
        if re.search(r"^uri: ", "\n".join(kept[:12]), re.MULTILINE) and (
            not has_matter or "uri:" not in tokens[0].content
        ):
            raise PageError(1, "the front matter is damaged")
        self._walk(tokens)
        self._insert(len(kept) + 1)

    def _walk(self, tokens: list[Token]) -> None:
        depth = quotes = 0
        kind: Literal["heading", "text", "item"] = "text"
        level = 0
        fresh = False
        for token in tokens:
            if token.map:
                self._insert(token.map[0] + 1)
            match token.type:
                case "front_matter":
                    match = re.search(r"^title:[ \t]*(.*)$", token.content, re.MULTILINE)
                    self.title = clean(unescape(match[1].strip().strip("'\""))) if match else ""
                case "heading_open":
                    kind, level = "heading", int(token.tag[1])
                case "heading_close" | "paragraph_close":
                    kind, level = "text", 0
                case "bullet_list_open" | "ordered_list_open":
                    depth += 1
                case "bullet_list_close" | "ordered_list_close":
                    depth -= 1
                case "list_item_open":
                    fresh = True
                case "blockquote_open":
                    quotes += 1
                case "blockquote_close":
                    quotes -= 1
                case "inline":
                    if kind != "heading" and fresh:
                        kind, level, fresh = "item", depth, False
                    number = (token.map[0] if token.map else 0) + 1
                    self._add(number, kind, level, _inline(token.children or []), quotes > 0)
                case "html_block":
                    number = (token.map[0] if token.map else 0) + 1
                    html = _Html(token.content, number - 1)
                    for line in html.lines:
                        self._add(line.number, line.kind, line.level, line.segments, quotes > 0)
                    self.tables += html.tables
                case _:
                    pass

    def _add(
        self,
        number: int,
        kind: Literal["heading", "text", "item"],
        level: int,
        segments: tuple[Segment, ...],
        quoted: bool,
    ) -> None:
        if not segments:
            return
        line = Line(number, kind, level, segments, quoted)
        if kind == "heading":
            self._headings.enter(level, line.text)
        self.lines.append(line)

    def _insert(self, before: int) -> None:
        """The tables that were cut out above that line."""
        while self._cut and self._cut[0][0] < before:
            number, text, quoted = self._cut.pop(0)
            if text.lstrip("> \t")[:6].casefold() == "<table":
                html = _Html(text, number - 1, self._headings)
                self.lines += [replace(line, quoted=quoted) for line in html.lines]
                self.tables += html.tables
                continue
            table = _pipe_table(number, text.split("\n"), self._headings.path)
            self.tables.append(table)
            self.lines += _cell_lines(table, quoted=quoted)


_Cut = tuple[int, str, bool]
"""A table: the number of its first line, its text, and whether it stands in a callout."""


def _cut_tables(lines: list[str]) -> tuple[list[str], list[_Cut]]:
    """The lines with those of tables blank, and the tables."""
    kept = list(lines)
    cut: list[_Cut] = []
    fence = ""
    index = 0
    while index < len(lines):
        stripped = lines[index].lstrip(" \t>")
        if fence:
            fence = "" if stripped.startswith(fence) else fence
        elif match := re.match(r"(`{3,}|~{3,})", stripped):
            fence = match[1]
        elif stripped[:6].casefold() == "<table":
            end = _table_end(lines, index)
            text = "\n".join(line.lstrip(">") for line in lines[index:end])
            cut.append((index + 1, text, ">" in _prefix(lines[index])))
            kept[index:end] = [""] * (end - index)
            index = end
            continue
        elif stripped.startswith("|"):
            end = index
            while end < len(lines) and lines[end].lstrip(" \t>").startswith("|"):
                end += 1
            text = "\n".join(line.lstrip(" \t>") for line in lines[index:end])
            cut.append((index + 1, text, ">" in _prefix(lines[index])))
            kept[index:end] = [_prefix(line) for line in lines[index:end]]
            index = end
            continue
        index += 1
    return kept, cut


def _prefix(line: str) -> str:
    """What stands before the text of a line: blanks, and the marks of a callout."""
    return line[: len(line) - len(line.lstrip(" \t>"))]


def _table_end(lines: list[str], start: int) -> int:
    """The index behind the table's last line. Raises PageError where it has none."""
    depth = 0
    for index in range(start, len(lines)):
        depth += len(re.findall(r"<table\b", lines[index], re.IGNORECASE))
        depth -= len(re.findall(r"</table\s*>", lines[index], re.IGNORECASE))
        if depth <= 0:
            return index + 1
    raise PageError(start + 1, "cut off: a table begins here and has no end")


_SEPARATOR = re.compile(r"\s*:?-{1,}:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")


def _pipe_table(number: int, lines: list[str], headings: tuple[str, ...]) -> Table:
    rows: list[Row] = []
    for offset, text in enumerate(lines):
        cells = _PIPE.split(text.strip().removeprefix("|").removesuffix("|"))
        if all(_SEPARATOR.fullmatch(cell) for cell in cells if cell.strip()) and any(
            cell.strip() for cell in cells
        ):
            continue
        row = tuple(_pipe_cell(cell.strip(), number + offset) for cell in cells)
        rows.append(Row(number + offset, row))
    if not rows:
        raise PageError(number, "a table without a row")
    return Table(number, headings, tuple(rows))


def _pipe_cell(text: str, number: int) -> Cell:
    """A cell of one line, which may hold a list: ``- Global: `global` - Multi-region: `us` ``."""
    text = text.replace("\\|", "|")
    parts = re.split(r"(?:^|(?<=\s))[-*] (?=\S)", text) if re.match(r"[-*] ", text) else [text]
    lines: list[Line] = []
    for index, part in enumerate(parts):
        segments = _inline(_INLINE.parseInline(part.strip())[0].children or [])
        if segments:
            lines.append(Line(number, "item" if index else "text", 1 if index else 0, segments))
    return Cell(tuple(lines))


def _cell_lines(table: Table, *, quoted: bool) -> Iterator[Line]:
    """The lines of a table's cells, in the order of the page."""
    for row in table.rows:
        for index, cell in enumerate(row.cells):
            for line in cell.lines:
                yield replace(line, quoted=quoted, in_table=True, header=index == 0)


# HTML


_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt",
    "figure", "footer", "header", "html", "li", "main", "ol", "p", "pre", "section", "summary",
    "ul", "devsite-selector", "devsite-tabs", "tab", "table", "tbody", "thead", "tr", "td", "th",
}  # fmt: skip
_IGNORED = {"script", "style", "nav", "head", "svg", "template", "sup", "colgroup", "pre"}
_MAIN = (".devsite-article-body", "article", "main", "body")


class _Html:
    """Reads HTML: a whole page, or a piece of one inside Markdown."""

    def __init__(self, text: str, offset: int = 0, headings: _Headings | None = None) -> None:
        self.title = ""
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self._offset = offset
        self._headings = headings or _Headings()
        self._writer = _Writer()
        self._number = 1
        soup = BeautifulSoup(text, "html.parser")
        root: Tag = soup
        if offset == 0 and _is_html(text):
            if "</html" not in text.casefold() and "</body" not in text.casefold():
                raise PageError(None, "cut off: the page has no end")
            heading = soup.find("h1") or soup.find("title")
            self.title = clean(heading.get_text(" ")) if isinstance(heading, Tag) else ""
            root = next((tag for name in _MAIN if (tag := soup.select_one(name))), soup)
        self._block(root, 0, quoted=False)
        self._flush("text", 0, quoted=False)

    def _line_of(self, element: PageElement) -> int:
        return self._offset + int(getattr(element, "sourceline", None) or 1)

    def _flush(self, kind: Literal["heading", "text", "item"], level: int, *, quoted: bool) -> None:
        segments = self._writer.finish()
        if segments:
            line = Line(self._number, kind, level, segments, quoted)
            if kind == "heading":
                self._headings.enter(level, line.text)
            self.lines.append(line)

    def _block(self, tag: Tag, depth: int, *, quoted: bool) -> None:
        """The lines of what stands in a block."""
        kind: Literal["heading", "text", "item"] = "item" if tag.name == "li" else "text"
        level = depth if tag.name == "li" else 0
        for child in tag.children:
            if isinstance(child, Tag):
                name = child.name
                if name in _IGNORED:
                    continue
                if re.fullmatch(r"h[1-6]", name):
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
                    deeper = depth + (name in ("ul", "ol"))
                    self._start(child)
                    self._block(child, deeper, quoted=quoted or name in ("blockquote", "aside"))
                else:
                    self._start(child)
                    self._inline_tag(child)
            elif type(child) is NavigableString:
                self._start(child)
                self._writer.text += str(child).replace("\n", " ")
        self._flush(kind, level, quoted=quoted)

    def _start(self, element: PageElement) -> None:
        """Where the next line begins, unless it has begun."""
        if isinstance(element, Tag) and not self._writer.text.strip():
            self._number = self._line_of(element)

    def _inline(self, tag: Tag) -> None:
        for child in tag.children:
            if isinstance(child, Tag):
                self._inline_tag(child)
            elif type(child) is NavigableString:
                self._writer.text += str(child).replace("\n", " ")

    def _inline_tag(self, tag: Tag) -> None:
        classes = " ".join(tag.get_attribute_list("class", []) or [])
        if tag.name in _IGNORED:
            return
        if "compare-yes" in classes:
            self._writer.text += " Yes "
        elif "compare-no" in classes:
            self._writer.text += " No "
        elif tag.name == "br":
            self._writer.end()
        elif tag.name == "code":
            self._writer.code(tag.get_text())
        elif tag.name == "a":
            start = len(self._writer.text)
            self._inline(tag)
            address = str(tag.get("href") or "")
            if address and (label := clean(self._writer.text[start:])):
                self._writer.links.append((label, address))
        else:
            self._inline(tag)

    def _table(self, tag: Tag) -> None:
        number = self._line_of(tag)
        rows: list[Row] = []
        held: dict[int, tuple[int, Cell]] = {}
        for row_tag in tag.find_all("tr"):
            if row_tag.find_parent("table") is not tag:
                continue
            cells: list[Cell] = []
            row_number = self._line_of(row_tag)
            tags = row_tag.find_all(["th", "td"], recursive=False)
            for cell_tag in tags:
                while len(cells) in held:
                    cells.append(self._held(held, len(cells)))
                cell = Cell(tuple(self._cell(cell_tag)))
                for _ in range(_span(cell_tag, "colspan")):
                    if (rows_down := _span(cell_tag, "rowspan")) > 1:
                        held[len(cells)] = (rows_down - 1, cell)
                    cells.append(cell)
            while len(cells) in held:
                cells.append(self._held(held, len(cells)))
            if cells:
                rows.append(Row(row_number, tuple(cells)))
                for index, cell_tag in enumerate(tags):
                    for line in self._cell(cell_tag):
                        self.lines.append(replace(line, in_table=True, header=index == 0))
        if rows:
            self.tables.append(Table(number, self._headings.path, tuple(rows)))

    @staticmethod
    def _held(held: dict[int, tuple[int, Cell]], index: int) -> Cell:
        left, cell = held.pop(index)
        if left > 1:
            held[index] = (left - 1, cell)
        return cell

    def _cell(self, tag: Tag) -> Iterable[Line]:
        inner = _Html.__new__(_Html)
        inner.title, inner.lines, inner.tables = "", [], []
        inner._offset, inner._headings = self._offset, _Headings()
        inner._writer, inner._number = _Writer(), self._line_of(tag)
        inner._block(tag, 0, quoted=False)
        return inner.lines


def _span(tag: Tag, name: str) -> int:
    text = str(tag.get(name) or "1")
    return max(1, min(int(text), 100)) if text.isdecimal() else 1
