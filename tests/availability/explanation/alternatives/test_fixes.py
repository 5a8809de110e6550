"""A fix that is printed works when it is pasted."""

import datetime as dt
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from availability.command_line.cli import main
from availability.explanation.alternatives.single import Key
from availability.explanation.answers import Answer
from availability.facts.library import load
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.placement.request import Placement, Refusal
from availability.places.areas import AREA_TERMS
from availability.places.geography import places, regions
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import plan
from tests.availability.config_commands import Config, apply_commands
from tests.thorough import thorough

DAYS = {"2025-05-12": dt.date(2025, 6, 1), "2026-10-10": dt.date(2026, 11, 23)}
"""Snapshot -> the day to judge by."""
OTHERS = {"2025-05-12": "text-embedding-005", "2026-10-10": "gemini-embedding-2"}
"""Snapshot -> a model that it places anywhere."""
COUNTRIES = sorted({one.country_code for one in regions().values()} | {"no", "pt", "in"})
NEEDS = [need.value for need in Need]

terms = st.one_of(
    st.sampled_from(AREA_TERMS), st.sampled_from(COUNTRIES), st.sampled_from(sorted(regions()))
)
areas = st.sampled_from([*(term for term in AREA_TERMS if term != "any"), *COUNTRIES])
models = {
    snapshot: st.sampled_from(
        [named.id for named in all_models(load(snapshot))]
        + ["gemini-2.0-flash", "Imagen 2", "claude-3-7-sonnet", "llama-3.1", "Gemini 1.5 Pro"]
    )
    for snapshot in DAYS
}


@st.composite
def guaranteed(draw: st.DrawFn) -> dict[str, Any]:
    """A residency as a map with a guarantee."""
    within = draw(st.lists(areas, min_size=1, max_size=2))
    return {"within": within, "guarantee": draw(st.sampled_from(["endpoint", "ml-processing"]))}


@st.composite
def excluded(draw: st.DrawFn) -> dict[str, Any]:
    """A residency as a map with exclusions."""
    out = draw(st.lists(st.sampled_from(["us", "gb", "be", "nl", "sg"]), min_size=1))
    return {"within": draw(st.sampled_from(["any", "europe", "eu"])), "excluding": out}


@st.composite
def guaranteed_and_excluded(draw: st.DrawFn) -> dict[str, Any]:
    """A residency as a map with all its keys."""
    return {**draw(excluded()), "within": "eu", "guarantee": "ml-processing"}


residencies: st.SearchStrategy[Any] = st.one_of(
    terms,
    st.lists(terms, min_size=1, max_size=3).map(",".join),
    st.lists(terms, min_size=1, max_size=3),
    guaranteed(),
    excluded(),
    guaranteed_and_excluded(),
)


@st.composite
def deployments(draw: st.DrawFn, snapshot: str) -> dict[str, Any]:
    """The keys of one deployment, refused more often than not."""
    keys: dict[str, Any] = {"model": draw(models[snapshot])}
    if draw(st.booleans()):
        keys["residency"] = draw(residencies)
    if draw(st.booleans()):
        needs = draw(st.lists(st.sampled_from(NEEDS), min_size=1, max_size=3, unique=True))
        keys["needs"] = needs if draw(st.booleans()) else ",".join(needs)
    if draw(st.booleans()):
        keys["location"] = draw(st.sampled_from(sorted(places())))
    if draw(st.booleans()):
        keys["allowPreview"] = draw(st.booleans())
    if draw(st.booleans()):
        keys["contextSize"] = draw(st.sampled_from(["64k", "128k", "1m"]))
    return keys


@st.composite
def stacks(draw: st.DrawFn) -> Config:
    """The `config` of a stack with one deployment under test and one that is placed."""
    snapshot = draw(st.sampled_from(sorted(DAYS)))
    residency, chat = draw(residencies), draw(deployments(snapshot))
    if guarantee_of(residency) == "ml-processing" and is_everywhere(chat.get("residency")):
        # Anything else would be bad input: nothing is to lose the guarantee unawares.
        chat["residency"] = {"within": "any", "guarantee": "endpoint"}
    return {
        "vertex-residency:snapshot": snapshot,
        "vertex-residency:residency": residency,
        "vertex-residency:deployments": {
            "chat": chat,
            "other": {
                "model": OTHERS[snapshot],
                "residency": {"within": "any", "guarantee": "endpoint"},
            },
        },
    }


def guarantee_of(residency: Any) -> str | None:
    """The guarantee that a residency names; None where it names none."""
    return cast("dict[str, Any]", residency).get("guarantee") if is_map(residency) else None


def is_map(residency: Any) -> bool:
    return isinstance(residency, dict)


def is_everywhere(residency: Any) -> bool:
    """Whether it names no guarantee and no area."""
    if is_map(residency):
        named = cast("dict[str, Any]", residency)
        return "any" in named["within"] and not {"excluding", "guarantee"} & named.keys()
    return residency is not None and "any" in (
        residency.split(",") if isinstance(residency, str) else residency
    )


def planned(config: Config, folder: Path) -> dict[str, Answer]:
    """Every deployment's answer, read from a stack file as `plan` reads it."""
    path = folder / "Pulumi.prod.yaml"
    YAML().dump({"config": config}, path)  # pyright: ignore[reportUnknownMemberType]
    parsed = parse_stack(read_stack_file(path).values)
    made = plan(parsed, "prod", DAYS[parsed.snapshot])
    return {deployment.name: answer for deployment, answer in made.answers}


@dataclass(frozen=True)
class Fixed:
    """A printed fix, and what came of it."""

    text: str
    command: str
    config: Config
    answers: dict[str, Answer]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


KEPT_BY_ANOTHER_MODEL: Config = {
    "vertex-residency:snapshot": "2026-10-10",
    "vertex-residency:residency": "any",
    "vertex-residency:deployments": {
        "chat": {
            "model": "mistral-medium-3",
            "residency": {"within": "eu", "excluding": ["be"], "guarantee": "ml-processing"},
            "location": "asia-northeast1",
        },
        "other": {
            "model": "gemini-embedding-2",
            "residency": {"within": "any", "guarantee": "endpoint"},
        },
    },
}
"""What another pin gives the guarantee up for, another model keeps."""


@thorough(400)
@given(config=stacks())
@example(config=KEPT_BY_ANOTHER_MODEL)
def test_each_fix_that_a_stack_prints_does_what_it_says(config: Config, folder: Path) -> None:
    answers = planned(config, folder)
    fixed: list[Fixed] = []
    for text, command in answers["chat"].fixes:
        changed = json.loads(json.dumps(config))
        apply_commands(command, changed, "prod")
        fixed.append(Fixed(text, command, changed, planned(changed, folder)))
    assert_each_fix_makes_the_deployment_valid(answers, fixed)
    assert_what_an_alternative_says_is_where_its_fix_leads(answers["chat"], fixed)
    assert_a_fix_keeps_the_guarantee_or_says_that_it_gives_it_up(config, answers["chat"], fixed)
    assert_the_stacks_residency_comes_before_all_that_keep_as_much(config, answers["chat"], folder)
    assert_widening_comes_after_all_that_keeps_the_residency_and_says_what_it_is(answers["chat"])


def assert_each_fix_makes_the_deployment_valid(
    answers: dict[str, Answer], fixed: list[Fixed]
) -> None:
    for one in fixed:
        assert isinstance(one.answers["chat"].result, Placement), f"{one.text}\n{one.command}"
        assert one.answers["other"].result == answers["other"].result


def assert_what_an_alternative_says_is_where_its_fix_leads(
    answer: Answer, fixed: list[Fixed]
) -> None:
    if not isinstance(answer.result, Refusal):
        return
    working = [one.placement for one in answer.alternatives if one.placement is not None]
    for placement, one in zip(working, fixed, strict=True):
        result = one.answers["chat"].result
        assert isinstance(result, Placement)
        assert result.location == placement.location
        assert result.location in one.text


def held(config: Config) -> str:
    """The guarantee that holds for the deployment, by a reading of its own."""
    stack = guarantee_of(config["vertex-residency:residency"])
    own = config["vertex-residency:deployments"]["chat"].get("residency")
    return guarantee_of(own) or stack or "endpoint"


def assert_a_fix_keeps_the_guarantee_or_says_that_it_gives_it_up(
    config: Config, answer: Answer, fixed: list[Fixed]
) -> None:
    assert answer.result.request.residency.guarantee == held(config)
    lost: list[bool] = []
    for one in fixed:
        after = one.answers["chat"].result.request.residency.guarantee
        assert after == held(one.config)
        lost.append(held(config) == "ml-processing" and after == "endpoint")
        assert ("no longer ask for ml-processing" in one.text.lower()) == lost[-1], one.text
    single = [
        gone for gone, one in zip(lost, fixed, strict=True) if ".chat.residency" in one.command
    ]
    assert single == sorted(single)


def assert_the_stacks_residency_comes_before_all_that_keep_as_much(
    config: Config, answer: Answer, folder: Path
) -> None:
    without = json.loads(json.dumps(config))
    own = without["vertex-residency:deployments"]["chat"].pop("residency", None)
    helps = own is not None and isinstance(planned(without, folder)["chat"].result, Placement)
    loses = held(config) == "ml-processing" and held(without) == "endpoint"
    if isinstance(answer.result, Placement) or not helps or loses:
        return
    changes = [one.changes for one in answer.shown_alternatives]
    alone = [change for change in changes if [key for key, _ in change] == ["residency"]]
    assert alone[0] == (("residency", None),)


def assert_widening_comes_after_all_that_keeps_the_residency_and_says_what_it_is(
    answer: Answer,
) -> None:
    widens = [one.widens for one in answer.alternatives]
    assert widens == sorted(widens)
    for one, (text, _) in zip(
        [one for one in answer.alternatives if one.placement], answer.fixes, strict=True
    ):
        assert ("compliance decision" in text) == (Key.RESIDENCY in one.keys)


@thorough(100)
@given(config=stacks())
def test_no_fix_claims_prior_usage(config: Config, folder: Path) -> None:
    config["vertex-residency:snapshot"] = "2025-05-12"
    config["vertex-residency:deployments"]["other"]["model"] = OTHERS["2025-05-12"]
    config["vertex-residency:deployments"]["chat"]["model"] = "gemini-1.5-pro-002"
    answer = planned(config, folder)["chat"]
    assert isinstance(answer.result, Refusal)
    for _, command in answer.fixes:
        assert "priorUsage" not in command
        assert "gemini-1.5" not in command


@thorough(
    100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    snapshot=st.sampled_from(sorted(DAYS)),
    data=st.data(),
    within=st.lists(terms, min_size=1, max_size=2).map(",".join),
    need=st.sampled_from(NEEDS),
    pin=st.one_of(st.none(), st.sampled_from(sorted(places()))),
    preview=st.booleans(),
)
def test_each_fix_of_resolve_is_a_call_that_is_placed(
    snapshot: str,
    data: st.DataObject,
    within: str,
    need: str,
    pin: str | None,
    preview: bool,
    capsys_once: "Capture",
) -> None:
    model = data.draw(models[snapshot])
    words = ["resolve", model, "--residency", within, "--need", need, "--snapshot", snapshot]
    words += ["--as-of", DAYS[snapshot].isoformat(), "--project", "acme-prod"]
    words += ["--location", pin] if pin else []
    words += [] if preview else ["--no-preview"]
    status, document = capsys_once(words)
    assert status == (1 if document["refusal"] else 0)
    for fix in document["refusal"]["fixes"] if document["refusal"] else ():
        python, dash_m, module, *corrected = shlex.split(fix["command"])
        assert (python, dash_m, module) == ("python", "-m", "availability")
        again, answer = capsys_once(corrected)
        assert again == 0, fix["command"]
        assert answer["placement"]["location"] in fix["text"]


class Capture:
    """Runs the command line with `--json` and returns its status and document."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, words: list[str]) -> tuple[int, dict[str, Any]]:
        self.capsys.readouterr()
        status = main([*words, "--json"])
        return status, json.loads(self.capsys.readouterr().out)


@pytest.fixture
def capsys_once(capsys: pytest.CaptureFixture[str]) -> Capture:
    return Capture(capsys)
