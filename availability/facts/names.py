"""Which model a name stands for, and which models a misspelt one may have meant."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from availability.facts.snapshot import Entry, Model, Snapshot
from availability.input.likeness import CLOSE, edit_similarity, likeness, unaccented


@dataclass(frozen=True)
class Named:
    """A model with the row that it is in. Its full name is `PUBLISHER/ID`."""

    entry: Entry
    model: Model

    @property
    def id(self) -> str:
        """The canonical id, without the publisher."""
        return self.model.id

    def is_retired(self, today: dt.date) -> bool:
        """Whether it answers no more on that day, by its retirement date."""
        return self.entry.is_retired(self.model, today)

    def __hash__(self) -> int:
        return hash((self.entry.publisher, self.model.id))


class UnknownModel(LookupError):
    """No model of the snapshot has this name, or several have it: then `candidates` are they."""

    def __init__(self, name: str, candidates: tuple[Named, ...] = ()) -> None:
        self.name = name
        self.candidates = candidates
        super().__init__(name)


def resolve_model(name: str, snapshot: Snapshot) -> Named:
    """The model of an id, an alias, `PUBLISHER/ID`, `publishers/P/models/ID` or a display name.

    Spacing, no-break spaces and case do not matter. Raises UnknownModel: an id without its version
    is not the id, however close it is.
    """
    match = re.fullmatch(r"\s*publishers/([^/]+)/models/([^/]+)\s*", name)
    key = _key("/".join(match.groups())) if match else _key(name)
    by_id, by_name = _index(snapshot)
    models = by_id.get(key) or by_name.get(key) or ()
    if len(models) != 1:
        raise UnknownModel(name, models)
    return models[0]


def same_model(named: Named, snapshot: Snapshot) -> Named | None:
    """The model of that publisher that shares an id or an alias in another snapshot, if any."""
    by_id, _ = _index(snapshot)
    for name in (named.id, *named.model.aliases):
        if models := by_id.get(_key(f"{named.entry.publisher}/{name}")):
            return models[0]
    return None


@cache
def all_models(snapshot: Snapshot) -> tuple[Named, ...]:
    """Every model, in the order of the snapshot."""
    return tuple(Named(entry, model) for entry in snapshot.entries for model in entry.models)


def spellings(named: Named) -> tuple[str, ...]:
    """What the model may be called: its ids, and its name with and without what adorns it."""
    name = named.entry.name
    plain = re.sub(r"^\w+'s ", "", re.sub(r"\s*\([^)]*\)$", "", name))
    return tuple(dict.fromkeys((named.id, *named.model.aliases, name, plain)))


def near_models(name: str, snapshot: Snapshot, limit: int = 5) -> tuple[Named, ...]:
    """The models whose spelling comes closest to the name, nearest first."""
    wanted = re.sub(r"^\s*publishers/([^/]+)/models/", r"\1/", name)
    scored = [
        (max(model_likeness(wanted, spelling) for spelling in _qualified(named, wanted)), named)
        for named in all_models(snapshot)
    ]
    # Of ids that are equally near, the later one comes first: it is the newer, as a rule.
    ranked = sorted(scored, key=lambda pair: pair[1].id, reverse=True)
    ranked.sort(key=lambda pair: -pair[0])
    best = ranked[0][0] if ranked else 0.0
    return tuple(named for score, named in ranked if score >= max(0.5, best - 0.25))[:limit]


def _qualified(named: Named, wanted: str) -> tuple[str, ...]:
    if "/" not in wanted:
        return spellings(named)
    return tuple(f"{named.entry.publisher}/{spelling}" for spelling in spellings(named))


def _key(name: str) -> str:
    return "".join(name.split()).casefold()


_Index = dict[str, tuple[Named, ...]]


@cache
def _index(snapshot: Snapshot) -> tuple[_Index, _Index]:
    """Key of an id -> models, and key of a display name -> models."""
    by_id: _Index = {}
    by_name: _Index = {}
    for named in all_models(snapshot):
        ids = (named.id, *named.model.aliases)
        for index, names in ((by_id, ids), (by_name, spellings(named)[len(ids) :])):
            for name in names:
                for key in (_key(name), _key(f"{named.entry.publisher}/{name}")):
                    index[key] = (*index.get(key, ()), named)
    return by_id, by_name


def _cost_of_missing(part: str) -> float:
    """What it costs not to have typed a part; a zero, as in 2.0, is hardly missed."""
    if part.isdigit():
        return 0.05 if part.strip("0") else 0.01
    return 0.15


def model_likeness(wanted: str, spelling: str) -> float:
    """How alike a typed model is to a spelling of one, from 0 to 1.

    Words count by how much they look alike, numbers only when they are equal: `gemini-2-flash` is
    closer to 2.0 Flash than to 2.5 Flash, and a missing date or version number costs little.
    """
    typed, known = _parts(wanted), _parts(spelling)
    if not typed or not known:
        return 0.0
    rest = list(known)
    total = 0.0
    for part in typed:
        score, match = max(
            ((_part_likeness(part, other), other) for other in rest), default=(0, "")
        )
        if score >= CLOSE:
            total += score**2
            rest.remove(match)
    missing = sum(_cost_of_missing(part) for part in rest)
    tokens = total / (len(typed) + missing)
    return 0.7 * tokens + 0.3 * likeness(wanted, spelling)


def _part_likeness(part: str, other: str) -> float:
    if part.isdigit() or other.isdigit():
        return float(part.lstrip("0") == other.lstrip("0") and part.isdigit() == other.isdigit())
    return edit_similarity(part, other)


@cache
def _parts(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", unaccented(text)))
