"""The CSV files of the snapshot 2026-10-10, joined by plain loops.

Shares no code with `availability`: what the tests compare the project's own reading with.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from tests.availability.naive_page import csv_rows, naive_models, naive_regions
from tests.paths import ROOT

FOLDER = ROOT / "availability" / "snapshots" / "2026-10-10"
DAY = dt.date(2026, 10, 10)
A_GUESS = "text-embedding-large-exp-03-07"
PREVIEWS = ("preview", "public preview", "experimental")
SIZES = ("64k", "128k", "1m")

Row = dict[str, str]


@cache
def table(name: str) -> tuple[Row, ...]:
    return tuple(csv_rows(FOLDER / f"{name}.csv"))


@dataclass(frozen=True)
class NaiveModel2026:
    publisher: str
    id: str
    aliases: tuple[str, ...]
    served: frozenset[str] | None
    """None where nothing is known of the locations."""
    preview: bool
    """Whether the model as a whole is one."""
    previews: frozenset[str]
    """The locations where it is one, of a model that isn't as a whole."""
    retirement: dt.date | None
    closed: dt.date | None = None
    """Since when projects that never used it cannot start to."""

    def retired(self, today: dt.date) -> bool:
        if self.retirement is None:
            return False
        google = self.publisher == "google"
        last_day = google and (self.id.startswith("gemini") or "embedding" in self.id)
        return today > self.retirement if last_day else today >= self.retirement

    @property
    def is_live(self) -> bool:
        return self.publisher == "google" and "live" in self.id.split("-")

    def rows(self, name: str) -> list[Row]:
        """What a table says of this model, under its id or an alias."""
        return [
            row
            for row in table(name)
            if (row.get("publisher") or row["publisher_group"]) == self.publisher
            and row["model_id"] in (self.id, *self.aliases)
        ]


@cache
def naive_locations_2026() -> tuple[str, ...]:
    """The regions of the page of 2025, the two multi-regions and `global`."""
    regions = [
        code
        for code, row in naive_regions().items()
        if row["kind"] == "region" and row["on_page_2025"] == "yes"
    ]
    return (*regions, "us", "eu", "global")


@cache
def naive_models_2026() -> tuple[NaiveModel2026, ...]:
    aliases: dict[tuple[str, str], list[str]] = {}
    for name in ("models_2026", "lifecycle_2026"):
        for row in table(name):
            aliases[row["publisher"], row["model_id"]] = []
    of_2026 = set(aliases)
    for row in table("lifecycle"):
        publisher, one = row["publisher"], row["model_id"]
        if one == A_GUESS or (publisher, one) in of_2026:
            continue
        unversioned = re.sub(r"(@.+|-\d{2,3})$", "", one)
        if (publisher, unversioned) in of_2026:
            aliases[publisher, unversioned].append(one)
        else:
            aliases[publisher, one] = []
    return tuple(_model(*key, tuple(others)) for key, others in aliases.items())


def _model(publisher: str, one: str, aliases: tuple[str, ...]) -> NaiveModel2026:
    bare = NaiveModel2026(publisher, one, aliases, None, False, frozenset(), None)
    life, older_life = bare.rows("lifecycle_2026"), bare.rows("lifecycle")
    dates = [row["retirement_date"] for row in [*life, *older_life] if row["retirement_date"]]
    retirement = dt.date.fromisoformat(dates[0]) if dates else None
    cards = bare.rows("locations_2026") or bare.rows("locations_2026_retired")
    served = frozenset(row["location"] for row in cards) or None
    promised = [row for row in life if row["retirement_not_before"]]
    alive = retirement or promised or bare.rows("processing_2026")
    if served is None and alive:
        names = (one, *aliases)
        page = [old for old in naive_models() if old.publisher == publisher and old.id in names]
        served = frozenset(location for old in page for location in old.served) or None
    stages = {row["location"]: row["launch_stage"].lower() in PREVIEWS for row in cards}
    if not stages:
        stages = {"": any(row["launch_stage"].lower() in PREVIEWS for row in life)}
    preview = all(stages.values())
    previews = frozenset(place for place, is_one in stages.items() if is_one and not preview)
    blocked = "new projects blocked from "
    notes = [row["note"].partition(blocked)[2] for row in older_life if blocked in row["note"]]
    closed = dt.date.fromisoformat(notes[0][:10]) if notes else None
    return NaiveModel2026(publisher, one, aliases, served, preview, previews, retirement, closed)


# What a model offers


COLUMNS = {
    "batch-prediction": "batch",
    "tuning": "tuning",
    "provisioned-throughput": "provisioned_throughput",
}
PAYGO = {"priority-paygo": "Priority PayGo", "flex-paygo": "Flex PayGo"}


@cache
def offered(model: NaiveModel2026, need: str) -> bool | None:
    """Whether the model as a whole offers it; None: nothing is said."""
    said = [row["offered"] == "yes" for row in model.rows("statements") if row["need"] == need]
    for row in model.rows("models_2026"):
        answer = by_card(row, need)
        said += [] if answer is None else [answer]
    if need not in (*COLUMNS, *PAYGO, "context-caching"):
        said += _by_pages(model, need)
    return all(said) if said else None


def _by_pages(model: NaiveModel2026, need: str) -> list[bool]:
    """What the pages of August say, which know more than the tables of October of this need."""
    said: list[bool] = []
    for row in csv_rows(FOLDER / "pages" / "capabilities.csv"):
        names = (model.id, *model.aliases)
        if row["publisher"] != model.publisher or row["model"] not in names or row["need"] != need:
            continue
        if row["verdict"] != "unknown":
            said.append({"yes": True, "preview": True, "no": False}[row["verdict"]])
    return said


def by_card(row: Row, need: str) -> bool | None:
    """What a row of `models_2026.csv` says of a need."""
    if need in PAYGO:
        if row["pay_as_you_go"].startswith("not supported"):
            return False
        return True if PAYGO[need] in row["pay_as_you_go"] else None
    if need == "context-caching":
        answers = {
            "not supported": False,
            "supported: implicit": False,
            "supported": True,
            "supported: implicit, explicit": True,
            "supported: prompt caching": None,
            "": None,
        }
        return answers[row["caching"]]
    if need in COLUMNS:
        words = row[COLUMNS[need]]
        if words.startswith("not supported"):
            return False
        return True if words.startswith("supported") else None
    return None


@cache
def lacks_at(model: NaiveModel2026, location: str, need: str) -> bool:
    """Whether something says that this endpoint of the model doesn't offer it."""
    return (
        _limited(model, location, need)
        or _not_sold(model, location, need)
        or (need == "tuning" and _not_tuned(model, location))
    )


def _limited(model: NaiveModel2026, location: str, need: str) -> bool:
    for row in table("endpoint_limitations"):
        endpoints = {"global": ("global",), "multi-region": ("us", "eu")}[row["endpoint"]]
        if row["date"] != "2026-10-08" or row["need"] != need or location not in endpoints:
            continue
        scope = row["scope"]
        if scope.startswith("all"):
            return True
        if scope == "publisher anthropic and open models (-maas)":
            if model.publisher == "anthropic" or model.id.endswith("-maas"):
                return True
        elif model.publisher in scope.split("(")[1].strip(")").split():
            return True
    return False


def _not_sold(model: NaiveModel2026, location: str, need: str) -> bool:
    options = ("provisioned-throughput", "priority-paygo", "flex-paygo")
    rows = [
        row
        for row in model.rows("consumption_2026")
        if need in options and row["option"] == need.replace("-", "_")
    ]
    on_card = any(row["source_kind"] == "card" for row in rows)
    return on_card and location not in [row["location"] for row in rows]


def _tuning(model: NaiveModel2026, what: str) -> set[str]:
    return {row["location"] for row in model.rows("tuning_2026") if row["what"].endswith(what)}


def _not_tuned(model: NaiveModel2026, location: str) -> bool:
    serving = _tuning(model, "tuned model serving")
    return bool(serving) and location not in serving


@cache
def tuning_jobs(model: NaiveModel2026) -> frozenset[str]:
    return frozenset(_tuning(model, "tuning job"))


# Where a model promises to process


GEMINI_IS_LISTED = frozenset(
    row["capability"]
    for row in csv_rows(FOLDER / "pages" / "covered.csv")
    if row["verdict"] != "no"
)


@cache
def is_covered(model: NaiveModel2026, need: str) -> bool | None:
    """Whether a commitment on processing covers the need; None: nobody knows."""
    if need == "rag-corpus":
        return False
    is_gemini = model.publisher == "google" and model.id.startswith("gemini")
    if is_gemini and "embedding" not in model.id:
        return None if need in GEMINI_IS_LISTED else False
    return None


@cache
def is_shared(model: NaiveModel2026) -> bool:
    rows = csv_rows(FOLDER / "pages" / "notices.csv")
    return any(
        (row["publisher"], row["model"], row["notice"]) == (model.publisher, model.id, "sharing")
        for row in rows
    )


@cache
def corpora(*, with_previews: bool) -> frozenset[str]:
    rows = csv_rows(FOLDER / "pages" / "rag_regions.csv")
    return frozenset(row["location"] for row in rows if with_previews or row["stage"] == "ga")


@cache
def committed(model: NaiveModel2026, context: str | None) -> frozenset[str]:
    """The areas (`EU`, `US`, a region) that are promised for this context size."""
    said: list[tuple[str, str]] = []
    for row in model.rows("processing_2026"):
        if row["qualifier"] != "tuning" and row["status_vs_card"] != "not on newer card":
            said.append((row["area"], row["qualifier"].lower()))
    for row in model.rows("ml_processing_2026-05_deprecated_partners"):
        area = row["location"]
        said.append((area.split()[0].upper() if area.endswith("(multi-region)") else area, ""))
    wanted = SIZES.index(context or "1m")
    found: set[str] = set()
    for area in {area for area, _ in said}:
        sizes = [SIZES.index(size) for name, size in said if name == area and size]
        if not sizes or max(sizes) >= wanted:
            found.add(area)
    return frozenset(found)
