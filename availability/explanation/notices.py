"""What the pages tell whoever uses a model: what is kept, who is let in, and how old they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from availability.explanation.age import STALE_AFTER
from availability.explanation.names import cited, noticed
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Notice, NoticeKind, Snapshot
from availability.placement.request import Placement, Request
from availability.placement.warnings import Warning, WarningId


def notices(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """The warnings about it that repeat what a page says of the model, a need or its locations."""
    yield from _corpora(placement, snapshot)
    yield from _said(placement, snapshot)
    yield from _aged(placement, snapshot)


def _corpora(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """For corpora in a region where the RAG engine is a preview."""
    for region in snapshot.rag_regions:
        if region.location == placement.rag_location and region.stage and region.stage.is_preview:
            yield Warning(
                WarningId.PREVIEW_MODEL,
                f"The RAG engine is a preview in {region.location} "
                f"({cited(region.cite, snapshot)}): pre-GA terms apply to the corpora.",
                Need.RAG_CORPUS,
            )


_WARNED = {
    NoticeKind.RETENTION: WarningId.RETENTION,
    NoticeKind.SHARING: WarningId.SHARING,
    NoticeKind.ALLOWLIST: WarningId.ALLOWLIST,
    NoticeKind.PRIOR_USAGE: WarningId.PRIOR_USAGE,
    NoticeKind.SHORT_LIVED: WarningId.SHORT_LIVED,
}


def _said(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """What its sources tell whoever uses the model, or a need: one warning a kind and subject."""
    told = notices_about(placement, snapshot)
    for kind, warning in _WARNED.items():
        for need in (None, *placement.request.needs):
            said = [
                noticed(one, snapshot)
                for one in told
                if one.kind is kind and _need_of(one, placement.request) is need
            ]
            if said:
                subject = f"{placement.named.id} with {need}" if need else placement.named.id
                yield Warning(warning, f"{subject}: {'; '.join(said)}.", need)


def notices_about(placement: Placement, snapshot: Snapshot) -> tuple[Notice, ...]:
    """What its sources tell whoever uses the model or a declared need, of every kind."""
    named, request = placement.named, placement.request
    about = {*(need.value for need in request.needs), *_groups(named, snapshot)}
    found = [*named.model.notices, *(one for one in snapshot.notices if one.about in about)]
    if (corpora := placement.rag_location) and not _is_closed(corpora, snapshot):
        found = [
            one for one in found if (one.about, one.kind) != (Need.RAG_CORPUS, NoticeKind.ALLOWLIST)
        ]
    if request.prior_usage:
        found = [one for one in found if one.kind is not NoticeKind.PRIOR_USAGE]
    return tuple(found)


def _need_of(notice: Notice, request: Request) -> Need | None:
    """The declared need that it is about; None where it is about the model."""
    return next((need for need in request.needs if notice.about == need), None)


def _groups(named: Named, snapshot: Snapshot) -> Iterator[str]:
    """What the snapshot's notices call the models that this one is among."""
    model = named.model
    if model.shared_with_publisher:
        yield "advanced-ai"
        yield "sharing"
    if model.id.endswith("-maas"):
        if model.is_preview:
            yield "open-models-in-preview"
        if model.deprecated is not None and model.deprecated <= snapshot.date:
            yield "deprecated-open-models"


def _is_closed(location: str, snapshot: Snapshot) -> bool:
    """Whether new projects have to be let in to have corpora of the RAG engine there."""
    return any(one.allowlist for one in snapshot.rag_regions if one.location == location)


def _aged(placement: Placement, snapshot: Snapshot) -> Iterator[Warning]:
    """For locations that the newest pages do not speak of: an older page stands."""
    named, location = placement.named, placement.location
    days = [
        (snapshot.sources[listing.cite.source].date, cited(listing.cite, snapshot))
        for listing in named.entry.listings
        if location in listing.served
    ]
    newest, page = max(days, default=("", ""))
    # As much of a date as a source gives counts as its first day: 2025-05 is 2025-05-01.
    if not newest or snapshot.date - dt.date.fromisoformat((newest + "-01-01")[:10]) <= STALE_AFTER:
        return
    yield Warning(
        WarningId.AGED_LOCATIONS,
        f"That {named.id} is served in {location} was last said by {page}: no newer page lists "
        "its locations, and none contradicts it.",
    )
