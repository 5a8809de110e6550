"""A stack's deployments as one table, which ends every preview and every update."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from availability.explanation.answers import Answer
from availability.explanation.committed import kept_within
from availability.facts.names import Named
from availability.input import shell
from availability.input.calls import own_call
from availability.input.printed import plain, plain_line
from availability.input.wrap import wrapped
from availability.placement.request import Placement
from availability.stack.config import Deployment
from availability.stack.plan import Plan

WIDTH = 96
"""Columns: with the indentation of the engine's diagnostics it makes 100."""
MOST_ROWS = 100
"""So many deployments are shown; of the rest it is said how many they are."""
Marks = Mapping[str, Sequence[str]]
"""Deployment -> in a word each, what has changed about it."""
_UNMARKED: Marks = {}
_GAP = "  "
_CHANGE = "change"
_NARROWEST = {
    "deployment": 14,
    "model": 19,
    "location": 13,
    "processing": 13,
    "retires": 10,
    _CHANGE: 17,
}
"""The columns with the fewest characters of each: with what is between them, `WIDTH` together."""
_SHRINKS = (_CHANGE, "retires", "processing", "deployment", "model", "location")
"""The columns that give way where a line would be too long, in this order."""


def summary_lines(plan: Plan, marks: Marks = _UNMARKED, compared: Iterable[str] = ()) -> list[str]:
    """The stack in a line, a row for each of its deployments, and what is left out.

    `compared` are lines that say what it was compared with, and come before the rows. All of it is
    plain text of at most `WIDTH` columns, but for a word that is longer.
    """
    shown = _shown(plan, marks)
    lines = [_headline(plan), *compared, *_table_lines(plan, shown, marks)]
    if len(shown) < len(plan.answers):
        lines += _left_out(plan, shown, marks)
    return lines


def _headline(plan: Plan) -> str:
    total, refused = len(plan.answers), len(plan.refused)
    verdict = f"{refused} of {total} refused" if refused else f"all {total} placed"
    day = f", as of {plan.today}" if plan.config.as_of else ""
    return plain_line(f"Stack {plan.stack}, snapshot {plan.snapshot.id}{day}: {verdict}.")


Row = tuple[Deployment, Answer]


def _shown(plan: Plan, marks: Marks) -> tuple[Row, ...]:
    """The rows that there is room for, in the plan's order: the marked first, then what ends."""
    if len(plan.answers) <= MOST_ROWS:
        return plan.answers

    def rank(number: int) -> tuple[bool, bool, int]:
        deployment, answer = plan.answers[number]
        return (not marks.get(deployment.name), not _ends_soon(answer, plan.today), number)

    first = sorted(range(len(plan.answers)), key=rank)[:MOST_ROWS]
    return tuple(plan.answers[number] for number in sorted(first))


def _left_out(plan: Plan, shown: Sequence[Row], marks: Marks) -> list[str]:
    """How many rows are not shown, what is marked among them, and what shows them all."""
    names = {deployment.name for deployment, _ in shown}
    rest = [pair for pair in plan.answers if pair[0].name not in names]
    counts = Counter(word for deployment, _ in rest for word in marks.get(deployment.name, ()))
    of_these = ", ".join(f"{count} {word}" for word, count in counts.items())
    ending = sum(_ends_soon(answer, plan.today) for _, answer in rest)
    ends = f"{ending} near the end of their model" if ending else ""
    among = ", ".join(part for part in (of_these, ends) if part)
    text = f"and {len(rest)} more" + (f", {among} among them" if among else "")
    words = own_call("plan", f"stacks/Pulumi.{plan.stack}.yaml")
    command = f"; all: {shell.join(words)}" if shell.can_be_typed(words) else ""
    return wrapped(f"{text}{command}", "", "  ")


def _table_lines(plan: Plan, rows: Sequence[Row], marks: Marks) -> list[str]:
    """The rows below the names of their columns; that of the marks only where there are any."""
    table = [(*_NARROWEST,)]
    for deployment, answer in rows:
        change = ", ".join(marks.get(deployment.name, ()))
        table.append((*_cells(deployment, answer, plan.today), change))
    if not any(row[-1] for row in table[1:]):
        table = [row[:-1] for row in table]
    table = [tuple(map(plain, row)) for row in table]
    widths = _widths(table)
    return [line for row in table for line in _row_lines(row, widths)]


def _widths(table: Sequence[tuple[str, ...]]) -> list[int]:
    """How wide each column is: as its longest text, if the line has room for that."""
    names = table[0]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for name in _SHRINKS:
        excess = sum(widths) + len(_GAP) * (len(widths) - 1) - WIDTH
        if excess > 0 and name in names:
            column = names.index(name)
            narrowest = min(widths[column], _NARROWEST[name])
            widths[column] = max(narrowest, widths[column] - excess)
    return widths


def _row_lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row, whose texts go on below at a blank or a hyphen where they are too long."""
    cells = [
        textwrap.wrap(text, width, break_on_hyphens=column != _CHANGE)
        for text, width, column in zip(row, widths, _NARROWEST, strict=False)
    ]
    for line in zip_longest(*cells, fillvalue=""):
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
        yield plain_line(_GAP.join(padded).rstrip())


def _cells(deployment: Deployment, answer: Answer, today: dt.date) -> tuple[str, ...]:
    """Deployment, model, location, processing and the model's end."""
    result = answer.result
    if not isinstance(result, Placement):
        return (deployment.name, answer.model, "refused", "", "")
    processing = kept_within(result) or "not committed"
    soon = _ends_soon(answer, today)
    return (
        deployment.name,
        answer.model,
        result.location,
        processing,
        _retires(result.named, today, with_days=soon),
    )


def _retires(named: Named, today: dt.date, *, with_days: bool) -> str:
    """When the model ends, as far as it is published."""
    model = named.model
    if model.retires is None:
        return f"not before {model.not_before}" if model.not_before else "no date published"
    left = (model.retires - today).days
    return f"{model.retires} ({_days(left)})" if with_days else str(model.retires)


def _days(left: int) -> str:
    if left < 0:
        return f"{-left} days ago" if left < -1 else "yesterday"
    return ("today", "tomorrow")[left] if left < len(("today", "tomorrow")) else f"{left} days"


def _ends_soon(answer: Answer, today: dt.date) -> bool:
    """Whether the model of a placement ends within the days that the stack wants to be warned."""
    if not isinstance(answer.result, Placement):
        return False
    retires = answer.result.named.model.retires
    within = answer.result.request.retirement_warning
    return retires is not None and (retires - today).days <= within
