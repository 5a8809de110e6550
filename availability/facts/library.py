"""Finds, loads and keeps the bundled snapshots."""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import os
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from availability.facts.snapshot import Snapshot
from availability.input.errors import BadInput, Problem, shown
from availability.input.likeness import nearest, similarity
from availability.places.geography import places

if TYPE_CHECKING:  # only what comes from outside is validated
    from pydantic import ValidationError

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
LARGEST = 64 * 2**20
"""The size in bytes of the largest file that is read as a snapshot."""
_MISSPELT = 0.8
"""How alike a text and a day have to be; any two days of this century have much in common."""
DIGEST = ".sha256"
"""The suffix of the file that holds the digest of a snapshot."""


def snapshot_ids(folder: Path = SNAPSHOTS) -> tuple[str, ...]:
    """The ids (ISO dates) of the snapshots in the folder, oldest first."""
    return tuple(sorted(path.parent.name for path in folder.glob("*/snapshot.json")))


def load(snapshot_id: str, folder: Path = SNAPSHOTS) -> Snapshot:
    """The snapshot of that id, read once a process.

    It has to be what was validated when it was made, by the digest beside it: who changes a fact
    by hand has to change the digest, too. Raises BadInput where there is none, where its file
    cannot be read, and where it is not what was made, with what is invalid in it, if anything is.
    """
    return _load(snapshot_id, folder)


@cache
def _load(snapshot_id: str, folder: Path) -> Snapshot:
    if snapshot_id not in (known := snapshot_ids(folder)):
        raise BadInput([unknown_snapshot(snapshot_id, known, "snapshot")])
    path = folder / snapshot_id / "snapshot.json"
    try:
        snapshot = _read(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Problem(_shown(path), f"corrupt snapshot: {reason}")]) from error
    except _Changed as error:
        raise BadInput([Problem(_shown(path), f"corrupt snapshot: {error}")]) from error
    if snapshot.id != snapshot_id:
        message = f"corrupt snapshot: it says it is of {snapshot.id}"
        raise BadInput([Problem(_shown(path), message)])
    return snapshot


def digest_of(snapshot_id: str, folder: Path = SNAPSHOTS) -> str:
    """The SHA-256 of a snapshot's file, in hexadecimal digits: what `load` holds it to.

    Raises BadInput as `load` does.
    """
    load(snapshot_id, folder)
    return (folder / snapshot_id / "snapshot.json").with_suffix(DIGEST).read_text().strip()


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in a file, such as `refresh --out` writes. It is validated as a whole.

    It needs no digest: whoever names a file means what stands in it. Raises BadInput where it can't
    be read, is none, or has a location that is not known here.
    """
    from pydantic import ValidationError

    from availability.facts.validation import validated

    try:
        snapshot = validated(_content(path))
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput([Problem(str(path), f"cannot be read as a snapshot: {reason}")]) from error
    except ValidationError as error:
        raise BadInput([Problem(str(path), f"is no snapshot: {_first(error)}")]) from error
    if unknown := sorted(snapshot.location_ids - places().keys()):
        message = f"is no snapshot: it has locations that are not known here: {', '.join(unknown)}"
        raise BadInput([Problem(str(path), message, tuple(nearest(unknown[0], places(), 1)))])
    return snapshot


def _content(path: Path) -> bytes:
    """What a file holds. Raises OSError for all that is no file of a bearable size."""
    try:
        mode, size = path.stat().st_mode, path.stat().st_size
    except ValueError as error:  # a NUL, or half of a surrogate pair
        raise OSError("no file can be called that") from error
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):  # a device or a pipe may never end
        raise OSError("it is no regular file")
    if size > LARGEST:
        raise OSError(f"it is larger than {LARGEST} bytes")
    return path.read_bytes()


class _Changed(Exception):
    """A snapshot that is not what was made from its sources. Says what is wrong with it."""


def digest(content: bytes) -> str:
    """What stands in the file beside a snapshot: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _read(path: Path) -> Snapshot:
    # Git may have checked it out with the line ends of Windows, which say nothing in JSON.
    content, known = path.read_bytes().replace(b"\r\n", b"\n"), path.with_suffix(DIGEST)
    expected = known.read_bytes().strip() if known.exists() else None
    if expected == digest(content).encode():
        return Snapshot.of_document(_parsed(content))
    from pydantic import ValidationError

    from availability.facts.validation import validated

    try:
        validated(content)
    except ValidationError as error:
        raise _Changed(_first(error)) from error
    why = f"{known.name} has the digest of another text"
    why = f"there is no {known.name} beside it" if expected is None else why
    raise _Changed(
        f"it was changed after it was made, because {why}; bring it back with git checkout, "
        "or make it again from its sources with make snapshots"
    )


def _parsed(content: bytes) -> dict[str, Any]:
    """The JSON object of a text, all of which stays: nothing in it is garbage to be looked for.

    To look for it again and again while thousands of models are read takes as long as reading them.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return json.loads(content)
    finally:
        if collects:
            gc.enable()


def unknown_snapshot(text: str, known: tuple[str, ...], path: str) -> Problem:
    """What is wrong with an id that is none of the known ones.

    It suggests the one that was misspelt, as it seems, else the newest. `path` says where it
    stands.
    """
    message = f"no snapshot {shown(text)}; there are: {', '.join(known) or 'none'}"
    near = tuple(day for day in nearest(text, known, 1) if similarity(text, day) >= _MISSPELT)
    return Problem(path, message, near or known[-1:])


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


def _first(error: ValidationError) -> str:
    [first, *more] = error.errors(include_url=False)
    place = ".".join(str(part) for part in first["loc"]) or "the file"
    rest = f" (and {len(more)} more)" if more else ""
    # pydantic speaks of arguments, as facts are dataclasses, and a file has keys.
    unknown = first["type"] == "unexpected_keyword_argument"
    return f"{place}: {'no snapshot has this key' if unknown else first['msg']}{rest}"
