"""What ours and LiteLLM are asked: each model that can be called, in each location."""

from __future__ import annotations

from collections.abc import Iterator

from availability.facts.names import Named, all_models
from availability.facts.snapshot import Snapshot
from availability.placement.request import Request
from availability.places.residency import Residency
from bench.requests import TODAY


def pairs(snapshot: Snapshot) -> Iterator[tuple[Named, str]]:
    """Each model that is served and not retired, with each location of the snapshot.

    The location is what a client is set to. Models that answer nowhere any more are left out: each
    answer about them would count against a client that has no lifecycle to look at.
    """
    for named in all_models(snapshot):
        if named.entry.served and not named.is_retired(TODAY):
            for location in snapshot.locations:
                yield named, location.id


def pair_requests(snapshot: Snapshot) -> Iterator[Request]:
    """A request for each pair: the model in that location and in no other, with no residency."""
    anywhere = Residency.parse("any")
    for named, location in pairs(snapshot):
        yield Request(f"{named.entry.publisher}/{named.id}", anywhere, location=location)


def names(named: Named) -> list[str]:
    """What LiteLLM may call a model after `vertex_ai/`."""
    ids = [named.id, *named.model.aliases]
    return [*ids, *(f"{named.entry.publisher}/{one}" for one in ids)]
