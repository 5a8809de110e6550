"""Which of several statements count: of one page, those of its newest copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from availability.ingest.citations import page_of
from availability.ingest.statements import Statement

AnyStatement = TypeVar("AnyStatement", bound=Statement)


def newest(
    statements: Sequence[AnyStatement],
    key: Callable[[AnyStatement], object],
    by: Callable[[AnyStatement], object] | None = None,
) -> list[AnyStatement]:
    """One statement for each key, of the newest day; where several share it, the first.

    With `by`, the newest day is that of a wider key: older statements of it are left out.
    """
    wide = by or key
    days = _newest_days(statements, wide)
    chosen: dict[object, AnyStatement] = {}
    for statement in statements:
        if statement.cite.date == days[wide(statement)]:
            chosen.setdefault(key(statement), statement)
    return list(chosen.values())


def current(
    statements: Sequence[AnyStatement], part: Callable[[AnyStatement], object] = lambda _: None
) -> list[AnyStatement]:
    """The statements of the newest copy of each page, part by part."""

    def part_of_page(statement: AnyStatement) -> object:
        return page_of(statement.cite.url), part(statement)

    days = _newest_days(statements, part_of_page)
    return [said for said in statements if said.cite.date == days[part_of_page(said)]]


def _newest_days(
    statements: Sequence[AnyStatement], key: Callable[[AnyStatement], object]
) -> dict[object, str]:
    """Key -> the newest day of its statements."""
    days: dict[object, str] = {}
    for statement in statements:
        at = key(statement)
        days[at] = max(days.get(at, ""), statement.cite.date)
    return days
