"""The URL of every placement is the one that the vendor's own client would call with API v1."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import httpx2
import pytest
from anthropic.lib.vertex import AnthropicVertex
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from availability.command_line.cli import main
from availability.facts.library import load
from availability.facts.names import Named, resolve_model
from availability.facts.snapshot import Call
from availability.placement.endpoints import FORMS, endpoint_url, environment, host, model_resource
from availability.places.geography import places, regions
from tests.availability.naive_2026 import (
    NaiveModel2026,
    naive_locations_2026,
    naive_models_2026,
    table,
)
from tests.availability.naive_page import NaiveModel, naive_models, naive_page
from tests.availability.vendor_clients import PROJECT, Wire, claude_url, google_url

SNAPSHOT = load("2025-05-12")
NEWEST = load("2026-10-10")

pytestmark = pytest.mark.filterwarnings("ignore")  # the clients deprecate what is tested here


def named(one: NaiveModel) -> Named:
    return resolve_model(f"{one.publisher}/{one.id}", SNAPSHOT)


DOCUMENTED = {
    "imagetext@001": "publishers/google/models/imagetext@001:predict",
    "llama": "endpoints/openapi/chat/completions",
    "mistralai": "publishers/mistralai/models/{M}:rawPredict",
    "ai21": "publishers/ai21/models/{M}:rawPredict",
}
"""Google's documentation of May 2025, `{M}` the id as it is: what no client at hand calls."""


def expected_url(one: NaiveModel, location: str) -> str | None:
    if "-live-" in one.id:
        return None
    if one.publisher == "anthropic":
        return claude_url(one.id, location)
    key = {"meta": "llama", "google": one.id}.get(one.publisher, one.publisher)
    if key not in DOCUMENTED:
        return google_url(one.id, location)
    base = base_url(location)
    path = DOCUMENTED[key].replace("{M}", one.id)
    return f"{base}/v1/projects/{PROJECT}/locations/{location}/{path}"


@pytest.mark.parametrize("one", naive_models(), ids=lambda one: one.id)
def test_the_url_of_a_model_at_every_location_is_what_its_client_calls(one: NaiveModel):
    places = naive_page().locations
    found = {where: endpoint_url(named(one), where, PROJECT) for where in places}
    assert found == {where: expected_url(one, where) for where in places}


@cache
def verbs_2026() -> dict[tuple[str, str], str]:
    return {
        (row["publisher"], row["model_id"]): row["request_verb_family"]
        for row in table("models_2026")
    }


CLIENTLESS = {
    "lyria-002": "publishers/google/models/{M}:predict",
    "text-bison": "publishers/google/models/{M}:predict",
    "chat-bison": "publishers/google/models/{M}:predict",
    "code-gecko": "publishers/google/models/{M}:predict",
    "imagetext": "publishers/google/models/{M}:predict",
    "mistralai": "publishers/mistralai/models/{M}:rawPredict",
    "ai21": "publishers/ai21/models/{M}:rawPredict",
}
"""Google's documentation, for models that no client at hand calls."""


def expected_url_2026(one: NaiveModel2026, location: str) -> str | None:
    verbs = verbs_2026().get((one.publisher, one.id))
    if one.publisher == "anthropic":
        return claude_url(one.id, location)
    if verbs is None:  # dates are all that is published of it, so its family decides
        verbs = "OpenAI" if one.publisher == "meta" else "documented"
        verbs = "Bidi" if "-live-" in one.id else verbs
    if verbs in ("", "interactions") or verbs.startswith(("Bidi", "Speech-to-Text")):
        return None
    base = base_url(location)
    if verbs.startswith("OpenAI"):
        return (
            f"{base}/v1/projects/{PROJECT}/locations/{location}/endpoints/openapi/chat/completions"
        )
    form = CLIENTLESS.get(one.id) or CLIENTLESS.get(one.publisher)
    if form is None:
        return google_url(one.id, location)
    path = form.replace("{M}", one.id)
    return f"{base}/v1/projects/{PROJECT}/locations/{location}/{path}"


def base_url(location: str) -> str:
    if location == "global":
        return "https://aiplatform.googleapis.com"
    if location in ("us", "eu"):
        return f"https://aiplatform.{location}.rep.googleapis.com"
    return f"https://{location}-aiplatform.googleapis.com"


@pytest.mark.parametrize("one", naive_models_2026(), ids=lambda one: f"{one.publisher}/{one.id}")
def test_the_url_of_a_model_of_2026_at_every_location_is_what_its_client_calls(
    one: NaiveModel2026,
):
    ours = resolve_model(f"{one.publisher}/{one.id}", NEWEST)
    places = naive_locations_2026()
    found = {where: endpoint_url(ours, where, PROJECT) for where in places}
    assert found == {where: expected_url_2026(one, where) for where in places}


@pytest.mark.parametrize(
    ("model", "location", "client"),
    [
        ("gemini-2.0-flash-001", "europe-west4", google_url),
        ("gemini-2.0-flash-001", "global", google_url),
        ("claude-3-7-sonnet@20250219", "us-east5", claude_url),
        ("claude-3-haiku@20240307", "europe-west1", claude_url),
    ],
)
def test_the_streaming_url_is_what_the_client_calls(
    model: str, location: str, client: Callable[..., str]
):
    found = endpoint_url(resolve_model(model, SNAPSHOT), location, PROJECT, stream=True)
    assert found == client(model, location, stream=True)


@pytest.mark.parametrize(
    "model", ["text-embedding-005", "imagen-3.0-generate-002", "llama-3.1-405b-instruct-maas"]
)
def test_a_family_without_another_verb_for_streams_has_no_streaming_url(model: str):
    assert endpoint_url(resolve_model(model, SNAPSHOT), "us-east5", stream=True) is None


@pytest.mark.parametrize("location", ["global", "us", "eu", "europe-west4", "us-east5"])
def test_a_client_reaches_the_same_host(location: str):
    anthropic = claude_url("claude-3-haiku@20240307", location)
    assert anthropic.startswith(f"https://{host(location)}/v1/projects/{PROJECT}/")
    google = google_url("gemini-2.0-flash-001", location)
    assert google.startswith(f"https://{host(location)}/v1/projects/{PROJECT}/")


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
        ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
        ("northamerica-northeast1", "northamerica-northeast1-aiplatform.googleapis.com"),
    ],
)
def test_the_host_of_a_location_is_the_documented_one(location: str, expected: str):
    assert host(location) == expected


@pytest.mark.parametrize("location", [*places()])
def test_host_and_path_are_of_the_same_location(location: str):
    url = endpoint_url(resolve_model("gemini-2.0-flash-001", SNAPSHOT), location, PROJECT)
    start = f"https://{host(location)}/v1/projects/{PROJECT}/locations/{location}/publishers/"
    assert url == f"{start}google/models/gemini-2.0-flash-001:generateContent"
    assert (location in host(location)) == (location != "global")


def test_a_word_that_is_no_location_has_no_host():
    with pytest.raises(KeyError):
        host("mars-north1")


def test_no_host_of_a_region_is_that_of_another():
    assert len({host(location) for location in regions()}) == len(regions())


def test_the_model_resource_is_the_path_of_the_url():
    one = resolve_model("mistral-nemo@2407", SNAPSHOT)
    resource = model_resource(one, "europe-west4", PROJECT)
    assert resource == (
        "projects/acme-prod/locations/europe-west4/publishers/mistralai/models/mistral-nemo@2407"
    )
    assert endpoint_url(one, "europe-west4", PROJECT) == (
        f"https://europe-west4-aiplatform.googleapis.com/v1/{resource}:rawPredict"
    )


def resolved(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    words = ["resolve", *argv, "--snapshot", "2025-05-12", "--as-of", "2025-05-12", "--json"]
    assert main(words) == 0
    return json.loads(capsys.readouterr().out)


def test_a_model_without_a_documented_url_has_none_and_a_warning_says_so(
    capsys: pytest.CaptureFixture[str],
):
    document = resolved(capsys, "gemini-2.0-flash-live-preview-04-09", "--residency", "any")
    assert document["placement"]["endpointUrl"] is None
    assert document["placement"]["modelResource"].endswith("/gemini-2.0-flash-live-preview-04-09")
    assert "no-url" in [warning["id"] for warning in document["warnings"]]


def test_a_model_with_a_url_has_no_such_warning(capsys: pytest.CaptureFixture[str]):
    document = resolved(capsys, "gemini-2.0-flash-001", "--residency", "any")
    assert "no-url" not in [warning["id"] for warning in document["warnings"]]


def test_without_a_project_the_url_says_project_id(capsys: pytest.CaptureFixture[str]):
    placement = resolved(capsys, "codestral-2501", "--residency", "eu")["placement"]
    assert placement["endpointUrl"] == (
        "https://europe-west4-aiplatform.googleapis.com/v1/projects/PROJECT_ID/locations/"
        "europe-west4/publishers/mistralai/models/codestral-2501:rawPredict"
    )
    assert placement["environment"]["GOOGLE_CLOUD_PROJECT"] == "PROJECT_ID"


@pytest.mark.parametrize("one", naive_models(), ids=lambda one: one.id)
def test_resolve_answers_the_url_for_every_location_that_serves_the_model(
    one: NaiveModel, capsys: pytest.CaptureFixture[str]
):
    pins = sorted(one.served)[:: max(1, len(one.served) // 3)]
    for location in pins:
        document = resolved(
            capsys,
            f"{one.publisher}/{one.id}",
            "--residency",
            "any",
            "--location",
            location,
            "--project",
            PROJECT,
            "--prior-usage",
        )
        placement = document["placement"]
        assert placement["location"] == location
        assert placement["endpointUrl"] == endpoint_url(named(one), location, PROJECT)


# What the clients read from their environment


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in (
        "GOOGLE_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_GENAI_USE_VERTEXAI",
        "GOOGLE_GENAI_USE_ENTERPRISE",
        "GOOGLE_CLOUD_PROJECT",
        "GOOGLE_CLOUD_LOCATION",
        "GOOGLE_VERTEX_BASE_URL",
        "ANTHROPIC_VERTEX_PROJECT_ID",
        "ANTHROPIC_VERTEX_BASE_URL",
        "CLOUD_ML_REGION",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


@pytest.mark.parametrize("location", ["global", "eu", "us", "europe-west4", "us-central1"])
def test_the_environment_configures_google_genai(
    location: str, clean_environment: pytest.MonkeyPatch
):
    one = resolve_model("gemini-2.0-flash-001", SNAPSHOT)
    for variable, value in environment(one, location, PROJECT).items():
        clean_environment.setenv(variable, value)
    wire = Wire()
    client: Any = genai.Client(
        credentials=Credentials("token"),  # pyright: ignore[reportArgumentType]
        http_options=types.HttpOptions(
            api_version="v1", client_args={"transport": httpx2.MockTransport(wire.handle)}
        ),
    )
    assert client.vertexai
    url = wire.sent(lambda: client.models.generate_content(model=one.id, contents="x"))
    assert url == endpoint_url(one, location, PROJECT)


@pytest.mark.parametrize("location", ["us-east5", "europe-west1", "asia-southeast1", "global"])
def test_the_environment_configures_the_client_of_anthropic(
    location: str, clean_environment: pytest.MonkeyPatch
):
    one = resolve_model("claude-3-haiku@20240307", SNAPSHOT)
    for variable, value in environment(one, location, PROJECT).items():
        clean_environment.setenv(variable, value)
    wire = Wire()
    client = AnthropicVertex(
        access_token="token",  # noqa: S106
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.MockTransport(wire.handle)),
    )
    message: Any = {"role": "user", "content": "x"}
    url = wire.sent(lambda: client.messages.create(model=one.id, max_tokens=1, messages=[message]))
    assert (client.region, client.project_id) == (location, PROJECT)
    assert url == endpoint_url(one, location, PROJECT)


EVERY = {
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_REGION",
    "GOOGLE_VERTEX_PROJECT",
    "GOOGLE_VERTEX_LOCATION",
    "VERTEXAI_PROJECT",
    "VERTEXAI_LOCATION",
}
CLAUDE = {"ANTHROPIC_VERTEX_PROJECT_ID", "CLOUD_ML_REGION", "CLAUDE_CODE_USE_VERTEX"}
VARIABLES = {
    "google": EVERY | {"GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"},
    "anthropic": EVERY | CLAUDE,
    "meta": EVERY | {"OPENAI_BASE_URL"},
    "mistralai": EVERY,
    "ai21": EVERY,
}


@pytest.mark.parametrize("one", naive_models(), ids=lambda one: one.id)
def test_the_environment_has_the_variables_that_the_publishers_clients_read(one: NaiveModel):
    variables = environment(named(one), "us-central1", PROJECT)
    assert set(variables) == VARIABLES[one.publisher]
    assert all(isinstance(value, str) and value for value in variables.values())


def test_the_openai_base_url_is_the_url_without_the_path_that_the_client_adds():
    one = resolve_model("llama-4-scout-17b-16e-instruct-maas", SNAPSHOT)
    base = environment(one, "us-east5", PROJECT)["OPENAI_BASE_URL"]
    assert f"{base}/chat/completions" == endpoint_url(one, "us-east5", PROJECT)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (Call.LIVE, "websocket"),
        (Call.INTERACTIONS, "Interactions API"),
        (Call.SPEECH_TO_TEXT, "no Vertex AI endpoint"),
        (Call.UNKNOWN, "no source"),
    ],
)
def test_what_has_no_documented_form_says_why(call: Call, reason: str):
    form = FORMS[call]
    assert isinstance(form, str)
    assert reason in form


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("gemini-3.8-live", "websocket"),
        ("lyria-3-pro-preview", "Interactions API"),
        ("muse-spark-1.3", "no source here says"),
        ("chirp_3", "Speech-to-Text"),
    ],
)
def test_a_null_url_of_2026_comes_with_its_reason(
    model: str, reason: str, capsys: pytest.CaptureFixture[str]
):
    words = ["resolve", model, "--residency", "any", "--as-of", "2026-10-10", "--json"]
    assert main([*words, "--snapshot", "2026-10-10"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["placement"]["endpointUrl"] is None
    [text] = [one["text"] for one in document["warnings"] if one["id"] == "no-url"]
    assert reason in text


def test_the_other_calls_have_a_form():
    without = {call for call, form in FORMS.items() if isinstance(form, str)}
    assert without == {Call.LIVE, Call.INTERACTIONS, Call.SPEECH_TO_TEXT, Call.UNKNOWN}
    assert set(FORMS) == set(Call)
