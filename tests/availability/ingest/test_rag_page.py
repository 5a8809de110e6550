"""The page about the RAG engine: its regions, their stages, and the controls that it lacks."""

from __future__ import annotations

import pytest

from availability.facts.snapshot import Verdict
from availability.ingest.pages import Pages
from availability.ingest.statements import Controlled, Corpus
from tests.availability.ingest.own_forms import FORMS, read, said

PATH = "build/rag-engine/rag-overview"
PAGE = """
> Some controls are there. Data residency and AXT security controls aren't supported.

## Regions

| Region | Location | Launch stage |
|---|---|---|
| `us-central1` | Over there | Allowlist, GA |
| `europe-west3` | Over here | GA |
| `asia-east1` | Far away | Preview |

- `asia-east1` is changed to Allowlist.
"""


def regions(pages: Pages) -> dict[str, tuple[str, bool]]:
    return {one.location: (one.stage, one.allowlist) for one in said(pages, Corpus)}


@pytest.mark.parametrize("form", FORMS)
def test_a_region_has_a_stage_and_may_have_an_allowlist(form: str):
    pages = read(PATH, PAGE, form)
    assert not pages.refused
    assert not pages.missed
    assert regions(pages) == {
        "us-central1": ("ga", True),
        "europe-west3": ("ga", False),
        "asia-east1": ("preview", True),
    }
    assert {one.cite.heading for one in said(pages, Corpus)} == {"Regions"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", ["GA, Preview", "Soon", "GA, Soon"])
def test_a_stage_that_is_not_clear_is_reported(form: str, words: str):
    pages = read(PATH, PAGE.replace("| GA |", f"| {words} |"), form)
    assert [missed.text for missed in pages.missed] == [words]
    stage, _ = regions(pages)["europe-west3"]
    assert stage == ("ga" if words == "GA, Soon" else "")


@pytest.mark.parametrize("form", FORMS)
def test_a_region_that_does_not_exist_refuses_the_page_with_the_nearest(form: str):
    [refused] = read(PATH, PAGE.replace("europe-west3", "europe-west33"), form).refused
    assert refused.message == "unknown location 'europe-west33'; the nearest known is europe-west3"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_row_with_a_cell_too_few_refuses_the_page(form: str):
    [refused] = read(PATH, PAGE.replace("| Over here | GA |", "| GA |"), form).refused
    assert refused.message == "a row of 2 cells under 3 columns"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", ["aren't", "are not"])
def test_controls_that_the_engine_lacks_are_denied_and_the_others_are_there(form: str, words: str):
    controls = said(read(PATH, PAGE.replace("aren't", words), form), Controlled)
    assert {(one.model, one.feature) for one in controls} == {("", "rag")}
    assert {one.control: one.verdict for one in controls} == {
        "vpc-sc": Verdict.YES,
        "cmek": Verdict.YES,
        "data-residency": Verdict.NO,
        "access-transparency": Verdict.NO,
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_page_that_denies_no_control_says_nothing_of_them(form: str):
    assert not said(read(PATH, PAGE.replace("aren't supported", "are fine"), form), Controlled)


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_regions_is_refused(form: str):
    [refused] = read(PATH, PAGE.replace("Launch stage", "Mood"), form).refused
    assert refused.message == "no table of regions is on this page"
