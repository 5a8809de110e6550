"""Which reader reads which page, and all pages of one day together."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from availability.facts.snapshot import Need, Snapshot
from availability.ingest.card import is_card, read_card
from availability.ingest.consumption_pages import (
    read_paygo,
    read_provisioned_throughput,
    read_tuning,
)
from availability.ingest.controls_page import read_security_controls
from availability.ingest.document import Document, PageError
from availability.ingest.forms import read_document
from availability.ingest.lifecycle_pages import read_lifecycle
from availability.ingest.locations_page import read_locations
from availability.ingest.model_names import ModelNames
from availability.ingest.page_files import PageFile
from availability.ingest.rag_page import read_rag
from availability.ingest.reading import NotUnderstood, Reading
from availability.ingest.residency_pages import read_data_residency, read_supported_capabilities
from availability.ingest.retention_pages import read_abuse_monitoring, read_zero_data_retention
from availability.ingest.statements import ModelNamed, Statement

_Reader = Callable[[Document, ModelNames], Reading]

READERS: dict[str, _Reader] = {
    "models/model-versions": read_lifecycle,
    "models/deprecations/open-models": read_lifecycle,
    "resources/data-residency": read_data_residency,
    "resources/supported-capabilities": lambda page, _: read_supported_capabilities(page),
    "resources/locations": read_locations,
    "models/security-controls": read_security_controls,
    "models/abuse-monitoring": read_abuse_monitoring,
    "resources/zero-data-retention": lambda page, _: read_zero_data_retention(page),
    "models/standard-paygo": lambda page, names: read_paygo(page, names, "standard-paygo"),
    "models/flex-paygo": lambda page, names: read_paygo(page, names, Need.FLEX_PAYGO),
    "models/priority-paygo": lambda page, names: read_paygo(page, names, Need.PRIORITY_PAYGO),
    "models/provisioned-throughput/supported-models": read_provisioned_throughput,
    "models/tuning/supervised-tuning/use": read_tuning,
    "build/rag-engine/rag-overview": lambda page, _: read_rag(page),
}
"""The pages of one kind, by path. Every other page with a model's id is a card."""


@dataclass(frozen=True)
class RefusedPage:
    """A page that is not what it claims to be."""

    url: str
    line: int | None
    message: str


@dataclass(frozen=True)
class Pages:
    """What a set of pages states."""

    count: int
    """How many of them were read."""
    statements: tuple[Statement, ...]
    missed: tuple[NotUnderstood, ...]
    refused: tuple[RefusedPage, ...]
    rows: int
    """How many lines of facts were looked at."""
    ticks_lost: tuple[str, ...]
    """The addresses of pages with tables whose ticks are lost."""


def read_pages(files: Iterable[PageFile], known: Snapshot | None) -> Pages:
    """Everything that the pages state: cards first, then pages of dates, then the other kinds.

    Within these, statements come in the order of the pages' paths. `known` lends the names of
    models that have no card among them. A page that can't be trusted is refused as a whole; the
    others are read.
    """
    refused: list[RefusedPage] = []
    documents = _documents(files, refused)
    readings = _cards(documents, refused)
    names = ModelNames.build(_named(readings), known)
    readings += _kinds(documents, names, refused)
    statements = [statement for reading in readings for statement in reading.statements]
    return Pages(
        count=len(documents),
        statements=tuple(dict.fromkeys(statements)),
        missed=tuple(missed for reading in readings for missed in reading.missed),
        refused=tuple(sorted(refused, key=lambda page: (page.url, page.line or 0))),
        rows=sum(reading.rows for reading in readings),
        ticks_lost=tuple(reading.document.url for reading in readings if reading.ticks_lost),
    )


def _documents(files: Iterable[PageFile], refused: list[RefusedPage]) -> list[Document]:
    documents: list[Document] = []
    for file in sorted(files, key=lambda file: file.path):
        with _refusing(file.url, refused):
            documents.append(read_document(file.content, file.path, file.url, file.date))
    return documents


def _cards(documents: Iterable[Document], refused: list[RefusedPage]) -> list[Reading]:
    readings: list[Reading] = []
    for document in documents:
        if document.path not in READERS and is_card(document):
            with _refusing(document.url, refused):
                readings.append(read_card(document))
    return readings


def _kinds(
    documents: Iterable[Document], names: ModelNames, refused: list[RefusedPage]
) -> list[Reading]:
    """The pages of one kind, those of dates first.

    These name models that have no card: their ids join `names`, for the other pages to speak of.
    """
    readings: list[Reading] = []
    of_kinds = [document for document in documents if document.path in READERS]
    for document in sorted(of_kinds, key=lambda page: READERS[page.path] is not read_lifecycle):
        reader = READERS[document.path]
        with _refusing(document.url, refused):
            reading = reader(document, names)
            readings.append(reading)
            if reader is read_lifecycle:
                names.add_ids(_named([reading]))
    return readings


def _named(readings: Iterable[Reading]) -> Iterator[ModelNamed]:
    """The models that pages name."""
    for reading in readings:
        for statement in reading.statements:
            if isinstance(statement, ModelNamed):
                yield statement


@contextmanager
def _refusing(url: str, refused: list[RefusedPage]) -> Generator[None]:
    """Adds the page to the refused ones where reading it raises PageError."""
    try:
        yield
    except PageError as error:
        refused.append(RefusedPage(url, error.line, error.message))
