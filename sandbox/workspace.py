"""A project deployed on this machine: the real engine, its own state, the emulated cloud.

The engine runs in its own Pulumi home with its own file backend, on copies of the stack files,
and with the emulator in place of the Google Cloud provider. The program is the project's own.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

from pulumi.automation import CommandError

from .emulator.cloud import Cloud
from .engine import Engine
from .events import Step, Summary, read_events
from .files import copy_project, stack_names, write_executable
from .program import serve

PASSPHRASE: Final = "sandbox"  # noqa: S105
"""No secret: it encrypts what the sandbox's own state holds, on this machine only."""
SALT: Final = "v1:brw0Ys4b6yI=:v1:ImKQYZV/zjMNrZH5:0c/ipAok3FPMcbpZPyyZAYbJSo/PEQ=="
"""What the engine derives from that passphrase and else writes into a stack file by itself.

Always the same, so that a fresh copy of a stack file still reads the state of an earlier run.
"""

UNASKED: Final = ("--yes", "--skip-preview")

OnLine = Callable[[str], object]


class UnknownStack(LookupError):
    """The project has no file for this stack; `known` are those that it has."""

    def __init__(self, stack: str, known: list[str]) -> None:
        self.stack = stack
        self.known = known
        choices = ", ".join(known) or "none"
        super().__init__(f"there is no stack {stack!r}; the project's stacks are: {choices}")


class EngineFailed(Exception):
    """The engine could not answer a question; the text is its own."""


@dataclass(frozen=True)
class Result:
    """What came of one command of the engine."""

    status: int
    """The engine's exit status: 0 is success."""
    stdout: str
    stderr: str
    steps: tuple[Step, ...]
    changes: dict[str, int]
    """How many resources, by the engine's name for what happens to them (`create`, `same`, …)."""

    @property
    def ok(self) -> bool:
        """Whether the engine succeeded."""
        return self.status == 0

    @property
    def text(self) -> str:
        """Everything that the engine printed."""
        return "\n".join(part for part in (self.stdout, self.stderr) if part)


class Sandbox:
    """The stacks of `project`, deployed with everything under `directory`.

    Two sandboxes with directories of their own share nothing but the engine's executable. Every
    command copies `Pulumi.yaml` and the stack files anew; the originals are never written.

    A command takes more options of the engine's, such as `--target`. Its `on_line` and `on_error`
    are given each line of the engine's standard output and error as it comes. With `terminal` the
    engine writes to this process's terminal itself, in colour and with its live tree of resources;
    a Result then holds no text.

    Commands raise UnknownStack where the project has no such stack. A failure of the engine is a
    Result that is not `ok`.
    """

    def __init__(
        self,
        project: Path,
        directory: Path,
        engine: Engine,
        *,
        terminal: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.project = project.resolve()
        self.directory = directory.resolve()
        self.engine = engine
        self.environment = dict(environment)
        """More variables of the engine and the provider, such as those of `emulator.faults`."""
        self._terminal = terminal

    @property
    def cloud_file(self) -> Path:
        """The SQLite file that holds the emulated cloud."""
        return self.directory / "cloud.sqlite"

    def cloud(self) -> Cloud:
        """The emulated cloud, to look into it or to change it by hand. Close it after use."""
        return Cloud(self.cloud_file)

    def stacks(self) -> list[str]:
        """The stacks that the project has a file for, sorted."""
        return stack_names(self.project)

    def preview(
        self,
        stack: str,
        *options: str,
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> Result:
        """What an `up` would do."""
        return self._deploy("preview", stack, options, on_line, on_error)

    def up(
        self,
        stack: str,
        *options: str,
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> Result:
        """Run the program and make the cloud what it says, without asking."""
        return self._deploy("up", stack, (*UNASKED, *options), on_line, on_error)

    def refresh(
        self,
        stack: str,
        *options: str,
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> Result:
        """Make the state what the cloud is."""
        return self._deploy("refresh", stack, (*UNASKED, *options), on_line, on_error)

    def destroy(
        self,
        stack: str,
        *options: str,
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> Result:
        """Delete everything that the stack deployed."""
        return self._deploy("destroy", stack, (*UNASKED, *options), on_line, on_error)

    def outputs(self, stack: str, *, show_secrets: bool = True) -> dict[str, Any]:
        """The stack's outputs; empty before its first `up`. Raises EngineFailed."""
        command = ["stack", "output", "--json", "--stack", stack]
        result = self._open(stack)
        if result.ok:
            result = self._run([*command, "--show-secrets"] if show_secrets else command)
        if not result.ok:
            raise EngineFailed(result.text)
        return cast("dict[str, Any]", json.loads(result.stdout))

    def run(self, *arguments: str) -> Result:
        """Any other command of the CLI, such as `stack export`, in this sandbox."""
        self._copy()
        return self._run(list(arguments))

    def _deploy(
        self,
        command: str,
        stack: str,
        options: Sequence[str],
        on_line: OnLine | None,
        on_error: OnLine | None,
    ) -> Result:
        opened = self._open(stack, on_error)
        if not opened.ok:
            if on_error:
                for line in opened.text.splitlines():
                    on_error(line)
            return opened
        with (
            tempfile.TemporaryDirectory(prefix="events-", dir=self.directory) as folder,
            serve(self.project) as address,
        ):
            log = Path(folder) / "events.json"
            arguments = [command, "--stack", stack, *options]
            arguments += [f"--client={address}", "--exec-kind", "auto.inline"]
            arguments += ["--event-log", str(log)]
            if self._terminal:
                return self._run_on_terminal(arguments, log)
            return self._run([*arguments, "--color", "never"], on_line, on_error, log)

    def _open(self, stack: str, say: OnLine | None = None) -> Result:
        if stack not in self.stacks():
            raise UnknownStack(stack, self.stacks())
        for note in self._copy().get(stack, ()):
            if say:
                say(f"sandbox: stack {stack}: {note}")
        command = ["stack", "select", "--create", "--secrets-provider", "passphrase"]
        return self._run([*command, "--stack", stack])

    def _copy(self) -> dict[str, list[str]]:
        """Prepares all that a command needs; returns what is told of the copies, by stack."""
        (self.directory / "state").mkdir(parents=True, exist_ok=True)
        notes = copy_project(self.project, self.directory / "project", SALT)
        version = metadata.version("pulumi-gcp")
        plugin = self.directory / "home" / "plugins" / f"resource-gcp-v{version}"
        write_executable(plugin / "pulumi-resource-gcp", _plugin_script())
        return notes

    def _run(
        self,
        arguments: list[str],
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
        log: Path | None = None,
    ) -> Result:
        # A failure of the Automation API carries its output as one text only: keep the lines.
        printed, complaints = _Lines(on_line), _Lines(on_error)
        status = 0
        try:
            self.engine.command.run(
                arguments,
                str(self.directory / "project"),
                self._environment(),
                on_output=printed,
                on_error=complaints,
            )
        except CommandError as failure:
            code = re.search(r"code: (\d+)", str(failure))
            status = int(code[1]) if code else 1
        summary = read_events(log) if log else Summary()
        changes = dict(summary.changes)
        return Result(status, printed.text, complaints.text, summary.steps, changes)

    def _run_on_terminal(self, arguments: list[str], log: Path) -> Result:
        done = subprocess.run(
            [str(self.engine.path), *arguments],
            cwd=self.directory / "project",
            env=os.environ | self._environment(),
            check=False,
        )
        summary = read_events(log)
        return Result(done.returncode, "", "", summary.steps, dict(summary.changes))

    def _environment(self) -> dict[str, str]:
        return {
            "PULUMI_HOME": str(self.directory / "home"),
            # Not Path.as_uri: the engine takes what follows the scheme as it is.
            "PULUMI_BACKEND_URL": f"file://{self.directory / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_CONFIG_PASSPHRASE_FILE": "",
            "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # A real provider on PATH, or one that a debugger attached, would reach a real cloud.
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "PULUMI_DEBUG_PROVIDERS": "",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "VERTEX_RESIDENCY_CLOUD": str(self.cloud_file),
            **self.environment,
        }


class _Lines:
    """Keeps the lines that it is called with, and passes them on."""

    def __init__(self, forward: OnLine | None) -> None:
        self._lines: list[str] = []
        self._forward = forward

    def __call__(self, line: str) -> None:
        self._lines.append(line)
        if self._forward:
            self._forward(line)

    @property
    def text(self) -> str:
        return "\n".join(self._lines)


def _plugin_script() -> str:
    root = shlex.quote(str(Path(__file__).resolve().parents[1]))
    python = shlex.quote(sys.executable)
    return f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m sandbox.emulator "$@"\n'
