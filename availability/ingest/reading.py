"""What a reader has made of a page: statements, and what it did not understand."""

from __future__ import annotations

from dataclasses import dataclass, field

from availability.ingest.document import Document, Line
from availability.ingest.statements import Cite, Statement


@dataclass(frozen=True)
class NotUnderstood:
    """A line that may state a fact, and that no reader knows how to read."""

    url: str
    line: int | None
    text: str


_LONGEST = 200
"""How much of a line is repeated in a report."""


@dataclass
class Reading:
    """Gathers what one page states."""

    document: Document
    statements: list[Statement] = field(default_factory=list[Statement])
    missed: list[NotUnderstood] = field(default_factory=list[NotUnderstood])
    rows: int = 0
    """How many lines of facts were looked at."""
    ticks_lost: int = 0
    """How many tables of ticks have not a single one: what they say stays unknown."""

    def cite(self, line: int | None, heading: str | None, note: str | None = None) -> Cite:
        """Where a fact of this page stands."""
        page = self.document
        return Cite(page.url, page.title, page.date.isoformat(), heading or None, line, note)

    def add(self, statement: Statement) -> None:
        """Keeps a statement."""
        self.statements.append(statement)

    def not_understood(self, line: Line | int | None, text: str | None = None) -> None:
        """Keeps what was not understood."""
        number = line.number if isinstance(line, Line) else line
        words = text or (line.text if isinstance(line, Line) else "")
        short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        self.missed.append(NotUnderstood(self.document.url, number, short))
