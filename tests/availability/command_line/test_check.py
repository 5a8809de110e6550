"""The command `check`: its exit status, its formats, and what is bad input."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.availability.check.plans import change, plan
from tests.availability.cli_runs import Run, run
from tests.availability.hostile import PIECES, assert_plain_text
from tests.availability.sarif_schema import SARIF

RECORDED = Path(__file__).parents[1] / "check" / "recorded" / "preview.json"
INDEX = "google_vertex_ai_index.search"
INSIDE = plan(change(INDEX, {"region": "europe-west4"}))
OUTSIDE = plan(change(INDEX, {"region": "us-central1"}))
LATER = plan(change(INDEX, {}, unknown={"region": True}))


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(document: object, name: str = "plan.json") -> str:
        file = tmp_path / name
        file.write_text(json.dumps(document))
        return str(file)

    return write


def checked(file: str, *more: str, residency: str = "eu") -> Run:
    options = ("--residency", residency, "--snapshot", "2026-11-12", "--as-of", "2026-11-27")
    return run("check", "--terraform", file, *options, *more)


@pytest.mark.parametrize(
    ("document", "options", "status"),
    [
        (INSIDE, (), 0),
        (OUTSIDE, (), 1),
        (LATER, (), 0),
        (LATER, ("--strict",), 1),
        (INSIDE, ("--strict",), 0),
        ({}, (), 2),
    ],
)
def test_the_status_says_whether_something_is_misplaced(
    written: Any, document: object, options: tuple[str, ...], status: int
):
    assert checked(written(document), *options).status == status


def test_json_is_a_list_of_findings(written: Any):
    answer = checked(written(OUTSIDE), "--format", "json")
    [finding] = answer.document
    assert list(finding) == ["address", "type", "rule", "text", "fix"]
    assert (finding["address"], finding["rule"]) == (INDEX, "residency")
    assert checked(written(OUTSIDE), "--json").out == answer.out
    assert checked(written(INSIDE), "--json").document == []


def test_text_names_the_resource_the_rule_and_the_fix(written: Any):
    out = checked(written(OUTSIDE)).out
    assert "1 finding in 1 resource, under eu, snapshot" in " ".join(out.split())
    assert f"\n{INDEX}\n  residency: region us-central1" in out
    assert "fix: set region to europe-west4" in out
    assert "nothing found in 1 resource" in checked(written(INSIDE)).out


def test_what_is_not_known_is_told_as_neither(written: Any):
    out = checked(written(LATER)).out
    assert "1 not known in 1 resource" in " ".join(out.split())
    assert "unknown: region is not set, and the provider's region" not in out
    assert "unknown: region is known only once" in out


def test_markdown_is_a_table(written: Any):
    out = checked(written(OUTSIDE), "--format", "markdown").out
    assert out.startswith("### :x: ")
    assert f"| `{INDEX}` | residency | `region us-central1" in out
    assert checked(written(INSIDE), "--format", "markdown").out.startswith("### :white_check_mark:")


def test_github_has_errors_and_notices(written: Any):
    assert checked(written(OUTSIDE), "--format", "github").out.startswith("::error file=")
    assert checked(written(LATER), "--format", "github").out.startswith("::notice file=")
    assert checked(written(INSIDE), "--format", "github").out.strip() == ""


@pytest.mark.parametrize("document", [INSIDE, OUTSIDE, LATER])
def test_sarif_is_valid_and_knows_its_rules(written: Any, document: object):
    log = json.loads(checked(written(document), "--format", "sarif").out)
    jsonschema.validate(log, SARIF)
    [made] = log["runs"]
    known = {rule["id"] for rule in made["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in made["results"]} <= known


def test_a_preview_is_annotated_in_the_program_that_it_is_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    command = ("check", "--pulumi", str(RECORDED), "--residency", "eu", "--format", "github")
    assert "__main__.py" not in run(*command).out
    (tmp_path / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    assert "file=__main__.py,line=10," in run(*command).out
    (tmp_path / "Pulumi.yaml").write_text("name: another\nruntime: python\n")
    assert "__main__.py" not in run(*command).out


def test_several_files_are_one_answer(written: Any):
    first, second = written(INSIDE, "a.json"), written(OUTSIDE, "b.json")
    options = ("--terraform", second, "--pulumi", str(RECORDED))
    answer = checked(first, *options, "--json")
    assert answer.status == 1
    assert len(answer.document) == 4


def test_a_file_comes_by_standard_input(monkeypatch: pytest.MonkeyPatch):
    given = io.TextIOWrapper(io.BytesIO(json.dumps(OUTSIDE).encode()))
    monkeypatch.setattr(sys, "stdin", given)
    assert checked("-").status == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--residency", "Germany", "--terraform", "a.json"), "did you mean de"),
        (("--residency", "eu"), "name a file"),
        (("--residency", "eu", "--terraform", "there-is-none.json"), "cannot be read"),
        (("--residency", "eu", "--terraform", "."), "cannot be read"),
        (("--residency", "eu", "--terraform", "a\0b"), "cannot be read"),
        (("--residency", "eu", "--pulumi", "a.json", "--format", "xml"), "unknown format"),
        (("--residency", "eu", "--pulumi", "a.json", "--snapshot", "1999-01-01"), "snapshot"),
        (("--residency", "eu", "--pulumi", "a.json", "--as-of", "soon"), "is no date"),
        (("--residency", "eu", "--guarantee", "none", "--pulumi", "a"), "unknown guarantee"),
        (("--terraform", "a.json"), "--residency"),
        (("--residency", "eu", "--stricter", "--terraform", "a.json"), "--strict"),
    ],
)
def test_bad_input_says_what_would_be_valid(words: tuple[str, ...], told: str):
    answer = run("check", *words)
    assert answer.status == 2
    assert told in answer.err
    assert "Traceback" not in answer.err
    as_json = run("check", *words, "--json")
    assert as_json.status == 2
    assert as_json.document["errors"]


@pytest.mark.parametrize("form", ["text", "markdown", "sarif"])
def test_what_a_file_says_reaches_no_reader_as_code(written: Any, form: str):
    called = "https://us-east1-aiplatform.googleapis.com"
    hostile = plan(
        *(change(INDEX, {"region": piece, f"a{piece}b": called}) for piece in PIECES),
    )
    for entry, piece in zip(hostile["resource_changes"], PIECES, strict=True):
        entry["address"] = f"{piece}x"
    answer = checked(written(hostile), "--format", form)
    assert answer.status == 1
    assert_plain_text(answer.out)
    assert len(answer.out) > 1000


def test_what_a_file_says_is_no_command_of_a_workflow(written: Any):
    for piece in PIECES:
        hostile = plan(change(INDEX, {"region": piece}))
        hostile["resource_changes"][0]["address"] = f"{piece}x"
        out = checked(written(hostile), "--format", "github").out
        assert out.count("\n") == 1
        assert out.startswith("::error file=")
