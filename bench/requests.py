"""The requests that the benchmarks ask: every model under each of twenty residencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from availability.facts.names import all_models
from availability.facts.snapshot import Snapshot
from availability.placement.request import Request
from availability.places.residency import Guarantee, Residency

TODAY = dt.date(2026, 11, 26)
"""The day that every answer is judged by, so that answers stay the same on other days."""

RESIDENCIES = (
    "any",
    "eu",
    "eea",
    "us",
    "europe",
    "canada",
    "south-america",
    "asia-pacific",
    "middle-east",
    "eu-adequate",
    "eu-adequate-partial",
    "de",
    "fr",
    "ch",
    "gb",
    "jp",
    "in",
    "europe-west4",
    "us-central1",
    "europe-west1,europe-west9",
)


def all_requests(
    snapshot: Snapshot, guarantee: Guarantee = Guarantee.ENDPOINT
) -> Iterator[Request]:
    """A request for each model of a snapshot under each of the residencies."""
    residencies = [replace(Residency.parse(text), guarantee=guarantee) for text in RESIDENCIES]
    for named in all_models(snapshot):
        for residency in residencies:
            yield Request(f"{named.entry.publisher}/{named.id}", residency)
