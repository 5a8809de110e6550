"""The days of a report."""

import datetime as dt
from pathlib import Path

from availability.report.html.dates import Occasion, lanes
from tests.availability.report.html.pages import DAY, Node, made, report_of

STACK = """
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: any
  vertex-residency:asOf: 2026-12-24
  vertex-residency:deployments:
    old:
      model: gemini-2.5-pro
      accept: [{rule: retired, until: 2027-02-03, reason: in review}]
    chat: {model: gemini-3.8-flash}
"""


def test_models_waivers_the_facts_and_today_have_their_days(tmp_path: Path) -> None:
    found = lanes(report_of(tmp_path, prod=STACK))
    [report, *models, waiver] = found
    assert [(day.occasion, day.day) for day in report.days] == [
        (Occasion.SNAPSHOT, dt.date(2026, 11, 12)),
        (Occasion.TODAY, DAY),
        (Occasion.JUDGED, dt.date(2026, 12, 24)),
    ]
    by_title = {lane.title: {day.occasion: day.day for day in lane.days} for lane in models}
    assert list(by_title) == ["gemini-2.5-pro", "gemini-3.8-flash"]
    old = by_title["gemini-2.5-pro"]
    assert old[Occasion.LAST_DAY] > old[Occasion.BLOCKED] > old[Occasion.LAUNCH]
    assert waiver.title == "old accepts retired"
    assert waiver.days[0].day == dt.date(2027, 2, 3)


def test_what_is_ahead_is_told_in_order(tmp_path: Path) -> None:
    tree = made(report_of(tmp_path, prod=STACK))
    [section] = [one for one in tree.all("section") if one.attributes["id"] == "dates"]
    [table] = section.all("table")
    days = [time.text for time in table.all("time")]
    assert days == sorted(days)
    assert days[0] >= DAY.isoformat()
    assert "in 68 days" in table.text
    assert "2027-02-03" in days


def positions(node: Node) -> list[float]:
    styles = [one.attributes["style"] for one in node if "style" in one.attributes]
    return [float(style.split("left:")[1].split("%")[0]) for style in styles]


def test_signs_lie_on_the_line(tmp_path: Path) -> None:
    tree = made(report_of(tmp_path, prod=STACK))
    [section] = [one for one in tree.all("section") if one.attributes["id"] == "dates"]
    found = positions(section)
    assert len(found) > 10
    assert all(0 <= one <= 100 for one in found)


def test_signs_of_close_days_stand_above_and_below(tmp_path: Path) -> None:
    tree = made(report_of(tmp_path, prod=STACK))
    signs = [
        (node.attributes["class"].split(), positions(Node("", {}, [node])))
        for node in tree.all("span")
        if node.attributes.get("class", "").startswith("sign ") and "style" in node.attributes
    ]
    at = {kinds[1]: (kinds[2:], share[0]) for kinds, share in signs}
    assert abs(at["blocked"][1] - at["last-day"][1]) < 5
    assert {*at["blocked"][0], *at["last-day"][0]} == {"above", "below"}
