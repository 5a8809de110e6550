"""What a stack adds around its endpoints: a private way to them, their configurations, caching."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from availability.stack.plan import Plan
from components.caching import Caching
from components.endpoint import ModelEndpoint
from components.private_access import NAME as PRIVATE_ACCESS
from components.private_access import PrivateAccess, private_access
from components.publication import publish


def connect(
    plan: Plan, endpoints: Mapping[str, ModelEndpoint], after: pulumi.Resource
) -> dict[str, object]:
    """Registers what the stack's keys ask for; returns what it exports besides, by name."""
    options = pulumi.ResourceOptions(depends_on=[after])
    exports: dict[str, object] = {}
    if arguments := private_access(plan):
        exports["privateAccess"] = PrivateAccess(PRIVATE_ACCESS, arguments, options).addresses
    if plan.config.keys.caching is not None:
        Caching("caching", {"enabled": plan.config.keys.caching}, options)
    if published := publish(plan, endpoints, [after]):
        exports["publications"] = published
    return exports
