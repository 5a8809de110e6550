"""Mistakes and refusals as the engine shows them to programs in every language.

The engine prints each beside its property, with the value that it has. It prints secret values,
too: what is wrong with one of those stands in the message alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi.errors import InputPropertiesError, InputPropertyErrorDetails
from pulumi.provider.experimental.analyzer import TypeDefinition
from pulumi.provider.experimental.util import camel_case

from availability.input.errors import Problem
from components.package.inputs import is_secret
from components.registration.diagnostics import InputError

_TOP = re.compile(r"[A-Za-z]+")


def spelling(types: Iterable[TypeDefinition], arguments: Iterable[str]) -> Callable[[str], str]:
    """Spells each argument in a text as the schema does.

    A name of several words has an underscore in Python, and can't be anything else in a text.
    """
    names = {*arguments, *(name for one in types for name in one.properties_mapping.values())}
    several = sorted((name for name in names if "_" in name), key=len, reverse=True)
    found = re.compile(rf"\b(?:{'|'.join(several)})\b")
    return lambda text: found.sub(lambda match: camel_case(match[0]), text)


def properties_error(
    name: str, error: InputError, inputs: Mapping[str, Any], spell: Callable[[str], str]
) -> InputPropertiesError:
    """The error of a component with its property paths; `inputs` are those that it was given."""
    details: list[InputPropertyErrorDetails] = []
    beside: list[str] = []
    for problem in error.problems:
        path, reason = _path(name, problem, spell), spell(_reason(problem))
        if path is None:
            beside.append(f"{problem.where}: {reason}")
        elif is_secret(inputs.get(path.partition(".")[0].partition("[")[0])):
            beside.append(f"{path}: {reason}")
        else:
            details.append({"property_path": path, "reason": reason})
    return InputPropertiesError("\n  ".join([spell(error.headline), *beside]), details)


def _reason(problem: Problem) -> str:
    """The message with its suggestions."""
    return str(problem).removeprefix(f"{problem.where}: ")


def _path(name: str, problem: Problem, spell: Callable[[str], str]) -> str | None:
    """The path of a property; None for what is about no property, as a key of the configuration."""
    if not problem.path.startswith(f"{name}."):
        return None
    path = spell(problem.path.removeprefix(f"{name}."))
    return path if _TOP.match(path) else None
