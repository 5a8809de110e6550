"""The timeline: a lane a model, with its days as signs along it and in words beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from availability.explanation.names import counted
from availability.report.html.dates import Day, Lane, Occasion, lanes
from availability.report.html.elements import Child, Element, element
from availability.report.html.parts import Section, legend, names, table
from availability.report.html.shown import Report


def timeline(report: Report) -> Section:
    """The lanes as a drawing, and what is ahead as a table."""
    found = lanes(report)
    seen = {day.occasion for lane in found for day in lane.days}
    signs = [
        (
            element("span", occasion.sign, class_=f"sign {occasion}", aria_hidden="true"),
            occasion.meaning,
        )
        for occasion in Occasion
        if occasion in seen
    ]
    scale = _Scale([day.day for lane in found for day in lane.days])
    drawn = element(
        "ul",
        *(_lane(lane, scale, report.today) for lane in found),
        class_="lanes",
    )
    body: list[Child] = [legend(signs), _axis(scale), drawn]
    rows = _ahead(found, report.today)
    if rows:
        body.append(table("What is ahead", ("Day", "What", "Of", "Deployments"), rows))
    return Section("dates", "Dates", tuple(body))


class _Scale:
    """Where a day lies between the first and the last one, in hundredths."""

    def __init__(self, days: Sequence[dt.date]) -> None:
        self.first = dt.date(min(days).year, 1, 1)
        self.last = dt.date(max(days).year, 12, 31)

    def at(self, day: dt.date) -> str:
        """How far from the left."""
        return f"{100 * (day - self.first).days / (self.last - self.first).days:.2f}%"

    @property
    def years(self) -> list[int]:
        """The years that it spans."""
        return list(range(self.first.year, self.last.year + 1))


def _axis(scale: _Scale) -> Element:
    """The years above the lanes; every second one where they are many."""
    step = 1 + (len(scale.years) - 1) // 6
    ticks = [
        element("span", str(year), style=f"left:{scale.at(dt.date(year, 1, 1))}")
        for year in scale.years[::step]
    ]
    return element("div", element("div", *ticks, class_="track"), class_="axis", aria_hidden="true")


def _lane(lane: Lane, scale: _Scale, today: dt.date) -> Element:
    signs: list[Child] = [_bar(lane, scale)]
    signs.append(element("i", class_="now", style=f"left:{scale.at(today)}"))
    signs += _signs([day for day in lane.days if day.occasion is not Occasion.TODAY], scale)
    said = "; ".join(f"{day.occasion.meaning} {day.written}" for day in lane.days)
    return element(
        "li",
        element(
            "div",
            element("b", lane.title),
            element("small", said or "no date is published"),
            class_="what",
        ),
        element("div", *signs, class_="track", aria_hidden="true"),
    )


_CLOSE = 5
"""How many hundredths of the line two signs need to stand side by side on a narrow screen."""


def _signs(days: Sequence[Day], scale: _Scale) -> list[Element]:
    """A sign a day; those of days that are close stand above and below the line in turn."""
    shares = [float(scale.at(day.day)[:-1]) for day in days]
    signs: list[Element] = []
    is_above = False
    for index, (day, share) in enumerate(zip(days, shares, strict=True)):
        beside = shares[max(index - 1, 0) : index] + shares[index + 1 : index + 2]
        is_close = any(abs(other - share) < _CLOSE for other in beside)
        is_above = is_close and not is_above
        level = ("above" if is_above else "below") if is_close else None
        kind = " ".join(filter(None, ("sign", day.occasion.value, level)))
        place = f"left:{share:.2f}%"
        signs.append(element("span", day.occasion.sign, class_=kind, style=place))
    return signs


def _bar(lane: Lane, scale: _Scale) -> Element | None:
    """From the launch, or the left, to the end; it fades out where no end is published."""
    if not lane.about or any(day.occasion is Occasion.WAIVER for day in lane.days):
        return None
    days = {day.occasion: day.day for day in lane.days}
    start = days.get(Occasion.LAUNCH, scale.first)
    end = days.get(Occasion.LAST_DAY) or days.get(Occasion.SHUT_DOWN)
    until = end or days.get(Occasion.NOT_BEFORE)
    open_end = "" if end else " open"
    last = scale.at(until) if until else "100.00%"
    left, width = scale.at(start), float(last[:-1]) - float(scale.at(start)[:-1])
    return element("i", class_=f"bar{open_end}", style=f"left:{left};width:{max(width, 0):.2f}%")


def _ahead(found: Sequence[Lane], today: dt.date) -> list[list[Child | list[Child]]]:
    """What happens from today on, the next first."""
    pairs = [(day, lane) for lane in found if lane.about for day in lane.days if day.day >= today]
    pairs.sort(key=lambda pair: (pair[0].day, pair[1].title))
    return [
        [
            element("time", day.written, datetime=day.written),
            [day.occasion.meaning, element("small", _in_days(day, today))],
            lane.title,
            names(lane.about),
        ]
        for day, lane in pairs
    ]


def _in_days(day: Day, today: dt.date) -> str:
    left = (day.day - today).days
    return f"in {counted(left, 'day')}" if left else "today"
