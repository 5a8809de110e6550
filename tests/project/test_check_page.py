"""`docs/check.md`: its lists are the code's, and the answer to its query has the keys it names."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys

from availability.check.findings import RULES
from availability.command_line.terraform_command import KEYS
from availability.report.formats import Format
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
RECORDED = ROOT / "tests" / "availability" / "check" / "recorded"
COMMAND = "python -m availability"
CHECKS = re.findall(rf"^{COMMAND} (check .*)$", PAGE, re.MULTILINE)


def test_it_has_a_command_for_each_kind_of_file():
    assert [shlex.split(command)[1] for command in CHECKS] == ["--pulumi", "--terraform"]


def test_its_query_is_placed():
    found = re.search(rf"^echo '(.*)' \| {COMMAND} (terraform)$", PAGE, re.MULTILINE)
    assert found is not None
    done = subprocess.run(
        [sys.executable, "-m", "availability", found[2]],
        cwd=ROOT,
        input=found[1].encode(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)) <= set(re.findall(r"`(\w+)`", PAGE))


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(title: str) -> set[str]:
    return set(re.findall(r"^\| `([a-z-]+)` \|", section(title), re.MULTILINE))


def test_it_has_every_rule():
    assert first_cells("What is checked") == set(RULES)


def test_it_has_every_key_of_a_query_and_every_format():
    assert set(KEYS) <= set(
        re.findall(r"`(\w+)`", section("Terraform programs that want to be placed"))
    )
    assert {str(form) for form in Format} <= set(re.findall(r"`(\w+)`", section("Options")))


def test_it_has_every_policy_with_its_rules_and_its_level():
    """As the pack declares them, which this environment can't load."""
    source = (ROOT / "policy" / "residency_policies" / "policies.py").read_text(encoding="utf-8")
    kinds = source.partition("\nKINDS = (")[2].partition("\n)\n")[0]
    names = re.findall(r"^        (?:\"([a-z-]+)\"|RESIDENCY),$", kinds, re.MULTILINE)
    told = [name or "residency" for name in names]
    assert first_cells("The policy pack") == {*told, "stores"}
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \| \w+ \|$", section("The policy pack"), re.M))
    rules = {rule for cell in rows.values() for rule in re.findall(r"`([a-z-]+)`", cell)}
    assert rules == set(RULES)
    config = re.search(r"```json policies.json\n(.*?)```", section("The policy pack"), re.DOTALL)
    assert config is not None
    assert set(json.loads(config[1])) <= {*told, "stores"}
