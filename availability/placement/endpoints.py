"""The address of a placed model, and what clients read to find it.

`FORMS` holds the documented URL form of each way to call a model; where there is none, there is no
URL.
"""

from __future__ import annotations

from dataclasses import dataclass

from availability.facts.names import Named
from availability.facts.snapshot import Call
from availability.placement.clients import VARIABLES, Holds, Models, openai_model
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
    if form.verb is None:
        base = openai_base(location, project, through=through)
        return None if stream else f"{base}/chat/completions"
    verb = form.stream_verb if stream else form.verb
    if verb is None:
        return None
    server = through or host(location)
    return f"https://{server}/v1/{model_resource(named, location, project)}:{verb}"


def environment(
    named: Named,
    location: str,
    project: str = PROJECT_PLACEHOLDER,
    *,
    through: str | None = None,
) -> dict[str, str]:
    """The environment variables that hold clients of the model to its placement, name to value.

    `availability.placement.clients` says which client reads which. `through` is another host than
    the location's usual one, and adds what leads the clients to it.
    """
    server = through or host(location)
    values = {
        Holds.SWITCH: "true",
        Holds.ONE: "1",
        Holds.PROJECT: project,
        Holds.LOCATION: location,
        Holds.OPENAI_BASE: openai_base(location, project, through=through),
    }
    if server != host(location):
        values |= {
            Holds.HOST: f"https://{server}",
            Holds.HOST_WITH_VERSION: f"https://{server}/v1",
        }
    return {
        variable.name: values[variable.holds]
        for variable in VARIABLES
        if variable.holds in values and _is_for(variable.models, named)
    }


def _is_for(models: Models, named: Named) -> bool:
    match models:
        case Models.EVERY:
            return True
        case Models.GOOGLE:
            return named.entry.publisher == "google"
        case Models.CLAUDE:
            return named.entry.publisher == "anthropic"
        case Models.OPENAI_ENDPOINT:
            return _is_openai(named)


def _is_openai(named: Named) -> bool:
    form = form_of(named)
    return form is not None and form.verb is None


def openai_model_of(named: Named) -> str | None:
    """What the OpenAI-compatible endpoint wants as `model`; None where it doesn't serve it."""
    return openai_model(named) if _is_openai(named) else None


def openai_base(
    location: str, project: str = PROJECT_PLACEHOLDER, *, through: str | None = None
) -> str:
    """The URL of the OpenAI-compatible endpoint, to which OpenAI's clients append their paths."""
    server = through or host(location)
    return f"https://{server}/v1/projects/{project}/locations/{location}/endpoints/openapi"
