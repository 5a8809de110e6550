"""The sources of a snapshot: each copy of a page that one of its facts cites."""

from __future__ import annotations

import re

from availability.facts.snapshot import Citation, Source
from availability.ingest.statements import Cite


def page_of(url: str) -> str:
    """The page of an address, whatever language or form of it was read."""
    return re.sub(r"\.md\.txt$", "", re.split(r"[?#]", url)[0].rstrip("/"))


class Sources:
    """Gathers the sources of a snapshot, in the order in which they are cited first."""

    def __init__(self) -> None:
        self.by_key: dict[str, Source] = {}

    def cite(self, cite: Cite) -> Citation:
        """The citation, whose page becomes a source of the snapshot."""
        page = page_of(cite.url)
        short = re.sub(r"^https?://[^/]+/(?:gemini-enterprise-agent-platform/)?", "", page)
        key = f"{short or page} ({cite.date})"
        self.by_key.setdefault(key, Source(url=cite.url, title=cite.title, date=cite.date))
        return Citation(source=key, heading=cite.heading, line=cite.line, note=cite.note)
