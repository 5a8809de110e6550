"""Reads a model card: one page, one or several models, each with its lists.

A card is read by its labels, in whatever form it comes: what stands between "Model availability"
and the next label are locations. A line that the reader does not understand is reported with its
place, and what it might have said stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from availability.ingest.card_block import Block, end_of_ids, ids_below
from availability.ingest.document import Document, Line, PageError
from availability.ingest.notes import closing_notes
from availability.ingest.reading import Reading
from availability.ingest.statements import Key, Served
from availability.ingest.vocabulary import LABELS, Section, label_of


def is_card(document: Document) -> bool:
    """Whether the page has a model's id as a card has it."""
    return any(ids_below(document.lines, index) for index in _id_labels(document.lines))


def read_card(document: Document) -> Reading:
    """What the card says.

    Raises PageError where it is cut off, names a location that does not exist, or says two things
    of one model.
    """
    reading = Reading(document)
    blocks = list(_blocks(reading))
    listed: set[str] = set()
    for block in blocks:
        block.read()
        first = block.ids[0][1]
        if block.served:
            listed.add(first)
        if first not in listed:
            message = f'the card of {first} has no list "Model availability"'
            reading.not_understood(block.lines[0], message)
    closing_notes(reading, {model: block.ids[0][0] for block in blocks for _, model in block.ids})
    _check_once(reading, blocks)
    return reading


def _id_labels(lines: Sequence[Line]) -> Iterator[int]:
    """The lines that say "Model ID"."""
    for index, line in enumerate(lines):
        if line.kind != "item" and LABELS.get(label_of(line.text)) is Section.MODEL_ID:
            yield index


def _blocks(reading: Reading) -> Iterator[Block]:
    """The parts of the page that are about one model each, together all of it."""
    lines = reading.document.lines
    starts = list(_starts(lines))
    firsts = [
        _first(lines, starts[position - 1] if position else None, start)
        for position, start in enumerate(starts)
    ]
    for first, start, end in zip(firsts, starts, [*firsts[1:], len(lines)], strict=True):
        is_last = end == len(lines)
        yield Block(reading, lines[first:start], lines[start:end], len(starts) > 1, is_last)


def _starts(lines: Sequence[Line]) -> Iterator[int]:
    """The labels above a model's id; one that is repeated at once counts once."""
    previous = -9
    previous_ids: list[Key] = []
    for index in _id_labels(lines):
        ids = ids_below(lines, index)
        is_repeated = ids == previous_ids and index - previous <= 1 + len(ids)
        if ids and not is_repeated:
            yield index
        previous, previous_ids = index, ids


def _first(lines: Sequence[Line], previous: int | None, start: int) -> int:
    """Where the block of a label begins: its heading, with the callouts right above it.

    `previous` is where the label of the block before it stands, to which its ids belong even in a
    callout; the first block has all above it.
    """
    if previous is None:
        return 0
    above = range(start - 1, previous, -1)
    first = next((index for index in above if lines[index].kind == "heading"), start)
    nearest = end_of_ids(lines, previous)
    while first > nearest and lines[first - 1].quoted:
        first -= 1
    return first


def _check_once(reading: Reading, blocks: Sequence[Block]) -> None:
    """Raises PageError where two lists of one model's locations disagree."""
    served: dict[Key, set[frozenset[str]]] = {}
    for block in blocks:
        for key in block.ids:
            served.setdefault(key, set()).update(block.served)
    for (_, model), lists in served.items():
        if len(lists) > 1:
            line = _last_served(reading, model)
            raise PageError(line, f"two lists of locations for {model} that disagree")


def _last_served(reading: Reading, model: str) -> int | None:
    """The line of the last location of a model."""
    served = [said for said in reading.statements if isinstance(said, Served)]
    of_model = [said for said in served if said.model == model]
    return of_model[-1].cite.line if of_model else None
