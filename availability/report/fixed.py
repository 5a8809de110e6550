"""What `plan --fix` does to the file of a stack, as text and as JSON."""

from __future__ import annotations

import difflib

from availability.input import shell
from availability.input.printed import plain_line
from availability.input.wrap import wrapped
from availability.stack.fix import Fixed
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


def fixed_lines(fixed: Fixed) -> list[str]:
    """Which fixes they are, and the diff."""
    lines: list[str] = []
    for choice, alternative in fixed.fixes:
        lines += wrapped(f"{choice}: {alternative.text}", "", "  ")
    return [*lines, "", *diff_lines(fixed.before, fixed.after)]


def how_to_write(fixed: Fixed, options: list[str]) -> str:
    """The command that writes what was shown; `options` are others that were given."""
    words = ["python", "-m", "availability", "plan", shell.as_argument(fixed.before.path)]
    for choice, _ in fixed.fixes:
        words += ["--fix", str(choice)]
    return shell.join([*words, *options, "--yes"])


def fixed_document(fixed: Fixed, *, written: bool) -> dict[str, object]:
    """`{file, fixed: [{deployment, fix, text, command}], diff, written}`."""
    return {
        "file": str(fixed.before.path),
        "fixed": [
            {
                "deployment": choice.deployment,
                "fix": choice.number,
                "text": alternative.text,
                "command": alternative.command,
            }
            for choice, alternative in fixed.fixes
        ],
        "diff": "".join(f"{line}\n" for line in diff_lines(fixed.before, fixed.after)),
        "written": written,
    }
