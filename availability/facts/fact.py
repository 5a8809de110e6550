"""What all facts have in common: frozen, compared by value, and read from JSON or written to it.

A snapshot has thousands of facts, and an answer looks at few of them. So what comes from a document
is made when it is first asked for; until then a fact only holds its part of the document.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Never,
    Self,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
)

from availability.input.case import camel_case

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_DOCUMENT = "_document"
"""Where a fact keeps its part of a document."""
_Make = Callable[[Any], Any]


class Limits:
    """What a value has to hold that comes from outside, in the words of pydantic's core schemas.

    It stands in an annotation, and only validation looks at it (see `validation`).
    """

    def __init__(self, **limits: object) -> None:
        self.limits = limits

    def __get_pydantic_core_schema__(
        self, source: object, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """The schema of the annotated type, with the limits."""
        return {**handler(source), **self.limits}  # pyright: ignore[reportReturnType]


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Facts:
    """A frozen dataclass whose fields are written in camelCase."""

    # What pydantic reads of a dataclass, where it validates one.
    __pydantic_config__: ClassVar = {"extra": "forbid", "alias_generator": camel_case}

    def __init_subclass__(cls) -> None:
        # A default on the class would hide what the document says; a factory leaves none there.
        for name in cls.__annotations__.keys() & vars(cls).keys():
            default = vars(cls)[name]
            setattr(cls, name, field(default_factory=lambda default=default: default))
        # What a dataclass compiles for each class is a third of a start: all facts share it here.
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)

    def __init__(self, **given: object) -> None:
        readers = _readers(type(self))
        if unknown := given.keys() - readers.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        values = {name: given.get(name, default) for name, (_, _, default) in readers.items()}
        if missing := [name for name, value in values.items() if value is MISSING]:
            raise TypeError(f"{type(self).__name__} needs {', '.join(missing)}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> Never:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> Never:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _readers(type(self)))

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in _readers(type(self))))

    @classmethod
    def of_document(cls, document: dict[str, Any]) -> Self:
        """The fact of a JSON object that was validated before. Its parts are made when asked for.

        The object is kept, and must not change any more.
        """
        fact = cls.__new__(cls)
        fact.__dict__[_DOCUMENT] = document
        return fact

    def __getattr__(self, name: str) -> Any:
        try:
            key, make, default = _readers(type(self))[name]
            document = self.__dict__[_DOCUMENT]
        except KeyError:
            raise AttributeError(name, name=name, obj=self) from None
        value = document.get(key)
        if value is None:
            value = default
        elif make is not None:
            value = make(value)
        self.__dict__[name] = value
        return value

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in _readers(type(self)))
        return f"{type(self).__name__}({', '.join(shown)})"

    def json(self, name: str) -> Any:
        """The JSON of a field, or None for a default: for who looks at thousands of facts.

        It must not be changed.
        """
        if (document := self.__dict__.get(_DOCUMENT)) is not None:
            return document.get(_readers(type(self))[name][0])
        value = getattr(self, name)
        if isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            return [item.__dict__.get(_DOCUMENT) or _written(item) for item in items]
        return _written(value)

    def document(self) -> dict[str, Any]:
        """The JSON object of the fact, without the fields that have their defaults."""
        return {
            key: _written(value)
            for name, (key, _, default) in _readers(type(self)).items()
            if (value := getattr(self, name)) != default
        }


@cache
def _readers(shape: type[Facts]) -> dict[str, tuple[str, _Make | None, object]]:
    """Field -> its key in a document, what makes its value of the JSON, and its default.

    None makes the value where it is the JSON itself. What has to be given has MISSING.
    """
    return {
        one.name: (camel_case(one.name), _maker(one.type), _default(one))
        for one in fields(shape)  # pyright: ignore[reportArgumentType]
    }


def _default(one: Field[Any]) -> object:
    return MISSING if one.default_factory is MISSING else one.default_factory()


def field_names(shape: type[Facts]) -> tuple[str, ...]:
    """The fields of a shape, in the order in which they are written."""
    return tuple(_readers(shape))


def _maker(annotation: Any) -> _Make | None:
    """What turns the JSON of a valid value into the value; None where they are the same."""
    origin, parameters = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _maker(parameters[0])
    if origin in (UnionType, Union):
        [inner] = [_maker(parameter) for parameter in parameters if parameter is not NoneType]
        return inner
    if origin is tuple:
        inner = _maker(parameters[0])
        return tuple if inner is None else lambda items: tuple(map(inner, items))
    if origin is dict and (inner := _maker(parameters[1])) is not None:
        return lambda items: {key: inner(value) for key, value in items.items()}
    if issubclass(annotation, Facts):
        return annotation.of_document
    if issubclass(annotation, StrEnum):
        return annotation
    return dt.date.fromisoformat if annotation is dt.date else None


def _written(value: Any) -> Any:
    """The JSON of a value of a fact."""
    if isinstance(value, Facts):
        return value.document()
    if isinstance(value, tuple):
        return [_written(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {key: _written(item) for key, item in items}
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value
