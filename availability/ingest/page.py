"""Reads Google's page "Deployments and endpoints" from its Markdown.

What is on the page comes out as it is there, with the line where it stands: nothing is looked up,
merged or left out. The page is laid out by hand, so a row may have fewer or more cells than its
header (the missing ones are empty, the surplus ones say nothing, as GitHub's tables have it), an
id may lack a parenthesis, and names may hold no-break spaces.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin
from ruamel.yaml import YAML

TICK = "✔"
_COLUMN = re.compile(r"(?P<name>.+) \((?P<location>[a-z][a-z0-9-]*)\)")


class PageError(ValueError):
    """The page does not have the shape that this reader knows; ``line`` is counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {message}")


@dataclass(frozen=True)
class Column:
    """A header cell: ``Paris, France (europe-west9)``."""

    name: str
    location: str


@dataclass(frozen=True)
class Row:
    """A row of a table: the model's name, its ids, and a tick or none for each column."""

    line: int
    name: str
    ids: tuple[str, ...]
    ticks: tuple[bool, ...]


@dataclass(frozen=True)
class PageTable:
    """A table under its two headings: whose models, and which geography."""

    line: int
    section: str
    geography: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Item:
    """An item of a list, or a paragraph, under the nearest heading, as plain text."""

    line: int
    heading: str
    text: str


@dataclass(frozen=True)
class Page:
    """Everything on the page that carries facts."""

    title: str
    date: dt.date
    tables: tuple[PageTable, ...]
    items: tuple[Item, ...]
    paragraphs: tuple[Item, ...]


def clean(text: str) -> str:
    """The text with every run of white space, no-break spaces included, as one space."""
    return " ".join(text.split())


def read_page(markdown: str) -> Page:
    """The page's facts. Raises PageError where a table or the front matter can't be read."""
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    root = SyntaxTreeNode(parser.parse(markdown))
    title, date = "", None
    section = heading = ""
    tables: list[PageTable] = []
    items: list[Item] = []
    paragraphs: list[Item] = []
    for node in root.children:
        match node.type:
            case "front_matter":
                matter: dict[str, object] = YAML(typ="safe").load(node.content)  # pyright: ignore[reportUnknownMemberType]
                title, date = str(matter.get("title", "")), matter.get("date_scraped")
            case "heading":
                heading = _text(node)
                if node.tag == "h2":
                    section = heading
            case "table":
                tables.append(_table(node, section, heading))
            case "bullet_list":
                items += [Item(_line(item), heading, _text(item)) for item in node.children]
            case "paragraph":
                paragraphs.append(Item(_line(node), heading, _text(node)))
            case _:
                pass
    if not isinstance(date, dt.date):
        raise PageError(1, "the front matter has no date_scraped")
    if not title:
        raise PageError(1, "the front matter has no title")
    return Page(title, date, tuple(tables), tuple(items), tuple(paragraphs))


def _table(node: SyntaxTreeNode, section: str, heading: str) -> PageTable:
    head, body = node.children
    header = head.children[0]
    columns: list[Column] = []
    for cell in header.children[1:]:
        match = _COLUMN.fullmatch(_text(cell))
        if match is None:
            raise PageError(_line(node), f"no location code in the header {_text(cell)!r}")
        columns.append(Column(match["name"], match["location"]))
    rows = tuple(_row(row) for row in body.children)
    return PageTable(_line(node), section, heading, tuple(columns), rows)


def _row(node: SyntaxTreeNode) -> Row:
    """The row; the parser has padded or cut its cells to the columns of the header."""
    first, *cells = node.children
    leaves = list(_leaves(first))
    ids = tuple(leaf.content for leaf in leaves if leaf.type == "code_inline")
    name = ""
    for leaf in leaves:
        if leaf.type == "code_inline":
            name = name.rstrip().removesuffix("(")
            break
        name += leaf.content
    ticks: list[bool] = []
    for cell in cells:
        text = _text(cell)
        if text not in ("", TICK):
            raise PageError(_line(node), f"a cell says {text!r}, neither a tick nor nothing")
        ticks.append(text == TICK)
    if not clean(name):
        raise PageError(_line(node), "a row without a name")
    return Row(_line(node), clean(name), ids, tuple(ticks))


def _leaves(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.walk(include_self=False):
        if child.type in ("text", "code_inline", "softbreak"):
            yield child


def _text(node: SyntaxTreeNode) -> str:
    return clean("".join(" " if x.type == "softbreak" else x.content for x in _leaves(node)))


def _line(node: SyntaxTreeNode) -> int:
    if node.map is None:  # pragma: no cover - every block that is asked for has one
        raise PageError(1, f"the parser gives no line for a {node.type}")
    return node.map[0] + 1
