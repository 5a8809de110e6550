"""The tree of a file is what the parser says, and stands where the parser says it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from availability.input.errors import BadInput
from availability.stack import yaml_tree
from availability.stack.file import parsed
from availability.stack.yaml_tree import Kind, Node, NotYaml, compose
from tests.availability.stack.test_file import WHOLE
from tests.generated_stacks import garbled, generated

KINDS: dict[type[object], Kind] = {
    yaml.ScalarNode: Kind.SCALAR,
    yaml.MappingNode: Kind.MAP,
    yaml.SequenceNode: Kind.LIST,
}


def composed(text: str) -> Any:
    """The root node as PyYAML itself composes one of the same parser's events."""
    loader: Any = yaml.CBaseLoader(text)
    loader.check_node()
    return loader.get_node()


def inner(theirs: Any) -> list[Any]:
    if isinstance(theirs, yaml.MappingNode):
        return [node for pair in cast("list[Any]", theirs.value) for node in pair]
    return theirs.value if isinstance(theirs, yaml.SequenceNode) else []


def check_same(ours: Node, theirs: Any) -> None:
    """Compares two nodes and what is in them. PyYAML has no aliases: it has what they stand for."""
    starts, ends = theirs.start_mark, theirs.end_mark
    if ours.kind is Kind.ALIAS:
        assert ours.resolved.start == starts.index
        return
    assert ours.kind is KINDS[type(theirs)]
    assert (ours.line, ours.column) == (starts.line + 1, starts.column + 1)
    assert (ours.start, ours.end) == (starts.index, ends.index)
    if ours.kind is Kind.SCALAR:
        assert (ours.text, ours.plain) == (theirs.value, not theirs.style)
    else:
        assert ours.in_brackets == bool(theirs.flow_style)
    children = inner(theirs)
    assert len(ours.children) == len(children)
    for our_child, their_child in zip(ours.children, children, strict=True):
        check_same(our_child, their_child)


def check_text(text: str) -> bool:
    """Whether a text is YAML to both; the trees are the same then."""
    try:
        theirs = composed(text)
    except (yaml.YAMLError, RecursionError):
        return False  # PyYAML refuses an anchor that is given twice, too, and the engine does not
    try:
        ours = compose(text)
    except NotYaml as error:
        assert "YAML" in str(error)  # noqa: PT017 - a version that PyYAML takes
        return False
    assert (ours is None) == (theirs is None)
    if ours is not None:
        check_same(ours, theirs)
    return True


def check_generated(start: int, stop: int) -> None:
    for seed in range(start, stop):
        assert check_text(generated(seed).text)
        if len(text := garbled(seed)) < 5_000:  # some are deeper than this test can look
            check_text(text)


@pytest.mark.parametrize("text", [case[1] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_a_tree_is_the_one_that_pyyaml_composes(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("text", ["a: [b, {c: 'd'}]\né: |\n  x\n  \U0001f600\nf: &g h\ni: *g\n"])
def test_a_place_counts_every_line_break_and_every_character_once(
    text: str, line_break: str
) -> None:
    assert check_text(text.replace("\n", line_break))


def test_the_trees_of_generated_files_are_those_that_pyyaml_composes() -> None:
    check_generated(0, 60)


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 10_000, 2_000))
def test_the_trees_of_ten_thousand_generated_files_are_those_that_pyyaml_composes(
    start: int,
) -> None:
    check_generated(start, start + 2_000)


# Without libyaml


def test_the_parser_is_that_of_libyaml() -> None:
    loader: type[object] = yaml_tree._LOADER  # pyright: ignore[reportPrivateUsage]
    assert loader is yaml.CSafeLoader


def values(text: str) -> dict[str, str] | None:
    try:
        return parsed(text, Path("Pulumi.dev.yaml")).values
    except BadInput:
        return None


_TAG = re.compile(r"(?<=[\s\[{])!\S+")


def without_signs_in_tags(text: str) -> str:
    """The text without commas and brackets in its tags, which libyaml alone takes for errors.

    They are part of a tag to the engine's yaml.v3 and to PyYAML's own parser; what it is called
    says nothing there.
    """
    return _TAG.sub(lambda tag: re.sub(r"[\[\],]", "", tag[0]), text)


def check_pure(texts: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of the texts PyYAML's own parser reads; it has to read in them what libyaml does.

    A byte order mark is a character to it, and nothing to libyaml: no file has one but at its
    start, where it is taken off before.
    """
    by_libyaml = [values(without_signs_in_tags(text)) for text in texts]
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.SafeLoader)
    pairs = [(mine, values(text)) for mine, text in zip(by_libyaml, texts, strict=True)]
    assert [pair for pair in pairs if pair[1] not in (pair[0], None)] == []
    return sum(theirs is not None for _, theirs in pairs)


def test_without_libyaml_a_file_says_the_same_or_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [case[1] for case in WHOLE if "\ufeff" not in case[1]]
    texts += [generated(seed).text for seed in range(10)]
    assert check_pure(texts, monkeypatch) > 25


@pytest.mark.soak
def test_without_libyaml_no_generated_file_says_anything_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [text for seed in range(1_500) if "\ufeff" not in (text := garbled(seed))]
    assert check_pure(texts, monkeypatch) > 250
