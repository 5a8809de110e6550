"""What was measured of a figure, with its spread and its memory."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TELLING = 2**20
"""Bytes that memory has to grow by between sizes for its exponent to mean something."""


@dataclass(frozen=True)
class Peak:
    """The most memory that a process had at a size."""

    size: int
    """How many models, stacks or deployments; 0 where the work was not begun, or has no size."""
    memory: int
    """Bytes."""


@dataclass(frozen=True)
class Measured:
    """A figure as it was measured, in its own unit."""

    value: float
    low: float
    """The lower quartile of the runs."""
    high: float
    """The upper quartile of the runs."""
    runs: int
    ours: float | None = None
    """Of a ratio: the median of what is divided, in seconds."""
    theirs: float | None = None
    """Of a ratio: the median of what it is divided by, in seconds."""
    peaks: tuple[Peak, ...] = ()
    """The smallest size first."""
    note: str = ""
    """What else was seen, in words."""


@dataclass(frozen=True)
class Failed:
    """A figure that could not be measured."""

    why: str


def spread(
    values: Sequence[float],
    value: float | None = None,
    *,
    peaks: Iterable[Peak] = (),
    note: str = "",
) -> Measured:
    """The median of the values, unless a `value` is given, and their quartiles."""
    low, high = quartiles(values)
    median = statistics.median(values)
    return Measured(
        median if value is None else value, low, high, len(values), peaks=(*peaks,), note=note
    )


def ratio(
    pairs: Sequence[tuple[float, float]], *, peaks: Iterable[Peak] = (), note: str = ""
) -> Measured:
    """The median of ours / theirs over pairs of runs, in seconds, that followed each other."""
    quotients = [ours / theirs for ours, theirs in pairs]
    low, high = quartiles(quotients)
    return Measured(
        statistics.median(quotients),
        low,
        high,
        len(pairs),
        statistics.median(ours for ours, _ in pairs),
        statistics.median(theirs for _, theirs in pairs),
        (*peaks,),
        note,
    )


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """The lower and the upper one. Raises ValueError where there are no values."""
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def exponent(smaller: tuple[float, float], larger: tuple[float, float]) -> float:
    """How what is measured grows between two (size, value): 1 is linear, 2 is quadratic."""
    (size, value), (size_, value_) = smaller, larger
    return math.log(value_ / value) / math.log(size_ / size)


def memory_exponent(peaks: Sequence[Peak]) -> float | None:
    """How what is on top of the smallest size grows over the two largest.

    None where there are not three sizes, or where it hardly grows at all.
    """
    if len(peaks) < 3:
        return None
    base, smaller, larger = peaks[0], *peaks[-2:]
    grown = [(one.size - base.size, one.memory - base.memory) for one in (smaller, larger)]
    if any(memory < _TELLING for _, memory in grown):
        return None
    return exponent(*grown)
