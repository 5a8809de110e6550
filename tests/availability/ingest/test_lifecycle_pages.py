"""The pages of dates: when models are released and retired, and what replaces them."""

from __future__ import annotations

import pytest

from availability.ingest.pages import read_pages
from availability.ingest.statements import AliasNamed, Dated, ModelNamed, Noticed
from tests.availability.ingest.own_forms import FORMS, PIPES, read, said, written
from tests.availability.ingest.own_pages import OwnCard, page, write_card

VERSIONS = "models/model-versions"
OPEN_MODELS = "models/deprecations/open-models"

PAGE = """
## Our models

| Model ID | Release date | Retirement date | Recommended upgrade |
|---|---|---|---|
| `gemini-9.1-pro` | May 19, 2026 | May 19, 2027 or later | `gemini-9.2-pro` |
| `gemini-9.0-pro` | 2025-11 | March 3, 2027 |  |
| gemini-8.5-pro | June 2, 2025 | No retirement date announced |  |

## Retired models

| Model ID | Release date | Discontinuation date | Retirement date |
|---|---|---|---|
| `gemini-7.5-pro` | June 2, 2024 | June 2, 2025 | June 2, 2025 |
"""


def dates(path: str, text: str, form: str = PIPES) -> dict[str, dict[str, str]]:
    """Model -> what the page says of it, without what it doesn't say."""
    pages = read(path, text, form)
    assert not pages.refused
    names = ("stage", "released", "deprecated", "retires", "not_before", "successors")
    return {
        dated.model: {name: value for name in names if (value := getattr(dated, name))}
        for dated in said(pages, Dated)
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_row_says_when_a_model_is_released_and_retires(form: str):
    assert dates(VERSIONS, PAGE, form) == {
        "gemini-9.1-pro": {
            "released": "2026-05-19",
            "not_before": "2027-05-19",
            "successors": "gemini-9.2-pro",
        },
        "gemini-9.0-pro": {"released": "2025-11", "retires": "2027-03-03"},
        "gemini-8.5-pro": {"released": "2025-06-02"},
        "gemini-7.5-pro": {"released": "2024-06-02", "retires": "2025-06-02"},
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_model_of_a_row_is_named_and_cited_by_its_line(form: str):
    pages = read(VERSIONS, PAGE, form)
    lines = written(PAGE, form).splitlines()
    for named in said(pages, ModelNamed):
        assert named.name == named.model
        assert named.cite.line is not None
        assert named.model in lines[named.cite.line - 1]
    headings = {named.model: named.cite.heading for named in said(pages, ModelNamed)}
    assert headings["gemini-9.1-pro"] == "Our models"
    assert headings["gemini-7.5-pro"] == "Retired models"


@pytest.mark.parametrize("form", FORMS)
def test_a_row_may_name_several_models(form: str):
    text = PAGE.replace("`gemini-9.1-pro`", "`gemini-9.1-pro` `gemini-9.1-flash`")
    assert dates(VERSIONS, text, form)["gemini-9.1-flash"]["not_before"] == "2027-05-19"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("words", "successors"),
    [
        ("`gemini-9.2-pro`, `gemini-9.2-flash`", "gemini-9.2-pro gemini-9.2-flash"),
        ("gemini-9.2-pro or gemini-9.2-flash", "gemini-9.2-pro gemini-9.2-flash"),
        ("Gemini 9.1 Flash", "gemini-9.1-flash"),
        ("Gemini 9.1 Flash, or gemini-9.2-pro", "gemini-9.1-flash gemini-9.2-pro"),
    ],
)
def test_a_replacement_is_named_by_its_id_or_by_the_name_on_its_card(
    form: str, words: str, successors: str
):
    card = OwnCard()
    text = written(PAGE.replace("`gemini-9.2-pro`", words), form)
    pages = read_pages([page(VERSIONS, text), page(card.path, write_card(card, "bullets"))], None)
    assert not pages.missed
    [dated] = [dated for dated in said(pages, Dated) if dated.model == "gemini-9.1-pro"]
    assert dated.successors == successors


@pytest.mark.parametrize("form", FORMS)
def test_a_replacement_that_nobody_knows_is_reported(form: str):
    text = PAGE.replace("`gemini-9.2-pro`", "Something Else or gemini-9.2-pro")
    [missed] = read(VERSIONS, text, form).missed
    assert missed.text == "Replacement: Something Else"
    assert dates(VERSIONS, text, form)["gemini-9.1-pro"]["successors"] == "gemini-9.2-pro"


SHORT = """
## Models of shorter availability

They retire 45 days after a replacement model is released.

| Model ID | Release date | Retirement date |
|---|---|---|
| `gemini-9.1-flash-live` | May 19, 2026 | May 19, 2027 |

## Others

| Model ID | Release date | Retirement date |
|---|---|---|
| `gemini-9.1-pro` | May 19, 2026 | May 19, 2027 |
"""


@pytest.mark.parametrize("form", FORMS)
def test_models_of_shorter_availability_are_told_with_their_days(form: str):
    [notice] = said(read(VERSIONS, SHORT, form), Noticed)
    assert (notice.model, notice.notice, notice.days) == (
        "gemini-9.1-flash-live",
        "short-lived",
        45,
    )
    assert "retires 45 days after its replacement" in notice.text


@pytest.mark.parametrize("form", FORMS)
def test_shorter_availability_is_told_where_the_page_names_no_days(form: str):
    text = SHORT.replace("They retire 45 days after a replacement model is released.", "Soon.")
    [notice] = said(read(VERSIONS, text, form), Noticed)
    assert notice.days is None
    assert "replacement" not in notice.text


@pytest.mark.parametrize("form", FORMS)
def test_a_number_of_days_that_is_none_refuses_the_page(form: str):
    [refused] = read(VERSIONS, SHORT.replace("45 days", f"{'9' * 5000} days"), form).refused
    assert refused.message == "5000 digits are no number of days"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("day", ["June 5, 2027", "June 5, 2027 or later"])
def test_two_rows_of_one_model_that_disagree_refuse_the_page(form: str, day: str):
    text = f"{PAGE}| `gemini-9.1-pro` | May 19, 2026 |  | {day} |\n"
    [refused] = read(VERSIONS, text, form).refused
    assert refused.message == "two rows for gemini-9.1-pro that disagree"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_two_rows_of_one_model_may_say_the_same(form: str):
    text = f"{PAGE}| `gemini-9.1-pro` | May 19, 2026 |  | May 19, 2027 or later |\n"
    assert dates(VERSIONS, text, form)["gemini-9.1-pro"]["not_before"] == "2027-05-19"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("model", ["`zzz-1`", "Unheard Of"])
def test_a_model_that_nobody_knows_refuses_the_page(form: str, model: str):
    [refused] = read(VERSIONS, PAGE.replace("`gemini-9.0-pro`", model), form).refused
    assert refused.message == f"the row '{model.strip('`')}' matches no model"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("cells", "have"), [("2025-11 | March 3, 2027", 3), ("2025-11 |  | March 3, 2027 |  ", 5)]
)
def test_a_row_of_another_width_refuses_the_page(form: str, cells: str, have: int):
    text = PAGE.replace("| 2025-11 | March 3, 2027 |  |", f"| {cells} |")
    [refused] = read(VERSIONS, text, form).refused
    assert refused.message == f"a row of {have} cells under 4 columns"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("day", ["soon", "March 2027", "February 30, 2027", "٢٠٢٧-03-03"])
def test_an_end_that_is_no_whole_day_is_reported_and_stays_unknown(form: str, day: str):
    text = PAGE.replace("March 3, 2027", day)
    [missed] = read(VERSIONS, text, form).missed
    assert missed.text == f"Retirement date: {day}"
    assert "retires" not in dates(VERSIONS, text, form)["gemini-9.0-pro"]


@pytest.mark.parametrize("form", FORMS)
def test_a_column_that_is_new_is_reported(form: str):
    text = PAGE.replace("Recommended upgrade", "Mood")
    [missed] = read(VERSIONS, text, form).missed
    assert missed.text == "the columns mood"


@pytest.mark.parametrize("form", FORMS)
def test_a_deprecation_is_a_stage_and_no_end(form: str):
    text = """
| Model | Deprecation date | Shutdown date | Retirement date | Self-deploy alternative |
|---|---|---|---|---|
| `glm-9-maas` | July 2, 2026 | Oct 16, 2026 | Oct 16, 2026 | Our own words |
| `kimi-9-maas` |  |  | Not before Oct 16, 2027 | Our own words |
"""
    assert dates(OPEN_MODELS, text, form) == {
        "glm-9-maas": {
            "stage": "deprecated",
            "deprecated": "2026-07-02",
            "retires": "2026-10-16",
        },
        "kimi-9-maas": {"not_before": "2027-10-16"},
    }
    assert not read(OPEN_MODELS, text, form).missed


@pytest.mark.parametrize("form", FORMS)
def test_a_version_is_an_alias_of_its_name_without_a_number(form: str):
    text = """
| Auto-updated alias | Version |
|---|---|
| `gemini-9.1-pro` | `gemini-9.1-pro-002` |
| `gemini-9.0-pro` | `gemini-9.0-pro` |
| `gemini-flash-latest` | `gemini-9.1-flash-001` |
| `gemini-8.5-pro` |  |
"""
    [alias] = said(read(VERSIONS, text, form), AliasNamed)
    assert (alias.publisher, alias.model) == ("google", "gemini-9.1-pro")
    assert alias.alias == "gemini-9.1-pro-002"
