"""The table of APIs of `docs/deploying.md` is what stacks activate."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from availability.cloud.services import ALWAYS, SERVICES, services_for
from availability.stack.config import parse_stack
from availability.stack.plan import plan
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")


def apis(feature: str) -> set[str]:
    """The APIs that the table has for a feature, without `.googleapis.com`."""
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    [cell] = [row[2] for row in rows if row[1].strip() == feature and len(row) == 5]
    return set(re.findall(r"`([a-z]+)`", cell))


def active(model: str, keys: dict[str, str]) -> set[str]:
    values = {"residency": "de", **keys, "deployments": f'{{"chat": {{"model": "{model}"}}}}'}
    config = parse_stack(
        {"gcp:project": "acme-dev"}
        | {f"vertex-residency:{key}": value for key, value in values.items()}
    )
    made = plan(config, "dev", dt.date(2026, 11, 23))
    assert not made.refused
    publishers = [answer.publisher for _, answer in made.answers]
    return {one.partition(".")[0] for one in services_for(publishers, made.features)}


EVERY_STACK = {SERVICES[feature].partition(".")[0] for feature in ALWAYS}


@pytest.mark.parametrize(
    ("feature", "model", "keys"),
    [
        ("every stack", "gemini-3.5-flash", {}),
        ("partner models", "claude-sonnet-5-5", {"residency": "eu"}),
        ("`guardrails`", "gemini-3.5-flash", {"guardrails": "on"}),
        (
            "`federation`",
            "gemini-3.5-flash",
            {
                "federation": '{"github": {"repository": "acme/app", "ownerId": 1}}',
                "callers": "federation",
            },
        ),
        ("`auditLogs`, `serviceAgents`", "gemini-3.5-flash", {"auditLogs": "true"}),
        ("`auditLogs`, `serviceAgents`", "gemini-3.5-flash", {"serviceAgents": "true"}),
        ("`publish: secrets`", "gemini-3.5-flash", {"publish": "secrets"}),
        ("`publish: parameters`", "gemini-3.5-flash", {"publish": "parameters"}),
        ("`caching`", "gemini-3.5-flash", {"caching": "off"}),
    ],
)
def test_the_apis_of_a_feature_are_those_of_the_table(
    feature: str, model: str, keys: dict[str, str]
) -> None:
    assert active(model, keys) == EVERY_STACK | apis(feature)


def test_the_apis_of_private_access_are_those_of_the_table() -> None:
    access = {"privateAccess": '{"network": "main", "subnetwork": "models"}'}
    bundle = active("gemini-3.5-flash", access)
    near = '{"network": "main", "subnetwork": {"europe-west4": "models"}}'
    regional = active("gemini-3.8-flash", {"residency": "eu", "privateAccess": near})
    assert bundle | regional == EVERY_STACK | apis("`privateAccess`")
    assert bundle ^ regional == {"networkconnectivity", "servicedirectory"}
