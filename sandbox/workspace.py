"""A project deployed on this machine: the real engine, its own state, the emulated cloud.

The engine runs in its own Pulumi home with its own file backend, on copies of the stack files,
and with the emulator in place of the Google Cloud provider. The program is the project's own.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

from availability.input.errors import BadInput
from availability.input.likeness import nearest
from availability.stack.project_file import read_project_file

from . import environment
from .emulator.cloud import Cloud
from .engine import Engine
from .events import Message, Step, Summary, read_events
from .files import check_room, copy_project, stack_names, sweep
from .interruption import Interruption
from .program import serve
from .running import Command, OnLine, run, run_on_terminal
from .state import StackInUse, clear_stale_locks, interrupted_operations, is_known, mend

UNASKED: Final = ("--yes", "--skip-preview")

_EVENTS: Final = "events-"


class UnknownStack(LookupError):
    """The project has no file for this stack; `known` are those that it has."""

    def __init__(self, stack: str, known: list[str]) -> None:
        self.stack = stack
        self.known = known
        choices = ", ".join(known) or "none"
        near = " or ".join(nearest(stack, known))
        meant = f" (did you mean {near}?)" if near else ""
        super().__init__(
            f"there is no stack {stack!r}{meant}; the project's stacks are: {choices}. "
            f"A new one is a new file, stacks/Pulumi.NAME.yaml"
        )


class EngineFailed(Exception):
    """The engine could not answer a question; the text is its own."""


@dataclass(frozen=True)
class Result:
    """What came of one command of the engine."""

    status: int
    """The engine's exit status: 0 is success, and negative the signal that killed it."""
    stdout: str
    stderr: str
    steps: tuple[Step, ...]
    changes: dict[str, int]
    """How many resources, by the engine's name for what happens to them (`create`, `same`, …)."""
    canceled: bool = False
    """Whether somebody asked the engine to stop."""
    messages: tuple[Message, ...] = ()
    """What the program and the engine had to say, in the order in which it came."""

    @property
    def ok(self) -> bool:
        """Whether the engine succeeded."""
        return self.status == 0

    @property
    def text(self) -> str:
        """Everything that the engine printed."""
        return "\n".join(part for part in (self.stdout, self.stderr) if part)


def _nobody(pid: int) -> None:
    """Nobody needs to know the engine's process."""


class Sandbox:
    """The stacks of `project`, deployed with everything under `directory`.

    Two sandboxes with directories of their own share nothing but the engine's executable. Every
    command copies `Pulumi.yaml` and the stack files anew; the originals are never written.

    A command takes more options of the engine's, such as `--target`. Its `on_line` and `on_error`
    are given each line of the engine's standard output and error as it comes. With `terminal` the
    engine writes to this process's terminal itself, in colour and with its live tree of resources;
    a Result then holds no text.

    What an engine that was killed left behind is put right before the next one starts: stale locks,
    files that were cut off, and operations that it had not finished; `on_error` is told of all but
    the locks.

    Commands raise UnknownStack where the project has no such stack, StackInUse where another run
    is at work on it, BrokenState where its state is lost, OSError where nothing can be written,
    and Interrupted by `interruption`. A failure of the engine is a Result that is not `ok`.
    """

    def __init__(
        self,
        project: Path,
        directory: Path,
        engine: Engine,
        *,
        terminal: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        interruption: Interruption | None = None,
    ) -> None:
        self.project = project.resolve()
        self.directory = directory.resolve()
        self.engine = engine
        self.environment = dict(environment)
        """More variables of the engine and the provider, such as those of `emulator.faults`."""
        self._terminal = terminal
        self._interruption = interruption or Interruption()

    @property
    def backend(self) -> Path:
        """The folder that holds the stacks' states and locks."""
        return environment.backend(self.directory)

    @property
    def cloud_file(self) -> Path:
        """The SQLite file that holds the emulated cloud."""
        return environment.cloud_file(self.directory)

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
        result = self._open(stack) or self._run(
            [*command, "--show-secrets"] if show_secrets else command
        )
        if not result.ok:
            raise EngineFailed(result.text)
        return cast("dict[str, Any]", json.loads(result.stdout))

    def run(self, *arguments: str) -> Result:
        """Any other command of the CLI, such as `stack export`, in this sandbox."""
        self._copy()
        return self._run(list(arguments))

    def run_on(
        self,
        stack: str,
        *arguments: str,
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
    ) -> Result:
        """As `run`, with the stack selected, and on the terminal where there is one."""
        self._prepare(stack, on_error)
        selected = self._select(stack, on_error)
        if not selected.ok:
            return selected
        if self._terminal:
            return self._run_on_terminal(list(arguments))
        return self._run(list(arguments), on_line, on_error)

    def _deploy(
        self,
        command: str,
        stack: str,
        options: Sequence[str],
        on_line: OnLine | None,
        on_error: OnLine | None,
    ) -> Result:
        if failed := self._open(stack, on_error):
            return failed
        in_use = clear_stale_locks(self.backend, stack)
        if in_use and command != "preview":
            raise StackInUse(stack, in_use[0])
        if not in_use:
            self._forget_interrupted(stack, on_error)
        prefix = f"{_EVENTS}{os.getpid()}-"
        with (
            tempfile.TemporaryDirectory(prefix=prefix, dir=self.directory) as folder,
            serve(self.project) as program,
        ):
            log = Path(folder) / "events.json"
            arguments = [command, "--stack", stack, *options]
            arguments += [f"--client={program.address}", "--exec-kind", "auto.inline"]
            arguments += ["--event-log", str(log)]
            if self._terminal:
                return self._run_on_terminal(arguments, log, program.watch)
            arguments += ["--color", "never"]
            return self._run(arguments, on_line, on_error, log, program.watch)

    def _open(self, stack: str, on_error: OnLine | None = None) -> Result | None:
        """Make sure that the engine knows the stack; what it said where it could not."""
        self._prepare(stack, on_error)
        if self._is_known(stack):
            return None
        made = self._select(stack, on_error)
        return None if made.ok else made

    def _is_known(self, stack: str) -> bool:
        """Whether the stack need not be made: an engine takes its time to start, and to say so."""
        try:
            project = read_project_file(self.directory / "project" / "Pulumi.yaml")
        except BadInput:
            return False  # the engine says what is wrong with it
        return is_known(self.backend, project.name, stack)

    def _prepare(self, stack: str, on_error: OnLine | None) -> None:
        if stack not in self.stacks():
            raise UnknownStack(stack, self.stacks())
        notes = self._copy().get(stack, [])
        if note := mend(self.backend, self.directory / "home", stack):
            notes = [*notes, note]
        for note in notes:
            if on_error:
                on_error(f"note: stack {stack}: {note}")

    def _select(self, stack: str, on_error: OnLine | None) -> Result:
        """Have the engine select the stack, and make it where there is none."""
        command = ["stack", "select", "--create", "--secrets-provider", "passphrase"]
        result = self._run([*command, "--stack", stack])
        if not result.ok and on_error:
            for line in result.text.splitlines():
                on_error(line)
        return result

    def _forget_interrupted(self, stack: str, on_error: OnLine | None) -> None:
        """Drop what the state says of operations that a killed engine didn't finish.

        The engine would warn of them in every later run, in words about other clouds and with a
        command for the user's own stack, until somebody answers its questions on a terminal.
        """
        operations = interrupted_operations(self.backend, stack)
        if not operations:
            return
        exported = self._run(["stack", "export", "--stack", stack])
        if not exported.ok:
            raise EngineFailed(exported.text)
        state = cast("dict[str, Any]", json.loads(exported.stdout))
        state["deployment"].pop("pending_operations", None)
        with tempfile.NamedTemporaryFile("w", dir=self.directory, suffix=".json") as file:
            json.dump(state, file)
            file.flush()
            imported = self._run(["stack", "import", "--stack", stack, "--file", file.name])
        if not imported.ok:
            raise EngineFailed(imported.text)
        if on_error:
            on_error(
                f"note: an earlier run of {stack} was cut off while it was "
                f"{', '.join(operations)}. Whether that took effect, an `up` finds out."
            )

    def _copy(self) -> dict[str, list[str]]:
        """Prepares all that a command needs; returns what is told of the copies, by stack."""
        check_room(self.directory)
        sweep(self.directory, _EVENTS)
        self.backend.mkdir(exist_ok=True)
        notes = copy_project(self.project, self.directory / "project", environment.SALT)
        environment.install_plugins(self.directory)
        return notes

    def _run(
        self,
        arguments: list[str],
        on_line: OnLine | None = None,
        on_error: OnLine | None = None,
        log: Path | None = None,
        started: Callable[[int], object] = _nobody,
    ) -> Result:
        printed, complaints = _Lines(on_line), _Lines(on_error)
        command = self._command("--non-interactive", *arguments)
        status = run(command, self._interruption, started, printed, complaints)
        return _result(status, printed.text, complaints.text, log)

    def _run_on_terminal(
        self,
        arguments: list[str],
        log: Path | None = None,
        started: Callable[[int], object] = _nobody,
    ) -> Result:
        status = run_on_terminal(self._command(*arguments), self._interruption, started)
        return _result(status, "", "", log)

    def _command(self, *arguments: str) -> Command:
        words = [str(self.engine.path), *arguments]
        variables = environment.variables(self.directory) | self.environment
        return Command(words, self.directory / "project", variables)


def _result(status: int, stdout: str, stderr: str, log: Path | None) -> Result:
    summary = read_events(log) if log else Summary()
    changes = dict(summary.changes)
    found = (summary.steps, changes, summary.canceled, summary.messages)
    return Result(status, stdout, stderr, *found)


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
