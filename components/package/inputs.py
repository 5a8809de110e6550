"""What the engine hands over for a component, as the component's arguments.

The wire has names in camel case, numbers as floats, and values that a preview doesn't know yet or
that are secret. An argument that the schema calls plain takes neither: what decides where a model
is placed has to be known and may be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pulumi
from pulumi.output import Unknown
from pulumi.provider.experimental.analyzer import (
    ComponentDefinition,
    PropertyDefinition,
    PropertyType,
    TypeDefinition,
)

from availability.input.errors import Problem
from availability.input.maps import unknown_key

_NOT_KNOWN = (
    "its value is known only after an update, and what it decides is decided in a preview: give it "
    "a value that the program knows"
)
_NOT_SHOWN = (
    "its value is secret, and this is shown in previews and kept in outputs: give it a value that "
    "is no secret"
)


@dataclass(frozen=True)
class Later:
    """A value that came as an output, with what is known of it."""

    output: pulumi.Output[Any]
    known: bool
    secret: bool
    value: Any
    """What it holds, nested outputs opened, too; nothing where it is not known."""

    def item(self, key: Any, value: Any) -> Later | Any:
        """What it holds at a key, still as an output: what depends on it waits for the same."""
        if isinstance(value, Later):
            return value
        output = self.output.apply(lambda whole: whole[key])
        return Later(output, known=True, secret=self.secret, value=value)


async def opened(value: Any) -> Any:
    """The value with each output in it as a `Later`, however deep."""
    if isinstance(value, Unknown):
        return Later(_unknown(), known=False, secret=False, value=None)
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        within = await opened(await output.future(with_unknowns=True))
        # A list of which only some items are unknown is known as a list.
        known = await output.is_known() or isinstance(within, list | dict)
        return Later(output, known, await output.is_secret(), within)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: await opened(inner) for key, inner in items}
    if isinstance(value, list):
        return [await opened(inner) for inner in cast("Sequence[Any]", value)]
    return value


def is_secret(value: Any) -> bool:
    """Whether something of an opened value is secret."""
    if isinstance(value, Later):
        return value.secret or is_secret(value.value)
    if isinstance(value, Mapping):
        return any(is_secret(inner) for inner in cast("Mapping[str, Any]", value).values())
    return isinstance(value, list) and any(map(is_secret, cast("list[Any]", value)))


@dataclass
class Reader:
    """Makes arguments of opened values; what can't be taken is added to `problems`."""

    types: Mapping[str, TypeDefinition]
    problems: list[Problem]

    def arguments(
        self, inputs: Mapping[str, Any], component: ComponentDefinition
    ) -> dict[str, Any]:
        """A component's arguments by their names in Python."""
        return self._object(inputs, component.inputs, component.inputs_mapping, "")

    def _object(
        self,
        value: Mapping[str, Any],
        properties: Mapping[str, PropertyDefinition],
        names: Mapping[str, str],
        path: str,
    ) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, inner in value.items():
            under = f"{path}.{key}" if path else key
            if key not in properties:
                self.problems.append(unknown_key(under, key, properties))
            elif inner is not None:
                read[names[key]] = self._value(inner, properties[key], under)
        return read

    def _value(self, value: Any, definition: PropertyDefinition, path: str) -> Any:
        if isinstance(value, Later):
            if not definition.plain:
                return self._output(value, definition, path)
            return self._plain(value, definition, path)
        if isinstance(value, list):
            of_items, items = definition.items or definition, enumerate(cast("list[Any]", value))
            return [self._value(item, of_items, f"{path}[{n}]") for n, item in items]
        if isinstance(value, Mapping):
            return self._map(cast("Mapping[str, Any]", value), definition, path)
        if definition.type is PropertyType.INTEGER and isinstance(value, float):
            return int(value) if value.is_integer() else value
        return value

    def _map(self, value: Mapping[str, Any], definition: PropertyDefinition, path: str) -> Any:
        if definition.ref:
            named = self.types[definition.ref.rpartition(":")[2]]
            return self._object(value, named.properties, named.properties_mapping, path)
        if of_values := definition.additional_properties:
            return {
                key: self._value(inner, of_values, f"{path}.{key}") for key, inner in value.items()
            }
        return value

    def _plain(self, value: Later, definition: PropertyDefinition, path: str) -> Any:
        """The value itself; of what is inside of it, outputs where those may come later."""
        if not value.known or value.secret:
            self.problems.append(Problem(path, _NOT_SHOWN if value.secret else _NOT_KNOWN))
            return None
        within = value.value
        if isinstance(within, list):
            items = enumerate(cast("list[Any]", within))
            return self._value([value.item(n, item) for n, item in items], definition, path)
        if isinstance(within, Mapping):
            entries = cast("Mapping[str, Any]", within).items()
            return self._value(
                {key: value.item(key, inner) for key, inner in entries}, definition, path
            )
        return self._value(within, definition, path)

    def _output(
        self, value: Later, definition: PropertyDefinition, path: str
    ) -> pulumi.Output[Any]:
        """The output, with the names in Python of what it will hold."""
        renamed: Callable[[Any], Any] = lambda known: self._value(known, definition, path)  # noqa: E731
        return value.output.apply(renamed)


def _unknown() -> pulumi.Output[Any]:
    return pulumi.Output.from_input(cast("Any", Unknown()))
