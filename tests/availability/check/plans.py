"""Plans in the form that HashiCorp's "JSON Output Format" describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def change(
    address: str,
    after: Mapping[str, Any] | None,
    *,
    actions: Sequence[str] = ("create",),
    unknown: object = None,
    sensitive: object = None,
    mode: str = "managed",
) -> dict[str, Any]:
    """An entry of `resource_changes`; its type and name are those of the address."""
    local = address.rpartition("module.")[2] if ".data." not in address else address
    words = local.split(".")
    kind = next(word for word in words if word.startswith(("google", "terraform", "data_")))
    return {
        "address": address,
        "mode": mode,
        "type": kind,
        "name": words[-1],
        "provider_name": "registry.terraform.io/hashicorp/google",
        "change": {
            "actions": [*actions],
            "before": None,
            "after": after,
            "after_unknown": {} if unknown is None else unknown,
            "before_sensitive": False,
            "after_sensitive": {} if sensitive is None else sensitive,
        },
    }


def plan(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A plan with these changes."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.14.0",
        "resource_changes": [*changes],
        **more,
    }


def configured(address: str, provider: str = "google", **expressions: Any) -> dict[str, Any]:
    """An entry of `resources` in the configuration of a module."""
    kind, name = address.split(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_config_key": provider,
        "expressions": expressions,
    }


def refer(*words: str) -> dict[str, Any]:
    """An expression that refers to something."""
    return {"references": [*words]}
