"""Identity and audit on the real engine: federation, accounts, audit logs and service agents."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from components.registration.identifiers import Owner, pool_id
from sandbox.emulator import shapes
from sandbox.emulator.computed import project_number
from sandbox.workspace import Sandbox
from tests.engine.projects import copy_of_the_project, everything

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine

STACK = """\
config:
  gcp:project: acme-identity
  gcp:region: europe-west4
  vertex-residency:snapshot: "2026-10-10"
  vertex-residency:residency: eu
  vertex-residency:generation: {generation}
  vertex-residency:federation:
    github: {{repository: acme/chat, ownerId: 1342004, environment: "it's prod"}}
  vertex-residency:auditLogs: {{logTypes: [DATA_READ]}}
  vertex-residency:serviceAgents: true
  vertex-residency:deployments:
    chat:
      model: gemini-3.8-flash
      needs: [batch-prediction]
      callers: [federation, "group:chat@acme.example"]
    lab:
      model: gemini-3.8-flash
      serviceAccountUsers: ["user:dev@acme.example"]
      workloadIdentityUsers: ["serviceAccount:acme-gke.svc.id.goog[chat/web]", federation]
"""
POOL = (
    f"projects/{project_number('acme-identity')}/locations/global/workloadIdentityPools/"
    f"{pool_id(Owner('vertex-residency', 'identity'))}{{suffix}}"
)


def write_stack(project: Path, generation: int = 1) -> None:
    path = project / "stacks" / "Pulumi.identity.yaml"
    path.write_text(STACK.format(generation=generation), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    project = copy_of_the_project(tmp_path)
    shutil.rmtree(project / "stacks")
    (project / "stacks").mkdir()
    write_stack(project)
    return project


def members(sandbox: Sandbox, token: str) -> set[tuple[str, str]]:
    """(role, member) of each binding of a type in the cloud."""
    cloud = sandbox.cloud()
    try:
        return {(str(row.body["role"]), str(row.body["member"])) for row in cloud.rows(token)}
    finally:
        cloud.close()


def test_a_stack_with_identities_goes_up_stays_and_comes_back_with_a_generation(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox = project_sandbox(copy)
    result = sandbox.up("identity")
    assert result.ok, result.text
    federated = (
        f"principalSet://iam.googleapis.com/{POOL.format(suffix='')}/attribute.repository/acme/chat"
    )
    assert sandbox.outputs("identity")["federation"] == {
        "member": federated,
        "providerName": f"{POOL.format(suffix='')}/providers/github",
    }
    assert members(sandbox, shapes.ACCOUNT_BINDING) == {
        ("roles/iam.serviceAccountUser", "user:dev@acme.example"),
        ("roles/iam.workloadIdentityUser", "serviceAccount:acme-gke.svc.id.goog[chat/web]"),
        ("roles/iam.workloadIdentityUser", federated),
    }
    for command in (sandbox.up, sandbox.refresh):
        assert set(command("identity").changes) == {"same"}
    assert sandbox.destroy("identity").ok
    left = {token for token, _ in everything(sandbox)}
    # What Google grants its agents by itself stays, as the services do.
    assert left == {
        shapes.SERVICE,
        shapes.PROJECT_BINDING,
        "gcp:projects/serviceIdentity:ServiceIdentity",
    }
    assert {role for role, _ in members(sandbox, shapes.PROJECT_BINDING)} == {
        "roles/aiplatform.serviceAgent",
        "roles/aiplatform.batchPredictionServiceAgent",
    }
    held = sandbox.up("identity")
    assert not held.ok
    pool = POOL.format(suffix="").rpartition("/")[2]
    undelete = f"gcloud iam workload-identity-pools undelete {pool} --location=global"
    assert f"{undelete} --project=acme-identity" in held.text
    write_stack(copy, generation=2)
    result = sandbox.up("identity")
    assert result.ok, result.text
    provider = sandbox.outputs("identity")["federation"]["providerName"]
    assert provider == f"{POOL.format(suffix='-2')}/providers/github"
    assert set(sandbox.up("identity").changes) == {"same"}


@pytest.mark.soak
def test_a_preview_says_what_would_go_of_another_teams_audit_logs(
    project_sandbox: ProjectSandbox, copy: Path
) -> None:
    sandbox = project_sandbox(copy)
    before = " ".join(sandbox.preview("identity").text.split())
    assert "It is unknown which Data Access audit logs" in before
    assert "cloudresourcemanager.googleapis.com is not active yet" in before
    assert sandbox.up("identity").ok
    cloud = sandbox.cloud()
    try:
        cloud.change_by_hand(
            shapes.AUDIT,
            "acme-identity/audit_config/aiplatform.googleapis.com",
            auditLogConfigs=[{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}],
        )
    finally:
        cloud.close()
    text = " ".join(sandbox.preview("identity").text.split())
    assert "DATA_WRITE would not be logged any more" in text
    assert "unknown" not in text.partition("Diagnostics:")[2].partition("Outputs:")[0]
    for command in (sandbox.refresh, sandbox.up):
        assert command("identity").ok
    cloud = sandbox.cloud()
    try:
        policy = json.dumps(cloud.policy("acme-identity")["auditConfigs"])
    finally:
        cloud.close()
    assert "DATA_WRITE" not in policy
    assert "would not be logged" not in sandbox.preview("identity").text


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("ownerId: 1342004", "ownerId: acme", "federation.github.ownerId: expected a number"),
        ("repository: acme/chat", "repository: 'acme/*'", "federation.github.repository: expected"),
        ("group:chat@acme.example", "allUsers", "chat.callers[1]: allUsers is everybody"),
        ("federation, ", "", "nobody comes in"),
    ],
)
def test_bad_identities_register_nothing_and_are_shown_where_they_stand(
    project_sandbox: ProjectSandbox, copy: Path, key: str, value: str, said: str
) -> None:
    path = copy / "stacks" / "Pulumi.identity.yaml"
    text = path.read_text(encoding="utf-8").replace(key, value)
    if said == "nobody comes in":
        text = text.replace(", federation]", "]")
    path.write_text(text, encoding="utf-8")
    result = project_sandbox(copy).preview("identity")
    assert not result.ok
    assert {step.type for step in result.steps} <= {"pulumi:pulumi:Stack"}
    assert said in " ".join(result.text.split())
    assert "stacks/Pulumi.identity.yaml:" in result.text
    assert "Traceback" not in result.text
