"""The key `guardrails`, and the organization policies that a stack's placements come to.

What Google does with the policies is judged in `tests/components/test_guardrails_judged.py`.
"""

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from availability.cloud.guardrails import decide
from availability.cloud.guardrails.decide import objections
from availability.cloud.guardrails.keys import GuardrailKeys, read_guardrails
from availability.cloud.guardrails.policy import (
    ALLOWED_MODELS,
    ENDPOINT_USAGE,
    MAX_VALUES,
    RESOURCE_LOCATIONS,
    SERVICE_USAGE,
    Policy,
    over_limits,
)
from availability.input.errors import BadInput
from availability.placement.request import Placement
from availability.placement.warnings import WarningId
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import Plan, plan
from tests.paths import ROOT

CHAT = {"model": "gemini-3.8-flash", "residency": "eu"}


def made(keys: object = "on", **deployments: object) -> Plan:
    values = {
        "gcp:project": "acme-dev",
        "vertex-residency:snapshot": "2026-10-10",
        "vertex-residency:asOf": "2026-10-12",
        "vertex-residency:guardrails": (keys if isinstance(keys, str) else json.dumps(keys)),
        "vertex-residency:deployments": json.dumps(deployments or {"chat": CHAT}),
    }
    config = parse_stack(values)
    assert config.as_of is not None
    return plan(config, "dev", config.as_of)


def policies(keys: object = "on", **deployments: object) -> dict[str, Policy]:
    found = made(keys, **deployments).guardrails
    assert found is not None
    return {policy.constraint: policy for policy in found.policies}


def texts(one: Plan, kind: WarningId) -> list[str]:
    return [warning.text for warning in one.warnings if warning.id is kind]


def mistakes(keys: object, **deployments: object) -> list[str]:
    with pytest.raises(BadInput) as error:
        made(keys, **deployments)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("value", ["off", "OFF", " false ", False])
def test_off_in_any_spelling_is_no_guardrails(value: object) -> None:
    assert read_guardrails(value) is None
    assert made(value if isinstance(value, str) else "false").guardrails is None


@pytest.mark.parametrize("value", ["on", "On", "true", True])
def test_on_in_any_spelling_is_all_defaults(value: object) -> None:
    assert read_guardrails(value) == GuardrailKeys()


def test_without_the_key_there_are_none() -> None:
    assert made("off").config.keys.guardrails is None


@pytest.mark.parametrize("value", ["yes", "no", "1", {}, ["on"], 1, None, "{dryRun: true}"])
def test_other_values_are_answered_by_the_valid_ones(value: object) -> None:
    with pytest.raises(BadInput) as error:
        read_guardrails(value)
    [problem] = error.value.problems
    assert problem.path == ""
    assert "expected on, off or a map" in problem.message
    assert problem.suggestions == {"yes": ("on",), "no": ("off",), "1": ("on",), 1: ("on",)}.get(
        value if isinstance(value, str | int) else "", ()
    )


def test_the_key_in_full() -> None:
    keys = read_guardrails(
        {
            "dryRun": "true",
            "alsoAllow": {"models": "gemini-3.5-flash:tune, claude-opus-5", "locations": ["US"]},
            "restrictServices": ["run.googleapis.com"],
            "resourceLocations": "on",
            "partnerModelFeatures": ["web_search", "publishers/a/models/b:structured_outputs"],
        }
    )
    assert keys == GuardrailKeys(
        dry_run=True,
        models=("gemini-3.5-flash:tune", "claude-opus-5"),
        locations=("us",),
        services=("run.googleapis.com",),
        resource_locations=True,
        partner_features=("web_search", "publishers/a/models/b:structured_outputs"),
    )


def test_every_mistake_is_named_at_once() -> None:
    found = mistakes(
        {
            "dryrun": True,
            "dryRun": "maybe",
            "alsoAllow": {
                "model": [],
                "models": ["gemini-3.5-flash:tunes", "publishers/x"],
                "locations": ["europe-west99"],
            },
            "restrictServices": ["storage"],
            "resourceLocations": [],
            "partnerModelFeatures": ["websearch", "a:web_search"],
        }
    )
    start = "vertex-residency:guardrails"
    expected = [
        f"{start}.dryrun: unknown key 'dryrun'",
        f"{start}.alsoAllow.model: unknown key 'model'",
        f"{start}.dryRun: expected true or false, not 'maybe'",
        f"{start}.alsoAllow.models[0]: unknown action 'tunes'",
        f"{start}.alsoAllow.models[1]: 'publishers/x' is no model",
        f"{start}.alsoAllow.locations[0]: 'europe-west99' is no location",
        f"{start}.restrictServices[0]: 'storage' is no service",
        f"{start}.resourceLocations: expected true or false, not []",
        f"{start}.partnerModelFeatures[0]: 'websearch' is no feature",
        f"{start}.partnerModelFeatures[1]: 'a:web_search' is no feature",
    ]
    assert len(found) == len(expected)
    for wanted in expected:
        assert [one for one in found if one.startswith(wanted)], wanted
    assert [one for one in found if "did you mean storage.googleapis.com?" in one]
    assert [one for one in found if "did you mean dryRun?" in one]


@pytest.mark.parametrize("key", ["restrictServices", "partnerModelFeatures"])
def test_an_empty_text_is_no_list(key: str) -> None:
    [found] = mistakes({key: ""})
    assert found.startswith(f"vertex-residency:guardrails.{key}: empty")


@pytest.mark.parametrize("value", [{"alsoAllow": []}, {"alsoAllow": "eu"}, {"alsoAllow": None}])
def test_what_is_no_map_of_neighbours_is_named(value: object) -> None:
    [found] = mistakes(value)
    assert found.startswith("vertex-residency:guardrails.alsoAllow: expected a map")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("guardrails: on", True),
        ("guardrails: off", False),
        ("guardrails: true", True),
        ("guardrails: false", False),
        ('guardrails: "on"', True),
        ("guardrails: {dryRun: true}", True),
    ],
)
def test_the_words_of_a_stack_file(tmp_path: Path, written: str, value: bool) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(
        "config:\n  gcp:project: acme-dev\n  vertex-residency:snapshot: 2026-10-10\n"
        f"  vertex-residency:{written}\n"
        "  vertex-residency:deployments:\n    chat: {model: gemini-3.8-flash, residency: eu}\n"
    )
    config = parse_stack(read_stack_file(path).values)
    assert (config.keys.guardrails is not None) is value


def test_the_models_are_those_that_are_placed_under_all_their_names() -> None:
    found = policies(
        chat=CHAT,
        tuned={"model": "gemini-3.5-flash", "residency": "eu", "needs": ["tuning"]},
        review={"model": "claude-sonnet-5-5", "residency": "eu"},
    )
    assert set(found[ALLOWED_MODELS].allowed) == {
        "publishers/google/models/gemini-3.8-flash:predict",
        "publishers/google/models/gemini-3.5-flash:predict",
        "publishers/google/models/gemini-3.5-flash:tune",
        "publishers/anthropic/models/claude-sonnet-5-5:predict",
        "publishers/anthropic/models/count-tokens:predict",
    }
    assert not found[ALLOWED_MODELS].inherits


def test_a_version_is_allowed_with_and_without_its_sign() -> None:
    values = {
        "gcp:project": "acme-dev",
        "vertex-residency:snapshot": "2025-05-12",
        "vertex-residency:asOf": "2025-05-12",
        "vertex-residency:guardrails": "on",
        "vertex-residency:deployments": json.dumps(
            {"review": {"model": "claude-3-7-sonnet@20250219", "residency": "eu"}}
        ),
    }
    config = parse_stack(values)
    assert config.as_of is not None
    found = plan(config, "dev", config.as_of).guardrails
    assert found is not None
    start = "publishers/anthropic/models/"
    assert set(found.policies[0].allowed) == {
        f"{start}claude-3-7-sonnet@20250219:predict",
        f"{start}claude-3-7-sonnet:predict",
        f"{start}count-tokens:predict",
    }


def test_what_neighbours_need_is_open_too() -> None:
    also = {"models": ["Gemini 3.5 Flash:tune"], "locations": ["us-east4"]}
    found = policies({"alsoAllow": also})
    assert "publishers/google/models/gemini-3.5-flash:tune" in found[ALLOWED_MODELS].allowed
    assert "publishers/google/models/gemini-3.5-flash:predict" not in found[ALLOWED_MODELS].allowed
    denied = set(found[ENDPOINT_USAGE].denied)
    assert "us-east4-aiplatform.googleapis.com" not in denied
    assert "us-east1-aiplatform.googleapis.com" in denied


def test_a_misspelt_neighbour_gets_near_misses_and_the_way_out() -> None:
    [found] = mistakes({"alsoAllow": {"models": ["claude-opus-5", "gemini-3.8-flasch"]}})
    assert found.startswith("vertex-residency:guardrails.alsoAllow.models[1]: ")
    assert "write publishers/PUBLISHER/models/MODEL" in found
    assert "did you mean publishers/google/models/gemini-3.8-flash" in found


def test_a_misspelt_neighbour_is_named_when_a_deployment_is_refused() -> None:
    lost = {"model": "gemini-3.8-flash", "residency": "de"}
    assert made("on", chat=lost).guardrails is None
    assert mistakes({"alsoAllow": {"models": ["gemini-9"]}}, chat=lost)


def test_a_model_that_the_snapshot_does_not_know_is_allowed_in_full_and_told() -> None:
    one = made({"alsoAllow": {"models": ["publishers/acme/models/tuned-7"]}})
    assert one.guardrails is not None
    assert "publishers/acme/models/tuned-7:predict" in one.guardrails.policies[0].allowed
    [text, _] = texts(one, WarningId.GUARDRAILS)
    assert "does not know publishers/acme/models/tuned-7" in text


def test_a_list_over_googles_limit_is_refused_under_the_key_that_makes_it_long() -> None:
    models = [f"publishers/acme/models/m{index}" for index in range(MAX_VALUES)]
    [found] = mistakes({"alsoAllow": {"models": models}})
    assert found.startswith("vertex-residency:guardrails.alsoAllow.models: ")
    assert "501 values, and Google takes at most 500" in found
    assert len(policies({"alsoAllow": {"models": models[1:]}})[ALLOWED_MODELS].allowed) == 500


def test_a_policy_over_googles_size_is_refused() -> None:
    models = [f"publishers/acme/models/{'m' * 90}{index}" for index in range(300)]
    [found] = mistakes({"alsoAllow": {"models": models}})
    assert "bytes of values, and Google takes at most 32768" in found


@pytest.mark.parametrize(
    ("constraint", "path"),
    [
        (ALLOWED_MODELS, "vertex-residency:deployments"),
        (SERVICE_USAGE, "vertex-residency:guardrails.restrictServices"),
        (RESOURCE_LOCATIONS, "vertex-residency:guardrails"),
    ],
)
def test_a_limit_is_reported_where_it_can_be_changed(constraint: str, path: str) -> None:
    long = Policy(constraint, allowed=tuple(str(index) for index in range(501)))
    [problem] = over_limits(long, GuardrailKeys())
    assert problem.path == path


def test_a_policy_that_would_block_a_placement_is_an_objection() -> None:
    one = made()
    placed = [(d.name, its.result) for d, its in one.answers if isinstance(its.result, Placement)]
    assert one.guardrails is not None
    good = {policy.constraint: policy for policy in one.guardrails.policies}
    assert list(objections(good.values(), placed)) == []
    closed = replace(good[ENDPOINT_USAGE], denied=("aiplatform.eu.rep.googleapis.com",))
    other = Policy(ALLOWED_MODELS, allowed=("publishers/google/models/gemini-1:predict",))
    without = Policy(SERVICE_USAGE, allowed=("run.googleapis.com",))
    blocked = [str(problem) for problem in objections([closed, other, without], placed)]
    assert len(blocked) == 3
    assert all(one.startswith("vertex-residency:deployments.chat.model: ") for one in blocked)
    assert "aiplatform.eu.rep.googleapis.com" in " ".join(blocked)


def test_a_stack_whose_policies_would_block_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No key leads there; it holds what is to come to the rule that nothing is blocked."""

    def nowhere(*_: object) -> frozenset[str]:
        return frozenset()

    monkeypatch.setattr(decide, "open_locations", nowhere)
    [found] = [one for one in mistakes("on") if "aiplatform.eu.rep.googleapis.com" in one]
    assert found.startswith("vertex-residency:deployments.chat.model: the guardrails would block")


def test_any_opens_the_project_and_is_told() -> None:
    one = made("on", chat=CHAT, lab={"model": "gemini-3.8-flash", "residency": "any"})
    assert one.guardrails is not None
    assert ENDPOINT_USAGE not in {policy.constraint for policy in one.guardrails.policies}
    [text] = texts(one, WarningId.OPEN_PROJECT)
    assert "lab has residency any, which opens the project to every location" in text
    assert not texts(made(), WarningId.OPEN_PROJECT)


def test_a_neighbour_at_the_global_endpoint_opens_it_and_is_told() -> None:
    one = made({"alsoAllow": {"locations": ["global"]}})
    assert texts(one, WarningId.OPEN_PROJECT)
    denied = policies({"alsoAllow": {"locations": ["global"]}})[ENDPOINT_USAGE].denied
    assert "aiplatform.googleapis.com" not in denied
    assert "us-east1-aiplatform.googleapis.com" in denied


def test_a_neighbour_outside_of_the_stacks_area_is_told_with_what_it_opens() -> None:
    locations = ["us-central1", "europe-west4", "us", "us-central1"]
    [text] = texts(made({"alsoAllow": {"locations": locations}}), WarningId.OPEN_PROJECT)
    start = "guardrails.alsoAllow.locations opens us-central1 (us-central1-aiplatform.googleapis."
    assert text.startswith(start)
    assert "aiplatform.us.rep.googleapis.com" in text
    assert "europe-west4" not in text
    assert "also for resources" not in text


def test_a_neighbour_outside_of_the_area_opens_it_for_resources_where_these_are_held() -> None:
    keys = {"alsoAllow": {"locations": "asia-northeast1"}, "resourceLocations": True}
    [text] = texts(made(keys), WarningId.OPEN_PROJECT)
    assert "asia-northeast1" in text
    assert "also for resources" in text


@pytest.mark.parametrize("residency", ["us", "any", {"within": "any", "excluding": "global"}])
def test_a_neighbour_inside_of_any_deployments_area_is_not_told(residency: object) -> None:
    lab = {"model": "gemini-3.5-flash", "residency": residency}
    one = made({"alsoAllow": {"locations": ["us-central1"]}}, chat=CHAT, lab=lab)
    assert not [text for text in texts(one, WarningId.OPEN_PROJECT) if "us-central1" in text]


def test_the_global_endpoint_and_a_region_outside_are_told_apart() -> None:
    one = made({"alsoAllow": {"locations": ["global", "us-east1"]}})
    globally, regionally = texts(one, WarningId.OPEN_PROJECT)
    assert "processed anywhere" in globally
    assert "us-east1-aiplatform.googleapis.com" in regionally


def test_dry_run_says_what_it_leaves_out() -> None:
    none: list[str] = []
    keys = {"dryRun": True, "resourceLocations": True, "partnerModelFeatures": none}
    one = made(keys)
    assert one.guardrails is not None
    assert all(policy.dry_run for policy in one.guardrails.policies)
    [text] = texts(one, WarningId.GUARDRAILS)
    for constraint in (ALLOWED_MODELS, RESOURCE_LOCATIONS, "vertexai.allowedPartnerModelFeatures"):
        assert constraint in text
        assert constraint not in {policy.constraint for policy in one.guardrails.policies}


@pytest.mark.parametrize("key", ["resourceLocations", "restrictServices"])
def test_what_binds_other_teams_is_told(key: str) -> None:
    assert "binds everybody in the project" in " ".join(
        texts(made({key: True}), WarningId.GUARDRAILS)
    )


def test_no_resource_location_is_closed_where_the_global_endpoint_is_open() -> None:
    lab = {"model": "gemini-3.8-flash", "residency": "any"}
    one = made({"resourceLocations": True}, lab=lab)
    assert RESOURCE_LOCATIONS not in policies({"resourceLocations": True}, lab=lab)
    assert "is left out" in " ".join(texts(one, WarningId.GUARDRAILS))


def test_the_whole_eu_is_one_value_group_and_a_region_is_its_own() -> None:
    assert policies({"resourceLocations": True})[RESOURCE_LOCATIONS].allowed == ("in:eu-locations",)
    europe = {"model": "gemini-3.8-flash", "residency": "europe"}
    assert policies({"resourceLocations": True}, chat=europe)[RESOURCE_LOCATIONS].allowed == (
        "in:eu-locations",
        "in:europe-west2-locations",
        "in:europe-west6-locations",
    )


@pytest.mark.parametrize(
    ("deployment", "services"),
    [
        (CHAT, set[str]()),
        (
            {**CHAT, "needs": ["batch-prediction"]},
            {"storage.googleapis.com", "bigquery.googleapis.com"},
        ),
        ({"model": "chirp_3", "residency": "eu"}, {"speech.googleapis.com"}),
    ],
)
def test_restricted_services_are_still_open_to_what_the_stack_does(
    deployment: object, services: set[str]
) -> None:
    found = policies({"restrictServices": ["run.googleapis.com"]}, chat=deployment)
    extra = {"storage.googleapis.com", "bigquery.googleapis.com", "speech.googleapis.com"}
    allowed = set(found[SERVICE_USAGE].allowed)
    assert allowed & extra == services
    assert {"run.googleapis.com", "aiplatform.googleapis.com", "dns.googleapis.com"} <= allowed


def test_partner_features_are_for_the_partner_models_that_are_placed() -> None:
    keys = {"partnerModelFeatures": ["web_search", "publishers/xai/models/g:structured_outputs"]}
    one = made(keys, review={"model": "claude-sonnet-5-5", "residency": "eu"})
    assert one.guardrails is not None
    assert one.guardrails.policies[-1].allowed == (
        "publishers/anthropic/models/claude-sonnet-5-5:web_search",
        "publishers/xai/models/g:structured_outputs",
    )
    assert "web_search leaves the area" in " ".join(texts(one, WarningId.GUARDRAILS))
    assert "vertexai.allowedPartnerModelFeatures" not in policies()


def test_a_feature_without_a_partner_model_is_a_mistake() -> None:
    [found] = mistakes({"partnerModelFeatures": ["web_search"]})
    assert found.startswith("vertex-residency:guardrails.partnerModelFeatures[0]: ")


def test_a_corpus_without_an_embedding_model_is_told() -> None:
    chat = {**CHAT, "needs": ["rag-corpus"]}
    assert "no embedding model" in " ".join(texts(made("on", chat=chat), WarningId.GUARDRAILS))
    embed = {"model": "gemini-embedding-2", "residency": "eu"}
    with_one = texts(made("on", chat=chat, embed=embed), WarningId.GUARDRAILS)
    assert "embedding" not in " ".join(with_one)


def test_the_command_line_plans_and_refuses_as_the_program_does(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    text = (
        "config:\n  gcp:project: acme-dev\n  vertex-residency:snapshot: 2026-10-10\n"
        "  vertex-residency:asOf: 2026-10-12\n  vertex-residency:guardrails: GUARDRAILS\n"
        "  vertex-residency:deployments:\n    lab: {model: gemini-3.8-flash, residency: any}\n"
    )

    def run(value: str, *options: str) -> Any:
        path.write_text(text.replace("GUARDRAILS", value))
        return subprocess.run(
            [sys.executable, "-m", "availability", "plan", str(path), *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    good = run("on", "--format", "github")
    assert good.returncode == 0
    assert "line=5" in next(one for one in good.stdout.splitlines() if "open-project" in one)
    bad = run("{alsoAllow: {models: [gemini-9]}}", "--json")
    assert bad.returncode == 2
    [error] = json.loads(bad.stdout)["errors"]
    assert error["path"] == "vertex-residency:guardrails.alsoAllow.models[0]"


def test_the_lists_that_replace_the_organizations_are_named() -> None:
    [text] = texts(made("on"), WarningId.GUARDRAILS)
    assert text.startswith("In this project vertexai.allowedModels replaces what")
    both = texts(made({"restrictServices": True}), WarningId.GUARDRAILS)[0]
    assert "vertexai.allowedModels and gcp.restrictServiceUsage replace what" in both
    assert "replace" not in " ".join(texts(made({"dryRun": True}), WarningId.GUARDRAILS))


def test_a_residency_any_with_exclusions_opens_the_project_too() -> None:
    wide = {"model": "gemini-3.5-flash", "residency": {"within": "any", "excluding": "jp"}}
    [text] = texts(made("on", chat=CHAT, wide=wide), WarningId.OPEN_PROJECT)
    assert "wide has residency any, which opens the project" in text
    assert "but those that it excludes" in text


def test_what_claudes_clients_call_besides_the_model_comes_with_it_only() -> None:
    counting = "publishers/anthropic/models/count-tokens:predict"
    named = {"alsoAllow": {"models": ["publishers/anthropic/models/claude-next-9"]}}
    assert counting in policies(named)["vertexai.allowedModels"].allowed
    tuned = {"alsoAllow": {"models": ["claude-opus-5-5:tune"]}}
    assert counting not in policies(tuned)["vertexai.allowedModels"].allowed


def caching_in(region: str, **keys: object) -> Plan:
    values = {
        "gcp:project": "acme-dev",
        "gcp:region": region,
        "vertex-residency:snapshot": "2026-10-10",
        "vertex-residency:caching": "off",
        "vertex-residency:guardrails": json.dumps(keys) if keys else "on",
        "vertex-residency:deployments": json.dumps({"chat": CHAT}),
    }
    return plan(parse_stack(values), "dev", dt.date(2026, 10, 12))


def test_guardrails_never_block_the_call_that_sets_caching() -> None:
    assert caching_in("europe-west4").guardrails
    with pytest.raises(BadInput, match=r"gcp:region: .*would block us-central1-aiplatform"):
        caching_in("us-central1")
    assert caching_in("us-central1", alsoAllow={"locations": ["us-central1"]}).guardrails
