"""Model cards of our own in four forms: the same facts, whatever the form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from availability.facts.snapshot import Verdict
from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Committed,
    Dated,
    ModelNamed,
    Noticed,
    Served,
    Sold,
)
from tests.availability.ingest.own_pages import FORMS, OwnCard, OwnModel, page, write_card


def read(text: str, path: str = "models/gemini/9-1-flash") -> Pages:
    return read_pages([page(path, text)], None)


def read_own(card: OwnCard, form: str) -> Pages:
    return read(write_card(card, form), card.path)


@pytest.mark.parametrize("form", FORMS)
def test_a_card_says_the_same_in_every_form(form: str):
    pages = read_own(OwnCard(), form)
    assert not pages.refused
    assert not pages.missed
    statements = pages.statements
    served = {one.location for one in statements if isinstance(one, Served)}
    assert served == {"global", "us", "eu", "europe-west3", "europe-west9"}
    assert all(one.complete for one in statements if isinstance(one, Served))
    committed = {one.area for one in statements if isinstance(one, Committed)}
    assert committed == {"us", "eu", "europe-west3"}
    sold = {(one.option, one.location) for one in statements if isinstance(one, Sold)}
    assert sold == {("provisioned-throughput", "global")}
    capable = {one.need: one.verdict for one in statements if isinstance(one, Capable)}
    assert capable == {
        "thinking": Verdict.YES,
        "implicit-caching": Verdict.YES,
        "context-caching": Verdict.YES,
        "function-calling": Verdict.YES,
        "live-api": Verdict.NO,
        "tuning": Verdict.NO,
        "standard-paygo": Verdict.YES,
        "flex-paygo": Verdict.YES,
        "fixed-quota": Verdict.NO,
    }
    [dated] = [one for one in statements if isinstance(one, Dated)]
    assert (dated.stage, dated.released) == ("ga", "2026-05-19")
    assert (dated.retires, dated.not_before) == ("", "2027-05-19")
    [named] = [one for one in statements if isinstance(one, ModelNamed)]
    assert (named.publisher, named.model, named.name) == (
        "google",
        "gemini-9.1-flash",
        "Gemini 9.1 Flash",
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_fact_leads_to_its_line(form: str):
    text = write_card(OwnCard(), form)
    lines = text.splitlines()
    for one in read(text).statements:
        if isinstance(one, Served):
            assert one.cite.line is not None
            assert one.location in lines[one.cite.line - 1]
            assert one.cite.heading == "Model availability"
            assert one.cite.title == "Gemini 9.1 Flash"


@pytest.mark.parametrize("form", FORMS)
def test_several_models_on_one_card_are_kept_apart(form: str):
    first = OwnModel("9.1 Flash", "gemini-9.1-flash")
    second = OwnModel(
        "9.1 Flash Lite",
        "gemini-9.1-flash-lite",
        stage="Preview",
        retires="March 3, 2027",
        availability=(("United States", ("us-central1",)),),
        processing=(("United States", ("Multi-region",)),),
    )
    pages = read_own(OwnCard(models=(first, second)), form)
    assert not pages.refused
    places = {
        model: {
            one.location
            for one in pages.statements
            if isinstance(one, Served) and one.model == model
        }
        for model in (first.id, second.id)
    }
    assert places[second.id] == {"us-central1"}
    assert "us-central1" not in places[first.id]
    areas = {
        one.area
        for one in pages.statements
        if isinstance(one, Committed) and one.model == second.id
    }
    assert areas == {"us"}
    [dated] = [one for one in pages.statements if isinstance(one, Dated) and one.model == second.id]
    assert (dated.stage, dated.retires, dated.not_before) == ("preview", "2027-03-03", "")


@pytest.mark.parametrize(
    ("label", "words", "place"),
    [
        ("Multi-region", ("us",), "us"),
        ("United States", ("Multi-region",), "us"),
        ("United States multi-region", ("us",), "us"),
        ("Europe", ("Multi-region",), "eu"),
        ("Global", ("global",), "global"),
        ("Global", ("global endpoint",), "global"),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_one_place_is_spelt_in_several_ways(
    form: str, label: str, words: tuple[str, ...], place: str
):
    model = replace(OwnModel("9.1 Flash", "gemini-9.1-flash"), availability=((label, words),))
    pages = read_own(OwnCard(models=(model,)), form)
    assert not pages.refused
    assert [one.location for one in pages.statements if isinstance(one, Served)] == [place]


@pytest.mark.parametrize("form", FORMS)
def test_a_location_that_does_not_exist_refuses_the_page_with_the_nearest(form: str):
    model = replace(
        OwnModel("9.1 Flash", "gemini-9.1-flash"), availability=(("Europe", ("europe-west33",)),)
    )
    pages = read_own(OwnCard(models=(model,)), form)
    [refused] = pages.refused
    assert refused.line is not None
    assert refused.message == "unknown location 'europe-west33'; the nearest known is europe-west3"
    assert not any(isinstance(one, Served) for one in pages.statements)


@pytest.mark.parametrize("form", FORMS)
def test_two_lists_of_one_model_that_disagree_refuse_the_page(form: str):
    first = OwnModel("9.1 Flash", "gemini-9.1-flash")
    pages = read_own(
        OwnCard(models=(first, replace(first, availability=(("Global", ("global",)),)))), form
    )
    [refused] = pages.refused
    assert "disagree" in refused.message


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("May 19, 2027 or later", {"not_before": "2027-05-19"}),
        ("Not sooner than February 17, 2027", {"not_before": "2027-02-17"}),
        ("Not before Oct 16, 2026", {"not_before": "2026-10-16"}),
        ("No sooner than Sept 29, 2026", {"not_before": "2026-09-29"}),
        ("October 20, 2026", {"retires": "2026-10-20"}),
        ("2026-10-20", {"retires": "2026-10-20"}),
        ("No retirement date announced", {}),
    ],
)
def test_an_end_is_a_day_or_a_day_before_which_there_is_none(text: str, facts: dict[str, str]):
    model = replace(OwnModel("9.1 Flash", "gemini-9.1-flash"), retires=text)
    [dated] = [
        one
        for one in read_own(OwnCard(models=(model,)), "bullets").statements
        if isinstance(one, Dated)
    ]
    assert {"retires": dated.retires, "not_before": dated.not_before} == {
        "retires": "",
        "not_before": "",
    } | facts


@pytest.mark.parametrize("text", ["soon", "May 2027", "February 30, 2027", "May 19, 20"])
def test_an_end_that_is_no_whole_day_is_reported_and_stays_unknown(text: str):
    model = replace(OwnModel("9.1 Flash", "gemini-9.1-flash"), retires=text)
    pages = read_own(OwnCard(models=(model,)), "bullets")
    [missed] = pages.missed
    assert missed.text == f"Retirement date: {text}"
    assert missed.line is not None
    [dated] = [one for one in pages.statements if isinstance(one, Dated)]
    assert not dated.retires
    assert not dated.not_before


OLD_FORM = """Our words.

Model ID

`gemini-9.1-flash`

Capabilities

Supported

  - Function calling
  - Batch prediction preview Preview feature

Not supported

  - Gemini Live API

Supported regions

Model availability

Europe

  - Multi-region
  - europe-west3

ML processing

Not supported.

Versions

`gemini-9.1-flash-001`

  - Launch stage: Public preview
  - Discontinuation date: Not before May 1, 2027

Pricing

Free.
"""


def test_the_older_form_has_its_verdicts_above_the_lists():
    statements = read(OLD_FORM).statements
    capable = {one.need: one.verdict for one in statements if isinstance(one, Capable)}
    assert capable == {
        "function-calling": Verdict.YES,
        "batch-prediction": Verdict.PREVIEW,
        "live-api": Verdict.NO,
    }
    assert {one.location for one in statements if isinstance(one, Served)} == {"eu", "europe-west3"}
    [none] = [one for one in statements if isinstance(one, Committed)]
    assert none.area == ""
    [alias] = [one for one in statements if isinstance(one, AliasNamed)]
    assert (alias.model, alias.alias) == ("gemini-9.1-flash", "gemini-9.1-flash-001")
    [dated] = [one for one in statements if isinstance(one, Dated)]
    assert (dated.model, dated.stage, dated.not_before) == (
        "gemini-9.1-flash",
        "preview",
        "2027-05-01",
    )


def test_verdicts_whose_boundary_is_lost_are_no_verdicts():
    pages = read(OLD_FORM.replace("Not supported\n\n", "", 1))
    assert not [one for one in pages.statements if isinstance(one, Capable)]
    assert {one.text for one in pages.missed} >= {"Function calling", "Gemini Live API"}


def test_not_supported_is_never_read_as_supported():
    for verdict, wanted in (("Supported", Verdict.YES), ("Not supported", Verdict.NO)):
        card = write_card(OwnCard(), "bullets")
        text = card.replace(
            "Function calling  \n    Supported", f"Function calling  \n    {verdict}"
        )
        verdicts = {
            one.need: one.verdict for one in read(text).statements if isinstance(one, Capable)
        }
        assert verdicts["function-calling"] is wanted
        assert "not" not in verdicts


@pytest.mark.parametrize(
    ("note", "facts"),
    [
        (
            (
                "As of July 21, 2026, the `gemini-9.1-flash` endpoint is deprecated and will be "
                "retired on October 21, 2026."
            ),
            {"deprecated": "2026-07-21", "retires": "2026-10-21"},
        ),
        (
            (
                "`gemini-9.1-flash` will be discontinued on July 9, 2026. Update your application "
                "to use `gemini-9.2-flash` or another."
            ),
            {"retires": "2026-07-09", "successors": "gemini-9.2-flash"},
        ),
        (
            "As of March 6, 2026, `gemini-9.1-flash` is only available for existing customers.",
            {"closed_since": "2026-03-06"},
        ),
    ],
)
def test_a_callout_tells_of_a_models_end(note: str, facts: dict[str, str]):
    text = write_card(OwnCard(), "bullets").replace(
        "Model ID", f"> **Caution:** {note}\n\nModel ID", 1
    )
    told = {
        name: value
        for one in read(text).statements
        if isinstance(one, Dated) and one.cite.heading != "Versions"
        for name, value in vars(one).items()
        if value and name in facts
    }
    assert told == facts


@pytest.mark.parametrize("day", ["February 30, 2027", "Smarch 3, 2027"])
def test_a_callout_with_a_day_of_no_calendar_is_reported(day: str):
    note = f"As of July 21, 2026, it is deprecated and will be retired on {day}."
    text = write_card(OwnCard(), "bullets").replace("Model ID", f"> {note}\n\nModel ID", 1)
    pages = read(text)
    assert not pages.refused
    assert [one.text for one in pages.missed] == [note]
    [dated] = [one for one in pages.statements if isinstance(one, Dated)]
    assert (dated.cite.heading, dated.deprecated) == ("Versions", "")


def test_ids_in_callouts_belong_to_the_label_above_them():
    ids = ("gemini-9-pro", "gemini-9-flash")
    pages = read("\n>\n".join(f"> Model ID\n>\n> `{model}`" for model in ids))
    assert [one.model for one in pages.statements if isinstance(one, ModelNamed)] == [*ids]
    assert [one.text for one in pages.missed] == [
        f'the card of {model} has no list "Model availability"' for model in ids
    ]


def test_what_is_kept_of_prompts_is_a_notice():
    note = "All prompts and responses are stored for up to 30 days to look for abuse."
    text = write_card(OwnCard(), "bullets").replace("Model ID", f"> {note}\n\nModel ID", 1)
    [notice] = [one for one in read(text).statements if isinstance(one, Noticed)]
    assert (notice.notice, notice.days) == ("retention", 30)


@pytest.mark.parametrize(
    "note",
    [
        "Your prompts are not stored, up to 30 days after which a new key is needed.",
        "No prompt to Gemini 9.1 Flash is ever kept for up to 30 days.",
        "Your prompts aren’t retained for up to 30 days.",
    ],
)
def test_a_sentence_that_denies_that_prompts_are_kept_is_reported(note: str):
    text = write_card(OwnCard(), "bullets").replace("Model ID", f"> {note}\n\nModel ID", 1)
    pages = read(text)
    assert not [one for one in pages.statements if isinstance(one, Noticed)]
    assert [one.text for one in pages.missed] == [note]


@pytest.mark.parametrize("label", ["Deprecation date", "Release date"])
@pytest.mark.parametrize("day", ["not before May 1, 2027", "May 1, 2027 or later"])
def test_a_day_before_which_nothing_happens_is_no_fixed_day(label: str, day: str):
    line = f"  - {label}: {day}\n"
    text = write_card(OwnCard(), "bullets").replace("  - Release date: May 19, 2026\n", line)
    pages = read(text)
    assert [one.text for one in pages.missed] == [f"{label}: {day}"]
    [dated] = [one for one in pages.statements if isinstance(one, Dated)]
    assert (dated.deprecated, dated.released) == ("", "")


@pytest.mark.parametrize("form", FORMS)
def test_a_model_that_is_available_nowhere_is_reported(form: str):
    own = replace(OwnModel("9.1 Flash", "gemini-9.1-flash"), availability=(("Global", ()),))
    label = "Global: " if form != "bullets" else "Global:"
    card = write_card(OwnCard(models=(own,)), form)
    pages = read(card.replace(label, "Not supported", 1))
    assert not pages.refused
    assert not [one for one in pages.statements if isinstance(one, Served)]
    assert [one.text for one in pages.missed] == ["'Model availability': Not supported"]


def test_an_id_in_a_printed_list_is_an_id():
    text = write_card(OwnCard(), "bullets").replace(
        "`gemini-9.1-flash`", "`['gemini-9.1-flash', 'gemini-9.1-flash-live']`", 1
    )
    models = {one.model for one in read(text).statements if isinstance(one, Served)}
    assert models == {"gemini-9.1-flash", "gemini-9.1-flash-live"}


def test_an_id_of_a_new_line_has_the_publisher_of_its_page():
    model = replace(OwnModel("Nova", "nova-1-maas"))
    card = write_card(OwnCard("Nova 1", "models/maas/nova/nova-1", (model,)), "bullets")
    linked = card.replace(
        "Our words", "[Card](https://x/publishers/nova-lab/model-garden/nova-1)", 1
    )
    pages = read(linked, "models/maas/nova/nova-1")
    assert not pages.refused
    assert {one.publisher for one in pages.statements if isinstance(one, Served)} == {"nova-lab"}
    [refused] = read(card, "models/maas/nova/nova-1").refused
    assert refused.message == "no publisher is known for 'nova-1-maas'"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x".encode("utf-16"), "UTF-16"),
        ("Modèle".encode("latin-1"), "not in UTF-8"),
        ("Modèle".encode().decode("latin-1").encode(), "garbled"),
        (b"   \n", "empty"),
        (b"a\0b\n", "null character"),
        (b"<table>\n<tr><td>Model ID</td>\n", "has no end"),
        (b"---\ntitle: x\n", "front matter has no end"),
        (b"<!doctype html><html><body><p>x", "has no end"),
        (b"<html><body><p>Ours</p><![x</body></html>", "not HTML"),
        (b"Ours\n\n<div>\n<![x\n</div>\n", "not HTML"),
        (b"<table><tr><td><![x</td></tr></table>\n", "not HTML"),
        (b"<html><body>" + b"<div>" * 2000 + b"</body></html>", "stand within each other"),
        (b"<div>" * 2000, "stand within each other"),
        (b"<html><body>" + b"<b>" * 2000 + b"</body></html>", "stand within each other"),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(content: bytes, message: str):
    file = replace(page("models/gemini/x", ""), content=content)
    [refused] = read_pages([file], None).refused
    assert message in refused.message


def test_what_no_parser_takes_is_refused_with_its_line():
    [refused] = read("Ours\n\n<div>\n<![x\n</div>\n").refused
    assert refused.line == 4


def test_a_cell_spans_no_more_columns_than_a_table_has():
    digits = "9" * 5000
    card = write_card(OwnCard(), "html")
    pages = read(card.replace("<th>Model ID</th>", f"<th colspan='{digits}'>Model ID</th>"))
    assert not pages.refused
    assert pages.statements == read(card).statements


def test_a_number_of_days_that_is_none_refuses_the_page():
    note = f"All prompts and responses are stored for up to {'9' * 5000} days."
    text = write_card(OwnCard(), "bullets").replace("Model ID", f"> {note}\n\nModel ID", 1)
    [refused] = read(text).refused
    assert refused.message == "5000 digits are no number of days"
    assert refused.line is not None


@pytest.mark.parametrize(("mark", "end"), [("\ufeff", "\n"), ("", "\r\n")])
@pytest.mark.parametrize("form", FORMS)
def test_a_mark_of_utf_8_and_the_line_ends_of_windows_change_nothing(
    form: str, mark: str, end: str
):
    text = write_card(OwnCard(), form)
    assert read(mark + text.replace("\n", end)).statements == read(text).statements
