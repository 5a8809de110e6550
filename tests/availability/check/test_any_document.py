"""Whatever a file holds, it is read or it is bad input: never a traceback."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.check.pulumi_preview import preview_of
from availability.check.rules import Standard, check
from availability.check.terraform_plan import plan_of
from availability.facts.library import load
from availability.input.errors import BadInput
from availability.places.residency import Residency
from availability.report.check import CheckedFile, CheckReport

RECORDED = Path(__file__).parent / "recorded"
SNAPSHOT = load("2026-11-12")
STANDARD = Standard(Residency.parse("eu"), SNAPSHOT, dt.date(2026, 11, 27))

words = st.sampled_from(
    ["", "us-central1", "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "each.value", "var.a"]
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words | st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(document: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The path of every value in a document."""
    yield path
    if isinstance(document, Mapping):
        for key, value in cast("Mapping[str, object]", document).items():
            yield from places(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(cast("list[object]", document)):
            yield from places(value, (*path, index))


def replaced(document: Any, path: tuple[object, ...], value: object) -> Any:
    if not path:
        return value
    made = copy.deepcopy(document)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


FILES = [
    (plan_of, json.loads((RECORDED / "plan-outside.json").read_text())),
    (preview_of, json.loads((RECORDED / "preview.json").read_text())),
]


@pytest.mark.parametrize(("read", "document"), FILES, ids=["plan", "preview"])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_any_value_anywhere_is_read_or_is_bad_input(read: Any, document: Any, data: st.DataObject):
    path = data.draw(st.sampled_from(list(places(document))))
    made = replaced(document, path, data.draw(documents))
    if not isinstance(made, dict):
        return
    with contextlib.suppress(BadInput):
        found = read(made, "file.json")
        findings = (*check(found.resources, STANDARD), *found.findings)
        file = CheckedFile(Path("file.json"), len(found.resources), findings)
        report = CheckReport((file,), STANDARD.residency, SNAPSHOT)
        assert report.lines
        assert report.markdown
        assert report.sarif
        assert report.github is not None
