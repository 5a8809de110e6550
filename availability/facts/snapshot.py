"""The facts of one day: which model is served where, as its sources published it.

A `Snapshot` is generated from its source files by `availability.ingest` and never edited by hand.
What a source does not say is absent here (`None`, or no row): unknown, which is neither yes nor no.
"""

import datetime as dt
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from availability.facts.fact import Facts, Limits
from availability.facts.needs import Need

LocationId = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9-]*$")]
NonEmpty = Annotated[str, Limits(min_length=1)]
PartialDate = Annotated[str, Limits(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
"""An ISO date, or as much of one as the source gives: ``2026-10``."""


class Stage(StrEnum):
    """How far a launch has come, where a source says it."""

    EXPERIMENTAL = "experimental"
    PREVIEW = "preview"
    GA = "ga"
    DEPRECATED = "deprecated"

    @property
    def is_preview(self) -> bool:
        """Whether pre-GA terms apply."""
        return self in (Stage.EXPERIMENTAL, Stage.PREVIEW)


class ContextSize(StrEnum):
    """How long the longest request is, in tokens: commitments on processing may end at a size."""

    UP_TO_64K = "64k"
    UP_TO_128K = "128k"
    UP_TO_1M = "1m"

    @property
    def rank(self) -> int:
        """The place in the order of sizes, the smallest first."""
        return tuple(ContextSize).index(self)

    @staticmethod
    def largest() -> "ContextSize":
        """The last of them: what covers it covers every size."""
        return max(ContextSize, key=lambda size: size.rank)


class Call(StrEnum):
    """How a model is called: the verb of its URL, or another interface."""

    GENERATE_CONTENT = "generateContent"
    EMBED_CONTENT = "embedContent"
    PREDICT = "predict"
    PREDICT_LONG_RUNNING = "predictLongRunning"
    RAW_PREDICT = "rawPredict"
    CHAT_COMPLETIONS = "chat/completions"
    """OpenAI's path, with the model in the body."""
    LIVE = "Live API"
    INTERACTIONS = "Interactions API"
    SPEECH_TO_TEXT = "Speech-to-Text API"
    UNKNOWN = "unknown"
    """The sources name no way."""


class Family(StrEnum):
    """Models of one line, which do the same kind of work."""

    GEMINI = "gemini"
    GEMINI_IMAGE = "gemini-image"
    GEMINI_LIVE = "gemini-live"
    GEMINI_OMNI = "gemini-omni"
    GEMINI_TRANSCRIBE = "gemini-transcribe"
    GEMINI_TTS = "gemini-tts"
    GEMMA = "gemma"
    PALM = "palm"
    TEXT_EMBEDDINGS = "text-embeddings"
    MULTIMODAL_EMBEDDINGS = "multimodal-embeddings"
    IMAGEN = "imagen"
    IMAGE_TEXT = "image-text"
    VIRTUAL_TRY_ON = "virtual-try-on"
    VEO = "veo"
    LYRIA = "lyria"
    CHIRP = "chirp"
    CLAUDE = "claude"
    DEEPSEEK = "deepseek"
    DEEPSEEK_OCR = "deepseek-ocr"
    E5_EMBEDDINGS = "e5-embeddings"
    GLM = "glm"
    GPT_OSS = "gpt-oss"
    GROK = "grok"
    JAMBA = "jamba"
    KIMI = "kimi"
    LLAMA = "llama"
    MINIMAX = "minimax"
    MISTRAL = "mistral"
    MISTRAL_OCR = "mistral-ocr"
    CODESTRAL = "codestral"
    MUSE = "muse"
    QWEN = "qwen"
    QWEN_CODER = "qwen-coder"
    GPT = "gpt"
    OTHER = "other"
    """A line that this version knows nothing about: its models are like no others."""

    @property
    def is_gemini(self) -> bool:
        """Whether Google's pages on Gemini models speak of it."""
        return self in (
            Family.GEMINI,
            Family.GEMINI_IMAGE,
            Family.GEMINI_LIVE,
            Family.GEMINI_OMNI,
            Family.GEMINI_TRANSCRIBE,
            Family.GEMINI_TTS,
        )

    @property
    def lives_on_retirement_day(self) -> bool:
        """Whether the retirement date is the last day on which models of this line answer.

        So it is of Gemini and embedding models ("Model versions and lifecycle", 2026-11). Open
        models are deactivated on reaching it ("Open model deprecations", 2026-08-21), partner
        models are shut down on it ("Partner model deprecations", 2026-08-21), and where no page
        says it, the stricter reading counts.
        """
        embeds = self in (Family.TEXT_EMBEDDINGS, Family.MULTIMODAL_EMBEDDINGS)
        return self.is_gemini or embeds


class Verdict(StrEnum):
    """What a source says of something that a model may offer."""

    YES = "yes"
    PREVIEW = "preview"
    NO = "no"
    UNKNOWN = "unknown"
    """The source speaks of it, and its copy has lost what it says."""

    @property
    def offered(self) -> bool | None:
        """Whether it is offered; None where that is unknown."""
        if self is Verdict.UNKNOWN:
            return None
        return self is not Verdict.NO


class Feature(StrEnum):
    """A part of a model's service that security controls cover, or not."""

    ONLINE = "online"
    BATCH = "batch"
    TUNING = "tuning"
    CONTEXT_CACHING = "context-caching"
    RAG = "rag"


class Control(StrEnum):
    """One of Google Cloud's security controls."""

    DATA_RESIDENCY = "data-residency"
    """Data at rest stays in the location that was chosen."""
    CMEK = "cmek"
    VPC_SC = "vpc-sc"
    ACCESS_TRANSPARENCY = "access-transparency"


class NoticeKind(StrEnum):
    """What a notice is about."""

    RETENTION = "retention"
    """Prompts or responses are kept."""
    SHARING = "sharing"
    """Prompts or responses have to be shared with the publisher."""
    ALLOWLIST = "allowlist"
    """Only who was let in can use it."""
    PRIOR_USAGE = "prior-usage"
    """Only who used it before can use it."""
    SHORT_LIVED = "short-lived"
    """It is available for a short time only."""
    CONTRADICTION = "contradiction"
    """Two pages say different things; the stricter one decides."""
    OTHER = "other"


class EndpointKind(StrEnum):
    """The kinds of endpoint that Google's page of supported capabilities tells apart."""

    US_EU_REGIONAL = "us-eu-regional"
    """A regional endpoint in the United States or the European Union."""
    OTHER_REGIONAL = "other-regional"
    """A regional endpoint elsewhere."""
    MULTI_REGION = "multi-region"
    ANY = "any"
    """Every endpoint, as what cannot be localized at all."""


class Source(Facts):
    """A page that facts were read from."""

    url: Annotated[str, Limits(pattern=r"^https?://")]
    title: NonEmpty
    """The page's title, else its first heading, else its path."""
    date: PartialDate
    """Google's last update of the page, else the day of the copy, as far as it is known."""
    file: NonEmpty | None = None
    """The copy, relative to the snapshot's folder, where the project has one."""


class Citation(Facts):
    """Where in which source a fact stands."""

    source: NonEmpty
    """A key of `Snapshot.sources`."""
    heading: NonEmpty | None = None
    """The heading or label that it stands under, where the page was at hand."""
    line: Annotated[int, Limits(ge=1)] | None = None
    """The line of the page, counted from 1, where the page was at hand."""
    note: str | None = None
    """What the source adds, or how far to trust it."""


class Location(Facts):
    """A place that the snapshot's sources name as an endpoint."""

    id: LocationId
    name: NonEmpty
    """As the source writes it: ``Paris, France``."""
    geography: NonEmpty
    """The heading that the source puts it under."""


class Table(Facts):
    """One table of models and locations: a column that it has is a location that it speaks of."""

    id: NonEmpty
    heading: NonEmpty
    locations: Annotated[tuple[LocationId, ...], Limits(min_length=1)]
    cite: Citation


class Listing(Facts):
    """One statement about where the models of an entry are served.

    A row of a `table` speaks of all its columns; without a table it speaks of `served` alone.
    """

    table: str | None = None
    served: tuple[LocationId, ...]
    stage: Stage | None = None
    """The launch stage at these locations, where the source says one for them."""
    cite: Citation


class Closure(Facts):
    """A model that projects without prior usage can no longer start to use."""

    since: dt.date
    cite: Citation


class Commitment(Facts):
    """A published promise that requests are processed inside an area.

    `area` is a region, or ``us`` or ``eu`` for the jurisdictions (never the multi-regions), or
    ``global``, where the source says that processing may happen anywhere.
    """

    area: LocationId
    up_to: ContextSize | None = None
    """The longest requests that it covers; None where no source limits it."""
    tuning: bool = False
    """Whether it is about tuning jobs, and not about requests."""
    cite: Citation

    def covers(self, size: ContextSize | None) -> bool:
        """Whether it holds for requests of that size; None stands for every size."""
        return self.up_to is None or (size or ContextSize.largest()).rank <= self.up_to.rank


class Contradicted(Facts):
    """A promise that one page states and another leaves out of its list: it does not count."""

    area: LocationId
    up_to: ContextSize | None = None
    tuning: bool = False
    affirms: Citation
    denies: Citation


class Capability(Facts):
    """A statement on whether a model offers a capability; without one it is unknown."""

    need: NonEmpty
    """In the words of `Need`, else the page's own term in kebab case."""
    verdict: Verdict
    cite: Citation


class ControlStatement(Facts):
    """A statement on whether a security control covers a feature."""

    feature: Feature
    control: Control
    verdict: Verdict
    cite: Citation


class Notice(Facts):
    """What whoever uses a model, or what the notice is about, has to know."""

    kind: NoticeKind
    about: NonEmpty | None = None
    """A capability, or ``platform``; None where it is about its model."""
    text: NonEmpty
    days: Annotated[int, Limits(ge=0)] | None = None
    """How long something is kept, or how long before something happens."""
    cite: Citation


class Coverage(Facts):
    """Whether Google's commitment on processing covers a capability on a kind of endpoint."""

    capability: NonEmpty
    endpoint: EndpointKind
    verdict: Verdict
    cite: Citation


class RagRegion(Facts):
    """A region in which RAG corpora can lie."""

    location: LocationId
    stage: Stage | None = None
    allowlist: bool = False
    """Whether new projects have to be let in."""
    cite: Citation


class Host(Facts):
    """The host of a multi-region endpoint, as a page gives it."""

    location: LocationId
    host: NonEmpty
    cite: Citation


class Offer(Facts):
    """Locations in which a source says that a model offers a need."""

    need: NonEmpty
    locations: tuple[LocationId, ...]
    exhaustive: bool = False
    """Whether the need is offered nowhere else, as by a model card's own list."""
    cite: Citation


class Model(Facts):
    """One model id of a publisher, and what was said about that id alone."""

    id: NonEmpty
    aliases: tuple[NonEmpty, ...] = ()
    """Other ids of the same model, in Google's own spelling."""
    stage: Stage | None = None
    released: PartialDate | None = None
    deprecated: dt.date | None = None
    """The day from which a retirement is announced."""
    retires: dt.date | None = None
    """The published retirement date: `Entry.is_retired` says what it means for the model."""
    not_before: dt.date | None = None
    """The day before which it will not be shut down; no promise beyond it."""
    successors: tuple[NonEmpty, ...] = ()
    """The ids that a source names in its place, its first choice first."""
    lifecycle: Citation | None = None
    """Where its dates stand."""
    closure: Closure | None = None
    commitments: tuple[Commitment, ...] = ()
    contradicted: tuple[Contradicted, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    offers: tuple[Offer, ...] = ()
    tuning_jobs: tuple[Offer, ...] = ()
    """Where its tuning jobs run, which is not where tuned models are served."""
    controls: tuple[ControlStatement, ...] = ()
    notices: tuple[Notice, ...] = ()
    cite: Citation

    @property
    def is_preview(self) -> bool:
        """Whether pre-GA terms apply to the model wherever it is served."""
        return self.stage is not None and self.stage.is_preview

    @property
    def shared_with_publisher(self) -> tuple[Notice, ...]:
        """The notices that prompts and responses have to be shared with the publisher."""
        return tuple(notice for notice in self.notices if notice.kind is NoticeKind.SHARING)

    @property
    def successor(self) -> str | None:
        """The first id that a source names in its place, whether or not the snapshot has it."""
        return self.successors[0] if self.successors else None


class Entry(Facts):
    """A row of the matrix: a name, the ids that it stands for, and where they are served."""

    name: NonEmpty
    publisher: NonEmpty
    family: Family
    call: Call
    models: Annotated[tuple[Model, ...], Limits(min_length=1)]
    listings: tuple[Listing, ...]
    complete: bool = False
    """Whether the listings name every location that serves it, as a model card does."""

    @cached_property
    def served(self) -> frozenset[str]:
        """The locations that some listing names."""
        return frozenset(place for listing in self.listings for place in listing.served)

    @cached_property
    def preview_locations(self) -> frozenset[str]:
        """The locations where the source calls the launch a preview."""
        return frozenset(
            place
            for listing in self.listings
            if listing.stage is not None and listing.stage.is_preview
            for place in listing.served
        )

    def is_retired(self, model: Model, today: dt.date) -> bool:
        """Whether one of its models answers no more on that day, by its retirement date."""
        if model.retires is None or today < model.retires:
            return False
        return today > model.retires or not self.family.lives_on_retirement_day

    @cached_property
    def retires(self) -> dt.date | None:
        """The last of the retirement dates of its models, where each has one."""
        days = [model.retires for model in self.models if model.retires]
        return max(days) if len(days) == len(self.models) else None


class Limitation(Facts):
    """A need that an endpoint does not offer: for every model, or for those of its scope."""

    endpoint: LocationId
    need: Need
    publishers: tuple[NonEmpty, ...] = ()
    id_suffix: str | None = None
    """An ending of ids that are in the scope whoever publishes them: ``-maas``."""
    disputed: bool = False
    """Whether the source is known to contradict what model cards say."""
    cite: Citation

    def applies_to(self, publisher: str, model: Model) -> bool:
        """Whether the model is in its scope."""
        if not self.publishers and self.id_suffix is None:
            return True
        by_id = self.id_suffix is not None and model.id.endswith(self.id_suffix)
        return by_id or publisher in self.publishers


class Snapshot(Facts):
    """All facts of one day."""

    date: dt.date
    sources: dict[str, Source]
    locations: tuple[Location, ...]
    tables: tuple[Table, ...]
    limitations: tuple[Limitation, ...]
    processing_note: Citation | None = None
    """Where the source says that an endpoint promises nothing about processing."""
    entries: tuple[Entry, ...]
    covered: tuple[Coverage, ...] = ()
    """What Google's commitment on processing covers of Gemini models."""
    controls: tuple[ControlStatement, ...] = ()
    """What is said of every model."""
    rag_regions: tuple[RagRegion, ...] = ()
    hosts: tuple[Host, ...] = ()
    notices: tuple[Notice, ...] = ()
    """What is about no single model."""

    def __hash__(self) -> int:
        """By identity, so that what is derived from a snapshot can be cached beside it."""
        return id(self)

    @property
    def id(self) -> str:
        """The name that stacks give it: its ISO date."""
        return self.date.isoformat()

    @cached_property
    def location_ids(self) -> frozenset[str]:
        """Every location of the snapshot."""
        return frozenset(self.location_order)

    @cached_property
    def location_order(self) -> tuple[str, ...]:
        """Every location of the snapshot, in its order."""
        return tuple(location.id for location in self.locations)

    def listed(self, entry: Entry) -> tuple[str, ...]:
        """The locations that its tables or its card speak of, in the order of the snapshot.

        Where the tables are another snapshot's, only what serves the model is known of them.
        """
        if entry.complete:
            return tuple(location.id for location in self.locations)
        tables = {listing.table for listing in entry.listings if listing.table}
        listed = {place for table in self.tables if table.id in tables for place in table.locations}
        listed |= frozenset() if self.tables else entry.served
        return tuple(location.id for location in self.locations if location.id in listed)

    def check(self) -> None:
        """Checks that every reference leads somewhere and that no model is said twice.

        Raises ValueError, with everything that is wrong.
        """
        wrong = [
            f"location {place!r} is in no locations list"
            for place in sorted(self._mentioned() - self.location_ids)
        ]
        columns = {table.id: set(table.locations) for table in self.tables}
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            for listing in entry.listings:
                if listing.table is None:
                    continue
                if listing.table not in columns:
                    wrong.append(f"{entry.name}: no table {listing.table!r}")
                elif outside := sorted(set(listing.served) - columns[listing.table]):
                    wrong.append(f"{entry.name}: {listing.table!r} has no column for {outside}")
            for name in (name for model in entry.models for name in (model.id, *model.aliases)):
                if (entry.publisher, name) in seen:
                    wrong.append(f"{entry.publisher}/{name} stands in it twice")
                seen.add((entry.publisher, name))
        wrong += [
            f"no source {cite.source!r}"
            for cite in self._citations()
            if cite.source not in self.sources
        ]
        if wrong:
            raise ValueError("; ".join(wrong))

    def _mentioned(self) -> set[str]:
        return {
            *(limit.endpoint for limit in self.limitations),
            *(place for table in self.tables for place in table.locations),
            *(place for entry in self.entries for place in entry.served),
            *(
                place
                for entry in self.entries
                for model in entry.models
                for offer in (*model.offers, *model.tuning_jobs)
                for place in offer.locations
            ),
            *(region.location for region in self.rag_regions),
            *(host.location for host in self.hosts),
        }

    def _citations(self) -> list[Citation]:
        about_all = (self.limitations, self.covered, self.controls, self.rag_regions)
        of_snapshot = (*about_all, self.hosts, self.notices)
        cites = [table.cite for table in self.tables]
        cites += [statement.cite for group in of_snapshot for statement in group]
        cites += [self.processing_note] if self.processing_note else []
        for entry in self.entries:
            cites += [listing.cite for listing in entry.listings]
            for model in entry.models:
                cites.append(model.cite)
                cites += [model.lifecycle] if model.lifecycle else []
                cites += [model.closure.cite] if model.closure else []
                said = (model.commitments, model.capabilities, model.offers, model.tuning_jobs)
                cites += [
                    statement.cite
                    for group in (*said, model.controls, model.notices)
                    for statement in group
                ]
                cites += [cite for one in model.contradicted for cite in (one.affirms, one.denies)]
        return cites
