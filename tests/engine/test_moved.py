"""A snapshot that moves a deployment of a stack that is up: it is warned of, and a pin prevents it.

The program is a copy of the project with a snapshot of its own.
"""

import difflib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from availability.facts.library import digest
from sandbox.engine import Engine
from sandbox.workspace import Result, Sandbox
from tests.engine.projects import ProjectSandbox, copy_of_the_project
from tests.engine.test_sizes import HEAD
from tests.paths import ROOT

pytestmark = pytest.mark.engine

PACKAGES = ("availability", "components")
OWN_PACKAGES = f"""\
import sys
for name in [name for name in sys.modules if name.split(".")[0] in {PACKAGES}]:
    del sys.modules[name]  # where programs start from they are the project's
"""
MODEL = "gemini-3.8-flash"
OWN_PROVIDER = "pulumi:providers:pulumi"
"""The engine's own entry for whoever calls its functions, which it neither shows nor counts."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project in a folder of its own, its packages and snapshots included."""
    project = copy_of_the_project(tmp_path)
    for package in PACKAGES:
        unread = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, project / package, ignore=unread)
    main = project / "__main__.py"
    main.write_text(OWN_PACKAGES + main.read_text(encoding="utf-8"), encoding="utf-8")
    return project


def serve(project: Path, *locations: str) -> None:
    """Have the copy's snapshot say that the model is served in these locations, and no others."""
    path = project / "availability" / "snapshots" / "2026-10-10" / "snapshot.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    [entry] = [
        entry
        for entry in document["entries"]
        if MODEL in [model["id"] for model in entry["models"]]
    ]
    entry["listings"] = [{**entry["listings"][0], "served": [*locations]}]
    content = json.dumps(document).encode()
    path.write_bytes(content)
    path.with_suffix(".sha256").write_text(digest(content))


def said(result: Result) -> list[str]:
    """The moves that a command warns of, each on one line, once."""
    assert result.ok, result.text
    diagnostics = result.text.partition("Diagnostics:")[2]
    paragraphs = " ".join(diagnostics.split()).split("warning: ")
    return [text for text in paragraphs if text.startswith("moved: ")]


def pin(project: Path, stack: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "availability", "pin", stack]
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=True)


def test_a_changed_snapshot_moves_a_deployment_with_a_warning_and_a_pin_keeps_it(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox, file = project_sandbox(copy), copy / "stacks" / "Pulumi.staging.yaml"
    serve(copy, "europe-west4")
    assert said(sandbox.up("staging")) == []
    before = sandbox.outputs("staging")["deployments"]
    assert before["chat"]["location"] == "europe-west4"

    serve(copy, "eu", "europe-west4")
    [moved] = said(sandbox.preview("staging"))
    told, command = moved.split(" pin them all: ")
    assert told == (
        "moved: europe-west4 -> eu: eu is the widest endpoint that the residency allows. "
        "To stay in europe-west4 (Netherlands), pin it there: "
        "pulumi config set --path vertex-residency:deployments.chat.location europe-west4 "
        "--stack staging To have no deployment of the stack move again,"
    )
    assert re.match(r"(\S+/)?python -m availability pin staging", command)

    text = file.read_text(encoding="utf-8")
    serve(copy, "europe-west4")
    assert "chat: pinned to europe-west4" in pin(copy, "staging").stdout
    serve(copy, "eu", "europe-west4")
    changes = difflib.ndiff(text.splitlines(), file.read_text(encoding="utf-8").splitlines())
    assert [line for line in changes if line[0] != " "] == [
        "+       location: europe-west4",
        "+       location: eu",
        "+       location: eu",
    ]
    pinned = sandbox.preview("staging")
    assert (said(pinned), set(pinned.changes)) == ([], {"same"})

    file.write_text(text, encoding="utf-8")
    serve(copy, "eu")
    [moved] = said(sandbox.up("staging"))
    assert moved.startswith(
        f"moved: europe-west4 -> eu: {MODEL} is not served in europe-west4 (Netherlands). "
        "To have no deployment of the stack move again, "
    )
    assert sandbox.outputs("staging")["deployments"]["chat"]["location"] == "eu"
    again = sandbox.preview("staging", "--expect-no-changes")
    assert (said(again), set(again.changes)) == ([], {"same"})


def test_a_stack_that_was_up_before_moves_were_told_has_no_change(
    project_sandbox: ProjectSandbox, tmp_path: Path
) -> None:
    project = copy_of_the_project(tmp_path)
    main = project / "__main__.py"
    text = main.read_text(encoding="utf-8")
    main.write_text(
        f"from components import stack\nstack.last_outputs = dict\n{text}", encoding="utf-8"
    )
    sandbox = project_sandbox(project)
    assert sandbox.up("dev").ok
    before = resources(sandbox)
    main.write_text(text, encoding="utf-8")
    for command in (sandbox.preview, sandbox.up):
        result = command("dev", "--expect-no-changes")
        assert result.ok, result.text
        assert set(result.changes) == {"same"}
        assert OWN_PROVIDER not in result.text
    assert resources(sandbox) - before == {OWN_PROVIDER}


def resources(sandbox: Sandbox) -> set[str]:
    """The types of what the state of the stack dev has."""
    exported = json.loads(sandbox.run("stack", "export", "--stack", "dev").stdout)
    return {resource["type"] for resource in exported["deployment"]["resources"]}


def test_forty_deployments_move_one_at_a_time(tmp_path: Path, copy: Path, engine: Engine) -> None:
    names = [f"chat-{number}" for number in range(40)]
    deployments = "".join(f"    {name}: {{model: {MODEL}}}\n" for name in names)
    (copy / "stacks" / "Pulumi.prod.yaml").write_text(
        f"{HEAD}  vertex-residency:deployments:\n{deployments}", encoding="utf-8"
    )
    sandbox = Sandbox(copy, tmp_path / "sandbox", engine)
    serve(copy, "europe-west4")
    assert sandbox.up("prod").ok
    serve(copy, "eu")
    result = sandbox.preview("prod", "--parallel", "1")
    assert len(said(result)) == len(names)
    assert set(result.changes) == {"same"}
