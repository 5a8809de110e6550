"""A cell of the matrix says what placing the deployment there would come to."""

from dataclasses import replace
from pathlib import Path

import pytest

from availability.explanation.reasons import reason
from availability.explanation.rules.said import Verdict
from availability.placement.place import place
from availability.placement.request import Placement, Refusal
from availability.placement.rules import Rule
from availability.report.html.matrix import matrix
from availability.report.html.verdicts import Row, rows
from tests.availability.report.html.pages import DAY, report_of, stack_text

VALID = {Verdict.PLACED, Verdict.FAILOVER, Verdict.NOT_PINNED}
RAG = (
    "model: gemini-3.8-flash, needs: [rag-corpus], "
    "residency: {within: [eu, jp], guarantee: ml-processing}"
)
HEAD = """
config:
  gcp:project: acme-prod
  gcp:region: europe-west4
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: europe
  vertex-residency:deployments:
"""


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, ...]:
    return rows(report_of(tmp_path_factory.mktemp("stacks"), prod=stack_text(60)))


def test_a_location_is_valid_where_a_pin_there_is_placed(sixty: tuple[Row, ...]) -> None:
    tried = 0
    for row in sixty:
        result, snapshot = row.first.answer.result, row.first.snapshot
        for location, cell in row.cells.items():
            pinned = place(replace(result.request, location=location), snapshot, DAY)
            assert isinstance(pinned, Placement) == (cell.verdict in VALID), (location, cell)
            if isinstance(pinned, Refusal) and cell.verdict is Verdict.NOT_SERVED:
                assert cell.text == reason(pinned, location, Rule.NOT_SERVED, snapshot)
            tried += 1
    assert tried > 1500


def test_unknown_is_not_no(sixty: tuple[Row, ...]) -> None:
    seen: set[Verdict] = set()
    for row in sixty:
        named = row.first.answer.result.named
        assert named is not None
        listed = row.first.snapshot.listed(named.entry)
        for location, cell in row.cells.items():
            seen.add(cell.verdict)
            if location not in named.entry.served:
                expected = Verdict.NOT_SERVED if location in listed else Verdict.UNKNOWN
                assert cell.verdict is expected
    assert {Verdict.PLACED, Verdict.FAILOVER, Verdict.RESIDENCY, Verdict.NOT_SERVED} <= seen


def only_row(folder: Path, *lines: str) -> Row:
    text = HEAD + "".join(f"    {line}\n" for line in lines)
    [row] = rows(report_of(folder, prod=text))
    return row


def test_deployments_that_ask_for_the_same_share_a_row(tmp_path: Path) -> None:
    model = "{model: gemini-3.8-flash}"
    assert only_row(tmp_path, f"a: {model}", f"b: {model}").labels == ("a", "b")


def test_a_pin_leaves_other_locations_valid(tmp_path: Path) -> None:
    row = only_row(tmp_path, "a: {model: gemini-2.5-pro, location: europe-west1, priorUsage: true}")
    if row.first.placement is None:  # it may be shut down in a later snapshot
        row = only_row(tmp_path, "a: {model: gemini-3.5-flash, location: europe-west3}")
    verdicts = {cell.verdict for cell in row.cells.values()}
    assert Verdict.PLACED in verdicts
    assert Verdict.NOT_PINNED in verdicts
    assert Verdict.FAILOVER not in verdicts


def test_a_model_that_is_shut_down_is_what_stands_against_a_location(tmp_path: Path) -> None:
    row = only_row(tmp_path, "a: {model: gemini-1.5-flash-002}")
    assert row.cells["europe-west4"].verdict is Verdict.MODEL
    assert "shut down" in row.cells["europe-west4"].text
    assert row.cells["us-central1"].verdict is Verdict.RESIDENCY


@pytest.mark.parametrize(
    ("keys", "location", "verdict"),
    [
        ("model: gemini-3.5-flash, residency: any, location: us", "global", Verdict.NOT_PINNED),
        (
            RAG,
            "eu",
            Verdict.PROCESSING,
        ),
    ],
)
def test_the_sign_is_that_of_the_rule(
    tmp_path: Path, keys: str, location: str, verdict: Verdict
) -> None:
    row = only_row(tmp_path, f"a: {{{keys}}}")
    assert row.cells[location].verdict is verdict


def test_a_name_that_is_no_model_has_a_row_without_cells(tmp_path: Path) -> None:
    row = only_row(tmp_path, "a: {model: gemini-3.8-flahs}")
    assert row.cells == {}


def test_a_column_that_says_nothing_is_named_below(tmp_path: Path) -> None:
    report = report_of(tmp_path, prod=HEAD + "    a: {model: gemini-3.8-flash}\n")
    made = matrix(report)
    assert made is not None
    heads = [one.text for one in made.made.iter("span") if one.get("class") is None]
    assert {"us", "eu", "global"} <= set(heads)
    assert "asia-south1" not in heads
    words = "".join(made.made.itertext())
    assert "known to be served in" in words
    assert "asia-south1" in words
