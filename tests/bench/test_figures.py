"""The list of figures, and what measures each."""

from __future__ import annotations

import pytest

from bench import cold
from bench.__main__ import found
from bench.figures import FIGURES, Part, Unit, seconds
from bench.measured import Failed, Measured, spread
from bench.stacks import CHANGED

BY_ID = {figure.id: figure for figure in FIGURES}


def test_every_figure_has_an_id_of_its_own():
    assert len(BY_ID) == len(FIGURES)


def test_every_part_has_figures():
    assert {figure.part for figure in FIGURES} == {*Part}


def test_the_commands_are_those_of_the_figures():
    assert [*cold.COMMANDS] == [figure.id for figure in FIGURES if figure.part is Part.COLD]


def test_the_reviews_are_those_of_the_figures():
    reviews = {f"review-{changed}" for changed in CHANGED}
    assert {figure.id for figure in FIGURES if figure.part is Part.STACKS} == {"plan-100", *reviews}


def test_a_goal_is_met_up_to_its_value():
    figure = BY_ID["cold-resolve"]
    assert (figure.is_met(0.7), figure.is_met(0.71)) == (True, False)
    assert BY_ID["refusal-mean"].is_met(9.0) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12.34, "12.3 s"), (0.0151, "15.1 ms"), (8e-6, "8 µs"), (4e-7, "400 ns"), (0.0, "0 ns")],
)
def test_a_time_is_shown_in_its_unit(value: float, shown: str):
    assert seconds(value) == shown


def test_what_fails_says_so_and_keeps_what_was_measured_before():
    def half():
        yield "refusal-mean", spread([0.001])
        raise OSError("no room")

    seen = found(Part.REFUSALS, half())
    assert isinstance(seen["refusal-mean"], Measured)
    assert seen["refusal-slow"] == seen["refusal-worst"] == Failed("no room")


def test_what_is_left_out_says_so():
    seen = found(Part.REFUSALS, iter(()))
    assert {*seen} == {"refusal-mean", "refusal-slow", "refusal-worst"}
    assert all(isinstance(one, Failed) for one in seen.values())


def test_a_count_is_shown_whole():
    assert Unit.COUNT.shown(3087.0) == "3,087"
