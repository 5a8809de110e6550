"""The residency constraint that a deployment puts on its endpoint, and how it is written.

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
from functools import cached_property
from typing import cast

from availability.areas import (
    AREA_TERMS,
    Area,
    canonical_term,
    everywhere,
    excluded_area,
    reach,
    term_area,
)
from availability.errors import BadInput, Problem


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
