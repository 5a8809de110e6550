"""Whether a model offers a need, as a whole and at each of its endpoints.

A card says what a model offers; a card's list and a limitation say it of endpoints. One "no" is
enough to refuse, one "yes" without it to pass, and where nothing is said it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from availability.facts.names import Named
from availability.facts.needs import Need
from availability.facts.snapshot import Citation, Snapshot


@dataclass(frozen=True)
class Statement:
    """What one source says of a need, about the model as a whole or about one endpoint."""

    offered: bool
    cite: Citation
    disputed: bool = False


@dataclass(frozen=True)
class Contradiction:
    """Two sources that cannot both be right. The stricter one, `denies`, decides."""

    need: Need
    affirms: Citation
    denies: Citation
    locations: frozenset[str]
    """The endpoints that it is about."""


@dataclass(frozen=True)
class Capabilities:
    """What is known of one model's needs. Locations are those that serve it."""

    refused: frozenset[Need]
    """What the model offers nowhere."""
    lacking: Mapping[Need, frozenset[str]]
    """Need -> the locations whose endpoint does not offer it; only needs that some lack."""
    affirmed: Mapping[Need, frozenset[str]]
    """Need -> the locations where a source says that it is offered."""
    contradictions: tuple[Contradiction, ...]

    def denies(self, need: Need, location: str) -> bool:
        """Whether a source says that it is not offered there."""
        return need in self.refused or location in self.lacking.get(need, ())

    def unsaid(self, needs: Iterable[Need], location: str) -> tuple[Need, ...]:
        """The needs of which no source says whether they are offered there."""
        return tuple(
            need
            for need in needs
            if not self.denies(need, location) and location not in self.affirmed[need]
        )


@cache
def capabilities(named: Named, snapshot: Snapshot) -> Capabilities:
    """What the snapshot's sources say of the model."""
    served = named.entry.served
    lacking: dict[Need, frozenset[str]] = {}
    affirmed: dict[Need, frozenset[str]] = {}
    refused: set[Need] = set()
    affirmed.update(dict.fromkeys(Need, frozenset[str]()))
    for need in _spoken_of(named, snapshot):
        about_model = said_of_model(named, need)
        about = {place: said_of_endpoint(named, need, place, snapshot) for place in served}
        lacks = {
            place
            for place, said in about.items()
            if any(not statement.offered for statement in said)
        }
        if lacks:
            lacking[need] = frozenset(lacks)
        if any(not statement.offered for statement in about_model):
            refused.add(need)
        affirmed[need] = frozenset(
            place
            for place, said in about.items()
            if any(statement.offered for statement in (*about_model, *said))
        )
    contradictions = tuple(_contradictions(named, snapshot, lacking))
    return Capabilities(frozenset(refused), lacking, affirmed, contradictions)


def affirms(named: Named, need: Need) -> bool:
    """Whether a source says that the model offers the need where it is served."""
    served = named.entry.served
    if served and any(statement.offered for statement in said_of_model(named, need)):
        return True
    offers = (offer for offer in named.model.offers if offer.need == need)
    return any(not served.isdisjoint(offer.locations) for offer in offers)


def _spoken_of(named: Named, snapshot: Snapshot) -> list[Need]:
    """The needs of which some source says something, in their order."""
    model = named.model
    words = {statement.need for statement in (*model.capabilities, *model.offers)}
    words |= {limit.need for limit in snapshot.limitations}
    return [need for need in Need if need in words]


def said_of_model(named: Named, need: Need) -> tuple[Statement, ...]:
    """What the sources say of the model as a whole."""
    return tuple(
        Statement(offered, capability.cite)
        for capability in named.model.capabilities
        if capability.need == need and (offered := capability.verdict.offered) is not None
    )


def said_of_endpoint(
    named: Named, need: Need, location: str, snapshot: Snapshot
) -> tuple[Statement, ...]:
    """What the sources say of the need at one location."""
    offers = [offer for offer in named.model.offers if offer.need == need]
    is_listed = any(location in offer.locations for offer in offers)
    listed = (
        Statement(offered, offer.cite)
        for offer in offers
        if (offered := location in offer.locations) or (offer.exhaustive and not is_listed)
    )
    limited = (
        Statement(offered=False, cite=limit.cite, disputed=limit.disputed)
        for limit in snapshot.limitations
        if limit.need is need
        and limit.endpoint == location
        and limit.applies_to(named.entry.publisher, named.model)
    )
    return (*listed, *limited)


def _contradictions(
    named: Named, snapshot: Snapshot, lacking: Mapping[Need, frozenset[str]]
) -> Iterator[Contradiction]:
    """The pairs of statements that cannot both hold.

    An endpoint that lacks what its model offers is not a contradiction, unless the source is known
    to deny the card, or every endpoint of the model lacks it.
    """
    served = named.entry.served
    for need in _spoken_of(named, snapshot):
        about_model = said_of_model(named, need)
        affirmed = [statement.cite for statement in about_model if statement.offered]
        denied = [statement.cite for statement in about_model if not statement.offered]
        if affirmed and denied:
            yield Contradiction(need, affirmed[0], denied[0], served)
        by_sources: dict[tuple[str, str], Contradiction] = {}
        for place in sorted(served):
            said = said_of_endpoint(named, need, place, snapshot)
            yes = [statement.cite for statement in said if statement.offered]
            no = [statement.cite for statement in said if not statement.offered]
            nowhere = lacking.get(need) == served
            against_card = [
                statement.cite
                for statement in said
                if not statement.offered and (statement.disputed or nowhere)
            ]
            pair = None
            if yes and (no or denied):
                pair = (yes[0], (no or denied)[0])
            elif affirmed and against_card:
                pair = (affirmed[0], against_card[0])
            if pair:
                key = (pair[0].source, pair[1].source)
                places = {place, *(by_sources[key].locations if key in by_sources else ())}
                by_sources[key] = Contradiction(need, *pair, frozenset(places))
        yield from by_sources.values()
