"""The countries of a residency."""

import pytest

from availability.places.countries import countries_of
from availability.places.geography import EEA_COUNTRIES, EU_COUNTRIES
from availability.places.residency import Residency


@pytest.mark.parametrize(
    ("value", "country", "share"),
    [
        ("any", "no", "whole"),
        ({"within": "any", "excluding": "us"}, "us", None),
        ({"within": "any", "excluding": "us-east1"}, "us", "partly"),
        ({"within": "any", "excluding": "us-east1"}, "ca", "whole"),
        ("de", "de", "whole"),
        ("europe-west3", "de", "partly"),
        ("de,europe-west3", "de", "whole"),
        ({"within": "eu", "excluding": "europe-west3"}, "de", "partly"),
        ({"within": "eu", "excluding": "europe-west3"}, "pt", "whole"),
        ({"within": "eu", "excluding": "de"}, "de", None),
        ({"within": "eu", "excluding": "de"}, "pt", "whole"),
        ({"within": "europe-west9", "excluding": "de"}, "fr", "partly"),
        ("no", "no", "whole"),
        ("europe", "gb", "whole"),
        ("eu", "gb", None),
        ("eu-adequate", "jp", "whole"),
        ("eu-adequate", "us", None),
        ("eu-adequate-partial", "us", "whole"),
    ],
)
def test_a_country_is_allowed_as_a_whole_in_part_or_not(
    value: object, country: str, share: str | None
) -> None:
    assert countries_of(Residency.parse(value)).share(country) == share


def test_the_unions_are_whole() -> None:
    assert countries_of(Residency.parse("eu")).whole == EU_COUNTRIES
    assert countries_of(Residency.parse("eea")).whole == EEA_COUNTRIES


def test_the_year_decides_about_adequacy() -> None:
    adequate = Residency.parse("eu-adequate")
    assert countries_of(adequate.in_year(2025)).share("br") is None
    assert countries_of(adequate.in_year(2026)).share("br") == "whole"
