"""Who may call a deployment by what its stack declares, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from availability.cloud.federation.sources import GitHub, Oidc
from availability.cloud.federation.words import whose
from availability.cloud.members import FEDERATION
from availability.stack.config import Deployment


class CallerKind(StrEnum):
    """By which way somebody comes to call a model."""

    MEMBER = "member"
    """A member that is named among the callers."""
    OWN_ACCOUNT = "own-account"
    """The service account that a deployment without callers has."""
    ACCOUNT_USER = "account-user"
    """A member that may run workloads as that account."""
    WORKLOAD = "workload"
    """A workload that acts as that account."""


_WORDS = {
    CallerKind.MEMBER: "Calls the model.",
    CallerKind.OWN_ACCOUNT: (
        "The deployment's own service account, which the stack makes: its output serviceAccount "
        "has the address."
    ),
    CallerKind.ACCOUNT_USER: (
        "May run workloads as the deployment's own service account (roles/iam.serviceAccountUser)."
    ),
    CallerKind.WORKLOAD: (
        "Acts as the deployment's own service account (roles/iam.workloadIdentityUser)."
    ),
}


@dataclass(frozen=True)
class Caller:
    """Somebody who may call a deployment."""

    kind: CallerKind
    member: str | None
    """An IAM member, or the word `federation`; None for the deployment's own account."""
    whose: str | None = None
    """Whose workloads come in, where it is the federation."""

    @property
    def words(self) -> str:
        """By which way it calls."""
        return _WORDS[self.kind]

    @property
    def text(self) -> str:
        """By which way it calls, and whose workloads it stands for."""
        return f"{self.words} It stands for {self.whose}." if self.whose else self.words


def callers_of(deployment: Deployment, federation: GitHub | Oidc | None) -> tuple[Caller, ...]:
    """Who may call it: its own callers or its stack's, else its account and who acts as that.

    `federation` is the stack's, for which the word of that name stands.
    """
    let_in = whose(federation) if federation else None
    return tuple(
        Caller(kind, member, let_in if member == FEDERATION else None)
        for kind, member in _ways(deployment)
    )


def _ways(deployment: Deployment) -> Iterator[tuple[CallerKind, str | None]]:
    if deployment.callers is not None:
        yield from ((CallerKind.MEMBER, member) for member in deployment.callers)
        return
    yield CallerKind.OWN_ACCOUNT, None
    yield from ((CallerKind.ACCOUNT_USER, one) for one in deployment.service_account_users)
    yield from ((CallerKind.WORKLOAD, one) for one in deployment.workload_identity_users)
