"""Deployments that are refused, each with the residency of its stack, by two snapshots."""

from typing import Any

# Each is refused; between them they need every key that a fix can change, and two at once.
REFUSED: tuple[tuple[Any, dict[str, Any]], ...] = (
    ("eu", {"model": "gemini-2.0-flash"}),
    ("eu", {"model": "claude-3-7-sonnet"}),
    ("any", {"model": "Imagen 2"}),
    ("de", {"model": "gemini-2.0-flash-001"}),
    ("eu", {"model": "gemini-2.0-flash-001", "residency": ["de", "gb"]}),
    ("eu", {"model": "gemini-1.5-pro-002"}),
    ("eu", {"model": "gemini-2.0-flash-001", "location": "europe-west3"}),
    ("any", {"model": "gemini-2.0-flash-001", "location": "global", "needs": ["tuning"]}),
    (
        "any",
        {"model": "gemini-2.0-flash-live-preview-04-09", "needs": ["tuning", "rag-corpus"]},
    ),
    ("any", {"model": "llama-3.3-70b-instruct-maas", "allowPreview": False}),
    ("jp", {"model": "codestral-2501", "location": "europe-west3", "needs": ["tuning"]}),
    (
        "eu",
        {
            "model": "claude-3-7-sonnet@20250219",
            "residency": {"within": "be", "guarantee": "ml-processing"},
        },
    ),
    (
        {"within": "eu", "guarantee": "ml-processing"},
        {"model": "gemini-2.0-flash-001"},
    ),
    (
        {"within": "any", "excluding": ["us", "eu", "ch", "gb"]},
        {"model": "gemini-2.0-flash-001"},
    ),
)

# By the newest snapshot, whose models are committed to areas by size and offer needs or not.
FLASH = "gemini-3.8-flash"
REFUSED_TODAY: tuple[tuple[Any, dict[str, Any]], ...] = (
    ({"within": "de", "guarantee": "ml-processing"}, {"model": "gemini-3.8-flash"}),
    ({"within": "eu", "guarantee": "ml-processing"}, {"model": FLASH, "residency": "de"}),
    ({"within": "jp", "guarantee": "ml-processing"}, {"model": FLASH, "residency": "de"}),
    ("eu", {"model": "gemini-2.5-pro"}),
    ("eu", {"model": "gemini-2.0-flash-001"}),
    ("eu", {"model": "gemini-3.8-flash", "needs": ["tuning", "batch-prediction"]}),
    ("us", {"model": "grok-4.7", "allowPreview": False}),
    ("eu", {"model": "claude-opus-5-5", "needs": ["provisioned-throughput"]}),
    ("eu-adequate", {"model": "gemini-3.1-pro-preview"}),
    ("sg", {"model": "chirp_3", "location": "asia-south1", "allowPreview": False}),
    ("any", {"model": "gemini-embedding-001"}),
)
NEWEST = "2026-10-10"
OTHERS = {"2025-05-12": "text-embedding-005", NEWEST: "gemini-embedding-2"}
"""Snapshot -> a model that it places anywhere."""

GROUPS: tuple[tuple[Any, dict[str, Any]], ...] = (
    ([["chat", "search"]], {"model": "gemini-3.5-flash", "residency": "de"}),
    ([["chat", "search"], ["draft", "other"]], {"model": "gemini-3.5-flash", "residency": "de"}),
    ([["search", "chat", "draft"]], {"model": "gemini-3.5-flash", "residency": "de"}),
    ([["other", "draft"], ["chat", "draft"]], {"model": "claude-opus-5-5", "residency": "us"}),
    ([["draft", "search"], ["search", "chat"]], {"model": "gemini-2.0-flash-001"}),
)
"""Groups of a stack, and the keys of `chat`, by the newest of both."""
