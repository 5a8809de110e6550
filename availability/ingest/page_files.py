"""Pages of Google's documentation as files: found, named and dated, and not yet read."""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from availability.ingest.addresses import FOLDER, ROOT, SUFFIXES, page_path, path_of, url_of
from availability.input.errors import BadInput, Position, Problem, shown

MAX_BYTES = 8_000_000
"""Of one file. The longest page that Google had in 2026 has 1.8 million."""
_MAX_BYTES_IN_ALL = 500_000_000
_MAX_ENTRIES = 100_000
"""Files and folders: more than that is no folder of pages, but a whole disk."""

_MAX_METADATA = 10_000
"""Of `metadata.yaml`: the parser of YAML takes a second for 100,000 bytes."""
_MAX_PROBLEMS = 5

_MIRROR = Path("docs/docs.cloud.google.com/gemini-enterprise-agent-platform")
_UPDATES = ("updated.tsv", "logs/urls.txt")
_METADATA = "metadata.yaml"
_DAY_OF_COPY = "last_sync"

_BOM = b"\xef\xbb\xbf"
_FENCE = b"---"
_FRONT_MATTER = 16_384
"""How many bytes of a page its front matter is looked for in."""
_URI = re.compile(rb"uri[ \t]*:[ \t]*(.*)")
_ADDRESS = re.compile(r"https?://\S+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ].+)?")


@dataclass(frozen=True)
class PageFile:
    """One stored page, not yet read."""

    path: str
    """Below the documentation's root, without a suffix: ``models/gemini/3-5-flash``."""
    url: str
    """Google's own address of it, wherever the copy comes from."""
    content: bytes
    name: str
    """Where it was found: the path below the directory, or the address it was fetched from."""
    date: dt.date
    """Google's last update of the page, else the day of the copy."""


@dataclass(frozen=True)
class _Layout:
    """Where in a directory things lie."""

    walked: Path
    """Below it every page is read."""
    root: Path
    """What a page's path is counted from: `walked`, or a folder above it."""
    beside: tuple[Path, ...]
    """Where the times and the day of the copy are looked for; the first that has them counts."""


@dataclass(frozen=True)
class _Found:
    """A page with its bytes, whose date is still open."""

    path: str
    name: str
    content: bytes


def read_directory(folder: Path, date: dt.date | None) -> tuple[PageFile, ...]:
    """The pages of a directory, sorted by path.

    The directory has one of three layouts, by what is there:

    - a day's folder: ``pages/PATH.md``, with ``updated.tsv`` and ``metadata.yaml``;
    - the mirror's repository, or a folder in it: ``PATH.md`` below
      ``docs/docs.cloud.google.com/gemini-enterprise-agent-platform``, with ``logs/urls.txt`` and
      ``metadata.yaml`` in that folder or at the repository's top;
    - anything else: downloaded ``PATH.md.txt``, ``PATH.md`` or ``PATH.html``.

    A page is known by the ``uri`` of its front matter, else by its path. Files and folders whose
    name starts with a dot, and files with other suffixes, are no pages.

    A page's date is Google's last update by ``updated.tsv`` or ``logs/urls.txt`` (lines of address,
    tab, time or nothing), else the day of the copy. That day is the ``last_sync`` of
    ``metadata.yaml``. Only where no such day is named does ``date`` stand for it: who names a day
    says when the pages were copied, and a directory that says so itself knows better. Days are
    those of UTC.

    Raises BadInput for a directory without a page, for one that can't be read, for files that are
    too big, lead out of the directory or are two copies of one page, for a time that is no date,
    and where a page has no date and none is given.
    """
    _check_folder(folder)
    layout = _layout(folder)
    pages = _pages(folder, layout)
    updates = _updates(layout)
    copied = _day_of_copy(layout) or date
    undated = [page.name for page in pages if page.path not in updates]
    if copied is None and undated:
        others = f" (and {len(undated) - 1} more)" if len(undated) > 1 else ""
        message = (
            f"missing: nothing in {folder} says when {undated[0]}{others} was copied or updated, "
            "so give the day of the copy, as in --date 2026-08-22"
        )
        raise BadInput([Problem("--date", message)])
    return tuple(
        PageFile(
            path=page.path,
            url=url_of(page.path),
            content=page.content,
            name=page.name,
            # Where no day of the copy is known, every page has an update.
            date=updates.get(page.path, copied or dt.date.min),
        )
        for page in pages
    )


def day_of_copy(folder: Path) -> dt.date | None:
    """The day on which the pages of a directory were copied, where it names one.

    Raises BadInput for a time that is no date, and for a directory that can't be read.
    """
    _check_folder(folder)
    return _day_of_copy(_layout(folder))


def _check_folder(folder: Path) -> None:
    try:
        mode = folder.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadInput([Problem(str(folder), "there is no such folder")]) from error
    except (OSError, ValueError) as error:
        raise _not_read(folder, error) from error
    if not stat.S_ISDIR(mode):
        raise BadInput([Problem(str(folder), "is a file: name the folder that holds the pages")])


def _layout(folder: Path) -> _Layout:
    if (folder / "pages").is_dir():
        return _Layout(folder / "pages", folder / "pages", (folder,))
    real = folder.resolve()
    for top in (real, *real.parents):
        root = top / _MIRROR
        if root.is_dir() and (real in (root, *root.parents) or root in real.parents):
            walked = folder / root.relative_to(real) if real in root.parents else folder
            return _Layout(walked, root if root in real.parents else walked, (folder, top))
    return _Layout(folder, folder, (folder,))


def _pages(folder: Path, layout: _Layout) -> list[_Found]:
    """All pages, sorted by path."""
    pages: dict[str, _Found] = {}
    problems: list[Problem] = []
    total = 0
    _check_inside(folder, layout.walked)
    for file in _files(folder, layout.walked):
        try:
            content = _content(folder, file)
            path = _path(layout, file, content)
        except BadInput as error:
            problems += error.problems
            continue
        name = file.relative_to(folder).as_posix()
        total += len(content)
        if total > _MAX_BYTES_IN_ALL:
            message = f"holds more than {_MAX_BYTES_IN_ALL // 1_000_000} MB of pages"
            raise BadInput([Problem(str(folder), message)])
        if path in pages:
            message = f"{pages[path].name} and {name} are both {url_of(path)}: keep one of them"
            problems.append(Problem(str(folder), message))
        pages.setdefault(path, _Found(path, name, content))
    if problems:
        raise BadInput(_some(folder, problems))
    if not pages:
        message = (
            "holds no page: expected PATH.md.txt, PATH.md or PATH.html in it, pages/PATH.md, or "
            f"{_MIRROR.as_posix()}/PATH.md"
        )
        raise BadInput([Problem(str(folder), message)])
    return [pages[path] for path in sorted(pages)]


def _some(path: Path, problems: list[Problem]) -> list[Problem]:
    """The first problems, and how many more there are: a thousand files may be wrong alike."""
    more = len(problems) - _MAX_PROBLEMS
    rest = [Problem(str(path), f"and {more} more like these")] if more > 0 else []
    return problems[:_MAX_PROBLEMS] + rest


def _files(folder: Path, walked: Path) -> Iterator[Path]:
    """The files that could be pages, in a fixed order."""
    entries = 0
    # Python doesn't enter links to folders, so what lies behind them would be missing unseen.
    for above, folders, files in os.walk(walked, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        entries += len(folders) + len(files)
        if entries > _MAX_ENTRIES:
            message = f"is no folder of pages: it holds more than {_MAX_ENTRIES:,} files"
            raise BadInput([Problem(str(folder), message)])
        for name in folders:
            _check_inside(folder, Path(above, name))
        for name in sorted(files):
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(above, name)


def _unreadable(error: OSError) -> None:
    raise _not_read(Path(str(error.filename)), error) from error


def _not_read(path: Path, error: OSError | RuntimeError | ValueError) -> BadInput:
    reason = error.strerror if isinstance(error, OSError) else None
    return BadInput([Problem(str(path), f"cannot be read: {reason or error}")])


def _check_inside(folder: Path, path: Path) -> None:
    """Raises BadInput for a link that leads nowhere, in a circle or out of the folder."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise _not_read(path, error) from error
    if not real.is_relative_to(folder.resolve()):
        raise BadInput([Problem(str(path), f"is a link that leads out of {folder}")])


def _content(folder: Path, file: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file. Raises BadInput where it can't be read, or has too many."""
    _check_inside(folder, file)
    # A pipe would keep whoever opens it waiting.
    if not file.is_file():
        raise BadInput([Problem(str(file), "cannot be read: it is no file")])
    try:
        with file.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise _not_read(file, error) from error
    if len(content) > limit:
        message = f"is too big: it has more than {limit / 1_000_000:g} MB"
        raise BadInput([Problem(str(file), message)])
    return content


def _path(layout: _Layout, file: Path, content: bytes) -> str:
    """The path of the page in a file. Raises BadInput where it is none of this documentation."""
    if uri := _uri(content):
        if path := path_of(uri):
            return path
        message = f"its uri {shown(uri)} is no address of a page below {ROOT}"
        raise BadInput([Problem(str(file), message)])
    below = file if layout.root == layout.walked else file.resolve()
    name = below.relative_to(layout.root).as_posix()
    # `wget` puts what it downloads into folders that are named as the host and the root.
    _, _, downloaded = f"/{name}".partition(FOLDER)
    if path := page_path(downloaded or name):
        return path
    message = "has no uri in its front matter, and its name is no path of a page"
    raise BadInput([Problem(str(file), message)])


def _uri(content: bytes) -> str:
    """The ``uri`` of the front matter, as it is written there; nothing where there is none."""
    first, *lines = content[:_FRONT_MATTER].removeprefix(_BOM).splitlines() or [b""]
    if first.rstrip() != _FENCE:
        return ""
    for line in lines:
        if line.rstrip() == _FENCE:
            break
        if match := _URI.fullmatch(line.rstrip()):
            # What follows a # is the address's fragment, or a comment of YAML.
            return match[1].decode("utf-8", "replace").partition("#")[0].strip(" \t\"'")
    return ""


def _updates(layout: _Layout) -> Mapping[str, dt.date]:
    """A page's path -> Google's last update of it."""
    updates: dict[str, dt.date] = {}
    problems: list[Problem] = []
    if not (file := _first(layout, _UPDATES)):
        return updates
    for number, line in enumerate(_text(file, MAX_BYTES).split("\n"), 1):
        address, tab, time = line.rstrip("\r").partition("\t")
        if not line.strip():
            continue
        at = Position(number, len(address + tab) + 1, line)
        if not _ADDRESS.fullmatch(address):
            message = f"expected an address, a tab and a time or nothing, not {shown(line)}"
            problems.append(Problem(str(file), message, at=Position(number, 1, line)))
            continue
        if not time.strip():
            continue
        path, day = path_of(address), _day(time.strip())
        if day is None:
            message = f"{shown(time.strip())} is no time like 2026-08-21T17:17:57Z"
            problems.append(Problem(str(file), message, at=at))
        elif path and updates.setdefault(path, day) != day:
            message = f"{shown(address, 200)} has two times, {updates[path]} and {day}"
            problems.append(Problem(str(file), message, at=at))
    if problems:
        raise BadInput(_some(file, problems))
    return updates


def _day_of_copy(layout: _Layout) -> dt.date | None:
    """The day that the directory itself names, if it does."""
    if not (file := _first(layout, (_METADATA,))):
        return None
    text = _text(file, _MAX_METADATA)
    try:
        metadata: object = yaml.safe_load(text)
    # A date that is none raises ValueError, and lists in lists in lists RecursionError.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0]
        raise BadInput([Problem(str(file), f"cannot be read as YAML: {first}")]) from error
    if not isinstance(metadata, Mapping):
        raise BadInput([Problem(str(file), f"expected keys such as {_DAY_OF_COPY}")])
    value = cast("Mapping[object, object]", metadata).get(_DAY_OF_COPY)
    if value is None:
        return None
    if day := _day(str(value)):
        return day
    message = f"{_DAY_OF_COPY} is {shown(value)}, which is no time like 2026-08-22T16:46:10Z"
    raise BadInput([Problem(str(file), message)])


def _first(layout: _Layout, names: tuple[str, ...]) -> Path | None:
    files = [folder / name for folder in layout.beside for name in names]
    return next((file for file in files if file.exists()), None)


def _text(file: Path, limit: int) -> str:
    """A file beside the pages. Raises BadInput where it is no text, or has too many bytes."""
    try:
        return _content(file.parent, file, limit).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8: byte {error.start} can't be read"
        raise BadInput([Problem(str(file), message)]) from error


def _day(text: str) -> dt.date | None:
    """The day of a time, by UTC; None where it is none."""
    if not _TIME.fullmatch(text):
        return None
    try:
        time = dt.datetime.fromisoformat(text)
        return (time.astimezone(dt.UTC) if time.tzinfo else time).date()
    except (ValueError, OverflowError):
        return None
