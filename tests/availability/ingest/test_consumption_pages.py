"""The pages about ways to pay and about tuning: which models they are for."""

from __future__ import annotations

import pytest

from availability.facts.snapshot import Verdict
from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Capable, Sold
from tests.availability.ingest.own_forms import FORMS, read, said, written
from tests.availability.ingest.own_pages import OwnCard, page, write_card

PAYGO = ("standard-paygo", "flex-paygo", "priority-paygo")
THROUGHPUT = "models/provisioned-throughput/supported-models"
TUNING = "models/tuning/supervised-tuning/use"
LIST = """
## Before

- `gemini-7.1-flash`

## Supported models and locations

They are in the global endpoint only.

- [`gemini-9.1-flash`](https://x.example/a)
- `gemini-9.1-pro`

#### Click to see more

- `gemini-9.0-pro`

#### Another thing

- `gemini-8.1-flash`

## Afterwards

- `gemini-8.0-flash`
"""
LISTED = ["gemini-9.1-flash", "gemini-9.1-pro", "gemini-9.0-pro"]


def read_with_card(path: str, text: str, form: str) -> Pages:
    """The page with the card of Gemini 9.1 Flash, without what the card says."""
    card = OwnCard()
    own = page(card.path, write_card(card, "bullets"))
    both = read_pages([page(path, written(text, form)), own], None)
    of_card = read_pages([own], None).statements
    statements = tuple(one for one in both.statements if one not in of_card)
    return Pages(1, statements, both.missed, both.refused, both.rows, both.ticks_lost)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("option", PAYGO)
def test_a_way_to_pay_is_for_the_models_of_its_list(form: str, option: str):
    pages = read(f"models/{option}", LIST, form)
    assert not pages.refused
    assert not pages.missed
    capable = said(pages, Capable)
    assert [one.model for one in capable] == LISTED
    assert {(one.need, one.verdict) for one in capable} == {(option, Verdict.YES)}


@pytest.mark.parametrize("form", FORMS)
def test_a_way_to_pay_may_be_one_of_the_global_endpoint_alone(form: str):
    sold = said(read("models/flex-paygo", LIST, form), Sold)
    assert [(one.model, one.location, one.complete) for one in sold] == [
        (model, "global", True) for model in LISTED
    ]
    without = LIST.replace("in the global endpoint only", "everywhere")
    assert not said(read("models/flex-paygo", without, form), Sold)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["models/flex-paygo", TUNING])
def test_an_item_that_names_no_model_is_reported(form: str, path: str):
    pages = read(path, LIST.replace("`gemini-9.1-pro`", "Unheard Of"), form)
    assert [missed.text for missed in pages.missed] == ["Unheard Of"]
    assert "gemini-9.1-flash" in {one.model for one in said(pages, Capable)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["models/flex-paygo", TUNING])
def test_a_page_without_its_list_is_refused(form: str, path: str):
    [refused] = read(path, LIST.replace("Supported models", "Our models"), form).refused
    assert refused.message == "no list of supported models is on this page"


@pytest.mark.parametrize("form", FORMS)
def test_what_can_be_tuned_can_be_tuned_with_supervision(form: str):
    text = LIST.replace("`gemini-9.1-pro`", "[Gemini 9.1 Flash](https://x.example/b)")
    pages = read_with_card(TUNING, text, form)
    assert not pages.missed
    needs = {(one.model, one.need) for one in said(pages, Capable)}
    assert needs == {
        (model, need)
        for model in ("gemini-9.1-flash", "gemini-9.0-pro")
        for need in ("tuning", "supervised-fine-tuning")
    }


BOUGHT = """
## The newer ones

**Model**

Our Flash

Latest supported version: `gemini-9.1-flash`

675

Latest supported versions: `gemini-9.1-pro` , `gemini-9.0-pro`

## Partners

| Model | Units |
|---|---|
| Anthropic's models |
| Our Claude (`claude-opus-9`) | 35 |
| Unheard Of | 1 |

#### Click to see those of the global endpoint

| Model | Latest supported model version |
|---|---|
| Our Flash | `gemini-9.1-flash` |
| Gemini 9.1 Flash | See there |
"""


@pytest.mark.parametrize("form", FORMS)
def test_throughput_can_be_bought_for_each_latest_version_and_each_row(form: str):
    capable = said(read_with_card(THROUGHPUT, BOUGHT, form), Capable)
    assert [one.model for one in capable] == [
        "gemini-9.1-flash",
        "gemini-9.1-pro",
        "gemini-9.0-pro",
        "claude-opus-9",
    ]
    assert {(one.need, one.verdict) for one in capable} == {("provisioned-throughput", Verdict.YES)}


@pytest.mark.parametrize("form", FORMS)
def test_throughput_of_the_global_endpoint_is_for_the_models_of_its_table(form: str):
    sold = said(read_with_card(THROUGHPUT, BOUGHT, form), Sold)
    assert sold
    assert {(one.model, one.option, one.location, one.complete) for one in sold} == {
        ("gemini-9.1-flash", "provisioned-throughput", "global", False)
    }
    rows = {one.cite.line for one in sold}
    assert len(rows) == 2
    assert {one.cite.heading for one in sold} == {"Click to see those of the global endpoint"}


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_names_no_model_is_reported(form: str):
    pages = read_with_card(THROUGHPUT, BOUGHT, form)
    assert [missed.text for missed in pages.missed] == ["Unheard Of"]


@pytest.mark.parametrize("form", FORMS)
def test_a_row_with_a_cell_too_few_refuses_the_page(form: str):
    text = BOUGHT.replace("| Model | Latest", "| Model | Units | Latest")
    [refused] = read(THROUGHPUT, text, form).refused
    assert refused.message == "a row of 2 cells under 3 columns"


@pytest.mark.parametrize("form", FORMS)
def test_a_latest_version_that_nobody_knows_refuses_the_page(form: str):
    [refused] = read(THROUGHPUT, BOUGHT.replace("`gemini-9.1-flash`", "`zzz-1`", 1), form).refused
    assert refused.message == "the version 'zzz-1' matches no model"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_a_model_is_refused(form: str):
    [refused] = read(THROUGHPUT, "Nothing of it.", form).refused
    assert refused.message == "no table of models is on this page"
