"""The snapshot 2025-05-12 against an independent reading of its page (`naive_page`)."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from availability.facts.library import DIGEST, digest, load, newest, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot, Stage
from availability.facts.validation import validated
from availability.ingest.canonical import to_canonical_json
from availability.ingest.deployments_page import build
from availability.ingest.page import PageError
from availability.input.errors import BadInput
from tests.availability.naive_page import FOLDER, PAGE, naive_models, naive_page
from tests.paths import ROOT

CELLS = [
    pytest.param(row.name, row.ids, id=f"{row.name} {row.ids}")
    for row in naive_page().rows.values()
]


@pytest.fixture(scope="module")
def matrix() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "availability", "matrix", "--snapshot", "2025-05-12", "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load("2025-05-12")


def test_the_page_is_the_one_that_was_published():
    digest = hashlib.sha256(PAGE.read_bytes()).hexdigest()
    assert digest == "37d5a7e83bacd9d8ad52c19ee405094cefcc3c4b3929b05f2e87b1e8aee81e15"


def test_the_independent_reading_finds_what_the_page_holds():
    page = naive_page()
    cells = [tick for row in page.rows.values() for tick in row.cells.values()]
    found = (len(page.rows), len(page.locations), page.tables, page.table_rows)
    assert found == (35, 30, 10, 169)
    assert (len(cells), sum(cells)) == (670, 365)


def test_the_matrix_has_the_totals_of_the_page_and_one_entry_of_its_prose(matrix: dict[str, Any]):
    rows = [entry for entry in matrix["models"] if entry["listed"]]
    assert matrix["snapshot"] == "2025-05-12"
    assert (len(rows), len(matrix["models"])) == (35, 36)
    assert sum(len(entry["listed"]) for entry in rows) == 670
    assert sum(len(entry["locations"]) for entry in rows) == 365
    assert len({place for entry in rows for place in entry["listed"]}) == 30


@pytest.mark.parametrize(("name", "ids"), CELLS)
def test_every_cell_of_a_row_is_as_on_the_page(
    name: str, ids: tuple[str, ...], matrix: dict[str, Any]
):
    expected = naive_page().rows[name, ids]
    [entry] = [
        entry
        for entry in matrix["models"]
        if entry["name"] == name and (not ids or entry["ids"] == list(ids))
    ]
    cells = {place: place in entry["locations"] for place in entry["listed"]}
    assert cells == expected.cells
    assert set(entry["locations"]) <= set(entry["listed"])
    assert entry["retired"] is None


def test_every_entry_has_the_publisher_and_ids_of_the_page_and_the_file_beside_it(
    matrix: dict[str, Any],
):
    found = {
        (entry["publisher"], one, entry["name"], frozenset(entry["locations"]))
        for entry in matrix["models"]
        for one in entry["ids"]
    }
    assert found == {(one.publisher, one.id, one.name, one.served) for one in naive_models()}


def test_the_model_of_the_prose_is_listed_by_no_table_and_served_by_the_global_endpoint(
    matrix: dict[str, Any],
):
    [entry] = [entry for entry in matrix["models"] if not entry["listed"]]
    assert entry == {
        "name": "Gemini 2.0 Flash with Live API",
        "publisher": "google",
        "ids": ["gemini-2.0-flash-live-preview-04-09"],
        "locations": ["global"],
        "listed": [],
        "retired": None,
    }


def test_ids_of_low_confidence_are_no_part_of_the_matrix(matrix: dict[str, Any]):
    ids = [one for entry in matrix["models"] for one in entry["ids"]]
    assert "text-embedding-large-exp-03-07" not in ids
    assert "text-embedding-005" in ids


def test_the_matrix_of_one_model_is_its_row_alone(matrix: dict[str, Any]):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "availability",
            "matrix",
            "--model",
            "jamba-1.5-mini@001",
            "--snapshot",
            "2025-05-12",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["models"] == [
        entry for entry in matrix["models"] if entry["ids"] == ["jamba-1.5-mini"]
    ]


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_committed_snapshot_is_what_its_source_generates_byte_for_byte(name: str):
    folder = FOLDER.parent / name
    if not list(folder.glob("deployments-and-endpoints-*.md")):
        pytest.skip(f"{name} is not made from such a page")
    generated = to_canonical_json(build(folder)).encode("utf-8")
    assert (folder / "snapshot.json").read_bytes() == generated


def test_the_canonical_text_reads_back_as_the_same_snapshot(snapshot: Snapshot):
    text = to_canonical_json(snapshot)
    assert to_canonical_json(validated(text)) == text


def test_a_line_of_the_snapshot_is_short_enough_for_a_diff():
    lines = (FOLDER / "snapshot.json").read_text(encoding="utf-8").splitlines()
    notes = [line for line in lines if '"note"' in line]
    assert max(len(line) for line in lines if line not in notes) <= 140


def test_the_five_limitations_are_those_of_the_global_endpoint(snapshot: Snapshot):
    assert len(naive_page().limitations) == 5
    assert [(limit.endpoint, limit.need) for limit in snapshot.limitations] == [
        ("global", Need.TUNING),
        ("global", Need.BATCH_PREDICTION),
        ("global", Need.CONTEXT_CACHING),
        ("global", Need.RAG_CORPUS),
        ("global", Need.PROVISIONED_THROUGHPUT),
    ]


def test_only_the_gemini_1_5_models_are_closed_to_new_projects(snapshot: Snapshot):
    closed = {
        named.id: named.model.closure.since.isoformat()
        for named in all_models(snapshot)
        if named.model.closure
    }
    names = ("pro-002", "pro-001", "flash-002", "flash-001")
    assert closed == {f"gemini-1.5-{name}": "2025-04-29" for name in names}


def test_the_commitments_are_those_of_the_statement_about_claude(snapshot: Snapshot):
    found = {
        (named.id, commitment.area)
        for named in all_models(snapshot)
        for commitment in named.model.commitments
    }
    assert found == {
        ("claude-3-7-sonnet@20250219", "us"),
        ("claude-3-7-sonnet@20250219", "eu"),
        ("claude-3-5-sonnet-v2@20241022", "us"),
        ("claude-3-5-sonnet-v2@20241022", "eu"),
        ("claude-3-5-sonnet@20240620", "us"),
        ("claude-3-5-sonnet@20240620", "eu"),
        ("claude-3-5-haiku@20241022", "us"),
        ("claude-3-opus@20240229", "us"),
        ("claude-3-haiku@20240307", "us"),
        ("claude-3-haiku@20240307", "eu"),
    }


def test_the_previews_are_those_that_name_or_id_call_one(snapshot: Snapshot):
    found = {named.id for named in all_models(snapshot) if named.model.stage is Stage.PREVIEW}
    assert found == {
        "gemini-2.5-flash-preview-04-17",
        "gemini-2.5-pro-preview-05-06",
        "gemini-2.0-flash-live-preview-04-09",
        "llama-4-maverick-17b-128e-instruct-maas",
        "llama-4-scout-17b-16e-instruct-maas",
        "llama-3.3-70b-instruct-maas",
        "llama-3.2-90b-vision-instruct-maas",
        "llama-3.1-70b-instruct-maas",
        "llama-3.1-8b-instruct-maas",
        "jamba-1.5-large",
        "jamba-1.5-mini",
    }


def test_no_model_is_said_to_be_ga_or_to_retire_because_the_page_does_not_say_so(
    snapshot: Snapshot,
):
    said = {(named.model.stage, named.model.retires) for named in all_models(snapshot)}
    assert said == {(None, None), (Stage.PREVIEW, None)}


@pytest.mark.parametrize(
    ("what", "cited"),
    [
        ("processing note", "endpoints don't guarantee region availability"),
        ("closure", "**Important:** Starting April 29, 2025"),
        ("limitation tuning", "- Tuning"),
        ("row of gemini-2.0-flash-001", "gemini-2.0-flash-001"),
        ("table google/europe", "Netherlands (europe-west4)"),
    ],
)
def test_a_fact_cites_the_line_that_says_it(what: str, cited: str, snapshot: Snapshot):
    models = {named.id: named.model for named in all_models(snapshot)}
    closure = models["gemini-1.5-pro-002"].closure
    tables = {table.id: table for table in snapshot.tables}
    cites = {
        "processing note": snapshot.processing_note,
        "closure": closure and closure.cite,
        "limitation tuning": snapshot.limitations[0].cite,
        "row of gemini-2.0-flash-001": models["gemini-2.0-flash-001"].cite,
        "table google/europe": tables["google/europe"].cite,
    }
    cite = cites[what]
    assert cite is not None
    assert cite.source == "page"
    assert cite.line is not None
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert cited in " ".join(lines[cite.line - 1 : cite.line + 1]).replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_an_id_that_the_page_lacks_says_where_it_is_from_and_how_sure_that_is(snapshot: Snapshot):
    models = {named.id: named.model for named in all_models(snapshot)}
    cite = models["text-embedding-004"].cite
    assert cite.source == "ids"
    assert "medium confidence" in (cite.note or "")


# A page that has lost its shape


def edited(tmp_path: Path, edit: Callable[[str], str]) -> Path:
    folder = tmp_path / "2025-05-12"
    shutil.copytree(FOLDER, folder)
    page = folder / PAGE.name
    text = page.read_text(encoding="utf-8")
    changed = edit(text)
    assert changed != text
    page.write_text(changed, encoding="utf-8")
    return folder


def line_of(text: str) -> int:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("Belgium (europe-west1)", "Belgium", line_of("Belgium (europe-west1)"), "Belgium"),
        ("Belgium (europe-west1)", "Belgium (EU West)", line_of("Belgium"), "location code"),
        (
            "Jamba 1.5 Mini (Preview) | \N{HEAVY CHECK MARK} | |",
            "Jamba 1.5 Mini (Preview) | yes | |",
            line_of("Jamba 1.5 Mini (Preview) | \N{HEAVY CHECK MARK} | |"),
            "'yes'",
        ),
        ("- Tuning", "- Singing", line_of("- Tuning"), "Singing"),
        ("| Codestral | | |", "| Codex | | |", line_of("| Codestral | | |"), "Codex"),
        ("| Codestral | | |", "| | | |", line_of("| Codestral | | |"), "without a name"),
        ("date_scraped: 2025-05-12", "title2: x", 1, "date_scraped"),
        (
            "[Gemini\N{NO-BREAK SPACE}2.5\N{NO-BREAK SPACE}Pro]",
            "[Gemini 9]",
            line_of("[Gemini\N{NO-BREAK SPACE}2.5\N{NO-BREAK SPACE}Pro]"),
            "Gemini 9",
        ),
    ],
)
def test_a_page_out_of_shape_stops_the_generation_and_names_the_line(
    old: str, new: str, line: int, words: str, tmp_path: Path
):
    folder = edited(tmp_path, lambda text: text.replace(old, new, 1))
    with pytest.raises(PageError) as caught:
        build(folder)
    assert caught.value.line == line
    assert f"line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_an_id_of_a_model_that_the_page_has_not_stops_the_generation(tmp_path: Path):
    folder = edited(tmp_path, lambda text: text.replace("- [Gemini", "- (Gemini", 0) + "\n")
    with (folder / "model_ids.csv").open("a", encoding="utf-8") as file:
        file.write("google,Bard,bard-001,,high,nowhere,\n")
    with pytest.raises(ValueError, match="Bard"):
        build(folder)


# A snapshot that is corrupt


def broken(tmp_path: Path, edit: Callable[[dict[str, Any]], object]) -> Path:
    document = json.loads((FOLDER / "snapshot.json").read_text(encoding="utf-8"))
    edit(document)
    folder = tmp_path / "availability" / "snapshots"
    (folder / "2025-05-12").mkdir(parents=True)
    (folder / "2025-05-12" / "snapshot.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def unknown_location(document: dict[str, Any]) -> None:
    document["entries"][0]["listings"][0]["served"] = ["mars-north1"]
    document["tables"][0]["locations"].append("mars-north1")


def doubled(document: dict[str, Any]) -> None:
    document["entries"].append(document["entries"][0])


CORRUPTIONS: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a wrong field", lambda d: d["entries"][0].update(colour="blue"), "entries.0.colour"),
    ("a missing field", lambda d: d.pop("tables"), "tables"),
    ("a location that it has not", unknown_location, "mars-north1"),
    ("a column that no table has", lambda d: d["tables"][0]["locations"].pop(0), "us-east5"),
    ("a table that it has not", lambda d: d["tables"].pop(0), "google/united-states"),
    ("a source that it has not", lambda d: d["sources"].pop("claude"), "claude"),
    ("a model twice", doubled, "twice"),
    ("a need that is none", lambda d: d["limitations"][0].update(need="x"), "limitations.0.need"),
    ("a family that is none", lambda d: d["entries"][0].update(family="x"), "entries.0.family"),
]


@pytest.mark.parametrize(
    ("edit", "words"), [case[1:] for case in CORRUPTIONS], ids=[case[0] for case in CORRUPTIONS]
)
def test_a_corrupt_snapshot_is_one_bad_input_that_names_the_file_and_the_place(
    edit: Callable[[dict[str, Any]], object], words: str, tmp_path: Path
):
    with pytest.raises(BadInput) as caught:
        load("2025-05-12", broken(tmp_path, edit))
    [problem] = caught.value.problems
    assert problem.path.endswith("snapshots/2025-05-12/snapshot.json")
    assert "corrupt snapshot" in problem.message
    assert words in problem.message


def test_a_snapshot_of_another_day_is_corrupt_even_with_a_digest_of_its_own(tmp_path: Path):
    folder = broken(tmp_path, lambda document: document.update(date="2024-01-01"))
    path = folder / "2025-05-12" / "snapshot.json"
    path.with_suffix(DIGEST).write_text(digest(path.read_bytes()), encoding="utf-8")
    with pytest.raises(BadInput, match="it says it is of 2024-01-01"):
        load("2025-05-12", folder)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"date": "2025-05-12"}', b"\x00"]
)
def test_a_snapshot_file_that_is_no_snapshot_is_one_bad_input(content: bytes, tmp_path: Path):
    folder = broken(tmp_path, lambda _: None)
    (folder / "2025-05-12" / "snapshot.json").write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load("2025-05-12", folder)
    [problem] = caught.value.problems
    assert "corrupt snapshot" in problem.message
    assert "\n" not in problem.message


def test_a_corrupt_snapshot_in_any_folder_is_bad_input(tmp_path: Path):
    folder = tmp_path / "elsewhere"
    (folder / "2025-05-12").mkdir(parents=True)
    (folder / "2025-05-12" / "snapshot.json").write_text("{")
    with pytest.raises(BadInput) as caught:
        load("2025-05-12", folder)
    assert "corrupt snapshot" in str(caught.value)


def test_a_snapshot_that_is_not_there_is_bad_input_with_those_that_are():
    with pytest.raises(BadInput) as caught:
        load("2020-01-01")
    [problem] = caught.value.problems
    assert "2025-05-12" in problem.message
    assert problem.suggestions


def test_an_empty_library_is_bad_input(tmp_path: Path):
    folder = tmp_path / "availability" / "snapshots"
    folder.mkdir(parents=True)
    with pytest.raises(BadInput):
        newest(folder)
