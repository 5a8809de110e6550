"""A table for a terminal: its columns share the width, and what is too long goes on below.

It is plain text and little code on purpose: a library that draws tables takes longer to load than
everything else that `models` or `matrix` do.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from availability.input.printed import plain_lines

_BETWEEN = 2
"""Blanks between two columns."""
_SHORTEST = 20
"""Columns that the first column, of ids, may have at least, however narrow the terminal is."""


class Table:
    """A title, headers, and rows of texts that may have several lines.

    Nothing in it is code to a terminal: a snapshot may be anybody's file.
    """

    def __init__(self, title: str, *headers: str, whole: Iterable[str] = ()) -> None:
        """A table without rows. The lines of the columns in `whole` are broken nowhere.

        The first column is one of ids: it is broken, at hyphens, where there is no room else.
        """
        self._title, self._headers = title, headers
        self._whole = frozenset(whole)
        self._rows: list[tuple[list[str], ...]] = []

    def add_row(self, *cells: str) -> None:
        """Adds a row at the end."""
        self._rows.append(tuple(plain_lines(cell).split("\n") for cell in cells))

    def fits(self, width: int) -> bool:
        """Whether so many columns of a terminal hold it without a break in a word."""
        return self._room(map(self._least, range(len(self._headers)))) <= width

    def lines(self, width: int) -> list[str]:
        """The table for so many columns of a terminal."""
        widths = self._widths(width)
        rule = "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * (self._room(widths) - 2)
        rows = [tuple([header] for header in self._headers), *self._rows]
        shown = [self._shown(row, widths) for row in rows]
        return [
            self._title,
            "",
            *shown[0],
            f" {rule}",
            *(line for row in shown[1:] for line in row),
        ]

    def _shown(self, row: Sequence[list[str]], widths: Sequence[int]) -> list[str]:
        """The lines of a row."""
        cells = [
            [part for line in lines for part in _broken(line, width)]
            for lines, width in zip(row, widths, strict=True)
        ]
        height = max(map(len, cells))
        padded = [cell + [""] * (height - len(cell)) for cell in cells]
        between = " " * _BETWEEN
        return [
            " " + between.join(map(_padded, parts, widths)) + " "
            for parts in zip(*padded, strict=True)
        ]

    def _widths(self, width: int) -> list[int]:
        """The widths of the columns: as wide as their lines, the widest ones less where need be."""
        least = [self._least(column) for column in range(len(self._headers))]
        widths = [max(map(_width, self._lines(column))) for column in range(len(self._headers))]
        while self._room(widths) > width:
            broad = [column for column, wide in enumerate(widths) if wide > least[column]]
            if not broad:
                break
            widths[max(broad, key=widths.__getitem__)] -= 1
        if (over := self._room(widths) - width) > 0:
            widths[0] = max(_SHORTEST, widths[0] - over)
        return widths

    def _least(self, column: int) -> int:
        """The width of a column whose words are all whole."""
        lines = self._lines(column)
        if self._headers[column] in self._whole:
            return max(map(_width, lines))
        return max(_width(word) for line in lines for word in line.split() or [""])

    def _lines(self, column: int) -> list[str]:
        return [self._headers[column], *(line for row in self._rows for line in row[column])]

    def _room(self, widths: Iterable[int]) -> int:
        """What columns of these widths take, with a blank at either end."""
        wide = list(widths)
        return sum(wide) + _BETWEEN * (len(wide) - 1) + 2


def _broken(line: str, width: int) -> list[str]:
    """The lines of a line that is to have this width."""
    if _width(line) <= width:
        return [line]
    has_blanks = " " in line.strip()
    return textwrap.wrap(line, width, break_on_hyphens=not has_blanks) or [""]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """The columns of a terminal that a text takes: two for a wide letter of East Asia."""
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
