"""Copies of the project whose stacks a test changes, and what they leave in the cloud."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML

from sandbox.workspace import Sandbox
from tests.paths import ROOT

ProjectSandbox = Callable[..., Sandbox]


def copy_of_the_project(folder: Path) -> Path:
    """The program and its stacks in a folder of their own; the packages stay where they are."""
    project = folder / "copy"
    shutil.copytree(ROOT / "stacks", project / "stacks")
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, project / name)
    return project


def change(project: Path, stack: str, **deployments: dict[str, object]) -> None:
    """Give deployments of a stack other keys; those that it doesn't have are added."""
    path = project / "stacks" / f"Pulumi.{stack}.yaml"
    yaml = YAML()
    document = yaml.load(path)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    for name, keys in deployments.items():
        document["config"]["vertex-residency:deployments"].setdefault(name, {}).update(keys)
    yaml.dump(document, path)  # pyright: ignore[reportUnknownMemberType]


_DEPLOYED = TemporaryDirectory(prefix="deployed-")
_deployed: dict[tuple[str, ...], Path] = {}
"""A stack's name and what it was made from -> the state and the cloud that came of it."""


def begin(sandbox: Sandbox, stack: str) -> None:
    """Bring up a stack of the project in a sandbox that has nothing yet.

    Many tests begin with the same: the engine runs for the first of them, and the others get a copy
    of what it left. That depends on the program, the files of project and stack, and nothing else.
    """
    assert not sandbox.directory.exists()
    assert not sandbox.environment
    project = sandbox.project
    files = ("Pulumi.yaml", "__main__.py", f"stacks/Pulumi.{stack}.yaml")
    made_from = (stack, *((project / name).read_text(encoding="utf-8") for name in files))
    kept = _deployed.get(made_from)
    if kept is None:
        result = sandbox.up(stack)
        assert result.ok, result.text
        _deployed[made_from] = kept = Path(_DEPLOYED.name) / str(len(_deployed))
        shutil.copytree(sandbox.backend, kept / "state")
        shutil.copy(sandbox.cloud_file, kept / "cloud")
        return
    shutil.copytree(kept / "state", sandbox.backend)
    shutil.copy(kept / "cloud", sandbox.cloud_file)


def everything(sandbox: Sandbox) -> list[tuple[str, str]]:
    """(type, id) of all that is in the emulated cloud and not deleted."""
    cloud = sandbox.cloud()
    try:
        return sorted((row.type, row.id) for row in cloud.rows() if row.deleted_at is None)
    finally:
        cloud.close()


PRIVATE = {"network": "apps", "subnetwork": "apps", "address": "10.255.255.254"}


def set_keys(project: Path, stack: str, **keys: object) -> None:
    """Give a stack these keys; None takes one away."""
    path = project / "stacks" / f"Pulumi.{stack}.yaml"
    yaml = YAML()
    document: Any = yaml.load(path)  # pyright: ignore[reportUnknownMemberType]
    for key, value in keys.items():
        name = key.replace("__", ":") if "__" in key else f"vertex-residency:{key}"
        document["config"].pop(name, None)
        if value is not None:
            document["config"][name] = value
    yaml.dump(document, path)  # pyright: ignore[reportUnknownMemberType]
