"""The pictures of the README are drawn from what is printed now, and load nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from tests.docs.drawing import markdown, terminal
from tests.docs.pictures import FOLDER, PICTURES

NAMESPACE = "{http://www.w3.org/2000/svg}"


def words_of(svg: str) -> str:
    texts = ET.fromstring(svg).iter(f"{NAMESPACE}text")  # noqa: S314 - it is this project's own
    return "\n".join("".join(text.itertext()) for text in texts)


@pytest.mark.parametrize("name", PICTURES)
def test_a_committed_picture_is_what_is_printed_now(name: str) -> None:
    """`make pictures` draws them again."""
    assert PICTURES[name]() == (FOLDER / name).read_text(encoding="utf-8")


def test_there_are_no_other_pictures() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_loads_nothing_and_is_readable_in_the_light_and_in_the_dark(name: str) -> None:
    svg = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"href|url\(|@import|<script|<image", svg)
    assert "@media (prefers-color-scheme: dark)" in svg


def test_a_long_line_of_a_terminal_is_broken_and_nothing_of_it_is_lost() -> None:
    line = "a<b&c " * 40
    svg = terminal([line, "", "end"], "title", ("end",))
    drawn = words_of(svg).split("\n")
    assert drawn[0] == "title"
    assert "".join(drawn[1:-2]) == line
    assert '<text x="18" y="132" class="mono bold">' in svg


def test_markdown_is_drawn_with_all_of_its_words_but_those_that_are_folded_up() -> None:
    text = (
        "### :x: A `b`\n\nSome **bold** words\nand more.\n\n| one | two |\n| --- | --- |\n"
        "| `x` | **y** z |\n\n<details><summary>More</summary>\n\nfolded\n\n"
        "<details><summary>inside</summary>\n\nfolded\n\n</details>\n\n</details>\n\nEnd."
    )
    drawn = words_of(markdown(text, "title"))
    expected = "title ✘ A b Some bold words and more. one two x y z ▸ More End."
    assert drawn.split() == expected.split()


def test_what_cannot_be_drawn_is_an_error() -> None:
    with pytest.raises(ValueError, match="no drawing of bullet_list_open"):
        markdown("- a list", "title")
