"""Models, places, areas and sources as a sentence names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from availability.facts.names import Named
from availability.facts.snapshot import Citation, Notice, NoticeKind, Snapshot
from availability.places.geography import Adequacy, adequacy_year, country_name, places, regions
from availability.places.residency import Residency


def title(named: Named) -> str:
    """The model as a reader finds it on Google's page: its id, and the name of its row."""
    return named.id if named.entry.name == named.id else f"{named.id} ({named.entry.name})"


def cited(cite: Citation, snapshot: Snapshot) -> str:
    """A source as a sentence names it: `the model card (2026-10-10)`."""
    source = snapshot.sources[cite.source]
    return f'"{source.title}"' + (f" ({source.date})" if source.date else "")


def noticed(notice: Notice, snapshot: Snapshot) -> str:
    """What a notice says, with its source."""
    return f"{notice_text(notice)} ({cited(notice.cite, snapshot)})"


def notice_text(notice: Notice) -> str:
    """What a notice says, with how long something is kept."""
    if notice.days is None or not _leaves_out_days(notice):
        return notice.text
    return f"{notice.text}, for up to {counted(notice.days, 'day')}"


def _leaves_out_days(notice: Notice) -> bool:
    """Whether its text does not say how long something is kept."""
    return notice.kind is NoticeKind.RETENTION and not re.search(r"\d+ (?:days|hours)", notice.text)


def place_name(location: str, snapshot: Snapshot) -> str:
    """The location with its name on the page: `europe-west9 (Paris, France)`."""
    for known in snapshot.locations:
        if known.id == location:
            return location if known.name.lower() == location else f"{location} ({known.name})"
    city = places()[location].city
    return f"{location} ({city})" if city and not city.startswith("(") else location


def adequacy_text(residency: Residency, *, countries: bool = False) -> str:
    """What the adequacy terms of a residency mean, and that this is no legal advice.

    Empty where it has none. With `countries`, those in which Google has a region are named.
    """
    said = [
        _adequacy(term, residency.year) + (_adequate(term, residency.year) if countries else "")
        for term in residency.adequacy_terms
    ]
    return "; ".join([*said, "not legal advice"]) if said else ""


def described_area(residency: Residency) -> str:
    """The area in its own terms, with what an adequacy term means."""
    meaning = adequacy_text(residency)
    return residency.area_text + (f" ({meaning})" if meaning else "")


def _adequacy(term: str, year: int | None) -> str:
    decided = "full or partial" if term == "eu-adequate-partial" else "full"
    return (
        f"{term} is the EEA and the countries with a {decided} adequacy decision in "
        f"{adequacy_year(year)}"
    )


def _adequate(term: str, year: int | None) -> str:
    """The countries outside the EEA in which Google has a region, in parentheses."""
    named = f"with a region: {_decided('yes', year)}"
    if term == "eu-adequate-partial":
        named += f"; partial: {_decided('partial', year)}"
    return f" ({named})"


def _decided(decision: Adequacy, year: int | None) -> str:
    countries = {place.country for place in regions().values() if place.adequacy(year) == decision}
    return ", ".join(sorted(countries))


_LONGEST_AREA = 24
"""The most letters of an area within a headline."""


def in_area(residency: Residency) -> str:
    """The area as it follows a verb: ` in Germany`, ` outside the United States`.

    Empty where it is everywhere, and ` in its residency` where its terms are too many.
    """
    within, excluding = _term_names(residency.within, "or"), residency.excluding
    without = _term_names(excluding, "and")
    if "any" in residency.within:
        text = f" outside {without}" if excluding else ""
    else:
        text = f" in {within} excluding {without}" if excluding else f" in {within}"
    return text if len(text) <= _LONGEST_AREA else " in its residency"


def outside_area(residency: Residency) -> str:
    """Where what is outside of the area lies: `outside Germany`, `outside its residency`."""
    text = in_area(residency)
    return f"outside {text[4:]}" if text.startswith(" in ") else "outside its residency"


def _term_names(terms: Sequence[str], word: str) -> str:
    """The terms, countries by their names, before the last of them the word."""
    return joined((with_article(country_name(term) or term) for term in terms), word)


def residency_text(residency: Residency, *, takes_guarantee: bool = False) -> str:
    """The residency, with the names of its countries and the meaning of an adequacy term.

    See `asked_text` for `takes_guarantee`.
    """
    names: list[str] = []
    for term in (*residency.within, *residency.excluding):
        name = country_name(term)
        names += [f"{term} is {name}"] if name else []
    names += [meaning] if (meaning := adequacy_text(residency)) else []
    text = asked_text(residency, takes_guarantee=takes_guarantee)
    return text + (f" ({', '.join(names)})" if names else "")


def asked_text(residency: Residency, *, takes_guarantee: bool) -> str:
    """The residency in its own terms, and whose guarantee it is where that is the stack's."""
    if not takes_guarantee:
        return residency.text
    return f"{residency.area_text} with the stack's {residency.guarantee}"


_WITH_ARTICLE = (
    "United States",
    "Middle East",
    "United Kingdom",
    "Netherlands",
    "Philippines",
    "United Arab Emirates",
)


def with_article(geography: str) -> str:
    """The name of a geography or a country as a sentence has it: `the United States`."""
    return f"the {geography}" if geography in _WITH_ARTICLE else geography


def joined(words: Iterable[str], last: str = "and") -> str:
    """The words as a list in a sentence: `a, b and c`."""
    listed: Sequence[str] = list(words)
    return f" {last} ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 stack`, `2 stacks`."""
    return f"{number} {noun if number == 1 else f'{noun}s'}"


def successor(named: Named) -> str:
    """A sentence on which model the source names in the place of this one, if it names any."""
    other = named.model.successor
    return f" Its source names {other} in its place." if other else ""
