"""What an interrupted update left behind is taken over by the next one.

A call may have its effect and never be answered: the connection breaks, the provider dies. Then
the cloud has what the state doesn't know of, and creating it again fails for ever. So the cloud is
asked before such a resource is registered. What is there already, and is to the letter what the
program asks for, is imported, and the preview says so; anything else of that name is left alone,
and fails as it always did. What the state has is never imported again (Pulumi's "Resource option:
import": an import of the same id changes nothing).

Only what carries its `marked` place in the program is taken over. A resource that moved to another
component without an alias has another place: importing it there would be followed by deleting it
here, and the two are one in the cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import pulumi
from pulumi.runtime.invoke import invoke_async

from components.identifiers import short_hash


@dataclass(frozen=True)
class Lookup:
    """How to find out whether a resource is there already."""

    function: str
    """The provider's function that reads it, and fails where there is none."""
    by: tuple[str, ...]
    """The inputs that the function takes, all plain texts."""
    same: tuple[str, ...]
    """The inputs that are compared, with the mark in one of them; lists without their order."""
    id: str
    """What the provider imports it by, made of the inputs."""


LOOKUPS: Final[Mapping[str, Lookup]] = {
    "gcp:projects/iAMCustomRole:IAMCustomRole": Lookup(
        "gcp:projects/getIamCustomRole:getIamCustomRole",
        by=("project", "roleId"),
        same=("title", "description", "permissions"),
        id="projects/{project}/roles/{roleId}",
    ),
    "gcp:serviceaccount/account:Account": Lookup(
        "gcp:serviceaccount/getAccount:getAccount",
        by=("project", "accountId"),
        same=("displayName", "description"),
        id="projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
    ),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": Lookup(
        "gcp:iam/getWorkloadIdentityPool:getWorkloadIdentityPool",
        by=("project", "workloadIdentityPoolId"),
        same=("displayName", "description"),
        id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
    ),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": Lookup(
        "gcp:iam/getWorkloadIdentityPoolProvider:getWorkloadIdentityPoolProvider",
        by=("project", "workloadIdentityPoolId", "workloadIdentityPoolProviderId"),
        same=("attributeCondition", "attributeMapping", "description", "displayName"),
        id="projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}"
        "/providers/{workloadIdentityPoolProviderId}",
    ),
    "gcp:secretmanager/regionalSecret:RegionalSecret": Lookup(
        "gcp:secretmanager/getRegionalSecret:getRegionalSecret",
        by=("project", "location", "secretId"),
        same=("labels",),
        id="projects/{project}/locations/{location}/secrets/{secretId}",
    ),
    "gcp:parametermanager/regionalParameter:RegionalParameter": Lookup(
        "gcp:parametermanager/getRegionalParameter:getRegionalParameter",
        by=("project", "location", "parameterId"),
        same=("format", "labels"),
        id="projects/{project}/locations/{location}/parameters/{parameterId}",
    ),
    "gcp:compute/globalAddress:GlobalAddress": Lookup(
        "gcp:compute/getGlobalAddress:getGlobalAddress",
        by=("project", "name"),
        same=("purpose", "description"),
        id="projects/{project}/global/addresses/{name}",
    ),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": Lookup(
        "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule",
        by=("project", "name"),
        same=("target", "description"),
        id="projects/{project}/global/forwardingRules/{name}",
    ),
    "gcp:dns/managedZone:ManagedZone": Lookup(
        "gcp:dns/getManagedZone:getManagedZone",
        by=("project", "name"),
        same=("dnsName", "description"),
        id="projects/{project}/managedZones/{name}",
    ),
}
"""Of the types whose create fails where the id is taken, those that a function reads.

The rest of a stack's types may be declared twice (services, bindings), have no place for a mark
(versions, DNS records), or no such function (organization policies, regional endpoints). A name
that the provider makes up is another one each time, and not found again: names are given.
"""


def marked(text: str, component: pulumi.Resource, name: str) -> pulumi.Output[str]:
    """A description, of at most 256 characters, that says which resource of a program it is of.

    `component` is the resource's parent and `name` its name.
    """
    # Not the output itself: a child that depends on its parent would wait for itself.
    urn = pulumi.Output.from_input(component.urn.future())
    return urn.apply(lambda known: f"{text[:240]} ({short_hash(known or '', name)})")


def adopted(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of something that exists, is managed from now on, and outlives the stack."""
    more = pulumi.ResourceOptions(transforms=[_imported], retain_on_delete=True)
    return pulumi.ResourceOptions.merge(opts, more)


def _imported(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The resource with an import of what its inputs name, be it as the program asks or not.

    The engine imports it as it is, shows the differences and then updates it (Pulumi's "Import
    resources", on mismatched state).
    """
    lookup = LOOKUPS[args.type_]
    named = _named(lookup, cast("Mapping[str, object]", args.props))
    if named is None:
        return None
    args.opts.import_ = lookup.id.format_map(named)
    return pulumi.ResourceTransformResult(args.props, args.opts)


async def taken_over(
    args: pulumi.ResourceTransformArgs,
) -> pulumi.ResourceTransformResult | None:
    """The resource with an import where the cloud has it already; None where nothing changes."""
    lookup = LOOKUPS.get(args.type_)
    inputs = cast("Mapping[str, object]", args.props)
    if lookup is None or args.opts.import_ is not None:
        return None
    named = _named(lookup, inputs)
    if named is None or not await _has_mark(args):
        return None
    found = await _found(lookup.function, named, args.opts)
    # A deleted role is found, too, for as long as it can be had back: creating it does that.
    if found is None or found.get("deleted"):
        return None
    if any(_plain(inputs.get(key)) != _plain(found.get(key)) for key in lookup.same):
        return None
    args.opts.import_ = lookup.id.format_map(named)
    return pulumi.ResourceTransformResult(args.props, args.opts)


async def _has_mark(args: pulumi.ResourceTransformArgs) -> bool:
    """Whether the resource says that it is of this very place in the program."""
    parent = args.opts.parent
    urn = await parent.urn.future() if parent is not None else None
    inputs = cast("Mapping[str, object]", args.props)
    described = f"{inputs.get('description')} {inputs.get('labels')}"
    return urn is not None and short_hash(urn, args.name) in described


def _named(lookup: Lookup, inputs: Mapping[str, object]) -> dict[str, str] | None:
    """The inputs that name a resource; None where one of them is not known yet."""
    named = {key: inputs.get(key) for key in lookup.by}
    known = {key: value for key, value in named.items() if isinstance(value, str) and value}
    return known if known.keys() == named.keys() else None


async def _found(
    function: str, inputs: Mapping[str, object], options: pulumi.ResourceOptions
) -> Mapping[str, object] | None:
    """What the provider's function answers; None where it fails, for whatever reason.

    That it may not be read (the API is not active, a permission is missing) says nothing about
    whether it is there; then creating it tells.
    """
    asked = pulumi.InvokeOptions(
        provider=options.provider,
        version=options.version,
        plugin_download_url=options.plugin_download_url,
    )
    try:
        return cast("Mapping[str, object]", await invoke_async(function, dict(inputs), asked))
    except Exception:  # the SDK raises nothing narrower
        return None


def _plain(value: object) -> object:
    """A value to compare: nothing, an empty text and an empty list are alike to Google."""
    if isinstance(value, list):
        return sorted(map(str, cast("list[object]", value)))
    return value or None
