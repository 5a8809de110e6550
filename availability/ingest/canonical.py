"""The one way in which a snapshot is written, so that a changed fact is a changed line."""

from __future__ import annotations

import json
from typing import TypeAlias

from availability.facts.snapshot import Snapshot

WIDTH = 140

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"


def to_canonical_json(snapshot: Snapshot) -> str:
    """The snapshot as JSON: what fits on a line is on one line, absent facts are left out."""
    return _render(snapshot.document(), 0) + "\n"


def _render(value: _Json, depth: int, prefix: int = 0) -> str:
    """The value, whose first line begins `depth` columns in, behind a name of `prefix` columns."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + depth + prefix + 1 <= WIDTH:
        return flat
    members: list[tuple[str, _Json]] = []
    if isinstance(value, dict):
        opening, closing = "{}"
        members += [(f"{json.dumps(key, ensure_ascii=False)}: ", value[key]) for key in value]
    else:
        opening, closing = "[]"
        members += [("", item) for item in value]
    inner = " " * (depth + 1)
    lines = [f"{inner}{name}{_render(item, depth + 1, len(name))}" for name, item in members]
    return opening + "\n" + ",\n".join(lines) + "\n" + " " * depth + closing
