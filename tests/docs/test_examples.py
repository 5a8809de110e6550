"""What the pages show of files and programs is taken by those who read them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.availability.cli_runs import run
from tests.docs.pages import PAGES, Block, blocks, name_of
from tests.paths import ROOT

SHOWN = {f"{name_of(page)}:{block.line}": block for page in PAGES for block in blocks(page)}
FRAGMENTS = {
    place: block
    for place, block in SHOWN.items()
    if block.language == "yaml" and block.words[0] in ("stack", "deployments")
}
PROGRAMS = {place: block for place, block in SHOWN.items() if block.language == "python"}
WORKFLOWS = {
    place: block
    for place, block in SHOWN.items()
    if block.words and block.words[0].startswith(".github/workflows/")
}


def whole(block: Block) -> str:
    """A stack file with what a page shows of one; what it leaves out is a small stack's."""
    text = block.text
    if block.words[0] == "deployments":
        text = "vertex-residency:deployments:\n" + textwrap.indent(text, "  ")
    for key, value in {
        "gcp:project": "acme-dev",
        "gcp:region": "europe-west4",
        "vertex-residency:residency": "eu",
        "vertex-residency:deployments": "{chat: {model: gemini-3.8-flash}}",
    }.items():
        if f"{key}:" not in text:
            text += f"{key}: {value}\n"
    return "config:\n" + textwrap.indent(text, "  ")


@pytest.mark.parametrize("block", FRAGMENTS.values(), ids=FRAGMENTS)
def test_what_is_shown_of_a_stack_file_is_placed(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.shown.yaml"
    file.write_text(whole(block), encoding="utf-8")
    done = run("plan", str(file), "--as-of=2026-11-27")
    assert (done.status, done.err) == (0, ""), done.out


def test_a_mistake_in_what_is_shown_is_found(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.shown.yaml"
    shown = Block(1, "yaml", ("stack",), "vertex-residency:publish: letters\n")
    file.write_text(whole(shown), encoding="utf-8")
    assert run("plan", str(file)).status == 2


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("guardrails.md", "guardrails"),
        ("guardrails.md", "guardrails: {alsoAllow"),
        ("guardrails.md", "auditLogs"),
        ("guardrails.md", "privateAccess"),
        ("federation.md", "federation"),
        ("federation.md", "federation: {github"),
        ("federation.md", "federation: {oidc"),
    ],
)
def test_a_page_has_every_key_of_a_map(page: str, key: str, tmp_path: Path) -> None:
    """The keys are those that the message for an unknown one lists."""
    file = tmp_path / "Pulumi.shown.yaml"
    inside = f"{key}: {{no-such-key: 1}}" + "}" * key.count("{")
    file.write_text(whole(Block(1, "yaml", ("stack",), f"vertex-residency:{inside}\n")))
    listed = re.search(r"the keys are ([\w, ]+)", run("plan", str(file)).err)
    assert listed is not None
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [name for name in listed[1].split(", ") if f"`{name}`" not in text] == []


def test_the_stack_in_the_readme_is_part_of_the_committed_one() -> None:
    [shown] = [block for block in blocks(ROOT / "README.md") if block.language == "yaml"]
    [name] = shown.words
    committed = (ROOT / name).read_text(encoding="utf-8").splitlines()
    lines = [re.sub(r"\s+#.*", "", line) for line in shown.text.splitlines()]
    assert [line for line in lines if line not in committed] == []


HARNESS = """
import sys
import pulumi

made = []

class Cloud(pulumi.runtime.Mocks):
    def new_resource(self, args):
        made.append(args.typ)
        return f"{args.name}-id", args.inputs

    def call(self, args):
        return {}

pulumi.runtime.set_all_config({"gcp:project": "acme-dev", "gcp:region": "europe-west4"})
pulumi.runtime.set_mocks(Cloud(), "acme", "dev", preview=False)
pulumi.runtime.test(lambda: exec(sys.stdin.read(), {}))()
print(*made)
"""


@pytest.mark.parametrize("block", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_registers_what_it_shows(block: Block, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HARNESS],
        input=block.text,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    components = set(re.findall(r"^from components import (\w+)", block.text, re.MULTILINE))
    assert {f"vertex-residency:index:{name}" for name in components} <= set(done.stdout.split())


@pytest.mark.parametrize("block", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_workflow_asks_for_little_and_has_nothing_that_zizmor_finds(
    block: Block, tmp_path: Path
) -> None:
    file = tmp_path / block.words[0]
    file.parent.mkdir(parents=True)
    file.write_text(block.text, encoding="utf-8")
    zizmor = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--pedantic"]
    done = subprocess.run(
        [*zizmor, "--strict-collection", "--format=json", tmp_path], capture_output=True, text=True
    )
    assert json.loads(done.stdout) == [], done.stderr
    pins = {
        pin
        for path in (ROOT / ".github" / "workflows").glob("*.yml")
        for pin in re.findall(r"uses: (.*)", path.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"uses: (.*)", block.text)) <= pins


def test_the_hook_is_one_of_those_that_there_are() -> None:
    [shown] = [block for block in SHOWN.values() if block.words == (".pre-commit-config.yaml",)]
    yaml = YAML(typ="safe", pure=True)
    used = yaml.load(shown.text)["repos"][0]["hooks"]  # pyright: ignore[reportUnknownMemberType]
    offered = yaml.load(ROOT / ".pre-commit-hooks.yaml")  # pyright: ignore[reportUnknownMemberType]
    assert [hook["id"] for hook in used] == [hook["id"] for hook in offered]
