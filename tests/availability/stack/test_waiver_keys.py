"""The keys on time and size: accept, contextSize, asOf, retirementWarning."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from availability.facts.snapshot import ContextSize
from availability.input.errors import BadInput, Problem
from availability.placement.rules import Rule, Waiver
from availability.placement.warnings import WarningId
from availability.stack.config import StackConfig, parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import Plan, plan

KEY = "vertex-residency:"
REASON = "the move to gemini-3.8-flash is in review"


def parsed(deployment: dict[str, object] | None = None, **stack: object) -> StackConfig:
    keys: dict[str, object] = {"model": "gemini-2.5-pro", **(deployment or {})}
    values: dict[str, object] = {"residency": "eu", "deployments": {"chat": keys}, **stack}
    return parse_stack(
        {
            KEY + key: value if isinstance(value, str) else json.dumps(value)
            for key, value in values.items()
        }
    )


def problems(deployment: dict[str, object] | None = None, **stack: object) -> dict[str, Problem]:
    with pytest.raises(BadInput) as caught:
        parsed(deployment, **stack)
    paths = [problem.path.removeprefix(KEY) for problem in caught.value.problems]
    return dict(zip(paths, caught.value.problems, strict=True))


def waiver(**keys: object) -> dict[str, object]:
    given = {"rule": "retired", "until": "2026-12-01", "reason": REASON, **keys}
    return {"accept": [{key: value for key, value in given.items() if value is not None}]}


@pytest.mark.parametrize("rule", ["retired", "preview", "legacy", "capability", " Retired "])
@pytest.mark.parametrize("until", ["2026-12-01", "2026-12-01 00:00:00 +0000 UTC"])
def test_a_waiver_says_which_rule_until_when_and_why(rule: str, until: str):
    [deployment] = parsed(waiver(rule=rule, until=until)).deployments
    expected = Waiver(Rule(rule.strip().lower()), dt.date(2026, 12, 1), REASON)
    assert deployment.request.accept == (expected,)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("residency", "can't be accepted"),
        ("ml-processing", "can't be accepted"),
        ("not-served", "can't be accepted"),
        ("pinned", "can't be accepted"),
        ("unknown-location", "can't be accepted"),
        ("retierd", "retired"),
        (3, "can't be accepted"),
    ],
)
def test_only_four_rules_can_be_accepted(rule: object, words: str):
    found = problems(waiver(rule=rule))
    assert list(found) == ["deployments.chat.accept[0].rule"]
    assert words in str(found["deployments.chat.accept[0].rule"])


@pytest.mark.parametrize(
    ("keys", "path", "words"),
    [
        ({"accept": "retired"}, "accept", "list of waivers"),
        ({"accept": ["retired"]}, "accept[0]", "{rule, until, reason}"),
        (waiver(until=None), "accept[0].until", "missing: every waiver names its until"),
        (waiver(reason=None), "accept[0].reason", "missing"),
        (waiver(rule=None), "accept[0].rule", "missing"),
        (waiver(reason=" "), "accept[0].reason", "in words"),
        (waiver(until="soon"), "accept[0].until", "no date"),
        (waiver(until=20261201), "accept[0].until", "no date"),
        (waiver(unitl="2026-12-01", until=None), "accept[0].unitl", "until"),
        ({"accept": waiver()["accept"] * 2}, "accept[1].rule", "twice"),  # type: ignore[operator]
        ({"contextSize": "2m"}, "contextSize", "64k, 128k, 1m"),
        ({"contextSize": "128"}, "contextSize", "128k"),
        ({"contextSize": 128000}, "contextSize", "64k, 128k, 1m"),
    ],
)
def test_a_mistake_is_said_under_its_path(keys: dict[str, object], path: str, words: str):
    found = problems(keys)
    assert f"deployments.chat.{path}" in found
    assert words in str(found[f"deployments.chat.{path}"])


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"asOf": "yesterday"}, "asOf"),
        ({"asOf": ["2026-10-19"]}, "asOf"),
        ({"retirementWarning": "soon"}, "retirementWarning"),
        ({"retirementWarning": -1}, "retirementWarning"),
        ({"retirementWarning": 1.5}, "retirementWarning"),
        ({"retirementWarning": True}, "retirementWarning"),
        ({"contextSize": "64k"}, "contextSize"),
        ({"accept": []}, "accept"),
    ],
)
def test_a_mistake_of_the_stack_is_said_under_its_path(keys: dict[str, object], path: str):
    assert list(problems(None, **keys)) == [path]


@pytest.mark.parametrize(
    ("word", "size"), [("64k", "64k"), ("128K", "128k"), (" 1M ", "1m"), ("1m", "1m")]
)
def test_a_context_size_is_read_in_any_case(word: str, size: str):
    [deployment] = parsed({"contextSize": word}).deployments
    assert deployment.request.context_size is ContextSize(size)


@pytest.mark.parametrize("days", [30, "30", " 30 "])
def test_a_stack_sets_the_days_of_warning_for_all(days: object):
    [deployment] = parsed(retirementWarning=days).deployments
    assert deployment.request.retirement_warning == 30


def test_the_default_is_ninety_days():
    [deployment] = parsed().deployments
    assert deployment.request.retirement_warning == 90


STACK = """\
config:
  vertex-residency:snapshot: 2026-10-10
  vertex-residency:asOf: {day}
  vertex-residency:residency: eu
  vertex-residency:deployments:
    chat:
      model: gemini-2.5-pro
      accept:
        - {{rule: retired, until: 2026-12-01, reason: planned}}
"""


@pytest.mark.parametrize(
    ("day", "refused", "words"),
    [
        ("2026-10-19", False, "not needed"),
        ("2026-12-01", False, "Broken and accepted until 2026-12-01"),
        ("2026-12-02", True, "expired"),
    ],
)
def test_the_day_of_a_stack_file_decides_and_a_waiver_expires(
    tmp_path: Path, day: str, refused: bool, words: str
):
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(STACK.format(day=day), encoding="utf-8")
    config = parse_stack(read_stack_file(path).values)
    assert config.as_of is not None
    assert config.as_of.isoformat() == day
    assert config.snapshot == "2026-10-10"
    made = plan(config, "test", config.as_of)
    assert bool(made.refused) == refused
    [(_, answer)] = made.answers
    [text] = [one.text for one in answer.warnings if one.id == WarningId.WAIVED]
    assert words in text


ACCEPTS_ALL = [
    {"rule": rule, "until": "2026-12-01", "reason": "planned"}
    for rule in ("retired", "preview", "legacy", "capability")
]


def judged_now(keys: dict[str, object], **stack: object) -> Plan:
    config = parsed({"accept": ACCEPTS_ALL, **keys}, snapshot="2026-10-10", **stack)
    return plan(config, "test", dt.date(2026, 11, 24))


def said_of_waivers(made: Plan) -> str:
    [(_, answer)] = made.answers
    return " ".join(one.text for one in answer.warnings if one.id == WarningId.WAIVED)


def test_a_refusal_calls_only_those_waivers_needed_that_are():
    made = judged_now({"model": "gemini-3.8-flash", "residency": "de"})
    assert made.refused
    assert said_of_waivers(made).count("not needed now") == 4
    made = judged_now({"model": "gemini-2.5-pro", "residency": "ch"})
    assert made.refused
    assert "Broken and accepted until 2026-12-01: retired" in said_of_waivers(made)
    assert said_of_waivers(made).count("not needed now") == 3


def test_the_waivers_of_an_unknown_model_are_shown():
    made = judged_now({"model": "gemini-9-flash", "residency": "de"})
    assert said_of_waivers(made).count("has no effect: no such model") == 4


def test_a_waived_need_is_named():
    made = judged_now({"model": "gemini-3.8-flash", "residency": "eu", "needs": "tuning"})
    assert not made.refused
    assert "capability (a source denies tuning)" in said_of_waivers(made)


def test_a_waiver_of_one_model_makes_no_other_an_alternative():
    for model in ("gemini-2.5-pro", "gemini-3.8-flash"):
        [(_, answer)] = judged_now({"model": model, "residency": "de"}).answers
        for one in answer.alternatives:
            assert one.placement is not None
            if "model" in one.keys:
                assert not one.placement.named.is_retired(dt.date(2026, 11, 24))
        assert answer.alternatives


def test_a_stack_that_is_judged_by_another_day_says_so():
    config = parsed({}, snapshot="2026-10-10", asOf="2026-07-01")
    [warning] = plan(config, "test", dt.date(2026, 7, 1)).warnings
    assert warning.id == "as-of"
    assert "2026-07-01" in warning.text
    # A day of the command line's has been typed by who reads the answer.
    assert plan(config, "test", dt.date(2026, 7, 2)).warnings == ()
