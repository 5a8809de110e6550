"""Which model a row of a page speaks of: by an id in it, else by the name on the model's card."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from availability.facts.names import all_models
from availability.facts.snapshot import Snapshot
from availability.ingest.document import Cell, Line, PageError
from availability.ingest.families import publisher_of_id
from availability.ingest.statements import Key, ModelNamed

MODEL_ID = re.compile(r"(?:(?P<publisher>[a-z0-9-]+)/)?(?P<id>[a-z0-9][a-z0-9._@-]*[a-z0-9])")
"""An id as pages write it, some of them with its publisher."""
_PRINTED = re.compile(r"""['"]([^'"]+)['"]""")
_OTHER_SERVICES = re.compile(
    r"chirp_2|chirp (?:2|3)(?::.*)?|chirp 3: .*|.*\bspeech-to-text\b.*", re.IGNORECASE
)
"""Rows about models of Speech-to-Text and Text-to-Speech, which have no endpoint here."""
_SHORTEST = 5
"""How long a name is at least that is looked for in sentences."""


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
    """The ids that pages name."""
    names: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    """The plain names of cards, each with its models."""
    known: dict[str, list[Key]] = field(default_factory=dict[str, list[Key]])
    """The plain names of the snapshot."""
    known_ids: dict[str, Key] = field(default_factory=dict[str, Key])
    """Its ids and aliases."""

    @classmethod
    def build(cls, cards: Iterable[ModelNamed], snapshot: Snapshot | None) -> ModelNames:
        """The names of these cards; what they don't have is looked up in the snapshot."""
        names = cls()
        for named in cards:
            names.ids[named.model] = named.key
            keys = names.names.setdefault(plain_name(named.name), [])
            if named.key not in keys:
                keys.append(named.key)
        for model in all_models(snapshot) if snapshot else ():
            key = (model.entry.publisher, model.id)
            for model_id in (model.id, *model.model.aliases):
                names.known_ids.setdefault(model_id, key)
            names.known.setdefault(plain_name(model.entry.name), []).append(key)
        return names

    def add_ids(self, models: Iterable[ModelNamed]) -> None:
        """Adds models that have no card, and therefore no name."""
        for named in models:
            self.ids.setdefault(named.model, named.key)

    def by_id(self, model_id: str) -> Key | None:
        """The model of an id, where it is known, or belongs to a line that is."""
        if key := self.ids.get(model_id) or self.known_ids.get(model_id):
            return key
        publisher = publisher_of_id(model_id)
        return (publisher, model_id) if publisher else None

    def by_name(self, name: str) -> Key | None:
        """The model of a name; None where none has it, or several have."""
        plain = plain_name(name)
        keys = self.names.get(plain) or self.known.get(plain, [])
        if len(keys) > 1:
            # A preview has the same name as the model that came of it.
            keys = [key for key in keys if "preview" not in key[1] and "exp" not in key[1]]
        return keys[0] if len(keys) == 1 else None

    def in_sentence(self, text: str) -> list[Key]:
        """The models whose names stand in a sentence, longest names first."""
        keys: list[Key] = []
        plain = f" {plain_name(text)} "
        for index in (self.names, self.known):
            for name in sorted(index, key=len, reverse=True):
                for spelling in (name, name.removeprefix("claude ")):
                    if len(spelling) >= _SHORTEST and f" {spelling} " in plain:
                        plain = plain.replace(f" {spelling} ", " ; ")
                        keys += [key for key in index[name] if key not in keys]
        return keys

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
        if any(_OTHER_SERVICES.fullmatch(code) for code in cell.codes):
            return []
        if keys := self.of(cell):
            return keys
        if _OTHER_SERVICES.fullmatch(cell.text):
            return []
        raise PageError(number, f"the row {cell.text!r} matches no model")
