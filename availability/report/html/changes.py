"""What changes since the version that is compared with, and what of it has to be decided."""

from __future__ import annotations

from collections.abc import Sequence

from availability.report.html.elements import Child, element
from availability.report.html.parts import Cell, Section, badge, name, note, table
from availability.report.html.shown import Report
from availability.report.review import calm, summary, told_once
from availability.stack.review.changes import Change

_COLUMNS = ("Of", "Kind", "What changes")


def changes(report: Report) -> Section:
    """The changes, those first that somebody has to decide; or that nothing was compared."""
    reviewed = report.reviewed
    if reviewed is None:
        text = (
            "Nothing was compared: this page shows what is, and not what changes. With --against "
            "and a git reference or a folder it shows both."
        )
        return Section("changes", "What changed", (element("p", text),))
    decide, rest = reviewed.decisions, reviewed.others
    body: list[Child] = [element("p", f"Against {reviewed.base}: {summary(reviewed)}.")]
    body += [table("To decide", _COLUMNS, _rows(decide))] if decide else []
    body += [table("Also changed" if decide else "Changed", _COLUMNS, _rows(rest))] if rest else []
    body += [note(text) for text in calm(reviewed)]
    return Section("changes", "What changed", tuple(body))


def _rows(changes: Sequence[Change]) -> list[list[Cell]]:
    return [
        [
            name(told.where),
            [
                badge(told.change.kind.value, "bad" if told.change.kind.decides else "quiet"),
                element("small", told.change.kind.meaning),
            ],
            told.words,
        ]
        for told in told_once(changes)
    ]
