"""The clients that people call models with: what each reads, and what has to be passed to it.

`VARIABLES` is what a workload's environment holds, and `CLIENTS` says who reads it. `make clients`
runs the clients as they come from their registries and writes `docs/clients.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from availability.facts.names import Named
from availability.places.geography import places

EndpointKind = Literal["global", "multi-region", "region"]
"""What a location is, for clients that hold to some kinds only."""


class Holds(StrEnum):
    """What a variable holds, in words."""

    SWITCH = "`true`: requests go to Vertex AI"
    ONE = "`1`: requests go to Vertex AI"
    PROJECT = "the project"
    LOCATION = "the location"
    OPENAI_BASE = "the URL of the OpenAI-compatible endpoint"
    HOST = "the host, only where it is not the usual one"
    HOST_WITH_VERSION = "the host and the API version, only where it is not the usual one"


class Models(StrEnum):
    """The models for whose deployments a variable is set, in words."""

    EVERY = "every model"
    GOOGLE = "Google's models"
    CLAUDE = "Claude"
    OPENAI_ENDPOINT = "models of the OpenAI-compatible endpoint"


@dataclass(frozen=True)
class Variable:
    """A variable of the environment."""

    name: str
    holds: Holds
    models: Models = Models.EVERY


VARIABLES = (
    Variable("GOOGLE_GENAI_USE_ENTERPRISE", Holds.SWITCH, Models.GOOGLE),
    Variable("GOOGLE_GENAI_USE_VERTEXAI", Holds.SWITCH, Models.GOOGLE),
    Variable("ANTHROPIC_VERTEX_PROJECT_ID", Holds.PROJECT, Models.CLAUDE),
    Variable("CLOUD_ML_REGION", Holds.LOCATION, Models.CLAUDE),
    Variable("CLAUDE_CODE_USE_VERTEX", Holds.ONE, Models.CLAUDE),
    Variable("GOOGLE_CLOUD_PROJECT", Holds.PROJECT),
    Variable("GOOGLE_CLOUD_LOCATION", Holds.LOCATION),
    Variable("GOOGLE_CLOUD_REGION", Holds.LOCATION),
    Variable("GOOGLE_VERTEX_PROJECT", Holds.PROJECT),
    Variable("GOOGLE_VERTEX_LOCATION", Holds.LOCATION),
    Variable("VERTEXAI_PROJECT", Holds.PROJECT),
    Variable("VERTEXAI_LOCATION", Holds.LOCATION),
    Variable("OPENAI_BASE_URL", Holds.OPENAI_BASE, Models.OPENAI_ENDPOINT),
    # google-genai reads the first where its caller asks for Vertex AI in code, the second where the
    # environment does. It appends the API's version, and takes a URL that ends with a slash for a
    # gateway without project and location. Anthropic's client expects the version in its own.
    Variable("GOOGLE_VERTEX_BASE_URL", Holds.HOST, Models.GOOGLE),
    Variable("GOOGLE_GEMINI_BASE_URL", Holds.HOST, Models.GOOGLE),
    Variable("VERTEXAI_API_BASE", Holds.HOST),
    Variable("ANTHROPIC_VERTEX_BASE_URL", Holds.HOST_WITH_VERSION, Models.CLAUDE),
)
"""Every variable that may be set, in the order in which they are shown."""


@dataclass(frozen=True)
class Client:
    """A client, and what holds it to a placement."""

    name: str
    package: str
    """Its name in its registry; the registry is npm where `npm` says so, else PyPI."""
    models: tuple[str, ...]
    """The publishers whose models it calls."""
    reads: tuple[str, ...]
    """The names of the variables that it reads, of those above."""
    source: str
    """The file of the package that reads them."""
    npm: bool = False
    arguments: Mapping[EndpointKind, str] = field(default_factory=dict[EndpointKind, str])
    """What has to be passed to it beside the environment, by the kind of the location.

    `{location}`, `{host}` and `{openai}` (the URL of the OpenAI-compatible endpoint) stand for what
    the placement says.
    """


_GOOGLE_CLOUD = ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION")
_GENAI = ("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI", *_GOOGLE_CLOUD)
_GENAI_HOSTS = ("GOOGLE_VERTEX_BASE_URL", "GOOGLE_GEMINI_BASE_URL")
_CLAUDE = ("ANTHROPIC_VERTEX_PROJECT_ID", "CLOUD_ML_REGION", "ANTHROPIC_VERTEX_BASE_URL")
_VERTEXAI = ("GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION")
_AI_SDK = ("GOOGLE_VERTEX_PROJECT", "GOOGLE_VERTEX_LOCATION")
_OPENAI_COMPATIBLE = ("meta", "xai")

CLIENTS = (
    Client(
        "Google Gen AI SDK",
        "google-genai",
        ("google",),
        (*_GENAI, *_GENAI_HOSTS),
        "google/genai/_api_client.py",
    ),
    Client(
        "Google Gen AI SDK for JavaScript",
        "@google/genai",
        ("google",),
        (*_GENAI, *_GENAI_HOSTS),
        "dist/node/index.mjs",
        npm=True,
    ),
    Client(
        "vertexai.init()",
        "google-cloud-aiplatform",
        ("google",),
        _VERTEXAI,
        "google/cloud/aiplatform/initializer.py",
        # It takes the location of the environment for a region, and would call a host of that name.
        arguments={"global": 'location="global"'},
    ),
    Client(
        "Agent Development Kit for Gemini",
        "google-adk",
        ("google",),
        (*_GENAI, *_GENAI_HOSTS),
        "google/adk/models/google_llm.py",
    ),
    Client(
        "Agent Development Kit for Claude",
        "google-adk",
        ("anthropic",),
        (*_GOOGLE_CLOUD, "ANTHROPIC_VERTEX_BASE_URL"),
        "google/adk/models/anthropic_llm.py",
    ),
    Client(
        "LiteLLM",
        "litellm",
        ("google", "anthropic", "mistralai", *_OPENAI_COMPATIBLE),
        ("VERTEXAI_PROJECT", "VERTEXAI_LOCATION", "VERTEXAI_API_BASE"),
        "litellm/llms/vertex_ai/vertex_llm_base.py",
    ),
    Client(
        "AnthropicVertex",
        "anthropic",
        ("anthropic",),
        _CLAUDE,
        "anthropic/lib/vertex/_client.py",
    ),
    Client(
        "AnthropicVertex for JavaScript",
        "@anthropic-ai/vertex-sdk",
        ("anthropic",),
        _CLAUDE,
        "client.mjs",
        npm=True,
    ),
    Client(
        "AI SDK vertex",
        "@ai-sdk/google-vertex",
        ("google",),
        _AI_SDK,
        "dist/index.js",
        npm=True,
    ),
    Client(
        "AI SDK vertexAnthropic",
        "@ai-sdk/google-vertex",
        ("anthropic",),
        _AI_SDK,
        "dist/anthropic/index.js",
        npm=True,
    ),
    Client(
        "AI SDK vertexMaas",
        "@ai-sdk/google-vertex",
        _OPENAI_COMPATIBLE,
        _AI_SDK,
        "dist/maas/index.js",
        npm=True,
    ),
    Client(
        "AI SDK createGoogleVertexXai",
        "@ai-sdk/google-vertex",
        ("xai",),
        _AI_SDK,
        "dist/xai/index.js",
        npm=True,
        # It calls the global host whatever the location is.
        arguments={
            "multi-region": 'baseURL: "{openai}"',
            "region": 'baseURL: "{openai}"',
        },
    ),
    Client(
        "LangChain ChatVertexAI",
        "langchain-google-vertexai",
        ("google",),
        _VERTEXAI,
        "langchain_google_vertexai/_base.py",
        # It calls a host of a region's form.
        arguments={"multi-region": 'base_url="{host}"'},
    ),
    Client(
        "LangChain ChatGoogleGenerativeAI",
        "langchain-google-genai",
        ("google",),
        ("GOOGLE_GENAI_USE_VERTEXAI", *_GOOGLE_CLOUD, *_GENAI_HOSTS),
        "langchain_google_genai/_common.py",
    ),
    Client(
        "LangChain ChatAnthropicVertex",
        "langchain-google-vertexai",
        ("anthropic",),
        (*_VERTEXAI, "ANTHROPIC_VERTEX_BASE_URL"),
        "langchain_google_vertexai/_base.py",
    ),
    Client(
        "OpenAI SDK",
        "openai",
        _OPENAI_COMPATIBLE,
        ("OPENAI_BASE_URL",),
        "openai/lib/_client_auth.py",
    ),
    Client(
        "MistralGCP",
        "mistralai",
        ("mistralai",),
        # Application default credentials read it; the location is europe-west4 whatever is set.
        ("GOOGLE_CLOUD_PROJECT",),
        "mistralai/gcp/client/sdk.py",
        arguments={
            "global": 'region="{location}"',
            "multi-region": 'region="{location}"',
            "region": 'region="{location}"',
        },
    ),
    Client(
        "Claude Code",
        "@anthropic-ai/claude-code",
        ("anthropic",),
        ("CLAUDE_CODE_USE_VERTEX", *_CLAUDE),
        "its executable",
        npm=True,
    ),
    Client(
        "Gemini CLI",
        "@google/gemini-cli",
        ("google",),
        ("GOOGLE_GENAI_USE_VERTEXAI", *_GOOGLE_CLOUD, *_GENAI_HOSTS),
        "bundle/gemini.js",
        npm=True,
    ),
)
"""The clients, in the order in which they are shown."""


def openai_model(named: Named) -> str:
    """What the OpenAI-compatible endpoint, and LiteLLM there, want for the model's name."""
    return f"{named.entry.publisher}/{named.id}"


def argument(client: Client, location: str, host: str, openai: str) -> str | None:
    """What has to be passed to the client for a placement; None where the environment will do."""
    text = client.arguments.get(places()[location].kind)
    if text is None:
        return None
    return text.replace("{location}", location).replace("{host}", host).replace("{openai}", openai)


LITELLM_REGIONS: dict[str, tuple[str, ...]] = {
    "deepseek-ai/deepseek-v3.1-maas": ("us-central1",),
    "deepseek-ai/deepseek-v3.2-maas": ("global",),
    "deepseek-ai/deepseek-v4.1-flash-maas": ("global",),
    "deepseek-ai/deepseek-r1-0528-maas": ("us-central1",),
    "deepseek-ai/deepseek-ocr-maas": ("us-central1",),
    "google/gemma-4-26b-a4b-it-maas": ("global",),
    "lyria-3-clip-preview": ("global",),
    "lyria-3-pro-preview": ("global",),
    "qwen/qwen3-235b-a22b-instruct-2507-maas": ("global", "us-south1"),
    "qwen/qwen3-coder-480b-a35b-instruct-maas": ("global",),
    "qwen/qwen3-next-80b-a3b-instruct-maas": ("global",),
    "qwen/qwen3-next-80b-a3b-thinking-maas": ("global",),
    "zai-org/glm-4.7-maas": ("global",),
    "zai-org/glm-5-maas": ("global",),
    "zai-org/glm-5.2-maas": ("global",),
}
"""`supported_regions` of LiteLLM's own cost map, by its names of the models.

Of a model that stands here it calls the first of these, where it is told a location that is not
among them (litellm 1.110.2, model_prices_and_context_window_backup.json, get_vertex_region).
"""


def litellm_goes_to(named: Named, location: str) -> str | None:
    """Where LiteLLM calls the model instead of in this location; None where it calls it there."""
    regions = LITELLM_REGIONS.get(_litellm_name(named), ())
    return regions[0] if regions and location not in regions else None


def litellm_argument(named: Named, location: str) -> str:
    """What makes LiteLLM hold to a location that its cost map doesn't list."""
    name = _litellm_name(named)
    return (
        f'litellm.register_model({{"vertex_ai/{name}": {{"supported_regions": ["{location}"]}}}})'
    )


def _litellm_name(named: Named) -> str:
    """What LiteLLM calls the model after `vertex_ai/`: its id alone where its map has that."""
    return named.id if named.id in LITELLM_REGIONS else openai_model(named)
