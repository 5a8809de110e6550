"""Statements -> snapshot: what counts where sources say different things of one model.

Of one page the newest copy counts. Between pages the stricter one counts, and the other stays with
its day: a commitment that one page states and another leaves out of its list is contradicted, of
two dates the earlier one is the end. Nothing is concluded from a source that does not speak of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from availability.facts.needs import Need
from availability.facts.snapshot import (
    Call,
    Citation,
    Contradicted,
    ControlStatement,
    Coverage,
    EndpointKind,
    Entry,
    Host,
    Limitation,
    Location,
    Model,
    Notice,
    RagRegion,
    Snapshot,
    Stage,
    Verdict,
)
from availability.ingest.assemble_model import StatedModel, control_of, entry_of, notice_of
from availability.ingest.citations import Sources, page_of
from availability.ingest.newest import AnyStatement, newest
from availability.ingest.statements import (
    AliasNamed,
    Controlled,
    Corpus,
    Covered,
    Hosted,
    Key,
    Limited,
    Noticed,
    OfModel,
    Served,
    Sold,
    Statement,
    Tuned,
)
from availability.input.tables import DATA, rows
from availability.places.geography import places


def assemble(date: dt.date, statements: Iterable[Statement]) -> Snapshot:
    """The snapshot of that day. Raises ValueError for statements that make none."""
    every = tuple(statements)
    sources = Sources()
    # Sources come in the order in which they are cited, models before the platform.
    entries = tuple(entry_of(model, sources) for model in _by_model(every))
    if denial := _live_denial(every, sources):
        entries = tuple(_without_live_commitments(entry, denial) for entry in entries)
    return Snapshot(
        date=date,
        sources=sources.by_key,
        locations=_locations(every),
        tables=(),
        limitations=tuple(_limitations(date, every, sources)),
        entries=entries,
        covered=tuple(_covered(every, sources)),
        controls=tuple(_controls(every, sources)),
        rag_regions=tuple(_rag_regions(every, sources)),
        hosts=tuple(_hosts(every, sources)),
        notices=tuple(_notices(every, sources)),
    )


def _of(kind: type[AnyStatement], statements: Sequence[Statement]) -> list[AnyStatement]:
    return [statement for statement in statements if isinstance(statement, kind)]


# Models


def _by_model(statements: Sequence[Statement]) -> list[StatedModel]:
    """Every statement with its model; what is said of an alias is said of its model.

    Models come in the order in which they are named by their own ids.
    """
    about_models = [said for said in statements if isinstance(said, OfModel) and said.model]
    owners = _owners(statements)
    named = dict.fromkeys(statement.key for statement in about_models)
    models = {key: StatedModel(*key) for key in named if _owner(owners, key) == key}
    for statement in about_models:
        key = _owner(owners, statement.key)
        models.setdefault(key, StatedModel(*key)).add(statement)
    return list(models.values())


def _live_denial(statements: Sequence[Statement], sources: Sources) -> Citation | None:
    """Where a page says that the Live API can't be localized: no commitment holds for it."""
    said = [
        covered
        for covered in _of(Covered, statements)
        if covered.capability == Need.LIVE_API and covered.verdict is Verdict.NO
    ]
    last = max(said, key=lambda covered: covered.cite.date, default=None)
    return sources.cite(last.cite) if last else None


def _without_live_commitments(entry: Entry, denial: Citation) -> Entry:
    """The entry: that page contradicts commitments on requests to the Live API."""
    if entry.call is not Call.LIVE:
        return entry
    models: list[Model] = []
    for model in entry.models:
        denied = tuple(
            Contradicted(area=one.area, up_to=one.up_to, affirms=one.cite, denies=denial)
            for one in model.commitments
            if not one.tuning
        )
        kept = tuple(one for one in model.commitments if one.tuning)
        contradicted = (*model.contradicted, *denied)
        models.append(replace(model, commitments=kept, contradicted=contradicted))
    return replace(entry, models=tuple(models))


def _owners(statements: Sequence[Statement]) -> dict[Key, Key]:
    """Alias -> the model whose alias it is, by whoever says it first."""
    owners: dict[Key, Key] = {}
    for named in _of(AliasNamed, statements):
        alias = (named.publisher, named.alias)
        if alias != named.key:
            owners.setdefault(alias, named.key)
    return owners


def _owner(owners: dict[Key, Key], key: Key) -> Key:
    """The model of an id, which may be an alias of an alias."""
    seen = {key}
    while (owner := owners.get(key)) and owner not in seen:
        seen.add(owner)
        key = owner
    return key


# The platform


def _limitations(
    date: dt.date, statements: Sequence[Statement], sources: Sources
) -> Iterator[Limitation]:
    """What was said last by the day of the snapshot."""
    every = _of(Limited, statements)
    said = [limited for limited in every if limited.cite.date <= date.isoformat()]
    last = max((limited.cite.date for limited in said), default="")
    for limited in said:
        if limited.cite.date == last:
            yield Limitation(
                endpoint=limited.endpoint,
                need=Need(limited.need),
                publishers=tuple(limited.publishers.split()),
                id_suffix=limited.id_suffix or None,
                disputed=limited.disputed,
                cite=sources.cite(limited.cite),
            )


def _covered(statements: Sequence[Statement], sources: Sources) -> Iterator[Coverage]:
    said = newest(_of(Covered, statements), lambda covered: (covered.capability, covered.endpoint))
    for covered in said:
        yield Coverage(
            capability=covered.capability,
            endpoint=EndpointKind(covered.endpoint),
            verdict=covered.verdict,
            cite=sources.cite(covered.cite),
        )


def _controls(statements: Sequence[Statement], sources: Sources) -> Iterator[ControlStatement]:
    """The controls of the platform: those of models are in their entries."""
    of_all = [said for said in _of(Controlled, statements) if not said.model]
    said = newest(of_all, lambda said: (said.feature, said.control, page_of(said.cite.url)))
    return (control_of(controlled, sources) for controlled in said)


def _rag_regions(statements: Sequence[Statement], sources: Sources) -> Iterator[RagRegion]:
    """The regions of the RAG engine; an allowlist that a newer text adds counts at once."""
    every = _of(Corpus, statements)
    added = {corpus.location for corpus in every if corpus.allowlist and not corpus.stage}
    staged = [corpus for corpus in every if corpus.stage]
    for corpus in newest(staged, lambda corpus: corpus.location):
        yield RagRegion(
            location=corpus.location,
            stage=Stage(corpus.stage),
            allowlist=corpus.allowlist or corpus.location in added,
            cite=sources.cite(corpus.cite),
        )


def _hosts(statements: Sequence[Statement], sources: Sources) -> Iterator[Host]:
    for hosted in newest(_of(Hosted, statements), lambda hosted: hosted.location):
        yield Host(location=hosted.location, host=hosted.host, cite=sources.cite(hosted.cite))


def _notices(statements: Sequence[Statement], sources: Sources) -> Iterator[Notice]:
    """The notices about the platform and about capabilities."""
    said = [noticed for noticed in _of(Noticed, statements) if not noticed.model]
    for noticed in newest(said, lambda noticed: (noticed.about, noticed.notice)):
        yield notice_of(noticed, sources)


def _locations(statements: Sequence[Statement]) -> tuple[Location, ...]:
    """The locations whose names are known, and after them those that statements speak of."""
    known = {row["id"]: row for row in rows(DATA / "location_names.csv")}
    spoken = {
        statement.location
        for statement in statements
        if isinstance(statement, Served | Sold | Tuned | Corpus | Hosted)
    }
    named = [
        Location(id=row["id"], name=row["name"], geography=row["geography"])
        for row in known.values()
    ]
    for code in sorted(spoken - known.keys() - {""}):
        place = places()[code]
        named.append(Location(id=code, name=place.city, geography=place.geography))
    return tuple(named)
