"""The one way in which a snapshot is written, so that a changed fact is a changed line."""

from __future__ import annotations

import json
from typing import Any

from availability.facts.snapshot import Snapshot

WIDTH = 140


def to_canonical_json(snapshot: Snapshot) -> str:
    """The snapshot as JSON: what fits on a line is on one line, absent facts are left out."""
    return _render(snapshot.model_dump(mode="json", by_alias=True, exclude_defaults=True), 0) + "\n"


# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
def _render(value: Any, depth: int, prefix: int = 0) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + depth + prefix + 1 <= WIDTH:
        return flat
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    pairs: Any = value.items() if isinstance(value, dict) else (("", item) for item in value)
    members = [
        (json.dumps(key, ensure_ascii=False) + ": " if key else "", item) for key, item in pairs
    ]
    inner = " " * (depth + 1)
    lines = [f"{inner}{name}{_render(item, depth + 1, len(name))}" for name, item in members]
    return opening + "\n" + ",\n".join(lines) + "\n" + " " * depth + closing
