"""In every test: a program under mocks, a configured project, and a day that stays."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

import pulumi
import pytest

from availability.input import clock
from tests.components.recording import PROJECT, Program, configure

_PROJECT_VARIABLES = (
    "GOOGLE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GCLOUD_PROJECT",
    "CLOUDSDK_CORE_PROJECT",
    "GOOGLE_REGION",
    "GCLOUD_REGION",
    "CLOUDSDK_COMPUTE_REGION",
    "PULUMI_CONFIG",
)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No project, region or configuration from the environment, and a loop for Pulumi."""
    for variable in _PROJECT_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(clock, "today", lambda: dt.date(2025, 5, 12))
    configure({"gcp:project": PROJECT})
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    # What a program that failed leaves behind would be waited for by the next one.
    settings = cast("Any", pulumi.runtime.settings.SETTINGS)
    settings.outputs.clear()
    settings.rpc_manager.clear()
    loop.close()
    asyncio.set_event_loop(None)
    configure({})


@pytest.fixture(autouse=True)
def program(surroundings: None) -> Program:
    return Program()
