"""A resource that moves into another component: with an alias nothing is deleted or created."""

from collections.abc import Callable

import pytest

from sandbox.emulator import shapes
from sandbox.workspace import Sandbox

pytestmark = pytest.mark.engine

ProgramSandbox = Callable[..., Sandbox]

PROGRAM = """
import pulumi
from components import ModelEndpoint, ProjectBaseline

class Team(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("acme:index:Team", name, {}, opts)

baseline = ProjectBaseline("project", {"publishers": ["google"]}, pulumi.ResourceOptions(OPTIONS))
ModelEndpoint("chat", {
    "model": "gemini-3.8-flash",
    "residency": {"within": ["eu"]},
    "snapshot": "2026-10-10",
    "roles": baseline.role_by_need,
}, pulumi.ResourceOptions(depends_on=[baseline], OPTIONS))
"""
IN_A_TEAM = PROGRAM.replace("baseline =", 'team = Team("team")\nbaseline =')
ALONE = PROGRAM.replace("OPTIONS", "")
MOVED = IN_A_TEAM.replace("OPTIONS", "parent=team, aliases=[pulumi.Alias(parent=None)]")
ORPHANED = IN_A_TEAM.replace("OPTIONS", "parent=team")


def contents(sandbox: Sandbox) -> list[tuple[str, str]]:
    cloud = sandbox.cloud()
    try:
        return sorted((row.type, row.id) for row in cloud.rows())
    finally:
        cloud.close()


def move(sandbox: Sandbox, program: str) -> None:
    (sandbox.project / "__main__.py").write_text(program, encoding="utf-8")


def test_with_an_alias_no_role_account_or_binding_goes(program_sandbox: ProgramSandbox) -> None:
    made = program_sandbox(ALONE)
    assert made.up("dev").ok
    before = contents(made)
    assert {shapes.ROLE, shapes.ACCOUNT, shapes.PROJECT_BINDING} <= {token for token, _ in before}
    move(made, MOVED)
    result = made.up("dev")
    assert result.ok, result.text
    done = {step.op for step in result.steps if step.type.startswith("gcp:")}
    assert done <= {"same", "update"}
    assert contents(made) == before
    assert set(made.up("dev").changes) == {"same"}


def test_without_one_the_up_fails_and_nothing_is_lost(program_sandbox: ProgramSandbox) -> None:
    made = program_sandbox(ALONE)
    assert made.up("dev").ok
    before = contents(made)
    move(made, ORPHANED)
    result = made.up("dev")
    assert not result.ok
    assert "already exists" in result.text
    assert contents(made) == before
