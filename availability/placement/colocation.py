"""Deployments that share one location: each is placed where all of its group can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from availability.facts.snapshot import Snapshot
from availability.placement.place import place
from availability.placement.request import Partner, Placement, Refusal, Request


def own_locations(request: Request, snapshot: Snapshot, today: dt.date) -> frozenset[str]:
    """Where a request may be placed by itself, its pin included; empty where it is refused."""
    result = place(request, snapshot, today)
    if isinstance(result, Refusal):
        return frozenset()
    return frozenset([result.location] if request.location else result.valid)


def together(
    requests: Mapping[str, Request], snapshot: Snapshot, today: dt.date
) -> dict[str, Request]:
    """The requests of a group (name -> request), each with its partners and the wishes of all.

    Placed one by one, all of them end in the same location with the same alternates, or all are
    refused. One that is refused by itself stays as it is, to have its own reasons only.
    """
    own = {name: own_locations(request, snapshot, today) for name, request in requests.items()}
    shared = frozenset[str].intersection(*own.values())
    wishes = tuple(dict.fromkeys(wish for request in requests.values() for wish in request.prefer))
    return {
        name: replace(
            request,
            partners=tuple(Partner(other, own[other]) for other in requests if other != name),
            # Another's wish that nobody can have decides nothing, and is not this one's to warn of.
            prefer=tuple(wish for wish in wishes if wish in shared or wish in request.prefer),
        )
        if own[name]
        else request
        for name, request in requests.items()
    }


def place_together(
    requests: Mapping[str, Request], snapshot: Snapshot, today: dt.date
) -> dict[str, Placement] | None:
    """Name -> placement, all in one location; None where the group is refused."""
    joint = together(requests, snapshot, today)
    results = {name: place(request, snapshot, today) for name, request in joint.items()}
    placed = {name: result for name, result in results.items() if isinstance(result, Placement)}
    return placed if len(placed) == len(requests) else None
