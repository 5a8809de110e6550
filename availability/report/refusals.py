"""A refusal as plain text: what decides, then the fixes, then the rest.

The list of all locations with what stands against each is long, and few want it: a command prints
it. What is left out is said, with the way to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto

from availability.explanation.age import TO_REFRESH, how_old, refresh_command
from availability.explanation.answers import Answer
from availability.explanation.headline import headline
from availability.explanation.names import counted
from availability.explanation.newer import by_later_facts
from availability.explanation.overview import overview, proof, rule_counts
from availability.explanation.reasons import grouped_reasons
from availability.explanation.rules.unknown import known_later
from availability.facts.snapshot import Snapshot
from availability.input.printed import plain_line
from availability.input.wrap import wrapped
from availability.placement.request import Refusal

_WINDOWS = "  Windows PowerShell has no &&: enter such commands one after the other."
REFUSAL_LINES = 25
"""The most lines that one refusal takes without `--explain`."""


class Listing(Enum):
    """Where a reader finds the list of all locations, and the fixes that have no room."""

    POINTED = auto()
    """The last line is the command that prints it; where no command can, the list stands there."""
    ELSEWHERE = auto()
    """Whoever prints the refusal says where."""
    BESIDE = auto()
    """Right beside the refusal, which has all fixes then."""
    FULL = auto()
    """Here, whatever its length, and so with the fixes."""


def refusal_lines(
    answer: Answer,
    name: str | None = None,
    place: str | None = None,
    listing: Listing = Listing.POINTED,
) -> list[str]:
    """Why a request is refused, and what to type.

    `name` is the deployment's, and `place` says where it stands in which file.
    """
    refusal, snapshot = _refusal(answer), answer.snapshot
    start = f"{name}: " if name else ""
    head = wrapped(f"{start}{headline(refusal, snapshot)}.", "", "  ")
    head += [plain_line(f"  {place}")] if place else []
    if later := by_later_facts(refusal, answer.fixer):
        said, to_type = later
        head += wrapped(said, "  ", "  ")
        head += [plain_line(f"     {to_type}")] if to_type else []
    if listing is Listing.FULL:
        fixes = _fix_lines(answer, refusal, None)
        return [*head, *fixes, *_flat(_rest(refusal, snapshot)), *location_lines(answer)]
    command = answer.fixer.everything(refusal.request) if answer.fixer else None
    points = listing is Listing.POINTED
    end = whole_lines(command, "  ") if command and points else []
    room = REFUSAL_LINES - len(head) - len(end)
    limited = listing is Listing.ELSEWHERE or (points and command is not None)
    fixes = _fix_lines(answer, refusal, room if limited else None)
    rest, room = _rest(refusal, snapshot), room - len(fixes)
    if points and not command:
        return [*head, *fixes, *_rest_with_list(rest, refusal, snapshot, room)]
    if listing is Listing.BESIDE:  # like the fixes, what was asked is told whatever its length
        whole = _flat(rest)
        lines = [*whole, *_fitting(_counts(refusal, snapshot), room - len(whole))]
    else:
        lines = _fitting([*rest, *_counts(refusal, snapshot)], room)
    return [*head, *fixes, *lines, *(end if refusal.universe else [])]


def location_lines(answer: Answer) -> list[str]:
    """Every location once, with all that stands against it, grouped by that."""
    return _flat(_groups(grouped_reasons(_refusal(answer), answer.snapshot)))


def whole_command(*answers: Answer) -> str | None:
    """The command that prints refusals in full, where they leave out anything and there is one."""
    for answer in answers:
        if isinstance(answer.result, Refusal) and answer.result.universe and answer.fixer:
            return answer.fixer.everything(answer.result.request)
    return None


def whole_lines(command: str | None, indent: str) -> list[str]:
    """Points to the command that prints the refusals in full."""
    if command is None:
        return []
    return [f"{indent}All locations, each with its reasons:", plain_line(f"{indent}   {command}")]


def _refusal(answer: Answer) -> Refusal:
    if not isinstance(answer.result, Refusal):
        raise TypeError("a placement is no refusal")
    return answer.result


def _rest(refusal: Refusal, snapshot: Snapshot) -> list[list[str]]:
    """What else there is to know: why the headline is true, what was asked of which facts."""
    if refusal.named is None:
        if refusal.candidates or refusal.today is None or known_later(refusal):
            return []
        newest = refusal.newer or snapshot
        age = wrapped(f"{how_old(newest, refusal.today)} {TO_REFRESH}", "  ", "  ")
        return [[*age, f"     {refresh_command()}"]]
    told = f"{headline(refusal, snapshot)}."
    sentences = [*proof(refusal, snapshot), overview(refusal, snapshot)]
    more = (sentence.removeprefix(told).strip() for sentence in sentences)
    return [wrapped(sentence, "  ", "  ") for sentence in more if sentence]


def _counts(refusal: Refusal, snapshot: Snapshot) -> list[list[str]]:
    """How many locations break each rule, a line each."""
    total = len(refusal.universe)
    return [
        wrapped(f"{words}: {count} of {total} locations", "  - ", "    ")
        for words, count in rule_counts(refusal, snapshot)
    ]


def _groups(shown: Iterable[tuple[str, tuple[str, ...]]]) -> list[list[str]]:
    """The locations by what stands against them, in the order of the groups."""
    return [
        wrapped(f"{sentence}: {', '.join(locations)}", "  - ", "    ")
        for sentence, locations in shown
    ]


def _fitting(parts: Iterable[list[str]], room: int) -> list[str]:
    """As many of the parts as there is room for, each whole."""
    lines: list[str] = []
    for part in parts:
        if len(lines) + len(part) > room:
            break
        lines += part
    return lines


def _rest_with_list(
    rest: list[list[str]], refusal: Refusal, snapshot: Snapshot, room: int
) -> list[str]:
    """The rest as far as it leaves room for the list, and of that how much is left out."""
    shown = grouped_reasons(refusal, snapshot)
    groups = _groups(shown)
    while rest and len(_flat(rest)) + len(_flat(groups)) > room:
        rest = rest[:-1]
    room -= len(_flat(rest))
    if len(_flat(groups)) <= room:
        return _flat([*rest, *groups])
    count = len(groups) - 1
    while count and len(_flat(groups[:count])) >= room:
        count -= 1
    left = sum(len(locations) for _, locations in shown[count:])
    return _flat([*rest, *groups[:count], [f"  - and {counted(left, 'more location')}"]])


def _flat(parts: Iterable[Sequence[str]]) -> list[str]:
    return [line for part in parts for line in part]


def _fix_lines(answer: Answer, refusal: Refusal, room: int | None) -> list[str]:
    """What would be valid: the first alternative, and as many more as there is room for."""
    from availability.explanation.alternatives.words import heading, nothing_works, told_elsewhere

    if answer.told_by is not None:
        return wrapped(told_elsewhere(answer.told_by), "  ", "  ")
    alternatives, shared = answer.shown_alternatives, answer.shared is not None
    if not alternatives:
        return wrapped(nothing_works(refusal, shared=shared), "  ", "  ")
    commands = [alternative.command or "" for alternative in alternatives]
    windows = [_WINDOWS] if any(" && " in command for command in commands) else []
    windows += _in_place(answer)
    lines = [f"  {heading(refusal, answer.snapshot, shared=shared)}:"]
    for index, alternative in enumerate(alternatives):
        entry = wrapped(alternative.text, f"  {index + 1}. ", "     ")
        entry += [plain_line(f"     {alternative.command}")] if alternative.command else []
        left = len(alternatives) - index
        needed = len(lines) + len(entry) + len(windows) + (left > 1)
        if index and room is not None and needed > room:
            lines.append(f"  and {left} more, which --explain shows")
            break
        lines += entry
    return lines + windows


def _in_place(answer: Answer) -> list[str]:
    """How to apply a fix without the Pulumi CLI, by the number of the first that has a command."""
    shown = enumerate(answer.shown_alternatives, start=1)
    number = next((number for number, alternative in shown if alternative.steps), None)
    command = answer.fixer.in_place(number) if answer.fixer and number else None
    return [plain_line(f"  Without pulumi, fix {number}: {command}")] if command else []
