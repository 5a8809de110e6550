"""The warnings, each kind once, and what a person has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator

from availability.explanation.names import counted
from availability.placement.warnings import Warning, WarningId
from availability.report.html.elements import Child, Element, element
from availability.report.html.parts import Cell, Section, badge, details, names, table
from availability.report.html.shown import Report


def warnings(report: Report) -> Section:
    """A group a kind of warning, in their usual order; in it each text with whom it is about."""
    found = _by_kind(report)
    body: list[Child] = [_group(kind, found[kind]) for kind in WarningId if kind in found]
    body = body or [element("p", "There are none.")]
    if accepted := _acknowledged(report):
        columns = ("Warning", "Until", "Reason", "Deployments")
        body.append(table("Acknowledged: no warning until that day", columns, accepted))
    return Section("warnings", "Warnings", tuple(body))


def _all(report: Report) -> Iterator[tuple[Warning, str]]:
    """Every warning with whom it is about."""
    for stack, plan in report.plans:
        for warning in plan.warnings:
            yield warning, f"stack {stack}"
    for shown in report.shown:
        for warning in shown.answer.warnings:
            yield warning, shown.label


def _by_kind(report: Report) -> dict[WarningId, dict[str, list[str]]]:
    """Kind -> text -> whom it is about."""
    found: dict[WarningId, dict[str, list[str]]] = {}
    for warning, about in _all(report):
        found.setdefault(warning.id, {}).setdefault(warning.text, []).append(about)
    return found


def _group(kind: WarningId, texts: dict[str, list[str]]) -> Element:
    count = len({about for abouts in texts.values() for about in abouts})
    stacks = all(about.startswith("stack ") for abouts in texts.values() for about in abouts)
    noun = "stack" if stacks else "deployment"
    summary: list[Child] = [badge(kind.value, "warn"), f" {kind.meaning} "]
    summary.append(element("span", counted(count, noun), class_="count"))
    items = [
        element(
            "li",
            element("p", text),
            element("p", names(list(dict.fromkeys(abouts))), class_="about"),
        )
        for text, abouts in texts.items()
    ]
    return details(summary, element("ul", *items, class_="texts"))


def _acknowledged(report: Report) -> list[list[Cell]]:
    """A row for each reason that somebody gave."""
    labels: dict[tuple[str, str, str], list[str]] = {}
    for shown in report.shown:
        for known in shown.answer.acknowledged:
            key = (known.by.warning.value, known.by.until.isoformat(), known.by.reason)
            labels.setdefault(key, []).append(shown.label)
    return [[*key, names(about)] for key, about in sorted(labels.items())]
