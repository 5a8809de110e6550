"""Readers of the keys that ask for a feature: each loads the feature, which few stacks have."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from availability.cloud.audit_logs import AuditLogs
    from availability.cloud.federation.sources import GitHub, Oidc
    from availability.cloud.guardrails.keys import GuardrailKeys
    from availability.cloud.private_access.ways import PrivateAccess
    from availability.cloud.publication import Store


def read_audit_logs(value: object) -> AuditLogs | None:
    """The Data Access audit logs to write; None for those that the project has. Raises BadInput."""
    from availability.cloud.audit_logs import read_audit_logs as read

    return read(value)


def read_caching(value: object) -> bool | None:
    """Whether Google may cache inputs; None leaves the setting as it is. Raises BadInput."""
    from availability.cloud.caching import read_caching as read

    return read(value)


def read_federation(value: object) -> GitHub | Oidc:
    """Whose workloads come in from outside of Google Cloud. Raises BadInput."""
    from availability.cloud.federation.keys import read_federation as read

    return read(value)


def read_guardrails(value: object) -> GuardrailKeys | None:
    """What organization policies hold; None where there are none. Raises BadInput."""
    from availability.cloud.guardrails.keys import read_guardrails as read

    return read(value)


def read_private_access(value: object) -> PrivateAccess | None:
    """The network that reaches the locations privately; None where none does. Raises BadInput."""
    from availability.cloud.private_access.keys import read_private_access as read

    return read(value)


def read_publish(value: object) -> Store | None:
    """What keeps the deployments' configuration; None publishes nothing. Raises BadInput."""
    from availability.cloud.publication import read_publish as read

    return read(value)
