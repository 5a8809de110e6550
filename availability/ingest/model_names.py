"""Which model a row of a page speaks of: by an id in it, else by the name on the model's card."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from availability.facts.names import all_models
from availability.facts.snapshot import Family, Snapshot
from availability.ingest.document import Cell, Line, PageError
from availability.ingest.families import family_of, publisher_of_id
from availability.ingest.statements import ModelNamed

MODEL_ID = re.compile(r"(?:(?P<publisher>[a-z0-9-]+)/)?(?P<id>[a-z0-9][a-z0-9._@-]*[a-z0-9])")
"""An id as pages write it, some of them with its publisher."""
_PRINTED = re.compile(r"""['"]([^'"]+)['"]""")
OTHER_SERVICES = re.compile(
    r"chirp_2|chirp (?:2|3)(?::.*)?|chirp 3: .*|.*\bspeech-to-text\b.*", re.IGNORECASE
)
"""Rows about models of Speech-to-Text and Text-to-Speech, which have no endpoint here."""

Key = tuple[str, str]
"""Publisher and id."""


def split_ids(text: str) -> list[str]:
    """The ids of a text: of a list as a program prints it, ``['a', 'b']``, each; else itself."""
    return _PRINTED.findall(text) if "[" in text else [text]


def plain_name(name: str) -> str:
    """A name as it is compared: without the publisher, the product and what is in parentheses."""
    text = re.sub(r"^\w+['’]s ", "", " ".join(name.split()))
    text = re.sub(r" on Google Cloud\b", "", text)
    text = re.sub(r"\s*\([^)]*\)", "", text)
    text = re.sub(r"\s*,?\s*\b(?:64k|128k|1m)\b", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\bpreview(?: Preview feature)?$", "", text.strip())
    return re.sub(r"[^a-z0-9.]+", " ", text.casefold()).strip()


@dataclass
class ModelNames:
    """The names of the cards that were read, and below them those of a snapshot."""

    ids: dict[str, Key] = field(default_factory=dict[str, Key])
    names: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    known: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    known_ids: dict[str, Key] = field(default_factory=dict[str, Key])

    @classmethod
    def build(cls, cards: Iterable[ModelNamed], snapshot: Snapshot | None) -> ModelNames:
        """The names of these cards; what they don't have is looked up in the snapshot."""
        made = cls()
        for named in cards:
            key = (named.publisher, named.model)
            made.ids[named.model] = key
            keys = made.names.setdefault(plain_name(named.name), [])
            if key not in keys:
                keys.append(key)
        for model in all_models(snapshot) if snapshot else ():
            key = (model.entry.publisher, model.id)
            for name in (model.id, *model.model.aliases):
                made.known_ids.setdefault(name, key)
            made.known.setdefault(plain_name(model.entry.name), []).append(key)
        return made

    def add_ids(self, named: Iterable[ModelNamed]) -> None:
        """Models that have no card, and therefore no name."""
        for one in named:
            self.ids.setdefault(one.model, (one.publisher, one.model))

    def by_id(self, model_id: str) -> Key | None:
        """The model of an id, where it is known, or belongs to a line that is."""
        if key := self.ids.get(model_id) or self.known_ids.get(model_id):
            return key
        publisher = publisher_of_id(model_id)
        if publisher and family_of(publisher, model_id)[0] is not Family.OTHER:
            return publisher, model_id
        return None

    def by_name(self, name: str) -> Key | None:
        """The model of a name; None where none has it, or several have."""
        plain = plain_name(name)
        for index in (self.names, self.known):
            keys = index.get(plain, [])
            if len(keys) == 1:
                return keys[0]
            if keys:  # a preview beside the model that came of it has the same name
                stable = [key for key in keys if "preview" not in key[1] and "exp" not in key[1]]
                return stable[0] if len(stable) == 1 else None
        return None

    def of(self, row: Cell | Line) -> list[Key]:
        """The models of a cell or a line: by its ids, else by its name or that of its link."""
        keys: list[Key] = []
        for code in (split for listed in row.codes for split in split_ids(listed)):
            match = MODEL_ID.fullmatch(code.strip("() "))
            if match and (key := self.by_id(match["id"])):
                keys.append(key)
        if keys:
            return list(dict.fromkeys(keys))
        for name in (row.text, *(text for text, _ in row.links)):
            if key := self.by_name(name):
                return [key]
        return []

    def of_row(self, cell: Cell, number: int) -> list[Key]:
        """The models of a row; none for a service that has no endpoint here.

        Raises PageError for a row that matches no model.
        """
        if any(OTHER_SERVICES.fullmatch(code) for code in cell.codes) or (
            OTHER_SERVICES.fullmatch(cell.text) and not self.of(cell)
        ):
            return []
        if keys := self.of(cell):
            return keys
        raise PageError(number, f"the row {cell.text!r} matches no model")


def named_in(text: str, names: ModelNames) -> list[Key]:
    """The models whose names stand in a sentence, longest names first."""
    keys: list[Key] = []
    plain = f" {plain_name(text)} "
    for index in (names.names, names.known):
        for name in sorted(index, key=len, reverse=True):
            for spelling in (name, name.removeprefix("claude ")):
                if len(spelling) > 4 and f" {spelling} " in plain:
                    plain = plain.replace(f" {spelling} ", " ; ")
                    keys += [key for key in index[name] if key not in keys]
    return keys
