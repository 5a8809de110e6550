"""What is kept of the figures, and the page that is made of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from availability.facts.library import snapshot_ids
from bench.figures import FIGURES
from bench.measured import Failed, Peak, ratio, spread
from bench.page import NOT_MET, PAGE, cells, founds, page, parts, unexplained
from bench.results import RESULTS, Found, failed, found_in, kept, merged, row, save
from tests.paths import ROOT

DAY = dt.date(2026, 11, 27)
BY_ID = {figure.id: figure for figure in FIGURES}
COLD = ratio([(0.07, 0.1), (0.08, 0.1)], peaks=[Peak(0, 60_000_000)])
LOADED = spread(
    [0.2, 0.3, 0.4],
    peaks=[Peak(0, 40_000_000), Peak(1_000, 60_000_000), Peak(10_000, 240_000_000)],
    note="with its digest",
)


@pytest.mark.parametrize(
    ("figure", "found"),
    [("cold-resolve", COLD), ("load", LOADED), ("wrong", Failed("LiteLLM is not installed"))],
)
def test_a_row_says_what_was_found(figure: str, found: Found):
    kept_row = row(BY_ID[figure], found, DAY)
    assert row(BY_ID[figure], found_in(kept_row), DAY) == kept_row


def test_a_row_of_what_failed_says_why():
    assert found_in(row(BY_ID["wrong"], Failed("no room"), DAY)) == Failed("no room")


def test_a_row_has_the_goal_and_whether_it_is_met():
    kept_row = row(BY_ID["cold-resolve"], COLD, DAY)
    assert (kept_row["goal"], kept_row["value"], kept_row["met"]) == (0.7, 0.75, False)
    assert (kept_row["ours"], kept_row["theirs"]) == (0.075, 0.1)
    assert row(BY_ID["load"], LOADED, DAY)["memoryExponent"] == 1.0


def test_what_is_not_looked_at_stays_as_it_was():
    before = merged({"figures": {}, "answers": {"2025-05-12": {}}}, {"load": LOADED}, DAY)
    after = merged(before, {"cold-resolve": COLD}, DAY + dt.timedelta(1))
    assert [*after["figures"]] == ["cold-resolve", "load"]
    assert after["figures"]["load"] == before["figures"]["load"]
    assert after["answers"] == {"2025-05-12": {}}


def test_an_error_is_kept_without_folders_of_this_machine():
    said = failed(OSError(f"{ROOT}/bench/.venv is not there"))
    assert said == Failed("bench/.venv is not there")
    assert failed(AssertionError()) == Failed("AssertionError")


def test_results_are_read_as_they_were_written(tmp_path: Path):
    document = merged({"figures": {}, "answers": {}}, {"load": LOADED}, DAY)
    save(document, tmp_path / "results.json")
    assert kept(tmp_path / "results.json") == document
    assert kept(tmp_path / "none.json") == {"figures": {}, "answers": {}}


def test_a_row_of_the_table_names_the_goal_and_whether_it_is_met():
    assert cells(BY_ID["cold-resolve"], COLD)[1:] == (
        "0.75",
        "0.72 to 0.78, 2 runs",
        "75 ms / 100 ms",
        "<= 0.70",
        "no",
        "60",
    )
    assert cells(BY_ID["load"], LOADED)[1:] == (
        "300 ms (with its digest)",
        "250 ms to 350 ms, 3 runs",
        "",
        "<= 250 ms",
        "no",
        "40, 60, 240 at 0, 1,000, 10,000: n^1.00",
    )
    assert cells(BY_ID["load"], Failed("no room"))[1] == "not measured: no room"


def test_a_goal_that_is_missed_needs_its_reason():
    missed = {"load": LOADED, "cold-resolve": replace(COLD, value=0.6), "wrong": Failed("no room")}
    assert unexplained(f"{NOT_MET}\n", missed) == ["load", "wrong"]
    assert unexplained(f"{NOT_MET}\n\n- `load`: so.\n- `wrong`: so.\n", missed) == []
    assert unexplained(f"`load`\n{NOT_MET}\n\n## More\n`wrong`\n", missed) == ["load", "wrong"]


def test_a_page_without_a_marker_is_refused():
    text = PAGE.read_text(encoding="utf-8").replace("<!-- end of how -->", "")
    with pytest.raises(ValueError, match="no part how"):
        page(text, kept())


def test_the_page_is_what_the_results_say():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, kept()) == text
    assert {*parts(kept())} == {*re.findall(r"<!-- (\w+): generated -->", text)}


def test_every_goal_that_is_missed_has_its_reason():
    text = PAGE.read_text(encoding="utf-8")
    assert NOT_MET in text
    assert unexplained(text, founds(kept())) == []


def test_the_results_are_of_every_figure_that_make_bench_measures():
    large = {figure.id for figure in FIGURES if figure.part.is_large}
    assert {*kept()["figures"]} >= {*BY_ID} - large


def test_the_results_are_judged_by_the_goals_of_today():
    for name, kept_row in kept()["figures"].items():
        figure = BY_ID[name]
        assert (kept_row["what"], kept_row["goal"]) == (figure.what, figure.goal)
        assert kept_row == row(figure, found_in(kept_row), dt.date.fromisoformat(kept_row["day"]))


def test_the_results_name_their_snapshots_and_versions_and_no_place():
    document = kept()
    assert document["snapshots"] == [*snapshot_ids()]
    assert all(document["versions"].values())
    assert {*document["answers"]} <= {*snapshot_ids()}
    text = RESULTS.read_text(encoding="utf-8")
    assert not re.search(r'://|["\s]/\w', text)
