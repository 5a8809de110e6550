"""What an engine that was killed leaves in its file backend: locks, and files cut off.

The engine's own names and shapes, of its 3.250.0 (`pkg/backend/diy/lock.go`, `state.go`):
`.pulumi/locks/organization/PROJECT/STACK/ID.json` is a lock, and names process and host;
`.pulumi/stacks/PROJECT/STACK.json` is a state, with what it was before the last write beside it as
`.bak`; `.pulumi/backups/PROJECT/STACK/` has a copy from the end of every run.
"""

import glob
import json
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from . import running
from .files import replace


@dataclass(frozen=True)
class Lock:
    """A lock of a stack, by whom it says that it was taken; 0 and "" where it is cut off."""

    path: Path
    pid: int
    host: str

    @property
    def stale(self) -> bool:
        """Whether who took it is gone. Of another host nothing is known."""
        if not self.pid:
            return True
        return self.host == socket.gethostname() and not running.is_engine(self.pid)


class StackInUse(Exception):
    """Another process works on the stack; `lock` is its lock."""

    def __init__(self, stack: str, lock: Lock) -> None:
        self.stack = stack
        self.lock = lock
        super().__init__(
            f"another run is at work on {stack} (process {lock.pid} on {lock.host}). Wait for it, "
            "or end it with `pulumi cancel`."
        )


class BrokenState(Exception):
    """A stack's state can't be read, and there is no whole copy of it."""

    def __init__(self, stack: str, path: Path) -> None:
        self.path = path
        super().__init__(
            f"the state of {stack} is cut off, and no copy of it is whole: {path}. Delete that "
            "file and run `up` again: what the emulated cloud has already, it will name."
        )


def clear_stale_locks(backend: Path, stack: str) -> list[Lock]:
    """Delete the locks whose process is gone; answers those that remain."""
    found = locks(backend, stack)
    for lock in found:
        if lock.stale:
            lock.path.unlink(missing_ok=True)
    return [lock for lock in found if lock.path.exists()]


def locks(backend: Path, stack: str) -> list[Lock]:
    """The stack's locks."""
    files = (backend / ".pulumi" / "locks").glob(f"*/*/{glob.escape(stack)}/*.json")
    return [_lock(path) for path in sorted(files)]


def cancel(backend: Path, stack: str, say: Callable[[str], object]) -> None:
    """End the runs that hold the stack, in order if they will, and clear its locks.

    A run on another host can't be ended from here: only its lock is cleared. Raises
    PermissionError where a run is another user's.
    """
    held = clear_stale_locks(backend, stack)
    for lock in held:
        if lock.host == socket.gethostname():
            say(f"asking the run on {stack} to end in order (process {lock.pid})")
            running.end(lock.pid, first=signal.SIGINT)
            say(f"the run on {stack} has ended (process {lock.pid})")
        else:
            say(f"cleared the lock of {lock.host} (process {lock.pid}), which may still be at work")
        lock.path.unlink(missing_ok=True)
    if not held:
        say(f"no run is at work on {stack}")


def mend(backend: Path, home: Path, stack: str) -> str | None:
    """Make whole what a killed engine or a full disk cut off; answers what a user should know.

    Raises BrokenState.
    """
    for settings in (home / "workspaces").glob("*.json"):
        if _read(settings) is None:  # says which stack is selected: no command relies on an earlier
            settings.unlink(missing_ok=True)
    for sidecar in (backend / ".pulumi").rglob("*.attrs"):
        if _read(sidecar) is None:  # a description of the file beside it, which needs none
            sidecar.unlink(missing_ok=True)
    meta = backend / ".pulumi" / "meta.yaml"
    if meta.exists() and not meta.stat().st_size:  # the engine writes it again where there is none
        meta.unlink(missing_ok=True)
    for path in _states(backend, stack):
        if _read(path) is None:
            return _restore(backend, stack, path)
    return None


def is_known(backend: Path, project: str, stack: str) -> bool:
    """Whether the backend has a state of a project's stack."""
    return (backend / ".pulumi" / "stacks" / project / f"{stack}.json").is_file()


def interrupted_operations(backend: Path, stack: str) -> list[str]:
    """What an engine that was killed was doing: `creating NAME (TYPE)` and so on."""
    return [
        f"{operation['type']} {resource['urn'].rsplit('::', 1)[-1]} ({resource['type']})"
        for path in _states(backend, stack)
        for operation in _pending(_read(path) or {})
        for resource in [operation["resource"]]
    ]


def _pending(state: dict[str, Any]) -> list[dict[str, Any]]:
    checkpoint: dict[str, Any] = state.get("checkpoint") or {}
    latest: dict[str, Any] = checkpoint.get("latest") or {}
    return latest.get("pending_operations") or []


def _lock(path: Path) -> Lock:
    content = _read(path) or {}
    pid = content.get("pid")
    return Lock(path, pid if isinstance(pid, int) else 0, str(content.get("hostname", "")))


def _states(backend: Path, stack: str) -> list[Path]:
    return sorted((backend / ".pulumi" / "stacks").glob(f"*/{glob.escape(stack)}.json"))


def _restore(backend: Path, stack: str, path: Path) -> str:
    """Put the newest whole copy in the place of a state."""
    backups = backend / ".pulumi" / "backups" / path.parent.name / stack
    copies = [path.with_name(f"{path.name}.bak"), *backups.glob("*.json")]
    for copy in sorted(filter(Path.exists, copies), key=_time, reverse=True):
        if _read(copy) is not None:
            kept = path.with_name(f"{path.name}.broken")
            os.replace(path, kept)  # noqa: PTH105 -- replaces one of an earlier time, too
            replace(path, copy.read_bytes())
            return (
                f"the state of {stack} was cut off, and is now what it was one write before. "
                f"What was made since is not in it; the broken file is kept as {kept}"
            )
    raise BrokenState(stack, path)


def _time(path: Path) -> float:
    return path.stat().st_mtime


def _read(path: Path) -> dict[str, Any] | None:
    """A JSON object; None where the file is empty or cut off."""
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        return None
    return cast("dict[str, Any]", content) if isinstance(content, dict) else None
