"""How the name of one model is written: by Google's resources, by clients, and on other clouds.

What `written` takes off says only where or by what a model is called, so that the rest names it for
certain. What `simplified` takes off may matter (a version, a day): it only helps to suggest.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CLIENTS = re.compile(
    r"(?:"
    r"(?:vertex_ai|vertex_ai_beta|vertexai|google-vertex|google-vertex-anthropic)/"
    r"|(?:vertex|vertexai|google-vertex|google_vertexai|google_anthropic_vertex):"
    r")",
    re.IGNORECASE,
)
"""What clients write before a model on Google Cloud: LiteLLM (`vertex_ai/`), Genkit (`vertexai/`),
models.dev and what reads it (`google-vertex/`), Pydantic AI (`google-vertex:`), LangChain
(`google_vertexai:`), promptfoo (`vertex:`)."""

_RESOURCE = re.compile(
    r"(?://aiplatform\.googleapis\.com/|/)?"
    r"(?:projects/[^/]+/)?(?:locations/(?P<location>[^/]+)/)?"
    r"publishers/(?P<publisher>[^/]+)/models/(?P<model>[^/]+)",
    re.IGNORECASE,
)
_MODELS = re.compile(r"models/(?P<model>[^/]+)", re.IGNORECASE)

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")

_ELSEWHERE = re.compile(
    r"arn:aws:bedrock:.*/(?=[^/]+$)"
    r"|(?:(?:us|eu|apac|jp|au|global)\.)?"
    r"(?:ai21|anthropic|deepseek|google|meta|minimax|mistral|moonshot|openai|qwen|zai)\.(?=[a-z])",
    re.IGNORECASE,
)
"""What Amazon Bedrock writes before a model."""
_RELEASE = re.compile(
    r"(?:-v\d+)?:\d+$|[@:-](?:latest|stable|default|current|newest)$|@[\w.-]*$|-20\d{6}$"
    r"|\[\w+\]$|:[a-z]\w*$",
    re.IGNORECASE,
)
"""What vendors write after a model to say which release of it: a day, a version, the latest; and
the verb of a URL."""


@dataclass(frozen=True)
class Written:
    """A name without what says nothing about which model it is."""

    model: str
    """`PUBLISHER/ID` or an id."""
    location: str | None = None
    """The location in the name of a resource, as it is written there: it places nothing."""


def written(name: str) -> Written:
    """The model that a name writes: the id in a resource's name, or behind a client's prefix."""
    rest = ascii_hyphens(name).strip()
    if client := _CLIENTS.match(rest):
        rest = rest[client.end() :]
    if resource := _RESOURCE.fullmatch(rest):
        model = f"{resource['publisher']}/{resource['model']}"
        return Written(model, resource["location"] and resource["location"].strip().lower())
    if plain := _MODELS.fullmatch(rest):
        return Written(plain["model"])
    return Written(rest)


def ascii_hyphens(text: str) -> str:
    """The text with plain hyphens and letters for what word processors make of them."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_HYPHENS)).translate(_HYPHENS)


def simplified(name: str) -> tuple[str, str]:
    """(publisher or nothing, id) of a name, without the version that it asks for.

    What stands before the last two parts of a path is a client's or another cloud's.
    """
    path = written(name).model
    if url := re.search(r"publishers/([^/]+)/models/([^/]+)", path):
        path = f"{url[1]}/{url[2]}"
    *before, rest = path.rsplit("/", 2)
    if elsewhere := _ELSEWHERE.match(path):
        before, rest = [], path[elsewhere.end() :]
    while (shorter := _RELEASE.sub("", rest)) not in (rest, ""):
        rest = shorter
    return (before[-1] if before else ""), rest
