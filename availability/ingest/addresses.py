"""The addresses of Google's documentation: which page a link leads to, and the links on a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urljoin, urlsplit

ROOT = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/"
"""All pages lie below it, and a page's path is what follows it."""
SUFFIXES = (".md.txt", ".md", ".html")
"""What a stored or served page's name ends in, the longest first."""

FOLDER = urlsplit(ROOT).path
_HOSTS = {"docs.cloud.google.com", "cloud.google.com"}
"""Google's documentation moved from the second to the first, and pages still link to both."""
_PATH = re.compile(r"\w[\w.~-]*(/\w[\w.~-]*)*", re.ASCII)

# Parsers of Markdown and HTML need quadratic time for some texts, and a page that was just
# fetched may hold any text. Each of these expressions passes once over it. They also find links
# in tables and tags that are broken, and those in code, which do no harm.
_LINKS = (
    re.compile(r"\]\(\s*<?(?P<link>[^\s<>()\"]+)"),
    re.compile(r"^ {0,3}\[[^\[\]\n]*\]:\s*<?(?P<link>[^\s<>]+)", re.MULTILINE),
    re.compile(r"\bhref\s*=\s*[\"']?(?P<link>[^\s<>\"']+)", re.IGNORECASE),
    re.compile(r"(?P<link>\bhttps?://(docs\.)?cloud\.google\.com/[^\s<>()\[\]\"'`|]*)"),
    re.compile(r"(?P<link>\bhttps?://console\.cloud\.google\.com/[^\s<>()\[\]\"'`|]*)"),
)
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")


def url_of(path: str) -> str:
    """Google's address of the page with that path."""
    return ROOT + path


def path_of(link: str, page: str = ROOT) -> str | None:
    """The path of the page that a link leads to, None where that is no page below the root.

    ``page`` is the address of the page where the link stands, for links without a host. A query
    (``?hl=de``), a fragment, a slash at the end and the suffix of a stored page are left out.
    """
    parts = split(link, page)
    if parts is None or parts.scheme not in {"http", "https"} or parts.hostname not in _HOSTS:
        return None
    if not parts.path.startswith(FOLDER):
        return None
    return page_path(parts.path.removeprefix(FOLDER))


def page_path(name: str) -> str | None:
    """A file's name, or the end of an address, as the path of a page; None where it is none."""
    path = name.strip("/")
    for suffix in SUFFIXES:
        if path.endswith(suffix):
            path = path.removesuffix(suffix)
            break
    return path if _PATH.fullmatch(path) else None


def split(link: str, page: str = ROOT) -> SplitResult | None:
    """The parts of a link that stands on a page, None where it is no address."""
    try:
        parts = urlsplit(urljoin(page, link.strip()))
        # The port is read when it is asked for, and may be no number.
        _ = parts.port
    except ValueError:
        return None
    return parts


def links(text: str) -> Iterator[str]:
    """The links of a page in Markdown, HTML or both, as they are written, some of them twice."""
    for expression in _LINKS:
        for match in expression.finditer(text):
            yield html.unescape(_ESCAPE.sub("", match["link"]))
