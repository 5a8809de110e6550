"""A stack of any size ends, whatever the engine's parallelism is.

Every thread that registers a resource waits for the engine. Nothing else that the program does may
wait for one of these threads while resources are being registered.
"""

import shutil
from pathlib import Path

import pytest

from sandbox.engine import Engine
from sandbox.workspace import Sandbox
from tests.engine.projects import copy_of_the_project

pytestmark = pytest.mark.engine

HEAD = """\
config:
  gcp:project: acme-prod
  gcp:region: europe-west4
  vertex-residency:snapshot: "2026-10-10"
  vertex-residency:asOf: 2026-10-12
  vertex-residency:residency: eu
"""


def sized(folder: Path, engine: Engine, count: int, *keys: str) -> Sandbox:
    """A sandbox of the project whose stack `prod` has so many deployments, and these keys."""
    project = copy_of_the_project(folder)
    configure(project, count, *keys)
    return Sandbox(project, folder / "sandbox", engine)


def configure(project: Path, count: int, *keys: str) -> None:
    lines = "".join(f"  vertex-residency:{key}\n" for key in keys)
    deployments = "".join(f"    chat-{n}: {{model: gemini-3.8-flash}}\n" for n in range(count))
    text = f"{HEAD}{lines}  vertex-residency:deployments:\n{deployments}"
    (project / "stacks" / "Pulumi.prod.yaml").write_text(text, encoding="utf-8")


def resources(count: int) -> int:
    """The stack, the baseline with four services and a role, and three for each deployment."""
    return 7 + 3 * count


@pytest.mark.parametrize(
    ("count", "parallel"),
    [
        (32, 1),
        *(
            pytest.param(count, parallel, marks=pytest.mark.soak)
            for count in (1, 10, 31, 100, 1000)
            for parallel in (1, 2)
        ),
        pytest.param(1000, 16, marks=pytest.mark.soak),
    ],
)
def test_a_preview_ends(tmp_path: Path, engine: Engine, count: int, parallel: int) -> None:
    result = sized(tmp_path, engine, count).preview("prod", "--parallel", str(parallel))
    assert result.ok, result.text
    assert result.changes == {"create": resources(count)}


@pytest.mark.parametrize(
    ("count", "parallel"),
    [
        (32, 2),
        *(
            pytest.param(count, parallel, marks=pytest.mark.soak)
            for count in (1, 10, 31, 100)
            for parallel in (1, 2)
        ),
    ],
)
def test_an_up_ends_and_so_does_one_that_takes_it_all_over(
    tmp_path: Path, engine: Engine, count: int, parallel: int
) -> None:
    made = sized(tmp_path, engine, count)
    options = ("--parallel", str(parallel))
    result = made.up("prod", *options)
    assert result.ok, result.text
    assert result.changes == {"create": resources(count)}
    shutil.rmtree(made.directory / "state")
    configure(made.project, count, "takeOver: true")
    result = made.up("prod", *options)
    assert result.ok, result.text
    assert result.changes["import"] == count + 1  # the accounts and the role
