"""What a person most likely meant: nearest by edit distance, and by meaning for places.

Nothing here decides: a suggestion is shown, and never taken in the place of what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from availability.places.areas import ADEQUACY_TERMS, AREA_TERMS
from availability.places.geography import places, regions

LIMIT = 3
_CLOSE = 0.6
"""The least similarity, from 0 to 1, of what is worth showing."""

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "adequacy": ("eu-adequate",),
    "adequate": ("eu-adequate",),
    "africa": ("za",),
    "america": ("us",),
    "apac": ("asia-pacific",),
    "asia": ("asia-pacific",),
    "belgie": ("be",),
    "belgique": ("be",),
    "benelux": ("be", "nl"),
    "brasil": ("br",),
    "britain": ("gb",),
    "dach": ("de", "ch"),
    "deutschland": ("de",),
    "emea": ("europe", "middle-east"),
    "england": ("gb",),
    "espana": ("es",),
    "eu adequate": ("eu-adequate",),
    "eu27": ("eu",),
    "euadequate": ("eu-adequate",),
    "european economic area": ("eea",),
    "european union": ("eu",),
    "everywhere": ("any",),
    "gdpr": ("eu-adequate",),
    "gdpr adequate": ("eu-adequate",),
    "great britain": ("gb",),
    "holland": ("nl",),
    "international": ("any",),
    "italia": ("it",),
    "korea": ("kr",),
    "latam": ("south-america",),
    "latin america": ("south-america",),
    "mideast": ("middle-east",),
    "nederland": ("nl",),
    "nordics": ("fi", "se"),
    "north america": ("us", "canada"),
    "northern ireland": ("gb",),
    "polska": ("pl",),
    "scandinavia": ("fi", "se"),
    "schweiz": ("ch",),
    "scotland": ("gb",),
    "suisse": ("ch",),
    "suomi": ("fi",),
    "united states": ("us",),
    "wales": ("gb",),
    "world": ("any",),
    "worldwide": ("any",),
}
"""What people call places beside the names that ISO 3166 and Google's list of cities have."""

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


def locations(word: str) -> list[str]:
    """The locations that a misspelt one may stand for: by its id, its city or its country."""
    if named := _cities(word):
        return named[:LIMIT]
    meant = _synonyms(word) or _countries(word)
    if named := [code for code in regions() if regions()[code].country_code in meant]:
        return named[:LIMIT]
    spelled = {code: similarity_of_codes(word, code) for code in places()}
    for name, code in _city_names():
        spelled[code] = max(spelled[code], _likeness(word, name))
    if best := _best(spelled):
        return best
    near = {code: _likeness(word, name) for name, code in _country_names()}
    return [code for code in regions() if regions()[code].country_code in _best(near)[:1]][:LIMIT]


def residency_terms(word: str) -> list[str]:
    """The residency terms that a word may stand for: a place by its name, or a misspelt term."""
    cities = _cities(word)
    exact = [*_synonyms(word), *cities, *(regions()[code].country_code for code in cities)]
    exact += _countries(word)
    if exact:
        return list(dict.fromkeys(exact))[:LIMIT]
    scores = {term: _likeness(word, term) + 0.01 for term in (*AREA_TERMS, *ADEQUACY_TERMS)}
    scores |= {code: similarity_of_codes(word, code) for code in regions()}
    synonyms = ((name, term) for name, terms in _SYNONYMS.items() for term in terms)
    codes = ((place.country_code, place.country_code) for place in regions().values())
    for name, term in (*_city_names(), *_country_names(), *synonyms, *codes, ("uk", "gb")):
        scores[term] = max(scores.get(term, 0.0), _likeness(word, name))
    return _best(scores)


def similarity_of_codes(word: str, code: str) -> float:
    """How alike a word is to a location id: letters may be mistyped, a number hardly ever is."""
    # Other clouds and many people write eu- for what Google writes europe-.
    likeness = max(_likeness(word, code), _likeness(re.sub(r"^eu(?=[-_ ])", "europe", word), code))
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


def _cities(word: str) -> list[str]:
    """The regions of a city, or of a state of the United States: its name, or a word of it."""
    whole = [code for name, code in _city_names() if _same(name, word)]
    part = [code for name, code in _city_names() if _plain(word) in _plain(name).split()]
    return whole or (part if len(word) > 4 else [])


def _synonyms(word: str) -> tuple[str, ...]:
    return _SYNONYMS.get(re.sub(r"[^a-z0-9]+", " ", _plain(word)).strip(), ())


def _countries(word: str) -> list[str]:
    return [code for name, code in _country_names() if _same(name, word)][:1]


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
        if score >= _CLOSE:
            total += score**2
            rest.remove(match)
    missing = sum(_cost_of_missing(part) for part in rest)
    tokens = total / (len(typed) + missing)
    return 0.7 * tokens + 0.3 * _likeness(wanted, spelling)


def _part_likeness(one: str, other: str) -> float:
    if one.isdigit() or other.isdigit():
        return float(one.lstrip("0") == other.lstrip("0") and one.isdigit() == other.isdigit())
    return OSA.normalized_similarity(one, other)


@cache
def _parts(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", _plain(text)))
