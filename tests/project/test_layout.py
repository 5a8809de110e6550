"""The folders of the house: what imports what, and that a start loads nothing slow."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.paths import ROOT

MODULES = sorted((ROOT / "availability").rglob("*.py"))


@cache
def imported(module: Path) -> frozenset[str]:
    """The names of all modules that a module imports, at the top and inside of functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found.add(node.module or "")
    return frozenset(found)


def importing(modules: Iterable[Path], packages: set[str]) -> dict[str, set[str]]:
    """The modules that import any of these packages, each with those that it imports."""
    tops = {path: {name.partition(".")[0] for name in imported(path)} for path in modules}
    return {
        str(path.relative_to(ROOT)): found & packages
        for path, found in tops.items()
        if found & packages
    }


def test_no_module_imports_pulumi_or_what_is_above_it():
    above = {"pulumi", "pulumi_gcp", "components", "sandbox", "tests", "__main__"}
    assert MODULES
    assert importing(MODULES, above) == {}


def test_no_module_that_a_stack_uses_reads_pages_or_needs_a_development_requirement():
    used = [path for path in MODULES if path.parent.name != "ingest"]
    assert importing(used, {"pytest", "hypothesis", "anthropic"}) == {}
    assert importing(used, {"markdown_it", "mdit_py_plugins", "bs4", "httpx"}) == {}


REFERENCE = "availability.stack.reference"
FOLDERS = (
    "input",
    "places",
    "facts",
    "placement",
    "explanation",
    "cloud",
    "check",
    "stack",
    "report",
    "command_line",
)
"""The folders of `availability`: each imports only from itself and from those before it."""
BELOW = {name: {*FOLDERS[: index + 1]} for index, name in enumerate(FOLDERS)}
BELOW["ingest"] = {"ingest", *BELOW["facts"]}
REFRESH = {"availability/command_line/snapshot_commands.py", "availability/report/refresh.py"}
"""The command that reads pages, and what it prints: nothing else knows of `ingest`."""
TOP = {"__init__.py", "__main__.py"}


def folder_of(module: str) -> str:
    """The folder that a module of `availability` is in."""
    return module.split(".")[1] if module.startswith("availability.") else ""


def above(module: Path) -> set[str]:
    """The folders that a module imports from, and that are not below its own."""
    own = module.relative_to(ROOT / "availability").parts[0]
    folders = {folder_of(name) for name in imported(module)} - {""}
    refreshes = module.relative_to(ROOT).as_posix() in REFRESH
    return folders - BELOW[own] - ({"ingest"} if refreshes else set[str]())


def test_a_module_imports_only_from_its_own_folder_and_those_below():
    inside = [path for path in MODULES if path.parent.name != "availability"]
    wrong = {str(path.relative_to(ROOT)): above(path) for path in inside if above(path)}
    assert wrong == {}


def test_every_module_is_in_a_folder_of_the_house():
    assert {path.name for path in (ROOT / "availability").glob("*.py")} == TOP
    assert {path.parent.name for path in (ROOT / "availability").glob("*/*.py")} == set(BELOW)


def test_registration_knows_no_component():
    wrong = {
        str(module.relative_to(ROOT)): name
        for module in sorted((ROOT / "components" / "registration").glob("*.py"))
        for name in imported(module)
        if name.startswith("components.") and not name.startswith("components.registration")
    }
    assert wrong == {}


HEAVY = (
    "lark", "pulumi", "pulumi_gcp", "rich", "ruamel", "ruamel.yaml", "rapidfuzz", "pycountry",
    "bs4", "httpx", "markdown_it", "shtab", "availability.places.elsewhere", REFERENCE,
)  # fmt: skip
LOADED = """
import contextlib, io, json, sys
from availability.command_line.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    status = main({argv!r})
print(json.dumps([status, [name for name in {heavy!r} if name in sys.modules]]))
"""


def loaded(*argv: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(argv=[*argv], heavy=HEAVY)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    status, names = json.loads(done.stdout)
    return status, names


@pytest.mark.parametrize(
    "argv",
    [
        ("resolve", "gemini-2.0-flash-001", "--residency", "eu"),
        ("resolve", "gemini-2.0-flash-001", "--residency", "eu", "--json", "--project", "acme-dev"),
        ("resolve", "claude-3-haiku@20240307", "--residency", "eu", "--guarantee", "ml-processing"),
        ("resolve", "text-embedding-005", "--residency", "de,jp,no", "--excluding", "fr"),
        ("resolve", "Gemini 2.0 Flash", "--residency", "any", "--as-of", "2025-05-12"),
    ],
    ids=" ".join,
)
def test_a_placed_request_loads_nothing_that_is_slow(argv: tuple[str, ...]):
    status, names = loaded(*argv, "--snapshot", "2025-05-12")
    assert (status, names) == (0, [])


@pytest.mark.parametrize("snapshot", ["2025-05-12", "2026-11-12"])
def test_facts_load_nothing_that_is_slow(snapshot: str):
    assert loaded("facts", "text-embedding-005", "--snapshot", snapshot) == (0, [])


@pytest.mark.parametrize(
    "argv",
    [
        ("plan", "stacks/Pulumi.prod.yaml"),
        ("diff", "2026-10-10", "2026-11-12", "--stacks", "stacks/Pulumi.prod.yaml"),
    ],
    ids=lambda argv: argv[0],
)
def test_a_plan_loads_no_pulumi_reads_no_pages_and_writes_no_reference(argv: tuple[str, ...]):
    status, names = loaded(*argv)
    assert status == 0
    assert not set(names) & {"pulumi", "pulumi_gcp", "bs4", "httpx", "markdown_it", REFERENCE}
