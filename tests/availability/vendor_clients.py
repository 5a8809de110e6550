"""The vendors' own clients, on a wire that sends nothing: the URL that each would call."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import httpx2
from anthropic.lib.vertex import AnthropicVertex
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

PROJECT = "acme-prod"


class Wire:
    """A transport that sends nothing and keeps the URLs."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.urls.append(str(request.url.copy_with(query=None)))
        return httpx2.Response(200, json={})

    def sent(self, call: Callable[[], object]) -> str:
        self.urls.clear()
        with suppress(Exception):  # an empty answer is no answer for some
            call()
        [url] = self.urls
        return url


@cache
def google_client(location: str) -> tuple[Any, Wire]:
    wire = Wire()
    client = genai.Client(
        vertexai=True,
        project=PROJECT,
        location=location,
        credentials=Credentials("token"),  # pyright: ignore[reportArgumentType]
        http_options=types.HttpOptions(
            api_version="v1", client_args={"transport": httpx2.MockTransport(wire.handle)}
        ),
    )
    return client, wire


def google_url(model: str, location: str, *, stream: bool = False) -> str:
    client, wire = google_client(location)
    models = client.models
    if stream:
        return wire.sent(lambda: list(models.generate_content_stream(model=model, contents="x")))
    if model.startswith("veo"):
        return wire.sent(lambda: models.generate_videos(model=model, prompt="x"))
    if model.startswith("virtual-try-on"):
        source = types.RecontextImageSource(prompt="x")
        return wire.sent(lambda: models.recontext_image(model=model, source=source))
    if "embedding" in model:
        return wire.sent(lambda: models.embed_content(model=model, contents="x"))
    if "capability" in model:
        return wire.sent(lambda: models.edit_image(model=model, prompt="x", reference_images=[]))
    if model.startswith("imag"):
        return wire.sent(lambda: models.generate_images(model=model, prompt="x"))
    return wire.sent(lambda: models.generate_content(model=model, contents="x"))


@cache
def claude_client(location: str) -> tuple[Any, Wire]:
    wire = Wire()
    client = AnthropicVertex(
        region=location,
        project_id=PROJECT,
        access_token="token",  # noqa: S106
        max_retries=0,
        http_client=httpx2.Client(transport=httpx2.MockTransport(wire.handle)),
    )
    return client.messages, wire


def claude_url(model: str, location: str, *, stream: bool = False) -> str:
    messages, wire = claude_client(location)
    message = {"role": "user", "content": "x"}
    return wire.sent(
        lambda: messages.create(model=model, max_tokens=1, messages=[message], stream=stream)
    )


def url_by_environment(publisher: str, model: str, *, vertex: bool | None = None) -> str:
    """The URL that a publisher's client calls when it is told nothing but its environment.

    `vertex` tells Google's client in code that it is Vertex AI.
    """
    wire = Wire()
    if publisher == "anthropic":
        claude = AnthropicVertex(
            access_token="token",  # noqa: S106
            max_retries=0,
            http_client=httpx2.Client(transport=httpx2.MockTransport(wire.handle)),
        )
        message: Any = {"role": "user", "content": "x"}
        return wire.sent(
            lambda: claude.messages.create(model=model, max_tokens=1, messages=[message])
        )
    google = genai.Client(
        vertexai=vertex,
        credentials=Credentials("token"),  # pyright: ignore[reportArgumentType]
        http_options=types.HttpOptions(
            api_version="v1", client_args={"transport": httpx2.MockTransport(wire.handle)}
        ),
    )
    models: Any = google.models
    return wire.sent(lambda: models.generate_content(model=model, contents="x"))
