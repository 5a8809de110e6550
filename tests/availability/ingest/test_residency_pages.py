"""The page "Data residency" in four forms: ticks, lost ticks, and tables that are not whole."""

from __future__ import annotations

import pytest

from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Committed
from tests.availability.ingest.own_pages import FORMS, RESIDENCY_MODELS, page, write_residency

PATH = "resources/data-residency"
WANTED = {
    ("gemini-9.1-flash", "us", "128k", False),
    ("gemini-9.1-flash", "eu", "128k", False),
    ("gemini-9.1-flash", "europe-west3", "128k", False),
    ("gemini-9.1-pro", "us", "", False),
    ("gemini-9.1-pro", "asia-northeast1", "", False),
    ("gemini-9.1-pro", "us", "", True),
    ("gemini-9.1-pro", "eu", "", True),
}


def read(text: str) -> Pages:
    return read_pages([page(PATH, text)], None)


def committed(pages: Pages) -> set[tuple[str, str, str, bool]]:
    return {
        (one.model, one.area, one.up_to, one.tuning)
        for one in pages.statements
        if isinstance(one, Committed)
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_page_says_the_same_in_every_form(form: str):
    pages = read(write_residency(form))
    assert not pages.refused
    assert not pages.missed
    assert committed(pages) == WANTED
    assert all(one.complete for one in pages.statements if isinstance(one, Committed))


@pytest.mark.parametrize("form", FORMS)
def test_a_table_without_a_tick_says_nothing_at_all(form: str):
    pages = read(write_residency(form, ticks=((0, 0, 0, 0),) * 3))
    assert not pages.refused
    assert not committed(pages)
    assert len(pages.ticks_lost) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_model_without_a_tick_beside_others_has_no_commitment(form: str):
    pages = read(write_residency(form, ticks=((1, 1, 1, 0), (0, 0, 0, 0), (1, 1, 0, 0))))
    assert ("gemini-9.1-pro", "", "", False) in committed(pages)


@pytest.mark.parametrize("form", FORMS)
def test_a_column_without_its_parenthesis_is_still_its_location(form: str):
    areas = (
        "US multi-region",
        "EU multi-region",
        "Germany )europe-west3)",
        "Japan asia-northeast1",
    )
    assert committed(read(write_residency(form, areas=areas))) == WANTED


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("area", ["Germany (europe-west33)", "Somewhere", "Japan (asia-north1)"])
def test_a_column_that_is_no_location_refuses_the_page(form: str, area: str):
    areas = ("US multi-region", "EU multi-region", "Germany (europe-west3)", area)
    [refused] = read(write_residency(form, areas=areas)).refused
    assert refused.line is not None
    assert not committed(read(write_residency(form, areas=areas)))


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_matches_no_model_refuses_the_page(form: str):
    models = (*RESIDENCY_MODELS[:2], ("Unheard Of", "zzz-1"))
    [refused] = read(write_residency(form, models=models)).refused
    assert "matches no model" in refused.message


@pytest.mark.parametrize("form", FORMS)
def test_two_rows_of_one_model_that_disagree_refuse_the_page(form: str):
    models = (RESIDENCY_MODELS[1], RESIDENCY_MODELS[1], RESIDENCY_MODELS[2])
    [refused] = read(write_residency(form, models=models)).refused
    assert "disagree" in refused.message


@pytest.mark.parametrize("form", ["md.txt", "html", "html-in-markdown"])
def test_a_row_with_a_cell_too_few_refuses_the_page(form: str):
    text = write_residency(form)
    first = text.index("gemini-9.1-pro")
    cell = "|   |" if form == "md.txt" else "<td></td>"
    short = text[:first] + text[first:].replace(cell, "|" if form == "md.txt" else "", 1)
    assert short != text
    [refused] = read(short).refused
    assert "cells under" in refused.message
