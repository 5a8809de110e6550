"""The residency constraint that a deployment puts on its endpoint, and how it is written.

>>> Residency.parse("eu").holds("europe-west4")
True
>>> Residency.parse("europe").holds("europe-west2"), Residency.parse("eu").holds("europe-west2")
(True, False)
>>> Residency.parse("de,fr").holds("eu")
False
>>> adequate = Residency.parse("eu-adequate")
>>> [adequate.in_year(year).holds("southamerica-east1") for year in (2025, 2026)]
[False, True]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from availability.input.errors import NAMESPACE, BadInput, Problem, shown
from availability.input.likeness import nearest
from availability.input.maps import KeyedMap
from availability.input.values import placed_words
from availability.places.areas import (
    ADEQUACY_TERMS,
    AREA_TERMS,
    Area,
    canonical_term,
    everywhere,
    excluded_area,
    reach,
    term_area,
)
from availability.places.geography import ADEQUACY_YEARS
from availability.places.suggest import remark, residency_terms

if TYPE_CHECKING:
    import datetime as dt


class Guarantee(StrEnum):
    """What has to lie in the area."""

    ENDPOINT = "endpoint"
    ML_PROCESSING = "ml-processing"


@dataclass(frozen=True)
class Residency:
    """Where requests may be served. Terms are canonical, without repeats, in the given order.

    Construct it by `parse`, which checks what a person wrote.
    """

    within: tuple[str, ...]
    excluding: tuple[str, ...] = ()
    guarantee: Guarantee = Guarantee.ENDPOINT
    year: int | None = None
    """The snapshot's, for the adequacy terms (None is the latest); None without such a term."""

    @cached_property
    def adequacy_terms(self) -> tuple[str, ...]:
        """The terms, within or excluding, that depend on the adequacy decisions of the year."""
        return tuple(
            term for term in ADEQUACY_TERMS if term in self.within or term in self.excluding
        )

    def at(self, date: dt.date) -> Residency:
        """The same by the adequacy decisions that count for a snapshot of this date."""
        return self.in_year(date.year)

    def in_year(self, year: int | None) -> Residency:
        """The same by the adequacy decisions of this year; itself where no term asks for any."""
        if year == self.year or not self.adequacy_terms:
            return self
        return _in_year(self, year)

    @cached_property
    def area(self) -> Area:
        """The atoms in which the endpoint (and with ml-processing the processing) must lie."""
        inside = frozenset[str]().union(*(term_area(term, self.year) for term in self.within))
        return inside.difference(*(excluded_area(term, self.year) for term in self.excluding))

    def holds(self, location: str) -> bool:
        """Whether the endpoint of this location lies in the area."""
        return reach(location) <= self.area

    def keeps(self, boundary: str | None) -> bool:
        """Whether a processing boundary (a region, ``us``, ``eu``, or None) lies in the area."""
        return boundary is not None and term_area(boundary) <= self.area

    @property
    def area_text(self) -> str:
        """The area in its own terms: ``eu excluding de``."""
        text = ",".join(self.within)
        return text + (f" excluding {','.join(self.excluding)}" if self.excluding else "")

    @property
    def text(self) -> str:
        """The whole constraint in words: ``eu excluding de with ml-processing``."""
        kept = self.guarantee is Guarantee.ML_PROCESSING
        return self.area_text + (" with ml-processing" if kept else "")

    @classmethod
    def parse(cls, value: object, path: str = "residency") -> Residency:
        """What a stack file says: a term, terms with commas, a list, or a map.

        A map has ``within`` and may have ``excluding`` and ``guarantee``. Raises BadInput with
        every mistake, each under its key below `path`.
        """
        if not isinstance(value, Mapping):
            return cls.build(value, None, None, within_path=path)
        problems: list[Problem] = []
        names = ("within", "excluding", "guarantee")
        unknown = "unknown key {key}; a residency has {keys}"
        fields = KeyedMap(cast("object", value), names, path, problems, unknown=unknown).given
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
        emptied = not any(residency.in_year(year).area for year in ADEQUACY_YEARS)
        if not left or (emptied and cls(inside).area):
            message = f"nothing is left of {','.join(inside)} once this is excluded"
            raise BadInput([Problem(excluding_path, message)])
        if chosen is Guarantee.ML_PROCESSING and residency.area == everywhere():
            message = "ml-processing needs an area, and any is none: name where it may happen"
            raise BadInput([Problem(guarantee_path, message, (Guarantee.ENDPOINT.value,))])
        return residency


@dataclass(frozen=True)
class OwnResidency:
    """The residency of a deployment as it is written: the guarantee may be left to its stack."""

    residency: Residency
    """What is written, with the default guarantee where it names none."""
    names_guarantee: bool

    @classmethod
    def parse(cls, value: object, path: str = "residency") -> OwnResidency:
        """See `Residency.parse`."""
        named = isinstance(value, Mapping) and "guarantee" in cast("Mapping[object, object]", value)
        return cls(Residency.parse(cast("object", value), path), named)

    def takes_guarantee(self, stack: Residency | None) -> bool:
        """Whether a guarantee that it does not name is the stack's, and not the default."""
        default = self.residency.guarantee
        return not self.names_guarantee and stack is not None and stack.guarantee is not default

    def under(self, stack: Residency | None) -> Residency:
        """The residency that holds in a stack: only a guarantee is ever taken from there.

        Raises BadInput where the guarantee would be lost, because no area is named to keep it in.
        """
        if stack is None or not self.takes_guarantee(stack):
            return self.residency
        if stack.guarantee is Guarantee.ML_PROCESSING and self.residency.area == everywhere():
            message = (
                f"{self.residency.area_text} can't keep the guarantee {stack.guarantee} of "
                f"{NAMESPACE}:residency, which needs an area: name one, or give the guarantee up "
                f"by {{within: any, guarantee: {Guarantee.ENDPOINT}}}"
            )
            raise BadInput([Problem("", message)])
        return replace(self.residency, guarantee=stack.guarantee)


@cache
def _in_year(residency: Residency, year: int | None) -> Residency:
    """One copy for all placements, because it keeps its area."""
    return replace(residency, year=year)


def _terms(value: object, path: str, problems: list[Problem]) -> tuple[str, ...]:
    try:
        words = placed_words(value, path)
    except ValueError:
        problems.append(Problem(path, _no_terms(value), _unquoted(value)))
        return ()
    if not words:
        problems.append(Problem(path, "empty: name at least one place (any allows all)"))
    terms: list[str] = []
    for place, word in words:
        term = canonical_term(word)
        if term is None:
            message = f"unknown residency term {shown(word)}{remark(word)}"
            suggestions = tuple(residency_terms(word))
            if not suggestions:
                message += (
                    f"; a term is {', '.join((*AREA_TERMS, *ADEQUACY_TERMS))}, a country code "
                    "(de) or a location (europe-west4)"
                )
            problems.append(Problem(place, message, suggestions))
        elif term not in terms:
            terms.append(term)
    return tuple(terms)


def _no_terms(value: object) -> str:
    if isinstance(value, str):
        return f"a list in quotes is one text, {shown(value)}: write terms with commas between them"
    return f"expected a term or a list of terms, not {shown(value)}"


def _unquoted(value: object) -> tuple[str, ...]:
    """What a list in quotes was to say, where all of it is terms."""
    words = re.findall(r"[\w-]+", value) if isinstance(value, str) else []
    terms = [canonical_term(word) for word in words]
    return (",".join(term for term in terms if term),) if terms and all(terms) else ()


def _guarantee(value: object, path: str, problems: list[Problem]) -> Guarantee:
    if value is None:
        return Guarantee.ENDPOINT
    word = value.strip().lower() if isinstance(value, str) else value
    if word in (*Guarantee,):
        return Guarantee(word)
    choices = [guarantee.value for guarantee in Guarantee]
    problems.append(
        Problem(
            path,
            f"unknown guarantee {shown(value)}; it is {' or '.join(choices)}",
            tuple(nearest(str(value), choices)),
        )
    )
    return Guarantee.ENDPOINT
