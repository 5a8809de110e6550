"""Git in the repositories of tests, with nothing of this machine's settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=A Person", "-c", "user.email=person@acme.example"]
    done = subprocess.run(
        ["git", *identity, *words],
        cwd=folder,
        env=own | settings,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()
