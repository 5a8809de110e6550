"""What an old snapshot does not know: warned of, and never decided by."""

from __future__ import annotations

import datetime as dt

import pytest

from availability.explanation.alternatives.fixes import StackFixer
from availability.explanation.answers import Answer, answer
from availability.explanation.usable import usable_models
from availability.explanation.warnings import stale_snapshot
from availability.facts.library import load, newer_than, snapshot_ids
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.warnings import WarningId
from availability.places.residency import Residency
from availability.report.refusals import refusal_lines
from availability.stack.config import parse_stack
from availability.stack.file import read_stack_file
from availability.stack.plan import Plan, plan
from tests.paths import ROOT

OLD, NEW = load("2025-05-12"), load("2026-10-10")
TODAY = dt.date(2026, 11, 23)


def ids_of(snapshot: Snapshot) -> set[str]:
    return {named.id for named in all_models(snapshot)}


def asked(model: str, within: str = "eu", today: dt.date = TODAY, **request: object) -> Answer:
    wanted = Request(model, Residency.parse(within), **request)  # type: ignore[arg-type]
    return answer(wanted, OLD, today, None, NEW)


def newer(one: Answer) -> str:
    """The text of the one warning, or nothing."""
    texts = [each.text for each in one.warnings if each.id is WarningId.NEWER_FACTS]
    assert len(texts) <= 1
    return "".join(texts)


def test_a_model_of_the_old_page_is_placed_by_it_and_known_to_be_shut_down():
    one = asked("gemini-2.0-flash-001")
    assert isinstance(one.result, Placement)
    assert "shut down after 2026-06-01" in newer(one)
    under_the_newest = place(one.result.request, NEW, TODAY)
    assert isinstance(under_the_newest, Refusal)


@pytest.mark.parametrize(
    ("model", "within", "today", "words"),
    [
        ("gemini-2.0-flash-001", "eu", dt.date(2026, 5, 31), "last available on 2026-06-01"),
        ("claude-3-haiku@20240307", "eu", TODAY, "shut down since 2026-08-23"),
        ("text-embedding-005", "eu", TODAY, "last available on 2027-04-01"),
        ("text-embedding-005", "eu", TODAY, "it would move to europe-west1"),
        ("mistral-nemo@2407", "eu", TODAY, "does not say where it is served now"),
        # Scout is still served where it was, and nothing else is known of it.
        ("llama-4-scout-17b-16e-instruct-maas", "us", TODAY, "committed to stay within us"),
        ("gemini-2.5-pro-preview-05-06", "us", TODAY, "shut down after 2025-07-15"),
    ],
)
def test_what_the_newer_snapshot_knows_of_a_model_is_said(
    model: str, within: str, today: dt.date, words: str
):
    one = asked(model, within, today)
    assert isinstance(one.result, Placement)
    assert words in newer(one)


def test_where_a_model_has_moved_is_said():
    one = asked("claude-3-5-haiku@20241022", "us", dt.date(2026, 7, 1))
    assert isinstance(one.result, Placement)
    assert newer(one).endswith("shut down from 2026-07-05 on.")
    moved = asked("mistral-small-2503", "us", TODAY)
    assert isinstance(moved.result, Placement)
    assert "committed to stay within us" in newer(moved)


def test_a_refused_model_is_told_that_newer_facts_would_place_it():
    one = asked("claude-3-5-haiku@20241022", "eu", dt.date(2026, 7, 1))
    assert isinstance(one.result, Refusal)
    assert "it would be placed in europe-west1" in newer(one)


def test_nothing_is_said_where_nothing_has_changed():
    wanted = Request("gemini-3.8-flash", Residency.parse("eu"))
    one = answer(wanted, NEW, TODAY, None, NEW)
    assert newer(one) == ""


def test_a_name_that_is_no_model_is_none_for_newer_facts():
    assert newer(asked("gemini-9")) == ""


def test_only_an_older_snapshot_has_a_newer_one():
    newest = snapshot_ids()[-1]
    assert newest == "2026-11-12"
    assert newer_than("2025-05-12") == newer_than("2026-10-10") == load(newest)
    assert newer_than(newest) is None


@pytest.mark.parametrize(
    ("days", "pinned", "is_stale"),
    [
        (0, True, False),
        (180, True, False),
        (181, True, True),
        (-1, False, False),
        (0, False, False),
        (45, False, False),
        (46, False, True),
        (180, False, True),
    ],
)
def test_a_snapshot_is_stale_after_180_days_where_it_is_pinned_and_45_where_it_is_followed(
    days: int, pinned: bool, is_stale: bool
):
    found = stale_snapshot(NEW, NEW.date + dt.timedelta(days=days), pinned=pinned)
    assert [one.id for one in found] == [WarningId.STALE_SNAPSHOT] * is_stale
    for one in found:
        assert f"Snapshot 2026-10-10 is {days} days old." in one.text
        assert "python -m availability refresh" in one.text


def stack_plan(stack: str, today: dt.date = TODAY) -> Plan:
    file = read_stack_file(ROOT / "stacks" / f"Pulumi.{stack}.yaml")
    return plan(parse_stack(file.values), stack, today)


def test_a_stack_is_called_stale_once_and_its_deployments_are_not():
    made = stack_plan("snapshot-2025")
    assert [one.id for one in made.warnings] == [WarningId.STALE_SNAPSHOT]
    warnings = [one.id for _, answer in made.answers for one in answer.warnings]
    assert WarningId.STALE_SNAPSHOT not in warnings
    assert warnings.count(WarningId.NEWER_FACTS) == len(made.answers) == 3


# The example stacks


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
@pytest.mark.parametrize("today", [TODAY, dt.date(2027, 4, 30)])
def test_the_models_of_the_example_stacks_live_until_may_2027(stack: str, today: dt.date):
    made = stack_plan(stack, today)
    assert made.config.pinned == (stack != "dev")
    assert made.snapshot.id == ("2026-10-10" if made.config.pinned else snapshot_ids()[-1])
    assert not made.refused
    for deployment, one in made.answers:
        named = one.result.named
        assert named is not None
        model = named.model
        for day in (model.retires, model.not_before):
            assert day is None or day >= dt.date(2027, 5, 1), (deployment.name, day)
        found = {warning.id for warning in one.warnings}
        assert not found & {WarningId.RETIRING, WarningId.NOT_BEFORE_PASSED}


def test_production_pins_its_snapshot_and_asks_for_commitments_on_processing():
    made = stack_plan("prod")
    assert made.config.pinned
    for deployment, one in made.answers:
        assert deployment.request.residency.guarantee == "ml-processing"
        assert isinstance(one.result, Placement)
        assert one.result.boundary is not None


def test_every_need_of_production_is_affirmed_by_a_source():
    made = stack_plan("prod")
    needs = {need for deployment, _ in made.answers for need in deployment.request.needs}
    assert needs >= {Need.CONTEXT_CACHING, Need.PROVISIONED_THROUGHPUT}
    found = {one.id for _, answer in made.answers for one in answer.warnings}
    assert WarningId.UNKNOWN_CAPABILITY not in found


def test_models_of_an_old_snapshot_are_judged_with_what_is_known_now():
    found = usable_models(Request("", Residency.parse("eu")), OLD, TODAY, NEW)
    assert [one.id for one in found.warnings] == ["stale-snapshot"]
    by_id = {placed.named.id: warnings for placed, warnings in found.placed}
    [text] = [one.text for one in by_id["gemini-2.0-flash-001"] if one.id == WarningId.NEWER_FACTS]
    assert "shut down after 2026-06-01" in text
    assert usable_models(Request("", Residency.parse("eu")), NEW, TODAY).warnings == ()


BEFORE, AFTER = load("2026-10-10"), load("2026-11-12")
DAY = dt.date(2026, 11, 27)
TO_PLACE = "pulumi config set --path vertex-residency:snapshot 2026-11-12 --stack prod"


def lines_for(model: str, within: str) -> str:
    """A refusal of a stack that pins the older snapshot, on one line."""
    request = Request(model, Residency.parse(within), allow_preview=True)
    one = answer(request, BEFORE, DAY, StackFixer("prod", "chat"), AFTER)
    return " ".join(" ".join(refusal_lines(one, "chat")).split())


@pytest.mark.parametrize("model", sorted(ids_of(AFTER) - ids_of(BEFORE)))
def test_a_model_that_only_a_newer_snapshot_knows_is_told_to_be_in_that_one(model: str) -> None:
    later = place(Request(model, Residency.parse("any"), allow_preview=True), AFTER, DAY)
    text = lines_for(model, "any")
    assert text.startswith(
        f"chat: '{model}' is no model of snapshot 2026-10-10, but one of 2026-11-12. "
    )
    assert "refresh" not in text
    assert "Did you mean" not in text
    assert (TO_PLACE in text) == isinstance(later, Placement)
    if isinstance(later, Placement):
        assert f"it would be placed in {later.location}" in text
    else:
        assert "By the facts of snapshot 2026-11-12 it is refused: " in text


def test_of_a_name_that_no_snapshot_knows_the_age_of_the_newest_is_told() -> None:
    text = lines_for("gemini-99", "eu")
    assert text.startswith("chat: 'gemini-99' is no model of snapshot 2026-10-10. ")
    assert "Snapshot 2026-11-12 is 15 days old. To read Google's pages again:" in text
