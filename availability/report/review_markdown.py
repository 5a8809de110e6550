"""What changes for stacks, as the head of a comment in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from availability.report.fitting import Cut, Part
from availability.report.markdown import code_cell, code_span, shortened
from availability.report.review import Told, not_compared, summary, told_once, unchanged
from availability.stack.review.changes import Change
from availability.stack.review.review import Review

_ROW = "| {} | {} | {} | {} | {} |"
_TEXT = 300
"""The most characters of what a change is in words: a reason may be of any length."""


def review_parts(review: Review) -> list[Part]:
    """A heading, the changes that have to be decided, the others, and what has not changed."""
    decide, rest = review.decisions, review.others
    mark = ":warning:" if decide or not_compared(review) else ":white_check_mark:"
    heading = f"### {mark} Against {code_span(shortened(review.base))}: {summary(review)}"
    return [
        Part([heading, ""]),
        *_table("What has to be decided", decide, Cut.DECISIONS),
        *_table("Also changed" if decide else "Changed", rest, Cut.CHANGES),
        *_calm(review),
    ]


def _table(title: str, changes: Iterable[Change], cut: Cut) -> Iterator[Part]:
    rows = [Part([_row(told)], {cut: []}) for told in told_once(changes)]
    if rows:
        head = [_ROW.format("change", "where", "from", "to", "in words"), _ROW.format(*["---"] * 5)]
        yield Part([f"**{title}**", "", *head])
        yield from rows
        yield Part([""])


def _row(told: Told) -> str:
    change = told.change
    words = told.words.removeprefix(f"{change.before} -> {change.after}").removeprefix(": ")
    cells = (shortened(told.where), shortened(change.before), shortened(change.after))
    typed = [code_cell(text) if text else "" for text in (*cells, shortened(words, _TEXT))]
    return _ROW.format(f"**{change.kind}**" if change.kind.decides else change.kind, *typed)


def _calm(review: Review) -> Iterator[Part]:
    """What has changed without opening or moving anything, and what has not, a line each."""
    other = [(stack.stack, *pair) for stack in review.stacks for pair in stack.otherwise]
    if other:
        named = [
            f"{code_span(f'{stack}/{name}' if name else stack)} ({keys})"
            for stack, name, keys in other
        ]
        said = "Changed besides"
        short = f"{said}: {len(other)} stacks and deployments."
        yield Part([f"{said}: {', '.join(named)}.", ""], {Cut.CHANGES: [short, ""]})
    if line := unchanged(review):
        yield Part([line, ""])
