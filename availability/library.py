"""Finds, loads and keeps the bundled snapshots."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import from_json

from availability.errors import BadInput, Problem
from availability.facts import Snapshot
from availability.trusted import digest, maker

SNAPSHOTS = Path(__file__).parent / "snapshots"
DIGEST = ".sha256"
"""The suffix of the file that holds the digest of a snapshot."""


def snapshot_ids(folder: Path = SNAPSHOTS) -> tuple[str, ...]:
    """The ids (ISO dates) of the snapshots in the folder, oldest first."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/snapshot.json")))


def load(snapshot_id: str, folder: Path = SNAPSHOTS) -> Snapshot:
    """The snapshot of that id, read once a process.

    It is validated, unless it is known to be what was validated when it was made. Raises BadInput
    where there is none, or where its file cannot be read or does not validate.
    """
    return _load(snapshot_id, folder)


@cache
def _load(snapshot_id: str, folder: Path) -> Snapshot:
    if snapshot_id not in (known := snapshot_ids(folder)):
        raise BadInput([unknown_snapshot(snapshot_id, known, "snapshot")])
    path = folder / snapshot_id / "snapshot.json"
    try:
        snapshot = _read(path)
    except (OSError, ValidationError) as error:
        raise BadInput([Problem(_shown(path), f"corrupt snapshot: {_first(error)}")]) from error
    if snapshot.id != snapshot_id:
        message = f"corrupt snapshot: it says it is of {snapshot.id}"
        raise BadInput([Problem(_shown(path), message)])
    return snapshot


def _read(path: Path) -> Snapshot:
    content, known = path.read_bytes(), path.with_suffix(DIGEST)
    if (make := maker(Snapshot)) and known.exists() and known.read_text() == digest(content):
        return make(from_json(content))
    return Snapshot.model_validate_json(content)


def unknown_snapshot(text: str, known: tuple[str, ...], path: str) -> Problem:
    """What is wrong with an id that is none of the known ones, with the nearest, else the newest.

    `path` says where it stands.
    """
    from availability.suggest import nearest  # loads the edit distances

    message = f"no snapshot {text!r}; there are: {', '.join(known) or 'none'}"
    return Problem(path, message, tuple(nearest(text, known, 1)) or known[-1:])


def newest(folder: Path = SNAPSHOTS) -> str:
    """The id of the newest snapshot. Raises BadInput where the folder holds none."""
    known = snapshot_ids(folder)
    if not known:
        raise BadInput([Problem(_shown(folder), "no snapshot is here")])
    return known[-1]


def newer_than(snapshot_id: str, folder: Path = SNAPSHOTS) -> Snapshot | None:
    """The newest snapshot, if it is newer than that one. Raises BadInput as `load` does."""
    last = newest(folder)
    return load(last, folder) if last > snapshot_id else None


def _shown(path: Path) -> str:
    """The path as a person finds it: a bundled snapshot's from the project's folder."""
    root = SNAPSHOTS.parent.parent
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _first(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    [first, *more] = error.errors(include_url=False)
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    rest = f" (and {len(more)} more)" if more else ""
    return f"{place}: {first['msg']}{rest}"
