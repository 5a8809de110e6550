"""The command `report`: what it writes, where, and how it ends."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.availability.cli_runs import Run, run

STACK = """
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: eu
  vertex-residency:deployments:
    chat: {model: gemini-3.8-flash}
"""
BROKEN = STACK.replace("residency: eu", "residency: Germany")
REFUSED = STACK.replace("residency: eu", "residency: jp")


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK)
    return path


def report(*words: str | Path) -> Run:
    return run("report", *map(str, words), "--as-of", "2026-11-27")


@pytest.mark.parametrize(("text", "status"), [(STACK, 0), (REFUSED, 1), (BROKEN, 2)])
def test_it_ends_as_plan_does_and_the_page_is_there(stack: Path, text: str, status: int) -> None:
    stack.write_text(text)
    page = stack.with_name("page.html")
    done = report(stack, "--html", page)
    assert done.status == status
    assert done.status == run("plan", str(stack), "--as-of", "2026-11-27").status
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert done.out.startswith(f"{page}: ")
    assert ("unknown residency term" in done.err) == (status == 2)


def test_a_hyphen_is_standard_output(stack: Path) -> None:
    page = stack.with_name("page.html")
    report(stack, "--html", page)
    assert report(stack, "--html", "-").out == page.read_text(encoding="utf-8")


def test_an_old_page_is_replaced_and_keeps_its_permissions(stack: Path) -> None:
    page = stack.with_name("page.html")
    page.write_text("old")
    page.chmod(0o640)
    assert report(stack, "--html", page).status == 0
    assert page.read_text(encoding="utf-8") != "old"
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert sorted(one.name for one in stack.parent.iterdir()) == [stack.name, page.name]


def test_a_new_page_can_be_read_by_whom_the_umask_lets(stack: Path) -> None:
    page = stack.with_name("page.html")
    before = os.umask(0o027)
    try:
        report(stack, "--html", page)
    finally:
        os.umask(before)
    assert stat.S_IMODE(page.stat().st_mode) == 0o640


def test_a_link_stays_a_link(stack: Path) -> None:
    target, link = stack.with_name("target.html"), stack.with_name("link.html")
    target.write_text("old")
    link.symlink_to(target)
    report(stack, "--html", link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "--html: empty: name a file, or - for standard output"),
        (".", "cannot be written: it is a folder: name a file in it"),
        ("nowhere/page.html", "cannot be written: there is no folder"),
        ("x" * 300, "cannot be written: File name too long"),
        ("a\0b", "cannot be written: "),
    ],
)
def test_a_file_that_cannot_be_written_is_one_error(stack: Path, name: str, words: str) -> None:
    done = report(stack, "--html", f"{stack.parent}/{name}" if name else "")
    assert done.status == 2
    assert done.out == ""
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert [one.name for one in stack.parent.iterdir()] == [stack.name]


def test_the_page_has_to_be_named(stack: Path) -> None:
    done = report(stack)
    assert done.status == 2
    assert "--html" in done.err


def test_json_says_what_was_written(stack: Path) -> None:
    broken = stack.with_name("Pulumi.broken.yaml")
    broken.write_text(BROKEN)
    page = stack.with_name("page.html")
    document = report(stack, broken, "--html", page, "--json").document
    assert document["html"] == str(page)
    [prod, other] = document["stacks"]
    assert prod == {"stack": "prod", "placed": ["chat"], "refused": []}
    assert other["stack"] == "broken"
    assert other["errors"][0]["path"] == "vertex-residency:residency"
    assert "changes" not in document


def test_json_and_the_page_do_not_share_standard_output(stack: Path) -> None:
    assert report(stack, "--html", "-", "--json").status == 2


def test_stacks_of_one_name_are_told_apart(stack: Path) -> None:
    other = stack.parent / "other" / stack.name
    other.parent.mkdir()
    other.write_text(REFUSED)
    page = report(stack, other, "--html", "-").out
    assert f"{stack}/chat" in page
    assert f"{other}/chat" in page


def test_changes_since_a_reference_are_on_the_page(stack: Path) -> None:
    folder = stack.parent
    (folder / "Pulumi.yaml").write_text("name: vertex-residency\nruntime: python\n")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "base"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *words], cwd=folder, check=True)
    stack.write_text(STACK.replace("residency: eu", "residency: any"))
    page = folder / "page.html"
    done = report(stack, "--against", "HEAD", "--html", page)
    assert done.status == 0
    assert "Against HEAD" in done.out
    assert "2 to decide" in done.out
    text = page.read_text(encoding="utf-8")
    assert "Nothing was compared" not in text
    assert ">widened<" in text
    document = report(stack, "--against", "HEAD", "--html", page, "--json").document
    kinds = [change["kind"] for change in document["changes"]]
    assert kinds == ["widened", "commitment-lost", "moved"]


def test_a_reference_that_is_none_is_an_error_and_writes_nothing(stack: Path) -> None:
    page = stack.with_name("page.html")
    done = report(stack, "--against", "nowhere", "--html", page)
    assert done.status == 2
    assert "--against" in done.err
    assert not page.exists()
