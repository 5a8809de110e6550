"""What the declarations of keys are made of, and how a map is read by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from availability.input.case import camel_case
from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import LIMIT
from availability.input.maps import unknown_key
from availability.stack.misspelt_keys import meant_by


@dataclass(frozen=True)
class ReadBy:
    """What reads a key's value: it answers what the value says, of the field's type, or raises.

    pydantic validates nothing beside it. So no schema is built, at each start, of all the types
    that values have.
    """

    reader: Callable[[object], object]
    """Raises BadInput."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(_in_camel_case)
        return core_schema.no_info_plain_validator_function(self.reader, serialization=written)


def _in_camel_case(value: object) -> object:
    """What was read, with the parts of what has fields under their names in camel case."""
    if isinstance(value, tuple):
        return tuple(map(_in_camel_case, cast("tuple[object, ...]", value)))
    if not is_dataclass(value):
        return value
    parts = {each.name: getattr(value, each.name) for each in fields(value)}
    return {camel_case(name): _in_camel_case(part) for name, part in parts.items()}


@dataclass(frozen=True)
class Form:
    """What may be written as the value of a key, in words and in Markdown."""

    words: str


@dataclass(frozen=True)
class InProject:
    """The value that `Pulumi.yaml` gives to every stack that does not set the key itself.

    A key without this mark has no value there, because the engine asks every stack for a declared
    key without one.
    """

    value: str | int | bool


@dataclass(frozen=True)
class RegisteredBy:
    """The module of `components` whose feature a key of a stack asks for.

    A key without this mark says how features and deployments are to be, and asks for none.
    """

    module: str


class Keys(BaseModel):
    """Keys of a map, in camel case as they are written in a stack's file.

    A field says in its annotation how its value is read (`ReadBy`), what may be written
    (`Form`), what `Pulumi.yaml` gives (`InProject`), what registers what it asks for
    (`RegisteredBy`) and what the key is for (`description`).
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=camel_case,
        populate_by_name=False,
        arbitrary_types_allowed=True,
    )


_Shape = TypeVar("_Shape", bound=Keys)


def names_of(shape: type[Keys], *, in_python: bool = False) -> list[str]:
    """The names of all keys, in the order of their declaration: in snake case with `in_python`."""
    fields = shape.model_fields.items()
    return [name if in_python else field.alias or name for name, field in fields]


def registered_by(shape: type[Keys]) -> dict[str, str]:
    """Key -> the module that it names (`RegisteredBy`), in the order of their declaration."""
    return {
        field.alias or name: mark.module
        for name, field in shape.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, RegisteredBy)
    }


def read_keys(
    shape: type[_Shape],
    value: object,
    path: str,
    problems: list[Problem],
    also: tuple[str, ...] = (),
    *,
    in_python: bool = False,
    what: str = "deployment",
) -> _Shape | None:
    """The keys of a value in their shape, or None with every mistake added to `problems`.

    `path` is what the keys stand under, `also` are keys that are read elsewhere, and `what` is the
    word for what has the keys. With `in_python` the keys are spelt in snake case, else in camel
    case.
    """
    try:
        return shape.model_validate(value, by_alias=not in_python, by_name=in_python)
    except ValidationError as error:
        keys = sorted([*names_of(shape, in_python=in_python), *also])
        for detail in error.errors(include_url=False):
            key = path + str(detail["loc"][0])
            cause = detail.get("ctx", {}).get("error")
            if isinstance(cause, BadInput):
                problems += [replace(inner, path=key + inner.path) for inner in cause.problems]
            else:
                problems.append(_problem(key, str(detail["loc"][0]), detail, keys, what))
        return None


def _problem(
    path: str, key: str, detail: Mapping[str, object], keys: list[str], what: str
) -> Problem:
    given = detail["input"]
    match str(detail["type"]):
        case "extra_forbidden":
            unknown = unknown_key(path, key, keys)
            meant, remark = meant_by(key, keys)
            return replace(
                unknown,
                message=unknown.message + remark,
                suggestions=tuple(dict.fromkeys([*meant, *unknown.suggestions]))[:LIMIT],
            )
        case "missing":
            return Problem(path, f"missing: every {what} names its {key}")
        case _:
            return Problem(path, f"{detail['msg']}: {shown(given)}")
