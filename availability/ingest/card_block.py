"""Reads what a model card has about one model: what introduces it, and the parts below its id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from availability.facts.snapshot import Feature, Verdict
from availability.ingest.card_lines import (
    Place,
    capability,
    is_denial,
    is_footnote,
    is_geography,
    is_silent,
    is_version,
    once,
    places,
    section_of,
    version_facts,
)
from availability.ingest.dates import NoDate
from availability.ingest.document import Line, PageError
from availability.ingest.families import publisher_of
from availability.ingest.locations import NotALocation
from availability.ingest.model_names import MODEL_ID, split_ids
from availability.ingest.notes import model_notes
from availability.ingest.reading import Reading
from availability.ingest.statements import (
    AliasNamed,
    Capable,
    Cite,
    Committed,
    Controlled,
    Key,
    ModelNamed,
    Served,
    Sold,
    dated,
)
from availability.ingest.vocabulary import (
    CONTROLS,
    FEATURES,
    LABELS,
    OPTIONS,
    STAGES,
    Section,
    label_of,
    term,
)

_MOST_ID_LINES = 11
"""How many lines below a label are looked at for ids."""


def ids_below(lines: Sequence[Line], label: int) -> list[Key]:
    """Publisher (or nothing) and id of each model that stands below a label, by its index."""
    return list(dict.fromkeys(key for ids in _ids_by_line(lines, label) for key in ids))


def end_of_ids(lines: Sequence[Line], label: int) -> int:
    """The index behind the last line of ids that stands below a label, by its index."""
    return label + 1 + sum(1 for _ in _ids_by_line(lines, label))


def _ids_by_line(lines: Sequence[Line], label: int) -> Iterator[list[Key]]:
    """The ids of each line below a label, up to the first line that is none of ids."""
    for line in lines[label + 1 : label + 1 + _MOST_ID_LINES]:
        if line.kind == "heading" or label_of(line.text) in LABELS:
            break
        texts = [text for code in line.codes or (line.text,) for text in split_ids(code)]
        matches = [MODEL_ID.fullmatch(text.strip("()[] ")) for text in texts]
        # A column of a table, "Model ID" above "Release date", is no label of a card.
        if not matches or not all(matches):
            break
        yield [(match["publisher"] or "", match["id"]) for match in matches if match]


@dataclass(frozen=True)
class _Part:
    """A label, and the lines below it."""

    section: Section
    label: str
    lines: list[Line]

    @property
    def is_about_regions(self) -> bool:
        """Whether the labels that follow head lists of locations."""
        return self.section is Section.REGIONS or self.section.lists_locations


@dataclass
class Block:
    """What a card has about one model, or about several that share all of it."""

    reading: Reading
    intro: Sequence[Line]
    """From its heading on, or from the callouts above that."""
    lines: Sequence[Line]
    """From the label of its ids to the next block."""
    is_one_of_several: bool
    is_last: bool
    ids: list[Key] = field(default_factory=list[Key])
    """Its models, once it is read."""
    served: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    """The locations of each list "Model availability", once it is read."""

    def read(self) -> None:
        """Adds everything that it states.

        Raises PageError where it is cut off, names a location that does not exist, both lists
        locations and denies them, or has an id without a publisher.
        """
        document = self.reading.document
        ids = ids_below(self.lines, 0)
        self.ids = [(whose or publisher_of(model, document), model) for whose, model in ids]
        cite = self._cite(self.lines[1], "Model ID")
        for publisher, model in self.ids:
            self.reading.add(ModelNamed(publisher, model, self._name(), "", cite))
        quoted = [line for line in self.lines if line.quoted]
        model_notes(self.reading, self.ids, [*self.intro, *quoted])
        *parts, last = self._parts()
        for part in parts:
            self._part(part)
        self._check_end(last)
        self._part(last)

    def _name(self) -> str:
        """The card's title; of one of several models, what its heading makes of that."""
        title = re.sub(r" on Google Cloud$", "", self.reading.document.title)
        heading = next((line.text for line in self.intro if line.kind == "heading"), "")
        if not self.is_one_of_several or not heading:
            return title
        if re.match(r"\d", heading):
            return f"{title.split()[0]} {heading}"
        if title.split()[0].casefold() in heading.casefold() or " deprecations" in title:
            return re.sub(r" on Google Cloud$", "", re.sub(r"^\w+'s ", "", heading))
        return f"{title} ({heading})"

    def _cite(self, line: Line, heading: str) -> Cite:
        return self.reading.cite(line.number, heading)

    # Parts

    def _parts(self) -> Iterator[_Part]:
        """The parts in their order, without callouts, which are read with the notes."""
        part = _Part(Section.MODEL_ID, "Model ID", [])
        for line in self._below_ids():
            section: Section | None = None
            if line.kind != "item":
                section = section_of(line, in_regions=part.is_about_regions)
            if section is None and line.kind != "heading":
                part.lines.append(line)
                continue
            yield part
            # A heading that is no label of a card ends a part, too.
            part = _Part(section or Section.OTHER, line.text, [])
        yield part

    def _below_ids(self) -> list[Line]:
        """From the first label or heading on that follows the ids."""
        for index, line in enumerate(self.lines[1:], 1):
            if line.kind == "heading" or label_of(line.text) in LABELS:
                return [line for line in self.lines[index:] if not line.quoted]
        return []

    def _check_end(self, last: _Part) -> None:
        """Raises PageError where the page ends within a list of locations, and not with a table."""
        ends_in_table = bool(last.lines) and last.lines[-1].in_table
        if self.is_last and last.section.lists_locations and not ends_in_table:
            line = last.lines[-1] if last.lines else self.lines[-1]
            raise PageError(line.number, f"cut off: the page ends within {last.label!r}")

    def _part(self, part: _Part) -> None:
        match part.section:
            case Section.STAGE:
                self._stage(part)
            case Section.CAPABILITIES | Section.CONSUMPTION:
                self._capabilities(part)
            case Section.VERSIONS:
                self._versions(part)
            case Section.CONTROLS:
                self._controls(part)
            case section if section.lists_locations:
                self._locations(part)
            case _:
                pass

    def _stage(self, part: _Part) -> None:
        for line in part.lines:
            self.reading.rows += 1
            stage = STAGES.get(line.text.casefold())
            if stage is None:
                self.reading.not_understood(line)
                continue
            for publisher, model in self.ids:
                cite = self._cite(line, part.label)
                self.reading.add(dated(publisher, model, cite, stage=stage))

    def _capabilities(self, part: _Part) -> None:
        """Capabilities, each with its verdict, or in two lists below one verdict each."""
        verdicts = {"supported": True, "not supported": False}
        # A verdict without its counterpart: the line between what is and what isn't is lost.
        are_lists = verdicts.keys() <= {line.text.casefold() for line in part.lines}
        state: bool | None = None
        for line in part.lines:
            if line.text.casefold() in verdicts:
                state = verdicts[line.text.casefold()] if are_lists else None
            elif not is_silent(line):
                self._capability(part, line, state)

    def _capability(self, part: _Part, line: Line, state: bool | None) -> None:
        self.reading.rows += 1
        said = capability(line, state) if line.kind == "item" else None
        if said is None:
            self.reading.not_understood(line)
            return
        for need, verdict in said:
            for key in self.ids:
                self.reading.add(Capable(*key, need, verdict, self._cite(line, part.label)))

    # Locations

    def _locations(self, part: _Part) -> None:
        """The locations of a list, or that there are none."""
        found, denial = self._places(part)
        if denial and found:
            message = f"{part.label!r} both lists locations and denies them"
            raise PageError(denial.number, message)
        if part.section is Section.AVAILABILITY:
            self.served.append(frozenset(place.location for place in found))
            if not found:
                # There is no statement that a model is served nowhere.
                said = denial.text if denial else "nothing"
                self.reading.not_understood(denial or self.lines[0], f"{part.label!r}: {said}")
        for key in self.ids:
            match part.section:
                case Section.AVAILABILITY:
                    self._available(part, key, found)
                case Section.PROCESSING:
                    self._processing(part, key, found, denial)
                case _:
                    self._offered(part, key, found)

    def _places(self, part: _Part) -> tuple[list[Place], Line | None]:
        """The locations of a list, and the line that says that there are none."""
        found: list[Place] = []
        denial: Line | None = None
        geography = ""
        # Below a line that may be a label, nobody knows what is said of a location.
        is_lost = False
        for line in part.lines:
            if not is_lost and is_silent(line):
                continue
            if not is_lost and is_geography(line):
                geography = line.text.strip().rstrip(":")
                continue
            self.reading.rows += 1
            if is_lost:
                self.reading.not_understood(line)
            elif is_denial(line):
                denial = line
            else:
                try:
                    found += places(line, geography)
                except NotALocation:
                    self.reading.not_understood(line)
                    is_lost = line.kind != "item"
        return found, denial

    def _available(self, part: _Part, key: Key, found: Sequence[Place]) -> None:
        for place in once(found):
            stage = "preview" if place.is_preview else ""
            cite = self._cite(place.line, part.label)
            self.reading.add(Served(*key, place.location, stage, True, cite))

    def _processing(
        self, part: _Part, key: Key, found: Sequence[Place], denial: Line | None
    ) -> None:
        """Commitments; a list without a location is reported, unless a line says that it is so."""
        for place in once(found):
            cite = self._cite(place.line, part.label)
            self.reading.add(Committed(*key, place.location, place.size, False, True, cite))
        if denial:
            cite = self._cite(denial, part.label)
            self.reading.add(Committed(*key, "", "", False, True, cite))
        elif not found:
            self.reading.not_understood(self.lines[0], f"{part.label!r} lists nothing")

    def _offered(self, part: _Part, key: Key, found: Sequence[Place]) -> None:
        """Where a way to pay, or a capability, is offered."""
        option = OPTIONS[part.section]
        for place in once(found):
            cite = self._cite(place.line, part.label)
            self.reading.add(Sold(*key, option, place.location, True, cite))

    # Versions

    def _versions(self, part: _Part) -> None:
        """Stage and dates, below the name of each version; lines above the first are reported."""
        versions: list[tuple[Line, list[Line]]] = []
        for line in part.lines:
            if is_footnote(line):
                continue
            if is_version(line):
                versions.append((line, []))
            elif versions:
                versions[-1][1].append(line)
            else:
                self.reading.rows += 1
                self.reading.not_understood(line)
        for name, items in versions:
            for key in self._models_of(name, is_only=len(versions) == 1):
                self._dates(part, key, name, items)

    def _models_of(self, name: Line, *, is_only: bool) -> list[Key]:
        """Of which models a version speaks.

        Of the one whose id or alias it is; of all of the block, where it is the only version, or
        has no id; and else of one that has no block.
        """
        match = MODEL_ID.fullmatch(name.codes[0]) if name.codes else None
        version = match["id"] if match else ""
        if known := [key for key in self.ids if key[1] == version]:
            return known
        cite = self._cite(name, "Versions")
        if version and (owner := self._owner_of(version)):
            self.reading.add(AliasNamed(*owner, version, cite))
            return [owner]
        if is_only or not version:
            return self.ids
        publisher = publisher_of(version, self.reading.document)
        self.reading.add(ModelNamed(publisher, version, version, "", cite))
        return [(publisher, version)]

    def _owner_of(self, version: str) -> Key | None:
        """The model whose id it is with a number or a day behind it."""
        for publisher, model in self.ids:
            if re.fullmatch(re.escape(model) + r"(-\d{3}|@\d{8})", version):
                return publisher, model
        return None

    def _dates(self, part: _Part, key: Key, name: Line, items: Sequence[Line]) -> None:
        """What the lines below a version say, cited by the line of its end where it has one."""
        facts: dict[str, str] = {}
        cited = name
        for line in items:
            self.reading.rows += 1
            try:
                said = version_facts(line)
            except NoDate:
                said = None
            if said is None:
                self.reading.not_understood(line)
                continue
            facts |= said
            if said.keys() & {"retires", "not_before"}:
                cited = line
        if facts:
            self.reading.add(dated(*key, self._cite(cited, part.label), **facts))

    # Security controls

    def _controls(self, part: _Part) -> None:
        """The controls below each feature; where a copy has lost the icons, they say nothing."""
        feature: Feature | None = None
        for line in part.lines:
            if is_silent(line):
                continue
            mark = re.search(r"\b(yes|no)$", line.text.casefold())
            word = term(re.sub(r"\s+(yes|no)$", "", line.text, flags=re.IGNORECASE))
            if line.kind != "item":
                feature = FEATURES.get(word)
                continue
            self.reading.rows += 1
            control = CONTROLS.get(word)
            if control is None:
                self.reading.not_understood(line)
            elif feature is not None:
                verdict = Verdict(mark[1]) if mark else Verdict.UNKNOWN
                cite = self._cite(line, part.label)
                for key in self.ids:
                    self.reading.add(Controlled(*key, feature, control, verdict, cite))
