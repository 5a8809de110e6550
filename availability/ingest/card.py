"""Reads a model card: one page, one or several models, each with its lists.

A card is read by its labels, in whatever form it comes: what stands between "Model availability"
and the next label are locations. A line that the reader does not understand is reported with its
place, and what it might have said stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from availability.facts.snapshot import Control, Feature, Verdict
from availability.ingest.document import Document, Line, PageError
from availability.ingest.families import publisher_of
from availability.ingest.model_names import split_ids
from availability.ingest.notes import closing_notes, model_notes
from availability.ingest.reading import Reading
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Cite,
    Committed,
    Controlled,
    Dated,
    ModelNamed,
    Served,
    Sold,
)
from availability.ingest.vocabulary import (
    LABELS,
    OPTIONS,
    STAGES,
    UNDER_REGIONS,
    NoDate,
    NotALocation,
    Section,
    UnknownLocation,
    capabilities,
    label_of,
    location_of,
    read_day,
    size_of,
    split_preview,
    term,
)

_ID = re.compile(r"(?:(?P<publisher>[a-z0-9-]+)/)?(?P<id>[a-z0-9][a-z0-9._@-]*[a-z0-9])")
_IGNORED_LINES = re.compile(
    r"\(includes .*\)|see .* for more information\.?|region|\(see connection guide\)", re.IGNORECASE
)
"""Lines among facts that say nothing themselves."""
_LINE_LABEL = re.compile(
    r"(?:global|multi-region|regional|(?:united states|europe)(?: multi-region)?|canada|americas|"
    r"north america|south america|latin america|europe|asia pacific|asia|australia|middle east|"
    r"africa)(?: \(see connection guide\))?:?",
    re.IGNORECASE,
)
"""A geography on a line of its own, above its locations."""


def is_card(document: Document) -> bool:
    """Whether the page has a model's id as a card has it."""
    return any(_ids_after(document.lines, index) for index in _labels(document.lines))


def read_card(document: Document) -> Reading:
    """What the card says.

    Raises PageError where it is cut off, names a location that does not exist, or says two things
    of one model.
    """
    reading = Reading(document)
    lines = document.lines
    starts = list(_starts(lines))
    firsts = [
        _first(lines, starts[position - 1] if position else None, start)
        for position, start in enumerate(starts)
    ]
    ends = [*firsts[1:], len(lines)]
    blocks = [
        _Block(reading, lines[first:start], lines[start:end], len(starts) > 1, end == len(lines))
        for first, start, end in zip(firsts, starts, ends, strict=True)
    ]
    for block in blocks:
        block.read()
    ids = {model: block.publisher for block in blocks for _, model in block.ids}
    closing_notes(reading, ids)
    _check_once(reading)
    return reading


def _labels(lines: Sequence[Line]) -> Iterator[int]:
    for index, line in enumerate(lines):
        if line.kind != "item" and LABELS.get(label_of(line.text)) is Section.MODEL_ID:
            yield index


def _starts(lines: Sequence[Line]) -> Iterator[int]:
    """The labels above a model's id; one that is repeated at once counts once."""
    previous: tuple[int, list[tuple[str, str]]] = (-9, [])
    for index in _labels(lines):
        ids = _ids_after(lines, index)
        if ids and not (ids == previous[1] and index - previous[0] <= 1 + len(ids)):
            yield index
        previous = (index, ids)


def _ids_after(lines: Sequence[Line], label: int) -> list[tuple[str, str]]:
    """Publisher (or nothing) and id of each model that stands below the label."""
    ids: list[tuple[str, str]] = []
    for line in lines[label + 1 : label + 12]:
        if line.kind == "heading" or label_of(line.text) in LABELS:
            break
        texts = [text for code in line.codes or (line.text,) for text in split_ids(code)]
        matches = [_ID.fullmatch(text.strip("()[] ")) for text in texts]
        # A column of a table, "Model ID" above "Release date", is no label of a card.
        if not matches or not all(matches):
            break
        ids += [(match["publisher"] or "", match["id"]) for match in matches if match]
    return list(dict.fromkeys(ids))


def _first(lines: Sequence[Line], previous: int | None, start: int) -> int:
    """Where the block of a label begins: its heading, with the callouts right above it.

    `previous` is where the label of the block before it stands; the first block has all above it.
    """
    if previous is None:
        return 0
    end = previous + 1
    first = start
    for index in range(start - 1, end - 1, -1):
        if lines[index].kind == "heading":
            first = index
            break
    while first > end and lines[first - 1].quoted:
        first -= 1
    return first


def _check_once(reading: Reading) -> None:
    """Raises PageError where two lists of one model's locations disagree."""
    for (_, model), lists in reading.lists.items():
        if len({frozenset(places) for places in lists}) > 1:
            line = next(
                (
                    statement.cite.line
                    for statement in reversed(reading.statements)
                    if isinstance(statement, Served) and statement.model == model
                ),
                None,
            )
            raise PageError(line, f"two lists of locations for {model} that disagree")


@dataclass
class _Block:
    """What a card has about one model: what introduces it, and its labels."""

    reading: Reading
    intro: Sequence[Line]
    lines: Sequence[Line]
    is_one_of_several: bool
    is_last: bool
    publisher: str = ""
    ids: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def read(self) -> None:
        document = self.reading.document
        prefixed = _ids_after(self.lines, 0)
        self.ids = [(whose or publisher_of(model, document), model) for whose, model in prefixed]
        self.publisher = self.ids[0][0]
        cite = self._cite(self.lines[1], "Model ID")
        for publisher, model in self.ids:
            self.reading.add(ModelNamed(publisher, model, self._name(), "", cite))
        model_notes(self.reading, self.ids, [*self.intro, *self._quoted()])
        self._sections()

    def _quoted(self) -> Iterator[Line]:
        return (line for line in self.lines if line.quoted)

    def _name(self) -> str:
        title = re.sub(r" on Google Cloud$", "", self.reading.document.title)
        heading = next((line.text for line in self.intro if line.kind == "heading"), "")
        if not self.is_one_of_several or not heading:
            return title
        if re.match(r"\d", heading):
            return f"{title.split()[0]} {heading}"
        if title.split()[0].casefold() in heading.casefold() or " deprecations" in title:
            return re.sub(r" on Google Cloud$", "", re.sub(r"^\w+'s ", "", heading))
        return f"{title} ({heading})"

    def _cite(self, line: Line, heading: str, note: str | None = None) -> Cite:
        return self.reading.cite(line.number, heading, note)

    # Sections

    def _sections(self) -> None:
        section, label, in_regions = Section.MODEL_ID, "Model ID", False
        start = len(_taken(self.lines)) + 1
        pending: list[Line] = []
        for line in self.lines[start:]:
            if line.quoted:
                continue
            found = None if line.kind == "item" else _section(line, in_regions=in_regions)
            if found is None and line.kind != "heading":
                pending.append(line)
                continue
            self._section(section, label, pending)
            pending = []
            if found is None:  # a heading that is no label of a card ends it
                section, label, in_regions = Section.OTHER, line.text, False
                continue
            section, label = found, line.text
            in_regions = section is Section.REGIONS or section.lists_locations
        if section.lists_locations and self.is_last and not (pending and pending[-1].in_table):
            raise PageError(
                pending[-1].number if pending else self.lines[-1].number,
                f"cut off: the page ends within {label!r}",
            )
        self._section(section, label, pending)
        self._missing()

    def _missing(self) -> None:
        if Section.AVAILABILITY not in self.reading.seen.get(self.ids[0][1], set()):
            self.reading.not_understood(
                self.lines[0], f'the card of {self.ids[0][1]} has no list "Model availability"'
            )

    def _section(self, section: Section, label: str, lines: list[Line]) -> None:
        self.reading.seen.setdefault(self.ids[0][1], set()).add(section)
        match section:
            case Section.STAGE:
                self._stage(label, lines)
            case Section.CAPABILITIES | Section.CONSUMPTION:
                self._capabilities(label, lines)
            case Section.VERSIONS:
                self._versions(label, lines)
            case Section.CONTROLS:
                self._controls(label, lines)
            case _ if section.lists_locations:
                self._locations(section, label, lines)
            case _:
                pass

    def _stage(self, label: str, lines: list[Line]) -> None:
        for line in lines:
            self.reading.rows += 1
            if (stage := STAGES.get(line.text.casefold())) is None:
                self.reading.not_understood(line)
                continue
            for publisher, model in self.ids:
                self.reading.add(_dated(publisher, model, self._cite(line, label), stage=stage))

    def _capabilities(self, label: str, lines: list[Line]) -> None:
        states = {line.text.casefold() for line in lines} & {"supported", "not supported"}
        state: bool | None = None
        for line in lines:
            text = line.text
            if text.casefold() in ("supported", "not supported"):
                # A label without its counterpart: the line between what is and what isn't is lost.
                state = text.casefold() == "supported" if len(states) == 2 else None
                continue
            if _IGNORED_LINES.fullmatch(text):
                continue
            self.reading.rows += 1
            said = _capability(line, state) if line.kind == "item" else None
            if said is None:
                self.reading.not_understood(line)
                continue
            for need, verdict in said:
                for publisher, model in self.ids:
                    self.reading.add(
                        Capable(publisher, model, need, verdict, self._cite(line, label))
                    )

    def _locations(self, section: Section, label: str, lines: list[Line]) -> None:
        above = ""
        places: list[tuple[str, Line, str, bool]] = []
        denied: Line | None = None
        lost = False
        for line in lines:
            text = line.text.strip()
            if lost:  # below a line that may be a label, nobody knows what a location is said of
                self.reading.rows += 1
                self.reading.not_understood(line)
                continue
            if _IGNORED_LINES.fullmatch(text):
                continue
            if line.kind != "item" and _LINE_LABEL.fullmatch(text) and not line.codes:
                above = text.rstrip(":")
                continue
            self.reading.rows += 1
            if text.rstrip(".").casefold() in ("not supported", "none", "n/a"):
                denied = line
                continue
            try:
                places += [(place, line, size, p) for place, size, p in _places(text, above)]
            except UnknownLocation as error:
                raise PageError(line.number, str(error)) from None
            except NotALocation:
                self.reading.not_understood(line)
                lost = line.kind != "item"
        if denied and places:
            raise PageError(denied.number, f"{label!r} both lists locations and denies them")
        for publisher, model in self.ids:
            self._add_places(section, label, publisher, model, places, denied)

    def _add_places(
        self,
        section: Section,
        label: str,
        publisher: str,
        model: str,
        places: list[tuple[str, Line, str, bool]],
        denied: Line | None,
    ) -> None:
        match section:
            case Section.AVAILABILITY:
                names = {place for place, *_ in places}
                self.reading.lists.setdefault((publisher, model), []).append(names)
                for place, line, _, preview in _once(places):
                    stage = "preview" if preview else ""
                    cite = self._cite(line, label)
                    self.reading.add(Served(publisher, model, place, stage, True, cite))
            case Section.PROCESSING:
                for place, line, size, _ in _once(places):
                    cite = self._cite(line, label)
                    self.reading.add(Committed(publisher, model, place, size, False, True, cite))
                if denied or not places:
                    at = denied or self.lines[0]
                    if denied is None:
                        self.reading.not_understood(at, f"{label!r} lists nothing")
                        return
                    cite = self._cite(at, label)
                    self.reading.add(Committed(publisher, model, "", "", False, True, cite))
            case _:
                option = OPTIONS[section]
                for place, line, _, _ in _once(places):
                    cite = self._cite(line, label)
                    self.reading.add(Sold(publisher, model, option, place, True, cite))

    def _versions(self, label: str, lines: list[Line]) -> None:
        versions: list[tuple[Line, list[Line]]] = []
        for line in lines:
            is_name = ":" not in line.text and (line.kind == "text" or bool(line.codes))
            if line.kind == "text" and not line.codes and len(line.text.split()) > 6:
                continue  # a footnote, which is read with the notes
            if is_name:
                versions.append((line, []))
            elif versions:
                versions[-1][1].append(line)
            else:
                self.reading.rows += 1
                self.reading.not_understood(line)
        for name, items in versions:
            for publisher, model in self._version_ids(name, alone=len(versions) == 1):
                self._dates(label, publisher, model, name, items)

    def _version_ids(self, name: Line, *, alone: bool) -> list[tuple[str, str]]:
        """Of which models a version speaks: of the card's where it is the only one."""
        match = _ID.fullmatch(name.codes[0]) if name.codes else None
        version = match["id"] if match else ""
        known = [pair for pair in self.ids if pair[1] == version]
        if known:
            return known
        if version and (owner := self._alias_of(version)):
            cite = self._cite(name, "Versions")
            self.reading.add(AliasNamed(*owner, version, cite))
            return [owner]
        if alone or not version:
            return self.ids
        publisher = publisher_of(version, self.reading.document)
        cite = self._cite(name, "Versions")
        self.reading.add(ModelNamed(publisher, version, version, "", cite))
        return [(publisher, version)]

    def _alias_of(self, version: str) -> tuple[str, str] | None:
        """The model whose id it is with a number or a day behind it."""
        for publisher, model in self.ids:
            if re.fullmatch(re.escape(model) + r"(-\d{3}|@\d{8})", version):
                return publisher, model
        return None

    def _dates(self, label: str, publisher: str, model: str, name: Line, items: list[Line]) -> None:
        facts: dict[str, str] = {}
        at = name
        for line in items:
            self.reading.rows += 1
            what, _, value = line.text.partition(":")
            value = value.strip()
            key = what.casefold().rstrip(" †*")
            try:
                said = _version_fact(key, value)
            except NoDate:
                said = None
            if said is None:
                self.reading.not_understood(line)
                continue
            facts |= said
            at = line if "retires" in said or "not_before" in said else at
        if facts:
            self.reading.add(_dated(publisher, model, self._cite(at, label), **facts))

    def _controls(self, label: str, lines: list[Line]) -> None:
        """The features that it lists; the icons that said yes or no are lost in every copy."""
        feature: Feature | None = None
        for line in lines:
            if _IGNORED_LINES.fullmatch(line.text):
                continue
            mark = re.search(r"\b(yes|no)$", line.text.casefold())
            word = term(re.sub(r"\s+(yes|no)$", "", line.text, flags=re.IGNORECASE))
            if line.kind != "item":
                feature = FEATURES.get(word)
                continue
            self.reading.rows += 1
            control = CONTROLS.get(word)
            if control is None or feature is None:
                if control is None:
                    self.reading.not_understood(line)
                continue
            verdict = Verdict(mark[1]) if mark else Verdict.UNKNOWN
            for publisher, model in self.ids:
                cite = self._cite(line, label)
                self.reading.add(Controlled(publisher, model, feature, control, verdict, cite))


FEATURES = {
    "online-prediction": Feature.ONLINE,
    "batch-prediction": Feature.BATCH,
    "tuning": Feature.TUNING,
    "context-caching": Feature.CONTEXT_CACHING,
    "rag-corpus": Feature.RAG,
}
"""A term -> the feature that a security control covers; others are read and say nothing to us."""

CONTROLS = {
    "data-residency": Control.DATA_RESIDENCY,
    "data-residency-at-rest": Control.DATA_RESIDENCY,
    "cmek": Control.CMEK,
    "customer-managed-encryption-keys": Control.CMEK,
    "vpc-sc": Control.VPC_SC,
    "vpc-service-controls": Control.VPC_SC,
    "axt": Control.ACCESS_TRANSPARENCY,
    "access-transparency": Control.ACCESS_TRANSPARENCY,
}
"""A term -> the control that it is."""


def _taken(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines below the label that are ids."""
    count = 0
    for index, line in enumerate(lines[1:], 1):
        if line.kind == "heading" or label_of(line.text) in LABELS:
            break
        count = index
    return lines[1 : count + 1]


def _section(line: Line, *, in_regions: bool) -> Section | None:
    label = label_of(line.text)
    for text in (label, re.sub(r"\s*\([^)]*\)$", "", label)):
        if in_regions and text in UNDER_REGIONS:
            return UNDER_REGIONS[text]
        if text in LABELS:
            return LABELS[text]
    return None


_VERDICT = re.compile(r"(?P<rest>.*?)\s*\b(?P<verdict>not supported|supported)\.?", re.IGNORECASE)
"""What may stand before it, and the verdict: the longer one is tried first at every place."""


_NAME = re.compile(r"[A-Za-z0-9][\w ()&/'’+.,-]{1,60}")
"""What the name of a capability is made of; a broken link is not."""


def _capability(line: Line, state: bool | None) -> list[tuple[str, Verdict]] | None:
    """What a line of capabilities says; None where it has no verdict."""
    *parts, last = [segment.text for segment in line.segments]
    match = _VERDICT.fullmatch(last)
    if match:
        offered: bool | None = match["verdict"].casefold() == "supported"
        parts += [match["rest"]] if match["rest"] else []
    else:
        offered = state
        parts.append(last)
    if offered is None or not parts or any(_VERDICT.fullmatch(part) for part in parts):
        return None
    name, *kinds = parts
    if not kinds and line.links and name.startswith(link := line.links[0][0]) and match:
        name, rest = link, name[len(link) :].strip()
        mark = split_preview(rest)
        kinds = [mark[0]] if mark[0] else []
        name += " preview Preview feature" if mark[1] else ""
    name, preview = split_preview(name)
    if not _NAME.fullmatch(name) or "http" in name:
        return None
    return list(capabilities(name, ", ".join(kinds), offered=offered, preview=preview))


_Place = tuple[str, str, bool]


def _places(text: str, above: str) -> list[_Place]:
    """Location, size and whether a preview, of each word of a line of locations.

    Raises UnknownLocation or NotALocation.
    """
    label, colon, rest = text.partition(":")
    words = rest if colon else text
    label = label if colon else above
    places: list[_Place] = []
    for word in words.split(","):
        plain, preview = split_preview(word.strip())
        size = size_of(plain)
        plain = re.sub(r"\s*\((?:up to )?(?:64k|128k|1m)[^)]*\)", "", plain, flags=re.IGNORECASE)
        plain = plain.strip(" *†.")
        if not plain:
            continue
        places.append((location_of(plain, label), size or "", preview))
    if not places:
        raise NotALocation(text)
    return places


def _once(places: list[tuple[str, Line, str, bool]]) -> list[tuple[str, Line, str, bool]]:
    """Each location and size once: a card may say one twice."""
    return list(
        {
            (place, size): (place, line, size, p) for place, line, size, p in reversed(places)
        }.values()
    )[::-1]


def _version_fact(key: str, value: str) -> dict[str, str] | None:
    """What a line below a version says. Raises NoDate."""
    if key == "launch stage":
        stage = STAGES.get(value.casefold())
        return None if stage is None else {"stage": stage}
    names = {
        "release date": "released",
        "retirement date": "retires",
        "discontinuation date": "retires",
        "deprecation date": "deprecated",
        "shutdown date": "retires",
        "retirement date not sooner than": "not_before",
    }
    name = names.get(key)
    if name is None:
        return None
    day = read_day(value)
    if day is None:
        return {}
    if name in ("retires", "deprecated") and len(day.iso) < 10:
        raise NoDate(value)
    return {"not_before" if day.at_least and name == "retires" else name: day.iso}


def _dated(publisher: str, model: str, cite: Cite, **facts: str) -> Dated:
    bare = Dated(publisher, model, "", "", "", "", "", "", "", cite)
    return replace(bare, **facts)  # type: ignore[arg-type]
