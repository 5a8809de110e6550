"""What a branch changes for its stacks is told whole, and each kind of change as what it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from availability.stack.review.changes import ChangeKind
from tests.availability.cli_runs import run
from tests.availability.reviewed import FLASH, PROJECT, Versions, text, versions
from tests.git import git

__all__ = ["versions"]

GUARDRAILS = {"alsoAllow": {"locations": ["us"]}, "resourceLocations": True}
WAIVER = {"rule": "capability", "until": "2026-12-31", "reason": "until the page is right"}
ML = {"within": "eu", "guarantee": "ml-processing"}
PINNED = {"model": "text-embedding-005", "location": "europe-west4"}
"""A model that is served in many regions."""
CHAT = {"chat": {"model": FLASH, "callers": ["group:chat@acme.example"]}}
GITHUB = {"github": {"repository": "acme/app", "ownerId": "123456"}}
OTHER = {"github": {"repository": "acme/other", "ownerId": "123456"}}


def chat(**keys: Any) -> dict[str, dict[str, Any]]:
    return {"chat": {**CHAT["chat"], **keys}}


ALONE: list[tuple[str, str, str, dict[str, str | None]]] = [
    (
        "widened",
        text(chat(residency="de", model="gemini-3.5-flash", location="europe-west3")),
        text(chat(residency="eu", model="gemini-3.5-flash", location="europe-west3")),
        {"deployment": "chat", "from": "de", "to": "eu"},
    ),
    (
        "widened",
        text(chat(residency={"within": "eu", "excluding": "de"}, **PINNED)),
        text(chat(**PINNED)),
        {"deployment": "chat", "from": "eu excluding de", "to": "eu"},
    ),
    (
        "widened",
        text(CHAT),
        text(CHAT, residency="eea"),
        {"deployment": "chat", "from": "eu", "to": "eea"},
    ),
    (
        "guarantee-lost",
        text(CHAT, residency=ML),
        text(CHAT),
        {"deployment": "chat", "from": "ml-processing", "to": "endpoint"},
    ),
    (
        "guardrail-weakened",
        text(CHAT, guardrails="on"),
        text(CHAT, guardrails={"dryRun": True}),
        {"deployment": None, "from": "enforced", "to": "dry run"},
    ),
    (
        "guardrail-weakened",
        text(CHAT, guardrails="on"),
        text(CHAT),
        {"deployment": None, "from": "on", "to": "off"},
    ),
    (
        "guardrail-weakened",
        text(CHAT, guardrails=GUARDRAILS),
        text(CHAT, guardrails={**GUARDRAILS, "resourceLocations": False}),
        {"deployment": None, "from": "resourceLocations", "to": "off"},
    ),
    (
        "guardrail-weakened",
        text(CHAT, guardrails=GUARDRAILS),
        text(CHAT, guardrails={**GUARDRAILS, "alsoAllow": {"locations": ["us", "global"]}}),
        {"deployment": None, "from": "us", "to": "us, global"},
    ),
    (
        "guardrail-weakened",
        text(CHAT, guardrails={"restrictServices": True}),
        text(CHAT, guardrails="on"),
        {"deployment": None, "from": "none", "to": "not restricted"},
    ),
    (
        "control-weakened",
        text(CHAT, controls=["cmek", "vpc-sc"]),
        text(CHAT, controls=["vpc-sc"]),
        {"deployment": "chat", "from": "cmek, vpc-sc", "to": "vpc-sc"},
    ),
    (
        "audit-weakened",
        text(CHAT, auditLogs=True),
        text(CHAT, auditLogs={"logTypes": ["DATA_READ"]}),
        {"deployment": None, "from": "ADMIN_READ, DATA_READ, DATA_WRITE", "to": "DATA_READ"},
    ),
    (
        "audit-weakened",
        text(CHAT, auditLogs=True),
        text(CHAT, auditLogs={"exemptedMembers": ["user:a@acme.example"]}),
        {"deployment": None, "from": "none", "to": "user:a@acme.example"},
    ),
    (
        "audit-weakened",
        text(CHAT, auditLogs=True),
        text(CHAT),
        {"deployment": None, "to": "off"},
    ),
    (
        "waiver-added",
        text(CHAT),
        text(chat(accept=[WAIVER])),
        {"deployment": "chat", "from": None, "to": "rule capability until 2026-12-31"},
    ),
    (
        "waiver-added",
        text(chat(accept=[WAIVER])),
        text(chat(accept=[{**WAIVER, "until": "2027-06-30"}])),
        {"from": "rule capability until 2026-12-31", "to": "rule capability until 2027-06-30"},
    ),
    (
        "caller-added",
        text(CHAT),
        text(chat(callers=["group:chat@acme.example", "user:eve@acme.example"])),
        {"from": "group:chat@acme.example"},
    ),
    (
        "caller-added",
        text(CHAT),
        text({"chat": {"model": FLASH}}),
        {"from": "group:chat@acme.example", "to": "its own service account"},
    ),
    (
        "caller-added",
        text({"chat": {"model": FLASH}}),
        text({"chat": {"model": FLASH, "serviceAccountUsers": ["user:eve@acme.example"]}}),
        {"from": None, "to": "user:eve@acme.example"},
    ),
    (
        "caller-added",
        text(chat(callers=["federation"]), federation=GITHUB),
        text(chat(callers=["federation"]), federation=OTHER),
        {"deployment": None},
    ),
    (
        "moved",
        text(chat(**PINNED)),
        text(chat(**PINNED | {"location": "europe-west1"})),
        {"deployment": "chat", "from": "europe-west4", "to": "europe-west1"},
    ),
    (
        "refused",
        text(chat(**PINNED)),
        text(chat(**PINNED | {"location": "us-east5"})),
        {"deployment": "chat", "from": "europe-west4", "to": None},
    ),
    (
        "model-changed",
        text(chat(**PINNED)),
        text(chat(**PINNED | {"model": "multimodalembedding@001"})),
        {"deployment": "chat", "from": "text-embedding-005", "to": "multimodalembedding@001"},
    ),
    (
        "added",
        text(CHAT),
        text({**CHAT, "lab": {"model": FLASH, "callers": ["group:lab@acme.example"]}}),
        {"deployment": "lab", "from": None},
    ),
    (
        "removed",
        text({**CHAT, "lab": {"model": "gemini-3.5-flash"}}),
        text(CHAT),
        {"deployment": "lab", "to": None},
    ),
    (
        "renamed",
        text(CHAT),
        text({"talk": CHAT["chat"]}),
        {"deployment": "talk", "from": "chat", "to": "talk"},
    ),
]


@pytest.mark.parametrize(
    ("kind", "base", "change", "said"),
    ALONE,
    ids=[f"{index}-{case[0]}" for index, case in enumerate(ALONE)],
)
def test_a_kind_of_change_is_told_alone(
    versions: Versions, kind: str, base: str, change: str, said: dict[str, str | None]
) -> None:
    versions.versions({"dev": base}, {"dev": change})
    [told] = versions.changes()
    assert told["kind"] == kind
    assert told["stack"] == "dev"
    assert told | said == told
    assert set(told) == {"kind", "stack", "deployment", "from", "to", "text"}


TO_DECIDE = [
    case[:3] for case in ALONE if ChangeKind(case[0]).decides and "acme/other" not in case[2]
]


@pytest.mark.parametrize(
    ("kind", "base", "change"),
    [case for case in TO_DECIDE if case[2] != text({"chat": {"model": FLASH}})],
    ids=lambda value: value if len(value) < 20 else "",
)
def test_the_other_way_round_nothing_of_that_kind_is_told(
    versions: Versions, kind: str, base: str, change: str
) -> None:
    versions.versions({"dev": change}, {"dev": base})
    told = [one["kind"] for one in versions.changes()]
    assert kind not in told


def test_a_commitment_is_lost_where_only_an_endpoint_is_left(versions: Versions) -> None:
    base = text(chat(model="gemini-3.5-flash", location="europe-west3"), residency="any")
    change = text(chat(model="gemini-3.5-flash", location="global"), residency="any")
    versions.versions({"dev": base}, {"dev": change})
    lost, moved = versions.changes()
    assert (lost["kind"], lost["from"], lost["to"]) == ("commitment-lost", "europe-west3", None)
    assert moved["kind"] == "moved"


def test_a_model_that_retires_soon_is_told_when_it_comes_in(versions: Versions) -> None:
    base = text(chat(**PINNED))
    change = text(chat(**PINNED | {"model": "gemini-2.5-flash"}))
    versions.versions({"dev": base}, {"dev": change})
    kinds = [one["kind"] for one in versions.changes()]
    assert kinds == ["model-changed", "retiring"]


def test_a_model_that_was_retiring_before_is_not_told_again(versions: Versions) -> None:
    base = text(chat(**PINNED | {"model": "gemini-2.5-flash"}))
    change = text(chat(model="gemini-2.5-flash", location="europe-west1"))
    versions.versions({"dev": base}, {"dev": change})
    assert [one["kind"] for one in versions.changes()] == ["moved"]


def test_all_at_once_have_what_has_to_be_decided_first(versions: Versions) -> None:
    base = {"dev": text({**CHAT, "old": {"model": "gemini-3.5-flash"}}, residency=ML)}
    accounts = ["group:chat@acme.example", "user:eve@acme.example"]
    change = {
        "dev": text(
            {"chat": {"model": "gemini-3.5-flash", "callers": accounts, "accept": [WAIVER]}},
            residency="any",
        )
    }
    versions.versions(base, change)
    told = [ChangeKind(one["kind"]) for one in versions.changes()]
    order = list(ChangeKind)
    assert told == sorted(told, key=order.index)
    assert {kind.value for kind in told} == {
        "widened",
        "guarantee-lost",
        "commitment-lost",
        "waiver-added",
        "caller-added",
        "moved",
        "model-changed",
        "removed",
    }
    out = versions.plan().out
    assert out.index("To decide:") < out.index("widened") < out.index("Also changed:")
    assert out.index("Also changed:") < out.index("\n  moved")


def test_a_new_deployment_that_reaches_further_than_all_before_widens(versions: Versions) -> None:
    lab = {"lab": {"model": FLASH, "residency": "any", "accept": [WAIVER]}}
    versions.versions({"dev": text(CHAT)}, {"dev": text({**CHAT, **lab})})
    told = [(one["kind"], one["deployment"]) for one in versions.changes()]
    assert told == [("widened", "lab"), ("waiver-added", "lab"), ("added", "lab")]


def test_a_renamed_deployment_hides_nothing(versions: Versions) -> None:
    new = {"talk": {**CHAT["chat"], **PINNED, "residency": "any"}}
    versions.versions({"dev": text(chat(**PINNED))}, {"dev": text(new)})
    assert [one["kind"] for one in versions.changes()] == ["widened", "renamed"]


def test_stacks_come_go_and_get_another_name(versions: Versions) -> None:
    lab = text({"lab": {"model": "gemini-3.5-flash"}})
    base = {"dev": text(CHAT), "lab": lab, "stays": text(CHAT)}
    change = {"dev": None, "develop": text(CHAT, residency="any"), "lab": None, "new": text(CHAT)}
    versions.versions(base, change | {"new": text({"more": {"model": FLASH}})})
    told = {(one["kind"], one["stack"], one["deployment"]) for one in versions.changes()}
    assert ("widened", "develop", "chat") in told
    assert ("renamed", "develop", None) in told
    assert ("removed", "lab", None) in told
    assert ("added", "new", None) in told
    assert not any(stack == "stays" for _, stack, _ in told)


BROKEN = "config: [\n"


def test_a_stack_that_breaks_and_one_that_was_broken(versions: Versions) -> None:
    base = {"a": text(CHAT), "b": BROKEN, "c": BROKEN}
    versions.versions(base, {"a": BROKEN, "b": text(CHAT)})
    result = versions.plan("--json")
    assert result.status == 2
    told = [change for one in result.document for change in one["changes"]]
    assert [(one["kind"], one["stack"], one["from"], one["to"]) for one in told] == [
        ("broken", "a", "readable", "unreadable"),
        ("broken", "b", "unreadable", "readable"),
    ]
    assert "is no valid YAML" in told[1]["text"]
    assert "vertex-residency-" not in told[1]["text"], "the folder that it was taken out to"


def test_a_project_in_a_subfolder_is_compared_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Versions(tmp_path / "repository", "infra/models")
    own.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    from_outside = own.changes()
    assert [one["kind"] for one in from_outside] == ["widened", "commitment-lost", "moved"]
    monkeypatch.chdir(own.folder / "stacks")
    assert own.changes(against="merge-base") == from_outside


def test_a_value_of_the_project_counts_for_both_sides(versions: Versions) -> None:
    stack = text(CHAT).replace('  vertex-residency:residency: "eu"\n', "")
    declared = PROJECT + "config:\n  vertex-residency:residency: {value: eu}\n"
    versions.commit({"dev": stack})
    (versions.folder / "Pulumi.yaml").write_text(declared, encoding="utf-8")
    git(versions.top, "commit", "--quiet", "--all", "--message", "base")
    wider = declared.replace("value: eu", "value: any")
    (versions.folder / "Pulumi.yaml").write_text(wider, encoding="utf-8")
    assert [one["kind"] for one in versions.changes()] == ["widened", "commitment-lost", "moved"]


def test_a_folder_can_be_compared_with(versions: Versions, tmp_path: Path) -> None:
    versions.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    copy = tmp_path / "copy"
    shutil.copytree(versions.folder, copy, ignore=shutil.ignore_patterns(".git"))
    versions.write({"dev": text(CHAT)})
    told = versions.changes(against=str(copy))
    assert [(one["kind"], one["from"], one["to"]) for one in told] == [("moved", "global", "eu")]
    assert versions.changes(against=str(copy / "stacks")) == told


@pytest.mark.parametrize("against", [".", "stacks"])
def test_the_project_itself_is_nothing_to_compare_with(
    versions: Versions, monkeypatch: pytest.MonkeyPatch, against: str
) -> None:
    versions.commit({"dev": text(CHAT)})
    monkeypatch.chdir(versions.folder)
    result = versions.plan(against=against)
    assert (result.status, result.out) == (2, "")
    assert "is the project itself" in result.err


def test_nothing_changed_takes_a_line(versions: Versions) -> None:
    versions.commit({"dev": text(CHAT), "prod": text(CHAT)})
    assert re.fullmatch(
        r"Against main \([0-9a-f]{7}\): nothing to decide, and nothing moves\.\n"
        r"Unchanged: 2 deployments, 2 stacks as a whole\.\n",
        versions.plan().out,
    )
    assert versions.changes() == []


def test_a_narrower_residency_is_changed_and_no_more(versions: Versions) -> None:
    versions.versions(
        {"dev": text(chat(**PINNED))},
        {"dev": text(chat(**PINNED, residency="nl"))},
    )
    assert versions.changes() == []
    assert "dev/chat (residency)" in " ".join(versions.plan().out.split())


@pytest.mark.parametrize(
    ("kinds", "status"),
    [("widened", 1), ("guarantee-lost,moved", 1), ("guarantee-lost", 0), ("refused, broken", 0)],
)
def test_a_kind_can_have_the_command_fail(versions: Versions, kinds: str, status: int) -> None:
    versions.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    for form in ("text", "json", "markdown", "github", "sarif"):
        assert versions.plan("--fail-on", kinds, "--format", form).status == status


def test_lost_stands_for_both_losses(versions: Versions) -> None:
    versions.versions({"dev": text(CHAT, residency=ML)}, {"dev": text(CHAT)})
    assert versions.plan("--fail-on", "lost").status == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fail-on", "wided"], "did you mean widened"),
        (["--fail-on", ""], "--fail-on: empty: name a kind"),
        (["--fail-on", " , "], "--fail-on: empty: name a kind"),
    ],
)
def test_a_kind_that_is_none_is_bad_input(
    versions: Versions, options: list[str], said: str
) -> None:
    versions.commit({"dev": text(CHAT)})
    result = versions.plan(*options)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("nowhere", "'nowhere' names no commit of"),
        ("", "--against: empty: name a reference of git, a folder, or merge-base"),
        ("--", "'--' is no value"),
        ("/", "'/' holds no Pulumi.yaml"),
    ],
)
def test_what_is_no_version_is_bad_input(versions: Versions, against: str, said: str) -> None:
    versions.commit({"dev": text(CHAT)})
    if against == "--":
        files = sorted((versions.folder / "stacks").glob("*.yaml"))
        result = run("plan", str(files[0]), "--against=--")
    else:
        result = versions.plan(against=against)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_fail_on_needs_something_to_compare_with(versions: Versions) -> None:
    versions.commit({"dev": text(CHAT)})
    result = run("plan", str(versions.path("dev")), "--fail-on", "moved")
    assert (result.status, result.out) == (2, "")
    assert "add --against" in result.err


def test_outside_of_git_a_reference_is_bad_input(tmp_path: Path) -> None:
    folder = tmp_path / "plain" / "stacks"
    folder.mkdir(parents=True)
    (folder.parent / "Pulumi.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text(text(CHAT), encoding="utf-8")
    result = run("plan", str(folder / "Pulumi.dev.yaml"), "--against", "main")
    assert (result.status, result.out) == (2, "")
    assert "lies in no repository of git" in result.err


def test_a_shallow_clone_says_what_to_fetch(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{versions.top}", str(clone))
    own = Versions.__new__(Versions)
    own.top = own.folder = clone
    result = own.plan(against="main")
    assert (result.status, result.out) == (2, "")
    assert "this clone is shallow: git fetch --unshallow" in result.err
    git(clone, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    result = own.plan(against="merge-base")
    assert result.status == 2
    assert "have no commit in common; this clone is shallow" in result.err
    assert [one["kind"] for one in own.changes(against="origin/main")] == [
        "widened",
        "commitment-lost",
        "moved",
    ]
    git(clone, "fetch", "--quiet", "--unshallow", "origin")
    assert [one["kind"] for one in own.changes(against="merge-base")] == [
        "widened",
        "commitment-lost",
        "moved",
    ]


@pytest.mark.parametrize(
    "variable", ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CHANGE_TARGET"]
)
def test_a_ci_system_says_what_the_target_is(
    versions: Versions, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    versions.commit({"dev": text(CHAT, residency="any")}, "the usual branch")
    git(versions.top, "checkout", "--quiet", "-b", "release")
    versions.versions_after({"dev": text(CHAT)}, {"dev": text(CHAT, residency="europe")})
    assert [one["kind"] for one in versions.changes(against="merge-base")] == ["moved"]
    monkeypatch.setenv(variable, "release")
    assert [one["kind"] for one in versions.changes(against="merge-base")] == ["widened"]
    monkeypatch.setenv(variable, "nowhere")
    result = versions.plan(against="merge-base")
    assert result.status == 2
    assert variable in result.err


def test_what_merged_after_the_branch_left_is_not_its_change(versions: Versions) -> None:
    versions.versions({"dev": text(CHAT), "prod": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    git(versions.top, "checkout", "--quiet", "main")
    versions.commit({"prod": text(CHAT, residency="us")}, "on main meanwhile")
    git(versions.top, "checkout", "--quiet", "branch")
    told = versions.changes(against="merge-base")
    assert {one["stack"] for one in told} == {"dev"}


def test_nothing_is_left_behind_and_nothing_is_written(
    versions: Versions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    versions.versions({"dev": text(CHAT)}, {"dev": text(CHAT, residency="any")})
    before = git(versions.top, "status", "--porcelain")
    versions.plan()
    assert [*scratch.iterdir()] == []
    assert git(versions.top, "status", "--porcelain") == before


def test_stack_files_without_a_project_are_compared_with_those_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, residency in (("old", "eu"), ("new", "any"), ("empty", None)):
        (tmp_path / name).mkdir()
        if residency:
            content = text(CHAT, residency=residency)
            (tmp_path / name / "Pulumi.dev.yaml").write_text(content, encoding="utf-8")
    asked = ["plan", "new/Pulumi.dev.yaml", "--json", "--against"]
    kinds = [one["kind"] for one in run(*asked, "old").document["changes"]]
    assert kinds == ["widened", "commitment-lost", "moved"]
    result = run(*asked[:2], "--against", "empty")
    assert (result.status, result.out) == (2, "")
    assert "'empty' holds no stack files" in result.err
