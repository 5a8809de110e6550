"""The table that ends a preview: a row a deployment, whatever is in it, however many they are."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from availability.input.errors import BadInput
from availability.report.summary import MOST_ROWS, WIDTH, summary_lines
from availability.stack.config import parse_stack
from availability.stack.plan import Plan, plan, plan_values
from tests.availability.hostile import assert_plain_text, hostile_texts
from tests.generated_stacks import generated

DAY = dt.date(2026, 11, 23)
FLASH = "gemini-3.8-flash"


def stack(
    deployments: Mapping[str, Any], name: str = "dev", day: dt.date = DAY, **keys: Any
) -> Plan:
    values = {"residency": "eu", "snapshot": "2026-10-10", **keys, "deployments": deployments}
    texts = {
        f"vertex-residency:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
    }
    return plan(parse_stack({"gcp:project": "acme-dev", **texts}), name, day)


def rows(lines: list[str]) -> list[list[str]]:
    """The cells of each row, the names of the columns first."""
    return [[cell for cell in re.split(" {2,}", line) if cell] for line in lines[1:]]


def test_a_row_says_where_a_deployment_is_and_until_when() -> None:
    lines = summary_lines(
        stack(
            {
                "chat": {"model": FLASH, "needs": ["context-caching"]},
                "review": {"model": "claude-sonnet-5-5", "residency": "any"},
            }
        )
    )
    assert lines == [
        "Stack dev, snapshot 2026-10-10: all 2 placed.",
        "deployment  model              location  processing     retires",
        "chat        gemini-3.8-flash   eu        within eu      no date published",
        "review      claude-sonnet-5-5  global    not committed  not before 2027-09-28",
    ]


@pytest.mark.parametrize(
    ("day", "retires"),
    [
        (dt.date(2026, 7, 21), "2026-10-20"),
        (dt.date(2026, 7, 22), "2026-10-20 (90 days)"),
        (dt.date(2026, 10, 18), "2026-10-20 (2 days)"),
        (dt.date(2026, 10, 19), "2026-10-20 (tomorrow)"),
        (dt.date(2026, 10, 20), "2026-10-20 (today)"),
        (dt.date(2026, 10, 21), "2026-10-20 (yesterday)"),
        (dt.date(2026, 10, 22), "2026-10-20 (2 days ago)"),
    ],
)
def test_a_date_says_how_far_it_is_from_when_the_stack_wants_to_be_warned(
    day: dt.date, retires: str
) -> None:
    waiver = {"rule": "retired", "until": "2026-12-01", "reason": "the move is in review"}
    made = stack({"old": {"model": "gemini-2.5-flash-lite", "accept": [waiver]}}, day=day)
    assert rows(summary_lines(made))[1][-1] == retires


def test_how_early_a_date_is_near_is_the_stack_s_to_say() -> None:
    deployments = {"old": {"model": "gemini-2.5-flash-lite"}}
    near = stack(deployments, day=dt.date(2026, 7, 1), retirementWarning="120")
    assert rows(summary_lines(near))[1][-1] == "2026-10-20 (111 days)"


def test_what_is_marked_says_so_in_a_column_that_is_there_for_it_alone() -> None:
    made = stack({"chat": {"model": FLASH}, "lab": {"model": FLASH}})
    marked = rows(summary_lines(made, {"chat": ("moved", "widened"), "gone": ("moved",)}))
    assert [row[5:] for row in marked] == [["change"], ["moved, widened"], []]
    assert summary_lines(made, {"chat": (), "gone": ("moved",)}) == summary_lines(made)


def test_the_day_that_a_stack_is_judged_by_is_told_where_it_is_not_today() -> None:
    made = stack({"chat": {"model": FLASH}}, asOf="2026-11-23")
    assert (
        summary_lines(made)[0] == "Stack dev, snapshot 2026-10-10, as of 2026-11-23: all 1 placed."
    )


def test_a_refused_deployment_has_a_row_without_a_place() -> None:
    lines = summary_lines(stack({"a": {"model": FLASH, "residency": "de"}, "b": {"model": "x"}}))
    assert lines[0] == "Stack dev, snapshot 2026-10-10: 2 of 2 refused."
    assert rows(lines)[1:] == [["a", FLASH, "refused"], ["b", "x", "refused"]]


LONG = {
    "support-for-customers-of-the-north-east1": {
        "model": "gemini-live-2.5-flash-native-audio",
        "residency": "us-central1",
    },
    "x" * 40: {"model": "llama-4-maverick-17b-128e-instruct-maas", "residency": "us-east5"},
}


def test_long_names_go_on_below_and_nothing_of_them_is_lost() -> None:
    [title, header, *lines] = summary_lines(stack(LONG), dict.fromkeys(LONG, ("moved", "widened")))
    assert max(map(len, [title, header, *lines])) <= WIDTH
    for name, keys in LONG.items():
        starts = header.index("model")
        assert name in "".join(line[:starts].strip() for line in lines)
        ends = header.index("location")
        assert keys["model"] in "".join(line[starts:ends].strip() for line in lines)
    assert [line.split()[-1] for line in lines].count("widened") == len(LONG)


def test_a_mark_is_never_broken() -> None:
    marks = ("guarantee-lost", "commitment-lost", "control-weakened", "moved")
    lines = summary_lines(stack(LONG), dict.fromkeys(LONG, marks))
    assert max(map(len, lines)) <= WIDTH
    for mark in marks:
        assert sum(mark in line for line in lines) == len(LONG)


@pytest.mark.parametrize("count", [MOST_ROWS, MOST_ROWS + 1, 1000])
def test_of_many_deployments_those_that_changed_are_shown_and_the_rest_is_counted(
    count: int,
) -> None:
    names = [f"d-{number}" for number in range(count)]
    made = stack({name: {"model": FLASH} for name in names})
    marks = dict.fromkeys(names[-3:], ("moved",))
    lines = summary_lines(made, marks)
    shown = [row[0] for row in rows(lines)[1:] if row[0].startswith("d-")]
    in_order = [deployment.name for deployment, _ in made.answers]
    assert shown == [name for name in in_order if name in shown]
    assert set(names[-3:]) <= {*shown}
    assert len(shown) == min(count, MOST_ROWS)
    left = count - MOST_ROWS
    told = f"and {left} more; all: python -m availability plan stacks/Pulumi.dev.yaml"
    assert lines[-1] == told if left else not any("more" in line for line in lines)


def test_what_is_left_out_says_what_is_among_it() -> None:
    names = [f"d-{number:03}" for number in range(MOST_ROWS * 2)]
    made = stack(
        {name: {"model": "gemini-2.5-flash-lite"} for name in names}, day=dt.date(2026, 10, 1)
    )
    marks = {name: ("moved", "widened") if name == names[-1] else ("moved",) for name in names}
    text = " ".join(" ".join(summary_lines(made, marks)).split()).partition("and 100 more")[2]
    assert text.startswith(", 100 moved, 1 widened, 100 near the end of their model among them")
    unmarked = " ".join(summary_lines(made)).partition("and 100 more")[2]
    assert unmarked.startswith(", 100 near the end of their model among them; all: ")


def test_what_ends_soon_is_shown_before_what_does_not() -> None:
    many = {f"d-{number:03}": {"model": FLASH} for number in range(MOST_ROWS)}
    made = stack({**many, "old": {"model": "gemini-2.5-flash-lite"}}, day=dt.date(2026, 10, 1))
    assert rows(summary_lines(made))[-2][:2] == ["old", "gemini-2.5-flash-lite"]


@settings(max_examples=100, deadline=None)
@given(name=hostile_texts, words=st.lists(hostile_texts, max_size=2))
def test_a_table_of_anybody_s_names_is_plain_text(name: str, words: list[str]) -> None:
    made = stack({"chat": {"model": FLASH}, "odd": {"model": name.strip() or "x"}}, name=name)
    text = "\n".join(summary_lines(made, {"chat": words}))
    assert_plain_text(text)


@pytest.mark.parametrize("seed", range(1500, 1560))
def test_every_deployment_of_any_stack_has_its_row(seed: int) -> None:
    try:
        made = plan_values(generated(seed).values, "dev", {}, as_of=DAY)
    except BadInput:
        return
    lines = summary_lines(made)
    assert max(map(len, lines)) <= WIDTH
    first = [line.split("  ")[0] for line in lines[2:]]
    wanted = [deployment.name for deployment, _ in made.answers]
    assert [name for name in first if name in wanted] == wanted
