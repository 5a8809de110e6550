"""What a text says of Vertex AI: hosts that lead to a location, and resources in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The forms of `placement.hosts`, for any location: locational, regional and global ones, each with
# those that clients with a certificate dial; and the host of an endpoint of its own, as
# `dedicatedEndpointDns` of the API's Endpoint has it. Of `aiplatform.googleapis.com` only what is
# called is meant, since without a scheme or a path it is the name of the API, too.
_HOST = re.compile(
    r"(?<![\w.-])(?:"
    r"(?P<locational>[a-z][a-z0-9-]*?)(?:-prediction)?-aiplatform(?:\.mtls)?\.googleapis\.com"
    r"|aiplatform\.(?P<regional>[a-z][a-z0-9-]*)\.(?:p\.)?rep(?:\.mtls)?\.googleapis\.com"
    r"|[\w-]+\.(?P<own>[a-z]+-[a-z]+\d+)-[\w-]+\.[a-z]+\.vertexai\.goog"
    r"|(?P<called>(?<=https://)|(?<=http://)|(?<=wss://)|(?<=grpcs://)|(?<=grpc://))?"
    r"aiplatform(?:\.mtls)?\.googleapis\.com(?P<port>:\d+|/v\d|/ws/)?"
    r")(?![\w-])(?P<path>[^\s\"'<>]*)",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"locations/(?P<location>[a-z0-9-]+)/publishers/(?P<publisher>[a-z0-9-]+)"
    r"/models/(?P<model>[a-z0-9][a-z0-9._@-]*)",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"/locations/(?P<location>[a-z0-9-]+)", re.IGNORECASE)
_COLLECTIONS = (
    "batchPredictionJobs|cachedContents|collections|customJobs|datasets|deploymentResourcePools|"
    "endpoints|evaluationMetrics|featureGroups|featureOnlineStores|featurestores|indexEndpoints|"
    "indexes|metadataStores|models|notebookRuntimeTemplates|onlineEvaluators|pipelineJobs|"
    "ragCorpora|ragEngineConfig|reasoningEngines|schedules|tensorboards|trainingPipelines|"
    "tuningJobs"
)
"""The kinds of resources of Vertex AI and its search, as its REST reference has them in paths."""
_RESOURCE = re.compile(
    rf"projects/[^/\s]+/locations/(?P<location>[a-z0-9-]+)/(?:{_COLLECTIONS})(?![a-z])",
    re.IGNORECASE,
)
_SIGNS = ("aiplatform", "vertexai.goog", "/publishers/", "projects/")
"""What a text has one of that mentions anything: most texts are long, and have none."""
_BUCKET = re.compile(r"gs://(?P<bucket>[a-z0-9][a-z0-9._-]+)", re.IGNORECASE)
_DATASET = re.compile(r"bq://[^.\s/]+\.(?P<dataset>\w+)")


@dataclass(frozen=True)
class Mention:
    """A location that a text leads to, as it is written, and the model that it calls there."""

    location: str
    model: str | None = None
    """`PUBLISHER/ID`, where the text is about a publisher's model."""


def mentions(text: str, *, of_vertex_ai: bool) -> tuple[Mention, ...]:
    """What a text leads to, each once; models first.

    A path such as `projects/…/locations/…/endpoints/…` may be another API's, so that it counts
    only in a resource `of_vertex_ai`, or behind a host of it.
    """
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return ()
    models = [
        Mention(found["location"].lower(), f"{found['publisher']}/{found['model'].rstrip('.')}")
        for found in _MODEL.finditer(text)
    ]
    said = {mention.location for mention in models}
    others = [*_hosts(text), *(_resources(text) if of_vertex_ai else ())]
    rest = (Mention(location) for location in others if location not in said)
    return tuple(dict.fromkeys((*models, *rest)))


def _hosts(text: str) -> Iterator[str]:
    """The locations of all hosts, and of the paths behind them."""
    for found in _HOST.finditer(text):
        location = found["locational"] or found["regional"] or found["own"]
        if location is None and (found["called"] is not None or found["port"]):
            location = "global"
        if location is not None:
            yield location.lower()
            for inner in _IN_PATH.finditer(found["path"]):
                yield inner["location"].lower()


def _resources(text: str) -> Iterator[str]:
    for found in _RESOURCE.finditer(text):
        yield found["location"].lower()


def stores(text: str) -> frozenset[str]:
    """The names of the buckets and datasets that a text names by their addresses."""
    buckets = {found["bucket"] for found in _BUCKET.finditer(text)}
    return frozenset(buckets | {found["dataset"] for found in _DATASET.finditer(text)})
