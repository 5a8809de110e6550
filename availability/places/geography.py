"""Where Google Cloud's locations are: kind, city, country, membership and coordinates.

The rows are `data/regions.csv` and `data/region_coordinates.csv`, whose comments name their
sources. A location that no snapshot has can still be named here: a stack may exclude it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args

from availability.input.tables import DATA, rows

EU_COUNTRIES = frozenset(
    "at be bg cy cz de dk ee es fi fr gr hr hu ie it lt lu lv mt nl pl pt ro se si sk".split()  # noqa: SIM905
)
"""ISO 3166 codes of the member states (Treaty on European Union, article 52, without gb)."""

EEA_COUNTRIES = EU_COUNTRIES | {"is", "li", "no"}
"""The EU and the EFTA states that signed the EEA Agreement."""


Adequacy = Literal["yes", "partial", "no", "n/a"]
"""The European Commission's decision under GDPR, article 45; n/a in the EEA, which needs none."""

ADEQUACY_YEARS = (2025, 2026)
"""The years whose decisions are known, a column of `data/regions.csv` each."""


def adequacy_year(year: int | None) -> int:
    """The year whose decisions count for a snapshot of this one; None is the latest."""
    first, latest = ADEQUACY_YEARS
    return first if year is not None and year <= first else latest


Kind = Literal["region", "multi-region", "global"]
"""What an endpoint's location can be."""


@dataclass(frozen=True)
class Place:
    """One location of Google Cloud, as a row of `data/regions.csv`."""

    code: str
    kind: Kind
    city: str
    geography: str
    country: str
    country_iso2: str
    """In upper case; empty where it lies in no one country."""
    in_eu: bool
    in_eea: bool
    adequacy_2025: Adequacy
    adequacy_2026: Adequacy
    adequacy_note: str
    """The decision and its limits; empty where there is none."""
    latitude: float | None = None
    longitude: float | None = None
    """Of the town, in degrees; None where the town is not published."""

    @classmethod
    def of_row(cls, row: Mapping[str, str]) -> Place:
        """The location of a row, with its coordinates where they are known.

        Raises ValueError, with the column, for a word that the column can't have.
        """
        return cls(
            code=row["code"],
            kind=cast("Kind", _word(row, "kind", get_args(Kind))),
            city=row["city"],
            geography=row["geography"],
            country=row["country"],
            country_iso2=row["country_iso2"],
            in_eu=_word(row, "in_eu", _YES_NO) == "yes",
            in_eea=_word(row, "in_eea", _YES_NO) == "yes",
            adequacy_2025=_adequacy(row, "gdpr_adequacy_2025"),
            adequacy_2026=_adequacy(row, "gdpr_adequacy_2026"),
            adequacy_note=row["adequacy_note"],
            latitude=float(row["latitude"]) if "latitude" in row else None,
            longitude=float(row["longitude"]) if "longitude" in row else None,
        )

    @property
    def country_code(self) -> str:
        """The ISO 3166 code in lower case, or an empty string for ``eu`` and ``global``."""
        return self.country_iso2.lower()

    def adequacy(self, year: int | None = None) -> Adequacy:
        """The decision that counts for a snapshot of this year; None is the latest."""
        return self.adequacy_2025 if adequacy_year(year) == 2025 else self.adequacy_2026


_YES_NO = ("yes", "no")


def _word(row: Mapping[str, str], column: str, words: tuple[str, ...]) -> str:
    """The word of a column. Raises ValueError where it is none of these."""
    if row[column] not in words:
        message = f"{row['code']}: {column} is {row[column]!r}, and has to be one of {words}"
        raise ValueError(message)
    return row[column]


def _adequacy(row: Mapping[str, str], column: str) -> Adequacy:
    return cast("Adequacy", _word(row, column, get_args(Adequacy)))


@cache
def places() -> dict[str, Place]:
    """Every known location by its id, ``us``, ``eu`` and ``global`` included."""
    points = {row["code"]: row for row in rows(DATA / "region_coordinates.csv")}
    known = (Place.of_row(row | points.get(row["code"], {})) for row in rows(DATA / "regions.csv"))
    return {place.code: place for place in known}


@cache
def regions() -> dict[str, Place]:
    """Every known location that is a region, by its id."""
    return {code: place for code, place in places().items() if place.kind == "region"}


@cache
def distance(location: str, other: str) -> float | None:
    """The great-circle distance in km, or None where either has no coordinates."""
    first, second = _radians(location), _radians(other)
    if first is None or second is None:
        return None
    (lat1, lon1), (lat2, lon2) = first, second
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371 * math.asin(math.sqrt(half))


def country_name(code: str) -> str | None:
    """The English name of a country by its ISO 3166 code in lower case; None for other words."""
    for place in regions().values():
        if place.country_code == code:
            return place.country
    if len(code) != 2 or code == "eu":
        return None
    import pycountry  # slow to load, and most countries that are named have a region

    country = pycountry.countries.get(alpha_2=code.upper())
    return country.name if country else None


def has_coordinates(location: str) -> bool:
    """Whether the town of this location is known and published."""
    return _radians(location) is not None


def _radians(location: str) -> tuple[float, float] | None:
    place = places().get(location)
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return math.radians(place.latitude), math.radians(place.longitude)
