"""`refresh` as it is typed: pages of a directory or a server become a snapshot, or nothing does."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from availability.facts.library import SNAPSHOTS, load
from availability.ingest import fetch
from availability.ingest import refresh as refreshing
from availability.ingest.download import Limits
from availability.ingest.folder import PAGES, snapshot_of
from availability.ingest.known_pages import INDEX
from availability.ingest.refresh import Refreshed
from availability.ingest.statements import read_tables
from tests.availability.cli_runs import typed
from tests.availability.ingest.own_pages import (
    ROOT,
    OwnCard,
    OwnModel,
    write_card,
    write_residency,
)
from tests.availability.ingest.page_server import (
    Answer,
    PageServer,
    hangs,
    page,
    redirect,
    running,
    status,
)

DAY = "2026-11-20"
SECOND = OwnCard(
    "Gemini 9.1 Pro",
    "models/gemini/9-1-pro",
    (OwnModel("9.1 Pro", "gemini-9.1-pro", availability=(("Global", ("global",)),)),),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two cards and a page of commitments, as a day's folder."""
    root = tmp_path / "day"
    put(root, OwnCard().path, write_card(OwnCard(), "bullets"))
    put(root, SECOND.path, write_card(SECOND, "html-in-markdown"))
    put(root, "resources/data-residency", write_residency("html-in-markdown"))
    (root / "metadata.yaml").write_text(f"last_sync: {DAY}T10:00:00Z\n", encoding="utf-8")
    (root / "updated.tsv").write_text(
        f"{ROOT}{SECOND.path}\t2026-11-01T00:00:00Z\n", encoding="utf-8"
    )
    return root


def put(root: Path, path: str, text: str) -> None:
    file = root / "pages" / f"{path}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def refresh(folder: Path | str, *words: str) -> Any:
    return typed(f"refresh --from {folder} --accept-removals {' '.join(words)}")


def test_the_document_has_these_keys(folder: Path):
    run = refresh(folder, "--json")
    assert run.status == 0
    document = run.document
    assert set(document) >= {"snapshot", "pages", "facts", "notUnderstood", "refused", "difference"}
    assert document["snapshot"] == DAY
    assert document["pages"] == 3
    assert document["facts"]["locations"] == 6
    assert document["refused"] == []
    parts = ["models", "locations", "commitments", "capabilities", "controls", "dates", "notices"]
    assert list(document["difference"]) == parts
    added = [one for one in document["difference"]["models"] if one["kind"] == "added"]
    assert {one["model"] for one in added} == {"google/gemini-9.1-flash", "google/gemini-9.1-pro"}


def test_the_file_is_a_snapshot_that_every_command_takes(folder: Path, tmp_path: Path):
    out = tmp_path / "new.json"
    assert refresh(folder, f"--out {out}").status == 0
    run = typed(f"resolve gemini-9.1-flash --residency eu --snapshot {out} --json")
    assert run.document["placement"]["location"] == "eu"
    cited = typed(f"facts gemini-9.1-pro --snapshot {out} --json").document["model"]["locations"]
    assert cited[0]["cite"]["url"] == ROOT + SECOND.path
    assert cited[0]["cite"]["date"] == "2026-11-01"


def test_the_same_pages_give_the_same_bytes(folder: Path, tmp_path: Path):
    for name in ("one", "two"):
        assert refresh(folder, f"--out {tmp_path / name}.json").status == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    copy = tmp_path / "moved"
    shutil.copytree(folder, copy)
    assert refresh(copy, f"--out {tmp_path / 'three'}.json").status == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "three.json").read_bytes()


def test_a_page_that_is_refused_is_named_and_nothing_is_written(folder: Path, tmp_path: Path):
    card = write_card(OwnCard(), "bullets").replace("`europe-west3`", "`europe-west33`", 1)
    put(folder, OwnCard().path, card)
    out = tmp_path / "new.json"
    run = refresh(folder, f"--out {out}", "--json")
    assert run.status == 2
    [refused] = run.document["refused"]
    assert refused["url"] == ROOT + OwnCard().path
    assert (
        refused["line"]
        == card.splitlines().index("  - Europe: `europe-west33` , `europe-west9`") + 1
    )
    assert "the nearest known is europe-west3" in refused["message"]
    assert not out.exists()
    text = " ".join(refresh(folder, f"--out {out}").out.split())
    assert text.startswith(
        f"refused: {ROOT}{OwnCard().path} line {refused['line']}: unknown location"
    )
    assert "Nothing was written." in text


def test_what_is_not_understood_is_told_with_its_place(folder: Path):
    card = write_card(OwnCard(), "bullets").replace("May 19, 2027 or later", "when it is time")
    put(folder, OwnCard().path, card)
    run = refresh(folder, "--json")
    assert run.status == 0
    [missed] = run.document["notUnderstood"]
    assert missed["text"] == "Retirement date: when it is time"
    assert card.splitlines()[missed["line"] - 1] == "  - Retirement date: when it is time"


def test_half_of_the_models_do_not_vanish_without_a_word(folder: Path, tmp_path: Path):
    out = tmp_path / "new.json"
    run = typed(f"refresh --from {folder} --out {out}")
    assert run.status == 2
    assert "--accept-removals" in run.out
    assert not out.exists()


def test_a_folder_of_its_own_can_be_made_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bundled = tmp_path / "snapshots"
    bundled.mkdir()
    write = refreshing.write_folder

    def write_there(result: Refreshed) -> Path:
        return write(result, bundled)

    monkeypatch.setattr(refreshing, "write_folder", write_there)
    assert refresh(folder, "--write").status == 0
    made = bundled / DAY
    assert sorted(path.name for path in made.iterdir()) == [
        PAGES,
        "snapshot.json",
        "snapshot.sha256",
    ]
    snapshot = load(DAY, bundled)
    statements = tuple(read_tables(made / PAGES))
    assert snapshot_of(snapshot.date, statements) == snapshot
    # Again it is there already, and another one of that day is not put in its place.
    assert refresh(folder, "--write").status == 0
    put(folder, OwnCard().path, write_card(replace(OwnCard(), title="Another"), "bullets"))
    again = refresh(folder, "--write")
    assert again.status == 2
    assert f"there is a snapshot {DAY} already" in again.err
    assert load(DAY, bundled) == snapshot


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--from /nowhere", "/nowhere"),
        ("--from ''", "empty"),
        ("--from ftp://x.example/", "ftp"),
        ("--date 2026-13-01 --from .", "--date"),
        ("--out '' --from .", "--out"),
    ],
)
def test_a_misuse_is_one_clear_line(words: str, message: str):
    run = typed(f"refresh {words}")
    assert run.status == 2
    assert message in run.err
    assert "Traceback" not in run.err


def test_a_file_that_cannot_be_written_leaves_what_was_there(folder: Path, tmp_path: Path):
    target = tmp_path / "missing" / "new.json"
    run = refresh(folder, f"--out {target}")
    assert run.status == 2
    assert str(target) in run.err
    assert not target.parent.exists()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageServer]:
    """A documentation of two cards and one page of facts, and no time to wait between them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(fetch, "FACTS", ("resources/data-residency",))
    monkeypatch.setattr(fetch, "UNLINKED", ())
    limits = Limits(connect=5, read=2, page=5, all=20, pause=0, busy_pause=0.01)

    def quick(url: str | None, day: dt.date, progress: Callable[[str], None]):
        return fetch.fetch_pages(url, day, progress, limits)

    monkeypatch.setattr(refreshing, "fetch_pages", quick)
    links = "".join(f"- [{path}]({ROOT}{path})\n" for path in (OwnCard().path, SECOND.path))
    with running() as server:
        server.serve(dict.fromkeys(INDEX, f"# Models\n\n{links}"))
        server.serve(
            {
                OwnCard().path: write_card(OwnCard(), "md.txt"),
                SECOND.path: write_card(SECOND, "md.txt"),
                "resources/data-residency": write_residency("md.txt"),
            }
        )
        yield server


def test_a_server_of_pages_ends_in_the_same_snapshot_as_its_files(
    server: PageServer, tmp_path: Path
):
    plain = tmp_path / "plain"
    for path, text in {
        OwnCard().path: write_card(OwnCard(), "md.txt"),
        SECOND.path: write_card(SECOND, "md.txt"),
        "resources/data-residency": write_residency("md.txt"),
    }.items():
        file = plain / f"{path}.md.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    assert refresh(server.url, f"--date {DAY}", f"--out {one}").status == 0
    assert refresh(plain, f"--date {DAY}", f"--out {two}").status == 0
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "answer", [hangs, status(500), redirect("https://elsewhere.example/"), page("x" * 9_000_000)]
)
def test_a_server_that_fails_ends_in_one_error_and_nothing_written(
    server: PageServer, tmp_path: Path, answer: Answer
):
    server.answers[f"/{OwnCard().path}.md.txt"] = answer
    out = tmp_path / "new.json"
    run = refresh(server.url, f"--date {DAY}", f"--out {out}")
    assert run.status == 2
    [line] = [text for text in run.err.splitlines() if OwnCard().path in text]
    assert "Traceback" not in run.err
    assert line
    assert not out.exists()


def test_the_bundled_snapshots_are_not_touched(folder: Path, tmp_path: Path):
    before = {path: path.read_bytes() for path in SNAPSHOTS.rglob("*") if path.is_file()}
    refresh(folder, f"--out {tmp_path / 'x.json'}")
    assert {path: path.read_bytes() for path in SNAPSHOTS.rglob("*") if path.is_file()} == before


def test_text_and_json_agree(folder: Path):
    document = refresh(folder, "--json").document
    text = refresh(folder).out
    assert text.startswith("3 pages read: ")
    assert json.dumps(document["facts"]["locations"]) in text
