"""Stack outputs; unknown values become null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, cast

import pulumi


def export(name: str, value: object) -> None:
    """Exports a value. What an `up` leaves out by `--target` is null in it.

    Without that, the stack's outputs would hold the text that stands for an unknown value between
    program and engine, as if it were one.
    """
    pulumi.export(name, value if pulumi.runtime.is_dry_run() else _settled(value))


def _settled(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _settled(inner) for key, inner in cast("Mapping[str, object]", value).items()}
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        return pulumi.Output.from_input(_known(output))
    return value


async def _known(output: pulumi.Output[Any]) -> object:
    """The value, or None where it is not known."""
    return await output.future()


class Exported:
    """An output of a component that is made when it is first read, of what it has to put out.

    The SDK keeps several tasks for each output, and a stack of a thousand deployments reads none.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._name = key

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, component: HasExports | None, owner: type) -> Any:
        if component is None:
            return self
        made = pulumi.Output.from_input(component.outputs.get(self._key))
        component.__dict__[self._name] = made
        return made


class HasExports(Protocol):
    """A component with values to put out, plain or not, by their names in other languages."""

    outputs: Mapping[str, Any]


def exported(key: str) -> Any:
    """An attribute that is the output of this name; its annotation says of what type."""
    return Exported(key)
