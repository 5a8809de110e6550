"""`--target`: what it leaves out stays, and is no value in the outputs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.cli import main
from sandbox.emulator import shapes
from sandbox.engine import Engine
from sandbox.workspace import Sandbox
from tests.engine.projects import copy_of_the_project, everything, set_keys

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine


def test_the_command_line_of_the_sandbox_takes_targets(
    project_sandbox: ProjectSandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox = project_sandbox(copy_of_the_project(tmp_path))

    def ours(*_: object, **__: object) -> Sandbox:
        return sandbox

    def engine(_: Path) -> Engine:
        return sandbox.engine

    monkeypatch.setattr("sandbox.cli.Sandbox", ours)
    monkeypatch.setattr("sandbox.cli.find_engine", engine)
    arguments = ["up", "dev", "--project", str(sandbox.project), "--target", "**ProjectBaseline**"]
    assert main(arguments) == 0
    assert {one[0] for one in everything(sandbox)} == {shapes.SERVICE, shapes.ROLE}


def test_what_a_target_leaves_out_is_null_in_the_outputs(
    project_sandbox: ProjectSandbox, tmp_path: Path
) -> None:
    copy = copy_of_the_project(tmp_path)
    sandbox = project_sandbox(copy)
    set_keys(copy, "staging", callers=None)
    assert sandbox.up("staging").ok
    before = sandbox.outputs("staging")["deployments"]
    set_keys(copy, "staging", publish="secrets")
    first, *others = sorted(before)
    targets = [f"**Publication**::{first}", f"**Publication**::{first}-*", "**ProjectBaseline**"]
    result = sandbox.up("staging", *(word for one in targets for word in ("--target", one)))
    assert result.ok, result.text
    outputs = sandbox.outputs("staging")
    assert outputs["deployments"] == before
    published = outputs["publications"]
    assert set(published) == set(before)
    assert others
    assert all(published[name] is None for name in others)
