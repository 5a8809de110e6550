"""The facts that the placements rely on, each with the page that says it."""

from __future__ import annotations

from collections.abc import Sequence

from availability.explanation.evidence import Evidence, evidence
from availability.explanation.names import place_name, title
from availability.placement.request import Placement
from availability.report.html.elements import Child, Element, element
from availability.report.html.parts import Cell, Section, counted, details, name, names, note, table
from availability.report.html.shown import Report, Shown

_COLUMNS = ("Fact", "Source", "Words of the source")


def facts(report: Report) -> Section | None:
    """For each model in its location, what is known, by which page, of which day."""
    groups: dict[tuple[Evidence, ...], list[tuple[Shown, Placement]]] = {}
    for shown, placement in report.placed:
        found = evidence(placement.request, placement.named, placement.location, shown.snapshot)
        groups.setdefault(found, []).append((shown, placement))
    if not groups:
        return None
    text = "A link leads to the page as it is today, which may say something else by now."
    body = [note(text), *(_group(found, members) for found, members in groups.items())]
    return Section("facts", "Facts relied on", tuple(body))


def _group(found: Sequence[Evidence], members: Sequence[tuple[Shown, Placement]]) -> Element:
    shown, placement = members[0]
    where = place_name(placement.location, shown.snapshot)
    summary: list[Child] = [
        name(title(placement.named)),
        f" in {where} ",
        element("span", counted(len(found), "fact"), class_="count"),
    ]
    labels = [member.label for member, _ in members]
    about = element("p", "For ", names(labels), f", by snapshot {shown.snapshot.id}.")
    caption = f"Facts about {placement.named.id} in {placement.location}"
    return details(summary, about, table(caption, _COLUMNS, [_row(fact) for fact in found]))


def _row(fact: Evidence) -> list[Cell]:
    return [fact.fact, _source(fact), element("q", fact.quote) if fact.quote else None]


def _source(fact: Evidence) -> list[Child]:
    if fact.source is None:
        return ["our own reading"]
    link = element("a", fact.source, href=fact.url, rel="noreferrer") if fact.url else fact.source
    where = [fact.date, fact.heading, f"line {fact.line}" if fact.line else None]
    return [link, element("small", ", ".join(filter(None, where)))]
