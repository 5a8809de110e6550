"""What is done to the text of a stack's file, as a unified diff."""

from __future__ import annotations

import difflib

from availability.input.printed import plain_line
from availability.stack.source import Source
from availability.stack.yaml_tree import LINE_BREAK

_NO_BREAK = "\\ No newline at end of file"


def diff_lines(before: Source, after: Source) -> list[str]:
    """The unified diff of a stack's file, each line without its break; empty for no change."""
    name = str(before.path)
    texts = _lines(before.text), _lines(after.text)
    lines: list[str] = []
    for line in difflib.unified_diff(*texts, name, name, lineterm=""):
        text = line.rstrip("\r\n")
        lines.append(plain_line(text))
        if text == line and line[0] in " +-" and not line.startswith(("--- ", "+++ ")):
            lines.append(_NO_BREAK)
    return lines


def _lines(text: str) -> list[str]:
    """The lines of a text with their breaks, as YAML counts them."""
    ends = [match.end() for match in LINE_BREAK.finditer(text)]
    starts = [0, *ends]
    lines = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return lines if lines[-1] else lines[:-1]
