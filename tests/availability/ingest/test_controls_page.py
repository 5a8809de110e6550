"""The page "Security controls": which control covers which feature of each model."""

from __future__ import annotations

import pytest

from availability.facts.snapshot import Verdict
from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Controlled
from tests.availability.ingest.own_forms import FORMS, said, written
from tests.availability.ingest.own_pages import OwnCard, OwnModel, page, write_card

PATH = "models/security-controls"
CARDS = (
    OwnCard(),
    OwnCard(
        "Veo 9",
        "models/veo/9",
        (OwnModel("Veo 9", "veo-9.0-generate-001"), OwnModel("Fast", "veo-9.0-fast-001")),
    ),
)
PAGE = """
## All of them

| Models | Data residency (at rest) | CMEK | VPC-SC | Access Transparency (AXT) |
|---|---|---|---|---|
| Gemini 9.1 Flash |  |  |  |  |
| Online prediction | Yes | Yes | Yes | No |
| Batch inference | Yes |  | Yes | N/A |
| Grounding with Google Search | Yes | Yes | Yes | Yes |
| Veo for video generation |  |  |  |  |
| Online prediction |  | Yes |  |  |
| Open models (MaaS) |  |  |  |  |
| Tuning | Yes | Yes | Yes | Yes |
"""
CONTROLS = ("data-residency", "cmek", "vpc-sc", "access-transparency")


def read(text: str, form: str) -> Pages:
    cards = (page(card.path, write_card(card, "md.txt")) for card in CARDS)
    return read_pages([page(PATH, written(text, form)), *cards], None)


def verdicts(pages: Pages) -> dict[tuple[str, str], dict[str, Verdict]]:
    """Model and feature -> control -> verdict."""
    by_feature: dict[tuple[str, str], dict[str, Verdict]] = {}
    for controlled in said(pages, Controlled):
        feature = by_feature.setdefault((controlled.model, controlled.feature), {})
        feature[controlled.control] = controlled.verdict
    return by_feature


def row(*verdicts: Verdict) -> dict[str, Verdict]:
    return dict(zip(CONTROLS, verdicts, strict=True))


YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_features_are_about_the_model_above_them(form: str):
    pages = read(PAGE, form)
    assert not pages.refused
    assert not pages.ticks_lost
    assert verdicts(pages) == {
        ("gemini-9.1-flash", "online"): row(YES, YES, YES, NO),
        ("gemini-9.1-flash", "batch"): row(YES, NO, YES, NO),
        ("veo-9.0-generate-001", "online"): row(NO, YES, NO, NO),
        ("veo-9.0-fast-001", "online"): row(NO, YES, NO, NO),
    }


@pytest.mark.parametrize("form", FORMS)
def test_controls_whose_ticks_are_lost_stay_unknown(form: str):
    blank = PAGE
    for tick in ("Yes", "N/A", "No "):
        blank = blank.replace(f"| {tick}", "| ")
    pages = read(blank, form)
    assert len(pages.ticks_lost) == 1
    assert verdicts(pages)["gemini-9.1-flash", "online"] == row(*[UNKNOWN] * 4)


FELL_APART = """
[Data residency (at rest)](https://x.example/a)

[Access Transparency (AXT)](https://x.example/b)

Gemini 9.1 Flash

Online prediction

Context caching

Grounding with Google Search

A sentence of ours that is longer than the name of a model or feature could ever be on this page.
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_fell_apart_says_nothing_but_which_features_there_are(form: str):
    pages = read(FELL_APART, form)
    assert not pages.refused
    assert len(pages.ticks_lost) == 1
    assert verdicts(pages) == {
        ("gemini-9.1-flash", "online"): row(*[UNKNOWN] * 4),
        ("gemini-9.1-flash", "context-caching"): row(*[UNKNOWN] * 4),
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", [PAGE, FELL_APART])
def test_a_row_that_is_neither_model_nor_feature_refuses_the_page(form: str, text: str):
    [refused] = read(text.replace("Gemini 9.1 Flash", "Unheard Of"), form).refused
    assert refused.message == "the row 'Unheard Of' matches no model"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_column_that_is_no_control_says_nothing(form: str):
    pages = read(PAGE.replace("VPC-SC", "Good will"), form)
    assert verdicts(pages)["gemini-9.1-flash", "online"] == {
        "data-residency": YES,
        "cmek": YES,
        "access-transparency": NO,
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("cells", "have"), [("Yes | Yes | No", 4), ("Yes | Yes | Yes | No | No", 6)]
)
def test_a_row_of_another_width_refuses_the_page(form: str, cells: str, have: int):
    [refused] = read(PAGE.replace("Yes | Yes | Yes | No |", f"{cells} |"), form).refused
    assert refused.message == f"a row of {have} cells under 5 columns"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_that_is_no_tick_is_reported(form: str):
    pages = read(PAGE.replace("| Yes |  | Yes | N/A |", "| Yes | sometimes | Yes | N/A |"), form)
    assert [missed.text for missed in pages.missed] == ["Batch inference, cmek: sometimes"]
    assert "cmek" not in verdicts(pages)["gemini-9.1-flash", "batch"]


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_a_feature_is_refused(form: str):
    [refused] = read("Nothing of it.", form).refused
    assert refused.message == "no table of models and controls is on this page"
