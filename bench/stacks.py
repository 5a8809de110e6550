"""What it costs to plan a hundred stacks, and to review what changed in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.measured import Measured, Peak, spread
from bench.processes import Usage, usage

STACKS, DEPLOYMENTS = 100, 10
SMALLER = (1, 10)
"""How many stacks memory is looked at for besides, one run each."""
RUNS = 9
PLAN = (sys.executable, "-m", "availability", "plan")
REVIEWED = ("--against", "main", "--json")
CHANGED = (0, 5, STACKS)
PROJECT = "name: vertex-residency\nruntime: python\nstackConfigDir: stacks\n"


def measured() -> Iterator[tuple[str, Measured]]:
    """Figure -> what was measured of it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        sizes = (*SMALLER, STACKS)
        files = {size: repository(folder / f"plan-{size}", size, 0) for size in sizes}
        yield "plan-100", _took({size: (*PLAN, *paths, "--json") for size, paths in files.items()})
        for changed in CHANGED:
            files = {
                size: repository(folder / f"{changed}-{size}", size, min(changed, size))
                for size in sizes
            }
            commands = {size: (*PLAN, *paths, *REVIEWED) for size, paths in files.items()}
            yield f"review-{changed}", _took(commands)


def _took(commands: Mapping[int, Sequence[str | Path]]) -> Measured:
    """The CPU of the largest of these, by their sizes, and the memory of all of them."""
    once = {size: usage(command) for size, command in commands.items()}
    runs = [usage(commands[STACKS]) for _ in range(RUNS)]
    peaks = [_peak(size, [once[size]]) for size in SMALLER] + [_peak(STACKS, runs)]
    return spread([run.cpu for run in runs], peaks=peaks)


def _peak(size: int, runs: list[Usage]) -> Peak:
    return Peak(size, max(run.peak for run in runs))


def repository(folder: Path, stacks: int, changed: int) -> list[Path]:
    """The stack files of a repository on a branch, so many of which `main` has otherwise."""
    paths = [folder / "stacks" / f"Pulumi.stack-{number}.yaml" for number in range(stacks)]
    paths[0].parent.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    _git(folder, "init", "--quiet", "--initial-branch=main")
    for path in paths:
        path.write_text(stack("eu"), encoding="utf-8")
    _commit(folder)
    _git(folder, "checkout", "--quiet", "-b", "branch")
    for path in paths[:changed]:
        path.write_text(stack("any"), encoding="utf-8")
    _commit(folder)
    return paths


def stack(residency: str) -> str:
    """A stack of ten deployments, with callers of their own."""
    deployments = {
        f"chat-{number}": {
            "model": "gemini-3.8-flash",
            "callers": [f"group:team-{number}@acme.example"],
        }
        for number in range(DEPLOYMENTS)
    }
    values = {
        "gcp:project": "acme-bench",
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": "2026-10-10",
        "vertex-residency:asOf": "2026-10-12",
        "vertex-residency:residency": residency,
        "vertex-residency:deployments": deployments,
    }
    lines = [f"  {key}: {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(["config:", *lines, ""])


def _commit(folder: Path) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--allow-empty", "--message", "change")


def _git(folder: Path, *words: str) -> None:
    """Git with nothing of this machine's settings. Raises CalledProcessError."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(
        ["git", "-c", "user.name=A Person", "-c", "user.email=person@acme.example", *words],
        cwd=folder,
        env=own | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        check=True,
        capture_output=True,
    )
