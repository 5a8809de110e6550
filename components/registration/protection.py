"""The key `protect`: nothing that callers rely on is deleted by mistake."""

from __future__ import annotations

import pulumi

from availability.cloud.resource_types import Protection, ResourceType


def protect(kind: ResourceType, opts: pulumi.ResourceOptions) -> None:
    """Add to the options of a resource of that type what a stack with protection asks for.

    The engine keeps both settings in the stack's state for `pulumi destroy`, which runs no program:
    after a change of the key, an `up` has to come first.
    """
    match kind.row.protection:
        case Protection.PROTECTED:
            if opts.protect is None:
                opts.protect = True
        case Protection.RETAINED:
            opts.retain_on_delete = True
        case Protection.UNCHANGED:
            pass
