"""What the installed `pulumi_gcp` says of its resources, read from its source: it loads slowly."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TOKEN = re.compile(r'^@pulumi\.type_token\("([^"]+)"\)', re.MULTILINE)
_ARGUMENTS = re.compile(r"^    def __init__\(__self__, \*(.*?)\):$", re.MULTILINE | re.DOTALL)
_ARGUMENT = re.compile(r"^ *(\w+): ", re.MULTILINE)


@dataclass(frozen=True)
class Declared:
    """A resource of the provider: its token, and its inputs as Python spells them."""

    token: str
    inputs: tuple[str, ...]


@cache
def package() -> Path:
    spec = importlib.util.find_spec("pulumi_gcp")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def declared(module: str) -> tuple[Declared, ...]:
    """Every resource of a module such as `vertex`."""
    texts = (file.read_text() for file in sorted((package() / module).glob("[!_]*.py")))
    found = ((text, _TOKEN.search(text)) for text in texts if "type_token" in text)
    return tuple(Declared(token[1], _inputs(text)) for text, token in found if token)


def _inputs(text: str) -> tuple[str, ...]:
    arguments = _ARGUMENTS.search(text)
    assert arguments is not None
    return tuple(_ARGUMENT.findall(arguments[1]))


def has_resource(token: str) -> bool:
    """Whether there is a resource with this token."""
    _, path, name = token.split(":")
    module, file = path.split("/")
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", file).lower()
    source = package() / module / f"{words}.py"
    return source.exists() and f'"gcp:{module}/{file}:{name}"' in source.read_text()


def nested_inputs(module: str) -> str:
    """The text that declares what is nested in the inputs of a module's resources."""
    return (package() / module / "_inputs.py").read_text()
