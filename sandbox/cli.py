"""The sandbox's command line.

Exit status: 0, or 1 when the engine fails or there is none, or 2 for arguments that make no
sense. Where there is no engine a preview answers with the offline plan, and with its status.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .engine import EngineUnavailable, find_engine
from .files import stack_file, stack_names
from .workspace import EngineFailed, Result, Sandbox, UnknownStack

DIRECTORY = ".sandbox"
"""The folder in a project that holds everything of its sandbox."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    options = _parser().parse_args(arguments)
    project: Path = options.project.resolve()
    directory = project / DIRECTORY
    if options.command == "engine":
        return _engine(directory)
    try:
        stacks = _stacks(project, options.stacks)
    except (UnknownStack, FileNotFoundError) as mistake:
        print(f"error: {mistake}", file=sys.stderr)
        return 2
    try:
        engine = find_engine(directory)
    except EngineUnavailable as why:
        return _without_engine(options.command, project, stacks, why)
    sandbox = Sandbox(project, directory, engine, terminal=_on_terminal())
    try:
        if options.command == "outputs":
            return _outputs(sandbox, stacks, as_json=options.json)
        targets = [word for urn in options.target for word in ("--target", urn)]
        return max(_deploy(sandbox, options.command, stack, targets) for stack in stacks)
    except EngineFailed as failure:
        print(failure, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="Deploy the project's stacks on this machine: the real Pulumi engine, "
        "an emulated Google Cloud, and everything it writes under .sandbox/.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--project",
        type=Path,
        default=Path(__file__).resolve().parents[1],
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
    ):
        command = commands.add_parser(name, parents=[common], help=text, description=text)
        count = "*" if name == "preview" else "+"
        command.add_argument("stacks", nargs=count, metavar="STACK", help="dev, staging, …")
        if name == "outputs":
            command.add_argument("--json", action="store_true", help="as JSON, secrets in plain")
        else:
            only = "only this resource, with wildcards: '**chat**'; may be repeated"
            command.add_argument("--target", action="append", default=[], metavar="URN", help=only)
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
        print(_banner("NO PULUMI ENGINE: tests that need one will be skipped", why))
        return 0
    print(f"{engine.path} (Pulumi {engine.version})")
    return 0


def _banner(title: str, why: EngineUnavailable) -> str:
    line = "=" * max(len(title), 72)
    return "\n".join([line, title, *(f"  - {reason}" for reason in why.reasons), line])


def _without_engine(command: str, project: Path, stacks: list[str], why: EngineUnavailable) -> int:
    if command != "preview":
        print(_banner(f"NO PULUMI ENGINE: {command} needs one", why), file=sys.stderr)
        return 1
    print(_banner("NO PULUMI ENGINE: this is the offline plan instead of a preview", why))
    sys.stdout.flush()
    files = [str(stack_file(project, stack).relative_to(project)) for stack in stacks]
    plan = [sys.executable, "-m", "availability", "plan", *files]
    return subprocess.run(plan, cwd=project, check=False).returncode


def _deploy(sandbox: Sandbox, command: str, stack: str, options: list[str]) -> int:
    action = {
        "preview": sandbox.preview,
        "up": sandbox.up,
        "refresh": sandbox.refresh,
        "destroy": sandbox.destroy,
    }[command]
    result: Result = action(stack, *options, on_line=_print, on_error=_complain)
    return 0 if result.ok else 1


def _print(line: str) -> None:
    print(line, flush=True)


def _complain(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _outputs(sandbox: Sandbox, stacks: list[str], *, as_json: bool) -> int:
    found: dict[str, Any] = {
        stack: sandbox.outputs(stack, show_secrets=as_json) for stack in stacks
    }
    if as_json:
        print(json.dumps(found if len(stacks) > 1 else found[stacks[0]], indent=2))
        return 0
    for stack, outputs in found.items():
        print(f"{stack}:" if outputs else f"{stack}: no outputs; is it up?")
        for name, value in outputs.items():
            print(
                f"  {name}: {json.dumps(value, indent=2, ensure_ascii=False)}".replace("\n", "\n  ")
            )
    return 0
