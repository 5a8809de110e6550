"""The page as a whole: its head, its sections in their order, and how one gets about in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from availability.explanation.names import counted, joined
from availability.placement.warnings import WarningId
from availability.report.html.cautions import warnings
from availability.report.html.changes import changes
from availability.report.html.drawing import patterns
from availability.report.html.elements import Child, Element, element, written
from availability.report.html.facts import facts
from availability.report.html.map import world_map
from availability.report.html.matrix import matrix
from availability.report.html.parts import Section
from availability.report.html.placements import placements
from availability.report.html.refusals import refusals, unreadable
from availability.report.html.shown import Report
from availability.report.html.timeline import timeline

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page may ask for, which is nothing; a browser holds it to that."""


def page(report: Report) -> str:
    """The page as text: the same for the same report."""
    found = [section for section in _sections(report) if section is not None]
    title = f"Model placements of {joined(name for name, _ in report.stacks)}"
    body = element(
        "body",
        element("a", "To the content", href="#content", class_="skip"),
        patterns(),
        _header(report),
        element("nav", element("ul", *_links(found)), aria_label="Sections"),
        element("main", *(section.made for section in found), id="content", tabindex="-1"),
        element("footer", element("p", _made_by(report))),
    )
    return written(element("html", _head(title), body, lang="en"))


def _sections(report: Report) -> tuple[Section | None, ...]:
    return (
        changes(report),
        unreadable(report),
        refusals(report),
        placements(report),
        world_map(report) if report.shown else None,
        matrix(report),
        timeline(report) if report.shown else None,
        warnings(report),
        facts(report),
    )


def _head(title: str) -> Element:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        _style(),
    )


@cache
def _styles() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def _style() -> Element:
    """The style, which is the project's own text and keeps its lines."""
    made = element("style")
    made.text = _styles()
    return made


def _header(report: Report) -> Element:
    stacks = joined(name for name, _ in report.stacks)
    noun = "stack" if len(report.stacks) == 1 else "stacks"
    return element(
        "header",
        element("h1", "Where models are placed"),
        element("p", f"{noun.capitalize()} {stacks}, on {report.today}", class_="lead"),
        element("p", _judged(report)),
        element("ul", *_figures(report), class_="figures"),
    )


def _judged(report: Report) -> str:
    """By which facts, and by which day."""
    if not report.plans:
        return "No stack could be read."
    known = joined(snapshot.id for snapshot in report.snapshots)
    noun = "snapshot" if len(report.snapshots) == 1 else "snapshots"
    others = sorted({plan.today for _, plan in report.plans} - {report.today})
    also = f" Judged by {joined(map(str, others))} where a stack says so." if others else ""
    return f"Facts of {noun} {known}.{also}"


def _figures(report: Report) -> list[Element]:
    """The numbers that a reader wants first."""
    retiring = {
        shown.label
        for shown in report.shown
        for warning in shown.answer.warnings
        if warning.id is WarningId.RETIRING
    }
    unread = len(report.stacks) - len(report.plans)
    decide = len(report.reviewed.decisions) if report.reviewed else 0
    figures = [(decide, "to decide", "bad" if decide else "quiet")] if report.reviewed else []
    figures += [
        (len(report.placed), "placed", "good" if report.placed else "quiet"),
        (len(report.refused), "refused", "bad" if report.refused else "quiet"),
        (len(retiring), "retiring soon", "warn" if retiring else "quiet"),
    ]
    figures += [(unread, "cannot be read", "bad")] if unread else []
    return [
        element("li", element("b", str(number)), " ", what, class_=kind)
        for number, what, kind in figures
    ]


def _links(found: Sequence[Section]) -> list[Child]:
    return [element("li", element("a", section.title, href=f"#{section.id}")) for section in found]


def _made_by(report: Report) -> str:
    stacks = counted(len(report.stacks), "stack")
    deployments = counted(len(report.shown), "deployment")
    return (
        f"Made offline by vertex-residency report: {stacks}, {deployments}, judged as "
        "pulumi preview judges them. This page loads nothing and sends nothing."
    )
