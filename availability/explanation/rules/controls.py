"""The words for security controls that do not cover what is used."""

from __future__ import annotations

from availability.explanation.names import cited
from availability.facts.controls import covers
from availability.facts.names import Named
from availability.facts.snapshot import Snapshot, Verdict
from availability.placement.request import Refusal


def sentence(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """Which controls do not cover what is used of the model, by which source."""
    request = refusal.request
    said = [
        f"{cover.control} does not cover {cover.feature} of {named.id}"
        + (f" ({cited(cover.cite, snapshot)})" if cover.cite else "")
        for cover in covers(named, request.needs, request.controls, snapshot)
        if cover.verdict is Verdict.NO
    ]
    if named.model.is_preview:
        said.insert(
            0,
            f"{named.id} is a preview, and Google does not support security controls for previews",
        )
    return f"{'; '.join(said)}."


def headline(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """The first control that does not cover what is used of the model."""
    request = refusal.request
    if named.model.is_preview:
        return f"{named.id} is a preview, which no security control covers"
    [first, *others] = (
        f"{cover.control} does not cover {cover.feature} of {named.id}"
        for cover in covers(named, request.needs, request.controls, snapshot)
        if cover.verdict is Verdict.NO
    )
    return first + (f" (and {len(others)} more)" if others else "")
