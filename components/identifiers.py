"""Names for Google Cloud, within its limits, that never change while what they name stays."""

from __future__ import annotations

import hashlib
import re


def short_hash(*parts: str) -> str:
    """Eight hexadecimal digits that stand for the parts, in this order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def service_account_id(deployment: str, stack: str) -> str:
    """The id of a deployment's service account: 6 to 30 lower-case letters, digits and hyphens.

    It is `DEPLOYMENT-STACK`, with a hash where that would be too long, too short, misspelt or
    stand for two pairs. The location is no part of it: a move must not replace an identity.
    """
    plain = f"{deployment}-{stack}"
    clean = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    clean = clean if clean[:1].isalpha() else f"m-{clean}"
    if clean == plain and 6 <= len(plain) <= 30 and plain.count("-") == 1:
        return plain
    return f"{clean[:21].rstrip('-')}-{short_hash(deployment, stack)}"


def role_id(need: str, stack: str, generation: int = 1) -> str:
    """The id of a stack's custom role for a need: 3 to 64 letters, digits, `_` and `.`.

    It carries the stack's name, so that two stacks can share a project, and its generation from
    the second on, because a deleted role holds its id for weeks.
    """
    words = "".join(word.capitalize() for word in need.split("-"))
    clean = re.sub(r"[^a-zA-Z0-9]+", "_", stack)
    suffix = clean if clean == stack and len(clean) <= 20 else f"{clean[:11]}_{short_hash(stack)}"
    # A dot is in no suffix, so that a generation is told apart from a stack's name.
    return f"vertexResidency{words}_{suffix}" + (f".{generation}" if generation > 1 else "")


def pool_id(stack: str, generation: int = 1) -> str:
    """The id of a stack's workload identity pool: 4 to 32 lower-case letters, digits, hyphens.

    Like a role's it carries the stack's name and its generation: a deleted pool holds its id for
    30 days.
    """
    suffix = f"-{generation}" if generation > 1 else ""
    clean = re.sub(r"[^a-z0-9]+", "-", stack.lower()).strip("-")
    room = 32 - len("vertex-") - len(suffix)
    # A number at the end could be a generation's.
    if clean != stack or len(clean) > room or re.search(r"-\d+$", clean):
        clean = f"{clean[: room - 9].rstrip('-')}-{short_hash(stack)}".strip("-")
    return f"vertex-{clean}{suffix}"
