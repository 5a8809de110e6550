"""The policies, asked as the engine asks them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.policy.packs import LATER, SECRET, Analyzer, Declared, needs_environment, started, urn

pytestmark = needs_environment

INDEX = "gcp:vertex/aiIndex:AiIndex"
BUCKET = "gcp:storage/bucket:Bucket"
SERVICE = "gcp:cloudrunv2/service:Service"
HELD = {"residency": {"residency": "eu", "snapshot": "2026-11-12", "asOf": "2026-11-27"}}
CALL = "projects/acme/locations/{}/publishers/google/models/gemini-3.8-flash"
MANDATORY, ADVISORY = 1, 0


@pytest.fixture(scope="module")
def pack() -> Generator[Analyzer]:
    with started(HELD) as analyzer:
        yield analyzer


def said(diagnostics: list[Any]) -> list[str]:
    return sorted(one.policyName for one in diagnostics)


def test_a_pack_says_which_policies_it_has(pack: Analyzer):
    levels = {policy.name: policy.enforcementLevel for policy in pack.info().policies}
    assert levels == {
        "residency": MANDATORY,
        "ml-processing": MANDATORY,
        "served": MANDATORY,
        "known": ADVISORY,
        "stores": MANDATORY,
    }


@pytest.mark.parametrize(
    ("kind", "inputs", "policies"),
    [
        (INDEX, {"region": "us-central1"}, ["residency"]),
        (INDEX, {"region": "europe-west4"}, []),
        (INDEX, {"region": LATER}, ["known"]),
        (SERVICE, {"env": [{"value": CALL.format("us-central1")}]}, ["residency", "served"]),
        (SERVICE, {"env": [{"value": CALL.format("eu")}]}, []),
        (SERVICE, {"env": [{"value": CALL.format("eu") + "-misspelt"}]}, ["served"]),
        (SERVICE, {"location": "us-central1", "env": LATER}, []),
        (BUCKET, {"location": "US"}, []),
    ],
)
def test_a_misplaced_resource_is_a_violation_and_passes_in_its_place(
    pack: Analyzer, kind: str, inputs: dict[str, Any], policies: list[str]
):
    assert said(pack.of_resource(kind, inputs)) == policies


def test_what_is_not_set_is_the_provider_s_region(pack: Analyzer):
    assert said(pack.of_resource(INDEX, {}, "us-central1")) == ["residency"]
    assert said(pack.of_resource(INDEX, {}, "europe-west4")) == []
    assert said(pack.of_resource(INDEX, {}, LATER)) == ["known"]


def test_a_violation_says_what_would_be_valid(pack: Analyzer):
    [violation] = pack.of_resource(INDEX, {"region": "us-central1"})
    assert "region us-central1 (Iowa) lies outside eu" in violation.message
    assert "fix: set region to europe-west4" in violation.message


def test_a_secret_is_checked_and_not_printed(pack: Analyzer):
    url = "https://us-central1-aiplatform.googleapis.com"
    version = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"
    violations = pack.of_resource(version, {"secretData": SECRET | {"value": url}})
    violations += pack.of_resource(INDEX, {"region": SECRET | {"value": "us-central1"}})
    assert said(violations) == ["residency", "residency"]
    assert all("us-central1" not in violation.message for violation in violations)
    assert said(pack.of_resource(INDEX, {"region": SECRET | {"value": LATER}})) == ["known"]


def test_a_component_is_its_children_s_to_say(pack: Analyzer):
    assert pack.of_component("acme:index:Search", {"url": CALL.format("us-central1")}) == []


def test_a_bucket_is_judged_with_the_stack_that_names_it(pack: Analyzer):
    bucket = Declared(BUCKET, "feed", {"name": "feed", "location": "US"})
    index = Declared(INDEX, "search", {"region": "europe-west4", "uri": "gs://feed/a"})
    by_reference = Declared(INDEX, "search", {"region": "europe-west4"}, (urn(BUCKET, "feed"),))
    inside = Declared(BUCKET, "feed", {"name": "feed", "location": "EU"})
    assert said(pack.of_stack(bucket)) == []
    assert said(pack.of_stack(inside, index)) == []
    for feeder in (index, by_reference):
        [violation] = pack.of_stack(bucket, feeder)
        assert (violation.policyName, violation.urn) == ("stores", urn(BUCKET, "feed"))


def test_a_policy_with_a_residency_of_its_own_is_held_to_that():
    with started(HELD | {"known": {"residency": "any"}}) as pack:
        assert said(pack.of_resource(INDEX, {"region": LATER})) == []
        assert said(pack.of_resource(INDEX, {"region": "us-central1"})) == ["residency"]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"residency": "eurpe"}, "did you mean europe"),
        ({"residency": "eu", "guarantee": "all"}, "unknown guarantee"),
        ({"residency": "eu", "snapshot": "1999-01-01"}, "snapshot"),
        ({"residency": "eu", "asOf": "soon"}, "is no date"),
        ({"residency": []}, "empty"),
        ({}, "no residency"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_told_once_and_passes_nothing(
    config: dict[str, Any], told: str
):
    with started({"residency": config}) as pack:
        first = pack.of_resource(INDEX, {"region": "us-central1"})
        assert "residency" in said(first)
        assert all(told in violation.message for violation in first)
        assert pack.of_resource(INDEX, {"region": "us-central1"}) == []
