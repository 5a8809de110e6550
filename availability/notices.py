"""Warnings: what is placed, and still ought to be known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from availability.endpoints import FORMS
from availability.errors import shown
from availability.facts import Snapshot, Stage
from availability.placement import Placement
from availability.residency import Guarantee


class WarningId(StrEnum):
    """The ids under which warnings are known to scripts."""

    ENDPOINT_GUARANTEE = "endpoint-guarantee"
    FLOATING_SNAPSHOT = "floating-snapshot"
    PREVIEW_MODEL = "preview-model"
    UNKNOWN_CAPABILITY = "unknown-capability"
    INVALID_PREFERENCE = "invalid-preference"
    PARTNER_TERMS = "partner-terms"
    NO_URL = "no-url"


@dataclass(frozen=True)
class Warning:  # noqa: A001 - Python's own is never wanted here
    """One warning, in a sentence or two."""

    id: WarningId
    text: str


def placement_warnings(placement: Placement, snapshot: Snapshot) -> tuple[Warning, ...]:
    """The warnings about one placed deployment, in the order of the ids."""
    return tuple(_about(placement, snapshot))


def floating_snapshot(snapshot: Snapshot) -> Warning:
    """For a stack that does not pin its snapshot."""
    return Warning(
        WarningId.FLOATING_SNAPSHOT,
        f"No snapshot is pinned: the newest bundled one decides, now {snapshot.id}, and an upgrade "
        f"may move what is placed. To pin it, set snapshot to {snapshot.id}.",
    )


def unknown_region(region: str) -> Warning:
    """For a `gcp:region` that no list of Google's regions here has."""
    return Warning(
        WarningId.INVALID_PREFERENCE,
        f"gcp:region is {shown(region)}, which is no region known here: distances decide nothing.",
    )


def _about(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    request, named, location = placement.request, placement.named, placement.location
    if request.residency.guarantee is Guarantee.ENDPOINT:
        yield Warning(WarningId.ENDPOINT_GUARANTEE, _endpoint_guarantee(placement))
    in_preview = location in named.entry.preview_locations
    if named.model.stage is Stage.PREVIEW or in_preview:
        where = f" in {location}" if in_preview else ""
        yield Warning(
            WarningId.PREVIEW_MODEL,
            f"{named.id} is a preview{where}: pre-GA terms apply, and it may change or go without "
            "the notice that a GA model gets.",
        )
    for need in request.needs:
        # The sources name only what an endpoint lacks; they say of no model what it offers.
        yield Warning(
            WarningId.UNKNOWN_CAPABILITY,
            f"Snapshot {snapshot.id} does not say whether {named.id} offers {need} in {location}: "
            "unknown, and not refused.",
        )
    for wish in request.prefer:
        if wish not in placement.valid:
            yield Warning(
                WarningId.INVALID_PREFERENCE,
                f"The preferred location {wish} is not valid for {named.id} here and was passed "
                "over.",
            )
    if named.entry.publisher != "google":
        yield Warning(
            WarningId.PARTNER_TERMS,
            f"{named.entry.publisher} publishes {named.id}: before the first request somebody with "
            "roles/consumerprocurement.entitlementManager has to accept the publisher's terms on "
            "its card in Model Garden, once a project. No deployment does that.",
        )
    if FORMS[named.entry.family] is None:
        yield Warning(
            WarningId.NO_URL,
            f"No endpoint URL is documented for {named.id}: the Live API speaks a websocket, "
            "which the publisher's SDK opens.",
        )


def _endpoint_guarantee(placement: Placement) -> str:
    location = placement.location
    start = f"The endpoint in {location} is no promise about where requests are processed"
    match placement.boundary:
        case None:
            return (
                f"{start}, and the snapshot's sources state no commitment for "
                f"{placement.named.id} there."
            )
        case boundary:
            return (
                f"{start}. A published commitment keeps it within {boundary}; "
                "guarantee: ml-processing would hold the stack to such a commitment."
            )
