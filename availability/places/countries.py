"""The countries of a residency, for whoever draws it or reads it out.

An area decides by its atoms, and never by these: most countries have no region, and the area of
`eu excluding de` has no atom for what of the EU is in none.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cache

from availability.places.areas import ADEQUACY_TERMS, GEOGRAPHIES, term_area
from availability.places.geography import EEA_COUNTRIES, EU_COUNTRIES, places, regions
from availability.places.residency import Residency


@dataclass(frozen=True)
class Countries:
    """The countries that a residency allows, by ISO 3166 codes in lower case."""

    whole: frozenset[str]
    """Those that are allowed as a whole, as far as their terms say it."""
    partly: frozenset[str] = frozenset()
    """Those of which some regions are allowed, and nothing else."""
    everywhere: bool = False
    """Whether every country is allowed but those in `excluded`."""
    excluded: frozenset[str] = frozenset()

    def share(self, country: str) -> str | None:
        """`whole`, `partly`, or None for a country that is not allowed."""
        if country in self.partly:
            return "partly"
        allowed = self.everywhere and country not in self.excluded
        return "whole" if allowed or country in self.whole else None


@cache
def countries_of(residency: Residency) -> Countries:
    """The countries that the terms of a residency name, without those that it excludes."""
    year = residency.year
    inside = frozenset[str]().union(*(_named(term, year) for term in residency.within))
    outside = frozenset[str]().union(*(_named(term, year) for term in residency.excluding))
    cut = {places()[term].country_code for term in residency.excluding if term in regions()}
    only = {places()[term].country_code for term in residency.within if term in regions()}
    everywhere = "any" in residency.within
    partly = _partly(residency, (cut | only) - outside - (inside - cut))
    whole = inside - outside - partly
    return Countries(whole, partly, everywhere, outside)


def _partly(residency: Residency, countries: Set[str]) -> frozenset[str]:
    """Of these countries, those in which at least one region is allowed."""
    allowed = {places()[atom].country_code for atom in residency.area if atom in regions()}
    return frozenset(countries & allowed)


@cache
def _named(term: str, year: int | None) -> frozenset[str]:
    """The countries that a term names as a whole; none for a region, and for `any`."""
    if term in regions() or term in ("any", "global"):
        return frozenset()
    if term in ("eu", "eea"):
        return EU_COUNTRIES if term == "eu" else EEA_COUNTRIES
    if term in ADEQUACY_TERMS or term in GEOGRAPHIES:
        more = EEA_COUNTRIES if term in ADEQUACY_TERMS else EU_COUNTRIES
        more = more if term in ADEQUACY_TERMS or term == "europe" else frozenset[str]()
        return more | {
            places()[atom].country_code for atom in term_area(term, year) if atom in regions()
        }
    return frozenset([term])
