"""What changes for a stack since its last update, as a preview tells it: as a review does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from availability.input.wrap import folded, wrapped
from availability.report.review import calm, summary
from availability.stack.review.changes import Change, ChangeKind
from availability.stack.review.comparison import Comparison
from availability.stack.review.last_update import Incomparable
from availability.stack.review.review import Review, StackReview


def told_changes(since: Comparison | Incomparable, moves: Collection[str]) -> tuple[Change, ...]:
    """The changes that are to be told, what has to be decided first.

    `moves` are the deployments whose move is told in the same words anyway, with what prevents it.
    """
    changes = since.changes if isinstance(since, Comparison) else ()
    return tuple(
        change
        for change in changes
        if change.kind is not ChangeKind.MOVED or change.deployment not in moves
    )


def change_text(change: Change) -> str:
    """A change as one message of its stack."""
    return folded(f"{change.kind}: {change.text}")


def since_marks(
    since: Comparison | Incomparable, moves: Collection[str]
) -> Mapping[str, Sequence[str]]:
    """Deployment -> the kinds of its changes."""
    marks: dict[str, dict[str, None]] = {name: {} for name in moves}
    for change in since.changes if isinstance(since, Comparison) else ():
        if change.deployment:
            marks.setdefault(change.deployment, {})[change.kind.value] = None
    for name in moves:
        marks[name].setdefault(ChangeKind.MOVED.value)
    return {name: tuple(kinds) for name, kinds in marks.items()}


def since_lines(stack: str, since: Comparison | Incomparable) -> Iterator[str]:
    """How many changes there are since the last update, or why that is unknown."""
    if isinstance(since, Incomparable):
        yield from wrapped(f"Nothing to compare with: {since}.", "", "  ")
        return
    own = StackReview(stack, None, since.changes, since.unchanged, since.otherwise)
    compared = Review("the last update", (own,))
    for text in (f"Since {compared.base}: {summary(compared)}.", *calm(compared)):
        yield from wrapped(text, "", "  ")
