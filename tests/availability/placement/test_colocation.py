"""Deployments that share one location: placed together, refused together, fixed together."""

import datetime as dt
import itertools
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.command_line.cli import main
from availability.explanation.answers import Answer, to_json
from availability.facts.grouped import popularity
from availability.facts.library import load
from availability.input.errors import BadInput
from availability.input.wrap import WIDTH
from availability.placement.groups import merged
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule
from availability.placement.warnings import WarningId
from availability.places.geography import distance, places
from availability.report.refusals import REFUSAL_LINES, refusal_lines
from availability.report.text import plan_lines
from availability.stack.config import Deployment, StackConfig, parse_stack
from availability.stack.plan import Plan, plan
from tests.availability.config_commands import Config, apply_commands
from tests.thorough import thorough

SNAPSHOT = load("2026-10-10")
TODAY = dt.date(2026, 11, 23)
FLASH, FLASH_35, CLAUDE = "gemini-3.8-flash", "gemini-3.5-flash", "claude-opus-5-5"
RETIRED = "gemini-2.0-flash-001"
KEY = "vertex-residency:colocate"


def config_of(deployments: Config, colocate: object, **others: Any) -> Config:
    """The `config` of a stack, in the EU where nothing else is said."""
    keys = {f"vertex-residency:{key}": value for key, value in others.items()}
    return {
        "gcp:region": "europe-west4",
        "vertex-residency:snapshot": "2026-10-10",
        "vertex-residency:residency": "eu",
        KEY: colocate,
        "vertex-residency:deployments": deployments,
        **keys,
    }


def parsed(config: Config) -> StackConfig:
    return parse_stack(
        {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in config.items()
            if value is not None
        }
    )


def planned(config: Config) -> Plan:
    return plan(parsed(config), "prod", TODAY)


def answers_of(config: Config) -> dict[str, Answer]:
    return {deployment.name: answer for deployment, answer in planned(config).answers}


def placed(config: Config) -> dict[str, str | None]:
    """Name -> location, None where it is refused."""
    return {
        name: one.result.location if isinstance(one.result, Placement) else None
        for name, one in answers_of(config).items()
    }


def refusal(answer: Answer) -> Refusal:
    assert isinstance(answer.result, Refusal)
    return answer.result


def commands(config: Config, name: str = "chat") -> list[str]:
    return [
        command.replace("pulumi config ", "").replace(" --stack prod", "")
        for _, command in answers_of(config)[name].fixes
    ]


def test_two_models_share_the_best_location_that_both_have() -> None:
    deployments = {"chat": {"model": FLASH}, "search": {"model": CLAUDE}}
    assert placed(config_of(deployments, [["chat", "search"]])) == {"chat": "eu", "search": "eu"}


def test_the_best_location_of_each_gives_way_to_the_best_one_of_both() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any"},
        "search": {"model": FLASH_35, "residency": "europe"},
    }
    assert placed(config_of(deployments, None)) == {"chat": "global", "search": "eu"}
    assert placed(config_of(deployments, [["chat", "search"]])) == {"chat": "eu", "search": "eu"}


def test_three_share_one_location() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any"},
        "draft": {"model": FLASH_35, "residency": "any"},
        "search": {"model": CLAUDE, "residency": "us"},
    }
    config = config_of(deployments, [["chat", "draft", "search"]])
    assert set(placed(config).values()) == {"us"}


def test_groups_with_a_common_member_are_one() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any"},
        "draft": {"model": FLASH_35, "residency": "any"},
        "search": {"model": CLAUDE, "residency": "us"},
        "other": {"model": FLASH, "residency": "any"},
    }
    config = config_of(deployments, [["chat", "draft"], ["draft", "search"]])
    assert parsed(config).colocate == (("chat", "draft", "search"),)
    assert placed(config) == {"chat": "us", "draft": "us", "search": "us", "other": "global"}


@pytest.mark.parametrize(
    ("groups", "one"),
    [
        ([], ()),
        (["ab", "cd"], ("ab", "cd")),
        (["ba", "ac"], ("bac",)),
        (["ab", "cd", "bc"], ("abcd",)),
        (["ab", "xy", "cd", "db"], ("abcd", "xy")),
        (["ab", "ab"], ("ab",)),
    ],
)
def test_names_and_groups_keep_their_order_when_they_are_merged(
    groups: list[str], one: tuple[str, ...]
) -> None:
    assert tuple("".join(group) for group in merged(tuple(map(tuple, groups)))) == one


def test_groups_apart_have_locations_of_their_own() -> None:
    everywhere = {"model": FLASH, "residency": "any"}
    europe = {"model": FLASH}
    deployments = {"a": everywhere, "b": everywhere, "c": everywhere, "d": europe}
    config = config_of(deployments, [["a", "b"], ["c", "d"]])
    assert placed(config) == {"a": "global", "b": "global", "c": "eu", "d": "eu"}


def test_a_pin_of_one_places_all() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any", "location": "us"},
        "search": {"model": CLAUDE, "residency": "any"},
    }
    plan_ = planned(config_of(deployments, [["chat", "search"]]))
    results = [answer.result for _, answer in plan_.answers]
    assert [(one.location, one.alternates) for one in results if isinstance(one, Placement)] == [
        ("us", ()),
        ("us", ()),
    ]


def test_pins_that_disagree_are_refused_and_either_may_give_way() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any", "location": "us"},
        "search": {"model": CLAUDE, "residency": "any", "location": "eu"},
    }
    config = config_of(deployments, [["chat", "search"]])
    assert placed(config) == {"chat": None, "search": None}
    path = "--path vertex-residency:deployments"
    assert commands(config) == [
        f"set {path}.chat.location eu",
        f"rm {path}.chat.location",
        f"set {path}.search.location us",
        f"rm {path}.search.location",
        f"rm --path {KEY}",
    ]


def test_the_guarantee_of_one_decides_for_all() -> None:
    def located(speech: object) -> dict[str, str | None]:
        deployments = {
            "chat": {"model": FLASH_35, "residency": "europe", "prefer": ["europe-west2"]},
            "speech": {"model": "chirp_3", "residency": speech},
        }
        return placed(config_of(deployments, [["chat", "speech"]]))

    assert located("europe") == {"chat": "europe-west2", "speech": "europe-west2"}
    kept = {"within": "europe", "guarantee": "ml-processing"}
    assert located(kept) == {"chat": "eu", "speech": "eu"}


def test_the_wishes_of_all_are_heard_in_the_order_of_the_group() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any", "prefer": ["us"]},
        "search": {"model": CLAUDE, "residency": "any", "prefer": ["eu", "europe-west3"]},
    }
    assert set(placed(config_of(deployments, [["chat", "search"]])).values()) == {"us"}
    config = config_of(deployments, [["search", "chat"]])
    assert set(placed(config).values()) == {"eu"}
    warned = {
        name: [warning.text for warning in one.warnings if "preferred" in warning.text]
        for name, one in answers_of(config).items()
    }
    assert warned["chat"] == []
    [text] = warned["search"]
    assert "europe-west3 is not valid for claude-opus-5-5" in text


def test_a_group_that_nowhere_serves_is_refused_with_what_would_do() -> None:
    deployments = {
        "chat": {"model": FLASH_35, "residency": "de"},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["chat", "search"]])
    assert placed(config) == {"chat": None, "search": None}
    answers = answers_of(config)
    de, eu = "europe-west3 (Frankfurt, Germany)", "eu (EU multi-region)"
    decision = "(a compliance decision for a person to take)"
    assert [text for text, _ in answers["chat"].fixes] == [
        (
            "For search, use gemini-3.5-flash of google (until 2027-05-19 or later): both placed "
            f"in {de}."
        ),
        f"No longer keep chat and search together: chat placed in {de}, search placed in {eu}.",
        (
            "For chat, remove its own residency, so that the stack's holds, eu "
            f"{decision}: both placed in {eu}."
        ),
        f"For chat, widen the residency to europe {decision}: both placed in {eu}.",
    ]
    reasons = refusal(answers["chat"]).reasons
    assert [rule for place, rule in reasons if place == "europe-west3"] == [Rule.COLOCATION]


def test_only_what_stands_in_the_way_is_taken_out_of_a_larger_group() -> None:
    deployments = {
        "chat": {"model": FLASH_35, "residency": "de"},
        "draft": {"model": FLASH},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["search", "draft", "chat"]])
    assert f"rm --path '{KEY}[0][2]'" in commands(config)
    assert (
        "Leave chat out of the shared location: search and draft placed in eu (EU multi-region), "
        "chat placed in europe-west3 (Frankfurt, Germany)."
    ) in [text for text, _ in answers_of(config)["chat"].fixes]
    document: Any = to_json(answers_of(config)["chat"], None)
    changes = [one["changes"] for one in document["refusal"]["alternatives"]]
    assert [{"key": "colocate", "value": [["search", "draft"]]}] in changes


def test_another_group_stays_when_one_is_given_up() -> None:
    deployments = {
        "a": {"model": FLASH},
        "b": {"model": FLASH},
        "chat": {"model": FLASH_35, "residency": "de"},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["chat", "search"], ["a", "b"]])
    assert f"rm --path '{KEY}[0]'" in commands(config)
    assert placed(config) == {"a": "eu", "b": "eu", "chat": None, "search": None}


def test_of_merged_groups_the_smallest_part_is_given_up() -> None:
    deployments = {
        "chat": {"model": FLASH_35, "residency": "de"},
        "draft": {"model": FLASH_35},
        "other": {"model": FLASH},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["search", "draft", "other"], ["draft", "chat"]])
    assert f"rm --path '{KEY}[1]'" in commands(config)


def test_all_parts_of_merged_groups_are_given_up_from_the_last_to_the_first() -> None:
    deployments = {
        "a": {"model": FLASH},
        "b": {"model": FLASH},
        "chat": {"model": FLASH_35, "residency": "de"},
        "draft": {"model": CLAUDE, "residency": "us"},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["chat", "draft"], ["draft", "search"], ["a", "b"]])
    [command] = [one for one in commands(config) if KEY in one]
    assert command == f"rm --path '{KEY}[1]' && rm --path '{KEY}[0]'"


def test_two_changes_that_keep_every_residency_come_before_those_that_do_not() -> None:
    deployments = {
        "chat": {"model": FLASH_35, "residency": "de"},
        "search": {"model": "gemini-2.5-flash", "location": "eu"},
    }
    config = config_of(deployments, [["chat", "search"]])
    keys = [
        [key for key, _ in one.changes] for one in answers_of(config)["search"].shown_alternatives
    ]
    assert keys == [["location", "model"], ["location", "model"], ["model", "colocate"]]


def test_a_member_that_is_refused_by_itself_keeps_its_reasons_and_the_others_name_it() -> None:
    deployments = {
        "chat": {"model": FLASH},
        "draft": {"model": RETIRED},
        "search": {"model": CLAUDE},
    }
    config = config_of(deployments, [["chat", "draft", "search"]])
    answers = answers_of(config)
    assert set(placed(config).values()) == {None}
    assert refusal(answers["draft"]).model_rules == (Rule.RETIRED,)
    assert Rule.COLOCATION not in refusal(answers["draft"]).location_rules
    document: Any = to_json(answers["chat"], None)
    reasons = {one["text"] for one in document["refusal"]["reasons"] if one["rule"] == "colocation"}
    assert "eu (EU multi-region) is to be shared with draft, for which no location is valid." in (
        reasons
    )
    # What would help only chat and search is not offered: draft would stay refused.
    assert all(".draft.model " in command for command in commands(config))


def test_an_unknown_model_is_corrected_to_one_that_can_share() -> None:
    deployments = {"chat": {"model": "gemini-3.8-flsh"}, "search": {"model": CLAUDE}}
    config = config_of(deployments, [["chat", "search"]])
    assert commands(config)[0] == f"set --path vertex-residency:deployments.chat.model {FLASH}"
    assert refusal(answers_of(config)["chat"]).named is None


def test_two_members_are_changed_where_one_is_not_enough() -> None:
    deployments = {"chat": {"model": "gemini-3.8-flsh"}, "search": {"model": "claude-opus-55"}}
    config = config_of(deployments, [["chat", "search"]])
    found = answers_of(config)["search"].fixes
    assert len(found) == 3
    text, command = found[0]
    assert text == (
        "For chat, write gemini-3.8-flash (Gemini 3.8 Flash) and for search, write "
        "claude-opus-5-5 (Claude Opus 5.5): both placed in eu (EU multi-region)."
    )
    assert command == (
        "pulumi config set --path vertex-residency:deployments.chat.model gemini-3.8-flash "
        "--stack prod && pulumi config set --path vertex-residency:deployments.search.model "
        "claude-opus-5-5 --stack prod"
    )


def test_where_nothing_works_that_is_said_of_the_group() -> None:
    pinned = {"model": RETIRED, "residency": "no", "location": "us", "needs": ["rag-corpus"]}
    deployments = {"chat": pinned, "search": pinned}
    answers = answers_of(config_of(deployments, [["chat", "search"]]))
    assert answers["chat"].fixes == ()
    lines = " ".join(" ".join(refusal_lines(answers["chat"], "chat")).split())
    assert "no change of one of the deployments that share the location" in lines


def test_the_near_misses_of_an_unknown_model_are_named_where_nothing_works() -> None:
    deployments = {
        "chat": {"model": "gemini-3.8-flsh", "residency": "no", "location": "us"},
        "search": {"model": RETIRED, "residency": "no", "location": "us"},
    }
    document: Any = to_json(answers_of(config_of(deployments, [["chat", "search"]]))["search"], "p")
    first = document["refusal"]["alternatives"][0]
    assert first["changes"] == [{"key": "deployments.chat.model", "value": FLASH}]
    assert first["text"].endswith("it is refused, too, for other reasons.")
    assert document["refusal"]["fixes"] == []


def test_the_first_refused_member_tells_what_would_be_valid_and_the_others_refer_to_it() -> None:
    deployments = {"chat": {"model": FLASH_35, "residency": "de"}, "search": {"model": CLAUDE}}
    lines = plan_lines(planned(config_of(deployments, [["search", "chat"]])))
    assert lines.count("  What would be valid:") == 1
    told = "  What would be valid is told of chat, with which it shares a location."
    assert lines.count(told) == 1
    assert lines.index("  What would be valid:") < lines.index(told)


def test_every_member_has_the_same_alternatives_with_keys_of_its_own() -> None:
    deployments = {
        "chat": {"model": FLASH, "residency": "any", "location": "us"},
        "search": {"model": CLAUDE, "residency": "any", "location": "eu"},
    }
    answers = answers_of(config_of(deployments, [["chat", "search"]]))
    chat, search = answers["chat"].shown_alternatives, answers["search"].shown_alternatives
    assert [(one.text, one.command) for one in chat] == [(one.text, one.command) for one in search]
    assert [one.changes[0][0] for one in chat] == [
        *["location"] * 2,
        *["deployments.search.location"] * 2,
        "colocate",
    ]
    assert [one.changes[0][0] for one in search] == [
        *["deployments.chat.location"] * 2,
        *["location"] * 2,
        "colocate",
    ]


STACK = """\
config:
  vertex-residency:snapshot: 2026-10-10
  vertex-residency:residency: eu
  vertex-residency:colocate:
    - [other, more]
    - [chat, draft, search]
  vertex-residency:deployments:
    chat:
      model: gemini-3.8-flash
    draft:
      model: gemini-2.0-flash-001
    more: {model: gemini-3.8-flash}
    other: {model: gemini-3.8-flash}
    search: {model: claude-opus-5-5}
  gcp:project: acme-dev
"""


@pytest.mark.parametrize("form", ["github", "sarif", "markdown", "text"])
def test_a_report_points_at_the_group_for_members_that_are_fine_by_themselves(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(STACK, encoding="utf-8")
    assert main(["plan", str(path), "--format", form, "--as-of", TODAY.isoformat()]) == 1
    text = capsys.readouterr().out
    expected = {("chat", 6), ("draft", 11), ("search", 6)}
    if form == "github":
        errors = [line for line in text.splitlines() if line.startswith("::error")]
        for name, line in expected:
            assert any(f"line={line},col=" in one and f"title={name}%3A" in one for one in errors)
    elif form == "sarif":
        results = json.loads(text)["runs"][0]["results"]
        found = {
            (one["ruleId"], one["locations"][0]["physicalLocation"]["region"]["startLine"])
            for one in results
            if one["level"] == "error"
        }
        assert found == {("colocation", 6), ("retired", 11)}
    elif form == "markdown":
        assert text.count("**refused**") == 3
    else:
        assert text.count(f"{path}:6:7: - [chat, draft, search]") == 2


PAIR = {"chat": {"model": FLASH}, "search": {"model": CLAUDE}}

BAD: dict[str, tuple[object, list[tuple[str, str, tuple[str, ...]]]]] = {
    "a text": ("chat", [("", "expected a list of groups", ())]),
    "names in a text": ("chat,search", [("", "expected a list", ("[[chat, search]]",))]),
    "a map": ({"a": ["chat", "search"]}, [("", "expected a list of groups", ())]),
    "a flat list": (["chat", "search"], [("", "write [[chat, search]]", ())]),
    "a name between groups": ([["chat", "search"], "chat"], [("[1]", "expected a group", ())]),
    "an unknown name": ([["chat", "serach"]], [("[0][1]", "no deployment", ("search",))]),
    "a name like none": ([["chat", "search", "x"]], [("[0][2]", "there are: chat, search", ())]),
    "no name": ([["chat", 7]], [("[0][1]", "expected the name", ())]),
    "nothing for a name": ([["chat", None]], [("[0][1]", "expected the name", ())]),
    "an empty group": ([[]], [("[0]", "at least two different names", ())]),
    "a group of one": ([["chat"]], [("[0]", "at least two different names", ())]),
    "a name twice": ([["chat", "search", "chat"]], [("[0][2]", "chat stands in this", ())]),
    "a name with itself": (
        [["chat", "chat"]],
        [("[0][1]", "twice", ()), ("[0]", "at least two different names", ())],
    ),
    "all of it": (
        [["chat"], ["serach", "chat"], 1],
        [("[0]", "at least", ()), ("[1][0]", "no deployment", ("search",)), ("[2]", "group", ())],
    ),
}


@pytest.mark.parametrize(("value", "expected"), BAD.values(), ids=BAD)
def test_a_group_that_cannot_be_read_is_named_by_its_place(
    value: object, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    with pytest.raises(BadInput) as raised:
        parsed(config_of(PAIR, value))
    found = raised.value.problems
    assert [(one.path.removeprefix(KEY), one.suggestions) for one in found] == [
        (path, suggestions) for path, _, suggestions in expected
    ]
    for one, (_, said, _) in zip(found, expected, strict=True):
        assert said in one.message


@pytest.mark.parametrize("value", ["", [], "[]", [[]]])
def test_a_key_without_groups_is_bad_input(value: object) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(config_of(PAIR, value))
    [problem] = caught.value.problems
    assert problem.path.startswith(KEY)


def test_a_stack_without_the_key_groups_nothing() -> None:
    assert parsed(config_of(PAIR, None)).colocate == ()


def test_partners_are_no_key_of_a_stacks_deployment() -> None:
    deployments = {"chat": {"model": FLASH, "partners": {"search": ["eu"]}}}
    with pytest.raises(BadInput, match=r"deployments\.chat\.partners: unknown key 'partners'"):
        parsed(config_of(deployments, None))


# --- Properties ---------------------------------------------------------------------------------

models = st.sampled_from(
    [FLASH, FLASH_35, CLAUDE, "gemini-3.5-flash-lite", "gemini-embedding-001", RETIRED]
)
common = st.sampled_from(["global", "us", "eu", "europe-west3", "europe-west4", "us-central1"])
residencies: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(["any", "any", "eu", "us", "de", "europe", "eu,us"]),
    st.fixed_dictionaries(
        {"within": st.sampled_from(["eu", "us", "de,us"]), "guarantee": st.just("ml-processing")}
    ),
)


@st.composite
def deployments_(draw: st.DrawFn, models: st.SearchStrategy[str] = models) -> dict[str, Any]:
    keys: dict[str, Any] = {"model": draw(models), "residency": draw(residencies)}
    if draw(st.integers(0, 3)) == 0:
        keys["location"] = draw(common)
    if draw(st.booleans()):
        keys["prefer"] = draw(st.lists(common, min_size=1, max_size=3, unique=True))
    if draw(st.integers(0, 3)) == 0:
        keys["needs"] = [draw(st.sampled_from(["tuning", "batch-prediction", "context-caching"]))]
    return keys


GROUPS = (
    [["a", "b"]],
    [["b", "a", "c"]],
    [["a", "b"], ["b", "c"]],
    [["a", "b"], ["d", "c"]],
    [["d", "a"], ["a", "b", "c"]],
    [["a", "b", "c", "d"]],
)


@st.composite
def stacks(draw: st.DrawFn, models: st.SearchStrategy[str] = models) -> Config:
    names = {name: draw(deployments_(models)) for name in "abcd"}
    return config_of(names, json.loads(json.dumps(draw(st.sampled_from(GROUPS)))))


def alone(deployment: Deployment) -> frozenset[str]:
    """Where it may be by itself: every location is pinned in turn."""
    return frozenset(
        location
        for location in SNAPSHOT.location_ids
        if deployment.request.location in (None, location)
        and isinstance(
            place(replace(deployment.request, location=location), SNAPSHOT, TODAY), Placement
        )
    )


def ranked(locations: Iterable[str], members: list[Deployment]) -> list[str]:
    """The order of the design, with the wishes of all members one after the other."""
    wishes = [wish for member in members for wish in member.request.prefer]

    def key(location: str) -> tuple[int, int, float, int, str]:
        kind = places()[location].kind
        away = (distance("europe-west4", location) or 0.0) if kind == "region" else 0.0
        return (
            wishes.index(location) if location in wishes else len(wishes),
            ["global", "multi-region", "region"].index(kind),
            away,
            -popularity(SNAPSHOT)[location],
            location,
        )

    return sorted(locations, key=key)


@thorough(200)
@given(config=stacks())
def test_a_group_is_where_the_best_location_of_all_is_by_brute_force(config: Config) -> None:
    stack = parsed(config)
    own = {one.name: one for one in stack.deployments}
    results = {name: one.result for name, one in answers_of(config).items()}
    for group in stack.colocate:
        members = [own[name] for name in group]
        shared = frozenset[str].intersection(*map(alone, members))
        expected = ranked(shared, members)
        for name in group:
            result = results[name]
            if not expected:
                assert isinstance(result, Refusal)
                continue
            assert isinstance(result, Placement)
            assert [result.location, *result.alternates] == expected
    apart = own.keys() - set(itertools.chain(*stack.colocate))
    for name in apart:
        assert results[name] == place(own[name].request, SNAPSHOT, TODAY)


@thorough(100)
@given(config=stacks())
def test_a_member_is_warned_of_its_own_wishes_only(config: Config) -> None:
    own = config["vertex-residency:deployments"]
    for name, one in answers_of(config).items():
        for warning in one.warnings:
            if warning.id is WarningId.INVALID_PREFERENCE:
                assert warning.text.split()[3] in own[name].get("prefer", ())


@thorough(300)
@given(config=stacks(st.one_of(models, st.sampled_from(["gemini-3.8-flsh", "claude-opus-55"]))))
def test_every_fix_that_a_refused_group_prints_places_the_whole_group(config: Config) -> None:
    answers = answers_of(config)
    for group in parsed(config).colocate:
        for text, command in answers[group[0]].fixes:
            changed = json.loads(json.dumps(config))
            apply_commands(command, changed, "prod")
            after = placed(changed)
            where = {after[name] for name in group}
            assert None not in where, f"{text}\n{command}"
            assert all(str(location) in text for location in where)
            assert len(where) == 1 or f"{KEY}" in command
            results = answers_of(changed)
            for name in after.keys() - set(group):
                assert results[name].result == answers[name].result


@thorough(150)
@given(config=stacks())
def test_a_wider_residency_is_the_last_offer_and_a_decision_about_compliance(
    config: Config,
) -> None:
    for one in answers_of(config).values():
        keys = [
            {key.rpartition(".")[2] for key, _ in offer.changes} for offer in one.shown_alternatives
        ]
        widens = ["residency" in each for each in keys]
        assert widens == sorted(widens)
        if one.shared is not None and any(
            len(offer.changes) == 1 for offer in one.shown_alternatives
        ):
            assert all(len(offer.changes) == 1 for offer in one.shown_alternatives)
            given_up = ["colocate" in each for each in keys if "residency" not in each]
            assert given_up == sorted(given_up)
        for offer in one.shown_alternatives:
            widened = any(key.endswith("residency") for key, _ in offer.changes)
            assert ("compliance decision" in offer.text) == (widened and offer.command is not None)


@thorough(150)
@given(config=stacks())
def test_a_refused_member_fits_on_a_screen_and_one_of_its_group_tells_the_rest(
    config: Config,
) -> None:
    made = planned(config)
    refused = {one.name: answer for one, answer in made.refused}
    for name, one in refused.items():
        lines = refusal_lines(one, name, "stacks/Pulumi.prod.yaml:3:4: and so on")
        assert len(lines) <= REFUSAL_LINES
        texts = [line for line in lines if "pulumi config" not in line and "python -m" not in line]
        assert all(len(line) <= WIDTH for line in texts)
    for group in made.config.colocate:
        members = sorted(name for name in group if name in refused)
        assert len(members) in (0, len(group))
        assert [refused[name].told_by for name in members] == [None, *members[:1] * 9][
            : len(members)
        ]
