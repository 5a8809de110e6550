"""Nothing that callers rely on goes by mistake, where the stack asks for it."""

from __future__ import annotations

from typing import Final

import pulumi

HELD: Final = frozenset(
    {
        "gcp:compute/globalAddress:GlobalAddress",
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        "gcp:dns/managedZone:ManagedZone",
        "gcp:dns/recordSet:RecordSet",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
        "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint",
        "gcp:orgpolicy/policy:Policy",
        "gcp:parametermanager/regionalParameter:RegionalParameter",
        "gcp:projects/iAMAuditConfig:IAMAuditConfig",
        "gcp:projects/iAMCustomRole:IAMCustomRole",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:secretmanager/regionalSecret:RegionalSecret",
        "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
        "gcp:serviceaccount/account:Account",
        "gcp:serviceaccount/iAMMember:IAMMember",
    }
)
"""What callers lose their access, their way or their settings with, or the project its guard.

Of the other types, services stay active and the setting of caching stays set in any case.
"""
KEPT: Final = frozenset(
    {
        "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion",
        "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
    }
)
"""What is replaced whenever its content changes, and so can't be held: it is left in the cloud."""


def protect(wanted: bool) -> None:
    """Have the engine refuse to delete what callers rely on, in this program, from here on.

    The state keeps the answer for `pulumi destroy`, which runs no program: so both directions need
    an `up` first.
    """
    if wanted:
        pulumi.runtime.register_resource_transform(_protected)


def _protected(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ in HELD and args.opts.protect is None:
        args.opts.protect = True
    elif args.type_ in KEPT:
        args.opts.retain_on_delete = True
    else:
        return None
    return pulumi.ResourceTransformResult(args.props, args.opts)
