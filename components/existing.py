"""What an interrupted update left behind is taken over by the next one.

A call may have its effect and never be answered: the connection breaks, the provider dies. Then
the cloud has what the state doesn't know of, and creating it again fails for ever. So the cloud is
asked before such a resource is registered. What is there already, and is to the letter what the
program asks for, is imported, and the preview says so; anything else of that name is left alone,
and fails as it always did. What the state has is never imported again (Pulumi's "Resource option:
import": an import of the same id changes nothing). But the engine refuses to replace what names an
import, so that whatever replaces a resource is compared, or part of what it is found by.

Only what carries the `mark` of its place in the program is taken over. A resource that moved to
another component without an alias has another place: importing it there would be followed by
deleting it here, and the two are one in the cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import pulumi
from pulumi.runtime.invoke import invoke_async

from availability.render import folded
from components.identifiers import short_hash


@dataclass(frozen=True)
class Lookup:
    """How to find out whether a resource is there already."""

    function: str
    """The provider's function that reads it, and fails where there is none."""
    by: tuple[str, ...]
    """The inputs that the function takes, all plain texts."""
    same: tuple[str, ...]
    """The inputs that are compared; lists without their order, and of labels only its own."""
    id: str
    """What the provider imports it by, made of these inputs, or of what the function answers."""
    mark: str | None = "description"
    """The input with the mark; None for what is inside of something that has one."""


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
        mark="labels",
    ),
    # Of a secret's versions the latest one; what is destroyed or disabled can't be read.
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": Lookup(
        "gcp:secretmanager/getRegionalSecretVersion:getRegionalSecretVersion",
        by=("secret",),
        same=("secretData",),
        id="{secret}/versions/{version}",
        mark=None,
    ),
    "gcp:parametermanager/regionalParameter:RegionalParameter": Lookup(
        "gcp:parametermanager/getRegionalParameter:getRegionalParameter",
        by=("project", "location", "parameterId"),
        same=("format", "labels"),
        id="projects/{project}/locations/{location}/parameters/{parameterId}",
        mark="labels",
    ),
    "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion": Lookup(
        "gcp:parametermanager/getRegionalParameterVersion:getRegionalParameterVersion",
        by=("parameter", "parameterVersionId"),
        same=("parameterData",),
        id="{parameter}/versions/{parameterVersionId}",
        mark=None,
    ),
    # The functions of addresses and zones say less of them than of the others.
    "gcp:compute/globalAddress:GlobalAddress": Lookup(
        "gcp:compute/getGlobalAddress:getGlobalAddress",
        by=("project", "name"),
        same=("address", "addressType", "network", "purpose"),
        id="projects/{project}/global/addresses/{name}",
        mark="name",
    ),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": Lookup(
        "gcp:compute/getGlobalForwardingRule:getGlobalForwardingRule",
        by=("project", "name"),
        same=("network", "target"),
        id="projects/{project}/global/forwardingRules/{name}",
        mark="name",
    ),
    "gcp:dns/managedZone:ManagedZone": Lookup(
        "gcp:dns/getManagedZone:getManagedZone",
        by=("project", "name"),
        same=("dnsName", "visibility"),
        id="projects/{project}/managedZones/{name}",
        mark="name",
    ),
    "gcp:dns/recordSet:RecordSet": Lookup(
        "gcp:dns/getRecordSet:getRecordSet",
        by=("project", "managedZone", "name", "type"),
        same=("rrdatas", "ttl"),
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
    "gcp:orgpolicy/policy:Policy": "{name}",
    "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint": (
        "projects/{project}/locations/{location}/regionalEndpoints/{name}"
    ),
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


def mark(component: pulumi.Resource, name: str) -> pulumi.Output[str]:
    """Eight hexadecimal digits that say which resource of a program it is of.

    `component` is the resource's parent and `name` its name.
    """
    # Not the output itself: a child that depends on its parent would wait for itself.
    urn = pulumi.Output.from_input(component.urn.future())
    return urn.apply(lambda known: short_hash(known or "", name))


def marked(text: str, component: pulumi.Resource, name: str) -> pulumi.Output[str]:
    """A description with a mark, of at most 256 characters."""
    return mark(component, name).apply(lambda digits: f"{text[:240]} ({digits})")


def marked_name(
    component: pulumi.Resource, name: str, *also: pulumi.Input[str]
) -> pulumi.Output[str]:
    """A name with a mark: 14 lower-case letters and digits, the first a letter, or 20 with `also`.

    It is for what has no better place, and short enough for a forwarding rule to Google's APIs. To
    move such a resource to another component replaces it, alias or not. With other values of `also`
    it is another name, so that a replacement can be there before the old one goes.
    """
    more = pulumi.Output.all(*also).apply(lambda known: short_hash(*known)[:6] if known else "")
    return pulumi.Output.concat("vertex", mark(component, name), more)


def marked_label(component: pulumi.Resource, name: str) -> pulumi.Output[dict[str, str]]:
    """Labels with a mark, in the grammar of Google's "Requirements for labels"."""
    return mark(component, name).apply(lambda digits: {"vertex-residency": digits})


def adopted(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of something that exists, is managed from now on, and outlives the stack."""
    more = pulumi.ResourceOptions(transforms=[_imported], retain_on_delete=True)
    return pulumi.ResourceOptions.merge(opts, more)


async def _imported(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The resource with an import of what its inputs name, be it as the program asks or not.

    The engine imports it as it is, shows the differences and then updates it (Pulumi's "Import
    resources", on mismatched state). What others would lose by that is said.
    """
    lookup = LOOKUPS[args.type_]
    inputs = await _known(cast("Mapping[str, object]", args.props))
    named = _named(lookup, inputs)
    if named is None:
        return None
    found = await _found(lookup.function, named, args.opts) or {}
    wanted = cast("list[str]", inputs.get("permissions") or [])
    lost = sorted(set(cast("list[str]", found.get("permissions") or [])) - set(wanted))
    if lost:
        said = f"Adopting {lookup.id.format_map(named)} takes {', '.join(lost)} out of it, from "
        said += "everybody who has it. Leave the key adopt out to have a role of the stack's own."
        pulumi.log.warn(folded(said))
    args.opts.import_ = lookup.id.format_map(named)
    return pulumi.ResourceTransformResult(args.props, args.opts)


async def taken_over(
    args: pulumi.ResourceTransformArgs,
) -> pulumi.ResourceTransformResult | None:
    """The resource with an import where the cloud has it already; None where nothing changes."""
    lookup = LOOKUPS.get(args.type_)
    if lookup is None or args.opts.import_ is not None:
        return None
    inputs = await _known(cast("Mapping[str, object]", args.props))
    named = _named(lookup, inputs)
    if named is None or not await _has_mark(lookup, args, inputs):
        return None
    found = await _found(lookup.function, named, args.opts)
    # What is deleted is found, too, for as long as it holds its id: creating it tells more.
    if found is None or found.get("deleted") or found.get("state") == "DELETED":
        return None
    if not all(_is_same(key, inputs.get(key), found.get(key)) for key in lookup.same):
        return None
    args.opts.import_ = lookup.id.format_map({**found, **named})
    return pulumi.ResourceTransformResult(args.props, args.opts)


async def _known(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """The inputs; none at all where one is not known yet, as of what is about to be replaced.

    What depends on another resource comes as an output.
    """
    given = {key: value for key, value in inputs.items() if value is not None}
    output = pulumi.Output.all(**given)
    return await output.future() or {} if await output.is_known() else {}


async def _has_mark(
    lookup: Lookup, args: pulumi.ResourceTransformArgs, inputs: Mapping[str, object]
) -> bool:
    """Whether the resource says that it is of this very place in the program."""
    if lookup.mark is None:
        return True
    parent = args.opts.parent
    urn = await parent.urn.future() if parent is not None else None
    return urn is not None and short_hash(urn, args.name) in str(inputs.get(lookup.mark))


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


def _is_same(key: str, wanted: object, found: object) -> bool:
    """Whether an input is as it is wanted.

    The functions answer with everybody's labels, the provider's own `goog-pulumi-provisioned` among
    them (`SetDataSourceLabels` of the Terraform provider).
    """
    if key == "labels":
        ours = cast("Mapping[str, object]", wanted or {})
        return ours.items() <= cast("Mapping[str, object]", found or {}).items()
    if key == "address" and wanted is None:  # then Google chooses it
        return True
    if key == "network":  # Google answers with the whole address of what is named by a part of it
        return f"/{found}".endswith(f"/{wanted}")
    return _plain(wanted) == _plain(found)


def _plain(value: object) -> object:
    """A value to compare: nothing, an empty text and an empty list are alike to Google."""
    if isinstance(value, list):
        return sorted(map(str, cast("list[object]", value)))
    return value or None
