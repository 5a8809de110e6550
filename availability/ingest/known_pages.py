"""Which pages are fetched: those that are always asked for, and those that links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from availability.ingest.addresses import path_of, split, url_of

INDEX = (
    "models/google-models",
    "models/partner-models/use-partner-models",
    "models/maas/use-open-models",
)
"""Pages that list models with links to their cards. Without one of them a whole kind of models
would seem to be gone, so each of them has to be there."""

NAVIGATION = INDEX[0]
"""The page whose HTML form is asked for, too. In its side bar each page of the documentation has
a link, which the Markdown form leaves out: for many a card it is the only link there is."""

FACTS = (
    "build/rag-engine/rag-overview",
    "models/abuse-monitoring",
    "models/deprecations/open-models",
    "models/deprecations/partner-models",
    "models/embeddings",
    "models/embeddings/batch-prediction-genai-embeddings",
    "models/embeddings/get-multimodal-embeddings",
    "models/embeddings/get-text-embeddings",
    "models/embeddings/task-types",
    "models/flex-paygo",
    "models/model-versions",
    "models/priority-paygo",
    "models/provisioned-throughput/supported-models",
    "models/security-controls",
    "models/standard-paygo",
    "models/tuning/open-model-tuning",
    "models/tuning/supervised-tuning/use",
    "resources/data-residency",
    "resources/locations",
    "resources/supported-capabilities",
    "resources/zero-data-retention",
)
"""Pages that hold facts about many models. One that is not there is told and left out."""

UNLINKED = (
    "models/gemini/3-pro",
    "models/maas/deepseek",
    "models/maas/deepseek/r1-0528",
    "models/maas/e5/multilingual-e5-large",
    "models/maas/e5/multilingual-e5-small",
    "models/maas/google",
    "models/maas/kimi",
    "models/maas/minimax",
    "models/maas/openai",
    "models/maas/qwen",
    "models/maas/zaiorg",
    "models/partner-models/claude",
    "models/partner-models/claude/safety",
    "models/partner-models/claude/structured-outputs",
    "models/partner-models/grok",
    "models/partner-models/llama",
    "models/partner-models/mistral",
    "models/partner-models/mistral/mistral-ocr",
    "models/partner-models/mistral/mistral-small-3-1",
)
"""Cards, guides and publishers' overviews of 2026-05-27 to 2026-08-22 that other pages had no
link to. A card that is taken down is told and left out."""

PREFIXES = (
    "models/deprecations/",
    "models/embeddings/",
    "models/gemini/",
    "models/imagen/",
    "models/lyria/",
    "models/maas/",
    "models/partner-models/",
    "models/veo/",
    "models/vto/",
)
"""Where cards lie: links that lead elsewhere are not followed."""
GUIDES = "/capabilities/"
"""A folder below a publisher's whose pages show how to call models, and hold no facts."""

_GARDEN = re.compile(r"/(agent-platform|vertex-ai)/publishers/([\w-]+)/model-garden/([\w.-]+)")
_PATHS_OF_CARDS = {
    "anthropic": ("models/partner-models/claude/", "claude-", "-"),
    "deepseek-ai": ("models/maas/deepseek/", "", ""),
    "minimaxai": ("models/maas/minimax/", "", "-"),
    "mistralai": ("models/partner-models/mistral/", "", "-"),
    "moonshotai": ("models/maas/kimi/", "", "-"),
    "openai": ("models/maas/openai/", "", "-"),
    "xai": ("models/partner-models/grok/", "", "-"),
    "zai-org": ("models/maas/zaiorg/", "", ""),
}
"""A publisher in Model Garden -> the folder of its cards, what an id has in front of a card's
name, and what stands in that name for the dot of a version."""


@dataclass(frozen=True)
class Linked:
    """The pages below `PREFIXES` that a page leads to, each once, in the order of the page."""

    cards: tuple[str, ...]
    guesses: tuple[str, ...]
    """Where cards of models would lie that the page links to in Model Garden. Index pages have
    no other link for partners' and open models. Half of the guesses are right."""


def linked(links: Iterable[str], path: str) -> Linked:
    """What links lead to that stand on the page with that path."""
    cards: dict[str, None] = {}
    guesses: dict[str, None] = {}
    for link in links:
        target = path_of(link, url_of(path))
        if target and target.startswith(PREFIXES) and GUIDES not in target:
            cards[target] = None
        guesses |= dict.fromkeys(_guess(link))
    return Linked(tuple(cards), tuple(guesses))


def _guess(link: str) -> Iterator[str]:
    parts = split(link)
    if parts and parts.hostname == "console.cloud.google.com":
        match = _GARDEN.fullmatch(parts.path.rstrip("/"))
        if match and match[2] in _PATHS_OF_CARDS:
            folder, prefix, dot = _PATHS_OF_CARDS[match[2]]
            name = match[3].removeprefix(prefix).removesuffix("-maas").replace(".", dot)
            if name:
                yield folder + name
