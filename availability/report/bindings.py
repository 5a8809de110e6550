"""The IAM bindings of a program, whose resources are named by hashes, with who they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from availability.explanation.names import counted
from availability.input.printed import plain_line
from availability.input.wrap import wrapped

MOST_BINDINGS = 100
"""So many bindings are named; of the rest it is said how many they are."""


@dataclass(frozen=True, order=True)
class Binding:
    """A role that a member is given, and the resource that does it."""

    role: str
    where: str
    """On what other than the project, or on what condition: in words, empty where on none."""
    member: str
    name: str
    """The resource's name in the program."""


def binding_lines(known: Collection[Binding], unknown: Sequence[str]) -> list[str]:
    """How many there are, then each below its role; none where there is none.

    `unknown` has what is bound in words, of the bindings that are registered once it is known.
    """
    if not known and not unknown:
        return []
    lines = [_count(known, unknown)]
    shown = sorted(known)[:MOST_BINDINGS]
    width = max((len(binding.name) for binding in shown), default=0)
    for role, bindings in groupby(shown, lambda binding: f"{binding.role} {binding.where}"):
        lines.append(f"  {role}".rstrip())
        lines += [f"    {binding.name:<{width}}  {binding.member}" for binding in bindings]
    if left := len(known) - len(shown):
        lines.append(f"  and {left} more")
    return [*map(plain_line, lines), *_unknown_lines(unknown)]


def _count(known: Collection[Binding], unknown: Sequence[str]) -> str:
    roles, members = ({binding.role for binding in known}, {binding.member for binding in known})
    parts = [f"{counted(len(known), 'IAM binding')}"]
    if known:
        parts.append(f" of {counted(len(roles), 'role')} to {counted(len(members), 'member')}")
    if unknown:
        parts.append(f", and {len(unknown)} of what only the update will know")
    return f"{''.join(parts)}:"


def _unknown_lines(unknown: Iterable[str]) -> Iterator[str]:
    """What is not in this preview, each once with how often, as far as there is room."""
    counts = Counter(unknown)
    if counts:
        yield "  not in this preview, because what they name is made by the update:"
    for what, count in [*counts.items()][:MOST_BINDINGS]:
        yield from wrapped(f"{what}{f' ({count} times)' if count > 1 else ''}", "    ", "      ")
    if len(counts) > MOST_BINDINGS:
        yield f"    and {len(counts) - MOST_BINDINGS} more"
