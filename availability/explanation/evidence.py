"""The facts behind a verdict about one location: what is said, by which source, on which line."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from availability.explanation import statements
from availability.explanation.statements import Fact
from availability.facts.library import SNAPSHOTS
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot, Source
from availability.placement.request import Request


@dataclass(frozen=True)
class Evidence:
    """One fact. Without a source it is our own reading, of geography or of silence."""

    fact: str
    source: str | None = None
    """The title of the page."""
    date: str | None = None
    """The day of the page, as far as it is known."""
    url: str | None = None
    heading: str | None = None
    """What it stands under, where the page was at hand."""
    line: int | None = None
    quote: str | None = None
    """The line of the page, where the project has a copy; else what the source adds."""


def evidence_json(evidence: Evidence) -> dict[str, object]:
    """`{fact, source, date, url, heading, line, quote}`."""
    return asdict(evidence)


def evidence(
    request: Request, named: Named, location: str, snapshot: Snapshot, folder: Path = SNAPSHOTS
) -> tuple[Evidence, ...]:
    """Everything that the snapshot knows about the model in this location, for this request."""
    facts = _facts(request, named, location, snapshot)
    return tuple(_with_page(fact, snapshot, folder) for fact in facts)


def _facts(request: Request, named: Named, location: str, snapshot: Snapshot) -> Iterator[Fact]:
    yield from statements.served(named, location, snapshot)
    yield from statements.row(named, snapshot)
    yield statements.geography(request.residency.at(snapshot.date), location, snapshot)
    for need in Need:
        yield from statements.capability(need, named, location, snapshot)
    yield from statements.processing(request, named, location)
    yield from statements.lifecycle(named)
    yield from statements.no_promise(snapshot)


def _with_page(fact: Fact, snapshot: Snapshot, folder: Path) -> Evidence:
    """The fact with its page, and with what stands on the line of it."""
    cite = fact.cite
    if cite is None:
        return Evidence(fact.text, fact.source, quote=fact.quote)
    source = snapshot.sources[cite.source]
    quote = cite.note or _quoted(source, cite.line, folder, snapshot.id)
    return Evidence(
        fact.text, source.title, source.date, source.url, cite.heading, cite.line, quote
    )


def _quoted(source: Source, line: int | None, folder: Path, snapshot_id: str) -> str | None:
    """What stands on the line of the source's copy; None where the project has none of it.

    A snapshot that somebody brings along may name any file: only those of `folder` are read.
    """
    if line is None or source.file is None:
        return None
    path = Path(os.path.normpath(folder / snapshot_id / source.file))
    if not path.is_relative_to(folder) or not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if line > len(lines):
        return None
    return _passage(lines, line) if path.suffix == ".md" else lines[line - 1].lstrip("# ")


def _passage(lines: list[str], line: int) -> str:
    """The line, or the paragraph that it begins; a row of a table or of a file is one line."""
    first = lines[line - 1].strip()
    if first.startswith(("|", "-", "#")):
        return first.lstrip("# ")
    rest = itertools.takewhile(str.strip, lines[line - 1 :])
    return " ".join(part.strip() for part in rest)
