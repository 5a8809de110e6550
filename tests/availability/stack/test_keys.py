"""Every key is read by what answers a value of its type: nothing validates it afterwards."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterable
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.stack import keys
from availability.stack.empty_values import levels
from availability.stack.shape import Keys, ReadBy, read_keys

SHAPES: list[type[Keys]] = [keys.WaiverKeys, keys.DeploymentKeys, keys.StackKeys]


def declared(shape: type[Keys]) -> dict[str, str]:
    """Field -> the type that its annotation gives it, as it is written."""
    [made] = ast.parse(inspect.getsource(shape)).body
    assert isinstance(made, ast.ClassDef)
    types: dict[str, str] = {}
    for line in made.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            assert isinstance(line.annotation, ast.Subscript)
            assert isinstance(line.annotation.slice, ast.Tuple)
            types[line.target.id] = ast.unparse(line.annotation.slice.elts[0])
    return types


FIELDS = [(shape, name) for shape in SHAPES for name in shape.model_fields]


@pytest.mark.parametrize(
    ("shape", "name"), FIELDS, ids=[f"{shape.__name__}.{name}" for shape, name in FIELDS]
)
def test_a_reader_answers_what_the_field_has(shape: type[Keys], name: str) -> None:
    kind = declared(shape)[name]
    marks = [mark for mark in shape.model_fields[name].metadata if isinstance(mark, ReadBy)]
    if kind == "object":  # it is read as it was written
        assert not marks
        return
    [mark] = marks
    answered = str(inspect.signature(mark.reader).return_annotation)
    # A union in brackets is one type of a tuple's items, on both sides the same.
    assert answered == kind or set(answered.split(" | ")) <= set(kind.split(" | "))


JSON = st.recursive(
    st.none() | st.text(alphabet=st.sampled_from('a[]{}"\\,'), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\', max_size=2), inner)
    ),
    max_leaves=12,
)


def depth(value: Any) -> int:
    if not isinstance(value, dict | list):
        return 0
    parts = cast("dict[str, Any] | list[Any]", value)
    inner: Iterable[Any] = parts.values() if isinstance(parts, dict) else parts
    return 1 + max(map(depth, inner), default=0)


@settings(deadline=None)
@given(JSON)
def test_the_levels_of_a_text_are_those_of_what_it_says(value: object) -> None:
    assert levels(json.dumps(value)) == depth(value)


@pytest.mark.parametrize(("text", "deep"), [('[[ "', 2), ('["[[[', 1), ('"\\', 0), ("]]][", 0)])
def test_the_levels_of_what_is_no_json_are_counted_as_far_as_they_go(text: str, deep: int) -> None:
    assert max(levels(text), 0) == deep


def test_the_fields_of_what_a_key_says_are_written_in_camel_case_as_its_keys_are() -> None:
    given = {"privateAccess": {"network": "projects/acme-dev/global/networks/main", "dns": False}}
    read = read_keys(keys.StackKeys, given, "", [])
    assert read is not None
    written = read.model_dump(mode="json", by_alias=True)["privateAccess"]
    assert written["dns"] is False
    assert {"globalAccess", "regionalEndpoints"} < set(written)
