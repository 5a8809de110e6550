"""What a stack declares is the same once the engine has kept it; anything else is not read."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.plan import plan_values
from availability.stack.review.comparison import compare
from availability.stack.review.declared import Declared, read_declared
from availability.stack.shape import names_of

VALUES = {
    "gcp:project": "acme-test",
    "vertex-residency:snapshot": "2026-10-10",
    "vertex-residency:residency": '{"within": "eu", "guarantee": "ml-processing"}',
    "vertex-residency:controls": '["cmek"]',
    "vertex-residency:guardrails": '{"alsoAllow": {"locations": "us"}, "restrictServices": true}',
    "vertex-residency:auditLogs": '{"exemptedMembers": ["user:a@acme.example"]}',
    "vertex-residency:federation": '{"github": {"repository": "acme/app", "ownerId": "12"}}',
    "vertex-residency:deployments": json.dumps(
        {
            "chat": {
                "model": "gemini-3.8-flash",
                "needs": ["batch-prediction"],
                "callers": ["group:chat@acme.example", "federation"],
                "accept": [
                    {"rule": "capability", "until": "2026-12-31", "reason": "<{%red%}>\n::x"},
                    {
                        "warning": "endpoint-guarantee",
                        "until": "2026-12-31",
                        "reason": "it is known",
                    },
                ],
            },
            "lab": {
                "model": "gemini-3.8-flash",
                "residency": {"within": "eu-adequate", "guarantee": "endpoint"},
                "serviceAccountUsers": ["user:b@acme.example"],
            },
        }
    ),
}


def declared(**changed: str) -> Declared:
    values = VALUES | {f"vertex-residency:{key}": value for key, value in changed.items()}
    return Declared.of(plan_values(values, "dev", {}, as_of=dt.date(2026, 10, 12)))


def kept(document: object) -> Any:
    """As the engine gives an output back: all numbers are floats, and no map has an order."""
    return json.loads(json.dumps(document, sort_keys=True), parse_int=float)


def test_it_is_the_same_once_the_engine_has_kept_it() -> None:
    before = declared()
    read = read_declared(kept(before.as_json()))
    assert read is not None
    assert read == before
    assert read is not None
    assert read.federation is not None
    assert read.federation.text == "repository acme/app, ownerId 12"
    plan = plan_values(VALUES, "dev", {}, as_of=dt.date(2026, 10, 12))
    compared = compare(before, plan)
    assert (compared.changes, compared.otherwise) == ((), ())
    assert compared.unchanged == ("chat", "lab")


def test_it_has_what_is_reviewed_in_camel_case() -> None:
    document = declared().as_json()
    assert list(document) == [
        "snapshot",
        "retirementWarning",
        "guardrails",
        "auditLogs",
        "federation",
        "settings",
        "deployments",
    ]
    chat: Any = document["deployments"]
    assert chat["chat"]["residency"] == {
        "within": ["eu"],
        "excluding": [],
        "guarantee": "ml-processing",
    }
    assert chat["chat"]["waivers"][0] == {
        "accepts": "rule capability",
        "until": "2026-12-31",
        "reason": r"<\x7b%red%\x7d>\n::x",
    }
    assert chat["lab"]["serviceAccountUsers"] == ["user:b@acme.example"]


def test_what_a_newer_version_adds_is_left_out() -> None:
    document = kept(declared().as_json())
    document["more"] = 1
    document["deployments"]["chat"]["more"] = {"x": []}
    assert read_declared(document) == declared()


@pytest.mark.parametrize(
    "output",
    [
        None,
        "",
        [],
        {},
        0,
        {"snapshot": "2026-10-10"},
        {**declared().as_json(), "snapshot": "yesterday"},
        {**declared().as_json(), "deployments": {"chat": {}}},
        {**declared().as_json(), "deployments": [1]},
        {**declared().as_json(), "guardrails": True},
    ],
    ids=str,
)
def test_what_is_no_such_output_is_none(output: object) -> None:
    assert read_declared(output) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("residency", {"within": ["atlantis"], "excluding": [], "guarantee": "endpoint"}),
        ("boundary", "atlantis"),
        ("boundary", ""),
        ("boundary", ["eu"]),
        ("retires", "soon"),
    ],
)
def test_what_nobody_knows_is_not_read(key: str, value: object) -> None:
    document = kept(declared().as_json())
    document["deployments"]["chat"][key] = value
    assert read_declared(document) is None


def test_a_location_that_is_no_longer_known_moves() -> None:
    document = kept(declared().as_json())
    document["deployments"]["chat"]["location"] = "atlantis"
    before = read_declared(document)
    assert before is not None
    plan = plan_values(VALUES, "dev", {}, as_of=dt.date(2026, 10, 12))
    [moved] = compare(before, plan).changes
    assert (moved.kind, moved.before, moved.after) == ("moved", "atlantis", "eu")
    assert "is no location that is known here" in moved.text


def test_every_key_is_compared() -> None:
    document: Any = declared().as_json()
    named = {*document, *document["settings"]} | {
        "residency",
        "controls",
        "callers",
        "allowPreview",
    }
    assert named >= {*names_of(StackKeys)}
    chat = document["deployments"]["chat"]
    renamed = {"pin": "location", "waivers": "accept"}
    known = {renamed.get(name, name) for name in (*chat, *chat["settings"])}
    assert known >= {*names_of(DeploymentKeys)}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"protect": "true"}, (None, "protect")),
        ({"caching": "on", "publish": "secrets"}, (None, "publish, caching")),
        ({"retirementWarning": "30"}, (None, "retirementWarning")),
        ({"auditLogs": "true"}, (None, "auditLogs")),
    ],
)
def test_what_is_changed_besides_is_named(
    changed: dict[str, str], said: tuple[str | None, str]
) -> None:
    values = VALUES | {"gcp:region": "europe-west4"}
    values |= {f"vertex-residency:{key}": value for key, value in changed.items()}
    before = Declared.of(
        plan_values(VALUES | {"gcp:region": "europe-west4"}, "dev", {}, as_of=dt.date(2026, 10, 12))
    )
    compared = compare(before, plan_values(values, "dev", {}, as_of=dt.date(2026, 10, 12)))
    assert (compared.changes, compared.otherwise) == ((), (said,))
