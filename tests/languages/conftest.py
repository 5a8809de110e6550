"""Fixtures for programs in other languages: `make test-languages` runs their tests.

- `program(source)`: the project in the folder `source` on an engine and in a cloud of its own; its
  `Pulumi.yaml` is that of the folder, with the components' folder by its whole path.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine import Engine
from tests.languages.go_tools import yaml_host
from tests.languages.programs import Program
from tests.paths import ROOT

Programs = Callable[[Path], Program]


@pytest.fixture
def program(tmp_path: Path, engine: Engine) -> Programs:
    def make(source: Path) -> Program:
        project = tmp_path / "project"
        shutil.copytree(source, project)
        file = project / "Pulumi.yaml"
        file.write_text(file.read_text().replace("../../components", str(ROOT / "components")))
        made = Program(project, tmp_path / "sandbox", engine.path)
        made.add_host(yaml_host())
        return made

    return make
