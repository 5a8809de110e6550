"""Prints for a reader that may go away: `head` takes ten lines, and the command goes on to its end.

An `up` is not to stop half-way because nobody reads on, and its exit status stays its own.
"""

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
        except BrokenPipeError:
            _silence(stream)


def _write(line: str, stream: TextIO) -> None:
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Have the stream write to nowhere, what is in its buffer included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
