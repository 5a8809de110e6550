"""The page "Supported capabilities": what the commitment on processing covers, and where."""

from __future__ import annotations

import pytest

from availability.facts.snapshot import Verdict
from availability.ingest.pages import Pages
from availability.ingest.statements import Covered
from tests.availability.ingest.own_forms import FORMS, PIPES, read, said, written

PATH = "resources/supported-capabilities"
PAGE = """
### What is covered

| Capability or option | Regional (outside US and EU) | Regional (US and EU) | Multi-region |
|---|---|---|---|
| Capabilities, tools, and features |  |  |  |
| [Context caching](https://x.example/a) |  | Yes | Yes |
| [Thinking budget](https://x.example/b) | Yes | Preview | No |
| Consumption options |  |  |  |
| [Flex PayGo](https://x.example/c) |  | N/A | Yes |

### Known constraints

- Computer use: Not supported
- Grounding with Google Maps : No plan.
"""
KINDS = ("other-regional", "us-eu-regional", "multi-region")


def verdicts(pages: Pages) -> dict[str, dict[str, Verdict]]:
    """Capability -> kind of endpoint -> verdict."""
    by_capability: dict[str, dict[str, Verdict]] = {}
    for covered in said(pages, Covered):
        by_capability.setdefault(covered.capability, {})[covered.endpoint] = covered.verdict
    return by_capability


def row(*verdicts: Verdict) -> dict[str, Verdict]:
    return dict(zip(KINDS, verdicts, strict=True))


def of_tables(pages: Pages) -> dict[str, dict[str, Verdict]]:
    """Without what is denied on every endpoint."""
    return {name: row for name, row in verdicts(pages).items() if "any" not in row}


YES, NO, PREVIEW, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.PREVIEW, Verdict.UNKNOWN


@pytest.mark.parametrize("form", FORMS)
def test_a_tick_says_on_which_endpoints_a_capability_is_covered(form: str):
    pages = read(PATH, PAGE, form)
    assert not pages.refused
    assert not pages.missed
    assert not pages.ticks_lost
    assert of_tables(pages) == {
        "context-caching": row(NO, YES, YES),
        "thinking-budget": row(YES, PREVIEW, NO),
        "flex-paygo": row(NO, NO, YES),
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_known_constraint_denies_a_capability_on_every_endpoint(form: str):
    table = verdicts(read(PATH, PAGE, form))
    assert table["computer-use"] == {"any": NO}
    assert table["grounding-with-google-maps"] == {"any": NO}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("cells", "have"), [("Yes | Yes", 3), (" | Yes | Yes | Yes", 5)])
def test_a_row_of_another_width_refuses_the_page(form: str, cells: str, have: int):
    text = PAGE.replace("a) |  | Yes | Yes |", f"a) | {cells} |")
    [refused] = read(PATH, text, form).refused
    assert refused.message == f"a row of {have} cells under 4 columns"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_constraint_in_other_words_is_reported(form: str):
    pages = read(PATH, PAGE.replace("Computer use: Not supported", "Computer use: maybe"), form)
    assert [missed.text for missed in pages.missed] == ["Computer use: maybe"]
    assert "computer-use" not in verdicts(pages)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_without_a_tick_says_nothing_of_any_capability(form: str):
    blank = PAGE
    for tick in ("Yes", "Preview", "No ", "N/A"):
        blank = blank.replace(f"| {tick}", "| ")
    pages = read(PATH, blank, form)
    assert not pages.refused
    assert len(pages.ticks_lost) == 1
    names = ("context-caching", "thinking-budget", "flex-paygo")
    assert of_tables(pages) == {name: row(*[UNKNOWN] * 3) for name in names}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_of_nothing_but_no_has_its_ticks(form: str):
    text = PAGE
    for tick in ("Yes", "Preview", "N/A"):
        text = text.replace(f"| {tick}", "| No")
    pages = read(PATH, text, form)
    assert not pages.ticks_lost
    assert of_tables(pages)["context-caching"] == row(NO, NO, NO)


FELL_APART = """
### What is covered

Capability or option

Regional (outside US and EU)

Multi-region

Capabilities, tools, and features

[Context caching](https://x.example/a)

N/A

[Thinking budget](https://x.example/b)

We say more about it in [another place](https://x.example/c) of ours.

[Function calling](https://x.example/d)

### Known constraints

- Computer use: Not supported
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_fell_apart_says_nothing_but_which_capabilities_there_are(form: str):
    pages = read(PATH, FELL_APART, form)
    assert not pages.refused
    assert len(pages.ticks_lost) == 1
    assert verdicts(pages) == {
        "context-caching": row(*[UNKNOWN] * 3),
        "thinking-budget": row(*[UNKNOWN] * 3),
        "computer-use": {"any": NO},
    }
    assert said(pages, Covered)[0].cite.heading == "What is covered"


@pytest.mark.parametrize("form", FORMS)
def test_a_column_that_is_no_kind_of_endpoint_refuses_the_page(form: str):
    text = PAGE.replace("Multi-region", "Endpoints at sea")
    [refused] = read(PATH, text, form).refused
    assert refused.message == "the column 'Endpoints at sea' is no kind of endpoint"
    assert refused.line is not None


@pytest.mark.parametrize("form", FORMS)
def test_a_cell_that_is_no_tick_is_reported_and_stays_unknown(form: str):
    pages = read(PATH, PAGE.replace("| Preview |", "| often |"), form)
    assert [missed.text for missed in pages.missed] == ["Thinking budget: often"]
    assert verdicts(pages)["thinking-budget"]["us-eu-regional"] is UNKNOWN


@pytest.mark.parametrize("form", FORMS)
def test_a_page_without_a_capability_is_refused(form: str):
    [refused] = read(PATH, "Nothing of it.", form).refused
    assert refused.message == "no table of capabilities is on this page"


def test_every_fact_leads_to_its_line():
    lines = written(PAGE, PIPES).splitlines()
    for covered in said(read(PATH, PAGE), Covered):
        assert covered.cite.line is not None
        name = covered.capability.replace("-", " ")
        assert name in lines[covered.cite.line - 1].casefold()
