"""What the forms of a page have in common: how lines are put together, and what comes of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from availability.ingest.document import Line, Segment, Table, clean


@dataclass(frozen=True)
class Content:
    """What stands on a page, or on a piece of one."""

    title: str
    """Empty where none is stated."""
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


@dataclass
class Headings:
    """The headings that lead to where a reader stands, each with its level."""

    stack: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def enter(self, level: int, text: str) -> None:
        """Goes on below a heading, which ends those of its own level and of deeper ones."""
        while self.stack and self.stack[-1][0] >= level:
            self.stack.pop()
        self.stack.append((level, text))

    @property
    def path(self) -> tuple[str, ...]:
        """Their texts, from the outermost to the innermost."""
        return tuple(text for _, text in self.stack)


@dataclass
class Writer:
    """Puts a line together from its inline parts."""

    segments: list[Segment] = field(default_factory=list[Segment])
    text: str = ""
    """What was written since the last break."""
    codes: list[str] = field(default_factory=list[str])
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def code(self, content: str) -> None:
        """Writes text in code style."""
        # A footnote's mark is no part of an id.
        code = clean(re.sub(r"\s*[*†‡]+\s*$", "", clean(content)))
        self.text += code
        if code:
            self.codes.append(code)

    def break_line(self) -> None:
        """Ends a segment; one without text is left out."""
        segment = Segment(clean(self.text), tuple(self.codes), tuple(self.links))
        if segment.text:
            self.segments.append(segment)
        self.text, self.codes, self.links = "", [], []

    def finish(self) -> tuple[Segment, ...]:
        """The segments of the line, and begins the next one."""
        self.break_line()
        segments, self.segments = tuple(self.segments), []
        return segments
