"""What a stack says by `privateAccess`, or all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from availability.cloud.private_access.ways import PrivateAccess
from availability.input.errors import BadInput, Problem, shown
from availability.input.maps import KeyedMap
from availability.input.values import check_project, switch, truth_at
from availability.places.geography import regions
from availability.places.suggest import check_location

if TYPE_CHECKING:
    from ipaddress import IPv4Address

_KEYS = ("network", "subnetwork", "address", "dns", "globalAccess", "regionalEndpoints")
_COMPUTE_URL = re.compile(r"https://(?:www|compute)\.googleapis\.com/compute/v1/")
_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_NETWORK = re.compile(r"projects/(?P<project>[^/]+)/global/networks/(?P<name>[^/]+)")
_SUBNETWORK = re.compile(
    r"projects/(?P<project>[^/]+)/regions/(?P<region>[^/]+)/subnetworks/(?P<name>[^/]+)"
)


def read_private_access(value: object) -> PrivateAccess | None:
    """What the key says of the network; None where private access is off.

    Raises BadInput with every mistake, each under its path below the key.
    """
    if switch(value) is False:
        return None
    if not isinstance(value, Mapping):
        message = f"expected a map of {', '.join(_KEYS)}, or off, not {shown(value)}"
        raise BadInput([Problem("", message)])
    problems: list[Problem] = []
    keys = KeyedMap(cast("object", value), _KEYS, "", problems)
    network = _network(keys.get("network"), problems)
    subnetworks = _subnetworks(keys.get("subnetwork"), network, problems)
    address = _address(keys.get("address"), problems)
    dns = _truth(keys, "dns", default=True)
    everywhere = _truth(keys, "globalAccess", default=False)
    declared = _regions(keys.get("regionalEndpoints"), problems)
    if problems:
        raise BadInput(problems)
    return PrivateAccess(network, subnetworks, address, dns, everywhere, declared)


def check_network(text: object) -> Problem | str:
    """A network's resource name or plain name, or what is wrong with it."""
    word = _plain(text)
    if word is not None and _NAME.fullmatch(word):
        return word
    match = _NETWORK.fullmatch(word or "")
    if match and _NAME.fullmatch(match["name"]) and not _wrong_project(match["project"]):
        return match[0]
    message = (
        f"{shown(text)} is no network: its name, or projects/PROJECT_ID/global/networks/NAME "
        "(lower-case letters, digits and hyphens)"
    )
    return Problem("", message)


def check_subnetwork(text: object) -> Problem | tuple[str, str]:
    """(region, resource name), or ("", name) for a plain name, or what is wrong with the text."""
    word = _plain(text)
    if word is not None and _NAME.fullmatch(word):
        return "", word
    match = _SUBNETWORK.fullmatch(word or "")
    if match and _NAME.fullmatch(match["name"]) and not _wrong_project(match["project"]):
        if match["region"] in regions():
            return match["region"], match[0]
        message = f"{shown(match['region'])} is no region of Google Cloud known here"
        return Problem("", message, _near(match["region"]))
    message = (
        f"{shown(text)} is no subnetwork: its name, or "
        "projects/PROJECT_ID/regions/REGION/subnetworks/NAME"
    )
    return Problem("", message)


def check_address(text: object) -> Problem | str:
    """An IPv4 address of an internal range, or what is wrong with the text."""
    from ipaddress import IPv4Address

    try:
        address = IPv4Address(str(text).strip())
    except ValueError:
        address = None
    if isinstance(text, str) and address is not None and _is_internal(address):
        return str(address)
    message = f"{shown(text)} is no internal IPv4 address, like 10.255.255.254"
    return Problem("", message)


def _is_internal(address: IPv4Address) -> bool:
    """Of a private range that a VPC network can use: RFC 1918, 6598, 6890 and 5737 (class E too).

    Google's "Valid IPv4 ranges" for subnets, which the addresses of endpoints are like.
    """
    unusable = address.is_loopback or address.is_link_local or address.is_multicast
    this_network_or_broadcast = int(address) >> 24 == 0 or int(address) == 2**32 - 1
    return not (address.is_global or unusable or this_network_or_broadcast)


def _plain(text: object) -> str | None:
    """The text without the address of the Compute Engine API; None for what is no text."""
    return _COMPUTE_URL.sub("", text.strip()) if isinstance(text, str) else None


def _wrong_project(project: str) -> bool:
    return isinstance(check_project(project), Problem)


def _near(region: str) -> tuple[str, ...]:
    checked = check_location(region)
    return checked.suggestions if isinstance(checked, Problem) else ()


def _network(value: object, problems: list[Problem]) -> str:
    if value is None:
        message = "missing: name the network, like projects/PROJECT_ID/global/networks/NAME"
        problems.append(Problem(".network", message))
        return ""
    checked = check_network(value)
    if isinstance(checked, Problem):
        problems.append(Problem(".network", checked.message))
        return ""
    return checked


def _subnetworks(value: object, network: str, problems: list[Problem]) -> dict[str, str]:
    """Region -> subnetwork; a name alone is under "": the network may have it in every region."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        checked = check_subnetwork(value)
        if isinstance(checked, Problem):
            problems.append(Problem(".subnetwork", checked.message, checked.suggestions))
            return {}
        _same_project(network, checked[1], ".subnetwork", problems)
        return dict([checked])
    subnetworks: dict[str, str] = {}
    for key, subnetwork in cast("Mapping[object, object]", value).items():
        region, path = str(key).strip().lower(), f".subnetwork.{key}"
        if region not in regions():
            message = f"{shown(key)} is no region of Google Cloud known here"
            problems.append(Problem(path, message, _near(region), about_key=True))
            continue
        checked = check_subnetwork(subnetwork)
        if isinstance(checked, Problem):
            problems.append(Problem(path, checked.message, checked.suggestions))
        elif checked[0] not in ("", region):
            message = f"{shown(subnetwork)} is in {checked[0]}, and is named here for {region}"
            problems.append(Problem(path, message))
        else:
            _same_project(network, checked[1], path, problems)
            subnetworks[region] = checked[1]
    return subnetworks


def _same_project(network: str, subnetwork: str, path: str, problems: list[Problem]) -> None:
    """A subnetwork is part of its network, and so of the network's project."""
    owner = network.split("/")[1] if "/" in network else None
    own = subnetwork.split("/")[1] if "/" in subnetwork else owner
    if owner is not None and own != owner:
        message = f"{shown(subnetwork)} is in project {own}, the network in project {owner}"
        problems.append(Problem(path, message))


def _truth(keys: KeyedMap, key: str, *, default: bool) -> bool:
    return truth_at(keys.get(key) if key in keys else default, f".{key}", keys.problems)


def _address(value: object, problems: list[Problem]) -> str | None:
    if value is None:
        return None
    checked = check_address(value)
    if isinstance(checked, Problem):
        problems.append(Problem(".address", checked.message))
        return None
    return checked


def _regions(value: object, problems: list[Problem]) -> tuple[str, ...]:
    """The regions of a list or of a text with commas."""
    if value is None:
        return ()
    from availability.input.values import placed_words

    try:
        words = placed_words(value, ".regionalEndpoints")
    except ValueError:
        message = f"expected a list of regions, not {shown(value)}"
        problems.append(Problem(".regionalEndpoints", message))
        return ()
    named: list[str] = []
    for path, word in words:
        region = word.strip().lower()
        if region in regions():
            named.append(region)
        else:
            message = f"{shown(word)} is no region of Google Cloud known here"
            problems.append(Problem(path, message, _near(word)))
    return tuple(dict.fromkeys(named))
