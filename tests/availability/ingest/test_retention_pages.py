"""The pages about what is kept of prompts, for how long, and with whom it is shared."""

from __future__ import annotations

import re

import pytest

from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Noticed
from tests.availability.ingest.own_forms import FORMS, read, said, written
from tests.availability.ingest.own_pages import page

ABUSE = "models/abuse-monitoring"
ZERO = "resources/zero-data-retention"
VERSIONS = """
| Model ID | Release date | Retirement date |
|---|---|---|
| `claude-opus-9` | May 19, 2026 | May 19, 2027 |
| `claude-opus-9-1` | May 19, 2026 | May 19, 2027 |
| `claude-sonnet-9` | May 19, 2026 | May 19, 2027 |
"""
MONITORING = """
## For all

- Prompt logging: ours are kept for up to 30 days.

## For some

- Prompt and response logging: ours are kept for up to thirty (45) days.
- Claude Opus (all versions)
"""


def read_monitoring(text: str, form: str) -> Pages:
    """The page, beside one that names three models of Claude."""
    versions = page("models/model-versions", written(VERSIONS, form))
    return read_pages([page(ABUSE, written(text, form)), versions], None)


def notices(pages: Pages) -> list[tuple[str, str, str, int | None]]:
    """Kind, model, what it is about otherwise, and days."""
    return [(one.notice, one.model, one.about, one.days) for one in said(pages, Noticed)]


@pytest.mark.parametrize("form", FORMS)
def test_prompts_that_look_like_abuse_are_kept_for_days(form: str):
    pages = read_monitoring(MONITORING, form)
    assert not pages.refused
    first, *_ = said(pages, Noticed)
    assert (first.notice, first.about, first.days) == ("retention", "platform", 30)
    assert "kept for up to 30 days" in first.text
    assert first.cite.heading == "For all"


@pytest.mark.parametrize("form", FORMS)
def test_of_some_models_all_is_kept_in_each_version(form: str):
    pages = read_monitoring(MONITORING, form)
    assert notices(pages)[1:] == [
        ("retention", "claude-opus-9", "", 45),
        ("retention", "claude-opus-9-1", "", 45),
    ]
    assert {one.cite.heading for one in said(pages, Noticed)[1:]} == {"For some"}


@pytest.mark.parametrize("form", FORMS)
def test_versions_above_the_days_are_none_of_whom_all_is_kept(form: str):
    text = MONITORING.replace("## For all", "- Claude Sonnet (all versions)\n\n## For all")
    assert not [one for one in notices(read_monitoring(text, form)) if one[1] == "claude-sonnet-9"]


SHARED = """
To use Claude Opus 9, you must enable sharing this data with Anthropic, for 60 days.
"""
CARD = """---
title: Claude Opus 9
---

Model ID

`claude-opus-9`

Model availability

- Global: global

Pricing

None.
"""


@pytest.mark.parametrize("form", FORMS)
def test_what_has_to_be_shared_is_told_of_the_models_in_the_sentence(form: str):
    card = page("models/partner-models/claude/opus-9", CARD)
    pages = read_pages([page(ABUSE, written(SHARED, form)), card], None)
    assert notices(pages) == [("sharing", "claude-opus-9", "", 60)]
    [notice] = said(pages, Noticed)
    assert "shared with Anthropic, which keeps them for up to 60 days" in notice.text


@pytest.mark.parametrize("form", FORMS)
def test_a_sharing_without_days_is_told_without_them(form: str):
    card = page("models/partner-models/claude/opus-9", CARD)
    text = SHARED.replace(", for 60 days", "")
    [notice] = said(read_pages([page(ABUSE, written(text, form)), card], None), Noticed)
    assert notice.days is None
    assert notice.text.endswith("shared with Anthropic")


@pytest.mark.parametrize("form", FORMS)
def test_a_sharing_of_no_known_model_is_reported(form: str):
    pages = read(ABUSE, SHARED, form)
    assert not said(pages, Noticed)
    [missed] = pages.missed
    assert missed.text == SHARED.strip()


KEPT = """
## What is kept

- Grounding with Google Search: ours is kept for 30 days.
- Grounding with Google Maps : ours is kept for thirty (31) days.
- Interactions API: ours is kept for 55 days.
- Something else: ours is kept for 99 days.

### Session resumption for Gemini Live API

Ours is kept for up to 24 hours.

### In-memory data caching

Ours has a 24-hour limit.

We say more about it elsewhere.

## Another part

Ours is kept for 98 days.
"""


@pytest.mark.parametrize("form", FORMS)
def test_each_capability_keeps_what_its_item_or_its_part_says(form: str):
    pages = read(ZERO, KEPT, form)
    assert not pages.refused
    assert notices(pages) == [
        ("retention", "", "grounding-with-google-search", 30),
        ("retention", "", "grounding-with-google-maps", 31),
        ("retention", "", "interactions-api", None),
        ("retention", "", "live-api", None),
        ("retention", "", "implicit-caching", None),
    ]
    texts = {one.about: one.text for one in said(pages, Noticed)}
    assert texts["grounding-with-google-search"] == "what is sent is kept for up to 30 days"
    assert "store to false" in texts["interactions-api"]
    assert texts["live-api"].endswith("up to 24 hours where it is enabled")
    assert "cached in memory for up to 24 hours" in texts["implicit-caching"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("path", "text"), [(ABUSE, MONITORING), (ZERO, KEPT)])
def test_a_sentence_that_denies_that_something_is_kept_is_reported(form: str, path: str, text: str):
    denied = re.sub(
        r"ours (is|are) kept for (up to )?30 days", r"ours \1 not kept for 30 days", text
    )
    pages = read(path, denied, form)
    [missed] = pages.missed
    assert missed.text.endswith("not kept for 30 days.")
    assert 30 not in [one.days for one in said(pages, Noticed)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("path", "text"), [(ABUSE, MONITORING), (ZERO, KEPT)])
def test_a_number_of_days_that_is_none_refuses_the_page(form: str, path: str, text: str):
    [refused] = read(path, text.replace("30 days", f"{'9' * 5000} days"), form).refused
    assert refused.message == "5000 digits are no number of days"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "message"),
    [
        (ABUSE, "nothing about the logging of prompts is on this page"),
        (ZERO, "nothing about what is kept is on this page"),
    ],
)
def test_a_page_about_nothing_that_is_kept_is_refused(form: str, path: str, message: str):
    [refused] = read(path, "Nothing of it.", form).refused
    assert refused.message == message
