"""Which deployments moved since the last update, why, and what would keep them where they were."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from availability.explanation.answers import answer, to_json
from availability.explanation.moves import Move
from availability.placement.request import Placement
from availability.placement.warnings import WarningId
from availability.stack.config import parse_stack
from availability.stack.moves import moves
from availability.stack.plan import Plan, plan

DAY = dt.date(2026, 10, 12)
FLASH = "gemini-3.8-flash"
OLDER_FLASH = "gemini-3.5-flash"


def planned(deployments: dict[str, Any], stack: str = "dev", **keys: object) -> Plan:
    values: dict[str, object] = {"residency": "eu", "snapshot": "2026-10-10", **keys}
    texts = {
        f"vertex-residency:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in {**values, "deployments": deployments}.items()
    }
    config = parse_stack({"gcp:project": "acme-dev", "gcp:region": "europe-west4", **texts})
    made = plan(config, stack, DAY)
    assert not made.refused
    return made


def outputs(**locations: object) -> dict[str, object]:
    """What a stack exports, as far as it matters: deployment to location."""
    exports = {name: {"location": location} for name, location in locations.items()}
    return {"snapshot": "2026-10-10", "deployments": exports}


def move(keys: dict[str, Any], before: object, **others: str) -> Move:
    """The move of a stack's only deployment."""
    [made] = moves(planned({"chat": keys}, **others), outputs(chat=before)).values()
    assert made.warning.id is WarningId.MOVED
    return made


@pytest.mark.parametrize(
    ("keys", "before", "text"),
    [
        (
            {"model": FLASH, "residency": "any"},
            "eu",
            "eu -> global: global is the widest endpoint that the residency allows.",
        ),
        (
            {"model": FLASH},
            "global",
            "global -> eu: global lies outside eu.",
        ),
        (
            {"model": FLASH},
            "europe-west3",
            f"europe-west3 -> eu: {FLASH} is not served in europe-west3 (Frankfurt, Germany).",
        ),
        (
            {"model": FLASH, "residency": "any", "prefer": "us"},
            "global",
            "global -> us: us is preferred.",
        ),
        (
            {"model": FLASH, "residency": "any", "location": "us"},
            "global",
            "global -> us: us is pinned.",
        ),
        (
            {"model": FLASH},
            "europe-west99",
            "europe-west99 -> eu: 'europe-west99' is no location that is known here.",
        ),
        (
            {"model": FLASH},
            "\x1b[2J\n::error::",
            r"\x1b[2J\n::error:: -> eu: '\x1b[2J\n::error::' is no location that is known here.",
        ),
    ],
)
def test_it_says_why(keys: dict[str, Any], before: str, text: str) -> None:
    assert move(keys, before).warning.text == text


@pytest.mark.parametrize(
    "keys",
    [
        {"model": OLDER_FLASH, "residency": {"within": "eu", "guarantee": "ml-processing"}},
        {"model": FLASH, "residency": {"within": "eu", "guarantee": "ml-processing"}},
        {"model": "claude-sonnet-5-5", "needs": ["batch-prediction"], "residency": "any"},
        {"model": "gemini-2.5-flash", "residency": {"within": "any", "excluding": ["us"]}},
    ],
    ids=str,
)
def test_what_refuses_the_old_location_is_said_as_a_refusal_of_a_pin_says_it(
    keys: dict[str, Any],
) -> None:
    made = planned({"chat": keys})
    [(deployment, answered)] = made.answers
    assert isinstance(answered.result, Placement)
    others = made.snapshot.location_ids - {*answered.result.valid}
    assert others
    for location in others:
        pinned = replace(deployment.request, location=location)
        reasons: Any = to_json(answer(pinned, made.snapshot, DAY), None)["refusal"]
        first = next(one for one in reasons["reasons"] if one["location"] == location)
        place = answered.result.location
        assert move(keys, location).warning.text == f"{location} -> {place}: {first['text']}"


def test_of_equal_locations_the_nearer_one_comes_first() -> None:
    made = move({"model": "gemini-2.0-flash-001"}, "europe-west9", snapshot="2025-05-12")
    assert made.warning.text.startswith(
        "europe-west9 -> europe-west4: europe-west4 comes before europe-west9: 0 km from "
        "europe-west4, not "
    )


def test_a_location_that_others_cant_share_is_said_to_be_so() -> None:
    deployments = {
        "chat": {"model": OLDER_FLASH},
        "lab": {"model": OLDER_FLASH, "residency": "europe-west3"},
    }
    made = moves(planned(deployments, colocate=[["chat", "lab"]]), outputs(chat="eu"))
    assert made["chat"].warning.text == (
        "eu -> europe-west3: eu (EU multi-region) is to be shared with lab, and not valid for it."
    )


def test_another_snapshot_is_named() -> None:
    before = outputs(chat="eu") | {"snapshot": "2026-08-22"}
    [made] = moves(planned({"chat": {"model": FLASH, "residency": "any"}}), before).values()
    assert made.warning.text.endswith(" Snapshot 2026-10-10 decides, and before it was 2026-08-22.")


STAY = (
    "pulumi config set --path vertex-residency:deployments.chat.location {location} --stack {stack}"
)
PIN = "python -m availability pin {stack}"


def commands(made: Move) -> list[str]:
    return [command for _, command in made.fixes]


def test_what_is_still_valid_can_stay_and_all_can_be_pinned() -> None:
    made = move({"model": FLASH, "residency": "any"}, "eu")
    assert made.fixes == (
        (
            "To stay in eu (EU multi-region), pin it there:",
            STAY.format(location="eu", stack="dev"),
        ),
        (
            "To have no deployment of the stack move again, pin them all:",
            PIN.format(stack="dev"),
        ),
    )


def test_what_is_not_valid_any_more_cant_stay() -> None:
    assert commands(move({"model": FLASH}, "global")) == [PIN.format(stack="dev")]


def test_what_is_pinned_needs_no_pin() -> None:
    made = move({"model": FLASH, "residency": "any", "location": "us"}, "global")
    assert commands(made) == [STAY.format(location="global", stack="dev")]


def test_a_stack_whose_name_is_like_an_option_is_named_by_its_file() -> None:
    [made] = moves(planned({"chat": {"model": FLASH}}, "-x"), outputs(chat="global")).values()
    assert commands(made) == [PIN.format(stack="stacks/Pulumi.-x.yaml")]


def test_the_command_to_stay_keeps_it_where_it_was() -> None:
    keys: dict[str, Any] = {"model": FLASH, "residency": "any"}
    assert moves(planned({"chat": {**keys, "location": "eu"}}), outputs(chat="eu")) == {}


@pytest.mark.parametrize(
    "before",
    [
        {},
        outputs(),
        outputs(chat="eu"),
        outputs(lab="global"),
        outputs(chat=None),
        outputs(chat=""),
        outputs(chat=7),
        outputs(chat=["us"]),
        {"deployments": None},
        {"deployments": ["chat"]},
        {"deployments": "chat"},
        {"deployments": {"chat": None}},
        {"deployments": {"chat": "us"}},
        {"deployments": {"chat": {}}},
        {"snapshot": {}, "deployments": {"chat": {"location": "eu"}}},
    ],
    ids=str,
)
def test_what_was_there_before_or_was_not_known_has_not_moved(before: dict[str, object]) -> None:
    assert moves(planned({"chat": {"model": FLASH}}), before) == {}


def test_only_what_moves_is_told_of() -> None:
    deployments = {name: {"model": FLASH} for name in ("chat", "lab", "new")}
    before = outputs(chat="eu", lab="us", gone="us")
    assert list(moves(planned(deployments), before)) == ["lab"]
