"""Draws text as SVG: a terminal's, and Markdown's headings, paragraphs, tables and folded parts.

The pictures load nothing, follow the reader's light or dark setting on a ground of their own, and
their text is text. Widths of letters are estimated, because every machine has other fonts: columns
are a little wider than they need be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_STYLE = """\
text { white-space: pre; fill: #1f2328 }
text { font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif }
.mono, .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
.mono { font-size: 13px } .code { font-size: 12px }
.bold { font-weight: 600 } .h3 { font-size: 17px }
.soft { fill: #59636e } .ground { fill: #ffffff; stroke: #d1d9e0 } .bar { fill: #f6f8fa }
line { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .soft { fill: #9198a1 } .ground { fill: #0d1117; stroke: #3d444d }
  .bar { fill: #151b23 } line { stroke: #3d444d }
}
"""
_MARGIN = 18
_BAR = 34
"""The height of the line above all, which says what is shown."""
_MONO = 7.9
"""How wide a letter of a terminal is drawn, at most, in pixels."""
_PADDING = 10
"""What a cell of a table has at its left and its right."""
_SYMBOLS = {":warning:": "⚠", ":x:": "✘", ":white_check_mark:": "✔"}
"""What GitHub draws for these words, as letters that most fonts have."""


@dataclass
class _Sheet:
    """What is drawn so far."""

    width: int
    title: str
    parts: list[str] = field(default_factory=list[str])
    y: float = _BAR + 26

    def text(self, x: float, y: float, pieces: Iterable[_Piece], style: str = "") -> None:
        spans = "".join(
            f'<tspan class="{piece.style}">{escape(piece.text, quote=False)}</tspan>'
            if piece.style
            else escape(piece.text, quote=False)
            for piece in pieces
        )
        of_class = f' class="{style}"' if style else ""
        self.parts.append(f'<text x="{x:g}" y="{y:g}"{of_class}>{spans}</text>')

    def line(self, y: float, x: float, until: float) -> None:
        self.parts.append(f'<line x1="{x:g}" x2="{until:g}" y1="{y:g}" y2="{y:g}"/>')

    def svg(self) -> str:
        height = round(self.y)
        inside = "\n".join(self.parts)
        return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{height}" \
viewBox="0 0 {self.width} {height}" role="img">
<title>{escape(self.title, quote=False)}</title>
<style>
{_STYLE}</style>
<rect class="ground" x="0.5" y="0.5" width="{self.width - 1}" height="{height - 1}" rx="8"/>
<rect class="bar" x="1" y="1" width="{self.width - 2}" height="{_BAR}" rx="7"/>
<text class="soft" x="{_MARGIN}" y="22">{escape(self.title, quote=False)}</text>
{inside}
</svg>
"""


@dataclass(frozen=True)
class _Piece:
    """Some letters in one style: empty, `bold` or `code`."""

    text: str
    style: str = ""

    @property
    def width(self) -> float:
        if self.style == "code":
            return 7.4 * len(self.text)
        wide = 1.07 if self.style == "bold" else 1
        return wide * sum(_letter(letter) for letter in self.text)


def _letter(letter: str) -> float:
    """How wide a letter is at most, in pixels, of 14."""
    if letter in "iIjlt.,:;'|!()[]/ f-":
        return 5.2
    return 12.5 if letter in "mwMW@%" else 9.6 if letter.isupper() else 8.4


def terminal(lines: Sequence[str], title: str, bold: Iterable[str]) -> str:
    """A terminal that has printed lines; those that begin with a text of `bold` stand out."""
    sheet = _Sheet(920, title)
    columns = int((sheet.width - 2 * _MARGIN) / _MONO)
    for line in lines:
        style = "mono bold" if line.startswith(tuple(bold)) else "mono"
        for start in range(0, len(line) or 1, columns):  # as a terminal breaks lines
            sheet.text(_MARGIN, sheet.y, [_Piece(line[start : start + columns])], style)
            sheet.y += 18
    sheet.y += 4
    return sheet.svg()


def markdown(text: str, title: str) -> str:
    """Markdown as a page shows it. Raises ValueError for what this can't draw."""
    sheet = _Sheet(920, title)
    tokens = iter(MarkdownIt("commonmark").enable("table").parse(text))
    for token in tokens:
        match token.type:
            case "heading_open":
                [line] = _lines(_pieces(next(tokens)), sheet.width)
                sheet.text(_MARGIN, sheet.y, line, "h3 bold")
                sheet.y += 30
            case "paragraph_open":
                for line in _lines(_pieces(next(tokens)), sheet.width - 2 * _MARGIN):
                    sheet.text(_MARGIN, sheet.y, line)
                    sheet.y += 20
                sheet.y += 8
            case "table_open":
                _draw_table(sheet, list(_rows(tokens)))
            case "html_block" if summary := re.fullmatch(
                r"<details><summary>(.*)</summary>\s*", token.content
            ):
                sheet.text(_MARGIN, sheet.y, [_Piece(f"▸ {summary[1]}")])
                sheet.y += 24
                _skip_details(tokens)
            case "heading_close" | "paragraph_close":
                pass
            case other:
                raise ValueError(f"no drawing of {other}: {token.content}")
    return sheet.svg()


def _skip_details(tokens: Iterator[Token]) -> None:
    """Leaves out what is folded up."""
    depth = 1
    while depth:
        token = next(tokens)
        if token.type == "html_block":
            depth += token.content.count("<details") - token.content.count("</details>")


def _pieces(inline: Token) -> list[_Piece]:
    """The pieces of a line of Markdown, each a word with the blank after it."""
    style = ""
    found: list[_Piece] = []
    for child in inline.children or ():
        match child.type:
            case "strong_open":
                style = "bold"
            case "strong_close":
                style = ""
            case "text" | "code_inline" | "softbreak":
                content = " " if child.type == "softbreak" else child.content
                for mark, symbol in _SYMBOLS.items():
                    content = content.replace(mark, symbol)
                own = "code" if child.type == "code_inline" else style
                found += [_Piece(word, own) for word in re.findall(r"\S+\s*|\s+", content)]
            case other:
                raise ValueError(f"no drawing of {other}: {child.content}")
    return found


def _lines(pieces: Iterable[_Piece], width: float) -> list[list[_Piece]]:
    """The pieces in lines that are no wider than this, one word at least in each."""
    lines: list[list[_Piece]] = [[]]
    used = 0.0
    for piece in pieces:
        if lines[-1] and used + piece.width > width:
            lines.append([])
            used = 0.0
        lines[-1].append(piece)
        used += piece.width
    return lines


def _rows(tokens: Iterator[Token]) -> Iterator[list[list[_Piece]]]:
    """The rows of a table up to its end, each a list of cells; the head is bold."""
    row: list[list[_Piece]] = []
    is_head = False
    for token in tokens:
        match token.type:
            case "tr_open":
                row = []
            case "th_open" | "td_open":
                is_head = token.type == "th_open"
            case "inline":
                pieces = _pieces(token)
                row.append([_Piece(p.text, "bold") for p in pieces] if is_head else pieces)
            case "tr_close":
                yield row
            case "table_close":
                return
            case _:
                pass


def _draw_table(sheet: _Sheet, rows: list[list[list[_Piece]]]) -> None:
    widths = _widths(rows, sheet.width - 2 * _MARGIN)
    until = _MARGIN + sum(widths)
    top = sheet.y - 18
    sheet.line(top, _MARGIN, until)
    for row in rows:
        cells = [
            _lines(cell, width - 2 * _PADDING) for cell, width in zip(row, widths, strict=True)
        ]
        x = float(_MARGIN)
        for cell, width in zip(cells, widths, strict=True):
            for index, line in enumerate(cell):
                if line:
                    sheet.text(x + _PADDING, top + 20 + 18 * index, line)
            x += width
        top += 12 + 18 * max(map(len, cells))
        sheet.line(top, _MARGIN, until)
    sheet.y = top + 32


def _widths(rows: list[list[list[_Piece]]], whole: float) -> list[float]:
    """How wide each column is: what it needs, and where that is too much the widest gives way."""
    columns = list(zip(*rows, strict=True))
    widths = [max(sum((p.width for p in cell), 0.0) for cell in column) for column in columns]
    words = [max((p.width for cell in column for p in cell), default=0.0) for column in columns]
    space = whole - 2 * _PADDING * len(columns)
    while sum(widths) > space:
        wide = max(range(len(widths)), key=lambda index: widths[index] - words[index])
        if widths[wide] <= words[wide]:
            break
        widths[wide] = max(words[wide], widths[wide] - 5)
    return [width + 2 * _PADDING for width in widths]
