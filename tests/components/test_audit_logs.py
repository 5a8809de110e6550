"""Data Access audit logs of Vertex AI, and what they would replace."""

import json
from typing import Any, cast

import pulumi
import pytest

from components.audit_logs import AuditLogs, AuditLogsArgs
from tests.components.recording import AUDIT, Program
from tests.components.whole_program import run, stack


def audited(program: Program) -> dict[str, Any]:
    [config] = program.of_type(AUDIT)
    return config.inputs


def test_audit_logs_are_set_for_vertex_ai_alone(program: Program) -> None:
    keys = {"logTypes": ["DATA_READ"], "exemptedMembers": ["user:dev@acme.example"]}
    run(program, stack({"chat": {}}, auditLogs=keys))
    assert audited(program) == {
        "project": "acme-dev",
        "service": "aiplatform.googleapis.com",
        "auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": ["user:dev@acme.example"]}],
    }


def test_audit_logs_log_everything_unless_told_otherwise(program: Program) -> None:
    run(program, stack({"chat": {}}, auditLogs="true"))
    types = [one["logType"] for one in audited(program)["auditLogConfigs"]]
    assert types == ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]


@pytest.mark.parametrize("value", ["false", ""])
def test_without_the_key_the_projects_audit_logs_are_left_alone(
    program: Program, value: str
) -> None:
    run(program, stack({"chat": {}}, auditLogs=value))
    assert program.of_type(AUDIT) == []


SET = json.dumps(
    {
        "auditConfigs": [
            {
                "service": "aiplatform.googleapis.com",
                "auditLogConfigs": [{"logType": "DATA_WRITE"}, {"logType": "DATA_READ"}],
            }
        ]
    }
)


def said_of_audit(program: Program) -> list[str]:
    return [text for _, text in program.warnings if text.startswith("audit-logs")]


@pytest.mark.parametrize("preview", [True, False])
def test_a_preview_says_which_settings_would_go(preview: bool) -> None:
    program = Program(preview=preview)
    program.set_policy(SET)
    run(program, stack({"chat": {}}, auditLogs={"logTypes": ["DATA_READ"]}))
    [text] = said_of_audit(program)
    assert "DATA_WRITE would not be logged any more" in text


def test_settings_that_stay_are_not_warned_about(program: Program) -> None:
    program.set_policy(SET)
    run(program, stack({"chat": {}}, auditLogs="true"))
    assert said_of_audit(program) == []


@pytest.mark.parametrize(
    "policy", [Exception("Error 403: The caller does not have permission"), "no policy"]
)
def test_settings_that_can_not_be_read_are_called_unknown_and_set(
    program: Program, policy: str | Exception
) -> None:
    program.set_policy(policy)
    run(program, stack({"chat": {}}, auditLogs="true"))
    [text] = said_of_audit(program)
    assert "unknown" in text
    assert audited(program)


def test_audit_logs_of_a_project_that_comes_later_are_called_unknown(program: Program) -> None:
    later: AuditLogsArgs = {"project": pulumi.Output.from_input("acme-later")}
    program.run(lambda: AuditLogs("audit", later))
    assert "unknown" in said_of_audit(program)[0]
    assert audited(program)["project"] == "acme-later"


def test_audit_logs_alone_name_all_their_mistakes(program: Program) -> None:
    args = cast("AuditLogsArgs", {"log_types": ["x"], "exempted_members": ["allUsers"], "a": 1})
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: AuditLogs("audit", args))
    assert {line.partition(": ")[0] for line in str(raised.value).splitlines()[1:]} == {
        "audit.log_types[0]",
        "audit.exempted_members[0]",
        "audit.a",
    }
