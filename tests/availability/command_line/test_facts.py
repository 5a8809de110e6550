"""`facts`: all that is known of one model, each line with its source."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from availability.facts.snapshot import Control, Feature, NoticeKind, Stage, Verdict
from availability.input import clock
from tests.availability.cli_runs import run, typed
from tests.availability.naive_2026 import FOLDER, naive_locations_2026, naive_models_2026
from tests.availability.naive_page import csv_rows
from tests.thorough import some

NEWEST = "2026-11-12"
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 26))
    monkeypatch.setenv("COLUMNS", "80")


def facts(model: str, *options: str) -> Document:
    done = run("facts", model, *options, "--json")
    assert (done.status, done.err) == (0, "")
    return done.document


# The document

MODEL = {
    *("publisher", "id", "aliases", "name", "stage", "released", "retires", "notBefore"),
    *("replacement", "locations", "commitments", "capabilities", "controls", "consumption"),
    "notices",
}
LISTS = {
    "locations": {"location", "stage", "cite"},
    "commitments": {"area", "upTo", "cite"},
    "capabilities": {"need", "verdict", "cite"},
    "controls": {"feature", "control", "verdict", "cite"},
    "consumption": {"option", "location", "verdict", "cite"},
    "notices": {"kind", "text", "cite"},
    "endpoints": {"need", "location", "verdict", "cite"},
    "tuningJobs": {"location", "cite"},
}
CITE = ["url", "title", "date", "heading", "line"]


def every_model() -> Iterator[tuple[str, str]]:
    for name in snapshot_ids():
        for named in all_models(load(name)):
            yield name, f"{named.entry.publisher}/{named.id}"


def test_the_snapshots_have_some_hundred_models():
    assert len([*every_model()]) > 350
    assert {name for name, _ in every_model()} == {"2025-05-12", "2026-10-10", NEWEST}


@pytest.mark.parametrize(("snapshot", "model"), some(every_model(), every=3))
def test_every_model_has_a_document_of_this_shape_and_a_text(snapshot: str, model: str):
    document = facts(model, "--snapshot", snapshot)
    assert [*document] == ["snapshot", "model"]
    assert document["snapshot"] == snapshot
    known = document["model"]
    assert {*known} >= MODEL
    assert f"{known['publisher']}/{known['id']}" == model
    assert known["stage"] in (None, *Stage)
    assert isinstance(known["aliases"], list)
    for key in ("retires", "notBefore"):
        assert known[key] is None or dt.date.fromisoformat(known[key])
    for name, keys in LISTS.items():
        for fact in known[name]:
            assert {*fact} >= keys, name
            assert_cite(fact["cite"], snapshot)
    assert_words(known)
    text = run("facts", model, "--snapshot", snapshot)
    assert (text.status, text.err) == (0, "")
    assert_text(text.out, known)


def assert_cite(cite: Document, snapshot: str) -> None:
    assert [*cite] == CITE
    assert re.fullmatch(r"https://\S+", cite["url"])
    assert cite["title"].strip()
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", cite["date"])
    assert cite["date"] <= snapshot[: len(cite["date"])]
    assert cite["heading"] is None or cite["heading"].strip()
    assert cite["line"] is None or cite["line"] > 0


def assert_words(known: Document) -> None:
    """That what is of a closed vocabulary is, and that other terms are in kebab case."""
    for name in ("capabilities", "controls", "consumption", "endpoints"):
        assert {fact["verdict"] for fact in known[name]} <= {*Verdict}
    assert {fact["feature"] for fact in known["controls"]} <= {*Feature}
    assert {fact["control"] for fact in known["controls"]} <= {*Control}
    assert {fact["kind"] for fact in known["notices"]} <= {*NoticeKind}
    for term in (fact["need"] for fact in known["capabilities"]):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term)
    places = {*naive_locations_2026(), *(one["location"] for one in known["locations"])}
    assert {fact["location"] for fact in known["consumption"]} <= {None, *places}
    served = {one["location"] for one in known["locations"]}
    assert {fact["location"] for fact in known["endpoints"]} <= served


def assert_text(out: str, known: Document) -> None:
    """That it has a line for each fact, every source's address, and no line is too wide."""
    cites = [fact["cite"] for name in LISTS for fact in known[name]]
    assert all(f'"{cite["title"]}" ({cite["date"]}): {cite["url"]}' in out for cite in cites)
    assert all(len(line) <= 80 or "https://" in line for line in out.splitlines())
    marks = re.findall(r"\[(\d+)[],]", out)
    numbers = [int(number) for number in re.findall(r"^  \[(\d+)\] \"", out, re.MULTILINE)]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert {int(mark) for mark in marks} == {*numbers}
    flat = " ".join(out.split())
    for location in known["locations"]:
        assert f" {location['location']}: {location['stage'] or 'stage not said'} [" in flat
    for need in known["capabilities"]:
        assert f" {need['need']}: {need['verdict']} [" in flat
    for control in known["controls"]:
        assert f" {control['control']} of {control['feature']}: {control['verdict']} [" in flat
    for notice in known["notices"]:
        assert f" {notice['kind']}: {' '.join(notice['text'].split())} [" in flat
    for date in ("released", "retires", "notBefore"):
        assert known[date] is None or known[date] in flat


# What it says, against the files


@pytest.mark.parametrize("model", naive_models_2026(), ids=lambda one: one.id)
def test_locations_and_the_end_are_those_of_the_files(model: Any):
    known = facts(f"{model.publisher}/{model.id}", "--snapshot", "2026-10-10")["model"]
    assert {one["location"] for one in known["locations"]} == (model.served or set())
    assert known["retires"] == (model.retirement and model.retirement.isoformat())


def test_a_location_has_the_stage_of_its_row():
    stages = {"ga": "ga", "preview": "preview", "public preview": "preview"}
    rows: dict[str, dict[str, str]] = {}
    for row in csv_rows(FOLDER / "locations_2026.csv"):
        model = f"{row['publisher']}/{row['model_id']}"
        if (stage := row["launch_stage"].lower()) in stages:
            rows.setdefault(model, {})[row["location"]] = stages[stage]
    assert len(rows) > 50
    assert {*rows["google/chirp_3"].values()} == {"ga", "preview"}
    for model, expected in rows.items():
        known = facts(model, "--snapshot", "2026-10-10")["model"]
        told = {one["location"]: one["stage"] for one in known["locations"]}
        assert {place: told[place] for place in expected} == expected, model


def test_a_commitment_says_the_largest_size_that_a_row_gives_it():
    known = facts("gemini-2.5-flash", "--snapshot", "2026-10-10")["model"]
    told = {one["area"]: one["upTo"] for one in known["commitments"] if not one["tuning"]}
    sizes: dict[str, list[str]] = {}
    for row in csv_rows(FOLDER / "processing_2026.csv"):
        about = row["model_id"] == "gemini-2.5-flash" and row["qualifier"] != "tuning"
        if about and row["status_vs_card"] != "not on newer card":
            sizes.setdefault(row["area"].lower(), []).append(row["qualifier"].lower())
    order = ["", "64k", "128k", "1m"]
    assert told == {area: max(said, key=order.index) or None for area, said in sizes.items()}
    assert {"128k"} <= {*told.values()}


def test_a_page_that_commits_to_nothing_is_not_told_as_a_commitment():
    [said] = facts("deepseek-v4.1-flash-maas")["model"]["commitments"]
    assert (said["area"], said["upTo"]) == ("global", None)
    out = typed("facts deepseek-v4.1-flash-maas").out
    assert "\n  global: none, processing may happen anywhere [1]\n" in out


def test_what_a_page_calls_by_a_name_of_its_own_is_in_kebab_case_and_needs_are_those_of_stacks():
    known = facts("gemini-3.5-flash")["model"]
    verdicts = {one["need"]: one["verdict"] for one in known["capabilities"]}
    wanted = {
        "rag-corpus": "yes",
        "context-caching": "yes",
        "function-calling": "yes",
        "live-api": "no",
        "implicit-caching": "yes",
        "structured-output": "yes",
        "computer-use": "preview",
    }
    assert {need: verdicts[need] for need in wanted} == wanted


def test_a_fact_of_a_page_has_its_heading_and_line_and_one_of_a_table_has_none():
    known = facts("gemini-3.5-flash")["model"]
    cites = {one["need"]: one["cite"] for one in known["capabilities"]}
    assert (cites["rag-corpus"]["heading"], cites["rag-corpus"]["line"]) == ("Capabilities", 70)
    assert (cites["batch-prediction"]["heading"], cites["batch-prediction"]["line"]) == (None, None)
    out = typed("facts gemini-3.5-flash").out
    assert re.search(r"^  rag-corpus: yes \[\d+, Capabilities, line 70\]$", out, re.MULTILINE)
    assert re.search(r"^  batch-prediction: yes \[\d+\]$", out, re.MULTILINE)


def test_controls_are_those_of_the_one_copy_with_ticks():
    known = facts("gemini-3.8-flash")["model"]
    told = {(one["feature"], one["control"]): one["verdict"] for one in known["controls"]}
    rows = csv_rows(FOLDER.parent / NEWEST / "controls.csv")
    expected = {
        (row["feature"], row["control"]): row["verdict"]
        for row in rows
        if row["model_id"] == "gemini-3.8-flash"
    }
    assert len(expected) > 10
    assert told.items() >= expected.items()


def test_pages_that_disagree_are_both_told_with_their_days():
    known = facts("gemini-3.5-flash")["model"]
    told = {
        (one["verdict"], one["cite"]["date"])
        for one in known["controls"]
        if (one["feature"], one["control"]) == ("rag", "cmek")
    }
    assert told == {("yes", "2026-10-03"), ("no", "2026-11")}


def test_what_endpoints_lack_and_where_tuning_runs_is_told_too():
    tuned = facts("gemini-3.5-flash")["model"]
    assert {one["location"] for one in tuned["tuningJobs"]} == {"us-central1", "europe-west4"}
    serving = {
        one["location"]
        for one in tuned["endpoints"]
        if (one["need"], one["verdict"]) == ("tuning", "yes")
    }
    assert serving == {"us", "eu"}
    claude = facts("claude-opus-5-5")["model"]
    lacking = {
        (one["need"], one["location"]) for one in claude["endpoints"] if one["verdict"] == "no"
    }
    assert {("provisioned-throughput", "eu"), ("batch-prediction", "global")} <= lacking
    out = typed("facts claude-opus-5-5").out
    assert "What single endpoints offer:" in out
    assert "  provisioned-throughput in eu: no [" in out


def test_a_replacement_is_the_first_and_all_of_them_are_there():
    known = facts("gemini-2.5-pro")["model"]
    assert known["replacement"] == "gemini-3.8-flash"
    assert known["replacements"] == ["gemini-3.8-flash", "gemini-3.5-flash"]
    flat = " ".join(typed("facts gemini-2.5-pro").out.split())
    assert "replaced by gemini-3.8-flash or gemini-3.5-flash [" in flat


def test_what_nobody_says_is_said_to_be_unknown_and_never_no():
    out = typed("facts gemini-4-carbon").out
    assert "no source says where it is served" in out
    assert "no source states one" in out
    known = facts("gemini-4-carbon")["model"]
    assert (known["locations"], known["commitments"], known["stage"]) == ([], [], None)


# Names


@pytest.mark.parametrize(
    ("name", "options", "model"),
    [
        ("gemini-3.8-flash", (), "google/gemini-3.8-flash"),
        ("google/gemini-3.8-flash", (), "google/gemini-3.8-flash"),
        ("publishers/google/models/gemini-3.8-flash", (), "google/gemini-3.8-flash"),
        ("Gemini 3.8 Flash", (), "google/gemini-3.8-flash"),
        ("gemini 3.8 FLASH", (), "google/gemini-3.8-flash"),
        ("claude-3-7-sonnet@20250219", (), "anthropic/claude-3-7-sonnet"),
        ("gemini-2.0-flash-001", (), "google/gemini-2.0-flash"),
        ("gemini-2.0-flash-001", ("--snapshot", "2025-05-12"), "google/gemini-2.0-flash-001"),
    ],
)
def test_a_model_goes_by_its_id_its_full_name_its_aliases_and_what_the_page_calls_it(
    name: str, options: tuple[str, ...], model: str
):
    known = facts(name, *options)["model"]
    assert f"{known['publisher']}/{known['id']}" == model


def test_a_name_of_several_models_is_bad_input_with_the_ids_to_choose_from():
    done = run("facts", "Gemini 1.5 Pro", "--snapshot", "2025-05-12")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "MODEL: 'Gemini 1.5 Pro' stands for 2 models: name one by id (did you mean "
        "google/gemini-1.5-pro-002 or google/gemini-1.5-pro-001?)\n"
    )
    for one in ("google/gemini-1.5-pro-002", "google/gemini-1.5-pro-001"):
        assert run("facts", one, "--snapshot", "2025-05-12").status == 0
    document = run("facts", "Gemini 1.5 Pro", "--snapshot", "2025-05-12", "--json")
    [error] = document.document["errors"]
    assert (document.status, error["path"]) == (2, "MODEL")


@pytest.mark.parametrize("as_json", [False, True])
def test_an_unknown_model_is_refused_with_what_comes_near_and_how_old_the_facts_are(as_json: bool):
    done = run("facts", "gemini-3.8-flsh", *["--json"] * as_json)
    assert done.status == 1
    first, second = done.err.splitlines()
    assert first.startswith(f"MODEL: no model of snapshot {NEWEST} is called 'gemini-3.8-flsh'")
    assert "did you mean gemini-3.8-flash" in first
    assert second == (
        f"Snapshot {NEWEST} is 14 days old. To read Google's pages again: "
        "python -m availability refresh"
    )
    if as_json:
        assert done.document == {"snapshot": NEWEST, "model": None}
    else:
        assert done.out == ""


@pytest.mark.parametrize("name", ["", " "])
def test_no_name_is_bad_input(name: str):
    done = run("facts", name)
    assert (done.status, done.err) == (2, "MODEL: empty: name a model\n")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["facts"], "MODEL"),
        (["facts", "gemini-3.8-flash", "gemini-3.5-flash"], "unknown argument"),
        (["facts", "gemini-3.8-flash", "--snapshto", "2026-10-10"], "did you mean --snapshot"),
        (["facts", "gemini-3.8-flash", "--snapshot", "2026-10-11"], "did you mean 2026-10-10"),
    ],
)
def test_a_mistake_in_the_command_is_one_line(argv: list[str], words: str):
    done = run(*argv)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert words in done.err


def test_nothing_that_a_snapshot_says_is_code_to_a_terminal(tmp_path: Path):
    document = json.loads((FOLDER / "snapshot.json").read_text(encoding="utf-8"))
    hostile = "x\x1b[2J\n::error::y ##[group]"
    for source in cast("dict[str, Document]", document["sources"]).values():
        source["title"] = hostile
    [entry] = [one for one in document["entries"] if one["models"][0]["id"] == "claude-fable-5"]
    entry["name"] = hostile
    for notice in entry["models"][0]["notices"]:
        notice["text"] = hostile
    path = tmp_path / "hostile.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    for options in ([], ["--json"]):
        done = run("facts", "claude-fable-5", "--snapshot", str(path), *options)
        assert done.status == 0
        assert all(line.isprintable() for line in done.out.split("\n"))
        assert not re.search(r"##\[|^\s*::", done.out, re.MULTILINE)
