"""Annotations stand at the line that decides, in the file where that is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from availability.input.errors import BadInput
from availability.placement.request import Refusal, Request
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.residency import Residency
from availability.report.findings import BAD_INPUT, Checked, Finding
from availability.stack.config import Deployment
from availability.stack.deciding import spots_of_refusal
from availability.stack.keys import DeploymentKeys
from availability.stack.reading import Stack, plan_file, read_stack
from availability.stack.shape import names_of

HEAD = """\
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: 2026-11-12
  vertex-residency:asOf: 2026-11-27
"""
PROJECT = """\
name: vertex-residency
runtime: python
config:
"""


IN_2025 = HEAD.replace("2026-11-12", "2025-05-12").replace("2026-11-27", "2025-06-01")
"""A day on which old models were closed to new projects, and not yet shut down."""


def checked(folder: Path, stack: str, project: str | None = None) -> Checked:
    """What becomes of a stack in a folder of its own."""
    path = folder / "Pulumi.prod.yaml"
    path.write_text(stack if stack.startswith("config:") else HEAD + stack, encoding="utf-8")
    if project is not None:
        (folder / "Pulumi.yaml").write_text(PROJECT + project, encoding="utf-8")
    read = read_stack(path)
    try:
        return Checked(path, read, plan_file(read, {}))
    except BadInput as error:
        return Checked(path, read, error)


def pointed_at(finding: Finding) -> str:
    """The file that a finding points at, and what stands there, to the end of the line."""
    line = finding.file.read_text(encoding="utf-8").splitlines()[finding.at.line - 1]
    return f"{finding.file.name}: {line[finding.at.column - 1 :].partition('  #')[0]}"


def found(folder: Path, rule: str, stack: str, project: str | None = None) -> set[str]:
    """Where all findings of a rule or a warning point at."""
    findings = checked(folder, stack, project).findings
    return {pointed_at(finding) for finding in findings if finding.rule == rule}


@dataclass(frozen=True)
class Case:
    """A stack, and where it is to be annotated for what."""

    rule: Rule | WarningId
    at: str
    stack: str
    project: str | None = None


FLOATING = WarningId.FLOATING_SNAPSHOT.value
ALL = frozenset(["eu", "us", "europe-west3"])
REQUEST = Request("gemini-3.5-flash", Residency.parse("any"))
KEYS = DeploymentKeys.model_validate({"model": "gemini-3.5-flash"})
DEPLOYMENT = Deployment("chat", REQUEST, KEYS)
CHAT = "  vertex-residency:deployments:\n    chat:\n"
EU = "  vertex-residency:residency: eu\n"
STRICT = "  vertex-residency:residency: {within: eu, guarantee: ml-processing}\n"
LIVE = "      model: gemini-live-2.5-flash-native-audio\n"
PREVIEW = "      model: gemini-3-flash-preview\n"
FLASH = "      model: gemini-3.5-flash\n"
REFUSED = [
    Case(
        Rule.UNKNOWN_MODEL, "Pulumi.prod.yaml: gemini-99", EU + CHAT + "      model: gemini-99\n"
    ),
    Case(
        Rule.UNKNOWN_LOCATION,
        "Pulumi.prod.yaml: gemini-embedding-001",
        EU + CHAT + "      model: gemini-embedding-001\n",
    ),
    Case(
        Rule.RETIRED, "Pulumi.prod.yaml: gemini-2.5-pro", EU + CHAT + "      model: gemini-2.5-pro"
    ),
    Case(
        Rule.LEGACY,
        "Pulumi.prod.yaml: gemini-1.5-pro-002",
        IN_2025 + EU + CHAT + "      model: gemini-1.5-pro-002\n",
    ),
    Case(
        Rule.LEGACY,
        "Pulumi.prod.yaml: false",
        IN_2025 + EU + CHAT + "      model: gemini-1.5-pro-002\n      priorUsage: false\n",
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.prod.yaml: de",
        EU + CHAT + LIVE + "      residency: de\n",
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.prod.yaml: de # all",
        "  vertex-residency:residency: de # all\n" + CHAT + LIVE,
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.prod.yaml: [de]",
        EU + CHAT + LIVE + "      residency:\n        guarantee: endpoint\n        within: [de]\n",
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.yaml: de",
        CHAT + LIVE,
        "  vertex-residency:residency:\n    default: de\n    type: string\n",
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.prod.yaml: tuning]",
        EU + CHAT + FLASH + "      residency: de\n      needs: [context-caching, tuning]\n",
    ),
    Case(
        Rule.ML_PROCESSING,
        "Pulumi.prod.yaml: ml-processing}",
        STRICT + CHAT + LIVE,
    ),
    Case(
        Rule.ML_PROCESSING,
        "Pulumi.prod.yaml: ml-processing}",
        STRICT + CHAT + LIVE + "      residency: europe\n",
    ),
    Case(
        Rule.ML_PROCESSING,
        "Pulumi.prod.yaml: ml-processing # own",
        EU + CHAT + LIVE + "      residency:\n        within: eu\n"
        "        guarantee: ml-processing # own\n",
    ),
    Case(
        Rule.DATA_SHARING,
        "Pulumi.prod.yaml: ml-processing}",
        STRICT + CHAT + "      model: claude-fable-5\n",
    ),
    Case(
        Rule.CAPABILITY,
        "Pulumi.prod.yaml: tuning",
        EU
        + CHAT
        + "      model: gemini-2.5-flash-image\n      needs:\n"
        "        - batch-prediction\n        - tuning\n",
    ),
    Case(
        Rule.CAPABILITY,
        'Pulumi.prod.yaml: "tuning"',
        EU + CHAT + '      model: gemini-2.5-flash-image\n      needs: "tuning"\n',
    ),
    Case(
        Rule.CONTROLS,
        "Pulumi.prod.yaml: [data-residency]",
        EU + "  vertex-residency:controls: [data-residency]\n" + CHAT + PREVIEW,
    ),
    Case(
        Rule.CONTROLS,
        "Pulumi.prod.yaml: data-residency",
        EU + CHAT + PREVIEW + "      controls: data-residency\n",
    ),
    Case(
        Rule.PREVIEW,
        "Pulumi.prod.yaml: false # own",
        EU + "  vertex-residency:allowPreview: true\n" + CHAT + PREVIEW
        + "      allowPreview: false # own\n",
    ),
    Case(
        Rule.PREVIEW,
        "Pulumi.prod.yaml: false # all",
        EU + "  vertex-residency:allowPreview: false # all\n" + CHAT + PREVIEW,
    ),
    Case(
        Rule.PREVIEW,
        "Pulumi.yaml: false",
        EU + CHAT + PREVIEW,
        "  allowPreview:\n    type: boolean\n    default: false\n",
    ),
    Case(
        Rule.PREVIEW,
        "Pulumi.prod.yaml: {rule: preview, until: 2026-01-01, reason: trial}",
        EU + "  vertex-residency:allowPreview: false\n" + CHAT + PREVIEW + "      accept:\n"
        "        - {rule: retired, until: 2027-01-01, reason: other}\n"
        "        - {rule: preview, until: 2026-01-01, reason: trial}\n",
    ),
    Case(
        Rule.PINNED,
        "Pulumi.prod.yaml: us-central1",
        EU + CHAT + FLASH + "      location: us-central1\n",
    ),
    Case(
        Rule.RETIRED,
        "Pulumi.prod.yaml: gemini-2.5-pro",
        EU + CHAT + "      location: europe-west3\n      model: gemini-2.5-pro\n",
    ),
    Case(
        Rule.RESIDENCY,
        "Pulumi.prod.yaml: de # area",
        EU + CHAT + LIVE + "      location: us-central1\n      residency: de # area\n",
    ),
    Case(
        Rule.NOT_SERVED,
        "Pulumi.prod.yaml: europe-west3",
        EU + CHAT + LIVE + "      residency: de\n      location: europe-west3\n",
    ),
    Case(
        Rule.COLOCATION,
        "Pulumi.prod.yaml: [chat, other]",
        "  vertex-residency:colocate:\n    - [chat, other]\n"
        + CHAT + FLASH + "      residency: de\n"
        "    other: {model: gemini-3.5-flash, residency: us}\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.rule}-{case.at}")
def test_a_refusal_points_at_what_decides(case: Case, tmp_path: Path):
    assert found(tmp_path, case.rule, case.stack, case.project) == {case.at}


def test_every_rule_is_tried():
    assert {case.rule for case in REFUSED} == {*Rule}


def test_a_model_that_is_served_nowhere_is_pointed_at_and_a_pin_where_it_is_not_served():
    nowhere = Refusal(REQUEST, None, location_rules={Rule.NOT_SERVED: ALL}, universe=tuple(ALL))
    pinned = replace(nowhere, request=replace(REQUEST, location="europe-west3"))
    [model, name] = spots_of_refusal(DEPLOYMENT, nowhere)
    assert model.path == "vertex-residency:deployments.chat.model"
    assert (name.path, name.key) == ("vertex-residency:deployments.chat", True)
    assert spots_of_refusal(DEPLOYMENT, pinned)[0].path.endswith(".chat.location")


WARNED = [
    Case(
        WarningId.ENDPOINT_GUARANTEE,
        "Pulumi.prod.yaml: eu",
        EU + CHAT + FLASH,
    ),
    Case(
        WarningId.ENDPOINT_GUARANTEE,
        "Pulumi.prod.yaml: endpoint}",
        STRICT + CHAT + FLASH + "      residency: {within: eu, guarantee: endpoint}\n",
    ),
    Case(
        WarningId.ENDPOINT_GUARANTEE,
        "Pulumi.prod.yaml: {warning: endpoint-guarantee, until: 2026-01-01, reason: x}",
        EU + CHAT + FLASH + "      accept:\n"
        "        - {warning: endpoint-guarantee, until: 2026-01-01, reason: x}\n",
    ),
    Case(WarningId.AS_OF, "Pulumi.prod.yaml: 2026-11-27", EU + CHAT + FLASH),
    Case(
        WarningId.WAIVED,
        "Pulumi.prod.yaml: {rule: retired, until: 2027-01-01, reason: x}",
        EU + CHAT + FLASH + "      accept:\n"
        "        - {rule: retired, until: 2027-01-01, reason: x}\n",
    ),
    Case(
        WarningId.INVALID_PREFERENCE,
        "Pulumi.prod.yaml: us-east1]",
        EU + CHAT + FLASH + "      prefer: [europe-west1, us-east1]\n",
    ),
    Case(
        WarningId.INVALID_PREFERENCE,
        "Pulumi.prod.yaml: nowhere",
        EU + "  gcp:region: nowhere\n" + CHAT + FLASH,
    ),
    Case(
        WarningId.UNKNOWN_CAPABILITY,
        "Pulumi.prod.yaml: rag-corpus]",
        EU + CHAT + "      model: text-embedding-005\n      needs: [tuning, rag-corpus]\n",
    ),
    Case(WarningId.PREVIEW_MODEL, "Pulumi.prod.yaml: gemini-3-flash-preview",
         "  vertex-residency:residency: any\n" + CHAT + PREVIEW),
    Case(WarningId.PARTNER_TERMS, "Pulumi.prod.yaml: claude-fable-5",
         EU + CHAT + "      model: claude-fable-5\n"),
    Case(WarningId.SHARING, "Pulumi.prod.yaml: claude-fable-5",
         EU + CHAT + "      model: claude-fable-5\n"),
    Case(
        WarningId.OPEN_PROJECT,
        "Pulumi.prod.yaml: on",
        EU + "  vertex-residency:guardrails: on\n" + CHAT + FLASH + "      residency: any\n",
    ),
    Case(
        WarningId.EXPLICIT_CACHES,
        "Pulumi.prod.yaml: off",
        EU + "  gcp:region: europe-west1\n  vertex-residency:caching: off\n" + CHAT + FLASH
        + "      needs: [context-caching]\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", WARNED, ids=lambda case: f"{case.rule}-{case.at}")
def test_a_warning_points_at_what_it_is_about(case: Case, tmp_path: Path):
    assert case.at in found(tmp_path, case.rule, case.stack, case.project)


def test_a_stack_that_follows_the_newest_snapshot_is_pointed_at_where_its_project_says_so(
    tmp_path: Path,
):
    config = "config:\n  gcp:project: acme-prod\n  vertex-residency:residency: eu\n" + CHAT + FLASH
    (tmp_path / "Pulumi.prod.yaml").write_text(config, encoding="utf-8")
    declared = "  snapshot:\n    type: string\n    default: newest\n"
    (tmp_path / "Pulumi.yaml").write_text(PROJECT + declared, encoding="utf-8")
    read = read_stack(tmp_path / "Pulumi.prod.yaml")
    outcome = plan_file(read, {})
    with_project = Checked(read.file.path, read, outcome)
    [floating] = [one for one in with_project.findings if one.rule == FLOATING]
    assert pointed_at(floating) == "Pulumi.yaml: newest"
    alone = Checked(read.file.path, Stack(read.file), outcome)
    [floating] = [one for one in alone.findings if one.rule == FLOATING]
    assert (floating.at.line, floating.at.column) == (1, 1)


def test_a_value_that_is_encrypted_is_pointed_at(tmp_path: Path):
    stack = EU + "  gcp:region: {secure: v1:abc}\n" + CHAT + FLASH
    at = {"Pulumi.prod.yaml: {secure: v1:abc}"}
    assert found(tmp_path, WarningId.UNKNOWN_OFFLINE, stack) == at


def test_a_mistake_in_a_value_of_the_project_points_there(tmp_path: Path):
    project = "  vertex-residency:residency:\n    type: string\n    default: germanny\n"
    assert found(tmp_path, BAD_INPUT, CHAT + FLASH, project) == {"Pulumi.yaml: germanny"}


def test_a_value_of_the_project_that_the_stack_replaces_is_not_pointed_at(tmp_path: Path):
    project = "  vertex-residency:deployments:\n    value:\n      chat: {residency: de}\n"
    stack = "  vertex-residency:residency: de # own\n" + CHAT + LIVE
    assert found(tmp_path, Rule.RESIDENCY, stack, project) == {"Pulumi.prod.yaml: de # own"}


def test_a_mistake_in_the_file_of_the_project_is_told_at_its_line_there(tmp_path: Path):
    stack = tmp_path / "Pulumi.prod.yaml"
    stack.write_text(HEAD + EU + CHAT + FLASH, encoding="utf-8")
    project = tmp_path / "Pulumi.yaml"
    project.write_text(PROJECT + "  gcp:region: {type: string, value: x}\n", encoding="utf-8")
    with pytest.raises(BadInput) as raised:
        read_stack(stack)
    [finding] = Checked(stack, None, raised.value).findings
    assert (finding.file, finding.at.line) == (project, 4)


@pytest.mark.parametrize("warning", WarningId)
def test_every_warning_about_a_deployment_is_about_one_of_its_keys(warning: WarningId):
    known = {*names_of(DeploymentKeys), "residency.guarantee", None}
    assert warning.own_key in known
