"""Programs that the tests of other languages build from Go modules, each pinned by a `go.sum`."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

BUILT = ROOT / ".sandbox" / "bin"


def build(module: Path, package: str, name: str) -> Path:
    """Builds a program of a module that the project has; Go has it at hand the next time."""
    if shutil.which("go") is None:
        pytest.skip("NO GO, SO THIS IS NOT TESTED")
    BUILT.mkdir(parents=True, exist_ok=True)
    made = BUILT / f".{name}-{os.getpid()}"
    words = ["go", "build", "-mod=readonly", "-ldflags", "-s -w", "-o", str(made), package]
    done = subprocess.run(
        words,
        cwd=module,
        env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    made.replace(BUILT / name)
    return BUILT / name


def yaml_host() -> Path:
    """Pulumi's language host for YAML, which is a module of its own."""
    package = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
    return build(ROOT / "sandbox" / "pulumi_yaml", package, "pulumi-language-yaml")


def generate_sdks(schema: Path, folder: Path) -> None:
    """The SDKs of a package in `folder/LANGUAGE`, as `pulumi package add` makes them."""
    generator = build(ROOT / "sandbox" / "pulumi_cli", "./generate_sdk", "generate_sdk")
    subprocess.run([generator, schema, folder], check=True)
