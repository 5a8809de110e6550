"""Publishing: where each deployment's configuration is kept for its callers, and by what name.

What is kept is a copy of what the stack exports, without a secret in it. It lies in a region
inside of the deployment's residency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from availability.cloud.services import Feature
from availability.input import shell
from availability.input.errors import BadInput, Problem, shown
from availability.input.tables import DATA, rows
from availability.input.values import switch
from availability.places.geography import distance, regions

if TYPE_CHECKING:
    from availability.placement.warnings import Warning
    from availability.places.residency import Residency

KEY = "vertex-residency:publish"


class Store(StrEnum):
    """What keeps the configurations."""

    SECRETS = "secrets"
    PARAMETERS = "parameters"

    @property
    def product(self) -> str:
        """What Google calls it."""
        return "Secret Manager" if self is Store.SECRETS else "Parameter Manager"

    @property
    def feature(self) -> Feature:
        """What the stack uses of Google Cloud for it."""
        return Feature.SECRETS if self is Store.SECRETS else Feature.PARAMETERS

    @property
    def longest_id(self) -> int:
        """Characters of an id: Secret Manager's API reference, and Parameter Manager's."""
        return 255 if self is Store.SECRETS else 63


@dataclass(frozen=True)
class Place:
    """A region for one deployment's configuration."""

    region: str
    is_known: bool
    """Whether a source says that the store is there."""


@dataclass(frozen=True)
class Wanted:
    """A placed deployment whose configuration is to be kept."""

    name: str
    location: str
    residency: Residency


@cache
def offered(store: Store) -> dict[str, bool]:
    """Region -> whether the store is there. What is missing is unknown, not a no."""
    facts = ((row["region"], row[store.value]) for row in rows(DATA / "publication_regions.csv"))
    return {region: fact == "yes" for region, fact in facts if fact}


def place(
    store: Store, location: str, residency: Residency, near: str | None = None
) -> Place | None:
    """The region for the configuration of a deployment; None where the area has none that will do.

    The deployment's own region where it has one and the store is there, else the nearest inside of
    the residency to that region, or to the callers (`near`), then by name. A region of which no
    source says it comes after all that are known.
    """
    known = offered(store)
    inside = [region for region in regions() if residency.holds(region) and known.get(region, True)]
    center = location if location in regions() else near
    if not inside:
        return None
    region = min(
        inside, key=lambda candidate: (candidate not in known, _far(center, candidate), candidate)
    )
    return Place(region, region in known)


def _far(center: str | None, region: str) -> float:
    if center == region:
        return -1.0
    away = distance(center, region) if center else None
    return float("inf") if away is None else away


def places_of(
    store: Store, wanted: Iterable[Wanted], stack: str, near: str | None = None
) -> dict[str, Place]:
    """The place of each deployment's configuration, by the deployment's name.

    Raises BadInput with every deployment whose area has no region for it.
    """
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for deployment in wanted:
        placed = place(store, deployment.location, deployment.residency, near)
        if placed is not None:
            places[deployment.name] = placed
            continue
        message = (
            f"no region of {store.product} lies inside of {deployment.residency.area_text}, the "
            f"residency of {deployment.name}: publish nothing, {_config('rm', KEY, stack=stack)}"
        )
        if store is Store.PARAMETERS and place(
            Store.SECRETS, deployment.location, deployment.residency, near
        ):
            message += f", or secrets, {_config('set', KEY, Store.SECRETS, stack=stack)}"
        problems.append(Problem(KEY, message))
    if problems:
        raise BadInput(problems)
    return places


def _config(*words: str, stack: str) -> str:
    return shell.join(["pulumi", "config", *words, "--stack", stack])


def warnings(store: Store, places: Mapping[str, Place]) -> tuple[Warning, ...]:
    """For the regions of which no source here says that the store is there."""
    from availability.placement.warnings import Warning, WarningId

    unknown = sorted({chosen.region for chosen in places.values() if not chosen.is_known})
    if not unknown:
        return ()
    text = (
        f"No source here says whether {store.product} is in {', '.join(unknown)}, and the "
        "residency allows no region where it is known to be: the update will tell."
    )
    return (Warning(WarningId.UNKNOWN_PUBLICATION, text),)


def read_publish(value: object) -> Store | None:
    """Where the configurations are published; None for nowhere. Raises BadInput."""
    if switch(value) is False:
        return None
    word = value.strip().lower() if isinstance(value, str) else value
    choices = [store.value for store in Store]
    if word in choices:
        return Store(str(word))
    message = f"expected {', '.join(choices)} or off, not {shown(value)}"
    raise BadInput([Problem("", message, (*choices, "off"))])
