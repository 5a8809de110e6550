"""What places are called elsewhere: by other clouds, in short, in other languages, and by laws.

Nothing here is accepted as a place. It tells what a word that is none most likely stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from availability.input.likeness import letters, unaccented
from availability.input.tables import DATA, rows
from availability.places.geography import regions


@dataclass(frozen=True)
class Regime:
    """A law, a certificate or a programme: it binds people, and no place is it."""

    name: str
    terms: tuple[str, ...]
    """The residency terms that come near it, the nearest first."""


_LAWS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("gdpr dsgvo rgpd avg eugdpr gdprcompliant", "the GDPR", ("eu", "eea", "eu-adequate")),
    ("schrems schremsii schrems2", "the Schrems II judgment on the GDPR", ("eu", "eea")),
    ("dora", "the EU's DORA", ("eu",)),
    ("nis2", "the EU's NIS 2", ("eu",)),
    ("euaiact aiact", "the EU's AI Act", ("eu", "eea")),
    ("eucs", "the EU's EUCS", ("eu",)),
    ("eudataboundary databoundary", "an EU data boundary", ("eu", "eea")),
    ("ukgdpr dpa2018", "the UK GDPR", ("gb",)),
    ("hipaa hitech hitrust phi", "HIPAA", ("us",)),
    ("ccpa cpra", "California's CCPA", ("us",)),
    ("fedramp fedramphigh fedrampmoderate", "FedRAMP", ("us",)),
    ("il2 il4 il5 il6 dodil5 disa", "an impact level of the US Department of Defense", ("us",)),
    ("itar ear cjis fisma govcloud usgov", "a programme of the US government", ("us",)),
    ("c5 bsi bsic5", "the C5 catalogue of Germany's BSI", ("de", "eu")),
    ("secnumcloud hds", "a French certificate", ("fr", "eu")),
    ("ens", "Spain's ENS", ("es", "eu")),
    ("revdsg ndsg fadp ndsg finma", "Swiss law", ("ch",)),
    ("lgpd", "Brazil's LGPD", ("br",)),
    ("pipeda law25", "Canadian law", ("ca",)),
    ("appi ismap", "Japanese law", ("jp",)),
    ("pdpa mtcs", "Singapore's PDPA", ("sg",)),
    ("dpdp dpdpa", "India's DPDP Act", ("in",)),
    ("irap", "Australia's IRAP", ("au",)),
    ("popia", "South Africa's POPIA", ("za",)),
)
_SPELT_REGIMES = {
    spelling: Regime(name, terms) for words, name, terms in _LAWS for spelling in words.split()
}


def regime(word: str) -> Regime | None:
    """The law, certificate or programme that a word names, if it does."""
    return _SPELT_REGIMES.get(letters(word))


@dataclass(frozen=True)
class RegionElsewhere:
    """A region of another cloud, or another short form of one of Google's."""

    called: str
    """Whose it is and where: `AWS's name for Frankfurt`."""
    google: str
    """The region of Google Cloud that is nearest to it."""


def region_elsewhere(word: str) -> RegionElsewhere | None:
    """The region that a word names as another cloud does; an availability zone is in its region."""
    typed = re.sub(r"[\s_-]+", "-", unaccented(word))
    known = _regions_elsewhere()
    for spelling in (typed, re.sub(r"(?<=-\d)[a-f]$", "", typed), typed.replace("-", "")):
        if spelling in known:
            return known[spelling]
    return None


@cache
def _regions_elsewhere() -> dict[str, RegionElsewhere]:
    return {
        row["region"]: RegionElsewhere(f"{row['cloud']}'s name for {row['place']}", row["google"])
        for row in rows(DATA / "regions_elsewhere.csv")
    }


_AREAS = {
    "africa": ("af", "afr"),
    "asia": ("as", "asia"),
    "australia": ("au", "aus"),
    "europe": ("eu", "eur"),
    "me": ("me",),
    "northamerica": ("na", "nam"),
    "southamerica": ("sa", "sam"),
    "us": ("us",),
}
_DIRECTIONS = {
    "central": ("c", "ce", "central"),
    "east": ("e", "ea", "east"),
    "north": ("n", "no", "north"),
    "northeast": ("ne", "northeast"),
    "south": ("s", "so", "south"),
    "southeast": ("se", "southeast"),
    "southwest": ("sw", "southwest"),
    "west": ("w", "we", "west"),
}


@cache
def short_forms() -> dict[str, str]:
    """Short form in letters and digits -> region: `euw3`, `usc1`; `use2` is AWS's us-east-2."""
    forms: dict[str, str] = {}
    for code in regions():
        area, direction, number = _taken_apart(code)
        for short_area in _AREAS[area]:
            for short_direction in _DIRECTIONS[direction]:
                forms.setdefault(f"{short_area}{short_direction}{number}", code)
    for region, elsewhere in _regions_elsewhere().items():
        if parts := re.fullmatch(r"([a-z]{2})-([a-z]+)-(\d)", region):
            for short_direction in _DIRECTIONS[parts[2]][:1]:
                forms.setdefault(f"{parts[1]}{short_direction}{parts[3]}", elsewhere.google)
    return forms


def _taken_apart(code: str) -> tuple[str, str, str]:
    area, rest = code.split("-")
    direction = rest.rstrip("0123456789")
    return area, direction, rest[len(direction) :]


def region_in_short(word: str) -> str | None:
    """The region that a short form stands for, by its id or by an airport of its city."""
    return short_forms().get(letters(word)) or _AIRPORTS.get(letters(word))


_AIRPORTS = {
    "ams": "europe-west4", "arn": "europe-north2", "ber": "europe-west10", "bom": "asia-south1",
    "bru": "europe-west1", "cdg": "europe-west9", "cgk": "asia-southeast2", "dfw": "us-south1",
    "doh": "me-central1", "gru": "southamerica-east1", "hel": "europe-north1",
    "hkg": "asia-east2", "hnd": "asia-northeast1", "iad": "us-east4", "icn": "asia-northeast3",
    "jnb": "africa-south1", "kix": "asia-northeast2", "las": "us-west4", "lax": "us-west2",
    "lhr": "europe-west2", "lon": "europe-west2", "mad": "europe-southwest1",
    "mel": "australia-southeast2", "mxp": "europe-west8", "nrt": "asia-northeast1",
    "par": "europe-west9", "slc": "us-west3", "sto": "europe-north2", "syd": "australia-southeast1",
    "tlv": "me-west1", "tpe": "asia-east1", "trn": "europe-west12", "tyo": "asia-northeast1",
    "waw": "europe-central2", "yul": "northamerica-northeast1", "yyz": "northamerica-northeast2",
    "zrh": "europe-west6",
}  # fmt: skip
"""Airports and cities by IATA's codes -> the region there. Codes that are a country's, too, as FRA
and DEL and SIN, are no codes here."""

_CITY_NAMES = {
    "europe-central2": "varsavia varsovie varsovia warschau warszawa",
    "europe-north2": "estocolmo stoccolma",
    "europe-southwest1": "madryt",
    "europe-west2": "londen londra londres londyn",
    "europe-west3": "francfort francoforte frankfurtammain ffm",
    "europe-west6": "zuerich zurigo",
    "europe-west8": "mailand milano milaan",
    "europe-west9": "parigi parijs",
    "europe-west10": "berlino",
    "europe-west12": "torino",
    "asia-northeast1": "tokio",
    "asia-northeast3": "seul",
    "asia-south1": "bombay",
    "asia-southeast1": "singapur singapour",
    "africa-south1": "joburg",
    "me-west1": "telaviv telavivyafo",
}
_NEAR_CITIES = {
    ("at", "europe-west3"): "vienna wien",
    ("au", "australia-southeast1"): "brisbane canberra",
    ("be", "europe-west1"): "antwerp antwerpen brussel brussels bruxelles brussel gent",
    ("ch", "europe-west6"): "bern genf geneva geneve basel",
    ("de", "europe-west3"): "cologne dusseldorf duesseldorf hamburg koln koeln munchen muenchen "
    "munich stuttgart",
    ("dk", "europe-north2"): "copenhagen kobenhavn",
    ("es", "europe-southwest1"): "barcelona",
    ("fi", "europe-north1"): "helsinki helsingfors",
    ("fr", "europe-west9"): "lyon marseille",
    ("gb", "europe-west2"): "manchester edinburgh",
    ("ie", "europe-west1"): "dublin",
    ("in", "asia-south1"): "bangalore bengaluru chennai hyderabad pune",
    ("it", "europe-west8"): "rome roma",
    ("nl", "europe-west4"): "amsterdam groningen rotterdam denhaag",
    ("no", "europe-north2"): "oslo",
    ("pt", "europe-southwest1"): "lisbon lisboa",
    ("sa", "me-central2"): "riyadh",
    ("tw", "asia-east1"): "taipei",
    ("us", "us-central1"): "chicago",
    ("us", "us-east4"): "newyork newyorkcity nyc virginia",
    ("us", "us-west1"): "seattle portland",
    ("us", "us-west2"): "california sanfrancisco siliconvalley",
    ("za", "africa-south1"): "capetown",
}


@dataclass(frozen=True)
class City:
    """A city that no region is named after, or whose region is named in another language."""

    region: str
    """The region in it, or the nearest one inside the same jurisdiction."""
    country: str
    """ISO code in lower case."""
    is_there: bool
    """Whether the region is in that very city."""


@cache
def _other_cities() -> dict[str, City]:
    named = {
        name: City(region, regions()[region].country_code, True)
        for region, names in _CITY_NAMES.items()
        for name in names.split()
    }
    near = {
        name: City(region, country, False)
        for (country, region), names in _NEAR_CITIES.items()
        for name in names.split()
    }
    return near | named


def city(word: str) -> City | None:
    """The city of a name that Google's list of cities doesn't have."""
    return _other_cities().get(letters(word))


_LANGUAGES = "de fr es it nl pt pl sv da fi cs hu el ja ko zh_CN tr ar he uk ro nb".split()  # noqa: SIM905


@cache
def country_names() -> dict[str, str]:
    """Country in other languages, in letters of any script -> ISO code in lower case."""
    return dict(_read_country_names())


def country(word: str) -> str | None:
    """The ISO code in lower case of a country by its name in another language."""
    return country_names().get(_any_letters(word))


def _any_letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", unaccented(text))


def _read_country_names() -> Iterator[tuple[str, str]]:
    import gettext

    import pycountry  # slow to load

    for language in _LANGUAGES:
        names = gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for country in pycountry.countries:
            for name in {country.name, getattr(country, "common_name", country.name)}:
                yield _any_letters(names.gettext(name)), country.alpha_2.lower()


_FILLERS = re.compile(
    r"\b(multi[\s_-]*regions?|regional|regions?|endpoints?|locations?|jurisdiction|data[\s_-]*boundary"
    r"|only|zone|member states|countries|data ?cent(er|re)s?|residency|cloud)\b",
    re.IGNORECASE,
)


def without_fillers(word: str) -> str | None:
    """The word without what people add to a place (`eu multi-region`); None if there is nothing."""
    spaced = re.sub(r"[()\[\]_]", " ", word)
    rest = re.sub(r"^[\s-]+|[\s-]+$", "", _FILLERS.sub(" ", spaced))
    return re.sub(r"\s+", " ", rest) if rest and rest != word.strip() else None


_EXCLUDED = re.compile(
    r"\s*(?:[!^~-]|not?[\s_-]+|non[\s_-]+|without[\s_-]+|outside[\s_-]+|except[\s_-]+|exclud\w+[\s:_-]+)\s*"
    r"(?P<place>\w.*?)\s*",
    re.IGNORECASE,
)


def left_out(word: str) -> str | None:
    """The place that a word says to leave out: us of `!us` and `not us`."""
    match = _EXCLUDED.fullmatch(word)
    return match["place"] if match else None


def several(word: str) -> list[str]:
    """The words that stand in one with another sign than a comma between them; else none."""
    parts = re.split(r"\s*(?:[;|+&/]|\b(?:and|or|und|oder|et|ou)\b)\s*", word.strip())
    return [part for part in parts if part] if len(parts) > 1 else []
