"""Reads Markdown: headings, paragraphs, lists and callouts, with tables in pipes or in HTML.

Tables are cut out first, and put back where they stood: what the copies have of them is not what
Markdown calls a table.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from availability.ingest.document import (
    Cell,
    Line,
    LineKind,
    PageError,
    Row,
    Segment,
    Table,
    clean,
)
from availability.ingest.html_form import read_piece
from availability.ingest.writing import Content, Headings, Writer

_LISTS = {
    "bullet_list_open": 1,
    "ordered_list_open": 1,
    "bullet_list_close": -1,
    "ordered_list_close": -1,
}
"""Tokens that lead into a list, and out of it."""
_CALLOUTS = {"blockquote_open": 1, "blockquote_close": -1}
"""Tokens that lead into a callout, and out of it."""


def read_markdown(text: str) -> Content:
    """What stands on a page in Markdown.

    Raises PageError where a table or the front matter is cut off or damaged.
    """
    kept, tables = _cut_tables(text.split("\n"))
    if text.startswith("---\n") and re.search(r"^---\s*$", text[4:], re.MULTILINE) is None:
        raise PageError(1, "cut off: the front matter has no end")
    parser = MarkdownIt("commonmark").disable("code").use(front_matter_plugin)
    tokens = parser.parse("\n".join(kept))
    matter = tokens[0].content if tokens and tokens[0].type == "front_matter" else ""
    if re.search(r"^uri: ", "\n".join(kept[:12]), re.MULTILINE) and "uri:" not in matter:
        raise PageError(1, "the front matter is damaged")
    reader = _Reader(tables)
    reader.read(tokens, len(kept))
    return Content(_title(matter), tuple(reader.lines), tuple(reader.tables))


def _title(matter: str) -> str:
    match = re.search(r"^title:[ \t]*(.*)$", matter, re.MULTILINE)
    return clean(unescape(match[1].strip().strip("'\""))) if match else ""


class _Reader:
    """Goes through the tokens of a page, and writes its lines and tables."""

    def __init__(self, cut: Sequence[_CutTable]) -> None:
        self.lines: list[Line] = []
        self.tables: list[Table] = []
        self._cut = deque(cut)
        self._headings = Headings()
        self._lists = 0
        self._callouts = 0
        self._kind: LineKind = "text"
        self._level = 0
        self._item_begins = False
        """Whether no line of the item has been written yet: only its first one is an item."""

    def read(self, tokens: Sequence[Token], count: int) -> None:
        """Writes everything. `count` is how many lines the page has."""
        for token in tokens:
            if token.map:
                self._put_tables_back(token.map[0] + 1)
            self._token(token)
        self._put_tables_back(count + 1)

    def _token(self, token: Token) -> None:
        self._lists += _LISTS.get(token.type, 0)
        self._callouts += _CALLOUTS.get(token.type, 0)
        match token.type:
            case "heading_open":
                self._kind, self._level = "heading", int(token.tag[1])
            case "heading_close" | "paragraph_close":
                self._kind, self._level = "text", 0
            case "list_item_open":
                self._item_begins = True
            case "inline":
                if self._kind != "heading" and self._item_begins:
                    self._kind, self._level, self._item_begins = "item", self._lists, False
                segments = _inline(token.children or [])
                self._add(_first_line(token), self._kind, self._level, segments)
            case "html_block":
                piece = read_piece(token.content, _first_line(token) - 1, Headings())
                for line in piece.lines:
                    self._add(line.number, line.kind, line.level, line.segments)
                self.tables += piece.tables
            case _:
                pass

    def _add(self, number: int, kind: LineKind, level: int, segments: tuple[Segment, ...]) -> None:
        """Adds a line, which is none where nothing stands in it."""
        if not segments:
            return
        line = Line(number, kind, level, segments, self._callouts > 0)
        if kind == "heading":
            self._headings.enter(level, line.text)
        self.lines.append(line)

    def _put_tables_back(self, before: int) -> None:
        """Adds the tables that were cut out above that line."""
        while self._cut and self._cut[0].number < before:
            cut = self._cut.popleft()
            if cut.is_html:
                piece = read_piece(cut.text, cut.number - 1, self._headings)
                self.lines += [replace(line, quoted=cut.quoted) for line in piece.lines]
                self.tables += piece.tables
            else:
                table = _pipe_table(cut.number, cut.text.split("\n"), self._headings.path)
                self.tables.append(table)
                self.lines += _cell_lines(table, quoted=cut.quoted)


def _first_line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1


# Inline text


_INLINE = MarkdownIt("commonmark").disable("code").enable("table")


def _inline(tokens: Sequence[Token]) -> tuple[Segment, ...]:
    """The segments that the inline tokens of one line make."""
    writer = _InlineWriter()
    for token in tokens:
        writer.add(token)
    return writer.finish()


class _InlineWriter(Writer):
    """A writer of tokens, which leaves out the marks of footnotes."""

    _address: str | None = None
    """Where the link leads in which it stands."""
    _link_start = 0
    """Where in the text that link begins."""
    _footnotes = 0
    """How many marks of footnotes it stands in."""

    def add(self, token: Token) -> None:
        """Writes what a token says."""
        match token.type:
            case "text" if not self._footnotes:
                self.text += token.content
            case "code_inline":
                self.code(token.content)
            case "softbreak":
                self.text += " "
            case "hardbreak":
                self._break()
            case "html_inline":
                self._tag(token.content.casefold())
            case "link_open":
                self._address, self._link_start = str(token.attrs.get("href", "")), len(self.text)
            case "link_close" if self._address is not None:
                self.links.append((clean(self.text[self._link_start :]), self._address))
                self._address = None
            case _:
                pass

    def _break(self) -> None:
        self.break_line()
        self._link_start = 0

    def _tag(self, tag: str) -> None:
        if tag.startswith("<br"):
            self._break()
        elif tag.startswith("<sup"):
            self._footnotes += 1
        elif tag.startswith("</sup"):
            self._footnotes -= 1


# Tables


@dataclass(frozen=True)
class _CutTable:
    """A table that was cut out of a page."""

    number: int
    """Of its first line."""
    text: str
    quoted: bool
    """Whether it stands in a callout."""

    @property
    def is_html(self) -> bool:
        return self.text.lstrip("> \t")[:6].casefold() == "<table"


_FENCE = re.compile(r"(`{3,}|~{3,})")


def _cut_tables(lines: Sequence[str]) -> tuple[list[str], list[_CutTable]]:
    """The lines with those of tables blank, and the tables. What stands in a fence is no table.

    Raises PageError for a table that has no end.
    """
    kept = list(lines)
    cut: list[_CutTable] = []
    fence = ""
    index = 0
    while index < len(lines):
        stripped = lines[index].lstrip(" \t>")
        quoted = ">" in _prefix(lines[index])
        end = index + 1
        if fence:
            fence = "" if stripped.startswith(fence) else fence
        elif match := _FENCE.match(stripped):
            fence = match[1]
        elif stripped[:6].casefold() == "<table":
            end = _html_table_end(lines, index)
            text = "\n".join(line.lstrip(">") for line in lines[index:end])
            cut.append(_CutTable(index + 1, text, quoted))
            kept[index:end] = [""] * (end - index)
        elif stripped.startswith("|"):
            end = _pipe_table_end(lines, index)
            text = "\n".join(line.lstrip(" \t>") for line in lines[index:end])
            cut.append(_CutTable(index + 1, text, quoted))
            kept[index:end] = [_prefix(line) for line in lines[index:end]]
        index = end
    return kept, cut


def _prefix(line: str) -> str:
    """What stands before the text of a line: blanks, and the marks of a callout."""
    return line[: len(line) - len(line.lstrip(" \t>"))]


def _html_table_end(lines: Sequence[str], start: int) -> int:
    """The index behind the table's last line. Raises PageError where it has none."""
    depth = 0
    for index in range(start, len(lines)):
        depth += len(re.findall(r"<table\b", lines[index], re.IGNORECASE))
        depth -= len(re.findall(r"</table\s*>", lines[index], re.IGNORECASE))
        if depth <= 0:
            return index + 1
    raise PageError(start + 1, "cut off: a table begins here and has no end")


def _pipe_table_end(lines: Sequence[str], start: int) -> int:
    """The index behind the table's last line."""
    end = start
    while end < len(lines) and lines[end].lstrip(" \t>").startswith("|"):
        end += 1
    return end


_RULE = re.compile(r"\s*:?-{1,}:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")


def _pipe_table(number: int, lines: Sequence[str], headings: tuple[str, ...]) -> Table:
    """The table of these lines, of which `number` is the first. Raises PageError without a row."""
    rows: list[Row] = []
    for offset, text in enumerate(lines):
        cells = _PIPE.split(text.strip().removeprefix("|").removesuffix("|"))
        if not _is_rule(cells):
            row = tuple(_pipe_cell(cell.strip(), number + offset) for cell in cells)
            rows.append(Row(number + offset, row))
    if not rows:
        raise PageError(number, "a table without a row")
    return Table(number, headings, tuple(rows))


def _is_rule(cells: Sequence[str]) -> bool:
    """Whether it is the line between header and rows: ``|---|---|``."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(_RULE.fullmatch(cell) for cell in filled)


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
