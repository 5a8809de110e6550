"""The warnings: their ids, and what each is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from availability.input.printed import plain


class WarningId(StrEnum):
    """The ids under which warnings are known to scripts."""

    ENDPOINT_GUARANTEE = "endpoint-guarantee"
    FLOATING_SNAPSHOT = "floating-snapshot"
    STALE_SNAPSHOT = "stale-snapshot"
    NEWER_FACTS = "newer-facts"
    AS_OF = "as-of"
    RETIRING = "retiring"
    NOT_BEFORE_PASSED = "not-before-passed"
    PREVIEW_MODEL = "preview-model"
    UNKNOWN_CAPABILITY = "unknown-capability"
    CONTRADICTION = "contradiction"
    INVALID_PREFERENCE = "invalid-preference"
    PARTNER_TERMS = "partner-terms"
    NO_URL = "no-url"
    WAIVED = "waived"
    OPEN_PROJECT = "open-project"
    GUARDRAILS = "guardrails"
    AUDIT_LOGS = "audit-logs"
    FEDERATION_BY_NAME = "federation-by-name"
    SHARED_ISSUER = "shared-issuer"
    DECLARED_ENDPOINT = "declared-endpoint"
    PRIVATE_ADDRESS = "private-address"
    SHARED_NETWORK = "shared-network"
    UNKNOWN_PUBLICATION = "unknown-publication"
    EXPLICIT_CACHES = "explicit-caches"
    UNKNOWN_OFFLINE = "unknown-offline"


@dataclass(frozen=True)
class Warning:  # noqa: A001 - Python's own is never wanted here
    """One warning, in a sentence or two.

    Its text is plain: stacks export it, and Pulumi's engine prints what is exported.
    """

    id: WarningId
    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))
