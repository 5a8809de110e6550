"""Private access: the way from a VPC network to the host of each placement.

Two ways, both of Private Service Connect. A regional endpoint leads to one location's host
`aiplatform.LOCATION.rep.googleapis.com`. The bundle of all APIs leads to the other hosts, the
global and the locational ones: Google's "About accessing the Vertex AI API" documents it for
`REGION-aiplatform.googleapis.com`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from availability.cloud.services import Feature
from availability.input import shell
from availability.input.errors import BadInput, Problem
from availability.input.tables import DATA, rows
from availability.placement.endpoints import PROJECT_PLACEHOLDER, host, regional_host
from availability.places.areas import reach
from availability.places.geography import distance, places, regions

if TYPE_CHECKING:
    from availability.placement.warnings import Warning

KEY = "vertex-residency:privateAccess"


class Way(StrEnum):
    """How a network reaches a host."""

    REGIONAL_ENDPOINT = "regional-endpoint"
    """A Private Service Connect endpoint in a subnetwork, for this one host."""
    BUNDLE = "all-apis"
    """A global internal address of the network that stands for all Google APIs."""


@dataclass(frozen=True)
class PrivateAccess:
    """What a stack says about its network. Names are resource names or plain names."""

    network: str
    """`projects/P/global/networks/N`, or the name of a network in the stack's project."""
    subnetworks: Mapping[str, str]
    """Region -> `projects/P/regions/R/subnetworks/S` or a name; under "" a name that the network
    has in every region where one is needed."""
    address: str | None = None
    """The internal address of the bundle, outside of every subnetwork; None leaves it to Google."""
    dns: bool = True
    """Whether private DNS zones are made. A network takes one zone of a name."""
    global_access: bool = False
    """Whether clients of other regions reach the regional endpoints, too."""
    regional_endpoints: tuple[str, ...] = ()
    """Regions that the stack declares to have a regional endpoint, beyond the documented ones."""

    def network_name(self, project: str) -> str:
        """The network's resource name, in this project where only a name is given."""
        if "/" in self.network:
            return self.network
        return f"projects/{project}/global/networks/{self.network}"


@dataclass(frozen=True)
class PrivateHost:
    """A placed location, as the network reaches it."""

    location: str
    host: str
    way: Way
    region: str | None = None
    """Where the regional endpoint is; None for the bundle."""
    subnetwork: str | None = None
    """`projects/P/regions/R/subnetworks/S` that the regional endpoint has its address from."""


@cache
def documented() -> frozenset[str]:
    """The locations with a published regional endpoint. What is missing is unknown, not a no."""
    return frozenset(row["location"] for row in rows(DATA / "regional_endpoints.csv"))


def way_to(location: str, access: PrivateAccess) -> Way:
    """How a location is reached. Raises KeyError for what is no location."""
    if places()[location].kind == "global":
        return Way.BUNDLE
    offered = location in documented() or location in access.regional_endpoints
    return Way.REGIONAL_ENDPOINT if offered else Way.BUNDLE


def private_hosts(
    access: PrivateAccess,
    locations: Iterable[str],
    stack: str,
    project: str | None = None,
    near: str | None = None,
) -> tuple[PrivateHost, ...]:
    """The way to each location, each location once, in their order.

    `near` is the region of the callers. Raises BadInput where a regional endpoint has no
    subnetwork in a region that fits, with everything that is missing.
    """
    missing: list[str] = []
    hosts: list[PrivateHost] = []
    for location in sorted(set(locations)):
        if way_to(location, access) is Way.BUNDLE:
            hosts.append(PrivateHost(location, host(location), Way.BUNDLE))
            continue
        fits = _subnetwork(access, location, project or PROJECT_PLACEHOLDER, near)
        if fits is None:
            missing.append(location)
        else:
            way = Way.REGIONAL_ENDPOINT
            hosts.append(PrivateHost(location, regional_host(location), way, *fits))
    if missing:
        needed = sorted({private_host.region for private_host in hosts if private_host.region})
        raise BadInput([_no_subnetwork(access, missing, needed, stack, near)])
    return tuple(hosts)


def features(access: PrivateAccess, hosts: Iterable[PrivateHost]) -> list[Feature]:
    """What private access uses of Google Cloud."""
    ways = {private_host.way for private_host in hosts}
    used = [Feature.NETWORK]
    used += [Feature.PRIVATE_DNS] if access.dns else []
    used += [Feature.REGIONAL_ENDPOINTS] if Way.REGIONAL_ENDPOINT in ways else []
    used += [Feature.API_BUNDLE] if Way.BUNDLE in ways else []
    return used


def warnings(
    access: PrivateAccess, hosts: Iterable[PrivateHost], project: str | None = None
) -> Iterator[Warning]:
    """What a stack with private access ought to know."""
    from availability.placement.warnings import Warning, WarningId

    hosts = tuple(hosts)
    for private_host in hosts:
        if private_host.way is Way.REGIONAL_ENDPOINT and private_host.location not in documented():
            yield Warning(
                WarningId.DECLARED_ENDPOINT,
                f"No source here says whether {private_host.host} exists: the stack declares it in "
                "privateAccess.regionalEndpoints, and endpointUrl follows it.",
            )
    if access.address is None and any(private_host.way is Way.BUNDLE for private_host in hosts):
        yield Warning(
            WarningId.PRIVATE_ADDRESS,
            "privateAccess.address is not set: the address of the bundle of all APIs is left to "
            "Google, though its guide asks for one outside of every subnetwork of the network.",
        )
    owner = access.network_name(project or "").split("/")[1]
    if project and owner != project:
        yield Warning(
            WarningId.SHARED_NETWORK,
            f"The network belongs to {owner}: the stack activates services in {project} only, so "
            "compute.googleapis.com has to be active there, and whoever deploys needs "
            "compute.networkUser and dns.admin there.",
        )


def _subnetwork(
    access: PrivateAccess, location: str, project: str, near: str | None
) -> tuple[str, str] | None:
    """(region, resource name) for the regional endpoint of a location; None where none fits.

    Google's "About accessing regional and multi-regional Google APIs through endpoints": a
    region's endpoint is in that region, and a multi-region's is in a region of its own. Here that
    region is one of the multi-region, so that nothing leaves the area.
    """
    allowed = sorted(reach(location) & frozenset(regions()))
    everywhere = access.subnetworks.get("")
    named = [region for region in allowed if region in access.subnetworks]
    if named:
        region = min(named, key=lambda candidate: (_far(near, candidate), candidate))
        name = access.subnetworks[region]
    elif everywhere is None:
        return None
    elif location in regions() or near in allowed:
        region = location if location in regions() else str(near)
        name = everywhere
    else:
        return None
    owner = access.network_name(project).split("/")[1]
    full = name if "/" in name else f"projects/{owner}/regions/{region}/subnetworks/{name}"
    return region, full


def _far(near: str | None, region: str) -> float:
    away = distance(near, region) if near else None
    return float("inf") if away is None else away


def _no_subnetwork(
    access: PrivateAccess, missing: list[str], needed: list[str], stack: str, near: str | None
) -> Problem:
    """For regional endpoints without a subnetwork where they have to be, with the command for it.

    `needed` are the regions of those that have one, and `near` is where the callers are.
    """
    key = f"{KEY}.subnetwork"
    owner = access.network.split("/")[1] if "/" in access.network else "PROJECT_ID"
    wanted = {
        location
        if location in regions()
        else f"REGION_OF_{location.upper()}": f"a subnetwork in {location}"
        if location in regions()
        else f"a subnetwork in a region of {location}"
        for location in missing
    }
    names = {
        region: f"projects/{owner}/regions/{region}/subnetworks/SUBNETWORK" for region in wanted
    }
    if needed or len(wanted) > 1:
        kept = {
            region: access.subnetworks.get(region, access.subnetworks.get("", ""))
            for region in needed
        }
        # A text can't become a map by --path, so what was there goes first.
        steps = [["rm", "--path", key]] if access.subnetworks else []
        steps += [
            ["set", "--path", f"{key}.{region}", name]
            for region, name in sorted({**kept, **names}.items())
        ]
    else:
        steps = [["set", "--path", key, name] for name in names.values()]
    given = sorted(region for region in access.subnetworks if region)
    had = f", where there is one in {', '.join(given)}" if given else ""
    if "" in access.subnetworks:
        why = f"gcp:region, {near}, lies outside" if near else "gcp:region is not set"
        had = f": {why}, so the name {access.subnetworks['']} tells no region"
    commands = [shell.join(["pulumi", "config", *step, "--stack", stack]) for step in steps]
    message = (
        f"private endpoints need {' and '.join(wanted.values())}{had}; name it: "
        f"{shell.in_order(commands)}"
    )
    return Problem(key, message)
