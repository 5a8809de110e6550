"""Pages that were damaged: they are read right, or refused with the place, and never misread.

What is read of a damaged page has to be said by the whole one, too. A line that is gone takes its
fact along; no damage may turn a fact into another one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Cite, Dated, Statement
from tests.availability.ingest.own_pages import (
    FORMS,
    RESIDENCY_AREAS,
    RESIDENCY_TICKS,
    OwnCard,
    OwnModel,
    page,
    write_card,
    write_residency,
)

DATES = ("stage", "released", "deprecated", "retires", "not_before", "closed_since", "successors")
VARIANTS = 1000
SEED = 20261127
CARD = OwnCard(
    models=(
        OwnModel("9.1 Flash", "gemini-9.1-flash"),
        OwnModel(
            "9.1 Flash Lite",
            "gemini-9.1-flash-lite",
            stage="Preview",
            retires="March 3, 2027",
            availability=(("United States", ("us-central1", "us-east5")),),
            processing=(("United States", ("Multi-region",)),),
        ),
    )
)


def read(path: str, content: bytes) -> Pages:
    return read_pages([replace(page(path, ""), content=content)], None)


def facts(pages: Pages) -> set[Statement]:
    """The statements without their places, each date by itself."""
    bare = Cite("", "", "")
    found: set[Statement] = set()
    for one in pages.statements:
        if isinstance(one, Dated):
            nothing = Dated(one.publisher, one.model, "", "", "", "", "", "", "", bare)
            dates = {name: value for name, value in vars(one).items() if value and name in DATES}
            found |= {replace(nothing, **{name: value}) for name, value in dates.items()}
        else:
            found.add(replace(one, cite=bare))
    return found


Mutation = Callable[[random.Random, str], bytes]


def drop_a_row(rng: random.Random, text: str) -> bytes:
    """A line with an item or a row of a table goes, or a whole row of an HTML table."""
    rows = [match.span() for match in re.finditer(r"<tr>.*?</tr>\n?", text, re.DOTALL)]
    lines = [
        match.span()
        for match in re.finditer(
            r"^(?:  - .*\n(?:    .*\n)*|\| .*\n|<li>.*</li>\n)", text, re.MULTILINE
        )
        if "Model ID" not in match[0] and "---" not in match[0]
    ]
    start, end = rng.choice([*rows[1:], *lines])
    return (text[:start] + text[end:]).encode()


def drop_a_tick(rng: random.Random, text: str) -> bytes:
    ticks = [
        match.span() for match in re.finditer(r"Yes|✔|<span class=\"compare-yes\"></span>", text)
    ]
    if not ticks:
        return text.encode()
    start, end = rng.choice(ticks)
    return (text[:start] + text[end:]).encode()


def lose_all_ticks(rng: random.Random, text: str) -> bytes:
    return re.sub(r"Yes|✔|<span class=\"compare-yes\"></span>", "", text).encode()


def drop_a_parenthesis(rng: random.Random, text: str) -> bytes:
    marks = [match.start() for match in re.finditer(r"[()]", text)]
    if not marks:
        return text.encode()
    at = rng.choice(marks)
    return (text[:at] + text[at + 1 :]).encode()


def truncate(rng: random.Random, text: str) -> bytes:
    content = text.encode()
    return content[: rng.randrange(len(content))]


def misspell_a_location(rng: random.Random, text: str) -> bytes:
    codes = [match.span() for match in re.finditer(r"[a-z]+-[a-z]+\d", text)]
    if not codes:
        return text.encode()
    start, end = rng.choice(codes)
    word = text[start:end]
    wrong = rng.choice([f"{word}9", word[:-1] + "77", word.replace("-", "-x", 1)])
    return (text[:start] + wrong + text[end:]).encode()


def encode_otherwise(rng: random.Random, text: str) -> bytes:
    encoding = rng.choice(["utf-16", "latin-1", "cp1252"])
    return text.replace("Our words", "Ünsere Wörter").encode(encoding, "replace")


def repeat_a_line(rng: random.Random, text: str) -> bytes:
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    return "".join([*lines[: at + 1], *lines[at:]]).encode()


MUTATIONS: tuple[Mutation, ...] = (
    drop_a_row,
    drop_a_tick,
    lose_all_ticks,
    drop_a_parenthesis,
    truncate,
    misspell_a_location,
    encode_otherwise,
    repeat_a_line,
)


@pytest.mark.parametrize("form", FORMS)
def test_a_damaged_page_is_never_misread(form: str):
    rng = random.Random(f"{SEED} {form}")  # noqa: S311
    whole = {
        CARD.path: write_card(CARD, form),
        "resources/data-residency": write_residency(form),
    }
    told = {path: facts(read(path, text.encode())) for path, text in whole.items()}
    refused = kept = 0
    for _ in range(VARIANTS // len(FORMS)):
        path = rng.choice(list(whole))
        mutate = rng.choice(MUTATIONS)
        content = mutate(rng, whole[path])
        pages = read(path, content)
        wrong = facts(pages) - told[path]
        # A row of a table of ticks may lose its last tick: then the page says that there is none.
        wrong = {
            one for one in wrong if not (mutate is drop_a_tick and not getattr(one, "area", "x"))
        }
        assert not wrong, (mutate.__name__, content.decode("utf-8", "replace"), wrong)
        refused += bool(pages.refused)
        kept += bool(facts(pages))
        for one in pages.refused:
            assert one.message
    assert refused > 20
    assert kept > 100


@pytest.mark.parametrize("form", FORMS)
def test_columns_in_another_order_say_the_same(form: str):
    order = [2, 0, 3, 1]
    areas = tuple(RESIDENCY_AREAS[index] for index in order)
    ticks = tuple(tuple(row[index] for index in order) for row in RESIDENCY_TICKS)
    path = "resources/data-residency"
    swapped = read(path, write_residency(form, areas=areas, ticks=ticks).encode())
    assert facts(swapped) == facts(read(path, write_residency(form).encode()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("left", range(len(RESIDENCY_AREAS)))
def test_a_column_that_is_gone_takes_its_facts_along(form: str, left: int):
    areas = tuple(area for index, area in enumerate(RESIDENCY_AREAS) if index != left)
    ticks = tuple(
        tuple(tick for index, tick in enumerate(row) if index != left) for row in RESIDENCY_TICKS
    )
    path = "resources/data-residency"
    found = facts(read(path, write_residency(form, areas=areas, ticks=ticks).encode()))
    told = facts(read(path, write_residency(form).encode()))
    assert all(one in told or getattr(one, "area", "x") == "" for one in found)
