"""What is stated about one model -> its entry in a snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
    Entry,
    Feature,
    Listing,
    Model,
    Need,
    Notice,
    NoticeKind,
    Offer,
    Stage,
)
from availability.ingest.citations import Sources, page_of
from availability.ingest.families import family_of
from availability.ingest.newest import AnyStatement, current, newest
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Committed,
    Controlled,
    Dated,
    ModelNamed,
    Noticed,
    Served,
    Sold,
    Statement,
    Tuned,
)

_SEVERITY = (Stage.DEPRECATED, Stage.EXPERIMENTAL, Stage.PREVIEW, Stage.GA)
"""The stricter one comes first."""


@dataclass
class StatedModel:
    """What was stated about one model, under any of its ids."""

    publisher: str
    id: str
    named: list[ModelNamed] = field(default_factory=list[ModelNamed])
    aliases: list[str] = field(default_factory=list[str])
    statements: list[Statement] = field(default_factory=list[Statement])
    """All others."""

    def add(self, statement: Statement) -> None:
        """Keeps a statement."""
        match statement:
            case ModelNamed():
                self.named.append(statement)
            case AliasNamed():
                self.aliases.append(statement.alias)
            case _:
                self.statements.append(statement)

    def of(self, kind: type[AnyStatement]) -> list[AnyStatement]:
        """Its statements of a kind."""
        return [statement for statement in self.statements if isinstance(statement, kind)]

    def saying(self, date: str) -> list[Dated]:
        """Of `Dated`, what the newest copy of each page says that has this date at all."""
        return current([dated for dated in self.of(Dated) if getattr(dated, date)])


def control_of(said: Controlled, sources: Sources) -> ControlStatement:
    """The fact that a statement about a security control states."""
    return ControlStatement(
        feature=Feature(said.feature),
        control=Control(said.control),
        verdict=said.verdict,
        cite=sources.cite(said.cite),
    )


def notice_of(said: Noticed, sources: Sources) -> Notice:
    """The notice that a statement gives."""
    return Notice(
        kind=NoticeKind(said.notice),
        about=said.about or None,
        text=said.text,
        days=said.days,
        cite=sources.cite(said.cite),
    )


def entry_of(model: StatedModel, sources: Sources) -> Entry:
    """The entry of one model. What it cites becomes a source.

    Raises ValueError for a word that is none of its vocabulary: a stage, a call, a control.
    """
    family, usual_call = family_of(model.publisher, model.id)
    served, complete = _served(model)
    stages = [place.stage for place in served]
    common_stage = stages[0] if len(set(stages)) == 1 else ""
    names = [named.name for named in model.named if named.name != named.model]
    names += [named.name for named in model.named]
    calls = [Call(named.call) for named in model.named if named.call]
    return Entry(
        name=names[0] if names else model.id,
        publisher=model.publisher,
        family=family,
        call=calls[0] if calls else usual_call,
        models=(_model(model, stages, sources),),
        listings=tuple(
            Listing(
                served=(place.location,),
                stage=Stage(place.stage) if place.stage and not common_stage else None,
                cite=sources.cite(place.cite),
            )
            for place in served
        ),
        complete=complete,
    )


def _model(model: StatedModel, stages: Sequence[str], sources: Sources) -> Model:
    """The model. `stages` are those at the places where it is served."""
    dates = _dates(model, sources)
    commitments, contradicted = _commitments(model, sources)
    offers, jobs = _offers(model, sources)
    notices = (*_notices(model, sources), *_date_contradictions(model, sources))
    first = (model.named or model.statements)[0]
    return Model(
        id=model.id,
        aliases=tuple(dict.fromkeys(model.aliases)),
        stage=_stage(stages, dates.stage),
        released=dates.released,
        deprecated=dates.deprecated,
        retires=dates.retires,
        not_before=dates.not_before,
        successors=dates.successors,
        lifecycle=dates.lifecycle,
        closure=dates.closure,
        commitments=commitments,
        contradicted=contradicted,
        capabilities=tuple(_capabilities(model, sources)),
        offers=offers,
        tuning_jobs=jobs,
        controls=tuple(_controls(model, sources)),
        notices=notices,
        cite=sources.cite(first.cite),
    )


def _served(model: StatedModel) -> tuple[list[Served], bool]:
    """Where it is served: by the newest list that names every place, else by what names some."""
    every = model.of(Served)
    whole = [place for place in every if place.complete]
    if not whole:
        return newest(every, lambda place: place.location), False
    day = max(place.cite.date for place in whole)
    of_day = [place for place in whole if place.cite.date == day]
    page = page_of(of_day[0].cite.url)
    of_page = [place for place in of_day if page_of(place.cite.url) == page]
    return newest(of_page, lambda place: place.location), True


# Stage and dates


@dataclass(frozen=True)
class _Dates:
    """The dates that count, of all that were stated."""

    stage: Stage | None
    released: str | None
    deprecated: dt.date | None
    not_before: dt.date | None
    retires: dt.date | None
    successors: tuple[str, ...]
    lifecycle: Citation | None
    """Of the date that matters most: the last of those above that is known."""
    closure: Closure | None


def _dates(model: StatedModel, sources: Sources) -> _Dates:
    """The strictest stage, the earliest dates, and the first page's release and successors."""
    stages = [Stage(dated.stage) for dated in model.saying("stage")]
    successors = [dated.successors for dated in model.saying("successors")]
    dates: dict[str, str] = {}
    lifecycle: Citation | None = None
    for name in ("released", "deprecated", "not_before", "retires"):
        if said := model.saying(name):
            counting = said[0] if name == "released" else _earliest(said, name)
            dates[name] = getattr(counting, name)
            lifecycle = sources.cite(counting.cite)
    return _Dates(
        stage=min(stages, key=_SEVERITY.index, default=None),
        released=dates.get("released"),
        deprecated=_day(dates.get("deprecated")),
        not_before=_day(dates.get("not_before")),
        retires=_day(dates.get("retires")),
        successors=tuple(successors[0].split()) if successors else (),
        lifecycle=lifecycle,
        closure=_closure(model, sources),
    )


def _stage(stages: Sequence[str], dated: Stage | None) -> Stage | None:
    """The stage of the model as a whole.

    It is the one that it has at every place, and none where each place has its own. Where places
    state none, it is the one that stands beside the model's dates.
    """
    if len(set(stages)) == 1 and stages[0]:
        return Stage(stages[0])
    return None if stages and "" not in stages else dated


def _closure(model: StatedModel, sources: Sources) -> Closure | None:
    said = model.saying("closed_since")
    if not said:
        return None
    first = _earliest(said, "closed_since")
    since = dt.date.fromisoformat(first.closed_since)
    return Closure(since=since, cite=sources.cite(first.cite))


def _date_contradictions(model: StatedModel, sources: Sources) -> Iterator[Notice]:
    """Ends that pages give differently: the earlier one counts, the other is told."""
    for name, words in (("retires", "retires on"), ("not_before", "retires not before")):
        said = model.saying(name)
        for other in said:
            first = _earliest(said, name)
            if getattr(other, name) == getattr(first, name):
                continue
            text = (
                f'"{other.cite.title}" ({other.cite.date}) says that it {words} '
                f'{getattr(other, name)}, "{first.cite.title}" ({first.cite.date}) '
                f"{getattr(first, name)}; the earlier day counts"
            )
            cite = sources.cite(other.cite)
            yield Notice(kind=NoticeKind.CONTRADICTION, text=text, cite=cite)


def _earliest(said: Sequence[Dated], name: str) -> Dated:
    return min(said, key=lambda dated: str(getattr(dated, name)))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# Processing


def _commitments(
    model: StatedModel, sources: Sources
) -> tuple[tuple[Commitment, ...], tuple[Contradicted, ...]]:
    """One commitment an area, and one an area for tuning; and those that a page contradicts.

    Where statements on one area name sizes, the largest of them counts, and a statement
    without a size is limited by it.
    """
    said = current(model.of(Committed))
    lists = _complete_lists(said)
    commitments: list[Commitment] = []
    contradicted: list[Contradicted] = []
    for (area, tuning), affirming in _by_area(said, sources).items():
        largest = max(
            affirming, key=lambda commitment: commitment.up_to.rank if commitment.up_to else -1
        )
        denying = [
            listed[0]
            for (_, about_tuning), listed in lists.items()
            if about_tuning == tuning and all(committed.area != area for committed in listed)
        ]
        if not denying:
            commitments.append(largest)
            continue
        contradicted.append(
            Contradicted(
                area=area,
                up_to=largest.up_to,
                tuning=tuning,
                affirms=affirming[0].cite,
                denies=sources.cite(denying[0].cite),
            )
        )
    return tuple(commitments), tuple(contradicted)


def _by_area(
    said: Sequence[Committed], sources: Sources
) -> dict[tuple[str, bool], list[Commitment]]:
    """Area, and whether it is about tuning -> the commitments to it."""
    areas: dict[tuple[str, bool], list[Commitment]] = {}
    for committed in said:
        if committed.area:
            commitment = Commitment(
                area=committed.area,
                up_to=ContextSize(committed.up_to) if committed.up_to else None,
                tuning=committed.tuning,
                cite=sources.cite(committed.cite),
            )
            areas.setdefault((committed.area, committed.tuning), []).append(commitment)
    return areas


def _complete_lists(said: Sequence[Committed]) -> dict[tuple[str, bool], list[Committed]]:
    """Page, and whether it is about tuning -> its list, where that names every area."""
    lists: dict[tuple[str, bool], list[Committed]] = {}
    for committed in said:
        if committed.complete:
            key = (page_of(committed.cite.url), committed.tuning)
            lists.setdefault(key, []).append(committed)
    return lists


# Offers


def _offers(model: StatedModel, sources: Sources) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
    """Where needs are offered, and where tuning jobs run."""
    groups: dict[tuple[str, str], list[Sold]] = {}
    for sold in current(model.of(Sold), lambda sold: sold.option):
        groups.setdefault((sold.option, page_of(sold.cite.url)), []).append(sold)
    offers = [
        Offer(
            need=option,
            locations=tuple(dict.fromkeys(sold.location for sold in group)),
            exhaustive=all(sold.complete for sold in group),
            cite=sources.cite(group[0].cite),
        )
        for (option, _), group in groups.items()
    ]
    offers += _tuning(model, sources, job=False)
    return tuple(offers), tuple(_tuning(model, sources, job=True))


def _tuning(model: StatedModel, sources: Sources, *, job: bool) -> Iterator[Offer]:
    """Where tuning jobs run, or else where tuned models are served, where that is stated."""
    said = [tuned for tuned in current(model.of(Tuned)) if tuned.job is job]
    if said:
        yield Offer(
            need=Need.TUNING,
            locations=tuple(dict.fromkeys(tuned.location for tuned in said)),
            exhaustive=True,
            cite=sources.cite(said[0].cite),
        )


# Capabilities, controls and notices


def _capabilities(model: StatedModel, sources: Sources) -> Iterator[Capability]:
    """What each page's newest copy says of a need; verdicts that differ are all kept."""

    def need_on_page(said: Capable) -> tuple[str, str]:
        return said.need, page_of(said.cite.url)

    every = newest(
        model.of(Capable),
        lambda said: (need_on_page(said), said.cite.heading, said.verdict),
        by=need_on_page,
    )
    for said in every:
        yield Capability(need=said.need, verdict=said.verdict, cite=sources.cite(said.cite))


def _controls(model: StatedModel, sources: Sources) -> Iterator[ControlStatement]:
    every = newest(
        model.of(Controlled), lambda said: (said.feature, said.control, page_of(said.cite.url))
    )
    return (control_of(said, sources) for said in every)


def _notices(model: StatedModel, sources: Sources) -> Iterator[Notice]:
    every = newest(model.of(Noticed), lambda said: (said.notice, said.text, page_of(said.cite.url)))
    return (notice_of(said, sources) for said in every)
