"""What the sections of a page have in common: sections, tables, names that may be many, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from availability.explanation.names import counted
from availability.report.html.elements import Child, Element, add, element, joined, listed

Cell = Child | list[Child]
"""What stands in a cell of a table."""

_MANY = 6
"""The most names that stand in a line; more are counted, and told on demand."""


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own."""

    id: str
    title: str
    body: tuple[Child, ...]

    @property
    def made(self) -> Element:
        """The section as an element."""
        heading = element("h2", self.title, id=f"{self.id}-title")
        return element(
            "section", heading, *self.body, id=self.id, aria_labelledby=f"{self.id}-title"
        )


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Element:
    """A table whose rows become cards where it is narrow; the first cell of a row is its head.

    The roles say again what the elements are, because a browser forgets that of cards.
    """
    head = [element("th", name, scope="col", role="columnheader") for name in columns]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head, role="row"), role="rowgroup"),
        element("tbody", *(_row(columns, row) for row in rows), role="rowgroup"),
        role="table",
        class_="cards",
    )


def _row(columns: Sequence[str], row: Sequence[Cell]) -> Element:
    cells: list[Child] = []
    for column, cell in zip(columns, row, strict=True):
        children = cell if isinstance(cell, list) else [cell]
        if cells:
            content = element("div", *children)
            cells.append(element("td", content, role="cell", data_label=column))
        else:
            cells.append(element("th", *children, scope="row", role="rowheader"))
    return element("tr", *cells, role="row")


def names(labels: Sequence[str]) -> Element:
    """Names in a line; where they are many, their number, and the names on demand."""
    line = element("span", *joined(map(name, labels), ", "))
    if len(labels) <= _MANY:
        return line
    return details(counted(len(labels), "deployment"), element("p", line))


def name(label: str) -> Element:
    """A name that somebody gave."""
    return element("b", label, class_="name")


def details(summary: Child | list[Child], *body: Child, is_open: bool = False) -> Element:
    """What is told on demand."""
    head = element("summary", *(summary if isinstance(summary, list) else [summary]))
    return element("details", head, *body, open="" if is_open else None)


def note(*children: Child) -> Element:
    """A remark in small letters."""
    return element("p", *children, class_="note")


def badge(text: str, kind: str) -> Element:
    """A word in a frame; `kind` is one of the classes of the style."""
    return element("span", text, class_=f"badge {kind}")


def commands(fixes: Sequence[tuple[str, str]]) -> Element:
    """Words, each with the command that they are about, to be copied whole."""
    return listed(
        [
            [element("p", words), element("pre", element("code", command))]
            for words, command in fixes
        ],
        class_="fixes",
    )


def legend(entries: Sequence[tuple[Element, str]]) -> Element:
    """What each mark means."""
    return add(
        element("ul", class_="legend"),
        *(element("li", mark, " ", meaning) for mark, meaning in entries),
    )
