"""The sandbox's command line.

Exit status: 0, or 1 when the engine fails or there is none, or 2 for arguments that make no
sense, or 130 for an interrupted command. Where there is no engine a preview answers with the
offline plan, and with its status.
"""

import argparse
import errno
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from .advice import of_the_sandbox, own_command
from .digest import can_be_short, digest
from .engine import EngineUnavailable, find_engine
from .environment import backend
from .files import check_room, stack_file, stack_names
from .interruption import Interrupted, Interruption
from .printing import complain, say
from .program import close
from .running import OnLine
from .state import BrokenState, StackInUse, cancel
from .workspace import EngineFailed, Result, Sandbox, UnknownStack

PROJECT: Final = Path(__file__).resolve().parents[1]
"""The project that holds this sandbox."""
DIRECTORY: Final = ".sandbox"
"""The folder in a project that holds everything of its sandbox."""
_ADVICE: Final = {
    errno.ENOSPC: "Make room there, and run it again.",
    errno.EDQUOT: "Make room there, and run it again.",
    errno.EROFS: "Run it on a copy of the project that can be written to.",
    errno.EACCES: "Run it as who may write there, or on a copy of the project.",
}
"""What to do where nothing can be written."""

_TYPES: Final = ("string", "bool", "int", "float")
"""What `--type` may be, as for `pulumi config set`."""
_ABOUT_CONFIG: Final = (
    "Edit the stack's file in stacks/ as `pulumi config set` and `rm` with the same arguments "
    "would: it gets the same values, and all other lines of it stay as they are. It is the only "
    "command of the sandbox that changes the project's own files, and it needs no engine."
)

Action = Callable[[OnLine, OnLine], Result]


def main(arguments: Sequence[str] | None = None, interruption: Interruption | None = None) -> int:
    """Run one command; answers the exit status. Raises Interrupted by `interruption`."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options, interruption or Interruption())
    except StackInUse as failure:
        project: Path = options.project.resolve()
        other = None if project == PROJECT else project
        complain(of_the_sandbox(f"error: {failure}", failure.stack, other))
    except (EngineFailed, BrokenState) as failure:
        complain(f"error: {failure}")
    except BrokenPipeError:
        raise
    except OSError as why:
        where = f"{why.filename}: " if why.filename else ""
        complain(f"error: {where}{why.strerror or why}. {_ADVICE.get(why.errno or 0, '')}".rstrip())
    finally:
        close()
    return 1


def _run(options: argparse.Namespace, interruption: Interruption) -> int:
    project: Path = options.project.resolve()
    directory = project / DIRECTORY
    if options.command == "engine":
        return _engine(directory)
    try:
        stacks = _stacks(
            project, [options.stack] if options.command == "config" else options.stacks
        )
    except (UnknownStack, FileNotFoundError) as mistake:
        complain(f"error: {mistake}")
        return 2
    if options.command == "config":
        from .config import configure  # no other command needs the editor of stack files

        return configure(project, options)
    if options.command == "cancel":
        for stack in stacks:
            cancel(backend(directory), stack, say)
        return 0
    try:
        engine = find_engine(directory)
    except EngineUnavailable as why:
        return _without_engine(options.command, project, stacks, why)
    short = options.command == "preview" and not options.verbose
    live = _on_terminal() and not short
    sandbox = Sandbox(project, directory, engine, terminal=live, interruption=interruption)
    if options.command == "outputs":
        return _outputs(sandbox, stacks, as_json=options.json)
    actions = {stack: _action(sandbox, stack, options) for stack in stacks}
    if short:
        return _report_short(sandbox, actions)
    return max(
        _report(sandbox, stack, options.command, action) for stack, action in actions.items()
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=own_command(),
        description="Deploy the project's stacks on this machine: the real Pulumi engine, "
        "an emulated Google Cloud, and everything it writes under .sandbox/.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--project",
        type=Path,
        default=PROJECT,
        metavar="DIR",
        help="the folder with Pulumi.yaml (default: the one that holds this sandbox)",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("preview", "show what an up would do (no STACK: of every stack)"),
        ("up", "deploy to the emulated cloud"),
        ("refresh", "make the state what the emulated cloud is"),
        ("destroy", "delete what a stack deployed"),
        ("outputs", "print what a stack exports"),
        ("cancel", "end a run that is at work on a stack, and clear its locks"),
    ):
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        count = "*" if name == "preview" else "+"
        command.add_argument("stacks", nargs=count, metavar="STACK", help="dev, staging, …")
        if name == "preview":
            every = "print all that the engine prints, and not in short what is to be known of it"
            command.add_argument("--verbose", action="store_true", help=every)
        if name == "outputs":
            command.add_argument("--json", action="store_true", help="as JSON, secrets in plain")
        elif name != "cancel":
            only = "only this resource, with wildcards: '**chat**'; may be repeated"
            command.add_argument("--target", action="append", default=[], metavar="URN", help=only)
    text = "any other command of the Pulumi CLI, on a stack of the sandbox: state unprotect URN, …"
    command = commands.add_parser("pulumi", parents=[common], help=text, description=text)
    command.add_argument("stacks", nargs=1, metavar="STACK", help="dev, staging, …")
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="what follows pulumi")
    text = "set or remove a value of a stack's file, as `pulumi config` does"
    command = commands.add_parser("config", parents=[common], help=text, description=_ABOUT_CONFIG)
    _add_config_arguments(command)
    text = "find the Pulumi CLI, or make one, and say which it is"
    commands.add_parser("engine", parents=[common], help=text, description=text)
    return parser


def _stacks(project: Path, asked: list[str]) -> list[str]:
    """The stacks to work on, each once. Raises UnknownStack or FileNotFoundError."""
    if not (project / "Pulumi.yaml").exists():
        raise FileNotFoundError(f"there is no Pulumi.yaml in {project}")
    known = stack_names(project)
    for stack in asked:
        if stack not in known:
            raise UnknownStack(stack, known)
    if not known:
        raise FileNotFoundError(f"there are no stack files in {project / 'stacks'}")
    return list(dict.fromkeys(asked)) or known


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def _engine(directory: Path) -> int:
    try:
        engine = find_engine(directory)
    except EngineUnavailable as why:
        say(_banner("NO PULUMI ENGINE: tests that need one will be skipped", why))
        return 0
    say(f"{engine.path} (Pulumi {engine.version})")
    return 0


def _banner(title: str, why: EngineUnavailable) -> str:
    line = "=" * max(len(title), 72)
    return "\n".join([line, title, *(f"  - {reason}" for reason in why.reasons), line])


def _without_engine(command: str, project: Path, stacks: list[str], why: EngineUnavailable) -> int:
    if command != "preview":
        complain(_banner(f"NO PULUMI ENGINE: {command} needs one", why))
        return 1
    say(_banner("NO PULUMI ENGINE: this is the offline plan instead of a preview", why))
    return max(_plan_offline(project, stack) for stack in stacks)


def _plan_offline(project: Path, stack: str) -> int:
    """The status of the plan of a stack's file, printed with commands that need no Pulumi CLI."""
    file = stack_file(project, stack).relative_to(project)
    command = [sys.executable, "-m", "availability", "plan", str(file)]
    done = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    other = None if project == PROJECT else project
    for write, printed in ((say, done.stdout), (complain, done.stderr)):
        for line in printed.splitlines():
            write(of_the_sandbox(line, stack, other))
    say("")
    return done.returncode


def _add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what `pulumi config set` and `rm` take."""
    parser.add_argument("action", choices=("set", "rm"), help="what to do with the value")
    parser.add_argument("key", metavar="KEY", help="vertex-residency:residency, …")
    parser.add_argument("value", metavar="VALUE", nargs="?", help="for set")
    parser.add_argument("--stack", "-s", required=True, metavar="STACK", help="dev, staging, …")
    parser.add_argument("--path", action="store_true", help="KEY leads into a map or a list")
    parser.add_argument("--plaintext", action="store_true", help="as it always is here")
    parser.add_argument("--type", choices=_TYPES, help="save the value as this type")


def _action(sandbox: Sandbox, stack: str, options: argparse.Namespace) -> Action:
    if options.command == "pulumi":
        words: list[str] = options.words
        return lambda told, warned: sandbox.run_on(stack, *words, on_line=told, on_error=warned)
    deploy = {
        "preview": sandbox.preview,
        "up": sandbox.up,
        "refresh": sandbox.refresh,
        "destroy": sandbox.destroy,
    }[options.command]
    targets = [word for urn in options.target for word in ("--target", urn)]
    return lambda told, warned: deploy(stack, *targets, on_line=told, on_error=warned)


def _report(sandbox: Sandbox, stack: str, command: str, action: Action) -> int:
    """Do it, and print what the engine prints."""
    project = _other_project(sandbox)
    result = action(
        lambda line: say(of_the_sandbox(line, stack, project)),
        lambda line: complain(of_the_sandbox(line, stack, project)),
    )
    return _status(sandbox, stack, command, result)


def _other_project(sandbox: Sandbox) -> Path | None:
    """The project, where it is not this one: a printed command has to name it then."""
    return None if sandbox.project == PROJECT else sandbox.project


def _report_short(sandbox: Sandbox, actions: Mapping[str, Action]) -> int:
    """Do them one after the other, and print at the end in short what came of them.

    What is not about a preview that succeeded is printed as it is, when it is there.
    """
    short: dict[str, Result] = {}
    failed: list[str] = []
    project = _other_project(sandbox)
    try:
        for stack, action in actions.items():
            complain(f"previewing {stack} …")
            held = _Held(stack, project)
            try:
                result = action(held.told, held.complained)
                if can_be_short(result):
                    short[stack] = result
                    held.forget()
            finally:
                held.release()
            if _status(sandbox, stack, "preview", result):
                failed.append(stack)
    finally:
        if short:
            options = [] if project is None else ["--project", str(project)]
            complain(f"in short; in full: {own_command('preview', '--verbose', *options, *short)}")
        for line in digest(short, project) if short else ():
            say(line)
        if failed and short:
            complain(f"error: no preview of {', '.join(failed)}: what failed is told above")
    return 1 if failed else 0


class _Held:
    """What an engine prints, in its order, until it is known whether it is to be printed."""

    def __init__(self, stack: str, project: Path | None) -> None:
        self._stack, self._project = stack, project
        self._lines: list[tuple[Callable[[str], None], str]] = []

    def told(self, line: str) -> None:
        """Hold a line of standard output."""
        self._lines.append((say, line))

    def complained(self, line: str) -> None:
        """Hold a line of standard error."""
        self._lines.append((complain, line))

    def forget(self) -> None:
        """Leave out what came on standard output."""
        self._lines = [(write, line) for write, line in self._lines if write is complain]

    def release(self) -> None:
        """Print what is held."""
        for write, line in self._lines:
            write(of_the_sandbox(line, self._stack, self._project))


def _status(sandbox: Sandbox, stack: str, command: str, result: Result) -> int:
    """The exit status, once it is said what a reader of the engine's output could not tell."""
    if result.ok:
        return 0
    if result.canceled:  # on a terminal, Ctrl-C may be a key that only the engine reads
        raise Interrupted
    check_room(sandbox.directory)
    if result.status < 0:
        killer = signal.Signals(-result.status).name
        complain(
            f"error: the engine was killed ({killer}) in the middle of {command} {stack}. What was "
            "finished is kept: run it again."
        )
    elif _on_terminal():
        other = _other_project(sandbox)
        where = [] if other is None else ["--project", str(other)]
        complain(
            f"note: a `pulumi …` that is advised above is, for the sandbox, "
            f"`{own_command('pulumi', *where, stack)} …`, and a `pulumi config …` is "
            f"`{own_command('config')} …`" + (f" with `{' '.join(where)}`" if where else "")
        )
    return 1


def _outputs(sandbox: Sandbox, stacks: list[str], *, as_json: bool) -> int:
    found: dict[str, Any] = {
        stack: sandbox.outputs(stack, show_secrets=as_json) for stack in stacks
    }
    if as_json:
        say(json.dumps(found if len(stacks) > 1 else found[stacks[0]], indent=2))
        return 0
    for stack, outputs in found.items():
        say(f"{stack}:" if outputs else f"{stack}: no outputs; is it up?")
        for name, value in outputs.items():
            say(
                f"  {name}: {json.dumps(value, indent=2, ensure_ascii=False)}".replace("\n", "\n  ")
            )
    return 0
