"""Single words that a person types: each is read, or answered by what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from availability.facts.needs import Need
from availability.facts.snapshot import ContextSize, Control
from availability.input.errors import Problem, shown
from availability.input.likeness import LIMIT, likeness, nearest


def check_need(word: str) -> Problem | str:
    """The canonical need, or what is wrong with the word."""
    choices = [need.value for need in Need]
    if (need := word.strip().lower()) in choices:
        return need
    suggestions = tuple(needs(word, choices))
    message = f"unknown need {shown(word)}"
    message += "" if suggestions else f"; it is one of {', '.join(choices)}"
    return Problem("", message, suggestions)


def check_control(word: str) -> Problem | str:
    """The canonical security control, or what is wrong with the word."""
    choices = [control.value for control in Control]
    if (control := word.strip().lower()) in choices:
        return control
    message = f"unknown control {shown(word)}; it is one of {', '.join(choices)}"
    return Problem("", message, tuple(nearest(word, choices)))


def check_context_size(word: str) -> Problem | str:
    """The canonical context size, or what is wrong with the word."""
    choices = [size.value for size in ContextSize]
    if (size := word.strip().lower()) in choices:
        return size
    message = f"unknown context size {shown(word)}; it is one of {', '.join(choices)}"
    return Problem("", message, tuple(nearest(word, choices)))


_ALIKE = 0.75
"""How alike a word and a need are as a whole, from 0 to 1, where the need was meant."""

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
    typed = word.strip().lower().replace("_", "-").replace(" ", "-")
    meant = _NEED_WORDS.get(typed)
    parts = typed.split("-")
    # A word that is only a little like a need is another thing: its answer is the list.
    alike = {need: likeness(word, need) for need in known}
    close = [need for need in sorted(known, key=lambda need: -alike[need]) if alike[need] >= _ALIKE]
    holding = [
        need
        for need in known
        if all(max(likeness(part, of) for of in need.split("-")) >= _ALIKE for part in parts)
    ]
    first = [meant] if meant is not None and meant in known else []
    return list(dict.fromkeys([*first, *close, *holding]))[:LIMIT]
