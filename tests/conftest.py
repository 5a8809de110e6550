"""Fixtures for tests on the real engine.

- `engine`: the Pulumi CLI, found or made once in the project's `.sandbox/`. Where none can be had
  the test is skipped, and in CI with Go at hand it fails instead.
- `project_sandbox(project=ROOT)`: a sandbox of the project itself (or of a copy), with its own
  state and cloud under the test's `tmp_path`.
- `program_sandbox(source, config=None)`: a sandbox of a project made for the test, whose program
  is `source` and whose only stack is `dev`; write `sandbox.project / "__main__.py"` to change it.

Tests that use them carry the marker `engine`.
"""

import multiprocessing
import os
import shutil
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from availability.input import calls
from sandbox.engine import Engine, EngineUnavailable, find_engine
from sandbox.workspace import Sandbox
from tests.paths import ROOT

# All programs of the tests use this project's components: they start sooner with these at hand.
multiprocessing.get_context("forkserver").set_forkserver_preload(
    [
        *("components", "components.program", "components.stack"),
        *("pulumi.automation", "pulumi_gcp.compute", "pulumi_gcp.networkconnectivity"),
    ]
)

# What is printed in the process of the tests is the same wherever their Python lies. Processes that
# they start print their own.
calls.python = lambda: "python"

ProgramSandbox = Callable[..., Sandbox]
ProjectSandbox = Callable[..., Sandbox]


@pytest.fixture(scope="session")
def engine() -> Engine:
    try:
        return find_engine(ROOT / ".sandbox")
    except EngineUnavailable as why:
        if os.environ.get("CI") and shutil.which("go"):
            pytest.fail(f"CI has Go, so the engine's tests must run: {why}")
        pytest.skip(f"NO PULUMI ENGINE, SO THIS IS NOT TESTED: {' | '.join(why.reasons)}")


@pytest.fixture
def project_sandbox(tmp_path: Path, engine: Engine) -> ProjectSandbox:
    def make(project: Path = ROOT) -> Sandbox:
        return Sandbox(project, tmp_path / "sandbox", engine)

    return make


@pytest.fixture
def program_sandbox(tmp_path: Path, engine: Engine) -> ProgramSandbox:
    def make(source: str, config: Mapping[str, str] | None = None) -> Sandbox:
        project = tmp_path / "project"
        (project / "stacks").mkdir(parents=True)
        write_program(project, source)
        (project / "Pulumi.yaml").write_text(
            "name: tiny\nruntime: python\nstackConfigDir: stacks\n"
        )
        lines = (config if config is not None else {"gcp:project": "acme-dev"}).items()
        text = "".join(f"  {key}: {value}\n" for key, value in lines)
        (project / "stacks" / "Pulumi.dev.yaml").write_text(f"config:\n{text}" if text else "")
        return Sandbox(project, tmp_path / "sandbox", engine)

    return make


def write_program(project: Path, source: str) -> None:
    """Make `source` the program of a project."""
    (project / "__main__.py").write_text(textwrap.dedent(source))
