"""The command `check` over what the real engine prints of a preview."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from availability.command_line.cli import main
from tests.conftest import ProgramSandbox, ProjectSandbox, write_program

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_gcp as gcp

services = [
    gcp.projects.Service(name, service=f"{name}.googleapis.com", disable_on_destroy=False)
    for name in ("secretmanager", "parametermanager")
]
after = pulumi.ResourceOptions(depends_on=services)
secret = gcp.secretmanager.RegionalSecret("secret", secret_id="a", location="PLACE", opts=after)
gcp.parametermanager.RegionalParameter(
    "later", parameter_id="l", location=secret.name.apply(lambda name: "PLACE"), opts=after
)
"""


def checked(file: Path, text: str, residency: str = "eu") -> tuple[int, list[dict[str, Any]]]:
    """The exit status, and the findings."""
    file.write_text(text)
    out = StringIO()
    with redirect_stdout(out):
        status = main(["check", "--pulumi", str(file), "--residency", residency, "--json"])
    return status, json.loads(out.getvalue())


def found(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((one["address"].rpartition("::")[2], one["rule"]) for one in findings)


def test_a_preview_is_judged_before_and_after_an_update(
    program_sandbox: ProgramSandbox, tmp_path: Path
):
    file = tmp_path / "preview.json"
    sandbox = program_sandbox(PROGRAM.replace("PLACE", "us-central1"))
    before = sandbox.preview("dev", "--json", "--show-sames")
    status, findings = checked(file, before.stdout)
    assert status == 1
    assert found(findings) == [("later", "unknown"), ("secret", "residency")]

    assert sandbox.up("dev").ok
    whole = sandbox.preview("dev", "--json", "--show-sames")
    status, findings = checked(file, whole.stdout)
    assert status == 1
    assert found(findings) == [("later", "residency"), ("secret", "residency")]

    short = sandbox.preview("dev", "--json")
    status, [left_out] = checked(file, short.stdout)
    assert (status, left_out["rule"]) == (0, "unknown")
    assert "--show-sames" in left_out["fix"]

    write_program(sandbox.project, PROGRAM.replace("PLACE", "europe-west4"))
    moved = sandbox.preview("dev", "--json", "--show-sames")
    status, findings = checked(file, moved.stdout)
    assert status == 0
    assert {rule for _, rule in found(findings)} <= {"unknown"}


def test_the_project_s_own_stacks_are_inside(project_sandbox: ProjectSandbox, tmp_path: Path):
    preview = project_sandbox().preview("prod", "--json", "--show-sames")
    assert checked(tmp_path / "preview.json", preview.stdout) == (0, [])
