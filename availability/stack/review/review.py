"""Reviews stacks: what changes for each since an earlier version of its file."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from availability.facts.library import load, newest
from availability.input.errors import BadInput
from availability.stack.file import read_content, stack_name
from availability.stack.plan import Plan
from availability.stack.project_file import NAMES
from availability.stack.reading import plan_file, read_stack
from availability.stack.review.base import Base, bases, project_folder
from availability.stack.review.changes import UNREADABLE, Change, ChangeKind, in_order
from availability.stack.review.comparison import Comparison, compare, new_stack, removed_stack
from availability.stack.review.declared import Declared
from availability.stack.review.renames import renamed_stacks

Outcome = Plan | BadInput
"""What became of a stack file: its plan, or what is wrong with it."""


@dataclass(frozen=True)
class StackReview:
    """What changes for one stack."""

    stack: str
    path: Path | None
    """Its file as it was named; None for a stack that is gone."""
    changes: tuple[Change, ...] = ()
    """What has to be decided first."""
    unchanged: tuple[str, ...] = ()
    """The deployments of which nothing that is compared has changed."""
    otherwise: tuple[tuple[str | None, str], ...] = ()
    """(deployment, its keys that have changed) where that opens nothing and moves nothing; None
    for the stack as a whole."""


@dataclass(frozen=True)
class Review:
    """What changes for some stacks."""

    base: str
    """What they are compared with, in words."""
    stacks: tuple[StackReview, ...]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes of all stacks, with what has to be decided first."""
        return in_order(change for stack in self.stacks for change in stack.changes)

    @property
    def decisions(self) -> list[Change]:
        """The changes that somebody has to decide."""
        return [change for change in self.changes if change.kind.decides]

    @property
    def others(self) -> list[Change]:
        """The changes that nobody has to decide."""
        return [change for change in self.changes if not change.kind.decides]

    def has(self, kinds: frozenset[ChangeKind]) -> bool:
        """Whether there is a change of one of these kinds."""
        return any(change.kind in kinds for change in self.changes)


def review(
    heads: Mapping[Path, Outcome],
    against: str,
    environment: Mapping[str, str],
    as_of: dt.date | None = None,
) -> Review:
    """What changes for the stacks of these files since an earlier version.

    `heads` are the files with what became of each, `against` is a reference of git, a folder or
    `merge-base`, `environment` holds the variables that the provider and CI systems set, and
    `as_of` is the day that all was judged by instead of the configuration's. Raises BadInput where
    there is nothing to compare with.
    """
    of_project: dict[Path, dict[Path, Outcome]] = {}
    for path, head in heads.items():
        of_project.setdefault(project_folder(path), {})[path] = head
    with bases(against, [*of_project], environment) as known:
        labels = dict.fromkeys(base.label for base in known.values())
        reviews: list[StackReview] = []
        for project, base in known.items():
            reviews += _Project(base, of_project[project], environment, as_of).reviews()
        return Review(", ".join(labels), tuple(reviews))


@dataclass
class _Project:
    """The stacks of one project, and their earlier version."""

    base: Base
    heads: Mapping[Path, Outcome]
    environment: Mapping[str, str]
    as_of: dt.date | None
    befores: dict[Path, Outcome] = field(default_factory=dict[Path, Outcome])
    """File of the earlier version -> what became of it."""

    def reviews(self) -> Iterator[StackReview]:
        """What changes for each, those that are gone at the end."""
        fresh = [path for path in self.heads if not self.base.path_of(path).is_file()]
        gone = self._gone()
        renamed = self._renamed(gone, fresh)
        for path, head in self.heads.items():
            earlier = renamed.get(path, self.base.path_of(path))
            yield self._review(path, head, earlier, is_renamed=path in renamed)
        for path in gone:
            if path not in renamed.values():
                yield self._removed(path)

    def _gone(self) -> list[Path]:
        """The files of the earlier version that are not there any more."""
        try:
            today = self.base.counterparts()
        except BadInput:
            return []  # each of its stacks is told to be unreadable
        return [path for path, now in today.items() if not now.is_file()]

    def _renamed(self, gone: Sequence[Path], fresh: Sequence[Path]) -> dict[Path, Path]:
        """New file -> the earlier file that it is, for stacks with another name."""
        if not gone or not fresh:
            return {}
        before = {str(path): self._declared(self._before(path)) for path in gone}
        after = {str(path): self._declared(self.heads[path]) for path in fresh}
        pairs = renamed_stacks(
            {name: declared for name, declared in before.items() if declared},
            {name: declared for name, declared in after.items() if declared},
        )
        return {Path(new): Path(old) for new, old in pairs.items()}

    @staticmethod
    def _declared(outcome: Outcome) -> Declared | None:
        return Declared.of(outcome) if isinstance(outcome, Plan) else None

    def _before(self, path: Path) -> Outcome:
        """What becomes of a file of the earlier version."""
        if path not in self.befores:
            self.befores[path] = self._planned(path)
        return self.befores[path]

    def _planned(self, path: Path) -> Outcome:
        try:
            stack = read_stack(path)
            plan = plan_file(stack, self.environment, self.as_of)
            if plan.config.pinned or plan.snapshot.id == self.base.newest:
                return plan
            return plan_file(stack, self.environment, self.as_of, using=load(self.base.newest))
        except BadInput as error:
            return error

    def _review(self, path: Path, head: Outcome, earlier: Path, *, is_renamed: bool) -> StackReview:
        stack = stack_name(path)
        if not earlier.is_file():
            if isinstance(head, BadInput):
                return StackReview(stack, path, (_broken(stack, head, None),))
            return StackReview(stack, path, new_stack(head))
        if self._is_same(path, head, earlier) and isinstance(head, Plan):
            names = tuple(deployment.name for deployment, _ in head.answers)
            return StackReview(stack, path, unchanged=names)
        before = self._before(earlier)
        if isinstance(head, BadInput):
            if isinstance(before, BadInput):
                return StackReview(stack, path)
            return StackReview(stack, path, (_broken(stack, head, "readable"),))
        if isinstance(before, BadInput):
            return StackReview(stack, path, (self._broken_base(stack, before),))
        compared = compare(Declared.of(before), head)
        return _reviewed(stack, path, compared, _old_name(stack, earlier) if is_renamed else None)

    def _is_same(self, path: Path, head: Outcome, earlier: Path) -> bool:
        """Whether all that decides is the same: the file, the project's, and the snapshot."""
        if not isinstance(head, Plan) or path.name != earlier.name:
            return False
        follows = not head.config.pinned
        if follows and newest() != self.base.newest:
            return False
        pairs = [(path, earlier)]
        pairs += [(self.base.head / name, self.base.folder / name) for name in NAMES]
        return all(_content(one) == _content(other) for one, other in pairs)

    def _removed(self, path: Path) -> StackReview:
        stack, before = stack_name(path), self._before(path)
        if isinstance(before, BadInput):
            text = f"the stack is gone; it could not be read: {self._mistake(before)}"
            change = Change(ChangeKind.REMOVED, stack, None, stack, None, text)
        else:
            change = removed_stack(Declared.of(before), stack)
        return StackReview(stack, None, (change,))

    def _broken_base(self, stack: str, error: BadInput) -> Change:
        text = (
            f"it could not be read in {self.base.label}, so that nothing of it can be compared: "
            f"{self._mistake(error)}"
        )
        return Change(ChangeKind.BROKEN, stack, None, UNREADABLE, "readable", text)

    def _mistake(self, error: BadInput) -> str:
        """The first mistake of an earlier version, whose files are elsewhere now."""
        return _first(error).replace(f"{self.base.folder}{os.sep}", "")


def _broken(stack: str, error: BadInput, before: str | None) -> Change:
    text = f"it can't be read any more: {_first(error)}"
    if before is None:
        text = f"it is new, and can't be read: {_first(error)}"
    return Change(ChangeKind.BROKEN, stack, None, before, UNREADABLE, text)


def _first(error: BadInput) -> str:
    """The first mistake, without the name of a file that is there no longer."""
    problem = error.problems[0]
    where = f"{problem.path}: " if ":" in problem.path else ""
    left = len(error.problems) - 1
    return f"{where}{problem.message}" + (f" (and {left} more)" if left else "")


def _old_name(stack: str, earlier: Path) -> Change:
    old = stack_name(earlier)
    text = (
        f"the stack was {old}: to the engine it is a new one, unless pulumi stack rename has given "
        "the old one this name"
    )
    return Change(ChangeKind.RENAMED, stack, None, old, stack, text)


def _reviewed(stack: str, path: Path, compared: Comparison, renamed: Change | None) -> StackReview:
    changes = in_order([*compared.changes, *([renamed] if renamed else [])])
    return StackReview(stack, path, changes, compared.unchanged, compared.otherwise)


def _content(path: Path) -> bytes | None:
    return read_content(path, str(path)) if path.is_file() else None
