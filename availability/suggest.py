"""What a person most likely meant: nearest by edit distance, and by meaning for places.

Nothing here decides: a suggestion is shown, and never taken in the place of what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from availability.geography import EU_COUNTRIES, places, regions

LIMIT = 3
_CLOSE = 0.6
"""The least similarity, from 0 to 1, of what is worth showing."""

_SYNONYMS = {
    "apac": "asia-pacific",
    "america": "us",
    "asia": "asia-pacific",
    "britain": "gb",
    "england": "gb",
    "european economic area": "eea",
    "european union": "eu",
    "everywhere": "any",
    "emea": "europe",
    "great britain": "gb",
    "holland": "nl",
    "international": "any",
    "korea": "kr",
    "latam": "south-america",
    "latin america": "south-america",
    "mideast": "middle-east",
    "scotland": "gb",
    "states": "us",
    "united states": "us",
    "wales": "gb",
    "worldwide": "any",
    "world": "any",
}
"""Names of places that neither ISO 3166 nor Google's list of cities has."""

_NEED_WORDS = {
    "cache": "context-caching",
    "caching": "context-caching",
    "explicit-caching": "context-caching",
    "fine-tuning": "tuning",
    "finetune": "tuning",
    "finetuning": "tuning",
    "gsu": "provisioned-throughput",
    "jobs": "batch-prediction",
    "offline": "batch-prediction",
    "pt": "provisioned-throughput",
    "reserved": "provisioned-throughput",
    "retrieval": "rag-corpus",
    "sft": "tuning",
    "vector": "rag-corpus",
}
"""What people call the needs elsewhere."""


def similarity(one: str, other: str) -> float:
    """How alike two words are, from 0 to 1; case and the signs between letters do not matter."""
    left, right = _letters(one), _letters(other)
    if not left or not right:
        return 0.0
    whole = OSA.normalized_similarity(left, right)
    if min(len(left), len(right)) < 3:
        return whole
    return max(whole, 0.9 * fuzz.partial_ratio(left, right) / 100)


def nearest(word: str, choices: Iterable[str], limit: int = LIMIT) -> list[str]:
    """The choices most like the word, best first; none where none is close."""
    scored = [
        (-similarity(word, choice), -OSA.normalized_similarity(word.lower(), choice), choice)
        for choice in choices
    ]
    return [choice for score, _, choice in sorted(scored) if -score >= _CLOSE][:limit]


def needs(word: str, choices: Iterable[str]) -> list[str]:
    """The needs that a word may stand for, best first."""
    known = list(choices)
    meant = _NEED_WORDS.get(word.strip().lower().replace("_", "-").replace(" ", "-"))
    close = nearest(word, known)
    return list(dict.fromkeys(([meant] if meant in known else []) + close))[:LIMIT]


def locations(word: str, choices: Iterable[str] | None = None) -> list[str]:
    """The locations that a misspelt one may stand for: by its id, its city or its country."""
    known = list(places() if choices is None else choices)
    named = [code for name, code in _city_names() if code in known and _same(name, word)]
    country = _country_of(word)
    named += [c for c in known if c in regions() and regions()[c].country_code == country]
    if country in EU_COUNTRIES or country is None:
        named += [c for c in known if c in ("us", "eu") and _SYNONYMS.get(_plain(word)) == c]
    if named:
        return list(dict.fromkeys(named))[:LIMIT]
    spelled = {code: similarity_of_codes(word, code) for code in known}
    for name, code in _city_names():
        if code in spelled:
            spelled[code] = max(spelled[code], _likeness(word, name))
    return _best(spelled)


def residency_terms(word: str) -> list[str]:
    """The residency terms that a word may stand for: a place by its name, or a misspelt term."""
    from availability.residency import AREA_TERMS  # it asks for suggestions, too

    plain = _plain(word)
    if plain in _SYNONYMS:
        return [_SYNONYMS[plain]]
    exact = [code for name, code in _city_names() if _same(name, word)]
    exact += [regions()[code].country_code for code in exact]
    if country := _country_of(word):
        exact.append(country)
    if exact:
        return list(dict.fromkeys(exact))[:LIMIT]
    scores = {term: _likeness(word, term) for term in AREA_TERMS}
    scores |= {code: similarity_of_codes(word, code) for code in regions()}
    for name, term in (*_city_names(), *_country_names(), *_SYNONYMS.items()):
        scores[term] = max(scores.get(term, 0.0), _likeness(word, name))
    return _best(scores)


def similarity_of_codes(word: str, code: str) -> float:
    """How alike a word is to a location id: letters may be mistyped, a number hardly ever is."""
    likeness = _likeness(word, code)
    digits, wanted = re.findall(r"\d+", word), re.findall(r"\d+", code)
    return likeness if digits == wanted else likeness * 0.93


def _best(scores: dict[str, float]) -> list[str]:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [name for name, score in ranked if score >= _CLOSE][:LIMIT]


def _likeness(word: str, name: str) -> float:
    return OSA.normalized_similarity(_letters(word), _letters(name))


def _same(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


@cache
def _letters(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    return re.sub(r"[^a-z0-9]", "", _plain(text))


@cache
def _plain(text: str) -> str:
    import unicodedata  # only for words that were not understood

    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


@cache
def _city_names() -> tuple[tuple[str, str], ...]:
    """(city, region), and (state, region) for the United States."""
    found: list[tuple[str, str]] = []
    for code, place in regions().items():
        if not place.city.startswith("("):
            found += [(part.strip(), code) for part in place.city.split(",")]
    return tuple(found)


@cache
def _country_names() -> tuple[tuple[str, str], ...]:
    """(English name or alpha-3 code, ISO code in lower case), after ISO 3166."""
    return tuple(_read_country_names())


def _read_country_names() -> Iterator[tuple[str, str]]:
    import pycountry  # slow to load

    for country in pycountry.countries:
        code = country.alpha_2.lower()
        for attribute in ("name", "common_name", "official_name", "alpha_3"):
            if name := getattr(country, attribute, None):
                yield str(name), code
                yield str(name).split(",")[0], code
    for place in regions().values():
        yield place.country, place.country_code


def _country_of(word: str) -> str | None:
    matches = [code for name, code in _country_names() if _same(name, word)]
    return matches[0] if matches else _SYNONYMS.get(_plain(word))


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
        if score >= _CLOSE:
            total += score
            rest.remove(match)
    missing = sum(0.05 if part.isdigit() else 0.3 for part in rest)
    tokens = total / (len(typed) + missing)
    return 0.7 * tokens + 0.3 * _likeness(wanted, spelling)


def _part_likeness(one: str, other: str) -> float:
    if one.isdigit() or other.isdigit():
        return float(one.lstrip("0") == other.lstrip("0") and one.isdigit() == other.isdigit())
    return OSA.normalized_similarity(one, other)


@cache
def _parts(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", _plain(text)))
