"""What holds the clients to a placement, and for which of them the environment is not enough."""

from __future__ import annotations

import json
from typing import Any

import pytest

from availability.command_line.cli import main
from availability.facts.library import load, snapshot_ids
from availability.facts.names import all_models, resolve_model
from availability.facts.snapshot import Call
from availability.placement.clients import (
    CLIENTS,
    VARIABLES,
    Client,
    Holds,
    argument,
    litellm_goes_to,
)
from availability.placement.endpoints import environment, host, openai_base, openai_model_of

NEWEST = load("2026-11-12")
GEMINI = "gemini-3.5-flash"
CLAUDE = "claude-haiku-4-5"
MISTRAL = "mistral-medium-3"
LLAMA = "llama-4-maverick-17b-128e-instruct-maas"


def resolved(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    dated = ("--snapshot", "2026-11-12", "--as-of", "2026-11-12", "--json")
    assert main(["resolve", *words, *dated]) == 0
    return json.loads(capsys.readouterr().out)


def test_no_variable_stands_twice_and_every_one_is_read_by_somebody():
    names = [variable.name for variable in VARIABLES]
    assert len(names) == len(set(names))
    assert {name for client in CLIENTS for name in client.reads} == set(names)


def test_both_names_of_the_switch_are_set_alike():
    variables = environment(resolve_model(GEMINI, NEWEST), "eu", "acme")
    assert variables["GOOGLE_GENAI_USE_ENTERPRISE"] == "true"
    assert variables["GOOGLE_GENAI_USE_VERTEXAI"] == "true"


@pytest.mark.parametrize("snapshot", snapshot_ids())
def test_no_variable_names_another_project_or_location_than_the_placement(snapshot: str):
    for named in all_models(load(snapshot)):
        for location in sorted(named.entry.served)[:3]:
            values = environment(named, location, "acme").values()
            assert set(values) <= {"true", "1", "acme", location, openai_base(location, "acme")}


def test_what_is_claude_is_set_for_claude_alone():
    claude = {"ANTHROPIC_VERTEX_PROJECT_ID", "CLOUD_ML_REGION", "CLAUDE_CODE_USE_VERTEX"}
    for named in all_models(NEWEST):
        variables = set(environment(named, "global"))
        assert bool(variables & claude) == (named.entry.publisher == "anthropic")
        assert ("GOOGLE_GENAI_USE_VERTEXAI" in variables) == (named.entry.publisher == "google")
        assert ("OPENAI_BASE_URL" in variables) == (named.entry.call is Call.CHAT_COMPLETIONS)


@pytest.mark.parametrize("model", [GEMINI, CLAUDE, MISTRAL, LLAMA])
def test_another_host_is_in_every_variable_of_a_host_and_nowhere_else(model: str):
    named, other = resolve_model(model, NEWEST), "aiplatform.europe-west4.rep.googleapis.com"
    usual = environment(named, "europe-west4", "acme")
    through = environment(named, "europe-west4", "acme", through=other)
    hosts = {Holds.HOST, Holds.HOST_WITH_VERSION, Holds.OPENAI_BASE}
    changed = {variable.name for variable in VARIABLES if variable.holds in hosts}
    assert {name: value for name, value in through.items() if name not in changed} == {
        name: value for name, value in usual.items() if name not in changed
    }
    new = {through[name] for name in changed & set(through)}
    assert new
    assert all(value.startswith(f"https://{other}") for value in new)


@pytest.mark.parametrize(
    ("model", "location", "expected"),
    [
        (LLAMA, "us-east5", f"meta/{LLAMA}"),
        ("gemma-4-26b-a4b-it-maas", "global", "google/gemma-4-26b-a4b-it-maas"),
        ("grok-4.7", "us", "xai/grok-4.7"),
        (GEMINI, "eu", None),
        (CLAUDE, "europe-west1", None),
        (MISTRAL, "europe-west4", None),
    ],
)
def test_the_openai_compatible_endpoint_wants_the_publisher(
    model: str, location: str, expected: str | None, capsys: pytest.CaptureFixture[str]
):
    assert openai_model_of(resolve_model(model, NEWEST)) == expected
    document = resolved(capsys, model, "--residency", "any", "--location", location)
    assert document["placement"]["openaiModel"] == expected


@pytest.mark.parametrize("location", ["europe-west4", "us-central1"])
@pytest.mark.parametrize("model", [MISTRAL, "codestral-2"])
def test_mistrals_client_is_told_its_region(
    model: str, location: str, capsys: pytest.CaptureFixture[str]
):
    document = resolved(capsys, model, "--residency", "any", "--location", location)
    [text] = [one["text"] for one in document["warnings"] if one["id"] == "client-needs-location"]
    assert "MistralGCP" in text
    assert f'region="{location}"' in text


@pytest.mark.parametrize("model", [GEMINI, CLAUDE, LLAMA])
def test_who_is_held_by_the_environment_has_no_such_warning(
    model: str, capsys: pytest.CaptureFixture[str]
):
    document = resolved(capsys, model, "--residency", "any")
    assert "client-needs-location" not in [one["id"] for one in document["warnings"]]


def test_the_pairs_that_litellm_calls_elsewhere_are_these():
    pairs = {
        (named.id, location): litellm_goes_to(named, location)
        for snapshot in snapshot_ids()
        for named in all_models(load(snapshot))
        for location in named.entry.served
        if litellm_goes_to(named, location)
    }
    assert pairs == {("qwen3-coder-480b-a35b-instruct-maas", "us-south1"): "global"}


def test_where_litellm_goes_elsewhere_a_warning_says_what_holds_it(
    capsys: pytest.CaptureFixture[str],
):
    dated = ("--snapshot", "2026-10-10", "--as-of", "2026-10-10", "--json")
    words = ["qwen3-coder-480b-a35b-instruct-maas", "--residency", "us-south1"]
    assert main(["resolve", *words, *dated]) == 0
    document = json.loads(capsys.readouterr().out)
    [text] = [one["text"] for one in document["warnings"] if one["id"] == "client-needs-location"]
    assert "calls global" in text
    assert (
        'litellm.register_model({"vertex_ai/qwen/qwen3-coder-480b-a35b-instruct-maas": '
        '{"supported_regions": ["us-south1"]}})' in text
    )


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_an_argument_names_the_placement_and_nothing_that_is_not_filled_in(client: Client):
    for location in ("global", "eu", "europe-west4"):
        base = openai_base(location, "acme")
        text = argument(client, location, host(location), base)
        assert text is None or location in text or host(location) in text
        assert text is None or not any(name in text for name in ("{location}", "{host}"))
