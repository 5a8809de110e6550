"""What `plan --fix` does to the file of a stack, as text and as JSON."""

from __future__ import annotations

from availability.input import shell
from availability.input.calls import own_call
from availability.input.wrap import wrapped
from availability.report.file_difference import diff_lines
from availability.stack.fix import Fixed


def fixed_lines(fixed: Fixed) -> list[str]:
    """Which fixes they are, and the diff."""
    lines: list[str] = []
    for choice, alternative in fixed.fixes:
        lines += wrapped(f"{choice}: {alternative.text}", "", "  ")
    return [*lines, "", *diff_lines(fixed.before, fixed.after)]


def how_to_write(fixed: Fixed, options: list[str]) -> str:
    """The command that writes what was shown; `options` are others that were given."""
    words = own_call("plan", shell.as_argument(fixed.before.path))
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
