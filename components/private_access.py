"""The way from a network to the hosts of the placed models, by Private Service Connect.

It owns the regional endpoints, the address and forwarding rule of the bundle of all APIs, and a
private DNS zone for exactly each host, so that no other name under googleapis.com is captured. The
network, its subnetworks and its firewall are somebody else's. It closes nothing: who has another
way to Google's APIs still has it.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

import pulumi
import pulumi_gcp as gcp

from availability.cloud.private_access.keys import check_address, check_network, check_subnetwork
from availability.cloud.private_access.ways import Way
from availability.cloud.resource_types import ResourceType
from availability.input.errors import Problem
from availability.places.areas import reach
from availability.places.geography import places, regions
from components.feature import Exports, Stack, StackFeature, Turn
from components.registration.arguments import no_texts, no_truth, unknown_keys
from components.registration.diagnostics import bad_input
from components.registration.existing import Marks, mark_of, marked_name, root_urn
from components.registration.google_project import project_of, project_problems
from components.registration.readiness import child_options, program
from components.registration.search import Sought

if TYPE_CHECKING:
    from availability.stack.plan import Plan

TYPE = "vertex-residency:index:PrivateAccess"
_NAME = "private-access"
"""That of a stack's component."""
_REGIONAL_HOST = re.compile(r"aiplatform\.(?P<location>[a-z0-9-]+)\.rep\.googleapis\.com")
_BUNDLE_HOST = re.compile(r"(?:(?P<location>[a-z0-9-]+)-)?aiplatform\.googleapis\.com")
_ADDRESS_TYPE, _PURPOSE = "INTERNAL", "PRIVATE_SERVICE_CONNECT"
_TARGET = "all-apis"
_VISIBILITY = "private"
_RECORD_TYPE = "A"
_TTL = 300
"""Seconds that a resolver may keep an address."""


class RegionalHostArgs(TypedDict):
    """A host with a regional endpoint of its own."""

    host: str
    """`aiplatform.LOCATION.rep.googleapis.com`."""
    region: str
    """Where the endpoint is: the location, or a region of the multi-region."""
    subnetwork: str
    """`projects/P/regions/R/subnetworks/S` in that region, which the address is from."""


class PrivateAccessArgs(TypedDict):
    """A network, and the hosts that it reaches privately."""

    network: str
    """`projects/P/global/networks/N`, or the name of a network in the project."""
    regional: NotRequired[list[RegionalHostArgs]]
    """The hosts with a regional endpoint each."""
    bundle: NotRequired[list[str]]
    """The hosts that the bundle of all APIs leads to: `LOCATION-aiplatform.googleapis.com` and
    `aiplatform.googleapis.com`."""
    address: NotRequired[str]
    """The internal address of the bundle, outside of every subnetwork; else Google chooses."""
    dns: NotRequired[bool]
    """Whether private DNS zones are made; true by default. A network takes one zone of a name."""
    global_access: NotRequired[bool]
    """Whether clients in other regions reach the regional endpoints; false by default."""
    project: NotRequired[pulumi.Input[str]]
    """The Google Cloud project; by default the provider's."""


class PrivateAccess(pulumi.ComponentResource):
    """Private Service Connect endpoints of a network, and their names."""

    addresses: pulumi.Output[dict[str, str]]
    """Host -> its internal IPv4 address."""

    def __init__(
        self, name: str, args: PrivateAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        problems = list(_problems(name, args, opts))
        if problems:
            raise bad_input(f"the arguments of {name}", problems)
        super().__init__(TYPE, name, {}, opts)
        self._name, self._args = name, _normal(args)
        self._opts, self._marks = opts, Marks(self, opts)
        self._project = project_of(self, args.get("project"))
        self._network = _network(self._args["network"], self._project)
        addresses = {
            regional["host"]: self._regional(regional)
            for regional in self._args.get("regional", [])
        }
        if hosts := args.get("bundle", []):
            addresses |= dict.fromkeys(hosts, self._bundle())
        if args.get("dns", True):
            for host, address in addresses.items():
                self._zone(host, address)
        self.addresses = pulumi.Output.all(**addresses)
        self.register_outputs({"addresses": self.addresses})

    def _options(self, kind: ResourceType, label: str) -> pulumi.ResourceOptions:
        return child_options(self, self._opts, kind, label)

    def _regional(self, regional: RegionalHostArgs) -> pulumi.Output[str]:
        """The address of a regional endpoint, which is from the subnetwork."""
        label = f"{self._name}-{_label(regional['host'])}"
        program().registered.note_parent(self, ResourceType.REGIONAL_ENDPOINT, label)
        return gcp.networkconnectivity.RegionalEndpoint(
            label,
            name=self._marks.name(label),
            project=self._project,
            location=regional["region"],
            target_google_api=regional["host"],
            access_type="GLOBAL" if self._args.get("global_access") else "REGIONAL",
            network=self._network,
            subnetwork=regional["subnetwork"],
            # It keeps its name when it is replaced: the old one goes first.
            opts=pulumi.ResourceOptions.merge(
                self._options(ResourceType.REGIONAL_ENDPOINT, label),
                pulumi.ResourceOptions(delete_before_replace=True),
            ),
        ).address

    def _bundle(self) -> pulumi.Output[str]:
        """The address of the bundle. In a shared network both are the network's project's.

        Google's "Access Google APIs through endpoints"; without an automatic zone, because that
        one would capture more than the hosts.
        """
        project = _network_project(self._args["network"], self._project)
        label = _bundle_label(self._name)
        name = self._marks.name(label, self._network, self._args.get("address", ""))
        address = gcp.compute.GlobalAddress(
            label,
            name=name,
            project=project,
            address_type=_ADDRESS_TYPE,
            purpose=_PURPOSE,
            network=self._network,
            address=self._args.get("address"),
            opts=self._options(ResourceType.GLOBAL_ADDRESS, label),
        )
        gcp.compute.GlobalForwardingRule(
            label,
            # 1 to 20 lower-case letters and digits, the first a letter: no name that is made up.
            name=name,
            project=project,
            target=_TARGET,
            network=self._network,
            ip_address=address.id,
            load_balancing_scheme="",
            no_automate_dns_zone=True,
            # Google never says how it was created: an import would be followed by a replacement.
            opts=pulumi.ResourceOptions.merge(
                self._options(ResourceType.FORWARDING_RULE, label),
                pulumi.ResourceOptions(ignore_changes=["noAutomateDnsZone"]),
            ),
        )
        return address.address

    def _zone(self, host: str, address: pulumi.Output[str]) -> None:
        """A zone of this one name, with the name itself as its only record."""
        label = f"{self._name}-{_label(host)}"
        zone = gcp.dns.ManagedZone(
            label,
            name=self._marks.name(label, host),
            project=self._project,
            dns_name=f"{host}.",
            description=f"The way to {host} by Private Service Connect.",
            visibility=_VISIBILITY,
            private_visibility_config={"networks": [{"network_url": self._network}]},
            opts=self._options(ResourceType.ZONE, label),
        )
        gcp.dns.RecordSet(
            label,
            project=self._project,
            managed_zone=zone.name,
            name=f"{host}.",
            type=_RECORD_TYPE,
            ttl=_TTL,
            rrdatas=[address],
            opts=self._options(ResourceType.RECORD, label),
        )


def sought(name: str, args: PrivateAccessArgs, project: str) -> Iterator[Sought]:
    """The addresses, zones and records that an interrupted update may have left.

    Of regional endpoints nothing can be looked up.
    """
    component, urn = (TYPE, name), root_urn(TYPE, name)
    for regional in args.get("regional", []):
        label = f"{name}-{_label(regional['host'])}"
        marked = marked_name(mark_of(urn, label))
        inputs = {"project": project, "location": regional["region"], "name": marked}
        yield Sought(component, ResourceType.REGIONAL_ENDPOINT, label, inputs)
    if args.get("bundle"):
        yield from _sought_bundle(name, args, project)
    if args.get("dns", True):
        for host in _hosts(args):
            yield from _sought_zone(name, host, project)


def _sought_bundle(name: str, args: PrivateAccessArgs, project: str) -> Iterator[Sought]:
    """The address of the bundle and its forwarding rule."""
    component, label = (TYPE, name), _bundle_label(name)
    network, address = _network(args["network"], project), args.get("address", "")
    mark = mark_of(root_urn(TYPE, name), label)
    inputs = {
        "project": _network_project(args["network"], project),
        "name": marked_name(mark, str(network), address),
        "network": network,
    }
    reserved = {"addressType": _ADDRESS_TYPE, "purpose": _PURPOSE, "address": address or None}
    yield Sought(component, ResourceType.GLOBAL_ADDRESS, label, {**inputs, **reserved})
    yield Sought(component, ResourceType.FORWARDING_RULE, label, {**inputs, "target": _TARGET})


def _sought_zone(name: str, host: str, project: str) -> Iterator[Sought]:
    """The zone of a host and its only record."""
    component, label, record = (TYPE, name), f"{name}-{_label(host)}", f"{host}."
    zone = marked_name(mark_of(root_urn(TYPE, name), label), host)
    of_zone = {"project": project, "dnsName": record, "visibility": _VISIBILITY}
    yield Sought(component, ResourceType.ZONE, label, {**of_zone, "name": zone})
    of_record = {"project": project, "managedZone": zone, "type": _RECORD_TYPE}
    yield Sought(component, ResourceType.RECORD, label, {**of_record, "name": record})


def _hosts(args: PrivateAccessArgs) -> list[str]:
    """All hosts that are reached, those with a regional endpoint first."""
    regional = [regional_host["host"] for regional_host in args.get("regional", [])]
    return [*regional, *args.get("bundle", [])]


def _network(given: str, project: pulumi.Input[str]) -> pulumi.Input[str]:
    """The network's resource name; a name alone is one in the project."""
    if "/" in given:
        return given
    if isinstance(project, str):
        return f"projects/{project}/global/networks/{given}"
    return pulumi.Output.concat("projects/", project, "/global/networks/", given)


def _network_project(given: str, project: pulumi.Input[str]) -> pulumi.Input[str]:
    """In a shared network, the address and its forwarding rule are the network's project's."""
    return given.split("/")[1] if "/" in given else project


def _bundle_label(name: str) -> str:
    return f"{name}-all-apis"


def _label(host: str) -> str:
    """What tells a host apart in the names of resources: its location, or `global`."""
    named = _REGIONAL_HOST.fullmatch(host) or _BUNDLE_HOST.fullmatch(host)
    return (named["location"] if named else None) or "global"


def _problems(
    name: str, args: PrivateAccessArgs, opts: pulumi.ResourceOptions | None
) -> Iterator[Problem]:
    """Every mistake in the arguments, before anything is registered."""
    yield from project_problems(f"{name}.project", args.get("project"), opts)
    yield from unknown_keys(name, args, PrivateAccessArgs)
    for flag in ("dns", "global_access"):
        yield from no_truth(f"{name}.{flag}", args.get(flag, False))
    network = check_network(args.get("network"))
    if isinstance(network, Problem):
        yield Problem(f"{name}.network", network.message)
    if "address" in args and isinstance(wrong := check_address(args["address"]), Problem):
        yield Problem(f"{name}.address", wrong.message)
    wrong = [*_no_lists(name, args)]
    yield from wrong or _host_problems(name, args)


def _no_lists(name: str, args: PrivateAccessArgs) -> Iterator[Problem]:
    """What of the lists of hosts has not even the shape."""
    yield from no_texts(f"{name}.bundle", args.get("bundle", []))
    if not isinstance(cast("object", args.get("regional", [])), list):
        yield Problem(f"{name}.regional", "expected a list of hosts with their subnetworks")
        return
    for index, regional in enumerate(args.get("regional", [])):
        yield from unknown_keys(f"{name}.regional[{index}]", regional, RegionalHostArgs)


def _host_problems(name: str, args: PrivateAccessArgs) -> Iterator[Problem]:
    for index, regional in enumerate(args.get("regional", [])):
        yield from _regional_problems(f"{name}.regional[{index}]", regional)
    for index, host in enumerate(args.get("bundle", [])):
        if not _BUNDLE_HOST.fullmatch(host) or _label(host) not in places():
            message = f"{host!r} is no host of Vertex AI that the bundle of all APIs leads to"
            yield Problem(f"{name}.bundle[{index}]", message)
    hosts = [regional.get("host", "") for regional in args.get("regional", [])]
    hosts += args.get("bundle", [])
    if not hosts:
        yield Problem(name, "expected a host, in regional or in bundle")
    for label in sorted({_label(host) for host in hosts}):
        if sum(_label(host) == label for host in hosts) > 1:
            yield Problem(name, f"{label} is reached twice: name one host of it")


def _normal(args: PrivateAccessArgs) -> PrivateAccessArgs:
    """The arguments with resource names in the place of addresses of the Compute Engine API."""
    normal: PrivateAccessArgs = {**args, "network": str(check_network(args["network"]))}
    if "regional" in args:
        normal["regional"] = [_normal_regional(regional) for regional in args["regional"]]
    return normal


def _normal_regional(regional: RegionalHostArgs) -> RegionalHostArgs:
    checked = check_subnetwork(regional["subnetwork"])
    return regional if isinstance(checked, Problem) else {**regional, "subnetwork": checked[1]}


def _regional_problems(path: str, regional: RegionalHostArgs) -> Iterator[Problem]:
    named = _REGIONAL_HOST.fullmatch(str(regional.get("host", "")))
    if named is None or named["location"] not in places():
        message = "expected a host like aiplatform.LOCATION.rep.googleapis.com"
        yield Problem(f"{path}.host", f"{message}, not {regional.get('host')!r}")
    elif regional.get("region") not in (fitting := sorted(reach(named["location"]) & {*regions()})):
        message = f"{regional.get('region')!r} is no region of {named['location']}"
        yield Problem(f"{path}.region", message, tuple(fitting[:3]))
    subnetwork = check_subnetwork(regional.get("subnetwork"))
    if isinstance(subnetwork, Problem):
        yield Problem(f"{path}.subnetwork", subnetwork.message)
    elif not subnetwork[0]:
        message = f"{subnetwork[1]!r} is a name alone: expected projects/P/regions/R/subnetworks/S"
        yield Problem(f"{path}.subnetwork", message)
    elif subnetwork[0] != regional.get("region"):
        message = f"{subnetwork[1]} is not in {regional.get('region')}, where the endpoint is to be"
        yield Problem(f"{path}.subnetwork", message)


def _arguments(plan: "Plan") -> PrivateAccessArgs | None:
    """The arguments of the plan's private access; None where it has none."""
    access = plan.config.keys.private_access
    if access is None:
        return None
    arguments: PrivateAccessArgs = {
        "network": access.network,
        "regional": [
            {"host": private.host, "region": private.region, "subnetwork": private.subnetwork}
            for private in plan.private
            if private.region and private.subnetwork
        ],
        "bundle": [private.host for private in plan.private if private.way is Way.BUNDLE],
        "dns": access.dns,
        "global_access": access.global_access,
    }
    if access.address is not None:
        arguments["address"] = access.address
    return arguments


def _register_for(stack: Stack) -> Exports:
    arguments = _arguments(stack.plan)
    if arguments is None:
        return {}
    made = PrivateAccess(_NAME, arguments, stack.after())
    return {"privateAccess": made.addresses}


def _sought_for(plan: "Plan", google_project: str) -> Iterator[Sought]:
    if arguments := _arguments(plan):
        yield from sought(_NAME, arguments, google_project)


FEATURE = StackFeature(Turn.SURROUNDINGS, _register_for, _sought_for)
