"""Google's own pages, where they are at hand: they are read as they are, day by day.

What is expected here was found by reading the pages and the tables that were gathered from them by
hand; each difference between the two is a change that Google made in between.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from availability.facts.difference import Difference
from availability.facts.library import load
from availability.facts.names import Named, all_models
from availability.facts.snapshot import Snapshot, Verdict
from availability.ingest.download import Limits
from availability.ingest.fetch import fetch_pages
from availability.ingest.folder import snapshot_of
from availability.ingest.page_files import read_directory
from availability.ingest.pages import Pages, read_pages
from availability.ingest.statements import Capable, Committed, Dated, Served, Statement
from availability.input.tables import rows
from tests.availability.ingest.page_server import running
from tests.paths import PAGES

DATA = PAGES.parent / "data"
DAYS = ("2026-05-27", "2026-06-24", "2026-07-08", "2026-07-22", "2026-08-05", "2026-08-22")
LAST = DAYS[-1]

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the stored pages are not at hand")

Key = tuple[str, str]


@cache
def pages_of(folder: str) -> Pages:
    day = dt.date.fromisoformat(folder) if folder[:2] == "20" else dt.date(2026, 10, 3)
    return read_pages(read_directory(PAGES / folder, day), load("2026-10-10"))


@cache
def snapshot(day: str) -> Snapshot:
    return snapshot_of(dt.date.fromisoformat(day), pages_of(day).statements)


@cache
def models(day: str) -> dict[Key, Named]:
    return {(named.entry.publisher, named.id): named for named in all_models(snapshot(day))}


# Every page is read


@pytest.mark.parametrize("folder", [*DAYS, "october-forms", "md-txt"])
def test_no_page_is_refused_and_hardly_a_line_is_not_understood(folder: str):
    pages = pages_of(folder)
    assert not pages.refused
    # The broken card of md-txt lacks its list of locations, which is said, among 83 lines.
    limit = 0.02 if folder == "md-txt" else 0.01
    assert len(pages.missed) <= limit * pages.rows


@pytest.mark.parametrize("day", DAYS)
def test_every_file_is_a_page(day: str):
    files = list((PAGES / day / "pages").rglob("*.md"))
    assert pages_of(day).count == len(files) >= 97


@pytest.mark.parametrize("day", DAYS)
def test_every_fact_of_a_card_stands_on_its_line(day: str):
    root = PAGES / day / "pages"
    for one in pages_of(day).statements:
        if not isinstance(one, Served):
            continue
        path = one.cite.url.split("gemini-enterprise-agent-platform/")[1]
        assert one.cite.line is not None
        line = (root / f"{path}.md").read_text(encoding="utf-8").splitlines()[one.cite.line - 1]
        assert one.location in line or "ulti-region" in line or "global endpoint" in line


# Against what was gathered by hand


def gathered(name: str) -> list[dict[str, str]]:
    return list(rows(DATA / name))


def test_locations_are_those_that_were_gathered_by_hand_but_for_what_changed():
    places: dict[Key, set[str]] = {}
    for name in ("locations_2026.csv", "locations_2026_retired.csv"):
        for row in gathered(name):
            places.setdefault((row["publisher"], row["model_id"]), set()).add(row["location"])
    known = models(LAST)
    both = [key for key in places if key in known]
    assert len(both) > 80
    differing = {key[1]: places[key] ^ known[key].entry.served for key in both}
    assert {key: places for key, places in differing.items() if places} == {
        # On the cards of October, and not on those of August.
        "gemini-3.1-flash-image": {"us", "eu"},
        "gemini-3.5-flash": {"australia-southeast1"},
        "grok-4.6": {"us"},
    }


def test_no_card_is_read_that_nobody_gathered():
    every = {(row["publisher"], row["model_id"]) for row in gathered("models_2026.csv")}
    cards = {key for key, named in models(LAST).items() if named.entry.complete}
    assert cards <= every


def test_commitments_are_those_that_were_gathered_by_hand_but_for_what_changed():
    areas: dict[Key, set[str]] = {}
    for row in gathered("processing_2026.csv"):
        if row["source_kind"] == "card" and row["qualifier"] != "tuning":
            areas.setdefault((row["publisher"], row["model_id"]), set()).add(row["area"].lower())
    differing: dict[str, set[str]] = {}
    for key, named in models(LAST).items():
        found = {one.area for one in named.model.commitments if not one.tuning}
        ended = named.model.retires is not None and named.model.retires <= dt.date(2026, 10, 3)
        if named.entry.complete and not ended and found != areas.get(key, set()):
            differing[key[1]] = found ^ areas.get(key, set())
    assert differing == {
        # Cards of August said `us`, those of October say that it is anywhere, or a region.
        "qwen3-coder-480b-a35b-instruct-maas": {"us", "global", "us-south1"},
        "glm-5-maas": {"us", "global"},
        "glm-4.7-maas": {"us", "asia-southeast1"},
        "deepseek-v3.2-maas": {"us", "global"},
        # New locations of October.
        "gemini-3.1-flash-image": {"us", "eu"},
        "gemini-3.5-flash": {"australia-southeast1"},
        "grok-4.6": {"us"},
    }


def test_dates_are_those_that_were_gathered_by_hand_but_for_what_changed():
    differing: dict[tuple[str, str], tuple[str, str]] = {}
    names = {
        "released": "release_date",
        "deprecated": "deprecation_date",
        "retires": "retirement_date",
        "not_before": "retirement_not_before",
    }
    for row in gathered("lifecycle_2026.csv"):
        named = models(LAST).get((row["publisher"], row["model_id"]))
        for name, column in names.items() if named else ():
            found = str(getattr(named.model, name) or "")  # type: ignore[union-attr]
            if found != row[column]:
                differing[row["model_id"], name] = (found, row[column])
    assert differing == {
        ("gemini-2.5-flash-image", "retires"): ("2026-10-02", "2027-03-15"),
        ("gemini-3.1-flash-lite-image", "released"): ("2026-06-30", "2026-06-23"),
        ("gemini-3.1-flash-lite-image", "not_before"): ("", "2027-06-28"),
        ("gemini-3.6-flash", "retires"): ("", "2026-11-19"),
        ("gemini-3.7-flash", "retires"): ("", "2027-01-28"),
        ("virtual-try-on-001", "deprecated"): ("", "2026-09-14"),
        ("virtual-try-on-001", "retires"): ("2027-01-20", "2027-03-15"),
        # By the release notes, which are no page of these.
        ("grok-4.1-fast-reasoning", "deprecated"): ("", "2026-07-08"),
        ("grok-4.1-fast-non-reasoning", "deprecated"): ("", "2026-07-08"),
    }


# Other forms


def facts(statements: tuple[Statement, ...], model: str) -> dict[str, object]:
    own = [one for one in statements if getattr(one, "model", "") == model]
    return {
        "locations": {one.location for one in own if isinstance(one, Served)},
        "areas": {one.area for one in own if isinstance(one, Committed)},
        "capabilities": {
            one.need: one.verdict
            for one in own
            if isinstance(one, Capable) and "/models/" in one.cite.url
        },
        "released": {one.released for one in own if isinstance(one, Dated) and one.released},
        "not_before": {one.not_before for one in own if isinstance(one, Dated) and one.not_before},
    }


@pytest.mark.parametrize(
    ("model", "locations", "areas"),
    [
        ("gemini-3.5-flash", {"australia-southeast1"}, {"australia-southeast1"}),
        ("claude-opus-4-7", set[str](), set[str]()),
        ("grok-4.20-reasoning", set[str](), set[str]()),
        ("grok-4.20-non-reasoning", set[str](), set[str]()),
        ("deepseek-v3.2-maas", set[str](), {"us", "global"}),
    ],
)
def test_the_form_of_october_says_what_that_of_august_said_but_for_what_changed(
    model: str, locations: set[str], areas: set[str]
):
    august = facts(pages_of(LAST).statements, model)
    october = facts(pages_of("october-forms").statements, model)
    assert august["locations"] ^ october["locations"] == locations  # type: ignore[operator]
    assert august["areas"] ^ october["areas"] == areas  # type: ignore[operator]
    assert august["released"] == october["released"]
    assert august["not_before"] >= october["not_before"]  # type: ignore[operator]
    before = cast("dict[str, Verdict]", august["capabilities"])
    after = cast("dict[str, Verdict]", october["capabilities"])
    changed = {need for need in before.keys() & after.keys() if before[need] is not after[need]}
    assert changed <= {"function-calling", "structured-output"} if "grok" in model else not changed
    assert len(before.keys() & after.keys()) >= 3


def test_the_page_that_keeps_its_ticks_gives_all_its_cells():
    path = PAGES / "md-txt" / "resources" / "data-residency.md.txt"
    ticks = len(re.findall(r"\| Yes(?= )", path.read_text(encoding="utf-8")))
    lines = path.read_text(encoding="utf-8").splitlines()
    # Speech models have no endpoint here, but for Chirp 3.
    others = sum(line.count("Yes") for line in lines if re.match(r"\| Chirp (2|3: [HI])", line))
    found = [
        one for one in pages_of("md-txt").statements if isinstance(one, Committed) and one.area
    ]
    assert len({(one.cite.line, one.area) for one in found}) == ticks - others > 100


def test_a_broken_card_gives_what_it_holds_and_says_what_is_missing():
    pages = pages_of("md-txt")
    own = facts(pages.statements, "gemini-3.1-pro-preview")
    assert not own["locations"]
    capabilities = own["capabilities"]
    assert isinstance(capabilities, dict)
    assert capabilities["function-calling"] == "yes"
    assert capabilities["live-api"] == "no"
    [missing] = pages.missed
    assert "has no list" in missing.text


# From day to day


@pytest.mark.parametrize(
    ("first", "second", "added", "removed"),
    [
        (
            "2026-05-27",
            "2026-06-24",
            {
                "gemini-3.1-flash-image",
                "gemini-3-pro-image",
                "claude-fable-5",
                "claude-opus-4-8",
                "grok-4.3",
            },
            {"gemini-2.0-flash-live-preview-04-09", "gemini-3-pro-preview"},
        ),
        (
            "2026-06-24",
            "2026-07-08",
            {"gemini-3.1-flash-lite-image", "gemini-omni-flash-preview", "claude-sonnet-5"},
            {
                "gemini-live-2.5-flash-preview-native-audio-09-2025",
                "veo-2.0-generate-exp",
                "veo-2.0-generate-preview",
            },
        ),
        (
            "2026-07-08",
            "2026-07-22",
            {"gemini-3.5-flash-lite", "gemini-3.6-flash"},
            {
                "gemini-2.5-flash-preview-09-2025",
                "gemini-2.5-flash-lite-preview-09-2025",
                "gemini-3.1-flash-lite-preview",
            },
        ),
        (
            "2026-07-22",
            "2026-08-05",
            {"claude-opus-5", "virtual-try-on-001"},
            {"gemini-3.1-flash-image-preview", "gemini-3-pro-image-preview"},
        ),
        ("2026-08-05", "2026-08-22", {"gemini-3.7-flash", "grok-4.6"}, set[str]()),
    ],
)
def test_models_come_and_go_as_their_cards_do(
    first: str, second: str, added: set[str], removed: set[str]
):
    changes = Difference(snapshot(first), snapshot(second)).models
    came = {str(one.model).split("/")[1] for one in changes if one.kind == "added"}
    went = {str(one.model).split("/")[1] for one in changes if one.kind == "removed"}
    assert (came, went) == (added, removed)


def test_the_new_template_of_july_changes_no_place_and_no_commitment():
    difference = Difference(snapshot("2026-06-24"), snapshot("2026-07-08"))
    assert not difference.locations
    assert not difference.commitments
    assert not difference.controls
    assert {(one.model, one.what, one.after) for one in difference.dates} == {
        *(
            (f"google/{model}", what, after)
            for model in ("gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro")
            for what, after in (("notBefore", None), ("retires", "2026-10-16"))
        ),
        ("google/gemini-2.5-flash", "replacement", "gemini-3.1-flash-lite, gemini-3.5-flash"),
        ("google/gemini-2.5-flash-lite", "replacement", "gemini-3.1-flash-lite"),
        ("google/gemini-2.5-pro", "replacement", "gemini-3.5-flash"),
    }


def test_what_changed_in_the_last_fortnight_of_august():
    difference = Difference(snapshot("2026-08-05"), snapshot("2026-08-22"))
    assert {(one.kind, one.model, one.what) for one in difference.locations} == {
        ("added", "google/gemini-3.5-flash", "northamerica-northeast1"),
        ("added", "google/gemini-3.5-flash", "europe-west3"),
        ("added", "google/gemini-3.6-flash", "us"),
        ("added", "google/gemini-3.6-flash", "eu"),
    }
    assert {(one.kind, one.model, one.what) for one in difference.commitments} == {
        (one.kind, one.model, one.what) for one in difference.locations
    }
    assert not difference.capabilities
    assert {(one.model, one.what) for one in difference.dates} == {
        ("google/gemini-2.5-flash-image", "replacement"),
        ("google/gemini-3-flash-preview", "stage"),
        ("google/gemini-3-flash-preview", "replacement"),
    }


def test_a_server_of_the_stored_pages_ends_in_the_same_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    root, day = PAGES / LAST / "pages", dt.date.fromisoformat(LAST)
    texts = {
        path.relative_to(root).as_posix().removesuffix(".md"): path.read_bytes()
        for path in root.rglob("*.md")
    }
    for path, content in texts.items():
        file = tmp_path / f"{path}.md.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    with running() as server:
        server.serve(texts)
        found = fetch_pages(server.url, day, lambda _: None, Limits(pause=0, busy_pause=0.01))
    files = {file.path: file for file in read_directory(tmp_path, day)}
    assert {file.path for file in found} == set(files)
    assert {(file.path, file.content) for file in found} == {
        (path, file.content) for path, file in files.items()
    }
    known = load("2026-10-10")
    assert read_pages(found, known).statements == read_pages(files.values(), known).statements
