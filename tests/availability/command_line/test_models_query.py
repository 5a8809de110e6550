"""`models --residency …`: which models may be used, against brute force and against `resolve`."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from availability.input import clock
from availability.placement.request import Refusal, Request
from availability.placement.rules import Rule
from availability.places.residency import Residency
from tests.availability.cli_runs import Run, typed
from tests.availability.naive_2026 import naive_models_2026
from tests.availability.naive_oracle_2026 import Question2026, Verdict, decide_2026
from tests.paths import ROOT

SNAPSHOT = "--snapshot 2026-10-10"


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 10, 10))
    monkeypatch.setenv("COLUMNS", "80")


def models(text: str) -> Run:
    return typed(f"models {SNAPSHOT} {text}")


def question(text: str) -> dict[str, Any]:
    """The options, as fields of the oracle's question."""
    found: dict[str, Any] = {"needs": ()}
    words = shlex.split(text)
    while words:
        option = words.pop(0)
        if option == "--no-preview":
            found["allow_preview"] = False
            continue
        value = words.pop(0)
        match option:
            case "--residency":
                found["within"] = tuple(value.split(","))
            case "--excluding":
                found["excluding"] = tuple(value.split(","))
            case "--guarantee":
                found["ml_processing"] = value == "ml-processing"
            case "--need":
                found["needs"] += (value,)
            case "--context-size":
                found["context"] = value
            case "--as-of":
                found["today"] = dt.date.fromisoformat(value)
            case _:
                found[option.removeprefix("--")] = value
    return found


NEEDS = (
    *("tuning", "batch-prediction", "context-caching", "rag-corpus", "provisioned-throughput"),
    *("priority-paygo", "flex-paygo"),
)
QUERIES = [
    *("--residency any", "--residency eu", "--residency de", "--residency us,canada"),
    *("--residency eu --guarantee ml-processing", "--residency us --guarantee ml-processing"),
    *(f"--residency jp --guarantee ml-processing --context-size {size}" for size in ("64k", "1m")),
    "--residency jp,de,gb --guarantee ml-processing --context-size 128k",
    "--residency jp --guarantee ml-processing",
    *(f"--residency any --need {need}" for need in NEEDS),
    *(f"--residency eu,us --guarantee ml-processing --need {need}" for need in NEEDS),
    "--residency eu --need tuning --need batch-prediction --region europe-west3",
    "--residency europe --excluding de --region europe-west3 --no-preview",
    "--residency any --excluding global,eu,us --region asia-northeast1",
    "--residency eu-adequate --guarantee ml-processing",
    "--residency any --no-preview",
    *(f"--residency us --as-of {day}" for day in ("2026-10-19", "2026-10-20", "2026-10-21")),
    "--residency any --as-of 2024-01-01",
    *("--residency no", "--residency middle-east"),
]


@pytest.mark.parametrize("text", QUERIES)
def test_every_model_is_placed_or_refused_as_brute_force_says(text: str):
    done = models(f"{text} --json")
    verdicts = {
        (model.publisher, model.id): decide_2026(Question2026(model, **question(text)))
        for model in naive_models_2026()
    }
    rows = [*done.document["models"], *done.document["refused"]]
    found = {(row["publisher"], row["id"]): row for row in rows}
    assert len(rows) == len(verdicts)
    assert found.keys() == verdicts.keys()
    for key, verdict in verdicts.items():
        assert answered(found[key]) == expected(verdict), key
    assert done.status == (0 if done.document["models"] else 1)


def answered(row: dict[str, Any]) -> object:
    if "rules" in row:
        assert len(set(row["rules"])) == len(row["rules"])
        return set(row["rules"])
    return row["location"], row["boundary"], tuple(row["alternates"])


def expected(verdict: Verdict) -> object:
    if verdict.location is None:
        return {rule for _, rule in verdict.reasons}
    return verdict.location, verdict.boundary, verdict.alternates


@pytest.mark.parametrize(
    "text",
    [
        "--residency eu",
        "--residency eu --guarantee ml-processing --need tuning --need flex-paygo",
        "--residency any --need batch-prediction --as-of 2026-11-01",
    ],
)
def test_the_warnings_are_those_of_resolve(text: str):
    rows = models(f"{text} --json").document["models"]
    assert rows
    for row in rows:
        one = typed(f"resolve {row['publisher']}/{row['id']} {SNAPSHOT} {text} --json").document
        assert row["location"] == one["placement"]["location"]
        assert row["warnings"] == list(dict.fromkeys(each["id"] for each in one["warnings"]))


def test_a_placed_model_and_a_refused_one_are_these_documents():
    done = models("--residency eu --guarantee ml-processing --json")
    assert list(done.document) == ["snapshot", "warnings", "models", "refused"]
    assert done.document["snapshot"] == "2026-10-10"
    assert done.document["warnings"] == []
    [flash] = [row for row in done.document["models"] if row["id"] == "gemini-3.7-flash"]
    assert flash == {
        "id": "gemini-3.7-flash",
        "publisher": "google",
        "name": "Gemini 3.7 Flash",
        "family": "gemini",
        "stage": "ga",
        "retires": "2027-01-28",
        "notBefore": None,
        "location": "eu",
        "boundary": "eu",
        "alternates": [],
        "warnings": ["short-lived"],
    }
    [haiku] = [row for row in done.document["models"] if row["id"] == "claude-haiku-5-5"]
    assert (haiku["retires"], haiku["notBefore"]) == (None, "2027-10-07")
    [lyria] = [row for row in done.document["refused"] if row["id"] == "lyria-002"]
    rules = ["residency", "not-served"]
    assert lyria == {"id": "lyria-002", "publisher": "google", "rules": rules}


# Which come first


def test_of_a_publisher_what_ends_soon_comes_last_and_previews_before_it():
    done = models("--residency any --json")
    rows = [row for row in done.document["models"] if row["publisher"] == "google"]
    stages = [concern(row) for row in rows]
    assert stages == sorted(stages)
    assert Counter(stages).keys() == {0, 1, 2}
    newer = {row["id"] for row in rows if "newer-facts" in row["warnings"]}
    embeddings = {"text-embedding-004", "text-embedding-005", "text-multilingual-embedding-002"}
    moved = {"gemini-live-2.5-flash-native-audio", "virtual-try-on-001", "multimodalembedding@001"}
    assert newer == embeddings | moved
    publishers = list(dict.fromkeys(row["publisher"] for row in done.document["models"]))
    assert publishers[:3] == ["google", "anthropic", "xai"]
    known = list(dict.fromkeys(model.publisher for model in naive_models_2026()))
    assert publishers == [one for one in known if one in publishers]


def concern(row: dict[str, Any]) -> int:
    retires = row["retires"] or "9999"
    passed = row["notBefore"] is not None and row["notBefore"] <= "2026-10-10"
    if "newer-facts" in row["warnings"]:  # 2026-11-12 knows that it ends, or would move it
        return 2
    if retires <= "2027-01-08" or (passed and not row["retires"]) or row["stage"] == "deprecated":
        return 2
    return 1 if row["stage"] in ("preview", "experimental") else 0


def test_among_equals_the_order_is_that_of_the_snapshot():
    rows = models("--residency any --json").document["models"]
    order = [(model.publisher, model.id) for model in naive_models_2026()]
    for publisher in ("google", "anthropic", "mistralai"):
        for grade in range(3):
            found = [
                order.index((publisher, row["id"]))
                for row in rows
                if row["publisher"] == publisher and concern(row) == grade
            ]
            assert found == sorted(found)


def test_what_is_deprecated_comes_last_though_its_end_is_far_away():
    rows = models("--residency any --as-of 2026-02-01 --json").document["models"]
    assert [row["id"] for row in rows if row["publisher"] == "xai"] == [
        *("grok-4.6", "grok-4.20-reasoning", "grok-4.20-non-reasoning", "grok-4.7", "grok-4.3"),
        *("grok-4.1-fast-reasoning", "grok-4.1-fast-non-reasoning"),
    ]


# What decides against a model


@pytest.mark.parametrize(
    ("text", "model", "first"),
    [
        ("--residency eu", "lyria-002", "residency"),
        ("--residency eu", "claude-opus-4-1", "residency"),
        ("--residency eu", "claude-3-haiku", "retired"),
        ("--residency eu", "gemini-embedding-001", "unknown-location"),
        ("--residency eu --guarantee ml-processing", "virtual-try-on-001", "ml-processing"),
        ("--residency any --need tuning", "gemini-3-pro-image", "capability"),
        ("--residency any --need provisioned-throughput", "grok-4.6", "capability"),
        ("--residency eu --no-preview", "gemini-3-flash-preview", "preview"),
        ("--residency eu --need context-caching", "lyria-002", "residency"),
        ("--residency any --as-of 2026-10-21", "gemini-2.5-pro", "retired"),
    ],
)
def test_the_first_rule_is_the_one_that_decides(text: str, model: str, first: str):
    refused = models(f"{text} --json").document["refused"]
    [rules] = [row["rules"] for row in refused if row["id"] == model]
    assert rules[0] == first
    if "not-served" in rules:
        assert rules[-1] == "not-served"


def test_outside_the_area_the_residency_decides_whatever_else_is_broken_there():
    broken = {
        Rule.NOT_SERVED: frozenset(["eu"]),
        Rule.CAPABILITY: frozenset(["us"]),
        Rule.RESIDENCY: frozenset(["us"]),
    }
    request = Request("lyria-002", Residency.parse("eu"))
    refusal = Refusal(request, None, location_rules=broken, universe=("eu", "us"))
    assert refusal.deciding == (Rule.RESIDENCY, Rule.CAPABILITY, Rule.NOT_SERVED)


# The table


def counts(text: str) -> tuple[int, int, dict[str, int]]:
    """Usable, refused, and refused by rule, as the line under the table says it."""
    flat = " ".join(text.split())
    match = re.search(r"(\d+) usable\. (?:(\d+) refused: ([^.]*)\.|None is refused\.)$", flat)
    assert match, text
    pairs = [part.split() for part in (match[3] or "").split(", ") if part]
    return int(match[1]), int(match[2] or 0), {rule: int(number) for number, rule in pairs}


@pytest.mark.parametrize("text", QUERIES)
def test_the_table_has_a_row_for_every_placed_model_and_counts_the_others(
    text: str, monkeypatch: pytest.MonkeyPatch
):
    answer = models(f"{text} --json")
    for columns in (80, 140):
        monkeypatch.setenv("COLUMNS", str(columns))
        done = models(text)
        assert done.status == answer.status
        assert_table(done.out, answer.document, columns)


def assert_table(text: str, document: dict[str, Any], columns: int) -> None:
    lines = text.splitlines()
    assert max(len(line) for line in lines) <= columns
    assert "…" not in text
    for row in document["models"]:
        [at] = [n for n, line in enumerate(lines) if line.split()[:1] == [row["id"]]]
        cells = lines[at].split()
        assert cells[1] == row["location"]
        shown = " ".join(lines[at : at + 2 + len(row["warnings"])])
        assert all(word in shown for word in (row["boundary"] or "not committed").split())
        assert (row["retires"] or row["notBefore"] or "not said") in shown
        assert ("not before" in lines[at]) == bool(row["notBefore"] and not row["retires"])
        assert all(f" {one} " in f"{shown} " for one in row["warnings"])
    usable, refused, by_rule = counts(text)
    assert (usable, refused) == (len(document["models"]), len(document["refused"]))
    assert by_rule == Counter(row["rules"][0] for row in document["refused"])
    assert list(by_rule.values()) == sorted(by_rule.values(), reverse=True)


def test_a_wide_terminal_has_a_column_for_the_warnings(monkeypatch: pytest.MonkeyPatch):
    query = "--residency eu --guarantee ml-processing"
    names = ["Model", "Location", "Boundary", "Retires"]
    narrow = models(query).out.splitlines()
    assert re.split("  +", narrow[2].strip()) == ["Model, with its warnings", *names[1:]]
    monkeypatch.setenv("COLUMNS", "120")
    wide = models(query).out.splitlines()
    assert wide[2].split() == [*names, "Warnings"]
    assert len(wide) < len(narrow)


def test_where_nothing_is_usable_there_is_a_line_and_no_table():
    done = models("--residency no")
    assert done.status == 1
    assert done.out.startswith("0 usable. 151 refused: ")
    assert "Model" not in done.out


def test_no_changes_are_searched_for_the_refused():
    code = (
        "import sys; from availability.command_line.cli import main; "
        "status = main(['models', '--residency', 'eu', '--json']); "
        "sys.exit(status or 'availability.explanation.alternatives.single' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr


# Options


@pytest.mark.parametrize(
    "text",
    [
        "--excluding de", "--guarantee endpoint", "--need tuning", "--context-size 1m",
        "--region europe-west4", "--no-preview", "--prior-usage", "--as-of 2026-11-01",
    ],
)  # fmt: skip
def test_an_option_of_the_query_alone_is_told_that_the_residency_is_missing(text: str):
    [error] = models(f"{text} --json").document["errors"]
    assert (error["path"], error["message"].split(":")[0]) == ("--residency", "missing")
    done = models(text)
    assert (done.status, done.out) == (2, "")
    assert "--residency: missing" in done.err


def test_all_mistakes_are_reported_at_once():
    text = (
        "models --excluding mars --guarantee x --need y --context-size z --region r "
        "--snapshot 2026-10-09 --as-of never --json"
    )
    errors = {error["path"]: error for error in typed(text).document["errors"]}
    assert list(errors) == [
        *("--snapshot", "--as-of", "--residency", "--excluding", "--guarantee", "--need"),
        *("--context-size", "--region"),
    ]
    assert errors["--snapshot"]["suggestions"] == ["2026-10-10"]
    assert "64k, 128k, 1m" in errors["--context-size"]["message"]


@pytest.mark.parametrize("text", ["--residency mars", "--residency ''", "--residency global"])
def test_a_residency_that_is_none_is_bad_input_as_in_resolve(text: str):
    done = models(f"{text} --json")
    assert done.status == 2
    resolved = typed(f"resolve gemini-3.8-flash {text} --json")
    assert done.document == resolved.document


@pytest.mark.parametrize(
    ("size", "location"),
    [("64k", "asia-northeast1"), ("128K", "asia-northeast1"), ("1M", None), (None, None)],
)
def test_a_size_of_context_decides_which_commitment_counts(size: str | None, location: str | None):
    option = f"--context-size {size}" if size else ""
    query = f"{SNAPSHOT} --residency jp --guarantee ml-processing {option} --json"
    done = typed(f"resolve gemini-2.5-flash {query}")
    assert (done.document["placement"] or {"location": None})["location"] == location
    rows = {row["id"]: row for row in typed(f"models {query}").document["models"]}
    assert rows.get("gemini-2.5-flash", {"boundary": None})["boundary"] == location


def test_a_fix_keeps_the_size_of_context():
    query = f"--residency jp --guarantee ml-processing --context-size 1m {SNAPSHOT} --json"
    fixes = typed(f"resolve gemini-2.5-flash {query}").document["refusal"]["fixes"]
    assert fixes
    for fix in fixes:
        assert "--context-size" in fix["command"]
        assert typed(fix["command"].removeprefix("python -m availability ")).status == 0


@pytest.mark.parametrize(("word", "near"), [("64", "64k"), ("128", "128k"), ("2m", None)])
@pytest.mark.parametrize("command", ["resolve gemini-3.8-flash", "models"])
def test_an_unknown_size_of_context_is_bad_input(command: str, word: str, near: str | None):
    done = typed(f"{command} --residency eu --context-size {word} --json")
    [error] = done.document["errors"]
    assert (done.status, error["path"]) == (2, "--context-size")
    assert "64k, 128k, 1m" in error["message"]
    assert near is None or error["suggestions"][0] == near


# The plain list


def test_without_a_constraint_it_is_the_list_of_all_models_with_their_dates():
    done = models("--json")
    assert (done.status, list(done.document)) == (0, ["snapshot", "models"])
    rows = {(row["publisher"], row["id"]): row for row in done.document["models"]}
    assert rows.keys() == {(model.publisher, model.id) for model in naive_models_2026()}
    for model in naive_models_2026():
        row = rows[model.publisher, model.id]
        day = model.retirement and model.retirement.isoformat()
        assert row["retires"] == day
        life = model.rows("lifecycle_2026")
        assert row["notBefore"] == (life[0]["retirement_not_before"] or None if life else None)


def test_the_plain_table_has_every_model_by_its_full_name_and_its_dates():
    lines = models("").out.splitlines()
    assert max(len(line) for line in lines) <= 80
    cells = [line.split() for line in lines]
    for model in naive_models_2026():
        [at] = [n for n, row in enumerate(cells) if row[:1] == [f"{model.publisher}/{model.id}"]]
        if model.retirement:
            assert model.retirement.isoformat() in cells[at]
        assert cells[at][-1] == ("?" if model.served is None else str(len(model.served)))
