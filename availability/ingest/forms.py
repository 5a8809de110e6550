"""A stored page becomes a document: its bytes are decoded, and read in the form that they have."""

from __future__ import annotations

import datetime as dt
import re

from availability.ingest.document import Document, PageError
from availability.ingest.html_form import is_html, read_html
from availability.ingest.markdown_form import read_markdown


def read_document(content: bytes, path: str, url: str, date: dt.date) -> Document:
    """The page. Raises PageError for what is no text, cut off, or no page at all."""
    text = decode(content)
    if not text.strip():
        raise PageError(None, "the page is empty")
    page = read_html(text) if is_html(text) else read_markdown(text)
    first = next((line.text for line in page.lines if line.kind == "heading"), "")
    return Document(path, url, page.title or first or path, date, page.lines, page.tables)


def decode(content: bytes) -> str:
    """The text of a page, with the line ends of Unix.

    Raises PageError where it is not UTF-8 (with or without its mark), or holds what no text holds.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PageError(1, "encoded in UTF-16; pages are in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PageError(line, "not in UTF-8") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if "\0" in line:
            raise PageError(number, "holds a null character: no text")
        if "\ufffd" in line or _MOJIBAKE.search(line):
            raise PageError(number, "decoded wrongly somewhere before: its characters are garbled")
    return text


_MOJIBAKE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2(?:\u20ac|\u0080)|\u00ef\u00bf\u00bd")
"""UTF-8 that was read as Windows-1252 or Latin-1 once: ``Ã¼`` for ``ü``."""
