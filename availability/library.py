"""Finds, loads and keeps the bundled snapshots."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from availability.errors import BadInput, Problem
from availability.facts import Snapshot

SNAPSHOTS = Path(__file__).parent / "snapshots"


def snapshot_ids(folder: Path = SNAPSHOTS) -> tuple[str, ...]:
    """The ids (ISO dates) of the snapshots in the folder, oldest first."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/snapshot.json")))


@cache
def load(snapshot_id: str, folder: Path = SNAPSHOTS) -> Snapshot:
    """The snapshot of that id, read and validated once a process.

    Raises BadInput where there is none, or where its file cannot be read or does not validate.
    """
    if snapshot_id not in (known := snapshot_ids(folder)):
        choices = ", ".join(known) or "none"
        message = f"no snapshot {snapshot_id!r}; there are: {choices}"
        raise BadInput([Problem("snapshot", message, known[-1:])])
    path = folder / snapshot_id / "snapshot.json"
    try:
        snapshot = Snapshot.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BadInput([Problem(_shown(path), f"corrupt snapshot: {_first(error)}")]) from error
    if snapshot.id != snapshot_id:
        message = f"corrupt snapshot: it says it is of {snapshot.id}"
        raise BadInput([Problem(_shown(path), message)])
    return snapshot


def newest(folder: Path = SNAPSHOTS) -> str:
    """The id of the newest snapshot. Raises BadInput where the folder holds none."""
    known = snapshot_ids(folder)
    if not known:
        raise BadInput([Problem(_shown(folder), "no snapshot is here")])
    return known[-1]


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
