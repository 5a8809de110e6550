"""Areas, and the residency constraint that a deployment puts on its endpoint.

An area is a set of atoms: one per known region, one for the rest of each jurisdiction that has a
multi-region (the United States and the EU), and one for the rest of the world. An endpoint lies in
an area when every atom that it can reach does:

>>> Residency.parse("eu").holds("europe-west4")
True
>>> Residency.parse("europe").holds("europe-west2"), Residency.parse("eu").holds("europe-west2")
(True, False)
>>> Residency.parse("de,fr").holds("eu")
False
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import cast

from availability.errors import BadInput, Problem
from availability.geography import EEA_COUNTRIES, EU_COUNTRIES, places, regions

Area = frozenset[str]

REST_OF = {"us": "rest of the United States", "eu": "rest of the EU"}
"""Jurisdiction -> the atom for what of it is in no region."""
REST_OF_WORLD = "rest of the world"

GEOGRAPHIES = {
    "europe": "Europe",
    "canada": "Canada",
    "south-america": "South America",
    "asia-pacific": "Asia Pacific",
    "middle-east": "Middle East",
}
"""Term -> the heading of Google's page. The United States are the jurisdiction ``us``."""

AREA_TERMS = ("any", "eu", "eea", "us", *GEOGRAPHIES)
"""The terms that are neither a country code nor a location."""


class Guarantee(StrEnum):
    """What has to lie in the area."""

    ENDPOINT = "endpoint"
    ML_PROCESSING = "ml-processing"


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
def term_area(term: str) -> Area:
    """The atoms that lie in the place of a canonical term for certain.

    Raises KeyError for a word that is no term.
    """
    if term == "any":
        return everywhere()
    if term in regions():
        return frozenset([term])
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


@cache
def excluded_area(term: str) -> Area:
    """The atoms that a canonical term, once excluded, can no longer leave inside.

    These are more than `term_area` has: what is in no region may be in the excluded country too.
    """
    if term == "global":
        return frozenset([REST_OF_WORLD])
    area = term_area(term)
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
    if term in AREA_TERMS or term == "global" or term in regions():
        return term
    if any(place.country_code == term for place in regions().values()) or term in EEA_COUNTRIES:
        return term
    return term if len(term) == 2 and term in country_codes() else None


@dataclass(frozen=True)
class Residency:
    """Where requests may be served. Terms are canonical, without repeats, in the given order.

    Construct it by `parse`, which checks what a person wrote.
    """

    within: tuple[str, ...]
    excluding: tuple[str, ...] = ()
    guarantee: Guarantee = Guarantee.ENDPOINT

    @cached_property
    def area(self) -> Area:
        """The atoms in which the endpoint (and with ml-processing the processing) must lie."""
        inside = frozenset[str]().union(*(term_area(term) for term in self.within))
        return inside.difference(*(excluded_area(term) for term in self.excluding))

    def holds(self, location: str) -> bool:
        """Whether the endpoint of this location lies in the area."""
        return reach(location) <= self.area

    def keeps(self, boundary: str | None) -> bool:
        """Whether a processing boundary (a region, ``us``, ``eu``, or None) lies in the area."""
        return boundary is not None and term_area(boundary) <= self.area

    @property
    def text(self) -> str:
        """The constraint in words: ``eu excluding de, with ml-processing``."""
        text = ",".join(self.within)
        if self.excluding:
            text += f" excluding {','.join(self.excluding)}"
        if self.guarantee is Guarantee.ML_PROCESSING:
            text += " with ml-processing"
        return text

    @classmethod
    def parse(cls, value: object, path: str = "residency") -> Residency:
        """What a stack file says: a term, terms with commas, a list, or a map.

        A map has ``within`` and may have ``excluding`` and ``guarantee``. Raises BadInput with
        every mistake, each under its key below `path`.
        """
        if not isinstance(value, Mapping):
            return cls.build(value, None, None, within_path=path)
        from availability.suggest import nearest  # loads the edit distances

        fields: dict[str, object] = {str(k): v for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        keys = ("within", "excluding", "guarantee")
        problems = [
            Problem(
                f"{path}.{key}",
                f"unknown key {key!r}; a residency has {', '.join(keys)}",
                tuple(nearest(key, keys)),
                about_key=True,
            )
            for key in fields
            if key not in keys
        ]
        if "within" not in fields:
            problems.append(Problem(f"{path}.within", "missing: a residency says where, within"))
        try:
            built = cls.build(
                fields.get("within", "any"),
                fields.get("excluding"),
                fields.get("guarantee"),
                within_path=f"{path}.within",
                excluding_path=f"{path}.excluding",
                guarantee_path=f"{path}.guarantee",
            )
        except BadInput as error:
            problems += error.problems if "within" in fields else ()
            built = None
        if built is None or problems:
            raise BadInput(problems)
        return built

    @classmethod
    def build(
        cls,
        within: object,
        excluding: object,
        guarantee: object,
        *,
        within_path: str = "within",
        excluding_path: str = "excluding",
        guarantee_path: str = "guarantee",
    ) -> Residency:
        """The three parts as given, each checked under its own path. Raises BadInput."""
        problems: list[Problem] = []
        inside = _terms(within, within_path, problems)
        outside = () if excluding is None else _terms(excluding, excluding_path, problems)
        chosen = _guarantee(guarantee, guarantee_path, problems)
        if "global" in inside:
            message = "global is an endpoint, not a place; to allow every location write any"
            problems.append(Problem(within_path, message, ("any",)))
        if problems:
            raise BadInput(problems)
        residency = cls(inside, outside, chosen)
        left = frozenset(inside) - frozenset(outside)
        if not left or (not residency.area and cls(inside).area):
            message = f"nothing is left of {','.join(inside)} once this is excluded"
            raise BadInput([Problem(excluding_path, message)])
        if chosen is Guarantee.ML_PROCESSING and residency.area == everywhere():
            message = "ml-processing needs an area, and any is none: name where it may happen"
            raise BadInput([Problem(guarantee_path, message, (Guarantee.ENDPOINT.value,))])
        return residency


def split_words(value: object) -> list[str] | None:
    """One text with commas, or a list of texts, as a list of words; None for anything else."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if isinstance(value, Sequence):
        words = [word for word in value if isinstance(word, str)]  # pyright: ignore[reportUnknownVariableType]
        if len(words) == len(value):  # pyright: ignore[reportUnknownArgumentType]
            return [part for word in words for part in split_words(word) or []]
    return None


def _terms(value: object, path: str, problems: list[Problem]) -> tuple[str, ...]:
    words = split_words(value)
    if words is None:
        problems.append(Problem(path, f"expected a term or a list of terms, not {value!r}"))
        return ()
    if not words:
        problems.append(Problem(path, "empty: name at least one place (any allows all)"))
    terms: list[str] = []
    for place, word in _placed_words(value, path):
        term = canonical_term(word)
        if term is None:
            from availability.suggest import residency_terms

            message = (
                f"unknown residency term {word!r}; a term is {', '.join(AREA_TERMS)}, "
                "a country code (de) or a location (europe-west4)"
            )
            problems.append(Problem(place, message, tuple(residency_terms(word))))
        elif term not in terms:
            terms.append(term)
    return tuple(terms)


def _placed_words(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Each word with the path where it stands: an index for those of a list."""
    if isinstance(value, str):
        yield from ((path, word) for word in split_words(value) or ())
    elif isinstance(value, Sequence):
        items = cast("Sequence[object]", value)
        for index, item in enumerate(items):
            yield from ((f"{path}[{index}]", word) for word in split_words(item) or ())


def _guarantee(value: object, path: str, problems: list[Problem]) -> Guarantee:
    if value is None:
        return Guarantee.ENDPOINT
    word = value.strip().lower() if isinstance(value, str) else value
    if word in (*Guarantee,):
        return Guarantee(word)
    from availability.suggest import nearest

    choices = [guarantee.value for guarantee in Guarantee]
    problems.append(
        Problem(
            path,
            f"unknown guarantee {value!r}; it is {' or '.join(choices)}",
            tuple(nearest(str(value), choices)),
        )
    )
    return Guarantee.ENDPOINT
