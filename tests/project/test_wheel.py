"""The wheel, installed into an environment of its own: what is in it, and what its command does."""

from __future__ import annotations

import email
import json
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from availability import __version__
from availability.facts.library import snapshot_ids
from tests.paths import ROOT

PACKAGES = ("availability", "components")
FLASH = ["gemini-3.8-flash", "--residency", "eu"]


def tracked() -> set[str]:
    """The files of the packages that are in the repository, or would be with the next commit."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PACKAGES]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in done.stdout.splitlines() if (ROOT / name).exists()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", folder], cwd=ROOT, capture_output=True, check=True)
    [made] = folder.glob("*.whl")
    return made


class Installed:
    """An environment that has the wheel, and what it depends on from that of the tests."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.environment = folder / "environment"
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        venv.create(self.environment, symlinks=True)
        self.bin = self.environment / "bin"
        install = ["pip", "--python", self.bin / "python", "install", "--no-deps", "--no-index"]
        subprocess.run([sys.executable, "-m", *install, "--quiet", wheel], check=True)
        [site] = self.environment.glob("lib/python*/site-packages")
        site.joinpath("dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(
        self, *words: str | Path, path: Path | None = None, lent: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment in a folder that has nothing to do with the project.

        `lent` is set by a program that has the environment on the PATH of what it starts alone.
        """
        environment = {"PATH": str(path or "/nowhere"), "HOME": str(self.elsewhere)}
        if lent:
            environment |= {"PATH": str(self.bin), lent: "1"}
        command = [self.bin / words[0], *words[1:]]
        return subprocess.run(
            command, cwd=self.elsewhere, env=environment, capture_output=True, text=True
        )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


def test_the_wheel_has_all_of_the_packages_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == tracked()
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert {f"availability/snapshots/{day}/snapshot.json" for day in snapshot_ids()} <= names


def test_only_the_extra_needs_pulumi(wheel: Path) -> None:
    [name] = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA")]
    metadata = email.message_from_bytes(zipfile.ZipFile(wheel).read(name))
    needed = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    assert {one.name for one in needed if one.marker} == {"pulumi", "pulumi-gcp"}
    assert {str(one.marker) for one in needed if one.marker} == {'extra == "pulumi"'}
    assert metadata["Version"] == __version__


def test_the_command_answers_from_any_folder(installed: Installed) -> None:
    done = installed.run("vertex-residency", "resolve", *FLASH)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("gemini-3.8-flash (Gemini 3.8 Flash) in ")
    version = installed.run("vertex-residency", "--version")
    assert version.stdout == f"vertex-residency {__version__}\n"


def test_the_command_loads_what_was_installed_and_no_pulumi(installed: Installed) -> None:
    code = (
        "import json, sys, availability.command_line.cli as cli\n"
        "status = cli.main(['resolve', 'gemini-3.8-flash', '--residency', 'eu'])\n"
        "print(json.dumps([status, cli.__file__, 'pulumi' in sys.modules]))"
    )
    done = installed.run("python", "-c", code)
    status, file, has_pulumi = json.loads(done.stdout.splitlines()[-1])
    assert (status, has_pulumi) == (0, False)
    assert Path(file).is_relative_to(installed.environment)


@pytest.mark.parametrize(
    ("on_path", "words"),
    [(True, "vertex-residency"), (False, "{bin}/vertex-residency")],
    ids=["on-the-path", "by-its-path"],
)
def test_a_printed_command_is_the_command_as_it_is_found(
    installed: Installed, on_path: bool, words: str
) -> None:
    path = installed.bin if on_path else None
    done = installed.run("vertex-residency", "resolve", "gemini-9", "--residency", "eu", path=path)
    assert done.returncode == 1
    assert f"     {words.format(bin=installed.bin)} refresh" in done.stdout.splitlines()


def test_a_printed_command_of_the_module_names_its_python(installed: Installed) -> None:
    command = ["-m", "availability", "resolve", "gemini-9", "--residency", "eu"]
    done = installed.run("python", *command)
    printed = f"     {installed.bin}/python -m availability refresh"
    assert printed in done.stdout.splitlines()
    on_path = installed.run("python", *command, path=installed.bin)
    assert "     python -m availability refresh" in on_path.stdout.splitlines()


def test_the_command_reads_a_stack_of_the_folder_that_it_is_run_in(installed: Installed) -> None:
    for name in ("Pulumi.yaml", "stacks/Pulumi.prod.yaml"):
        copy = installed.elsewhere / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text((ROOT / name).read_text("utf-8"), "utf-8")
    by_file = installed.run("vertex-residency", "plan", "stacks/Pulumi.prod.yaml", "--json")
    assert (by_file.returncode, by_file.stderr) == (0, "")
    assert json.loads(by_file.stdout)["stack"] == "prod"
    by_name = installed.run("vertex-residency", "evidence", "prod", "--format", "json")
    assert (by_name.returncode, by_name.stderr) == (0, "")


HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


@pytest.mark.parametrize(("residency", "status"), [("eu", 0), ("de", 1), ("mars", 2)])
def test_the_hook_of_pre_commit_refuses_a_stack_that_is_not_placed(
    installed: Installed, tmp_path: Path, residency: str, status: int
) -> None:
    """The command as pre-commit calls it: with the files that change, and its own PATH."""
    [hook] = HOOKS
    assert (hook["language"], hook["require_serial"]) == ("python", True)
    text = (ROOT / "stacks" / "Pulumi.prod.yaml").read_text("utf-8")
    stack = tmp_path / "Pulumi.prod.yaml"
    own = f"      model: gemini-3.8-flash\n      residency: {residency}\n"
    stack.write_text(text.replace("      model: gemini-3.8-flash\n", own), "utf-8")
    assert re.search(hook["files"], "stacks/Pulumi.prod.yaml")
    assert re.search(hook["files"], "Pulumi.dev.yml")
    assert not re.search(hook["files"], "Pulumi.yaml")
    done = installed.run(*hook["entry"].split(), stack, lent="PRE_COMMIT")
    assert done.returncode == status
    assert f"{installed.bin}/vertex-residency plan" in done.stdout or status != 1


def test_the_components_are_typed_and_there(installed: Installed) -> None:
    code = "import components; print(components.ModelEndpoint.__name__, components.__file__)"
    name, file = installed.run("python", "-c", code).stdout.split()
    assert name == "ModelEndpoint"
    assert Path(file).is_relative_to(installed.environment)
    assert Path(file).with_name("py.typed").exists()
