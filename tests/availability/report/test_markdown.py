"""Code in Markdown comes out as the text that went in, by a parser of somebody else's."""

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from availability.input.printed import plain
from availability.report.markdown import code_block, code_cell, code_span
from tests.availability.cli_runs import run
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


STACK = """\
config:
  gcp:project: acme-prod
  vertex-residency:residency: eu
  vertex-residency:snapshot: 2026-10-10
  vertex-residency:deployments:
    chat: {model: gemini-3.8-flash, residency: de}
    typo: {model: gemini-3.8-flsh}
"""


def test_a_refusal_is_open_and_its_list_of_locations_folded_up(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK, encoding="utf-8")
    tokens = PARSER.parse(run("plan", str(path), "--format", "markdown").out)
    texts = [one.content for one in tokens if one.type in ("html_block", "fence")]
    start, chat, unfold, listed, *ends, other, typo, last = [text.strip() for text in texts]
    assert start == "<details open><summary>chat</summary>"
    assert chat.startswith("chat: gemini-3.8-flash is served nowhere in Germany.\n")
    assert "--explain" not in chat
    assert unfold.startswith("<details><summary>All locations")
    assert "- inside de, not served: europe-west3" in listed
    assert [*ends, last] == ["</details>"] * 3
    assert other == "<details open><summary>typo</summary>"
    assert typo.startswith("typo: 'gemini-3.8-flsh' is no model of snapshot 2026-10-10.\n")


def test_a_refusal_names_the_line_that_decides(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK)
    said = run("plan", str(path), "--format", "markdown").out.splitlines()
    own = "    chat: {model: gemini-3.8-flash, residency: de}"
    assert f"  {path}:6:{own.index('de}') + 1}: {own.strip()}" in said
