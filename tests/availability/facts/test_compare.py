"""`compare`: what changed between two snapshots, against the source files and made-up snapshots."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest
from availability.facts.compare import Comparison, compare_snapshots, comparison_document

from availability.facts.library import load, snapshot_ids
from availability.facts.needs import Need
from availability.facts.snapshot import Snapshot
from availability.report.text import comparison_lines
from tests.availability.cli_runs import typed
from tests.availability.naive_2026 import (
    DAY,
    FOLDER,
    NaiveModel2026,
    committed,
    naive_locations_2026,
    naive_models_2026,
    offered,
)
from tests.availability.naive_page import (
    NaiveModel,
    csv_rows,
    naive_commitments,
    naive_models,
    naive_page,
)

OLD, NEW = "2025-05-12", "2026-10-10"
FACTS = ("stage", "deprecated", "retires", "notBefore", "closedSince", "successor")
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def forth() -> Document:
    return typed(f"compare {OLD} {NEW} --json").document


@pytest.fixture(scope="module")
def back() -> Document:
    return typed(f"compare {NEW} {OLD} --json").document


def pairs() -> list[tuple[NaiveModel | None, NaiveModel2026 | None]]:
    """Every model of either, joined by publisher and any spelling of the id."""
    olds = {(old.publisher, old.id): old for old in naive_models()}
    found: list[tuple[NaiveModel | None, NaiveModel2026 | None]] = []
    for new in naive_models_2026():
        keys = [(new.publisher, one) for one in (new.id, *new.aliases)]
        old = [olds.pop(key) for key in keys if key in olds]
        assert len(old) < 2
        found.append((old[0] if old else None, new))
    return [*found, *((old, None) for old in olds.values())]


def rows(document: Document) -> dict[tuple[str, str], Document]:
    found = {(row["publisher"], row["id"]): row for row in document["models"]}
    assert len(found) == len(document["models"])
    return found


# Against the files


def test_the_document_has_these_keys(forth: Document):
    assert list(forth) == ["from", "to", "models", "limitations", "locations"]
    assert (forth["from"], forth["to"]) == (OLD, NEW)
    keys = [
        *("id", "publisher", "name", "change", "formerId", "shutDown", "locations", "moved"),
        *(*FACTS, "processing", "needs"),
    ]
    for row in forth["models"]:
        assert list(row) == keys
        assert list(row["locations"]) == ["from", "to"]
        assert list(row["moved"]) == list(row["processing"]) == ["gained", "lost"]
        assert set(row["needs"]) <= {need.value for need in Need}
        said = [row[key] for key in FACTS if row[key] is not None]
        assert all(list(one) == ["from", "to"] for one in (*said, *row["needs"].values()))
        assert all(one["from"] != one["to"] for one in (*said, *row["needs"].values()))


def test_every_model_is_added_or_in_both_and_its_locations_are_those_of_the_files(forth: Document):
    found = rows(forth)
    expected = {(new.publisher, new.id): (old, new) for old, new in pairs() if new}
    assert found.keys() == expected.keys()
    assert all(old is None or new for old, new in pairs())
    for key, (old, new) in expected.items():
        row = found[key]
        assert row["change"] == ("changed" if old else "added"), key
        assert row["formerId"] == (old.id if old and old.id != new.id else None)
        was = sorted(old.served) if old else None
        now = None if new.served is None else sorted(new.served)
        assert row["locations"] == {"from": was, "to": now}
        known = was is not None and now is not None
        gained = sorted(set(now or ()) - set(was or ())) if known else []
        lost = sorted(set(was or ()) - set(now or ())) if known else []
        assert row["moved"] == {"gained": gained, "lost": lost}


def test_retirements_are_those_of_the_files_and_say_who_is_shut_down_by_then(forth: Document):
    for old, new in pairs():
        assert new
        row = rows(forth)[new.publisher, new.id]
        day = new.retirement and new.retirement.isoformat()
        assert row["retires"] == ({"from": None, "to": day} if day else None), old
        assert row["shutDown"] == new.retired(DAY)


def test_commitments_are_those_of_the_files(forth: Document):
    for old, new in pairs():
        assert new
        processing = rows(forth)[new.publisher, new.id]["processing"]
        before = {area for one, area in naive_commitments() if old and one == old.id}
        for size in ("64k", "128k", "1m"):
            gained = areas(processing["gained"], size)
            after = {area.lower() for area in committed(new, size)}
            assert (before - areas(processing["lost"], size)) | gained == after
    tuned = [row["id"] for row in forth["models"] if any(tuning(row["processing"]["gained"]))]
    with_rows = {
        row["model_id"] for row in new_rows("processing_2026") if row["qualifier"] == "tuning"
    }
    assert set(tuned) == with_rows


def areas(commitments: list[Document], size: str) -> set[str]:
    order = ["64k", "128k", "1m", None]
    return {
        one["area"]
        for one in commitments
        if not one["tuning"] and order.index(one["upTo"]) >= order.index(size)
    }


def tuning(commitments: list[Document]) -> Iterator[bool]:
    return (one["tuning"] for one in commitments)


def new_rows(name: str) -> list[dict[str, str]]:
    return csv_rows(FOLDER / f"{name}.csv")


@pytest.mark.parametrize("need", [need.value for need in Need])
def test_what_a_model_offers_is_new_because_the_page_said_it_of_none(need: str, forth: Document):
    for _, new in pairs():
        assert new
        said = rows(forth)[new.publisher, new.id]["needs"].get(need)
        now = offered(new, need)
        assert said == (None if now is None else {"from": None, "to": now}), new.id


def test_locations_and_limitations_are_those_of_the_files(forth: Document):
    old, new = naive_page().locations, naive_locations_2026()
    assert forth["locations"]["removed"] == [one for one in old if one not in new]
    assert forth["locations"]["added"] == [one for one in new if one not in old] == ["us", "eu"]
    limits = {
        date: {
            (endpoint, row["need"], bool(re.match(r"all", row["scope"])))
            for row in new_rows("endpoint_limitations")
            if row["date"] == date
            for endpoint in {"multi-region": ("us", "eu")}.get(row["endpoint"], (row["endpoint"],))
        }
        for date in ("2025-05-12", "2026-10-08")
    }
    before, after = limits.values()
    for label, expected in (("added", after - before), ("removed", before - after)):
        found = {
            (one["endpoint"], one["need"], not one["publishers"] and not one["idSuffix"])
            for one in forth["limitations"][label]
        }
        assert found == expected


def test_backwards_everything_is_turned_round(forth: Document, back: Document):
    assert (back["from"], back["to"]) == (NEW, OLD)
    for what in ("locations", "limitations"):
        assert back[what] == {"added": forth[what]["removed"], "removed": forth[what]["added"]}
    turned = {"added": "gone", "changed": "changed"}
    assert Counter(row["change"] for row in back["models"]) == Counter(
        turned[row["change"]] for row in forth["models"]
    )
    there = {(row["publisher"], row["formerId"] or row["id"]): row for row in forth["models"]}
    for key, row in rows(back).items():
        other = there[key]
        assert row["change"] == turned[other["change"]]
        assert row["formerId"] == (other["id"] if other["formerId"] else None)
        assert row["locations"] == swapped(other["locations"])
        assert row["moved"]["gained"] == other["moved"]["lost"]
        assert row["moved"]["lost"] == other["moved"]["gained"]
        assert [row[key] for key in FACTS] == [swapped(other[key]) for key in FACTS]
        assert row["processing"]["lost"] == other["processing"]["gained"]
        assert row["needs"] == {need: swapped(pair) for need, pair in other["needs"].items()}
        assert not row["shutDown"]


def swapped(pair: Document | None) -> Document | None:
    return pair and {"from": pair["to"], "to": pair["from"]}


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_snapshot_is_the_same_as_itself(name: str):
    done = typed(f"compare {name} {name} --json")
    assert (done.status, done.document["models"]) == (0, [])
    for what in ("locations", "limitations"):
        assert done.document[what] == {"added": [], "removed": []}
    assert " 0 changed, 0 shut down since, 0 gone, 0 new." in " ".join(
        typed(f"compare {name} {name}").out.split()
    )


# One model


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("claude-3-7-sonnet@20250219", ["claude-3-7-sonnet"]),
        ("claude-3-7-sonnet", ["claude-3-7-sonnet"]),
        ("gemini-2.0-flash-001", ["gemini-2.0-flash"]),
        ("google/gemini-2.0-flash", ["gemini-2.0-flash"]),
        ("jamba-1.5-large@001", ["jamba-1.5-large"]),
        ("gemini-3.8-flash", ["gemini-3.8-flash"]),
        ("Gemini 1.5 Pro", ["gemini-1.5-pro-002", "gemini-1.5-pro-001"]),
    ],
)
@pytest.mark.parametrize("snapshots", [f"{OLD} {NEW}", f"{NEW} {OLD}"])
def test_a_model_that_either_snapshot_knows_is_compared_alone(
    snapshots: str, name: str, ids: list[str], forth: Document
):
    done = typed(f"compare {snapshots} --model '{name}' --json")
    assert done.status == 0
    assert {row["formerId"] or row["id"] for row in done.document["models"]} | {
        row["id"] for row in done.document["models"]
    } >= set(ids)
    assert len(done.document["models"]) == len(ids)
    if snapshots.startswith(OLD):
        assert done.document["models"] == [row for row in forth["models"] if row["id"] in ids]
    plain = typed(f"compare {snapshots} --model '{name}'")
    blocks = plain.out.strip().split("\n\n")
    assert (plain.status, len(blocks)) == (0, len(ids))


def test_a_model_that_is_the_same_is_shown_only_when_it_is_asked_for():
    done = typed(f"compare {NEW} {NEW} --model gemini-3.8-flash --json")
    [row] = done.document["models"]
    assert (row["change"], row["retires"], row["needs"]) == ("same", None, {})
    out = typed(f"compare {NEW} {NEW} --model gemini-3.8-flash").out
    assert out == "google/gemini-3.8-flash: same\n"


def test_a_model_that_neither_knows_is_refused_with_what_comes_near():
    done = typed(f"compare {OLD} {NEW} --model gemini-3.8-flsh")
    assert (done.status, done.out) == (1, "")
    assert "did you mean gemini-3.8-flash" in done.err
    assert OLD in done.err
    assert NEW in done.err
    document = typed(f"compare {OLD} {NEW} --model gemini-3.8-flsh --json")
    assert (document.status, document.document["models"]) == (1, [])


# Made-up snapshots


def edited(edit: str, where: tuple[str, object]) -> Snapshot:
    """The newest snapshot at a later day, with a key of one model set, or taken away by None."""
    document = json.loads((FOLDER / "snapshot.json").read_text(encoding="utf-8"))
    [entry] = [entry for entry in document["entries"] if entry["models"][0]["id"] == edit]
    key, value = where
    holder = entry if key == "listings" else entry["models"][0]
    holder.pop(key, None)
    if value is not None:
        holder[key] = value
    document["date"] = "2026-12-01"
    return Snapshot.model_validate(document)


CITE = {"source": "models_2026.csv: model card, 2026-10-10", "line": 2}


def rows_of(found: Comparison) -> list[Document]:
    return cast("list[Document]", comparison_document(found)["models"])


CHANGES: list[tuple[str, tuple[str, object], Document, str]] = [
    (
        "gemini-3.7-flash",
        ("retires", "2027-03-01"),
        {"retires": {"from": "2027-01-28", "to": "2027-03-01"}, "shutDown": False},
        "shut down from: 2027-03-01 (was 2027-01-28)",
    ),
    (
        "gemini-3.7-flash",
        ("retires", "2026-12-01"),
        {"retires": {"from": "2027-01-28", "to": "2026-12-01"}, "shutDown": True},
        "shut down from: 2026-12-01 (was 2027-01-28)",
    ),
    (
        "gemini-3.7-flash",
        ("retires", None),
        {"retires": {"from": "2027-01-28", "to": None}},
        "shut down from: not said (was 2027-01-28)",
    ),
    (
        "claude-opus-5",
        ("notBefore", "2027-06-01"),
        {"notBefore": {"from": "2027-01-24", "to": "2027-06-01"}},
        "not shut down before: 2027-06-01 (was 2027-01-24)",
    ),
    (
        "grok-4.6",
        ("stage", "deprecated"),
        {"stage": {"from": "ga", "to": "deprecated"}},
        "stage: deprecated (was ga)",
    ),
    (
        "lyria-002",
        ("closure", {"since": "2026-11-01", "cite": CITE}),
        {"closedSince": {"from": None, "to": "2026-11-01"}},
        "closed to new projects since: 2026-11-01 (was not said)",
    ),
    (
        "grok-4.6",
        ("listings", [{"served": ["us", "eu"], "cite": CITE}]),
        {
            "moved": {"gained": ["eu"], "lost": ["global"]},
            "locations": {"from": ["global", "us"], "to": ["eu", "us"]},
        },
        "locations lost: global",
    ),
    (
        "grok-4.6",
        ("listings", []),
        {
            "moved": {"gained": [], "lost": []},
            "locations": {"from": ["global", "us"], "to": None},
        },
        "locations unknown (was served in global, us)",
    ),
    (
        "text-embedding-005",
        ("listings", [{"served": ["eu"], "cite": CITE}]),
        {"moved": {"gained": [], "lost": []}, "locations": {"from": None, "to": ["eu"]}},
        "served in: eu (was unknown)",
    ),
    (
        "lyria-002",
        ("commitments", [{"area": "eu", "upTo": "128k", "cite": CITE}]),
        {"processing": {"gained": [{"area": "eu", "upTo": "128k", "tuning": False}], "lost": []}},
        "processing committed to: eu up to 128k",
    ),
    (
        "codestral-2",
        (
            "commitments",
            [{"area": "us", "cite": CITE}, {"area": "eu", "upTo": "128k", "cite": CITE}],
        ),
        {
            "processing": {
                "gained": [{"area": "eu", "upTo": "128k", "tuning": False}],
                "lost": [{"area": "eu", "upTo": None, "tuning": False}],
            }
        },
        "processing committed to: eu up to 128k",
    ),
    (
        "codestral-2",
        ("commitments", [{"area": "us", "cite": CITE}]),
        {"processing": {"gained": [], "lost": [{"area": "eu", "upTo": None, "tuning": False}]}},
        "processing no longer stated: eu",
    ),
    (
        "lyria-002",
        ("capabilities", [{"need": "tuning", "offered": False, "cite": CITE}]),
        {"needs": {"tuning": {"from": None, "to": False}}},
        "does not offer: tuning",
    ),
]


@pytest.mark.parametrize(("model", "where", "expected", "line"), CHANGES)
def test_a_change_of_one_fact_is_one_change(
    model: str, where: tuple[str, object], expected: Document, line: str
):
    later = edited(model, where)
    found = compare_snapshots(load(NEW), later)
    changed = {row["id"]: row for row in rows_of(found)}
    row = changed.pop(model)
    assert row["change"] == "changed"
    assert {one.id for one in ended_by("2026-12-01")} - {model} == set(changed)
    assert all(row[key] is None for key in FACTS if key not in expected)
    assert {key: row[key] for key in expected} == expected
    assert f"  {line}" in comparison_lines(found)


def ended_by(day: str) -> list[NaiveModel2026]:
    """The models that are shut down after the snapshot's day, until this one."""
    late = [one for one in naive_models_2026() if one.retirement and one.retirement > DAY]
    return [one for one in late if one.retirement and one.retirement.isoformat() <= day]


def test_a_model_that_ends_in_between_has_changed_though_its_date_was_known():
    later = edited("lyria-002", ("stage", "ga"))
    found = compare_snapshots(load(NEW), later)
    ended = {one.id for one in ended_by("2026-12-01")}
    assert "gemini-2.5-pro" in ended
    assert {row["id"] for row in rows_of(found)} == ended
    assert all(row["shutDown"] and row["retires"] is None for row in rows_of(found))
    flat = " ".join(" ".join(comparison_lines(found)).split())
    assert f"{len(ended)} changed, {len(ended)} shut down since, 0 gone, 0 new." in flat
    assert "google/gemini-2.5-pro: changed, shut down since 2026-10-20" in flat
    back = compare_snapshots(later, load(NEW))
    assert {row["id"] for row in rows_of(back)} == ended
    assert "google/gemini-2.5-pro: changed, not shut down yet" in comparison_lines(back)


# Words


@pytest.mark.parametrize("snapshots", [f"{OLD} {NEW}", f"{NEW} {OLD}"])
def test_the_text_has_a_summary_and_a_block_for_each_model(snapshots: str):
    done = typed(f"compare {snapshots}")
    document = typed(f"compare {snapshots} --json").document
    assert (done.status, done.err) == (0, "")
    assert max(len(line) for line in done.out.splitlines()) <= 80
    summary, *blocks = done.out.strip().split("\n\n")
    changes = Counter(row["change"] for row in document["models"])
    flat = " ".join(summary.split())
    assert flat.startswith(f"From {document['from']} to {document['to']}: 40 models in both, ")
    assert f"{changes['changed']} changed, " in flat
    assert f"{changes['gone']} gone, {changes['added']} new" in flat
    assert len(blocks) == len(document["models"])
    order = ["changed", "gone", "added"]
    sequence = [order.index(row["change"]) for row in document["models"]]
    assert sequence == sorted(sequence)
    words = {"changed": "changed", "gone": "no longer known", "added": "new"}
    for row, block in zip(document["models"], blocks, strict=True):
        text = " ".join(block.split())
        assert text.startswith(f"{row['publisher']}/{row['id']}")
        assert f": {words[row['change']]}" in text
        assert ("shut down since" in text) == row["shutDown"]
        unknown = row["locations"]["to"] is None and row["change"] != "gone"
        was_unknown = row["locations"]["from"] is None and row["change"] == "changed"
        assert ("locations unknown" in text) == (unknown and not was_unknown)


def test_the_summary_counts_what_ended_in_between():
    flat = " ".join(typed(f"compare {OLD} {NEW}").out.split())
    both = [(old, new) for old, new in pairs() if old and new]
    ended = sum(new.retired(DAY) for _, new in both)
    fresh = [new for old, new in pairs() if old is None and new]
    over = sum(new.retired(DAY) for new in fresh)
    assert f"{ended} shut down since, 0 gone, {len(fresh)} new ({over} of them shut down" in flat


def test_a_day_that_the_headline_has_said_is_not_said_again():
    out = typed(f"compare {OLD} {NEW} --model gemini-2.0-flash").out
    assert " ".join(out.split()) == (
        "google/gemini-2.0-flash (was gemini-2.0-flash-001): changed, shut down since 2026-06-01"
    )


def test_a_limitation_says_of_whom_it_holds():
    flat = " ".join(typed(f"compare {OLD} {NEW}").out.split())
    assert (
        "global does not offer batch-prediction for models of anthropic and for ids that end in "
        "-maas" in flat
    )
    assert "endpoint limits removed: global does not offer context-caching endpoint" in flat


# Bad input


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (f"{OLD} 2026-10-09", [[NEW]]),
        (f"2025-05-11 {NEW}", [[OLD]]),
        ("2025-05-13 2026-10-01", [[OLD], [NEW]]),
        (f"{OLD} ../{NEW}", [[NEW]]),
        (f"{OLD} x", [[NEW]]),
        (f"{OLD} ''", [[NEW]]),
    ],
)
def test_an_unknown_snapshot_is_bad_input_with_the_choices_and_the_nearest(
    words: str, near: list[list[str]]
):
    done = typed(f"compare {words} --json")
    assert done.status == 2
    errors = done.document["errors"]
    assert [error["path"] for error in errors] == ["SNAPSHOT"] * len(near)
    assert [error["suggestions"] for error in errors] == near
    assert all(f"{OLD}, {NEW}" in error["message"] for error in errors)
    plain = typed(f"compare {words}")
    assert (plain.status, plain.out, len(plain.err.splitlines())) == (2, "", len(near))


@pytest.mark.parametrize("words", ["", OLD, f"{OLD} {NEW} {NEW}", f"{OLD} {NEW} --modle x"])
def test_a_misuse_is_bad_input(words: str):
    done = typed(f"compare {words}")
    assert (done.status, done.out) == (2, "")
    assert done.err.strip()
