"""What people write that is no name here, and the suggestion that they would expect first.

At least 110 of these more than 120 inputs get it; and of the models that an unknown name may stand
for, those that can be placed come before those that would be refused.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest

from availability.explanation.answers import answer
from availability.facts.library import load
from availability.facts.snapshot import Need
from availability.input.errors import BadInput, Problem
from availability.placement.request import Request
from availability.places.residency import Residency
from availability.stack.config import parse_stack
from tests.availability.cli_runs import run

SNAPSHOT, DAY = "2026-11-12", "2026-11-27"
"""What decides, and the day that it is judged by."""

_HAIKU = ("claude-haiku-5-5", "claude-haiku-4-5")
_SONNET = ("claude-sonnet-5-5", "claude-sonnet-5", "claude-sonnet-4-6", "claude-sonnet-4-5")
_GPT = ("gpt-6-astra", "gpt-6.1-sol", "gpt-6.1-terra", "gpt-6-luna", "gpt-oss-120b-maas")
_FLASH = ("gemini-3.8-flash", "gemini-3.5-flash")

MODELS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # (what was typed, the residency, what a person would expect first: any of these)
    ("gemini-3.8", "eu", ("gemini-3.8-flash",)),
    ("gemini-3.5", "eu", ("gemini-3.5-flash",)),
    ("gemini-flash", "eu", ("gemini-3.8-flash",)),
    ("gemini-flash-latest", "eu", ("gemini-3.8-flash",)),
    ("gemini-flash-lite-latest", "eu", ("gemini-3.5-flash-lite",)),
    ("gemini-pro", "any", ("gemini-3.1-pro-preview",)),
    ("gemini-pro-latest", "any", ("gemini-3.1-pro-preview",)),
    ("gemini-3-pro", "any", ("gemini-3.1-pro-preview",)),
    ("gemini-3.1-pro", "any", ("gemini-3.1-pro-preview",)),
    ("gemini-3.5-flash@001", "eu", ("gemini-3.5-flash",)),
    ("gemini-3.8-flash-001", "eu", ("gemini-3.8-flash",)),
    ("gemini-3.8-flash:generateContent", "eu", ("gemini-3.8-flash",)),
    ("gemini-3.9-flash", "eu", ("gemini-3.8-flash",)),
    ("gemini-1.5-pro", "eu", (*_FLASH, "gemini-3.1-pro-preview")),
    ("gemini-1.5-flash-latest", "eu", (*_FLASH, "gemini-3.5-flash-lite", "gemini-3.1-flash-lite")),
    ("gemini-2.0-flash-exp", "eu", (*_FLASH, "gemini-3.1-flash-lite")),
    ("gemini-2.5-flash-preview-05-20", "eu", _FLASH),
    ("gemni-3.8-flsh", "eu", ("gemini-3.8-flash",)),
    ("gemini_3.8_flash", "eu", ("gemini-3.8-flash",)),
    ("Gemini 3.8 Flsh", "eu", ("gemini-3.8-flash",)),
    ("gemini/gemini-3.8-flash", "eu", ("gemini-3.8-flash",)),
    ("googleai/gemini-3.8-flash", "eu", ("gemini-3.8-flash",)),
    ("openrouter/google/gemini-3.8-flash", "eu", ("gemini-3.8-flash",)),
    ("vertex_ai/gemini-3.8-flsh", "eu", ("gemini-3.8-flash",)),
    ("gemini-3.8-flash-tts-preview", "any", ("gemini-3.8-flash-tts",)),
    ("nano banana pro", "any", ("gemini-3-pro-image",)),
    ("imagen-4.0-generate-001", "eu", ("gemini-3.1-flash-image",)),
    ("veo-3", "any", ("veo-3.1-generate-001",)),
    ("claude-3-5-sonnet-latest", "eu", _SONNET),
    ("claude-3-5-sonnet-20241022", "eu", _SONNET),
    ("claude-sonnet-4-5-20250929", "eu", ("claude-sonnet-4-5",)),
    ("claude-sonnet-4-5@20250930", "eu", ("claude-sonnet-4-5",)),
    ("claude-sonnet-4.5", "eu", ("claude-sonnet-4-5",)),
    ("claude-sonnet-latest", "eu", ("claude-sonnet-5-5",)),
    ("claude-opus", "eu", ("claude-opus-5-5",)),
    ("claude-opus-4-9", "eu", ("claude-opus-4-8",)),
    ("claude-4-5-haiku", "eu", ("claude-haiku-4-5",)),
    ("haiku", "eu", ("claude-haiku-5-5",)),
    ("claude-sonnet-4-6@default", "eu", ("claude-sonnet-4-6",)),
    ("claude-sonnet-4-6[1m]", "eu", ("claude-sonnet-4-6",)),
    ("anthropic.claude-3-haiku-20240307-v1:0", "eu", _HAIKU),
    ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "eu", ("claude-sonnet-4-5",)),
    ("gpt-4o", "any", _GPT),
    ("o3-mini", "any", _GPT),
    ("gpt-oss-120b", "any", ("gpt-oss-120b-maas",)),
    ("openai.gpt-oss-120b-1:0", "any", ("gpt-oss-120b-maas",)),
    ("mistral-large-latest", "eu", ("mistral-medium-3",)),
    ("mistral-medium-2505", "eu", ("mistral-medium-3",)),
    ("codestral-latest", "eu", ("codestral-2",)),
    ("llama-4-scout", "any", ("llama-4-scout-17b-16e-instruct-maas",)),
    ("meta.llama4-maverick-17b-instruct-v1:0", "any", ("llama-4-maverick-17b-128e-instruct-maas",)),
    ("deepseek-chat", "any", ("deepseek-v4.1-flash-maas",)),
    ("deepseek-r1", "any", ("deepseek-v4.1-flash-maas",)),
    ("grok-4", "any", ("grok-4.7", "grok-4.6", "grok-4.3")),
    ("text-embedding-3-small", "eu", ("gemini-embedding-2", "text-embedding-005")),
    ("text-embedding-ada-002", "eu", ("gemini-embedding-2", "text-embedding-005")),
    ("gemini-embedding", "eu", ("gemini-embedding-2",)),
)

WORDS: tuple[tuple[str, str, str], ...] = (
    ("location", "eu-central-1", "europe-west3"),
    ("location", "eu_central_1", "europe-west3"),
    ("location", "eu-central-1a", "europe-west3"),
    ("location", "eu-west-3", "europe-west9"),
    ("location", "eu-west-1", "europe-west1"),
    ("location", "us-east-1", "us-east4"),
    ("location", "us-west-2", "us-west1"),
    ("location", "ap-southeast-2", "australia-southeast1"),
    ("location", "ca-central-1", "northamerica-northeast1"),
    ("location", "eastus", "us-east4"),
    ("location", "East US 2", "us-east4"),
    ("location", "westeurope", "europe-west4"),
    ("location", "West Europe", "europe-west4"),
    ("location", "francecentral", "europe-west9"),
    ("location", "germanywestcentral", "europe-west3"),
    ("location", "uksouth", "europe-west2"),
    ("location", "swedencentral", "europe-north2"),
    ("location", "switzerlandnorth", "europe-west6"),
    ("location", "eu multi-region", "eu"),
    ("location", "multi-region us", "us"),
    ("location", "us (multi-region)", "us"),
    ("location", "EU_MULTIREGION", "eu"),
    ("location", "global endpoint", "global"),
    ("location", "europe", "eu"),
    ("location", "usa", "us"),
    ("location", "de", "europe-west3"),
    ("location", "worldwide", "global"),
    ("location", "euw3", "europe-west3"),
    ("location", "euw1", "europe-west1"),
    ("location", "usc1", "us-central1"),
    ("location", "use4", "us-east4"),
    ("location", "asne1", "asia-northeast1"),
    ("location", "apse1", "asia-southeast1"),
    ("location", "europe-west4-a", "europe-west4"),
    ("location", "europewest4", "europe-west4"),
    ("location", "europe\u2011west4", "europe-west4"),
    ("location", "useast1", "us-east1"),
    ("location", "us central1", "us-central1"),
    ("location", "lhr", "europe-west2"),
    ("location", "Francfort", "europe-west3"),
    ("location", "Varsovie", "europe-central2"),
    ("location", "München", "europe-west3"),
    ("location", "Niederlande", "europe-west4"),
    ("location", "日本", "asia-northeast1"),
    ("residency", "gdpr", "eu"),
    ("residency", "DSGVO", "eu"),
    ("residency", "schrems-ii", "eu"),
    ("residency", "HIPAA", "us"),
    ("residency", "ccpa", "us"),
    ("residency", "fedramp", "us"),
    ("residency", "il5", "us"),
    ("residency", "c5", "de"),
    ("residency", "uk-gdpr", "gb"),
    ("residency", "eu multi-region", "eu"),
    ("residency", "EU only", "eu"),
    ("residency", "eu;gb", "eu,gb"),
    ("residency", "eu and ch", "eu,ch"),
    ("residency", "eu-central-1", "europe-west3"),
    ("residency", "westeurope", "europe-west4"),
    ("residency", "euw3", "europe-west3"),
    ("residency", "Schweiz", "ch"),
    ("residency", "Allemagne", "de"),
    ("residency", "Países Bajos", "nl"),
    ("residency", "Niemcy", "de"),
    ("residency", "中国", "cn"),
    ("residency", "Europäische Union", "eu"),
    ("residency", "milano", "europe-west8"),
    ("residency", "Munich", "de"),
    ("residency", "Dublin", "ie"),
    ("residency", "*", "any"),
    ("residency", "everywhere", "any"),
    ("residency", "emea", "europe"),
    ("need", "fine_tune", "tuning"),
    ("need", "LoRA", "tuning"),
    ("need", "tunning", "tuning"),
    ("need", "batch inference", "batch-prediction"),
    ("need", "batch_prediction", "batch-prediction"),
    ("need", "prompt caching", "context-caching"),
    ("need", "cached content", "context-caching"),
    ("need", "RAG Engine", "rag-corpus"),
    ("need", "vector search", "rag-corpus"),
    ("need", "PTU", "provisioned-throughput"),
    ("need", "provisioned_throughput", "provisioned-throughput"),
    ("need", "priority", "priority-paygo"),
    ("need", "flex", "flex-paygo"),
    ("key", "guarantee", "residency.guarantee"),
    ("key", "excluding", "residency.excluding"),
    ("key", "exclude", "residency.excluding"),
    ("key", "allow_preview", "allowPreview"),
    ("key", "allow-preview", "allowPreview"),
    ("key", "context-size", "contextSize"),
    ("key", "service_account_users", "serviceAccountUsers"),
    ("key", "region", "location"),
    ("key", "regions", "prefer"),
    ("key", "capabilities", "needs"),
    ("key", "modelId", "model"),
    ("key", "Residency", "residency"),
    ("key", "waivers", "accept"),
    ("stack key", "guard_rails", "guardrails"),
    ("stack key", "audit-logs", "auditLogs"),
    ("stack key", "as_of", "asOf"),
    ("stack key", "deployment", "deployments"),
    ("guardrails", "dryrun", "{dryRun: true}"),
    ("guardrails", "dry-run", "{dryRun: true}"),
    ("guardrails", "enabled", "on"),
    ("guardrails", "no", "off"),
)

_REGIMES = ("gdpr", "HIPAA", "ccpa", "schrems-ii", "fedramp", "c5", "il5", "uk-gdpr")
_EXCLUSIONS = ("!us", "not us", "non-us", "-us", "^us", "without us")


def _first_model(name: str, residency: str) -> str | None:
    words = f"--residency {residency} --snapshot {SNAPSHOT} --as-of {DAY} --json"
    done = run("resolve", name, *words.split())
    refusal = done.document["refusal"]
    near: list[dict[str, list[dict[str, str]]]] = refusal["alternatives"] if refusal else []
    return near[0]["changes"][0]["value"] if near else None


def _stack(**keys: object) -> list[Problem]:
    deployments = {"chat": {"model": "gemini-3.8-flash", "residency": "eu"}}
    written = {"deployments": json.dumps(deployments)} | {
        key: json.dumps(value) if isinstance(value, dict) else str(value)
        for key, value in keys.items()
    }
    with pytest.raises(BadInput) as caught:
        parse_stack({f"vertex-residency:{key}": text for key, text in written.items()})
    return list(caught.value.problems)


def _problem(kind: str, word: str) -> Problem:
    match kind:
        case "key":
            chat = {"model": "gemini-3.8-flash", "residency": "eu", word: "x"}
            return _stack(deployments={"chat": chat})[0]
        case "stack key":
            return _stack(**{word: "x"})[0]
        case "guardrails":
            return _stack(guardrails=word)[0]
        case _:
            words = ["--residency", word] if kind == "residency" else ["--residency", "any"]
            words += [] if kind == "residency" else [f"--{kind}", word]
            [error] = run("resolve", "gemini-3.8-flash", *words, "--json").document["errors"]
            return Problem(error["path"], error["message"], tuple(error["suggestions"]))


def test_there_are_at_least_120_different_inputs():
    assert len({*((kind, word) for kind, word, _ in WORDS), *(name for name, *_ in MODELS)}) >= 120
    assert len(WORDS) + len(MODELS) == len(
        {*((kind, word) for kind, word, _ in WORDS), *(name for name, *_ in MODELS)}
    )


def test_the_first_suggestions_are_what_people_expect():
    missed: dict[str, tuple[str | None, object]] = {}
    for name, residency, expected in MODELS:
        if (first := _first_model(name, residency)) not in expected:
            missed[name] = first, expected
    for kind, word, meant in WORDS:
        first = next(iter(_problem(kind, word).suggestions), None)
        if first != meant:
            missed[f"{kind} {word}"] = first, meant
    right = len(MODELS) + len(WORDS) - len(missed)
    assert right >= 110, missed
    assert len(missed) <= 10, missed


@pytest.mark.parametrize(
    ("area", "guarantee"),
    [("any", None), *itertools.product(["eu", "us", "de", "jp"], [None, "ml-processing"])],
)
def test_no_refused_suggestion_comes_before_one_that_can_be_placed(
    area: str, guarantee: str | None
):
    snapshot, day = load(SNAPSHOT), dt.date.fromisoformat(DAY)
    residency = Residency.build(area, None, guarantee)
    needs: tuple[tuple[Need, ...], ...] = ((), (Need.TUNING,), (Need.BATCH_PREDICTION,))
    for (name, *_), need in itertools.product(MODELS, needs):
        request = Request(name, residency, need)
        alternatives = answer(request, snapshot, day).alternatives
        placed = [alternative.placement is not None for alternative in alternatives]
        assert placed == sorted(placed, reverse=True), (name, area, guarantee, need)


@pytest.mark.parametrize("word", _REGIMES)
@pytest.mark.parametrize("kind", ["residency", "location"])
def test_a_regime_is_said_to_be_no_place(kind: str, word: str):
    message = _problem(kind, word).message
    assert "is no place" in message
    assert "no statement of compliance" in message


@pytest.mark.parametrize("word", _EXCLUSIONS)
def test_what_is_left_out_is_told_to_stand_under_excluding(word: str):
    # By `=`, because an option follows a word that starts with a hyphen.
    [error] = run("resolve", "gemini-3.8-flash", f"--residency={word}", "--json").document["errors"]
    assert error["suggestions"] == []
    assert "excluding: us" in error["message"]


def test_another_clouds_region_is_said_to_be_one():
    assert "AWS's name for Frankfurt" in _problem("location", "eu-central-1").message
    assert "Azure's name for Netherlands" in _problem("residency", "westeurope").message
