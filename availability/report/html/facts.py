"""The facts that the placements rely on, each with the page that says it."""

from __future__ import annotations

from collections.abc import Sequence

from availability.explanation.names import counted, place_name, title
from availability.explanation.relied_on import not_covered, relied_on
from availability.explanation.statements import Fact
from availability.facts.snapshot import Snapshot
from availability.placement.request import Placement
from availability.report.html.elements import Child, Element, element
from availability.report.html.parts import Cell, Section, details, name, names, note, table
from availability.report.html.shown import Report, Shown

_COLUMNS = ("Fact", "About", "Source")


def facts(report: Report) -> Section | None:
    """For each model in its location, what the placement relies on, and what nothing covers."""
    groups: dict[tuple[str, tuple[Fact, ...]], list[tuple[Shown, Placement]]] = {}
    for shown, placement in report.placed:
        found = relied_on(placement, shown.snapshot)
        groups.setdefault((shown.snapshot.id, found), []).append((shown, placement))
    if not groups:
        return None
    text = "A link leads to the page as it is today, which may say something else by now."
    body = [note(text), *(_group(found, members) for (_, found), members in groups.items())]
    return Section("facts", "Facts relied on", tuple(body))


def _group(found: Sequence[Fact], members: Sequence[tuple[Shown, Placement]]) -> Element:
    shown, placement = members[0]
    snapshot, model = shown.snapshot, placement.named.id
    open_ends = not_covered(placement, snapshot)
    summary: list[Child] = [
        name(title(placement.named)),
        f" in {place_name(placement.location, snapshot)} ",
        element("span", counted(len(found), "fact"), class_="count"),
    ]
    labels = [member.label for member, _ in members]
    return details(
        summary,
        element("p", "For ", names(labels), f", by snapshot {snapshot.id}."),
        _table(f"Facts about {model} in {placement.location}", found, snapshot),
        _table("What is not covered", open_ends, snapshot) if open_ends else None,
    )


def _table(caption: str, found: Sequence[Fact], snapshot: Snapshot) -> Element:
    return table(caption, _COLUMNS, [_row(fact, snapshot) for fact in found])


def _row(fact: Fact, snapshot: Snapshot) -> list[Cell]:
    return [fact.text, fact.what.value, _source(fact, snapshot)]


def _source(fact: Fact, snapshot: Snapshot) -> list[Child]:
    """The page with its day and line, and what it adds; our own reading where there is none."""
    cite = fact.cite
    if cite is None:
        return [fact.source or "our own reading", _small(fact.quote)]
    page = snapshot.sources[cite.source]
    where = [page.date, cite.heading, f"line {cite.line}" if cite.line else None]
    return [
        element("a", page.title, href=page.url, rel="noreferrer"),
        _small(", ".join(filter(None, where))),
        _small(cite.note),
    ]


def _small(text: str | None) -> Child:
    return element("small", text) if text else None
