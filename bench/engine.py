"""What a preview and an `up` cost in CPU, against programs that place nothing (`bench/bare`).

Each run has a state and a cloud of its own, and the engine that the project has already.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench.measured import Measured, Peak, exponent, ratio, spread
from bench.processes import ROOT, Usage, usage

PAIRS = 5
COMMANDS = ("preview", "up")
SAVED = 100
"""Up to so many deployments the engine saves its state after each step, as it does by itself."""
GROWTH = (100, 1000)
"""The sizes between which it is looked at how the time grows."""


class Side(StrEnum):
    """Whose program runs."""

    OURS = "ours"
    NODES = "nodes"
    """The bare program with the same component nodes."""
    BARE = "bare"
    """The same without any."""


class NotTheSame(Exception):
    """Two sides do not have the same number of resources, so that they don't compare."""


def measured(
    sizes: Sequence[int], sides: Sequence[Side] = tuple(Side)
) -> Iterator[tuple[str, Measured]]:
    """Figure -> what was measured of it, for these numbers of deployments.

    `sides` has ours and the program with the same nodes, and may have the one without any.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        shared = what_all_have(folder / "shared")
        peaks: dict[str, list[Peak]] = {command: [] for command in COMMANDS}
        for count in sizes:
            projects = made(folder / str(count), count, shared)
            for command in COMMANDS:
                rounds = [
                    _round(projects, sides, command, number, count) for number in range(PAIRS)
                ]
                if command == "up":
                    _compare(projects)
                peaks[command] += _peaks(count, [sides[Side.OURS] for sides in rounds])
                yield f"{command}-{count}", _found(rounds, peaks[command])
                if count == GROWTH[1]:
                    larger = [sides[Side.OURS].cpu for sides in rounds]
                    yield f"{command}-exponent", _growth(folder, command, shared, larger)


def _found(rounds: list[dict[Side, Usage]], peaks: list[Peak]) -> Measured:
    """Ours over the program with the same nodes; the other is in the note."""
    memory = max(sides[Side.NODES].peak for sides in rounds)
    note = f"with nodes: {memory / 1e6:.0f} MB"
    if Side.BARE in rounds[0]:
        other = ratio([(sides[Side.OURS].cpu, sides[Side.BARE].cpu) for sides in rounds]).value
        note = f"without nodes: {other:.2f}; {note}"
    pairs = [(sides[Side.OURS].cpu, sides[Side.NODES].cpu) for sides in rounds]
    return ratio(pairs, peaks=peaks, note=note)


def _growth(
    folder: Path, command: str, shared: dict[str, Any], larger: Sequence[float]
) -> Measured:
    """How the time of ours grows between two sizes, of which the larger was measured."""
    small, large = GROWTH
    project = made(folder / "growth", small, shared)[Side.OURS]
    smaller = [run(project, command, saves=large <= SAVED).cpu for _ in larger]
    shutil.rmtree(folder / "growth")
    base = statistics.median(smaller)
    return spread([exponent((small, base), (large, cpu)) for cpu in larger])


def _round(
    projects: dict[Side, Path], sides: Sequence[Side], command: str, number: int, count: int
) -> dict[Side, Usage]:
    order = sides if number % 2 else sides[::-1]
    return {side: run(projects[side], command, saves=count <= SAVED) for side in order}


def _compare(projects: dict[Side, Path]) -> None:
    """Raises NotTheSame where the program with the same nodes made another number of resources."""
    ours, nodes = (len(resources(projects[side])) for side in (Side.OURS, Side.NODES))
    if ours != nodes:
        raise NotTheSame(f"ours has {ours} resources, and the other side {nodes}")


def _peaks(count: int, runs: list[Usage]) -> list[Peak]:
    return [Peak(count, max(one.peak for one in runs))]


def run(project: Path, command: str, *, saves: bool) -> Usage:
    """One command in a sandbox of its own.

    Unless it `saves`, the engine writes its state once, at the end, instead of after each step: it
    writes all of it each time, which for a thousand deployments takes longer than all the rest.
    Raises CommandFailed.
    """
    variables = {} if saves else {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
    directory = project / ".sandbox"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    (directory / "bin").symlink_to(ROOT / ".sandbox" / "bin")
    words = [sys.executable, "-m", "sandbox", command, "bench", "--project", project]
    return usage(words, variables={"PYTHONPATH": str(ROOT)} | variables)


def made(folder: Path, count: int, shared: dict[str, Any]) -> dict[Side, Path]:
    """Side -> the folder of its Pulumi project, with a stack of so many deployments."""
    projects: dict[Side, Path] = {}
    for side in Side:
        source = ROOT if side is Side.OURS else ROOT / "bench" / "bare"
        project = projects[side] = folder / side
        (project / "stacks").mkdir(parents=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(source / name, project)
        text = stack(count) if side is Side.OURS else bare_stack(count, side, shared)
        (project / "stacks" / "Pulumi.bench.yaml").write_text(text, encoding="utf-8")
    return projects


def stack(count: int) -> str:
    """The stack file of our program."""
    deployments = "".join(f"    chat-{n}: {{model: gemini-3.8-flash}}\n" for n in range(count))
    return (
        "config:\n  gcp:project: acme-bench\n  gcp:region: europe-west4\n"
        '  vertex-residency:snapshot: "2026-10-10"\n  vertex-residency:asOf: 2026-10-12\n'
        f"  vertex-residency:residency: eu\n  vertex-residency:deployments:\n{deployments}"
    )


def bare_stack(count: int, side: Side, shared: dict[str, Any]) -> str:
    """The stack file of the bare program."""
    return (
        f"config:\n  gcp:project: acme-bench\n  bench:count: {count}\n"
        f"  bench:nodes: {str(side is Side.NODES).lower()}\n"
        f"  bench:shared: {json.dumps(json.dumps(shared))}\n"
    )


def what_all_have(folder: Path) -> dict[str, Any]:
    """The services and outputs of our program, for the others to have the same.

    So what differs is what deciding and explaining cost.
    """
    project = made(folder, 1, {})[Side.OURS]
    run(project, "up", saves=True)
    words = [sys.executable, "-m", "sandbox", "outputs", "bench", "--json", "--project", project]
    outputs = json.loads(usage(words).output)["deployments"]["chat-0"]
    services = [
        resource["inputs"]["service"]
        for resource in resources(project)
        if resource["type"].startswith("gcp:projects/service:")
    ]
    return {"outputs": outputs, "services": sorted(services)}


def resources(project: Path) -> list[dict[str, Any]]:
    """What the last `up` of a project made, as the engine's state has it, without providers."""
    [state] = (project / ".sandbox" / "state" / ".pulumi" / "stacks").rglob("bench.json")
    document: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
    return [
        resource
        for resource in document["checkpoint"]["latest"]["resources"]
        if not resource["type"].startswith("pulumi:providers:")
    ]
