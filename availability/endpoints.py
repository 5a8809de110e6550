"""The address of a placed model, and what the vendors' own clients read to find it.

`FORMS` holds the documented URL form of each family; a family that has none gets no URL.
"""

from __future__ import annotations

from dataclasses import dataclass

from availability.facts import Family
from availability.geography import places
from availability.names import Named

PROJECT_PLACEHOLDER = "PROJECT_ID"
"""What stands in a URL whose project is not known."""


@dataclass(frozen=True)
class Form:
    """How a family is called: a verb after the model's resource, or OpenAI's path."""

    verb: str | None
    """None where the path is OpenAI's and the model's id goes into the body."""
    stream_verb: str | None = None


_PREDICT = Form("predict")
_RAW = Form("rawPredict", "streamRawPredict")

FORMS: dict[Family, Form | None] = {
    # Deployments and endpoints, 2025-05-12, "Use the global endpoint".
    Family.GEMINI: Form("generateContent", "streamGenerateContent"),
    # The Live API is a websocket: no URL of this form is documented.
    Family.GEMINI_LIVE: None,
    # Google's API reference for embeddings, Imagen and image captioning.
    Family.TEXT_EMBEDDINGS: _PREDICT,
    Family.MULTIMODAL_EMBEDDINGS: _PREDICT,
    Family.IMAGEN: _PREDICT,
    Family.IMAGE_TEXT: _PREDICT,
    # Use Anthropic's Claude models, 2025-05-12.
    Family.CLAUDE: _RAW,
    # Google's page on Llama: chat completions, with the model "meta/<id>" in the body.
    Family.LLAMA: Form(None),
    # The mistralai_intro and ai21labs_intro notebooks of vertex-ai-samples.
    Family.MISTRAL: _RAW,
    Family.CODESTRAL: _RAW,
    Family.JAMBA: _RAW,
}


def host(location: str) -> str:
    """The host that serves a location. Raises KeyError for what is no location.

    >>> host("europe-west4"), host("global"), host("eu")
    ('europe-west4-aiplatform.googleapis.com', 'aiplatform.googleapis.com', \
'aiplatform.eu.rep.googleapis.com')
    """
    match places()[location].kind:
        case "global":
            return "aiplatform.googleapis.com"
        case "multi-region":
            return f"aiplatform.{location}.rep.googleapis.com"
        case "region":
            return f"{location}-aiplatform.googleapis.com"


def model_resource(named: Named, location: str, project: str) -> str:
    """The resource name of the publisher's model in a project and location."""
    return (
        f"projects/{project}/locations/{location}"
        f"/publishers/{named.entry.publisher}/models/{named.id}"
    )


def endpoint_url(
    named: Named, location: str, project: str = PROJECT_PLACEHOLDER, *, stream: bool = False
) -> str | None:
    """The URL to send requests to, API version v1; None where the family documents none.

    With `stream`, the URL of the streaming verb, or None where there is no other verb for it.
    """
    form = FORMS[named.entry.family]
    if form is None:
        return None
    if form.verb is None:
        return None if stream else f"{_openai_base(location, project)}/chat/completions"
    verb = form.stream_verb if stream else form.verb
    if verb is None:
        return None
    return f"https://{host(location)}/v1/{model_resource(named, location, project)}:{verb}"


def environment(named: Named, location: str, project: str = PROJECT_PLACEHOLDER) -> dict[str, str]:
    """The environment variables that the publisher's client reads, name to value."""
    if named.entry.publisher == "anthropic":
        return {"ANTHROPIC_VERTEX_PROJECT_ID": project, "CLOUD_ML_REGION": location}
    variables = {"GOOGLE_CLOUD_PROJECT": project, "GOOGLE_CLOUD_LOCATION": location}
    if named.entry.publisher == "google":
        return {"GOOGLE_GENAI_USE_VERTEXAI": "true", **variables}
    form = FORMS[named.entry.family]
    if form is not None and form.verb is None:
        variables["OPENAI_BASE_URL"] = _openai_base(location, project)
    return variables


def _openai_base(location: str, project: str) -> str:
    return f"https://{host(location)}/v1/projects/{project}/locations/{location}/endpoints/openapi"
