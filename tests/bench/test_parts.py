"""Each part measures its figures, all of them, from what its processes say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import calls, engine, gateway, stacks
from bench.figures import FIGURES, LARGE_SIZES, SIZES, Part
from bench.measured import Measured, Peak, spread
from bench.processes import CommandFailed, Usage


def figures_of(part: Part) -> list[str]:
    return sorted(figure.id for figure in FIGURES if figure.part is part)


def all_of(part: Part, found: Iterator[tuple[str, Measured]]) -> dict[str, Measured]:
    seen = dict(found)
    assert sorted(seen) == figures_of(part)
    return seen


def test_the_models_are_asked_some_at_random_and_the_slowest(monkeypatch: pytest.MonkeyPatch):
    times = {"a": 0.001, "b": 0.002, "c": 0.003, "slow": 0.009}

    def probe(what: str, *words: Any) -> Any:
        folder: Path = words[0]
        factor = {"1000": 1, "10000": 10}[folder.name]
        memory = {"base": 40_000_000, "peak": 40_000_000 + factor * 20_000_000}
        if what == "sample":
            return {"some": [["a", "eu"], ["b", "eu"], ["c", "eu"]], "slowest": [["slow", "eu"]]}
        taken = {
            "loading": 0.2,
            "looking": 0.1,
            "seconds": factor * times.get(str([*words, None][1]), 0.02),
        }
        return {**taken, **memory}

    monkeypatch.setattr(calls, "probe", probe)
    seen = all_of(Part.MODELS, calls.models())
    assert seen["first-refusal-median"].value == pytest.approx(0.02)
    assert seen["first-refusal-worst"].value == pytest.approx(0.09)
    assert seen["first-refusal-exponent"].value == pytest.approx(1.0)
    assert seen["misspelt"].value == pytest.approx(0.2)
    peaks = [Peak(0, 40_000_000), Peak(1_000, 60_000_000), Peak(10_000, 240_000_000)]
    assert [*seen["load"].peaks] == peaks
    assert seen["load"].note == "and 100 ms to look at every model"


def test_a_refusal_is_its_median_over_the_processes(monkeypatch: pytest.MonkeyPatch):
    runs = iter([[0.001, 0.02], [0.001, 0.006], [0.03, 0.006], [0.001, 0.006], [0.001, 0.006]])

    def probe(what: str, *words: Any) -> Any:
        return {"seconds": next(runs), "base": 1, "peak": 2}

    monkeypatch.setattr(calls, "probe", probe)
    seen = all_of(Part.REFUSALS, calls.refusals())
    assert seen["refusal-worst"].value == 0.006
    assert seen["refusal-slow"].value == 0.5
    assert seen["refusal-mean"].value == pytest.approx(0.0035)


PAIRS = [
    {"names": ["served"], "location": "eu", "served": ["eu", "us"], "ours": "eu"},
    {"names": ["elsewhere"], "location": "eu", "served": ["us"], "ours": None},
    {"names": ["moved"], "location": "eu", "served": ["us"], "ours": None},
]


def test_an_answer_is_wrong_where_the_matrix_has_no_tick(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def timed(*command: object, variables: dict[str, str] | None = None) -> Measured:
        return spread([1e-6])

    def usage(words: list[object], *, variables: dict[str, str]) -> Usage:
        asked = json.loads(Path(variables["BENCH_PAIRS"]).read_text())
        assert asked == [[pair["names"], pair["location"]] for pair in PAIRS]
        return Usage(1.0, 0, json.dumps(["eu", "eu", "us"]))

    monkeypatch.setattr(gateway, "probe", probe)
    monkeypatch.setattr(gateway, "timed", timed)
    monkeypatch.setattr(gateway, "usage", usage)
    monkeypatch.setattr(gateway, "PYTHON", tmp_path)
    seen = all_of(Part.LITELLM, gateway.measured())
    assert (seen["wrong"].value, seen["wrong"].note) == (0, "of 3 pairs; 2 refused")
    theirs = seen["wrong-litellm"]
    assert (theirs.value, theirs.note) == (1, "of 3 pairs; 1 sent elsewhere than was set")


def probe(*_what: object) -> object:
    return PAIRS


def test_without_litellm_ours_is_measured_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def timed(*_command: object) -> Measured:
        return spread([1e-6])

    monkeypatch.setattr(gateway, "probe", probe)
    monkeypatch.setattr(gateway, "timed", timed)
    monkeypatch.setattr(gateway, "PYTHON", tmp_path / "none")
    seen: list[str] = []
    with pytest.raises(CommandFailed, match=r"make bench/\.venv/\.installed"):
        seen.extend(figure for figure, _ in gateway.measured())
    assert seen == ["wrong", "pair"]


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> dict[engine.Side, int]:
    """Runs that take a second a deployment of the bare program, and each side's resources."""
    counts = dict.fromkeys(engine.Side, 7)

    def run(project: Path, command: str, *, saves: bool) -> Usage:
        count = len(re.findall("chat-", (project / "stacks" / "Pulumi.bench.yaml").read_text()))
        side = engine.Side(project.name)
        size = int(project.parent.name) if project.parent.name.isdecimal() else count
        assert side is not engine.Side.OURS or count == size
        assert (project / "Pulumi.yaml").exists()
        assert (project / "__main__.py").exists()
        factor = {engine.Side.OURS: 1.2, engine.Side.NODES: 1.0, engine.Side.BARE: 0.8}[side]
        return Usage(factor * size, 50_000_000 + size * 1_000_000)

    def resources(project: Path) -> list[dict[str, str]]:
        return [{}] * counts[engine.Side(project.name)]

    def what_all_have(_folder: Path) -> dict[str, object]:
        return {"outputs": {"location": "eu"}, "services": ["aiplatform.googleapis.com"]}

    monkeypatch.setattr(engine, "run", run)
    monkeypatch.setattr(engine, "what_all_have", what_all_have)
    monkeypatch.setattr(engine, "resources", resources)
    return counts


@pytest.mark.parametrize(
    ("part", "sizes"), [(Part.ENGINE, SIZES), (Part.ENGINE_LARGE, LARGE_SIZES)]
)
def test_the_engine_runs_the_programs_in_turn(
    part: Part, sizes: tuple[int, ...], without_engine: dict[engine.Side, int]
):
    sides = (*engine.Side,) if part.is_large else (engine.Side.OURS, engine.Side.NODES)
    seen = all_of(part, engine.measured(sizes, sides))
    for command in engine.COMMANDS:
        found = seen[f"{command}-{sizes[-1]}"]
        assert found.value == pytest.approx(1.2)
        assert found.note.startswith("without nodes: 1.50" if part.is_large else "with nodes: ")
        assert found.runs == engine.PAIRS
        assert [peak.size for peak in found.peaks] == [*sizes]
    if part is Part.ENGINE_LARGE:
        assert seen["up-exponent"].value == pytest.approx(1.0)


def test_programs_with_other_resources_are_not_compared(without_engine: dict[engine.Side, int]):
    without_engine[engine.Side.NODES] = 6
    with pytest.raises(engine.NotTheSame, match="ours has 7 resources, and the other side 6"):
        dict(engine.measured(SIZES))


def test_the_stacks_are_those_of_a_repository_with_a_base(tmp_path: Path):
    paths = stacks.repository(tmp_path / "repository", 3, 1)
    texts = [path.read_text(encoding="utf-8") for path in paths]
    assert [('residency: "any"' in text) for text in texts] == [True, False, False]
