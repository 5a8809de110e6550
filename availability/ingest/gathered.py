"""Tables that were gathered by hand: one CSV file a kind of fact, each row with its page.

Their columns are those of whoever gathered them; here they become statements. A model is a card
or a row of a list of dates. What `lifecycle.csv` writes with a version (`X@20250219`, `X-001`) is
an alias of `X`, where later pages drop it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from availability.facts.needs import Need
from availability.facts.snapshot import (
    Call,
    ContextSize,
    Control,
    EndpointKind,
    Feature,
    NoticeKind,
    Stage,
    Verdict,
)
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Cite,
    Committed,
    Controlled,
    Corpus,
    Covered,
    Key,
    Limited,
    ModelNamed,
    Noticed,
    Served,
    Sold,
    Statement,
    Tuned,
    dated,
)
from availability.ingest.vocabulary import STAGES, kebab, term

TITLES = "page_titles.csv"
"""The file that says how the pages are called that the rows cite."""

_GUESSES = {("google", "text-embedding-large-exp-03-07")}
"""Ids of `lifecycle.csv` that are no more than guesses, by `model_ids.csv` of 2025-05-12."""
_OTHER_SERVICES = re.compile(r"chirp_2|\(no id\) .*")
"""Rows about models of Speech-to-Text and Text-to-Speech alone."""

_STAGES = {"": "", **STAGES, "ga (card); shut down": Stage.GA}
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
    "standard_paygo": "standard-paygo",
}
_SCOPE = re.compile(
    r"(?P<all>all)( \(.*\))?"
    r"|publisher (?P<publisher>\w+) and open models \((?P<suffix>-\w+)\)"
    r"|partner models \((?P<partners>[\w ]+)\)"
)
_BLOCKED = re.compile(r"new projects blocked from (?P<day>\d{4}-\d\d-\d\d)")
"""The note of a model that only projects with prior usage can use."""

_COLUMNS = {
    Need.BATCH_PREDICTION: "batch",
    Need.CONTEXT_CACHING: "caching",
    Need.TUNING: "tuning",
    Need.PROVISIONED_THROUGHPUT: "provisioned throughput",
    Need.PRIORITY_PAYGO: "pay as you go",
    Need.FLEX_PAYGO: "pay as you go",
}
"""What `models_2026.csv` calls a need; its columns have ``_`` in the place of spaces."""


@dataclass(frozen=True)
class _Row:
    """A row of a file, with the line where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def key(self) -> Key:
        """Publisher and id as the row has them."""
        return self["publisher"], self["model_id"]


@dataclass
class _Model:
    """What is gathered about one model."""

    aliases: list[str] = field(default_factory=list[str])
    dates: dict[str, str] = field(default_factory=dict[str, str])
    """Its stage and its dates, by the fields of `Dated`."""
    cite: Cite | None = None
    """Where its dates stand."""
    closure: tuple[str, Cite] | None = None
    """Since when new projects can't use it, and where that stands."""


def read_gathered(folder: Path, before: Iterable[Statement] = ()) -> tuple[Statement, ...]:
    """The statements of the tables in a folder; those that it doesn't have say nothing.

    Its rows may speak of models that `before` has named. Raises ValueError, with the file and the
    line, for a row that does not fit the others.
    """
    return tuple(_Reader(folder, before).read())


class _Reader:
    def __init__(self, folder: Path, before: Iterable[Statement]) -> None:
        self.folder = folder
        self.models: dict[Key, _Model] = {}
        for named in before:
            if isinstance(named, ModelNamed):
                self.models.setdefault((named.publisher, named.model), _Model())
            elif isinstance(named, AliasNamed):
                self.models[named.publisher, named.model].aliases.append(named.alias)
        self.titles = {row["url"]: row["title"] for _, row in _csv_rows(folder / TITLES)}

    def read(self) -> Iterator[Statement]:
        yield from self._models()
        yield from self._dates()
        yield from self._locations()
        yield from self._processing()
        yield from self._capabilities()
        yield from self._offers()
        yield from self._limitations()
        yield from self._of_the_platform()

    def _rows(self, *names: str) -> Iterator[_Row]:
        """The rows of the files of these names, as far as the folder has them."""
        for name in names:
            path = self.folder / f"{name}.csv"
            if path.exists():
                for line, cells in _csv_rows(path):
                    yield _Row(path.name, line, cells)

    def _cite(self, row: _Row, note: str | None = None) -> Cite:
        """The page of a row. Raises ValueError for a row that names none, or no day."""
        url, day = row["url"], row["day"]
        if not url or not day:
            raise ValueError(f"{row.file}:{row.line}: no page or no day")
        if url not in self.titles:
            raise ValueError(f"{row.file}:{row.line}: {TITLES} has no title for {url}")
        return Cite(url, self.titles[url], day, None, None, note or row["note"] or None)

    def _key(self, row: _Row) -> Key:
        publisher, name = row["publisher"] or row["publisher_group"], row["model_id"]
        for key, model in self.models.items():
            if key[0] == publisher and name in (key[1], *model.aliases):
                return key
        raise ValueError(f"{row.file}:{row.line}: no model {publisher}/{name}")

    def _models(self) -> Iterator[Statement]:
        """Every id: of the cards, then of the two lists of dates, and what else they are called."""
        for row in self._rows("models_2026"):
            calls = [call for word, call in _CALLS if word in row["request_verb_family"]]
            call = _CLIENT_CALLS.get(row.key) or (calls[0] if calls else Call.UNKNOWN)
            self.models[row.key] = _Model()
            yield ModelNamed(*row.key, row["display_name"], call, self._cite(row))
        for row in self._rows("lifecycle_2026"):
            if row.key not in self.models:
                self.models[row.key] = _Model()
                yield ModelNamed(*row.key, row["model_id"], "", self._cite(row))
        for row in self._rows("lifecycle"):
            publisher, model_id = row.key
            later = (publisher, re.sub(r"@\d+$|-00\d$", "", model_id))
            if row.key in self.models or row.key in _GUESSES:
                continue
            if later in self.models:
                self.models[later].aliases.append(model_id)
                yield AliasNamed(*later, model_id, self._cite(row))
            else:
                self.models[row.key] = _Model()
                yield ModelNamed(*row.key, model_id, "", self._cite(row))
        for row in self._rows("aliases_2026"):
            key = self._key(row)
            self.models[key].aliases.append(row["alias"])
            yield AliasNamed(*key, row["alias"], self._cite(row))

    def _dates(self) -> Iterator[Statement]:
        """Stages and dates; what the later list says goes before what the earlier one says."""
        for row in self._rows("lifecycle_2026", "lifecycle"):
            if row.key not in _GUESSES:
                self._gather_dates(row, self.models[self._key(row)])
        for key, model in self.models.items():
            if model.cite and any(model.dates.values()):
                yield dated(*key, model.cite, **model.dates)
            if model.closure:
                since, cite = model.closure
                yield dated(*key, cite, closed_since=since)
        for row in self._rows("successors"):
            yield dated(*self._key(row), self._cite(row), successors=row["successor"])

    def _gather_dates(self, row: _Row, model: _Model) -> None:
        """Adds the dates of a row.

        Raises ValueError where only the earlier list has a retirement.
        """
        is_later_list = row.file == "lifecycle_2026.csv"
        dates = {
            "released": row["release_date"],
            "deprecated": row["deprecation_date"],
            "retires": row["retirement_date"],
            "not_before": row["retirement_not_before"],
        }
        new = {name: day for name, day in dates.items() if day and name not in model.dates}
        if new and model.cite is None:
            model.cite = self._cite(row)
            model.dates |= new
        elif "retires" in new:
            raise ValueError(f"{row.file}:{row.line}: only the earlier list knows a retirement")
        elif is_later_list:
            model.dates |= new
        if is_later_list:
            model.dates["stage"] = _stage(row)
        if match := _BLOCKED.search(row["note"]):
            model.closure = (match["day"], self._cite(row))

    def _locations(self) -> Iterator[Statement]:
        for row in self._rows("locations_2026", "locations_2026_retired"):
            stage = _stage(row)
            yield Served(*self._key(row), row["location"], stage, True, self._cite(row))

    def _processing(self) -> Iterator[Statement]:
        """Commitments: a card names all of its areas, the July page only some models'."""
        for row in self._rows("processing_2026"):
            if _OTHER_SERVICES.fullmatch(row["model_id"]):
                continue
            tuning = row["qualifier"] == "tuning"
            size = "" if tuning or not row["qualifier"] else ContextSize(row["qualifier"].lower())
            on_card = row["source_kind"] == "card"
            area = row["area"].lower()
            cite = self._cite(row)
            yield Committed(*self._key(row), area, size, tuning, on_card, cite)
        for row in self._rows("ml_processing_2026-05_deprecated_partners"):
            area = row["location"].removesuffix(" (multi-region)")
            yield Committed(*self._key(row), area, "", False, False, self._cite(row))

    def _capabilities(self) -> Iterator[Statement]:
        for row in self._rows("models_2026"):
            for need, text in _needs_of(row):
                verdict = _offered(need, text)
                if verdict is not None:
                    cite = self._cite(row, f"{_COLUMNS[need]}: {text}")
                    yield Capable(*self._key(row), need, verdict, cite)
        for row in self._rows("statements"):
            verdict = Verdict(row["offered"])
            yield Capable(*self._key(row), Need(row["need"]), verdict, self._cite(row))

    def _offers(self) -> Iterator[Statement]:
        """Where ways to pay are offered, and where tuning happens: a card names every place."""
        for row in self._rows("consumption_2026"):
            option = _OPTIONS[row["option"]]
            on_card = row["source_kind"] == "card"
            cite = self._cite(row, "" if on_card else row["source_kind"])
            yield Sold(*self._key(row), option, row["location"], on_card, cite)
        for row in self._rows("tuning_2026"):
            method, _, what = row["what"].partition(": ")
            if what not in ("tuning job", "tuned model serving") or not method:
                raise ValueError(f"{row.file}:{row.line}: {row['what']!r} is neither job nor model")
            job = what == "tuning job"
            cite = self._cite(row, row["what"])
            yield Tuned(*self._key(row), job, row["location"], cite)

    def _limitations(self) -> Iterator[Statement]:
        for row in self._rows("endpoint_limitations"):
            if (scope := _SCOPE.fullmatch(row["scope"])) is None:
                raise ValueError(f"{row.file}:{row.line}: no scope {row['scope']!r}")
            remark = row["source"].partition(" (")[2].rstrip(")")
            publishers = scope["publisher"] or scope["partners"] or ""
            disputed = remark.startswith("contradicts")
            endpoints = ["us", "eu"] if row["endpoint"] == "multi-region" else [row["endpoint"]]
            for endpoint in endpoints:
                cite = self._cite(row, remark)
                suffix = scope["suffix"] or ""
                need = Need(row["need"])
                yield Limited(endpoint, need, publishers, suffix, disputed, cite)

    def _of_the_platform(self) -> Iterator[Statement]:
        """What is known of capabilities, controls, corpora and notices beside the cards."""
        for row in self._rows("covered_capabilities"):
            endpoint = EndpointKind(row["endpoint"])
            what = term(row["capability"])
            yield Covered(what, endpoint, Verdict(row["verdict"]), self._cite(row))
        for row in self._rows("controls"):
            feature, control = Feature(row["feature"]), Control(row["control"])
            verdict = Verdict(row["verdict"])
            key = self._key(row) if row["model_id"] else ("", "")
            yield Controlled(*key, feature, control, verdict, self._cite(row))
        for row in self._rows("rag_regions"):
            stage = _stage(row)
            allowlist = row["allowlist"] == "yes"
            yield Corpus(row["location"], stage, allowlist, self._cite(row))
        for row in self._rows("notices"):
            key = self._key(row) if row["model_id"] else ("", "")
            days = int(row["days"]) if row["days"] else None
            kind = NoticeKind(row["notice"])
            cite = self._cite(row)
            yield Noticed(*key, kebab(row["about"]), kind, row["text"], days, cite)


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a file whose lines of comment start with ``#``, with their line numbers."""
    text = path.read_text(encoding="utf-8").splitlines()
    lines = [(number, line) for number, line in enumerate(text, 1) if not line.startswith("#")]
    reader = csv.DictReader(line for _, line in lines)
    for cells in reader:
        yield lines[reader.line_num - 1][0], cells


def _needs_of(row: _Row) -> Iterator[tuple[Need, str]]:
    for need, column in _COLUMNS.items():
        if text := row[column.replace(" ", "_")].strip():
            yield need, text


def _offered(need: Need, text: str) -> Verdict | None:
    """What a card's words say of a need: yes, no, or nothing.

    Caches that are only implicit are no explicit ones. Claude's prompt caching is another thing: it
    says nothing of them. A way to pay that a card does not name is not one that it denies.
    """
    if text.startswith("not supported"):
        return Verdict.NO
    if not text.startswith("supported"):
        raise ValueError(f"neither supported nor not supported: {text!r}")
    kinds = text.partition(":")[2]
    match need:
        case Need.CONTEXT_CACHING if "prompt caching" in kinds:
            return None
        case Need.CONTEXT_CACHING:
            return Verdict.YES if not kinds or "explicit" in kinds else Verdict.NO
        case Need.PRIORITY_PAYGO:
            return Verdict.YES if "Priority" in kinds else None
        case Need.FLEX_PAYGO:
            return Verdict.YES if "Flex" in kinds else None
        case _:  # the other columns: batch, tuning, provisioned throughput
            return Verdict.YES


def _stage(row: _Row) -> str:
    try:
        return _STAGES[row["launch_stage"].lower()]
    except KeyError:
        raise ValueError(
            f"{row.file}:{row.line}: no launch stage {row['launch_stage']!r}"
        ) from None
