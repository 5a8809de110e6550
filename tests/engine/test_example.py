"""The example in Python is deployed as it stands."""

from collections.abc import Callable

import pytest

from sandbox.workspace import Sandbox
from tests.paths import ROOT

ProgramSandbox = Callable[..., Sandbox]

pytestmark = pytest.mark.engine


def test_the_example_is_made_and_stays(program_sandbox: ProgramSandbox) -> None:
    example = ROOT / "examples" / "python" / "__main__.py"
    sandbox = program_sandbox(example.read_text(encoding="utf-8"))
    made = sandbox.up("dev")
    assert made.ok, made.text
    assert sandbox.outputs("dev")["chat"]["GOOGLE_CLOUD_LOCATION"] == "eu"
    again = sandbox.up("dev")
    assert set(again.changes) == {"same"}, again.text
