"""What changed between two snapshots, fact by fact, and against the files they are made of."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from availability.facts.difference import PARTS, Change, Difference
from availability.facts.library import load, snapshot_ids
from availability.facts.snapshot import (
    Call,
    Capability,
    Citation,
    Closure,
    Commitment,
    ContextSize,
    Contradicted,
    Control,
    ControlStatement,
    Coverage,
    EndpointKind,
    Entry,
    Family,
    Feature,
    Host,
    Limitation,
    Listing,
    Location,
    Model,
    Need,
    Notice,
    NoticeKind,
    RagRegion,
    Snapshot,
    Source,
    Stage,
    Verdict,
)
from availability.report.difference import difference_lines
from tests.availability.naive_2026 import (
    DAY,
    FOLDER,
    NaiveModel2026,
    committed,
    naive_models_2026,
)
from tests.availability.naive_page import (
    NaiveModel,
    csv_rows,
    naive_commitments,
    naive_models,
)

# Made-up snapshots, one fact changed at a time

FIRST, LATER = dt.date(2026, 10, 10), dt.date(2026, 11, 12)
CITE = Citation(source="page")
Edit = Callable[[Snapshot], Snapshot]


def notice(kind: NoticeKind, text: str, about: str | None = None) -> Notice:
    return Notice(kind=kind, text=text, about=about, cite=CITE)


def capability(need: str, verdict: Verdict) -> Capability:
    return Capability(need=need, verdict=verdict, cite=CITE)


def control(verdict: Verdict, of: Control = Control.CMEK) -> ControlStatement:
    return ControlStatement(feature=Feature.BATCH, control=of, verdict=verdict, cite=CITE)


def coverage(verdict: Verdict) -> Coverage:
    endpoint = EndpointKind.MULTI_REGION
    return Coverage(capability="rag-corpus", endpoint=endpoint, verdict=verdict, cite=CITE)


def listing(*places: str, stage: Stage | None = None) -> Listing:
    return Listing(served=places, stage=stage, cite=CITE)


def entry(model: Model, *listings: Listing, name: str = "A Model") -> Entry:
    return Entry(
        name=name,
        publisher="google",
        family=Family.GEMINI,
        call=Call.GENERATE_CONTENT,
        models=(model,),
        listings=listings,
    )


FULL = Model(
    id="full-1",
    aliases=("full-1@001",),
    stage=Stage.GA,
    released="2026-01-02",
    deprecated=dt.date(2026, 9, 1),
    retires=dt.date(2027, 3, 1),
    not_before=dt.date(2027, 2, 1),
    successors=("next-1",),
    closure=Closure(since=dt.date(2026, 9, 2), cite=CITE),
    commitments=(
        Commitment(area="eu", up_to=ContextSize.UP_TO_128K, cite=CITE),
        Commitment(area="us", tuning=True, cite=CITE),
    ),
    capabilities=(
        capability("tuning", Verdict.YES),
        capability("live-api", Verdict.NO),
        capability("thinking", Verdict.PREVIEW),
    ),
    controls=(control(Verdict.YES),),
    notices=(notice(NoticeKind.RETENTION, "kept for 30 days"),),
    cite=CITE,
)
SNAPSHOT = Snapshot(
    date=FIRST,
    sources={"page": Source(url="https://e.x/page", title="A page", date="2026-10-01")},
    locations=tuple(
        Location(id=one, name=one, geography="-") for one in ("us", "eu", "europe-west4")
    ),
    tables=(),
    limitations=(Limitation(endpoint="eu", need=Need.TUNING, cite=CITE),),
    entries=(
        entry(FULL, listing("eu", stage=Stage.GA), listing("europe-west4", stage=Stage.PREVIEW)),
        entry(Model(id="bare-1", cite=CITE), name="bare-1"),
    ),
    covered=(coverage(Verdict.YES),),
    controls=(control(Verdict.NO, Control.VPC_SC),),
    rag_regions=(RagRegion(location="europe-west4", stage=Stage.PREVIEW, cite=CITE),),
    hosts=(Host(location="eu", host="eu.example", cite=CITE),),
    notices=(notice(NoticeKind.RETENTION, "kept for 90 days", "platform"),),
)


def of_snapshot(**update: object) -> Edit:
    return lambda snapshot: replace(snapshot, **update)


def of_entry(**update: object) -> Edit:
    def edit(snapshot: Snapshot) -> Snapshot:
        first, *rest = snapshot.entries
        return replace(snapshot, entries=(replace(first, **update), *rest))

    return edit


def of_model(**update: object) -> Edit:
    """Changes the model that has everything."""
    return of_entry(models=(replace(FULL, **update),))


def after(edit: Edit) -> Snapshot:
    return replace(edit(SNAPSHOT), date=LATER)


NAME = "google/full-1"
NEW = entry(Model(id="new-1", cite=CITE), name="A New One")
GONE = entry(Model(id="new-1", retires=LATER - dt.timedelta(days=1), cite=CITE), name="A New One")
TUNING = FULL.commitments[1]


def with_area(area: str, up_to: ContextSize | None, *, tuning: bool = False) -> Commitment:
    return Commitment(area=area, up_to=up_to, tuning=tuning, cite=CITE)


CHANGES: dict[str, tuple[Edit, str, Change]] = {
    "a model comes": (
        of_snapshot(entries=(*SNAPSHOT.entries, NEW)),
        "models",
        Change("added", "google/new-1", "A New One", None, "alive"),
    ),
    "a model comes that is shut down": (
        of_snapshot(entries=(*SNAPSHOT.entries, GONE)),
        "models",
        Change("added", "google/new-1", "A New One", None, "shut down"),
    ),
    "a model goes": (
        of_snapshot(entries=SNAPSHOT.entries[:1]),
        "models",
        Change("removed", "google/bare-1", "bare-1", "alive", None),
    ),
    "a model gets another id": (
        of_model(id="full-1@001", aliases=("full-1",)),
        "models",
        Change("changed", "google/full-1@001", "id", "full-1", "full-1@001"),
    ),
    "a location is gained": (
        of_entry(listings=(*SNAPSHOT.entries[0].listings, listing("us", stage=Stage.GA))),
        "locations",
        Change("added", NAME, "us", None, "ga"),
    ),
    "a location is lost": (
        of_entry(listings=SNAPSHOT.entries[0].listings[:1]),
        "locations",
        Change("removed", NAME, "europe-west4", "preview", None),
    ),
    "a location gets another stage": (
        of_entry(
            listings=(
                listing("eu", stage=Stage.GA),
                listing("europe-west4", stage=Stage.DEPRECATED),
            )
        ),
        "locations",
        Change("changed", NAME, "europe-west4", "preview", "deprecated"),
    ),
    "a location without a stage of its own has that of the model": (
        of_entry(listings=(listing("eu"), listing("europe-west4"))),
        "locations",
        Change("changed", NAME, "europe-west4", "preview", "ga"),
    ),
    "a commitment is gained": (
        of_model(commitments=(*FULL.commitments, with_area("us", None))),
        "commitments",
        Change("added", NAME, "us", None, "every size"),
    ),
    "a page comes to say that there is none": (
        of_model(commitments=(*FULL.commitments, with_area("global", None))),
        "commitments",
        Change("added", NAME, "global", None, "processing may happen anywhere"),
    ),
    "a commitment is lost": (
        of_model(commitments=(TUNING,)),
        "commitments",
        Change("removed", NAME, "eu", "up to 128k", None),
    ),
    "a commitment on tuning is lost": (
        of_model(commitments=FULL.commitments[:1]),
        "commitments",
        Change("removed", NAME, "us (tuning)", "every size", None),
    ),
    "a commitment covers every size": (
        of_model(commitments=(with_area("eu", None), TUNING)),
        "commitments",
        Change("changed", NAME, "eu", "up to 128k", "every size"),
    ),
    "a commitment covers another size": (
        of_model(commitments=(with_area("eu", ContextSize.UP_TO_1M), TUNING)),
        "commitments",
        Change("changed", NAME, "eu", "up to 128k", "up to 1m"),
    ),
    "a capability is no longer offered": (
        of_model(capabilities=(capability("tuning", Verdict.NO), *FULL.capabilities[1:])),
        "capabilities",
        Change("changed", NAME, "tuning", "yes", "no"),
    ),
    "a capability is offered now": (
        of_model(
            capabilities=(
                FULL.capabilities[0],
                capability("live-api", Verdict.YES),
                FULL.capabilities[2],
            )
        ),
        "capabilities",
        Change("changed", NAME, "live-api", "no", "yes"),
    ),
    "a capability leaves preview": (
        of_model(capabilities=(*FULL.capabilities[:2], capability("thinking", Verdict.YES))),
        "capabilities",
        Change("changed", NAME, "thinking", "preview", "yes"),
    ),
    "another page denies a capability": (
        of_model(capabilities=(*FULL.capabilities, capability("tuning", Verdict.NO))),
        "capabilities",
        Change("changed", NAME, "tuning", "yes", "no"),
    ),
    "the commitment covers a capability no longer": (
        of_snapshot(covered=(coverage(Verdict.NO),)),
        "capabilities",
        Change("changed", None, "commitment on rag-corpus, multi-region", "yes", "no"),
    ),
    "an endpoint lacks something": (
        of_snapshot(
            limitations=(
                *SNAPSHOT.limitations,
                Limitation(endpoint="us", need=Need.TUNING, publishers=("meta",), cite=CITE),
            )
        ),
        "capabilities",
        Change("added", None, "tuning at us (meta)", None, "not offered"),
    ),
    "an endpoint lacks something no longer": (
        of_snapshot(limitations=()),
        "capabilities",
        Change("removed", None, "tuning at eu", "not offered", None),
    ),
    "a control covers a feature no longer": (
        of_model(controls=(control(Verdict.NO),)),
        "controls",
        Change("changed", NAME, "cmek of batch", "yes", "no"),
    ),
    "another page denies a control": (
        of_model(controls=(control(Verdict.NO), control(Verdict.YES))),
        "controls",
        Change("changed", NAME, "cmek of batch", "yes", "no"),
    ),
    "a control covers a feature of every model": (
        of_snapshot(controls=(control(Verdict.YES, Control.VPC_SC),)),
        "controls",
        Change("changed", None, "vpc-sc of batch", "no", "yes"),
    ),
    "a stage is another": (
        of_model(stage=Stage.DEPRECATED),
        "dates",
        Change("changed", NAME, "stage", "ga", "deprecated"),
    ),
    "a release is dated otherwise": (
        of_model(released="2026-01-03"),
        "dates",
        Change("changed", NAME, "released", "2026-01-02", "2026-01-03"),
    ),
    "a deprecation is taken back": (
        of_model(deprecated=None),
        "dates",
        Change("removed", NAME, "deprecated", "2026-09-01", None),
    ),
    "a retirement moves": (
        of_model(retires=dt.date(2027, 4, 1)),
        "dates",
        Change("changed", NAME, "retires", "2027-03-01", "2027-04-01"),
    ),
    "a promise is prolonged": (
        of_model(not_before=dt.date(2027, 2, 2)),
        "dates",
        Change("changed", NAME, "notBefore", "2027-02-01", "2027-02-02"),
    ),
    "a model is closed from another day": (
        of_model(closure=Closure(since=dt.date(2026, 9, 3), cite=CITE)),
        "dates",
        Change("changed", NAME, "closedSince", "2026-09-02", "2026-09-03"),
    ),
    "a model is open again": (
        of_model(closure=None),
        "dates",
        Change("removed", NAME, "closedSince", "2026-09-02", None),
    ),
    "a successor is added": (
        of_model(successors=("next-1", "next-2")),
        "dates",
        Change("changed", NAME, "replacement", "next-1", "next-1, next-2"),
    ),
    "a notice takes the place of another": (
        of_model(notices=(notice(NoticeKind.RETENTION, "kept for 60 days"),)),
        "notices",
        Change("changed", NAME, "retention", "kept for 30 days", "kept for 60 days"),
    ),
    "a notice comes": (
        of_model(notices=(*FULL.notices, notice(NoticeKind.ALLOWLIST, "ask first"))),
        "notices",
        Change("added", NAME, "allowlist", None, "ask first"),
    ),
    "a second notice of a kind comes": (
        of_model(notices=(*FULL.notices, notice(NoticeKind.RETENTION, "logged"))),
        "notices",
        Change("added", NAME, "retention", None, "logged"),
    ),
    "a notice goes": (
        of_model(notices=()),
        "notices",
        Change("removed", NAME, "retention", "kept for 30 days", None),
    ),
    "pages come to contradict each other": (
        of_model(contradicted=(Contradicted(area="us", affirms=CITE, denies=CITE),)),
        "notices",
        Change(
            "added",
            NAME,
            "contradiction on processing within us",
            None,
            "one page states it, one leaves it out",
        ),
    ),
    "a notice on the platform is another": (
        of_snapshot(notices=(notice(NoticeKind.RETENTION, "kept for 3 days", "platform"),)),
        "notices",
        Change("changed", None, "retention of platform", "kept for 90 days", "kept for 3 days"),
    ),
    "a region of corpora gets another stage": (
        of_snapshot(rag_regions=(RagRegion(location="europe-west4", stage=Stage.GA, cite=CITE),)),
        "notices",
        Change("changed", None, "RAG corpora in europe-west4", "preview", "ga"),
    ),
    "a region of corpora is behind an allowlist": (
        of_snapshot(rag_regions=(replace(SNAPSHOT.rag_regions[0], allowlist=True),)),
        "notices",
        Change("changed", None, "RAG corpora in europe-west4", "preview", "preview, allowlist"),
    ),
    "a host comes": (
        of_snapshot(hosts=(*SNAPSHOT.hosts, Host(location="us", host="us.example", cite=CITE))),
        "notices",
        Change("added", None, "host of us", None, "us.example"),
    ),
}


def parts_of(difference: Difference) -> dict[str, tuple[Change, ...]]:
    return {part: changes for part in PARTS if (changes := difference.part(part))}


@pytest.mark.parametrize(("edit", "part", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_told_once_and_nothing_else_is(edit: Edit, part: str, change: Change):
    difference = Difference(SNAPSHOT, after(edit))
    assert parts_of(difference) == {part: (change,)}
    assert difference


@pytest.mark.parametrize(("edit", "part", "change"), CHANGES.values(), ids=CHANGES)
def test_backwards_a_change_is_turned_round(edit: Edit, part: str, change: Change):
    [turned] = Difference(after(edit), SNAPSHOT).part(part)
    kind = {"added": "removed", "removed": "added", "changed": "changed"}[change.kind]
    assert (turned.kind, turned.before, turned.after) == (kind, change.after, change.before)
    assert turned.what == change.what
    renamed = change.what == "id"
    assert turned.model == (NAME if renamed else change.model)


@pytest.mark.parametrize(("edit", "part", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_a_line_of_its_block_with_what_was_and_what_is(
    edit: Edit, part: str, change: Change
):
    lines = difference_lines(Difference(SNAPSHOT, after(edit)))
    head, empty, title, *rest = lines
    assert head == f"Changes from {FIRST} to {LATER}: 1 in {part}."
    assert (empty, title[-1]) == ("", ":")
    assert all(line.startswith("  ") and len(line) <= 76 for line in rest)
    text = " ".join(" ".join(rest).split())
    assert text.startswith(change.model or change.what)
    known = [one for one in (change.before, change.after) if one not in (None, "alive")]
    if part == "models":
        known = [one for one in known if one != change.model and change.what != "id"]
    assert all(one in text for one in known)
    assert {"added": "new", "removed": "gone", "changed": ""}[change.kind] in text


LINES = {
    "a model comes": "google/new-1 is new (A New One)",
    "a model comes that is shut down": "google/new-1 is new, and shut down (A New One)",
    "a model goes": "google/bare-1 is gone",
    "a model gets another id": "google/full-1@001 was called full-1",
    "a location is gained": "google/full-1: us: ga (new)",
    "a location is lost": "google/full-1: europe-west4: gone (was preview)",
    "a retirement moves": "google/full-1: retires: 2027-03-01 -> 2027-04-01",
    "a notice comes": "google/full-1: allowlist: ask first (new)",
    "an endpoint lacks something no longer": "tuning at eu: gone (was not offered)",
}


@pytest.mark.parametrize(("name", "line"), LINES.items())
def test_a_change_reads_as_a_sentence(name: str, line: str):
    edit, _, _ = CHANGES[name]
    assert difference_lines(Difference(SNAPSHOT, after(edit)))[3:] == [f"  {line}"]


@pytest.mark.parametrize(
    "edit",
    [
        of_model(capabilities=FULL.capabilities[1:]),
        of_model(capabilities=(capability("tuning", Verdict.UNKNOWN), *FULL.capabilities[1:])),
        of_model(capabilities=(*FULL.capabilities, capability("url-context", Verdict.NO))),
        of_model(controls=()),
        of_model(controls=(control(Verdict.UNKNOWN),)),
        of_model(controls=(*FULL.controls, control(Verdict.NO, Control.VPC_SC))),
        of_snapshot(controls=()),
        of_snapshot(covered=()),
        of_snapshot(covered=(coverage(Verdict.UNKNOWN),)),
        of_entry(listings=()),
        of_snapshot(rag_regions=()),
        of_snapshot(hosts=()),
    ],
)
def test_what_one_side_does_not_say_is_no_change(edit: Edit):
    for first, second in ((SNAPSHOT, after(edit)), (after(edit), SNAPSHOT)):
        assert parts_of(Difference(first, second)) == {}


def test_a_stage_that_one_side_does_not_say_is_no_change_of_a_location():
    bare = of_entry(
        models=(replace(FULL, stage=None),),
        listings=(listing("eu"), listing("europe-west4")),
    )
    for first, second in ((SNAPSHOT, after(bare)), (after(bare), SNAPSHOT)):
        assert {*parts_of(Difference(first, second))} == {"dates"}


def test_a_stage_of_the_whole_model_is_told_once_and_not_at_each_location():
    def uniform(stage: Stage) -> Snapshot:
        places = (listing("eu"), listing("europe-west4"))
        model = replace(FULL, stage=stage)
        return after(of_entry(models=(model,), listings=places))

    difference = Difference(uniform(Stage.GA), uniform(Stage.DEPRECATED))
    assert parts_of(difference) == {
        "dates": (Change("changed", NAME, "stage", "ga", "deprecated"),)
    }


def test_a_capability_in_preview_is_as_good_as_any_of_a_model_that_is_not_generally_available():
    def of(stage: Stage, verdict: Verdict) -> Snapshot:
        capabilities = (capability("tuning", verdict),)
        return after(of_model(stage=stage, capabilities=capabilities))

    for stage, told in ((Stage.PREVIEW, False), (Stage.GA, True)):
        difference = Difference(of(stage, Verdict.YES), of(stage, Verdict.PREVIEW))
        assert bool(difference.capabilities) is told


@pytest.mark.parametrize(("first", "second"), [("yes", "no"), ("no", "yes"), ("preview", "no")])
def test_of_pages_that_disagree_the_stricter_counts_whichever_comes_first(first: str, second: str):
    said = (capability("tuning", Verdict(first)), capability("tuning", Verdict(second)))
    edit = of_model(capabilities=(*said, *FULL.capabilities[1:]))
    [change] = Difference(SNAPSHOT, after(edit)).capabilities
    assert change.after == "no"


def test_a_model_that_is_shut_down_in_between_is_told_though_no_date_changed():
    retires = of_model(retires=dt.date(2026, 11, 11))
    difference = Difference(retires(SNAPSHOT), after(retires))
    assert parts_of(difference) == {
        "models": (Change("changed", NAME, "state", "alive", "shut down"),)
    }
    line = "  google/full-1 is shut down (was alive)"
    assert difference_lines(difference)[3:] == [line]


def test_the_day_of_a_page_that_a_notice_quotes_is_no_change():
    def quoting(day: str) -> Snapshot:
        text = f'"A page" ({day}) says that it retires on 2027-01-01'
        return after(of_model(notices=(notice(NoticeKind.CONTRADICTION, text),)))

    assert not Difference(quoting("2026-10-01"), quoting("2026-11"))


def test_of_several_notices_that_come_and_go_each_is_told():
    texts = [notice(NoticeKind.RETENTION, text) for text in ("one", "two")]
    difference = Difference(SNAPSHOT, after(of_model(notices=tuple(texts))))
    assert difference.notices == (
        Change("removed", NAME, "retention", "kept for 30 days", None),
        Change("added", NAME, "retention", None, "one"),
        Change("added", NAME, "retention", None, "two"),
    )


@pytest.mark.parametrize("name", snapshot_ids())
def test_a_snapshot_is_no_different_from_itself(name: str):
    difference = Difference(load(name), load(name))
    assert not difference
    assert parts_of(difference) == {}
    assert difference.as_json() == {part: [] for part in PARTS}
    assert difference_lines(difference) == [f"Changes from {name} to {name}: none."]


# As JSON


def test_the_document_has_the_parts_in_their_order_and_five_keys_a_change():
    for old, new in ((old, new) for old in snapshot_ids() for new in snapshot_ids()):
        difference = Difference(load(old), load(new))
        document: dict[str, Any] = difference.as_json()
        assert [*document] == [
            *("models", "locations", "commitments", "capabilities", "controls", "dates", "notices")
        ]
        for part, changes in document.items():
            assert len(changes) == len(difference.part(part))
            for change in changes:
                assert [*change] == ["kind", "model", "what", "from", "to"]
                ends = (change["from"] is None, change["to"] is None)
                assert {
                    (True, False): "added",
                    (False, True): "removed",
                    (False, False): "changed",
                }[ends] == change["kind"]
                assert change["from"] != change["to"]
                assert isinstance(change["what"], str)


# Of 2025-05-12 and 2026-10-10, against the files

OLD_DAY, NEW_DAY = "2025-05-12", "2026-10-10"
Pair = tuple[NaiveModel | None, NaiveModel2026]


@pytest.fixture(scope="module")
def forth() -> Difference:
    return Difference(load(OLD_DAY), load(NEW_DAY))


def pairs() -> list[Pair]:
    """Every model of the later one, with the earlier one of that publisher and spelling."""
    olds = {(old.publisher, old.id): old for old in naive_models()}
    found: list[Pair] = []
    for new in naive_models_2026():
        keys = [(new.publisher, one) for one in (new.id, *new.aliases)]
        old = [olds.pop(key) for key in keys if key in olds]
        assert len(old) < 2
        found.append((old[0] if old else None, new))
    assert not olds  # no model of 2025 is unknown in 2026
    return found


def of(changes: tuple[Change, ...], new: NaiveModel2026) -> list[Change]:
    return [change for change in changes if change.model == f"{new.publisher}/{new.id}"]


def test_every_model_is_new_or_the_same_by_another_id_and_may_be_shut_down(forth: Difference):
    for old, new in pairs():
        state = "shut down" if new.retired(DAY) else "alive"
        told = {(one.kind, one.before, one.after) for one in of(forth.models, new)}
        expected: set[tuple[str, str | None, str]] = set()
        if old is None:
            expected.add(("added", None, state))
        elif state == "shut down":
            expected.add(("changed", "alive", state))
        if old and old.id != new.id:
            expected.add(("changed", old.id, new.id))
        assert told == expected, new.id
    assert len(forth.models) == sum(len(of(forth.models, new)) for _, new in pairs())


def test_locations_are_gained_and_lost_as_the_files_have_them(forth: Difference):
    moved = 0
    for old, new in pairs():
        told = of(forth.locations, new)
        before, now = set[str](), set[str]()
        if old is not None and new.served is not None:
            before, now = set(old.served), set(new.served)
        assert {one.what for one in told if one.kind == "added"} == now - before, new.id
        assert {one.what for one in told if one.kind == "removed"} == before - now, new.id
        stages = {(one.before, one.after) for one in told if one.kind == "changed"}
        assert stages <= {("preview", "ga")}
        moved += len(told)
    assert moved == len(forth.locations) > 0


def test_retirements_and_successors_are_new_as_the_files_have_them(forth: Difference):
    for old, new in pairs():
        told = [one for one in of(forth.dates, new) if one.what == "retires"]
        day = new.retirement if old else None
        assert [(one.before, one.after) for one in told] == ([(None, str(day))] if day else [])
    heirs = {one.model: one.after for one in forth.dates if one.what == "replacement"}
    assert heirs["google/gemini-2.0-flash"] == "gemini-3.1-flash-lite"


def test_commitments_come_and_go_as_the_files_have_them(forth: Difference):
    for old, new in pairs():
        told = of(forth.commitments, new)
        if old is None:
            assert told == []
            continue
        before = {area for one, area in naive_commitments() if one == old.id}
        for size in ("64k", "128k", "1m"):
            gained = {one.what for one in told if one.after and covers(one.after, size)}
            lost = {one.what for one in told if one.kind != "added"}
            now = {area.lower() for area in committed(new, size)}
            assert (before - lost) | gained == now, (new.id, size)


def covers(text: str, size: str) -> bool:
    sizes = ["64k", "128k", "1m"]
    match = re.fullmatch(r"up to (\w+)|every size", text)
    assert match
    return match[1] is None or sizes.index(match[1]) >= sizes.index(size)


def test_the_page_of_2025_says_nothing_of_capabilities_and_controls_so_that_none_changed(
    forth: Difference,
):
    assert [one for one in forth.capabilities if one.model] == []
    assert forth.controls == ()


def test_what_endpoints_lack_is_as_the_files_have_it(forth: Difference):
    limits: dict[str, set[tuple[str, str, bool]]] = {}
    for row in csv_rows(FOLDER / "endpoint_limitations.csv"):
        endpoints = {"multi-region": ("us", "eu")}.get(row["endpoint"], (row["endpoint"],))
        for endpoint in endpoints:
            fact = (row["need"], endpoint, row["scope"].startswith("all"))
            limits.setdefault(row["date"], set()).add(fact)
    before, now = limits["2025-05-12"], limits["2026-10-08"]
    told: dict[str, set[tuple[str, str, bool]]] = {"added": set(), "removed": set()}
    for one in forth.capabilities:
        match = re.fullmatch(r"([\w-]+) at (\w+)( \(.+\))?", one.what)
        assert match
        told[one.kind].add((match[1], match[2], match[3] is None))
    assert told == {"added": now - before, "removed": before - now}


@pytest.mark.parametrize(
    ("old", "new"), [(OLD_DAY, NEW_DAY), (NEW_DAY, "2026-11-12"), (OLD_DAY, "2026-11-12")]
)
def test_backwards_everything_is_turned_round(old: str, new: str):
    forth, back = Difference(load(old), load(new)), Difference(load(new), load(old))
    ids = {
        f"{pair.named.entry.publisher}/{pair.first.id}": pair.name
        for pair in forth.pairs
        if pair.first
    }
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    for part in PARTS:
        # Which of its names a model is told by is a matter of the direction.
        there = [
            (turned[one.kind], part != "models" and one.model, one.what, one.after, one.before)
            for one in forth.part(part)
        ]
        here = [
            (
                one.kind,
                part != "models" and ids.get(one.model or "", one.model),
                one.what,
                one.before,
                one.after,
            )
            for one in back.part(part)
        ]
        assert Counter(there) == Counter(here), part


# Of 2026-10-10 and 2026-11-12


def test_from_october_to_november_what_changed_is_what_the_tables_of_november_add():
    difference = Difference(load(NEW_DAY), load("2026-11-12"))
    folder = FOLDER.parent / "2026-11-12"
    cards = {
        f"{row['publisher']}/{row['model_id']}" for row in csv_rows(folder / "models_2026.csv")
    }
    known = {f"{new.publisher}/{new.id}" for new in naive_models_2026()}
    gone = {
        f"{row['publisher']}/{row['model_id']}" for row in csv_rows(folder / "lifecycle_2026.csv")
    }
    added = {one.model for one in difference.models if one.kind == "added"}
    assert added == cards | (gone - known)
    ended = {
        f"{new.publisher}/{new.id}"
        for new in naive_models_2026()
        if new.retirement and DAY < new.retirement <= LATER
    }
    states = [one for one in difference.models if one.kind == "changed"]
    assert {one.model for one in states} == ended
    assert {(one.what, one.before, one.after) for one in states} == {
        ("state", "alive", "shut down")
    }
    assert (difference.locations, difference.commitments) == ((), ())
    assert {(one.model, one.what, one.after) for one in difference.dates} == {
        ("google/gemini-2.5-pro", "replacement", "gemini-3.8-flash, gemini-3.5-flash"),
        ("google/gemini-2.5-flash", "replacement", "gemini-3.8-flash, gemini-3.5-flash-lite"),
        ("google/gemini-2.5-flash-lite", "replacement", "gemini-3.8-flash, gemini-3.5-flash-lite"),
        ("google/gemini-live-2.5-flash-native-audio", "replacement", "gemini-3.8-live"),
        ("google/gemini-3.8-flash", "notBefore", "2027-09-02"),
        ("google/gemini-3.8-live", "notBefore", "2027-09-25"),
        ("google/gemini-2.5-flash-lite-preview-09-2025", "replacement", "gemini-2.5-flash-lite"),
        ("google/gemini-3.1-flash-image-preview", "replacement", "gemini-3.1-flash-image"),
        ("google/gemini-3.1-flash-lite-preview", "replacement", "gemini-3.1-flash-lite"),
        ("google/gemini-3-pro-image-preview", "replacement", "gemini-3-pro-image"),
    }
    assert difference.capabilities == ()
    assert difference.controls == (Change("changed", None, "cmek of rag", "yes", "no"),)
    regions = [one for one in difference.notices if one.what.startswith("RAG")]
    what = "RAG corpora in europe-west1"
    assert regions == [Change("changed", None, what, "preview", "preview, allowlist")]
    texts = {row["text"] for row in csv_rows(folder / "notices.csv")}
    assert {one.after for one in difference.notices if one not in regions} <= texts
