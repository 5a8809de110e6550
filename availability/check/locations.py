"""Where the word of a location lies, for resources that name more than Vertex AI does."""

from __future__ import annotations

import re

from availability.check.provider_types import Group
from availability.places.areas import Area, reach, term_area
from availability.places.geography import distance, places
from availability.places.geography import regions as all_regions
from availability.places.residency import Residency

# Cloud Storage's page "Bucket locations": its dual-regions that are named, and its one
# multi-region that no other service has. `eu` and `us` are as everywhere.
_DUAL_REGIONS = {
    "asia1": ("asia-northeast1", "asia-northeast2"),
    "eur4": ("europe-north1", "europe-west4"),
    "eur5": ("europe-west1", "europe-west2"),
    "eur7": ("europe-west2", "europe-west3"),
    "eur8": ("europe-west3", "europe-west6"),
    "nam4": ("us-central1", "us-east1"),
}


def canonical(word: str) -> str:
    """The location that a word spells: case does not matter, and a zone lies in its region.

    The provider takes the link to a region for the region as well.
    """
    location = word.strip().lower().rpartition("/")[2]
    zone = re.fullmatch(r"(.+\d)-[a-z]", location)
    return zone[1] if zone and zone[1] in all_regions() else location


def lies_in(location: str, group: Group) -> Area | None:
    """The atoms where what is in a location may lie; None where nothing is known of it."""
    if location in places():
        return reach(location)
    if group is not Group.DATA:
        return None
    if regions := dual_region(location):
        return frozenset(regions)
    return term_area("asia-pacific") if location == "asia" else None


def dual_region(location: str) -> tuple[str, ...]:
    """The two regions of a dual-region of Cloud Storage that has a name; none for other words."""
    return _DUAL_REGIONS.get(location, ())


def inside(residency: Residency, known: frozenset[str], near: str) -> tuple[str, ...]:
    """The regions among the known ones that lie in the area, the nearest first, then by name."""

    def remoteness(region: str) -> tuple[float, str]:
        away = distance(near, region) if near in places() else None
        return (float("inf") if away is None else away, region)

    held = (region for region in all_regions() if region in known and residency.holds(region))
    return tuple(sorted(held, key=remoteness))
