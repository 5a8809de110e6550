"""The sandbox previews stacks of which only the real one knows all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from availability.stack.google_config import VARIABLES
from sandbox.files import STAND_INS, copy_project
from sandbox.workspace import Sandbox
from tests.paths import ROOT

ProjectSandbox = Callable[..., Sandbox]
PLAIN = "  vertex-residency:residency: eu\n  vertex-residency:snapshot: 2026-10-10\n"
CHAT = "  vertex-residency:deployments: {chat: {model: gemini-3.8-flash}}\n"


@pytest.fixture(autouse=True)
def nothing_of_google(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (name for names in VARIABLES.values() for name in names):
        monkeypatch.delenv(name, raising=False)


def project(folder: Path, text: str) -> Path:
    (folder / "stacks").mkdir(parents=True)
    (folder / "stacks" / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    for name in ("Pulumi.yaml", "__main__.py"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


def copied(folder: Path, text: str) -> tuple[str, list[str]]:
    source = project(folder / "source", text)
    notes = copy_project(source, folder / "target", "v1:salt")
    copy = folder / "target" / "stacks" / "Pulumi.dev.yaml"
    return copy.read_text(encoding="utf-8"), notes.get("dev", [])


def test_a_plain_file_is_copied_line_by_line(tmp_path: Path) -> None:
    text = f"# mine\nsecretsprovider: awskms://x\nconfig:\n  gcp:project: acme-dev\n{PLAIN}{CHAT}"
    copy, notes = copied(tmp_path, text)
    assert copy == text.replace("secretsprovider: awskms://x\n", "") + "encryptionsalt: v1:salt\n"
    assert notes == []


@pytest.mark.parametrize(
    ("text", "gone", "there"),
    [
        ("config:\n  aws:token:\n    secure: v1:abc\n", "aws:token", ""),
        ("config: {'aws:a': {b: [{secure: v1:abc}]}}\n", "aws:a", ""),
        ("config:\n  gcp:project: {secure: v1:abc}\n", "v1:abc", STAND_INS["gcp:project"]),
        ("config:\n  gcp:region: {secure: v1:abc}\n", "v1:abc", STAND_INS["gcp:region"]),
        ("environment: [acme/prod]\nconfig: {}\n", "acme/prod", STAND_INS["gcp:project"]),
        (
            "environment: [acme/prod]\nconfig: {vertex-residency:caching: off}\n",
            "acme/prod",
            STAND_INS["gcp:region"],
        ),
    ],
)
def test_what_only_the_real_stack_knows_is_left_out_or_stood_in_for(
    text: str, gone: str, there: str, tmp_path: Path
) -> None:
    copy, notes = copied(tmp_path, text)
    assert gone not in copy
    assert there in copy
    assert notes


@pytest.mark.engine
def test_a_stack_with_an_environment_and_secrets_of_others_is_previewed(
    tmp_path: Path, project_sandbox: ProjectSandbox
) -> None:
    secrets = "  aws:token: {secure: v1:abc}\n  gcp:credentials:\n    secure: v1:abc\n"
    text = f"environment: [acme/prod]\nconfig:\n{secrets}{PLAIN}{CHAT}"
    said: list[str] = []
    sandbox = project_sandbox(project(tmp_path / "project", text))
    result = sandbox.preview("dev", on_error=said.append)
    assert result.ok, result.text
    assert f"/projects/{STAND_INS['gcp:project']}/locations/eu/" in result.text
    assert any("acme/prod" in line and "unknown here" in line for line in said)
