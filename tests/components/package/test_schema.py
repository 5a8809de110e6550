"""The committed schema is the package's, describes everything, and has names without doubles."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from components.package.__main__ import FILE, text

SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each property with its place."""
    for kind in ("resources", "types"):
        for token, one in cast("dict[str, Any]", SCHEMA[kind]).items():
            for key in ("inputProperties", "properties"):
                for name, declared in one.get(key, {}).items():
                    yield f"{token}.{name}", declared


def test_the_committed_schema_is_that_of_the_components() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `make reference`"


def test_everything_is_described_on_one_line() -> None:
    described = [*properties(), *SCHEMA["resources"].items(), *SCHEMA["types"].items()]
    lacking = [place for place, one in [*described, ("", SCHEMA)] if not one.get("description")]
    assert lacking == []
    assert "\n" not in json.dumps([one["description"] for _, one in described]).replace("\\n", "\n")


def test_no_name_has_a_word_twice() -> None:
    tokens = [token.rpartition(":")[2] for token in (*SCHEMA["resources"], *SCHEMA["types"])]
    for name in (*tokens, f"{SCHEMA['namespace']}-{SCHEMA['name']}"):
        words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)]
        assert len(words) == len(set(words)), name
    assert not [name for name in tokens if name.endswith("Args")], "SDKs add that themselves"


@pytest.mark.parametrize("key", ["displayName", "keywords", "license", "language", "version"])
def test_the_package_says_what_a_registry_shows(key: str) -> None:
    assert SCHEMA[key]


def test_items_of_lists_of_objects_are_not_plain() -> None:
    """Go's generator names a type for those that it doesn't define."""
    lists = [one["items"] for _, one in properties() if "$ref" in one.get("items", {})]
    assert lists
    assert not [items for items in lists if items.get("plain")]
