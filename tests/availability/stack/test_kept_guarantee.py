"""A deployment's own residency keeps the guarantee of its stack, unless it names one itself."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.explanation.alternatives.single import Key
from availability.explanation.answers import Answer
from availability.input.errors import BadInput, Problem
from availability.places.residency import Guarantee
from availability.report.text import plan_lines, refused_plan_lines
from availability.stack.config import parse_stack
from availability.stack.plan import Plan, plan
from tests.availability.cli_runs import run
from tests.availability.config_commands import apply_commands
from tests.thorough import thorough

KEY = "vertex-residency:"
DAY = dt.date(2026, 11, 23)
KEPT = {"within": "eu", "guarantee": "ml-processing"}
FLASH = "gemini-3.8-flash"
"""Served in the multi-regions and by the global endpoint, with commitments for `eu` and `us`."""


def config(stack: object, own: object = None, **keys: object) -> dict[str, Any]:
    """The configuration of a stack with one deployment."""
    deployment: dict[str, object] = {"model": FLASH, **keys}
    if own is not None:
        deployment["residency"] = own
    return {
        KEY + "snapshot": "2026-10-10",
        KEY + "residency": stack,
        KEY + "deployments": {"chat": deployment},
    }


def values(config: dict[str, Any]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }


def planned(config: dict[str, Any]) -> Plan:
    return plan(parse_stack(values(config)), "prod", DAY)


def answered(config: dict[str, Any]) -> Answer:
    [(_, answer)] = planned(config).answers
    return answer


def effective(stack: object, own: object = None) -> str:
    """The residency that holds for the deployment, in words."""
    return answered(config(stack, own)).result.request.residency.text


@pytest.mark.parametrize(
    ("stack", "own", "expected"),
    [
        (KEPT, None, "eu with ml-processing"),
        (KEPT, "de", "de with ml-processing"),
        (KEPT, "de,fr", "de,fr with ml-processing"),
        (KEPT, ["de", "fr"], "de,fr with ml-processing"),
        (KEPT, {"within": "de"}, "de with ml-processing"),
        (KEPT, {"within": "eea", "excluding": "de"}, "eea excluding de with ml-processing"),
        (KEPT, {"within": "any", "excluding": "us"}, "any excluding us with ml-processing"),
        (KEPT, {"within": "de", "guarantee": "endpoint"}, "de"),
        (KEPT, {"within": "any", "guarantee": " Endpoint "}, "any"),
        # Nothing else of the stack's residency is merged.
        ({**KEPT, "excluding": "fr"}, "eu", "eu with ml-processing"),
        ("eu", "de", "de"),
        ("eu", "any", "any"),
        ({"within": "eu", "guarantee": "endpoint"}, "de", "de"),
        ("eu", {"within": "de", "guarantee": "ml-processing"}, "de with ml-processing"),
    ],
)
def test_the_guarantee_of_the_stack_holds_unless_one_is_named(
    stack: object, own: object, expected: str
) -> None:
    assert effective(stack, own) == expected


areas = st.sampled_from(["eu", "eea", "europe", "us", "de", "fr", "be", "eu-adequate"])
named = st.one_of(
    st.none(), st.sampled_from(["endpoint", "ml-processing", "ML-processing", " endpoint"])
)


@st.composite
def written(draw: st.DrawFn) -> tuple[Any, list[str], list[str], str | None]:
    """A residency in one of its forms: itself, what is within, what is excluded, its guarantee."""
    within = draw(st.lists(areas, min_size=1, max_size=2, unique=True))
    guarantee = draw(named)
    terms: Any = draw(st.sampled_from([within, ",".join(within)]))
    if guarantee is None and draw(st.booleans()):
        return terms, within, [], None
    excluding = draw(st.sampled_from([[], ["gb"], ["ch", "gb"]]))
    whole: dict[str, Any] = {"within": terms}
    whole |= {"excluding": excluding} if excluding else {}
    whole |= {"guarantee": guarantee} if guarantee is not None else {}
    return whole, within, excluding, guarantee


@thorough(150)
@given(stack=written(), own=written())
def test_a_residency_is_the_deployments_but_for_a_guarantee_that_it_leaves_out(
    stack: tuple[Any, list[str], list[str], str | None],
    own: tuple[Any, list[str], list[str], str | None],
) -> None:
    [deployment] = parse_stack(values(config(stack[0], own[0]))).deployments
    guarantee = own[3] if own[3] is not None else stack[3]
    residency = deployment.request.residency
    assert list(residency.within) == own[1]
    assert list(residency.excluding) == own[2]
    assert residency.guarantee.value == (guarantee or "endpoint").strip().lower()


@pytest.mark.parametrize("own", ["any", ["any"], {"within": "any"}, "eu,any"])
def test_any_never_loses_the_guarantee_of_the_stack_silently(own: object) -> None:
    with pytest.raises(BadInput) as caught:
        parse_stack(values(config(KEPT, own)))
    [problem] = caught.value.problems
    assert problem.path == "vertex-residency:deployments.chat.residency"
    assert "vertex-residency:residency" in problem.message
    assert "ml-processing" in problem.message
    assert "{within: any, guarantee: endpoint}" in problem.message


def test_what_the_message_says_to_write_may_be_written() -> None:
    assert effective(KEPT, {"within": "any", "guarantee": "endpoint"}) == "any"


def test_all_deployments_that_would_lose_it_are_named_at_once() -> None:
    made = config(KEPT, "any")
    made[KEY + "deployments"]["lab"] = {"model": FLASH, "residency": "any", "needs": ["singing"]}
    made[KEY + "deployments"]["more"] = {"model": FLASH, "residency": "any"}
    with pytest.raises(BadInput) as caught:
        parse_stack(values(made))
    paths = [problem.path.removeprefix(KEY + "deployments.") for problem in caught.value.problems]
    assert {"chat.residency", "more.residency"} <= set(paths)


def problem_lines_of(config: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        parse_stack(values(config))
    return caught.value.problems


def test_a_mistake_in_the_stacks_residency_is_not_repeated_by_its_deployments() -> None:
    problems = problem_lines_of(config({"within": "eu", "guarantee": "strict"}, "any"))
    assert [problem.path for problem in problems] == ["vertex-residency:residency.guarantee"]


def test_a_plan_shows_the_guarantee_that_holds_and_whose_it_is() -> None:
    lines = "\n".join(plan_lines(planned(config(KEPT, "europe"))))
    assert "residency  europe with the stack's ml-processing" in lines
    lines = "\n".join(plan_lines(planned(config(KEPT, {**KEPT, "within": "europe"}))))
    assert "residency  europe with ml-processing" in lines
    assert "residency  eu\n" in "\n".join(plan_lines(planned(config("eu"))))


def test_a_refusal_shows_the_guarantee_that_holds_and_whose_it_is() -> None:
    text = " ".join(" ".join(refused_plan_lines(planned(config(KEPT, "de")))).split())
    assert "residency de with the stack's ml-processing (de is Germany)." in text
    # The stack's own residency has nothing to say about where its guarantee is from.
    text = " ".join(refused_plan_lines(planned(config({**KEPT, "within": "de"}))))
    assert "the stack's ml-processing" not in text


def test_the_plan_in_json_has_the_residency_that_holds(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    made = config(KEPT, {"within": ["eea"], "excluding": "de"})
    made[KEY + "deployments"]["lab"] = {"model": FLASH, "residency": "de"}
    path.write_text(json.dumps({"config": {"gcp:project": "acme-dev", **made}}), encoding="utf-8")
    document = run("plan", str(path), "--json", "--as-of", DAY.isoformat()).document
    assert document["deployments"]["chat"]["residency"] == {
        "within": ["eea"],
        "excluding": ["de"],
        "guarantee": "ml-processing",
    }
    assert document["deployments"]["lab"]["residency"]["guarantee"] == "ml-processing"


# Fixes


def residency_fixes(made: dict[str, Any]) -> list[tuple[str, str]]:
    return [fix for fix in answered(made).fixes if ".residency" in fix[1]]


def pasted(command: str, made: dict[str, Any]) -> Answer:
    after = json.loads(json.dumps(made))
    apply_commands(command, after, "prod")
    return answered(after)


def test_removing_the_override_comes_first_where_it_helps() -> None:
    made = config(KEPT, "de")
    [(text, command), *others] = residency_fixes(made)
    assert text.startswith(
        "Remove its own residency, so that the stack's holds, eu with ml-processing "
        "(a compliance decision for a person to take): placed in eu"
    )
    assert command == (
        "pulumi config rm --path vertex-residency:deployments.chat.residency --stack prod"
    )
    after = pasted(command, made).result.request.residency
    assert after.text == "eu with ml-processing"
    # The same area is not offered once more in other words.
    for _, other in others:
        assert pasted(other, made).result.request.residency.area != after.area


def test_in_json_the_key_goes() -> None:
    answer = answered(config(KEPT, "de"))
    changes = [one.changes for one in answer.shown_alternatives]
    assert (("residency", None),) in changes


@pytest.mark.parametrize("own", ["de", {"within": "de"}, {"within": "de", "guarantee": "endpoint"}])
def test_a_fix_that_widens_keeps_the_guarantee_that_holds(own: object) -> None:
    made = config(KEPT, own)
    before = answered(made).result.request.residency.guarantee
    fixes = residency_fixes(made)
    assert fixes
    for text, command in fixes:
        after = pasted(command, made).result.request.residency.guarantee
        assert after is before or after is Guarantee.ML_PROCESSING, f"{text}\n{command}"


def test_beside_a_fix_that_keeps_the_guarantee_none_widens_without_it() -> None:
    # Without the guarantee a smaller area would do: de and us-east5.
    made = config({"within": "jp", "guarantee": "ml-processing"}, "de", model="claude-opus-4-1")
    alternatives = answered(made).alternatives
    found = [one.request.residency.text for one in alternatives if one.keys == (Key.RESIDENCY,)]
    assert found == ["de,us with ml-processing"]


def test_a_wider_residency_says_its_guarantee() -> None:
    # The stack's own residency is of no use here, so the deployment's is widened.
    made = config({"within": "jp", "guarantee": "ml-processing"}, "de")
    [(text, command), *_] = residency_fixes(made)
    assert text.startswith("Widen the residency to eu with ml-processing (")
    assert command.endswith("deployments.chat.residency.guarantee ml-processing --stack prod")
    assert pasted(command, made).result.request.residency.text == "eu with ml-processing"


def test_giving_the_guarantee_up_takes_the_word() -> None:
    # Nothing is committed for it, so that only an endpoint can be had.
    made = config(KEPT, "fr", model="gemini-2.5-flash-image")
    for text, command in residency_fixes(made):
        after = pasted(command, made).result.request.residency.guarantee
        assert ("no longer ask for ml-processing" in text.lower()) == (after is Guarantee.ENDPOINT)


def test_removing_an_override_that_has_the_guarantee_comes_after_what_keeps_it() -> None:
    made = config("eu", {"within": "de", "guarantee": "ml-processing"})
    alternatives = [one for one in answered(made).alternatives if one.keys == (Key.RESIDENCY,)]
    assert alternatives[0].request.residency.text == "eu with ml-processing"
    lost = [one.request.residency.guarantee is Guarantee.ENDPOINT for one in alternatives]
    assert lost == sorted(lost)


def test_without_an_override_nothing_is_removed() -> None:
    for text, command in residency_fixes(config({"within": "de", "guarantee": "ml-processing"})):
        assert "Remove" not in text
        assert " rm " not in command.split("&&")[-1]


def test_a_group_is_offered_the_stacks_residency_first() -> None:
    made = config(KEPT, "de")
    made[KEY + "deployments"]["lab"] = {"model": FLASH}
    made[KEY + "colocate"] = [["chat", "lab"]]
    fixes = [fix for _, answer in planned(made).answers for fix in answer.fixes]
    widening = [fix for fix in fixes if ".residency" in fix[1]]
    assert widening[0][0].startswith("For chat, remove its own residency")
    for _, command in widening:
        after = json.loads(json.dumps(made))
        apply_commands(command, after, "prod")
        assert not planned(after).refused
