"""`resolve --why`: the facts about one location, each with the page that it stands on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models
from tests.availability.cli_runs import run


def why(snapshot: str, model: str, location: str) -> tuple[list[dict[str, Any]], str]:
    """The facts as a document, and as text."""
    argv = ["resolve", model, "--residency", "any", "--why", location, "--snapshot", snapshot]
    return run(*argv, "--json").document["why"], run(*argv).out.partition("What is known of")[2]


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_fact_about_every_model_has_its_page_or_is_our_own_reading(name: str):
    snapshot = load(name)
    addresses = {source.url for source in snapshot.sources.values()}
    count = 0
    for named in all_models(snapshot):
        for location in sorted(named.entry.served)[:2]:
            model = f"{named.entry.publisher}/{named.id}"
            facts, text = why(name, model, location)
            own = [one for one in facts if one["url"] is None]
            # Of geography, or of silence.
            assert all(re.search(r"No source|side the area", one["fact"]) for one in own)
            for one in facts:
                if one in own:
                    continue
                assert one["url"] in addresses
                assert one["source"]
                assert one["date"]
                assert f"    {one['url']}\n" in f"{text}\n"
                count += 1
    assert count > 200


def test_a_fact_of_a_page_is_shown_with_heading_and_line():
    facts, text = why("2026-11-12", "gemini-3.5-flash", "eu")
    [rag] = [one for one in facts if one["fact"] == "gemini-3.5-flash offers rag-corpus."]
    assert (rag["heading"], rag["line"], rag["date"]) == ("Capabilities", 70, "2026-08-21")
    flat = " ".join(text.split())
    assert "gemini-3.5-flash offers rag-corpus. Source: Gemini 3.5 Flash, 2026-08-21" in flat
    assert "line 70" in flat


@pytest.mark.parametrize(
    ("snapshot", "model", "location", "told"),
    [
        ("2025-05-12", "claude-3-haiku@20240307", "us-east5", True),
        ("2025-05-12", "gemini-2.0-flash-001", "us-east5", False),
        ("2026-11-12", "gemini-3.5-flash", "eu", False),
        ("2026-11-12", "claude-opus-5-5", "eu", False),
    ],
)
def test_what_a_row_stands_for_is_told_where_the_page_gives_no_id(
    snapshot: str, model: str, location: str, told: bool
):
    facts, _ = why(snapshot, model, location)
    rows = [one["fact"] for one in facts if one["fact"].startswith("The row ")]
    assert bool(rows) == told
    assert all(row.endswith(f" stands for {model}.") for row in rows)
