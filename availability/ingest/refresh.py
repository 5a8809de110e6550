"""Pages -> a new snapshot, where nothing about them is in doubt."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from availability.facts.difference import Difference
from availability.facts.library import DIGEST, SNAPSHOTS, digest
from availability.facts.names import all_models
from availability.facts.snapshot import Model, Snapshot
from availability.ingest.canonical import to_canonical_json
from availability.ingest.fetch import fetch_pages
from availability.ingest.folder import PAGES, snapshot_of
from availability.ingest.page_files import PageFile, day_of_copy, read_directory
from availability.ingest.pages import Pages, RefusedPage, read_pages
from availability.ingest.statements import KINDS, write_tables
from availability.input.errors import BadInput, Problem
from availability.input.replacing import replacement

MOST_GONE = 0.5
"""The part of the models that are alive whose disappearance nobody believes without a word."""


@dataclass(frozen=True)
class Refreshed:
    """What became of a set of pages."""

    date: dt.date
    """The day of the snapshot: the one that was given, else that of the copies."""
    pages: Pages
    refused: tuple[RefusedPage, ...]
    snapshot: Snapshot | None
    """None where the pages make none."""
    difference: Difference | None
    """From the newest bundled snapshot; None where there is no new one."""

    @property
    def counts(self) -> dict[str, int]:
        """Kind of statement -> how many the pages make."""
        counts = Counter(statement.kind for statement in self.pages.statements)
        return {kind.kind: counts[kind.kind] for kind in KINDS}


def refreshed(
    source: str | None,
    date: dt.date | None,
    before: Snapshot,
    *,
    today: dt.date,
    accept_removals: bool,
    progress: Callable[[str], None],
) -> Refreshed:
    """Reads the pages of a directory, or of an address (None is Google's documentation).

    `date` is the day of the copies, where they name none. Raises BadInput where the pages can't be
    had at all; a page that can't be trusted is among the refused ones.
    """
    files, copied = _files(source, date, today, progress)
    newest = max(files, key=lambda file: file.date)
    day = date or copied or newest.date
    if day < newest.date:
        message = f"{day} is before the last update of {newest.path}, {newest.date}"
        raise BadInput([Problem("--date", message)])
    pages = read_pages(files, before)
    refused = list(pages.refused)
    snapshot: Snapshot | None = None
    try:
        snapshot = snapshot_of(day, pages.statements)
    except ValidationError as error:
        refused.append(RefusedPage("", None, f"the pages make no snapshot: {_first(error)}"))
    if snapshot is not None and not accept_removals:
        refused += _too_few(snapshot, before)
    difference = Difference(before, snapshot) if snapshot else None
    return Refreshed(day, pages, tuple(refused), snapshot, difference)


def _files(
    source: str | None, date: dt.date | None, today: dt.date, progress: Callable[[str], None]
) -> tuple[tuple[PageFile, ...], dt.date | None]:
    """The pages, and the day on which they were copied, where that is known."""
    if source is None or "://" in source:
        return fetch_pages(source, date or today, progress), date or today
    if not source:
        raise BadInput([Problem("--from", "empty: name a directory or an address")])
    folder = Path(source)
    return read_directory(folder, date), day_of_copy(folder)


def _too_few(snapshot: Snapshot, before: Snapshot) -> list[RefusedPage]:
    """Whether half of the models that were alive are not on the pages."""
    after = {
        (named.entry.publisher, name)
        for named in all_models(snapshot)
        for name in _ids(named.model)
    }
    alive = [
        named
        for named in all_models(before)
        if not named.is_retired(snapshot.date) and named.entry.listings
    ]
    gone = [
        named
        for named in alive
        if not any((named.entry.publisher, name) in after for name in _ids(named.model))
    ]
    if len(gone) < MOST_GONE * len(alive) or not gone:
        return []
    names = ", ".join(named.id for named in gone[:5])
    message = (
        f"{len(gone)} of {len(alive)} models of snapshot {before.id} are on none of these pages "
        f"({names}, ...): pages are missing, or --accept-removals says that it is so"
    )
    return [RefusedPage("", None, message)]


def _ids(model: Model) -> tuple[str, ...]:
    return (model.id, *model.aliases)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}"


def write_snapshot(result: Refreshed, path: Path) -> None:
    """Writes the snapshot to a file, whole or not at all. Raises BadInput where that fails."""
    if result.snapshot is None:
        raise ValueError("there is no snapshot to write")
    content = to_canonical_json(result.snapshot)
    try:
        with replacement(path) as file:
            file.write(content.encode())
            os.fchmod(file.fileno(), 0o644)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise BadInput([Problem(f"--out {path}", message)]) from error


def write_folder(result: Refreshed, folder: Path = SNAPSHOTS) -> Path:
    """Writes the snapshot among the bundled ones: its tables of statements, and what they make.

    Raises BadInput where there is one of that day that says something else, or where it can't be
    written; then nothing has changed.
    """
    if result.snapshot is None:
        raise ValueError("there is no snapshot to write")
    target = folder / result.snapshot.id
    content = to_canonical_json(result.snapshot)
    if target.exists():
        old = target / "snapshot.json"
        if old.exists() and old.read_text(encoding="utf-8") == content:
            return target
        message = f"there is a snapshot {result.snapshot.id} already; --date gives another day"
        raise BadInput([Problem("--write", message)])
    try:
        made = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
        try:
            (made / PAGES).mkdir()
            for name, text in write_tables(result.pages.statements).items():
                (made / PAGES / name).write_text(text, encoding="utf-8")
            (made / "snapshot.json").write_text(content, encoding="utf-8")
            (made / f"snapshot{DIGEST}").write_text(digest(content.encode()), encoding="utf-8")
            made.chmod(0o755)
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror or error}"
        raise BadInput([Problem("--write", message)]) from error
    return target
