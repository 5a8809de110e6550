"""What would make a refused request valid: the changes, nearest first, each of them tried.

A change that keeps the residency always comes before one that widens it, because widening is a
decision about compliance and not a technical one. Prior usage is a statement about the past and is
never a change. Where no single change works, two together are tried; where none do, there is none.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from os.path import commonprefix

from availability.areas import AREA_TERMS, excluded_area, reach, term_area
from availability.errors import BadInput
from availability.facts import Family, Snapshot
from availability.geography import (
    EEA_COUNTRIES,
    EU_COUNTRIES,
    distance,
    has_coordinates,
    places,
    regions,
)
from availability.names import Named, all_models, near_models, resolve_model
from availability.placement import Placement, Refusal, Request, Rule, place
from availability.residency import Guarantee, Residency


class Kind(StrEnum):
    """The work that a model does: one of another kind is no replacement."""

    TEXT = "text"
    CODE = "code"
    LIVE = "live"
    TEXT_EMBEDDINGS = "text embeddings"
    MULTIMODAL_EMBEDDINGS = "multimodal embeddings"
    IMAGES = "images"
    IMAGE_TEXT = "image captions"


KINDS: dict[Family, Kind] = {
    Family.GEMINI: Kind.TEXT,
    Family.GEMINI_LIVE: Kind.LIVE,
    Family.TEXT_EMBEDDINGS: Kind.TEXT_EMBEDDINGS,
    Family.MULTIMODAL_EMBEDDINGS: Kind.MULTIMODAL_EMBEDDINGS,
    Family.IMAGEN: Kind.IMAGES,
    Family.IMAGE_TEXT: Kind.IMAGE_TEXT,
    Family.CLAUDE: Kind.TEXT,
    Family.LLAMA: Kind.TEXT,
    Family.MISTRAL: Kind.TEXT,
    Family.CODESTRAL: Kind.CODE,
    Family.JAMBA: Kind.TEXT,
}

MODELS, RESIDENCIES, PAIRS = 3, 2, 3
"""How many alternatives of each sort are worth a reader's time."""


class Key(StrEnum):
    """The key of a stack's deployment that a change sets or, with None, removes."""

    MODEL = "model"
    RESIDENCY = "residency"
    NEEDS = "needs"
    LOCATION = "location"
    ALLOW_PREVIEW = "allowPreview"


@dataclass(frozen=True)
class Change:
    """One key, and the request with its new value."""

    key: Key
    request: Request


@dataclass(frozen=True)
class Alternative:
    """Changes that were tried together: `request` is what they make of the refused one."""

    keys: tuple[Key, ...]
    request: Request
    named: Named
    placement: Placement | None
    """Where it would be placed; None for a near miss that is refused for other reasons."""

    @property
    def widens(self) -> bool:
        """Whether it takes a decision about compliance."""
        return Key.RESIDENCY in self.keys


def alternatives(refusal: Refusal, snapshot: Snapshot, today: dt.date) -> tuple[Alternative, ...]:
    """The alternatives, nearest first. For an unknown model these are the near misses alone."""
    if refusal.named is None:
        return tuple(_near_misses(refusal, snapshot, today))
    moves = _moves(refusal, refusal.named, snapshot, today)
    found: list[Alternative] = []
    asked = refusal.request.residency
    for move, limit in moves:
        found += itertools.islice(
            _working(((change,) for change in move(refusal.request)), asked, snapshot, today), limit
        )
    if found:
        return tuple(found)
    for (first, _), (second, _) in sorted(
        itertools.combinations(moves, 2), key=lambda pair: moves[-1] in pair
    ):
        both = ((one, other) for one in first(refusal.request) for other in second(one.request))
        found += itertools.islice(_working(both, asked, snapshot, today), PAIRS - len(found))
        if len(found) == PAIRS:
            break
    return tuple(found)


def _working(
    attempts: Iterable[tuple[Change, ...]], asked: Residency, snapshot: Snapshot, today: dt.date
) -> Iterator[Alternative]:
    working: list[Residency] = []
    for changes in attempts:
        request = changes[-1].request
        keys = tuple(change.key for change in changes)
        if len(set(keys)) < len(keys):
            continue
        if any(_gives_up_more(request.residency, old, asked) for old in working):
            continue
        answer = place(request, snapshot, today)
        if isinstance(answer, Placement):
            working += [request.residency] if keys == (Key.RESIDENCY,) else []
            yield Alternative(keys, request, answer.named, answer)


def _gives_up_more(residency: Residency, other: Residency, asked: Residency) -> bool:
    """Whether it gives up the guarantee of processing, and more area than another that works."""
    return residency.guarantee is not asked.guarantee and other.area <= residency.area


def _near_misses(refusal: Refusal, snapshot: Snapshot, today: dt.date) -> Iterator[Alternative]:
    near = refusal.candidates or near_models(refusal.request.model, snapshot)
    for named in near:
        request = replace(refusal.request, model=qualified_if_needed(named, snapshot))
        answer = place(request, snapshot, today)
        placed = answer if isinstance(answer, Placement) else None
        yield Alternative((Key.MODEL,), request, named, placed)


def qualified_if_needed(named: Named, snapshot: Snapshot) -> str:
    """The model's id, with its publisher where another publisher has the same id."""
    same = sum(named.id in (m.id, *m.model.aliases) for m in all_models(snapshot))
    return named.id if same == 1 else f"{named.entry.publisher}/{named.id}"


_Move = Callable[[Request], Iterable[Change]]


def _moves(
    refusal: Refusal, named: Named, snapshot: Snapshot, today: dt.date
) -> list[tuple[_Move, int]]:
    """Ways to change a request with how many of each to show; the residency is the last."""
    models: tuple[_Move, int] = (lambda request: _other_models(request, named, snapshot), MODELS)
    if Rule.UNKNOWN_LOCATION in refusal.model_rules:
        return [models]
    return [
        (lambda request: _other_pins(request, snapshot, today), 1),
        (_no_pin, 1),
        models,
        (_previews, 1),
        (_fewer_needs, 1),
        (lambda request: _wider_residencies(request, snapshot), RESIDENCIES),
    ]


def _other_pins(request: Request, snapshot: Snapshot, today: dt.date) -> Iterator[Change]:
    """The other locations: the nearest to the pinned one first, or as they would be chosen."""
    wanted = request.location
    if wanted is None:
        return
    others = sorted(snapshot.location_ids - {wanted})
    if has_coordinates(wanted):
        others.sort(key=lambda other: away if (away := distance(wanted, other)) else float("inf"))
    elif isinstance(free := place(replace(request, location=None), snapshot, today), Placement):
        others = list(free.valid)
    for other in others:
        yield Change(Key.LOCATION, replace(request, location=other))


def _no_pin(request: Request) -> Iterator[Change]:
    if request.location is not None:
        yield Change(Key.LOCATION, replace(request, location=None))


def _other_models(request: Request, named: Named, snapshot: Snapshot) -> Iterator[Change]:
    for other in relatives(named, snapshot):
        yield Change(Key.MODEL, replace(request, model=qualified_if_needed(other, snapshot)))


def _previews(request: Request) -> Iterator[Change]:
    if not request.allow_preview:
        yield Change(Key.ALLOW_PREVIEW, replace(request, allow_preview=True))


def _fewer_needs(request: Request) -> Iterator[Change]:
    """All but one of the needs, all but two, and so on."""
    for dropped in range(1, len(request.needs) + 1):
        for kept in itertools.combinations(request.needs, len(request.needs) - dropped):
            yield Change(Key.NEEDS, replace(request, needs=kept))


def _wider_residencies(request: Request, snapshot: Snapshot) -> Iterator[Change]:
    """For the model that the request names, which may be another one than was refused."""
    served = resolve_model(request.model, snapshot).entry.served
    for wider in widenings(request.residency, served):
        yield Change(Key.RESIDENCY, replace(request, residency=wider))


@cache
def relatives(named: Named, snapshot: Snapshot) -> tuple[Named, ...]:
    """The other models of the same kind, the closest relative first.

    Same line (Gemini Flash), then same family, then same publisher; among these the nearest
    version, the newer of two that are equally near, then the most similar id. Versions of
    different publishers cannot be compared: of theirs, the newest comes first.
    """
    others = [
        other
        for other in all_models(snapshot)
        if KINDS[other.entry.family] is KINDS[named.entry.family] and other != named
    ]
    version, publisher = _version(named), named.entry.publisher

    def remoteness(other: Named) -> tuple[bool, bool, bool, float, float, int]:
        return (
            other.entry.publisher != publisher,
            other.entry.family is not named.entry.family,
            _line(other) != _line(named),
            abs(_version(other) - version) if other.entry.publisher == publisher else 0.0,
            -_version(other),
            -len(commonprefix([other.id, named.id])),  # noqa: RUF071 - of letters, not of folders
        )

    # Of ids that are equally close, the later one comes first: it is the newer, as a rule.
    newest_first = sorted(others, key=lambda other: other.id, reverse=True)
    return tuple(sorted(newest_first, key=remoteness))


def _version(named: Named) -> float:
    """The version in the name: 2.0 of "Gemini 2.0 Flash"; 0 where it has none."""
    match = re.search(r"(?<![\w.])(\d{1,2}(?:\.\d+)?)(?![\dBb.])", named.entry.name)
    return float(match[1]) if match else 0.0


def _line(named: Named) -> frozenset[str]:
    """The words of the name, without numbers: a line of models goes through its versions."""
    return frozenset(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", named.entry.name.lower())))


def widenings(residency: Residency, served: frozenset[str]) -> list[Residency]:
    """Residencies that allow more of the served locations, the smallest widening first.

    A widening adds one term and drops the exclusions that stand in its way. Giving up the guarantee
    of processing comes after those that keep it. The second one is a term of its own (`eu` for
    `de`) where there is such a term, because a rule is more often about that.
    """
    costs: dict[Residency, tuple[bool, int, float, int]] = {}
    guarantees = dict.fromkeys((residency.guarantee, Guarantee.ENDPOINT))
    for location, guarantee in itertools.product(sorted(served), guarantees):
        for rank, term in enumerate(_terms_holding(location)):
            candidate = _widened(residency, location, term, guarantee)
            if candidate is None:
                continue
            cost = (
                guarantee is not residency.guarantee,
                len(candidate.area - residency.area),
                _distance_from(residency, location),
                rank,
            )
            costs[candidate] = min(costs.get(candidate, cost), cost)
    ranked: dict[tuple[frozenset[str], Guarantee], Residency] = {}
    for candidate in sorted(costs, key=lambda one: (costs[one], one.within)):
        ranked.setdefault((candidate.area, candidate.guarantee), candidate)
    ordered = list(ranked.values())
    plain = [one for one in ordered[1:] if len(one.within) == 1 and one.within[0] in AREA_TERMS[1:]]
    return list(dict.fromkeys([*ordered[:1], *plain[:1], *ordered[1:]]))


def _widened(
    residency: Residency, location: str, term: str, guarantee: Guarantee
) -> Residency | None:
    """The residency with one more term, changed so that it holds the location.

    None where that is no change, no residency (`any` with a guarantee of processing), or no
    widening: of a place without a region nothing is known but what encloses it.
    """
    if not residency.area and not all(_encloses(term, old) for old in residency.within):
        return None
    within = (*(old for old in residency.within if not _encloses(term, old)), term)
    if term_area(term) <= Residency(residency.within).area:
        within = residency.within
    excluding = tuple(
        old for old in residency.excluding if not excluded_area(old) & reach(location)
    )
    try:
        candidate = Residency.build(list(within), list(excluding) or None, guarantee.value)
    except BadInput:
        return None
    same = candidate.area == residency.area and guarantee is residency.guarantee
    return None if same or not candidate.holds(location) else candidate


def _encloses(term: str, old: str) -> bool:
    """Whether the place of a term holds that of another one, regions or not."""
    if term_area(old):
        return term_area(old) <= term_area(term)
    return (
        term == "any"
        or (term == "eu" and old in EU_COUNTRIES)
        or (term in ("eea", "europe") and old in EEA_COUNTRIES)
    )


@cache
def _terms_holding(location: str) -> tuple[str, ...]:
    """The terms whose area holds the location, smallest first."""
    place_ = places()[location]
    terms = [term for term in AREA_TERMS if reach(location) <= term_area(term)]
    if place_.kind == "region":
        terms += [place_.country_code, location]
    return tuple(sorted(dict.fromkeys(terms), key=lambda term: len(term_area(term))))


def _distance_from(residency: Residency, location: str) -> float:
    """How far the location is from the nearest region of the area, in km."""
    known = [
        away
        for atom in residency.area & regions().keys()
        if (away := distance(atom, location)) is not None
    ]
    return min(known, default=float("inf"))
