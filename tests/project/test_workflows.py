"""The workflows that people copy are pinned, ask for little, and run commands that there are."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from availability.command_line.cli import main
from tests.docs.pages import blocks
from tests.git import git
from tests.paths import ROOT

FILES = {path.name: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
REVIEW_PAGE = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
READING = {"contents", "actions"}
"""Permissions that these workflows may only have to read."""


def parsed(text: str) -> dict[str, Any]:
    """YAML 1.2, in which `on` is a text."""
    return YAML(typ="safe", pure=True).load(text)  # pyright: ignore[reportUnknownMemberType]


WORKFLOWS = {name: parsed(text) for name, text in TEXTS.items()}
JOBS = {
    f"{name}:{job}": (name, content)
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
}
SCRIPTS = {
    f"{job}:{step['name']}": step["run"]
    for job, (_, content) in JOBS.items()
    for step in content["steps"]
    if "run" in step
}
GITLAB = parsed(
    next(
        block.text
        for block in blocks(ROOT / "docs" / "review.md")
        if block.words == (".gitlab-ci.yml",)
    )
)["review"]


def test_the_workflows_of_the_issue_are_there() -> None:
    assert set(WORKFLOWS) == {"preview.yml", "refresh.yml", "review.yml", "review-comment.yml"}


@pytest.mark.parametrize("name", FILES)
def test_actions_are_pinned_and_say_their_version(name: str) -> None:
    used = re.findall(r"^ *(?:- )?uses: *(.*)$", TEXTS[name], re.MULTILINE)
    assert used
    for text in used:
        assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", text)


def test_an_action_has_one_pin() -> None:
    """In all workflows the same one."""
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", "\n".join(TEXTS.values())))
    assert len(pins) == len({action for action, _ in pins})


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_grants_nothing_by_itself(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    assert "secrets." not in TEXTS[name]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_says_what_it_may_and_when_it_ends(job: str) -> None:
    assert JOBS[job][1]["timeout-minutes"] <= 45
    assert JOBS[job][1]["permissions"]


@pytest.mark.parametrize("job", [job for job in JOBS if not job.startswith("refresh")])
def test_what_may_write_runs_nothing_of_the_pull_request(job: str) -> None:
    """`refresh` runs on the default branch only."""
    permissions = JOBS[job][1]["permissions"]
    assert {permissions[name] for name in READING & set(permissions)} <= {"read"}
    runs = [step["run"] for step in JOBS[job][1]["steps"] if "run" in step]
    if {"pull-requests", "security-events"} & set(permissions):
        assert not [text for text in runs if not text.startswith("python3 .ci/comment.py ")]
        assert "id-token" not in permissions


def test_only_the_preview_has_an_identity() -> None:
    having = {job for job, (_, one) in JOBS.items() if "id-token" in one["permissions"]}
    assert having == {"preview.yml:preview"}
    condition = JOBS["preview.yml:preview"][1]["if"]
    assert "github.event.pull_request.head.repo.full_name == github.repository" in condition


@pytest.mark.parametrize("job", JOBS)
def test_a_checkout_leaves_no_token_behind(job: str) -> None:
    for step in JOBS[job][1]["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_the_comment_follows_the_review_by_its_name() -> None:
    triggers = WORKFLOWS["review-comment.yml"]["on"]
    assert triggers["workflow_run"]["workflows"] == [WORKFLOWS["review.yml"]["name"]]
    checkout = JOBS["review-comment.yml:comment"][1]["steps"][0]
    assert "ref" not in checkout["with"]
    assert "repository" not in checkout["with"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_has_no_expression_in_it(script: str) -> None:
    """It would become part of the program. Values arrive by `env`."""
    assert "${{" not in SCRIPTS[script]


@pytest.mark.parametrize("script", [*SCRIPTS.values(), "\n".join(GITLAB["script"])])
def test_a_script_is_bash(script: str) -> None:
    checked = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def commands(script: str) -> Iterator[list[str]]:
    """The arguments of each call of the command line; variables stand for a value each."""
    script = script.replace("\\\n", " ")
    # What is called with options of its own gets those that are chosen by hand, too.
    chosen = re.findall(r"^ *(?:# )?options\+?=\((.*)\)$", script, re.MULTILINE)
    script = script.replace('"${options[@]}"', " ".join(chosen)).replace('"$@"', "")
    for text in re.findall(r"\.venv/bin/python -m availability (.*)", script):
        lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in lexer:
            if set(word) <= set("|&;<>"):
                break
            words.append(word)
        yield ["markdown" if word == "$1" else word for word in words]


CALLS = [call for script in [*SCRIPTS.values(), REVIEW_PAGE] for call in commands(script)]


def test_every_call_is_found() -> None:
    """One each in `review.yml` and in two steps of `refresh.yml`, and those of the page."""
    assert sorted(call[0] for call in CALLS) == ["diff", *["plan"] * 5, "refresh"]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_call_has_only_options_that_there_are(call: list[str]) -> None:
    """Help is printed, and ends the run, where all that stands before it is right."""
    with pytest.raises(SystemExit) as stopped:
        main([*call, "--help"])
    assert stopped.value.code == 0


class Scratch:
    """A repository with the committed stacks, and a branch that a pull request is opened from."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "origin"
        self.runner = folder / "runner"
        (self.root / "stacks").mkdir(parents=True)
        for name in ("Pulumi.yaml", "stacks/Pulumi.dev.yaml", "stacks/Pulumi.prod.yaml"):
            (self.root / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
        git(self.root, "init", "--quiet", "--initial-branch", "main")
        self.commit("base")
        git(self.root, "switch", "--quiet", "--create", "change")

    def commit(self, message: str) -> None:
        git(self.root, "add", ".")
        git(self.root, "commit", "--quiet", "--message", message)

    def change(self, stack: str, old: str, new: str) -> None:
        path = self.root / "stacks" / f"Pulumi.{stack}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        self.commit("change")

    def check_out(self, *depth: str) -> Path:
        """What actions/checkout leaves: the merge of branch and base, and no local branches."""
        git(self.root, "switch", "--quiet", "--detach", "main")
        git(self.root, "merge", "--quiet", "--no-ff", "change")
        git(self.root, "update-ref", "refs/pull/7/merge", "HEAD")
        work = self.runner / "work"
        work.mkdir(parents=True)
        git(work, "init", "--quiet")
        git(work, "remote", "add", "origin", self.root.as_uri())
        branches = [] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
        merge = "+refs/pull/7/merge:refs/remotes/pull/7/merge"
        git(work, "fetch", "--quiet", "--no-tags", *depth, "origin", *branches, merge)
        git(work, "checkout", "--quiet", "--detach", "refs/remotes/pull/7/merge")
        # `make setup` would make these.
        for name in ("availability", ".venv"):
            (work / name).symlink_to(ROOT / name)
        return work

    def environment(self) -> dict[str, str]:
        (self.runner / "temp").mkdir()
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.runner),
            "RUNNER_TEMP": str(self.runner / "temp"),
            "GITHUB_STEP_SUMMARY": str(self.runner / "summary.md"),
            "GITHUB_BASE_REF": "main",
            "NUMBER": "7",
        }

    def review(self, script: str, *depth: str) -> subprocess.CompletedProcess[str]:
        """Runs the step as GitHub's runner runs it."""
        work = self.check_out(*depth)
        (self.runner / "step.sh").write_text(script, "utf-8")
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", self.runner / "step.sh"]
        environment = self.environment()
        return subprocess.run(shell, cwd=work, env=environment, capture_output=True, text=True)

    def report(self) -> str:
        text = (self.runner / "temp" / "review" / "report.md").read_text("utf-8")
        assert (self.runner / "summary.md").read_text("utf-8") == text
        return text


REVIEW = SCRIPTS["review.yml:review:Review"]
MODEL = "      model: gemini-3.8-flash\n"
DE = "residency: {within: de, guarantee: ml-processing}"


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


CHOSEN = REVIEW.replace("# options+=", "options+=")
"""The script of those who choose that what is widened or lost fails the check."""


def widened(scratch: Scratch) -> Scratch:
    scratch.change("prod", DE, "residency: {within: eu, guarantee: ml-processing}")
    return scratch


def test_the_review_leaves_what_is_widened_to_a_person(scratch: Scratch) -> None:
    done = widened(scratch).review(REVIEW)
    assert (done.returncode, done.stderr) == (0, "")
    assert "| **widened** | `prod/support` | `de` | `eu` |" in scratch.report()
    assert "file=stacks/Pulumi.prod.yaml" in done.stdout
    assert "title=support%3A widened" in done.stdout
    assert (scratch.runner / "temp" / "review" / "number").read_text("utf-8") == "7\n"
    sarif = json.loads((scratch.runner / "temp" / "sarif" / "review.sarif").read_text("utf-8"))
    assert sarif["version"] == "2.1.0"


@pytest.mark.parametrize(
    "depth", [(), ("--depth", "2")], ids=["whole", "the-merge-and-its-parents"]
)
def test_the_choice_fails_the_check_where_something_is_widened(
    scratch: Scratch, depth: tuple[str, ...]
) -> None:
    assert CHOSEN != REVIEW
    assert widened(scratch).review(CHOSEN, *depth).returncode == 1
    assert "| **widened** | `prod/support` | `de` | `eu` |" in scratch.report()


def test_the_choice_passes_where_nothing_is(scratch: Scratch) -> None:
    scratch.change("prod", "config:", "# A comment.\nconfig:")
    assert scratch.review(CHOSEN).returncode == 0


def test_without_the_base_there_is_a_report_that_points_at_the_log(scratch: Scratch) -> None:
    scratch.change("prod", DE, "residency: {within: eu, guarantee: ml-processing}")
    done = scratch.review(REVIEW, "--depth", "1")
    assert done.returncode == 2
    assert scratch.report() == "No review could be made: the log says why.\n"
    assert "GITHUB_BASE_REF" in done.stderr


def test_what_is_refused_fails_the_check_and_is_reported(scratch: Scratch) -> None:
    scratch.change("prod", MODEL, MODEL + "      residency: de\n")
    done = scratch.review(REVIEW)
    assert done.returncode == 1
    assert "refused" in scratch.report()
    assert "::error file=stacks/Pulumi.prod.yaml" in done.stdout


def test_a_file_that_can_not_be_read_fails_the_check_and_is_reported(scratch: Scratch) -> None:
    scratch.change("prod", "config:", "config: [")
    assert scratch.review(REVIEW).returncode == 2
    assert "cannot be read" in scratch.report()
