"""Which deployments of a stack share one location, as its configuration says it."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from availability.input.errors import Problem, shown
from availability.input.likeness import nearest
from availability.placement.request import Partner
from availability.places.suggest import check_location

Groups = tuple[tuple[str, ...], ...]
"""Names of deployments, by group."""


def merged(groups: Iterable[Sequence[str]]) -> Groups:
    """The groups with those made one that have a name in common: sharing is transitive.

    Names and groups keep the order in which they first stand.
    """
    distinct: list[dict[str, None]] = []
    for names in (dict.fromkeys(group) for group in groups if group):
        touching = [group for group in distinct if not names.keys().isdisjoint(group)]
        joined = dict.fromkeys(itertools.chain(*touching, names))
        at = distinct.index(touching[0]) if touching else len(distinct)
        distinct = [
            *distinct[:at],
            joined,
            *(group for group in distinct[at:] if group not in touching),
        ]
    return tuple(tuple(group) for group in distinct)


def without(groups: Groups, gone: Collection[str]) -> Groups:
    """The groups without these names; a group that no longer has two of them is empty."""
    left = (tuple(name for name in group if name not in gone) for group in groups)
    return tuple(group if len(group) > 1 else () for group in left)


def read_groups(
    value: object, names: Collection[str], path: str, problems: list[Problem]
) -> Groups:
    """The groups of a list of lists of names, as written; every mistake is added to `problems`.

    `names` are those of the stack's deployments, and `path` is the key's.
    """
    items = _items(value)
    if items is None or (items and all(isinstance(item, str) for item in items)):
        problems.append(_no_groups(value, items, names, path))
        return ()
    groups: list[tuple[str, ...]] = []
    for index, item in enumerate(items):
        groups.append(_group(item, names, f"{path}[{index}]", problems))
    return tuple(groups)


def read_partners(value: object, path: str, problems: list[Problem]) -> tuple[Partner, ...]:
    """The partners of a map from their names to the locations that each may have."""
    if not isinstance(value, Mapping):
        message = f"expected a map from a name to a list of locations, not {shown(value)}"
        problems.append(Problem(path, message))
        return ()
    partners: list[Partner] = []
    for name, words in cast("Mapping[object, object]", value).items():
        locations = _locations(words, f"{path}.{name}", problems)
        partners.append(Partner(str(name), frozenset(locations)))
    return tuple(partners)


def _locations(value: object, path: str, problems: list[Problem]) -> Iterator[str]:
    words = _items(value)
    if words is None:
        problems.append(Problem(path, f"expected a list of locations, not {shown(value)}"))
    for index, word in enumerate(words or ()):
        checked = check_location(word) if isinstance(word, str) else None
        if isinstance(checked, str):
            yield checked
        else:
            wrong = checked or Problem("", f"expected a location, not {shown(word)}")
            problems.append(replace(wrong, path=f"{path}[{index}]"))


def _items(value: object) -> list[object] | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return None
    return list(cast("Sequence[object]", value))


def _no_groups(
    value: object, items: list[object] | None, names: Collection[str], path: str
) -> Problem:
    """What is wrong with a list of names, or with no list, and the list of lists that it may be."""
    words = value.split(",") if isinstance(value, str) else items or ()
    meant = [word.strip(" []\"'") for word in words if isinstance(word, str)]
    known = len(set(meant)) > 1 and all(word in names for word in meant)
    right = f"[[{', '.join(meant)}]]"
    if items is None:
        message = f"expected a list of groups of names like [[chat, search]], not {shown(value)}"
    else:
        message = f"a list of names is no list of groups: write {right}"
    return Problem(path, message, (right,) if known and items is None else ())


def _group(
    item: object, names: Collection[str], path: str, problems: list[Problem]
) -> tuple[str, ...]:
    words = _items(item)
    if words is None:
        message = f"expected a group of names like [chat, search], not {shown(item)}"
        problems.append(Problem(path, message))
        return ()
    for index in range(len(words)):
        problems += _wrong_name(words, index, names, f"{path}[{index}]")
    group = tuple(word for word in words if isinstance(word, str))
    if len(words) == len(group) and len(set(group)) < 2:
        message = "a group has at least two different names, to have something to share"
        problems.append(Problem(path, message))
    return group


def _wrong_name(
    words: Sequence[object], index: int, names: Collection[str], path: str
) -> Iterator[Problem]:
    word = words[index]
    if not isinstance(word, str):
        yield Problem(path, f"expected the name of a deployment, not {shown(word)}")
    elif word in words[:index]:
        yield Problem(path, f"{word} stands in this group twice")
    elif names and word not in names:
        suggestions = tuple(nearest(word, [name for name in names if name not in words]))
        message = f"no deployment is called {shown(word)}"
        message += "" if suggestions else f"; there are: {', '.join(sorted(names))}"
        yield Problem(path, message, suggestions)
