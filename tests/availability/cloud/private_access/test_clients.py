"""The vendors' own clients, told nothing but the environment, call the host that it leads to."""

from __future__ import annotations

import pytest

from availability.facts.library import load
from availability.facts.names import resolve_model
from availability.placement.endpoints import endpoint_url, environment, regional_host
from tests.availability.vendor_clients import PROJECT, url_by_environment

MODELS = {"google": "gemini-2.0-flash-001", "anthropic": "claude-3-7-sonnet@20250219"}


@pytest.mark.parametrize(
    ("location", "through"),
    [
        ("europe-west4", "public"),
        ("europe-west4", "regional"),
        ("eu", "public"),
        ("eu", "regional"),
        ("global", "public"),
    ],
)
@pytest.mark.parametrize("publisher", MODELS)
def test_a_client_calls_the_endpoint_of_its_environment(
    publisher: str, location: str, through: str, monkeypatch: pytest.MonkeyPatch
):
    named = resolve_model(MODELS[publisher], load("2025-05-12"))
    host = regional_host(location) if through == "regional" else None
    for name, value in environment(named, location, PROJECT, through=host).items():
        monkeypatch.setenv(name, value)
    expected = endpoint_url(named, location, PROJECT, through=host)
    assert url_by_environment(publisher, named.id) == expected
    assert url_by_environment(publisher, named.id, vertex=True) == expected
