"""The pages for people, as Markdown reads them: their blocks of code, headings and links.

The info string of a block says what it is. `sh` is run, in the order of the page; `sh status=1` is
run and ends with that status, `sh engine` is run where there is an engine, and `sh cloud` needs
Google Cloud, somebody else's server or a state that is not here, and is only looked at. `text` is
what the block above it prints, with `…` for any lines that are left out. `yaml PATH` is the file of
that name, which the commands below it find, and so is `json PATH`; `yaml stack` has keys of a
stack, and `yaml deployments` has deployments. `python` is a program. A block without a language is
a drawing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

from tests.paths import ROOT

PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
"""All pages that people read first: those of the project's root and of `docs/`."""


@dataclass(frozen=True)
class Block:
    """A block of code."""

    line: int
    """Where it begins on its page, counted from 1."""
    language: str
    words: tuple[str, ...]
    """What its info string says after the language."""
    text: str
    printed: str | None = None
    """What the page says that it prints; None where it says nothing."""


@dataclass(frozen=True)
class Link:
    """A link or an image."""

    target: str
    text: str
    """The words that are linked, or the image's description."""
    is_image: bool


def name_of(page: Path) -> str:
    """The path of a page in the project."""
    return str(page.relative_to(ROOT))


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """The page, as Markdown reads it, with GitHub's ids of its headings."""
    parser = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=6)
    return tuple(parser.parse(page.read_text(encoding="utf-8")))


def blocks(page: Path) -> list[Block]:
    """The blocks of code in their order, each with what it prints."""
    found: list[Block] = []
    before: Token | None = None
    for token in tokens(page):
        if token.type == "fence":
            language, *words = token.info.split() or [""]
            if language == "text" and before and before.type == "fence":
                above = found.pop()
                made = Block(above.line, above.language, above.words, above.text, token.content)
            else:
                line = token.map[0] + 1 if token.map else 0
                made = Block(line, language, tuple(words), token.content)
            found.append(made)
        before = token
    return found


def anchors(page: Path) -> set[str]:
    """The ids of the headings."""
    return {str(token.attrs["id"]) for token in tokens(page) if token.type == "heading_open"}


def inline(page: Path) -> Iterator[Token]:
    """The pieces of all lines of prose."""
    for token in tokens(page):
        yield from token.children or ()


def code_in_prose(page: Path) -> list[str]:
    """What stands between backticks."""
    return [
        " ".join(token.content.split()) for token in inline(page) if token.type == "code_inline"
    ]


def links(page: Path) -> list[Link]:
    """All links and images."""
    found: list[Link] = []
    target = ""
    words: list[str] = []
    for token in inline(page):
        if token.type == "link_open":
            target, words = str(token.attrs["href"]), []
        elif token.type == "link_close":
            found.append(Link(target, " ".join(words), is_image=False))
        elif token.type == "image":
            found.append(Link(str(token.attrs["src"]), token.content, is_image=True))
        else:
            words.append(token.content)
    return found
