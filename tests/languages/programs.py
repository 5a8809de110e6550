"""A program in another language on the real engine, with the sandbox's plugins and cloud."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sandbox import environment
from sandbox.emulator import shapes
from sandbox.emulator.cloud import Cloud
from sandbox.emulator.store import Row
from sandbox.events import Summary, read_events


@dataclass(frozen=True)
class Done:
    """What came of a command of the engine."""

    status: int
    text: str
    events: Summary

    @property
    def changes(self) -> dict[str, int]:
        """How many resources, by what happened to them."""
        return dict(self.events.changes)

    def ops(self, kind: str) -> list[tuple[str, str]]:
        """(operation, name) of each resource whose type ends so."""
        return [(step.op, step.name) for step in self.events.steps if step.type.endswith(kind)]


@dataclass
class Program:
    """A project's folder, and the folder that holds all that the engine writes."""

    project: Path
    directory: Path
    pulumi: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """More variables of the engine and its plugins, such as those of `emulator.faults`."""

    def __post_init__(self) -> None:
        environment.backend(self.directory).mkdir(parents=True)
        environment.install_plugins(self.directory)
        self.run("stack", "init", "dev")

    def variables(self) -> dict[str, str]:
        """The environment of the engine, and of what starts it."""
        mine = environment.variables(self.directory)
        return {**os.environ, **mine, **self.environment}

    def add_host(self, host: Path) -> None:
        """Puts a language host where the engine looks for it."""
        folder = self.directory / "home" / "plugins" / f"{host.name.removeprefix('pulumi-')}-v1.0.0"
        folder.mkdir()
        (folder / host.name).symlink_to(host)

    def run(self, *words: str) -> str:
        """Any command of the CLI; what it prints to standard output. It has to succeed."""
        done = self._started(words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def preview(self) -> Done:
        """What an update would do."""
        return self._deploy("preview")

    def up(self) -> Done:
        """An update, without asking."""
        return self._deploy("up", "--yes", "--skip-preview")

    def destroy(self) -> Done:
        """The end of all that was made."""
        return self._deploy("destroy", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        """What the stack exports."""
        return cast("dict[str, Any]", json.loads(self.run("stack", "output", "--json")))

    def cloud(self) -> list[Row]:
        """What the emulated cloud has."""
        cloud = Cloud(environment.cloud_file(self.directory))
        try:
            return [row for row in cloud.rows() if row.deleted_at is None]
        finally:
            cloud.close()

    def grants(self) -> set[tuple[str, str]]:
        """(role, member) of each binding of a project that the cloud has."""
        bodies = (row.body for row in self.cloud() if row.type == shapes.PROJECT_BINDING)
        return {(str(body["role"]), str(body["member"])) for body in bodies}

    def _deploy(self, *words: str) -> Done:
        log = self.directory / "events.json"
        log.unlink(missing_ok=True)
        done = self._started([*words, "--stack", "dev", "--event-log", str(log)])
        return Done(done.returncode, done.stdout + done.stderr, read_events(log))

    def _started(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.pulumi, "--non-interactive", "--color", "never", *words],
            cwd=self.project,
            env=self.variables(),
            capture_output=True,
            text=True,
        )
