"""The days that matter to a report: of its models, of its waivers, of its facts, and today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from availability.explanation.lifecycle import blocked_from
from availability.facts.names import Named
from availability.report.html.shown import Report, Shown


class Occasion(StrEnum):
    """What happens on a day: its sign, and what is said of it."""

    _value_: str
    sign: str
    meaning: str

    def __new__(cls, value: str, sign: str, meaning: str) -> Occasion:
        """A member of the table below."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.sign = sign
        member.meaning = meaning
        return member

    LAUNCH = "launch", "●", "launched"
    DEPRECATED = "deprecated", "▽", "deprecated"
    CLOSED = "closed", "◧", "closed to projects that never used it"
    NOT_BEFORE = "not-before", "◇", "not shut down before"
    BLOCKED = "blocked", "◨", "new projects can't start any more"
    LAST_DAY = "last-day", "✕", "last day"
    SHUT_DOWN = "shut-down", "✖", "shut down"
    WAIVER = "waiver", "▲", "a waiver ends"
    SNAPSHOT = "snapshot", "■", "the day of the facts"
    JUDGED = "judged", "◆", "the day that is judged by"
    TODAY = "today", "│", "today"


@dataclass(frozen=True)
class Day:
    """Something that happens on a day."""

    day: dt.date
    occasion: Occasion
    text: str = ""
    """The day as its source gives it, where that is less than a day: `2026-10`."""

    @property
    def written(self) -> str:
        """The day as it is shown."""
        return self.text or self.day.isoformat()


@dataclass(frozen=True)
class Lane:
    """What the timeline shows in a row of its own."""

    title: str
    about: tuple[str, ...]
    """The deployments that it is about; empty for what is about the whole report."""
    days: tuple[Day, ...]


def lanes(report: Report) -> tuple[Lane, ...]:
    """The facts and today first, then a lane a model, then one for each waiver."""
    return (_of_report(report), *_of_models(report), *_of_waivers(report))


def _of_report(report: Report) -> Lane:
    days = [Day(snapshot.date, Occasion.SNAPSHOT) for snapshot in report.snapshots]
    days.append(Day(report.today, Occasion.TODAY))
    judged = {plan.today for _, plan in report.plans} - {report.today}
    days += [Day(day, Occasion.JUDGED) for day in sorted(judged)]
    return Lane("This report", (), _in_order(days))


def _of_models(report: Report) -> Iterator[Lane]:
    """The models that soon end first, those of which no end is published last."""
    known: dict[tuple[str, Named], list[Shown]] = {}
    for shown in report.shown:
        if (named := shown.answer.result.named) is not None:
            known.setdefault((shown.snapshot.id, named), []).append(shown)
    several = len(report.snapshots) > 1

    def end(item: tuple[tuple[str, Named], list[Shown]]) -> tuple[dt.date, str, str]:
        (snapshot, named), _ = item
        return named.model.retires or named.model.not_before or dt.date.max, named.id, snapshot

    for (snapshot, named), members in sorted(known.items(), key=end):
        title = f"{named.id} (by {snapshot})" if several else named.id
        yield Lane(title, tuple(shown.label for shown in members), _in_order(_of_model(named)))


def _of_model(named: Named) -> Iterator[Day]:
    model = named.model
    if model.released:
        yield Day(_first_day(model.released), Occasion.LAUNCH, model.released)
    if model.deprecated:
        yield Day(model.deprecated, Occasion.DEPRECATED)
    if model.closure:
        yield Day(model.closure.since, Occasion.CLOSED)
    if model.not_before:
        yield Day(model.not_before, Occasion.NOT_BEFORE)
    if blocked := blocked_from(named):
        yield Day(blocked, Occasion.BLOCKED)
    if model.retires:
        lives = named.entry.family.lives_on_retirement_day
        yield Day(model.retires, Occasion.LAST_DAY if lives else Occasion.SHUT_DOWN)


def _first_day(partial: str) -> dt.date:
    """The first day that a day, a month or a year may mean."""
    year, month, day = [*map(int, partial.split("-")), 1, 1][:3]
    return dt.date(year, month, day)


def _of_waivers(report: Report) -> Iterator[Lane]:
    for shown in report.shown:
        for accepted in shown.deployment.request.accept:
            days = (Day(accepted.until, Occasion.WAIVER),)
            yield Lane(f"{shown.label} accepts {accepted.about}", (shown.label,), days)


def _in_order(days: Iterator[Day] | list[Day]) -> tuple[Day, ...]:
    order = tuple(Occasion)
    return tuple(sorted(days, key=lambda day: (day.day, order.index(day.occasion))))
