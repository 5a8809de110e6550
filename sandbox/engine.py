"""Where the Pulumi CLI comes from: the machine, or its Go module.

It is built from sources that `go.sum` has the hash of, each. Nothing that comes from the network
without one is run. Nothing is installed outside the given directory, and nothing of the user's is
changed.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi.automation import PulumiCommand
from pulumi.automation.errors import InvalidVersionError

from .progress import Progress

SWITCH: Final = "VERTEX_RESIDENCY_ENGINE"
"""Set to `none`, this environment variable makes every attempt fail."""
INSTALLATION: Final = "https://www.pulumi.com/docs/install/"
MODULE: Final = "github.com/pulumi/pulumi/pkg/v3"
GO_MODULE: Final = Path(__file__).parent / "pulumi_cli"
"""The folder whose `go.mod` and `go.sum` pin the CLI and all that it is built from."""

_ENVIRONMENT = threading.Lock()


class EngineUnavailable(Exception):
    """No Pulumi CLI can be had here. `reasons` has one line an attempt."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("no Pulumi engine can be had:\n" + "\n".join(f"- {r}" for r in reasons))


@dataclass(frozen=True)
class Engine:
    """A usable Pulumi CLI."""

    command: PulumiCommand
    path: Path
    version: str


class _Failed(Exception):
    """An attempt that came to nothing, and why."""


def find_engine(directory: Path, say: Callable[[str], None] | None = None) -> Engine:
    """A Pulumi CLI that the Automation API accepts; makes one in `directory/bin` if need be.

    `say` is told what takes long; by default that goes to standard error. Processes that ask at
    the same time wait for the first one's result. Raises EngineUnavailable.
    """
    attempts: tuple[tuple[str, Callable[[], Engine]], ...] = (
        ("pulumi on PATH", lambda: _from_path(directory)),
        (f"{directory.name}/bin", lambda: _from_root(directory)),
    )
    efforts: tuple[tuple[str, Callable[[], Engine]], ...] = (
        (f"{directory.name}/bin", lambda: _from_root(directory)),
        ("the Go module", lambda: _build(directory, say)),
    )
    reasons: dict[str, str] = {}
    if os.environ.get(SWITCH) == "none":
        names = dict.fromkeys(name for name, _ in (*attempts, *efforts))
        raise EngineUnavailable(tuple(f"{name}: refused by {SWITCH}=none" for name in names))
    for name, attempt in attempts:
        try:
            return attempt()
        except _Failed as why:
            reasons[name] = str(why)
    try:
        with _lock(directory):
            for name, effort in efforts:
                try:
                    return effort()
                except _Failed as why:
                    reasons[name] = str(why)
    except OSError as why:
        reasons["the Go module"] = f"nothing can be written to {directory}: {why.strerror}"
    raise EngineUnavailable(tuple(f"{name}: {why}" for name, why in reasons.items()))


def _from_path(directory: Path) -> Engine:
    found = shutil.which("pulumi")
    if found is None:
        raise _Failed("there is none")
    return _usable(Path(found), None, directory)


def _from_root(directory: Path) -> Engine:
    path = directory / "bin" / "pulumi"
    if not path.exists():
        raise _Failed("there is none")
    return _usable(path, directory, directory)


def _usable(path: Path, root: Path | None, directory: Path) -> Engine:
    try:
        with _pulumi_home(directory / "home"):
            command = PulumiCommand(str(root) if root else None)
    except (OSError, subprocess.CalledProcessError, InvalidVersionError) as why:
        raise _Failed(f"{path} can't be used: {why}") from why
    return Engine(command, path, str(command.version))


def _build(directory: Path, say: Callable[[str], None] | None) -> Engine:
    if shutil.which("go") is None:
        raise _Failed(
            f"there is no go on PATH to build it with; or install the CLI: {INSTALLATION}"
        )
    (directory / "bin").mkdir(exist_ok=True)
    version = pinned_version((GO_MODULE / "go.mod").read_text())
    made = directory / "bin" / f".pulumi-{os.getpid()}"
    stamp = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
    build = ["build", "-v", "-mod=readonly", "-ldflags", f"-s -w -X {stamp}={version}"]
    build += ["-o", str(made)]
    try:
        with Progress(f"building the Pulumi CLI {version} from its Go module", say) as progress:
            listed = _go(progress, ["list", "-deps", "-mod=readonly"], "downloading its modules")
            packages = [line for line in listed.splitlines() if not line.startswith("go: ")]
            _go(progress, build, "compiling and linking its packages", len(packages))
        made.replace(directory / "bin" / "pulumi")
    finally:
        made.unlink(missing_ok=True)
    return _from_root(directory)


def _go(progress: Progress, words: Sequence[str], phase: str, total: int = 0) -> str:
    """What a command of Go's about the CLI prints. Raises _Failed where it fails."""
    environment = os.environ | {"CGO_ENABLED": "0", "GOWORK": "off"}
    command = ["go", *words, f"{MODULE}/cmd/pulumi"]
    status, output = progress.watch(command, phase, total, cwd=GO_MODULE, env=environment)
    if status != 0:
        raise _Failed(f"go {words[0]} failed: {_last_line(output)}")
    return output


def pinned_version(go_mod: str) -> str:
    """The version of the CLI that a `go.mod` requires, such as `v3.250.0`; ValueError if none."""
    found = re.search(rf"^\s*{re.escape(MODULE)}\s+(v\S+)", go_mod, re.MULTILINE)
    if found is None:
        raise ValueError(f"go.mod does not require {MODULE}")
    return found[1]


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


@contextmanager
def _pulumi_home(home: Path) -> Generator[None]:
    """Even `pulumi version` writes a log into its home, and PulumiCommand takes no environment."""
    with _ENVIRONMENT:
        before = os.environ.get("PULUMI_HOME")
        os.environ["PULUMI_HOME"] = str(home)
        try:
            yield
        finally:
            del os.environ["PULUMI_HOME"]
            if before is not None:
                os.environ["PULUMI_HOME"] = before


@contextmanager
def _lock(directory: Path) -> Generator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "engine.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another process that is making the engine", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
