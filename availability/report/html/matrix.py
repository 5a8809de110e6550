"""The matrix: a row for what is asked of a model, a column a location, and a sign for each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from availability.explanation.names import asked_text, counted, joined, title
from availability.explanation.rules.said import Verdict
from availability.places.geography import places
from availability.report.html.elements import Child, Element, element, heard
from availability.report.html.parts import Section, details, legend, name, note
from availability.report.html.refusals import reason_list
from availability.report.html.shown import Report
from availability.report.html.verdicts import Cell, Row, rows

_EMPTY = (Verdict.NOT_SERVED, Verdict.UNKNOWN)
_NAMED = 3
"""The most deployments that the head of a row names."""


def matrix(report: Report) -> Section | None:
    """The matrix with its legend, and each row again as a list of reasons."""
    found = rows(report)
    if not found:
        return None
    columns, left_out = _columns(report, found)
    seen = {cell.verdict for row in found for cell in row.cells.values()}
    scrolled = element(
        "div",
        _table(found, columns),
        class_="scrolled",
        tabindex="0",
        role="region",
        aria_label="Matrix of models and locations; it can be scrolled sideways",
    )
    signs = [
        (
            element("span", verdict.sign, class_=f"cell {verdict}", aria_hidden="true"),
            verdict.meaning,
        )
        for verdict in Verdict
        if verdict in seen
    ]
    body: list[Child] = [legend(signs), scrolled]
    if left_out:
        what = "None of these models is known to be served in"
        body.append(note(f"{what} {joined(left_out)}: no column of their own."))
    body.append(element("h3", "The reasons, row by row"))
    body += [_reasons(row) for row in found]
    return Section("matrix", "Models and locations", tuple(body))


def _columns(report: Report, found: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The locations in which some row has more to say than that nothing is served, and the rest."""
    order = dict.fromkeys(
        location.id for snapshot in reversed(report.snapshots) for location in snapshot.locations
    )
    order.update(dict.fromkeys(location for row in found for location in row.cells))
    used = {
        location
        for row in found
        for location, cell in row.cells.items()
        if cell.verdict not in _EMPTY
    }
    wide_first = sorted(order, key=lambda location: places()[location].kind == "region")
    if not used:
        return wide_first, []
    return (
        [location for location in wide_first if location in used],
        [location for location in wide_first if location not in used],
    )


def _table(found: Sequence[Row], columns: Sequence[str]) -> Element:
    heads: list[Child] = []
    for geography, members in groupby(columns, key=_heading):
        span = len(list(members))
        title = geography if span > 1 else heard(geography)  # one column has no room for it
        heads.append(element("th", title, scope="colgroup", colspan=str(span)))
    names = [
        element("th", element("span", location), scope="col", class_="location")
        for location in columns
    ]
    corner = element("th", "Model, and what is asked", scope="col", rowspan="2", class_="corner")
    return element(
        "table",
        element("caption", "What decides about each model in each location"),
        element("thead", element("tr", corner, *heads), element("tr", *names)),
        element("tbody", *(_line(row, columns) for row in found)),
        class_="matrix",
    )


def _heading(location: str) -> str:
    place = places()[location]
    return place.geography if place.kind == "region" else "Multi-region and global"


def _line(row: Row, columns: Sequence[str]) -> Element:
    head = element("th", *_head(row), scope="row")
    if not row.cells:
        what = f"no model of snapshot {row.first.snapshot.id}"
        return element("tr", head, element("td", what, colspan=str(len(columns)), class_="none"))
    cells = [_cell(row.cells.get(location)) for location in columns]
    return element("tr", head, *cells)


def _head(row: Row) -> list[Child]:
    shown = row.first
    result = shown.answer.result
    more = len(row.labels) - _NAMED
    names = joined([*row.labels[:_NAMED], *([f"{more} more"] if more > 0 else [])])
    asked = [asked_text(result.request.residency, takes_guarantee=False), *result.request.needs]
    return [name(shown.answer.model), element("small", f"{names}: {', '.join(asked)}")]


def _cell(cell: Cell | None) -> Element:
    if cell is None:
        return element("td", heard("not in its snapshot"), class_="cell absent")
    return element(
        "td",
        element("span", cell.verdict.sign, aria_hidden="true"),
        heard(cell.verdict.meaning),
        class_=f"cell {cell.verdict}",
        data_why=cell.text,
    )


def _reasons(row: Row) -> Element:
    result = row.first.answer.result
    model = title(result.named) if result.named else row.first.answer.model
    summary: list[Child] = [name(model), f", {result.request.residency.text}, for "]
    few = len(row.labels) <= _NAMED
    summary.append(joined(row.labels) if few else counted(len(row.labels), "deployment"))
    valid = [
        [f"{verdict.meaning}: ", ", ".join(where)]
        for verdict in (Verdict.PLACED, Verdict.FAILOVER, Verdict.NOT_PINNED)
        if (where := [place for place, cell in row.cells.items() if cell.verdict is verdict])
    ]
    told = list(row.groups) or [("Nothing is known of this model.", ())]
    if not row.groups and valid:
        told = []
    everyone = element("p", f"Deployments: {', '.join(row.labels)}.") if not few else None
    answers = element("ul", *(element("li", *parts) for parts in valid)) if valid else None
    return details(summary, everyone, answers, reason_list(told) if told else None)
