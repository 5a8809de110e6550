"""Google's words on its pages, and ours for them: labels of a card, capabilities, controls, stages.

Dates are in `dates`, locations in `locations`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum, auto

from availability.facts.snapshot import ContextSize, Control, Feature, Stage, Verdict


class Section(StrEnum):
    """A part of a model card, by what its lines mean."""

    MODEL_ID = auto()
    STAGE = auto()
    CAPABILITIES = auto()
    CONSUMPTION = auto()
    REGIONS = auto()
    """The heading above the lists of locations, which holds nothing itself."""
    AVAILABILITY = auto()
    PROCESSING = auto()
    PROVISIONED_THROUGHPUT = auto()
    STANDARD_PAYGO = auto()
    PRIORITY_PAYGO = auto()
    FLEX_PAYGO = auto()
    BATCH = auto()
    TUNING = auto()
    VERSIONS = auto()
    CONTROLS = auto()
    OTHER = auto()
    """What carries no fact that is read."""

    @property
    def lists_locations(self) -> bool:
        """Whether its lines are locations."""
        return self in LOCATION_SECTIONS


LOCATION_SECTIONS = {
    Section.AVAILABILITY,
    Section.PROCESSING,
    Section.PROVISIONED_THROUGHPUT,
    Section.STANDARD_PAYGO,
    Section.PRIORITY_PAYGO,
    Section.FLEX_PAYGO,
    Section.BATCH,
    Section.TUNING,
}

LABELS: Mapping[str, Section] = {
    "model id": Section.MODEL_ID,
    "model ids": Section.MODEL_ID,
    "launch stage": Section.STAGE,
    "capabilities": Section.CAPABILITIES,
    "tools": Section.CAPABILITIES,
    "apis": Section.CAPABILITIES,
    "consumption options": Section.CONSUMPTION,
    "usage types": Section.CONSUMPTION,
    "supported regions": Section.REGIONS,
    "model availability": Section.AVAILABILITY,
    "ml processing": Section.PROCESSING,
    "versions": Section.VERSIONS,
    "security controls": Section.CONTROLS,
    "modalities": Section.OTHER,
    "supported inputs & outputs": Section.OTHER,
    "token limits": Section.OTHER,
    "context window": Section.OTHER,
    "maximum input tokens": Section.OTHER,
    "maximum output tokens": Section.OTHER,
    "input size limit": Section.OTHER,
    "technical specifications": Section.OTHER,
    "image generation specifications": Section.OTHER,
    "parameter defaults": Section.OTHER,
    "limits": Section.OTHER,
    "text": Section.OTHER,
    "image": Section.OTHER,
    "images": Section.OTHER,
    "video": Section.OTHER,
    "videos": Section.OTHER,
    "audio": Section.OTHER,
    "documents": Section.OTHER,
    "output dimensions": Section.OTHER,
    "number of layers": Section.OTHER,
    "maximum sequence length": Section.OTHER,
    "max sequence length": Section.OTHER,
    "maximum concurrent sessions": Section.OTHER,
    "prompt languages": Section.OTHER,
    "supported languages": Section.OTHER,
    "knowledge cutoff date": Section.OTHER,
    "knowledge cutoff": Section.OTHER,
    "quota limits": Section.OTHER,
    "quotas": Section.OTHER,
    "quota": Section.OTHER,
    "pricing": Section.OTHER,
}
"""The labels of a card, in lower case. One that is not here is reported."""

UNDER_REGIONS: Mapping[str, Section] = {
    "provisioned throughput": Section.PROVISIONED_THROUGHPUT,
    "standard paygo": Section.STANDARD_PAYGO,
    "standard pay-as-you-go": Section.STANDARD_PAYGO,
    "dynamic shared quota": Section.STANDARD_PAYGO,
    "priority paygo": Section.PRIORITY_PAYGO,
    "flex paygo": Section.FLEX_PAYGO,
    "batch inference": Section.BATCH,
    "batch prediction": Section.BATCH,
    "tuning": Section.TUNING,
    "supervised fine-tuning": Section.TUNING,
}
"""Labels that head a list of locations below "Supported regions", and mean other things above."""

OPTIONS: Mapping[Section, str] = {
    Section.PROVISIONED_THROUGHPUT: "provisioned-throughput",
    Section.STANDARD_PAYGO: "standard-paygo",
    Section.PRIORITY_PAYGO: "priority-paygo",
    Section.FLEX_PAYGO: "flex-paygo",
    Section.BATCH: "batch-prediction",
    Section.TUNING: "tuning",
}
"""What a list of locations is about, as a need."""

ICONS = frozenset(
    {
        "check_circle",
        "description",
        "graph_3",
        "help",
        "info",
        "mic",
        "music_note",
        "photo",
        "star",
        "tune",
        "videocam",
    }
)
"""Names of icons that copies have as text."""


def label_of(text: str) -> str:
    """A line as a label is looked up: in lower case, without icons, notes and a colon."""
    words = text.casefold().replace("\\_", "_").split()
    while words and words[-1] in ICONS:
        words.pop()
    if words == words[: len(words) // 2] * 2:  # a line that a copy has twice became one
        words = words[: len(words) // 2]
    return " ".join(words).rstrip(":*† ").strip()


# Capabilities


TERMS: Mapping[str, str] = {
    "batch prediction": "batch-prediction",
    "batch predictions": "batch-prediction",
    "batch inference": "batch-prediction",
    "batch": "batch-prediction",
    "chat completions": "chat-completions",
    "chat completions api": "chat-completions",
    "code execution": "code-execution",
    "computer use": "computer-use",
    "content credentials (c2pa)": "content-credentials",
    "context caching": "context-caching",
    "explicit context caching": "context-caching",
    "explicit caching": "context-caching",
    "implicit context caching": "implicit-caching",
    "implicit caching": "implicit-caching",
    "prompt caching": "prompt-caching",
    "count tokens": "count-tokens",
    "count tokens api": "count-tokens",
    "fixed quota": "fixed-quota",
    "shared model lineage quota": "shared-model-lineage-quota",
    "flex paygo": "flex-paygo",
    "function calling": "function-calling",
    "gemini live api": "live-api",
    "live api": "live-api",
    "generatecontent api": "generate-content-api",
    "grounding with google search": "grounding-with-google-search",
    "grounding with google maps": "grounding-with-google-maps",
    "grounding with vertex ai search": "grounding-with-agent-platform-search",
    "grounding with agent platform search": "grounding-with-agent-platform-search",
    "interactions api": "interactions-api",
    "long context": "long-context",
    "model tuning": "tuning",
    "tuning": "tuning",
    "pay as you go": "standard-paygo",
    "standard paygo": "standard-paygo",
    "standard pay-as-you-go": "standard-paygo",
    "standard paygo with usage tiers": "standard-paygo",
    "standard paygo (without usage tiers)": "standard-paygo",
    "dynamic shared quota": "standard-paygo",
    "priority paygo": "priority-paygo",
    "provisioned throughput": "provisioned-throughput",
    "single zone pt (szpt)": "single-zone-provisioned-throughput",
    "rag engine": "rag-corpus",
    "vertex ai rag engine": "rag-corpus",
    "structured output": "structured-output",
    "supervised fine-tuning": "supervised-fine-tuning",
    "system instructions": "system-instructions",
    "thinking budget": "thinking-budget",
    "thought summaries": "thought-summaries",
    "url context": "url-context",
    "web search": "web-search",
    "prompt rewriter": "prompt-rewriting",
    "ui console (agent studio)": "agent-studio",
    "evaluation service (sxs)": "evaluation-service",
}
"""A page's term in lower case -> ours. One that is not here becomes itself in kebab case."""

KINDS: Mapping[str, Mapping[str, str]] = {
    "context caching": {
        "implicit context caching": "implicit-caching",
        "implicit caching": "implicit-caching",
        "explicit context caching": "context-caching",
        "explicit caching": "context-caching",
    },
    "tuning": {
        "supervised fine-tuning": "supervised-fine-tuning",
        "continuous tuning": "continuous-tuning",
        "preference tuning": "preference-tuning",
        "tuning checkpoints": "tuning-checkpoints",
    },
    "grounding": {
        "google search": "grounding-with-google-search",
        "google maps": "grounding-with-google-maps",
        "agent platform search": "grounding-with-agent-platform-search",
        "vertex ai search": "grounding-with-agent-platform-search",
        "parallel web search": "grounding-with-parallel-web-search",
        "exa web search": "grounding-with-exa-web-search",
        "web grounding for enterprise": "web-grounding-for-enterprise",
    },
    "pay-as-you-go": {
        "standard paygo": "standard-paygo",
        "standard paygo with usage tiers": "standard-paygo",
        "standard paygo (without usage tiers)": "standard-paygo",
        "flex paygo": "flex-paygo",
        "priority paygo": "priority-paygo",
    },
}
"""A term that stands above several: what may stand on the line between it and its verdict."""

_WHOLE = {"tuning": "tuning"}
"""A term above several that is one of ours itself."""

_DENIED = {
    "context caching": ("context-caching", "implicit-caching"),
    "tuning": ("tuning",),
    "grounding": ("grounding-with-google-search",),
    "pay-as-you-go": ("standard-paygo", "flex-paygo", "priority-paygo"),
}
"""What a card denies that denies a term above several."""

_PREVIEW = re.compile(r"\s*\bpreview Preview feature\b|\s*\(preview\)", re.IGNORECASE)


def kebab(text: str) -> str:
    """The text in kebab case: what it says in parentheses is left out."""
    plain = re.sub(r"\([^)]*\)", " ", text.casefold())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def term(text: str) -> str:
    """Our word for a page's term."""
    return TERMS.get(text.casefold()) or kebab(text)


def split_preview(text: str) -> tuple[str, bool]:
    """A term without the mark of a preview, and whether it had one."""
    plain = _PREVIEW.sub("", text).strip()
    return plain, plain != text


def capabilities(
    name: str, kinds: str, *, offered: bool, preview: bool
) -> Iterator[tuple[str, Verdict]]:
    """What one line of a card says: our words, each with its verdict.

    Of caches, a list of kinds without the explicit ones says that there are none. A way to pay, or
    a kind of tuning, that is not in the list is not denied by it.
    """
    verdict = Verdict.NO if not offered else Verdict.PREVIEW if preview else Verdict.YES
    key = name.casefold()
    known = KINDS.get(key)
    if known is None:
        yield term(name), verdict
        return
    if not offered:
        yield from ((word, verdict) for word in _DENIED[key])
        return
    if whole := _WHOLE.get(key):
        yield whole, verdict
    listed = {
        known.get(part.casefold().strip(), kebab(part)): None
        for part in kinds.split(",")
        if part.strip()
    }
    yield from ((word, verdict) for word in listed)
    if key == "context caching":
        if not listed:
            yield "context-caching", verdict
        elif "context-caching" not in listed:
            yield "context-caching", Verdict.NO
    elif key == "grounding" and not listed:
        yield "grounding", verdict
    elif key == "pay-as-you-go" and not listed:
        yield "standard-paygo", verdict


# Security controls


FEATURES: Mapping[str, Feature] = {
    "online-prediction": Feature.ONLINE,
    "batch-prediction": Feature.BATCH,
    "tuning": Feature.TUNING,
    "context-caching": Feature.CONTEXT_CACHING,
    "rag-corpus": Feature.RAG,
}
"""A term -> the feature that a security control covers; others are read and say nothing to us."""

CONTROLS: Mapping[str, Control] = {
    "data-residency": Control.DATA_RESIDENCY,
    "data-residency-at-rest": Control.DATA_RESIDENCY,
    "cmek": Control.CMEK,
    "customer-managed-encryption-keys": Control.CMEK,
    "vpc-sc": Control.VPC_SC,
    "vpc-service-controls": Control.VPC_SC,
    "axt": Control.ACCESS_TRANSPARENCY,
    "access-transparency": Control.ACCESS_TRANSPARENCY,
}
"""A term -> the control that it is."""


# Stages and sizes


STAGES: Mapping[str, Stage] = {
    "experimental": Stage.EXPERIMENTAL,
    "preview": Stage.PREVIEW,
    "public preview": Stage.PREVIEW,
    "private preview": Stage.PREVIEW,
    "ga": Stage.GA,
    "generally available": Stage.GA,
    "general availability": Stage.GA,
    "ga (short-term)": Stage.GA,
    "deprecated": Stage.DEPRECATED,
}
"""A page's word in lower case -> the stage that it is."""


def size_of(text: str) -> ContextSize | None:
    """The context size that a text names: ``128k``, ``1M``."""
    match = re.search(r"\b(64k|128k|1m)\b", text, re.IGNORECASE)
    return ContextSize(match[1].lower()) if match else None
