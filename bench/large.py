"""Snapshots of thousands of models, to see how what is measured grows.

They are the newest bundled one again and again: each copy has a word of its own in the ids and
names of its models, and all else of it, successors among its own models included, is the same. So
families, locations, stages, dates and commitments are as frequent as they really are.
"""

from __future__ import annotations

import hashlib
import json
import re
import string
import tempfile
from pathlib import Path
from typing import Any

from availability.facts.library import DIGEST, SNAPSHOTS, load, newest
from availability.facts.snapshot import Snapshot

Json = dict[str, Any]


def document(models: int) -> Json:
    """A snapshot of that many models, as the document that a file `snapshot.json` holds."""
    bundled: Json = json.loads((SNAPSHOTS / newest() / "snapshot.json").read_text("utf-8"))
    entries: list[Json] = []
    copy = missing = 0
    while (missing := models - sum(len(entry["models"]) for entry in entries)) > 0:
        entries += _first(_copied(bundled["entries"], copy), missing)
        copy += 1
    return bundled | {"entries": entries}


def write(models: int, folder: Path) -> str:
    """Writes a snapshot of that many models, with its digest, for `load(ID, folder)`: its id."""
    made = document(models)
    content = json.dumps(made, ensure_ascii=False).encode()
    path = folder / made["date"] / "snapshot.json"
    path.parent.mkdir()
    path.write_bytes(content)
    path.with_suffix(DIGEST).write_text(f"{hashlib.sha256(content).hexdigest()}\n")
    return made["date"]


def snapshot(models: int) -> Snapshot:
    """A snapshot of that many models, loaded as a bundled one is."""
    with tempfile.TemporaryDirectory() as folder:
        return load(write(models, Path(folder)), Path(folder))


def _copied(entries: list[Json], copy: int) -> list[Json]:
    """The entries with the ids and names of one of the copies; the first one has its own."""
    if copy == 0:
        return entries
    first, second = divmod(copy, len(string.ascii_lowercase))
    word = f"-x{string.ascii_lowercase[first]}{string.ascii_lowercase[second]}"

    def renamed(text: str) -> str:
        return re.sub(r"^[A-Za-z]+", rf"\g<0>{word}", text)

    def model(one: Json) -> Json:
        lists = {
            key: [renamed(name) for name in one[key]]
            for key in ("aliases", "successors")
            if key in one
        }
        return one | lists | {"id": renamed(one["id"])}

    return [
        entry | {"name": renamed(entry["name"]), "models": [model(one) for one in entry["models"]]}
        for entry in entries
    ]


def _first(entries: list[Json], models: int) -> list[Json]:
    """As many of the entries as have that many models, the last one cut short."""
    kept: list[Json] = []
    for entry in entries:
        if models <= 0:
            break
        kept.append(entry | {"models": entry["models"][:models]})
        models -= len(entry["models"])
    return kept
