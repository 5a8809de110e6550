"""Facts from a file that was validated when it was made, without validating it again.

A snapshot has thousands of facts, and what pydantic needs before it can look at the first of them
takes longer than reading them all. The digest beside the file says that it is unchanged since;
without it nothing comes here (see `library`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

_Make = Callable[[Any], Any]


def digest(content: bytes) -> str:
    """What stands in the file beside a snapshot: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@cache
def maker(annotation: Any) -> _Make | None:
    """What turns the JSON of a valid value into the value; None where they are the same."""
    origin, parameters = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return maker(parameters[0])
    if origin in (UnionType, Union):
        [inner] = [maker(parameter) for parameter in parameters if parameter is not NoneType]
        return inner
    if origin is tuple:
        inner = maker(parameters[0])
        return tuple if inner is None else lambda items: tuple(map(inner, items))
    if origin is dict and (inner := maker(parameters[1])) is not None:
        return lambda items: {key: inner(value) for key, value in items.items()}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return annotation
    return dt.date.fromisoformat if annotation is dt.date else None


def _model(shape: type[BaseModel]) -> _Make:
    """Makes what `shape.model_validate` would, of a map without mistakes."""
    fields = {
        field.alias or name: (name, maker(field.annotation))
        for name, field in shape.model_fields.items()
    }
    # Every field in its order, those that have to be given included: it is how they are written.
    blank = {name: field.get_default() for name, field in shape.model_fields.items()}
    put = object.__setattr__

    def make(document: dict[str, Any]) -> BaseModel:
        given = {
            name: value if inner is None or value is None else inner(value)
            for key, value in document.items()
            for name, inner in (fields[key],)
        }
        made = shape.__new__(shape)
        put(made, "__dict__", blank | given)
        put(made, "__pydantic_fields_set__", set(given))
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return make
