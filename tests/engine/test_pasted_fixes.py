"""Printed fixes, run by the real CLI on a copy of the project: the next preview passes."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from availability.explanation.answers import Answer
from availability.input import clock
from availability.placement.request import Placement
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import plan
from sandbox.engine import Engine
from sandbox.workspace import Sandbox
from tests.paths import ROOT
from tests.refused_requests import GROUPS, NEWEST, OTHERS, REFUSED, REFUSED_TODAY
from tests.thorough import some

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    project = tmp_path / "copy"
    (project / "stacks").mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, project / name)
    return project


def write_stack(
    project: Path, residency: object, deployment: dict[str, Any], snapshot: str = "2025-05-12"
) -> Path:
    path = project / "stacks" / "Pulumi.prod.yaml"
    config = {
        "gcp:project": "acme-prod",
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": snapshot,
        "vertex-residency:residency": residency,
        "vertex-residency:deployments": {
            "chat": deployment,
            "search": {
                "model": OTHERS[snapshot],
                "residency": {"within": "any", "guarantee": "endpoint"},
            },
        },
    }
    YAML().dump({"config": config}, path)  # pyright: ignore[reportUnknownMemberType]
    return path


def answers(path: Path) -> dict[str, Answer]:
    made = plan(parse_stack(read_stack_file(path).values), "prod", clock.today())
    return {deployment.name: answer for deployment, answer in made.answers}


@pytest.fixture
def run_pulumi(engine: Engine, tmp_path: Path) -> Callable[[str, Path], None]:
    """Runs a shell line with the real CLI first on the path, logged in to a state of its own."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "pulumi").symlink_to(engine.path)
    (tmp_path / "cli-state").mkdir()
    environment = {
        "PATH": f"{tools}:/usr/bin:/bin",
        "HOME": str(tmp_path / "cli-home"),
        "PULUMI_HOME": str(tmp_path / "cli-home"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'cli-state'}",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def run(line: str, project: Path) -> None:
        done = subprocess.run(
            ["/bin/sh", "-c", line], cwd=project, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"

    return run


@pytest.mark.parametrize(
    ("residency", "deployment", "snapshot"),
    some(
        [
            *((*case, "2025-05-12") for case in REFUSED),
            *((*case, NEWEST) for case in REFUSED_TODAY),
        ],
        every=8,
    ),
    ids=lambda one: json.dumps(one)[:40],
)
def test_each_printed_fix_run_by_the_real_cli_makes_the_next_preview_pass(
    residency: object,
    deployment: dict[str, Any],
    snapshot: str,
    copy: Path,
    project_sandbox: ProjectSandbox,
    run_pulumi: Callable[[str, Path], None],
) -> None:
    path = write_stack(copy, residency, deployment, snapshot)
    sandbox = project_sandbox(copy)
    before = sandbox.preview("prod")
    assert not before.ok
    fixes = answers(path)["chat"].fixes
    assert fixes[0][1] in before.text
    run_pulumi("pulumi stack init prod", copy)
    for _, command in fixes:
        write_stack(copy, residency, deployment, snapshot)
        run_pulumi(command, copy)
        after = sandbox.preview("prod")
        assert after.ok, f"{command}\n{after.text}"
        assert isinstance(answers(path)["chat"].result, Placement)


def test_the_table_prints_at_least_25_fixes(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    printed = [
        command
        for residency, deployment in REFUSED
        for _, command in answers(write_stack(tmp_path, residency, deployment))["chat"].fixes
    ]
    assert len(printed) >= 25
    words = {word.rpartition(".")[2] for line in printed for word in shlex.split(line)}
    assert {"model", "residency", "needs", "location", "allowPreview", "within"} <= words


@pytest.mark.parametrize(
    ("groups", "chat"), some(GROUPS, every=8), ids=lambda one: json.dumps(one)[:60]
)
def test_each_fix_of_a_group_run_by_the_real_cli_places_it(
    groups: list[list[str]],
    chat: dict[str, Any],
    copy: Path,
    project_sandbox: ProjectSandbox,
    run_pulumi: Callable[[str, Path], None],
) -> None:
    def write() -> Path:
        path = write_stack(copy, "eu", chat, NEWEST)
        document: Any = YAML().load(path)  # pyright: ignore[reportUnknownMemberType]
        claude = {"model": "claude-opus-5-5"}
        names = {"chat": chat, "draft": {"model": "gemini-3.8-flash"}, "other": claude}
        document["config"]["vertex-residency:deployments"] = {**names, "search": claude}
        document["config"]["vertex-residency:colocate"] = groups
        YAML().dump(document, path)  # pyright: ignore[reportUnknownMemberType]
        return path

    path = write()
    sandbox = project_sandbox(copy)
    before = sandbox.preview("prod")
    assert not before.ok
    fixes = answers(path)["chat"].fixes
    assert fixes[0][1] in before.text
    run_pulumi("pulumi stack init prod", copy)
    for _, command in fixes:
        write()
        run_pulumi(command, copy)
        after = sandbox.preview("prod")
        assert after.ok, f"{command}\n{after.text}"
        assert all(isinstance(one.result, Placement) for one in answers(path).values())
