"""Finds which of what is new is what is gone, under another name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from availability.stack.review.declared import Declared, DeclaredDeployment

_ALIKE = 0.5
"""How much of two things has to be the same, as for git's renames."""
_What = TypeVar("_What")


def renames(
    gone: Mapping[str, DeclaredDeployment], fresh: Mapping[str, DeclaredDeployment]
) -> dict[str, str]:
    """New name -> old name, for each new deployment that is one of those that are gone."""
    return _matched(gone, fresh, _alike)


def renamed_stacks(gone: Mapping[str, Declared], fresh: Mapping[str, Declared]) -> dict[str, str]:
    """New name -> old name, for each new stack that is one of those that are gone."""
    return _matched(gone, fresh, _alike_stacks)


def _matched(
    gone: Mapping[str, _What], fresh: Mapping[str, _What], alike: Callable[[_What, _What], float]
) -> dict[str, str]:
    """New name -> old name, the most alike first, each at most once."""
    pairs = sorted(
        (-likeness, new, old)
        for new, now in fresh.items()
        for old, was in gone.items()
        if (likeness := alike(was, now)) > _ALIKE
    )
    found: dict[str, str] = {}
    for _, new, old in pairs:
        if new not in found and old not in found.values():
            found[new] = old
    return found


_COMPARED = (
    "residency",
    "pin",
    "needs",
    "controls",
    "callers",
    "service_account_users",
    "workload_identity_users",
    "waivers",
)


def _alike(was: DeclaredDeployment, now: DeclaredDeployment) -> float:
    """How alike two deployments are, from 0 to 1; of two models they are not."""
    if was.model != now.model:
        return 0
    same = sum(getattr(was, field) == getattr(now, field) for field in _COMPARED)
    return (1 + same) / (1 + len(_COMPARED))


def _alike_stacks(was: Declared, now: Declared) -> float:
    """How alike two stacks are, from 0 to 1: by the deployments of the same name and model."""
    names = was.deployments.keys() | now.deployments.keys()
    same = sum(
        was.deployments[name].model == now.deployments[name].model
        for name in was.deployments.keys() & now.deployments.keys()
    )
    return same / len(names) if names else 0
