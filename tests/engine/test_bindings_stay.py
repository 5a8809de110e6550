"""However a binding is written, an update that changes only the spelling takes nobody's access."""

import pytest

from sandbox.emulator import shapes
from sandbox.workspace import Sandbox
from tests.conftest import ProgramSandbox, write_program

pytestmark = pytest.mark.engine

HEAD = """
import pulumi
import pulumi_gcp as gcp
from components import ModelEndpoint, ProjectBaseline

baseline = ProjectBaseline("project", {"publishers": ["google"]})
chat = {
    "model": "gemini-3.8-flash", "snapshot": "2026-10-10", "as_of": "2026-10-12",
    "residency": {"within": ["eu"]}, "callers": ["user:alice@acme.example"],
    "roles": baseline.role_names,
}
options = pulumi.ResourceOptions(depends_on=[baseline])
"""
SPELLINGS = {
    "text": """
ModelEndpoint("chat", {**chat, "project": "acme-dev"}, options)
""",
    "output": """
project = pulumi.Output.from_input("acme-dev")
ModelEndpoint("chat", {**chat, "project": project, "roles": baseline.role_by_need}, options)
""",
    "provider": """
provider = gcp.Provider("mine", project="acme-dev")
ModelEndpoint("chat", chat, pulumi.ResourceOptions.merge(
    options, pulumi.ResourceOptions(provider=provider)))
""",
    "case": """
ModelEndpoint("chat", {**chat, "callers": ["user:Alice@ACME.example"]}, options)
""",
    "twice": """
ModelEndpoint("chat", {**chat, "callers": ["user:Alice@ACME.example"]}, options)
project = pulumi.Output.from_input("acme-dev")
ModelEndpoint("search", {**chat, "project": project}, options)
""",
}


def policy(sandbox: Sandbox) -> list[str]:
    cloud = sandbox.cloud()
    try:
        return [row.id for row in cloud.rows(shapes.PROJECT_BINDING)]
    finally:
        cloud.close()


def test_every_change_of_the_spelling_keeps_the_binding(program_sandbox: ProgramSandbox) -> None:
    sandbox = program_sandbox(HEAD + SPELLINGS["text"])
    result = sandbox.up("dev")
    assert result.ok, result.text
    [before] = policy(sandbox)
    assert before.endswith("/user:alice@acme.example")
    for name in (*list(SPELLINGS)[1:], "text"):
        write_program(sandbox.project, HEAD + SPELLINGS[name])
        preview = sandbox.preview("dev")
        result = sandbox.up("dev")
        assert result.ok, result.text
        assert policy(sandbox) == [before], name
        for steps in (preview.steps, result.steps):
            ops = {step.op for step in steps if step.type == shapes.PROJECT_BINDING}
            # Another provider is a change of the state, and none of the binding.
            assert ops <= {"same", "update"}, (name, ops)
