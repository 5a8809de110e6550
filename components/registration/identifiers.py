"""Names for Google Cloud, within its limits, that never change while what they name stays.

Each carries the stack and a hash of the Pulumi project and the stack, so that two stacks of one
Google Cloud project never take each other's, whatever their Pulumi projects are called.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import pulumi


def short_hash(*parts: str, digits: int = 8) -> str:
    """Hexadecimal digits that stand for the parts, in this order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:digits]


@dataclass(frozen=True)
class Owner:
    """The stack that something in Google Cloud belongs to."""

    project: str
    """The Pulumi project's name."""
    stack: str

    def __str__(self) -> str:
        """As a person reads it in the console: `PROJECT/STACK`."""
        return f"{self.project}/{self.stack}"


def owner() -> Owner:
    """The stack that is being deployed."""
    return Owner(pulumi.get_project(), pulumi.get_stack())


def stack_reference() -> str:
    """The stack that is being deployed, as Pulumi's backends name it: `ORGANIZATION/PROJECT/STACK`.

    The organization of a backend without any is `organization`.
    """
    return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"


def service_account_id(deployment: str, owner: Owner) -> str:
    """The id of a deployment's service account: 6 to 30 lower-case letters, digits and hyphens.

    It is `DEPLOYMENT-STACK-HASH`. The location is no part of it: a move must not replace an
    identity.
    """
    clean = re.sub(r"[^a-z0-9]+", "-", f"{deployment}-{owner.stack}".lower()).strip("-")
    clean = clean if clean[:1].isalpha() else f"m-{clean}"
    return f"{clean[:21].rstrip('-')}-{short_hash(deployment, owner.project, owner.stack)}"


def role_id(need: str, owner: Owner, generation: int = 1) -> str:
    """The id of a stack's custom role for a need: 3 to 64 letters, digits, `_` and `.`.

    It carries its generation from the second on, because a deleted role holds its id for weeks.
    """
    words = "".join(word.capitalize() for word in need.split("-"))
    clean = re.sub(r"[^a-zA-Z0-9]+", "_", owner.stack)
    suffix = f"{clean[:11]}_{short_hash(owner.project, owner.stack)}"
    # A dot is in no suffix, so that a generation is told apart from a stack's name.
    return f"vertexResidency{words}_{suffix}" + (f".{generation}" if generation > 1 else "")


def pool_id(owner: Owner, generation: int = 1) -> str:
    """The id of a stack's workload identity pool: 4 to 32 lower-case letters, digits, hyphens.

    Like a role's it carries its generation: a deleted pool holds its id for 30 days.
    """
    suffix = f"-{generation}" if generation > 1 else ""
    digits = f"{short_hash(owner.project, owner.stack)}{suffix}"
    clean = re.sub(r"[^a-z0-9]+", "-", owner.stack.lower()).strip("-")
    clean = clean[: 32 - len("vertex--") - len(digits)].strip("-")
    return "-".join(part for part in ("vertex", clean, digits) if part)


def publication_id(deployment: str, owner: Owner, longest: int) -> str:
    """The id of a secret or a parameter: letters, digits, `_` and `-`, at most `longest` of them.

    It is `vertex-residency_STACK_DEPLOYMENT-HASH`, and never has the location in it.
    """
    clean = re.sub(r"[^a-zA-Z0-9_-]", "_", f"vertex-residency_{owner.stack}_{deployment}")
    return f"{clean[: longest - 9]}-{short_hash(deployment, owner.project, owner.stack)}"
