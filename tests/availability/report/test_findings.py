"""What a code host shows: at the right line, in the host's own form."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from availability.command_line.cli import main
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.stack.review.changes import ChangeKind
from tests.availability.sarif_schema import SARIF

STACK = """\
# Comments, anchors and quoted strings, as people write them.
config:
  gcp:project: acme-prod
  "vertex-residency:residency": &where eu   # for all
  vertex-residency:snapshot: 2025-05-12
  vertex-residency:deployments:
    # the assistant
    chat:
      "model": 'gemini-2.0-flash-001'
      residency: de
    pinned: {model: "gemini-2.0-flash-001", residency: *where, location: europe-west3}
    search: &base
      model: text-embedding-005
    typo:
      <<: *base
      model: text-embedding-5
"""

MISTAKES = """\
config:
  vertex-residency:deployments:
    chat:
      model: "gemini-2.0-flash-001"  # fine
      residncy: de
    'search':
      model: text-embedding-005
      residency:
        - fr
        - Germany
      needs: [tuning, "cache"]
    images: {model: x, residency: eu, location: "frankfurt"}
  gcp:project: acme-dev
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK, encoding="utf-8")
    return path


@pytest.fixture
def mistakes(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.bad.yaml"
    path.write_text(MISTAKES, encoding="utf-8")
    return path


def printed(form: str, path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["plan", str(path), "--format", form])
    return status, capsys.readouterr().out


def annotations(text: str) -> dict[tuple[int, int], str]:
    """(line, column) -> level and title of each workflow command."""
    found: dict[tuple[int, int], str] = {}
    for command in text.splitlines():
        match = re.fullmatch(r"::(\w+) file=\S+,line=(\d+),col=(\d+),title=(.*?)::(.*)", command)
        assert match is not None, command
        if match[1] == "error":
            found[int(match[2]), int(match[3])] = match[4]
    return found


def test_github_annotates_each_refusal_at_the_value_that_decides(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = printed("github", stack, capsys)
    assert status == 1
    found = annotations(text)
    assert {at: title.split("%3A")[0] for at, title in found.items()} == {
        (10, 18): "chat",
        (11, 74): "pinned",
        (16, 14): "typo",
    }


def test_github_annotates_each_mistake_at_its_key_or_its_value(
    mistakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = printed("github", mistakes, capsys)
    assert status == 2
    assert {at: title.split(".", 1)[1] for at, title in annotations(text).items()} == {
        (5, 7): "chat.residncy",
        (3, 5): "chat.residency",
        (10, 11): "search.residency[1]",
        (11, 23): "search.needs[1]",
        (12, 49): "images.location",
    }


def test_github_keeps_line_breaks_and_signs_of_a_message_in_one_command(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = printed("github", stack, capsys)
    [chat] = [line for line in text.splitlines() if "title=chat" in line and "::error" in line]
    message = chat.rpartition("::")[2]
    assert message.count("%0A") > 5
    assert "\r" not in message


@pytest.mark.parametrize("name", ["stack", "mistakes"])
def test_sarif_is_a_valid_log_with_the_lines_of_the_file(
    name: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    path: Path = request.getfixturevalue(name)
    _, text = printed("sarif", path, capsys)
    document: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(SARIF)
    jsonschema.validate(document, SARIF)
    [run] = document["runs"]
    assert document["version"] == "2.1.0"
    assert run["results"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    _, commands = printed("github", path, capsys)
    lines = set[tuple[int, int]]()
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning")
        [location] = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == path.as_uri()
        if result["level"] == "error":
            lines.add((physical["region"]["startLine"], physical["region"]["startColumn"]))
    assert lines == set(annotations(commands))


def test_sarif_knows_every_rule_every_warning_and_every_kind_of_change(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = printed("sarif", stack, capsys)
    ids = [rule["id"] for rule in json.loads(text)["runs"][0]["tool"]["driver"]["rules"]]
    known = {one.value for one in (*Rule, *WarningId, *ChangeKind)}
    assert {*ids} == {"bad-input", *known}
    assert len(ids) == len({*ids})


def test_markdown_has_a_row_a_deployment_and_the_refusals_in_full(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = printed("markdown", stack, capsys)
    assert status == 1
    assert "### :x: Stack `prod`: 3 of 4 refused (snapshot 2025-05-12)" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:]] == ["| chat", "| pinned", "| search", "| typo"]
    assert text.count("**refused**") == 3
    assert text.count("pulumi config set --path") >= 3


def test_markdown_says_of_a_file_that_cannot_be_read_what_is_wrong_where(
    mistakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, text = printed("markdown", mistakes, capsys)
    assert status == 2
    assert "- 5:7 vertex-residency:deployments.chat.residncy: unknown key" in text


def test_text_shows_the_line_of_each_mistake(
    mistakes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(mistakes)]) == 2
    error = capsys.readouterr().err
    assert f"{mistakes}:5:7: vertex-residency:deployments.chat.residncy: unknown key" in error
    assert "    residncy: de\n" in error


def test_an_unknown_format_is_bad_input_with_the_choices(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(stack), "--format", "sarrif"]) == 2
    assert "did you mean sarif?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "ruleID"), "retired"),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"), 0),
        (
            (
                "runs",
                0,
                "results",
                0,
                "locations",
                0,
                "physicalLocation",
                "artifactLocation",
                "uri",
            ),
            "my stacks/Pulumi.dev.yaml",
        ),
        (("runs", 0, "tool", "driver", "name"), None),
    ],
)
def test_the_schema_refuses_what_the_standard_refuses(
    place: tuple[str | int, ...], value: object, stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, text = printed("sarif", stack, capsys)
    document: Any = json.loads(text)
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SARIF)


def test_a_blank_in_a_path_is_escaped_in_sarif(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my stacks"
    folder.mkdir()
    path = folder / "Pulumi.prod.yaml"
    path.write_text(STACK, encoding="utf-8")
    _, text = printed("sarif", path, capsys)
    jsonschema.validate(json.loads(text), SARIF)
    assert "my%20stacks/Pulumi.prod.yaml" in text
