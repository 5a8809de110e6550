"""What a person most likely meant: nearest by edit distance, and by meaning for places.

Nothing here decides: a suggestion is shown, and never taken in the place of what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from availability.input.errors import Problem, shown
from availability.input.likeness import (
    LIMIT,
    closest,
    letters,
    likeness,
    same_letters,
    unaccented,
)
from availability.places.areas import ADEQUACY_TERMS, AREA_TERMS, canonical_term
from availability.places.geography import places, regions

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
    "eur": ("eu",),
    "eur3": ("eu",),
    "eur4": ("eu",),
    "emea": ("europe", "middle-east"),
    "england": ("gb",),
    "espana": ("es",),
    "eu adequate": ("eu-adequate",),
    "eu27": ("eu",),
    "euadequate": ("eu-adequate",),
    "european economic area": ("eea",),
    "european union": ("eu",),
    "all": ("any",),
    "anywhere": ("any",),
    "everywhere": ("any",),
    "gdpr adequate": ("eu-adequate",),
    "great britain": ("gb",),
    "holland": ("nl",),
    "international": ("any",),
    "italia": ("it",),
    "korea": ("kr",),
    "latam": ("south-america",),
    "latin america": ("south-america",),
    "mideast": ("middle-east",),
    "nam": ("us",),
    "nam4": ("us",),
    "nam5": ("us",),
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


def locations(word: str) -> list[str]:
    """The locations that a misspelt one may stand for: by its id, its city or its country."""
    from availability.places import elsewhere  # only what was not understood needs it

    if exact := _locations_by_name(word):
        return exact[:LIMIT]
    if elsewhere.left_out(word):
        return []
    if plain := elsewhere.without_fillers(word):
        return [plain.lower()] if plain.lower() in places() else locations(plain)
    spelled = {code: similarity_of_codes(word, code) for code in places()}
    for name, code in _city_names():
        spelled[code] = max(spelled[code], likeness(word, name))
    if best := closest(spelled):
        return best
    near = {code: likeness(word, name) for name, code in _country_names()}
    return [code for code in regions() if regions()[code].country_code in closest(near)[:1]][:LIMIT]


def _locations_by_name(word: str) -> list[str]:
    """The locations that bear a name, another cloud's or a short one among them."""
    from availability.places import elsewhere  # only what was not understood needs it

    if law := elsewhere.regime(word):
        return [term for term in law.terms if term in places()]
    if word.strip() == "*":
        return ["global"]
    if abroad := elsewhere.region_elsewhere(word):
        return [abroad.google]
    if in_short := elsewhere.region_in_short(word):
        return [in_short]
    if named := _cities(word):
        return named
    if town := elsewhere.city(word):
        return [town.region]
    term = canonical_term(word)
    meant = [term] if term else _synonyms(word) or _countries(word)
    wide = [_WIDE[term] for term in meant if term in _WIDE]
    return wide + [code for code in regions() if regions()[code].country_code in meant]


_WIDE = {"eea": "eu", "any": "global", "eu": "eu", "europe": "eu", "us": "us"}
"""Term -> the location that serves it as a whole."""


def residency_terms(word: str) -> list[str]:
    """The residency terms that a word may stand for: a place by its name, or a misspelt term."""
    from availability.places import elsewhere  # only what was not understood needs it

    if exact := _terms_by_name(word):
        return list(dict.fromkeys(exact))[:LIMIT]
    if elsewhere.left_out(word):
        return []  # no term leaves a place out: the message says what does
    parts = [canonical_term(part) for part in elsewhere.several(word)]
    if parts and all(parts):
        return [",".join(part for part in parts if part)]
    if plain := elsewhere.without_fillers(word):
        term = canonical_term(plain)
        return [term] if term else residency_terms(plain)
    scores = {term: likeness(word, term) + 0.01 for term in (*AREA_TERMS, *ADEQUACY_TERMS)}
    scores |= {code: similarity_of_codes(word, code) for code in regions()}
    synonyms = ((name, term) for name, terms in _SYNONYMS.items() for term in terms)
    codes = ((place.country_code, place.country_code) for place in regions().values())
    for name, term in (*_city_names(), *_country_names(), *synonyms, *codes, ("uk", "gb")):
        scores[term] = max(scores.get(term, 0.0), likeness(word, name))
    return closest(scores)


def _terms_by_name(word: str) -> list[str]:
    """The terms whose place bears a name, another cloud's or a short one among them."""
    from availability.places import elsewhere  # only what was not understood needs it

    if law := elsewhere.regime(word):
        return list(law.terms)
    if word.strip() == "*":
        return ["any"]
    abroad = elsewhere.region_elsewhere(word)
    if code := abroad.google if abroad else elsewhere.region_in_short(word):
        return [code, regions()[code].country_code]
    if town := elsewhere.city(word):
        both = [town.region, town.country]
        return both if town.is_there else both[::-1]
    cities = _cities(word)
    named = [*_synonyms(word), *cities, *(regions()[code].country_code for code in cities)]
    return [*named, *_countries(word)]


def remark(word: str) -> str:
    """What a word is that is no place, or whose name for one it is, to be put after a message."""
    from availability.places import elsewhere  # only what was not understood needs it

    if law := elsewhere.regime(word):
        near = " or ".join(law.terms[:2])
        return (
            f": {law.name} binds people and is no place; {near} comes near, says where an endpoint "
            "is, and is no statement of compliance"
        )
    if abroad := elsewhere.region_elsewhere(word):
        return f": it is {abroad.called}"
    if place := elsewhere.left_out(word):
        return f": what is left out stands under excluding (excluding: {place})"
    return ""


def similarity_of_codes(word: str, code: str) -> float:
    """How alike a word is to a location id: letters may be mistyped, a number hardly ever is."""
    # Other clouds and many people write eu- for what Google writes europe-.
    alike = max(likeness(word, code), likeness(re.sub(r"^eu(?=[-_ ])", "europe", word), code))
    digits, wanted = re.findall(r"\d+", word), re.findall(r"\d+", code)
    return alike if digits == wanted else alike * 0.93


@cache
def _city_names() -> tuple[tuple[str, str], ...]:
    """(city, region), and (state, region) for the United States."""
    names: list[tuple[str, str]] = []
    for code, place in regions().items():
        if not place.city.startswith("("):
            names += [(part.strip(), code) for part in place.city.split(",")]
    return tuple(names)


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
    whole = [code for name, code in _city_names() if same_letters(name, word)]
    part = [code for name, code in _city_names() if unaccented(word) in unaccented(name).split()]
    return whole or (part if len(word) > 4 else [])


def _synonyms(word: str) -> tuple[str, ...]:
    return _SYNONYMS.get(re.sub(r"[^a-z0-9]+", " ", unaccented(word)).strip(), ())


def _countries(word: str) -> list[str]:
    from availability.places import elsewhere  # only what was not understood needs it

    if letters(word):
        for name, code in _country_names():
            if same_letters(name, word):
                return [code]
    code = elsewhere.country(word)
    return [code] if code else []


def check_location(word: str) -> Problem | str:
    """The canonical location id, or what is wrong with the word."""
    if (location := word.strip().lower()) in places():
        return location
    message = f"{shown(word)} is no location of Google Cloud, like europe-west4, eu or global"
    return Problem("", message + remark(word), tuple(locations(word)))


def check_region(value: object) -> Problem | str:
    """Where the callers are, as a location id or an empty text; what is not known is let pass."""
    if isinstance(value, str):
        return value.strip().lower()
    return Problem("", f"expected a region, not {shown(value)}")
