"""What is in the cloud already, and how it is told that it is this very stack's.

A call may have its effect and never be answered: the connection breaks, the provider dies. Then
the cloud has what the state doesn't know of, and creating it again fails for ever. A stack with
`takeOver` imports it, see `take_over` beside this file, which says what can be looked up, and how
a resource carries the mark of its place in the program.

Only what carries its mark is taken over. A resource that moved to another component without an
alias has another place: importing it there would be followed by deleting it here, and the two are
one in the cloud.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pulumi

from components.registration import kinds
from components.registration.identifiers import short_hash


@dataclass(frozen=True)
class Lookup:
    """How to find out whether a resource is there already."""

    function: str
    """The provider's function that reads it, and fails where there is none."""
    by: tuple[str, ...]
    """The inputs that the function takes, all plain texts."""
    id: str
    """What the provider imports it by, made of these inputs, or of what the function answers."""
    mark: str | None = "description"
    """Where the mark is, in the function's answer or in `by`; None for what is inside of something
    that has one."""
    same: tuple[str, ...] = ()
    """What is compared besides, because another value would replace the resource, and the engine
    refuses to replace what it imports."""
    inside: str | None = None
    """The input that is the name of what it is inside of."""


LOOKUPS: Final[Mapping[str, Lookup]] = {
    kinds.ROLE: Lookup(
        "gcp:projects/getIamCustomRole:getIamCustomRole",
        by=("project", "roleId"),
        id="projects/{project}/roles/{roleId}",
    ),
    kinds.ACCOUNT: Lookup(
        "gcp:serviceaccount/getAccount:getAccount",
        by=("project", "accountId"),
        id="projects/{project}/serviceAccounts/{email}",
        # It answers no description (the provider's `dataSourceGoogleServiceAccount`).
        mark="displayName",
    ),
    kinds.POOL: Lookup(
        "gcp:iam/getWorkloadIdentityPool:getWorkloadIdentityPool",
        by=("project", "workloadIdentityPoolId"),
        id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
    ),
    kinds.POOL_PROVIDER: Lookup(
        "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider",
        by=("project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"),
        id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}"
        "/providers/{workloadIdentityPoolProviderId}",
    ),
    kinds.SECRET: Lookup(
        "gcp:secretmanager/getRegionalSecret:getRegionalSecret",
        by=("project", "location", "secretId"),
        id="projects/{project}/locations/{location}/secrets/{secretId}",
        mark="labels",
    ),
    # Of a secret's versions the latest one; what is destroyed or disabled can't be read.
    kinds.SECRET_VERSION: Lookup(
        "gcp:secretmanager/getRegionalSecretVersion:getRegionalSecretVersion",
        by=("secret",),
        same=("secretData",),
        id="{secret}/versions/{version}",
        mark=None,
        inside="secret",
    ),
    kinds.PARAMETER: Lookup(
        "gcp:parametermanager/getRegionalParameter:getRegionalParameter",
        by=("project", "location", "parameterId"),
        same=("format",),
        id="projects/{project}/locations/{location}/parameters/{parameterId}",
        mark="labels",
    ),
    kinds.PARAMETER_VERSION: Lookup(
        "gcp:parametermanager/getRegionalParameterVersion:getRegionalParameterVersion",
        by=("parameter", "parameterVersionId"),
        same=("parameterData",),
        id="{parameter}/versions/{parameterVersionId}",
        mark=None,
        inside="parameter",
    ),
    # The functions of addresses and zones say less of them than of the others.
    kinds.GLOBAL_ADDRESS: Lookup(
        "gcp:compute/getGlobalAddress:getGlobalAddress",
        by=("project", "name"),
        same=("address", "addressType", "network", "purpose"),
        id="projects/{project}/global/addresses/{name}",
        mark="name",
    ),
    kinds.FORWARDING_RULE: Lookup(
        "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule",
        by=("project", "name"),
        same=("network", "target"),
        id="projects/{project}/global/forwardingRules/{name}",
        mark="name",
    ),
    kinds.ZONE: Lookup(
        "gcp:dns/getManagedZone:getManagedZone",
        by=("project", "name"),
        same=("dnsName", "visibility"),
        id="projects/{project}/managedZones/{name}",
        mark="name",
    ),
    kinds.RECORD: Lookup(
        "gcp:dns/getRecordSet:getRecordSet",
        by=("project", "managedZone", "name", "type"),
        id="projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
        mark="managedZone",
    ),
}
"""Of the types whose create fails where the id is taken, or makes another one, those that a
function reads.

The rest of a stack's types may be declared twice (services, bindings, settings), or have no such
function: see `UNREAD`. A name that the provider makes up is another one each time, and not found
again: names are given.
"""

UNREAD: Final[Mapping[str, str]] = {
    # `gcp.projects.get_organization_policy` reads an older API, which knows neither managed
    # constraints nor the dry-run mode, and a policy has no place for a mark.
    kinds.POLICY: "{name}",
    kinds.REGIONAL_ENDPOINT: ("projects/{project}/locations/{location}/regionalEndpoints/{name}"),
}
"""Type -> id, of what no function reads: where it is there already, a person decides."""


def import_id(kind: str, inputs: Mapping[str, object]) -> str | None:
    """What the provider imports a resource by; None where its inputs don't say it."""
    template = UNREAD.get(kind) or (LOOKUPS[kind].id if kind in LOOKUPS else None)
    known = {key: value for key, value in inputs.items() if isinstance(value, str) and value}
    try:
        return template.format_map(known) if template else None
    except KeyError:
        return None


def root_urn(kind: str, name: str, *, inside: str | None = None) -> str:
    """The URN of a component at the root of the program, or of what is `inside` of that type."""
    types = f"{inside}${kind}" if inside else kind
    return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{types}::{name}"


def mark_of(urn: str, name: str) -> str:
    """Eight hexadecimal digits that say which resource of a program it is of.

    `urn` is that of the resource's parent, and `name` its own name.
    """
    return short_hash(urn, name)


@dataclass(frozen=True)
class Marks:
    """The marks of a component's children."""

    component: pulumi.ComponentResource
    opts: pulumi.ResourceOptions | None
    """The component's own, which tell where it is."""

    def of(self, name: str) -> pulumi.Input[str]:
        """The mark of the child with this name; plain text where the component is at the root."""
        if self.opts is None or self.opts.parent is None:
            component = self.component
            urn = root_urn(component.pulumi_resource_type, component.pulumi_resource_name)
            return mark_of(urn, name)
        # Not the output itself: a child that depends on its parent would wait for itself.
        later = pulumi.Output.from_input(self.component.urn.future())
        return later.apply(lambda known: mark_of(known or "", name))

    def text(self, text: str, name: str, longest: int = 256) -> pulumi.Input[str]:
        """A description with a mark, of at most so many characters."""
        return changed(self.of(name), lambda digits: marked_text(text, digits, longest))

    def name(self, name: str, *also: pulumi.Input[str]) -> pulumi.Input[str]:
        """A name with a mark, see `marked_name`."""
        given = (self.of(name), *also)
        if all(isinstance(one, str) for one in given):
            return marked_name(*map(str, given))
        return pulumi.Output.all(*given).apply(lambda known: marked_name(*known))

    def label(self, name: str) -> pulumi.Input[dict[str, pulumi.Input[str]]]:
        """Labels with a mark, in the grammar of Google's "Requirements for labels"."""
        return {LABEL: self.of(name)}


LABEL: Final = "vertex-residency"


def marked_text(text: str, mark: str, longest: int = 256) -> str:
    """A text that ends with the mark; it is cut where it would be longer than that."""
    return f"{text[: longest - len(mark) - 3]} ({mark})"


def marked_name(mark: str, *also: str) -> str:
    """A name with a mark: 14 lower-case letters and digits, the first a letter, or 20 with `also`.

    It is for what has no better place, and short enough for a forwarding rule to Google's APIs. To
    move such a resource to another component replaces it, alias or not. With other values of `also`
    it is another name, so that a replacement can be there before the old one goes.
    """
    return f"vertex{mark}{short_hash(*also)[:6] if also else ''}"


def changed(value: pulumi.Input[str], change: Callable[[str], str]) -> pulumi.Input[str]:
    """What becomes of a text: at once where it is plain, else as soon as it is known."""
    return (
        change(value) if isinstance(value, str) else pulumi.Output.from_input(value).apply(change)
    )
