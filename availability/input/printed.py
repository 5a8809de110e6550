"""What was typed, as it is printed: nothing of it reaches a reader as code.

A name, a key, a reason or a path comes from a person, and its text may hold what a terminal, a CI
system, Pulumi's engine or a browser would take for an instruction. Every text that leaves this
project passes through here last, whoever composed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

# GitHub's runner takes `##[command]` for a workflow command anywhere in a line, and `::command::`
# where a line starts with it, after blanks (actions/runner, ActionCommand.cs). Azure Pipelines has
# `##vso[…]` and TeamCity `##teamcity[…]`.
_ANYWHERE = re.compile(r"#(?=#[\w-]*\[)")
_AT_START = re.compile(r"^(\s*):(?=:)")
# Pulumi's engine colours what stands between these two, and panics at a colour that it does not
# know (pulumi/pulumi, sdk/go/common/diag/colors/colors.go).
_COLOUR = {"<{%": r"<\x7b%", "%}>": r"%\x7d>"}
_OUTSIDE_ASCII = re.compile(r"[^\n -~]")


def plain(text: str) -> str:
    r"""The text with its control characters and commands of CI systems as visible escapes.

    Escaped are characters that show nothing of their own, as Python's `repr` does it: controls (C0
    and C1), line breaks of all kinds, signs that turn the direction of writing, blanks other than
    the space, halves of surrogate pairs. The result is one line.

    >>> print(plain("x\n\x1b[2J##[stop]"))
    x\n\x1b[2J\x23#[stop]
    """
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else _escape(character) for character in text
        )
    text = _ANYWHERE.sub(r"\\x23", text)
    for typed, shown in _COLOUR.items():
        text = text.replace(typed, shown)
    return text


def cut(text: str, most: int) -> str:
    """The text, or the beginning of one that has too many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain_line(text: str) -> str:
    """The text as a line of its own, which no CI system takes for a command."""
    return _AT_START.sub(r"\1\\x3a", plain(text))


def plain_lines(text: str) -> str:
    """A text of several lines, all of them printable."""
    return "\n".join(plain_line(line) for line in text.split("\n"))


def json_text(document: object, *, ascii_only: bool = False) -> str:
    r"""The document as JSON, in which all that is not plain is escaped: its values are the same.

    A half of a surrogate pair, of a file's name that is no Unicode, becomes U+FFFD: it has no form
    that every reader of JSON takes.
    """
    import json  # a start is mostly imports, and few print a document

    def escaped(match: re.Match[str]) -> str:
        character = match[0]
        if "\ud800" <= character <= "\udfff":
            return r"\ufffd"
        if character.isprintable() and not ascii_only:
            return character
        # Python's `json` leaves the delete character as it is.
        return json.dumps(character)[1:-1] if character != "\x7f" else r"\u007f"

    text = _indented(document, "\n", json.JSONEncoder(ensure_ascii=False).encode)
    if not text.isascii() or "\x7f" in text:
        text = _OUTSIDE_ASCII.sub(escaped, text)
    return _ANYWHERE.sub(r"\\u0023", text)


def _indented(value: object, line: str, encode: Callable[[object], str]) -> str:
    """The value as `json.dumps` writes it with `indent=2`, in a third of the time.

    `json` indents in Python and sign by sign. `line` is the line break with the indentation of what
    stands around, and `encode` writes what has no parts.
    """
    if isinstance(value, str) or not value:
        return encode(value)
    inner = f"{line}  "
    if isinstance(value, dict):
        parts = [
            f"{encode(key if isinstance(key, str) else encode(key))}: "
            f"{_indented(item, inner, encode)}"
            for key, item in cast("dict[object, object]", value).items()
        ]
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if isinstance(value, list | tuple):
        parts = [_indented(item, inner, encode) for item in cast("list[object]", value)]
        return f"[{inner}{f',{inner}'.join(parts)}{line}]"
    return encode(value)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
