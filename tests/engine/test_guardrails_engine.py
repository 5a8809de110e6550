"""Organization policies on the real engine, and what the emulated API refuses of them."""

import contextlib
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.emulator import organization_policies
from sandbox.workspace import Sandbox
from tests.paths import ROOT

POLICY = "gcp:orgpolicy/policy:Policy"
HOSTS = "gcp.restrictEndpointUsage"
MODELS = "vertexai.allowedModels"
KEYS = "iam.managed.disableServiceAccountKeyCreation"


def project(folder: Path, guardrails: str) -> Path:
    """The program with one stack of its own."""
    made = folder / "copy"
    (made / "stacks").mkdir(parents=True, exist_ok=True)
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, made / name)
    stack = f"""\
        config:
          gcp:project: acme-dev
          vertex-residency:snapshot: "2026-10-10"
          vertex-residency:asOf: 2026-10-12
          vertex-residency:guardrails: {guardrails}
          vertex-residency:deployments:
            chat: {{model: gemini-3.8-flash, residency: eu}}
        """
    (made / "stacks" / "Pulumi.dev.yaml").write_text(textwrap.dedent(stack))
    return made


def held(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Constraint -> the policy that the cloud has for it."""
    with contextlib.closing(sandbox.cloud()) as cloud:
        return {row.id.rpartition("/")[2]: row.body for row in cloud.rows(POLICY)}


@pytest.mark.engine
def test_policies_come_stay_flip_and_go(
    project_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    sandbox = project_sandbox(project(tmp_path, "on"))
    result = sandbox.up("dev")
    assert result.ok, result.text
    assert set(held(sandbox)) == {
        MODELS,
        HOSTS,
        KEYS,
        "iam.managed.disableServiceAccountKeyUpload",
    }
    assert "spec" in held(sandbox)[HOSTS]
    again = sandbox.up("dev")
    assert again.ok, again.text
    assert not [step for step in again.steps if step.op != "same"]
    project(tmp_path, "{dryRun: true}")
    dry = sandbox.up("dev")
    assert dry.ok, dry.text
    assert MODELS not in held(sandbox)
    assert "spec" not in held(sandbox)[HOSTS]
    assert held(sandbox)[HOSTS]["dryRunSpec"]["inheritFromParent"] is True
    project(tmp_path, "off")
    off = sandbox.up("dev")
    assert off.ok, off.text
    assert held(sandbox) == {}


@pytest.mark.engine
def test_a_mistake_is_refused_at_preview_before_anything_is_registered(
    project_sandbox: Callable[..., Sandbox], tmp_path: Path
) -> None:
    copy = project(tmp_path, "{alsoAllow: {models: [gemini-9]}}")
    result = project_sandbox(copy).preview("dev")
    assert not result.ok
    assert "vertex-residency:guardrails.alsoAllow.models[0]" in result.text
    assert "Traceback" not in result.text
    assert {step.type for step in result.steps} <= {"pulumi:pulumi:Stack"}


def policy(constraint: str, *, dry_run: bool = False, **rule: Any) -> dict[str, Any]:
    spec = {"rules": [rule]}
    return {
        "parent": "projects/acme-dev",
        "name": f"projects/acme-dev/policies/{constraint}",
        "dryRunSpec" if dry_run else "spec": spec,
    }


def allowed(*values: str) -> dict[str, Any]:
    return {"allowedValues": list(values)}


GOOD = "publishers/google/models/gemini-3.8-flash:predict"


@pytest.mark.parametrize(
    "given",
    [
        policy(MODELS, values=allowed(GOOD, f"is:{GOOD}")),
        policy(MODELS, values=allowed(*(f"{GOOD[:-8]}{n}:predict" for n in range(500)))),
        policy(HOSTS, values={"deniedValues": ["aiplatform.googleapis.com"]}, dry_run=True),
        policy(KEYS, enforce="TRUE", dry_run=True),
        policy("gcp.resourceLocations", values=allowed("in:eu-locations", "eu")),
        policy("vertexai.allowedPartnerModelFeatures", denyAll="TRUE"),
        policy("compute.somethingElse", values=allowed("what:ever")),
    ],
)
def test_the_emulated_api_takes_what_google_takes(given: dict[str, Any]) -> None:
    assert organization_policies.objection(given) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (policy(MODELS, values=allowed(GOOD), dry_run=True), "does not support dry run"),
        (policy(MODELS, values=allowed(*(f"{GOOD}{n}" for n in range(501)))), "501 values"),
        (policy(MODELS, values=allowed("x" * 33_000)), "larger than 32768 bytes"),
        (policy(MODELS, values=allowed("google/gemini-3.8-flash")), "Invalid value"),
        (policy(MODELS, values=allowed(f"{GOOD[:-8]}:call")), "Invalid value"),
        (policy(MODELS, enforce="TRUE"), "is a list constraint"),
        (policy(HOSTS, values=allowed("aiplatform.googleapis.com")), "denied values only"),
        (policy(HOSTS, values={"deniedValues": ["https://a.googleapis.com"]}), "Invalid value"),
        (policy("gcp.resourceLocations", values=allowed("in:eu")), "Invalid value"),
        (policy(KEYS, values=allowed("x")), "is a boolean constraint"),
        (policy(KEYS, enforce="TRUE", denyAll="TRUE"), "exactly one of"),
        (
            {**policy(KEYS), "spec": {"rules": [{"enforce": "TRUE"}], "inheritFromParent": True}},
            "inherit_from_parent",
        ),
        ({**policy(KEYS), "spec": None}, "neither a spec nor a dry_run_spec"),
        ({**policy(KEYS), "spec": {"rules": []}}, "at least one rule"),
        ({**policy(KEYS), "name": "projects/other/policies/a.b"}, "Invalid policy name"),
    ],
)
def test_the_emulated_api_refuses_what_google_refuses(given: dict[str, Any], message: str) -> None:
    assert message in (organization_policies.objection(given) or "")
