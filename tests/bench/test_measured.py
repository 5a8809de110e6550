"""What is made of runs: medians, quartiles, ratios of pairs, and how memory grows."""

from __future__ import annotations

import pytest

from bench.measured import Peak, exponent, memory_exponent, quartiles, ratio, spread


def test_the_spread_is_that_of_the_middle_half():
    found = spread([5.0, 1.0, 3.0, 2.0, 4.0])
    assert (found.value, found.low, found.high, found.runs) == (3.0, 2.0, 4.0, 5)


def test_a_value_of_its_own_stands_beside_the_spread_of_the_runs():
    found = spread([1.0, 2.0, 3.0], 9.0)
    assert (found.value, found.low, found.high) == (9.0, 1.5, 2.5)


def test_one_run_has_no_spread():
    assert quartiles([7.0]) == (7.0, 7.0)


def test_a_ratio_is_that_of_pairs_and_not_of_medians():
    found = ratio([(2.0, 1.0), (30.0, 10.0), (4.0, 4.0)])
    assert found.value == 2.0  # of 2, 3 and 1; the medians have 4 / 4
    assert (found.ours, found.theirs) == (4.0, 4.0)


@pytest.mark.parametrize(("larger", "expected"), [(10.0, 1.0), (100.0, 2.0), (1.0, 0.0)])
def test_an_exponent_says_how_it_grows(larger: float, expected: float):
    assert exponent((1_000, 1.0), (10_000, larger)) == pytest.approx(expected)


def peaks(*megabytes: int, sizes: tuple[int, ...] = (0, 1_000, 10_000)) -> list[Peak]:
    return [Peak(size, memory * 10**6) for size, memory in zip(sizes, megabytes, strict=True)]


def test_memory_is_linear_in_what_is_on_top_of_the_smallest_size():
    assert memory_exponent(peaks(40, 60, 240)) == pytest.approx(1.0)
    assert memory_exponent(peaks(40, 41 + 4, 540)) == pytest.approx(2.0)
    assert memory_exponent(peaks(40, 49, 139, sizes=(1, 10, 100))) == pytest.approx(1.0)


def test_memory_that_hardly_grows_has_no_exponent():
    assert memory_exponent(peaks(40, 41, 43)) is None
    assert memory_exponent(peaks(40, 39, 60)) is None
    assert memory_exponent(peaks(40, 90, sizes=(0, 10))) is None
