"""Property bags: the protocol's structs as plain Python values, and what cannot be known yet."""

from collections.abc import Mapping
from typing import Any, cast

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's sentinel, in a preview, for a value that only an update can produce."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"

Json = Any
"""A string, number, boolean, None, list or dict of these: what a property may hold."""

Properties = dict[str, Json]


def read(struct: struct_pb2.Struct) -> Properties:
    """A struct as a dict, without nulls, and without the wrappers of secrets and outputs."""
    raw = json_format.MessageToDict(struct)
    return {key: _plain(value) for key, value in raw.items() if value is not None}


def write(properties: Mapping[str, Json]) -> struct_pb2.Struct:
    """A dict as the protocol's struct."""
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct


def is_unknown(value: Json) -> bool:
    """Whether the value, or any part of it, is known only after an update."""
    if isinstance(value, dict):
        return any(is_unknown(item) for item in cast("Properties", value).values())
    if isinstance(value, list):
        return any(is_unknown(item) for item in cast("list[Json]", value))
    return value == UNKNOWN


def _plain(value: Json) -> Json:
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Json]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    fields = cast("Properties", value)
    match fields.get(_SIGNATURE):
        case s if s in (_SECRET, _OUTPUT):
            return _plain(fields.get("value", UNKNOWN))
        case s if s == _RESOURCE:
            return fields.get("id") or UNKNOWN
        case _:
            return {key: _plain(item) for key, item in fields.items() if item is not None}
