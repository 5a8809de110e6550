"""Statements -> snapshot: what counts where sources say different things of one model.

Of one page the newest copy counts. Between pages the stricter one counts, and the other stays with
its day: a commitment that one page states and another leaves out of its list is contradicted, of
two dates the earlier one is the end. Nothing is concluded from a source that does not speak of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

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
    Feature,
    Host,
    Limitation,
    Listing,
    Location,
    Model,
    Need,
    Notice,
    NoticeKind,
    Offer,
    RagRegion,
    Snapshot,
    Source,
    Stage,
)
from availability.ingest.families import family_of
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Cite,
    Committed,
    Controlled,
    Corpus,
    Covered,
    Dated,
    Hosted,
    Limited,
    ModelNamed,
    Noticed,
    Served,
    Sold,
    Statement,
    Tuned,
)
from availability.input.tables import DATA, rows
from availability.places.geography import places

_Key = tuple[str, str]


class _Cited(Protocol):
    """Any statement: it says where it stands."""

    @property
    def cite(self) -> Cite: ...


_Any = TypeVar("_Any", bound=_Cited)
_SEVERITY = (Stage.DEPRECATED, Stage.EXPERIMENTAL, Stage.PREVIEW, Stage.GA)
"""The stricter one comes first."""


def assemble(date: dt.date, statements: Iterable[Statement]) -> Snapshot:
    """The snapshot of that day. Raises ValueError for statements that make none."""
    return _Assembly(date, tuple(statements)).build()


def page_of(url: str) -> str:
    """The page of an address, whatever language or form of it was read."""
    return re.sub(r"\.md\.txt$", "", re.split(r"[?#]", url)[0].rstrip("/"))


@dataclass
class _Gathered:
    """What was stated about one model."""

    named: list[ModelNamed] = field(default_factory=list[ModelNamed])
    aliases: list[str] = field(default_factory=list[str])
    statements: list[Any] = field(default_factory=list[Any])

    def of(self, kind: type[_Any]) -> list[_Any]:
        """Its statements of a kind."""
        return [statement for statement in self.statements if isinstance(statement, kind)]


class _Assembly:
    def __init__(self, date: dt.date, statements: Sequence[Statement]) -> None:
        self.date = date
        self.statements = statements
        self.sources: dict[str, Source] = {}
        self.models: dict[_Key, _Gathered] = {}
        self.owners: dict[_Key, _Key] = {}

    def build(self) -> Snapshot:
        self._sort_by_model()
        entries = tuple(self._entry(key, model) for key, model in self.models.items())
        return Snapshot(
            date=self.date,
            sources=self.sources,
            locations=_locations(self.statements),
            tables=(),
            limitations=tuple(self._limitations()),
            entries=entries,
            covered=tuple(
                Coverage(
                    capability=one.capability,
                    endpoint=EndpointKind(one.endpoint),
                    verdict=one.verdict,
                    cite=self._cite(one.cite),
                )
                for one in _newest(self._all(Covered), lambda one: (one.capability, one.endpoint))
            ),
            controls=tuple(
                self._control(one)
                for one in _newest(
                    [one for one in self._all(Controlled) if not one.model],
                    lambda one: (one.feature, one.control, page_of(one.cite.url)),
                )
            ),
            rag_regions=tuple(
                RagRegion(
                    location=one.location,
                    stage=Stage(one.stage) if one.stage else None,
                    allowlist=one.allowlist,
                    cite=self._cite(one.cite),
                )
                for one in self._corpora()
            ),
            hosts=tuple(
                Host(location=one.location, host=one.host, cite=self._cite(one.cite))
                for one in _newest(self._all(Hosted), lambda one: one.location)
            ),
            notices=tuple(
                self._notice(one)
                for one in _newest(
                    [one for one in self._all(Noticed) if not one.model],
                    lambda one: (one.about, one.notice),
                )
            ),
        )

    def _all(self, kind: type[_Any]) -> list[_Any]:
        return [statement for statement in self.statements if isinstance(statement, kind)]

    def _sort_by_model(self) -> None:
        """Every statement to its model; what is said of an alias is said of its model."""
        for statement in self.statements:
            if isinstance(statement, AliasNamed):
                owner = (statement.publisher, statement.model)
                if (alias := (statement.publisher, statement.alias)) != owner:
                    self.owners.setdefault(alias, owner)
        for key in filter(None, map(_model_of, self.statements)):
            if self._owner(key) == key:
                self.models.setdefault(key, _Gathered())
        for statement in self.statements:
            if (key := _model_of(statement)) is None:
                continue
            owner = self._owner(key)
            model = self.models.setdefault(owner, _Gathered())
            if isinstance(statement, ModelNamed):
                model.named.append(statement)
            elif isinstance(statement, AliasNamed):
                model.aliases.append(statement.alias)
            else:
                model.statements.append(statement)

    def _owner(self, key: _Key) -> _Key:
        seen = {key}
        while (owner := self.owners.get(key)) and owner not in seen:
            seen.add(owner)
            key = owner
        return key

    def _cite(self, cite: Cite) -> Citation:
        """The citation, whose page becomes a source of the snapshot."""
        page = page_of(cite.url)
        short = re.sub(r"^https?://[^/]+/(?:gemini-enterprise-agent-platform/)?", "", page)
        key = f"{short or page} ({cite.date})"
        self.sources.setdefault(key, Source(url=cite.url, title=cite.title, date=cite.date))
        return Citation(source=key, heading=cite.heading, line=cite.line, note=cite.note)

    # Models

    def _entry(self, key: _Key, model: _Gathered) -> Entry:
        publisher, model_id = key
        family, usual = family_of(publisher, model_id)
        served, complete = self._served(model)
        stages = [one.stage for one in served]
        common = stages[0] if served and len(set(stages)) == 1 else ""
        dates = self._dates(model)
        stage = common or ("" if served and "" not in stages else dates.get("stage", ""))
        names = [named for named in model.named if named.name != named.model] or model.named
        calls = [named.call for named in model.named if named.call]
        closure = dates.pop("closure", None)
        lifecycle = dates.pop("lifecycle", None)
        commitments, contradicted = self._commitments(model)
        offers, jobs = self._offers(model)
        notices = [
            *(
                self._notice(one)
                for one in _newest(
                    model.of(Noticed), lambda one: (one.notice, one.text, page_of(one.cite.url))
                )
            ),
            *self._date_contradictions(model),
        ]
        first = (model.named or model.statements)[0]
        made = Model(
            id=model_id,
            aliases=tuple(dict.fromkeys(model.aliases)),
            stage=Stage(stage) if stage else None,
            released=dates.get("released"),
            deprecated=_day(dates.get("deprecated")),
            retires=_day(dates.get("retires")),
            not_before=_day(dates.get("not_before")),
            successors=tuple(dates.get("successors", "").split()),
            lifecycle=lifecycle,
            closure=closure,
            commitments=commitments,
            contradicted=contradicted,
            capabilities=tuple(
                Capability(need=one.need, verdict=one.verdict, cite=self._cite(one.cite))
                for one in _newest(
                    model.of(Capable),
                    lambda one: (one.need, page_of(one.cite.url), one.cite.heading, one.verdict),
                    by=lambda one: (one.need, page_of(one.cite.url)),
                )
            ),
            offers=offers,
            tuning_jobs=jobs,
            controls=tuple(
                self._control(one)
                for one in _newest(
                    model.of(Controlled),
                    lambda one: (one.feature, one.control, page_of(one.cite.url)),
                )
            ),
            notices=tuple(notices),
            cite=self._cite(first.cite),
        )
        return Entry(
            name=names[0].name if names else model_id,
            publisher=publisher,
            family=family,
            call=Call(calls[0]) if calls else usual,
            models=(made,),
            listings=tuple(
                Listing(
                    served=(one.location,),
                    stage=Stage(one.stage) if one.stage and not common else None,
                    cite=self._cite(one.cite),
                )
                for one in served
            ),
            complete=complete,
        )

    @staticmethod
    def _served(model: _Gathered) -> tuple[list[Served], bool]:
        """Where it is served, by the newest list of every place, else by what names some."""
        every = model.of(Served)
        whole = [one for one in every if one.complete]
        if not whole:
            return _newest(every, lambda one: one.location), False
        newest = max(one.cite.date for one in whole)
        [page, *_] = [page_of(one.cite.url) for one in whole if one.cite.date == newest]
        chosen = [one for one in whole if one.cite.date == newest and page_of(one.cite.url) == page]
        return _newest(chosen, lambda one: one.location), True

    def _dates(self, model: _Gathered) -> dict[str, Any]:
        """Stage and dates, with the citation of the one that matters most."""
        dates: dict[str, Any] = {}
        if stages := [one.stage for one in _saying(model, "stage")]:
            dates["stage"] = min(stages, key=lambda stage: _SEVERITY.index(Stage(stage)))
        if said := _saying(model, "successors"):
            dates["successors"] = said[0].successors
        for name in ("released", "deprecated", "not_before", "retires"):
            if said := _saying(model, name):
                first = said[0] if name == "released" else _earliest(said, name)
                dates[name] = getattr(first, name)
                dates["lifecycle"] = self._cite(first.cite)
        if said := _saying(model, "closed_since"):
            first = _earliest(said, "closed_since")
            since = dt.date.fromisoformat(first.closed_since)
            dates["closure"] = Closure(since=since, cite=self._cite(first.cite))
        return dates

    def _date_contradictions(self, model: _Gathered) -> Iterable[Notice]:
        """Ends that pages give differently: the earlier one counts, the other is told."""
        for name, words in (("retires", "retires on"), ("not_before", "retires not before")):
            said = _saying(model, name)
            for other in said:
                first = _earliest(said, name)
                if getattr(other, name) == getattr(first, name):
                    continue
                text = (
                    f'"{other.cite.title}" ({other.cite.date}) says that it {words} '
                    f'{getattr(other, name)}, "{first.cite.title}" ({first.cite.date}) '
                    f"{getattr(first, name)}; the earlier day counts"
                )
                yield Notice(kind=NoticeKind.CONTRADICTION, text=text, cite=self._cite(other.cite))

    def _commitments(
        self, model: _Gathered
    ) -> tuple[tuple[Commitment, ...], tuple[Contradicted, ...]]:
        """One commitment an area, and one an area for tuning; and those that a page contradicts.

        Where statements on one area name sizes, the largest of them counts, and a statement
        without a size is limited by it.
        """
        every = model.of(Committed)
        kept: dict[tuple[str, bool], tuple[Commitment, list[Committed]]] = {}
        current = _current(every)
        for one in current:
            if not one.area:
                continue
            key = (one.area, one.tuning)
            size = ContextSize(one.up_to) if one.up_to else None
            old, having = kept[key] if key in kept else (None, list[Committed]())
            new = Commitment(
                area=one.area, up_to=size, tuning=one.tuning, cite=self._cite(one.cite)
            )
            if old is None or (size and (old.up_to is None or size.rank > old.up_to.rank)):
                old = new
            kept[key] = (old, [*having, one])
        lists: dict[tuple[str, bool], list[Committed]] = {}
        for one in current:
            if one.complete:
                lists.setdefault((page_of(one.cite.url), one.tuning), []).append(one)
        commitments: list[Commitment] = []
        contradicted: list[Contradicted] = []
        for (area, tuning), (commitment, having) in kept.items():
            denies = [
                listed[0]
                for (_, about), listed in lists.items()
                if about == tuning and all(one.area != area for one in listed)
            ]
            if not denies:
                commitments.append(commitment)
                continue
            contradicted.append(
                Contradicted(
                    area=area,
                    up_to=commitment.up_to,
                    tuning=tuning,
                    affirms=self._cite(having[0].cite),
                    denies=self._cite(denies[0].cite),
                )
            )
        return tuple(commitments), tuple(contradicted)

    def _offers(self, model: _Gathered) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
        """Where needs are offered, and where tuning jobs run."""
        groups: dict[tuple[str, str], list[Sold]] = {}
        for one in _current(model.of(Sold), lambda one: one.option):
            groups.setdefault((one.option, page_of(one.cite.url)), []).append(one)
        offers = [
            Offer(
                need=option,
                locations=tuple(dict.fromkeys(one.location for one in sold)),
                exhaustive=all(one.complete for one in sold),
                cite=self._cite(sold[0].cite),
            )
            for (option, _), sold in groups.items()
        ]
        jobs: list[Offer] = []
        for is_job, place in ((False, offers), (True, jobs)):
            tuned = [one for one in _current(model.of(Tuned)) if one.job is is_job]
            if tuned:
                place.append(
                    Offer(
                        need=Need.TUNING,
                        locations=tuple(dict.fromkeys(one.location for one in tuned)),
                        exhaustive=True,
                        cite=self._cite(tuned[0].cite),
                    )
                )
        return tuple(offers), tuple(jobs)

    def _control(self, one: Controlled) -> ControlStatement:
        return ControlStatement(
            feature=Feature(one.feature),
            control=Control(one.control),
            verdict=one.verdict,
            cite=self._cite(one.cite),
        )

    def _notice(self, one: Noticed) -> Notice:
        return Notice(
            kind=NoticeKind(one.notice),
            about=one.about or None,
            text=one.text,
            days=one.days,
            cite=self._cite(one.cite),
        )

    # The platform

    def _limitations(self) -> Iterable[Limitation]:
        """What was said last by the day of the snapshot."""
        said = [one for one in self._all(Limited) if one.cite.date <= self.date.isoformat()]
        last = max((one.cite.date for one in said), default="")
        for one in said:
            if one.cite.date == last:
                yield Limitation(
                    endpoint=one.endpoint,
                    need=Need(one.need),
                    publishers=tuple(one.publishers.split()),
                    id_suffix=one.id_suffix or None,
                    disputed=one.disputed,
                    cite=self._cite(one.cite),
                )

    def _corpora(self) -> Iterable[Corpus]:
        """The regions of the RAG engine; an allowlist that a newer text adds counts at once."""
        newest = _newest([one for one in self._all(Corpus) if one.stage], lambda one: one.location)
        allowed = {one.location for one in self._all(Corpus) if one.allowlist and not one.stage}
        for one in newest:
            yield (
                one
                if one.location not in allowed
                else Corpus(one.location, one.stage, True, one.cite)
            )


def _model_of(statement: Statement) -> _Key | None:
    key = (getattr(statement, "publisher", ""), getattr(statement, "model", ""))
    return key if key[1] else None


def _newest(
    statements: Sequence[_Any],
    key: Callable[[_Any], object],
    by: Callable[[_Any], object] | None = None,
) -> list[_Any]:
    """One statement for each key, of the newest day; where several share it, the first.

    With `by`, the newest day is that of a wider key: older statements of it are left out.
    """
    days: dict[object, str] = {}
    for one in statements:
        wide = (by or key)(one)
        days[wide] = max(days.get(wide, ""), one.cite.date)
    chosen: dict[object, _Any] = {}
    for one in statements:
        if one.cite.date == days[(by or key)(one)]:
            chosen.setdefault(key(one), one)
    return list(chosen.values())


def _current(
    statements: Sequence[_Any], part: Callable[[_Any], object] = lambda _: None
) -> list[_Any]:
    """The statements of the newest copy of each page, part by part."""
    days: dict[object, str] = {}
    for one in statements:
        key = (page_of(one.cite.url), part(one))
        days[key] = max(days.get(key, ""), one.cite.date)
    return [one for one in statements if one.cite.date == days[page_of(one.cite.url), part(one)]]


def _saying(model: _Gathered, name: str) -> list[Dated]:
    """What the newest copy of each page says that has this date at all."""
    return _current([one for one in model.of(Dated) if getattr(one, name)])


def _earliest(said: Sequence[Dated], name: str) -> Dated:
    return min(said, key=lambda one: getattr(one, name))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _locations(statements: Sequence[Statement]) -> tuple[Location, ...]:
    """The locations whose names are known, and after them those that statements speak of."""
    known = {row["id"]: row for row in rows(DATA / "location_names.csv")}
    spoken = {
        location
        for statement in statements
        if (location := getattr(statement, "location", "")) and location not in known
    }
    made = [
        Location(id=row["id"], name=row["name"], geography=row["geography"])
        for row in known.values()
    ]
    for code in sorted(spoken):
        place = places()[code]
        made.append(Location(id=code, name=place.city, geography=place.geography))
    return tuple(made)
