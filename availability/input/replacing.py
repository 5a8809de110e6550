"""Files that are given another content: all of it, or nothing of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_NAME = 100
"""The most characters of a file's name that the one beside it has: it needs some of its own."""


@contextmanager
def replacement(target: Path) -> Generator[IO[bytes]]:
    """A file beside the target, which takes its place once the block has ended.

    Another process sees the old content or the new one. Where the block fails, the target is as it
    was, and nothing is left beside it. Raises OSError.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:_NAME]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
