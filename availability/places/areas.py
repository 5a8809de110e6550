"""Areas, and the terms that name them.

An area is a set of atoms: one per known region, one for the rest of each jurisdiction that has a
multi-region (the United States and the EU), and one for the rest of the world. An endpoint lies in
an area when every atom that it can reach does.
"""

from __future__ import annotations

from functools import cache

from availability.places.geography import EEA_COUNTRIES, EU_COUNTRIES, places, regions

Area = frozenset[str]

REST_OF = {"us": "rest of the United States", "eu": "rest of the EU"}
"""Jurisdiction -> the atom for what of it is in no region."""
REST_OF_WORLD = "rest of the world"

_CODE = 2
"""The letters of the code of a country, and of the two jurisdictions' terms."""

GEOGRAPHIES = {
    "europe": "Europe",
    "canada": "Canada",
    "south-america": "South America",
    "asia-pacific": "Asia Pacific",
    "middle-east": "Middle East",
}
"""Term -> the heading of Google's page. The United States are the jurisdiction ``us``."""

AREA_TERMS = ("any", "eu", "eea", "us", *GEOGRAPHIES)
"""The terms that are neither a country code nor a location, and are the same in every year."""

ADEQUACY_TERMS = ("eu-adequate", "eu-adequate-partial")
"""The EEA and the countries with an adequacy decision: a full one, or a partial one as well."""


@cache
def everywhere() -> Area:
    """All atoms: what the global endpoint can reach."""
    return frozenset(regions()) | frozenset(REST_OF.values()) | {REST_OF_WORLD}


@cache
def reach(location: str) -> Area:
    """The atoms where a request to this location's endpoint may be served.

    Raises KeyError for what is no location of Google Cloud.
    """
    place = places()[location]
    if place.kind == "global":
        return everywhere()
    return term_area(location) if place.kind == "multi-region" else frozenset([location])


@cache
def jurisdiction(location: str) -> str | None:
    """``us``, ``eu``, or None for a location that is in neither as a whole."""
    place = places()[location]
    if place.in_eu:
        return "eu"
    return "us" if place.country_code == "us" else None


@cache
def term_area(term: str, year: int | None = None) -> Area:
    """The atoms that lie in the place of a canonical term for certain.

    The adequacy terms mean the decisions of the snapshot's year; None is the latest. Raises
    KeyError for a word that is no term.
    """
    if term == "any":
        return everywhere()
    if term in regions():
        return frozenset([term])
    if term in ADEQUACY_TERMS:
        return _adequate_area(term, year)
    if term in GEOGRAPHIES:
        inside = {c for c, p in regions().items() if p.geography == GEOGRAPHIES[term]}
        return frozenset(inside | ({REST_OF["eu"]} if term == "europe" else set()))
    if term in ("eu", "eea"):
        inside = {c for c, p in regions().items() if (p.in_eu if term == "eu" else p.in_eea)}
        return frozenset(inside | {REST_OF["eu"]})
    inside = {c for c, p in regions().items() if p.country_code == term}
    if not inside and term not in EEA_COUNTRIES and term not in country_codes():
        raise KeyError(term)
    return frozenset(inside | ({REST_OF["us"]} if term == "us" else set()))


def _adequate_area(term: str, year: int | None) -> Area:
    enough = {"n/a", "yes", "partial"} if term == "eu-adequate-partial" else {"n/a", "yes"}
    inside = (code for code, place in places().items() if place.adequacy(year) in enough)
    return frozenset(REST_OF.get(code, code) for code in inside)


def countries_of(term: str) -> frozenset[str]:
    """The countries that a term names or holds, those in which Google has no region included.

    None for a location, and for a geography of which no source lists the countries.
    """
    if term == "eu":
        return EU_COUNTRIES
    if term in ("eea", "europe", *ADEQUACY_TERMS):
        return EEA_COUNTRIES
    return frozenset([term]) if len(term) == _CODE else frozenset()


@cache
def excluded_area(term: str, year: int | None = None) -> Area:
    """The atoms that go when this canonical term is excluded.

    These are more than `term_area` has: what is in no region may be in the excluded country too.
    """
    if term == "global":
        return frozenset([REST_OF_WORLD])
    area = term_area(term, year)
    if term in EU_COUNTRIES:
        return area | {REST_OF["eu"]}
    if term not in regions() and term not in ("eu", "us"):
        return area | {REST_OF_WORLD}
    return area


@cache
def country_codes() -> frozenset[str]:
    """The ISO 3166 codes in lower case, of all countries, those without a region included."""
    import pycountry  # slow to load, and most terms are known without it

    return frozenset(country.alpha_2.lower() for country in pycountry.countries)


def canonical_term(word: str) -> str | None:
    """The term that a word spells, or None. Case does not matter; ``uk`` is ``gb``.

    ``global`` is a term here: where it may stand is for the constraint to say.
    """
    term = word.strip().lower()
    if term == "uk":
        return "gb"
    if term in (*AREA_TERMS, *ADEQUACY_TERMS, "global") or term in regions():
        return term
    if any(place.country_code == term for place in regions().values()) or term in EEA_COUNTRIES:
        return term
    return term if len(term) == 2 and term in country_codes() else None
