"""Files that a command is told to write: all of one or nothing of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from availability.input.errors import BadInput, Problem
from availability.input.replacing import replacement


def write_file(name: str, text: str, option: str) -> None:
    """Writes the file that an option names, in UTF-8, over what is there.

    Another process sees the old content or the new one. A link stays a link, and a device or a
    pipe is written to as it is. Raises BadInput where it can't be written.
    """
    content = text.encode("utf-8", errors="replace")
    try:
        path = Path(os.path.realpath(name))
        if path.exists() and not path.is_dir() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path, content)
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = error.strerror if isinstance(error, OSError) else None
        raise BadInput(
            [Problem(option, f"{name}: cannot be written: {reason or error}")]
        ) from error


def _replace(path: Path, content: bytes) -> None:
    if path.is_dir():
        raise OSError(0, "it is a folder: name a file in it")
    if not path.parent.is_dir():
        raise OSError(0, f"there is no folder {path.parent}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    with replacement(path) as file:
        file.write(content)
        os.fchmod(file.fileno(), mode)


def _umask() -> int:
    """What a file that is made here is not allowed; it can't be asked without being set."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
