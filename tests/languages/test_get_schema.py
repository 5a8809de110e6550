"""The committed schema is what the engine gets of the folder that people add as a package."""

import json

import pytest

from sandbox.engine import Engine
from tests.languages.programs import Program
from tests.paths import ROOT

pytestmark = [pytest.mark.languages, pytest.mark.timeout(300)]


def test_the_engine_gets_the_committed_schema_by_path_and_by_name(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> None:
    project = tmp_path_factory.mktemp("project")
    (project / "Pulumi.yaml").write_text("name: tiny\nruntime: yaml\n")
    program = Program(project, tmp_path_factory.mktemp("here") / "sandbox", engine.path)
    committed = json.loads((ROOT / "components" / "schema.json").read_text(encoding="utf-8"))
    for source in (str(ROOT / "components"), "vertex-residency"):
        got = json.loads(program.run("package", "get-schema", source))
        assert got.pop("config") == {}
        assert got == committed
