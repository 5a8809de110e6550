"""What sources state, one row a statement, as it is kept beside a snapshot and as readers make it.

A page, and a table that was gathered by hand, become the same rows: a fact and where it stands. A
snapshot is assembled from them (`assemble`), so that the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

from availability.facts.snapshot import Verdict


@dataclass(frozen=True)
class Cite:
    """Where a fact stands."""

    url: str
    title: str
    date: str
    """An ISO date, or as much of one as is known: Google's last update, else the copy's day."""
    heading: str | None = None
    """The heading or label that it stands under, where the page is at hand."""
    line: int | None = None
    """The line of the page, counted from 1, where the page is at hand."""
    note: str | None = None
    """What the source adds, in our words."""


Key = tuple[str, str]
"""Publisher and id of a model."""


@dataclass(frozen=True)
class OfModel:
    """What statements about one model have in common."""

    publisher: str
    model: str
    """Its id; empty in those kinds that may be about no model."""

    @property
    def key(self) -> Key:
        """Publisher and id."""
        return self.publisher, self.model


@dataclass(frozen=True)
class ModelNamed(OfModel):
    """A model has a card, or a row, of this name."""

    kind = "models"
    name: str
    call: str
    """A `Call`; empty where the source doesn't say it."""
    cite: Cite


@dataclass(frozen=True)
class AliasNamed(OfModel):
    """Another id of the same model."""

    kind = "aliases"
    alias: str
    cite: Cite


@dataclass(frozen=True)
class Served(OfModel):
    """A model is served at a location."""

    kind = "locations"
    location: str
    stage: str
    """A `Stage` at this location; empty where the source says none for it."""
    complete: bool
    """Whether the source names every location of the model, as a card does."""
    cite: Cite


@dataclass(frozen=True)
class Committed(OfModel):
    """Processing stays within an area, or a source that speaks of the model doesn't state it."""

    kind = "commitments"
    area: str
    """A region, ``us``, ``eu`` or ``global``; empty where a source says that there is none."""
    up_to: str
    """A `ContextSize`; empty where the source limits nothing."""
    tuning: bool
    complete: bool
    """Whether the source names every area to which it commits for this model."""
    cite: Cite


@dataclass(frozen=True)
class Capable(OfModel):
    """Whether a model offers a capability, a tool or a way to pay, as a whole."""

    kind = "capabilities"
    need: str
    """In the words of `Need`, else the page's own term in kebab case."""
    verdict: Verdict
    cite: Cite


@dataclass(frozen=True)
class Sold(OfModel):
    """A way to pay is offered at a location."""

    kind = "consumption"
    option: str
    location: str
    complete: bool
    """Whether the source names every location at which the model offers it."""
    cite: Cite


@dataclass(frozen=True)
class Tuned(OfModel):
    """Where tuning jobs run (`job`), or where tuned models are served."""

    kind = "tuning"
    job: bool
    location: str
    cite: Cite


@dataclass(frozen=True)
class Controlled(OfModel):
    """Whether a security control covers a feature of a model."""

    kind = "controls"
    feature: str
    """A `Feature`."""
    control: str
    """A `Control`."""
    verdict: Verdict
    cite: Cite


@dataclass(frozen=True)
class Dated(OfModel):
    """Stage and dates of a model, each empty where the source doesn't say it."""

    kind = "dates"
    stage: str
    released: str
    deprecated: str
    retires: str
    not_before: str
    closed_since: str
    """Since when projects that never used it cannot start to."""
    successors: str
    """The ids that the source names in its place, its first choice first, with spaces between."""
    cite: Cite


@dataclass(frozen=True)
class Noticed(OfModel):
    """Something that whoever uses a model, a capability or the platform has to know."""

    kind = "notices"
    about: str
    """What it is about, where that is no model: a capability, or ``platform``."""
    notice: str
    """A `NoticeKind`."""
    text: str
    """In our words."""
    days: int | None
    """How long something is kept, or how long before something happens."""
    cite: Cite


@dataclass(frozen=True)
class Limited:
    """A need that an endpoint does not offer, to every model or to those of its scope."""

    kind = "limitations"
    endpoint: str
    need: str
    publishers: str
    """With spaces between; empty where it is not about publishers."""
    id_suffix: str
    disputed: bool
    cite: Cite


@dataclass(frozen=True)
class Covered:
    """Whether Google's commitment on processing covers a capability on a kind of endpoint."""

    kind = "covered"
    capability: str
    endpoint: str
    """An `EndpointKind`."""
    verdict: Verdict
    cite: Cite


@dataclass(frozen=True)
class Corpus:
    """A region in which RAG corpora can lie."""

    kind = "rag_regions"
    location: str
    stage: str
    allowlist: bool
    """Whether new projects have to be allowed in."""
    cite: Cite


@dataclass(frozen=True)
class Hosted:
    """The host of a multi-region endpoint."""

    kind = "hosts"
    location: str
    host: str
    cite: Cite


Statement = (
    ModelNamed
    | AliasNamed
    | Served
    | Committed
    | Capable
    | Sold
    | Tuned
    | Controlled
    | Dated
    | Noticed
    | Limited
    | Covered
    | Corpus
    | Hosted
)
"""One fact and its source. Each is a kind of fact, kept in a file of that kind's name."""

KINDS: tuple[type[Statement], ...] = get_args(Statement)
"""Every kind of statement, in the order in which they are counted and written."""


def dated(
    publisher: str,
    model: str,
    cite: Cite,
    *,
    stage: str = "",
    released: str = "",
    deprecated: str = "",
    retires: str = "",
    not_before: str = "",
    closed_since: str = "",
    successors: str = "",
) -> Dated:
    """The statement of those dates that a source gives; the others stay empty."""
    return Dated(
        publisher,
        model,
        stage,
        released,
        deprecated,
        retires,
        not_before,
        closed_since,
        successors,
        cite,
    )


# Their tables


_CITE = tuple(field.name for field in fields(Cite))
_CITE_TYPES = get_type_hints(Cite)


def write_tables(statements: Iterable[Statement]) -> dict[str, str]:
    """File name -> content, a table for every kind that has a row. The order of rows is kept."""
    every = list(statements)
    tables: dict[str, str] = {}
    for kind in KINDS:
        if rows := [statement for statement in every if type(statement) is kind]:
            tables[f"{kind.kind}.csv"] = _table(kind, rows)
    return tables


def _table(kind: type[Statement], rows: Iterable[Statement]) -> str:
    names = _columns(kind)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, *_CITE])
    for row in rows:
        facts = [_written(getattr(row, name)) for name in names]
        writer.writerow([*facts, *(_written(getattr(row.cite, name)) for name in _CITE)])
    return text.getvalue()


def _columns(kind: type[Statement]) -> list[str]:
    """The columns of a kind's table, without those of the citation."""
    return [field.name for field in fields(kind) if field.name != "cite"]


def read_tables(folder: Path) -> Iterator[Statement]:
    """The statements of a folder of tables. Raises ValueError with file and line."""
    for kind in KINDS:
        path = folder / f"{kind.kind}.csv"
        if path.exists():
            yield from _read_table(kind, path)


def _read_table(kind: type[Statement], path: Path) -> Iterator[Statement]:
    columns = [*_columns(kind), *_CITE]
    types = get_type_hints(kind)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if next(reader, None) != columns:
            raise ValueError(f"{path.name}:1: the columns are not those of {kind.kind}")
        for cells in reader:
            where = f"{path.name}:{reader.line_num}"
            if len(cells) != len(columns):
                raise ValueError(f"{where}: {len(cells)} cells for {len(columns)} columns")
            row = dict(zip(columns, cells, strict=True))
            try:
                values = {name: _read(row[name], types[name]) for name in _columns(kind)}
                cite = Cite(**{name: _read(row[name], _CITE_TYPES[name]) for name in _CITE})
            except ValueError as error:
                raise ValueError(f"{where}: {error}") from None
            yield kind(**values, cite=cite)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _read(text: str, hint: object) -> Any:
    """The value of a cell, of the type that its column has. Raises ValueError where it has none."""
    if hint is bool:
        return _flag(text)
    if hint is Verdict:
        return Verdict(text)
    if hint is str:
        return text
    if not text:
        return None
    return int(text) if hint == int | None else text


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"neither yes nor no: {text!r}")
    return text == "yes"
