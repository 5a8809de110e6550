"""A report that fits: what matters least is told in fewer lines, until the rest has room.

A part is cut as a whole, so that nothing ends in the middle of a table or of a block of code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

MOST = 60_000
"""The most characters of a comment. GitHub takes 65,536, counted as Python counts them; what is
left is for what a workflow writes above and below."""


class Cut(Enum):
    """What may be cut of a report, what is missed least first, and what it is called then."""

    LOCATIONS = "lists of locations"
    REFUSALS = "details of refusals"
    UNCHANGED = "tables of stacks without a change"
    PLACED = "tables of stacks where all is placed"
    HEADLINES = "refusals"
    TABLES = "tables of stacks with refusals"
    STACKS = "stacks"
    FINDINGS = "findings"
    CHANGES = "changes"
    DECISIONS = "changes that have to be decided"


@dataclass(frozen=True)
class Part:
    """Lines of a report that belong together."""

    lines: Sequence[str]
    shorter: Mapping[Cut, Sequence[str]] = field(default_factory=dict[Cut, Sequence[str]])
    """What stands in their place once that is cut; nothing where it is left out."""


def fitted(parts: Sequence[Part], see: str, most: int = MOST) -> str:
    """The parts as one text of at most so many characters, which says what it left out.

    `see` is a sentence that says where that is to be seen. It fits where every part can be left
    out. Of one kind the last parts are cut first.
    """
    text = _text(part.lines for part in parts)
    if len(text) <= most:
        return text
    shown: list[Sequence[str]] = [part.lines for part in parts]
    cuts: dict[int, Cut] = {}
    room = most - len(_note(Counter(cut for part in parts for cut in part.shorter), see)) - 1
    size = sum(map(_size, shown))
    for index, cut in _steps(parts):
        if size <= room:
            break
        size += _size(parts[index].shorter[cut]) - _size(shown[index])
        shown[index], cuts[index] = parts[index].shorter[cut], cut
    return f"{_text(shown)}\n{_note(Counter(cuts.values()), see)}".lstrip("\n")


def _steps(parts: Sequence[Part]) -> list[tuple[int, Cut]]:
    """Each cut of each part, in the order in which they are made."""
    last_first = range(len(parts) - 1, -1, -1)
    return [(index, cut) for cut in Cut for index in last_first if cut in parts[index].shorter]


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _text(parts: Iterable[Sequence[str]]) -> str:
    return "\n".join(line for lines in parts for line in lines).rstrip()


def _note(cuts: Mapping[Cut, int], see: str) -> str:
    told = ", ".join(f"{cut.value} ({cuts[cut]})" for cut in Cut if cuts.get(cut))
    return f"\n**Left out for want of room: {told}.** {see}"
