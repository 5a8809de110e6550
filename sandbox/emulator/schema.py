"""The emulated provider's package schema, which programs in YAML are checked by.

It is made of the same table that the emulator serves by. The table knows of an object that it is
one and not what is in it: programs may put anything there.
"""

import json
from collections.abc import Mapping
from typing import Final

from .catalog import Property, ResourceType, load

_ANYTHING: Final[Mapping[str, object]] = {"$ref": "pulumi.json#/Any"}
_CONFIGURATION: Final[Mapping[str, Mapping[str, object]]] = {
    "project": {"type": "string"},
    "region": {"type": "string"},
    "billingProject": {"type": "string"},
    "userProjectOverride": {"type": "boolean"},
}
"""What the emulator reads of a provider's configuration, or programs set."""


def package_schema(version: str) -> str:
    """The schema of this version of the provider, as JSON."""
    return json.dumps(
        {
            "name": "gcp",
            "version": version,
            "config": {"variables": _CONFIGURATION},
            "provider": {"inputProperties": _CONFIGURATION, "properties": _CONFIGURATION},
            "resources": {token: _resource(kind) for token, kind in load().resources.items()},
        }
    )


def _resource(kind: ResourceType) -> Mapping[str, object]:
    inputs = {name: _property(declared) for name, declared in kind.inputs.items()}
    computed = {name: {"type": "string"} for name in kind.computed}
    return {
        "inputProperties": inputs,
        "requiredInputs": [name for name, declared in kind.inputs.items() if declared.required],
        "properties": {**inputs, **computed},
        "required": [name for name in kind.always_in_outputs if name in {**inputs, **computed}],
    }


def _property(declared: Property) -> Mapping[str, object]:
    match declared.kind:
        case "array":
            is_text = declared.type == "array<string>"
            return {"type": "array", "items": {"type": "string"} if is_text else _ANYTHING}
        case "object":
            return {"type": "object", "additionalProperties": _ANYTHING}
        case simple:
            return {"type": simple}
