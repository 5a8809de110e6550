"""Prints for a reader that may go away: `head` takes ten lines, and the command goes on to its end.

An `up` is not to stop half-way because nobody reads on, and its exit status stays its own.
"""

import errno
import os
import sys
from typing import TextIO


def say(line: str) -> None:
    """Print a line on standard output, as long as somebody reads there."""
    _write(line, sys.stdout)


def complain(line: str) -> None:
    """Print a line on standard error, as long as somebody reads there."""
    _write(line, sys.stderr)


def flush() -> None:
    """Write out what is printed, so that nothing is left to fail when Python exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as why:
            _give_up(stream, why)


def _write(line: str, stream: TextIO) -> None:
    try:
        print(line, file=stream, flush=True)
    except OSError as why:
        _give_up(stream, why)


def _give_up(stream: TextIO, why: OSError) -> None:
    """Have the stream write to nowhere, what is in its buffer included, where nobody reads it.

    Raises any other error than that of a closed pipe or a closed terminal.
    """
    if why.errno not in (errno.EPIPE, errno.EIO):
        raise why
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
