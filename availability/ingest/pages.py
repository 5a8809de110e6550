"""Which reader reads which page, and all pages of one day together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from availability.facts.snapshot import Need, Snapshot
from availability.ingest.card import is_card, read_card
from availability.ingest.document import Document, PageError, read_document
from availability.ingest.lifecycle_pages import read_lifecycle
from availability.ingest.model_names import ModelNames
from availability.ingest.page_files import PageFile
from availability.ingest.platform_pages import (
    read_abuse_monitoring,
    read_locations,
    read_paygo,
    read_provisioned_throughput,
    read_rag,
    read_tuning,
    read_zero_data_retention,
)
from availability.ingest.reading import NotUnderstood, Reading
from availability.ingest.residency_pages import (
    read_data_residency,
    read_security_controls,
    read_supported_capabilities,
)
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
    """Everything that the pages state, in the order of their paths.

    `known` lends the names of models that have no card among them. A page that can't be trusted is
    refused as a whole; the others are read.
    """
    refused: list[RefusedPage] = []
    documents: list[tuple[PageFile, Document]] = []
    for file in sorted(files, key=lambda file: file.path):
        try:
            documents.append((file, read_document(file.content, file.path, file.url, file.date)))
        except PageError as error:
            refused.append(RefusedPage(file.url, error.line, error.message))
    readings: list[Reading] = []

    def attempt(document: Document, read: Callable[[], Reading]) -> None:
        try:
            readings.append(read())
        except PageError as error:
            refused.append(RefusedPage(document.url, error.line, error.message))

    for _, document in documents:
        if document.path not in READERS and is_card(document):
            attempt(document, lambda document=document: read_card(document))
    cards = [
        statement
        for reading in readings
        for statement in reading.statements
        if isinstance(statement, ModelNamed)
    ]
    names = ModelNames.build(cards, known)
    # The pages of dates name models that have no card; the others speak of these, too.
    of_kinds = [document for _, document in documents if document.path in READERS]
    of_kinds.sort(key=lambda document: READERS[document.path] is not read_lifecycle)
    for document in of_kinds:
        reader = READERS[document.path]
        attempt(document, lambda document=document, reader=reader: reader(document, names))
        if reader is read_lifecycle and readings:
            names.add_ids(
                one for one in readings[-1].statements if isinstance(one, ModelNamed)
            )
    statements = [statement for reading in readings for statement in reading.statements]
    return Pages(
        count=len(documents),
        statements=tuple(dict.fromkeys(statements)),
        missed=tuple(missed for reading in readings for missed in reading.missed),
        refused=tuple(sorted(refused, key=lambda page: (page.url, page.line or 0))),
        rows=sum(reading.rows for reading in readings),
        ticks_lost=tuple(reading.document.url for reading in readings if reading.ticks_lost),
    )
