"""What the stack puts out, without what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi


def export(name: str, value: object) -> None:
    """Exports a value. What an `up` leaves out by `--target` is null in it.

    Without that, the stack's outputs would hold the text that stands for an unknown value between
    program and engine, as if it were one.
    """
    pulumi.export(name, value if pulumi.runtime.is_dry_run() else _settled(value))


def _settled(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _settled(one) for key, one in cast("Mapping[str, object]", value).items()}
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        return pulumi.Output.from_input(_known(output))
    return value


async def _known(output: pulumi.Output[Any]) -> object:
    """The value, or None where it is not known."""
    return await output.future()
