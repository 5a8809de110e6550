"""Misspelt input, and what was meant: at least 57 of these 60 come first among the suggestions."""

import json

import pytest

from availability.command_line.cli import main
from availability.input.errors import BadInput
from availability.stack.config import parse_stack

# (kind, what was typed, what was meant)
MISSPELT = (
    ("model", "gemini-2.0-flash", "gemini-2.0-flash-001"),
    ("model", "gemini-2-flash", "gemini-2.0-flash-001"),
    ("model", "gemini 2 flash", "gemini-2.0-flash-001"),
    ("model", "gemni-2.0-flash-001", "gemini-2.0-flash-001"),
    ("model", "gemini_2.0_flash_001", "gemini-2.0-flash-001"),
    ("model", "google/gemini-2.0-flash", "gemini-2.0-flash-001"),
    ("model", "publishers/google/models/gemini-2.0-flash-lite", "gemini-2.0-flash-lite-001"),
    ("model", "gemini-flash-lite", "gemini-2.0-flash-lite-001"),
    ("model", "gemini-2.5-pro", "gemini-2.5-pro-preview-05-06"),
    ("model", "gemini-2.5-flash", "gemini-2.5-flash-preview-04-17"),
    ("model", "gemini live", "gemini-2.0-flash-live-preview-04-09"),
    ("model", "gemini-1.5-flash", "gemini-2.0-flash-001"),  # 1.5 is closed to new projects
    ("model", "claude 3.7", "claude-3-7-sonnet@20250219"),
    ("model", "claude-3-7-sonnet", "claude-3-7-sonnet@20250219"),
    ("model", "claude-3-7-sonnet-20250219", "claude-3-7-sonnet@20250219"),
    ("model", "claude-3.5-sonnet-v2", "claude-3-5-sonnet-v2@20241022"),
    ("model", "anthropic/claude-3-5-haiku", "claude-3-5-haiku@20241022"),
    ("model", "claude opus", "claude-3-opus@20240229"),
    ("model", "llama-3.3-70b", "llama-3.3-70b-instruct-maas"),
    ("model", "llama 4 scout", "llama-4-scout-17b-16e-instruct-maas"),
    ("model", "mistral-large", "mistral-large-2411"),
    ("model", "codestral-latest", "codestral-2501"),
    ("model", "imagen-3-fast", "imagen-3.0-fast-generate-001"),
    ("model", "text-embedding-5", "text-embedding-005"),
    ("model", "multimodal-embedding", "multimodalembedding@001"),
    ("residency", "Germany", "de"),
    ("residency", "frankfurt", "europe-west3"),
    ("residency", "germny", "de"),
    ("residency", "Deutschland", "de"),
    ("residency", "united kingdom", "gb"),
    ("residency", "England", "gb"),
    ("residency", "the netherlands", "nl"),
    ("residency", "switzerland", "ch"),
    ("residency", "Zurich", "europe-west6"),
    ("residency", "usa", "us"),
    ("residency", "united states", "us"),
    ("residency", "european union", "eu"),
    ("residency", "europa", "europe"),
    ("residency", "asia", "asia-pacific"),
    ("residency", "worldwide", "any"),
    ("residency", "south korea", "kr"),
    ("residency", "europe-west-3", "europe-west3"),
    ("residency", "eu-west-4", "europe-west4"),
    ("location", "europe-west-3", "europe-west3"),
    ("location", "frankfurt", "europe-west3"),
    ("location", "us-central", "us-central1"),
    ("location", "europe_west4", "europe-west4"),
    ("location", "sao paulo", "southamerica-east1"),
    ("location", "tokio", "asia-northeast1"),
    ("location", "Iowa", "us-central1"),
    ("location", "Belgium", "europe-west1"),
    ("need", "cache", "context-caching"),
    ("need", "batch", "batch-prediction"),
    ("need", "fine-tuning", "tuning"),
    ("need", "rag", "rag-corpus"),
    ("need", "provisioned", "provisioned-throughput"),
    ("key", "modle", "model"),
    ("key", "residncy", "residency"),
    ("key", "allow_preview", "allowPreview"),
    ("key", "caller", "callers"),
)


def first_suggestion(kind: str, typed: str, capsys: pytest.CaptureFixture[str]) -> str | None:
    """What the interface that a person uses puts first for a misspelt word."""
    if kind == "key":
        keys = {"model": "text-embedding-005", "residency": "any", typed: "x"}
        config = {"vertex-residency:deployments": json.dumps({"chat": keys})}
        with pytest.raises(BadInput) as caught:
            parse_stack(config)
        return next((one.suggestions[0] for one in caught.value.problems if one.suggestions), None)
    words = ["text-embedding-005" if kind != "model" else typed]
    words += ["--residency", typed if kind == "residency" else "any"]
    words += ["--snapshot", "2025-05-12"]
    words += [f"--{kind}", typed] if kind in ("need", "location") else []
    status = main(["resolve", *words, "--json"])
    document = json.loads(capsys.readouterr().out)
    if kind == "model":
        assert status == 1
        near = document["refusal"]["alternatives"]
        return near[0]["changes"][0]["value"] if near else None
    assert status == 2
    suggestions: list[str] = document["errors"][0]["suggestions"]
    return suggestions[0] if suggestions else None


def test_the_table_has_sixty_different_inputs() -> None:
    assert len({(kind, typed) for kind, typed, _ in MISSPELT}) == 60


def test_at_least_57_of_60_misspelt_inputs_are_understood(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missed = {
        (kind, typed): (found, meant)
        for kind, typed, meant in MISSPELT
        if (found := first_suggestion(kind, typed, capsys)) != meant
    }
    assert len(missed) <= 3, missed


@pytest.mark.parametrize("word", ["gpt-4o", "zzzz", "12345"])
def test_a_word_like_no_model_gets_no_suggestion(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert first_suggestion("model", word, capsys) is None


def test_an_ambiguous_name_lists_every_model_that_it_stands_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["resolve", "embeddings for text", "--residency", "eu", "--json"])
    refusal = json.loads(capsys.readouterr().out)["refusal"]
    assert status == 1
    assert {one["changes"][0]["value"] for one in refusal["alternatives"]} == {
        "text-embedding-005",
        "text-multilingual-embedding-002",
        "text-embedding-004",
    }
