"""What changes is told in every format: what has to be decided first, and each thing once."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt

from availability.input.errors import BadInput
from availability.report.changes import all_findings
from availability.report.findings import Checked, Level
from availability.report.fitting import MOST
from availability.report.github import ANNOTATIONS, github
from availability.report.markdown import markdown
from availability.report.review import review_lines
from availability.report.sarif import sarif
from availability.stack.reading import plan_file, read_stack
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.review.review import Review, StackReview
from tests.availability.hostile import MARK, assert_plain_text, hostile_texts
from tests.availability.reviewed import FLASH, Versions, text, versions
from tests.availability.sarif_schema import SARIF
from tests.availability.stack.test_review import ALONE, BROKEN, CHAT, ML, WAIVER, chat
from tests.git import git

__all__ = ["versions"]

PARSER = MarkdownIt("commonmark").enable("table")
FIRST = {kind: (base, change) for kind, base, change, _ in reversed(ALONE)}
"""Kind -> one case of it alone."""


@dataclass(frozen=True)
class Told:
    """What each format says of a review."""

    text: str
    rows: list[list[str]]
    """The cells of the rows of the tables of changes, in Markdown."""
    heading: str
    commands: list[tuple[str, str, str]]
    """(level, title, file and line) of each annotation."""
    results: list[tuple[str, str]]
    """(rule, level) of each result of SARIF."""


def told(own: Versions) -> Told:
    log = json.loads(own.plan("--format", "sarif").out)
    jsonschema.validate(log, SARIF)
    comment = own.plan("--format", "markdown").out
    return Told(
        own.plan().out,
        rows(comment),
        comment.splitlines()[0],
        commands(own.plan("--format", "github").out),
        [(result["ruleId"], result["level"]) for result in log["runs"][0]["results"]],
    )


def commands(printed: str) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for line in printed.splitlines():
        match = re.fullmatch(r"::(\w+) (?:file=(.*?),line=(\d+),col=\d+,)?title=(.*?)::.*", line)
        assert match is not None, line
        found.append((match[1], match[4].replace("%3A", ":"), f"{match[2]}:{match[3]}"))
    return found


def rows(comment: str) -> list[list[str]]:
    """The cells of the tables that are headed by `change`, as text."""
    found: list[list[str]] = []
    for token in PARSER.parse(comment):
        if token.type == "tr_open":
            found.append([])
        if token.type == "inline" and found and len(found[-1]) < 5:
            found[-1].append("".join(one.content for one in token.children or ()))
    kinds = {kind.value for kind in ChangeKind}
    return [cells for cells in found if cells and cells[0] in kinds]


@pytest.mark.parametrize("kind", sorted(FIRST))
def test_each_kind_alone_is_told_in_every_format(kind: str, versions: Versions) -> None:
    base, change = FIRST[kind]
    versions.versions({"dev": base}, {"dev": change})
    said, member = told(versions), ChangeKind(kind)
    assert f"  {kind} " in said.text
    assert ("To decide:" in said.text) == member.decides
    [row] = said.rows
    assert row[0] == kind
    mark = ":warning:" if member.decides else ":white_check_mark:"
    assert said.heading.startswith(f"### {mark} Against `main (")
    assert ("none to decide" in said.heading) == (not member.decides)
    annotated = [level for level, title, _ in said.commands if title.endswith(f": {kind}")]
    results = [level for rule, level in said.results if rule == kind]
    if member is ChangeKind.REFUSED:
        assert annotated == results == []
        assert [level for level, _, _ in said.commands].count("error") == 1
        return
    assert annotated == ["warning" if member.decides else "notice"]
    assert results == ["warning" if member.decides else "note"]


def test_all_together_are_in_their_order_in_every_format(versions: Versions) -> None:
    old = {"model": "gemini-3.5-flash"}
    accounts = ["group:chat@acme.example", "user:eve@acme.example"]
    new = {"model": "gemini-3.5-flash", "callers": accounts, "accept": [WAIVER]}
    base = text(
        {**CHAT, "old": old}, residency=ML, controls=["cmek"], auditLogs=True, guardrails="on"
    )
    change = text({"chat": new, "lab": {"model": FLASH}}, residency="any")
    versions.versions(
        {"dev": base, "gone": text(CHAT), "same": text(CHAT), "worse": text(CHAT)},
        {"dev": change, "gone": None, "worse": BROKEN},
    )
    said = told(versions)
    order = [kind.value for kind in ChangeKind]
    kinds = [row[0] for row in said.rows]
    assert kinds == sorted(kinds, key=order.index)
    assert {kind.value for kind in ChangeKind if kind.decides} <= {*kinds}
    assert {"moved", "model-changed", "added", "removed", "broken"} <= {*kinds}
    shown = re.findall(r"^  ([a-z]+(?:-[a-z]+)?) +(?:dev|gone|worse)\b", said.text, re.MULTILINE)
    assert shown == kinds
    levels = [level for level, _, _ in said.commands]
    assert levels == sorted(levels, key=[level.value for level in Level].index)
    decided = [title.rpartition(": ")[2] for level, title, _ in said.commands if level == "warning"]
    wanted = [kind for kind in kinds if ChangeKind(kind).decides]
    assert decided[: len(wanted)] == wanted[:ANNOTATIONS]
    assert [rule for rule, _ in said.results][: len(wanted)] == wanted
    assert "Unchanged: 1 deployment, 1 stack as a whole." in said.text
    assert "Stack same" not in said.text


POINTED = [
    ("widened", "residency: de", "residency: eu # own", "eu # own"),
    ("widened", "residency: de", "prefer: [eu]", "eu # all"),
    ("guarantee-lost", "residency: {within: eu, guarantee: ml-processing}",
     "residency: {within: eu, guarantee: endpoint}", "endpoint}"),
    ("control-weakened", "controls: [cmek, vpc-sc]", "controls: [vpc-sc]", "[vpc-sc]"),
    ("control-weakened", "controls: [cmek]", "prefer: [eu]", "chat:"),
    ("waiver-added", "prefer: [eu]",
     "accept: [{rule: retired, until: 2027-01-01, reason: x}]", "{rule: retired"),
    ("caller-added", "callers: ['group:a@acme.example']",
     "callers: ['group:a@acme.example', 'user:eve@acme.example']", "'user:eve"),
    ("caller-added", "prefer: [eu]", "serviceAccountUsers: 'user:eve@acme.example'", "'user:eve"),
    ("moved", "location: eu", "location: europe-west3", "europe-west3"),
    ("added", "prefer: [eu]", "prefer: [eu]\n    lab: {model: gemini-3.5-flash}", "gemini-3.5"),
    ("removed", "prefer: [eu]\n    lab: {model: gemini-3.5-flash}", "prefer: [eu]",
     "vertex-residency:deployments:"),
]  # fmt: skip


def lined(key: str) -> str:
    return (
        "config:\n  gcp:project: acme-test\n  vertex-residency:snapshot: 2026-10-10\n"
        "  vertex-residency:asOf: 2026-10-12\n  vertex-residency:residency: eu # all\n"
        f"  vertex-residency:deployments:\n    chat:\n      model: gemini-3.5-flash\n      {key}\n"
    )


@pytest.mark.parametrize(
    ("kind", "before", "after", "at"),
    POINTED,
    ids=[f"{index}-{case[0]}" for index, case in enumerate(POINTED)],
)
def test_a_change_points_at_what_it_is_about(
    kind: str, before: str, after: str, at: str, versions: Versions
) -> None:
    versions.versions({"dev": lined(before)}, {"dev": lined(after)})
    log: Any = json.loads(versions.plan("--format", "sarif").out)
    [result] = [one for one in log["runs"][0]["results"] if one["ruleId"] == kind]
    [location] = result["locations"]
    region = location["physicalLocation"]["region"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "stacks/Pulumi.dev.yaml"
    number: int = region["startLine"]
    line = lined(after).splitlines()[number - 1]
    assert line[region["startColumn"] - 1 :].startswith(at)


def test_a_stack_that_is_gone_is_told_at_the_file_of_its_project(versions: Versions) -> None:
    versions.versions({"dev": text(CHAT), "gone": text(CHAT)}, {"gone": None})
    assert ("notice", "stack gone: removed", "Pulumi.yaml:1") in told(versions).commands


def test_a_model_that_retires_is_told_once_and_first(versions: Versions) -> None:
    base = text(chat(location="europe-west4"))
    day = {"asOf": "2026-10-05"}
    change = text(chat(location="europe-west4", model="gemini-2.5-flash"), **day)
    versions.versions({"dev": base}, {"dev": change})
    said = told(versions)
    warnings = [title for level, title, _ in said.commands if level == "warning"]
    assert warnings[0] == "chat: retiring"
    assert warnings.count("chat: retiring") == 1
    assert said.results.count(("retiring", "warning")) == 1


def test_a_stack_that_breaks_is_told_once_and_one_that_was_broken_is_unknown(
    versions: Versions,
) -> None:
    base = {"a": text(CHAT), "b": BROKEN, "c": BROKEN}
    versions.versions(base, {"a": BROKEN, "b": text(CHAT)})
    said = told(versions)
    assert said.heading.startswith("### :warning: Against")
    assert "no change that is known, none to decide, and 3 stacks can't be" in said.heading
    assert Counter(level for level, _, _ in said.commands)["error"] == 2
    assert [at for _, title, at in said.commands if title.endswith("broken")] == [
        "stacks/Pulumi.b.yaml:1"
    ]
    assert said.results.count(("broken", "warning")) == 1


def test_with_nothing_to_decide_it_says_so_in_a_line(versions: Versions) -> None:
    versions.versions({"dev": text(CHAT), "lab": text(CHAT)}, {})
    said = told(versions)
    assert said.heading.endswith("nothing to decide, and nothing moves")
    assert said.rows == []
    assert said.text.splitlines()[1:] == ["Unchanged: 2 deployments, 2 stacks as a whole."]
    comment = versions.plan("--format", "markdown").out
    assert "<details><summary>Plans of 2 stacks without a change</summary>" in comment
    assert not any(level == "notice" for level, _, _ in said.commands)


def test_a_project_in_a_subfolder_is_annotated_from_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Versions(tmp_path / "repository", "infra/models")
    own.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    monkeypatch.chdir(own.folder)
    files = {at.partition(":")[0] for _, _, at in told(own).commands}
    assert files == {"infra/models/stacks/Pulumi.dev.yaml"}
    assert git(own.top, "ls-files", *files).split() == [*files]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    path = tmp_path_factory.mktemp("stack") / "Pulumi.dev.yaml"
    path.write_text(text(CHAT), encoding="utf-8")
    read = read_stack(path)
    return Checked(path, read, plan_file(read, {}))


def made(kind: ChangeKind, word: str, deployment: str | None = "chat") -> Change:
    return Change(kind, word, deployment, word, word, f"{deployment}: {word}", f"x:{word}")


def reviewed(stack: Checked, *changes: Change) -> Review:
    return Review("main (1234567)", (StackReview("dev", stack.path, changes),))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(word=hostile_texts)
def test_what_was_typed_is_text_in_every_format(word: str, stack: Checked) -> None:
    changes = [made(kind, word, name) for kind in ChangeKind for name in ("chat", None, word)]
    review = Review(
        word, (StackReview(word, stack.path, tuple(changes), otherwise=((word, "x"),)),)
    )
    assert_plain_text("\n".join(review_lines(review)))
    for line in github([stack], review).splitlines():
        assert re.fullmatch(r"::(error|warning|notice) [^:]*::.*", line), line
        assert_plain_text(re.sub("^::", "", line).replace("%0A", "\n"))
    log = json.loads(sarif([stack], review))
    jsonschema.validate(log, SARIF)
    comment = markdown([stack], review)
    assert_plain_text(comment)
    tokens = PARSER.parse(comment)
    assert [one.type for one in tokens].count("heading_open") == 2
    cells = Counter(one.type for one in tokens)
    assert cells["td_open"] + cells["th_open"] == 5 * cells["tr_open"]
    for inner in (one for token in tokens for one in token.children or ()):
        assert inner.type in ("text", "code_inline", "strong_open", "strong_close", "softbreak")
        assert inner.type == "code_inline" or MARK not in inner.content


def test_a_thousand_changes_fit_everywhere(stack: Checked) -> None:
    word = "</details>|`\x1b[2J @octocat " * 30
    kinds = [*ChangeKind] * 63
    changes = [made(kind, f"{index} {word}") for index, kind in enumerate(kinds[:1000])]
    review = reviewed(stack, *changes)
    comment = markdown([stack], review)
    assert MOST * 0.9 < len(comment) <= MOST
    decide = sum(change.kind.decides for change in changes)
    match = re.search(r"changes \((\d+)\), changes that have to be decided \((\d+)\)", comment)
    assert match is not None
    assert int(match[1]) == 1000 - decide
    assert len(rows(comment)) == decide - int(match[2]) > 50
    assert "without `--against`" in comment.splitlines()[-1]
    printed = github([stack], review)
    levels = Counter(level for level, _, _ in commands(printed))
    assert levels == {"warning": ANNOTATIONS, "notice": ANNOTATIONS}
    assert all(len(line) < 3 * 4096 for line in printed.splitlines())
    first = [title for level, title, _ in commands(printed) if level == "warning"]
    assert {*first} == {"chat: widened"}
    assert len(all_findings([stack], review)) > 900


def test_of_changes_only_others_are_cut_before_what_has_to_be_decided(stack: Checked) -> None:
    decide = [made(ChangeKind.WIDENED, f"w{index}") for index in range(5)]
    rest = [made(ChangeKind.MOVED, "m" * 250) for _ in range(300)]
    comment = markdown([stack], reviewed(stack, *rest, *decide))
    assert [row[0] for row in rows(comment)][:6] == ["widened"] * 5 + ["moved"]
    assert "changes that have to be decided (" not in comment
    assert len(comment) <= MOST


def test_a_file_that_cannot_be_read_has_no_place_but_its_start(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    with pytest.raises(BadInput) as raised:
        read_stack(path)
    broken = Checked(path, None, raised.value)
    change: Any = Change(ChangeKind.BROKEN, "dev", None, "readable", "unreadable", "it is gone")
    [finding] = all_findings([broken], reviewed(broken, change))
    assert (finding.level, finding.at.line) == (Level.ERROR, 1)


def test_what_deployments_have_changed_alike_is_told_once(versions: Versions) -> None:
    names = [f"chat-{number}" for number in range(9)]
    base = dict.fromkeys(names, CHAT["chat"])
    versions.versions(
        {"dev": text(base), "prod": text(CHAT)},
        {"dev": text(base, residency="eea"), "prod": text(CHAT, residency="eea")},
    )
    said = told(versions)
    assert [row[1] for row in said.rows] == [
        "dev (chat-0, chat-1, chat-2, chat-3, chat-4, chat-5 and 3 more)",
        "prod/chat",
    ]
    assert said.text.count("  widened ") == 2
    assert len(versions.changes()) == 10
