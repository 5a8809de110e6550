"""Standard output and standard error, as the command line writes to them.

A reader that closes early, as `head` does, changes nothing of the exit status.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TextIO

from availability.input import shell
from availability.input.calls import own_call
from availability.input.printed import json_text

if TYPE_CHECKING:
    from availability.report.columns import Table

_DECIDING = (
    r"shut down|closed to new projects|served nowhere|not served|nothing says|does not (offer|say)|"
    r"no (published )?commitment|no location|outside|a preview|is no model|stands for|refused"
)
"""What a reader of a headline looks for, where the terminal has colour."""


class NotWritten(Exception):
    """Standard output takes no more, though its reader is there: a full disk, say."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"standard output: cannot be written: {error.strerror or error}")


def write(text: str) -> None:
    """The text and a line break on standard output.

    What nobody reads any more is dropped. Raises NotWritten where it is not written for another
    reason.
    """
    error = _write(text, sys.stdout)
    if error is not None and not isinstance(error, BrokenPipeError):
        raise NotWritten(error) from error


def write_error(text: str) -> None:
    """The text and a line break on standard error; where that fails, there is nobody to tell."""
    _write(text, sys.stderr)


def _write(text: str, stream: TextIO | None) -> OSError | None:
    """Why the text was not written; a stream that was closed from the start (None) takes it all."""
    if stream is None:
        return None
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        _drop(stream)
        return error
    return None


def write_json(document: object) -> None:
    """A document; in ASCII where the terminal is not Unicode."""
    encoding = getattr(sys.stdout, "encoding", None) or ""
    write(json_text(document, ascii_only=not encoding.lower().startswith("utf")))


def write_lines(lines: Iterable[str]) -> None:
    """Lines of text; where the terminal has colour and nobody minds, with some of it."""
    output: TextIO | None = sys.stdout
    if output is None or not output.isatty() or os.environ.get("NO_COLOR"):
        write("\n".join(lines))
        return
    from rich.console import Console
    from rich.text import Text

    own = re.escape(shell.join(own_call()))
    console = Console(soft_wrap=True, highlight=False)
    with console.capture() as capture:
        for line in lines:
            styled = Text(line)
            if not line.startswith(" "):
                styled.highlight_regex(_DECIDING, "red")
            styled.highlight_regex(r"all \d+ placed", "green")
            styled.highlight_regex(r"^  warning", "yellow")
            styled.highlight_regex(rf"^     ({own}|pulumi config).*", "cyan")
            console.print(styled)
    write(capture.get().removesuffix("\n"))


def write_table(make: Callable[[int], Table]) -> None:
    """The table that `make` makes for the columns of the terminal."""
    width = shutil.get_terminal_size().columns
    write("\n".join(make(width).lines(width)))


def flush() -> None:
    """Whatever others have printed, the help of a command for one."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        if stream is not None:
            try:
                stream.flush()
            except OSError:
                _drop(stream)


def _drop(stream: TextIO) -> None:
    """From now on the stream's texts go nowhere, what is left in its buffer among them.

    Python writes that at the end of the process, and would leave with a status of its own.
    """
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except OSError:  # a stream without a file, as tests have it
        return
