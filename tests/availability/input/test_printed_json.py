"""JSON is what `json` would write, but for what is escaped."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from availability.input.printed import json_text

TEXTS = st.text(alphabet=st.sampled_from('aü"\\\n\u2028\x7f#['), max_size=6)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(TEXTS | st.integers() | st.booleans() | st.none(), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(DOCUMENTS)
def test_a_document_is_indented_as_json_indents_it(document: object) -> None:
    text = json_text(document)
    assert json.loads(text) == json.loads(json.dumps(document))
    lines = json.dumps(document, ensure_ascii=False, indent=2).split("\n")
    assert [line[: len(line) - len(line.lstrip(" "))] for line in text.split("\n")] == [
        line[: len(line) - len(line.lstrip(" "))] for line in lines
    ]


def is_plain(document: object) -> bool:
    text = json.dumps(document, ensure_ascii=False)
    return text.isprintable() and "#" not in text


@settings(deadline=None)
@given(DOCUMENTS.filter(is_plain))
def test_what_needs_no_escape_is_written_as_json_writes_it(document: object) -> None:
    assert json_text(document) == json.dumps(document, ensure_ascii=False, indent=2)
