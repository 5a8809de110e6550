"""The pack on the real engine: what it stops, what it lets pass, and what configures it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sandbox.workspace import Result, Sandbox
from tests.conftest import ProgramSandbox, ProjectSandbox, write_program
from tests.paths import ROOT
from tests.policy.packs import PACK, needs_environment

pytestmark = [pytest.mark.engine, needs_environment]

PROGRAM = """
import pulumi
import pulumi_gcp as gcp

service = gcp.projects.Service(
    "service", service="secretmanager.googleapis.com", disable_on_destroy=False
)
gcp.secretmanager.RegionalSecret(
    "secret",
    secret_id="secret",
    location="LOCATION",
    opts=pulumi.ResourceOptions(depends_on=[service]),
)
"""
WITHOUT = """
import pulumi_gcp as gcp

gcp.serviceaccount.Account("account", account_id="account")
"""
HELD = {"residency": {"residency": "eu", "snapshot": "2026-11-12"}}

Run = Callable[..., Result]


@pytest.fixture
def program(program_sandbox: ProgramSandbox) -> Sandbox:
    return program_sandbox(PROGRAM.replace("LOCATION", "us-central1"))


@pytest.fixture
def under(tmp_path: Path) -> Run:
    def run(
        deploy: Callable[..., Result], config: Mapping[str, Any] = HELD, stack: str = "dev"
    ) -> Result:
        file = tmp_path / "policies.json"
        file.write_text(json.dumps(config))
        return deploy(stack, "--policy-pack", str(PACK), "--policy-pack-config", str(file))

    return run


def test_a_misplaced_resource_stops_a_preview_and_an_update(program: Sandbox, under: Run):
    for deploy in (program.preview, program.up):
        result = under(deploy)
        assert not result.ok
        assert "location us-central1 (Iowa) lies outside eu" in result.text
        assert "fix: set location to europe-west4" in result.text
    with closing(program.cloud()) as cloud:
        assert cloud.rows("gcp:secretmanager/regionalSecret:RegionalSecret") == []


def test_the_same_in_its_place_passes(program: Sandbox, under: Run):
    write_program(program.project, PROGRAM.replace("LOCATION", "europe-west4"))
    result = under(program.up)
    assert result.ok, result.text


def test_a_stack_without_any_of_it_passes(program: Sandbox, under: Run):
    write_program(program.project, WITHOUT)
    result = under(program.preview)
    assert result.ok, result.text
    assert "vertex-residency" in result.text


def test_a_level_is_set_by_configuration(program: Sandbox, under: Run):
    advisory = {"residency": {**HELD["residency"], "enforcementLevel": "advisory"}}
    result = under(program.preview, advisory)
    assert result.ok, result.text
    assert "[advisory]  residency" in result.text


def test_the_configuration_of_the_page_is_taken(program: Sandbox, under: Run):
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    shown = re.search(r"```json policies\.json\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    result = under(program.preview, json.loads(shown[1]))
    assert not result.ok
    assert "[mandatory]  residency" in result.text


def test_a_pack_without_a_residency_is_refused(program: Sandbox, under: Run):
    result = under(program.preview, {})
    assert not result.ok
    assert "residency" in result.text


def test_the_project_s_own_stack_passes(project_sandbox: ProjectSandbox, under: Run):
    result = under(project_sandbox().preview, stack="prod")
    assert result.ok, result.text
