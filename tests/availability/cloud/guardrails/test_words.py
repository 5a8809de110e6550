"""What policies hold a placement to, in words: nothing is claimed that they don't hold."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from availability.cloud.guardrails import policy as policies
from availability.cloud.guardrails.words import enforced, not_enforced
from availability.placement.hosts import hosts
from availability.placement.request import Placement
from availability.stack.config import parse_stack
from availability.stack.plan import Plan, plan

DAY = dt.date(2026, 11, 27)
FULL = {"restrictServices": True, "resourceLocations": True, "partnerModelFeatures": ["web_search"]}
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "chat": {"model": "gemini-3.5-flash"},
    "support": {"model": "gemini-3.5-flash", "residency": "de"},
    "review": {"model": "claude-sonnet-5-5"},
    "speech": {"model": "chirp_3"},
}


def planned(guardrails: object, deployments: dict[str, dict[str, Any]] = DEPLOYMENTS) -> Plan:
    values = {
        "gcp:project": "acme-prod",
        "vertex-residency:snapshot": "2026-11-12",
        "vertex-residency:residency": "eu",
        "vertex-residency:guardrails": guardrails
        if isinstance(guardrails, str)
        else json.dumps(guardrails),
        "vertex-residency:deployments": json.dumps(deployments),
    }
    return plan(parse_stack(values), "prod", DAY)


def placed(made: Plan, name: str) -> Placement:
    [result] = [answer.result for one, answer in made.answers if one.name == name]
    assert isinstance(result, Placement)
    return result


def told(made: Plan, name: str) -> dict[str, str]:
    """Constraint -> what is said of the deployment."""
    assert made.guardrails
    held = enforced(made.guardrails, placed(made, name))
    return {one.policy.constraint: one.text for one in held}


def gaps(made: Plan, name: str) -> str:
    held = not_enforced(made.guardrails, placed(made, name), asked_for=True)
    return " ".join(held)


def test_every_policy_is_told_of_where_it_says_something() -> None:
    made = planned(FULL)
    assert made.guardrails
    constraints = {one.constraint for one in made.guardrails.policies}
    assert constraints == {
        policies.ALLOWED_MODELS,
        policies.ENDPOINT_USAGE,
        *policies.NO_SERVICE_ACCOUNT_KEYS,
        policies.SERVICE_USAGE,
        policies.RESOURCE_LOCATIONS,
        policies.PARTNER_FEATURES,
    }
    assert set(told(made, "review")) == constraints
    assert set(told(made, "chat")) == constraints - {policies.PARTNER_FEATURES}
    assert set(told(made, "speech")) == constraints - {
        policies.PARTNER_FEATURES,
        policies.ENDPOINT_USAGE,
    }


def test_an_allowed_model_is_told_with_its_own_actions() -> None:
    allowed = policies.ALLOWED_MODELS
    assert told(planned(FULL), "chat")[allowed].endswith("of this one: predict.")
    tuned = {"tuned": {"model": "gemini-3.5-flash", "needs": ["tuning"], "residency": "any"}}
    assert told(planned("on", tuned), "tuned")[allowed].endswith("of this one: predict, tune.")
    assert "this one has web_search." in told(planned(FULL), "review")[policies.PARTNER_FEATURES]
    none = planned({"partnerModelFeatures": []})
    assert "this one has none." in told(none, "review")[policies.PARTNER_FEATURES]


def test_what_is_open_for_neighbours_is_said_of_a_narrower_deployment() -> None:
    made = planned("on")
    assert made.guardrails
    [usage] = [p for p in made.guardrails.policies if p.constraint == policies.ENDPOINT_USAGE]
    for name in ("chat", "support"):
        placement, text = placed(made, name), gaps(made, name)
        for where in ("eu", "europe-west4", "europe-west1", "us-central1", "us", "global"):
            is_open = not set(hosts(where)) <= set(usage.denied)
            outside = not placement.request.residency.holds(where)
            listed = f" {where}," in text or f" {where}." in text
            assert listed == (is_open and outside), (name, where)
    assert "stay open" not in gaps(made, "chat")
    assert "stay open" in gaps(made, "support")


def test_speech_is_said_to_be_out_of_reach_of_the_hosts() -> None:
    assert "does not know speech.googleapis.com" in gaps(planned("on"), "speech")
    assert "speech" not in gaps(planned("on"), "chat")


def test_a_project_that_is_open_to_every_location_has_no_denied_host() -> None:
    wide = {**DEPLOYMENTS, "lab": {"model": "gemini-3.8-flash", "residency": "any"}}
    made = planned("on", wide)
    assert policies.ENDPOINT_USAGE not in told(made, "support")
    assert "no host is denied" in gaps(made, "support")


def test_a_dry_run_is_said_of_each_policy_and_of_what_is_left_out() -> None:
    made = planned({"dryRun": True})
    texts = told(made, "chat")
    assert texts
    assert all(text.startswith("Only logged, not enforced (dry run): ") for text in texts.values())
    assert "Nothing is denied yet" in gaps(made, "chat")
    assert f"{policies.ALLOWED_MODELS} has no dry run and is left out" in gaps(made, "chat")
    assert not any(text.startswith("Only logged") for text in told(planned("on"), "chat").values())


@pytest.mark.parametrize(
    ("asked_for", "words"), [(False, "its guardrails are off"), (True, "is refused")]
)
def test_without_policies_it_is_said_why(asked_for: bool, words: str) -> None:
    first, *rest = not_enforced(None, None, asked_for=asked_for)
    assert words in first
    assert [one.split(":")[0] for one in rest] == [
        "Where requests are processed",
        "Who calls which model, and where",
    ]
