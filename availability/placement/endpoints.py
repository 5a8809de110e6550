"""The address of a placed model, and what the vendors' own clients read to find it.

`FORMS` holds the documented URL form of each way to call a model; where there is none, there is no
URL.
"""

from __future__ import annotations

from dataclasses import dataclass

from availability.facts.names import Named
from availability.facts.snapshot import Call
from availability.places.geography import places

PROJECT_PLACEHOLDER = "PROJECT_ID"
"""What stands in a URL whose project is not known."""


@dataclass(frozen=True)
class Form:
    """How a model is called: a verb after its resource, or OpenAI's path."""

    verb: str | None
    """None where the path is OpenAI's and the model's id goes into the body."""
    stream_verb: str | None = None


FORMS: dict[Call, Form | str] = {
    # Deployments and endpoints, 2025-05-12, "Use the global endpoint".
    Call.GENERATE_CONTENT: Form("generateContent", "streamGenerateContent"),
    # The model cards of 2026 name the verb; google-genai builds the path.
    Call.EMBED_CONTENT: Form("embedContent"),
    # Google's API reference for embeddings, Imagen and image captioning.
    Call.PREDICT: Form("predict"),
    # Google's Veo API reference: the call answers with an operation.
    Call.PREDICT_LONG_RUNNING: Form("predictLongRunning"),
    # Use Anthropic's Claude models, 2025-05-12; the mistralai_intro and ai21labs_intro notebooks
    # of vertex-ai-samples.
    Call.RAW_PREDICT: Form("rawPredict", "streamRawPredict"),
    # Google's page on Llama: chat completions, with the model "PUBLISHER/ID" in the body.
    Call.CHAT_COMPLETIONS: Form(None),
    Call.LIVE: "the Live API speaks a websocket, which the publisher's SDK opens",
    Call.INTERACTIONS: "it is called by the Interactions API, whose URL no source here documents",
    Call.SPEECH_TO_TEXT: "it is called by the Speech-to-Text API, which is no Vertex AI endpoint",
    Call.UNKNOWN: "no source here says how it is called",
}
"""The URL form of each way to call a model, or why there is none."""


def form_of(named: Named) -> Form | None:
    """The URL form of the model, or None where none is documented."""
    form = FORMS[named.entry.call]
    return form if isinstance(form, Form) else None


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


def regional_host(location: str) -> str:
    """The host of a location's regional endpoint, which is another one where it is a region.

    Google's "API endpoint types": SERVICE.LOCATION.rep.googleapis.com. Whether a location has one
    is another matter.

    >>> regional_host("europe-west4"), regional_host("eu") == host("eu")
    ('aiplatform.europe-west4.rep.googleapis.com', True)
    """
    return f"aiplatform.{location}.rep.googleapis.com"


def model_resource(named: Named, location: str, project: str) -> str:
    """The resource name of the publisher's model in a project and location."""
    return (
        f"projects/{project}/locations/{location}"
        f"/publishers/{named.entry.publisher}/models/{named.id}"
    )


def endpoint_url(
    named: Named,
    location: str,
    project: str = PROJECT_PLACEHOLDER,
    *,
    stream: bool = False,
    through: str | None = None,
) -> str | None:
    """The URL to send requests to, API version v1; None where the family documents none.

    With `stream`, the URL of the streaming verb, or None where there is no other verb for it.
    `through` is another host of the location, for a network that reaches it by that name.
    """
    form = form_of(named)
    if form is None:
        return None
    server = through or host(location)
    if form.verb is None:
        return None if stream else f"{_openai_base(server, location, project)}/chat/completions"
    verb = form.stream_verb if stream else form.verb
    if verb is None:
        return None
    return f"https://{server}/v1/{model_resource(named, location, project)}:{verb}"


def environment(
    named: Named,
    location: str,
    project: str = PROJECT_PLACEHOLDER,
    *,
    through: str | None = None,
) -> dict[str, str]:
    """The environment variables that the publisher's client reads, name to value.

    `through` is another host than the location's usual one, and adds what leads the client to it:
    google-genai appends the API's version to its base URL (and takes one that ends with a slash
    for a gateway without project and location), anthropic expects the version in its own.
    """
    server = through or host(location)
    other = server != host(location)
    if named.entry.publisher == "anthropic":
        variables = {"ANTHROPIC_VERTEX_PROJECT_ID": project, "CLOUD_ML_REGION": location}
        return variables | ({"ANTHROPIC_VERTEX_BASE_URL": f"https://{server}/v1"} if other else {})
    variables = {"GOOGLE_CLOUD_PROJECT": project, "GOOGLE_CLOUD_LOCATION": location}
    if named.entry.publisher == "google":
        variables = {"GOOGLE_GENAI_USE_VERTEXAI": "true", **variables}
        if other:
            # The client reads the first where its caller asks for Vertex AI in code, the second
            # where GOOGLE_GENAI_USE_VERTEXAI does (google-genai 3.4, Client.__init__).
            bases = ("GOOGLE_VERTEX_BASE_URL", "GOOGLE_GEMINI_BASE_URL")
            variables |= dict.fromkeys(bases, f"https://{server}")
    form = form_of(named)
    if form is not None and form.verb is None:
        variables["OPENAI_BASE_URL"] = _openai_base(server, location, project)
    return variables


def _openai_base(server: str, location: str, project: str) -> str:
    return f"https://{server}/v1/projects/{project}/locations/{location}/endpoints/openapi"
