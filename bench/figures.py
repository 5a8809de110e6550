"""Every figure that is measured: what it is, how it is measured, and its goal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    RATIO = "times"
    SECONDS = "seconds"
    SHARE = "share"
    EXPONENT = "exponent"
    COUNT = "count"

    def shown(self, value: float) -> str:
        """A value of this unit, as people read it."""
        match self:
            case Unit.RATIO | Unit.EXPONENT:
                return f"{value:.2f}"
            case Unit.SECONDS:
                return seconds(value)
            case Unit.SHARE:
                return f"{100 * value:.1f} %"
            case Unit.COUNT:
                return f"{value:,.0f}"


class Part(StrEnum):
    """What is measured together; a name that `--only` takes."""

    ENGINE = "engine"
    ENGINE_LARGE = "engine-large"
    COLD = "cold"
    STACKS = "stacks"
    WARM = "warm"
    REFUSALS = "refusals"
    MODELS = "models"
    LITELLM = "litellm"

    @property
    def is_large(self) -> bool:
        """Whether it takes so long that only `make bench-large` measures it."""
        return self is Part.ENGINE_LARGE


@dataclass(frozen=True)
class Figure:
    """A figure. Its id is what the results call it."""

    id: str
    part: Part
    what: str
    unit: Unit
    goal: float | None
    """The most that it may be, in its unit; None where it has no goal."""
    how: str
    """How it is measured, in a sentence or two."""

    def is_met(self, value: float) -> bool | None:
        """Whether a value is within the goal; None where there is no goal."""
        return None if self.goal is None else value <= self.goal


_ENGINE = (
    "CPU of all processes of a first `{command}` in a fresh sandbox (engine, program, emulated "
    "cloud), over that of `bench/bare`, a program that registers the same resources under the same "
    "nodes and decides nothing. Sides alternate; the large part "
    "has a third one without nodes."
)
_COLD = (
    "CPU of the whole process of `{command}`, over that of "
    "`python -c \"import pydantic; pydantic.create_model('A', a=(int, 1))\"`. Sides alternate."
)
_STACKS = "CPU of the whole process of `{command}`."
_FIRST = (
    "CPU of a refusal with its alternatives and fixes, as JSON, in a process that has loaded "
    "10,000 models and answered nothing from them{which}."
)


_COMMANDS = (("preview", "a preview"), ("up", "an `up`"))


def _growth(command: str, words: str) -> Figure:
    return Figure(
        f"{command}-exponent",
        Part.ENGINE_LARGE,
        f"exponent of {words} from 100 to 1,000 deployments",
        Unit.EXPONENT,
        1.05,
        "log10 of our CPU at 1,000 deployments over that at 100.",
    )


def _engine(count: int, part: Part) -> list[Figure]:
    return [
        Figure(
            f"{command}-{count}",
            part,
            f"{words} of {count:,} / a bare program with the same nodes",
            Unit.RATIO,
            1.05 if count >= 100 else None,
            _ENGINE.format(command=command),
        )
        for command, words in _COMMANDS
    ]


def _cold(name: str, what: str, goal: float, command: str) -> Figure:
    words = f"cold {what} / pydantic with a model"
    return Figure(f"cold-{name}", Part.COLD, words, Unit.RATIO, goal, _COLD.format(command=command))


def _review(changed: int) -> Figure:
    return Figure(
        f"review-{changed}",
        Part.STACKS,
        f"review of 100 stacks of 10 deployments, {changed} of them changed",
        Unit.SECONDS,
        1.0,
        _STACKS.format(command="python -m availability plan STACKS --against main --json"),
    )


SIZES = (1, 10, 100)
"""How many deployments the usual part of the engine's figures has."""
LARGE_SIZES = (31, 32, 1000)
"""How many the large part has besides. From 32 on, two cores once had too few threads."""

FIGURES = (
    *(figure for count in SIZES for figure in _engine(count, Part.ENGINE)),
    *(figure for count in LARGE_SIZES for figure in _engine(count, Part.ENGINE_LARGE)),
    *(_growth(command, words) for command, words in _COMMANDS),
    _cold("resolve", "`resolve`, the installed script", 0.7, "vertex-residency resolve …"),
    _cold("resolve-module", "`resolve`, by `-m`", 0.7, "python -m availability resolve …"),
    _cold("refusal", "refusal", 1.0, "python -m availability resolve …, refused with its fixes"),
    _cold("models", "`models`", 1.0, "python -m availability models"),
    _cold("matrix", "`matrix`", 1.0, "python -m availability matrix"),
    _cold("plan", "`plan`", 1.3, "python -m availability plan stacks/Pulumi.prod.yaml"),
    Figure(
        "plan-100",
        Part.STACKS,
        "`plan` of 100 stacks of 10 deployments",
        Unit.SECONDS,
        0.3,
        _STACKS.format(command="python -m availability plan STACKS --json"),
    ),
    _review(0),
    _review(5),
    _review(100),
    Figure(
        "load-newest",
        Part.WARM,
        "loading the newest snapshot",
        Unit.SECONDS,
        0.015,
        "CPU of `load`, in a fresh process that has imported it.",
    ),
    Figure(
        "placement",
        Part.WARM,
        "one placement, warm",
        Unit.SECONDS,
        8e-6,
        "pyperf, by CPU: the mean of `place` over every model of the newest snapshot under each of "
        "20 residencies, refused ones included.",
    ),
    Figure(
        "refusal-mean",
        Part.REFUSALS,
        "a refusal with alternatives and fixes, newest snapshot: mean",
        Unit.SECONDS,
        None,
        "CPU of one refusal, as JSON, of every refused model under each of 20 residencies, once a "
        "process: of each its median over the processes, of which this is the mean.",
    ),
    Figure(
        "refusal-slow",
        Part.REFUSALS,
        "the same: share over 5 ms",
        Unit.SHARE,
        None,
        "How many of these take longer than 5 ms.",
    ),
    Figure(
        "refusal-worst",
        Part.REFUSALS,
        "the same: worst",
        Unit.SECONDS,
        0.005,
        "The longest of these.",
    ),
    Figure(
        "first-refusal-median",
        Part.MODELS,
        "a refusal at 10,000 models, first call in a process: median",
        Unit.SECONDS,
        None,
        _FIRST.format(which="; 24 requests, each in a process of its own"),
    ),
    Figure(
        "first-refusal-worst",
        Part.MODELS,
        "the same: worst",
        Unit.SECONDS,
        0.02,
        "The longest of these and of the 6 that took longest of 300 in forked processes.",
    ),
    Figure(
        "first-refusal-exponent",
        Part.MODELS,
        "the same: exponent from 1,000 to 10,000 models",
        Unit.EXPONENT,
        1.0,
        "log10 of the worst at 10,000 models over the worst at 1,000.",
    ),
    Figure(
        "misspelt",
        Part.MODELS,
        "a misspelt model at 10,000 models",
        Unit.SECONDS,
        0.03,
        _FIRST.format(which=", of a name that no model has: the worst of 4 such names"),
    ),
    Figure(
        "load",
        Part.MODELS,
        "loading 10,000 models",
        Unit.SECONDS,
        0.25,
        "CPU of `load`, in a fresh process that has imported it, from a file with its digest.",
    ),
    Figure(
        "load-uncollected",
        Part.MODELS,
        "the same without garbage collection",
        Unit.SECONDS,
        0.25,
        "The same after `gc.disable()`.",
    ),
    Figure(
        "pair",
        Part.LITELLM,
        "one decision, ours",
        Unit.SECONDS,
        None,
        "pyperf, by CPU: the mean of `place` over every pair of a model that is served and not "
        "retired and a location that a client is set to, asked for as the only valid one.",
    ),
    Figure(
        "pair-litellm",
        Part.LITELLM,
        "one decision, LiteLLM's `VertexBase.get_vertex_region`",
        Unit.SECONDS,
        None,
        "pyperf, by CPU: the mean over the same pairs, in an environment of its own, with its log "
        "off. It looks at the `supported_regions` of its cost map, and gives no reason.",
    ),
    Figure(
        "wrong",
        Part.LITELLM,
        "pairs answered with a location that the matrix doesn't have, ours",
        Unit.COUNT,
        0,
        "Pairs where the answer is a location that the newest snapshot has no tick for.",
    ),
    Figure(
        "wrong-litellm",
        Part.LITELLM,
        "the same, LiteLLM",
        Unit.COUNT,
        None,
        "The same pairs, each model by the name that LiteLLM's cost map has for it, where it has "
        "one.",
    ),
)
"""The figures, in the order in which they are shown."""


def seconds(value: float) -> str:
    """A time, in the unit that it is best read in."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def megabytes(value: float) -> str:
    """So many bytes, in units of a million."""
    return f"{value / 1e6:.0f}"
