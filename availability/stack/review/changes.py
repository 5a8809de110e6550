"""What changes for a stack between two versions of it, in the words of who reviews the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from availability.input.errors import BadInput, Problem
from availability.input.likeness import nearest
from availability.input.values import split_words


class ChangeKind(StrEnum):
    """A kind of change, in the order in which they are told.

    Of each its id, its meaning, whether somebody has to decide that it is wanted, because it opens
    what was closed, and the keys of a deployment that a change of one is about.
    """

    _value_: str
    meaning: str
    """One sentence, for those who read reports."""
    decides: bool
    keys: tuple[str, ...]
    """Those of a deployment, like `needs`, the one that says most first; empty where it is about
    none of them, or where each change says which.
    """

    def __new__(cls, value: str, meaning: str, decides: bool, *keys: str) -> ChangeKind:
        """A member of the table below."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.decides = decides
        member.keys = keys
        return member

    WIDENED = (
        "widened",
        "Requests may be served in places that were not allowed before.",
        True,
        "residency",
    )
    GUARANTEE_LOST = (
        "guarantee-lost",
        "A published commitment on processing is not asked for any more.",
        True,
        "residency.guarantee",
    )
    COMMITMENT_LOST = (
        "commitment-lost",
        "Processing is not committed any more to stay where it was.",
        True,
        "residency",
    )
    GUARDRAIL_WEAKENED = (
        "guardrail-weakened",
        "Organization policies hold the project to less than before.",
        True,
    )
    CONTROL_WEAKENED = (
        "control-weakened",
        "A security control is not asked for any more.",
        True,
        "controls",
    )
    AUDIT_WEAKENED = "audit-weakened", "Data Access audit logs record less than before.", True
    WAIVER_ADDED = (
        "waiver-added",
        "A rule may be broken, or a warning is acknowledged, that was not before.",
        True,
        "accept",
    )
    CALLER_ADDED = (
        "caller-added",
        "Somebody may call a model, or act as its account, who might not before.",
        True,
        "callers",
    )
    MOVED = "moved", "A deployment is placed in another location.", False, "location", "model"
    REFUSED = "refused", "A deployment is refused that was not before.", False
    MODEL_CHANGED = "model-changed", "A deployment has another model.", False, "model"
    RETIRING = (
        "retiring",
        "A deployment's model retires within the days of retirementWarning.",
        False,
        "model",
    )
    ADDED = "added", "A deployment or a stack is new.", False, "model"
    REMOVED = "removed", "A deployment or a stack is gone.", False
    RENAMED = "renamed", "A deployment or a stack has another name.", False
    BROKEN = "broken", "A stack can't be read on one of both sides.", False


_ORDER = {kind: index for index, kind in enumerate(ChangeKind)}

GROUPS = {"lost": (ChangeKind.GUARANTEE_LOST, ChangeKind.COMMITMENT_LOST)}
"""Words that stand for several kinds."""
UNREADABLE = "unreadable"
"""What a stack is that is bad input, where a change says from what to what."""


@dataclass(frozen=True)
class Change:
    """One change of a stack, or of one of its deployments."""

    kind: ChangeKind
    stack: str
    deployment: str | None
    """By its new name; None for the stack as a whole."""
    before: str | None
    """What it was; None where there was nothing."""
    after: str | None
    """What it is; None where there is nothing any more."""
    text: str
    """In a sentence, which names neither the kind nor the stack."""
    key: str | None = None
    """The path of the key that it is about, where its kind doesn't say which; else None."""

    def as_json(self) -> dict[str, object]:
        """`{kind, stack, deployment, from, to, text}`."""
        return {
            "kind": self.kind.value,
            "stack": self.stack,
            "deployment": self.deployment,
            "from": self.before,
            "to": self.after,
            "text": self.text,
        }


def rank(change: Change) -> int:
    """When a change is told, of those of all kinds: what has to be decided comes first."""
    return _ORDER[change.kind]


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with what has to be decided first, each kind in the order it came."""
    return tuple(sorted(changes, key=rank))


def kinds_of(text: str, option: str) -> frozenset[ChangeKind]:
    """The kinds that the words of an option name, with commas. Raises BadInput."""
    words = split_words(text)
    if not words:
        raise BadInput([Problem(option, f"empty: name a kind, one of {', '.join(_words())}")])
    unknown = [word for word in words if word not in _words()]
    if unknown:
        raise BadInput(
            Problem(
                option,
                f"unknown kind {word!r}; it is one of {', '.join(_words())}",
                tuple(nearest(word, _words())),
            )
            for word in unknown
        )
    return frozenset(kind for word in words for kind in GROUPS.get(word) or (ChangeKind(word),))


def _words() -> list[str]:
    return [*(kind.value for kind in ChangeKind), *GROUPS]
