"""Links of the pages lead to what there is; addresses elsewhere are looked at by their form."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import PAGES, anchors, links, name_of, tokens
from tests.paths import ROOT

INDEX = ROOT / "docs" / "README.md"


def kept() -> set[str]:
    """The files that are in the repository, or would be with the next commit."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in done.stdout.splitlines() if (ROOT / name).exists()}


def wrong(page: Path, target: str, files: set[str]) -> str | None:
    """What is wrong with a link of a page; None if nothing is."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        well_formed = parts.scheme == "https" and re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", parts.netloc)
        return None if well_formed else "is no address like https://example.com/page"
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_relative_to(ROOT):
        return "leads out of the project"
    name = str(path.relative_to(ROOT))
    if name not in files and not any(file.startswith(f"{name}/") for file in files):
        return f"leads to {name}, which there is not"
    if parts.fragment and (path.suffix != ".md" or parts.fragment not in anchors(path)):
        return f"leads to the heading {parts.fragment}, which {name} does not have"
    return None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    files = kept()
    broken = [
        f"{link.target} {why}" for link in links(page) if (why := wrong(page, link.target, files))
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://example.com", "no address"),
        ("https://example", "no address"),
        ("ftp://example.com/x", "no address"),
        ("../../elsewhere.md", "out of the project"),
        ("Rules.md", "which there is not"),
        ("rules.md#retire", "does not have"),
        ("#nowhere", "does not have"),
        ("../Makefile#setup", "does not have"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(target: str, why: str) -> None:
    said = wrong(INDEX, target, kept())
    assert said is not None
    assert why in said


@pytest.mark.parametrize("target", ["rules.md#retired", "../stacks", "#documentation"])
def test_a_link_that_leads_somewhere_is_not(target: str) -> None:
    assert wrong(INDEX, target, kept()) is None


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_picture_has_a_description(page: Path) -> None:
    assert [link.target for link in links(page) if link.is_image and len(link.text) < 40] == []


def test_the_index_has_every_page() -> None:
    here = {link.target.partition("#")[0] for link in links(INDEX)}
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {INDEX.name}
    assert pages - here == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_one_title_and_no_block_that_nothing_looks_at(page: Path) -> None:
    titles = [token for token in tokens(page) if token.type == "heading_open" and token.tag == "h1"]
    assert len(titles) == 1
    assert [token.content for token in tokens(page) if token.type == "code_block"] == []


def test_the_readme_is_short_and_shows_what_it_is() -> None:
    page = ROOT / "README.md"
    assert len(page.read_text(encoding="utf-8")) <= 6000
    assert [link.target for link in links(page) if link.is_image] == [
        "docs/images/refusal.svg",
        "docs/images/comment.svg",
    ]
