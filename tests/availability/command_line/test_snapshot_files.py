"""`--snapshot FILE`: every command takes the path of a snapshot where it takes its date."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from availability.facts import library
from availability.facts.library import SNAPSHOTS, load, newest, read_snapshot, snapshot_ids
from availability.input import clock
from availability.input.errors import BadInput
from tests.availability.cli_runs import Run, run
from tests.thorough import sampled

Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 26))
    monkeypatch.setenv("COLUMNS", "80")


def bundled(name: str) -> Path:
    return SNAPSHOTS / name / "snapshot.json"


def document_of(name: str) -> Document:
    return json.loads(bundled(name).read_text(encoding="utf-8"))


def written(document: object, path: Path) -> str:
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


# Like its date

ASKED = {
    "resolve": ["resolve", "gemini-2.0-flash-001", "--residency", "eu"],
    "resolve, with reasons": [
        *("resolve", "claude-sonnet-4-6", "--residency", "eu,us", "--explain"),
        *("--why", "europe-west1"),
    ],
    "resolve, with a quote": [
        *("resolve", "gemini-2.0-flash-001", "--residency", "any", "--why", "europe-west4"),
    ],
    "resolve, refused": ["resolve", "gemini-3.8-flash", "--residency", "de"],
    "resolve, unknown": ["resolve", "gemini-9", "--residency", "de"],
    "matrix": ["matrix"],
    "matrix of one": ["matrix", "--model", "claude-3-7-sonnet"],
    "models": ["models"],
    "models, usable": ["models", "--residency", "eu", "--need", "context-caching"],
    "locations": ["locations"],
    "snapshots": ["snapshots"],
    "facts": ["facts", "gemini-2.0-flash-001"],
    "facts, unknown": ["facts", "gemini-9"],
}


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("name", snapshot_ids())
@pytest.mark.parametrize("argv", ASKED.values(), ids=ASKED)
def test_a_bundled_file_answers_like_its_date(argv: list[str], name: str, as_json: bool):
    words = [*argv, *["--json"] * as_json]
    by_date = run(*words, "--snapshot", name)
    by_path = run(*words, "--snapshot", str(bundled(name)))
    assert by_path.status == by_date.status
    # The commands that are offered say which snapshot they are about.
    assert named(by_path, str(bundled(name))) == named(by_date, name)


def named(done: Run, snapshot: str) -> tuple[str, str]:
    option = f"--snapshot {shlex.quote(snapshot)}"
    return done.out.replace(option, "--snapshot S"), done.err.replace(option, "--snapshot S")


@pytest.mark.parametrize("as_json", [False, True])
def test_the_difference_of_two_files_is_that_of_their_dates(as_json: bool):
    names = "2026-10-10", "2026-11-12"
    by_date = run("diff", *names, *["--json"] * as_json)
    for first, second in (
        (str(bundled(names[0])), str(bundled(names[1]))),
        (names[0], str(bundled(names[1]))),
        (str(bundled(names[0])), names[1]),
    ):
        assert run("diff", first, second, *["--json"] * as_json) == by_date


def test_what_is_offered_can_be_typed_and_is_about_the_same_file(tmp_path: Path):
    path = tmp_path / "my facts.json"
    path.write_bytes(bundled("2026-10-10").read_bytes())
    refused = run(
        "resolve", "gemini-3.8-flash", "--residency", "de", "--snapshot", str(path), "--json"
    )
    fixes = refused.document["refusal"]["fixes"]
    assert fixes
    for fix in fixes:
        words = shlex.split(fix["command"])
        assert words[:3] == ["python", "-m", "availability"]
        assert words[-1] == str(path)
        assert run(*words[3:]).status == 0


def test_a_file_needs_no_ending_and_may_lie_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "facts-of-mine").write_bytes(bundled("2026-10-10").read_bytes())
    monkeypatch.chdir(tmp_path)
    done = run("snapshots", "--snapshot", "facts-of-mine", "--json")
    assert [one["id"] for one in done.document["snapshots"]] == ["2026-10-10"]


def test_a_date_is_the_bundled_one_though_a_file_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "2026-10-10").write_text("nothing", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("snapshots", "--snapshot", "2026-10-10").status == 0


# Somebody's own file


def test_a_changed_fact_needs_no_digest_in_a_file(tmp_path: Path):
    document = document_of("2026-11-12")
    [model] = [
        model
        for entry in document["entries"]
        for model in entry["models"]
        if model["id"] == "gemini-3.8-flash"
    ]
    model["retires"] = "2026-11-20"
    path = written(document, tmp_path / "changed.json")
    known = run("facts", "gemini-3.8-flash", "--snapshot", path, "--json").document["model"]
    assert known["retires"] == "2026-11-20"
    done = run("resolve", "gemini-3.8-flash", "--residency", "eu", "--snapshot", path, "--json")
    assert done.status == 1
    assert "retired" in {one["rule"] for one in done.document["refusal"]["reasons"]}
    assert run("resolve", "gemini-3.8-flash", "--residency", "eu").status == 0
    changes = run("diff", newest(), path, "--json").document["difference"]["dates"]
    assert [(one["what"], one["to"]) for one in changes] == [("retires", "2026-11-20")]


def test_line_ends_of_windows_change_no_fact(tmp_path: Path):
    path = tmp_path / "windows.json"
    path.write_bytes(bundled("2026-10-10").read_bytes().replace(b"\n", b"\r\n"))
    assert read_snapshot(path) == load("2026-10-10")


# What is no snapshot

Make = Callable[[Path], object]


def edited(edit: Callable[[Document], object]) -> Make:
    """A bundled snapshot with something else in it."""

    def make(path: Path) -> None:
        document = document_of("2026-10-10")
        edit(document)
        written(document, path)

    return make


def moved_to_mars(document: Document) -> None:
    listing = document["entries"][0]["listings"][0]
    listing["served"] = ["mars-west1"]
    document["locations"].append({"id": "mars-west1", "name": "Mars", "geography": "Mars"})


NO_SNAPSHOTS: dict[str, tuple[Make, str]] = {
    "nothing": (lambda path: path, "cannot be read as a snapshot: No such file or directory"),
    "a directory": (Path.mkdir, "cannot be read as a snapshot: Is a directory"),
    "a pipe": (os.mkfifo, "cannot be read as a snapshot: it is no regular file"),
    "a loop of links": (
        lambda path: path.symlink_to(path),
        "cannot be read as a snapshot: Too many levels of symbolic links",
    ),
    "an empty file": (Path.touch, "is no snapshot: the file: Invalid JSON: EOF while parsing"),
    "half a document": (
        lambda path: path.write_bytes(bundled("2026-10-10").read_bytes()[:5000]),
        "is no snapshot: the file: Invalid JSON: EOF while parsing",
    ),
    "no text": (
        lambda path: path.write_bytes(b"\xff\xfe{}"),
        "is no snapshot: the file: Invalid JSON: expected value",
    ),
    "text that is no JSON": (
        lambda path: path.write_text("date: 2026-10-10", encoding="utf-8"),
        "is no snapshot: the file: Invalid JSON: expected value",
    ),
    "another document": (
        lambda path: written({"errors": []}, path),
        "is no snapshot: date: Field required",
    ),
    "a list": (
        lambda path: written([], path),
        "is no snapshot: the file: Input should be an object",
    ),
    "a key too many": (
        edited(lambda document: document.update(more=1)),
        "is no snapshot: more: no snapshot has this key",
    ),
    "another family": (
        edited(lambda document: document["entries"][0].update(family="x")),
        "is no snapshot: entries.0.family: Input should be",
    ),
    "a place on no map": (
        edited(moved_to_mars),
        "is no snapshot: it has locations that are not known here: mars-west1",
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("what", NO_SNAPSHOTS)
def test_what_is_no_snapshot_is_one_clear_line(what: str, as_json: bool, tmp_path: Path):
    path = tmp_path / "x.json"
    make, message = NO_SNAPSHOTS[what]
    make(path)
    calls = (*ASKED.values(), ["diff", "2026-10-10"])
    for argv in sampled(calls, 3, [*NO_SNAPSHOTS].index(what)):
        file = [str(path)] if argv[0] == "diff" else ["--snapshot", str(path)]
        done = run(*argv, *file, *["--json"] * as_json)
        assert done.status == 2
        if as_json:
            [error] = done.document["errors"]
            assert (error["path"], done.err) == (str(path), "")
            assert error["message"].startswith(message)
        else:
            assert done.out == ""
            [line] = done.err.splitlines()
            assert line.startswith(f"{path}: {message}")


def test_the_nearest_place_is_told_where_one_is_on_no_map(tmp_path: Path):
    document = document_of("2026-10-10")
    text = json.dumps(document).replace("europe-west4", "europe-wset4")
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    done = run("locations", "--snapshot", str(path))
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert "europe-wset4 (did you mean europe-west" in done.err


def test_a_device_that_never_ends_is_not_read():
    done = run("locations", "--snapshot", "/dev/zero")
    assert done.status == 2
    assert done.err == "/dev/zero: cannot be read as a snapshot: it is no regular file\n"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.json"
    path.write_bytes(b"x" * 101)
    monkeypatch.setattr(library, "LARGEST", 100)
    done = run("locations", "--snapshot", str(path))
    assert done.status == 2
    assert done.err == f"{path}: cannot be read as a snapshot: it is larger than 100 bytes\n"


@pytest.mark.parametrize(
    "name", ["\0/x.json", "\0.json", "x\n::error::y.json", "\udc80.json", "\ud800/x.json"]
)
def test_a_name_that_no_file_can_have_is_one_line_of_text(name: str):
    done = run("locations", "--snapshot", name)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.isprintable()
    assert "cannot be read as a snapshot: " in line
    with pytest.raises(BadInput):
        read_snapshot(Path(name))


@pytest.mark.parametrize("text", ["", " ", "newest", "2026-11-13", "2026", "..", "-"])
def test_what_is_neither_a_date_nor_a_file_is_told_the_dates(text: str):
    done = run("locations", f"--snapshot={text}")
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    if text != "..":  # which is a directory
        assert done.err.startswith(f"--snapshot: no snapshot {text!r}; there are: 2025-05-12, ")
        assert "(did you mean 2026-1" in done.err


# What a file may not do


def test_a_file_quotes_no_line_of_a_file_elsewhere(tmp_path: Path):
    secret = tmp_path / "secret.md"
    secret.write_text("- a secret of europe-west4\n" * 500, encoding="utf-8")
    document = document_of("2025-05-12")
    for source in document["sources"].values():
        source["file"] = os.path.relpath(secret, SNAPSHOTS / "2025-05-12")
    path = written(document, tmp_path / "x.json")
    argv = [*ASKED["resolve, with a quote"], "--snapshot"]
    done = run(*argv, path)
    assert done.status == run(*argv, "2025-05-12").status == 0
    assert "secret" not in done.out
    assert "What is known of gemini-2.0-flash-001 in europe-west4" in done.out


@pytest.mark.parametrize("file", ["nowhere.md", ".", "model_ids.csv", "../2025-05-12"])
def test_a_file_that_names_no_copy_or_a_line_that_it_lacks_is_answered_without_a_quote(
    file: str, tmp_path: Path
):
    document = document_of("2025-05-12")
    for source in document["sources"].values():
        source["file"] = file
    for entry in document["entries"]:
        for listing in entry["listings"]:
            listing["cite"]["line"] = 10**6
    path = written(document, tmp_path / "x.json")
    done = run(*ASKED["resolve, with a quote"], "--snapshot", path, "--json")
    assert done.status == 0
    assert done.document["why"]
    assert all(not one["quote"] for one in done.document["why"] if one["line"] == 10**6)


def test_a_snapshot_of_a_later_day_quotes_the_copies_that_it_takes_over(tmp_path: Path):
    document = document_of("2026-11-12") | {"date": "2026-11-26"}
    path = written(document, tmp_path / "x.json")
    done = run(
        *("resolve", "gemini-2.0-flash", "--residency", "eu", "--why", "europe-west4", "--json"),
        *("--snapshot", path),
    )
    quotes = [one["quote"] for one in done.document["why"] if one["line"] == 143]
    assert ["gemini-2.0-flash-001" in quote for quote in quotes] == [True]


def test_a_snapshot_without_anything_is_shown_as_empty(tmp_path: Path):
    empty: Document = {"date": "2026-11-26", "sources": {}}
    empty |= {name: [] for name in ("locations", "tables", "limitations", "entries")}
    path = written(empty, tmp_path / "x.json")
    for argv, status in ((["snapshots"], 0), (["locations"], 0), (["facts", "x"], 1)):
        done = run(*argv, "--snapshot", path)
        assert done.status == status
        assert "Traceback" not in done.err
    assert run("diff", "2026-11-12", path).status == 0


@pytest.mark.parametrize(("file", "status"), [("2026-11-12", 0), ("2025-05-12", 0)])
def test_a_file_that_somebody_chose_is_stale_after_180_days(file: str, status: int):
    argv = ["resolve", "gemini-2.5-pro-preview-05-06", "--residency", "us", "--json"]
    if file == "2026-11-12":
        argv[1] = "gemini-3.8-flash"
    done = run(*argv, "--as-of", "2026-12-28", "--snapshot", str(bundled(file)))
    ids = [one["id"] for one in done.document["warnings"]]
    assert done.status == status
    assert ("stale-snapshot" in ids) == (file == "2025-05-12")
    assert ("newer-facts" in ids) == (file == "2025-05-12")
