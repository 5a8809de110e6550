"""The commands of the pages do what the pages say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

import components
from availability.stack.keys import StackKeys
from availability.stack.shape import names_of
from sandbox.engine import Engine
from tests.availability.cli_runs import run
from tests.docs.pages import PAGES, Block, blocks, code_in_prose, name_of
from tests.docs.scratch import Scratch

LEFT_OUT = "…"
ENGINE = ("engine",)
CLOUD = ("cloud",)


def is_shown(printed: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether a page shows what is printed; `…` stands for any lines.

    >>> is_shown(["a", "b", "c"], ["a", "…"]), is_shown(["a", "b"], ["b", "…"])
    (True, False)
    """
    pattern = "".join(
        r"(?:.*\n)*" if line == LEFT_OUT else re.escape(line.rstrip()) + r"\n" for line in shown
    )
    return bool(re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in printed)))


def expected_status(block: Block) -> int:
    """The exit status that a block is to end with."""
    given = dict(word.split("=") for word in block.words if "=" in word)
    return int(given.get("status", 0))


def follow(page: Path, scratch: Scratch, leaving_out: Sequence[tuple[str, ...]]) -> None:
    """Does what a page says, from its top to its end."""
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if block.language in ("yaml", "json") and "." in block.words[0]:
            scratch.write(block)
        if block.language != "sh" or block.words in leaving_out:
            continue
        ran = scratch.run(block)
        assert ran.status == expected_status(block), "\n".join([place, *ran.lines])
        if block.printed is not None:
            shown = block.printed.splitlines()
            assert is_shown(ran.lines, shown), "\n".join([place, *ran.lines])


def has(page: Path, words: tuple[str, ...]) -> bool:
    return any(block.language == "sh" and block.words == words for block in blocks(page))


RUN = [page for page in PAGES if any(block.language == "sh" for block in blocks(page))]
ON_THE_ENGINE = [page for page in PAGES if has(page, ENGINE)]


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_the_commands_of_a_page_do_what_it_says(page: Path, tmp_path: Path) -> None:
    follow(page, Scratch(tmp_path), (ENGINE, CLOUD))


@pytest.mark.engine
@pytest.mark.parametrize("page", ON_THE_ENGINE, ids=name_of)
def test_so_do_those_that_need_an_engine(page: Path, tmp_path: Path, engine: Engine) -> None:
    scratch = Scratch(tmp_path)
    scratch.use(engine.path)
    follow(page, scratch, (CLOUD,))


@pytest.mark.parametrize(
    ("text", "words", "status", "printed"),
    [
        ("python -m availability plan nope", (), 2, None),
        ("python -m availability plan prod", ("status=1",), 0, None),
        ("make no-such-target", (), 2, None),
        ("echo a", (), 0, "b\n"),
    ],
)
def test_a_command_that_does_not_is_found(
    text: str,
    words: tuple[str, ...],
    status: int,
    printed: str | None,
    tmp_path: Path,
) -> None:
    scratch, block = Scratch(tmp_path), Block(1, "sh", words, text, printed)
    assert scratch.run(block).status == status
    page = tmp_path / "page.md"
    shown = f"```text\n{printed}```\n" if printed else ""
    page.write_text(f"```{' '.join(('sh', *words))}\n{text}\n```\n{shown}")
    with pytest.raises(AssertionError, match=r"page\.md:1"):
        follow(page, scratch, ())


def test_a_page_is_made_of_blocks_that_are_known() -> None:
    kinds = {(block.language, *block.words[:1]) for page in PAGES for block in blocks(page)}
    unknown = {
        kind
        for kind in kinds
        if kind not in {("",), ("sh",), ("sh", "status=1"), ("sh", "engine"), ("sh", "cloud")}
        and kind not in {("python",), ("yaml", "stack"), ("yaml", "deployments")}
        and not (kind[0] in ("yaml", "json") and "." in kind[-1])
    }
    assert unknown == set()


COMMAND = re.compile(r"(?:python -m availability|vertex-residency) ([a-z]+)((?: +[^ \n;&|>]+)*)")

NO_OPTION = "--no-such-option"


def not_known(text: str) -> list[str]:
    """The words of commands in a text that the command line does not know."""
    found: list[str] = []
    for name, rest in COMMAND.findall(text):
        words = re.findall(r" (--[a-z-]+)", rest)
        # An option that there can't be has it say what it does not know, and do nothing.
        errors = run(name, *words, NO_OPTION, "--json").document["errors"]
        unknown = {error["path"] for error in errors}
        found += [name] if "COMMAND" in unknown else []
        found += [f"{name} {word}" for word in words if word in unknown]
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_command_in_a_line_of_prose_is_one(page: Path) -> None:
    text = [*code_in_prose(page), *(block.text for block in blocks(page))]
    assert not_known("\n".join(text)) == []


def test_a_command_that_is_none_is_found() -> None:
    text = "python -m availability plam x; python -m availability plan x --fox"
    assert not_known(text) == ["plam", "plan --fox"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_key_that_a_page_names_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"vertex-residency:([A-Za-z]+)", text))
    assert named - {*names_of(StackKeys), "index", *components.__all__} == set()
