"""The command line: its documents, its exit statuses, and what it makes of anything typed."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.command_line.cli import main
from availability.input import clock
from tests.availability.cli_runs import Run, run, typed
from tests.availability.naive_page import naive_models
from tests.paths import ROOT

FLASH = "gemini-2.0-flash-001"
PROD = str(ROOT / "stacks" / "Pulumi.prod.yaml")
DEV = str(ROOT / "stacks" / "Pulumi.dev.yaml")


def resolve(text: str) -> Run:
    return run("resolve", *shlex.split(text), "--snapshot", "2025-05-12")


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 5, 12))


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def stack_file(
    folder: Path, deployments: object, name: str = "Pulumi.test.yaml", **keys: object
) -> str:
    """A stack file, its values as JSON (which is YAML); `gcp_project` is gcp:project."""
    config: dict[str, object] = {
        "gcp_project": "acme-dev",
        "residency": "eu",
        "snapshot": "2025-05-12",
        **keys,
    }
    config["deployments"] = deployments
    lines = [
        f"  {'gcp:' + key[4:] if key.startswith('gcp_') else 'vertex-residency:' + key}: "
        f"{json.dumps(value)}\n"
        for key, value in config.items()
        if value is not None
    ]
    path = folder / name
    path.write_text("config:\n" + "".join(lines), encoding="utf-8")
    return str(path)


# Documents


def test_a_placed_request_is_this_document():
    done = resolve(f"{FLASH} --residency fr,nl --region europe-west9 --project acme-prod --json")
    assert (done.status, done.err) == (0, "")
    assert "no promise" in done.document["warnings"][0]["text"]
    assert [one["id"] for one in done.document["warnings"]] == ["endpoint-guarantee", "newer-facts"]
    assert done.document | {"warnings": []} == {
        "snapshot": "2025-05-12",
        "model": FLASH,
        "placement": {
            "location": "europe-west9",
            "endpointUrl": "https://europe-west9-aiplatform.googleapis.com/v1/projects/acme-prod"
            f"/locations/europe-west9/publishers/google/models/{FLASH}:generateContent",
            "modelResource": "projects/acme-prod/locations/europe-west9/publishers/google/models/"
            + FLASH,
            "boundary": None,
            "alternates": ["europe-west4"],
            "environment": {
                "GOOGLE_GENAI_USE_ENTERPRISE": "true",
                "GOOGLE_GENAI_USE_VERTEXAI": "true",
                "GOOGLE_CLOUD_PROJECT": "acme-prod",
                "GOOGLE_CLOUD_LOCATION": "europe-west9",
                "GOOGLE_CLOUD_REGION": "europe-west9",
                "GOOGLE_VERTEX_PROJECT": "acme-prod",
                "GOOGLE_VERTEX_LOCATION": "europe-west9",
                "VERTEXAI_PROJECT": "acme-prod",
                "VERTEXAI_LOCATION": "europe-west9",
            },
            "openaiModel": None,
        },
        "refusal": None,
        "warnings": [],
    }


def test_a_refused_request_is_a_document_of_this_shape():
    done = resolve(f"{FLASH} --residency de --json")
    document = done.document
    assert done.status == 1
    assert list(document) == ["snapshot", "model", "placement", "refusal", "warnings"]
    assert document["placement"] is None
    assert [one["id"] for one in document["warnings"]] == ["newer-facts"]
    refusal = document["refusal"]
    assert list(refusal) == ["reasons", "alternatives", "fixes"]
    for reason in refusal["reasons"]:
        assert list(reason) == ["location", "rule", "text"]
        assert reason["text"].endswith(".")
    pairs = [(reason["location"], reason["rule"]) for reason in refusal["reasons"]]
    assert len(set(pairs)) == len(pairs)
    assert len({location for location, _ in pairs}) == 30
    for alternative in refusal["alternatives"]:
        assert list(alternative) == ["changes", "text"]
        assert all(list(change) == ["key", "value"] for change in alternative["changes"])
    assert all(list(fix) == ["text", "command"] for fix in refusal["fixes"])


@pytest.mark.parametrize(
    ("text", "boundary"),
    [
        ("claude-3-haiku@20240307 --residency eu --guarantee ml-processing", "eu"),
        ("claude-3-haiku@20240307 --residency us", "us"),
        ("claude-3-haiku@20240307 --residency sg", None),
    ],
)
def test_the_boundary_is_a_term_or_null(text: str, boundary: str | None):
    assert resolve(f"{text} --json").document["placement"]["boundary"] == boundary


def test_an_ambiguous_name_keeps_its_spelling_and_is_answered_with_its_ids():
    done = resolve("'Gemini 1.5 Pro' --residency eu --json")
    assert (done.status, done.document["model"]) == (1, "Gemini 1.5 Pro")
    [reason] = done.document["refusal"]["reasons"]
    assert (reason["location"], reason["rule"]) == (None, "unknown-model")
    changes = [one["changes"] for one in done.document["refusal"]["alternatives"]]
    ids = ("gemini-1.5-pro-002", "gemini-1.5-pro-001")
    assert changes == [[{"key": "model", "value": one}] for one in ids]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("gemini-2.0-flash", FLASH),
        ("gemini-2-flash", FLASH),
        ("gemini-2.5-pro", "gemini-2.5-pro-preview-05-06"),
        ("claude-3-7-sonnet", "claude-3-7-sonnet@20250219"),
        ("claude-3.5-haiku", "claude-3-5-haiku@20241022"),
        ("text-embedding-05", "text-embedding-005"),
        ("imagen-3", "imagen-3.0-generate-002"),
        ("llama-3.3", "llama-3.3-70b-instruct-maas"),
        ("mistral-large", "mistral-large-2411"),
        ("anthropic/claude-3-opus", "claude-3-opus@20240229"),
        ("gemini-2.0-flash-002", FLASH),
    ],
)
def test_a_misspelt_model_is_answered_with_the_nearest_first(name: str, nearest: str):
    refusal = resolve(f"{name} --residency any --json").document["refusal"]
    values = [one["changes"][0]["value"] for one in refusal["alternatives"]]
    assert values[0] == nearest or (nearest in values[:2] and name == "imagen-3")


def test_a_plan_of_one_stack_is_one_document(tmp_path: Path):
    file = stack_file(
        tmp_path,
        {"chat": {"model": FLASH}, "bad": {"model": FLASH, "residency": "de"}},
        gcp_project="acme-test",
    )
    done = run("plan", file, "--json")
    assert done.status == 1
    assert (done.document["snapshot"], done.document["stack"]) == ("2025-05-12", "test")
    answers = done.document["deployments"]
    assert list(answers) == ["bad", "chat"]
    for one in answers.values():
        assert list(one) == ["model", "placement", "refusal", "warnings", "residency"]
        assert one["residency"]["guarantee"] == "endpoint"
    assert "/projects/acme-test/" in answers["chat"]["placement"]["endpointUrl"]
    assert answers["bad"]["placement"] is None


def test_a_plan_of_several_stacks_is_a_list_of_documents_in_their_order():
    done = run("plan", PROD, DEV, "--json")
    assert done.status == 0
    assert [one["stack"] for one in done.document] == ["prod", "dev"]


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_every_stack_of_the_project_is_placed_as_a_whole(stack: str):
    done = run("plan", str(ROOT / "stacks" / f"Pulumi.{stack}.yaml"), "--json")
    assert done.status == 0
    assert all(one["placement"] for one in done.document["deployments"].values())


def test_a_floating_snapshot_is_warned_of_and_a_pinned_one_is_not(tmp_path: Path):
    floating = run("plan", stack_file(tmp_path, {"a": {"model": FLASH}}, snapshot=None), "--json")
    assert "floating-snapshot" in floating.out
    assert "floating-snapshot" not in run("plan", PROD, "--json").out


@pytest.mark.parametrize(
    ("words", "keys", "row"),
    [
        (
            ["matrix"],
            ["snapshot", "models"],
            ["name", "publisher", "ids", "locations", "listed", "retired"],
        ),
        (["models"], ["snapshot", "models"], None),
        (["locations"], ["snapshot", "locations"], None),
        (["snapshots"], ["snapshots"], None),
    ],
)
def test_what_a_snapshot_knows_is_a_document(
    words: list[str], keys: list[str], row: list[str] | None
):
    done = run(*words, "--json")
    assert (done.status, done.err) == (0, "")
    assert list(done.document) == keys
    rows = done.document[keys[-1]]
    assert rows
    assert all(list(one) == (row or list(rows[0])) for one in rows)


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield str(key)  # pyright: ignore[reportUnknownArgumentType]
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:  # pyright: ignore[reportUnknownVariableType]
            yield from keys_of(inner)


@pytest.mark.parametrize("command", ["matrix", "models", "locations", "snapshots"])
def test_keys_of_documents_are_in_camel_case(command: str):
    assert all(
        re.fullmatch(r"[a-z][a-zA-Z]*", key) for key in keys_of(run(command, "--json").document)
    )


# Exit statuses

GOOD = {"a": {"model": FLASH}}
REFUSED = {"a": {"model": FLASH, "residency": "de"}}
BAD = {"a": {"modle": FLASH}}


@pytest.mark.parametrize(
    ("contents", "status"),
    [
        ([GOOD], 0),
        ([REFUSED], 1),
        ([BAD], 2),
        ([GOOD, REFUSED], 1),
        ([REFUSED, GOOD], 1),
        ([BAD, GOOD], 2),
        ([GOOD, BAD], 2),
        ([BAD, REFUSED], 2),
        ([REFUSED, BAD, GOOD], 2),
        ([{**GOOD, "b": REFUSED["a"]}], 1),
        ([{"a": {"model": "unknown-1"}}], 1),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_of_several_files_the_worst_decides_and_all_are_answered(
    contents: list[dict[str, object]], status: int, as_json: bool, tmp_path: Path
):
    files = [
        stack_file(tmp_path, content, f"Pulumi.s{index}.yaml")
        for index, content in enumerate(contents)
    ]
    done = run("plan", *files, *(["--json"] if as_json else []))
    assert done.status == status
    shown = done.out + done.err
    assert all(f"s{index}" in shown for index in range(len(files))) or len(files) == 1
    if as_json:
        documents = done.document if len(files) > 1 else [done.document]
        assert ["errors" in one for one in documents] == [content == BAD for content in contents]
        assert done.err == ""


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frob"],
        ["resolve"],
        ["resolve", FLASH],
        ["resolve", FLASH, "--residency"],
        ["resolve", FLASH, "--residency", "Germany"],
        ["resolve", FLASH, "--residency", ""],
        ["resolve", FLASH, "--residency", "global"],
        ["resolve", FLASH, "--residency", "de", "--excluding", "de"],
        ["resolve", FLASH, "--residency", "any", "--guarantee", "ml-processing"],
        ["resolve", FLASH, "--residency", "eu", "--guarantee", "strict"],
        ["resolve", FLASH, "--residency", "eu", "--need", "singing"],
        ["resolve", FLASH, "--residency", "eu", "--location", "mars"],
        ["resolve", FLASH, "--residency", "eu", "--location", "de"],
        ["resolve", FLASH, "--residency", "eu", "--prefer", "europe-west4,mars"],
        ["resolve", FLASH, "--residency", "eu", "--region", "mars"],
        ["resolve", FLASH, "--residency", "eu", "--project", "A"],
        ["resolve", FLASH, "--residency", "eu", "--snapshot", "1999-01-01"],
        ["resolve", FLASH, "--residency", "eu", "--snapshot", "../2025-05-12"],
        ["resolve", FLASH, "--residency", "eu", "--as-of", "yesterday"],
        ["resolve", FLASH, "--residency", "eu", "--as-of", "2025-13-01"],
        ["resolve", FLASH, "--residency", "eu", "--prior-usage=yes"],
        ["resolve", FLASH, "more", "--residency", "eu"],
        ["resolve", "", "--residency", "eu"],
        ["resolve", FLASH, "--resid", "eu"],
        ["plan"],
        ["plan", "missing.yaml"],
        ["plan", "/"],
        ["plan", PROD, "--as-of", "x"],
        ["plan", PROD, "--snapshot", "2025-05-12"],
        ["resolve", FLASH, "--residency", "eu", "--location", ""],
        ["resolve", FLASH, "--residency", "eu", "--prefer", ""],
        ["resolve", FLASH, "--residency", "eu", "--region", ""],
        ["matrix", "--snapshot", "x"],
        ["models", "--frob"],
        ["locations", "x"],
        ["snapshots", "--snapshot", "x"],
    ],
    ids=" ".join,
)
def test_bad_input_is_status_2_in_clear_lines_and_as_json(words: list[str]):
    plain = run(*words)
    assert (plain.status, plain.out) == (2, "")
    assert plain.err.strip()
    assert "Traceback" not in plain.err
    done = run(*words, "--json")
    assert (done.status, done.err) == (2, "")
    assert list(done.document) == ["errors"]
    for error in done.document["errors"]:
        assert list(error) == ["path", "message", "suggestions"]
        assert error["message"]
        assert "\n" not in error["message"]


@pytest.mark.parametrize(
    ("words", "path", "suggestion"),
    [
        (["models", "--snpashot", "x"], "--snpashot", "--snapshot"),
        (["models", "--Json"], "--Json", "--json"),
        (["resolve", FLASH, "--residency", "eu", "--needs", "tuning"], "--needs", "--need"),
        (["resolve", FLASH, "--residency", "eu", "--no-previews"], "--no-previews", "--no-preview"),
        (
            ["resolve", FLASH, "--residency", "eu", "--prior_usage"],
            "--prior_usage",
            "--prior-usage",
        ),
        (["resolve", FLASH, "--residency", "eu", "--regoin=x"], "--regoin", "--region"),
        (["resolve", FLASH, "--residncy", "eu"], "--residncy", "--residency"),
        (["plan", PROD, "--asof", "2025-05-12"], "--asof", "--as-of"),
        (["resolve", FLASH, "--residency", "Germany"], "--residency", "de"),
        (["resolve", FLASH, "--residency", "eu", "--excluding", "frankfurt"], "--excluding", "de"),
        (["resolve", FLASH, "--residency", "eu", "--need", "caching"], "--need", "context-caching"),
        (
            ["resolve", FLASH, "--residency", "eu", "--location", "europe-west-4"],
            "--location",
            "europe-west4",
        ),
        (
            ["resolve", FLASH, "--residency", "eu", "--guarantee", "ml-procesing"],
            "--guarantee",
            "ml-processing",
        ),
        (
            ["resolve", FLASH, "--residency", "eu", "--snapshot", "2025-05-11"],
            "--snapshot",
            "2025-05-12",
        ),
    ],
)
def test_a_misspelling_is_answered_with_the_right_word(
    words: list[str], path: str, suggestion: str
):
    errors = {error["path"]: error for error in run(*words, "--json").document["errors"]}
    assert path in errors
    assert suggestion in errors[path]["suggestions"]
    assert suggestion in run(*words).err


def test_a_misspelt_command_is_answered_with_the_right_one():
    [error] = run("reslove", FLASH, "--residency", "eu", "--json").document["errors"]
    assert "resolve" in error["suggestions"]


def test_all_mistakes_of_a_call_are_reported_at_once():
    done = run(
        "resolve", " ", "--residency", "mars,eu", "--excluding", "venus", "--guarantee", "x",
        "--need", "y", "--location", "z", "--prefer", "europe-west4,q", "--region", "r",
        "--project", "A", "--snapshot", "1999-01-01", "--as-of", "never", "--json",
    )  # fmt: skip
    assert {error["path"] for error in done.document["errors"]} == {
        "MODEL",
        "--residency",
        "--excluding",
        "--guarantee",
        "--need",
        "--location",
        "--prefer",
        "--region",
        "--project",
        "--snapshot",
        "--as-of",
    }


def test_a_mistake_in_a_stack_file_is_shown_with_its_line_and_key(tmp_path: Path):
    file = stack_file(tmp_path, {"chat": {"model": FLASH, "needs": ["singing"]}})
    done = run("plan", file)
    assert done.status == 2
    assert re.search(r"Pulumi\.test\.yaml:\d+:\d+: ", done.err)
    assert "vertex-residency:deployments.chat.needs[0]" in done.err
    document = run("plan", file, "--json").document
    assert [error["path"] for error in document["errors"]] == [
        "vertex-residency:deployments.chat.needs[0]"
    ]


# Answers


@pytest.mark.parametrize(
    ("day", "status"), [("2025-04-28", 0), ("2025-04-29", 1), ("2025-05-12", 1), ("2030-01-01", 1)]
)
def test_the_day_to_judge_by_closes_gemini_1_5(day: str, status: int, tmp_path: Path):
    assert resolve(f"gemini-1.5-pro-002 --residency eu --as-of {day}").status == status
    file = stack_file(tmp_path, {"old": {"model": "gemini-1.5-pro-002"}})
    assert run("plan", file, "--as-of", day).status == status


def test_without_a_day_the_clock_decides(monkeypatch: pytest.MonkeyPatch):
    assert resolve("gemini-1.5-pro-002 --residency eu").status == 1
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 4, 28))
    assert resolve("gemini-1.5-pro-002 --residency eu").status == 0


@pytest.mark.parametrize(
    ("text", "status", "location"),
    [
        ("gemini-1.5-pro-002 --residency de --prior-usage", 0, "europe-west3"),
        (f"{FLASH} --residency any", 0, "global"),
        (f"{FLASH} --residency any --excluding global --region europe-west9", 0, "europe-west9"),
        (f"{FLASH} --residency any --need tuning --region us-east4", 0, "us-east4"),
        (f"{FLASH} --residency any --need tuning,rag-corpus --region us-west1", 0, "us-west1"),
        (f"{FLASH} --residency EU --prefer europe-west8,europe-west9", 0, "europe-west8"),
        (f"{FLASH} --residency 'eu, us' --location US-East5", 0, "us-east5"),
        ("jamba-1.5-mini --residency eu --no-preview", 1, None),
        (f"{FLASH} --residency no", 1, None),
        ("nothing --residency any", 1, None),
    ],
)
def test_the_options_say_what_a_stack_would(text: str, status: int, location: str | None):
    done = resolve(f"{text} --json")
    assert done.status == status
    assert (done.document["placement"] or {"location": None})["location"] == location
    assert resolve(text).status == status


def test_a_refusal_in_words_takes_25_lines_and_ends_with_the_command_that_names_each_location():
    done = resolve(f"{FLASH} --residency de")
    assert len(done.out.splitlines()) <= 25
    [command] = [line for line in done.out.splitlines() if line.endswith(" --explain")]
    whole = typed(command.strip().removeprefix("python -m availability "))
    assert whole.status == done.status
    assert whole.out.splitlines()[0] == done.out.splitlines()[0]
    reasons = whole.out.split("them inside")[1]
    assert all(
        len(re.findall(rf"(?<![\w-]){location}(?![\w-])", reasons)) == 1
        for location in {place for one in naive_models() for place in one.served}
    )


@pytest.mark.parametrize("options", ["", "--as-of 2026-10-19"])
def test_the_last_line_of_a_refused_plan_explains_it_in_full_when_pasted(
    options: str, tmp_path: Path
):
    path = tmp_path / "Pulumi.my test.yaml"
    deployments = {
        "chat": {"model": "gemini-3.8-flash", "residency": "de"},
        "old": {"model": "gemini-2.5-pro", "residency": "de", "location": "us"},
        "placed": {"model": "gemini-3.8-flash", "residency": "eu"},
    }
    keys = {"snapshot": "2026-10-10", "deployments": deployments}
    config = {f"vertex-residency:{key}": value for key, value in keys.items()}
    text = json.dumps({"config": {"gcp:project": "acme-dev", **config}})
    path.write_text(text, encoding="utf-8")
    short = typed(f"plan {shlex.quote(str(path))} {options}")
    [command] = [line for line in short.out.splitlines() if "--explain" in line]
    assert command.endswith(f"--explain {options}".strip())
    whole = typed(command.strip().removeprefix("python -m availability "))
    document = typed(f"plan {shlex.quote(str(path))} {options} --json").document
    assert whole.status == short.status == 1
    told = {line for line in short.out.splitlines() if "locations" not in line and "--" not in line}
    assert told <= set(whole.out.splitlines())
    for name in ("chat", "old"):
        reasons = document["deployments"][name]["refusal"]["reasons"]
        own = whole.out.partition(f"\n{name}: ")[2].partition("\n\n")[0].partition("Asked of")[2]
        listed = own[own.index("\n  - ") :]
        for location in {one["location"] for one in reasons} - {None}:
            assert len(re.findall(rf"(?<![\w-]){location}(?=,|\n|$)", listed)) == 1, location
    assert "Why there: preferred" in whole.out
    assert "Why there: preferred" not in short.out


REFUSALS = [
    f"{FLASH} --residency de",
    f"{FLASH} --residency jp",
    f"{FLASH} --residency gb --region europe-west2",
    f"{FLASH} --residency no",
    f"{FLASH} --residency middle-east --project acme-prod",
    f"{FLASH} --residency canada",
    f"{FLASH} --residency eu --location europe-west3",
    f"{FLASH} --residency eu --location eu",
    f"{FLASH} --residency eu --location global",
    f"{FLASH} --residency any --location global --need tuning",
    f"{FLASH} --residency any --location europe-west2 --need tuning --need rag-corpus",
    f"{FLASH} --residency eu --guarantee ml-processing",
    f"{FLASH} --residency nl --excluding be --location europe-west1",
    "gemini-2.5-pro-preview-05-06 --residency eu",
    "gemini-2.5-pro-preview-05-06 --residency us --no-preview",
    "gemini-2.5-flash-preview-04-17 --residency de --no-preview --need tuning",
    "gemini-2.5-flash-preview-04-17 --residency us --location us-east5",
    "gemini-2.0-flash-live-preview-04-09 --residency eu",
    "gemini-2.0-flash-live-preview-04-09 --residency any --need tuning",
    "gemini-1.5-pro-002 --residency eu",
    "gemini-1.5-pro-001 --residency br",
    "gemini-1.5-flash-002 --residency jp,kr --prefer asia-northeast3",
    "gemini-1.5-flash-001 --residency me-west1 --as-of 2025-04-29",
    "claude-3-7-sonnet@20250219 --residency de",
    "claude-3-7-sonnet@20250219 --residency be --guarantee ml-processing",
    "claude-3-haiku@20240307 --residency sg --guarantee ml-processing",
    "claude-3-haiku@20240307 --residency eu --excluding de --guarantee ml-processing",
    "claude-3-opus@20240229 --residency eu",
    "claude-3-5-haiku@20241022 --residency asia-pacific",
    "llama-3.3-70b-instruct-maas --residency us --no-preview",
    "llama-4-scout-17b-16e-instruct-maas --residency eu --no-preview",
    "mistral-large-2411 --residency fr",
    "codestral-2501 --residency fr",
    "codestral-2501 --residency de --location europe-west3",
    "jamba-1.5-large --residency eu --no-preview",
    "imagetext@001 --residency asia-south1",
    "imagegeneration@002 --residency br --location southamerica-east1",
    "imagen-3.0-generate-002 --residency eea --location global",
    "multimodalembedding@001 --residency no,is",
    "text-embedding-004 --residency za",
    "text-embedding-005 --residency de --location europe-west4",
    "'Gemini 1.5 Pro' --residency eu",
    "'Embeddings for Text' --residency eu --region europe-west1",
    "gemini-2.0-flash --residency eu",
    "claude-3-7-sonnet --residency us --project acme-prod",
    "mistral-lage --residency eu",
]


@pytest.mark.parametrize("text", REFUSALS)
def test_every_fix_of_a_refusal_is_placed_when_it_is_typed(text: str):
    refusal = resolve(f"{text} --json").document["refusal"]
    assert refusal is not None
    commands = [fix["command"] for fix in refusal["fixes"]]
    legacy_only = text.startswith("'Gemini 1.5")
    assert commands or legacy_only
    for command in commands:
        python, module, package, *words = shlex.split(command)
        assert (python, module, package) == ("python", "-m", "availability")
        assert "--prior-usage" not in words
        done = run(*words, "--json")
        assert done.status == 0, command
        for option in ("--project", "--as-of", "--region", "--guarantee", "--prefer"):
            kept = option in words or option not in text
            assert kept or (option == "--guarantee" and "--residency" in words)


@pytest.mark.parametrize("text", REFUSALS)
def test_the_changes_of_an_alternative_are_keys_of_a_stack_and_never_prior_usage(text: str):
    alternatives = resolve(f"{text} --json").document["refusal"]["alternatives"]
    keys = {change["key"] for one in alternatives for change in one["changes"]}
    assert keys <= {"model", "residency", "needs", "location", "allowPreview"}


def test_alternatives_that_keep_the_residency_come_before_those_that_widen_it():
    for text in REFUSALS:
        done = resolve(f"{text} --json")
        if done.status != 1:
            continue
        widening = [
            any(change["key"] == "residency" for change in one["changes"])
            for one in done.document["refusal"]["alternatives"]
        ]
        assert widening == sorted(widening), text


@pytest.mark.parametrize(
    ("keys", "stack_keys"),
    [
        ({"model": FLASH, "residency": "de"}, {}),
        ({"model": FLASH, "location": "europe-west3"}, {}),
        ({"model": FLASH, "needs": ["tuning"], "location": "global", "residency": "any"}, {}),
        ({"model": "jamba-1.5-mini"}, {"allowPreview": False}),
        ({"model": "gemini-2.0-flash"}, {}),
        (
            {
                "model": "claude-3-haiku@20240307",
                "residency": {"within": "be", "guarantee": "ml-processing"},
            },
            {},
        ),
        ({"model": FLASH}, {"residency": {"within": "eu", "guarantee": "ml-processing"}}),
        ({"model": FLASH}, {"residency": "de"}),
    ],
)
def test_the_fixes_of_a_stack_are_commands_that_correct_its_own_deployment(
    keys: dict[str, object], stack_keys: dict[str, object], tmp_path: Path
):
    file = stack_file(tmp_path, {"chat": keys}, "Pulumi.test.yaml", **stack_keys)
    fixes = run("plan", file, "--json").document["deployments"]["chat"]["refusal"]["fixes"]
    assert fixes
    for fix in fixes:
        for command in fix["command"].split(" && "):
            words = shlex.split(command)
            assert words[:2] == ["pulumi", "config"]
            assert words[2] in ("set", "rm")
            assert words[3] == "--path"
            assert words[4].startswith("vertex-residency:deployments.chat.")
            assert words[-2:] == ["--stack", "test"]


# Words for a terminal


@pytest.mark.parametrize("command", ["matrix", "models", "locations", "snapshots"])
def test_a_table_is_no_wider_than_a_terminal(command: str):
    done = run(command)
    assert done.status == 0
    lines = done.out.splitlines()
    assert len(lines) > 4
    assert max(len(line) for line in lines) <= 80


@pytest.mark.parametrize("columns", ["60", "80", "200"])
@pytest.mark.parametrize("words", ["models", "models --residency any"])
@pytest.mark.parametrize("snapshot", ["2025-05-12", "2026-11-12"])
def test_a_long_id_goes_on_in_a_second_line_and_breaks_no_other_word(
    words: str, snapshot: str, columns: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", columns)
    done = run(*words.split(), "--snapshot", snapshot)
    table = [line for line in done.out.splitlines() if line.startswith(" ")]
    assert max(map(len, table)) <= int(columns)
    assert any("Retires" in line.split() for line in table)
    models = run(*words.split(), "--snapshot", snapshot, "--json").document["models"]
    dates = {one["retires"] for one in models if one["retires"]}
    assert all(f" {date} " in done.out for date in dates)
    if columns == "200":
        assert all(f"{one['id']} " in done.out for one in models)


def test_a_terminal_that_is_too_narrow_for_a_table_gets_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "12")
    assert run("models").status == run("models", "--residency", "eu").status == 0


@pytest.mark.parametrize(
    "words",
    [
        ["resolve", FLASH, "--residency", "eu"],
        ["resolve", FLASH, "--residency", "de"],
        ["resolve", "gemini-2.0-flash", "--residency", "eu"],
        ["plan", PROD],
    ],
    ids=" ".join,
)
def test_a_line_is_no_wider_than_a_terminal_but_for_urls_and_commands(words: list[str]):
    lines = run(*words).out.splitlines()
    long = [line for line in lines if len(line) > 80]
    assert all("https://" in line or line.strip().startswith("python -m ") for line in long)


COMMANDS = ["resolve", "plan", "matrix", "models", "locations", "snapshots", "facts", "diff"]


@pytest.mark.parametrize("name", [*COMMANDS, "refresh"])
def test_help_is_given_for_every_command(name: str):
    with pytest.raises(SystemExit) as caught:
        run(name, "--help")
    assert caught.value.code == 0


@pytest.mark.parametrize("name", [*COMMANDS, "refresh"])
def test_every_command_is_named_where_an_unknown_one_is_typed(name: str):
    done = run("compare", "2025-05-12", "2026-10-10")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("COMMAND: unknown command 'compare'; the commands are ")
    assert name in re.findall(r"\w+", done.err.partition("the commands are")[2])


# Anything typed

WORDS = [
    *(*COMMANDS, "2026-10-10"),
    *("--json", "--residency", "--context-size", "128k"),
    *("--excluding", "--guarantee", "--need", "--location", "--prefer", "--region", "--project"),
    *(
        "--prior-usage",
        "--no-preview",
        "--snapshot",
        "--as-of",
        "--model",
        "--stacks",
        "--format",
        "--",
        "-",
        "---",
        "--x=y",
    ),
    *(FLASH, "Gemini 1.5 Pro", "eu", "de,fr", "any", "global", "no", "2025-05-12", "ml-processing"),
    *(
        "tuning",
        "europe-west4",
        ".",
        "/dev/null",
        PROD,
        "",
        " ",
        ",",
        "\N{NO-BREAK SPACE}",
        "@file",
    ),
    *(
        "--residency=",
        "--json=1",
        "--as-of=0000-00-00",
        "%s",
        "{}",
        "'",
        '"',
        "publishers/x/models/y",
    ),
]


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=9))
def test_whatever_is_typed_is_answered_with_a_status_and_never_an_exception(argv: list[str]):
    argv = [word.replace("\0", "") for word in argv if word not in ("-h", "--help")]
    done = run(*argv)
    assert done.status in (0, 1, 2)
    # The facts of a model that is none are but the message on standard error.
    is_told = done.status < 2 and argv[:1] != ["facts"]
    assert (done.out if is_told else done.out + done.err).strip()
    if done.status == 2 and "--json" in argv:
        assert "errors" in done.out


OPTIONS = [
    *("--need=tuning", "--no-preview", "--prior-usage", "--location=europe-west3", "--json"),
    *("--location=global", "--excluding=de", "--guarantee=ml-processing", "--region=us-west1"),
    *("--prefer=eu,us-west1", "--as-of=2025-04-01", "--project=acme-dev"),
]


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from([*(one.id for one in naive_models()), "Gemini 1.5 Pro", "xyz"]),
    st.lists(st.sampled_from(["eu", "de", "any", "no", "us", "jp", "mars", "europe"]), max_size=3),
    st.lists(st.sampled_from(OPTIONS), unique=True),
)
def test_every_request_is_placed_refused_or_bad_input(
    model: str, terms: list[str], options: list[str]
):
    done = run("resolve", model, "--residency", ",".join(terms), *options)
    assert done.status in (0, 1, 2)
    assert ("mars" in terms or not terms) <= (done.status == 2)
    if "--json" in options:
        keys = {0: "placement", 1: "refusal", 2: "errors"}
        assert done.document[keys[done.status]]


def shell(*argv: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "availability", *argv],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, **env},
    )


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["resolve", FLASH, "--residency", "eu", "--snapshot", "2025-05-12"], 0),
        (["resolve", FLASH, "--residency", "de", "--snapshot", "2025-05-12"], 1),
        (["resolve", FLASH, "--residency", "Germany"], 2),
        ([], 2),
        (["--help"], 0),
        (["resolve", "\udcff", "--residency", "eu"], 1),
        (["resolve", FLASH, "--residency", "\udcff", "--json"], 2),
        (["plan", "\udcff.yaml"], 2),
    ],
)
def test_the_process_leaves_with_the_status_and_no_traceback(argv: list[str], status: int):
    done = shell(*argv)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr


@pytest.mark.parametrize("argv", [["locations"], ["matrix"], ["locations", "--json"]])
def test_a_terminal_without_unicode_is_answered_without_a_traceback(argv: list[str]):
    done = shell(*argv, PYTHONIOENCODING="ascii")
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[int, str]:
    """Exit status -> the arguments of a `plan` that leaves with it."""
    refused = tmp_path_factory.mktemp("stacks") / "Pulumi.refused.yaml"
    refused.write_text(
        "config:\n  gcp:project: acme-dev\n  vertex-residency:residency: de\n"
        "  vertex-residency:snapshot: 2025-05-12\n"
        f"  vertex-residency:deployments:\n    chat: {{model: {FLASH}}}\n",
        encoding="utf-8",
    )
    return {
        0: f"{shlex.quote(PROD)} --as-of 2026-11-23",
        1: shlex.quote(str(refused)),
        2: "stacks/Pulumi.nowhere.yaml --json",
    }


def in_bash(command: str) -> subprocess.CompletedProcess[bytes]:
    """With `A` for `python -m availability`; a pipe's status is that of its last failure."""
    start = f'A() {{ {shlex.quote(sys.executable)} -m availability "$@"; }}; set -o pipefail; '
    return subprocess.run(["bash", "-c", start + command], cwd=ROOT, capture_output=True)


@pytest.mark.parametrize("status", [0, 1, 2])
@pytest.mark.parametrize("reader", ["head -c 1", "true"])
def test_the_status_is_the_same_where_the_reader_has_seen_enough(
    status: int, reader: str, plans: dict[int, str]
):
    done = in_bash(f"A plan {plans[status]} | {reader}")
    assert done.returncode == status
    assert done.stderr == b""


@pytest.mark.parametrize("command", ["matrix --json", "locations", "plan --help"])
def test_a_reader_that_has_seen_enough_is_no_failure(command: str):
    done = in_bash(f"A {command} | head -c 10")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_full_disk_is_one_clear_line_and_no_answer(plans: dict[int, str]):
    done = in_bash(f"A plan {plans[0]} > /dev/full")
    assert done.returncode == 2
    said = b"standard output: cannot be written: No space left on device\n"
    assert done.stderr == said


@pytest.mark.parametrize("status", [0, 1, 2])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_a_stream_that_is_closed_changes_no_status(status: int, closed: str, plans: dict[int, str]):
    done = in_bash(f"A plan {plans[status]} {closed}")
    assert done.returncode == status
    assert b"Traceback" not in done.stdout + done.stderr


def test_the_matrix_of_an_unknown_model_is_empty_and_refused(
    capsys: pytest.CaptureFixture[str],
):
    words = ["matrix", "--model", "gemini-2.0-flash", "--snapshot", "2025-05-12", "--json"]
    assert main(words) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["models"] == []
    assert f"did you mean {FLASH}" in printed.err


def test_why_is_part_of_the_document_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]):
    words = ["resolve", "claude-3-7-sonnet@20250219", "--residency", "eu", "--json"]
    words += ["--snapshot", "2025-05-12"]
    assert main([*words, "--why", "europe-west1", "--guarantee", "ml-processing"]) == 0
    why = json.loads(capsys.readouterr().out)["why"]
    [commitment] = [one for one in why if "processed within eu" in one["fact"]]
    assert (commitment["source"], commitment["line"]) == ("Use Anthropic's Claude models", 2)
    assert "within the EU" in commitment["quote"]


def test_two_formats_at_once_are_bad_input(capsys: pytest.CaptureFixture[str]):
    assert main(["plan", PROD, "--format", "text", "--json"]) == 2
    [error] = json.loads(capsys.readouterr().out)["errors"]
    assert error["path"] == "--format"
