"""The page about endpoints: hosts, what the global endpoint lacks, and who is served where."""

from __future__ import annotations

import pytest

from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Hosted, Limited, Served, Sold
from tests.availability.ingest.own_forms import FORMS, PIPES, read, said, written
from tests.availability.ingest.own_pages import page

PATH = "resources/locations"
HOSTS = """
### Multi-region endpoints

| Multi-region | Location | Hostname |
|---|---|---|
| Over there | `us` | `https://aiplatform.us.rep.googleapis.com` |
| Over here | `eu` | aiplatform.eu.rep.googleapis.com/ |
"""
GLOBAL = """
## Global endpoint

### Limitations

- Tuning
- Batch prediction for Anthropic and OpenMaaS models
- Retrieval-augmented generation (RAG) corpus (RAG requests are supported)

#### Click to see those with Provisioned Throughput

| Model | Latest supported model version |
|---|---|
| Our Flash | `gemini-9.1-flash` |
| Our Pro | `gemini-9.1-pro` |

## Another endpoint

### Limitations

- Context caching
"""
MATRIX = """
## Where it is

### Global

| Model | global |
|---|---|
| Our Flash (`gemini-9.1-flash`) | Yes |
| Our Pro (`gemini-9.1-pro`) | Preview |

### Europe

| Model | Paris, France (europe-west9) | Frankfurt (europe-west3) |
|---|---|---|
| The older ones |  |  |
| Our Flash (`gemini-9.1-flash`) | Yes |  |
| Our Pro (`gemini-9.1-pro`) | No | Yes |
"""


def served(pages: Pages) -> set[tuple[str, str, str]]:
    return {(one.model, one.location, one.stage) for one in said(pages, Served)}


@pytest.mark.parametrize("form", FORMS)
def test_a_host_is_its_name_alone(form: str):
    pages = read(PATH, HOSTS, form)
    assert not pages.refused
    assert {hosted.location: hosted.host for hosted in said(pages, Hosted)} == {
        "us": "aiplatform.us.rep.googleapis.com",
        "eu": "aiplatform.eu.rep.googleapis.com",
    }
    assert said(pages, Hosted)[0].cite.heading == "Multi-region endpoints"


@pytest.mark.parametrize("form", FORMS)
def test_a_host_of_an_unknown_location_refuses_the_page_with_the_nearest(form: str):
    [refused] = read(PATH, HOSTS.replace("`us`", "`europe-west33`"), form).refused
    assert refused.message == "unknown location 'europe-west33'; the nearest known is europe-west3"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_host_of_no_location_refuses_the_page(form: str):
    [refused] = read(PATH, HOSTS.replace("`us`", "somewhere"), form).refused
    assert refused.message == "'somewhere' is no location"


@pytest.mark.parametrize("form", FORMS)
def test_limitations_are_those_of_the_global_endpoint(form: str):
    pages = read(PATH, GLOBAL, form)
    assert not pages.missed
    limits = [
        (limited.endpoint, limited.need, limited.publishers, limited.id_suffix)
        for limited in said(pages, Limited)
    ]
    assert limits == [
        ("global", "tuning", "", ""),
        ("global", "batch-prediction", "anthropic", "-maas"),
        ("global", "rag-corpus", "", ""),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_limitation_that_is_not_known_is_reported(form: str):
    pages = read(PATH, GLOBAL.replace("- Tuning", "- Singing"), form)
    assert [missed.text for missed in pages.missed] == ["Singing"]
    assert {limited.need for limited in said(pages, Limited)} == {"batch-prediction", "rag-corpus"}


@pytest.mark.parametrize("form", FORMS)
def test_the_global_endpoint_offers_provisioned_throughput_to_the_models_of_its_table(form: str):
    sold = said(read(PATH, GLOBAL, form), Sold)
    assert {(one.model, one.option, one.location) for one in sold} == {
        ("gemini-9.1-flash", "provisioned-throughput", "global"),
        ("gemini-9.1-pro", "provisioned-throughput", "global"),
    }
    assert not any(one.complete for one in sold)


@pytest.mark.parametrize("form", FORMS)
def test_a_tick_says_where_a_model_is_served_and_a_preview_its_stage(form: str):
    pages = read(PATH, MATRIX, form)
    assert not pages.refused
    assert not pages.missed
    assert served(pages) == {
        ("gemini-9.1-flash", "global", ""),
        ("gemini-9.1-pro", "global", "preview"),
        ("gemini-9.1-flash", "europe-west9", ""),
        ("gemini-9.1-pro", "europe-west3", ""),
    }
    assert not any(one.complete for one in said(pages, Served))


def test_every_tick_leads_to_its_line():
    lines = written(MATRIX, PIPES).splitlines()
    for one in said(read(PATH, MATRIX), Served):
        assert one.cite.line is not None
        assert one.model in lines[one.cite.line - 1]
        assert one.cite.heading in ("Global", "Europe")


TABS = """
<devsite-selector>
<tab>United States</tab>
<section><h3>United States</h3>
<table><tr><th>Model</th><th>Iowa (us-central1)</th></tr>
<tr><td>Our Flash (<code>gemini-9.1-flash</code>)</td><td><i class="icon compare-yes"></i></td></tr>
</table></section>
<tab>Europe</tab>
<section><h3>Europe</h3>
<table><tr><th>Model</th><th>Paris (europe-west9)</th><th>Milan (europe-west8)</th></tr>
<tr><td>Our Flash (<code>gemini-9.1-flash</code>)</td><td><i class="compare-no"></i></td>
<td><i class="compare-yes"></i></td></tr>
</table></section>
</devsite-selector>
"""


def test_a_model_in_several_tabs_is_served_where_each_of_them_says_it():
    html = written("Our words.", "html").replace("</body>", f"{TABS}</body>")
    pages = read_pages([page(PATH, html)], None)
    assert served(pages) == {
        ("gemini-9.1-flash", "us-central1", ""),
        ("gemini-9.1-flash", "europe-west8", ""),
    }
    assert [one.cite.heading for one in said(pages, Served)] == ["United States", "Europe"]


@pytest.mark.parametrize("form", FORMS)
def test_a_matrix_without_a_tick_says_nothing(form: str):
    blank = MATRIX.replace("Yes", "   ").replace("Preview", " ").replace("| No |", "| |")
    pages = read(PATH, HOSTS + blank, form)
    assert not pages.refused
    assert not served(pages)
    assert len(pages.ticks_lost) == 1


@pytest.mark.parametrize("form", FORMS)
def test_one_matrix_that_has_lost_its_ticks_does_not_silence_the_other(form: str):
    first = MATRIX.index("| Yes")
    pages = read(PATH, MATRIX[:first] + MATRIX[first:].replace("Yes", "  ", 1), form)
    assert ("gemini-9.1-flash", "europe-west9", "") in served(pages)


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_code_refuses_the_page_with_the_nearest(form: str):
    [refused] = read(PATH, MATRIX.replace("europe-west9", "europe-west99"), form).refused
    assert refused.message == "unknown location 'europe-west99'; the nearest known is europe-west9"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_matches_no_model_refuses_the_page(form: str):
    text = MATRIX.replace("Our Pro (`gemini-9.1-pro`) | No", "Unheard Of (`zzz-1`) | No")
    [refused] = read(PATH, text, form).refused
    assert "matches no model" in refused.message


@pytest.mark.parametrize("form", FORMS)
def test_a_row_with_a_cell_too_few_refuses_the_page(form: str):
    [refused] = read(PATH, MATRIX.replace("| No | Yes |", "| Yes |"), form).refused
    assert refused.message == "a row of 2 cells under 3 columns"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GLOBAL.replace("| Our Pro | `gemini-9.1-pro` |", "| x |"), "a row of 1 cells under 2"),
        (HOSTS.replace("| Over there | `us` |", "| `us` |"), "a row of 2 cells under 3"),
        (HOSTS.replace("| Location |", "| Place |"), "hosts without the column Location"),
    ],
)
def test_a_table_that_is_cut_off_refuses_the_page(form: str, text: str, message: str):
    [refused] = read(PATH, text, form).refused
    assert message in refused.message
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_that_is_no_tick_is_reported(form: str):
    pages = read(PATH, MATRIX.replace("| No |", "| soon |"), form)
    [missed] = pages.missed
    assert missed.text.endswith("europe-west9: soon")


@pytest.mark.parametrize("form", FORMS)
def test_a_column_may_be_about_more_than_one_region(form: str):
    matrix = """
| Model | Global (global) | United States multi-region (us) | EU multi-region |
|---|---|---|---|
| Our Flash (`gemini-9.1-flash`) | Yes |  | Yes |
| Our Pro (`gemini-9.1-pro`) |  | Yes |  |
"""
    pages = read(PATH, matrix, form)
    assert not pages.refused
    assert not pages.missed
    assert served(pages) == {
        ("gemini-9.1-flash", "global", ""),
        ("gemini-9.1-flash", "eu", ""),
        ("gemini-9.1-pro", "us", ""),
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_column_of_two_locations_refuses_the_page(form: str):
    text = MATRIX.replace("Paris, France (europe-west9)", "europe-west9, europe-west8")
    [refused] = read(PATH, text, form).refused
    assert refused.message == "'europe-west9, europe-west8' is no location"


@pytest.mark.parametrize("form", FORMS)
def test_ticks_under_columns_of_no_location_are_reported(form: str):
    pages = read(PATH, HOSTS + MATRIX.replace("| Model | global |", "| Model | Anywhere |"), form)
    assert [missed.text for missed in pages.missed] == ["ticks under the columns Model, Anywhere"]
    assert "global" not in {place for _, place, _ in served(pages)}


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_a_host_or_a_limitation_is_refused(form: str):
    [refused] = read(PATH, "Nothing of it.", form).refused
    assert refused.message == "neither hosts nor limitations are on this page"
