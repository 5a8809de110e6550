"""The snapshot 2026-10-10 against its CSV files, and how a snapshot is kept and loaded."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import itertools
import json
import pickle
import re
import shutil
from pathlib import Path
from typing import Any, cast

import pytest

from availability.facts import validation
from availability.facts.fact import Facts, field_names
from availability.facts.grouped import popularity
from availability.facts.library import SNAPSHOTS, digest, load, snapshot_ids
from availability.facts.names import UnknownModel, near_models, resolve_model
from availability.facts.snapshot import Citation, Entry, Snapshot
from availability.facts.validation import validated
from availability.ingest import __main__ as ingest
from availability.ingest.canonical import to_canonical_json
from availability.input.errors import BadInput
from tests.availability.cli_runs import typed
from tests.availability.naive_2026 import (
    DAY,
    FOLDER,
    naive_locations_2026,
    naive_models_2026,
)
from tests.availability.naive_page import NaiveModel, csv_rows, naive_models

NAME = "2026-10-10"
Row = dict[str, Any]


@pytest.fixture(scope="module")
def matrix() -> dict[tuple[str, str], Row]:
    document = typed(f"matrix --snapshot {NAME} --json").document
    assert document["snapshot"] == NAME
    found = {(row["publisher"], one): row for row in document["models"] for one in row["ids"]}
    assert len(found) == len(document["models"])
    return found


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load(NAME)


# Cell by cell


def cells(file: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in csv_rows(FOLDER / file):
        places = found.setdefault((row["publisher"], row["model_id"]), set())
        assert row["location"] not in places
        places.add(row["location"])
    return found


def test_the_files_hold_what_they_were_said_to_hold():
    of_cards, of_retired = cells("locations_2026.csv"), cells("locations_2026_retired.csv")
    assert sum(map(len, of_cards.values())) == 260
    assert sum(map(len, of_retired.values())) == 29
    assert not of_cards.keys() & of_retired.keys()


@pytest.mark.parametrize(
    "key", [*cells("locations_2026.csv"), *cells("locations_2026_retired.csv")], ids="/".join
)
def test_every_row_of_the_files_is_a_cell_and_there_is_no_other(
    key: tuple[str, str], matrix: dict[tuple[str, str], Row]
):
    served = (cells("locations_2026.csv") | cells("locations_2026_retired.csv"))[key]
    row = matrix[key]
    assert set(row["locations"]) == served
    assert len(row["locations"]) == len(served)
    assert set(row["listed"]) == set(naive_locations_2026())


def test_the_models_of_the_cards_are_alive_and_those_of_the_retired_cards_are_not(
    matrix: dict[tuple[str, str], Row],
):
    assert {key for key in cells("locations_2026.csv") if matrix[key]["retired"]} == retired_cards()
    for key in cells("locations_2026_retired.csv"):
        assert dt.date.fromisoformat(matrix[key]["retired"]) <= DAY


def retired_cards() -> set[tuple[str, str]]:
    """What a card of today still lists although its own date has passed."""
    return {
        (row["publisher"], row["model_id"])
        for row in csv_rows(FOLDER / "lifecycle_2026.csv")
        if row["retirement_date"]
        and dt.date.fromisoformat(row["retirement_date"]) <= DAY
        and (row["publisher"], row["model_id"]) in cells("locations_2026.csv")
    }


def test_a_model_that_retires_later_is_not_retired(matrix: dict[tuple[str, str], Row]):
    later = {
        (row["publisher"], row["model_id"])
        for row in csv_rows(FOLDER / "lifecycle_2026.csv")
        if row["retirement_date"] > DAY.isoformat()
    }
    assert ("google", "gemini-2.5-pro") in later
    assert all(matrix[key]["retired"] is None for key in later)


def shut_down_of_2025() -> list[tuple[NaiveModel, str]]:
    """The models of the page that are shut down by the new snapshot's day, with theirs."""
    found: list[tuple[NaiveModel, str]] = []
    days = {
        (row["publisher"], row["model_id"]): row["retirement_date"]
        for name in ("lifecycle", "lifecycle_2026")
        for row in csv_rows(FOLDER / f"{name}.csv")
        if row["retirement_date"]
    }
    for model in naive_models():
        bare = re.sub(r"@\d+$|-00\d$", "", model.id)
        day = days.get((model.publisher, bare)) or days.get((model.publisher, model.id))
        if day and day <= DAY.isoformat():
            found.append((model, day))
    return found


def test_most_models_of_2025_are_shut_down():
    assert len(shut_down_of_2025()) == 26


@pytest.mark.parametrize(
    ("model", "day"), shut_down_of_2025(), ids=[model.id for model, _ in shut_down_of_2025()]
)
def test_a_model_of_2025_that_is_shut_down_has_its_day_and_its_last_locations(
    model: NaiveModel, day: str, matrix: dict[tuple[str, str], Row], snapshot: Snapshot
):
    named = resolve_model(f"{model.publisher}/{model.id}", snapshot)
    row = matrix[model.publisher, named.id]
    assert row["retired"] == day
    by_card = cells("locations_2026_retired.csv").get((model.publisher, named.id))
    assert set(row["locations"]) == (by_card or set(model.served))
    assert row["locations"]


def test_a_model_without_a_row_has_no_locations_and_is_not_listed(
    matrix: dict[tuple[str, str], Row],
):
    unknown = {(one.publisher, one.id) for one in naive_models_2026() if one.served is None}
    assert {key for key, row in matrix.items() if not row["locations"]} == unknown
    assert all(matrix[key]["listed"] == [] for key in unknown)
    of_models = {
        (row["publisher"], row["model_id"]) for row in csv_rows(FOLDER / "models_2026.csv")
    }
    assert sorted(one for _, one in of_models & unknown) == [
        "gemini-embedding-001",
    ]


def test_the_matrix_has_the_models_of_the_files_and_no_others(
    matrix: dict[tuple[str, str], Row],
):
    assert matrix.keys() == {(one.publisher, one.id) for one in naive_models_2026()}
    for one in naive_models_2026():
        assert set(matrix[one.publisher, one.id]["locations"]) == (one.served or set())


def test_the_locations_are_the_29_regions_the_two_multi_regions_and_global(snapshot: Snapshot):
    places = [location.id for location in snapshot.locations]
    assert sorted(places) == sorted(naive_locations_2026())
    assert len(places) == 32
    document = typed(f"locations --snapshot {NAME} --json").document
    kinds = [row["kind"] for row in document["locations"]]
    assert [kinds.count(kind) for kind in ("region", "multi-region", "global")] == [29, 2, 1]


# Tables for a terminal


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("command", ["matrix", "models", "locations", "snapshots"])
@pytest.mark.parametrize("name", snapshot_ids())
def test_a_table_leaves_nothing_out_and_breaks_an_id_at_a_hyphen_only(
    name: str, command: str, columns: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", str(columns))
    out = typed(f"{command} --snapshot {name}").out
    assert max(len(line) for line in out.splitlines()) <= columns
    assert "…" not in out
    words = set(re.split(r"[\s,;/]+", out))
    # A long id goes on at the beginning of the next line.
    for line, below in itertools.pairwise(out.splitlines()):
        begun = [word for word in re.split(r"[\s/]+", line) if word.endswith("-")]
        words |= {word + rest for word in begun for rest in below.split()[:1]}
    if command in ("matrix", "models"):
        assert words >= {one.id for entry in load(name).entries for one in entry.models}
    if command in ("matrix", "locations"):
        used = {place for entry in load(name).entries for place in entry.served}
        assert words >= used


def test_the_table_says_since_when_a_model_is_shut_down(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "80")

    def shown(model: str) -> str:
        return " ".join(typed(f"matrix --snapshot {NAME} --model {model}").out.split())

    assert "shut down since 2026-05-11; until then" in " ".join(
        re.sub(r"claude-3-7-sonnet|Claude 3.7 Sonnet", "", shown("claude-3-7-sonnet")).split()
    )
    assert "shut down" not in shown("gemini-2.5-pro")


# Aliases


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("claude-3-7-sonnet@20250219", "claude-3-7-sonnet"),
        ("claude-3-7-sonnet", "claude-3-7-sonnet"),
        ("anthropic/claude-3-7-sonnet@20250219", "claude-3-7-sonnet"),
        ("gemini-2.0-flash-001", "gemini-2.0-flash"),
        ("gemini-2.0-flash-lite-001", "gemini-2.0-flash-lite"),
        ("imagetext@001", "imagetext"),
        ("jamba-1.5-large@001", "jamba-1.5-large"),
        ("jamba-1.5-mini@001", "jamba-1.5-mini"),
    ],
)
def test_an_id_of_2025_stands_for_the_same_model(name: str, model: str, snapshot: Snapshot):
    assert resolve_model(name, snapshot).id == model
    done = typed(f"resolve {name} --residency any --snapshot {NAME} --as-of {NAME} --json")
    assert (done.status, done.document["model"]) == (1, model)
    reasons = done.document["refusal"]["reasons"]
    assert "retired" in [reason["rule"] for reason in reasons if reason["location"] is None]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("claude-3-7-sonnet", "claude-3-7-sonnet@20250219"),
        ("gemini-2.0-flash", "gemini-2.0-flash-001"),
        ("claude-3-haiku", "claude-3-haiku@20240307"),
    ],
)
def test_an_id_of_later_pages_is_a_near_miss_of_the_page_of_2025(name: str, near: str):
    old = load("2025-05-12")
    with pytest.raises(UnknownModel):
        resolve_model(name, old)
    assert near_models(name, old)[0].id == near


# How a snapshot is kept


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of all snapshots, for the generator and for `load`."""
    folder = tmp_path / "snapshots"
    shutil.copytree(SNAPSHOTS, folder)
    monkeypatch.setattr(ingest, "SNAPSHOTS", folder)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_committed_snapshots_are_what_their_sources_generate(
    copies: Path, capsys: pytest.CaptureFixture[str]
):
    assert ingest.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    committed = files_of(copies)
    for name in snapshot_ids():
        for made in ("snapshot.json", "snapshot.sha256"):
            (copies / name / made).unlink()
    assert ingest.main(["--check"]) == 1
    assert ingest.main([]) == 0
    assert files_of(copies) == committed == files_of(SNAPSHOTS)


@pytest.mark.parametrize("made", ["snapshot.json", "snapshot.sha256", "locations_2026.csv"])
def test_the_check_fails_where_a_file_is_not_what_it_was(copies: Path, made: str):
    path = copies / NAME / made
    content = path.read_bytes()
    last = content.rstrip().rsplit(b"\n", 1)[-1]
    path.write_bytes(content.replace(last, last.swapcase()[:-1] + b"0", 1))
    assert path.read_bytes() != content
    if made.endswith(".csv"):
        path.write_bytes(content.replace(b"GA,us-central1", b"GA,us-east5", 1))
    assert ingest.main(["--check"]) == 1


def edit(copies: Path, old: str, new: str) -> None:
    path = copies / NAME / "snapshot.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"family": "gemini"', '"family": "geminj"', "entries.0.family"),
        ('"stage": "ga"', '"stage": "gb"', "entries.0.models.0.stage"),
        ('"retires": "2026-10-20"', '"retires": "2026-10-32"', "entries.0.models.0.retires"),
        ('"publisher"', '"publishes"', "entries.0.publisher"),
        ('"date": "2026-10-10"', '"date": "2026-10-1O"', "date"),
        ('{\n "date"', '\n "date"', "the file"),
        ('{"id": "us-central1"', '{"id": "us-centra11"', "location 'us-central1'"),
    ],
)
def test_a_flipped_byte_is_validated_and_the_corrupt_place_is_named(
    copies: Path, old: str, new: str, place: str
):
    edit(copies, old, new)
    with pytest.raises(BadInput) as caught:
        load(NAME, copies)
    [problem] = caught.value.problems
    assert problem.path.endswith(f"{NAME}/snapshot.json")
    assert problem.message.startswith("corrupt snapshot: ")
    assert place in problem.message


def test_a_fact_changed_by_hand_is_found_out_when_it_is_loaded(copies: Path):
    edit(copies, '"retires": "2026-10-20"', '"retires": "2026-10-21"')
    with pytest.raises(BadInput) as caught:
        load(NAME, copies)
    [problem] = caught.value.problems
    assert problem.path.endswith(f"{NAME}/snapshot.json")
    assert problem.message.startswith("corrupt snapshot: it was changed after it was made")
    assert "make snapshots" in problem.message


def test_a_fact_changed_together_with_its_digest_was_meant(copies: Path):
    edit(copies, '"retires": "2026-10-20"', '"retires": "2026-10-21"')
    content = (copies / NAME / "snapshot.json").read_bytes()
    (copies / NAME / "snapshot.sha256").write_text(digest(content), encoding="utf-8")
    changed = load(NAME, copies)
    assert resolve_model("gemini-2.5-pro", changed).model.retires == dt.date(2026, 10, 21)


@pytest.mark.parametrize("known", [b"", b"0" * 64, b"\xff\xfe", None])
def test_a_snapshot_without_its_digest_is_refused(copies: Path, known: bytes | None):
    path = copies / NAME / "snapshot.sha256"
    path.unlink()
    if known is not None:
        path.write_bytes(known)
    with pytest.raises(BadInput, match=r"changed after it was made.*snapshot\.sha256"):
        load(NAME, copies)


def test_line_ends_of_windows_change_no_fact(copies: Path):
    for name in ("snapshot.json", "snapshot.sha256"):
        path = copies / NAME / name
        path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n")
    path = copies / NAME / "snapshot.json"
    assert b"\r\n" in path.read_bytes()
    assert load(NAME, copies) == load(NAME)


def test_with_its_digest_a_snapshot_is_not_validated(copies: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(validation, "validated", None)
    assert load(NAME, copies).id == NAME


@pytest.mark.parametrize("name", snapshot_ids())
def test_what_is_trusted_is_exactly_what_validation_makes(name: str):
    content = (SNAPSHOTS / name / "snapshot.json").read_bytes()
    known = (SNAPSHOTS / name / "snapshot.sha256").read_text(encoding="utf-8")
    assert known == digest(content)
    made, checked = Snapshot.of_document(json.loads(content)), validated(content)
    assert made == checked == load(name)
    assert shape_of(made) == shape_of(checked)
    assert to_canonical_json(made) == content.decode() == to_canonical_json(checked)
    assert popularity(made) == popularity(checked)
    assert repr(made) == repr(checked)


def shape_of(value: object) -> object:
    """Types and order, all the way down."""
    if isinstance(value, Facts):
        named = [(name, getattr(value, name)) for name in field_names(type(value))]
        return type(value), [(name, shape_of(one)) for name, one in named]
    if isinstance(value, tuple):
        return tuple, [shape_of(one) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return dict, [(key, shape_of(one)) for key, one in items]
    return type(value), value


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_trusted_snapshot_is_frozen_and_copied_like_any_other(name: str):
    snapshot = Snapshot.of_document(load(name).document())
    [entry, *others] = snapshot.entries
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "x"  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError, match="no_field"):
        _ = entry.no_field  # pyright: ignore[reportAttributeAccessIssue]
    renamed = dataclasses.replace(entry, name="x")
    assert renamed.name == "x"
    assert dataclasses.replace(renamed, name=entry.name) == entry != renamed
    assert copy.deepcopy(snapshot) == pickle.loads(pickle.dumps(snapshot)) == load(name)  # noqa: S301
    assert hash(entry.models[0].cite) == hash(load(name).entries[0].models[0].cite)
    assert all(isinstance(one, Entry) for one in others)


def test_a_fact_that_was_not_read_has_all_of_its_fields():
    with pytest.raises(TypeError, match="source"):
        Citation()  # pyright: ignore[reportCallIssue]
    assert Citation(source="page").line is None


def test_every_location_of_a_row_is_listed(matrix: dict[tuple[str, str], Row]):
    assert all(set(row["locations"]) <= set(row["listed"]) for row in matrix.values())
