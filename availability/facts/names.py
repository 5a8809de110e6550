"""Which model a name stands for, and which models a misspelt one may have meant."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from availability.facts.snapshot import Entry, Family, Model, Snapshot
from availability.facts.spelling import ascii_hyphens, simplified, written
from availability.input.likeness import CLOSE, edit_similarity, likeness, unaccented


class Named(NamedTuple):
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
        return hash(self.model.id)


class UnknownModel(LookupError):
    """No model of the snapshot has this name, or several have it: then `candidates` are they."""

    def __init__(self, name: str, candidates: tuple[Named, ...] = ()) -> None:
        self.name = name
        self.candidates = candidates
        super().__init__(name)


def resolve_model(name: str, snapshot: Snapshot) -> Named:
    """The model of an id, an alias, `PUBLISHER/ID`, a display name or a resource's name.

    What clients write before a model, spacing, case and the kind of hyphen do not matter; a
    location in a resource's name is no part of it. Raises UnknownModel: an id without its version
    is not the id, however close it is.
    """
    key = _key(name)
    models = _called(key, snapshot)
    if not models and (plain := _key(written(name).model)) != key:
        models = _called(plain, snapshot)
    if len(models) != 1:
        raise UnknownModel(name, models)
    return models[0]


def same_model(named: Named, snapshot: Snapshot) -> Named | None:
    """The model of that publisher that shares an id or an alias in another snapshot, if any."""
    for name in (named.id, *named.model.aliases):
        if models := _found(_key(f"{named.entry.publisher}/{name}"), _ids(snapshot), snapshot):
            return models[0]
    return None


def with_id(name: str, snapshot: Snapshot) -> tuple[Named, ...]:
    """The models of all publishers that have this very id or alias, in their order."""
    found = (_named(place, snapshot) for place in _ids(snapshot).get(_key(name), ()))
    return tuple(named for named in found if name in (named.id, *named.model.aliases))


def is_known(name: str, snapshot: Snapshot) -> bool:
    """Whether the name stands for a model of the snapshot, or for several."""
    try:
        resolve_model(name, snapshot)
    except UnknownModel as error:
        return bool(error.candidates)
    return True


@cache
def all_models(snapshot: Snapshot) -> tuple[Named, ...]:
    """Every model, in the order of the snapshot."""
    return tuple(Named(entry, model) for entry in snapshot.entries for model in entry.models)


def spellings(named: Named) -> tuple[str, ...]:
    """What the model may be called: its ids, and its name with and without what adorns it."""
    return _spellings((named.id, *named.model.aliases), named.entry.name)


def _spellings(ids: tuple[str, ...], name: str) -> tuple[str, ...]:
    plain = name
    if "(" in name or "'" in name:  # as few have
        plain = re.sub(r"^\w+'s ", "", re.sub(r"\s*\([^)]*\)$", "", name))
    return tuple(dict.fromkeys((*ids, name, plain)))


def _key(name: str) -> str:
    return "".join(ascii_hyphens(name).split()).casefold()


_Place = tuple[int, int]
"""The place of a row in the snapshot, and of the model in the row."""
_Index = dict[str, list[_Place]]
"""Key of an id or a display name, without the publisher -> the models that have it."""


def _called(key: str, snapshot: Snapshot) -> tuple[Named, ...]:
    """The models of a key: of an id if there is one, else of a display name."""
    return _found(key, _ids(snapshot), snapshot) or _found(key, _names(snapshot), snapshot)


def _found(key: str, index: _Index, snapshot: Snapshot) -> tuple[Named, ...]:
    """The models of a key that may have the publisher in front."""
    found = [_named(place, snapshot) for place in index.get(key, ())]
    slash = key.find("/")
    while slash >= 0:
        publisher = key[:slash]
        for place in index.get(key[slash + 1 :], ()):
            named = _named(place, snapshot)
            if publisher == named.entry.publisher or publisher == _key(named.entry.publisher):
                found.append(named)
        slash = key.find("/", slash + 1)
    return tuple(found)


def _named(place: _Place, snapshot: Snapshot) -> Named:
    entry = snapshot.entries[place[0]]
    return Named(entry, entry.models[place[1]])


@cache
def _ids(snapshot: Snapshot) -> _Index:
    index: _Index = {}
    for at, entry in enumerate(snapshot.json("entries")):
        for which, model in enumerate(entry["models"]):
            for name in (model["id"], *(model.get("aliases") or ())):
                index.setdefault(_key(name), []).append((at, which))
    return index


@cache
def _names(snapshot: Snapshot) -> _Index:
    index: _Index = {}
    for at, entry in enumerate(snapshot.json("entries")):
        for which, model in enumerate(entry["models"]):
            ids = (model["id"], *(model.get("aliases") or ()))
            for name in _spellings(ids, entry["name"])[len(ids) :]:
                index.setdefault(_key(name), []).append((at, which))
    return index


def near_models(name: str, snapshot: Snapshot, limit: int = 5) -> tuple[Named, ...]:
    """The models that a name may stand for, the likeliest first.

    That is the model of another version or vendor's spelling of its id, else those whose spelling
    comes closest. Of those that come equally close the ones that are not shut down by the
    snapshot's day come first, and of these the newer version.
    """
    publisher, wanted = simplified(name)
    typed = dict.fromkeys([wanted, written(name).model.rsplit("/", 1)[-1]])
    scores: dict[Named, float] = {}
    for text in typed:
        for named, score in _likenesses(text, snapshot).items():
            scores[named] = max(scores.get(named, 0.0), score)
    for named in _found(_key(wanted), _ids(snapshot), snapshot):
        scores[named] = 1.1
    for named in scores:
        scores[named] += 0.02 * (named.entry.publisher == publisher.casefold())
    best = max(scores.values(), default=0.0)
    if best < _LEAST:
        return _of_line(wanted, snapshot)[:limit]

    def rank(named: Named) -> tuple[float, bool, tuple[int, ...], str]:
        gone = named.is_retired(snapshot.date)
        return round(scores[named], 3), not gone, _version(named.id), named.id

    close = [named for named, score in scores.items() if score >= max(_LEAST, best - 0.25)]
    return tuple(sorted(close, key=rank, reverse=True)[:limit])


_LEAST = 0.5
"""The least likeness of a name that is worth showing."""

_LINES: dict[str, tuple[Family, ...]] = {
    r"gpt|chatgpt|o\d\b|davinci|codex": (Family.GPT, Family.GPT_OSS),
    r"imagen|nano.?banana|dall": (Family.GEMINI_IMAGE,),
    r"gemini|palm|bard|bison|text-bison|chat-bison": (Family.GEMINI,),
    r"claude": (Family.CLAUDE,),
    r"mixtral|ministral|pixtral|magistral|mistral": (Family.MISTRAL,),
    r"codestral|devstral": (Family.CODESTRAL,),
    r"llama": (Family.LLAMA, Family.MUSE),
    r"deepseek": (Family.DEEPSEEK,),
    r"qwen|qwq": (Family.QWEN,),
    r"grok": (Family.GROK,),
    r"glm|chatglm": (Family.GLM,),
    r"kimi": (Family.KIMI,),
    r"gemma": (Family.GEMMA,),
    r"(text-?)?embed": (Family.TEXT_EMBEDDINGS,),
    r"veo|sora": (Family.VEO,),
    r"lyria": (Family.LYRIA,),
}
"""How a line of models is called by its vendor -> the families that go on with it."""


def _of_line(wanted: str, snapshot: Snapshot) -> tuple[Named, ...]:
    """The models of the line that a name begins with, newest first: no spelling comes near."""
    families = next(
        (
            families
            for words, families in _LINES.items()
            if re.match(words, wanted.strip(), re.IGNORECASE)
        ),
        (),
    )
    members = [named for named in all_models(snapshot) if named.entry.family in families]

    def rank(named: Named) -> tuple[bool, int, tuple[int, ...], str]:
        order = -families.index(named.entry.family)
        return not named.is_retired(snapshot.date), order, _version(named.id), named.id

    return tuple(sorted(members, key=rank, reverse=True))


@dataclass(frozen=True, slots=True)
class _Spelt:
    """Every spelling of every model, in the order of the snapshot."""

    models: list[_Place]
    texts: list[str]
    lines: list[str]
    """Each text without the signs between its parts."""
    words: dict[str, list[str]]
    """Line -> its words: a part each, or several where letters touch numbers."""


@cache
def _spelt(snapshot: Snapshot) -> _Spelt:
    nicknames = {key: _nicknames(source.title) for key, source in snapshot.sources.items()}
    models: list[_Place] = []
    texts: list[str] = []
    for at, entry in enumerate(snapshot.json("entries")):
        for which, model in enumerate(entry["models"]):
            ids = (model["id"], *(model.get("aliases") or ()))
            spelt = (*_spellings(ids, entry["name"]), *nicknames[model["cite"]["source"]])
            models += itertools.repeat((at, which), len(spelt))
            texts += spelt
    lines = _lines(texts)
    return _Spelt(models, texts, lines, {line: line.split() for line in dict.fromkeys(lines)})


_SIGNS = {code: " " for code in range(1, 128) if not chr(code).isalnum()}


def _lines(texts: list[str]) -> list[str]:
    """The texts in lower case, without accents, with blanks for signs.

    All are translated at once, because there are thousands of them, and each is short.
    """
    plain = [text.casefold() if text.isascii() else " ".join(_parts(text)) for text in texts]
    lines = "\0".join(plain).translate(_SIGNS).split("\0")
    return lines if len(lines) == len(texts) else [" ".join(_parts(text)) for text in texts]


def _nicknames(title: str) -> tuple[str, ...]:
    """What the title of a page has in parentheses: Nano Banana Pro."""
    return tuple(re.findall(r"\(([A-Z][a-z]+ [^()]*)\)$", title))


def _likenesses(wanted: str, snapshot: Snapshot) -> dict[Named, float]:
    """The models whose parts are most like those of the name, each with its likeness."""
    typed = _parts(wanted)
    if not typed:
        return {}
    spelt, version, best = _spelt(snapshot), _version(wanted), dict[Named, float]()
    for tokens, at, parts in _likest(typed, spelt):
        named = _named(spelt.models[at], snapshot)
        score = 0.7 * tokens + 0.3 * likeness(" ".join(typed), " ".join(parts))
        score -= _remoteness(version, _version(spelt.texts[at]))
        stage = named.model.stage
        score -= 0.02 if stage and stage.is_preview and "preview" not in typed else 0.0
        best[named] = max(best.get(named, 0.0), score)
    return best


def _likest(typed: tuple[str, ...], spelt: _Spelt) -> list[tuple[float, int, tuple[str, ...]]]:
    """How much of what was typed the likest spellings have, with their places and their parts.

    Only spellings whose words could be enough are looked at part by part.
    """
    numbered = any(part.isdigit() for part in typed)

    def counted(text: str) -> tuple[str, ...]:
        # Whoever typed no number left the numbers out.
        return tuple(part for part in _parts(text) if numbered or not part.isdigit())

    words = set(itertools.chain.from_iterable(spelt.words.values()))
    parts = {word: counted(word) for word in words}
    like = _alike(typed, frozenset(itertools.chain.from_iterable(parts.values())))
    most = {
        word: sum(max(alike.get(part, 0.0) for alike in like.values()) ** 2 for part in parts[word])
        for word in parts
    }
    times = Counter(spelt.lines)
    hopes = [(-sum(map(most.__getitem__, its)), line) for line, its in spelt.words.items()]
    heapq.heapify(hopes)
    known: dict[str, tuple[float, tuple[str, ...]]] = {}
    enough: list[float] = []
    while hopes:
        hope, line = heapq.heappop(hopes)
        least = enough[0] if len(enough) == _COMPARED else _FEW
        if -hope / len(typed) < least - 1e-9:  # sums of fractions
            break
        its = counted(line)
        if (score := _tokens(typed, its, like)) > _FEW:
            known[line] = score, its
            for _ in range(times[line]):
                add = heapq.heappush if len(enough) < _COMPARED else heapq.heappushpop
                add(enough, score)
    scored = [
        (known[line][0], at, known[line][1]) for at, line in enumerate(spelt.lines) if line in known
    ]
    scored.sort(key=lambda one: -one[0])
    return scored[:_COMPARED]


_COMPARED = 60
"""How many spellings are compared letter by letter: those that have the most parts in common."""
_FEW = 0.2
"""So little in common is none."""

_Alike = dict[str, dict[str, float]]
"""A typed part -> the known parts that are like it -> how much."""


def _alike(typed: tuple[str, ...], known: frozenset[str]) -> _Alike:
    return {
        part: {
            other: score
            for other in known
            if len(part) * CLOSE <= len(other) <= len(part) / CLOSE or part.isdigit()
            if (score := _part_likeness(part, other)) >= CLOSE
        }
        for part in set(typed)
    }


def _tokens(typed: tuple[str, ...], known: tuple[str, ...], like: _Alike) -> float:
    """How much of what was typed a spelling has, and of it what was typed."""
    rest = list(known)
    total = 0.0
    for part in typed:
        alike = like[part]
        if not alike:
            continue
        score, match = max((alike.get(other, 0.0), other) for other in rest) if rest else (0.0, "")
        if score:
            total += score**2
            rest.remove(match)
    if not total:
        return 0.0
    missing = sum(_cost_of_missing(part) for part in rest)
    return total / (len(typed) + missing)


_HARDLY_MISSED = {
    "001": 0.01, "default": 0.01, "exp": 0.05, "flash": 0.05, "generate": 0.02, "instruct": 0.02,
    "maas": 0.01, "preview": 0.05, "pro": 0.06, "sonnet": 0.1,
}  # fmt: skip
"""What it costs not to have typed these: people leave out what every model of a line has."""


def _cost_of_missing(part: str) -> float:
    """What it costs not to have typed a part; a zero, as in 2.0, is hardly missed."""
    if part.isdigit():
        return 0.05 if part.strip("0") else 0.01
    return _HARDLY_MISSED.get(part, 0.15)


def _part_likeness(part: str, other: str) -> float:
    if part.isdigit() or other.isdigit():
        return float(part.lstrip("0") == other.lstrip("0") and part.isdigit() == other.isdigit())
    return edit_similarity(part, other)


def _remoteness(version: tuple[int, ...], other: tuple[int, ...]) -> float:
    """A little for versions that differ, more the more they do: it decides among equals only."""
    if not version or not other or version == other:
        return 0.0
    (major, minor), (known, lesser) = ((*both, 0)[:2] for both in (version, other))
    return 0.02 * min(1.0, abs(major + minor / 10 - known - lesser / 10))


@cache
def _version(text: str) -> tuple[int, ...]:
    """The numbers of a version in a name, 3 and 8 of `gemini-3.8-flash`; days are none."""
    numbers = re.findall(r"(?<![\da-z])v?(\d{1,2})(?![\da-z])", text.casefold())
    return tuple(int(number) for number in numbers[:2])


@cache
def _parts(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", unaccented(text)))
