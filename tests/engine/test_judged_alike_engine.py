"""`plan` and the real engine judge generated stacks alike: verdict, places and mistakes."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.stack.google_config import VARIABLES
from availability.stack.reading import plan_file, read_stack
from sandbox.emulator import shapes
from sandbox.emulator.values import Properties
from sandbox.workspace import Sandbox
from tests.generated_stacks import garbled, generated, write
from tests.paths import ROOT

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine


def compare(seed: int, folder: Path, make: ProjectSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    made = generated(seed)
    if seed % 5 == 4:
        made.text = garbled(seed)
    path = write(folder, made)
    shutil.copy(ROOT / "__main__.py", folder / "__main__.py")
    for name in (name for names in VARIABLES.values() for name in names):
        monkeypatch.delenv(name, raising=False)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    sandbox = make(folder)
    have_roles(sandbox, adopted(path))
    result = sandbox.preview("dev")
    explain = f"seed {seed}\n{made.text}\n{result.text}"
    assert "Traceback" not in result.text, explain
    try:
        stack = read_stack(path)
        planned = plan_file(stack, made.environment)
    except BadInput as error:
        assert not result.ok, explain
        if "in the configuration of stack" in result.text:
            count = len(error.problems)
            assert f"{count} mistake" in result.text, explain
            keys = [problem.path for problem in error.problems if problem.at is None]
            assert [key for key in keys if f"{key}: " not in result.text] == [], explain
        return
    assert result.ok == (not planned.refused), explain
    if planned.refused:
        total = len(planned.answers)
        assert f"{len(planned.refused)} of {total} deployments of stack dev refused" in result.text
        return
    places = [
        one.result.location for _, one in planned.answers if isinstance(one.result, Placement)
    ]
    assert re.findall(r'(?m)^ +location +: "(.*)"', result.text) == places, explain


def adopted(path: Path) -> dict[str, list[str]]:
    """Google Cloud project -> the custom roles that the stack adopts there; none of a bad stack."""
    try:
        config = plan_file(read_stack(path), {}).config
    except BadInput:
        return {}
    return {config.project: [*config.keys.adopt.values()]} if config.project else {}


def have_roles(sandbox: Sandbox, roles: dict[str, list[str]]) -> None:
    """Put custom roles into the cloud: only the engine knows whether what is adopted exists."""
    cloud = sandbox.cloud()
    try:
        for project, names in roles.items():
            api: Properties = {"service": "iam.googleapis.com", "project": project}
            cloud.create(shapes.SERVICE, project, api)
            for name in names:
                role: Properties = {"roleId": name, "title": name, "permissions": ["a.b.c"]}
                cloud.create(shapes.ROLE, project, role | {"project": project})
    finally:
        cloud.close()


@pytest.mark.parametrize("seed", range(10))
def test_generated_stacks_are_judged_alike_on_the_engine(
    seed: int,
    tmp_path: Path,
    project_sandbox: ProjectSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare(seed, tmp_path / "project", project_sandbox, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 110))
def test_a_hundred_generated_stacks_are_judged_alike_on_the_engine(
    seed: int,
    tmp_path: Path,
    project_sandbox: ProjectSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare(seed, tmp_path / "project", project_sandbox, monkeypatch)
