"""Every fact of the snapshots of statements leads to its page, by the tables and by the pages."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from availability.facts.fact import Facts, field_names
from availability.facts.library import SNAPSHOTS, load, read_snapshot, snapshot_ids
from availability.facts.snapshot import (
    Call,
    Citation,
    ControlStatement,
    Entry,
    Model,
    Notice,
    NoticeKind,
    Snapshot,
)
from availability.ingest import folder as folders
from availability.input.errors import BadInput
from tests.availability.cli_runs import typed
from tests.availability.naive_2026 import by_card
from tests.availability.naive_page import csv_rows
from tests.paths import PAGES

NAME = "2026-10-10"
NEWER = [name for name in snapshot_ids() if name != "2025-05-12"]
"""The snapshots that are made of statements."""


def test_there_are_two_snapshots_of_statements():
    assert NEWER == [NAME, "2026-11-12"]


@dataclass(frozen=True)
class Fact:
    """A citation of a snapshot, and what has to stand where it leads to."""

    kind: str
    names: tuple[str, ...]
    """The ids of its model; none where it is about no single model."""
    words: tuple[str, ...]
    cite: Citation


def facts_of(snapshot: Snapshot) -> Iterator[Fact]:
    """Every statement with a citation of its own, but for those on lifecycles."""
    for entry in snapshot.entries:
        [model] = entry.models
        yield from _about(model, entry)
    for one in snapshot.limitations:
        kind = "multi-region" if one.endpoint in ("us", "eu") else one.endpoint
        scope = one.publishers or ((one.id_suffix,) if one.id_suffix else ("all",))
        yield Fact("limitations", (), (kind, one.need, *scope), one.cite)
    for one in snapshot.covered:
        words = (one.capability, one.endpoint, one.verdict)
        yield Fact("covered", (), words, one.cite)
    for one in snapshot.rag_regions:
        yield Fact("rag_regions", (), (one.location, one.stage or ""), one.cite)
    for one in snapshot.hosts:
        yield Fact("hosts", (), (one.location, one.host), one.cite)
    yield from _controls((), snapshot.controls)
    yield from _notices((), snapshot.notices)


def _about(model: Model, entry: Entry) -> Iterator[Fact]:
    names = (model.id, *model.aliases)
    yield Fact("models", names, (), model.cite)
    for one in entry.listings:
        yield Fact("locations", names, one.served, one.cite)
    for one in model.commitments:
        qualifier = "tuning" if one.tuning else one.up_to or ""
        yield Fact("commitments", names, (one.area, qualifier), one.cite)
    for one in model.contradicted:
        yield Fact("commitments", names, (one.area, one.up_to or ""), one.affirms)
        if entry.call is not Call.LIVE:  # which another page denies as a whole
            yield Fact("another area", names, (one.area,), one.denies)
    for one in model.capabilities:
        yield Fact("capabilities", names, (one.need, one.verdict), one.cite)
    for kind, offers in (("consumption", model.offers), ("tuning", model.tuning_jobs)):
        for one in offers:
            for location in one.locations:
                yield Fact(kind, names, (one.need, location), one.cite)
    if model.closure:
        yield Fact("closures", names, (model.closure.since.isoformat(),), model.closure.cite)
    yield from _controls(names, model.controls)
    yield from _notices(names, model.notices)


def _controls(names: tuple[str, ...], said: Iterable[ControlStatement]) -> Iterator[Fact]:
    for one in said:
        yield Fact("controls", names, (one.feature, one.control, one.verdict), one.cite)


def _notices(names: tuple[str, ...], said: Iterable[Notice]) -> Iterator[Fact]:
    for one in said:
        if one.kind is not NoticeKind.CONTRADICTION:  # which no row says, but two together
            yield Fact("notices", names, (one.kind, one.text), one.cite)


def page(url: str) -> str:
    """The page of an address, in whatever language and form it was read."""
    return re.split(r"[?#]", url)[0].removesuffix(".md.txt")


def folders_of(name: str) -> list[Path]:
    """The folder of a snapshot, after that to which it adds."""
    adds_to = SNAPSHOTS / name / "adds_to.txt"
    before = folders_of(adds_to.read_text(encoding="utf-8").strip()) if adds_to.exists() else []
    return [*before, SNAPSHOTS / name]


CsvRow = dict[str, str]
ByPage = dict[tuple[str, str], list[tuple[str, CsvRow]]]


@cache
def gathered_rows(name: str) -> ByPage:
    """(page, day) -> the rows that were gathered by hand, each with the name of its table."""
    found: ByPage = {}
    for path in (path for folder in folders_of(name) for path in sorted(folder.glob("*.csv"))):
        for row in csv_rows(path):
            if "day" in row:
                found.setdefault((page(row["url"]), row["day"]), []).append((path.stem, row))
    return found


@cache
def page_rows(name: str) -> ByPage:
    """(page, day) -> the rows that were read from pages, each with the name of its table."""
    found: ByPage = {}
    for path in (
        path for folder in folders_of(name) for path in sorted(folder.glob("pages/*.csv"))
    ):
        for row in csv_rows(path):
            found.setdefault((page(row["url"]), row["date"]), []).append((path.stem, row))
    return found


Words = tuple[str, ...]


def _tuned(what: str) -> Callable[[Words, CsvRow], bool]:
    return lambda words, row: row["what"].endswith(what) and words == ("tuning", row["location"])


def _limited(words: Words, row: CsvRow) -> bool:
    scoped = all(word in row["scope"] for word in words[2:])
    return (row["endpoint"], row["need"]) == words[:2] and scoped


def _leaves_out(words: Words, row: CsvRow) -> bool:
    return words[0] not in {cell.lower() for cell in row.values()}


DEPRECATED_PARTNERS = "ml_processing_2026-05_deprecated_partners"
SAYS: dict[tuple[str, str], Callable[[Words, CsvRow], bool]] = {
    ("locations", "locations_2026"): lambda words, row: words == (row["location"],),
    ("locations", "locations_2026_retired"): lambda words, row: words == (row["location"],),
    ("commitments", "processing_2026"): lambda words, row: (
        words == (row["area"].lower(), row["qualifier"].lower())
    ),
    ("commitments", DEPRECATED_PARTNERS): lambda words, row: (
        words == (row["location"].split()[0], "")
    ),
    ("another area", "processing_2026"): _leaves_out,
    ("another area", DEPRECATED_PARTNERS): _leaves_out,
    ("capabilities", "models_2026"): lambda words, row: (
        by_card(row, words[0]) == (words[1] != "no")
    ),
    ("capabilities", "statements"): lambda words, row: words == (row["need"], row["offered"]),
    ("consumption", "consumption_2026"): lambda words, row: (
        words == (row["option"].replace("_", "-"), row["location"])
    ),
    ("consumption", "tuning_2026"): _tuned("tuned model serving"),
    ("tuning", "tuning_2026"): _tuned("tuning job"),
    ("closures", "lifecycle"): lambda words, row: (
        f"new projects blocked from {words[0]}" in row["note"]
    ),
    ("limitations", "endpoint_limitations"): _limited,
    ("covered", "covered_capabilities"): lambda words, row: {*words[1:]} <= {*row.values()},
    ("rag_regions", "rag_regions"): lambda words, row: (
        words == (row["location"], row["launch_stage"].lower().removeprefix("public "))
    ),
    ("controls", "controls"): lambda words, row: (
        words == (row["feature"], row["control"], row["verdict"])
    ),
    ("notices", "notices"): lambda words, row: words == (row["notice"], row["text"]),
}
"""(kind of fact, table that was gathered by hand) -> whether a row of it says these words."""


def is_gathered(fact: Fact, table: str, row: CsvRow) -> bool:
    """Whether a row that was gathered by hand says it, of the same model."""
    if fact.names and row.get("model_id") not in fact.names:
        return False
    says = SAYS.get((fact.kind, table), lambda _words, _row: fact.kind == "models")
    return says(fact.words, row)


@pytest.mark.parametrize("name", NEWER)
def test_what_was_gathered_by_hand_stands_in_a_row_of_its_page_day_and_model(name: str):
    snapshot, kinds = load(name), Counter[str]()
    for fact in facts_of(snapshot):
        source = snapshot.sources[fact.cite.source]
        if source.file or fact.cite.line is not None:
            continue
        assert fact.cite.heading is None, fact
        rows = gathered_rows(name)[page(source.url), source.date]
        assert any(is_gathered(fact, *row) for row in rows), fact
        kinds[fact.kind] += 1
    assert kinds.total() > 1000
    assert {*kinds} >= {"models", "locations", "commitments", "capabilities", "consumption"}


@pytest.mark.parametrize("name", NEWER)
def test_what_was_read_from_pages_stands_in_a_row_with_its_heading_and_line(name: str):
    snapshot, kinds = load(name), Counter[str]()
    for fact in facts_of(snapshot):
        source, cite = snapshot.sources[fact.cite.source], fact.cite
        if source.file or cite.line is None:
            continue
        where = (fact.kind, cite.heading or "", str(cite.line))
        rows = [
            row
            for table, row in page_rows(name)[page(source.url), source.date]
            if (table, row["heading"], row["line"]) == where
            and row.get("model", "") in (fact.names or ("",))
        ]
        assert any({*fact.words} <= {*row.values()} for row in rows), fact
        kinds[fact.kind] += 1
    assert kinds.total() > 1000
    assert {*kinds} >= {"capabilities", "controls", "covered", "hosts", "notices"}


@pytest.mark.parametrize("name", NEWER)
def test_what_has_a_copy_in_the_project_has_the_line_that_names_its_model(name: str):
    snapshot, count = load(name), 0
    names_of_rows = {
        one: entry.name
        for entry in load("2025-05-12").entries
        for model in entry.models
        for one in (model.id, *model.aliases)
    }
    for fact in facts_of(snapshot):
        source = snapshot.sources[fact.cite.source]
        if source.file is None:
            continue
        assert fact.cite.line is not None
        path = SNAPSHOTS / name / source.file
        line = path.read_text(encoding="utf-8").splitlines()[fact.cite.line - 1]
        line = line.replace("\N{NO-BREAK SPACE}", " ")
        # The page has rows without an id.
        names = (*fact.names, *(names_of_rows[one] for one in fact.names if one in names_of_rows))
        assert fact.kind == "locations"
        assert any(one in line for one in names), fact
        count += 1
    assert count > 100


DATES = {
    "released": "release_date",
    "deprecated": "deprecation_date",
    "retires": "retirement_date",
    "not_before": "retirement_not_before",
}


@pytest.mark.parametrize("name", NEWER)
def test_every_date_stands_in_a_row_of_its_model_and_one_of_them_where_it_is_cited(name: str):
    snapshot = load(name)
    for entry in snapshot.entries:
        [model] = entry.models
        names = (model.id, *model.aliases)
        said = {field: str(day) for field in DATES if (day := getattr(model, field))}
        assert bool(said) == bool(model.lifecycle), model.id
        if not model.lifecycle:
            continue
        source = snapshot.sources[model.lifecycle.source]
        cited, anywhere = set[str](), set[str]()
        for (url, day), rows in gathered_rows(name).items():
            for table, row in rows:
                if table not in ("lifecycle", "lifecycle_2026") or row["model_id"] not in names:
                    continue
                stated = {field for field in said if row.get(DATES[field], "") == said[field]}
                anywhere |= stated
                cited |= stated if (url, day) == (page(source.url), source.date) else set()
        assert anywhere == {*said}, model.id
        assert cited == {*said} if name == NAME else cited, model.id


@pytest.mark.parametrize("name", NEWER)
def test_every_successor_stands_in_a_row_of_its_model(name: str):
    rows = [
        row for rows in (*gathered_rows(name).values(), *page_rows(name).values()) for row in rows
    ]
    count = 0
    for entry in load(name).entries:
        [model] = entry.models
        if model.successors:
            assert any(
                (row.get("model_id") or row.get("model")) in (model.id, *model.aliases)
                and (row.get("successor") or row.get("successors")) == " ".join(model.successors)
                for _, row in rows
            ), model.id
            count += 1
    assert count > 20


# Sources


@pytest.mark.parametrize("name", snapshot_ids())
def test_every_source_has_an_address_a_title_and_a_day_by_that_of_the_snapshot(name: str):
    snapshot = load(name)
    used = {cite.source for cite in citations_of(snapshot)}
    assert used == {*snapshot.sources}
    for source in snapshot.sources.values():
        assert re.fullmatch(r"https://[a-z.0-9-]+/\S+", source.url)
        assert source.title.strip()
        assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", source.date)
        assert source.date <= name[: len(source.date)]


def citations_of(model: Facts) -> Iterator[Citation]:
    """Every citation in a snapshot, or in a part of one, wherever it stands."""
    for field in field_names(type(model)):
        value = getattr(model, field)
        for one in value if isinstance(value, tuple) else (value,):  # pyright: ignore[reportUnknownVariableType]
            if isinstance(one, Citation):
                yield one
            elif isinstance(one, Facts):
                yield from citations_of(one)


@pytest.mark.parametrize("name", NEWER)
def test_a_citation_has_a_line_where_the_page_was_at_hand_and_else_none(name: str):
    snapshot = load(name)
    gathered, read = gathered_rows(name), page_rows(name)
    for cite in citations_of(snapshot):
        source = snapshot.sources[cite.source]
        key = (page(source.url), source.date)
        if cite.heading is None and cite.line is None:
            assert key in gathered
        else:
            assert key in read or source.file


@pytest.mark.parametrize("name", NEWER)
def test_every_page_of_a_table_is_called_by_its_own_title(name: str):
    titles: dict[str, set[str]] = {}
    for folder in folders_of(name):
        known = {row["url"]: row["title"] for row in csv_rows(folder / "page_titles.csv")}
        urls = {
            row["url"] for path in folder.glob("*.csv") for row in csv_rows(path) if "day" in row
        }
        assert urls <= {*known}
        for url, title in known.items():
            titles.setdefault(url, set()).add(title)
    for rows in page_rows(name).values():
        for _, row in rows:
            titles.setdefault(row["url"], set()).add(row["title"])
    for source in load(name).sources.values():
        assert source.file or source.title in titles[source.url]


@pytest.mark.parametrize("key", ["url", "title", "date"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_source_without_address_title_or_day_cannot_be_loaded(
    key: str, value: str | None, tmp_path: Path
):
    document = json.loads((SNAPSHOTS / NAME / "snapshot.json").read_text(encoding="utf-8"))
    source = next(iter(document["sources"].values()))
    del source[key]
    if value is not None:
        source[key] = value
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadInput, match=rf"is no snapshot: sources\..*\.{key}: "):
        read_snapshot(path)


@pytest.mark.parametrize("name", snapshot_ids())
def test_the_table_of_snapshots_says_how_many_pages_and_of_which_days(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "120")
    out = typed(f"snapshots --snapshot {name}").out
    [row] = typed(f"snapshots --snapshot {name} --json").document["snapshots"]
    pages = {source["url"] for source in row["sources"]}
    days = sorted(source["date"] for source in row["sources"])
    assert f"{len(pages)} pages, {days[0]} to {days[-1]}" in " ".join(out.split())
    assert [{*source} for source in row["sources"]] == [{"url", "title", "date", "file"}] * len(
        row["sources"]
    )


# The pages themselves, where they are at hand

STORED = PAGES / "2026-08-22"
SITE = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/"
OTHER_WORDS = {
    "rag-corpus": "rag-engine",
    "not-listed": "not-explicitly-listed",
    "prompt-rewriting": "prompt-rewriter",
    "single-zone-provisioned-throughput": "single-zone-pt",
    "implicit-caching": "implicit-context-caching",
    "access-transparency": "axt",
}
"""What pages call what has another name here."""
WHOLE = {"implicit-caching": "context-caching", "grounding-with-google-search": "grounding"}
"""What is denied together with the whole that it is a part of."""


def kebab(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def passage_of(row: CsvRow) -> str:
    """The line that a row cites, with the indented ones that belong to it."""
    path = STORED / "pages" / f"{page(row['url']).removeprefix(SITE)}.md"
    first, *rest = path.read_text(encoding="utf-8").splitlines()[int(row["line"]) - 1 :]
    below = itertools.takewhile(lambda line: re.match(r"\s+[^\s-]", line), rest)
    return "\n".join([first, *below])


def verdict_of(row: CsvRow) -> str:
    """What stands beside a label, or over the list that it is in."""
    path = STORED / "pages" / f"{page(row['url']).removeprefix(SITE)}.md"
    above = path.read_text(encoding="utf-8").splitlines()[: int(row["line"]) - 1]
    lines = [*passage_of(row).splitlines()[1:], *reversed(above)]
    said = (line.strip().lower() for line in lines)
    return next(line for line in said if line in ("supported", "not supported", "preview"))


def capability_is_said(row: CsvRow, text: str) -> bool:
    if row["heading"] == "Supported models":  # of a page that is about one need
        return kebab(row["model"]) in text and row["need"] in kebab(row["title"])
    # "Grounding: Google Search, Google Maps" names what is one need each.
    words = [row["need"].removeprefix("grounding-with-"), OTHER_WORDS.get(row["need"], row["need"])]
    denied = verdict_of(row) == "not supported"
    words += [WHOLE[row["need"]]] if denied and row["need"] in WHOLE else []
    return any(word in text for word in words) and denied == (row["verdict"] == "no")


def control_is_said(row: CsvRow, text: str) -> bool:
    """A card names the control; the page of all models, whose ticks are lost, the feature."""
    features = {"online": "online-prediction", "rag": "rag-engine"}
    of_feature = features.get(row["feature"], row["feature"]) in text
    return OTHER_WORDS.get(row["control"], row["control"]) in text or of_feature


def notice_is_said(row: CsvRow, text: str) -> bool:
    if row["notice"] == "prior-usage":
        return "existing-customers" in text
    if row["notice"] == "short-lived":
        return kebab(row["model"]) in text
    days = bool(row["days"]) and f"{row['days']}-days" in text
    about = {"": "claude-fable", "implicit-caching": "in-memory"}.get(row["about"], row["about"])
    return days or about in text


def successors_are_said(row: CsvRow, text: str) -> bool:
    heirs = [heir.removesuffix("-001") for heir in row["successors"].split()]
    return bool(heirs) and all(kebab(heir) in text for heir in heirs)


IS_SAID: dict[str, Callable[[CsvRow, str], bool]] = {
    "capabilities": capability_is_said,
    "controls": control_is_said,
    "covered": lambda row, text: OTHER_WORDS.get(row["capability"], row["capability"]) in text,
    "dates": successors_are_said,
    "notices": notice_is_said,
    "hosts": lambda row, text: row["location"] in text and kebab(row["host"]) in text,
    "rag_regions": lambda row, text: (
        row["location"] in text
        and (row["stage"] in text)
        and (row["allowlist"] == "yes") == ("allowlist" in text)
    ),
}
"""Table -> whether the passage of a row, in kebab case, speaks of what the row is about."""


ROWS = [
    (table, row)
    for (url, _), rows in page_rows(NAME).items()
    for table, row in rows
    if url.startswith(SITE)
]


@pytest.mark.skipif(not STORED.is_dir(), reason="the stored pages are not at hand")
@pytest.mark.parametrize("table", sorted({table for table, _ in ROWS}))
def test_the_line_that_is_cited_speaks_of_the_fact(table: str):
    rows = [row for of, row in ROWS if of == table]
    assert rows
    assert [row for row in rows if not IS_SAID[table](row, kebab(passage_of(row)))] == []


@pytest.mark.skipif(not STORED.is_dir(), reason="the stored pages are not at hand")
def test_the_title_that_is_cited_is_the_one_of_the_page():
    for _, row in ROWS:
        path = STORED / "pages" / f"{page(row['url']).removeprefix(SITE)}.md"
        [title] = re.findall(r"^title: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)[:1]
        assert row["title"] == title.strip("'\"")


# The newest snapshot adds to the one before it


def test_the_newest_snapshot_has_the_models_and_places_of_the_one_before_and_its_own():
    old, new = (
        {(one.publisher, one.models[0].id): one.served for one in load(name).entries}
        for name in NEWER
    )
    own: dict[tuple[str, str], set[str]] = {}
    for row in csv_rows(SNAPSHOTS / NEWER[-1] / "locations_2026.csv"):
        own.setdefault((row["publisher"], row["model_id"]), set()).add(row["location"])
    for row in csv_rows(SNAPSHOTS / NEWER[-1] / "models_2026.csv"):
        own.setdefault((row["publisher"], row["model_id"]), set())
    for row in csv_rows(SNAPSHOTS / NEWER[-1] / "lifecycle_2026.csv"):
        key = (row["publisher"], row["model_id"])
        if key not in old:
            own.setdefault(key, set())
    assert new.keys() == old.keys() | own.keys()
    assert len(own.keys() - old.keys()) == 17
    for key, served in new.items():
        assert served == own.get(key, old.get(key)), key


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_snapshot_in_memory_is_the_one_that_is_loaded(name: str):
    made = folders.build(SNAPSHOTS / name)
    assert made == load(name)
    assert [one.served for one in made.entries] == [one.served for one in load(name).entries]
