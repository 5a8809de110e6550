"""What a preview and an `up` cost in CPU, against programs that place nothing.

Ours is the project's own program. `bare` registers the same cloud resources and nothing else, and
`nodes` has the same component nodes, too. Each run has a state and a cloud of its own; sides
alternate, and the CPU is that of every process of a command: engine, program and emulator.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.paths import ROOT

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux: who is left without a parent comes to us
SIDES = ("ours", "bare", "nodes")
COMMANDS = ("preview", "up")
SIZES = (1, 10, 31, 32, 100, 300, 1000)
SAVED = 100
"""Up to so many deployments the engine saves its state after each step, as it does by itself."""

BARE = """
import json
import pathlib
import pulumi
import pulumi_gcp as gcp

config = pulumi.Config("bench")
count, nodes = config.require_int("count"), config.require_bool("nodes")
shared = json.loads(config.require("shared"))


class Node(pulumi.ComponentResource):
    # A component as people write them: the engine keeps where it was made.

    def __init__(self, kind, name, opts):
        super().__init__(f"bench:index:{kind}", name, {}, opts)


def node(kind, name, depends_on=None):
    if not nodes:
        return None
    return Node(kind, name, pulumi.ResourceOptions(depends_on=depends_on))


def options(parent, depends_on=None):
    return pulumi.ResourceOptions(parent=parent, depends_on=depends_on)


project = gcp.config.project
baseline = node("Baseline", "project")
services = [
    gcp.projects.Service(
        f"project-{name.partition('.')[0]}", project=project, service=name,
        disable_on_destroy=False, opts=options(baseline),
    )
    for name in shared["services"]
]
role = gcp.projects.IAMCustomRole(
    "project-predict", project=project, role_id="benchPredict", title="Predict",
    description="What a caller needs.", permissions=["aiplatform.endpoints.predict"],
    opts=options(baseline, services),
)
first = [baseline] if nodes else [*services, role]
deployments = {}
for index in range(count):
    name = f"chat-{index}"
    parent = node("Endpoint", name, first)
    account = gcp.serviceaccount.Account(
        f"{name}-caller", project=project, account_id=f"{name}-bench-caller",
        display_name=f"Calls {name}", description=f"Calls the model of {name}.",
        opts=options(parent, first),
    )
    gcp.projects.IAMMember(
        f"binding-{index}", project=project,
        role=pulumi.Output.concat("projects/", role.project, "/roles/", role.role_id),
        member=pulumi.Output.concat(
            "serviceAccount:", account.account_id, "@", account.project,
            ".iam.gserviceaccount.com",
        ),
        opts=pulumi.ResourceOptions(depends_on=first),
    )
    deployments[name] = {**shared["outputs"], "serviceAccount": account.email}
    if parent:
        parent.register_outputs(deployments[name])
if baseline:
    baseline.register_outputs({"project": project})
pulumi.export("deployments", deployments)
"""
"""Its outputs are ours, so that what differs is what deciding and explaining cost."""


@dataclass(frozen=True)
class Measured:
    """One command of a side."""

    cpu: float
    """Seconds of all its processes."""
    resources: int


def stack(count: int) -> str:
    deployments = "".join(f"    chat-{n}: {{model: gemini-3.8-flash}}\n" for n in range(count))
    return (
        "config:\n  gcp:project: acme-bench\n  gcp:region: europe-west4\n"
        '  vertex-residency:snapshot: "2026-10-10"\n  vertex-residency:asOf: 2026-10-12\n'
        f"  vertex-residency:residency: eu\n  vertex-residency:deployments:\n{deployments}"
    )


def bare_stack(count: int, nodes: bool, shared: dict[str, object]) -> str:
    return (
        "config:\n  gcp:project: acme-bench\n"
        f"  bench:count: {count}\n  bench:nodes: {str(nodes).lower()}\n"
        f"  bench:shared: {json.dumps(json.dumps(shared))}\n"
    )


def projects(folder: Path, count: int, shared: dict[str, object]) -> dict[str, Path]:
    """Side -> the folder of its Pulumi project."""
    found: dict[str, Path] = {}
    for side in SIDES:
        found[side] = folder / side
        (found[side] / "stacks").mkdir(parents=True)
        path = found[side] / "stacks" / "Pulumi.bench.yaml"
        if side == "ours":
            for name in ("Pulumi.yaml", "__main__.py"):
                shutil.copy(ROOT / name, found[side])
            path.write_text(stack(count))
            continue
        (found[side] / "Pulumi.yaml").write_text(
            "name: bench\nruntime: python\nstackConfigDir: stacks\n"
        )
        (found[side] / "__main__.py").write_text(BARE)
        path.write_text(bare_stack(count, side == "nodes", shared))
    return found


def run(project: Path, command: str, *, saves: bool = True) -> Measured:
    """One command in a sandbox of its own, with the engine that the project has already.

    Unless it `saves`, the engine writes its state once, at the end, instead of after each step: it
    writes all of it each time, which for a thousand deployments takes longer than all the rest.
    """
    variables = {} if saves else {"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
    directory = project / ".sandbox"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir()
    (directory / "bin").symlink_to(ROOT / ".sandbox" / "bin")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", command, "bench", "--project", str(project)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    for _ in _orphans():
        pass
    if done.returncode:
        raise SystemExit(f"{command} in {project} failed:\n{done.stdout}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = [line.split() for line in done.stdout.splitlines()]
    counts = [int(words[1]) for words in lines if words[:1] == ["+"] and words[1].isdecimal()]
    return Measured(cpu, counts[-1] if counts else 0)


def _orphans() -> Iterator[int]:
    """Waits for every process that a command left, such as the program's fork server."""
    while True:
        try:
            yield os.wait()[0]
        except ChildProcessError:
            return


def what_all_have(folder: Path) -> dict[str, object]:
    """The services and outputs of our program, for the others to have the same."""
    project = projects(folder, 1, {})["ours"]
    run(project, "up")
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "outputs", "bench", "--json", "--project", str(project)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    outputs = json.loads(done.stdout)["deployments"]["chat-0"]
    [state] = (project / ".sandbox" / "state" / ".pulumi" / "stacks").rglob("bench.json")
    resources = json.loads(state.read_text())["checkpoint"]["latest"]["resources"]
    services = [
        one["inputs"]["service"] for one in resources if one["type"].startswith("gcp:projects/serv")
    ]
    return {"outputs": outputs, "services": sorted(services)}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_engine", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, metavar="DEPLOYMENTS")
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    sizes, pairs = options.sizes, options.pairs
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    table = Table(
        "Command",
        "Deployments",
        "Resources",
        "Ours",
        "/ bare",
        "/ nodes",
        "Exponent",
        title=f"CPU of a first preview and up, medians of {pairs} pairs (goal: 1.1 of nodes)",
        title_justify="left",
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        shared = what_all_have(Path(name) / "shared")
        last: dict[str, tuple[int, float]] = {}
        for size in sizes:
            made = projects(Path(name) / str(size), size, shared)
            for command in COMMANDS:
                found: dict[str, list[Measured]] = {side: [] for side in SIDES}
                for pair in range(pairs):
                    for side in SIDES if pair % 2 else SIDES[::-1]:
                        found[side].append(run(made[side], command, saves=size <= SAVED))
                ours = statistics.median(one.cpu for one in found["ours"])
                ratios = [
                    statistics.median(
                        mine.cpu / theirs.cpu
                        for mine, theirs in zip(found["ours"], found[side], strict=True)
                    )
                    for side in ("bare", "nodes")
                ]
                before = last.get(command)
                exponent = (
                    f"{math.log(ours / before[1]) / math.log(size / before[0]):.2f}"
                    if before
                    else ""
                )
                last[command] = (size, ours)
                counts = "/".join(str(found[side][0].resources) for side in SIDES)
                table.add_row(
                    command,
                    str(size),
                    counts,
                    f"{ours:.1f} s",
                    *(f"{r:.2f}" for r in ratios),
                    exponent,
                )
                print(command, size, counts, f"{ours:.2f}", ratios, exponent, flush=True)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
