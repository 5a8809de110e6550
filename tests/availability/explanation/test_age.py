"""How old the facts are: said where they are too old, and where they do not know a model."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from availability.explanation.age import how_old
from availability.facts.library import load, newest, snapshot_ids
from availability.input import clock
from tests.availability.cli_runs import run

NEWEST = load(newest())
REFRESH = "To read Google's pages again: python -m availability refresh"


def on(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Makes today that many days after the newest snapshot's."""
    today = NEWEST.date + dt.timedelta(days=days)
    monkeypatch.setattr(clock, "today", lambda: today)


def stack(folder: Path, model: str = "gemini-3.5-flash", snapshot: str | None = None) -> str:
    config: dict[str, object] = {
        "gcp:project": "acme-dev",
        "vertex-residency:residency": "eu",
        "vertex-residency:deployments": {"chat": {"model": model}},
    }
    config |= {"vertex-residency:snapshot": snapshot} if snapshot else {}
    path = folder / "Pulumi.test.yaml"
    path.write_text(json.dumps({"config": config}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-400, "Snapshot 2026-11-12 is of today."),
        (-1, "Snapshot 2026-11-12 is of today."),
        (0, "Snapshot 2026-11-12 is of today."),
        (1, "Snapshot 2026-11-12 is 1 day old."),
        (2, "Snapshot 2026-11-12 is 2 days old."),
        (46, "Snapshot 2026-11-12 is 46 days old."),
    ],
)
def test_an_age_is_a_sentence(days: int, text: str):
    assert how_old(NEWEST, NEWEST.date + dt.timedelta(days=days)) == text


# Where they are too old

FOLLOWED = [(0, False), (45, False), (46, True), (180, True)]
PINNED = [(0, False), (46, False), (180, False), (181, True)]
AGES = [
    *((days, None, stale) for days, stale in FOLLOWED),
    *((days, NEWEST.id, stale) for days, stale in PINNED),
]


def is_told(document: dict[str, Any], days: int) -> bool:
    """Whether the warnings of a document have the one about the age, which is said in full."""
    texts = [one["text"] for one in document["warnings"] if one["id"] == "stale-snapshot"]
    for text in texts:
        assert f"Snapshot {NEWEST.id} is {days} days old." in text
        assert REFRESH in text
    assert len(texts) <= 1
    return bool(texts)


@pytest.mark.parametrize(("days", "snapshot", "stale"), AGES)
def test_a_stack_that_follows_is_told_after_45_days_and_one_that_pins_after_180(
    days: int, snapshot: str | None, stale: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    on(monkeypatch, days)
    done = run("plan", stack(tmp_path, snapshot=snapshot), "--json")
    assert done.status == 0
    assert is_told(done.document, days) == stale
    text = run("plan", stack(tmp_path, snapshot=snapshot)).out
    assert ("stale-snapshot: " in text) == stale
    github = run("plan", stack(tmp_path, snapshot=snapshot), "--format", "github").out
    assert ("stale-snapshot" in github) == stale


@pytest.mark.parametrize(("days", "snapshot", "stale"), AGES)
@pytest.mark.parametrize(
    "argv",
    [
        ["resolve", "gemini-3.5-flash", "--residency", "eu"],
        ["resolve", "gemini-3.5-flash", "--residency", "no"],
        ["models", "--residency", "eu"],
    ],
    ids=["resolve", "resolve, refused", "models"],
)
def test_a_command_that_follows_is_told_after_45_days_and_one_with_a_snapshot_after_180(
    argv: list[str],
    days: int,
    snapshot: str | None,
    stale: bool,
    monkeypatch: pytest.MonkeyPatch,
):
    on(monkeypatch, days)
    monkeypatch.setenv("COLUMNS", "80")
    words = [*argv, *(["--snapshot", snapshot] if snapshot else [])]
    assert is_told(run(*words, "--json").document, days) == stale
    assert ("stale-snapshot: " in run(*words).out) == stale


def test_the_day_that_is_judged_by_counts_and_not_the_present_one(
    monkeypatch: pytest.MonkeyPatch,
):
    on(monkeypatch, 400)
    argv = ["resolve", "gemini-3.5-flash", "--residency", "eu", "--json"]
    day = NEWEST.date + dt.timedelta(days=45)
    assert is_told(run(*argv).document, 400)
    assert not is_told(run(*argv, "--as-of", day.isoformat()).document, 45)


def test_a_stack_that_pins_an_old_snapshot_hears_its_age_and_not_that_of_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    on(monkeypatch, 0)
    path = stack(tmp_path, "gemini-2.0-flash-001", "2025-05-12")
    out = " ".join(run("plan", path).out.split())
    assert "stale-snapshot: Snapshot 2025-05-12 is 549 days old." in out


# Where they do not know a model


def ages(name: str, days: int) -> str:
    return f"Snapshot {name} is {days} days old."


@pytest.mark.parametrize("days", [2, 15, 400])
@pytest.mark.parametrize("name", snapshot_ids())
@pytest.mark.parametrize(
    "argv",
    [
        ["resolve", "gemini-9", "--residency", "eu"],
        ["facts", "gemini-9"],
        ["matrix", "--model", "gemini-9"],
    ],
    ids=lambda argv: argv[0],
)
def test_an_unknown_model_is_told_with_the_age_of_the_facts_and_how_to_get_newer_ones(
    argv: list[str], name: str, days: int, monkeypatch: pytest.MonkeyPatch
):
    on(monkeypatch, days)
    done = run(*argv, "--snapshot", name)
    said = " ".join((done.out + done.err).split())
    assert done.status == 1
    assert f"{ages(NEWEST.id, days)} {REFRESH}" in said
    printed = (done.out + done.err).splitlines()  # where the command can be copied
    assert any("python -m availability refresh" in line for line in printed)


def test_the_newest_snapshot_is_meant_where_none_is_named(monkeypatch: pytest.MonkeyPatch):
    on(monkeypatch, 15)
    done = run("resolve", "gemini-9", "--residency", "eu")
    first, *_, age, command = done.out.splitlines()
    assert [first, age, command] == [
        "'gemini-9' is no model of snapshot 2026-11-12.",
        "  Snapshot 2026-11-12 is 15 days old. To read Google's pages again:",
        "     python -m availability refresh",
    ]


def test_the_document_of_a_refusal_says_it_in_its_reason(monkeypatch: pytest.MonkeyPatch):
    on(monkeypatch, 15)
    document = run("resolve", "gemini-9", "--residency", "eu", "--json").document
    [reason] = document["refusal"]["reasons"]
    assert reason["rule"] == "unknown-model"
    assert f"{ages(NEWEST.id, 15)} {REFRESH}" in reason["text"]


@pytest.mark.parametrize("snapshot", [None, "2026-10-10"])
def test_a_plan_says_it_of_the_deployment(
    snapshot: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    on(monkeypatch, 15)
    path = stack(tmp_path, "gemini-9", snapshot)
    said = ages(NEWEST.id, 15)
    text = run("plan", path)
    assert text.status == 1
    assert f"{said} {REFRESH}" in " ".join(text.out.split())
    document = run("plan", path, "--json").document
    [reason] = document["deployments"]["chat"]["refusal"]["reasons"]
    assert f"{said} {REFRESH}" in reason["text"]
    for form in ("github", "markdown", "sarif"):
        assert said in run("plan", path, "--format", form).out


def test_an_ambiguous_name_is_known_and_says_no_age(monkeypatch: pytest.MonkeyPatch):
    on(monkeypatch, 15)
    argv = ["resolve", "Gemini 1.5 Pro", "--residency", "any", "--snapshot", "2025-05-12"]
    done = run(*argv)
    assert done.status == 1
    assert "To read Google's pages again:\n" not in done.out


@pytest.mark.parametrize("argv", [["facts"], ["matrix", "--model"]], ids=lambda argv: argv[0])
def test_a_model_that_a_newer_snapshot_has_is_told_to_be_in_that_one(argv: list[str]):
    done = run(*argv, "gemini-4-carbon", "--snapshot", "2026-10-10")
    assert done.status == 1
    assert done.err.splitlines()[-1] == "Snapshot 2026-11-12 has it: --snapshot 2026-11-12"
    assert run(*argv, "gemini-4-carbon", "--snapshot", "2026-11-12").status == 0
