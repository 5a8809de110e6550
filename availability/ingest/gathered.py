"""The snapshot of Google's model cards: one CSV file a kind of fact, each row with its source.

A card is one model and one entry. Models of which nothing but dates is published are in it too:
where they are served is unknown, unless they are shut down: then the last published locations
stand. What `lifecycle.csv` writes with a version (`X@20250219`, `X-001`) is an alias of `X`, where
later pages drop it.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from availability.facts.snapshot import (
    Call,
    Capability,
    Citation,
    Closure,
    Commitment,
    ContextSize,
    Entry,
    Limitation,
    Listing,
    Location,
    Model,
    Need,
    Offer,
    Snapshot,
    Source,
    Stage,
)
from availability.ingest import deployments_page
from availability.ingest.families import family_of

LAST_PAGE = "2025-05-12"
"""The snapshot whose page has the last published locations of models without a card."""

_GUESSES = {("google", "text-embedding-large-exp-03-07")}
"""Ids of `lifecycle.csv` that are no more than guesses, by `model_ids.csv` of 2025-05-12."""
_OTHER_SERVICES = re.compile(r"chirp_2|\(no id\) .*")
"""Rows of `processing_2026.csv` about models of Speech-to-Text and Text-to-Speech alone."""

_STAGES = {
    "": None,
    "experimental": Stage.EXPERIMENTAL,
    "preview": Stage.PREVIEW,
    "public preview": Stage.PREVIEW,
    "ga": Stage.GA,
    "ga (card); shut down": Stage.GA,
    "deprecated": Stage.DEPRECATED,
}
_CALLS = (
    ("BidiGenerateContent", Call.LIVE),
    ("generateContent", Call.GENERATE_CONTENT),
    ("embedContent", Call.EMBED_CONTENT),
    ("predictLongRunning", Call.PREDICT_LONG_RUNNING),
    ("rawPredict", Call.RAW_PREDICT),
    ("predict", Call.PREDICT),
    ("OpenAI-compatible", Call.CHAT_COMPLETIONS),
    ("interactions", Call.INTERACTIONS),
    ("Speech-to-Text", Call.SPEECH_TO_TEXT),
)
"""What stands in `request_verb_family` -> the call; the first one wins."""
_CLIENT_CALLS = {("google", "gemini-embedding-001"): Call.EMBED_CONTENT}
"""Where google-genai 3.4 calls another verb than the page names: what it does is what works."""
_OPTIONS = {
    "provisioned_throughput": Need.PROVISIONED_THROUGHPUT,
    "priority_paygo": Need.PRIORITY_PAYGO,
    "flex_paygo": Need.FLEX_PAYGO,
    "standard_paygo": None,
}
_SCOPE = re.compile(
    r"(?P<all>all)( \(.*\))?"
    r"|publisher (?P<publisher>\w+) and open models \((?P<suffix>-\w+)\)"
    r"|partner models \((?P<partners>[\w ]+)\)"
)

_DATED = re.compile(r"(,? | \((read )?)(?P<day>\d{4}(-\d\d){0,2})\)?$")
"""The day at the end of a source's name: `model card (2026-10-10)`."""

_BLOCKED = re.compile(r"new projects blocked from (?P<day>\d{4}-\d\d-\d\d)")
"""The note of a model that only projects with prior usage can use."""

_Key = tuple[str, str]
"""Publisher and canonical id."""


@dataclass(frozen=True)
class _Row:
    """A row of a file, with the line where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass
class _Card:
    """What is gathered about one model."""

    name: str
    aliases: list[str] = field(default_factory=list[str])
    cite: Citation | None = None
    call: Call | None = None
    stage: Stage | None = None
    facts: dict[str, object] = field(default_factory=dict[str, object])
    listings: list[Listing] = field(default_factory=list[Listing])
    complete: bool = False
    commitments: list[tuple[str, str, Citation]] = field(
        default_factory=list[tuple[str, str, Citation]]
    )
    """Area, qualifier, and where it stands."""
    capabilities: list[Capability] = field(default_factory=list[Capability])
    offers: list[Offer] = field(default_factory=list[Offer])
    tuning_jobs: list[Offer] = field(default_factory=list[Offer])


def build(folder: Path) -> Snapshot:
    """The snapshot of the cards in `folder`, whose name is its date.

    Raises ValueError, with the file and the line, for a row that does not fit the others.
    """
    return _Builder(folder).build()


class _Builder:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.date = dt.date.fromisoformat(folder.name)
        self.sources: dict[str, Source] = {}
        self.cards: dict[_Key, _Card] = {}

    def build(self) -> Snapshot:
        self._models()
        self._dates()
        self._locations()
        self._processing()
        self._capabilities()
        self._offers()
        limitations = tuple(self._limitations())
        return Snapshot(
            date=self.date,
            sources=self.sources,
            locations=tuple(
                Location(id=row["id"], name=row["name"], geography=row["geography"])
                for row in self._rows("location_names.csv")
            ),
            tables=(),
            limitations=limitations,
            entries=tuple(_entry(key, card) for key, card in self.cards.items()),
        )

    def _rows(self, file: str) -> Iterator[_Row]:
        """The rows of a file whose lines of comment start with ``#``."""
        text = (self.folder / file).read_text(encoding="utf-8").splitlines()
        lines = [(n, line) for n, line in enumerate(text, 1) if not line.startswith("#")]
        reader = csv.DictReader(line for _, line in lines)
        for cells in reader:
            yield _Row(file, lines[reader.line_num - 1][0], cells)

    def _cite(self, row: _Row, source: str | None = None, note: str = "") -> Citation:
        """Where a row stands; a file's rows of one source and day share an entry of `sources`."""
        title = source if source is not None else row["source"]
        day = row.cells.get("source_date", "")
        if match := _DATED.search(title):
            day = match["day"]
            title = title[: match.start()]
            title += ")" * (title.count("(") - title.count(")"))
        date = day if re.fullmatch(r"\d{4}(-\d\d){0,2}", day) else None
        key = f"{row.file}: {title}" + (f", {date}" if date else "")
        self.sources.setdefault(key, Source(title=title, date=date, file=row.file))
        return Citation(source=key, line=row.line, note=note or row.cells.get("note") or None)

    def _card(self, row: _Row) -> _Card:
        key = (row["publisher"], row["model_id"])
        for whose, card in self.cards.items():
            if whose[0] == key[0] and key[1] in (whose[1], *card.aliases):
                return card
        raise ValueError(f"{row.file}:{row.line}: no model {key[0]}/{key[1]}")

    def _models(self) -> None:
        """Every id: of the cards, and then of the two lists of dates."""
        for row in self._rows("models_2026.csv"):
            calls = [call for word, call in _CALLS if word in row["request_verb_family"]]
            key = (row["publisher"], row["model_id"])
            self.cards[key] = _Card(
                row["display_name"],
                cite=self._cite(row),
                call=_CLIENT_CALLS.get(key) or (calls[0] if calls else Call.UNKNOWN),
            )
        for row in self._rows("lifecycle_2026.csv"):
            key = (row["publisher"], row["model_id"])
            self.cards.setdefault(key, _Card(row["model_id"], cite=self._cite(row)))
        for row in self._rows("lifecycle.csv"):
            publisher, model_id = row["publisher"], row["model_id"]
            later = (publisher, re.sub(r"@\d+$|-00\d$", "", model_id))
            if (publisher, model_id) in self.cards or (publisher, model_id) in _GUESSES:
                continue
            if later in self.cards:
                self.cards[later].aliases.append(model_id)
            else:
                cite = self._cite(row, row["source"] or "dates that were looked for in vain")
                self.cards[publisher, model_id] = _Card(model_id, cite=cite)

    def _dates(self) -> None:
        """Stages and dates; what the later list says goes before what the earlier one says."""
        for row in (*self._rows("lifecycle_2026.csv"), *self._rows("lifecycle.csv")):
            if (row["publisher"], row["model_id"]) in _GUESSES:
                continue
            card = self._card(row)
            dates: dict[str, object] = {
                "released": row["release_date"],
                "deprecated": row["deprecation_date"],
                "retires": row["retirement_date"],
                "not_before": row.cells.get("retirement_not_before"),
            }
            new = {name: day for name, day in dates.items() if day and name not in card.facts}
            if new and "lifecycle" not in card.facts:
                new["lifecycle"] = self._cite(row)
            elif new and "retires" in new:
                raise ValueError(f"{row.file}:{row.line}: only the earlier list knows a retirement")
            if row.file == "lifecycle_2026.csv":
                card.stage = _stage(row)
                card.facts |= new
            elif "lifecycle" not in card.facts:
                card.facts |= new
            if match := _BLOCKED.search(row["note"]):
                card.facts["closure"] = Closure(
                    since=dt.date.fromisoformat(match["day"]), cite=self._cite(row)
                )
        for row in self._rows("successors.csv"):
            self._card(row).facts["successor"] = row["successor"]

    def _locations(self) -> None:
        stages: dict[int, set[Stage | None]] = {}
        for file in ("locations_2026.csv", "locations_2026_retired.csv"):
            for row in self._rows(file):
                card = self._card(row)
                card.complete = True
                stages.setdefault(id(card), set()).add(_stage(row))
                card.listings.append(
                    Listing(served=(row["location"],), stage=_stage(row), cite=self._cite(row))
                )
        for card in self.cards.values():
            if len(said := stages.get(id(card), set())) == 1:  # of the model as a whole
                [card.stage] = said
                card.listings = [
                    listing.model_copy(update={"stage": None}) for listing in card.listings
                ]
            elif len(said) > 1:
                card.stage = None
        self._from_last_page()

    def _from_last_page(self) -> None:
        """The page's further spellings, and the last locations of models that are shut down."""
        page = deployments_page.build(self.folder.parent / LAST_PAGE)
        for entry in page.entries:
            for model in entry.models:
                ids = {model.id, *model.aliases}
                for (publisher, model_id), card in self.cards.items():
                    if publisher != entry.publisher or not ids & {model_id, *card.aliases}:
                        continue
                    card.aliases += sorted(ids - {model_id, *card.aliases})
                    retires = str(card.facts.get("retires", "9999"))
                    if not card.complete and retires <= self.date.isoformat():
                        card.name = entry.name
                        card.listings += self._listings_of(page, entry)

    def _listings_of(self, page: Snapshot, entry: Entry) -> Iterator[Listing]:
        for listing in entry.listings:
            source = page.sources[listing.cite.source]
            key = f"{LAST_PAGE}: {source.title}"
            file = f"../{LAST_PAGE}/{source.file}"
            self.sources.setdefault(key, source.model_copy(update={"file": file}))
            cite = Citation(source=key, line=listing.cite.line)
            yield Listing(served=listing.served, stage=listing.stage, cite=cite)

    def _processing(self) -> None:
        for row in self._rows("processing_2026.csv"):
            if _OTHER_SERVICES.fullmatch(row["model_id"]) or row["status_vs_card"].startswith(
                "not on newer card"
            ):
                continue
            area = row["area"].lower()
            self._card(row).commitments.append((area, row["qualifier"], self._cite(row)))
        for row in self._rows("ml_processing_2026-05_deprecated_partners.csv"):
            cells = {**row.cells, "publisher": row["publisher_group"]}
            area = row["location"].removesuffix(" (multi-region)")
            cite = self._cite(row, "Model deprecations (MaaS), 2026")
            self._card(_Row(row.file, row.line, cells)).commitments.append((area, "", cite))

    def _capabilities(self) -> None:
        for row in self._rows("models_2026.csv"):
            cite = self._cite(row, row["capabilities_source"] or None)
            for need, text in _needs_of(row):
                offered = _offered(need, text)
                if offered is not None:
                    said = cite.model_copy(update={"note": f"{_COLUMNS[need]}: {text}"})
                    capability = Capability(need=need, offered=offered, cite=said)
                    self._card(row).capabilities.append(capability)
        for row in self._rows("statements.csv"):
            capability = Capability(
                need=Need(row["need"]), offered=_yes(row["offered"]), cite=self._cite(row)
            )
            self._card(row).capabilities.append(capability)

    def _offers(self) -> None:
        """Where the consumption options are offered, and where tuning happens.

        Rows of a card are its whole list. Those of other pages speak of the locations they name.
        """
        groups: dict[tuple[str, str, Need, str], list[_Row]] = {}
        for row in self._rows("consumption_2026.csv"):
            need = _OPTIONS[row["option"]]
            if need is not None:
                key = (row["publisher"], row["model_id"], need, row["source_kind"])
                groups.setdefault(key, []).append(row)
        for (_, _, need, kind), rows in groups.items():
            note = "" if kind == "card" else kind
            self._card(rows[0]).offers.append(self._offer(rows, need, note, whole=kind == "card"))
        tuning: dict[tuple[str, str, bool], list[_Row]] = {}
        for row in self._rows("tuning_2026.csv"):
            method, _, what = row["what"].partition(": ")
            if what not in ("tuning job", "tuned model serving") or not method:
                raise ValueError(f"{row.file}:{row.line}: {row['what']!r} is neither job nor model")
            key = (row["publisher"], row["model_id"], what == "tuning job")
            tuning.setdefault(key, []).append(row)
        for (_, _, is_job), rows in tuning.items():
            card = self._card(rows[0])
            place = card.tuning_jobs if is_job else card.offers
            place.append(self._offer(rows, Need.TUNING, rows[0]["what"], whole=True))

    def _offer(self, rows: list[_Row], need: Need, note: str, *, whole: bool) -> Offer:
        return Offer(
            need=need,
            locations=tuple(dict.fromkeys(row["location"] for row in rows)),
            exhaustive=whole,
            cite=self._cite(rows[0], note=note),
        )

    def _limitations(self) -> Iterator[Limitation]:
        """What was said last by the day of the snapshot."""
        rows = [
            row
            for row in self._rows("endpoint_limitations.csv")
            if row["date"] <= self.date.isoformat()
        ]
        last = max(row["date"] for row in rows)
        for row in rows:
            if row["date"] != last:
                continue
            if (scope := _SCOPE.fullmatch(row["scope"])) is None:
                raise ValueError(f"{row.file}:{row.line}: no scope {row['scope']!r}")
            title, _, remark = row["source"].partition(" (")
            endpoints = ["us", "eu"] if row["endpoint"] == "multi-region" else [row["endpoint"]]
            for endpoint in endpoints:
                yield Limitation(
                    endpoint=endpoint,
                    need=Need(row["need"]),
                    publishers=tuple((scope["publisher"] or scope["partners"] or "").split()),
                    id_suffix=scope["suffix"],
                    disputed=remark.startswith("contradicts"),
                    cite=self._cite(row, title, remark.rstrip(")")),
                )


_COLUMNS = {
    Need.BATCH_PREDICTION: "batch",
    Need.CONTEXT_CACHING: "caching",
    Need.TUNING: "tuning",
    Need.PROVISIONED_THROUGHPUT: "provisioned throughput",
    Need.PRIORITY_PAYGO: "pay as you go",
    Need.FLEX_PAYGO: "pay as you go",
}


def _needs_of(row: _Row) -> Iterator[tuple[Need, str]]:
    for need, column in _COLUMNS.items():
        if text := row[column.replace(" ", "_")].strip():
            yield need, text


def _offered(need: Need, text: str) -> bool | None:
    """What a card's words say of a need: yes, no, or nothing.

    Caches that are only implicit are no explicit ones. Claude's prompt caching is another thing: it
    says nothing of them. A way to pay that a card does not name is not one that it denies.
    """
    if text.startswith("not supported"):
        return False
    if not text.startswith("supported"):
        raise ValueError(f"neither supported nor not supported: {text!r}")
    kinds = text.partition(":")[2]
    match need:
        case Need.CONTEXT_CACHING if "prompt caching" in kinds:
            return None
        case Need.CONTEXT_CACHING:
            return not kinds or "explicit" in kinds
        case Need.PRIORITY_PAYGO:
            return True if "Priority" in kinds else None
        case Need.FLEX_PAYGO:
            return True if "Flex" in kinds else None
        case Need.TUNING | Need.BATCH_PREDICTION | Need.RAG_CORPUS | Need.PROVISIONED_THROUGHPUT:
            return True


def _yes(text: str) -> bool:
    return {"yes": True, "no": False}[text]


def _stage(row: _Row) -> Stage | None:
    try:
        return _STAGES[row["launch_stage"].lower()]
    except KeyError:
        raise ValueError(
            f"{row.file}:{row.line}: no launch stage {row['launch_stage']!r}"
        ) from None


def _commitments(said: list[tuple[str, str, Citation]]) -> tuple[Commitment, ...]:
    """One commitment an area, and one an area for tuning.

    Where rows of one area name sizes, the largest of them counts, and a row without a size is
    limited by it.
    """
    commitments: dict[tuple[str, bool], Commitment] = {}
    for area, qualifier, cite in said:
        tuning = qualifier == "tuning"
        size = ContextSize(qualifier.lower()) if qualifier and not tuning else None
        new = Commitment(area=area, up_to=size, tuning=tuning, cite=cite)
        old = commitments.get((area, tuning))
        if old is None or (size and (old.up_to is None or size.rank > old.up_to.rank)):
            commitments[area, tuning] = new
    return tuple(commitments.values())


def _entry(key: _Key, card: _Card) -> Entry:
    publisher, model_id = key
    family, usual = family_of(publisher, model_id)
    model = Model.model_validate(
        {
            "id": model_id,
            "aliases": tuple(dict.fromkeys(card.aliases)),
            "stage": card.stage,
            **card.facts,
            "commitments": _commitments(card.commitments),
            "capabilities": tuple(card.capabilities),
            "offers": tuple(card.offers),
            "tuning_jobs": tuple(card.tuning_jobs),
            "cite": card.cite,
        }
    )
    return Entry(
        name=card.name,
        publisher=publisher,
        family=family,
        call=card.call or usual,
        models=(model,),
        listings=tuple(card.listings),
        complete=card.complete,
    )
