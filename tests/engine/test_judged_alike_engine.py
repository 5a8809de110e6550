"""`plan` and the real engine judge generated stacks alike: verdict, places and mistakes."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.stack.config import StackConfig
from availability.stack.google_config import VARIABLES
from availability.stack.reading import plan_file, read_stack
from sandbox.emulator import shapes
from sandbox.emulator.values import Properties
from sandbox.workspace import Sandbox
from tests.engine.contents import opened
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
    try:
        planned = plan_file(read_stack(path), made.environment)
    except BadInput as error:
        planned = error
    else:
        have_adopted_roles(sandbox, planned.config)
    result = sandbox.preview("dev")
    explain = f"seed {seed}\n{made.text}\n{result.text}"
    assert "Traceback" not in result.text, explain
    if isinstance(planned, BadInput):
        assert not result.ok, explain
        if "in the configuration of stack" in result.text:
            count = len(planned.problems)
            assert f"{count} mistake" in result.text, explain
            keys = [problem.path for problem in planned.problems if problem.at is None]
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
    exported = re.split(r"(?m)^ {4}deployments *: \{", result.text)[-1]  # and not what is declared
    assert re.findall(r'(?m)^ +location +: "(.*)"', exported) == places, explain


def have_adopted_roles(sandbox: Sandbox, config: StackConfig) -> None:
    """Put the custom roles that a stack adopts into the cloud: only the engine looks for them."""
    if config.project is None:
        return
    with opened(sandbox) as cloud:
        api: Properties = {"service": "iam.googleapis.com", "project": config.project}
        cloud.create(shapes.SERVICE, config.project, api)
        for name in config.keys.adopt.values():
            role: Properties = {"roleId": name, "title": name, "permissions": ["a.b.c"]}
            cloud.create(shapes.ROLE, config.project, role | {"project": config.project})


@pytest.mark.parametrize("seed", range(5))
def test_generated_stacks_are_judged_alike_on_the_engine(
    seed: int,
    tmp_path: Path,
    project_sandbox: ProjectSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare(seed, tmp_path / "project", project_sandbox, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5, 110))
def test_a_hundred_generated_stacks_are_judged_alike_on_the_engine(
    seed: int,
    tmp_path: Path,
    project_sandbox: ProjectSandbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compare(seed, tmp_path / "project", project_sandbox, monkeypatch)
