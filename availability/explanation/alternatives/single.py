"""What would make a refused request valid: the changes, nearest first, each of them tried.

A change that keeps the residency always comes before one that widens it, because widening is a
decision about compliance and not a technical one. Prior usage is a statement about the past and is
never a change. Where no single change works, two together are tried; where none do, there is none.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from operator import itemgetter
from os.path import commonprefix

from availability.facts.capabilities import affirms, capabilities
from availability.facts.grouped import Group, groups, models_of
from availability.facts.names import Named, UnknownModel, near_models, resolve_model, with_id
from availability.facts.snapshot import ContextSize, Entry, Family, Snapshot
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.places.areas import (
    ADEQUACY_TERMS,
    AREA_TERMS,
    countries_of,
    everywhere,
    excluded_area,
    reach,
    term_area,
)
from availability.places.geography import (
    distance,
    has_coordinates,
    places,
    regions,
)
from availability.places.residency import Guarantee, Residency


class Kind(StrEnum):
    """The work that a model does: one of another kind is no replacement."""

    TEXT = "text"
    CODE = "code"
    LIVE = "live"
    TEXT_EMBEDDINGS = "text embeddings"
    MULTIMODAL_EMBEDDINGS = "multimodal embeddings"
    IMAGES = "images"
    IMAGE_TEXT = "image captions"
    TRY_ON = "virtual try-on"
    VIDEO = "video"
    MEDIA = "mixed media"
    MUSIC = "music"
    SPEECH = "speech"
    TRANSCRIPTION = "transcription"
    DOCUMENTS = "documents"
    UNKNOWN = "unknown"
    """Nobody knows what it replaces."""

    @property
    def makes_vectors(self) -> bool:
        """Whether its results are vectors, which are of use beside those of the same model only."""
        return self in (Kind.TEXT_EMBEDDINGS, Kind.MULTIMODAL_EMBEDDINGS)


KINDS: dict[Family, Kind] = {
    Family.GEMINI: Kind.TEXT,
    Family.GEMINI_IMAGE: Kind.IMAGES,
    Family.GEMINI_LIVE: Kind.LIVE,
    Family.GEMINI_OMNI: Kind.MEDIA,
    Family.GEMINI_TRANSCRIBE: Kind.TRANSCRIPTION,
    Family.GEMINI_TTS: Kind.SPEECH,
    Family.GEMMA: Kind.TEXT,
    Family.PALM: Kind.TEXT,
    Family.TEXT_EMBEDDINGS: Kind.TEXT_EMBEDDINGS,
    Family.MULTIMODAL_EMBEDDINGS: Kind.MULTIMODAL_EMBEDDINGS,
    Family.IMAGEN: Kind.IMAGES,
    Family.IMAGE_TEXT: Kind.IMAGE_TEXT,
    Family.VIRTUAL_TRY_ON: Kind.TRY_ON,
    Family.VEO: Kind.VIDEO,
    Family.LYRIA: Kind.MUSIC,
    Family.CHIRP: Kind.TRANSCRIPTION,
    Family.CLAUDE: Kind.TEXT,
    Family.DEEPSEEK: Kind.TEXT,
    Family.DEEPSEEK_OCR: Kind.DOCUMENTS,
    Family.E5_EMBEDDINGS: Kind.TEXT_EMBEDDINGS,
    Family.GLM: Kind.TEXT,
    Family.GPT_OSS: Kind.TEXT,
    Family.GROK: Kind.TEXT,
    Family.JAMBA: Kind.TEXT,
    Family.KIMI: Kind.TEXT,
    Family.LLAMA: Kind.TEXT,
    Family.MINIMAX: Kind.TEXT,
    Family.MISTRAL: Kind.TEXT,
    Family.MISTRAL_OCR: Kind.DOCUMENTS,
    Family.CODESTRAL: Kind.CODE,
    Family.MUSE: Kind.TEXT,
    Family.QWEN: Kind.TEXT,
    Family.QWEN_CODER: Kind.CODE,
    Family.GPT: Kind.TEXT,
    Family.OTHER: Kind.UNKNOWN,
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
    CONTEXT_SIZE = "contextSize"


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
    asked = refusal.request.residency
    # What only another model makes possible is another residency.
    variations = tuple(
        variation
        for variation in variations_of(refusal.named, snapshot, today)
        if variation.key in (Key.MODEL, Key.RESIDENCY)
        or any(True for _ in variation.changes(refusal.request, ()))
    )
    valid: list[Alternative] = []
    for variation in variations:
        singles = ((change,) for change in variation.changes(refusal.request, ()))
        valid += itertools.islice(_working(singles, asked, snapshot, today), variation.limit)
    if not valid:
        valid = list(itertools.islice(_pairs(refusal, variations, snapshot, today), PAIRS))

    # What gives up the guarantee comes after all that keeps it, and a model that nobody says to do
    # the work after what this one is known to do.
    def rank(one: Alternative) -> tuple[bool, bool, bool]:
        gives_up = _gives_up_guarantee(one.request.residency, asked)
        return (one.widens, gives_up, _unsaid(one, snapshot))

    return tuple(sorted(valid, key=rank))


def _pairs(
    refusal: Refusal, variations: tuple[Variation, ...], snapshot: Snapshot, today: dt.date
) -> Iterator[Alternative]:
    """Two changes together, the first that works of each two keys: those that widen come last."""
    asked, shown = refusal.request.residency, set[frozenset[Key]]()
    for first, second in sorted(
        itertools.combinations(variations, 2),
        key=lambda pair: Key.RESIDENCY in (variation.key for variation in pair),
    ):
        # The model decides before the pin: a replacement elsewhere is better than a stranger here.
        if second.key is Key.MODEL and first.key is Key.LOCATION:
            first, second = second, first  # noqa: PLW2901
        keys = frozenset((first.key, second.key))
        if keys in shown:
            continue
        both = (
            (earlier, later)
            for earlier in first.changes(refusal.request, (second.key,))
            for later in second.changes(earlier.request, ())
        )
        for found in itertools.islice(_working(both, asked, snapshot, today), 1):
            shown.add(keys)
            yield found


def _unsaid(alternative: Alternative, snapshot: Snapshot) -> bool:
    """Whether it is another model of which no source says that it offers what is needed."""
    placement = alternative.placement
    if placement is None or Key.MODEL not in alternative.keys:
        return False
    known = capabilities(alternative.named, snapshot)
    return bool(known.unsaid(placement.request.needs, placement.location))


def _working(
    attempts: Iterable[tuple[Change, ...]], asked: Residency, snapshot: Snapshot, today: dt.date
) -> Iterator[Alternative]:
    working: list[Residency] = []
    for changes in attempts:
        request = changes[-1].request
        keys = tuple(change.key for change in changes)
        if len(set(keys)) < len(keys):
            continue
        if any(gives_up_more(request.residency, old, asked) for old in working):
            continue
        answer = place(request, snapshot, today)
        if isinstance(answer, Placement) and not rests_on_waiver(keys, answer):
            working += [request.residency] if keys == (Key.RESIDENCY,) else []
            yield Alternative(keys, request, answer.named, answer)


def rests_on_waiver(keys: Iterable[Key], placement: Placement) -> bool:
    """Whether it takes a waiver to place another model: what is accepted is so for one model."""
    return Key.MODEL in keys and bool(placement.waived)


def gives_up_more(residency: Residency, other: Residency, asked: Residency) -> bool:
    """Whether it gives up the guarantee of processing, and area that another one needs not give.

    The other one works. Beside one that keeps the guarantee, none is to be widened without it.
    """
    if not _gives_up_guarantee(residency, asked):
        return False
    widens = not residency.area <= asked.area
    kept = not _gives_up_guarantee(other, asked)
    return other.area <= residency.area or (kept and widens)


def _gives_up_guarantee(residency: Residency, asked: Residency) -> bool:
    kept = residency.guarantee is Guarantee.ML_PROCESSING
    return asked.guarantee is Guarantee.ML_PROCESSING and not kept


def _near_misses(refusal: Refusal, snapshot: Snapshot, today: dt.date) -> Iterator[Alternative]:
    for change in near_misses(refusal.request, snapshot, today):
        request = change.request
        named = resolve_model(request.model, snapshot)
        placed = _placed_by_itself(request, snapshot, today)
        yield Alternative((Key.MODEL,), request, named, placed)


def _placed_by_itself(request: Request, snapshot: Snapshot, today: dt.date) -> Placement | None:
    """Where another model would be, as long as no waiver for the refused one is needed."""
    answer = place(request, snapshot, today)
    valid = isinstance(answer, Placement) and not rests_on_waiver((Key.MODEL,), answer)
    return answer if valid and isinstance(answer, Placement) else None


NEAR_MISSES, HEIRS_TRIED = 5, 40
"""How many models that an unknown name may stand for are worth a reader's time, and how many are
tried in the place of one that is refused."""


def near_misses(request: Request, snapshot: Snapshot, today: dt.date) -> tuple[Change, ...]:
    """The models that an unknown name may stand for; for any other name, none.

    Those that can be placed as the request asks come first, the nearest of them first. Where the
    nearest of all is refused, what its source names in its place comes first, or its closest
    relative.
    """
    try:
        resolve_model(request.model, snapshot)
    except UnknownModel as error:
        several = error.candidates
        meant = several or near_models(request.model, snapshot, NEAR_MISSES)
    else:
        return ()

    def change_to(named: Named) -> Change:
        return Change(Key.MODEL, replace(request, model=qualified_if_needed(named, snapshot)))

    def can_be_placed(named: Named) -> bool:
        return _placed_by_itself(change_to(named).request, snapshot, today) is not None

    placed: dict[Named, None] = {}
    refused: dict[Named, None] = {}
    for named in meant:
        if can_be_placed(named):
            placed[named] = None
            continue
        refused[named] = None
        if named is meant[0] and not several:
            heirs = itertools.islice(_heirs(named, snapshot), HEIRS_TRIED)
            placed |= dict.fromkeys(itertools.islice(filter(can_be_placed, heirs), 1))
    most = len(several) or NEAR_MISSES
    # Who meant a model that is refused is to see that it is known.
    first = list(placed)[: most - 1] if refused and not several else list(placed)
    return tuple(change_to(named) for named in [*first, *refused][:most])


def _heirs(named: Named, snapshot: Snapshot) -> Iterator[Named]:
    """What sources name in the place of a model, and in the place of that; then its relatives."""
    seen = [named]
    while (successor := seen[-1].model.successor) is not None:
        try:
            heir = resolve_model(successor, snapshot)
        except UnknownModel:
            break
        if heir in seen:
            break
        seen.append(heir)
        yield heir
    yield from relatives(named, snapshot)


def qualified_if_needed(named: Named, snapshot: Snapshot) -> str:
    """The model's id, with its publisher where another publisher has the same id."""
    same = with_id(named.id, snapshot)
    return named.id if len(same) == 1 else f"{named.entry.publisher}/{named.id}"


@dataclass(frozen=True)
class Variation:
    """One kind of change: `changes` makes every `Change` of this key that a request allows.

    Each of them is tried, and those that work become `Alternative`s: at most `limit` are shown. Its
    second argument has the other keys that may be changed after it: what can't work, whatever their
    values, is left out.
    """

    key: Key
    changes: Callable[[Request, Collection[Key]], Iterable[Change]]
    limit: int = 1


def variations_of(named: Named, snapshot: Snapshot, today: dt.date) -> tuple[Variation, ...]:
    """What may be changed of a request for this model, nearest first; the residency is the last."""
    models = Variation(
        Key.MODEL,
        lambda request, later: _other_models(request, later, named, snapshot, today),
        MODELS,
    )
    if not named.entry.listings:  # nothing else tells where it is served
        return (models,)
    return (
        Variation(Key.LOCATION, lambda request, _: _other_pins(request, snapshot, today)),
        Variation(Key.LOCATION, lambda request, _: _no_pin(request)),
        models,
        Variation(Key.ALLOW_PREVIEW, lambda request, _: _previews(request)),
        Variation(Key.NEEDS, lambda request, _: _fewer_needs(request, snapshot, today)),
        Variation(Key.CONTEXT_SIZE, lambda request, _: _context_sizes(request)),
        Variation(
            Key.RESIDENCY, lambda request, _: _other_residencies(request, snapshot), RESIDENCIES
        ),
    )


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


def _other_models(
    request: Request, later: Collection[Key], named: Named, snapshot: Snapshot, today: dt.date
) -> Iterator[Change]:
    """The successors that the source names, then the relatives as one would choose.

    Of these the publisher's own come first, and of them the same tier, then the nearest one, then
    what lives longest: no published end counts as longer than one, and a promise until a day as
    longer than none. What ends soon, or is past the day it was promised until, is the last. A need
    that a source affirms of others, and not of a model, makes it no replacement.
    """
    kindred, where = _kindred(named, snapshot), _where_it_may_be(request, later, snapshot)
    # Where no source speaks of a need, nothing is known to be better.
    known = [
        need
        for need in request.needs
        if any(affirms(other, need) for other in models_of(kindred, but=named))
    ]
    hopeful = [group for group in kindred if not where.isdisjoint(group.served)]
    for other in _as_one_would_choose(hopeful, request, named, snapshot, today):
        if all(affirms(other, need) for need in known):
            yield Change(Key.MODEL, replace(request, model=qualified_if_needed(other, snapshot)))


def _where_it_may_be(
    request: Request, later: Collection[Key], snapshot: Snapshot
) -> frozenset[str]:
    """The locations of which one has to serve another model, whatever else is said of it."""
    where, pin = snapshot.location_ids, request.location
    if pin is not None and Key.LOCATION not in later:
        where = frozenset([pin])
    if Key.RESIDENCY in later:
        return where
    return frozenset(location for location in where if request.residency.holds(location))


def _as_one_would_choose(
    hopeful: Iterable[Group], request: Request, named: Named, snapshot: Snapshot, today: dt.date
) -> Iterator[Named]:
    """The other models of the groups that are not shut down, in the order of `_other_models`.

    Of thousands only those are put in order that may be the next.
    """
    successors, hopeful = named.model.successors, tuple(hopeful)

    def days_left(other: Named) -> int | None:
        end = other.model.retires or other.model.not_before
        return (end - today).days if end else None

    def ends_soon(other: Named) -> bool:
        left = days_left(other)
        least = request.retirement_warning if other.model.retires else 0
        return left is not None and left <= least

    def concern(other: Named) -> tuple[int, bool, bool, bool, int, bool, bool, int]:
        ids = (other.id, *other.model.aliases)
        named_at = [rank for rank, successor in enumerate(successors) if successor in ids]
        return (
            min(named_at, default=len(successors)),
            ends_soon(other),
            *_strangeness(other.entry, named),
            _tiers_between(named, other),
            other.model.is_preview,
            other.model.retires is not None,
            -(days_left(other) or 0),
        )

    def in_order(others: Iterable[Named]) -> Iterator[Named]:
        equals: dict[tuple[object, ...], list[Named]] = {}
        for other in others:
            equals.setdefault(concern(other), []).append(other)
        for _, some in sorted(equals.items(), key=itemgetter(0)):
            yield from _closest_first(some, named)

    served = {group.served for group in hopeful}
    heirs = {
        id(heir.model): heir
        for successor in successors
        for heir in with_id(successor, snapshot)
        if heir.model is not named.model
        and not heir.is_retired(today)
        and KINDS[heir.entry.family] is KINDS[named.entry.family]
        and heir.entry.served in served
    }
    yield from in_order(heirs.values())
    soon: list[Named] = []
    for some in _by_strangeness(hopeful, named):
        later: list[Named] = []
        for other in models_of(some, but=named):
            if not other.is_retired(today) and id(other.model) not in heirs:
                (soon if ends_soon(other) else later).append(other)
        yield from in_order(later)
    yield from in_order(soon)


def _previews(request: Request) -> Iterator[Change]:
    if not request.allow_preview:
        yield Change(Key.ALLOW_PREVIEW, replace(request, allow_preview=True))


EVERY_SET_OF = 7
"""Of how many needs every set is tried: the number of sets doubles with each of them."""


def _fewer_needs(request: Request, snapshot: Snapshot, today: dt.date) -> Iterator[Change]:
    """All but one of the needs, all but two, and so on.

    Of many needs all but one, then those that can each be had alone, then none.
    """
    needs = request.needs

    def without(count: int) -> Iterator[Change]:
        for kept in itertools.combinations(needs, len(needs) - count):
            yield Change(Key.NEEDS, replace(request, needs=kept))

    if len(needs) <= EVERY_SET_OF:
        for dropped in range(1, len(needs) + 1):
            yield from without(dropped)
        return
    yield from without(1)
    alone = {need: replace(request, needs=(need,)) for need in needs}
    had = tuple(
        need for need in needs if isinstance(place(alone[need], snapshot, today), Placement)
    )
    yield Change(Key.NEEDS, replace(request, needs=had))
    yield from without(len(needs))


def _context_sizes(request: Request) -> Iterator[Change]:
    """Smaller sizes, the largest of them first: the less is promised the better.

    Only a guarantee of processing, which may also be the stack's, asks for the size.
    """
    asked = (request.residency, request.stack_residency)
    if all(one is None or one.guarantee is Guarantee.ENDPOINT for one in asked):
        return
    limit = request.context_size.rank if request.context_size else len(ContextSize)
    for size in reversed(tuple(ContextSize)[:limit]):
        yield Change(Key.CONTEXT_SIZE, replace(request, context_size=size))


def _other_residencies(request: Request, snapshot: Snapshot) -> Iterator[Change]:
    """The stack's in the place of the deployment's own, then wider ones.

    Where the stack's gives up a guarantee it comes after those that keep it, and what leaves the
    stack's area after what stays inside. They are for the model that the request names, which may
    be another one than was refused.
    """
    asked, stack = request.residency, request.stack_residency
    served = resolve_model(request.model, snapshot).entry.served
    others = widenings(asked, served)
    if stack is not None and not request.has_stack_residency:
        stack = stack.at(snapshot.date)
        same = (stack.area, stack.guarantee)
        others = [other for other in others if (other.area, other.guarantee) != same]
        area = stack.area
        others = sorted(
            [stack, *others],
            key=lambda other: (
                _gives_up_guarantee(other, request.residency),
                not other.area <= area,
            ),
        )
    for other in others:
        yield Change(Key.RESIDENCY, replace(request, residency=other, takes_guarantee=False))


def relatives(named: Named, snapshot: Snapshot) -> Iterator[Named]:
    """The other models of the same kind, the closest relative first.

    Same line (Gemini Flash), then same family, then same publisher; among these the nearest
    version, the newer of two that are equally near, then the most similar id. Versions of
    different publishers cannot be compared: of theirs, the newest comes first.
    """
    for some in _by_strangeness(_kindred(named, snapshot), named):
        yield from _closest_first(models_of(some, but=named), named)


def _kindred(named: Named, snapshot: Snapshot) -> list[Group]:
    """The rows of models of the same kind, itself among them; none where nobody knows the kind."""
    kind = KINDS[named.entry.family]
    if kind is Kind.UNKNOWN:
        return []
    return [group for group in groups(snapshot) if KINDS[group.family] is kind]


def _strangeness(other: Entry | Group, named: Named) -> tuple[bool, bool]:
    """Whether another publisher has it, and whether it is of another family."""
    mine = named.entry
    return other.publisher != mine.publisher, other.family is not mine.family


def _by_strangeness(some: Iterable[Group], named: Named) -> Iterator[list[Group]]:
    """The groups that are equally strange, the closest first."""
    equals: dict[tuple[bool, bool], list[Group]] = {}
    for group in some:
        equals.setdefault(_strangeness(group, named), []).append(group)
    return (equals[strangeness] for strangeness in sorted(equals))


def _closest_first(others: Iterable[Named], named: Named) -> Iterator[Named]:
    """Models that are equally strange, in the order of `relatives`."""
    version, line, publisher = _version(named), _line(named), named.entry.publisher
    same_line: list[Named] = []
    of_others: list[Named] = []
    for other in others:
        (same_line if _line(other) == line else of_others).append(other)

    def remoteness(other: Named) -> tuple[float, float, int]:
        its = _version(other)
        return (
            abs(its - version) if other.entry.publisher == publisher else 0.0,
            -its,
            -len(commonprefix([other.id, named.id])),  # noqa: RUF071 - of letters, not of folders
        )

    for some in (same_line, of_others):
        # Of ids that are equally close, the later one comes first: it is the newer, as a rule.
        newest_first = sorted(some, key=lambda other: other.id, reverse=True)
        yield from sorted(newest_first, key=remoteness)


_TIERS = (
    ("flash-lite", "flash", "pro"),
    ("haiku", "sonnet", "opus"),
)
"""Of lines of models the tiers, the smallest first, as parts of their ids."""


def _tiers_between(named: Named, other: Named) -> int:
    """How many tiers lie between two models; more than any where they are of no one scale."""
    one, two = _tier(named.id), _tier(other.id)
    if one == two:
        return 0
    if one is None or two is None or one[0] != two[0]:
        return max(map(len, _TIERS))
    return abs(one[1] - two[1])


def _tier(model_id: str) -> tuple[int, int] | None:
    """The scale of an id and its place there: `gemini-3.1-flash-lite` is the first of the first."""
    for at, scale in enumerate(_TIERS):
        for rank, tier in enumerate(scale):
            if tier in model_id and re.search(rf"(?<![a-z]){tier}(?![a-z])", model_id):
                return at, rank
    return None


def _version(named: Named) -> float:
    """The version in the name: 2.0 of "Gemini 2.0 Flash"; 0 where it has none."""
    match = re.search(r"(?<![\w.])(\d{1,2}(?:\.\d+)?)(?![\dBb.])", named.entry.name)
    return float(match[1]) if match else 0.0


def _line(named: Named) -> frozenset[str]:
    """The words of the name, without numbers: a line of models goes through its versions."""
    name = named.entry.name.lower()
    return frozenset(re.findall(r"[a-z]+", re.sub(r"\(.*?\)", "", name) if "(" in name else name))


def widenings(residency: Residency, served: frozenset[str]) -> list[Residency]:
    """Residencies that allow more of the served locations, the smallest widening first.

    A widening adds one term and drops the exclusions that stand in its way. Giving up the guarantee
    of processing comes after those that keep it. The second one is a term of its own (`eu` for
    `de`) where there is such a term, because a rule is more often about that. All are compared in
    the year of the residency.
    """
    costs: dict[Residency, tuple[bool, int, float, int]] = {}
    guarantees = dict.fromkeys((residency.guarantee, Guarantee.ENDPOINT))
    widened = cache(partial(_widened, residency))  # the same for all locations of a term
    for location in sorted(served):
        excluding = tuple(
            old
            for old in residency.excluding
            if not excluded_area(old, residency.year) & reach(location)
        )
        away, terms = _distance_from(residency, location), _terms_to_add(residency, location)
        for guarantee, (rank, term) in itertools.product(guarantees, enumerate(terms)):
            candidate = widened(term, excluding, guarantee)
            if candidate is None or not candidate.holds(location):
                continue
            growth = len(candidate.area - residency.area)
            cost = (guarantee is not residency.guarantee, growth, away, rank)
            costs[candidate] = min(costs.get(candidate, cost), cost)
    ranked: dict[tuple[frozenset[str], Guarantee], Residency] = {}
    for candidate in sorted(costs, key=lambda wider: (costs[wider], wider.within)):
        ranked.setdefault((candidate.area, candidate.guarantee), candidate)
    ordered = list(ranked.values())
    areas = (*AREA_TERMS[1:], *ADEQUACY_TERMS)
    plain = [wider for wider in ordered[1:] if len(wider.within) == 1 and wider.within[0] in areas]
    return list(dict.fromkeys([*ordered[:1], *plain[:1], *ordered[1:]]))


def _widened(
    residency: Residency, term: str, excluding: tuple[str, ...], guarantee: Guarantee
) -> Residency | None:
    """The residency with one more term, and with no other exclusions than these.

    None where that is no change, no residency (`any` with a guarantee of processing), or no
    widening: of a place without a region nothing is known but what encloses it.
    """
    year = residency.year
    if not residency.area and not all(_encloses(term, old, year) for old in residency.within):
        return None
    within = (*(old for old in residency.within if not _encloses(term, old, year)), term)
    if term_area(term, year) <= Residency(residency.within, year=year).area:
        within = residency.within
    candidate = Residency(within, excluding, guarantee).in_year(year)
    if guarantee is Guarantee.ML_PROCESSING and candidate.area == everywhere():
        return None
    same = candidate.area == residency.area and guarantee is residency.guarantee
    return None if same else candidate


def _encloses(term: str, old: str, year: int | None) -> bool:
    """Whether the place of a term holds that of another one, regions or not."""
    if term_area(old, year):
        return term_area(old, year) <= term_area(term, year)
    return term == "any" or old in countries_of(term)


def _terms_to_add(residency: Residency, location: str) -> tuple[str, ...]:
    """The terms that may be added to let the location in.

    Adequacy is a question of its own: only who asks for it is offered the laxer answer.
    """
    terms = _terms_holding(location)
    full, partial = ADEQUACY_TERMS
    if full in residency.within and reach(location) <= term_area(partial, residency.year):
        return (*terms, partial)
    return terms


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
