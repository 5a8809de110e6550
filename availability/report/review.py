"""What changes for stacks, as plain text: what has to be decided first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from availability.input.wrap import wrapped
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.review.review import Review, StackReview

_HANGING = " " * 21
_NAMED = 6
"""The most deployments that are named of those with the same change."""


def review_lines(review: Review) -> list[str]:
    """The changes since the earlier version: a summary, each change, and what has not changed."""
    decide, rest = review.decisions, review.others
    lines = wrapped(f"Against {review.base}: {summary(review)}.", "", "  ")
    if decide:
        lines += ["To decide:", *_change_lines(decide)]
    if rest:
        lines += ["Also changed:" if decide else "Changed:", *_change_lines(rest)]
    return lines + [line for text in calm(review) for line in wrapped(text, "", "  ")]


def summary(review: Review) -> str:
    """How many changes there are, and how many of them have to be decided.

    A stack that could not be read then, or can't be now, may hold anything, and is counted apart.
    """
    total = sum(change.kind is not ChangeKind.BROKEN for change in review.changes)
    unknown = not_compared(review)
    decide = len(review.decisions)
    changes = f"{total} change{'s' if total > 1 else ''}" if total else "no change that is known"
    told = f"{changes}, {decide or 'none'} to decide"
    if unknown:
        return f"{told}, and {unknown} stack{'s' if unknown > 1 else ''} can't be compared"
    return told if total else "nothing to decide, and nothing moves"


def not_compared(review: Review) -> int:
    """How many stacks are there of which nobody knows what changes."""
    return sum(_is_unknown(stack) for stack in review.stacks)


def _is_unknown(stack: StackReview) -> bool:
    """Whether one of both versions could not be read; of neither nothing at all is said."""
    if any(change.kind is ChangeKind.BROKEN for change in stack.changes):
        return True
    return not (stack.changes or stack.unchanged or stack.otherwise)


def calm(review: Review) -> Iterator[str]:
    """What has not changed, and what has without opening or moving anything, a line each."""
    other = [
        f"{stack.stack}/{name} ({keys})" if name else f"{stack.stack} ({keys})"
        for stack in review.stacks
        for name, keys in stack.otherwise
    ]
    if other:
        yield f"Changed besides: {', '.join(other)}."
    if line := unchanged(review):
        yield line


def unchanged(review: Review) -> str:
    """How much has not changed, in a sentence; nothing where all has."""
    count = sum(len(stack.unchanged) for stack in review.stacks)
    if not count:
        return ""
    whole = sum(_is_calm(stack) for stack in review.stacks)
    where = f"{whole} stack{'s' if whole != 1 else ''} as a whole" if whole else ""
    return f"Unchanged: {count} deployment{'s' if count > 1 else ''}{where and f', {where}'}."


def _is_calm(stack: StackReview) -> bool:
    return stack.path is not None and not stack.changes and not stack.otherwise


@dataclass(frozen=True)
class Told:
    """A change that is told once, of a stack or of all its deployments that have the same."""

    change: Change
    """That of the first deployment."""
    deployments: tuple[str, ...]
    """Empty for the stack as a whole."""

    @property
    def where(self) -> str:
        """What has changed: `STACK/DEPLOYMENT`, or `STACK (DEPLOYMENT, …)` for several."""
        stack, names = self.change.stack, self.deployments
        if len(names) <= 1:
            return "/".join([stack, *names])
        shown = names if len(names) <= _NAMED + 1 else names[:_NAMED]
        left = len(names) - len(shown)
        return f"{stack} ({', '.join(shown)}{f' and {left} more' if left else ''})"

    @property
    def words(self) -> str:
        """What changes, without the name of a deployment."""
        return _words(self.change)


def told_once(changes: Iterable[Change]) -> list[Told]:
    """The changes, those of deployments of a stack made one that say the same."""
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        same = (change.kind, change.stack, change.before, change.after, _words(change))
        alone = None if change.deployment else len(groups)
        groups.setdefault((*same, alone), []).append(change)
    return [
        Told(group[0], tuple(change.deployment for change in group if change.deployment))
        for group in groups.values()
    ]


def _words(change: Change) -> str:
    return change.text.removeprefix(f"{change.deployment}: ") if change.deployment else change.text


def _change_lines(changes: Iterable[Change]) -> Iterator[str]:
    for told in told_once(changes):
        start = f"  {told.change.kind:<18} "
        yield from wrapped(f"{told.where}: {told.words}", start, _HANGING)
