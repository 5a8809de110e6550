"""The option `--format` of the commands that have it, beside `--json`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from availability.input.errors import BadInput, Problem
from availability.input.likeness import nearest


def format_of(options: argparse.Namespace, formats: Sequence[str]) -> str:
    """The format that is asked for, the first of the known ones where none is.

    Raises BadInput for an unknown one, and for another than JSON beside `--json`.
    """
    word: str = formats[0] if options.format is None else options.format
    if options.json:
        if options.format not in (None, "json"):
            raise BadInput([Problem("--format", f"{word} and --json exclude each other")])
        return "json"
    if word in formats:
        return word
    message = f"unknown format {word!r}; it is one of {', '.join(formats)}"
    raise BadInput([Problem("--format", message, tuple(nearest(word, formats)))])
