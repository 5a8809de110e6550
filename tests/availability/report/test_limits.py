"""However much is refused, what is written fits where it is shown, and says what it left out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from availability.command_line.cli import main
from availability.report.findings import Checked
from availability.report.fitting import MOST, Cut, Part, fitted
from availability.report.github import ANNOTATIONS, github
from availability.report.markdown import markdown
from availability.stack.reading import plan_file, read_stack
from tests.availability.hostile import assert_plain_text

PARSER = MarkdownIt("commonmark").enable("table")
LONG = "</details>|`\x1b[2J\n::error::@octocat https://e.x/" * 40
HEAD = {"gcp:project": "acme-prod", "vertex-residency:snapshot": "2026-11-12"}
CAPTURED = pytest.CaptureFixture[str]


def stacks(folder: Path, count: int, *models: str) -> list[str]:
    """The files of stacks with ten deployments each, of these models in turn."""
    names = [f"d{index}-{'x' * 36}" for index in range(10)]
    deployments = {
        name: {"model": models[index % len(models)], "residency": "de"}
        for index, name in enumerate(names)
    }
    config = {**HEAD, "vertex-residency:deployments": deployments}
    paths = [folder / f"Pulumi.stack-{index:03}-{'y' * 180}.yaml" for index in range(count)]
    for path in paths:
        path.write_text(json.dumps({"config": config}), encoding="utf-8")
    return [str(path) for path in paths]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[Checked]:
    """A thousand refusals."""
    models = (LONG, "gemini-live-2.5-flash-native-audio", "gemini-2.5-pro")
    files = map(Path, stacks(tmp_path_factory.mktemp("stacks"), 100, *models))
    read = [(path, read_stack(path)) for path in files]
    return [Checked(path, stack, plan_file(stack, {})) for path, stack in read]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The level and the message of each workflow command, as GitHub has them."""
    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) .*?::(.*)", line)
        assert match is not None, line
        yield match[1], match[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def assert_whole(text: str) -> None:
    """That every block of code ends, every row is whole, and what is folded up is closed."""
    shown = 0
    for token in PARSER.parse(text):
        if token.type == "fence":
            assert token.content.endswith("\n")
            assert "</details>\n\n" not in token.content
        if token.type == "html_block":
            shown += token.content.count("<details") - token.content.count("</details>")
            assert shown >= 0
    assert shown == 0
    for line in text.splitlines():
        if line.startswith("| "):
            assert line.endswith(" |"), line


def test_a_thousand_refusals_are_ten_annotations_and_a_notice(refused: list[Checked]):
    found = list(commands(github(refused)))
    assert Counter(level for level, _ in found) == {"error": ANNOTATIONS, "notice": 1}
    assert found[-1][1].startswith("990 errors are not shown here")
    assert "--format text" in found[-1][1]
    for _, message in found:
        assert len(message) <= 4096
        assert_plain_text(message)


def test_a_thousand_refusals_fit_into_a_comment(refused: list[Checked]):
    text = markdown(refused)
    assert MOST * 0.9 < len(text) <= MOST
    assert "**Left out for want of room: " in text
    assert "refusals (1000), tables of stacks with refusals (" in text
    assert "--format text" in text.splitlines()[-1]
    assert text.count(":x: Stack") == 100
    assert_plain_text(text)
    assert_whole(text)


def test_a_few_refusals_are_told_in_full(tmp_path: Path, capsys: CAPTURED):
    main(["plan", *stacks(tmp_path, 2, "gemini-2.5-pro"), "--format", "markdown"])
    text = capsys.readouterr().out
    assert "Left out" not in text
    assert text.count("<details open>") == 20
    assert_whole(text)


def test_what_is_refused_stays_while_what_is_placed_is_cut(tmp_path: Path, capsys: CAPTURED):
    (tmp_path / "a").mkdir()
    placed = stacks(tmp_path, 60, "gemini-3.5-flash")
    paths = [*stacks(tmp_path / "a", 1, "gemini-2.5-pro"), *placed]
    main(["plan", *paths, "--format", "markdown"])
    text = capsys.readouterr().out
    assert len(text) <= MOST
    assert text.count("**refused**") == 10
    assert "tables of stacks where all is placed" in text
    assert_whole(text)


def test_mistakes_are_cut_as_a_whole(tmp_path: Path, capsys: CAPTURED):
    path = tmp_path / "Pulumi.bad.yaml"
    wrong = {"vertex-residency:deployments": {f"d{index}": {LONG[:900]: 1} for index in range(200)}}
    path.write_text(json.dumps({"config": {**HEAD, **wrong}}), encoding="utf-8")
    assert main(["plan", str(path), "--format", "markdown"]) == 2
    text = capsys.readouterr().out
    assert len(text) <= MOST
    assert "cannot be read" in text
    assert_whole(text)
    assert main(["plan", str(path), "--format", "github"]) == 2
    found = list(commands(capsys.readouterr().out))
    assert Counter(level for level, _ in found) == {"error": ANNOTATIONS, "notice": 1}
    assert all(len(message) <= 4096 for _, message in found)


def test_of_warnings_each_kind_is_shown_before_any_is_shown_twice(tmp_path: Path, capsys: CAPTURED):
    models = ["gemini-3.5-flash"] * 8 + ["text-embedding-005"] * 2
    config: dict[str, object] = {**HEAD, "vertex-residency:asOf": "2026-11-27"}
    config["vertex-residency:deployments"] = {
        f"d{index}": {
            "model": model,
            "residency": "eu",
            **({"prefer": "us-east1"} if index else {}),
        }
        for index, model in enumerate(models)
    }
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(json.dumps({"config": config}), encoding="utf-8")
    main(["plan", str(path), "--format", "github"])
    text = capsys.readouterr().out
    kinds = re.findall(r"title=[\w -]+%3A ([\w-]+)", text)
    assert len(kinds) == ANNOTATIONS
    assert {"as-of", "endpoint-guarantee", "invalid-preference"} <= {*kinds[:4]}


@pytest.mark.parametrize("most", [6_000, 4_000, 2_000, 500])
def test_parts_are_cut_in_their_order_the_last_ones_first(most: int):
    rows = [Part([f"row {index}"], {Cut.CHANGES: []}) for index in range(500)]
    long = [Part([f"long {'x' * 100}"], {Cut.REFUSALS: ["short"]}) for _ in range(30)]
    text = fitted([Part(["head"]), *long, *rows], "See there.", most)
    kept, left = text.count("row "), 500 - text.count("row ")
    assert text.endswith("See there.")
    assert most - 150 < len(text) <= most
    assert text.count("long") + text.count("short") == 30
    assert (text.count("long") == 0) or left == 0
    assert [line for line in text.splitlines() if "row" in line] == [
        f"row {index}" for index in range(kept)
    ]
    assert f"details of refusals ({text.count('short')})" in text
    assert (f"changes ({left})" in text) == bool(left)


def test_what_fits_is_left_as_it_is():
    parts = [Part(["head", ""]), Part(["tail", ""], {Cut.STACKS: []})]
    assert fitted(parts, "See there.", 10) == "head\n\ntail"
