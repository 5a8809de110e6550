"""The one way in which a snapshot is written, so that a changed fact is a changed line."""

from __future__ import annotations

import json

from availability.facts import Snapshot

WIDTH = 140


def to_canonical_json(snapshot: Snapshot) -> str:
    """The snapshot as JSON: what fits on a line is on one line, absent facts are left out."""
    return _render(snapshot.model_dump(mode="json", by_alias=True, exclude_defaults=True), 0) + "\n"


def _render(value: object, depth: int, prefix: int = 0) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + depth + prefix + 1 <= WIDTH:
        return flat
    inner = depth + 1
    if isinstance(value, list):
        parts = [_render(item, inner) for item in value]  # pyright: ignore[reportUnknownVariableType]
        opening, closing = "[", "]"
    else:
        parts: list[str] = []
        for key, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            name = json.dumps(key, ensure_ascii=False) + ": "
            parts.append(name + _render(item, inner, len(name)))
        opening, closing = "{", "}"
    lines = ",\n".join(" " * inner + part for part in parts)
    return f"{opening}\n{lines}\n{' ' * depth}{closing}"
