"""`diff OLD NEW`: what changed, and what it does to stacks."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from availability.facts.library import SNAPSHOTS, snapshot_ids
from availability.input import clock
from tests.availability.cli_runs import Run, run
from tests.paths import ROOT

OLD, NEW = "2026-10-10", "2026-11-12"
STACKS = sorted(str(path) for path in (ROOT / "stacks").glob("Pulumi.*.yaml"))
[DEV, PROD, LEGACY, STAGING] = STACKS
PARTS = ["models", "locations", "commitments", "capabilities", "controls", "dates", "notices"]
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _a_day_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 11, 26))
    monkeypatch.setenv("COLUMNS", "80")


def diff(*argv: str) -> Run:
    return run("diff", *argv)


@pytest.fixture
def moved(tmp_path: Path) -> str:
    """A snapshot in which two deployments of prod have lost their multi-region."""
    document: Document = json.loads((SNAPSHOTS / NEW / "snapshot.json").read_text("utf-8"))
    document["date"] = "2026-11-13"
    for entry in document["entries"]:
        model = entry["models"][0]["id"]
        if model == "gemini-3.5-flash":
            entry["models"][0]["commitments"] = []
        if model == "gemini-3.8-flash":
            entry["listings"] = [one for one in entry["listings"] if one["served"] != ["eu"]]
    path = tmp_path / "moved.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


# Exit status


@pytest.mark.parametrize(
    ("first", "second", "stacks", "status"),
    [
        (OLD, NEW, [], 0),
        (NEW, OLD, [], 0),
        ("2025-05-12", NEW, [], 0),
        (OLD, OLD, [DEV, PROD, STAGING], 0),
        (OLD, NEW, [DEV], 0),
        (OLD, NEW, [DEV, PROD, STAGING], 0),
        (OLD, NEW, [LEGACY], 1),
        (OLD, NEW, STACKS, 1),
        ("2025-05-12", OLD, [DEV, PROD, STAGING], 0),
        ("2025-05-12", OLD, [LEGACY], 1),
        (NEW, "2025-05-12", [DEV], 1),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_status_is_1_exactly_where_a_deployment_moves_or_is_refused(
    first: str, second: str, stacks: list[str], status: int, form: str
):
    done = diff(first, second, *["--stacks", *stacks] * bool(stacks), "--format", form)
    assert (done.status, done.err) == (status, "")
    if form == "json":
        outcomes = {one["outcome"] for one in done.document["stacks"]}
        assert bool(outcomes & {"moves", "refused"}) == bool(status)


def test_one_that_moves_is_status_1_and_told_with_the_reason(moved: str, tmp_path: Path):
    stack = tmp_path / "Pulumi.one.yaml"
    stack.write_text(
        "config:\n  gcp:project: acme-dev\n  vertex-residency:residency: any\n"
        "  vertex-residency:deployments:\n    chat: {model: gemini-3.8-flash, prefer: [eu]}\n",
        encoding="utf-8",
    )
    assert diff(OLD, NEW, "--stacks", str(stack)).status == 0
    done = diff(NEW, moved, "--stacks", str(stack), "--json")
    [one] = done.document["stacks"]
    assert (done.status, one["outcome"]) == (1, "moves")
    assert (one["from"], one["to"], one["fixes"]) == ("eu", "global", [])
    assert one["why"] == "gemini-3.8-flash is not served in eu (EU multi-region)."
    text = " ".join(diff(NEW, moved, "--stacks", str(stack)).out.split())
    assert text.endswith(f"Stack one: 1 to move chat moves eu -> global: {one['why']}")
    row = f"| chat | moves | eu | global | `{one['why']}` |"
    assert row in diff(NEW, moved, "--stacks", str(stack), "--format", "markdown").out


# The document


@pytest.mark.parametrize("stacks", [[], STACKS])
def test_the_document_has_the_difference_and_an_entry_a_deployment(stacks: list[str]):
    done = diff(OLD, NEW, "--json", *["--stacks", *stacks] * bool(stacks))
    document = done.document
    assert [*document] == ["from", "to", "difference", "stacks"]
    assert (document["from"], document["to"]) == (OLD, NEW)
    assert [*document["difference"]] == PARTS
    for changes in document["difference"].values():
        for change in changes:
            assert [*change] == ["kind", "model", "what", "from", "to"]
            assert change["kind"] in ("added", "removed", "changed")
    assert len(document["stacks"]) == (13 if stacks else 0)
    for one in document["stacks"]:
        assert {*one} >= {"stack", "deployment", "outcome", "from", "to", "why"}
        assert one["outcome"] in ("stays", "moves", "refused", "better")
        assert one["why"]


def test_the_format_json_is_the_option_json():
    assert diff(OLD, NEW, "--format", "json") == diff(OLD, NEW, "--json")
    assert diff(OLD, NEW, "--format", "text") == diff(OLD, NEW)


def test_stacks_come_in_the_order_given_and_deployments_in_that_of_their_names():
    done = diff(OLD, NEW, "--json", "--stacks", STAGING, DEV)
    told = [(one["stack"], one["deployment"]) for one in done.document["stacks"]]
    names = ["chat", "review", "search"]
    assert told == [(stack, name) for stack in ("staging", "dev") for name in names]


def test_the_fixes_of_what_is_refused_are_there_and_name_its_stack():
    done = diff(OLD, NEW, "--json", "--stacks", *STACKS)
    for one in done.document["stacks"]:
        assert bool(one["fixes"]) == (one["outcome"] == "refused")
        for fix in one["fixes"]:
            words = shlex.split(fix["command"])
            assert words[:4] == ["pulumi", "config", "set", "--path"]
            assert words[4].startswith(f"vertex-residency:deployments.{one['deployment']}.")
            assert words[-2:] == ["--stack", "snapshot-2025"]
    text = diff(OLD, NEW, "--stacks", *STACKS).out
    fixes = [fix["command"] for one in done.document["stacks"] for fix in one["fixes"]]
    assert fixes
    assert all(f"      {command}\n" in f"{text}\n" for command in fixes)


# Text


def test_the_text_has_a_block_a_part_and_a_line_a_change():
    document = diff(OLD, NEW, "--json").document["difference"]
    lines = diff(OLD, NEW).out.splitlines()
    titles = [line for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert titles == ["Models:", "Security controls:", "Stages and dates:", "Notices:"]
    assert [name for name, changes in document.items() if changes] == [
        *("models", "controls", "dates", "notices")
    ]
    starts = [line for line in lines if line.startswith("  ") and line[2] != " "]
    # The second line is the rest of the summary.
    assert len(starts) == 1 + sum(len(changes) for changes in document.values())
    assert lines[0].startswith(f"Changes from {OLD} to {NEW}: 36 in models, 1 in controls")


@pytest.mark.parametrize("argv", [(OLD, NEW), ("2025-05-12", NEW), (NEW, "2025-05-12")])
def test_no_line_is_wider_than_a_terminal_but_for_commands(argv: tuple[str, str]):
    lines = diff(*argv, "--stacks", *STACKS).out.splitlines()
    assert all(len(line) <= 80 or line.startswith("      pulumi config ") for line in lines)


def test_what_becomes_of_a_stack_is_counted_and_each_deployment_told():
    out = diff("2025-05-12", OLD, "--stacks", *STACKS).out
    assert "Stack dev: 3 better off\n" in out
    assert "Stack prod: 4 better off\n" in out
    assert "Stack snapshot-2025: 2 refused, 1 better off\n" in out
    assert "  support is placed in europe-west3: it was refused before\n" in out
    assert "  chat is refused (was in europe-west4): gemini-2.0-flash" in out
    calm = diff(OLD, NEW, "--stacks", DEV, LEGACY).out
    assert "Stack dev: 3 to stay\n  as before: chat, review, search\n" in calm
    assert "  chat is still refused: gemini-2.0-flash" in calm


def test_each_outcome_reads_as_a_sentence(moved: str):
    out = diff(NEW, moved, "--stacks", PROD, STAGING).out
    prod = " ".join(out.partition("Stack prod")[2].partition("Stack staging")[0].split())
    assert prod.startswith(": 2 refused, 2 to stay chat is refused (was in eu): gemini-3.8-flash")
    support = prod.partition("support is refused (was in europe-west3): ")[2].partition(" fix: ")[0]
    assert "commit" in support
    assert "gemini-3.5-flash" in support
    assert prod.endswith("as before: review, search")


def test_where_nothing_changed_it_is_one_line():
    for name in snapshot_ids():
        assert diff(name, name).out == f"Changes from {name} to {name}: none.\n"


# Markdown


@pytest.mark.parametrize(("first", "second"), [(OLD, NEW), ("2025-05-12", NEW), (NEW, NEW)])
@pytest.mark.parametrize("stacks", [[], STACKS])
def test_the_comment_has_the_stacks_first_and_a_table_of_every_change(
    first: str, second: str, stacks: list[str]
):
    argv = (first, second, *["--stacks", *stacks] * bool(stacks))
    out = diff(*argv, "--format", "markdown").out
    document = diff(*argv, "--json").document
    assert out.startswith(f"### Facts of {second}, compared with {first}\n")
    assert "\n\n\n" not in out
    tokens = MarkdownIt("commonmark").enable("table").parse(out)
    headings = [
        tokens[at + 1].content for at, one in enumerate(tokens) if one.type == "heading_open"
    ]
    counts = Counter(one["stack"] for one in document["stacks"])
    assert len(headings) == 1 + len(counts)
    changes = sum(len(part) for part in document["difference"].values())
    told = [one for one in document["stacks"] if one["outcome"] != "stays"]
    heads = sum(bool(part) for part in document["difference"].values())
    heads += len({one["stack"] for one in told})
    assert [one.type for one in tokens].count("tr_open") == heads + changes + len(told)
    for fix in (fix for one in told for fix in one["fixes"]):
        assert f"\n{fix['command']}\n" in out
    if stacks:
        assert out.index("#### ") < out.index(f"Changes from {first} to {second}")


def test_the_comment_marks_a_stack_that_has_to_be_looked_at():
    out = diff(OLD, NEW, "--format", "markdown", "--stacks", *STACKS).out
    assert "#### :white_check_mark: Stack `dev`: nothing moves\n" in out
    assert "#### :warning: Stack `snapshot-2025`: 2 of 3 move or are refused\n" in out
    assert "| chat | refused | refused | **refused** | `gemini-2.0-flash is shut down" in out
    assert "<details><summary>Fixes of chat</summary>\n" in out


def test_the_comment_fits_into_one_of_github():
    out = diff("2025-05-12", NEW, "--format", "markdown", "--stacks", *STACKS).out
    assert len(out) < 65536


# Mistakes


@pytest.mark.parametrize(
    ("argv", "lines"),
    [
        ([OLD], ["python -m availability diff: the following arguments are required: SNAPSHOT"]),
        ([OLD, NEW, "2025-05-12"], ["2025-05-12: unknown argument of python -m availability diff"]),
        ([OLD, NEW, "--format", "yaml"], ["--format: unknown format 'yaml'; it is one of text, "]),
        ([OLD, NEW, "--format", "markdwn"], ["--format: unknown format 'markdwn'; it is one of"]),
        ([OLD, NEW, "--as-of", "never"], ["--as-of: 'never' is no date"]),
        ([OLD, "2026-11-13"], ["SNAPSHOT: no snapshot '2026-11-13'; there are: 2025-05-12, "]),
        (
            ["x", "y", "--format", "z", "--as-of", "w"],
            ["--format: ", "SNAPSHOT: no snapshot 'x'", "SNAPSHOT: no snapshot 'y'", "--as-of: "],
        ),
        ([OLD, "nowhere.json"], ["nowhere.json: cannot be read as a snapshot: No such file"]),
        ([OLD, NEW, "--model", "gemini-3.8-flash"], ["--model: unknown option of python"]),
        ([OLD, NEW, "--snapshot", NEW], ["--snapshot: unknown option of python"]),
        (
            [OLD, NEW, "--stacks", "nowhere.yaml", "elsewhere.yaml"],
            [
                "nowhere.yaml: cannot be read: No such file or directory",
                "elsewhere.yaml: cannot be read: No such file or directory",
            ],
        ),
        ([OLD, NEW, "--stacks", DEV, "nowhere.yaml"], ["nowhere.yaml: cannot be read: No such"]),
    ],
)
def test_mistakes_are_told_together_a_line_each_and_nothing_else(argv: list[str], lines: list[str]):
    done = diff(*argv)
    assert (done.status, done.out) == (2, "")
    printed = done.err.splitlines()
    assert len(printed) == len(lines)
    assert all(line.startswith(start) for line, start in zip(printed, lines, strict=True))
    as_json = diff(*argv, "--json")
    if "--format" not in argv:
        assert as_json.status == 2
        assert len(as_json.document["errors"]) == len(lines)


def test_the_nearest_format_is_suggested():
    assert "(did you mean markdown?)" in diff(OLD, NEW, "--format", "markdwn").err


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_two_formats_at_once_are_bad_input(form: str):
    done = diff(OLD, NEW, "--format", form, "--json")
    [error] = done.document["errors"]
    assert (done.status, error["path"]) == (2, "--format")
    assert error["message"] == f"{form} and --json exclude each other"


def test_a_stack_with_a_mistake_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "Pulumi.bad.yaml"
    path.write_text(
        "config:\n  gcp:project: acme-dev\n  vertex-residency:residency: mars\n"
        "  vertex-residency:deployments:\n    chat: {model: gemini-3.8-flash}\n",
        encoding="utf-8",
    )
    done = diff(OLD, NEW, "--stacks", DEV, str(path))
    assert (done.status, done.out) == (2, "")
    assert "mars" in done.err
    assert "Traceback" not in done.err


def test_a_stack_is_judged_by_the_day_that_is_given(tmp_path: Path):
    path = tmp_path / "Pulumi.one.yaml"
    path.write_text(
        "config:\n  gcp:project: acme-dev\n  vertex-residency:residency: eu\n"
        "  vertex-residency:deployments:\n    chat: {model: gemini-2.5-pro}\n",
        encoding="utf-8",
    )
    stack = ("--stacks", str(path))
    assert diff(OLD, NEW, *stack, "--as-of", "2026-10-20").status == 0
    assert diff(OLD, NEW, *stack, "--as-of", "2026-10-21").status == 1
    assert diff(OLD, NEW, *stack).status == 1
