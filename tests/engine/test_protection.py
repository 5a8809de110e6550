"""A protected stack on the real engine: what callers rely on stays until it is set free."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.emulator import shapes
from sandbox.workspace import Sandbox
from tests.engine.projects import PRIVATE, copy_of_the_project, everything, set_keys

ProjectSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine

FEDERATION = {"github": {"repository": "acme/app", "ownerId": 1234}}


def held(sandbox: Sandbox) -> list[tuple[str, str]]:
    return [one for one in everything(sandbox) if one[0] != shapes.SERVICE]


@pytest.mark.soak
@pytest.mark.parametrize("store", ["parameters", "secrets"])
def test_a_destroy_takes_nothing_from_a_protected_stack(
    project_sandbox: ProjectSandbox, tmp_path: Path, store: str
) -> None:
    copy = copy_of_the_project(tmp_path)
    keys = {"guardrails": "on", "auditLogs": True, "privateAccess": PRIVATE, "publish": store}
    set_keys(copy, "staging", protect=True, federation=FEDERATION, callers="federation", **keys)
    sandbox = project_sandbox(copy)
    result = sandbox.up("staging")
    assert result.ok, result.text
    before = held(sandbox)
    assert not sandbox.destroy("staging").ok
    assert held(sandbox) == before
    # Versions have left the state: they can't be protected, because each content has its own.
    set_keys(copy, "staging", takeOver=True)
    result = sandbox.up("staging")
    assert result.ok, result.text
    assert held(sandbox) == before
    set_keys(copy, "staging", protect=False, takeOver=None)
    assert sandbox.up("staging").ok
    result = sandbox.destroy("staging")
    assert result.ok, result.text
    assert not held(sandbox)
