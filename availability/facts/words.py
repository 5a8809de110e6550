"""Single words that a person types: each is read, or answered by what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from availability.facts.snapshot import ContextSize, Need
from availability.input.errors import Problem, shown
from availability.input.likeness import LIMIT, nearest


def check_need(word: str) -> Problem | str:
    """The canonical need, or what is wrong with the word."""
    choices = [need.value for need in Need]
    if (need := word.strip().lower()) in choices:
        return need
    suggestions = tuple(needs(word, choices))
    message = f"unknown need {shown(word)}"
    message += "" if suggestions else f"; it is one of {', '.join(choices)}"
    return Problem("", message, suggestions)


def check_context_size(word: str) -> Problem | str:
    """The canonical context size, or what is wrong with the word."""
    choices = [size.value for size in ContextSize]
    if (size := word.strip().lower()) in choices:
        return size
    message = f"unknown context size {shown(word)}; it is one of {', '.join(choices)}"
    return Problem("", message, tuple(nearest(word, choices)))


_NEED_WORDS = {
    "batch-api": "batch-prediction",
    "batch-inference": "batch-prediction",
    "cache": "context-caching",
    "cached-content": "context-caching",
    "caching": "context-caching",
    "dedicated": "provisioned-throughput",
    "explicit-caching": "context-caching",
    "fine-tune": "tuning",
    "fine-tuning": "tuning",
    "finetune": "tuning",
    "finetuning": "tuning",
    "gsu": "provisioned-throughput",
    "jobs": "batch-prediction",
    "lora": "tuning",
    "offline": "batch-prediction",
    "pt": "provisioned-throughput",
    "ptu": "provisioned-throughput",
    "rag-engine": "rag-corpus",
    "reserved": "provisioned-throughput",
    "retrieval": "rag-corpus",
    "sft": "tuning",
    "vector": "rag-corpus",
    "vector-search": "rag-corpus",
}
"""What people call the needs elsewhere."""


def needs(word: str, choices: Iterable[str]) -> list[str]:
    """The needs that a word may stand for, best first."""
    known = list(choices)
    meant = _NEED_WORDS.get(word.strip().lower().replace("_", "-").replace(" ", "-"))
    close = nearest(word, known)
    return list(dict.fromkeys(([meant] if meant in known else []) + close))[:LIMIT]
