"""A copy of the project that the commands of a page are run in, as a reader would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block
from tests.git import git
from tests.paths import ROOT

_COPIED = ("stacks", "sandbox", ".github", ".ci")
"""What commands change, or take for the project that they belong to."""
_LINKED = ("availability", "components", "requirements.txt", "requirements-dev.txt", ".venv")
_FILES = ("Pulumi.yaml", "__main__.py", "Makefile")
_RECORDINGS = ROOT / "tests" / "availability" / "check" / "recorded"
_RECORDED = {"preview.json": "preview.json", "plan.json": "plan-outside.json"}
"""What a program elsewhere has written by the names that `docs/check.md` has for it."""
_SETTINGS = 'set -euo pipefail; make() { command make --dry-run "$@" >/dev/null; }\n'
"""What `make` does is what `.ci/run` is for; here its targets have to be there."""


@dataclass(frozen=True)
class Ran:
    """What came of a block."""

    status: int
    lines: list[str]


class Scratch:
    """The copy, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self._home = folder / "home"
        self._home.mkdir()
        for name in _COPIED:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, self.project / name, ignore=ignored)
        for name in _LINKED:
            (self.project / name).symlink_to(ROOT / name)
        for name in _FILES:
            shutil.copy(ROOT / name, self.project)
        for name, recorded in _RECORDED.items():
            shutil.copy(_RECORDINGS / recorded, self.project / name)
        (self.project / ".gitignore").write_text("*\n!stacks/\n!stacks/*\n!Pulumi.yaml\n")
        git(self.project, "init", "--quiet", "--initial-branch", "main")
        git(self.project, "add", "Pulumi.yaml", "stacks")
        git(self.project, "commit", "--quiet", "--message", "As it is")
        git(self.project, "checkout", "--quiet", "-b", "change")
        git(self.project, "commit", "--quiet", "--allow-empty", "--message", "A change")

    def use(self, pulumi: Path) -> None:
        """Gives the sandbox of the copy an engine."""
        binaries = self.project / ".sandbox" / "bin"
        binaries.mkdir(parents=True)
        (binaries / "pulumi").symlink_to(pulumi)

    def write(self, block: Block) -> None:
        """Writes the file that a block shows."""
        [name] = block.words
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")

    def run(self, block: Block) -> Ran:
        """Runs a block in a shell of its own."""
        environment = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            "HOME": str(self._home),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).with_name("day")), str(ROOT)]),
            "LC_ALL": "C.UTF-8",
        }
        done = subprocess.run(
            ["bash", "-c", _SETTINGS + block.text],
            cwd=self.project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return Ran(done.returncode, done.stdout.splitlines())
