"""What another snapshot does to the deployments of a stack: each placed under both."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from availability.facts.library import load, read_snapshot, snapshot_ids
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement
from availability.stack.config import parse_stack
from availability.stack.effects import UNCHANGED, Effect, effects
from availability.stack.reading import read_stack
from tests.paths import ROOT

OLD, NEW = load("2026-10-10"), load("2026-11-12")
TODAY = dt.date(2026, 11, 26)
STACKS = sorted((ROOT / "stacks").glob("Pulumi.*.yaml"))
Document = dict[str, Any]


def told(path: Path, first: Snapshot, second: Snapshot, day: dt.date = TODAY) -> dict[str, Effect]:
    found = effects(read_stack(path), {}, first, second, day)
    assert [one.deployment for one in found] == sorted(one.deployment for one in found)
    return {one.deployment: one for one in found}


# The committed stacks


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(snapshot_ids(), 2)])
@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_the_effect_on_a_committed_stack_is_what_placing_each_under_both_says(
    path: Path, first: str, second: str
):
    before, after = load(first), load(second)
    config = parse_stack(read_stack(path).file.values)
    assert config.colocate == ()
    found = told(path, before, after)
    assert found.keys() == {one.name for one in config.deployments}
    for deployment in config.deployments:
        old = place(deployment.request, before, TODAY)
        new = place(deployment.request, after, TODAY)
        was = old.location if isinstance(old, Placement) else None
        now = new.location if isinstance(new, Placement) else None
        one = found[deployment.name]
        assert one.stack == read_stack(path).file.stack
        assert (one.before, one.after) == (was, now)
        if now is None:
            expected = {"refused"}
        elif was is None:
            expected = {"better"}
        elif was != now:
            expected = {"moves"}
        else:
            same = [each.boundary for each in (old, new) if isinstance(each, Placement)]
            expected = {"stays"} if same[0] == same[1] else {"stays", "better"}
        assert one.outcome in expected
        assert one.hurts == (now is None or was not in (None, now))
        assert bool(one.fixes) <= (now is None)


def test_from_october_to_november_no_deployment_moves_and_what_was_shut_down_is_refused():
    outcomes = {
        path.name.split(".")[1]: {one.outcome for one in told(path, OLD, NEW).values()}
        for path in STACKS
    }
    assert outcomes == {
        "dev": {"stays"},
        "staging": {"stays"},
        "prod": {"stays"},
        "snapshot-2025": {"refused", "stays"},  # its embedding model is placed by its last page
    }


def test_from_the_page_of_2025_the_models_of_today_are_placed_and_those_of_then_refused():
    page = load("2025-05-12")
    for path in STACKS:
        found = told(path, page, OLD)
        if path.name == "Pulumi.snapshot-2025.yaml":
            assert {name: one.before for name, one in found.items()} == {
                "chat": "europe-west4",
                "search": "europe-west4",
                "review": "europe-west1",
            }
            outcomes = {name: one.outcome for name, one in found.items()}
            assert outcomes.pop("search") == "better"
            assert set(outcomes.values()) == {"refused"}
            assert all(one.fixes for name, one in found.items() if name in outcomes)
        else:
            assert {(one.outcome, one.before) for one in found.values()} == {("better", None)}
            assert {one.why for one in found.values()} == {"it was refused before"}


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
@pytest.mark.parametrize("snapshot", [OLD, NEW], ids=lambda snapshot: snapshot.id)
def test_a_snapshot_changes_nothing_against_itself(path: Path, snapshot: Snapshot):
    for one in told(path, snapshot, snapshot).values():
        assert (one.before, one.outcome) == (one.after, "stays" if one.after else "refused")
        assert one.outcome == "refused" or one.why == UNCHANGED


# Made-up changes


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, Callable[[Document, Document], object]], Snapshot]:
    """A snapshot of the day after `OLD` in which one model, and its entry, are edited."""

    def make(model: str, edit: Callable[[Document, Document], object]) -> Snapshot:
        document: Document = json.loads(json.dumps(OLD.document()))
        document["date"] = "2026-10-11"
        [entry] = [one for one in document["entries"] if one["models"][0]["id"] == model]
        edit(entry, entry["models"][0])
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return read_snapshot(path)

    return make


Changed = Callable[[str, Callable[[Document, Document], object]], Snapshot]


def stack_of(tmp_path: Path, deployments: Document, **keys: object) -> Path:
    values = {
        "gcp:project": "acme-dev",
        "vertex-residency:residency": "eu",
        **{f"vertex-residency:{key}": value for key, value in keys.items()},
        "vertex-residency:deployments": deployments,
    }
    path = tmp_path / "Pulumi.test.yaml"
    path.write_text(json.dumps({"config": values}), encoding="utf-8")
    return path


def without(*places: str) -> Callable[[Document, Document], object]:
    def edit(entry: Document, _: Document) -> None:
        entry["listings"] = [one for one in entry["listings"] if not {*one["served"]} & {*places}]

    return edit


def served_in(place_: str) -> Callable[[Document, Document], object]:
    def edit(entry: Document, _: Document) -> None:
        entry["listings"].append(entry["listings"][0] | {"served": [place_]})

    return edit


def committed_to(*areas: str) -> Callable[[Document, Document], object]:
    def edit(entry: Document, model: Document) -> None:
        cite = entry["listings"][0]["cite"]
        model["commitments"] = [
            {"area": area, "upTo": None, "tuning": False, "cite": cite} for area in areas
        ]

    return edit


def retired(_: Document, model: Document) -> None:
    model["retires"] = "2026-10-11"


CHAT: Document = {"chat": {"model": "gemini-3.5-flash"}}


def test_one_that_loses_its_location_moves_and_is_told_what_is_against_the_old_one(
    tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, CHAT)
    [one] = told(path, OLD, changed("gemini-3.5-flash", without("eu"))).values()
    assert (one.outcome, one.before, one.after) == ("moves", "eu", "europe-west3")
    assert one.why == "gemini-3.5-flash is not served in eu (EU multi-region)."
    assert (one.hurts, one.fixes) == (True, ())


def test_one_that_a_wider_endpoint_draws_away_moves_and_is_told_so(
    tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, {"review": {"model": "claude-sonnet-4-6"}})
    [one] = told(path, OLD, changed("claude-sonnet-4-6", served_in("eu"))).values()
    assert (one.outcome, one.before, one.after) == ("moves", "europe-west1", "eu")
    assert one.why == "eu is the widest endpoint that the residency allows."


def test_one_whose_model_is_shut_down_is_refused_with_the_fixes(tmp_path: Path, changed: Changed):
    path = stack_of(tmp_path, CHAT)
    snapshot = changed("gemini-3.5-flash", retired)
    [one] = told(path, OLD, snapshot).values()
    assert (one.outcome, one.before, one.after) == ("refused", "eu", None)
    assert one.why.startswith("gemini-3.5-flash is shut down ")
    start = "pulumi config set --path vertex-residency:deployments.chat.model "
    [(words, command), *_] = one.fixes
    assert words.startswith("Use ")
    assert command.startswith(start)
    assert command.endswith(" --stack test")
    model = command.removeprefix(start).removesuffix(" --stack test")
    [fixed] = told(stack_of(tmp_path, {"chat": {"model": model}}), OLD, snapshot).values()
    assert fixed.after is not None


def test_one_that_was_refused_and_is_placed_is_better_off(tmp_path: Path, changed: Changed):
    path = stack_of(tmp_path, CHAT)
    [one] = told(path, changed("gemini-3.5-flash", retired), OLD).values()
    assert (one.outcome, one.before, one.after) == ("better", None, "eu")
    assert (one.why, one.hurts) == ("it was refused before", False)


def test_one_whose_processing_is_committed_from_now_on_is_better_off(
    tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, CHAT)
    bare = changed("gemini-3.5-flash", committed_to())
    [one] = told(path, bare, OLD).values()
    assert (one.outcome, one.before, one.after) == ("better", "eu", "eu")
    assert one.why == "processing is now committed to stay within eu"


@pytest.mark.parametrize(
    ("areas", "why"),
    [
        ((), "processing is no longer committed to stay within europe-west3"),
        (
            ("eu",),
            "processing is no longer committed to stay within europe-west3, and now within eu",
        ),
    ],
)
def test_one_that_loses_a_commitment_stays_and_is_told_so(
    areas: tuple[str, ...], why: str, tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, CHAT, residency="de")
    [one] = told(path, OLD, changed("gemini-3.5-flash", committed_to(*areas))).values()
    assert (one.outcome, one.before, one.after) == ("stays", "europe-west3", "europe-west3")
    assert (one.why, one.hurts) == (why, False)


def test_one_that_has_to_be_committed_is_refused_where_it_no_longer_is(
    tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, CHAT, residency={"within": "de", "guarantee": "ml-processing"})
    [one] = told(path, OLD, changed("gemini-3.5-flash", committed_to())).values()
    assert (one.outcome, one.before) == ("refused", "europe-west3")


def test_a_pinned_one_does_not_move_and_is_told_what_it_could_have(
    tmp_path: Path, changed: Changed
):
    path = stack_of(tmp_path, {"chat": {"model": "claude-sonnet-4-6", "location": "europe-west1"}})
    [one] = told(path, OLD, changed("claude-sonnet-4-6", served_in("eu"))).values()
    assert (one.outcome, one.before, one.after) == ("better", "europe-west1", "europe-west1")
    assert one.why == (
        "without its pin it would go to eu: eu is the widest endpoint that the residency allows."
    )
    [same] = told(path, OLD, changed("gemini-3.5-flash", without("eu"))).values()
    assert (same.outcome, same.why) == ("stays", UNCHANGED)


def test_a_pinned_one_that_could_have_had_better_before_hears_nothing_new(tmp_path: Path):
    path = stack_of(tmp_path, {"chat": {"model": "gemini-3.5-flash", "location": "europe-west3"}})
    [one] = told(path, OLD, NEW).values()
    assert (one.outcome, one.before, one.why) == ("stays", "europe-west3", UNCHANGED)


def test_a_pinned_one_is_refused_where_its_location_is_lost(tmp_path: Path, changed: Changed):
    path = stack_of(tmp_path, {"chat": {"model": "gemini-3.5-flash", "location": "eu"}})
    [one] = told(path, OLD, changed("gemini-3.5-flash", without("eu"))).values()
    assert (one.outcome, one.before, one.after) == ("refused", "eu", None)
    assert any("deployments.chat.location" in command for _, command in one.fixes)


def test_a_group_moves_and_is_refused_together(tmp_path: Path, changed: Changed):
    group: Document = {
        "chat": {"model": "gemini-3.5-flash"},
        "draft": {"model": "gemini-3.8-flash"},
    }
    path = stack_of(tmp_path, group, colocate=[["chat", "draft"]])
    snapshot = changed("gemini-3.5-flash", without("eu"))
    found = told(path, OLD, snapshot)
    assert {one.before for one in found.values()} == {"eu"}
    assert {one.outcome for one in found.values()} == {"refused"}
    assert found["chat"].fixes == found["draft"].fixes != ()
    wide = stack_of(tmp_path, group, colocate=[["chat", "draft"]], residency="any")
    elsewhere = told(wide, OLD, changed("gemini-3.5-flash", without("global")))
    assert {(one.outcome, one.before) for one in elsewhere.values()} == {("moves", "global")}
    assert len({one.after for one in elsewhere.values()}) == 1


def test_both_snapshots_judge_by_the_same_day_whatever_the_file_pins(tmp_path: Path):
    chat: Document = {"chat": {"model": "gemini-2.5-pro"}}
    for keys in ({}, {"snapshot": "2025-05-12"}, {"snapshot": "2026-11-12"}):
        path = stack_of(tmp_path, chat, **keys)
        for day, outcome in ((dt.date(2026, 10, 20), "stays"), (dt.date(2026, 10, 21), "refused")):
            [one] = told(path, OLD, NEW, day).values()
            assert one.outcome == outcome
            assert (one.before is None) == (outcome == "refused")


def test_the_day_of_the_file_counts_where_none_is_given(tmp_path: Path):
    path = stack_of(tmp_path, {"chat": {"model": "gemini-2.5-pro"}}, asOf="2026-10-19")
    [one] = effects(read_stack(path), {}, OLD, NEW, None)
    assert one.outcome == "stays"


def test_an_effect_is_this_document():
    one = Effect("dev", "chat", "refused", "eu", None, "because", (("Use it", "do it"),))
    assert one.as_json() == {
        "stack": "dev",
        "deployment": "chat",
        "outcome": "refused",
        "from": "eu",
        "to": None,
        "why": "because",
        "fixes": [{"text": "Use it", "command": "do it"}],
    }
