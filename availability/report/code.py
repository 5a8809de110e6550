"""Code in Markdown: what was typed, as a code host shows it and never reads it.

In code nothing is read but the end of it: no HTML, no link, no image (CommonMark 0.31, code spans
and fenced code blocks), and GitHub looks for no mentions and no references to issues there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from availability.input.printed import plain, plain_line


def code_span(text: str) -> str:
    """The text as code within a line."""
    text = plain(text) or " "
    fence = "`" * (_longest_run(text) + 1)
    # A backtick at either end needs a blank beside it, and blanks at both ends are taken away.
    inner = f" {text} " if text[0] in "` " or text[-1] in "` " else text
    return f"{fence}{inner}{fence}"


def code_cell(text: str) -> str:
    r"""The text as code in the cell of a table, in which `|` needs a backslash and ends code, too.

    Readers do not agree on `\|` as it is typed: there, the backslash is shown as an escape.
    """
    return code_span(plain(text).replace("\\|", r"\x5c|")).replace("|", r"\|")


def code_block(lines: Sequence[str]) -> list[str]:
    """The lines as a block of code."""
    shown = [plain_line(line) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, shown), default=0))
    return [f"{fence}text", *shown, fence]


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
