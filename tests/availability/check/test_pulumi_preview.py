"""Previews of Pulumi: one that the real engine printed, and what can be otherwise in others."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from availability.check.pulumi_preview import preview_of
from availability.check.rules import Standard, check
from availability.check.values import UNKNOWN, Sensitive
from availability.facts.library import load
from availability.input.errors import BadInput
from availability.places.residency import Residency

RECORDED = Path(__file__).parent / "recorded" / "preview.json"
STANDARD = Standard(Residency.parse("eu"), load("2026-11-12"), dt.date(2026, 11, 27))
URN = "urn:pulumi:dev::tiny::gcp:vertex/aiIndex:AiIndex::search"
PROVIDER = "urn:pulumi:dev::tiny::pulumi:providers:gcp::{0}::04da6b54"
LATER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def said(document: dict[str, Any]) -> list[tuple[str, str]]:
    read = preview_of(document, "preview.json")
    findings = (*check(read.resources, STANDARD), *read.findings)
    return [(finding.address.rpartition("::")[2], finding.rule) for finding in findings]


def step(op: str = "create", urn: str = URN, **state: Any) -> dict[str, Any]:
    kind = urn.split("::")[2]
    return {"op": op, "urn": urn, "newState": {"type": kind, "custom": True, **state}}


def preview(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": [*steps], "changeSummary": {"create": len(steps)}, **more}


def test_a_recorded_preview_has_what_the_program_says():
    read = preview_of(json.loads(RECORDED.read_text()), "preview.json")
    by_name = {resource.address.rpartition("::")[2]: resource for resource in read.resources}
    assert by_name["outside"].inputs["location"] == "us-central1"
    assert by_name["outside"].written_at == ("__main__.py", 10)
    assert by_name["outside"].provider_region == "europe-west4"
    assert by_name["later"].inputs["location"] is UNKNOWN
    assert by_name["later"].references == {by_name["inside"].address}
    assert by_name["hidden"].inputs["location"] == Sensitive(UNKNOWN)
    assert by_name["endpoint"].inputs["secretData"] == Sensitive(UNKNOWN)
    assert {resource.type for resource in read.resources}.isdisjoint(["pulumi:pulumi:Stack"])


def test_of_a_recorded_preview_what_is_outside_and_what_is_not_known_is_said():
    assert sorted(said(json.loads(RECORDED.read_text()))) == [
        ("hidden", "unknown"),
        ("later", "unknown"),
        ("outside", "residency"),
    ]


@pytest.mark.parametrize(
    ("op", "counts"),
    [
        ("create", True),
        ("same", True),
        ("update", True),
        ("replace", True),
        ("create-replacement", True),
        ("import", True),
        ("delete", False),
        ("delete-replaced", False),
        ("read", False),
        ("refresh", False),
    ],
)
def test_what_will_be_there_and_is_managed_counts(op: str, counts: bool):
    document = preview(step(op, inputs={"region": "us-central1"}))
    assert said(document) == ([("search", "residency")] if counts else [])


def test_of_a_replaced_resource_the_new_state_counts():
    document = preview(
        step("create-replacement", inputs={"region": "europe-west4"}),
        {
            "op": "replace",
            "urn": URN,
            "newState": step(inputs={"region": "europe-west4"})["newState"],
        },
        {"op": "delete-replaced", "urn": URN, "oldState": {"inputs": {"region": "us-central1"}}},
    )
    assert said(document) == []


@pytest.mark.parametrize(
    ("region", "rules"),
    [
        ("us-central1", ["residency"]),
        ("europe-west4", []),
        (LATER, ["unknown"]),
        (None, ["unknown"]),
    ],
)
@pytest.mark.parametrize("is_default", [True, False])
def test_what_is_not_set_is_the_provider_s_region(
    region: str | None, rules: list[str], is_default: bool
):
    inputs = {} if region is None else {"region": region}
    config = {f"gcp:{key}": value for key, value in inputs.items()}
    name = "default_10_2_0" if is_default else "own"
    own = step(urn=PROVIDER.format(name).rpartition("::")[0], inputs=inputs)
    index = step(provider=PROVIDER.format(name), inputs={})
    document = preview(index, config=config) if is_default else preview(own, index)
    assert [rule for _, rule in said(document)] == rules


def test_a_component_is_no_resource_of_the_provider():
    urn = "urn:pulumi:dev::tiny::acme:index:Search::search"
    inputs = {"url": "https://us-central1-aiplatform.googleapis.com"}
    assert said(preview(step(urn=urn, custom=False, inputs=inputs))) == []


@pytest.mark.parametrize(
    ("position", "written_at"),
    [
        ("project:///index.ts#12", ("index.ts", 12)),
        ("project:///src/main.go#12,4", ("src/main.go", 12)),
        ("project:///../lib/x.py#1", None),
        ("", None),
    ],
)
def test_a_resource_stands_at_its_line_of_the_program(position: str, written_at: object):
    document = preview(step(inputs={}, sourcePosition=position))
    [resource] = preview_of(document, "preview.json").resources
    assert resource.written_at == written_at


def test_resources_that_stay_as_they_are_and_are_not_in_the_file_are_told():
    stack = step("same", urn="urn:pulumi:dev::tiny::pulumi:pulumi:Stack::tiny-dev", custom=False)
    document = preview(stack, changeSummary={"same": 4})
    [finding] = preview_of(document, "preview.json").findings
    assert (finding.rule, finding.text[:23]) == ("unknown", "3 resources are not in ")
    assert "--show-sames" in finding.fix


def test_a_preview_that_failed_is_not_whole():
    diagnostic = {"severity": "error", "message": "error: preview\nfailed"}
    with pytest.raises(BadInput, match=r"the preview failed.*error: preview failed"):
        preview_of(preview(diagnostics=[diagnostic]), "preview.json")


@pytest.mark.parametrize(
    "document",
    [{}, {"steps": {}}, {"steps": [{"op": "create"}]}, {"format_version": "1.2"}],
    ids=str,
)
def test_what_is_no_preview_is_bad_input(document: dict[str, Any]):
    with pytest.raises(BadInput, match="pulumi preview --json"):
        preview_of(document, "preview.json")
