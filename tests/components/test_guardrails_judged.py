"""The policies of generated stacks, judged by what Google's documentation says they do."""

import itertools
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.facts.library import load
from availability.facts.names import Named, all_models
from availability.input.clock import today
from availability.placement.request import Placement
from availability.stack.config import parse_stack
from availability.stack.plan import Plan, plan
from components.guardrails import Guardrails, guardrails_arguments
from components.project import SERVICES
from tests.components.org_policy_judge import DRY_RUN, Judge, hosts, inside, locations, regions
from tests.components.recording import Program, Registered
from tests.thorough import thorough

POLICY = "gcp:orgpolicy/policy:Policy"
SNAPSHOT = "2026-10-10"
KEY_CONSTRAINTS = (
    "iam.managed.disableServiceAccountKeyCreation",
    "iam.managed.disableServiceAccountKeyUpload",
)
MODELS = (
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-embedding-2",
    "gemini-3.8-live",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "chirp_3",
    "virtual-try-on-001",
    "codestral-2",
    "llama-4-scout-17b-16e-instruct-maas",
)
RESIDENCIES: tuple[dict[str, list[str]], ...] = (
    {"within": ["any"]},
    {"within": ["eu"]},
    {"within": ["us"]},
    {"within": ["europe"]},
    {"within": ["de", "nl"]},
    {"within": ["europe-west4"]},
    {"within": ["eu"], "excluding": ["de"]},
    {"within": ["any"], "excluding": ["us"]},
    {"within": ["jp"]},
)
NEEDS = ((), ("tuning",), ("batch-prediction",), ("context-caching", "rag-corpus"))
NEIGHBOURS = (
    "gemini-3.1-flash-lite",
    "claude-opus-5-5:predict",
    "gemini-2.5-flash-lite:tune",
    "publishers/acme/models/secret-1:deploy",
)


def values_of(deployments: Any, guardrails: Any) -> dict[str, str]:
    return {
        "gcp:project": "acme-dev",
        "vertex-residency:snapshot": SNAPSHOT,
        "vertex-residency:asOf": "2026-10-12",
        "vertex-residency:guardrails": (
            guardrails if isinstance(guardrails, str) else json.dumps(guardrails)
        ),
        "vertex-residency:deployments": json.dumps(deployments),
    }


def planned(deployments: Any, guardrails: Any = "on") -> Plan:
    config = parse_stack(values_of(deployments, guardrails))
    return plan(config, "dev", config.as_of or today())


@cache
def placeable() -> list[dict[str, Any]]:
    """Every deployment of the generated set that has a valid location."""
    found: list[dict[str, Any]] = []
    for model, residency, needs in itertools.product(MODELS, RESIDENCIES, NEEDS):
        one = {"model": model, "residency": residency}
        one |= {"needs": list(needs)} if needs else {}
        if not planned({"one": one}, "off").refused:
            found.append(one)
    return found


@st.composite
def stacks(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any] | str]:
    chosen = draw(st.lists(st.sampled_from(placeable()), min_size=1, max_size=4))
    deployments = {f"d{index}": one for index, one in enumerate(chosen)}
    also: dict[str, Any] = {
        "models": draw(st.lists(st.sampled_from(NEIGHBOURS), max_size=3, unique=True)),
        "locations": draw(
            st.lists(st.sampled_from(("us-east4", "eu", "me-west1")), max_size=2, unique=True)
        ),
    }
    also = {key: values for key, values in also.items() if values}
    guardrails: dict[str, Any] = {"alsoAllow": also} if also else {"dryRun": False}
    for key in ("dryRun", "resourceLocations", "restrictServices"):
        if draw(st.booleans()):
            guardrails[key] = True
    if draw(st.booleans()):
        guardrails["partnerModelFeatures"] = []
    return deployments, draw(st.sampled_from(["on", guardrails]))


def registered(made: Plan) -> list[Registered]:
    program = Program("dev")
    args = guardrails_arguments(made)
    assert args is not None
    program.run(lambda: Guardrails("guardrails", {**args, "project": "acme-dev"}))
    return program.of_type(POLICY)


def judged(made: Plan, *, dry: bool = False) -> Judge:
    return Judge(tuple(one.inputs for one in registered(made)), dry)


def placements(made: Plan) -> list[Placement]:
    return [its.result for _, its in made.answers if isinstance(its.result, Placement)]


def opened(deployments: dict[str, Any], made: Plan, also: list[str]) -> set[str]:
    """The locations of the area: of any residency, of any placement, of the neighbours."""
    found = set(also)
    for one in deployments.values():
        area: dict[str, list[str]] = one["residency"]
        out = area.get("excluding", [])
        found |= {each for each in locations() if inside(each, area["within"], out)}
    for placement in placements(made):
        found |= {placement.location, placement.tuning_location or placement.location}
    return found


def bases(named: Named) -> set[str]:
    return {one.partition("@")[0] for one in (named.id, *named.model.aliases)}


def assert_calls_pass(judge: Judge, placement: Placement) -> None:
    """Each call that the placement makes: requests (batches and caches too), tokens, tuning."""
    publisher, named = placement.named.entry.publisher, placement.named
    for name in (named.id, *named.model.aliases):
        assert judge.model(publisher, name, "predict")
        if "tuning" in placement.request.needs:
            assert judge.model(publisher, name, "tune")
    if publisher == "anthropic":
        assert judge.model("anthropic", "count-tokens", "predict")
    for where in {placement.location, placement.tuning_location or placement.location}:
        assert all(judge.host(host) for host in hosts(where))
        assert where == "global" or judge.resource(where)
    assert judge.service("aiplatform.googleapis.com")
    for need in placement.request.needs:
        assert all(judge.service(f"{one}.googleapis.com") for one in USES.get(need, ()))
    if named.id.startswith("chirp"):
        assert judge.service("speech.googleapis.com")


USES = {"batch-prediction": ("storage", "bigquery"), "tuning": ("storage",)}
"""Need -> services, by Google's pages on batch inference and on tuning."""


@thorough(150)
@given(stacks())
def test_what_the_stack_does_passes_and_what_is_outside_is_denied(
    stack: tuple[dict[str, Any], dict[str, Any] | str],
) -> None:
    assert_held(*stack)


@pytest.mark.parametrize("model", MODELS)
def test_each_deployment_alone_passes_under_every_policy(model: str) -> None:
    also: dict[str, Any] = {"locations": ["eu"]}
    every: dict[str, Any] = {"restrictServices": True, "resourceLocations": True}
    every["partnerModelFeatures"] = []
    mine = [one for one in placeable() if one["model"] == model]
    for one in mine:
        assert_held({"one": one}, every)
    assert_held({"one": mine[0]}, {**every, "alsoAllow": also})


def assert_held(deployments: dict[str, Any], guardrails: dict[str, Any] | str) -> None:
    """The policies allow what the stack's placements do, and deny what is outside."""
    keys = guardrails if isinstance(guardrails, dict) else {}
    made = planned(deployments, guardrails)
    dry = bool(keys.get("dryRun"))
    area = opened(deployments, made, keys.get("alsoAllow", {}).get("locations", []))
    policies = registered(made)
    enforced = Judge(tuple(one.inputs for one in policies))
    for placement in placements(made):
        assert_calls_pass(enforced, placement)
    if dry:  # nothing is enforced, and what can be tried is
        assert all(enforced.host(host) for where in locations() for host in hosts(where))
        assert not any(enforced.enforces(one) for one in KEY_CONSTRAINTS)
    judge = Judge(tuple(one.inputs for one in policies), dry)
    for placement in placements(made):
        assert_calls_pass(judge, placement)
    for where in locations():
        assert {judge.host(host) for host in hosts(where)} == {where in area}, where
    assert all(judge.enforces(one) for one in KEY_CONSTRAINTS)
    assert judge.keeps_the_parents_denials("gcp.restrictEndpointUsage")
    if not dry:
        only_the_placed_models(judge, made, keys.get("alsoAllow", {}).get("models", []))
    if keys.get("restrictServices"):
        assert all(judge.service(one) for one in SERVICES.values())
        assert not judge.service("sqladmin.googleapis.com")
    if keys.get("resourceLocations") and not dry and "global" not in area:
        for where in regions():
            assert judge.resource(where) == (where in area), where
    if "partnerModelFeatures" in keys:
        assert not judge.feature("anthropic", "claude-sonnet-5-5", "web_search")


def only_the_placed_models(judge: Judge, made: Plan, also: list[str]) -> None:
    placed = {(p.named.entry.publisher, base) for p in placements(made) for base in bases(p.named)}
    tuned = {
        (p.named.entry.publisher, base)
        for p in placements(made)
        if "tuning" in p.request.needs
        for base in bases(p.named)
    }
    neighbours = {one.rpartition("/")[2].partition(":")[0] for one in also}
    for named in all_models(load(SNAPSHOT)):
        if bases(named) & neighbours:
            continue
        publisher = named.entry.publisher
        mine = {(publisher, base) for base in bases(named)}
        names = (named.id, *named.model.aliases)
        assert {judge.model(publisher, name, "predict") for name in names} == {bool(mine & placed)}
        assert {judge.model(publisher, name, "tune") for name in names} == {bool(mine & tuned)}
        assert not any(judge.model(publisher, name, "deploy") for name in names)
    assert judge.model("acme", "secret-1", "deploy") == (NEIGHBOURS[3] in also)


def test_the_generated_set_has_every_kind_of_location() -> None:
    """So that the property above speaks of them."""
    made = [planned({"one": one}, "off") for one in placeable()]
    kinds = {placement.location for one in made for placement in placements(one)}
    assert {"global", "eu", "us", "europe-west4"} <= kinds
    assert any(p.tuning_location not in (None, p.location) for one in made for p in placements(one))


@pytest.mark.parametrize("constraint", sorted(DRY_RUN)[:1])
def test_the_judge_itself_denies_what_a_policy_denies(constraint: str) -> None:
    policy = {
        "name": f"projects/p/policies/{constraint}",
        "parent": "projects/p",
        "spec": {"rules": [{"values": {"deniedValues": ["aiplatform.googleapis.com"]}}]},
    }
    judge = Judge((policy,))
    assert not judge.host("aiplatform.googleapis.com")
    assert judge.host("europe-west4-aiplatform.googleapis.com")
    assert not judge.keeps_the_parents_denials(constraint)
