"""Stored pages: found in each layout, named and dated, or one error that names the file."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from availability.ingest import page_files
from availability.ingest.addresses import ROOT as GOOGLE
from availability.ingest.page_files import MAX_BYTES, PageFile, read_directory
from availability.input.errors import BadInput
from tests.paths import PAGES

CARD = "models/gemini/9-nano"
TEXT = "# Nano 9\n\nIt answers in one word.\n"
COPIED = dt.date(2026, 11, 20)
UPDATED = dt.date(2026, 11, 3)
METADATA = "file_count: 1\nlast_sync: 2026-11-20T16:46:10Z\n"
UPDATES = f"{GOOGLE}{CARD}\t2026-11-03T17:17:57Z\n"
MIRROR = "docs/docs.cloud.google.com/gemini-enterprise-agent-platform"


def fronted(uri: str, text: str = TEXT) -> str:
    return f"---\nname: documents/x\nuri: {uri}\ntitle: Nano 9\n---\n\n{text}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def only(folder: Path, date: dt.date | None = None) -> PageFile:
    [page] = read_directory(folder, date)
    return page


def problems(folder: Path, date: dt.date | None = COPIED) -> list[str]:
    with pytest.raises(BadInput) as caught:
        read_directory(folder, date)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("below", "name", "times"),
    [
        ("", f"pages/{CARD}.md", "updated.tsv"),
        ("", f"{MIRROR}/{CARD}.md", "logs/urls.txt"),
        ("docs", f"docs.cloud.google.com/gemini-enterprise-agent-platform/{CARD}.md", None),
        (MIRROR, f"{CARD}.md", None),
        (f"{MIRROR}/models", "gemini/9-nano.md", None),
        ("", f"{CARD}.md.txt", "updated.tsv"),
        ("", f"{CARD}.html", "logs/urls.txt"),
        (
            "",
            f"docs.cloud.google.com/gemini-enterprise-agent-platform/{CARD}.md.txt",
            "updated.tsv",
        ),
    ],
)
def test_a_page_is_found_named_and_dated_in_each_layout(
    below: str, name: str, times: str | None, tmp_path: Path
):
    write(
        tmp_path,
        {
            Path(below, name).as_posix(): TEXT,
            times or "logs/urls.txt": UPDATES,
            "metadata.yaml": METADATA,
        },
    )
    page = only(tmp_path / below)
    assert page == PageFile(CARD, f"{GOOGLE}{CARD}", TEXT.encode(), name, UPDATED)


def test_pages_come_sorted_by_path_whatever_their_files_are_called(tmp_path: Path):
    write(
        tmp_path,
        {"a.md": fronted(f"{GOOGLE}models/z"), "b/c.md.txt": "# C\n", "b.html": "<h1>B</h1>"},
    )
    pages = read_directory(tmp_path, COPIED)
    assert [(page.path, page.name) for page in pages] == [
        ("b", "b.html"),
        ("b/c", "b/c.md.txt"),
        ("models/z", "a.md"),
    ]


def test_other_files_are_no_pages(tmp_path: Path):
    others = ("x.txt", "x.json", "x.MD", "x", ".hidden.md", ".git/x.md", "md", "x.md.bak", "x.mdx")
    write(tmp_path, {f"{CARD}.md": TEXT, **dict.fromkeys(others, "no page")})
    assert only(tmp_path, COPIED).path == CARD


@pytest.mark.parametrize(
    "uri",
    [
        f"{GOOGLE}{CARD}",
        f'"{GOOGLE}{CARD}"',
        f"'{GOOGLE}{CARD}'",
        f"  {GOOGLE}{CARD}  ",
        f"{GOOGLE}{CARD}/",
        f"{GOOGLE}{CARD}?hl=de",
        f"{GOOGLE}{CARD}/?hl=pt-br#regions",
        f"{GOOGLE}{CARD}.md.txt",
        f'"{GOOGLE}{CARD}" # a comment',
        f"http://cloud.google.com/gemini-enterprise-agent-platform/{CARD}",
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_uri_of_the_front_matter_says_which_page_it_is(
    uri: str, ends: str, mark: str, tmp_path: Path
):
    content = (mark + fronted(uri).replace("\n", ends)).encode()
    page = only(write(tmp_path, {"models/other.md": content}), COPIED)
    assert (page.path, page.content) == (CARD, content)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        "",
        "---\n",
        fronted(""),
        f"---\ntitle: x\n---\nuri: {GOOGLE}models/other\n",
        f"\nuri: {GOOGLE}models/other\n",
        f"---\nx:\n  uri: {GOOGLE}models/other\n---\n",
        fronted(f"{GOOGLE}models/other").encode("utf-16"),
        b"\xff\xfe\x00",
        b"---\ntitle: \xff\n---\n",
    ],
)
def test_without_a_uri_the_path_says_it(content: str | bytes, tmp_path: Path):
    assert only(write(tmp_path, {f"{CARD}.md": content}), COPIED).path == CARD


@pytest.mark.parametrize(
    "uri",
    [
        "https://docs.cloud.google.com/vertex-ai/models/gemini/9-nano",
        "https://docs.example/gemini-enterprise-agent-platform/models/gemini/9-nano",
        f"{GOOGLE}models/../../x",
        f"{GOOGLE}models/a b",
        "https://[",
        GOOGLE,
    ],
)
def test_a_page_of_another_documentation_is_refused(uri: str, tmp_path: Path):
    [problem] = problems(write(tmp_path, {f"{CARD}.md": fronted(uri)}))
    assert problem.startswith(f"{tmp_path / CARD}.md: its uri '{uri[:40]}")
    assert "is no address of a page below https://docs.cloud.google.com/" in problem


def test_a_name_that_is_no_path_is_refused_where_there_is_no_uri(tmp_path: Path):
    [problem] = problems(write(tmp_path, {"my notes.md": TEXT}))
    assert problem == (
        f"{tmp_path}/my notes.md: has no uri in its front matter, and its name is no path of a page"
    )
    write(tmp_path, {"my notes.md": fronted(f"{GOOGLE}{CARD}")})
    assert only(tmp_path, COPIED).path == CARD


@pytest.mark.parametrize(
    ("time", "metadata", "date", "expected"),
    [
        ("2026-11-03T17:17:57Z", METADATA, dt.date(2026, 1, 1), UPDATED),
        ("2026-11-03", METADATA, None, UPDATED),
        ("2026-11-03T23:30:00-05:00", METADATA, None, dt.date(2026, 11, 4)),
        ("", METADATA, None, COPIED),
        ("", METADATA, dt.date(2026, 1, 1), COPIED),
        (None, METADATA, None, COPIED),
        (None, "last_sync: 2026-11-20\n", None, COPIED),
        (None, "last_sync: '2026-11-20T16:46:10Z'\n", None, COPIED),
        (None, "last_sync: 2026-11-20T23:46:10-05:00\n", None, dt.date(2026, 11, 21)),
        (None, "\ufefflast_sync: 2026-11-20T16:46:10Z\r\n", None, COPIED),
        (None, "file_count: 1\n", dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
        (None, "last_sync:\n", dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
        (None, None, dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
        ("", None, dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
        ("2026-11-03T17:17:57Z", None, None, UPDATED),
    ],
)
def test_googles_update_counts_before_the_day_of_the_copy_and_that_before_the_given_one(
    time: str | None, metadata: str | None, date: dt.date | None, expected: dt.date, tmp_path: Path
):
    write(tmp_path, {f"pages/{CARD}.md": TEXT})
    if time is not None:
        write(tmp_path, {"updated.tsv": f"\ufeff{GOOGLE}other\t\r\n\n{GOOGLE}{CARD}\t{time}\r\n"})
    if metadata is not None:
        write(tmp_path, {"metadata.yaml": metadata})
    assert only(tmp_path, date).date == expected


def test_without_any_day_the_option_is_asked_for(tmp_path: Path):
    write(tmp_path, {f"{CARD}.md": TEXT, "models/x.md": TEXT, "models/y.md": TEXT})
    write(tmp_path, {"updated.tsv": UPDATES})
    [problem] = problems(tmp_path, None)
    assert problem == (
        f"--date: missing: nothing in {tmp_path} says when models/x.md (and 1 more) was copied or "
        "updated, so give the day of the copy, as in --date 2026-08-22"
    )


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [
        (f"{GOOGLE}{CARD}\tyesterday", "2:85", "'yesterday' is no time like 2026-08-21T17:17:57Z"),
        (f"{GOOGLE}{CARD}\t2026-13-45", "2:85", "'2026-13-45' is no time"),
        (f"{GOOGLE}{CARD}\t20261103", "2:85", "'20261103' is no time"),
        (f"{GOOGLE}{CARD}\t0001-01-01T00:00:00+23:00", "2:85", "is no time"),
        ("https://docs.example/x\tnever", "2:24", "'never' is no time"),
        (f"{GOOGLE}{CARD} 2026-11-03", "2:1", "expected an address, a tab and a time or nothing"),
        ("<<<<<<< HEAD", "2:1", "expected an address, a tab and a time or nothing"),
        (f"{GOOGLE}{CARD}\t2026-11-04", "2:85", "has two times, 2026-11-03 and 2026-11-04"),
    ],
)
def test_a_line_of_times_that_is_wrong_is_named(line: str, place: str, said: str, tmp_path: Path):
    write(tmp_path, {f"pages/{CARD}.md": TEXT, "updated.tsv": f"{UPDATES}{line}\n"})
    [problem] = problems(tmp_path)
    assert problem.startswith(f"{tmp_path}/updated.tsv:{place}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ("last_sync: yesterday\n", "last_sync is 'yesterday', which is no time like"),
        ("last_sync: 2026-13-45T00:00:00Z\n", "cannot be read as YAML: month must be in 1..12"),
        ("last_sync: [2026]\n", "last_sync is [2026], which is no time like"),
        ("- last_sync\n", "expected keys such as last_sync"),
        ("", "expected keys such as last_sync"),
        ("last_sync: {\n", "cannot be read as YAML: while parsing"),
        ("[" * 2_000, "cannot be read as YAML: "),
        ("#" * 10_001, "is too big: it has more than 0.01 MB"),
        (b"last_sync: \xff\n", "is not UTF-8: byte 11 can't be read"),
    ],
)
def test_a_day_of_the_copy_that_is_none_is_an_error(
    metadata: str | bytes, said: str, tmp_path: Path
):
    write(tmp_path, {f"pages/{CARD}.md": TEXT, "metadata.yaml": metadata})
    [problem] = problems(tmp_path)
    assert problem.startswith(f"{tmp_path}/metadata.yaml: {said}")


def test_two_files_of_one_page_are_both_named(tmp_path: Path):
    write(tmp_path, {f"{CARD}.md": TEXT, "models/copy.md.txt": fronted(f"{GOOGLE}{CARD}?hl=de")})
    assert problems(tmp_path) == [
        f"{tmp_path}: models/copy.md.txt and {CARD}.md are both {GOOGLE}{CARD}: keep one of them"
    ]


def test_what_is_wrong_with_many_files_is_told_of_the_first(tmp_path: Path):
    write(tmp_path, {f"not {number}.md": TEXT for number in range(9)})
    said = problems(tmp_path)
    assert len(said) == 6
    assert said[-1] == f"{tmp_path}: and 4 more like these"


def test_a_folder_without_pages_is_an_error(tmp_path: Path):
    expected = f"{tmp_path}: holds no page: expected PATH.md.txt, PATH.md or PATH.html in it, pages"
    assert problems(tmp_path)[0].startswith(expected)
    write(tmp_path, {"updated.tsv": UPDATES, "pages/x.pdf": "x"})
    assert problems(tmp_path)[0].startswith(expected)


def test_what_is_no_folder_is_an_error(tmp_path: Path):
    file = write(tmp_path, {"x.md": TEXT}) / "x.md"
    assert problems(file) == [f"{file}: is a file: name the folder that holds the pages"]
    for path in (tmp_path / "nowhere", file / "below"):
        assert problems(path) == [f"{path}: there is no such folder"]
    [problem] = problems(tmp_path / ("x" * 300))
    assert problem.endswith("cannot be read: File name too long")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path):
    outside = write(tmp_path / "outside", {"secret.md": TEXT})
    folder = write(tmp_path / "folder", {f"{CARD}.md": TEXT})
    for target in (outside / "secret.md", outside, Path("/")):
        link = folder / "models" / "link.md"
        link.symlink_to(target)
        assert problems(folder) == [f"{link}: is a link that leads out of {folder}"]
        link.unlink()
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "pages").symlink_to(folder)
    assert problems(tmp_path / "day") == [
        f"{tmp_path}/day/pages: is a link that leads out of {tmp_path}/day"
    ]
    folder.joinpath("metadata.yaml").symlink_to(outside / "secret.md")
    assert "leads out of" in problems(folder)[0]


def test_the_folder_itself_may_be_a_link_and_hold_links_into_itself(tmp_path: Path):
    folder = write(tmp_path / "folder", {"kept/x.md": fronted(f"{GOOGLE}{CARD}")})
    (tmp_path / "link").symlink_to(folder)
    assert only(tmp_path / "link", COPIED).path == CARD
    (folder / "same").symlink_to(folder / "kept")
    assert only(folder, COPIED).name == "kept/x.md"


def test_what_cannot_be_read_is_refused_by_its_name(tmp_path: Path):
    write(tmp_path, {f"{CARD}.md": TEXT})
    path = tmp_path / "x.md"
    path.symlink_to(path)
    assert problems(tmp_path)[0].startswith(f"{path}: cannot be read: ")
    path.unlink()
    path.symlink_to(tmp_path / "nothing")
    assert problems(tmp_path) == [f"{path}: cannot be read: No such file or directory"]
    path.unlink()
    os.mkfifo(path)
    assert problems(tmp_path) == [f"{path}: cannot be read: it is no file"]


def test_a_file_that_may_not_be_read_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Who runs the tests may be allowed to read everything.
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    write(tmp_path, {f"{CARD}.md": TEXT})
    monkeypatch.setattr(Path, "open", refuse)
    assert problems(tmp_path) == [f"{tmp_path / CARD}.md: cannot be read: Permission denied"]


def test_a_file_that_is_too_big_is_refused_by_its_name(tmp_path: Path):
    write(tmp_path, {f"{CARD}.md": b"x" * MAX_BYTES})
    assert len(only(tmp_path, COPIED).content) == MAX_BYTES
    write(tmp_path, {f"{CARD}.md": b"x" * (MAX_BYTES + 1)})
    assert problems(tmp_path) == [f"{tmp_path / CARD}.md: is too big: it has more than 8 MB"]


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("_MAX_ENTRIES", 2, "is no folder of pages: it holds more than 2 files"),
        ("_MAX_BYTES_IN_ALL", 50, "holds more than 0 MB of pages"),
    ],
)
def test_a_folder_that_holds_too_much_is_refused(
    limit: str, value: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(page_files, limit, value)
    write(tmp_path, {"a.md": TEXT, "b.md": TEXT, "c/d.md": TEXT})
    assert problems(tmp_path) == [f"{tmp_path}: {said}"]


@pytest.mark.parametrize("day", sorted(PAGES.glob("2026-*")), ids=lambda day: day.name)
def test_all_pages_of_a_stored_day_are_read_with_googles_last_update(day: Path):
    lines = [line.split("\t") for line in (day / "updated.tsv").read_text().splitlines()]
    expected = {url: time[:10] for url, time in lines}
    pages = read_directory(day, None)
    assert {page.url: page.date.isoformat() for page in pages} == expected
    assert all(page.name == f"pages/{page.path}.md" for page in pages)
    assert all(page.content == (day / page.name).read_bytes() for page in pages)


@pytest.mark.parametrize("folder", ["md-txt", "october-forms"])
@pytest.mark.skipif(not PAGES.exists(), reason="no stored pages beside the project")
def test_stored_pages_without_a_day_have_the_given_one(folder: str):
    pages = read_directory(PAGES / folder, COPIED)
    assert {page.date for page in pages} == {COPIED}
    assert all(page.name.startswith(f"{page.path}.md") for page in pages)
