"""What the callers of a model need to be allowed, by need: `data/vertex_permissions.csv`."""

from __future__ import annotations

from functools import cache

from availability.input.tables import DATA, rows

PREDICT = "predict"
"""What every caller needs: to send requests. The other rows are named as the needs are."""


@cache
def caller_permissions() -> dict[str, tuple[str, ...]]:
    """`predict` or a need -> IAM permissions; a need that is nobody's to call has none."""
    return {
        row["need"]: tuple(row["permissions"].split())
        for row in rows(DATA / "vertex_permissions.csv")
        if row["permissions"]
    }
