"""The example in Go is compiled with a generated SDK and lives through all that happens."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox import environment
from sandbox.emulator.cloud import Cloud
from sandbox.engine import Engine
from tests.languages.go_tools import generate_sdks
from tests.paths import ROOT

EXAMPLE = ROOT / "examples" / "go"
SDK = "placement-vertex-residency"

pytestmark = [pytest.mark.languages, pytest.mark.timeout(1800)]


def test_the_example_lives_by_a_generated_sdk(tmp_path: Path, engine: Engine) -> None:
    project, box = tmp_path / "project", tmp_path / "sandbox"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("sdks"))
    shutil.copy(Path(__file__).parent / "go" / "automation_test.go", project)
    generate_sdks(ROOT / "components" / "schema.json", tmp_path / "sdks")
    (project / "sdks").mkdir()
    shutil.copytree(tmp_path / "sdks" / "go", project / "sdks" / SDK)
    environment.backend(box).mkdir(parents=True)
    environment.install_plugins(box)
    path = f"{engine.path.parent}{os.pathsep}{os.environ['PATH']}"
    variables = {"PATH": path, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
    done = subprocess.run(
        ["go", "test", "-count=1", "-timeout=25m", "."],
        cwd=project,
        env={**os.environ, **environment.variables(box), **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    cloud = Cloud(environment.cloud_file(box))
    left = [row.type for row in cloud.rows() if row.deleted_at is None]
    cloud.close()
    assert set(left) <= {"gcp:projects/service:Service"}, "services stay, and nothing else"


def test_the_generated_go_sdk_is_called_as_the_example_calls_it(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "components" / "schema.json").read_text(encoding="utf-8"))
    module = Path(schema["language"]["go"]["importBasePath"]).parent
    assert f"\t{module} v0.0.0" in (EXAMPLE / "go.mod").read_text()
    assert f"{schema['namespace']}-{schema['name']}" == SDK
