"""A page of our own, written once in short Markdown, in each of the forms that Google's have.

Of Markdown it has headings, paragraphs, items, callouts, code, links and tables in pipes, each on
lines of its own. "Yes" and "No" are ticks, which are images in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from availability.facts.snapshot import Snapshot
from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Statement
from tests.availability.ingest.own_pages import page

PIPES = "pipes"
FORMS = (PIPES, "html-in-markdown", "html")
_TICKS = {
    "Yes": '<span class="compare-yes"></span>',
    "No": '<span class="compare-no"></span>',
}

OneStatement = TypeVar("OneStatement", bound=Statement)


def read(path: str, text: str, form: str = PIPES, known: Snapshot | None = None) -> Pages:
    """What the page with that path says, written in that form."""
    return read_pages([page(path, written(text, form))], known)


def said(pages: Pages, kind: type[OneStatement]) -> list[OneStatement]:
    """The statements of a kind."""
    return [statement for statement in pages.statements if isinstance(statement, kind)]


def written(text: str, form: str) -> str:
    """The page in one of `FORMS`, each with a title and an introduction."""
    intro = "Our words about it."
    match form:
        case "pipes":
            return f"---\ntitle: Our page\n---\n\n{intro}\n\n{text.strip()}\n"
        case "html-in-markdown":
            body = "\n".join(_with_html_tables(text.strip()))
            return f"---\ntitle: Our page\n---\n\n{intro}\n\n{body}\n"
        case "html":
            body = "\n".join(_html(text.strip()))
            return (
                "<!doctype html>\n<html><head><title>Our page</title></head>\n<body>"
                f"<h1>Our page</h1>\n<p>{intro}</p>\n{body}\n</body></html>\n"
            )
        case _:
            raise ValueError(form)


def _with_html_tables(text: str) -> Iterator[str]:
    for is_table, group in groupby(text.split("\n"), key=lambda line: line.startswith("|")):
        lines = [*group]
        yield from _table(lines) if is_table else lines


def _html(text: str) -> Iterator[str]:
    for mark, group in groupby(text.split("\n"), key=lambda line: line[:1]):
        lines = [*group]
        if mark == "|":
            yield from _table(lines, images=True)
        elif mark == "-":
            yield "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>\n" for line in lines) + "</ul>"
        else:
            yield from (_block(line) for line in lines if line)


def _block(line: str) -> str:
    """A heading, a callout or a paragraph."""
    marks, _, rest = line.partition(" ")
    if marks == ">":
        return f"<aside><p>{_inline(rest)}</p></aside>"
    if marks and set(marks) == {"#"}:
        return f"<h{len(marks)}>{_inline(rest)}</h{len(marks)}>"
    return f"<p>{_inline(line)}</p>"


def _table(lines: Sequence[str], *, images: bool = False) -> Iterator[str]:
    yield "<table>"
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if set(line) <= set("|-"):
            continue
        written = (_TICKS.get(cell, cell) if images else cell for cell in cells)
        yield "<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in written) + "</tr>"
    yield "</table>"


def _inline(text: str) -> str:
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", text)
    return re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', text)
