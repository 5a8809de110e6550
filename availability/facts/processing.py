"""Where a model is committed to process requests."""

from __future__ import annotations

from functools import cache

from availability.facts.names import Named
from availability.facts.snapshot import ContextSize
from availability.places.areas import jurisdiction
from availability.places.geography import places


def boundary(named: Named, location: str, size: ContextSize | None) -> str | None:
    """The smallest committed area that holds the location; None where nothing is committed.

    It counts what covers requests of that size, and without a size what covers all of them.
    """
    committed = _committed(named, size)
    if location in committed and places()[location].kind == "region":
        return location
    wider = jurisdiction(location)
    return wider if wider in committed else None


@cache
def _committed(named: Named, size: ContextSize | None) -> frozenset[str]:
    return frozenset(
        commitment.area
        for commitment in named.model.commitments
        if not commitment.tuning and commitment.covers(size)
    )
