"""What Google refuses of private access: endpoints, addresses, forwarding rules and zones.

Sources: Google's "Access regional and multi-regional Google APIs through endpoints", "Access Google
APIs through endpoints" and "DNS zones overview"; the provider's documentation of each property.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from .values import Json, Properties

_TARGET = re.compile(r"[a-z0-9-]+\.(?P<location>[a-z0-9-]+)(?:\.p)?\.rep\.googleapis\.com")
_SUBNETWORK = re.compile(r"projects/[^/]+/regions/(?P<region>[^/]+)/subnetworks/[^/]+")
_NETWORK = re.compile(r"projects/[^/]+/global/networks/[^/]+")
_NOT_EU: Final = ("europe-west2", "europe-west6")
_BUNDLES: Final = ("all-apis", "vpc-sc")


def regional_endpoint(properties: Mapping[str, Json]) -> str | None:
    """The target is of the region or of its multi-region, and the subnetwork is of the region."""
    location = str(properties["location"])
    target = _TARGET.fullmatch(str(properties["targetGoogleApi"]))
    if target is None or not _is_at(target["location"], location):
        return f"Invalid target Google API {properties['targetGoogleApi']!r} in {location}."
    if not _NETWORK.fullmatch(str(properties.get("network"))):
        return f"Invalid network {properties.get('network')!r}."
    subnetwork = _SUBNETWORK.fullmatch(str(properties.get("subnetwork")))
    if subnetwork is None or subnetwork["region"] != location:
        return f"Subnetwork {properties.get('subnetwork')!r} must be in region {location}."
    return None


def _is_at(place: str, region: str) -> bool:
    if place == "eu":
        return region.startswith("europe-") and region not in _NOT_EU
    return place == region or (place == "us" and region.startswith("us-"))


def global_address(properties: Mapping[str, Json]) -> str | None:
    """An internal address is for a purpose, and of a network."""
    if properties.get("addressType") != "INTERNAL":
        return None
    if properties.get("purpose") not in ("PRIVATE_SERVICE_CONNECT", "VPC_PEERING"):
        return "Invalid value for field 'resource.purpose': ''."
    if not _NETWORK.fullmatch(str(properties.get("network"))):
        return f"Invalid value for field 'resource.network': {properties.get('network')!r}."
    return None


def forwarding_rule(properties: Mapping[str, Json]) -> str | None:
    """To a bundle of Google's APIs: a short name, no load balancer, and no labels at creation."""
    if properties["target"] not in _BUNDLES:
        return None
    name = str(properties["name"])
    if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name):
        return (
            f"Invalid value for field 'resource.name': '{name}'. Must be a match of regex "
            "'[a-z][a-z0-9]{0,19}'"
        )
    if properties.get("loadBalancingScheme") != "":
        return "Invalid value for field 'resource.loadBalancingScheme': it must be empty."
    if properties.get("labels"):
        return "Labels are invalid in Private Service Connect Forwarding Rule."
    if not _NETWORK.fullmatch(str(properties.get("network"))):
        return f"Invalid value for field 'resource.network': {properties.get('network')!r}."
    return None


def same_zone(properties: Mapping[str, Json], others: Iterable[Mapping[str, Json]]) -> str | None:
    """Zones of one network can't have the same name; a name below the other is another name."""
    networks = _networks(properties)
    for other in others:
        both = networks & _networks(other)
        if (
            both
            and other["dnsName"] == properties["dnsName"]
            and other["name"] != properties["name"]
        ):
            return (
                f"Network '{min(both)}' is already bound to a private zone named "
                f"'{properties['dnsName']}' ('{other['name']}')."
            )
    return None


def _networks(zone: Mapping[str, Json]) -> set[str]:
    if zone.get("visibility") != "private":
        return set()
    config = cast("Properties", zone.get("privateVisibilityConfig") or {})
    return {str(one["networkUrl"]) for one in cast("list[Properties]", config.get("networks", []))}
