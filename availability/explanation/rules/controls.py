"""The words for security controls that do not cover what is used."""

from __future__ import annotations

from availability.explanation.names import cited
from availability.facts.controls import Cover, covers
from availability.facts.names import Named
from availability.facts.snapshot import Snapshot, Verdict
from availability.placement.request import Refusal


def sentence(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """Which controls do not cover what is used of the model, by which source."""
    said = [
        _text(cover, named) + (f" ({cited(cover.cite, snapshot)})" if cover.cite else "")
        for cover in _denied(refusal, named, snapshot)
    ]
    if named.model.is_preview:
        said.insert(
            0,
            f"{named.id} is a preview, and Google does not support security controls for previews",
        )
    return f"{'; '.join(said)}."


def headline(refusal: Refusal, named: Named, snapshot: Snapshot) -> str:
    """The first control that does not cover what is used of the model."""
    if named.model.is_preview:
        return f"{named.id} is a preview, which no security control covers"
    first, *others = _denied(refusal, named, snapshot)
    return _text(first, named) + (f" (and {len(others)} more)" if others else "")


def _denied(refusal: Refusal, named: Named, snapshot: Snapshot) -> list[Cover]:
    """What is used of the model that a control does not cover."""
    known = covers(named, refusal.request.needs, refusal.request.controls, snapshot)
    return [cover for cover in known if cover.verdict is Verdict.NO]


def _text(cover: Cover, named: Named) -> str:
    return f"{cover.control} does not cover {cover.feature} of {named.id}"
