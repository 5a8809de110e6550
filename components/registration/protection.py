"""Nothing that callers rely on goes by mistake, where the stack asks for it."""

from __future__ import annotations

from typing import Final

import pulumi

from components.registration import kinds

HELD: Final = frozenset(
    {
        kinds.GLOBAL_ADDRESS,
        kinds.FORWARDING_RULE,
        kinds.ZONE,
        kinds.RECORD,
        kinds.POOL,
        kinds.POOL_PROVIDER,
        kinds.REGIONAL_ENDPOINT,
        kinds.POLICY,
        kinds.PARAMETER,
        kinds.AUDIT_CONFIG,
        kinds.ROLE,
        kinds.BINDING,
        kinds.SECRET,
        kinds.SECRET_BINDING,
        kinds.ACCOUNT,
        kinds.ACCOUNT_BINDING,
    }
)
"""What callers lose their access, their way or their settings with, or the project its guard.

Of the other types, services stay active and the setting of caching stays set in any case.
"""
KEPT: Final = frozenset(
    {
        kinds.PARAMETER_VERSION,
        kinds.SECRET_VERSION,
    }
)
"""What is replaced whenever its content changes, and so can't be held: it is left in the cloud."""


def protect(kind: str, opts: pulumi.ResourceOptions) -> None:
    """Add to the options of a resource of that type what a stack with protection asks for.

    The state keeps it for `pulumi destroy`, which runs no program: so both directions need an `up`
    first.
    """
    if kind in HELD and opts.protect is None:
        opts.protect = True
    if kind in KEPT:
        opts.retain_on_delete = True
