"""The words for needs that are not offered, and for sources that disagree about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from availability.explanation.names import cited
from availability.explanation.rules.brief import shortened
from availability.facts.capabilities import Contradiction, capabilities
from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.placement.request import Refusal


def lacked(refusal: Refusal, location: str) -> list[Need]:
    """The needs that a location does not offer."""
    return [need for need, where in refusal.lacking.items() if location in where]


def lacked_by_all(refusal: Refusal, locations: Sequence[str]) -> str:
    """The needs that the locations do not offer, for a headline."""
    return shortened(common(refusal.lacking, locations), "needs")


def common(lacking: Mapping[Need, frozenset[str]], locations: Sequence[str]) -> list[Need]:
    """The needs that all of the locations are without; where there is none, that any is."""
    everywhere = [need for need, where in lacking.items() if where.issuperset(locations)]
    return everywhere or [need for need, where in lacking.items() if where & set(locations)]


def contradictions(
    named: Named, needs: Iterable[Need], location: str | None, snapshot: Snapshot
) -> str:
    """A sentence for each pair of sources that disagree about the needs, here or of the model."""
    return "".join(
        f" {contradiction(pair, named, snapshot)}"
        for pair in capabilities(named, snapshot).contradictions
        if pair.need in needs and (location is None or location in pair.locations)
    )


def contradiction(pair: Contradiction, named: Named, snapshot: Snapshot) -> str:
    """Which two sources disagree, or which one does with itself; the stricter one decides."""
    affirms, denies = (cited(cite, snapshot) for cite in (pair.affirms, pair.denies))
    if affirms == denies:
        return (
            f"{affirms} affirms {pair.need} of {named.id} in one place and denies it in another. "
            "The stricter one decides."
        )
    return (
        f"Two sources disagree on {pair.need} of {named.id}: {affirms} affirms it, {denies} denies "
        "it. The stricter one decides."
    )
