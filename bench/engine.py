"""What a preview and an `up` cost in CPU, against a program that places nothing (`bench/bare`).

Each run has a state and a cloud of its own, and the engine that the project has already.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench.measured import Measured, Peak, ratio
from bench.processes import ROOT, Usage, usage

PAIRS = 5
COMMANDS = ("preview", "up")
SAVED = 100
"""Up to so many deployments the engine saves its state after each step, as it does by itself."""
SMALLER = {100: (1, 10), 1000: (1, 100)}
"""The sizes at which memory is looked at besides, one run each."""


class Side(StrEnum):
    """Whose program runs."""

    OURS = "ours"
    BARE = "bare"


class NotTheSame(Exception):
    """The two sides do not have the same number of resources, so that they don't compare."""


def measured(count: int) -> Iterator[tuple[str, Measured]]:
    """Figure -> what was measured of it, for so many deployments."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        shared = what_both_have(folder / "shared")
        projects = made(folder / str(count), count, shared)
        smaller = {size: made(folder / str(size), size, shared) for size in SMALLER[count]}
        for command in COMMANDS:
            pairs = [_pair(projects, command, number, count) for number in range(PAIRS)]
            if command == "up":
                counts = {side: len(resources(project)) for side, project in projects.items()}
                if len({*counts.values()}) > 1:
                    raise NotTheSame(f"the sides have {counts} resources")
            peaks = [
                Peak(size, peak)
                for size, sides in smaller.items()
                if (peak := run(sides[Side.OURS], command, saves=True).peak)
            ]
            peaks += _peaks(count, [ours for ours, _ in pairs])
            found = ratio([(ours.cpu, bare.cpu) for ours, bare in pairs], peaks=peaks)
            theirs = max(bare.peak or 0 for _, bare in pairs)
            yield f"{command}-{count}", replace(found, note=f"bare: {theirs / 1e6:.0f} MB")


def _pair(projects: dict[Side, Path], command: str, number: int, count: int) -> tuple[Usage, Usage]:
    order = [*Side] if number % 2 else [*Side][::-1]
    took = {side: run(projects[side], command, saves=count <= SAVED) for side in order}
    return took[Side.OURS], took[Side.BARE]


def _peaks(count: int, runs: list[Usage]) -> list[Peak]:
    peaks = [one.peak for one in runs if one.peak is not None]
    return [Peak(count, max(peaks))] if peaks else []


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
    sources = {Side.OURS: ROOT, Side.BARE: ROOT / "bench" / "bare"}
    texts = {Side.OURS: stack(count), Side.BARE: bare_stack(count, shared)}
    projects: dict[Side, Path] = {}
    for side, source in sources.items():
        project = projects[side] = folder / side
        (project / "stacks").mkdir(parents=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(source / name, project)
        (project / "stacks" / "Pulumi.bench.yaml").write_text(texts[side], encoding="utf-8")
    return projects


def stack(count: int) -> str:
    """The stack file of our program."""
    deployments = "".join(f"    chat-{n}: {{model: gemini-3.8-flash}}\n" for n in range(count))
    return (
        "config:\n  gcp:project: acme-bench\n  gcp:region: europe-west4\n"
        '  vertex-residency:snapshot: "2026-10-10"\n  vertex-residency:asOf: 2026-10-12\n'
        f"  vertex-residency:residency: eu\n  vertex-residency:deployments:\n{deployments}"
    )


def bare_stack(count: int, shared: dict[str, Any]) -> str:
    """The stack file of the bare program."""
    return (
        f"config:\n  gcp:project: acme-bench\n  bench:count: {count}\n"
        f"  bench:shared: {json.dumps(json.dumps(shared))}\n"
    )


def what_both_have(folder: Path) -> dict[str, Any]:
    """The services and outputs of our program, for the bare one to have the same.

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
    """What the last `up` of a project made, as the engine's state has it."""
    [state] = (project / ".sandbox" / "state" / ".pulumi" / "stacks").rglob("bench.json")
    document: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
    return document["checkpoint"]["latest"]["resources"]
