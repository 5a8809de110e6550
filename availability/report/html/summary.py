"""What the command says of a page that it wrote."""

from __future__ import annotations

from availability.explanation.names import counted, joined
from availability.input.errors import BadInput
from availability.input.printed import plain_line
from availability.report.html.shown import Report
from availability.report.review import summary
from availability.report.text import problem_json


def summary_line(report: Report, file: str) -> str:
    """The file, and what is in it in numbers."""
    unread = len(report.stacks) - len(report.plans)
    said = [f"{len(report.placed)} placed", f"{len(report.refused)} refused"]
    said += [f"{counted(unread, 'stack')} not read"] if unread else []
    changed = (
        f". Against {report.reviewed.base}: {summary(report.reviewed)}" if report.reviewed else ""
    )
    return plain_line(f"{file}: {joined(said)}{changed}.")


def summary_document(report: Report, file: str) -> dict[str, object]:
    """`{html, stacks: [{stack, placed: [NAME], refused: [NAME]}]}`.

    A stack that can't be read is `{stack, errors}` there. What was compared has `changes`, as in
    `plan`.
    """
    stacks: list[dict[str, object]] = []
    for stack, checked in report.stacks:
        outcome = checked.outcome
        if isinstance(outcome, BadInput):
            errors = [problem_json(problem) for problem in outcome.problems]
            stacks.append({"stack": stack, "errors": errors})
            continue
        refused = [deployment.name for deployment, _ in outcome.refused]
        placed = [one.name for one, _ in outcome.answers if one.name not in refused]
        stacks.append({"stack": stack, "placed": placed, "refused": refused})
    document: dict[str, object] = {"html": file, "stacks": stacks}
    if report.reviewed:
        document["changes"] = [change.as_json() for change in report.reviewed.changes]
    return document
