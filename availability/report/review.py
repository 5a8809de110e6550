"""What changes for stacks, as plain text: what has to be decided first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from availability.input.wrap import wrapped
from availability.stack.review.changes import Change
from availability.stack.review.review import Review, StackReview

_HANGING = " " * 21


def review_lines(review: Review) -> list[str]:
    """The changes since the earlier version: a summary, each change, and what has not changed."""
    decide = [change for change in review.changes if change.kind.decides]
    rest = [change for change in review.changes if not change.kind.decides]
    lines = wrapped(f"Against {review.base}: {summary(review)}.", "", "  ")
    if decide:
        lines += ["To decide:", *_change_lines(decide)]
    if rest:
        lines += ["Also changed:" if decide else "Changed:", *_change_lines(rest)]
    return lines + [line for text in calm(review) for line in wrapped(text, "", "  ")]


def summary(review: Review) -> str:
    """How many changes there are, and how many of them have to be decided."""
    total = len(review.changes)
    if not total:
        return "nothing to decide, and nothing moves"
    decide = sum(change.kind.decides for change in review.changes)
    changes = f"{total} change{'s' if total > 1 else ''}"
    return f"{changes}, {decide} to decide" if decide else f"{changes}, none to decide"


def calm(review: Review) -> Iterator[str]:
    """What has not changed, and what has without opening or moving anything, a line each."""
    other = [
        f"{stack.stack}/{name} ({keys})"
        for stack in review.stacks
        for name, keys in stack.otherwise
    ]
    if other:
        yield f"Changed without effect on where data goes or who calls: {', '.join(other)}."
    count = sum(len(stack.unchanged) for stack in review.stacks)
    if count:
        whole = sum(_is_calm(stack) for stack in review.stacks)
        where = f"{whole} stack{'s' if whole != 1 else ''} as a whole" if whole else ""
        yield f"Unchanged: {count} deployment{'s' if count > 1 else ''}{where and f', {where}'}."


def _is_calm(stack: StackReview) -> bool:
    return stack.path is not None and not stack.changes and not stack.otherwise


def _change_lines(changes: Iterable[Change]) -> Iterator[str]:
    for _, group in groupby(changes, key=lambda change: (change.kind, change.stack)):
        for change in group:
            yield from wrapped(f"{change.stack}/{change.text}", f"  {change.kind:<18} ", _HANGING)
