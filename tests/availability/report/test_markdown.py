"""Code in Markdown comes out as the text that went in, by a parser of somebody else's."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from availability.input.printed import plain
from availability.report.markdown import code_block, code_cell, code_span
from tests.availability.hostile import hostile_texts

PARSER = MarkdownIt("commonmark").enable("table")


@settings(max_examples=200, deadline=None)
@given(text=hostile_texts)
@example(text="a ` b")
@example(text="`a`")
@example(text=" a ")
def test_a_span_is_one_code_span_of_the_text(text: str) -> None:
    [_, inline, _] = PARSER.parse(f"x {code_span(text)} y")
    found = [(one.type, one.content) for one in inline.children or ()]
    assert found == [("text", "x "), ("code_inline", plain(text)), ("text", " y")]


@settings(max_examples=200, deadline=None)
@given(text=hostile_texts)
@example(text="a | b ` c")
@example(text=r"a \| b")
def test_a_cell_is_one_code_span_of_the_text(text: str) -> None:
    row = f"| {code_cell(text)} | end |"
    tokens = PARSER.parse(f"| a | b |\n| --- | --- |\n{row}")
    cells = [one for one in tokens if one.type == "inline"][2:]
    [code] = list(cells[0].children or ())
    assert (code.type, cells[1].content) == ("code_inline", "end")
    assert code.content == plain(text).replace("\\|", r"\x5c|")


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(hostile_texts, min_size=1, max_size=4))
@example(lines=["  ```", "# h"])
@example(lines=["````", "</details>"])
def test_a_block_is_one_block_of_code(lines: list[str]) -> None:
    tokens = PARSER.parse("\n".join([*code_block(lines), "", "end"]))
    assert [one.type for one in tokens][1:] == ["paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].type == "fence"
    assert len(tokens[0].content.splitlines()) == len(lines)
