"""Writes a file anew, all of it or nothing of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from availability.input.errors import BadInput, Problem
from availability.input.replacing import replacement


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Gives a file another content, and leaves everything else of it as it is.

    Another process sees the old content or the new one; where it fails, the file is as it was. A
    link stays a link to the file, which keeps its owner and its permissions. `before` is what was
    read of it: what somebody has written since is not overwritten. Raises BadInput.
    """
    try:
        target = Path(os.path.realpath(path))
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _error(path, "is no file of its own")
        if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
            raise _error(path, "is read-only")
        _replace(path, target, status, before, after)
    except OSError as error:
        raise _error(path, error.strerror or str(error)) from error


def _replace(path: Path, target: Path, status: os.stat_result, before: bytes, after: bytes) -> None:
    with replacement(target) as file:
        handle = file.fileno()
        file.write(after)
        file.flush()
        os.fsync(handle)
        if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(PermissionError):  # only root gives a file away
                os.fchown(handle, status.st_uid, status.st_gid)
        os.fchmod(handle, stat.S_IMODE(status.st_mode))
        if target.read_bytes() != before:
            raise _error(path, "was changed meanwhile: run it again")


def _error(path: Path, why: str) -> BadInput:
    return BadInput([Problem(str(path), f"cannot be written: {why}")])
