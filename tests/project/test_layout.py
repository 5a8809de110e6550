"""The pure layer stays pure and quick to start, and its tables leave nothing out."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from availability.cloud.permissions import PREDICT, caller_permissions
from availability.cloud.services import SERVICES, Feature
from availability.explanation.alternatives.single import KINDS, Kind
from availability.facts.library import load, snapshot_ids
from availability.facts.snapshot import Call, Citation, Commitment, ContextSize, Family, Need
from availability.placement.endpoints import FORMS
from availability.placement.rules import WAIVABLE, Rule
from availability.placement.warnings import WarningId
from availability.places.areas import ADEQUACY_TERMS, AREA_TERMS, REST_OF, excluded_area, term_area
from availability.places.geography import distance, places, regions
from availability.places.residency import Guarantee
from availability.stack.keys import StackKeys
from availability.stack.shape import names_of
from tests.paths import ROOT

MODULES = sorted((ROOT / "availability").rglob("*.py"))


def imported(module: Path) -> set[str]:
    """The names of all modules that a module imports, at the top and inside of functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_neither_pulumi_nor_what_is_above_it(module: Path):
    tops = {name.partition(".")[0] for name in imported(module)}
    assert not tops & {"pulumi", "pulumi_gcp", "components", "sandbox", "tests", "__main__"}


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if path.parent.name != "ingest"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_that_a_stack_uses_needs_no_development_requirement(module: Path):
    tops = {name.partition(".")[0] for name in imported(module)}
    assert not tops & {"markdown_it", "mdit_py_plugins", "pytest", "hypothesis", "anthropic"}
    assert "availability.ingest" not in {name.rpartition(".")[0] for name in imported(module)}


REFERENCE = "availability.stack.reference"
FOLDERS = (
    "input",
    "places",
    "facts",
    "placement",
    "explanation",
    "cloud",
    "stack",
    "report",
    "command_line",
)
"""The folders of `availability`: each imports only from itself and from those before it."""
BELOW = {name: {*FOLDERS[: index + 1]} for index, name in enumerate(FOLDERS)}
BELOW["ingest"] = {"ingest", *BELOW["facts"]}
TOP = {"__init__.py", "__main__.py"}


def folder_of(module: str) -> str:
    """The folder that a module of `availability` is in."""
    return module.split(".")[1] if module.startswith("availability.") else ""


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if path.parent.name != "availability"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_imports_only_from_its_own_folder_and_those_below(module: Path):
    own = module.relative_to(ROOT / "availability").parts[0]
    folders = {folder_of(name) for name in imported(module)} - {""}
    assert folders <= BELOW[own]


def test_every_module_is_in_a_folder_of_the_house():
    assert {path.name for path in (ROOT / "availability").glob("*.py")} == TOP
    assert {path.parent.name for path in (ROOT / "availability").glob("*/*.py")} == set(BELOW)


@pytest.mark.parametrize(
    "module",
    sorted((ROOT / "components" / "registration").glob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_registration_knows_no_component(module: Path):
    above = {name for name in imported(module) if name.startswith("components.")}
    assert all(name.startswith("components.registration") for name in above)


HEAVY = (
    "lark", "pulumi", "pulumi_gcp", "rich", "ruamel", "ruamel.yaml", "rapidfuzz", "pycountry",
    REFERENCE,
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


def test_a_plan_loads_no_pulumi_and_writes_no_reference():
    status, names = loaded("plan", "stacks/Pulumi.prod.yaml")
    assert status == 0
    assert not set(names) & {"pulumi", "pulumi_gcp", REFERENCE}


# Tables over closed vocabularies


def test_every_family_does_one_kind_of_work_and_every_kind_is_done():
    assert set(KINDS) == set(Family)
    assert set(KINDS.values()) == set(Kind)


def test_every_need_has_permissions_but_ways_to_pay_and_predict_has_too():
    ways_to_pay = {Need.PROVISIONED_THROUGHPUT, Need.PRIORITY_PAYGO, Need.FLEX_PAYGO}
    needs = {need.value for need in Need} - {need.value for need in ways_to_pay}
    assert set(caller_permissions()) == needs | {PREDICT}
    assert all(
        permission.startswith("aiplatform.")
        for permissions in caller_permissions().values()
        for permission in permissions
    )
    assert caller_permissions()[PREDICT] == ("aiplatform.endpoints.predict",)


def test_the_rules_are_those_of_the_design():
    assert [rule.value for rule in Rule] == [
        "unknown-model",
        "unknown-location",
        "legacy",
        "retired",
        "preview",
        "capability",
        "not-served",
        "residency",
        "ml-processing",
        "pinned",
        "colocation",
    ]
    assert [one.value for one in Guarantee] == ["endpoint", "ml-processing"]


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_location_of_a_snapshot_is_a_known_place(name: str):
    assert load(name).location_ids <= set(places())


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_region_of_a_snapshot_has_coordinates(name: str):
    inside = load(name).location_ids & set(regions())
    assert all(distance(one, one) == 0 for one in inside)


def test_every_multi_region_is_a_jurisdiction_with_a_rest():
    assert {code for code, place in places().items() if place.kind == "multi-region"} == set(
        REST_OF
    )


def test_every_way_to_call_a_model_has_a_form_or_a_reason_why_there_is_none():
    assert set(FORMS) == set(Call)


def test_every_feature_has_its_service():
    assert set(SERVICES) == set(Feature)


@pytest.mark.parametrize("term", [*AREA_TERMS, *ADEQUACY_TERMS])
def test_every_area_holds_something_and_goes_when_it_is_excluded(term: str):
    assert term_area(term)
    assert term_area(term) <= excluded_area(term)


@pytest.mark.parametrize("member", [*Rule, *WarningId])
def test_every_rule_and_every_warning_has_its_meaning_in_a_sentence(member: Rule | WarningId):
    assert re.fullmatch(r"[A-Z][^.]*\.", member.meaning)


@pytest.mark.parametrize("warning", WarningId)
def test_every_warning_is_about_a_key_of_the_stack(warning: WarningId):
    namespace, _, name = warning.key.partition(":")
    known = names_of(StackKeys) if namespace == "vertex-residency" else ("project", "region")
    assert name in known


def test_only_rules_about_the_model_can_be_accepted():
    about_places = {
        Rule.NOT_SERVED,
        Rule.RESIDENCY,
        Rule.ML_PROCESSING,
        Rule.PINNED,
        Rule.COLOCATION,
    }
    assert not about_places & {*WAIVABLE}


@pytest.mark.parametrize("size", [*ContextSize, None])
def test_only_a_commitment_for_the_largest_size_covers_every_size(size: ContextSize | None):
    cite = Citation(source="page")
    largest = [*ContextSize][-1]
    covering = [
        limit for limit in ContextSize if Commitment(area="eu", up_to=limit, cite=cite).covers(size)
    ]
    assert covering == [*ContextSize][[*ContextSize].index(size or largest) :]
