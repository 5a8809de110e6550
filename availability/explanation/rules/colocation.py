"""The words for deployments that share a location and can't."""

from __future__ import annotations

from availability.explanation.names import joined
from availability.explanation.rules.brief import shortened
from availability.facts.names import Named
from availability.placement.request import Refusal


def sentence(refusal: Refusal, location: str, where: str) -> str:
    """Which of the others have no location, or can't be in this one."""
    if nowhere := _without_location(refusal):
        return f"{where} is to be shared with {joined(nowhere)}, for which no location is valid."
    return (
        f"{where} is to be shared with {joined(absent(refusal, location))}, and not valid for it."
    )


def headline(refusal: Refusal, named: Named) -> str:
    """That no location is valid for all of them."""
    others = [partner.name for partner in refusal.request.partners]
    shares = "shares" if len(others) == 1 else "share"
    shared = f"no location valid for {named.id} is valid for {shortened(others)}"
    return _alone(refusal, named) or f"{shared}, which {shares} it"


def headline_of_pin(refusal: Refusal, named: Named, pin: str) -> str:
    """That the pinned location is not valid for all of them."""
    others = absent(refusal, pin)
    apart = f"{named.id} is pinned to {pin}, which is not valid for {shortened(others)}"
    return _alone(refusal, named) or apart


def absent(refusal: Refusal, location: str) -> list[str]:
    """The deployments that are to share the location and can't be in this one."""
    partners = refusal.request.partners
    return [partner.name for partner in partners if location not in partner.locations]


def _alone(refusal: Refusal, named: Named) -> str:
    """That a deployment that is to share the location has none itself; empty where all have."""
    nowhere = _without_location(refusal)
    has = "has" if len(nowhere) == 1 else "have"
    text = f"{named.id} shares its location with {shortened(nowhere)}, which {has} none"
    return text if nowhere else ""


def _without_location(refusal: Refusal) -> list[str]:
    """The deployments for which no location is valid."""
    return [partner.name for partner in refusal.request.partners if not partner.locations]
