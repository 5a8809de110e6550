"""Warnings that a person has acknowledged: quiet until a day, and never without a trace."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from availability.explanation.answers import Answer
from availability.input.errors import BadInput, Problem
from availability.placement.rules import Rule, Waiver
from availability.placement.warnings import ACKNOWLEDGEABLE, Acknowledgement, WarningId
from availability.stack.config import parse_stack
from availability.stack.plan import plan
from tests.availability.cli_runs import run

KEY = "vertex-residency:"
DAY = dt.date(2026, 11, 24)
CLAUDE = "claude-sonnet-5-5"
REASON = "accepted by Ada for all projects"


def entry(**keys: object) -> dict[str, object]:
    given = {"warning": "partner-terms", "until": "2027-06-01", "reason": REASON, **keys}
    return {key: value for key, value in given.items() if value is not None}


def config(*accept: object, **keys: object) -> dict[str, object]:
    deployment: dict[str, object] = {"model": CLAUDE, **keys}
    if accept:
        deployment["accept"] = list(accept)
    return {
        "gcp:project": "acme-dev",
        KEY + "snapshot": "2026-10-10",
        KEY + "residency": "eu",
        KEY + "deployments": {"chat": deployment},
    }


def values(config: dict[str, object]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }


def problems(*accept: object) -> dict[str, Problem]:
    with pytest.raises(BadInput) as caught:
        parse_stack(values(config(*accept)))
    start = KEY + "deployments.chat."
    return {problem.path.removeprefix(start): problem for problem in caught.value.problems}


def answered(config: dict[str, object], day: dt.date = DAY) -> Answer:
    [(_, answer)] = plan(parse_stack(values(config)), "prod", day).answers
    return answer


def ids(answer: Answer) -> list[str]:
    return [warning.id.value for warning in answer.warnings]


def said(answer: Answer, id_: str) -> str:
    [text] = [warning.text for warning in answer.warnings if warning.id.value == id_]
    return text


# How it is written


def test_the_table_says_which_warnings_can_be_acknowledged():
    assert ACKNOWLEDGEABLE == (WarningId.ENDPOINT_GUARANTEE, WarningId.PARTNER_TERMS)
    rows = [WarningId(one) for one in ("endpoint-guarantee", "partner-terms", "retiring")]
    assert [one.may_be_acknowledged for one in rows] == [True, True, False]


@pytest.mark.parametrize("word", ["partner-terms", " Partner-Terms "])
def test_an_entry_accepts_a_warning_or_a_rule(word: str):
    rule = {"rule": "retired", "until": "2026-12-01", "reason": "planned"}
    [deployment] = parse_stack(values(config(entry(warning=word), rule))).deployments
    assert deployment.request.accept == (
        Acknowledgement(WarningId.PARTNER_TERMS, dt.date(2027, 6, 1), REASON),
        Waiver(Rule.RETIRED, dt.date(2026, 12, 1), "planned"),
    )
    assert deployment.request.acknowledgements == deployment.request.accept[:1]
    assert deployment.request.waivers == deployment.request.accept[1:]


@pytest.mark.parametrize("word", sorted({*WarningId} - {*ACKNOWLEDGEABLE}))
def test_no_other_warning_can_be_acknowledged(word: str):
    found = problems(entry(warning=word))
    assert list(found) == ["accept[0].warning"]
    message = found["accept[0].warning"].message
    assert "can't be acknowledged" in message
    assert "endpoint-guarantee, partner-terms" in message
    assert found["accept[0].warning"].suggestions == ()


@pytest.mark.parametrize(
    ("accept", "path", "words"),
    [
        ([entry(warning="partner-term")], "accept[0].warning", "partner-terms"),
        ([entry(warning=3)], "accept[0].warning", "can't be acknowledged"),
        ([entry(warning="retired")], "accept[0].warning", "rule: retired"),
        ([entry(warning=None, rule="partner-terms")], "accept[0].rule", "warning: partner-terms"),
        ([entry(rule="retired")], "accept[0]", "not both"),
        ([entry(warning=None)], "accept[0].rule", "missing"),
        ([entry(until=None)], "accept[0].until", "missing"),
        ([entry(reason=None)], "accept[0].reason", "missing"),
        ([entry(reason=" ")], "accept[0].reason", "in words"),
        ([entry(until="soon")], "accept[0].until", "no date"),
        ([entry(), entry()], "accept[1].warning", "twice"),
        ([entry(waring="x")], "accept[0].waring", "warning"),
        (["partner-terms"], "accept[0]", "{rule, until, reason}"),
    ],
)
def test_a_mistake_is_said_under_its_path(accept: list[object], path: str, words: str):
    found = problems(*accept)
    assert path in found
    assert words in str(found[path])


def test_all_mistakes_of_an_entry_are_said_at_once():
    found = problems(entry(warning=None, until=None), entry(rule="x", reason=None))
    assert {"accept[0].rule", "accept[0].until", "accept[1]", "accept[1].reason"} <= set(found)


# What it does


def test_an_acknowledged_warning_is_none_and_leaves_a_trace():
    assert ids(answered(config())) == ["endpoint-guarantee", "partner-terms"]
    answer = answered(config(entry()))
    assert ids(answer) == ["endpoint-guarantee"]
    [trace] = answer.acknowledged
    assert trace.text == f"Acknowledged until 2027-06-01: partner-terms. Reason: {REASON}"
    both = answered(config(entry(), entry(warning="endpoint-guarantee")))
    assert ids(both) == []
    assert [one.warning.id for one in both.acknowledged] == ["endpoint-guarantee", "partner-terms"]


def test_its_last_day_is_included_and_then_the_warning_is_back():
    made = config(entry(until=DAY.isoformat()))
    assert "partner-terms" not in ids(answered(made))
    late = answered(made, DAY + dt.timedelta(days=1))
    assert ids(late) == ["endpoint-guarantee", "partner-terms"]
    assert said(late, "partner-terms").endswith(
        f" It was acknowledged until {DAY} only. Reason: {REASON}"
    )
    assert late.acknowledged == ()


def test_what_never_occurs_is_said_to_be_not_needed():
    answer = answered(config(entry(), model="gemini-3.8-flash"))
    assert said(answer, "waived") == (
        f"The acknowledgement of partner-terms until 2027-06-01 is not needed now. Reason: {REASON}"
    )
    assert answer.acknowledged == ()


def test_what_never_occurs_and_has_expired_is_said_so():
    made = config(entry(until="2026-11-01"), model="gemini-3.8-flash")
    assert said(answered(made), "waived") == (
        "The acknowledgement of partner-terms has expired on 2026-11-01 and has no effect. "
        f"Reason: {REASON}"
    )


def test_a_guarantee_makes_the_acknowledgement_of_an_endpoint_idle():
    kept = {"within": "eu", "guarantee": "ml-processing"}
    answer = answered(config(entry(warning="endpoint-guarantee"), entry(), residency=kept))
    assert ids(answer) == ["waived"]


def test_of_a_refused_deployment_nothing_is_acknowledged():
    answer = answered(config(entry(), residency="jp"))
    assert ids(answer) == []
    assert answer.acknowledged == ()
    assert answer.fixes


def test_an_acknowledgement_changes_no_placement():
    quiet, loud = answered(config(entry())).result, answered(config()).result
    assert (quiet.named, quiet.valid) == (loud.named, loud.valid)  # type: ignore[union-attr]


# Where it is shown


def stack_file(folder: Path, *accept: object, **keys: object) -> str:
    path = folder / "Pulumi.prod.yaml"
    path.write_text(json.dumps({"config": config(*accept, **keys)}), encoding="utf-8")
    return str(path)


BOTH = (entry(), entry(warning="endpoint-guarantee", reason="no personal data"))


def test_the_plan_shows_it_in_one_quiet_line(tmp_path: Path):
    text = run("plan", stack_file(tmp_path, *BOTH), "--as-of", DAY.isoformat()).out
    assert "warning" not in text
    words = " ".join(text.split())
    assert "accepted endpoint-guarantee until 2027-06-01: no personal data" in words
    assert f"accepted partner-terms until 2027-06-01: {REASON}" in words


@pytest.mark.parametrize("form", ["markdown", "github", "sarif"])
def test_no_report_has_it(tmp_path: Path, form: str):
    words = ("--as-of", DAY.isoformat(), "--format", form)
    loud = run("plan", stack_file(tmp_path), *words).out
    quiet = run("plan", stack_file(tmp_path, *BOTH), *words).out
    for id_ in ("partner-terms", "endpoint-guarantee"):
        assert id_ in loud
        if form != "sarif":  # which lists all rules that there are
            assert id_ not in quiet
    if form == "sarif":
        document: Any = json.loads(quiet)
        assert document["runs"][0]["results"] == []


def test_in_json_it_stands_beside_the_warnings(tmp_path: Path):
    words = ("--as-of", DAY.isoformat(), "--json")
    chat = run("plan", stack_file(tmp_path, entry()), *words).document["deployments"]["chat"]
    assert [one["id"] for one in chat["warnings"]] == ["endpoint-guarantee"]
    [trace] = chat["acknowledged"]
    assert (trace["id"], trace["until"], trace["reason"]) == ("partner-terms", "2027-06-01", REASON)
    assert "publishes" in trace["text"]
    chat = run("plan", stack_file(tmp_path), *words).document["deployments"]["chat"]
    assert "acknowledged" not in chat
