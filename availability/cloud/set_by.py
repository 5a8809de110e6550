"""Where what a program asks for stands, which is where a fix of it goes."""

from __future__ import annotations

from enum import Enum, auto

from availability.cloud.resource_types import ResourceType


class SetBy(Enum):
    """What a person changes: a stack's keys, or the arguments of the program's components."""

    KEYS = auto()
    """Keys of the configuration, which `pulumi config set` changes."""
    ARGUMENTS = auto()
    """Arguments of components, in whatever language the program is. There is no take-over."""


_COMPONENTS = {
    ResourceType.ROLE: "ProjectBaseline",
    ResourceType.POOL: "Federation",
    ResourceType.POOL_PROVIDER: "Federation",
    ResourceType.ZONE: "PrivateAccess",
}
"""Type of what has an argument to get out of the way by -> the component whose argument it is."""


def argument(kind: ResourceType, name: str, value: str) -> str:
    """What to do with an argument of the component that registers this type."""
    return f"Set the argument {name} of {_COMPONENTS[kind]} to {value}."
