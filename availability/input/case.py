"""How a key is written: in camelCase in a document, in snake_case in Python."""

from __future__ import annotations


def camel_case(name: str) -> str:
    """The key in a document of a field: `contextSize` of `context_size`."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def snake_case(key: str) -> str:
    """The field of a key in a document: `context_size` of `contextSize`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
