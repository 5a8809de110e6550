"""Nothing that holds access or identity goes by mistake, where the stack asks for it."""

from __future__ import annotations

from typing import Final

import pulumi

HELD: Final = frozenset(
    {
        "gcp:projects/iAMCustomRole:IAMCustomRole",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:serviceaccount/account:Account",
        "gcp:serviceaccount/iAMMember:IAMMember",
        "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    }
)
"""What callers lose their access with."""


def protect(wanted: bool) -> None:
    """Have the engine refuse to delete what holds access, in this program, from here on.

    The state keeps the answer for `pulumi destroy`, which runs no program: so both directions need
    an `up` first.
    """
    if wanted:
        pulumi.runtime.register_resource_transform(_protected)


def _protected(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ not in HELD or args.opts.protect is not None:
        return None
    args.opts.protect = True
    return pulumi.ResourceTransformResult(args.props, args.opts)
