"""Commands that can be pasted into a POSIX shell, and into PowerShell as well.

Both take a text in single quotes as it is, and one in double quotes as long as it holds nothing
that either of them would expand. PowerShell also takes the curly quotation marks for quotation
marks (about_Quoting_Rules), splits an option at a dot or a colon, reads `a,b` as a list and `@a` as
a variable; zsh reads `=a` as the path of a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from availability.input.printed import plain

_SINGLE = "'‘’‚‛"
_DOUBLE = '"“”„'
_BARE = re.compile(r"(?![@=])(?!-[^-].*[.:])[A-Za-z0-9_%+=:./@-]+", re.ASCII)


def join(words: Iterable[str]) -> str:
    """The words as one command, each quoted where it has to be.

    A word with control characters has no form that can be printed on a line: they are shown as
    escapes, so that the command does not work, and does no harm. `can_be_typed` tells.
    """
    return " ".join(quoted(word) for word in words)


def in_order(commands: Iterable[str]) -> str:
    """Commands of which each runs only after the one before it worked.

    Every POSIX shell has `&&`, and so has PowerShell from 7 on; Windows PowerShell has not.
    """
    return " && ".join(commands)


def quoted(word: str) -> str:
    """The word as a shell has to be given it, in quotes only where it needs them."""
    word = plain(word)
    if _BARE.fullmatch(word):
        return word
    if not any(sign in word for sign in _SINGLE):
        return f"'{word}'"
    if not any(sign in word for sign in f"{_DOUBLE}$`\\!"):
        return f'"{word}"'
    # No text in one pair of quotes is the same to all: a POSIX shell takes the parts together, and
    # PowerShell, which takes them apart, expands none of them.
    parts = re.findall(rf"[{_SINGLE}]+|[^{_SINGLE}]+", word)
    return "".join(f'"{part}"' if part[0] in _SINGLE else f"'{part}'" for part in parts)


def quoted_path(path: Path) -> str:
    """The path of a file as a word that no program takes for an option."""
    return quoted(as_argument(path))


def as_argument(path: Path) -> str:
    """The path of a file, such that no program takes it for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)


def can_be_typed(words: Iterable[str]) -> bool:
    """Whether a printed command can say all of the words as they are."""
    return all(plain(word) == word for word in words)
