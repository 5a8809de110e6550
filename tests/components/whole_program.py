"""The whole program, as the language host runs it, with the configuration of a stack."""

import json
import runpy
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from tests.components.recording import CLAUDE, FLASH, Program, configure
from tests.paths import ROOT

DEPLOYMENTS: dict[str, Any] = {
    "chat": {"model": FLASH, "needs": ["context-caching"], "callers": ["group:chat@acme.example"]},
    "lab": {"model": FLASH, "callers": ["group:chat@acme.example"]},
    "review": {"model": CLAUDE},
}


def stack_values(deployments: object = DEPLOYMENTS, **others: str) -> dict[str, str]:
    """The configuration of a stack; `gcp__project` stands for `gcp:project`, "" leaves it out."""
    values = {
        "gcp:project": "acme-dev",
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": "2025-05-12",
        "vertex-residency:residency": "eu",
        "vertex-residency:deployments": json.dumps(deployments),
    }
    values |= {
        key.replace("__", ":") if "__" in key else f"vertex-residency:{key}": value
        for key, value in others.items()
    }
    return {key: value for key, value in values.items() if value}


def run(program: Program, values: Mapping[str, str] | None = None) -> None:
    """Runs `__main__.py` with these values, or with the configuration as it is.

    It is not called `__main__` here, so that it finds no stack file beside it.
    """
    if values is not None:
        configure(values)
    program.run(lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="program"))


def stack(deployments: Mapping[str, Mapping[str, object]], **keys: object) -> dict[str, str]:
    """The configuration of a stack whose deployments run one model."""
    full = {name: {"model": FLASH, **own} for name, own in deployments.items()}
    texts = {key: own if isinstance(own, str) else json.dumps(own) for key, own in keys.items()}
    return stack_values(full, **texts)


def refusal(program: Program, values: Mapping[str, str]) -> str:
    """What is said instead of registering anything."""
    with pytest.raises(pulumi.RunError) as raised:
        run(program, values)
    assert program.registered == []
    return str(raised.value)
