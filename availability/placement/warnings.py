"""The warnings: what is placed, and still ought to be known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from availability.input.printed import plain


class WarningId(StrEnum):
    """The ids under which warnings are known to scripts, in the order in which reports list them.

    Of each its id, its meaning, the key of the stack that it is about, and where it is about a
    deployment the key of that deployment. Then, where it is so, that a person may acknowledge it:
    it stays true for good, and is nothing that anybody overlooks or puts right.
    """

    _value_: str
    meaning: str
    """One sentence, for those who read reports."""
    key: str
    """A key of the stack's with its namespace."""
    own_key: str | None
    """A key of a deployment's, like `needs`; None where only the stack's key says anything."""
    may_be_acknowledged: bool

    def __new__(
        cls,
        value: str,
        meaning: str,
        key: str,
        own_key: str | None = None,
        may_be_acknowledged: bool = False,
    ) -> WarningId:
        """A member of the table below."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.key = key
        member.own_key = own_key
        member.may_be_acknowledged = may_be_acknowledged
        return member

    ENDPOINT_GUARANTEE = (
        "endpoint-guarantee",
        "The endpoint is no promise about processing.",
        "vertex-residency:residency",
        "residency.guarantee",
        True,
    )
    FLOATING_SNAPSHOT = (
        "floating-snapshot",
        "The stack follows the newest snapshot.",
        "vertex-residency:snapshot",
    )
    STALE_SNAPSHOT = (
        "stale-snapshot",
        "The snapshot is more than 45 days old, or 180 where the stack names it.",
        "vertex-residency:snapshot",
    )
    NEWER_FACTS = (
        "newer-facts",
        "A newer snapshot knows something else about the model.",
        "vertex-residency:snapshot",
    )
    AS_OF = (
        "as-of",
        "The stack is judged by another day than today.",
        "vertex-residency:asOf",
    )
    RETIRING = (
        "retiring",
        "The model is shut down soon.",
        "vertex-residency:deployments",
        "model",
    )
    NOT_BEFORE_PASSED = (
        "not-before-passed",
        "The day before which it is not shut down has passed.",
        "vertex-residency:deployments",
        "model",
    )
    NEW_ACCESS_BLOCKED = (
        "new-access-blocked",
        "Projects that never used the model can't start to, because it is retired soon.",
        "vertex-residency:deployments",
        "model",
    )
    SHORT_LIVED = (
        "short-lived",
        "The model is available for a short time only.",
        "vertex-residency:deployments",
        "model",
    )
    AGED_LOCATIONS = (
        "aged-locations",
        "Where the model is served was last published long ago.",
        "vertex-residency:deployments",
        "model",
    )
    RETENTION = (
        "retention",
        "Prompts or responses are kept.",
        "vertex-residency:deployments",
        "model",
    )
    SHARING = (
        "sharing",
        "Prompts or responses have to be shared with the publisher.",
        "vertex-residency:deployments",
        "model",
    )
    ALLOWLIST = (
        "allowlist",
        "Only who was let in can use it.",
        "vertex-residency:deployments",
        "model",
    )
    PRIOR_USAGE = (
        "prior-usage",
        "Only who used it before can use it.",
        "vertex-residency:deployments",
        "model",
    )
    CONTRADICTION = (
        "contradiction",
        "Two sources disagree, and the stricter one decides.",
        "vertex-residency:deployments",
        "needs",
    )
    WAIVED = (
        "waived",
        "A person accepted that a rule is broken, or acknowledged what does not occur.",
        "vertex-residency:deployments",
        "accept",
    )
    MOVED = (
        "moved",
        "The deployment is placed elsewhere than at the last update of the stack.",
        "vertex-residency:deployments",
        "model",
    )
    PREVIEW_MODEL = (
        "preview-model",
        "The model or the location is a preview.",
        "vertex-residency:deployments",
        "model",
    )
    UNKNOWN_CAPABILITY = (
        "unknown-capability",
        "The snapshot does not say whether a need is offered.",
        "vertex-residency:deployments",
        "needs",
    )
    UNKNOWN_CONTROL = (
        "unknown-control",
        "No readable source says whether a security control covers what is used of the model.",
        "vertex-residency:controls",
        "controls",
    )
    UNKNOWN_COMMITMENT = (
        "unknown-commitment",
        "No readable source says whether the commitment on processing covers a need.",
        "vertex-residency:deployments",
        "needs",
    )
    INVALID_PREFERENCE = (
        "invalid-preference",
        "A preferred location is not valid.",
        "gcp:region",
        "prefer",
    )
    LOCATION_IN_NAME = (
        "location-in-name",
        "The name of the model has another location in it than the one it is placed in.",
        "vertex-residency:deployments",
        "model",
    )
    PARTNER_TERMS = (
        "partner-terms",
        "Somebody has to accept the publisher's terms.",
        "vertex-residency:deployments",
        "model",
        True,
    )
    NO_URL = (
        "no-url",
        "No endpoint URL is documented.",
        "vertex-residency:deployments",
        "model",
    )
    CLIENT_NEEDS_LOCATION = (
        "client-needs-location",
        "A client calls another location unless it is told this one in code.",
        "vertex-residency:deployments",
        "model",
    )
    OPEN_PROJECT = (
        "open-project",
        "A deployment opens the project for its neighbours.",
        "vertex-residency:guardrails",
    )
    GUARDRAILS = (
        "guardrails",
        "What the guardrails do not hold, or hold for others, too.",
        "vertex-residency:guardrails",
    )
    AUDIT_LOGS = (
        "audit-logs",
        "The stack's audit logs replace what the project has.",
        "vertex-residency:auditLogs",
    )
    FEDERATION_BY_NAME = (
        "federation-by-name",
        "A federation trusts a name that somebody else could take over.",
        "vertex-residency:federation",
    )
    SHARED_ISSUER = (
        "shared-issuer",
        "It is not known whether others get tokens of the issuer, too.",
        "vertex-residency:federation",
    )
    DECLARED_ENDPOINT = (
        "declared-endpoint",
        "A regional endpoint exists by the stack's word alone.",
        "vertex-residency:privateAccess",
    )
    PRIVATE_ADDRESS = (
        "private-address",
        "The address of the bundle of all APIs is left to Google.",
        "vertex-residency:privateAccess",
    )
    SHARED_NETWORK = (
        "shared-network",
        "The network belongs to another project.",
        "vertex-residency:privateAccess",
    )
    UNKNOWN_PUBLICATION = (
        "unknown-publication",
        "It is unknown whether the store is in the region.",
        "vertex-residency:publish",
    )
    EXPLICIT_CACHES = (
        "explicit-caches",
        "Explicit caches keep inputs though caching is off.",
        "vertex-residency:caching",
    )
    UNKNOWN_OFFLINE = (
        "unknown-offline",
        "A part of the configuration is unknown offline.",
        "vertex-residency:deployments",
    )


ACKNOWLEDGEABLE = tuple(warning for warning in WarningId if warning.may_be_acknowledged)
"""The warnings that a person may acknowledge, in the order in which messages name them."""


@dataclass(frozen=True)
class Acknowledgement:
    """A person's word that a warning is known, until a day, that day included."""

    warning: WarningId
    """One of `ACKNOWLEDGEABLE`."""
    until: dt.date
    reason: str

    kind: ClassVar[str] = "warning"
    """The key of an entry of `accept` that says what it is about."""

    @property
    def about(self) -> WarningId:
        """What is known."""
        return self.warning

    def holds(self, today: dt.date) -> bool:
        """Whether it has not expired."""
        return today <= self.until


@dataclass(frozen=True)
class Warning:  # noqa: A001 - Python's own is never wanted here
    """One warning, in a sentence or two.

    Its text is plain: stacks export it, and Pulumi's engine prints what is exported.
    """

    id: WarningId
    text: str
    item: str | None = field(default=None, compare=False)
    """What of its key it is about: a need, a control, a location, or what is accepted; of one about
    the stack another key. None for the value as a whole. Readers find it in the text."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", plain(self.text))


@dataclass(frozen=True)
class Acknowledged:
    """A warning that is given to nobody, because a person has acknowledged it."""

    warning: Warning
    by: Acknowledgement

    @property
    def text(self) -> str:
        """The one sentence that is left of it, with the reason."""
        return plain(
            f"Acknowledged until {self.by.until}: {self.by.warning}. Reason: {self.by.reason}"
        )
