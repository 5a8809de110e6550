"""The JSON files of other tools: how one is read, and what is said of one that is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from availability.input.errors import BadInput, Problem, shown

STANDARD_INPUT = "-"


class Document(BaseModel):
    """A part of such a file: what it has besides is let be, as newer versions add to it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Made = TypeVar("Made", bound=Document)


def read_document(name: str, made_by: str) -> dict[str, object]:
    """The JSON object of a file, or of standard input for `-`; `made_by` is the command for it.

    Raises BadInput for what is no file, no JSON, or no object.
    """
    try:
        raw = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise BadInput([Problem(name, f"cannot be read: {reason}")]) from error
    try:
        # A shell on Windows writes UTF-16 with a mark, and other programs UTF-8 with one.
        text = raw.decode(json.detect_encoding(raw))
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
        message = f"is no JSON{where}: it is what `{made_by}` prints"
        raise BadInput([Problem(name, message)]) from error
    if not isinstance(document, dict):
        message = f"expected what `{made_by}` prints, not {shown(document)}"
        raise BadInput([Problem(name, message)])
    return cast("dict[str, object]", document)


def validated(kind: type[Made], document: object, name: str, made_by: str) -> Made:
    """The document as this kind. Raises BadInput with every place that is of another form."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise BadInput(
            Problem(
                name,
                f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}; "
                f"expected what `{made_by}` prints",
            )
            for wrong in error.errors(include_url=False, include_input=False)
        ) from error
